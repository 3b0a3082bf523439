//! `trust FILE`: from now on all of a profile counts where it is found, until it changes.

use crate::cli::args::TrustArgs;
use crate::cli::exit::Exit;
use crate::cli::settings::machine;
use crate::cli::show::output::Output;
use crate::flow::failure::Failure;
use crate::model::printable;
use crate::settings::profile::trust::Trust;
use crate::settings::{Origin, profile};

/// Runs the command.
pub fn run(args: &TrustArgs, output: Output) -> Result<Exit, Failure> {
    let path = &args.file;
    let machine = machine();
    let trust = Trust(machine.config_dir.as_deref());
    let shown = path.display();
    let failed = |error: std::io::Error| {
        Failure::usage(format!("cannot keep what is trusted of {shown}: {error}"))
    };
    if args.forget {
        let was_trusted = trust.forget(path).map_err(failed)?;
        output.say(&if was_trusted {
            format!("{shown} is no longer trusted")
        } else {
            format!("{shown} was not trusted")
        });
        return Ok(Exit::Done);
    }
    // What is remembered is what was looked at, not what stands there by then.
    let bytes = std::fs::read(path)
        .map_err(|error| Failure::usage(format!("cannot read the profile {shown}: {error}")))?;
    let keys = profile::beyond_the_list(path, bytes.clone())?;
    for one in &keys {
        let Origin::Profile(place) = &one.origin else {
            continue;
        };
        output.text(&format!(
            "{} (line {})\n",
            printable(&format!("{} = {}", one.key(), one.shown())),
            place.line
        ))?;
    }
    trust.remember(path, &bytes).map_err(failed)?;
    output.say(&if keys.is_empty() {
        format!("{shown} is trusted; it decides no more than how a list is read")
    } else {
        format!("{shown} is trusted with these until it changes")
    });
    Ok(Exit::Done)
}
