//! What an undo would do, and how it ended.

use serde_json::{Value, json};

use super::output::{Output, Stream};
use crate::cli::args::TextOrJson;
use crate::cli::exit::Exit;
use crate::flow::failure::Failure;
use crate::flow::target::Target;
use crate::flow::undo::{Ended, Look};
use crate::model::printable;
use crate::report::wrap::wrap;
use crate::report::{self, WrittenUndo};
use crate::submit::undo::{Made, Stand};

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
    Ok(match look.plan().counts().keep {
        0 => Exit::Done,
        _ => Exit::SomeRows,
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
            let (action, reason) = in_words(&item.stand);
            json!({
                "row": numbers.get(item.row.as_usize()),
                "id": item.id.get(),
                "name": item.partner.name.as_str(),
                "action": action,
                "made": match item.made {
                    Made::Created => "created",
                    Made::Changed { .. } => "changed",
                },
                "code": reason.map(|(code, _)| code),
                "message": reason.map(|(_, message)| message),
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

fn in_words(stand: &Stand) -> (&'static str, Option<(&str, &str)>) {
    match stand {
        Stand::Remove | Stand::RemoveAgain => ("remove", None),
        Stand::Restore | Stand::RestoreAgain => ("restore", None),
        Stand::FoundRemoved | Stand::Gone | Stand::AsBefore | Stand::Away => ("gone", None),
        Stand::Keep(reason) => ("keep", Some((&reason.code, &reason.message))),
    }
}

fn text(look: &Look, target: &Target, numbers: &[u32]) -> String {
    let plan = look.plan();
    let mut text = format!("{}\n{}\n\n", look.counted(), printable(&look.place(target)));
    let width = if plan.counts().changed == 0 { 6 } else { 7 };
    for item in plan.items.iter().take(MOST_LINES) {
        let (action, reason) = in_words(&item.stand);
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
        if let Some((code, message)) = reason {
            text.push_str(&format!("  {code}: {}", printable(message)));
        }
        text.push('\n');
    }
    let hidden = plan.items.len().saturating_sub(MOST_LINES);
    if hidden > 0 {
        text.push_str(&format!("... and {hidden} more; --format json shows all\n"));
    }
    text
}
