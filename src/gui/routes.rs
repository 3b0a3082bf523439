//! The addresses below `/api`, `/events`, and the page's own files. Each handler reads what was asked,
//! asks a list, a plan or a run, and answers.

use std::io::Write;
use std::path::Path as FilePath;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http_body::Body as _;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::app::{App, TEN_MINUTES};
use super::fault::{Fault, sentence};
use super::lists::{Sought, can_be_read};
use super::wire::{Action, ApprovedAsk, Finding, Findings, LoginAsk, Start, TargetAsk};
use super::{files, guard, plans, runs};
use crate::check::exports;
use crate::flow::doctor::Patient;
use crate::flow::event::Silence;
use crate::flow::host::first_patience;
use crate::journal::private;
use crate::model::printable;
use crate::settings::IfChanged;

/// What the name of a list may have, in bytes: its results are named after it, with more behind.
const LONGEST_NAME: usize = 120;
/// Names that are no files on Windows.
const DEVICES: [&str; 10] = [
    "con", "prn", "aux", "nul", "com1", "com2", "com3", "lpt1", "lpt2", "lpt3",
];
/// Endings that the file chooser offers.
const ENDINGS: [&str; 8] = [
    ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods",
];

type Asked = State<Arc<App>>;
type Answer = Result<Response, Fault>;

/// All addresses, behind the guard.
pub fn router(app: Arc<App>) -> Router {
    let guard = axum::middleware::from_fn_with_state(Arc::clone(&app), guard::guard);
    let without_secret = DefaultBodyLimit::max(guard::MOST_WITHOUT);
    Router::new()
        .route("/api/session", post(session).layer(without_secret))
        .route("/api/launch", post(launch).layer(without_secret))
        .route("/api/start", get(start))
        .route("/api/template", get(template))
        .route("/api/target", get(target).post(choose))
        .route("/api/doctor", get(look))
        .route(
            "/api/lists",
            post(upload).layer(DefaultBodyLimit::disable()),
        )
        .route("/api/lists/{list}", get(list).delete(forget))
        .route("/api/lists/{list}/{what}", get(of_list).post(to_list))
        .route(
            "/api/lists/{list}/{what}/{more}",
            get(more_of_list).post(fold),
        )
        .route("/api/runs", post(begin))
        .route("/api/runs/{run}", get(run))
        .route("/api/runs/{run}/{what}", get(of_run).post(to_run))
        .route("/api/runs/{run}/files/{name}", get(run_file))
        .route("/events", get(events))
        .fallback(get(shell))
        .layer(DefaultBodyLimit::max(guard::MOST_JSON))
        .layer(guard)
        .with_state(app)
}

fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Fault> {
    serde_json::from_slice(body)
        .map_err(|error| Fault::value(sentence(&format!("that is not understood: {error}"))))
}

fn answer(status: StatusCode, body: &impl Serialize) -> Answer {
    let text = serde_json::to_string(body).map_err(|error| Fault::failed(error.to_string()))?;
    let kind = [(header::CONTENT_TYPE, "application/json")];
    Ok((status, kind, text).into_response())
}

fn ok(body: &impl Serialize) -> Answer {
    answer(StatusCode::OK, body)
}

fn bytes(bytes: Vec<u8>) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/octet-stream")];
    (kind, bytes).into_response()
}

/// Work that reads files or goes through all rows is no work for the thread that answers.
async fn off<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
) -> Result<T, Fault> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(_) => Err(Fault::failed("It broke off.")),
    }
}

/// What stands behind the question mark.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Asks {
    view: String,
    from: usize,
    count: usize,
    text: String,
    row: u32,
    column: i64,
    back: u8,
    first: usize,
    name: String,
    after: u64,
}

impl Asks {
    fn sought(&self) -> Sought {
        Sought {
            text: self.text.clone(),
            from: self.from,
            column: self.at(),
            back: self.back == 1,
        }
    }

    fn at(&self) -> Option<usize> {
        usize::try_from(self.column).ok()
    }

    fn column(&self) -> Result<usize, Fault> {
        self.at().ok_or(Fault::value("There is no such column."))
    }
}

// --- who comes in, and what is there ---

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionAsk {
    token: String,
}

