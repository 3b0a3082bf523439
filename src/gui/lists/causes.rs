//! Problems by cause, worst first, with what would mend all rows of one.

use std::collections::{BTreeMap, HashMap};
use std::ptr;

use super::folded::Folded;
use super::held::Held;
use super::problem::{Problem, row_of, said};
use super::step::{CellStep, Step};
use crate::gui::wire::{Group, Step as Place, Suggestion};
use crate::model::digest::sha256_of;
use crate::model::number::grouped;
use crate::model::rules::headers::HEADER_UNKNOWN;
use crate::model::rules::hierarchy::PARENT_ROW_BLOCKED;
use crate::model::rules::left_out::{LEVEL_MISSING, STATE_LEFT_OUT};
use crate::model::{Diagnostic, Severity};

/// So many suggestions of a cause are shown.
const MOST_SUGGESTIONS: usize = 5;
/// So many causes are shown.
const MOST_GROUPS: usize = 100;

/// Rows with the same problem.
pub struct Cause {
    /// Its name.
    pub id: String,
    kind: &'static str,
    code: &'static str,
    title: String,
    says: String,
    /// The rows, in order.
    pub rows: Vec<u32>,
    /// The column.
    pub column: usize,
    /// What was suggested for values, the most frequent first: value, what it becomes, rows.
    values: Vec<(String, Vec<String>, Vec<u32>)>,
    /// Whether it is of the list, and not of its rows.
    of_list: bool,
    /// Then: the row of the file that it is about, and the line on which that begins.
    place: Option<(u32, u32)>,
}

/// All of them, worst first.
#[derive(Default)]
pub struct Causes {
    all: Vec<Cause>,
    by_id: HashMap<String, usize>,
}

impl Causes {
    /// Of the problems of a list.
    pub fn of(
        problems: &[Problem],
        of_file: &[Diagnostic],
        within: &[u32],
        held: &Held,
        folded: &Folded,
    ) -> Self {
        let mut all: Vec<Cause> = Vec::new();
        let mut known: HashMap<(&str, usize), usize> = HashMap::new();
        for one in problems {
            let code = one.what.rule.code;
            let at = *known.entry((code, one.column)).or_insert_with(|| {
                all.push(Cause::new(&one.what, one.column, held));
                all.len() - 1
            });
            let cause = &mut all[at];
            if cause.rows.last() != Some(&one.row) {
                cause.rows.push(one.row);
            }
        }
        for (at, cause) in all.iter_mut().enumerate() {
            let own = problems
                .iter()
                .filter(|one| known.get(&(one.what.rule.code, one.column)) == Some(&at));
            cause.values = values_of(own, held, folded);
        }
        // What columns are not read is seen in the list, and what it leaves open is asked there.
        let seen = [HEADER_UNKNOWN.code, STATE_LEFT_OUT.code];
        for one in of_file.iter().filter(|one| !seen.contains(&one.rule.code)) {
            let mut cause = Cause::new(one, 0, held);
            cause.of_list = true;
            cause.place = row_of(one).map(|row| (row, held.lines.line(row)));
            cause.says = said(one);
            if one.is_error() {
                cause.rows = within.to_vec();
            }
            if all.iter().all(|other| other.id != cause.id) {
                all.push(cause);
            }
        }
        let rank = |kind: &str| match kind {
            "error" => 0,
            "blocked" => 1,
            _ => 2,
        };
        all.sort_by_key(|one| (rank(one.kind), std::cmp::Reverse(one.rows.len())));
        let by_id = all.iter().enumerate();
        let by_id = by_id.map(|(at, one)| (one.id.clone(), at)).collect();
        Self { all, by_id }
    }

    /// One of them.
    pub fn get(&self, id: &str) -> Option<&Cause> {
        self.by_id.get(id).map(|at| &self.all[*at])
    }

    /// How many different errors there are.
    pub fn errors(&self) -> usize {
        self.all.iter().filter(|one| one.kind == "error").count()
    }

    /// As they are shown, and how many more there are.
    pub fn groups(&self) -> (Vec<Group>, usize) {
        let groups = self.all.iter().take(MOST_GROUPS).map(Cause::group);
        (groups.collect(), self.all.len().saturating_sub(MOST_GROUPS))
    }

