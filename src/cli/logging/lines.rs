//! Log lines as JSON: one object a line, with the same names in the same order in every line.

use std::fmt::{self, Write};
use std::sync::{Arc, OnceLock};

use serde_json::{Value, json};
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

/// The run that every line names once there is one.
#[derive(Debug, Clone, Default)]
pub struct RunLabel(Arc<OnceLock<String>>);

impl RunLabel {
    /// From now on lines name this run; a process carries out one.
    pub fn set(&self, id: &str) {
        let _ = self.0.set(id.to_owned());
    }
}

/// Writes events as JSON lines.
pub struct JsonLines(pub RunLabel);

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut out: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let tenant = span_member(context, "tenant");
        let run = fields.run.take().or_else(|| self.0.0.get().cloned());
        let run = run.or_else(|| span_member(context, "run"));
        let data = event.metadata();
        write!(
            out,
            "{{\"time\":{},\"level\":{},\"message\":{}",
            json!(jiff::Timestamp::now().to_string()),
            json!(data.level().as_str()),
            json!(fields.message),
        )?;
        if let Some(run) = run {
            write!(out, ",\"run\":{}", json!(run))?;
        }
        if let Some(tenant) = tenant {
            write!(out, ",\"tenant\":{}", json!(tenant))?;
        }
        // The program's parts are called alike, whichever crate they are in.
        let part = match data.target().strip_prefix("engine::") {
            Some(part) => format!("partner_import::{part}"),
            None => data.target().to_owned(),
        };
        write!(out, ",\"target\":{}{}}}", json!(part), fields.others)?;
        writeln!(out)
    }
}

/// What the spans around an event say under this name: names of tenants and runs, which hold no space.
fn span_member<S, N>(context: &FmtContext<'_, S, N>, name: &str) -> Option<String>
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    let mut spans = context.event_scope()?;
    spans.find_map(|span| {
        let extensions = span.extensions();
        let fields = extensions.get::<FormattedFields<N>>()?;
        let mut words = fields.fields.split(' ');
        let value = words.find_map(|word| word.strip_prefix(name)?.strip_prefix('='))?;
        Some(value.trim_matches('"').to_owned())
    })
}

/// An event's fields: the message, the run where it names one, and the others as JSON members.
#[derive(Default)]
struct Fields {
    message: String,
    run: Option<String>,
    others: String,
}

impl Fields {
    fn keep(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(text)) => self.message = text,
            ("run_id", Value::String(text)) => self.run = Some(text),
            (name, value) => {
                // Writing to a string does not fail.
                let _ = write!(self.others, ",{}:{value}", json!(name));
            }
        }
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.keep(field, Value::String(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.keep(field, Value::from(value));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.keep(field, Value::from(value));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.keep(field, Value::from(value));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.keep(field, Value::from(value));
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.keep(field, u64::try_from(value).map_or(Value::Null, Value::from));
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.keep(field, Value::from(value));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn std::error::Error + 'static)) {
        self.keep(field, Value::String(value.to_string()));
    }
}
