//! The target of a command: endpoint, credentials, client; the sandbox in this process when asked.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::args::TargetArgs;
use super::error::CliError;
use super::exit::Exit;
use super::output::Output;
use super::settings::{DEFAULT_ENDPOINT, Settings};
use crate::api::client::ClientSettings;
use crate::api::{Client, Credentials, HttpTransport, Pacer, Secret, SharedSlots};
use crate::journal::lock::target_digest;
use crate::journal::record::Mode;
use crate::sandbox::{self, Config, Sandbox};

/// A name for the environment's password; nothing else reads it.
const PASSWORD_VARIABLE: &str = "PARTNER_IMPORT_PASSWORD";

/// A client and what it speaks to.
pub struct Target {
    /// The client, not yet logged in.
    pub client: Arc<Client>,
    /// What stands in the journal: the sandbox's port changes, its name does not.
    pub name: String,
    /// The partner to log in under, empty when none was given.
    pub partner: String,
    /// Whether it is the sandbox of this process.
    pub mode: Mode,
    _sandbox: Option<RunningSandbox>,
}

impl Target {
    /// What the lock is taken on.
    pub fn lock_key(&self) -> String {
        format!("{}\n{}", self.name, self.partner)
    }

    /// `sandbox` when this process or the server says so.
    pub fn mode(&self) -> Mode {
        if self.client.is_sandbox() {
            Mode::Sandbox
        } else {
            self.mode
        }
    }
}

/// The sandbox, served by this process for as long as this value lives.
struct RunningSandbox {
    stop: Option<oneshot::Sender<()>>,
    _server: JoinHandle<()>,
}

