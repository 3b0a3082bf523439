//! The process of the page: bound to loopback and nothing else, until it is told to end, or nobody has
//! come for a while.

use std::net::Ipv4Addr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::time::sleep;

use super::app::{App, TEN_MINUTES};
use super::door;
use super::launch::{self, Turn};
use super::routes;
use super::setup::{Opening, Said, Say, Setup};
use crate::flow::failure::Failure;
use crate::submit::Control;

/// How long a link is good that the browser is led to by itself.
const A_MINUTE: Duration = Duration::from_secs(60);
/// With no page and no run, the process ends after this.
const ALONE: Duration = Duration::from_secs(30 * 60);
/// How often it is looked at what has changed.
const PULSE: Duration = Duration::from_millis(200);
/// How long pages have to hear that the process ends.
const FAREWELL: Duration = Duration::from_millis(300);

/// Serves the page until it ends. Where another process has it for this state directory, that one is
/// asked to open it.
///
/// # Errors
/// Where nothing can be served, or the state directory cannot be used.
pub async fn serve(setup: Setup, named: Option<&Path>) -> Result<(), Failure> {
    let dir = setup.settings.state_dir.join("page");
    let failed =
        |error: std::io::Error| Failure::stopped(format!("cannot serve the page: {error}"));
    let (opening, say) = (setup.opening, Arc::clone(&setup.say));
    let running = match launch::take(&dir, named)? {
        Turn::Ours(running) => running,
        Turn::Theirs(link) => {
            (*say)(Said::Elsewhere);
            if let Some(path) = named {
                (*say)(Said::Handed(path));
            }
            return show(opening, &say, &dir, &link);
        }
    };
    launch::tidy_up(&dir, Duration::ZERO);
    // Whatever is kept names its place in full: the next process may be started elsewhere.
    let dir = dunce::canonicalize(&dir).map_err(failed)?;
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .await
        .map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    let key = running.note(port).map_err(failed)?;
    let app = Arc::new(App::new(setup, port, dir.clone(), key).map_err(failed)?);
    app.load();
    if let Some(path) = named {
        app.name(path)?.wake(&app);
    }
    let served = tokio::spawn(door::open(listener, routes::router(Arc::clone(&app))));
    let good_for = match opening {
        Opening::Browser => A_MINUTE,
        Opening::Nothing => TEN_MINUTES,
    };
    let link = app.link(good_for).map_err(failed)?;
    show(opening, &say, &dir, &link)?;
    let why = until_the_end(&app).await;
    launch::tidy_up(&dir, Duration::ZERO);
    app.hub
        .tell("ending", "", &serde_json::json!({ "says": why.in_words() }));
    sleep(FAREWELL).await;
    served.abort();
    if why == End::Alone {
        (*say)(Said::Alone);
    }
    drop(running);
    Ok(())
}

/// Opens the browser, or says where it is to be opened.
fn show(opening: Opening, say: &Say, dir: &Path, link: &str) -> Result<(), Failure> {
    if opening == Opening::Nothing {
        (**say)(Said::Link(link));
        return Ok(());
    }
    match launch::open(dir, link) {
        Ok(()) => {
            (**say)(Said::Opened(link.split('#').next().unwrap_or_default()));
            Ok(())
        }
        Err(error) => Err(
            Failure::usage(format!("no browser could be opened: {error}"))
                .hint("type the command again with --no-open, and open the link that it prints"),
        ),
    }
}

/// Why the process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Asked,
    Alone,
}

impl End {
    fn in_words(self) -> &'static str {
        match self {
            Self::Asked => "It was asked to end. All changes are kept, and a run can be continued.",
            Self::Alone => "Nobody has used it for a while. All changes are kept.",
        }
    }
}

/// Tells pages what changes, watches runs of others, and waits for the end.
async fn until_the_end(app: &Arc<App>) -> End {
    let control = app.control();
    let mut beats = 0_u32;
    loop {
        sleep(PULSE).await;
        beats = beats.wrapping_add(1);
        let own = Arc::clone(app);
        let seconds = beats.is_multiple_of(5);
        let _ = tokio::task::spawn_blocking(move || {
            own.runs.pulse(&own, seconds);
            if seconds {
                launch::tidy_up(&own.dir, A_MINUTE);
            }
            if seconds && own.hub.listening() > 0 {
                own.runs.watch_others(&own);
            }
        })
        .await;
        if app.hub.listening() > 0 {
            app.met();
        }
        let asked = *control.borrow();
        if asked != Control::Run {
            app.runs.ask(asked);
            if !app.runs.any_live() {
                return End::Asked;
            }
        }
        if app.alone_since().elapsed() > ALONE && !app.runs.any_live() {
            return End::Alone;
        }
    }
}