    /// The cell that follows in the order of the panel.
    pub fn next(&self, at: Option<(u32, usize)>, back: bool) -> Option<(u32, &Cause)> {
        let of_rows: Vec<&Cause> = self
            .all
            .iter()
            .filter(|one| !one.of_list && one.kind != "blocked" && !one.rows.is_empty())
            .collect();
        let errors: Vec<&Cause> = of_rows
            .iter()
            .copied()
            .filter(|one| one.kind == "error")
            .collect();
        let all = if errors.is_empty() { of_rows } else { errors };
        let here = at.and_then(|(row, column)| {
            all.iter().enumerate().find_map(|(group, one)| {
                let place = one.rows.binary_search(&row).ok()?;
                (one.column == column).then_some((group, place))
            })
        });
        let first = || all.first().map(|one| (one.rows[0], *one));
        let last = || all.last().map(|one| (one.rows[one.rows.len() - 1], *one));
        match (here, back) {
            (None, false) => first(),
            (None, true) => last(),
            (Some((group, place)), false) => match all[group].rows.get(place + 1) {
                Some(row) => Some((*row, all[group])),
                None => all
                    .get(group + 1)
                    .map(|one| (one.rows[0], *one))
                    .or_else(first),
            },
            (Some((group, place)), true) => match place.checked_sub(1) {
                Some(before) => Some((all[group].rows[before], all[group])),
                None => match group.checked_sub(1) {
                    Some(before) => {
                        let one = all[before];
                        Some((one.rows[one.rows.len() - 1], one))
                    }
                    None => last(),
                },
            },
        }
    }

    /// The suggestions for the value of one cell.
    pub fn for_cell(&self, one: &Problem, text: &str) -> Vec<Suggestion> {
        let id = id_of(&one.what, one.column);
        let Some(cause) = self.get(&id) else {
            return Vec::new();
        };
        let all = cause.replacements();
        all.into_iter()
            .filter(|one| one.from.as_deref() == Some(text.trim()))
            .take(MOST_SUGGESTIONS)
            .collect()
    }

    /// What a suggestion does, in words and as a step; none where there is no such suggestion any more,
    /// also where it was taken already and the list is not checked again yet. What was mended since the
    /// check, which knew of the mends in `checked`, stays as it is.
    pub fn step(
        &self,
        id: &str,
        held: &Held,
        checked: &Folded,
        folded: &Folded,
    ) -> Option<(String, Step)> {
        let (cause, what) = id.split_once('/')?;
        let cause = self.get(cause)?;
        let (kind, digest) = what.split_once('/')?;
        let now = |row: u32| folded.shown(held, row as usize, cause.column).trim();
        let stands = |row: u32, from: &str| now(row) == from;
        let standing = |from: &str, rows: &[u32]| -> Vec<u32> {
            let standing = rows.iter().filter(|row| stands(**row, from));
            standing.copied().collect()
        };
        let is_as_checked = |row: u32| {
            let at = row as usize;
            let is_same = |column| checked.text(held, at, column) == folded.text(held, at, column);
            ptr::eq(checked, folded) || (0..held.width()).all(is_same)
        };
        let as_checked = || cause.rows.iter().copied().filter(|row| is_as_checked(*row));
        let of_rows = || digest == cause.digest_of_rows();
        match kind {
            "out" if of_rows() => {
                let in_list = |row: &u32| !folded.out.contains(&(*row as usize));
                let rows: Vec<u32> = as_checked()
                    .filter(in_list)
                    .map(|row| held.number(row as usize))
                    .collect();
                (!rows.is_empty()).then(|| (left_out(rows.len()), Step::Out(rows)))
            }
            "empty" if of_rows() => {
                let full: Vec<u32> = as_checked().filter(|row| !stands(*row, "")).collect();
                let steps = cause.cells(&full, "", held);
                let says = format!("{} emptied", many(steps.len(), "cell"));
                (!steps.is_empty()).then_some((says, Step::Cells(steps)))
            }
            "all" if digest == cause.digest_of_all() => {
                let mut steps = Vec::new();
                let mut rows = 0;
                for (from, to, of) in cause.values.iter().filter(|(_, to, _)| to.len() == 1) {
                    let of = standing(from, of);
                    rows += of.len();
                    if !of.is_empty() {
                        steps.push(cause.replace(from, &to[0], &of, held, folded));
                    }
                }
                let says = format!("{} set to what they are close to", many(rows, "cell"));
                (!steps.is_empty()).then_some((says, Step::All(steps)))
            }
            "to" => {
                let mut offered = cause
                    .values
                    .iter()
                    .flat_map(|(from, answers, of)| answers.iter().map(move |to| (from, to, of)));
                let (from, to, of) =
                    offered.find(|(from, to, _)| digest == cause.digest_of(from, to))?;
                let of = standing(from, of);
                let says = format!("{from} → {to} in {}", many(of.len(), "row"));
                (!of.is_empty()).then(|| (says, cause.replace(from, to, &of, held, folded)))
            }
            _ => None,
        }
    }
}

