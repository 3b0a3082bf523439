//! What an undo would do, and how it ended.

use serde_json::{Value, json};

use super::output::{Output, Stream};
use crate::cli::args::TextOrJson;
use crate::cli::exit::Exit;
use crate::flow::failure::Failure;
use crate::flow::target::Target;
use crate::flow::undo::{Ended, Look};
use crate::model::{Reason, printable};
use crate::report::wrap::wrap;
use crate::report::{self, WrittenUndo};
use crate::submit::undo::{Item, Made, Stand};

/// How many customers are shown to people.
const MOST_LINES: usize = 200;

/// Shows what would be removed, and why others would not.
pub fn show_look(
    look: &Look,
    target: &Target,
    format: TextOrJson,
    output: Output,
) -> Result<Exit, Failure> {
    let numbers = look.numbers()?;
    match format {
        TextOrJson::Json => output.document(&document(look, target, &numbers))?,
        TextOrJson::Text => {
            let width = Stream::Out.room().columns();
            let text = text(look, target, &numbers);
            let lines = text.lines().map(|line| wrap(line, width, 0, 4) + "\n");
            output.text(&lines.collect::<String>())?;
        }
    }
    let stays = |item: &Item| in_words(item).1.is_some();
    Ok(if look.plan().items.iter().any(stays) {
        Exit::SomeRows
    } else {
        Exit::Done
    })
}

/// Shows how an undo ended, and what to do next.
pub fn show_ended(ended: Ended, format: TextOrJson, output: Output) -> Result<Exit, Failure> {
    if let Some(failure) = &ended.stopped {
        output.error(failure);
    }
    let WrittenUndo { paths, next, facts } = &ended.written;
    if let Some(undo) = &facts.undo {
        output.summary(Some(ended.ending), |setting| match format {
            TextOrJson::Text => report::text::undo_closing(facts, undo, paths, next, setting),
            TextOrJson::Json => report::undone::document(facts, undo, paths),
        })?;
    }
    ended.log();
    if let Some(failure) = ended.unwritten {
        return Err(failure);
    }
    if ended.is_open {
        output.say_next(next.first());
    }
    Ok(ended.ending)
}

fn document(look: &Look, target: &Target, numbers: &[u32]) -> Value {
    let (plan, counts) = (look.plan(), look.plan().counts());
    let rows: Vec<Value> = plan
        .items
        .iter()
        .map(|item| {
            let (action, reason) = in_words(item);
            json!({
                "row": numbers.get(item.row.as_usize()),
                "id": item.id.get(),
                "name": item.partner.name.as_str(),
                "action": action,
                "made": match item.made {
                    Made::Created => "created",
                    Made::Changed { .. } | Made::Switched => "changed",
                },
                "code": reason.as_ref().map(|reason| &reason.code),
                "message": reason.as_ref().map(|reason| &reason.message),
            })
        })
        .collect();
    json!({
        "run_id": look.info().id,
        "endpoint": target.name,
        "mode": target.mode().as_str(),
        "counts": {
            "created": counts.created,
            "changed": counts.changed,
            "remove": counts.remove,
            "restore": counts.restore,
            "gone": counts.gone,
            "keep": counts.keep,
        },
        "rows": rows,
    })
}

/// What is done about a customer, and why it stays or does not get back all that it was.
fn in_words(item: &Item) -> (&'static str, Option<Reason>) {
    match &item.stand {
        Stand::Remove | Stand::RemoveAgain => ("remove", None),
        Stand::Restore | Stand::RestoreAgain => {
            ("restore", item.request().and_then(|(_, short_of)| short_of))
        }
        Stand::FoundRemoved | Stand::Gone | Stand::AsBefore | Stand::Away => ("gone", None),
        Stand::Keep(reason) => ("keep", Some(reason.clone())),
    }
}

fn text(look: &Look, target: &Target, numbers: &[u32]) -> String {
    let plan = look.plan();
    let mut text = format!("{}\n{}\n\n", look.counted(), printable(&look.place(target)));
    let width = if plan.counts().changed == 0 { 6 } else { 7 };
    for item in plan.items.iter().take(MOST_LINES) {
        let (action, reason) = in_words(item);
        let sign = match action {
            "remove" => '-',
            "restore" => '~',
            "keep" => '!',
            _ => ' ',
        };
        let number = numbers.get(item.row.as_usize());
        let number = number.copied().unwrap_or_default();
        let name = printable(item.partner.name.as_str());
        text.push_str(&format!(
            "{sign} {action:<width$}  {name}  (id {}, row {number})",
            item.id
        ));
        if let Some(Reason { code, message }) = reason {
            text.push_str(&format!("  {code}: {}", printable(&message)));
        }
        text.push('\n');
    }
    let hidden = plan.items.len().saturating_sub(MOST_LINES);
    if hidden > 0 {
        text.push_str(&format!("... and {hidden} more; --format json shows all\n"));
    }
    text
}
