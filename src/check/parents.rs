//! Which row is whose parent: by name or external code, wherever in the file it stands.

use std::collections::HashMap;

use super::cell::quoted;
use super::columns::Column;
use super::field::Field;
use super::keys::{Key, Keys};
use super::rows::Rows;
use crate::model::rules::hierarchy::{
    PARENT_AMBIGUOUS, PARENT_DIFFERS_IN_CASE, PARENT_IS_ITSELF, PARENT_NOT_IN_FILE,
    PARENTS_DISAGREE,
};
use crate::model::{Diagnostic, PartnerId};

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
    Named(Key),
    /// It cannot be told; the row has an error.
    Wrong(Key),
}

/// Finds every row's parent.
pub(super) fn resolve(rows: &Rows, columns: &[Column]) -> (Vec<Target>, Vec<Diagnostic>) {
    let mut targets = Vec::with_capacity(rows.facts.len());
    let mut finder = Finder {
        rows,
        columns,
        found: Vec::new(),
        missing: HashMap::new(),
    };
    for (row, facts) in (0..).zip(&rows.facts) {
        targets.push(match (facts.parent.some(), facts.parent_id) {
            (Some(key), _) => finder.target(row, key),
            (None, Some(id)) => Target::Id(id),
            (None, None) => Target::Default,
        });
    }
    finder.disagreements(&targets);
    finder.report_missing();
    (targets, finder.found)
}

struct Finder<'a> {
    rows: &'a Rows,
    columns: &'a [Column],
    found: Vec<Diagnostic>,
    /// Parents that no row has, with the rows that name them.
    missing: HashMap<Key, Vec<u32>>,
}

impl Finder<'_> {
    fn target(&mut self, row: u32, key: Key) -> Target {
        let keys = &self.rows.keys;
        let not_itself = |found: &u32| *found != row;
        let by_name = keys.name_row(key);
        let by_code = keys.code_row(key);
        if keys.is_repeated(key) {
            return self.ambiguous(row, key);
        }
        match (by_name, by_code) {
            (None, None) => self.not_found(row, key),
            (Some(one), Some(other)) if one != other => {
                match (by_name.filter(not_itself), by_code.filter(not_itself)) {
                    (Some(parent), None) | (None, Some(parent)) => Target::Row(parent),
                    _ => self.ambiguous(row, key),
                }
            }
            (Some(parent), _) | (None, Some(parent)) if parent != row => Target::Row(parent),
            _ => {
                let message = format!("{} is the row itself", quoted(keys.text(key)));
                self.say(
                    &PARENT_IS_ITSELF,
                    row,
                    key,
                    message,
                    "name the real parent, or empty the cell",
                );
                Target::Wrong(key)
            }
        }
    }

    fn ambiguous(&mut self, row: u32, key: Key) -> Target {
        let mut bearers = bearers(self.rows, key);
        bearers.truncate(20);
        let numbers: Vec<u32> = bearers
            .iter()
            .map(|bearer| self.rows.number(*bearer))
            .collect();
        let listed: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        let message = format!(
            "{} can be any of the rows {}",
            quoted(self.rows.keys.text(key)),
            listed.join(", ")
        );
        let diagnostic = self
            .problem(&PARENT_AMBIGUOUS, row, key, message)
            .with_help("name the parent by its ExternalCode, or give the rows different names")
            .with_related(numbers);
        self.found.push(diagnostic);
        Target::Wrong(key)
    }

    fn not_found(&mut self, row: u32, key: Key) -> Target {
        let keys = &self.rows.keys;
        let alike: Vec<Key> = keys
            .alike(key)
            .filter(|other| has_row(keys, *other))
            .collect();
        if alike.is_empty() {
            self.missing.entry(key).or_default().push(row);
            return Target::Named(key);
        }
        let rows: Vec<u32> = alike
            .iter()
            .flat_map(|other| bearers(self.rows, *other))
            .map(|bearer| self.rows.number(bearer))
            .collect();
        let text = keys.text(alike[0]).to_owned();
        let message = format!(
            "{} is {} in row {}, but for case or spaces",
            quoted(keys.text(key)),
            quoted(&text),
            rows.first().copied().unwrap_or_default()
        );
        let diagnostic = self
            .problem(&PARENT_DIFFERS_IN_CASE, row, key, message)
            .with_help(format!("write it exactly as that row does: {text}"))
            .with_suggestions(vec![text])
            .with_related(rows);
        self.found.push(diagnostic);
        Target::Wrong(key)
    }

    /// Rows whose Parent and `ParentId` cannot both be right.
    fn disagreements(&mut self, targets: &[Target]) {
        let mut ids_by_row: HashMap<u32, PartnerId> = HashMap::new();
        let mut ids_by_key: HashMap<Key, (PartnerId, u32)> = HashMap::new();
        for (row, facts) in (0..).zip(&self.rows.facts) {
            let (Some(key), Some(given)) = (facts.parent.some(), facts.parent_id) else {
                continue;
            };
            if ids_by_row.is_empty() {
                ids_by_row.extend(self.rows.ids.iter().map(|(id, row)| (*row, *id)));
            }
            let parent_row = match targets[row as usize] {
                Target::Row(parent) => Some(parent),
                _ => None,
            };
            let of_parent = parent_row.and_then(|parent| {
                ids_by_row
                    .get(&parent)
                    .map(|id| (*id, parent, "whose ID is"))
            });
            let (first_id, first_row) = *ids_by_key.entry(key).or_insert((given, row));
            let known = of_parent.or(Some((first_id, first_row, "to which it gives the id")));
            let Some((expected, other, how)) = known.filter(|known| known.0 != given) else {
                continue;
            };
            let name = quoted(self.rows.keys.text(key));
            let number = self.rows.number(other);
            let message = if of_parent.is_some() {
                format!(
                    "the parent {name} is row {number}, {how} {expected}, but ParentId says {given}"
                )
            } else {
                format!(
                    "row {number} names the parent {name} too, {how} {expected}; here it is {given}"
                )
            };
            let diagnostic = self
                .rows
                .problem(
                    self.columns,
                    &PARENTS_DISAGREE,
                    row,
                    Field::ParentId,
                    message,
                )
                .with_value(&given.to_string())
                .with_help("empty one of the two cells, or correct it")
                .with_related(vec![number]);
            self.found.push(diagnostic);
        }
    }

    /// One warning for each name that is left to the tenant, however many rows bear it.
    fn report_missing(&mut self) {
        let mut missing: Vec<(Key, Vec<u32>)> = self.missing.drain().collect();
        missing.sort_unstable_by_key(|(_, rows)| rows[0]);
        let mut nearest = Nearest::new(&self.rows.keys);
        for (key, rows) in missing {
            let text = self.rows.keys.text(key);
            let others = match rows.len() - 1 {
                0 => String::new(),
                1 => " (1 more row names it)".to_owned(),
                many => format!(" ({many} more rows name it)"),
            };
            let message = format!(
                "no row is called {}, so the parent is looked up in the tenant{others}",
                quoted(text)
            );
            let close = nearest.find(text);
            let help = match &close {
                Some(name) => format!("did you mean {}?", quoted(name)),
                None => String::new(),
            };
            let related = rows[1..]
                .iter()
                .take(100)
                .map(|row| self.rows.number(*row))
                .collect();
            let diagnostic = self
                .problem(&PARENT_NOT_IN_FILE, rows[0], key, message)
                .with_help(help)
                .with_suggestions(close.into_iter().collect())
                .with_related(related);
            self.found.push(diagnostic);
        }
    }

    fn problem(
        &self,
        rule: &'static crate::model::rules::Rule,
        row: u32,
        key: Key,
        message: String,
    ) -> Diagnostic {
        self.rows
            .problem(self.columns, rule, row, Field::Parent, message)
            .with_value(self.rows.keys.text(key))
    }

    fn say(
        &mut self,
        rule: &'static crate::model::rules::Rule,
        row: u32,
        key: Key,
        message: String,
        help: &str,
    ) {
        let diagnostic = self.problem(rule, row, key, message).with_help(help);
        self.found.push(diagnostic);
    }
}