impl Drop for RunningSandbox {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

/// Makes a client for what flags, environment and profile say. `connections` is how many calls may
/// be under way.
pub async fn connect(
    args: &TargetArgs,
    settings: &Settings,
    connections: usize,
    output: &Output,
) -> Result<Target, CliError> {
    let (endpoint, name, credentials, sandbox) = if args.sandbox {
        let (endpoint, running) = start_sandbox(&settings.state_dir).await?;
        output.say(&format!(
            "SANDBOX: nothing real is touched; its tenant is kept in {}",
            sandbox_db(&settings.state_dir).display()
        ));
        (
            endpoint,
            "sandbox".to_owned(),
            sandbox_credentials(),
            Some(running),
        )
    } else {
        let endpoint = endpoint_name(args, settings);
        let credentials = credentials(args, settings)?;
        (endpoint.clone(), endpoint, credentials, None)
    };
    let timeout = settings.timeout(args)?;
    let connect_timeout = timeout.min(Duration::from_secs(15));
    let transport = HttpTransport::new(&endpoint, connect_timeout, connections)?;
    let mut pacer = Pacer::new(settings.rate(args)?, Instant::now());
    if pacer.rate().is_some() && sandbox.is_none() {
        pacer = shared(pacer, &settings.state_dir, &name);
    }
    let pacer = Arc::new(pacer);
    let client_settings = ClientSettings {
        timeout,
        ..ClientSettings::default()
    };
    let partner = credentials.partner.clone().unwrap_or_default();
    let client = Client::new(Arc::new(transport), credentials, client_settings, pacer);
    let mode = if sandbox.is_some() {
        Mode::Sandbox
    } else {
        Mode::Live
    };
    Ok(Target {
        client: Arc::new(client),
        name,
        partner,
        mode,
        _sandbox: sandbox,
    })
}

/// Has everybody who uses this state directory keep the rate of an endpoint together.
fn shared(pacer: Pacer, state_dir: &Path, endpoint: &str) -> Pacer {
    let directory = state_dir.join("pace");
    let clock = || u64::try_from(jiff::Timestamp::now().as_microsecond()).unwrap_or_default();
    match SharedSlots::open(&directory, &target_digest(endpoint), Arc::new(clock)) {
        Ok(slots) => pacer.sharing(slots),
        // A plan may be made from a place that cannot be written to.
        Err(error) => {
            tracing::info!(
                directory = %directory.display(),
                %error,
                "the rate is kept by this process alone"
            );
            pacer
        }
    }
}

/// What the target is called: `sandbox`, or the service's address.
pub fn endpoint_name(args: &TargetArgs, settings: &Settings) -> String {
    if args.sandbox {
        return "sandbox".to_owned();
    }
    let endpoint = first([
        args.endpoint.clone(),
        std::env::var("PARTNER_IMPORT_ENDPOINT").ok(),
        settings.profile.target.endpoint.clone(),
    ]);
    endpoint.unwrap_or_else(|| DEFAULT_ENDPOINT.to_owned())
}

fn first<const N: usize>(choices: [Option<String>; N]) -> Option<String> {
    choices
        .into_iter()
        .flatten()
        .find(|text| !text.trim().is_empty())
}

fn sandbox_db(state_dir: &Path) -> std::path::PathBuf {
    state_dir.join("sandbox.sqlite")
}

fn sandbox_credentials() -> Credentials {
    Credentials {
        partner: Some(sandbox::ACCOUNT_PARTNER.to_owned()),
        username: sandbox::ACCOUNT_USER.to_owned(),
        password: Secret::new(sandbox::ACCOUNT_PASSWORD.to_owned()),
    }
}

async fn start_sandbox(state_dir: &Path) -> Result<(String, RunningSandbox), CliError> {
    std::fs::create_dir_all(state_dir).map_err(|error| {
        let text = format!(
            "cannot make the state directory {}: {error}",
            state_dir.display()
        );
        CliError::new(Exit::Stopped, text).hint("choose another one with --state-dir")
    })?;
    let config = Config {
        db: Some(sandbox_db(state_dir)),
        ..Config::default()
    };
    let sandbox = Sandbox::new(config)?;
    let server = sandbox::bind(([127, 0, 0, 1], 0).into(), sandbox, None).await?;
    let endpoint = server.endpoint();
    let (stop, stopped) = oneshot::channel::<()>();
    let served = tokio::spawn(server.serve(async move {
        let _ = stopped.await;
    }));
    Ok((
        endpoint,
        RunningSandbox {
            stop: Some(stop),
            _server: served,
        },
    ))
}

fn credentials(args: &TargetArgs, settings: &Settings) -> Result<Credentials, CliError> {
    let target = &settings.profile.target;
    let variable = |name| std::env::var(name).ok();
    let partner = first([
        args.partner.clone(),
        variable("PARTNER_IMPORT_PARTNER"),
        target.partner.clone(),
    ]);
    let username = first([
        args.username.clone(),
        variable("PARTNER_IMPORT_USERNAME"),
        target.username.clone(),
    ]);
    let password = password(args, settings)?;
    let mut missing = Vec::new();
    if username.is_none() {
        missing.push("the user name (--username or PARTNER_IMPORT_USERNAME)");
    }
    if password.is_none() {
        missing.push("the password or API token (PARTNER_IMPORT_PASSWORD, --password-file or --password-stdin)");
    }
    if partner.is_none() && !missing.is_empty() {
        missing.insert(
            0,
            "the customer to log in under (--partner or PARTNER_IMPORT_PARTNER)",
        );
    }
    match (username, password) {
        (Some(username), Some(password)) => Ok(Credentials { partner, username, password }),
        _ => Err(CliError::usage(format!("cannot log in; missing: {}", missing.join("; ")))
            .hint(
                "make an API user in the console (Management > Users > API Users); its token is \
                 the password; give the partner exactly as the console shows it, e-mail in \
                 brackets included",
            )
            .hint("to try everything without credentials, add --sandbox")),
    }
}

/// The password, from the first place that has one. Never from the command line, which other users
/// of the machine can read.
fn password(args: &TargetArgs, settings: &Settings) -> Result<Option<Secret>, CliError> {
    if args.password_stdin {
        let mut line = String::new();
        std::io::stdin().read_line(&mut line).map_err(|error| {
            CliError::usage(format!("cannot read the password from stdin: {error}"))
        })?;
        return secret(&line, "standard input").map(Some);
    }
    let file = args
        .password_file
        .as_ref()
        .or(settings.profile.target.password_file.as_ref());
    if let Some(path) = args.password_file.as_ref() {
        return from_file(path).map(Some);
    }
    if let Ok(text) = std::env::var(PASSWORD_VARIABLE)
        && !text.is_empty()
    {
        return Ok(Some(Secret::new(text)));
    }
    if let Some(path) = file {
        return from_file(path).map(Some);
    }
    match &settings.profile.target.password_command {
        Some(command) => from_command(command).map(Some),
        None => Ok(None),
    }
}

fn secret(text: &str, place: &str) -> Result<Secret, CliError> {
    let line = text
        .lines()
        .next()
        .unwrap_or_default()
        .trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        return Err(CliError::usage(format!("there is no password in {place}")));
    }
    Ok(Secret::new(line.to_owned()))
}

fn from_file(path: &Path) -> Result<Secret, CliError> {
    let text = std::fs::read_to_string(path).map_err(|error| {
        CliError::usage(format!(
            "cannot read the password file {}: {error}",
            path.display()
        ))
    })?;
    warn_if_others_read(path, "the password file");
    secret(&text, &path.display().to_string())
}

/// Warns of a file with secrets that is open to others, where the system has such modes.
pub fn warn_if_others_read(path: &Path, what: &str) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let others =
            std::fs::metadata(path).is_ok_and(|data| data.permissions().mode() & 0o077 != 0);
        if others {
            tracing::warn!(
                path = %path.display(),
                "others can read {what}; make it private with chmod 600"
            );
        }
    }
    #[cfg(not(unix))]
    let _ = (path, what);
}

fn from_command(command: &[String]) -> Result<Secret, CliError> {
    let Some((program, arguments)) = command.split_first() else {
        return Err(CliError::usage(
            "the profile's target.password_command is empty",
        ));
    };
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| {
            CliError::usage(format!(
                "cannot start the password command {program}: {error}"
            ))
        })?;
    if !output.status.success() {
        return Err(CliError::usage(format!(
            "the password command {program} failed: {}",
            output.status
        )));
    }
    secret(
        &String::from_utf8_lossy(&output.stdout),
        &format!("the output of {program}"),
    )
}