/// A short name for contents, each told from the next by its length.
fn digest<'p>(parts: impl IntoIterator<Item = &'p [u8]>) -> String {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend((part.len() as u64).to_le_bytes());
        bytes.extend(part);
    }
    let mut digest = sha256_of(&bytes);
    digest.truncate(16);
    digest
}

fn id_of(what: &Diagnostic, column: usize) -> String {
    format!("{}.{column}", what.rule.code)
}

/// What was suggested for the values of cells, the most frequent first.
fn values_of<'p>(
    problems: impl Iterator<Item = &'p Problem>,
    held: &Held,
    folded: &Folded,
) -> Vec<(String, Vec<String>, Vec<u32>)> {
    let mut by_value: BTreeMap<(String, Vec<String>), Vec<u32>> = BTreeMap::new();
    for one in problems.filter(|one| !one.what.suggestions.is_empty()) {
        if one.what.at.and_then(|at| at.column).is_none() {
            continue;
        }
        let from = folded.shown(held, one.row as usize, one.column);
        let to = one.what.suggestions.to_vec();
        by_value
            .entry((from.trim().to_owned(), to))
            .or_default()
            .push(one.row);
    }
    let mut values: Vec<_> = by_value
        .into_iter()
        .map(|((from, to), rows)| (from, to, rows))
        .collect();
    values.sort_by_key(|(_, _, rows)| std::cmp::Reverse(rows.len()));
    values
}

impl Cause {
    fn new(what: &Diagnostic, column: usize, held: &Held) -> Self {
        let blocked = what.rule.code == PARENT_ROW_BLOCKED.code;
        let header = held.table.header.cells.get(column);
        let header = header.filter(|_| what.at.is_some_and(|at| at.column.is_some()));
        let of = match header {
            Some(cell) if !cell.text.is_empty() => format!(" Column {}.", cell.text),
            _ => String::new(),
        };
        Self {
            id: id_of(what, column),
            kind: match what.severity() {
                _ if blocked => "blocked",
                Severity::Error => "error",
                Severity::Warning | Severity::Note => "warning",
            },
            code: what.rule.code,
            title: title(what.rule.name),
            says: format!("{}{of}", what.rule.what),
            rows: Vec::new(),
            column,
            values: Vec::new(),
            of_list: false,
            place: None,
        }
    }

    // What a suggestion does is in its name: an old page that takes one must never get another.

    fn digest_of(&self, from: &str, to: &str) -> String {
        digest([self.id.as_bytes(), from.as_bytes(), to.as_bytes()])
    }

    fn digest_of_rows(&self) -> String {
        let rows: Vec<u8> = self.rows.iter().flat_map(|row| row.to_le_bytes()).collect();
        digest([self.id.as_bytes(), &rows])
    }

    fn digest_of_all(&self) -> String {
        let sure = self.values.iter().filter(|(_, to, _)| to.len() == 1);
        let parts = sure.flat_map(|(from, to, rows)| {
            let rows = rows.iter().flat_map(|row| row.to_le_bytes());
            [
                from.as_bytes().to_vec(),
                to[0].as_bytes().to_vec(),
                rows.collect(),
            ]
        });
        let parts: Vec<Vec<u8>> = parts.collect();
        digest(parts.iter().map(Vec::as_slice))
    }