fn has_row(keys: &Keys, key: Key) -> bool {
    keys.name_row(key).is_some() || keys.code_row(key).is_some()
}

/// Every row with this name or external code, in the order of the file.
fn bearers(rows: &Rows, key: Key) -> Vec<u32> {
    let firsts = [rows.keys.name_row(key), rows.keys.code_row(key)];
    let mut bearers: Vec<u32> = firsts.into_iter().flatten().collect();
    if rows.keys.is_repeated(key) {
        let names = rows
            .names_again
            .iter()
            .filter(|(of, _)| *of == key)
            .map(|(_, row)| *row);
        let codes = rows
            .codes_again
            .iter()
            .map(|(row, _)| *row)
            .filter(|row| rows.facts[*row as usize].code == key);
        bearers.extend(names.chain(codes));
    }
    bearers.sort_unstable();
    bearers.dedup();
    bearers
}

/// Looks for names close to one that was not found, within a budget: a file may hold a million.
struct Nearest<'a> {
    keys: &'a Keys,
    comparisons_left: u32,
}

impl<'a> Nearest<'a> {
    fn new(keys: &'a Keys) -> Self {
        Self {
            keys,
            comparisons_left: 200_000,
        }
    }

    fn find(&mut self, text: &str) -> Option<String> {
        let length = text.chars().count();
        let allowed = match length {
            0..=3 => return None,
            4..=7 => 1,
            8..=15 => 2,
            _ => 3,
        };
        let mut best: Option<(usize, &str)> = None;
        for key in self.keys.all() {
            if !has_row(self.keys, key) {
                continue;
            }
            let name = self.keys.text(key);
            if name.len().abs_diff(text.len()) > allowed {
                continue;
            }
            if self.comparisons_left == 0 {
                break;
            }
            self.comparisons_left -= 1;
            let distance = strsim::damerau_levenshtein(name, text);
            if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
                best = Some((distance, name));
            }
        }
        best.map(|(_, name)| name.to_owned())
    }
}
