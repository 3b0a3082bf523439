//! `sandbox`: the local stand-in for the service, as a server.

use crate::cli::args::{Common, SandboxArgs};
use crate::cli::exit::Exit;
use crate::cli::reach::host_at;
use crate::cli::show::output::Output;
use crate::cli::signals::watch_signals;
use crate::flow::clock::now_ms;
use crate::flow::failure::Failure;
use crate::flow::sandbox_reset;
use crate::sandbox::{self, Config, RequestLog, Sandbox};
use crate::settings::Settings;
use crate::submit::Control;

/// Empties the tenant that `--sandbox` uses.
pub fn reset(common: &Common, output: Output) -> Result<Exit, Failure> {
    let settings = Settings::without_profile(common)?;
    let emptied = sandbox_reset::reset(&host_at(&settings.state_dir), now_ms())?;
    let db = emptied.db.display();
    output.say(&if emptied.was_there {
        format!("SANDBOX: emptied; the next run finds a new tenant (it was kept in {db})")
    } else {
        format!("SANDBOX: there was nothing to empty ({db})")
    });
    if let [_, ..] = &emptied.closed[..] {
        output.say(&format!(
            "unfinished runs of it are closed: {}",
            emptied.closed.join(", ")
        ));
    }
    Ok(Exit::Done)
}

/// Serves until it is asked to stop.
pub async fn run(args: SandboxArgs, output: Output) -> Result<Exit, Failure> {
    let log = args
        .request_log
        .as_deref()
        .map(RequestLog::open)
        .transpose()?;
    let config = Config {
        tenant_size: args.tenant_size,
        seed: args.seed,
        latency: args.latency,
        rate_limit: args.rate_limit,
        visa_ttl: args.visa_ttl,
        visa_chain: args.visa_chain,
        names: args.names,
        removal: args.removal,
        faults: args.faults,
        db: args.db,
        ids: args.ids,
        ..Config::default()
    };
    let sandbox = Sandbox::new(config)?;
    let server = sandbox::bind(args.listen, sandbox, log).await?;
    output.say(&format!(
        "SANDBOX, not the real service. Log in as partner \"{}\", user \"{}\", password \"{}\". \
         Ctrl-C ends it.",
        sandbox::ACCOUNT_PARTNER,
        sandbox::ACCOUNT_USER,
        sandbox::ACCOUNT_PASSWORD
    ));
    let mut control = watch_signals();
    output.text(&format!("listening on {}\n", server.endpoint()))?;
    server
        .serve(async move {
            let _ = control.wait_for(|control| *control != Control::Run).await;
        })
        .await;
    Ok(Exit::Done)
}
