//! A plan as it is shown: a tree below what is there, a table with a line per row, or JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use anstyle::AnsiColor;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use crate::check::{Accepted, Field};
use crate::cli::show::grid::{self, Room};
use crate::cli::show::output::Drawing;
use crate::flow::agree::counts_line;
use crate::flow::check::Prepared;
use crate::flow::plan::PlannedList;
use crate::flow::quarantine::Held;
use crate::flow::reasons::codes_of_rows;
use crate::flow::target::Target;
use crate::model::printable;
use crate::model::{
    Diagnostic, LeftOutRows, Level, LevelChoice, Operation, Parent, Planned, RowIndex,
    all_left_out, left_out_shown,
};
use crate::plan::{self, Difference, Finding, Item, Plan, Tenant};
use crate::report::diagnostics::excerpt::{visible, width_of};
use crate::report::wrap::wrap;

/// Names are not cut below this.
const NARROWEST: usize = 12;
/// How many lines of the tree are shown to people, and of the rows that are not sent.
const MOST_LINES: usize = 200;
/// The widest column of the table, in characters.
const WIDEST: usize = 40;

/// A plan with all that is needed to show it.
pub struct View<'a> {
    prepared: &'a Prepared,
    plan: &'a Plan,
    tenant: &'a Tenant,
    diagnostics: &'a [Diagnostic],
    /// The name of every row's customer, as it was typed.
    names: Vec<String>,
    numbers: Vec<u32>,
    /// The codes of every row's problems.
    codes: BTreeMap<u32, Vec<&'static str>>,
    /// Rows whose level follows from their parent's.
    derived: BTreeSet<RowIndex>,
    /// Rows that a run would leave alone.
    held: &'a Held,
}

impl<'a> View<'a> {
    /// Of a plan.
    pub fn of(planned: &'a PlannedList) -> Self {
        let (prepared, plan) = (planned.prepared(), planned.plan());
        let (tenant, diagnostics) = (planned.tenant(), planned.diagnostics());
        let column = prepared.file.mapping.index_of(Field::Name);
        let rows = prepared.batches.iter().flat_map(|(_, batch)| batch.rows());
        let names = rows.map(|row| {
            let cell = column.and_then(|column| row.cells().nth(column));
            cell.map_or("", |cell| cell.text).trim().to_owned()
        });
        Self {
            codes: codes_of_rows(&prepared.file.checked, plan, diagnostics),
            names: names.collect(),
            numbers: prepared.numbers(),
            prepared,
            plan,
            tenant,
            diagnostics,
            derived: (prepared.file.checked.accepted.iter())
                .filter(|row| row.level() == LevelChoice::Derived)
                .map(Accepted::row)
                .collect(),
            held: planned.held(),
        }
    }

    fn name(&self, row: RowIndex) -> &str {
        self.names.get(row.as_usize()).map_or("", String::as_str)
    }

    fn number(&self, row: RowIndex) -> u32 {
        self.numbers.get(row.as_usize()).copied().unwrap_or(0)
    }

    /// The row as it is called in a sentence: its number, and its sheet where there are several.
    fn called(&self, row: RowIndex) -> String {
        let sheets = &self.prepared.file.checked.sheets;
        sheets.number(row, self.number(row))
    }

    /// The row for machines.
    fn place(&self, row: RowIndex) -> Value {
        let mut place = json!({ "row": self.number(row) });
        if let Some(sheet) = self.prepared.file.checked.sheets.of(row) {
            place["sheet"] = json!(sheet);
        }
        place
    }

    fn codes(&self, row: RowIndex) -> String {
        self.codes
            .get(&row.0)
            .map_or_else(String::new, |codes| codes.join(" "))
    }