async fn session(State(app): Asked, body: Bytes) -> Answer {
    let ask: SessionAsk = read(&body)?;
    let secret = app.session.enter(&ask.token, Instant::now())?;
    super::launch::has_come(&app.dir, &ask.token);
    ok(&json!({ "secret": secret, "version": env!("CARGO_PKG_VERSION") }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LaunchAsk {
    key: String,
    /// A file that the other process was to open.
    open: Option<std::path::PathBuf>,
}

/// A link for another process of the same user, who alone can read the key.
async fn launch(State(app): Asked, body: Bytes) -> Answer {
    let ask: LaunchAsk = read(&body)?;
    if !super::session::is_same(&app.key, &ask.key) {
        return Err(Fault::session());
    }
    if let Some(path) = ask.open {
        // Who asks has the key, and may still be wrong: a device or a queue would never come to an end.
        if !path.is_absolute() || !path.is_file() {
            return Err(Fault::value("That is no file with its path in full."));
        }
        let own = Arc::clone(&app);
        let list = off(move || Ok(own.name(&path)?)).await?;
        list.wake(&app);
        app.hub.tell("start", "", &json!({}));
    }
    let link = app.link(TEN_MINUTES)?;
    ok(&json!({ "link": link }))
}

async fn start(State(app): Asked) -> Answer {
    let start = off(move || {
        let (unfinished, others) = runs::cards(&app);
        let mut recent: Vec<_> = app.all_lists().iter().map(|one| one.card()).collect();
        recent.extend(others);
        recent.truncate(50);
        let tools = exports::all().map(|one| one.tool.clone());
        let mut exports: Vec<String> = tools.collect();
        exports.dedup();
        Ok(Start {
            version: env!("CARGO_PKG_VERSION"),
            opened: app.opened(),
            accepts: ENDINGS.to_vec(),
            exports,
            unfinished,
            recent,
        })
    });
    ok(&start.await?)
}

async fn template(State(app): Asked) -> Answer {
    let template = Arc::clone(&app.setup.template);
    let made = off(move || template().map_err(Fault::from)).await?;
    Ok(bytes(made))
}

async fn target(State(app): Asked) -> Answer {
    ok(&app.target.body(&app.setup.settings))
}

async fn choose(State(app): Asked, body: Bytes) -> Answer {
    let ask: TargetAsk = read(&body)?;
    if app.target.is(&ask) {
        return target(State(app)).await;
    }
    if app.runs.any_live() {
        let says = "A run is under way. Choose another target when it has ended.";
        return Err(Fault::busy(says));
    }
    let chosen = app.target.choose(&app.setup, ask).await?;
    app.hub.tell("target", "", &chosen);
    ok(&chosen)
}

async fn look(State(app): Asked) -> Answer {
    let Some(connected) = app.target.connected() else {
        return Err(Fault::value("No target is chosen yet."));
    };
    let patience = first_patience(app.setup.control.clone(), &connected.resolved.running);
    let seen = connected.seen.clone();
    let patient = Patient::of(&connected.target, &connected.resolved, seen);
    let examined = patient.examine(&patience, &Silence).await;
    let findings = examined.findings.into_iter().map(Finding::from);
    ok(&Findings {
        findings: findings.collect(),
    })
}

async fn events(State(app): Asked, Query(asks): Query<Asks>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/event-stream")];
    (kind, app.hub.stream(asks.after)).into_response()
}

/// The page's own files hold nothing of anybody.
async fn shell(State(app): Asked, request: Request) -> Answer {
    let asset = app.assets.get(request.uri().path());
    let asset = asset.ok_or(Fault::not_found("address"))?;
    let kind = [(header::CONTENT_TYPE, asset.kind)];
    Ok((kind, asset.text.clone()).into_response())
}

// --- lists ---

/// Takes a list that is brought: it is written down as it comes, and read afterwards. What it is called
/// is shown, and never a path: the copy's own name keeps nothing but letters, digits and spaces of it.
async fn upload(State(app): Asked, Query(asks): Query<Asks>, request: Request) -> Answer {
    let name = file_name(&asks.name);
    let (id, dir) = app.place()?;
    let path = dir.join("input").join(&name);
    let written = write_down(request.into_body(), &path).await;
    let checked = match written {
        Ok(()) => {
            let (path, name) = (path.clone(), name.clone());
            off(move || {
                can_be_read(&path).map_err(|failure| Fault::of_list(&failure, &path, &name))
            })
            .await
        }
        Err(fault) => Err(fault),
    };
    if let Err(fault) = checked {
        let _ = std::fs::remove_dir_all(&dir);
        return Err(fault);
    }
    let list = match app.bring(&id, dir.clone(), &name, path) {
        Ok(list) => list,
        Err(error) => {
            let _ = std::fs::remove_dir_all(&dir);
            return Err(error.into());
        }
    };
    list.wake(&app);
    app.hub.tell("start", "", &json!({}));
    answer(StatusCode::CREATED, &json!({ "list": id }))
}

/// A name for a file of ours: without whatever a system takes for something else.
fn file_name(asked: &str) -> String {
    let last = asked.rsplit(['/', '\\']).next().unwrap_or_default();
    let harmless = |letter: char| {
        if letter.is_alphanumeric() || " .-_()+,&".contains(letter) {
            letter
        } else {
            '_'
        }
    };
    let clean: String = printable(last).chars().map(harmless).collect();
    let clean = shortened(clean.trim().trim_matches('.').trim());
    let stem = clean.split('.').next().unwrap_or_default();
    let is_device = DEVICES.iter().any(|one| one.eq_ignore_ascii_case(stem));
    if clean.is_empty() || is_device {
        return format!("list {clean}").trim().to_owned();
    }
    clean
}

/// The name, no longer than a system takes: in bytes, of which a letter may have four. It keeps its ending.
fn shortened(name: &str) -> String {
    if name.len() <= LONGEST_NAME {
        return name.to_owned();
    }
    let ending = name.rfind('.').filter(|at| name.len() - at <= 8);
    let (stem, ending) = name.split_at(ending.unwrap_or(name.len()));
    let fits = |end: &usize| stem.is_char_boundary(*end);
    let end = (0..=LONGEST_NAME - ending.len()).rev().find(fits);
    let end = end.unwrap_or_default();
    format!("{}{ending}", stem[..end].trim_end())
}

async fn write_down(mut body: Body, path: &FilePath) -> Result<(), Fault> {
    let mut file = private::own(path)?;
    let mut length = 0;
    while let Some(frame) =
        std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await
    {
        let frame = frame.map_err(|_| Fault::value("The file did not come whole."))?;
        let Ok(part) = frame.into_data() else {
            continue;
        };
        length += part.len() as u64;
        if length > guard::MOST_UPLOAD {
            return Err(Fault::too_large("A list has 1 GB at most."));
        }
        file.write_all(&part)?;
    }
    file.sync_all()?;
    Ok(())
}

async fn list(State(app): Asked, Path(id): Path<String>) -> Answer {
    let list = app.list(&id)?;
    list.wake(&app);
    ok(&off(move || Ok(list.body())).await?)
}

async fn forget(State(app): Asked, Path(id): Path<String>) -> Answer {
    off(move || app.forget(&id)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn of_list(
    State(app): Asked,
    Path((id, what)): Path<(String, String)>,
    Query(asks): Query<Asks>,
) -> Answer {
    let list = app.list(&id)?;
    list.wake(&app);
    list.has_been_read().await;
    let answered = off(move || {
        if what == "plan" {
            return ok(&list.planning(|planning| planning.body()));
        }
        if what == "row" {
            return ok(&list.sent(asks.row)?);
        }
        let now = list.snapshot()?;
        match what.as_str() {
            "rows" => ok(&now.window(&asks.view, asks.from, asks.count)?),
            "find" => ok(&now.find(&asks.view, &asks.sought())?),
            "position" => ok(&now.position(&asks.view, asks.row)?),
            "problems" => ok(&now.problems()),
            "lines" => ok(&now.lines()),
            "cell" => ok(&now.cell(asks.row, asks.column()?)?),
            "values" => ok(&now.values(asks.column()?)?),
            _ => Err(Fault::not_found("address")),
        }
    });
    answered.await
}

async fn to_list(
    State(app): Asked,
    Path((id, what)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    let list = app.list(&id)?;
    list.wake(&app);
    if what == "plan" {
        let plan = plans::make(&app, &list, read(&body)?)?;
        return answer(StatusCode::ACCEPTED, &plan);
    }
    // Notes that a check is to be made, which needs the runtime.
    let runtime = tokio::runtime::Handle::current();
    let kept = off(move || {
        let _inside = runtime.enter();
        match what.as_str() {
            "mends" => list.mend(&app, &read(&body)?),
            "understood" => list.understand(&app, read(&body)?),
            "columns" => list.column(&app, &read(&body)?),
            "constants" => list.constant(&app, &read(&body)?),
            "answers" => list.answer(&app, read(&body)?),
            "values" => list.values(&app, read(&body)?),
            _ => Err(Fault::not_found("address")),
        }
    });
    ok(&kept.await?)
}

async fn more_of_list(
    State(app): Asked,
    Path((id, what, more)): Path<(String, String, String)>,
    Query(asks): Query<Asks>,
) -> Answer {
    let list = app.list(&id)?;
    list.wake(&app);
    list.has_been_read().await;
    let answered = off(move || match (what.as_str(), more.as_str()) {
        ("problems", "next") => {
            let now = list.snapshot()?;
            ok(&now.next_problem(asks.row, asks.at(), asks.back == 1))
        }
        ("plan", "rows") => {
            list.planning(|planning| ok(&planning.window(&asks.view, asks.from, asks.count)?))
        }
        ("plan", "find") => {
            list.planning(|planning| ok(&planning.find(&asks.view, &asks.sought())?))
        }
        ("plan", "pilot") => list.planning(|planning| ok(&planning.pilot(asks.first)?)),
        ("files", name) => Ok(bytes(files::of_list(&list, name)?)),
        _ => Err(Fault::not_found("address")),
    });
    answered.await
}

async fn fold(
    State(app): Asked,
    Path((id, what, more)): Path<(String, String, String)>,
    body: Bytes,
) -> Answer {
    let list = app.list(&id)?;
    match (what.as_str(), more.as_str()) {
        ("plan", "fold") => {
            let ask = read(&body)?;
            ok(&list.planning(|planning| planning.fold(&ask))?)
        }
        ("plan", "approved") => {
            let ask: ApprovedAsk = read(&body)?;
            answer(StatusCode::ACCEPTED, &plans::approved(&app, &list, &ask)?)
        }
        _ => Err(Fault::not_found("address")),
    }
}

// --- runs ---

async fn begin(State(app): Asked, body: Bytes) -> Answer {
    let run = runs::begin(&app, &read(&body)?).await?;
    answer(StatusCode::CREATED, &json!({ "run": run }))
}

async fn run(State(app): Asked, Path(id): Path<String>) -> Answer {
    ok(&off(move || runs::body(&app, &id)).await?)
}

async fn of_run(
    State(app): Asked,
    Path((id, what)): Path<(String, String)>,
    Query(asks): Query<Asks>,
) -> Answer {
    let answered = off(move || match what.as_str() {
        "rows" => ok(&runs::window(
            &app,
            &id,
            (&asks.view, asks.from, asks.count),
        )?),
        "row" => ok(&runs::sent(&app, &id, asks.row)?),
        "find" => ok(&runs::find(&app, &id, &asks.view, &asks.sought())?),
        _ => Err(Fault::not_found("address")),
    });
    answered.await
}

async fn run_file(State(app): Asked, Path((id, name)): Path<(String, String)>) -> Answer {
    Ok(bytes(off(move || runs::file(&app, &id, &name)).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DoAsk {
    action: Action,
    #[serde(default)]
    login: Option<LoginAsk>,
    /// To continue: also where the list was changed since the run began.
    #[serde(default)]
    anyway: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UndoAsk {
    typed: String,
}

async fn to_run(
    State(app): Asked,
    Path((id, what)): Path<(String, String)>,
    body: Bytes,
) -> Answer {
    match what.as_str() {
        "do" => {
            let ask: DoAsk = read(&body)?;
            match ask.action {
                Action::Continue => {
                    let if_changed = if ask.anyway {
                        IfChanged::AsBegun
                    } else {
                        IfChanged::Stop
                    };
                    runs::go_on(&app, &id, ask.login, if_changed).await?;
                }
                action => {
                    let live = app.runs.live(&id).filter(|live| live.is_live());
                    let live = live.ok_or(Fault::busy("The run is not one of this page's."))?;
                    live.order(action)?;
                }
            }
        }
        "undo" => {
            let ask: UndoAsk = read(&body)?;
            runs::undo(&app, &id, &ask.typed).await?;
        }
        _ => return Err(Fault::not_found("address")),
    }
    ok(&off(move || runs::body(&app, &id)).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_comes_from_the_page_is_no_path() {
        for (asked, name) in [
            ("Kunden 2026.xlsx", "Kunden 2026.xlsx"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\x\\a.csv", "a.csv"),
            ("..", "list"),
            ("", "list"),
            ("a\u{0}b:c|d.csv", "a_b_c_d.csv"),
            ("nul.csv", "list nul.csv"),
            (
                &*format!("{}.xlsx", "顧".repeat(200)),
                &*format!("{}.xlsx", "顧".repeat(38)),
            ),
            (&*"顧".repeat(60), &*"顧".repeat(40)),
        ] {
            let made = file_name(asked);
            assert!(!made.contains(['/', '\\', '\0', ':']), "{made}");
            if asked != "a\u{0}b:c|d.csv" {
                assert_eq!(made, name, "{asked}");
            }
        }
    }
}
