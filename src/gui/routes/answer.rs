//! What all handlers have in common: how a question is read and an answer written.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::gui::app::App;
use crate::gui::fault::{Fault, sentence};
use crate::gui::lists::Sought;

pub(super) type Asked = State<Arc<App>>;
pub(super) type Answer = Result<Response, Fault>;

pub(super) fn read<T: DeserializeOwned>(body: &Bytes) -> Result<T, Fault> {
    serde_json::from_slice(body)
        .map_err(|error| Fault::value(sentence(&format!("that is not understood: {error}"))))
}

pub(super) fn answer(status: StatusCode, body: &impl Serialize) -> Answer {
    let text = serde_json::to_string(body).map_err(|error| Fault::failed(error.to_string()))?;
    let kind = [(header::CONTENT_TYPE, "application/json")];
    Ok((status, kind, text).into_response())
}

pub(super) fn ok(body: &impl Serialize) -> Answer {
    answer(StatusCode::OK, body)
}

pub(super) fn bytes(bytes: Vec<u8>) -> Response {
    let kind = [(header::CONTENT_TYPE, "application/octet-stream")];
    (kind, bytes).into_response()
}

/// Work that reads files or goes through all rows is no work for the thread that answers.
pub(super) async fn off<T: Send + 'static>(
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
pub(super) struct Asks {
    pub(super) view: String,
    pub(super) from: usize,
    pub(super) count: usize,
    text: String,
    pub(super) row: u32,
    column: i64,
    pub(super) back: u8,
    pub(super) first: usize,
    pub(super) name: String,
    pub(super) after: u64,
}

impl Asks {
    pub(super) fn sought(&self) -> Sought {
        Sought {
            text: self.text.clone(),
            from: self.from,
            column: self.at(),
            back: self.back == 1,
        }
    }

    pub(super) fn at(&self) -> Option<usize> {
        usize::try_from(self.column).ok()
    }

    pub(super) fn column(&self) -> Result<usize, Fault> {
        self.at().ok_or(Fault::value("There is no such column."))
    }
}
