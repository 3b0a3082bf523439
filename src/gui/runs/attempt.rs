//! One process's work on a run, in a thread of its own: begun, continued or taken back.

use std::pin::Pin;
use std::sync::Arc;

use tokio::sync::watch;

use super::live::Ear;
use super::refused::refused;
use crate::flow::failure::Failure;
use crate::flow::host::Work;
use crate::flow::run::Ended;
use crate::gui::app::{App, in_a_thread};
use crate::gui::fault::Fault;
use crate::gui::target::Connected;
use crate::report::next::Flags;
use crate::submit::{Control, Direction, RunSettings};

/// How a run is worked on.
type Works = Pin<Box<dyn Future<Output = Result<(), Failure>> + Send>>;

/// What works on a run.
pub(super) struct Attempt {
    app: Arc<App>,
    connected: Arc<Connected>,
    control: watch::Receiver<Control>,
    /// Hears of all that happens.
    pub(super) ear: Ear,
}

impl Attempt {
    /// What the steps of the flow are given.
    pub(super) fn work<'a>(&'a self, running: &'a RunSettings) -> Work<'a> {
        Work {
            host: &self.app.setup.host,
            target: &self.connected.target,
            running,
            control: self.control.clone(),
            events: &self.ear,
        }
    }
}

/// Lets a run be worked on; hands back its id as soon as there is one.
///
/// # Errors
/// Why it does not begin.
pub(super) async fn begun(
    app: &Arc<App>,
    connected: &Arc<Connected>,
    list: Option<String>,
    direction: Direction,
    does: impl FnOnce(Arc<Attempt>) -> Works + Send + 'static,
) -> Result<String, Fault> {
    let (ear, control, begun) = Ear::new(app, connected, list, direction);
    let attempt = Arc::new(Attempt {
        app: Arc::clone(app),
        connected: Arc::clone(connected),
        control,
        ear,
    });
    in_a_thread(async move {
        let ended = does(Arc::clone(&attempt)).await;
        let refused = |failure| refused(&attempt.app, failure, &attempt.connected);
        attempt.ear.ends(ended.err(), refused);
    });
    let nothing = |_| Err(Fault::failed("The run came to nothing."));
    begun.await.unwrap_or_else(nothing)
}

/// Says how a run ended; why it stopped, where that was before its end.
pub(super) fn over(ended: Ended) -> Result<(), Failure> {
    ended.log();
    ended.unwritten.or(ended.stopped).map_or(Ok(()), Err)
}

/// What the commands to type next say of the target.
pub(super) fn flags(connected: &Connected) -> Flags {
    Flags {
        every: connected.flags(),
        ..Flags::default()
    }
}
