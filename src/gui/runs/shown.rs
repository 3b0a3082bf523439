//! A run as it is shown: of this process, or as its journal tells of it.

use std::fs;
use std::path::{Path, PathBuf};

use super::live::{Live, Now};
use super::rows::RunRows;
use super::words::{notice, waits_for, words};
use crate::flow::clock::{now_ms, show};
use crate::flow::failure::Kind;
use crate::flow::runs::Listed;
use crate::gui::app::App;
use crate::gui::fault::Fault;
use crate::gui::lists::{List, Snapshot, Sought};
use crate::gui::wire::{
    Action, Found, ListCard, Notice, RateNow, ResultFile, Rows, Run, RunCard, Sent, Step,
};
use crate::journal::lock::JournalLock;
use crate::journal::record::Mode;
use crate::journal::{JournalError, RunInfo, run_path};
use crate::model::number::counted;

/// The files of a run, by the names under which they are asked for.
const FILES: [(&str, &str, &str); 5] = [
    ("workbook", "results.xlsx", "your list, with the IDs"),
    (
        "report.html",
        "report.html",
        "one page for whoever asks how it went",
    ),
    (
        "results.csv",
        "results.csv",
        "every row, for other programs",
    ),
    (
        "rejected.csv",
        "rejected.csv",
        "the rows that did not make it",
    ),
    ("removed.csv", "removed.csv", "what was taken back"),
];

/// A run as it is shown.
pub fn body(app: &App, run: &str) -> Result<Run, Fault> {
    match app.runs.live(run) {
        Some(live) => Ok(of_live(app, &live)),
        None => of_journal(app, run),
    }
}

/// The journal of a run; ids are names of files, so nothing but an id is looked for.
pub(super) fn journal(app: &App, run: &str) -> Result<PathBuf, Fault> {
    let is_id = !run.is_empty()
        && run.len() < 60
        && run
            .bytes()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == b'-');
    let path = run_path(&app.state_dir(), run);
    if is_id && path.is_file() {
        Ok(path)
    } else {
        Err(Fault::not_found("run"))
    }
}

/// Whether another process writes the journal.
fn is_written(journal: &Path) -> bool {
    matches!(JournalLock::take(journal), Err(JournalError::AtWork { .. }))
}

pub(super) fn of_journal(app: &App, run: &str) -> Result<Run, Fault> {
    let path = journal(app, run)?;
    let rows = RunRows::read(&path)?;
    let elsewhere = is_written(&path);
    let state = match &rows.undo {
        Some(undo) if undo.finished => "undone",
        Some(_) if elsewhere => "undoing",
        Some(_) => "stopped",
        None if rows.finished => "finished",
        None if elsewhere => "running",
        None => "killed",
    };
    let mut can = Vec::new();
    if !elsewhere {
        if !rows.finished && rows.undo.is_none() {
            can.push(Action::Continue);
        }
        if rows.removable() > 0 {
            can.push(Action::Undo);
        }
    }
    let counts = rows.counts();
    let (title, says) = words(state, &counts, &rows, None);
    let list = app.list_of_run(run);
    let now = list.as_deref().and_then(|id| app.list(id).ok());
    let (since, mended) = against(now.as_deref().filter(|_| !elsewhere), &rows, &can);
    Ok(shape(
        app,
        &rows,
        Shape {
            list,
            state,
            can,
            title,
            says,
            from: from(app, &rows.info),
            since,
            mended,
            rate: if elsewhere {
                rows.pace.now(now_ms())
            } else {
                RateNow::default()
            },
            in_flight: if elsewhere { rows.pace.under_way() } else { 0 },
            ..Shape::default()
        },
    ))
}

pub(super) fn of_live(app: &App, live: &Live) -> Run {
    let now = live.now();
    let counts = now.rows.counts();
    let state = match (live.state(&now), &now.stopped) {
        ("", stopped) => ended_state(&now, stopped.as_ref()),
        (state, _) => state,
    };
    let mut can = live.can(&now);
    if now.ended_ms.is_some() {
        if !now.rows.finished && now.rows.undo.is_none() {
            can.push(Action::Continue);
        }
        if now.rows.removable() > 0 {
            can.push(Action::Undo);
        }
    }
    let stopped = now.stopped.as_ref().map(|(_, says)| says.as_str());
    let (title, says) = words(state, &counts, &now.rows, stopped);
    let per_second = now.per_second();
    let left = now.tally.left(per_second).map(|left| left.as_secs_f64());
    let pulse = live.connected.target.client.pulse();
    let list = live.list.as_deref().and_then(|id| app.list(id).ok());
    let (since, mended) = match state {
        "finished" | "stopped" | "failed" | "undone" => against(list.as_deref(), &now.rows, &can),
        _ => (None, 0),
    };
    shape(
        app,
        &now.rows,
        Shape {
            list: list.map(|list| list.id.clone()),
            state,
            revision: now.revision,
            can,
            title,
            says,
            from: "page",
            notice: notice(&now, state, &counts).or_else(|| waits_for(live, &now, state, &counts)),
            left: left.filter(|_| state == "running"),
            rate: RateNow {
                now: if now.ended_ms.is_some() {
                    0.0
                } else {
                    per_second
                },
                allowed: live.connected.allowed(),
                answer_ms: u64::try_from(pulse.lately().as_millis()).unwrap_or_default(),
                history: now.history.clone(),
            },
            in_flight: if now.ended_ms.is_some() {
                0
            } else {
                pulse.under_way()
            },
            root: Some(live.connected.root.name.clone()),
            ended_ms: now.ended_ms,
            since,
            mended,
        },
    )
}

