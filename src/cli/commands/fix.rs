//! `check FILE --fix OUT`: writes a mended copy, of the table or of the workbook, and lists every
//! change; or proposes changes.

use std::path::Path;

use serde_json::json;

use super::offered::{PROPOSALS, TO_PROPOSE, fix_into};
use crate::cli::args::{CheckArgs, CheckFormat, Common};
use crate::cli::exit::Exit;
use crate::cli::repeat;
use crate::cli::show::face::Face;
use crate::cli::show::output::Output;
use crate::flow::failure::Failure;
use crate::flow::mend::{Form, Mendable, Mended, Offer, Proposed, look, mend, propose};
use crate::model::printable;
use crate::settings::Settings;

/// Runs the command.
pub fn run(common: &Common, args: &CheckArgs, out: &Path, output: Output) -> Result<Exit, Failure> {
    if !matches!(
        args.format,
        None | Some(CheckFormat::Text | CheckFormat::Json)
    ) {
        return Err(Failure::usage(
            "--fix lists its changes as text or JSON only",
        ));
    }
    let wanted = Wanted::of(out)?;
    if out.exists() {
        let message = format!("{} already exists; --fix writes new files", out.display());
        return Err(Failure::usage(message).hint("name a file that does not exist yet"));
    }
    let settings = Settings::resolve(common, Some(&args.file), output)?;
    let face = Face::on(output);
    let mendable = look(&args.file, &settings.with(&args.input)?, &face)?;
    let form = match wanted {
        Wanted::Proposals => return proposed(args, &mendable, out, output),
        Wanted::Copy(form) => form,
    };
    let mended = mend(&mendable, form, out, &face)?;
    show(args, out, &mended, output)?;
    if args.format != Some(CheckFormat::Json) {
        tell_left(args, &mendable, &mended, output)?;
    }
    let [errors, warnings, _] = mended.left;
    Ok(failed(errors > 0 || args.strict && warnings > 0))
}

fn failed(has_failed: bool) -> Exit {
    if has_failed {
        Exit::SomeRows
    } else {
        Exit::Done
    }
}

/// What is written, by the name of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// A mended copy.
    Copy(Form),
    /// Proposals to review.
    Proposals,
}

impl Wanted {
    fn of(out: &Path) -> Result<Self, Failure> {
        let name = out.file_name().unwrap_or_default();
        let name = name.to_string_lossy().to_lowercase();
        let ends = |ending: &str| name.ends_with(ending);
        if ends(".csv") {
            Ok(Self::Copy(Form::Table))
        } else if ends(".xlsx") {
            Ok(Self::Copy(Form::Workbook))
        } else if ends(".mends.toml") {
            Ok(Self::Proposals)
        } else {
            let message = format!("--fix cannot write {}", out.display());
            Err(Failure::usage(message).hint(
                "name a file that ends in .csv for a fixed copy of the table, in .xlsx for a fixed copy \
                 of your workbook, or in .mends.toml for proposed changes that --mends makes whenever the list is read",
            ))
        }
    }
}

/// Writes the proposals, and says how many.
fn proposed(
    args: &CheckArgs,
    mendable: &Mendable,
    out: &Path,
    output: Output,
) -> Result<Exit, Failure> {
    let Proposed { entries, open } = propose(mendable, out)?;
    if args.format == Some(CheckFormat::Json) {
        output.document(&json!({
            "file": args.file.display().to_string(),
            "mends": out.display().to_string(),
            "entries": entries,
            "open": open,
        }))?;
    } else {
        output.text(&format!(
            "{}: changes proposed: {entries}; to be decided by you, as comments: {open}\n",
            printable(&out.display().to_string())
        ))?;
        if entries + open == 0 {
            output.say(if mendable.has_errors() {
                "nothing was proposed: what is wrong has no likely answer in the list; `check` names the cells"
            } else {
                "nothing was proposed: no cell of the list needs it"
            });
        } else {
            let next = repeat::next(
                "check",
                "once you have reviewed each, to check the list with them",
            );
            let next = next.map(|mut next| {
                next.words
                    .extend(["--mends".to_owned(), out.to_string_lossy().into_owned()]);
                next
            });
            output.next_steps(next.as_slice())?;
        }
    }
    Ok(failed(mendable.has_errors()))
}

/// Why no cell was fixed, and what can be done about the rest.
fn tell_left(
    args: &CheckArgs,
    mendable: &Mendable,
    mended: &Mended,
    output: Output,
) -> Result<(), Failure> {
    let is_clean = mended.left == [0; 3];
    if mended.changes.is_empty() {
        output.say(if is_clean {
            "no cell was fixed: nothing is wrong with the list"
        } else {
            "no cell was fixed: a copy has only damaged text corrected (lost zeros, broken letters, hidden \
             characters), and only where there is one answer; the rest is for you to decide"
        });
    }
    let next = Offer::of_list(mendable).proposals && !is_clean;
    let next = next.then(|| fix_into(&args.file, PROPOSALS, TO_PROPOSE.to_owned()));
    output.next_steps(next.flatten().as_slice())
}

fn show(args: &CheckArgs, out: &Path, mended: &Mended, output: Output) -> Result<(), Failure> {
    let Mended { changes, left } = mended;
    let [errors, warnings, notes] = left;
    if args.format == Some(CheckFormat::Json) {
        let changes: Vec<_> = changes
            .iter()
            .map(|change| {
                json!({
                    "row": change.row, "cell": change.cell, "column": change.column,
                    "old": change.old, "new": change.new, "code": change.code,
                })
            })
            .collect();
        let document = json!({
            "file": args.file.display().to_string(),
            "copy": out.display().to_string(),
            "changes": changes,
            "remaining": { "errors": errors, "warnings": warnings, "notes": notes },
        });
        return output.document(&document);
    }
    let mut text = String::new();
    for change in changes {
        let (old, new) = (change.old.escape_debug(), change.new.escape_debug());
        text.push_str(&format!(
            "row {}, column {}, {}: \"{old}\" -> \"{new}\" [{}]\n",
            change.row,
            printable(&change.column),
            change.cell,
            change.code
        ));
    }
    text.push_str(&format!(
        "{}: cells fixed: {}; left: errors {errors}, warnings {warnings}, notes {notes}\n",
        printable(&out.display().to_string()),
        changes.len()
    ));
    output.text(&text)
}