    /// The tree below what is there, then the rows that are not sent, then the counts.
    pub fn tree(&self, drawing: Drawing, room: Room) -> String {
        let branches = Branches::of(drawing);
        let mut text = String::new();
        let (tops, below) = self.children();
        let mut lines = 0;
        for (id, rows) in &tops {
            let parent = self.tenant.get(*id);
            let parent = parent.map_or_else(|| format!("id {id}"), plan::Customer::shown);
            let _ = writeln!(text, "{}", printable(&parent));
            let mut stack = Vec::new();
            branches.push(&mut stack, rows, "");
            while let Some((fork, stem, row)) = stack.pop() {
                lines += 1;
                let children = below.get(&row.0);
                if lines <= MOST_LINES {
                    let item = &self.plan.items[row.as_usize()];
                    let own = branches.below(children.is_some());
                    let stems = (&*fork, &*format!("{stem}{own}"));
                    self.branch(&mut text, stems, item, room);
                }
                if let Some(children) = children {
                    branches.push(&mut stack, children, &stem);
                }
            }
        }
        if lines > MOST_LINES {
            let hidden = lines - MOST_LINES;
            let _ = writeln!(
                text,
                "... and {hidden} more; --format table or json shows all"
            );
        }
        self.not_sent(&mut text, room);
        let gap = if text.is_empty() { "" } else { "\n" };
        let counts = wrap(&self.counts_line(), room.columns(), 0, 2);
        text + gap + &counts + "\n"
    }

    /// One row of the tree, with what differs below it.
    fn branch(&self, text: &mut String, (fork, stem): (&str, &str), item: &Item, room: Room) {
        let row = printable(&self.called(item.row)).into_owned();
        let name = |sign: &str, rest: &str| {
            let taken = width_of(fork) + sign.len() + width_of(rest) + " (row )".len() + row.len();
            let most = room.columns().saturating_sub(taken).max(NARROWEST);
            format!("{sign}{}{rest}", visible(self.name(item.row), most))
        };
        let what = match &item.action {
            Planned::Send(Operation::Create { partner, .. }) => {
                let level = partner.level.map_or("", Level::as_str);
                let derived = self.derived_level(item).map_or("", |_| " (derived)");
                let taken = match item.finding {
                    Finding::Conflict => "  conflict: the name is taken elsewhere",
                    _ => "",
                };
                name("+ ", &format!("  {level}{derived}{taken}"))
            }
            Planned::Exists { id, .. } if item.differences.is_empty() => {
                name("= ", &format!("  exists, id {id}"))
            }
            Planned::Exists { id, .. } => name("= ", &format!("  exists, id {id}, differs")),
            Planned::Send(Operation::Update { id, .. }) => {
                name("~ ", &format!("  update, id {id}"))
            }
            Planned::Refuse { id, .. } => name("! ", &format!("  exists, id {id}: fails")),
            _ => return,
        };
        let line = painted(what.trim_end());
        let _ = writeln!(text, "{fork}{line} (row {row})");
        for one in &item.differences {
            let _ = writeln!(text, "{stem}    {}", difference_text(one));
        }
    }

    /// Rows by the customer or by the row they hang below.
    fn children(&self) -> (BTreeMap<u64, Vec<RowIndex>>, BTreeMap<u32, Vec<RowIndex>>) {
        let mut tops: BTreeMap<u64, Vec<RowIndex>> = BTreeMap::new();
        let mut below: BTreeMap<u32, Vec<RowIndex>> = BTreeMap::new();
        // A row below a row that exists hangs on its id; it is shown below that row.
        let mut by_id: BTreeMap<u64, RowIndex> = BTreeMap::new();
        for item in &self.plan.items {
            if let Some(id) = item.action.id() {
                by_id.entry(id.get()).or_insert(item.row);
            }
        }
        for item in &self.plan.items {
            let siblings = match item.action.parent() {
                None => continue,
                Some(Parent::Row(row)) => below.entry(row.0).or_default(),
                Some(Parent::Customer(id)) => match by_id.get(&id.get()) {
                    Some(row) => below.entry(row.0).or_default(),
                    None => tops.entry(id.get()).or_default(),
                },
            };
            siblings.push(item.row);
        }
        (tops, below)
    }