fn ended_state(now: &Now, stopped: Option<&(Kind, String)>) -> &'static str {
    match (&now.rows.undo, stopped) {
        (Some(undo), _) if undo.finished => "undone",
        (Some(_), _) | (None, Some((Kind::Interrupted, _))) => "stopped",
        (None, None) => "finished",
        (None, Some(_)) if now.rows.finished => "finished",
        (None, Some(_)) => "failed",
    }
}

/// What was changed in the list since the run began and is not sent with it, where it can be continued; and
/// how many rows that did not make it were mended.
fn against(list: Option<&List>, rows: &RunRows, can: &[Action]) -> (Option<String>, usize) {
    let Some((list, now)) = list.and_then(|list| Some((list, list.snapshot().ok()?))) else {
        return (None, 0);
    };
    let since = || since(list, &now, rows);
    let since = can.contains(&Action::Continue).then(since).flatten();
    (since, rows.mended(&now))
}

/// What was changed in the list since the run began, in words; none where nothing was.
pub(super) fn since(list: &List, now: &Snapshot, rows: &RunRows) -> Option<String> {
    let since = rows.since(now);
    let otherwise = list.read_otherwise(now, &rows.info.options);
    // Which rows count follows from how the list is read.
    let of_rows = if otherwise > 0 { 0 } else { since.rows };
    let changes = since.cells + of_rows + otherwise;
    let changes = match changes {
        0 => return None,
        changes => format!("{} since then will", counted(changes, "change")),
    };
    Some(format!(
        "{changes} not be sent with this run, which continues with the rows it began with. Finish it, then \
         plan again: the changes are offered as updates and new rows. Or plan again now: the new run asks if this one should be abandoned."
    ))
}

/// What is known of a run beside its rows.
#[derive(Default)]
struct Shape {
    list: Option<String>,
    state: &'static str,
    revision: u64,
    can: Vec<Action>,
    title: String,
    says: String,
    from: &'static str,
    notice: Option<Notice>,
    left: Option<f64>,
    rate: RateNow,
    in_flight: usize,
    root: Option<String>,
    ended_ms: Option<i64>,
    since: Option<String>,
    mended: usize,
}

fn shape(app: &App, rows: &RunRows, of: Shape) -> Run {
    let info = &rows.info;
    let is_live = matches!(
        of.state,
        "preparing" | "running" | "paused" | "waiting" | "stopping" | "undoing"
    );
    let counts = rows.counts();
    let is_read_back = !is_live && rows.finished && rows.undo.is_none();
    let compared =
        (is_read_back && counts.created + counts.updated > 0).then(|| match rows.mismatches {
            0 => "The tree was read back: every customer is there once, below the right parent."
                .to_owned(),
            many => format!("The tree was read back: {many} are not as they should be."),
        });
    Run {
        run: info.id.clone(),
        list: of.list,
        columns: rows.columns(),
        name: file_name(info),
        mode: info.mode.as_str(),
        root: of.root.unwrap_or_else(|| info.partner.clone()),
        from: of.from,
        state: of.state,
        revision: if of.revision == 0 {
            app.revision()
        } else {
            of.revision
        },
        to_create: rows.to_create,
        in_flight: of.in_flight,
        begun: show(info.started_ms),
        ended: of.ended_ms.or(rows.ended_ms).filter(|_| !is_live).map(show),
        left: of.left,
        rate: of.rate,
        said: rows.said(),
        notice: of.notice,
        title: of.title,
        says: of.says,
        compared,
        files: if is_live { Vec::new() } else { files(info) },
        can: of.can,
        since: of.since,
        mended: of.mended,
        counts,
    }
}

