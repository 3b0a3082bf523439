//! `gui [FILE]`: the page in the browser.

use std::path::Path;
use std::sync::Arc;

use crate::cli::args::{Common, GuiArgs};
use crate::cli::credentials;
use crate::cli::exit::Exit;
use crate::cli::reach::host_at;
use crate::cli::show::output::Output;
use crate::cli::signals::watch_signals;
use crate::cli::template::{About, Offered, workbook};
use crate::flow::failure::Failure;
use crate::gui::{Opening, Said, Setup, serve};
use crate::settings::Settings;

/// Runs the command: it goes on until Ctrl-C, or until nobody has come for a while.
pub async fn run(common: &Common, args: &GuiArgs, output: Output) -> Result<Exit, Failure> {
    let settings = Settings::resolve(common, None, output)?;
    if let Some(file) = args.file.as_deref().filter(|file| !file.is_file()) {
        let text = format!("there is no file {}", file.display());
        return Err(Failure::usage(text));
    }
    let own = common.clone();
    let settings_of = move |file: &Path| Settings::resolve(&own, Some(file), output);
    let say = move |said: Said<'_>| {
        let text = match said {
            Said::Link(link) => {
                let _ = output.data(|out| {
                    writeln!(out, "{link}")?;
                    out.flush()
                });
                return;
            }
            Said::Opened(place) => format!(
                "the page is open in your browser, at {place}; Ctrl-C ends it, and your \
                 changes are kept"
            ),
            Said::Elsewhere => {
                "the page of this state directory is open already; this leads to it".to_owned()
            }
            Said::Handed(file) => format!("{} is opened in it", file.display()),
            Said::Alone => "nobody has used the page for half an hour; it has ended".to_owned(),
        };
        output.say(&text);
    };
    let setup = Setup {
        host: host_at(&settings.state_dir),
        settings,
        settings_of: Arc::new(settings_of),
        control: watch_signals(),
        password: Arc::new(credentials::given),
        template: Arc::new(template),
        say: Arc::new(say),
        opening: if args.no_open {
            Opening::Nothing
        } else {
            Opening::Browser
        },
    };
    serve(setup, args.file.as_deref()).await?;
    Ok(Exit::Done)
}

/// The same empty workbook as `template` writes.
fn template() -> Result<Vec<u8>, Failure> {
    let about = About {
        file: None,
        tenant: None,
    };
    workbook(&Offered::new(None), &about)
        .map_err(|error| Failure::stopped(format!("cannot write the workbook: {error}")))
}
