//! `sandbox`: the local stand-in for the service, as a server.

use crate::cli::args::SandboxArgs;
use crate::cli::exit::Exit;
use crate::cli::show::output::Output;
use crate::cli::signals::watch_signals;
use crate::flow::failure::Failure;
use crate::sandbox::{self, Config, RequestLog, Sandbox};
use crate::submit::Control;

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