    fn group(&self) -> Group {
        let mut suggestions = self.replacements();
        let sure = self.values.iter().filter(|(_, to, _)| to.len() == 1);
        let sure: usize = match sure.clone().count() {
            0 | 1 => 0,
            _ => sure.map(|(_, _, rows)| rows.len()).sum(),
        };
        let more = suggestions.len().saturating_sub(MOST_SUGGESTIONS - 1);
        suggestions.truncate(MOST_SUGGESTIONS - 1);
        suggestions.extend(self.otherwise());
        Group {
            cause: self.id.clone(),
            kind: self.kind,
            code: self.code,
            title: self.title.clone(),
            says: self.says.clone(),
            rows: self.rows.len(),
            suggestions,
            more,
            take_all: (sure > 0).then(|| Suggestion {
                id: format!("{}/all/{}", self.id, self.digest_of_all()),
                from: None,
                to: "All that are close to one value".to_owned(),
                rows: sure,
                step: None,
                row: None,
            }),
        }
    }

    /// What values would become.
    fn replacements(&self) -> Vec<Suggestion> {
        let all = self.values.iter().flat_map(|(from, answers, rows)| {
            answers.iter().map(move |to| Suggestion {
                id: format!("{}/to/{}", self.id, self.digest_of(from, to)),
                from: Some(from.clone()),
                to: to.clone(),
                rows: rows.len(),
                step: None,
                row: None,
            })
        });
        all.collect()
    }

    /// What can be done where no value is known to be right.
    fn otherwise(&self) -> Option<Suggestion> {
        let rows = self.rows.len();
        let one = |what: &str, to: String, step| Suggestion {
            id: format!("{}/{what}/{}", self.id, self.digest_of_rows()),
            from: None,
            to,
            rows,
            step,
            row: self.place.map(|(row, _)| row),
        };
        if self.of_list || self.code == LEVEL_MISSING.code {
            let to = match self.place {
                Some((_, line)) => format!("See line {line} in List"),
                None => "Fix it in List".to_owned(),
            };
            return Some(one("list", to, Some(Place::List)));
        }
        match self.kind {
            "blocked" => None,
            "warning" => (!self.values.is_empty()).then(|| {
                let to = if rows == 1 {
                    "Empty this cell".to_owned()
                } else {
                    format!("Empty these {} cells", grouped(rows))
                };
                one("empty", to, None)
            }),
            _ => {
                let to = if rows == 1 {
                    "Leave this row out".to_owned()
                } else {
                    format!("Leave these {} rows out", grouped(rows))
                };
                Some(one("out", to, None))
            }
        }
    }

    /// A value that becomes another in these rows: wherever it stands in the file, and in cells that
    /// were changed to it.
    fn replace(&self, from: &str, to: &str, rows: &[u32], held: &Held, folded: &Folded) -> Step {
        let changed = |row: &&u32| {
            let at = (**row as usize, self.column);
            folded.cells.contains_key(&at) || held.text(at.0, at.1).trim() != from
        };
        let cells: Vec<u32> = rows.iter().filter(changed).copied().collect();
        let cells = Step::Cells(self.cells(&cells, to, held));
        let column = held.table.header.cells.get(self.column);
        let Some(column) = column.filter(|_| !from.is_empty()) else {
            return Step::Cells(self.cells(rows, to, held));
        };
        let values = Step::Values(column.column, vec![(from.to_owned(), to.to_owned())]);
        Step::All(vec![values, cells])
    }

    fn cells(&self, rows: &[u32], to: &str, held: &Held) -> Vec<CellStep> {
        let Some(column) = held.table.header.cells.get(self.column) else {
            return Vec::new();
        };
        let cells = rows.iter().map(|row| CellStep {
            row: held.number(*row as usize),
            column: column.column,
            from: held.text(*row as usize, self.column).to_owned(),
            to: to.to_owned(),
        });
        cells.collect()
    }
}

/// The name of a rule as people read it: `name-missing`, `Name missing`.
fn title(name: &str) -> String {
    let spaced = name.replace('-', " ");
    let mut letters = spaced.chars();
    let first = letters.next().map(|one| one.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// `1 row`, `2 rows`.
pub fn many(count: usize, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{count} {what}s"),
    }
}

/// Rows that do not count any more, in words.
pub fn left_out(rows: usize) -> String {
    format!("{} left out", many(rows, "row"))
}
