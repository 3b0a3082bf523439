//! Who may come in: every request passes here before anything else looks at it.
//!
//! A page on loopback is reached by every web site that its user visits, and by every user of the
//! machine. So the name it is asked by, the page that asks, and the secret are held against what they
//! must be; nothing says to another origin what it would need to go on.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{self, HeaderName};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::app::App;
use super::door::Visitor;
use super::fault::{Fault, sentence};

/// What a list may hold.
pub const MOST_UPLOAD: u64 = 1024 * 1024 * 1024;

/// What one request may hold, but for lists.
pub const MOST_JSON: usize = 8 * 1024 * 1024;

/// What one request may hold that comes without the secret, and how long it may take.
pub const MOST_WITHOUT: usize = 8 * 1024;
const LONGEST_WITHOUT: std::time::Duration = std::time::Duration::from_secs(10);

/// The header that bears the secret. No cookie: those know no ports.
pub const SECRET: &str = "x-partner-import";

/// What every answer says of itself.
const SHIELD: [(&str, &str); 6] = [
    (
        "content-security-policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

/// Lets a request in, or answers it.
pub async fn guard(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    app.met();
    let mut answer = match admit(&app, &request) {
        Ok(()) if has_own_key(request.uri().path()) => {
            match tokio::time::timeout(LONGEST_WITHOUT, next.run(request)).await {
                Ok(answer) => answer,
                Err(_) => (StatusCode::REQUEST_TIMEOUT, Body::empty()).into_response(),
            }
        }
        Ok(()) => in_our_words(next.run(request).await).await,
        Err(answer) => *answer,
    };
    for (name, value) in SHIELD {
        answer.headers_mut().insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    answer
}

/// Refusals of the router itself, such as of a number that is none, are told like all others.
async fn in_our_words(answer: Response) -> Response {
    let status = answer.status();
    let kind = answer.headers().get(header::CONTENT_TYPE);
    let plain = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if !plain || !status.is_client_error() {
        return answer;
    }
    let body = axum::body::to_bytes(answer.into_body(), MOST_WITHOUT).await;
    let says = String::from_utf8_lossy(&body.unwrap_or_default()).into_owned();
    Fault::new(status, "value", "That cannot be done", sentence(&says)).into_response()
}

type Refusal = Result<(), Box<Response>>;

fn admit(app: &App, request: &Request) -> Refusal {
    let headers = request.headers();
    // Before anything else: a name of somebody else that leads here is an attack.
    let asked = only(headers, header::HOST.as_str());
    let elsewhere = request
        .uri()
        .authority()
        .is_some_and(|one| *one != *app.host);
    if asked != Some(&app.host) || elsewhere {
        return refuse(StatusCode::FORBIDDEN);
    }
    let changes = match *request.method() {
        Method::GET => false,
        Method::POST | Method::DELETE => true,
        _ => return refuse(StatusCode::METHOD_NOT_ALLOWED),
    };
    let path = request.uri().path();
    let ours = path == "/api" || path.starts_with("/api/") || path.starts_with("/events");
    if !ours {
        return if changes {
            refuse(StatusCode::METHOD_NOT_ALLOWED)
        } else {
            Ok(())
        };
    }
    if headers
        .get_all("sec-fetch-site")
        .iter()
        .any(|site| site != "same-origin")
    {
        return refuse(StatusCode::FORBIDDEN);
    }
    if changes {
        if only(headers, header::ORIGIN.as_str()) != Some(&app.origin) {
            return refuse(StatusCode::FORBIDDEN);
        }
        let wanted = if path == "/api/lists" {
            "application/octet-stream"
        } else {
            "application/json"
        };
        let kind = only(headers, header::CONTENT_TYPE.as_str());
        let kind = kind.map(|kind| kind.split(';').next().unwrap_or_default().trim());
        if !kind.is_some_and(|kind| kind.eq_ignore_ascii_case(wanted)) {
            return refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE);
        }
    }
    if has_own_key(path) {
        if length(headers) > MOST_WITHOUT as u64 {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE);
        }
        return Ok(());
    }
    let (most, says) = if path == "/api/lists" {
        (MOST_UPLOAD, "A list has 1 GB at most.")
    } else {
        (MOST_JSON as u64, "One request has 8 MB at most.")
    };
    if length(headers) > most {
        return Err(Box::new(Fault::too_large(says).into_response()));
    }
    let secret = only(headers, SECRET);
    if !secret.is_some_and(|secret| app.session.knows(secret)) {
        return Err(Box::new(Fault::session().into_response()));
    }
    if let Some(visitor) = request.extensions().get::<Arc<Visitor>>() {
        visitor.is_known();
    }
    Ok(())
}

/// What is asked for without the secret, with a key of its own.
fn has_own_key(path: &str) -> bool {
    path == "/api/session" || path == "/api/launch"
}

/// A header that stands there once.
fn only<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut all = headers.get_all(name).iter();
    match (all.next(), all.next()) {
        (Some(one), None) => one.to_str().ok(),
        _ => None,
    }
}

/// How much the request says that it holds; without a word, the body's own limit counts. A number that is too
/// long for one is as much as there can be.
fn length(headers: &HeaderMap) -> u64 {
    let text = only(headers, header::CONTENT_LENGTH.as_str());
    text.map_or(0, |text| text.parse().unwrap_or(u64::MAX))
}

fn refuse(status: StatusCode) -> Refusal {
    Err(Box::new((status, Body::empty()).into_response()))
}