    fn not_sent(&self, text: &mut String, room: Room) {
        let wrong =
            |item: &&Item| matches!(item.action, Planned::Invalid | Planned::Blocked { .. });
        let mut rows = self.plan.items.iter().filter(wrong);
        let first: Vec<&Item> = rows.by_ref().take(MOST_LINES).collect();
        if first.is_empty() {
            return;
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str("Not sent:\n");
        for item in first {
            let name = self.name(item.row);
            let row = printable(&self.called(item.row)).into_owned();
            let why = match &item.action {
                Planned::Blocked { by } => format!("by row {}", printable(&self.called(*by))),
                _ => self.codes(item.row),
            };
            let word = item.finding.as_str();
            let rest = format!("  {word} {why} (row {row})");
            let most = room.columns().saturating_sub(4 + width_of(&rest));
            let line = visible(name, most.max(NARROWEST)) + &rest;
            let _ = writeln!(text, "  {} {}", painted("!"), line.trim_start());
        }
        let more = rows.count();
        if more > 0 {
            let _ = writeln!(
                text,
                "  ... and {more} more; --format table or json shows all"
            );
        }
    }

    /// A line per row, in the order of the file, above the counts; and how many columns had no room.
    pub fn table(&self, room: Room) -> (String, usize) {
        let header = [
            "ROW", "ACTION", "FINDING", "ID", "NAME", "PARENT", "DETAILS",
        ];
        let rows = self.plan.items.iter().map(|item| {
            let id = item
                .action
                .id()
                .map_or_else(String::new, |id| id.to_string());
            [
                self.called(item.row),
                item.action.as_str().to_owned(),
                item.finding.as_str().to_owned(),
                id,
                shortened(self.name(item.row)),
                shortened(&self.parent_text(&item.action)),
                self.details(item),
            ]
        });
        let rows: Vec<Vec<String>> = std::iter::once(header.map(str::to_owned))
            .chain(rows)
            .map(Vec::from)
            .collect();
        let mut text = Vec::new();
        // Memory takes everything.
        let left_out = grid::write(&rows, room, &mut text).unwrap_or_default();
        let table = String::from_utf8_lossy(&text);
        (format!("{table}\n{}\n", self.counts_line()), left_out)
    }

    fn parent_text(&self, action: &Planned) -> String {
        match action.parent() {
            None => String::new(),
            Some(Parent::Row(row)) => {
                format!("row {}: {}", self.called(row), self.name(row))
            }
            Some(Parent::Customer(id)) => {
                let name = self.tenant.get(id.get()).map_or("", |one| &*one.name);
                format!("{id}: {name}")
            }
        }
    }

    fn details(&self, item: &Item) -> String {
        let mut parts: Vec<String> = item.differences.iter().map(difference_text).collect();
        if let Planned::Blocked { by } = item.action {
            parts.push(format!("by row {}", self.called(by)));
        }
        parts.extend(
            self.derived_level(item)
                .map(|level| format!("Level {level}, derived")),
        );
        let codes = self.codes(item.row);
        if !codes.is_empty() {
            parts.push(codes);
        }
        parts.join("; ")
    }

    /// The level that was derived for a customer that is created.
    fn derived_level(&self, item: &Item) -> Option<Level> {
        match &item.action {
            Planned::Send(Operation::Create { partner, .. })
                if self.derived.contains(&item.row) =>
            {
                partner.level
            }
            _ => None,
        }
    }

    /// What becomes of the rows, and what is left out beside them.
    fn counts_line(&self) -> String {
        let line = counts_line(self.plan);
        match left_out_shown(&self.prepared.file.checked.left_out) {
            Some(left_out) => format!("{line}; {}", printable(&left_out)),
            None => line,
        }
    }

    /// Everything, for machines; rows are made one by one as they are written.
    pub fn document<'v>(&'v self, target: &'v Target) -> Document<'v> {
        let counts = self.plan.counts();
        let mut numbers = json!({
            "rows": self.plan.items.len(),
            "create": counts.create,
            "exists": counts.exists,
            "invalid": counts.invalid,
            "blocked": counts.blocked,
        });
        for (word, count) in [("update", counts.update), ("fail", counts.fail)] {
            if count > 0 {
                numbers[word] = json!(count);
            }
        }
        let reasons = &self.prepared.file.checked.left_out;
        if !reasons.is_empty() {
            numbers["left_out"] = json!(all_left_out(reasons));
        }
        let findings: Map<String, Value> = Finding::ALL
            .iter()
            .map(|one| (one.as_str().to_owned(), json!(self.plan.found(*one))))
            .collect();
        let source = &self.prepared.file.source;
        Document {
            file: &source.file,
            sheet: source.sheet.as_deref(),
            endpoint: &target.name,
            mode: target.mode().as_str(),
            root: json!({ "id": self.tenant.root().id, "name": &*self.tenant.root().name }),
            counts: numbers,
            left_out_by: reasons,
            findings,
            rows: self,
            diagnostics: self.diagnostics,
        }
    }

    /// The plan as JSON lines: problems, rows, and last what is said of all of them.
    pub fn lines(&self, target: &Target, out: &mut dyn std::io::Write) -> std::io::Result<()> {
        let mut line = |kind: &str, mut document: Value| {
            document["type"] = json!(kind);
            serde_json::to_writer(&mut *out, &document)?;
            out.write_all(b"\n")
        };
        for one in self.diagnostics {
            line("diagnostic", json!(diagnostic_document(one)))?;
        }
        for item in &self.plan.items {
            line("row", self.row(item))?;
        }
        let document = self.document(target);
        let summary = json!({
            "file": document.file,
            "sheet": document.sheet,
            "endpoint": document.endpoint,
            "mode": document.mode,
            "root": document.root,
            "counts": document.counts,
            "left_out_by": document.left_out_by,
            "findings": document.findings,
        });
        line("summary", summary)
    }

    fn row(&self, item: &Item) -> Value {
        let action = &item.action;
        let mut row = self.place(item.row);
        row["address"] = self.address(item.row);
        row["action"] = json!(action.as_str());
        row["finding"] = json!(item.finding.as_str());
        row["name"] = json!(self.names.get(item.row.as_usize()));
        if self.held.rows.contains_key(&item.row) {
            row["quarantined"] = json!(true);
        }
        if let Some(codes) = self.codes.get(&item.row.0) {
            row["codes"] = json!(codes);
        }
        if let Some(id) = action.id() {
            row["id"] = json!(id.get());
        }
        match action.parent() {
            Some(Parent::Customer(id)) => {
                let name = self.tenant.get(id.get()).map(|one| &*one.name);
                row["parent"] = json!({ "id": id.get(), "name": name });
            }
            Some(Parent::Row(above)) => {
                row["parent"] = self.place(above);
                row["parent"]["name"] = json!(self.name(above));
            }
            None => {}
        }
        match action {
            Planned::Send(Operation::Create { partner, .. }) => {
                row["partner_info"] = json!(**partner);
                if self.derived_level(item).is_some() {
                    row["level_derived"] = json!(true);
                }
            }
            Planned::Send(Operation::Update { update, .. }) => {
                row["changes"] = json!(update.changes);
            }
            Planned::Blocked { by } => {
                row["blocked_by_row"] = json!(self.number(*by));
                if let Some(sheet) = self.prepared.file.checked.sheets.of(*by) {
                    row["blocked_by_sheet"] = json!(sheet);
                }
            }
            _ => {}
        }
        if action.id().is_some() {
            row["differences"] = item
                .differences
                .iter()
                .map(|one| json!({ "member": one.member, "tenant": one.tenant, "row": one.row }))
                .collect();
        }
        row
    }

    /// Where the row stands: its first cell, with the sheet of a workbook.
    fn address(&self, row: RowIndex) -> Value {
        let source = &self.prepared.file.source;
        json!({
            "file": source.file,
            "sheet": self.prepared.file.checked.sheets.of(row).or(source.sheet.as_deref()),
            "cell": format!("A{}", self.number(row)),
        })
    }
}

/// A line of the tree that is still to be written: what leads to its sign, what stands before the
/// lines below it, and its row.
type Open = (String, String, RowIndex);

/// What the tree is drawn with; all are equally wide.
struct Branches {
    fork: &'static str,
    last_fork: &'static str,
    trunk: &'static str,
    nothing: &'static str,
}

impl Branches {
    fn of(drawing: Drawing) -> Self {
        let (fork, last_fork, trunk) = match drawing {
            Drawing::Unicode => ("├─ ", "└─ ", "│  "),
            Drawing::Ascii => ("|- ", "`- ", "|  "),
        };
        Self {
            fork,
            last_fork,
            trunk,
            nothing: "   ",
        }
    }