fn file_name(info: &RunInfo) -> String {
    let name = Path::new(&info.input_path).file_name();
    name.map_or_else(
        || info.input_path.clone(),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn from(app: &App, info: &RunInfo) -> &'static str {
    if Path::new(&info.input_full_path).starts_with(&app.dir) {
        "page"
    } else {
        "command line"
    }
}

/// The result files that are there.
fn files(info: &RunInfo) -> Vec<ResultFile> {
    let name = file_name(info);
    let stem = Path::new(&name).file_stem();
    let stem = stem.map_or("results".into(), |stem| stem.to_string_lossy());
    let out = Path::new(&info.out_dir);
    let there = FILES.iter().filter(|(_, file, _)| out.join(file).is_file());
    there
        .map(|(name, file, says)| ResultFile {
            name,
            title: if *name == "workbook" {
                format!("{stem} with IDs.xlsx")
            } else {
                (*file).to_owned()
            },
            says,
        })
        .collect()
}

/// The bytes of a result file: of those names only, and from where its journal says.
///
/// # Errors
/// Where there is no such file.
pub fn file(app: &App, run: &str, name: &str) -> Result<Vec<u8>, Fault> {
    let known = FILES.iter().find(|(known, _, _)| *known == name);
    let (_, file, _) = known.ok_or(Fault::not_found("file"))?;
    let path = journal(app, run)?;
    let store = crate::journal::Store::open(&path).map_err(crate::flow::failure::Failure::from)?;
    let (info, _) = store.info().map_err(crate::flow::failure::Failure::from)?;
    fs::read(Path::new(&info.out_dir).join(file)).map_err(|_| Fault::not_found("file"))
}

/// Rows of a run.
pub fn window(app: &App, run: &str, asked: (&str, usize, usize)) -> Result<Rows, Fault> {
    if let Some(live) = app.runs.live(run) {
        let list = live.list.as_deref().and_then(|id| app.list(id).ok());
        let list = list.and_then(|list| list.snapshot().ok());
        let now = live.now();
        return now.rows.window(now.revision, asked, list.as_ref());
    }
    let rows = RunRows::read(&journal(app, run)?)?;
    let list = app.list_of_run(run).and_then(|id| app.list(&id).ok());
    let list = list.and_then(|list| list.snapshot().ok());
    rows.window(app.revision(), asked, list.as_ref())
}

/// What a run sends for a row.
pub fn sent(app: &App, run: &str, row: u32) -> Result<Sent, Fault> {
    match app.runs.live(run) {
        Some(live) => live.now().rows.sent(row),
        None => RunRows::read(&journal(app, run)?)?.sent(row),
    }
}

/// The next cell of a run with a text.
pub fn find(app: &App, run: &str, view: &str, sought: &Sought) -> Result<Found, Fault> {
    let list = app.list_of_run(run).and_then(|id| app.list(&id).ok());
    let list = list.and_then(|list| list.snapshot().ok());
    if let Some(live) = app.runs.live(run) {
        return live.now().rows.find(view, sought, list.as_ref());
    }
    RunRows::read(&journal(app, run)?)?.find(view, sought, list.as_ref())
}

/// Runs that are not at their end, newest first; and those without a list here, in short.
pub fn cards(app: &App) -> (Vec<RunCard>, Vec<ListCard>) {
    let (mut unfinished, mut others) = (Vec::new(), Vec::new());
    let listed = crate::flow::runs::list(&app.state_dir()).unwrap_or_default();
    for Listed { info, state, .. } in listed.into_iter().flatten().rev() {
        if state.planned_ms.is_none() || unfinished.len() + others.len() >= 50 {
            continue;
        }
        let own = app.list_of_run(&info.id);
        let live = app.runs.live(&info.id).is_some_and(|one| one.is_live());
        if state.finished_ms.is_none() || live {
            if let Ok(run) = body(app, &info.id) {
                unfinished.push(RunCard {
                    run: run.run,
                    list: run.list,
                    name: run.name,
                    state: run.state,
                    says: run.title,
                    counts: run.counts,
                    from: run.from,
                });
            }
            continue;
        }
        if own.is_none() {
            others.push(ListCard {
                list: None,
                run: Some(info.id.clone()),
                name: file_name(&info),
                rows: 0,
                state: "ok",
                says: if from(app, &info) == "page" {
                    "was run; its list was removed here".to_owned()
                } else {
                    "was run on the command line".to_owned()
                },
                target: Some(match info.mode {
                    Mode::Sandbox => "Sandbox".to_owned(),
                    Mode::Live => info.partner.clone(),
                }),
                at: show(info.started_ms),
                step: Step::Results,
            });
        }
    }
    (unfinished, others)
}
