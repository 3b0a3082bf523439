//! Which row is whose parent: by name or external code, wherever in the file it stands.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::cell::quoted;
use super::field::Field;
use super::fits::{misfit, then_the_level};
use super::index::{Found, Joined, NO_ROW};
use super::nearest::Nearest;
use super::rows::Rows;
use super::selection::{LeftOutNames, LeftOutRow};
use super::tables::Tables;
use crate::model::diagnostic::shortened;
use crate::model::rules::Rule;
use crate::model::rules::hierarchy::{
    PARENT_AMBIGUOUS, PARENT_DIFFERS_IN_CASE, PARENT_IS_ITSELF, PARENT_LEFT_OUT,
    PARENT_NOT_IN_FILE, PARENTS_DISAGREE,
};
use crate::model::{Diagnostic, Level, PartnerId, Phrase, RowIndex, Suggestions};

/// A row's parent, as far as the file tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Target {
    /// No cell says.
    Default,
    /// By id.
    Id(PartnerId),
    /// Another row.
    Row(u32),
    /// A text that no row has.
    Named,
    /// It cannot be told; the row has an error.
    Wrong,
}

/// Every row's parent.
pub(super) fn targets(rows: &Rows, joined: &Joined) -> Vec<Target> {
    let mut targets: Vec<Target> = rows
        .facts
        .iter()
        .zip(&joined.parents)
        .map(|(facts, parent)| match (*parent, facts.parent_id) {
            (NO_ROW, Some(id)) => Target::Id(id),
            (NO_ROW, None) => Target::Default,
            (parent, _) => Target::Row(parent),
        })
        .collect();
    let found = &joined.found;
    for row in found.missing.iter().flatten() {
        targets[*row as usize] = Target::Named;
    }
    let unclear = found.ambiguous.iter().chain(&found.differing);
    for row in unclear.flat_map(|(rows, _)| rows).chain(&found.selves) {
        targets[*row as usize] = Target::Wrong;
    }
    targets
}

/// The row of the list that each stands below.
pub(super) fn rows_of(targets: &[Target]) -> Vec<Option<RowIndex>> {
    let row = |target: &Target| match target {
        Target::Row(row) => Some(RowIndex(*row)),
        _ => None,
    };
    targets.iter().map(row).collect()
}

/// Rows whose parent is left out as no customer are not sent.
pub(super) fn refuse_left_out(
    rows: &Rows,
    found: &Found,
    left_out: &LeftOutNames,
    targets: &mut [Target],
) {
    for children in &found.missing {
        let parent = left_out.find(rows.parents.get(children[0]));
        if parent.is_some_and(|parent| parent.by_export) {
            for row in children {
                targets[*row as usize] = Target::Wrong;
            }
        }
    }
}

/// What to do about a row whose parent is left out.
pub(super) const LEFT_OUT_HELP: &str = "leave this row out too, name another parent, or keep the \
    parent with a mend";

/// What is said of a row whose parent is left out.
pub(super) fn left_out_text(parent: &str, row: &LeftOutRow) -> String {
    let LeftOutRow { number, why, .. } = row;
    format!(
        "the parent {} is row {number}, which is left out: {why}",
        quoted(parent)
    )
}

/// What a parent that is asked of the tenant is said to be.
const ASKED: &str = ", so the parent is looked up in the tenant";

/// What is said of such a parent's own row where that is left out, and what to do where the tenant has no
/// such customer: `its row 5 is left out (...)`.
pub fn left_out_row(asked: &Diagnostic) -> Option<(String, &'static str)> {
    let (number, rest) = asked.message.strip_prefix("row ")?.split_once(',')?;
    let (_, why) = rest.rsplit_once(ASKED)?.0.rsplit_once(" is left out (")?;
    Some((
        format!("its row {number} is left out ({why}"),
        LEFT_OUT_HELP,
    ))
}

/// What is wrong with the parents.
pub(super) fn problems(
    rows: &Rows,
    tables: &Tables,
    targets: &[Target],
    (found, left_out): (&Found, &LeftOutNames),
    level_of: &(dyn Fn(u32) -> Option<Level> + Sync),
) -> Vec<Diagnostic> {
    let finder = Finder {
        rows,
        tables,
        level_of,
    };
    let mut diagnostics = Vec::new();
    for (children, bearers) in &found.ambiguous {
        finder.ambiguous(children, bearers, &mut diagnostics);
    }
    for (children, bearers) in &found.differing {
        finder.differing(children, bearers, &mut diagnostics);
    }
    diagnostics.extend(found.selves.iter().map(|row| finder.itself(*row)));
    let mut nearest = Nearest::new(rows);
    for children in &found.missing {
        match left_out.find(rows.parents.get(children[0])) {
            Some(parent) if parent.by_export => {
                diagnostics.extend(children.iter().map(|row| finder.left_out(*row, parent)));
            }
            parent => diagnostics.push(finder.missing(children, parent, &mut nearest)),
        }
    }
    finder.disagreements(targets, &mut diagnostics);
    diagnostics
}

