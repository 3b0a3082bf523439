//! Ctrl-C, the system's wish to end, a closed console: the first drains, the second abandons. The time
//! that a run is given counts as the first.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

use crate::submit::{Control, RunSettings};

/// How urgent a wish to end is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    /// Drain, and abandon only when asked again.
    Polite,
    /// The system ends the process in a few seconds, whatever we do (a closed console on Windows).
    #[cfg_attr(
        unix,
        expect(dead_code, reason = "only Windows ends a process with notice")
    )]
    Final,
}

/// What is left of the time that Windows gives when a console is closed, with some to spare.
const BEFORE_THE_END: Duration = Duration::from_secs(3);

/// Turns signals into [`Control`] for as long as the runtime lives.
pub fn watch_signals() -> watch::Receiver<Control> {
    watch_signals_for(None)
}

/// Resolves when somebody, or the system, asks to stop from the moment of the call on, not only from when it is
/// first waited for. To be called within a runtime.
pub fn asked_to_stop() -> impl Future<Output = ()> {
    let signals = Signals::new();
    async {
        match signals {
            Ok(mut signals) => drop(signals.next().await),
            Err(_) => std::future::pending().await,
        }
    }
}

/// The same for a run, with the time that it is given. Where that is not more than what a request
/// without an answer is waited for, a run that was cut off may never get on.
pub fn watch_signals_of(running: &RunSettings) -> watch::Receiver<Control> {
    if let Some(most) = running
        .max_duration
        .filter(|most| *most <= running.settle_wait)
    {
        tracing::warn!(
            max_duration = ?most,
            settle_wait = ?running.settle_wait,
            "--max-duration is not longer than --settle-wait: a run that was cut off may never get on"
        );
    }
    watch_signals_for(running.max_duration)
}

/// The same for work that may go on for so long, where that is limited.
pub fn watch_signals_for(most: Option<Duration>) -> watch::Receiver<Control> {
    let (sender, receiver) = watch::channel(Control::Run);
    let Ok(mut signals) = Signals::new() else {
        // Without handlers the system ends the process at once; the journal is made for that.
        tracing::warn!("cannot watch for Ctrl-C");
        if let Some(most) = most {
            tokio::spawn(async move {
                sleep(most).await;
                let _ = sender.send(Control::TimeUp);
            });
        }
        return receiver;
    };
    tokio::spawn(async move {
        let time_up = async {
            match most {
                Some(most) => sleep(most).await,
                None => std::future::pending().await,
            }
        };
        let wish = tokio::select! {
            wish = signals.next() => Some(wish),
            () = time_up => None,
        };
        let asked = if let (None, Some(most)) = (wish, most) {
            tracing::info!(max_duration = ?most, "the time is up");
            Control::TimeUp
        } else {
            tracing::info!("asked to stop");
            Control::Drain
        };
        if sender.send(asked).is_err() {
            return;
        }
        match wish {
            Some(Wish::Polite) | None => {
                signals.next().await;
            }
            Some(Wish::Final) => sleep(BEFORE_THE_END).await,
        }
        tracing::info!("asked to stop at once");
        let _ = sender.send(Control::Abandon);
        // Keeps the handlers: a third Ctrl-C must not end the process while it writes.
        loop {
            signals.next().await;
        }
    });
    receiver
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
    hang_up: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: signal(SignalKind::hangup())?,
        })
    }

    async fn next(&mut self) -> Wish {
        tokio::select! {
            _ = self.interrupt.recv() => Wish::Polite,
            _ = self.terminate.recv() => Wish::Polite,
            _ = self.hang_up.recv() => Wish::Polite,
        }
    }
}

#[cfg(windows)]
struct Signals {
    interrupt: tokio::signal::windows::CtrlC,
    interrupt_too: tokio::signal::windows::CtrlBreak,
    close: tokio::signal::windows::CtrlClose,
    log_off: tokio::signal::windows::CtrlLogoff,
    shutdown: tokio::signal::windows::CtrlShutdown,
}

#[cfg(windows)]
impl Signals {
    fn new() -> std::io::Result<Self> {
        use tokio::signal::windows;
        Ok(Self {
            interrupt: windows::ctrl_c()?,
            interrupt_too: windows::ctrl_break()?,
            close: windows::ctrl_close()?,
            log_off: windows::ctrl_logoff()?,
            shutdown: windows::ctrl_shutdown()?,
        })
    }

    async fn next(&mut self) -> Wish {
        tokio::select! {
            _ = self.interrupt.recv() => Wish::Polite,
            _ = self.interrupt_too.recv() => Wish::Polite,
            _ = self.close.recv() => Wish::Final,
            _ = self.log_off.recv() => Wish::Final,
            _ = self.shutdown.recv() => Wish::Final,
        }
    }
}
