//! `explain CODE`: whatever stands as a code before a person: a rule, an error number of the
//! service, a status or word of the result files, an exit code, the sandbox's faults.

use serde_json::{Value, json};

use crate::api::errors::{GENERAL, KNOWN, KnownError, general, known};
use crate::check::exports;
use crate::cli::args::{ExplainArgs, TextOrJson};
use crate::cli::exit::{Exit, InWords};
use crate::cli::show::output::{Output, Stream};
use crate::flow::failure::Failure;
use crate::model::code::{self, CodeWord};
use crate::model::rules::{self, Rule};
use crate::report::status::Status;
use crate::report::undo_facts::UndoStatus;
use crate::report::wrap::wrap;
use crate::sandbox::KINDS;

/// Runs the command; without a code it lists everything there is.
pub fn run(args: &ExplainArgs, output: Output) -> Result<Exit, Failure> {
    let Some(code) = args.code.as_deref() else {
        output.text(&fitted(&list()))?;
        return Ok(Exit::Done);
    };
    if code.eq_ignore_ascii_case("faults") {
        output.text(&fitted(&faults()))?;
        return Ok(Exit::Done);
    }
    if code.eq_ignore_ascii_case("conditions") {
        output.text(&fitted(CONDITIONS))?;
        return Ok(Exit::Done);
    }
    if code.eq_ignore_ascii_case("exports") {
        output.text(&fitted(&known_exports()))?;
        return Ok(Exit::Done);
    }
    let topics = topics(code);
    if topics.is_empty() {
        return Err(
            Failure::usage(format!("there is no rule, status or number \"{code}\""))
                .hint("`partner-import explain` lists all of them"),
        );
    }
    output.text(&match args.format {
        TextOrJson::Text => {
            let texts: Vec<String> = topics.iter().map(Topic::text).collect();
            fitted(&texts.join("\n"))
        }
        TextOrJson::Json => {
            let mut documents = topics.iter().map(Topic::json);
            let first = documents.next().unwrap_or_default();
            let rest: Vec<Value> = documents.collect();
            let whole = if rest.is_empty() {
                first
            } else {
                Value::Array([vec![first], rest].concat())
            };
            format!("{whole:#}\n")
        }
    })?;
    Ok(Exit::Done)
}

/// `Why:`, `To do:` and the like are filled up to so many columns.
const LABEL: usize = 9;

/// Lines that fit, continued under the text that a word or a name stands before.
fn fitted(text: &str) -> String {
    let width = Stream::Out.width();
    let lines = text.lines().map(|line| {
        let blanks = line.len() - line.trim_start().len();
        let word = line[blanks..].split(' ').next().unwrap_or_default();
        let rest = &line[blanks + word.len()..];
        let gap = rest.len() - rest.trim_start().len();
        let labelled = line
            .get(..LABEL)
            .is_some_and(|start| start.trim_end().ends_with(':'));
        let indent = if labelled {
            LABEL
        } else if blanks > 0 || gap > 1 {
            blanks + word.len() + gap
        } else {
            0
        };
        wrap(line, width, 0, indent) + "\n"
    });
    lines.collect()
}

