//! The tenants of a fleet as they are shown before they run.

use serde_json::json;

use crate::api::address::without_user;
use crate::cli::args::TextOrJson;
use crate::cli::credentials::given;
use crate::cli::exit::Exit;
use crate::cli::show::output::Output;
use crate::flow::credentials;
use crate::flow::event::Silence;
use crate::flow::failure::Failure;
use crate::flow::fleet::Tenant;
use crate::flow::target::place;
use crate::model::number::counted;
use crate::model::printable;
use crate::settings::PasswordSource;

/// Shows the tenants, and what is wrong with them.
pub(super) fn show(
    tenants: &[Tenant],
    format: TextOrJson,
    output: Output,
) -> Result<Exit, Failure> {
    let shown: Vec<Shown> = tenants.iter().map(Shown::of).collect();
    let wrong = shown.iter().filter(|one| !one.problems.is_empty()).count();
    match format {
        TextOrJson::Json => {
            let tenants: Vec<_> = shown.iter().map(Shown::json).collect();
            output.document(&json!({ "version": 1, "tenants": tenants, "wrong": wrong }))?;
        }
        TextOrJson::Text => {
            let text: String = shown.iter().map(Shown::text).collect();
            let wrong = match wrong {
                0 => "all are ready".to_owned(),
                wrong => format!("{wrong} not ready"),
            };
            output.text(&format!(
                "{text}{}, {wrong}; nothing was sent: --yes runs them\n",
                in_number(tenants.len())
            ))?;
        }
    }
    Ok(if wrong == 0 { Exit::Done } else { Exit::Usage })
}

/// `1 tenant`, `2 tenants`.
pub(super) fn in_number(tenants: usize) -> String {
    match tenants {
        1 => "1 tenant".to_owned(),
        many => counted(many, "tenant"),
    }
}

/// A tenant as it is shown.
struct Shown {
    name: String,
    list: String,
    endpoint: String,
    partner: String,
    username: String,
    results: String,
    problems: Vec<String>,
}

impl Shown {
    fn of(tenant: &Tenant) -> Self {
        let mut shown = Self {
            name: tenant.name.clone(),
            list: tenant.list.display().to_string(),
            endpoint: String::new(),
            partner: String::new(),
            username: String::new(),
            results: String::new(),
            problems: Vec::new(),
        };
        match &tenant.ready {
            Err(failure) => {
                shown.problems.push(failure.message.clone());
                shown.problems.extend(failure.details.iter().cloned());
            }
            Ok(ready) => {
                let access = &ready.resolved.access;
                let place = place(access);
                shown.endpoint = without_user(&place.name);
                shown.partner = place.partner;
                shown.username = access.account.username.clone().unwrap_or_default();
                let out = ready.resolved.out.as_ref();
                shown.results = out
                    .map(|out| out.value.display().to_string())
                    .unwrap_or_default();
                // A command is not run for being looked at.
                let is_run = matches!(access.password, PasswordSource::Command(_));
                if !access.is_sandbox()
                    && !is_run
                    && let Err(failure) = credentials::find(access, given, &Silence)
                {
                    shown.problems.push(failure.message);
                }
            }
        }
        if !tenant.list.is_file() {
            shown
                .problems
                .push(format!("there is no list {}", shown.list));
        }
        shown
    }

    fn text(&self) -> String {
        let user = match self.username.as_str() {
            "" => String::new(),
            user => format!(" as {}", printable(user)),
        };
        let mut text = format!(
            "{}: {}{user} at {}\n  list: {}\n",
            printable(&self.name),
            printable(&self.partner),
            printable(&self.endpoint),
            printable(&self.list),
        );
        for problem in &self.problems {
            text.push_str(&format!("  not ready: {}\n", printable(problem)));
        }
        text
    }

    fn json(&self) -> serde_json::Value {
        json!({
            "name": self.name,
            "list": self.list,
            "endpoint": self.endpoint,
            "partner": self.partner,
            "username": self.username,
            "results": self.results,
            "problems": self.problems,
        })
    }
}
