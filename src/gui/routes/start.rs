//! Who comes in, and what is there before a list is: the start page, the target, events, and the page's
//! own files.

use std::sync::Arc;
use std::time::Instant;

use axum::body::Bytes;
use axum::extract::{Query, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

use super::answer::{Answer, Asked, Asks, bytes, off, ok, read};
use crate::check::exports;
use crate::flow::doctor::Patient;
use crate::flow::event::Silence;
use crate::flow::host::first_patience;
use crate::gui::app::TEN_MINUTES;
use crate::gui::fault::Fault;
use crate::gui::wire::{Finding, Findings, Start, TargetAsk};
use crate::gui::{launch as link, runs, session as entry};

/// Endings that the file chooser offers.
const ENDINGS: [&str; 8] = [
    ".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods",
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SessionAsk {
    token: String,
}

pub(super) async fn session(State(app): Asked, body: Bytes) -> Answer {
    let ask: SessionAsk = read(&body)?;
    let secret = app.session.enter(&ask.token, Instant::now())?;
    link::has_come(&app.dir, &ask.token);
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
pub(super) async fn launch(State(app): Asked, body: Bytes) -> Answer {
    let ask: LaunchAsk = read(&body)?;
    if !entry::is_same(&app.key, &ask.key) {
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

pub(super) async fn start(State(app): Asked) -> Answer {
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

pub(super) async fn template(State(app): Asked) -> Answer {
    let template = Arc::clone(&app.setup.template);
    let made = off(move || template().map_err(Fault::from)).await?;
    Ok(bytes(made))
}

pub(super) async fn target(State(app): Asked) -> Answer {
    ok(&app.target.body(&app.setup.settings))
}

pub(super) async fn choose(State(app): Asked, body: Bytes) -> Answer {
    let ask: TargetAsk = read(&body)?;
    if app.target.is(&ask) {
        return target(State(app)).await;
    }
    if app.runs.any_live() {
        let says = "A run is in progress. Choose another target when it has ended.";
        return Err(Fault::busy(says));
    }
    let chosen = app.target.choose(&app.setup, ask).await?;
    app.hub.tell("target", "", &chosen);
    ok(&chosen)
}

pub(super) async fn look(State(app): Asked) -> Answer {
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

pub(super) async fn events(State(app): Asked, Query(asks): Query<Asks>) -> Response {
    let kind = [(header::CONTENT_TYPE, "text/event-stream")];
    (kind, app.hub.stream(asks.after)).into_response()
}

/// The page's own files hold nothing of anybody.
pub(super) async fn shell(State(app): Asked, request: Request) -> Answer {
    let asset = app.assets.get(request.uri().path());
    let asset = asset.ok_or(Fault::not_found("address"))?;
    let kind = [(header::CONTENT_TYPE, asset.kind)];
    Ok((kind, asset.text.clone()).into_response())
}
