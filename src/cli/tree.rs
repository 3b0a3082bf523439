//! A program together with all that it starts: ended whole, where it has to be ended.

use std::time::Duration;

use tokio::process::{Child, Command};

/// So long it may take to tidy up once it is asked to end.
const GRACE: Duration = Duration::from_secs(3);

/// Has what the command starts be found again: the group that it leads is its own.
pub fn lead(command: &mut Command) {
    #[cfg(unix)]
    command.process_group(0);
    #[cfg(not(unix))]
    let _ = command;
}

/// Ends it with all that it has started: asked first, and then ended.
pub async fn end(child: &mut Child) {
    // None where it has ended by itself, and may have left others: the group keeps its number.
    let Some(id) = child.id() else { return };
    ask(id, Urgency::Politely).await;
    let _ = tokio::time::timeout(GRACE, child.wait()).await;
    ask(id, Urgency::Finally).await;
    let _ = child.kill().await;
}

/// How it is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Urgency {
    /// It may do what is left to do.
    Politely,
    /// It may not.
    Finally,
}

#[cfg(unix)]
async fn ask(id: u32, how: Urgency) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let signal = match how {
        Urgency::Politely => Signal::TERM,
        Urgency::Finally => Signal::KILL,
    };
    let group = i32::try_from(id).ok().and_then(Pid::from_raw);
    // Nobody left in it is what is wanted.
    let _ = group.map(|group| kill_process_group(group, signal));
}

/// Windows has no wish to end for programs without a window: the first is the last. `/T` is the tree.
#[cfg(not(unix))]
async fn ask(id: u32, how: Urgency) {
    if how == Urgency::Finally {
        return;
    }
    let _ = Command::new("taskkill")
        .args(["/PID", &id.to_string(), "/T", "/F"])
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .status()
        .await;
}
