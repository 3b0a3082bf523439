//! Runs: begun, shown, steered, and taken back.

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::json;

use super::answer::{Answer, Asked, Asks, answer, bytes, off, ok, read};
use crate::gui::fault::Fault;
use crate::gui::runs;
use crate::gui::wire::{Action, LoginAsk};
use crate::settings::IfChanged;

pub(super) async fn begin(State(app): Asked, body: Bytes) -> Answer {
    let run = runs::begin(&app, &read(&body)?).await?;
    answer(StatusCode::CREATED, &json!({ "run": run }))
}

pub(super) async fn run(State(app): Asked, Path(id): Path<String>) -> Answer {
    ok(&off(move || runs::body(&app, &id)).await?)
}

pub(super) async fn of_run(
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

pub(super) async fn run_file(
    State(app): Asked,
    Path((id, name)): Path<(String, String)>,
) -> Answer {
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

pub(super) async fn to_run(
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
