//! Names that are like one which nobody has: what may have been meant. Pure.

use std::collections::HashMap;

use strsim::normalized_damerau_levenshtein;

use super::tenant::Tenant;
use crate::check::closest_companies;

/// Names of the tenant that are like a name which nobody has: looked for once per name, and only
/// for as many names as a large tenant can be searched for in a moment.
#[derive(Default)]
pub(super) struct CloseNames {
    found: HashMap<Box<str>, Vec<String>>,
    compared: usize,
}

/// So many names are compared for suggestions, over all rows.
const MOST_COMPARED: usize = 2_000_000;

impl CloseNames {
    /// Those most like `name`, best first.
    pub(super) fn of(&mut self, name: &str, tenant: &Tenant) -> Vec<String> {
        if let Some(found) = self.found.get(name) {
            return found.clone();
        }
        if self.compared >= MOST_COMPARED {
            return Vec::new();
        }
        self.compared += tenant.customers().len();
        let found = closest_companies(name, tenant.customers().iter().map(|one| &*one.name), 3);
        self.found.insert(name.into(), found.clone());
        found
    }
}

/// The names of places most like `name`, best first, at most three, none that is far off.
pub(super) fn closest<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let wanted = fold(name);
    let mut scored: Vec<(f64, &str)> = names
        // Names of very different lengths cannot be alike.
        .filter(|other| other.len() < 2 * name.len() + 4 && name.len() < 2 * other.len() + 4)
        .map(|other| (normalized_damerau_levenshtein(&wanted, &fold(other)), other))
        .filter(|(score, _)| *score >= 0.7)
        .collect();
    scored.sort_by(|one, other| other.0.total_cmp(&one.0));
    scored
        .into_iter()
        .take(3)
        .map(|(_, other)| other.to_owned())
        .collect()
}

/// Case and spaces folded.
fn fold(name: &str) -> String {
    let mut folded = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().flat_map(char::to_lowercase));
    }
    folded
}
