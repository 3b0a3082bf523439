//! What is answered in place of what was asked, and the words that the page has for advice.

use std::path::Path;

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use crate::flow::advice::{Advice, OfRun};
use crate::flow::failure::{Failure, Kind};
use crate::journal::RunInfo;
pub use crate::model::phrase::sentence;

/// A refusal.
#[derive(Debug, Clone)]
pub struct Fault(Box<Refusal>);

#[derive(Debug, Clone)]
struct Refusal {
    status: StatusCode,
    code: &'static str,
    title: String,
    says: String,
    field: Option<&'static str>,
    holder: Option<Holder>,
}

/// Who holds a tenant's lock.
#[derive(Debug, Clone, Serialize)]
pub struct Holder {
    /// Its run, where that is of this state directory.
    pub run: Option<String>,
    /// What it reads.
    pub name: String,
    /// In words.
    pub says: String,
}

impl Fault {
    /// A refusal.
    pub fn new(
        status: StatusCode,
        code: &'static str,
        title: impl Into<String>,
        says: impl Into<String>,
    ) -> Self {
        Self(Box::new(Refusal {
            status,
            code,
            title: title.into(),
            says: says.into(),
            field: None,
            holder: None,
        }))
    }

    /// No secret, or that of another process.
    pub fn session() -> Self {
        let says = "Start the program again, and use the link that it shows.";
        Self::new(
            StatusCode::UNAUTHORIZED,
            "session",
            "This page is of another process",
            says,
        )
    }

    /// The launch link is used up.
    pub fn token() -> Self {
        let says =
            "A link opens the page once, and soon after it was made. Start the program again.";
        Self::new(
            StatusCode::FORBIDDEN,
            "token",
            "This link is no longer valid",
            says,
        )
    }

    /// Nothing there.
    pub fn not_found(what: &str) -> Self {
        let title = format!("There is no such {what}");
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            title,
            "It was removed, or the address is mistyped.",
        )
    }

    /// What was asked makes no sense.
    pub fn value(says: impl Into<String>) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "value",
            "That cannot be done",
            says,
        )
    }

    /// Something else stands there by now.
    pub fn stale(title: impl Into<String>, says: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "stale", title, says)
    }

    /// It has to wait.
    pub fn busy(says: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "busy", "That has to wait", says)
    }

    /// Another number was typed.
    pub fn typed(wanted: usize) -> Self {
        let says = format!("To continue, type {wanted}.");
        let mut fault = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "typed",
            "That is a different number",
            says,
        );
        fault.0.field = Some("typed");
        fault
    }

    /// Too much at once.
    pub fn too_large(says: impl Into<String>) -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            "That is too large",
            says,
        )
    }

    /// The process's own fault.
    pub fn failed(says: impl Into<String>) -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "failed",
            "The program failed",
            says,
        )
    }

    /// The copy of a list cannot be read: it is called as the user's file is.
    pub fn of_list(failure: &Failure, path: &Path, name: &str) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "refused",
            "Not read",
            in_words_of(failure, path, name),
        )
    }

    /// The service refused the login, or does not answer.
    pub fn of_target(failure: &Failure) -> Self {
        let (status, code, title) = match failure.kind {
            Kind::Refused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "login",
                "The login was refused.",
            ),
            Kind::Usage => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "value",
                "That is not enough to log in.",
            ),
            _ => (
                StatusCode::BAD_GATEWAY,
                "unreachable",
                "The service does not answer.",
            ),
        };
        Self::new(status, code, title, in_words(failure))
    }

    /// The same for a run that is to be continued. What is missing to log in is asked for where one
    /// stands, so that it is told from whatever else may be wrong.
    pub fn of_login(failure: &Failure, info: &RunInfo) -> Self {
        let mut fault = Self::of_target(failure);
        if failure.kind == Kind::Usage {
            fault.0.code = "login";
            "This run needs a login.".clone_into(&mut fault.0.title);
            fault.0.says = format!("It goes to {} at {}.", info.partner, info.endpoint);
        }
        fault
    }

    /// What it is about.
    #[must_use]
    pub fn of_field(mut self, field: &'static str) -> Self {
        self.0.field = Some(field);
        self
    }

    /// The list was changed since the run began.
    pub fn changed(says: impl Into<String>) -> Self {
        let title = "The list was changed since this run began";
        Self::new(StatusCode::CONFLICT, "changed", title, says)
    }

    /// Who holds the lock.
    #[must_use]
    pub fn held_by(mut self, holder: Holder) -> Self {
        self.0.holder = Some(holder);
        self
    }
}

/// A failure in one text; a copy that is kept here is called as the user's file is, wherever it lies.
pub fn in_words_of(failure: &Failure, path: &Path, name: &str) -> String {
    in_words(failure).replace(&*path.to_string_lossy(), name)
}

/// A failure in one text, with what to do.
pub fn in_words(failure: &Failure) -> String {
    let mut text = sentence(&failure.in_full());
    for advice in &failure.advice {
        if let Some(words) = words_of(advice) {
            text.push(' ');
            text.push_str(&sentence(words));
        }
    }
    text
}

/// Advice as it is followed on the page; none where only a command could do it.
fn words_of(advice: &Advice) -> Option<&str> {
    Some(match advice {
        Advice::Text(text) => text,
        Advice::Connection => "check the network and the address, then try again",
        Advice::TrySandbox => "the sandbox needs no login",
        Advice::PlanOfTarget | Advice::PlanOfSandbox => "choose the target that it was planned for",
        Advice::PlanAgain { .. } | Advice::LookAtPlan(_) => "plan again, and review it",
        Advice::OfRun(OfRun::FinishUndo, _) => "finish its undo first",
        Advice::OfRun(OfRun::ContinueAsBegun | OfRun::ContinueRows, _) => {
            "continue that run from the start page"
        }
        Advice::RaiseMaxErrors => {
            "look at what failed first; if continued, the run stops again unless the \
             budget (limits.max_errors of the profile) is raised"
        }
        Advice::OtherPassword => "type the password here, without keeping it",
        _ => return None,
    })
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        let (status, code, title) = match failure.kind {
            Kind::Locked => (
                StatusCode::CONFLICT,
                "locked",
                "Another run holds the lock on this tenant",
            ),
            Kind::Refused => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "login",
                "The service refused.",
            ),
            Kind::Input => (StatusCode::UNPROCESSABLE_ENTITY, "refused", "Not read"),
            Kind::Usage => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "value",
                "That cannot be done",
            ),
            Kind::Interrupted | Kind::Declined => {
                (StatusCode::CONFLICT, "busy", "That has to wait")
            }
            Kind::Stopped => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "failed",
                "That did not work",
            ),
        };
        Self::new(status, code, title, in_words(&failure))
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::failed(sentence(&format!(
            "the state directory cannot be used: {error}"
        )))
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let refusal = *self.0;
        let body = json!({ "error": {
            "code": refusal.code,
            "title": refusal.title,
            "says": refusal.says,
            "field": refusal.field,
            "holder": refusal.holder,
        }});
        let kind = [(header::CONTENT_TYPE, "application/json")];
        (refusal.status, kind, body.to_string()).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fragments_become_sentences() {
        assert_eq!(sentence("nothing was sent"), "Nothing was sent.");
        assert_eq!(sentence("éa; b."), "Éa; b.");
        assert_eq!(sentence(""), "");
        let failure = Failure::usage("it is wrong")
            .hint("do this")
            .hint(Advice::TrySandbox);
        assert_eq!(
            in_words(&failure),
            "It is wrong. Do this. The sandbox needs no login."
        );
    }
}
