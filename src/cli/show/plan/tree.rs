//! A plan as a tree below the customers that are there, for people.

use std::collections::BTreeMap;
use std::fmt::Write;

use anstyle::AnsiColor;

use super::{View, difference_text};
use crate::cli::show::grid::Room;
use crate::cli::show::output::Drawing;
use crate::flow::agree::counts_line;
use crate::model::number::grouped;
use crate::model::{
    Deployment, Level, Operation, Parent, Planned, RowIndex, left_out_shown, printable,
};
use crate::plan::{self, Finding, Item};
use crate::report::diagnostics::excerpt::{visible, width_of};
use crate::report::wrap::wrap;

/// Names are not cut below this.
const NARROWEST: usize = 12;
/// How many lines of the tree are shown to people, and of the rows that are not sent.
const MOST_LINES: usize = 200;

impl View<'_> {
    /// What becomes of the rows, and what is left out beside them.
    pub(super) fn counts_line(&self) -> String {
        let line = counts_line(self.plan);
        match left_out_shown(&self.prepared.file.checked.left_out) {
            Some(left_out) => format!("{line}; {}", printable(&left_out)),
            None => line,
        }
    }

    /// What the customers are that are created, on a line of its own; empty where nobody is.
    pub(super) fn makeup_line(&self, room: Room) -> String {
        let told = self.makeup.as_ref().map(|told| format!("creates {told}"));
        told.map_or_else(String::new, |told| wrap(&told, room.columns(), 0, 2) + "\n")
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
        text + gap + &counts + "\n" + &self.makeup_line(room)
    }

    /// One row of the tree, with what differs below it.
    fn branch(&self, text: &mut String, (fork, stem): (&str, &str), item: &Item, room: Room) {
        let row = printable(&self.called(item.row)).into_owned();
        let deployed = match item.deployment {
            Deployment::SwitchOn => "  automatic deployment",
            Deployment::AsItIs => "",
        };
        let name = |sign: &str, rest: &str| {
            let rest = &format!("{rest}{deployed}");
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
                "  ... and {} more; --format table or json shows all",
                grouped(more)
            );
        }
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
