//! What an undo would do, and how it ended.

use serde_json::{Value, json};

use super::output::{Output, Stream};
use crate::cli::args::TextOrJson;
use crate::cli::exit::{Exit, InWords};
use crate::flow::failure::Failure;
use crate::flow::target::Target;
use crate::flow::undo::{Ended, Look};
use crate::model::{Reason, printable};
use crate::report::wrap::wrap;
use crate::report::{self, WrittenUndo};
use crate::submit::undo::{Deed, Item, Made, Stand, UndoPlan};

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
    let stays = |item: &Item| in_words(look.plan(), item).1.is_some();
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
        let ending = ended.ending;
        output.summary(Some((ending, ending.of_undo())), |setting| match format {
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
            let (deed, reason) = in_words(plan, item);
            let restores = (deed == Deed::Restore).then(|| item.restores());
            json!({
                "row": numbers.get(item.row.as_usize()),
                "id": item.id.get(),
                "name": item.partner.name.as_str(),
                "action": deed.as_str(),
                "restores": restores,
                "switches_off": plan.switches_off(item),
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
            "as_before": counts.as_before,
            "switch_off": counts.switch_off,
            "keep": counts.keep,
        },
        "rows": rows,
    })
}

/// What is done about a customer, and why it stays or does not get back all that it was.
fn in_words(plan: &UndoPlan, item: &Item) -> (Deed, Option<Reason>) {
    let why = match &item.stand {
        Stand::Restore | Stand::RestoreAgain => item.request().and_then(|(_, short_of)| short_of),
        Stand::Keep(reason) => Some(reason.clone()),
        _ => None,
    };
    let switch = plan.switch_of(item).and_then(|one| one.stays_on());
    (plan.deed(item), why.or_else(|| switch.cloned()))
}

/// What a customer gets back.
fn gets_back(plan: &UndoPlan, item: &Item) -> String {
    let mut parts = item.restores().join(", ");
    if plan.switches_off(item) {
        let between = if parts.is_empty() { "" } else { "; " };
        parts.push_str(between);
        parts.push_str("automatic deployment is switched off");
    }
    parts
}

fn text(look: &Look, target: &Target, numbers: &[u32]) -> String {
    let plan = look.plan();
    let mut text = format!("{}\n{}\n\n", look.counted(), printable(&look.place(target)));
    let width = match plan.counts() {
        counts if counts.as_before > 0 => 9,
        counts if counts.changed > 0 => 7,
        _ => 6,
    };
    for item in plan.items.iter().take(MOST_LINES) {
        let (deed, reason) = in_words(plan, item);
        let sign = match deed {
            Deed::Remove => '-',
            Deed::Restore => '~',
            Deed::Keep => '!',
            Deed::Gone | Deed::AsBefore => ' ',
        };
        let action = deed.as_str();
        let number = numbers.get(item.row.as_usize());
        let number = number.copied().unwrap_or_default();
        let name = printable(item.partner.name.as_str());
        text.push_str(&format!(
            "{sign} {action:<width$}  {name}  (id {}, row {number})",
            item.id
        ));
        if deed == Deed::Restore {
            text.push_str(&format!("  {}", printable(&gets_back(plan, item))));
        }
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
