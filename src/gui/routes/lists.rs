//! Lists: brought, shown, mended, planned, and let go.

use std::io::Write;
use std::path::Path as FilePath;
use std::pin::Pin;

use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, Request, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use http_body::Body as _;
use serde_json::json;

use super::answer::{Answer, Asked, Asks, answer, bytes, off, ok, read};
use crate::gui::brought::file_name;
use crate::gui::fault::Fault;
use crate::gui::lists::can_be_read;
use crate::gui::wire::{ApprovedAsk, Draft};
use crate::gui::{files, guard, plans};
use crate::journal::private;

/// Takes a list that is brought: it is written down as it comes, and read afterwards. What it is called
/// is shown, and never a path: the copy's own name keeps nothing but letters, digits and spaces of it.
pub(super) async fn upload(
    State(app): Asked,
    Query(asks): Query<Asks>,
    request: Request,
) -> Answer {
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

pub(super) async fn list(State(app): Asked, Path(id): Path<String>) -> Answer {
    let list = app.list(&id)?;
    list.wake(&app);
    ok(&off(move || Ok(list.body())).await?)
}

pub(super) async fn forget(State(app): Asked, Path(id): Path<String>) -> Answer {
    off(move || app.forget(&id)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub(super) async fn of_list(
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

pub(super) async fn to_list(
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
    if what == "draft" {
        let draft: Option<Draft> = read(&body)?;
        off(move || Ok(list.keep_draft(draft.as_ref())?)).await?;
        return ok(&json!({}));
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

pub(super) async fn more_of_list(
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

pub(super) async fn fold(
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