struct Finder<'a> {
    rows: &'a Rows,
    tables: &'a Tables,
    /// The level of a row, where it is known.
    level_of: &'a (dyn Fn(u32) -> Option<Level> + Sync),
}

impl Finder<'_> {
    /// Rows of one text that several rows bear. The same is said of all that do not bear it.
    fn ambiguous(&self, children: &[u32], bearers: &[u32], found: &mut Vec<Diagnostic>) {
        const MOST: usize = 20;
        let text = self.rows.parents.get(children[0]);
        let say = |but: Option<u32>| {
            let others = || {
                let others = bearers.iter().filter(|bearer| Some(**bearer) != but);
                others.take(MOST)
            };
            let listed: Vec<String> = others().map(|bearer| self.rows.place(*bearer)).collect();
            let listed = listed.join(", ");
            let message = format!("{} can be any of the rows {listed}", quoted(text));
            (
                Phrase::shared(&message),
                self.rows.related(others().copied()),
            )
        };
        let value = shortened(text);
        let of_all = say(None);
        for row in children {
            let own = bearers.binary_search(row).is_ok().then(|| say(Some(*row)));
            let (message, related) = own.as_ref().unwrap_or(&of_all);
            found.push(
                self.problem(&PARENT_AMBIGUOUS, *row, message.clone())
                    .with_shared_value(&value)
                    .with_help(
                        "name the parent by its ExternalCode, or give the rows different names",
                    )
                    .with_related(related.clone()),
            );
        }
    }

    /// Rows of one text that is another row's but for case and spaces.
    fn differing(&self, children: &[u32], bearers: &[u32], found: &mut Vec<Diagnostic>) {
        const MOST: usize = 20;
        let text = self.rows.parents.get(children[0]);
        let bearer = bearers[0];
        // The row is alike by its name, or by its external code.
        let name = self.rows.names.get(bearer);
        let alike = if folds_alike(name, text) {
            name
        } else {
            self.rows.codes.get(bearer)
        };
        let message = format!(
            "{} is {} in row {}, but for case or spaces",
            quoted(text),
            quoted(alike),
            self.rows.place(bearer)
        );
        let related = self.rows.related(bearers.iter().copied().take(MOST));
        let message = Phrase::shared(&message);
        let help = format!("write it exactly as that row does: {alike}");
        let unfit = self.unfit_below(children, bearer);
        let then = self.then_the_level(&unfit, bearer);
        let help_unfit = Phrase::shared(&format!("{help}; {then}"));
        let help = Phrase::shared(&help);
        let suggestions = Suggestions::from(vec![alike.to_owned()]);
        let value = shortened(text);
        found.extend(children.iter().map(|row| {
            let help = match unfit.binary_search(row) {
                Ok(_) => &help_unfit,
                Err(_) => &help,
            };
            self.problem(&PARENT_DIFFERS_IN_CASE, *row, message.clone())
                .with_shared_value(&value)
                .with_help(help.clone())
                .with_shared_suggestions(suggestions.clone())
                .with_related(related.clone())
        }));
    }

    /// Those of the rows whose level would not fit below the row that their parent may be.
    fn unfit_below(&self, children: &[u32], parent: u32) -> Vec<u32> {
        let Some(limit) = (self.level_of)(parent) else {
            return Vec::new();
        };
        let is_unfit =
            |row: &u32| (self.level_of)(*row).is_some_and(|level| misfit(level, limit).is_some());
        children.iter().copied().filter(is_unfit).collect()
    }

    /// What is said of these rows' levels.
    fn then_the_level(&self, unfit: &[u32], parent: u32) -> String {
        let places: Vec<String> = unfit.iter().map(|row| self.rows.place(*row)).collect();
        match (self.level_of)(parent) {
            Some(limit) => then_the_level(&places, limit),
            None => String::new(),
        }
    }

    fn itself(&self, row: u32) -> Diagnostic {
        let message = format!("{} is the row itself", quoted(self.rows.parents.get(row)));
        self.problem(&PARENT_IS_ITSELF, row, message)
            .with_value(self.rows.parents.get(row))
            .with_help("name the real parent, or empty the cell")
    }

    /// A row whose parent is left out as no customer.
    fn left_out(&self, row: u32, parent: &LeftOutRow) -> Diagnostic {
        let text = self.rows.parents.get(row);
        self.problem(&PARENT_LEFT_OUT, row, left_out_text(text, parent))
            .with_value(text)
            .with_help(LEFT_OUT_HELP)
            .with_related(vec![parent.number])
    }

    /// One warning for each name that is left to the tenant, however many rows bear it.
    fn missing(
        &self,
        children: &[u32],
        parent: Option<&LeftOutRow>,
        nearest: &mut Nearest<'_>,
    ) -> Diagnostic {
        let first = children[0];
        let text = self.rows.parents.get(first);
        let others = match children.len() - 1 {
            0 => String::new(),
            1 => " (1 more row names it)".to_owned(),
            many => format!(" ({many} more rows name it)"),
        };
        let name = quoted(text);
        let message = match parent {
            None => {
                format!("no row is called {name}{ASKED}{others}")
            }
            Some(LeftOutRow { number, why, .. }) => {
                format!("row {number}, called {name}, is left out ({why}){ASKED}{others}")
            }
        };
        let close = if parent.is_none() {
            nearest.find(text)
        } else {
            None
        };
        let help = match close {
            Some((row, name)) => {
                let unfit = self.unfit_below(children, row);
                let then = match self.then_the_level(&unfit, row) {
                    none if none.is_empty() => none,
                    then => format!(" If so, {then}"),
                };
                format!("did you mean {}?{then}", quoted(name))
            }
            None => String::new(),
        };
        let related = children[1..].iter().copied().take(100);
        self.problem(&PARENT_NOT_IN_FILE, first, message)
            .with_value(text)
            .with_help(help)
            .with_suggestions(close.map(|(_, name)| name.to_owned()).into_iter().collect())
            .with_related(self.rows.related(related))
    }

    /// Rows whose Parent and `ParentId` cannot both be right.
    fn disagreements(&self, targets: &[Target], diagnostics: &mut Vec<Diagnostic>) {
        let mut ids_by_row: HashMap<u32, PartnerId, FixedState> = HashMap::default();
        let mut ids_by_parent: HashMap<&str, (PartnerId, u32), FixedState> = HashMap::default();
        for (row, facts) in (0..).zip(&self.rows.facts) {
            let Some(given) = facts.parent_id else {
                continue;
            };
            let name = self.rows.parents.get(row);
            if name.is_empty() {
                continue;
            }
            if ids_by_row.is_empty() {
                ids_by_row.extend(self.rows.ids.iter().map(|(id, row)| (*row, *id)));
            }
            let (first_id, first_row) = *ids_by_parent.entry(name).or_insert((given, row));
            let of_parent = match targets[row as usize] {
                Target::Row(parent) => ids_by_row.get(&parent).map(|id| (*id, parent)),
                _ => None,
            };
            let name = quoted(name);
            let (other, message) = match of_parent {
                Some((id, _)) if id == given => continue,
                Some((id, parent)) => {
                    let place = self.rows.place(parent);
                    let message = format!(
                        "the parent {name} is row {place}, whose ID is {id}, but ParentId says {given}"
                    );
                    (parent, message)
                }
                None if first_id == given => continue,
                None => {
                    let place = self.rows.place(first_row);
                    let message = format!(
                        "row {place} names the parent {name} too, with the id {first_id}; here it is {given}"
                    );
                    (first_row, message)
                }
            };
            diagnostics.push(
                self.rows
                    .problem(
                        self.tables,
                        &PARENTS_DISAGREE,
                        row,
                        Field::ParentId,
                        message,
                    )
                    .with_value(&given.to_string())
                    .with_help("empty one of the two cells, or correct it")
                    .with_related(self.rows.related([other])),
            );
        }
    }

    fn problem(&self, rule: &'static Rule, row: u32, message: impl Into<Phrase>) -> Diagnostic {
        self.rows
            .problem(self.tables, rule, row, Field::Parent, message)
    }
}

fn folds_alike(one: &str, other: &str) -> bool {
    let (mut a, mut b) = (Vec::new(), Vec::new());
    super::text::fold_name(one, &mut a);
    super::text::fold_name(other, &mut b);
    a == b
}