/// Something that a code can stand for.
enum Topic {
    Rule(&'static Rule),
    Error(&'static KnownError),
    /// A number of the service of which nothing is known.
    Number(i64),
    Exit(Exit),
    Status(Status),
    UndoStatus(UndoStatus),
    Word(&'static str, &'static CodeWord),
}

/// What a code stands for; a word can mean one thing after a run and another after an undo.
fn topics(code: &str) -> Vec<Topic> {
    let code = code.trim();
    if let Some(rule) = rules::find(code) {
        return vec![Topic::Rule(rule)];
    }
    let lower = code.to_lowercase();
    let exit = lower
        .strip_prefix("exit")
        .map(|rest| rest.trim_matches(['-', ' ', ':']));
    if let Ok(number) = exit.unwrap_or(code).parse() {
        let exit_code = Exit::of_number(number).map(Topic::Exit);
        let error = known(number).or_else(|| general(number)).map(Topic::Error);
        return match (exit, exit_code.or(error)) {
            (_, Some(topic)) => vec![topic],
            (Some(_), None) => Vec::new(),
            (None, None) => vec![Topic::Number(number)],
        };
    }
    let status = Status::ALL.into_iter().find(|one| one.as_str() == lower);
    let undo_status = UndoStatus::ALL
        .into_iter()
        .find(|one| one.as_str() == lower);
    let word = |column, list| code::find(list, code).map(|word| Topic::Word(column, word));
    let found = [
        status.map(Topic::Status),
        undo_status.map(Topic::UndoStatus),
        word("ImportCode", code::IMPORT),
        word("UndoCode", code::UNDO),
    ];
    found.into_iter().flatten().collect()
}

impl Topic {
    fn text(&self) -> String {
        match self {
            Self::Rule(rule) => rules::explain(rule),
            Self::Error(error) => error_text(error),
            Self::Number(number) => format!(
                "error {number} of the service: not known to this program\n\n\
                 A row that gets it is `failed`: nothing was created for it, and it is not sent again \
                 automatically. ImportMessage has the service's own text. Fix what it names and run the file again; if it names nothing, ask the service's support with number, text \
                 and time.\n"
            ),
            Self::Exit(exit) => format!(
                "exit code {}\n\nMeaning: {}\nTo do:   {}\n",
                exit.number(),
                exit.meaning(),
                exit.advice()
            ),
            Self::Status(status) => format!(
                "{status} (ImportStatus)\n\nMeaning: {}\nCode:    {}\nTo do:   {}\n",
                status.meaning(),
                status.code(),
                status.advice()
            ),
            Self::UndoStatus(status) => format!(
                "{status} (UndoStatus)\n\nMeaning: {}\nTo do:   {}\n",
                status.meaning(),
                status.advice()
            ),
            Self::Word(column, word) => format!(
                "{} ({column})\n\nMeaning: {}\nTo do:   {}\n",
                word.code, word.what, word.fix
            ),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Rule(rule) => json!({
                "code": rule.code, "name": rule.name, "severity": rule.severity.as_str(),
                "what": rule.what, "why": rule.why, "example": rule.example, "fix": rule.fix,
            }),
            Self::Error(error) => json!({
                "number": error.number, "name": error.name, "advice": error.advice,
                "consequence": error.meaning.consequence(), "evidence": error.evidence.as_str(),
            }),
            Self::Number(number) => json!({ "number": number, "name": null }),
            Self::Exit(exit) => json!({
                "exit_code": exit.number(), "meaning": exit.meaning(), "advice": exit.advice(),
            }),
            Self::Status(status) => json!({
                "word": status.as_str(), "column": "ImportStatus",
                "meaning": status.meaning(), "advice": status.advice(),
            }),
            Self::UndoStatus(status) => json!({
                "word": status.as_str(), "column": "UndoStatus",
                "meaning": status.meaning(), "advice": status.advice(),
            }),
            Self::Word(column, word) => json!({
                "word": word.code, "column": column, "meaning": word.what, "advice": word.fix,
            }),
        }
    }
}

fn error_text(error: &KnownError) -> String {
    format!(
        "error {} of the service: {}\n\nTo know: {}\nThe run: {}\nNumber:  {}\n",
        error.number,
        error.name,
        error.advice,
        error.meaning.consequence(),
        error.evidence.as_str(),
    )
}

fn list() -> String {
    let mut text = String::from("Rules:\n");
    for rule in rules::all() {
        text.push_str(&format!(
            "  {} {:32} {}\n",
            rule.code,
            rule.name,
            rule.severity.as_str()
        ));
    }
    text.push_str("\nErrors of the service:\n");
    for error in KNOWN.iter().chain(GENERAL) {
        text.push_str(&format!("  {:>6} {}\n", error.number, error.name));
    }
    let mut words = |title: &str, words: Vec<(&str, &str)>| {
        text.push_str(&format!("\n{title}:\n"));
        for (word, meaning) in words {
            text.push_str(&format!("  {word:16} {meaning}\n"));
        }
    };
    let statuses = Status::ALL.map(|one| (one.as_str(), one.meaning()));
    words("ImportStatus", statuses.to_vec());
    let code_words = |list: &'static [CodeWord]| list.iter().map(|word| (word.code, word.what));
    words(
        "ImportCode, beside rules and numbers",
        code_words(code::IMPORT).collect(),
    );
    let statuses = UndoStatus::ALL.map(|one| (one.as_str(), one.meaning()));
    words("UndoStatus", statuses.to_vec());
    words("UndoCode, beside numbers", code_words(code::UNDO).collect());
    text.push_str("\nExit codes:\n");
    for exit in Exit::ALL {
        text.push_str(&format!("  {:>3} {}\n", exit.number(), exit.meaning()));
    }
    text.push_str("\n`explain CODE` says more; `explain faults` lists the sandbox's faults, `explain exports` the known \
         exports of other tools, `explain conditions` how rows are filtered.\n");
    text
}

/// How rows are filtered.
const CONDITIONS: &str = "\
Conditions on the rows of a list, for --only, --leave-out and [rows] of the profile:
  HEADER = TEXT            the cell is the text; HEADER != TEXT: it is not
  HEADER in (TEXT, TEXT)   it is one of these
  HEADER contains TEXT     it contains the text
  HEADER begins TEXT       it begins with the text
  HEADER matches PATTERN   * is any text, ? any one character
  HEADER empty             it is empty; HEADER filled: it is not

Join them with `and`, `or`, `not` and brackets: Type = Customer and not (Inactive = yes or Name empty).
HEADER is a header of the list, or a column by its letters, column:B. Case and spaces do not count.
Put a text that holds one of these words or characters in quotation marks: \"Is (or was)\" = \"and\".
";

/// The exports of tools that are known.
fn known_exports() -> String {
    let mut text = String::from("Exports that are known, --export NAME:\n");
    for export in exports::all() {
        text.push_str(&format!(
            "  {:26} {}: {}\n",
            export.name, export.tool, export.how
        ));
    }
    text
}

fn faults() -> String {
    let mut text =
        String::from("Faults of the sandbox, --fault KIND=PROBABILITY[:ARG][@METHOD]:\n");
    for kind in KINDS {
        text.push_str(&format!("  {:14} {}\n", kind.name, kind.about));
    }
    text
}