    /// Puts siblings onto the stack, the first on top.
    fn push(&self, stack: &mut Vec<Open>, rows: &[RowIndex], stem: &str) {
        for (at, row) in rows.iter().enumerate().rev() {
            let (fork, trunk) = if at + 1 == rows.len() {
                (self.last_fork, self.nothing)
            } else {
                (self.fork, self.trunk)
            };
            stack.push((format!("{stem}{fork}"), format!("{stem}{trunk}"), *row));
        }
    }

    /// What stands before the remarks on a customer: the trunk of those below it, if there are any.
    fn below(&self, has_children: bool) -> &'static str {
        if has_children {
            self.trunk
        } else {
            self.nothing
        }
    }
}

/// A line with its sign in colour; the stream takes the colour out where it is not wanted.
fn painted(line: &str) -> String {
    let colour = match line.chars().next() {
        Some('+') => AnsiColor::Green,
        Some('~') => AnsiColor::Yellow,
        Some('!') => AnsiColor::Red,
        _ => AnsiColor::BrightBlack,
    };
    let style = colour.on_default();
    let (sign, rest) = line.split_at(line.len().min(1));
    format!("{style}{sign}{style:#}{rest}")
}

/// A plan as JSON.
#[derive(Serialize)]
pub struct Document<'v> {
    file: &'v str,
    sheet: Option<&'v str>,
    endpoint: &'v str,
    mode: &'static str,
    root: Value,
    counts: Value,
    #[serde(skip_serializing_if = "<[LeftOutRows]>::is_empty")]
    left_out_by: &'v [LeftOutRows],
    findings: Map<String, Value>,
    #[serde(serialize_with = "rows")]
    rows: &'v View<'v>,
    #[serde(serialize_with = "diagnostics")]
    diagnostics: &'v [Diagnostic],
}

fn rows<S: Serializer>(view: &View<'_>, out: S) -> Result<S::Ok, S::Error> {
    out.collect_seq(view.plan.items.iter().map(|item| view.row(item)))
}

fn diagnostics<S: Serializer>(all: &[Diagnostic], out: S) -> Result<S::Ok, S::Error> {
    out.collect_seq(all.iter().map(diagnostic_document))
}

fn difference_text(one: &Difference) -> String {
    let line = format!(
        "{}: {:?} in the tenant, {:?} in the row",
        one.member, one.tenant, one.row
    );
    printable(&line).into_owned()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

fn diagnostic_document(one: &Diagnostic) -> Value {
    let mut document = json!({
        "row": one.at.map(|at| at.row),
        "cell": one.at.map(|at| at.to_string()),
        "column": one.column,
        "value": one.value,
        "code": one.rule.code,
        "severity": one.severity().as_str(),
        "message": one.message,
        "help": one.help,
        "suggestions": one.suggestions,
        "related_rows": one.related_rows,
    });
    if let Some(sheet) = &one.sheet {
        document["sheet"] = json!(sheet);
    }
    let sheets = one.related_rows.sheets();
    if !sheets.is_empty() {
        document["related_sheets"] = json!(sheets);
    }
    document
}
