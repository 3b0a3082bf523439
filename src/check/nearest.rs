//! Which row's name was probably meant by a parent's name that no row has.

use super::rows::Rows;

/// Looks for names close to one that was not found, within a budget: a file may hold a million.
pub(super) struct Nearest<'a> {
    rows: &'a Rows,
    comparisons_left: u32,
}

impl<'a> Nearest<'a> {
    pub(super) fn new(rows: &'a Rows) -> Self {
        Self {
            rows,
            comparisons_left: 200_000,
        }
    }

    /// The first of the names that are nearest, if one is near enough.
    pub(super) fn find(&mut self, text: &str) -> Option<&'a str> {
        let allowed = match text.chars().count() {
            0..=3 => return None,
            4..=7 => 1,
            8..=15 => 2,
            _ => 3,
        };
        let letters = Letters::of(text);
        let mut best: Option<(usize, &str)> = None;
        for row in 0..self.rows.len() {
            if self.comparisons_left == 0 {
                break;
            }
            self.comparisons_left -= 1;
            let name = self.rows.names.get(row);
            if name.is_empty()
                || name.len().abs_diff(text.len()) > allowed
                || letters.differ_by_more_than(2 * allowed, name)
            {
                continue;
            }
            let distance = strsim::damerau_levenshtein(name, text);
            if distance <= allowed && best.is_none_or(|(least, _)| distance < least) {
                best = Some((distance, name));
            }
        }
        best.map(|(_, name)| name)
    }
}

/// How often each letter occurs, letters of the same last six bits taken together. A slip changes
/// two of these numbers by one at most, so that most names are told apart without comparing them.
struct Letters([i32; 64]);

impl Letters {
    fn of(text: &str) -> Self {
        let mut counts = [0; 64];
        for letter in text.chars() {
            counts[slot(letter)] += 1;
        }
        Self(counts)
    }

    fn differ_by_more_than(&self, most: usize, text: &str) -> bool {
        let mut counts = self.0;
        for letter in text.chars() {
            counts[slot(letter)] -= 1;
        }
        let differences = counts.iter().map(|count| count.unsigned_abs() as usize);
        differences.sum::<usize>() > most
    }
}

fn slot(letter: char) -> usize {
    (u32::from(letter) % 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sieve_lets_through_what_is_near() {
        for (one, other) in [
            ("Acme Ltd", "Acme Ldt"),
            ("Acme Ltd", "Acme Lt"),
            ("Müller", "Mueller"),
            ("Müller", "Moller"),
            ("", "abc"),
            ("Zürich", "zürich"),
        ] {
            let distance = strsim::damerau_levenshtein(one, other);
            assert!(!Letters::of(one).differ_by_more_than(2 * distance, other));
        }
        assert!(Letters::of("Acme Ltd").differ_by_more_than(6, "Zenith GmbH"));
    }
}
