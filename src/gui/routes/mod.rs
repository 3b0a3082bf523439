//! The addresses below `/api`, `/events`, and the page's own files. Each handler reads what was asked,
//! asks a list, a plan or a run, and answers.

mod answer;
mod lists;
mod runs;
mod start;

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};

use super::app::App;
use super::guard;

/// All addresses, behind the guard.
pub fn router(app: Arc<App>) -> Router {
    let guard = axum::middleware::from_fn_with_state(Arc::clone(&app), guard::guard);
    let without_secret = DefaultBodyLimit::max(guard::MOST_WITHOUT);
    Router::new()
        .route("/api/session", post(start::session).layer(without_secret))
        .route("/api/launch", post(start::launch).layer(without_secret))
        .route("/api/start", get(start::start))
        .route("/api/template", get(start::template))
        .route("/api/target", get(start::target).post(start::choose))
        .route("/api/doctor", get(start::look))
        .route(
            "/api/lists",
            post(lists::upload).layer(DefaultBodyLimit::disable()),
        )
        .route("/api/lists/{list}", get(lists::list).delete(lists::forget))
        .route(
            "/api/lists/{list}/{what}",
            get(lists::of_list).post(lists::to_list),
        )
        .route(
            "/api/lists/{list}/{what}/{more}",
            get(lists::more_of_list).post(lists::fold),
        )
        .route("/api/runs", post(runs::begin))
        .route("/api/runs/{run}", get(runs::run))
        .route(
            "/api/runs/{run}/{what}",
            get(runs::of_run).post(runs::to_run),
        )
        .route("/api/runs/{run}/files/{name}", get(runs::run_file))
        .route("/events", get(start::events))
        .fallback(get(start::shell))
        .layer(DefaultBodyLimit::max(guard::MOST_JSON))
        .layer(guard)
        .with_state(app)
}
