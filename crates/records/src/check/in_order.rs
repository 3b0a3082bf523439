//! The order in which diagnostics are shown.

use crate::model::{Diagnostic, Severity};

/// File-wide problems first, then in the order of the file; errors of a cell before its warnings.
/// Messages settle ties.
///
/// What is sorted is a small key for each, as diagnostics are large; then each is moved once.
///
/// # Panics
/// When there are 2^32 diagnostics or more.
pub(super) fn sort(diagnostics: &mut [Diagnostic]) {
    let mut keys: Vec<(u128, u32)> = (0..)
        .zip(&*diagnostics)
        .map(|(at, one)| (key(one), at))
        .collect();
    assert_eq!(keys.len(), diagnostics.len(), "fewer than 2^32 diagnostics");
    // Most come as a few runs that are in order, which a stable sort merges.
    keys.sort_by(|(one, at), (other, beside)| {
        let message = |at: u32| diagnostics[at as usize].message.as_str();
        one.cmp(other)
            .then_with(|| message(*at).cmp(message(*beside)))
    });
    let mut sources: Vec<u32> = keys.into_iter().map(|(_, at)| at).collect();
    // Each circle of places is followed once.
    for start in 0..sources.len() {
        let mut at = start;
        loop {
            let source = sources[at] as usize;
            sources[at] = u32::try_from(at).unwrap_or_default();
            if source == start || source == at {
                break;
            }
            diagnostics.swap(at, source);
            at = source;
        }
    }
}

/// From the highest bit: row, column, severity, the rule's code.
fn key(diagnostic: &Diagnostic) -> u128 {
    let place = |number: Option<u32>| number.map_or(0, |number| u128::from(number) + 1);
    let row = place(diagnostic.row.map(|row| row.0));
    let column = place(diagnostic.at.and_then(|at| at.column));
    let severity = match diagnostic.severity() {
        Severity::Error => 0,
        Severity::Warning => 1,
        Severity::Note => 2,
    };
    row << 95 | column << 62 | severity << 60 | code(diagnostic.rule.code)
}

/// The first seven bytes, in the order of the texts; codes are shorter.
fn code(code: &str) -> u128 {
    let bytes = code.bytes().chain(std::iter::repeat(0)).take(7);
    bytes.fold(0, |number, byte| number << 8 | u128::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::rules::hierarchy::{PARENT_NOT_IN_FILE, PARENT_ROW_BLOCKED};
    use crate::model::{CellAddress, RowIndex};

    fn plain_key(one: &Diagnostic) -> impl Ord + use<> {
        let severity = std::cmp::Reverse(one.severity());
        let column = one.at.and_then(|at| at.column);
        (
            one.row,
            column,
            severity,
            one.rule.code,
            one.message.to_string(),
        )
    }

    #[test]
    fn the_order_is_that_of_the_fields() {
        let mut dice = fastrand::Rng::with_seed(5);
        let mut all = vec![Diagnostic::of_file(&PARENT_ROW_BLOCKED, "of the file")];
        for _ in 0..2_000 {
            let rule = if dice.bool() {
                &PARENT_NOT_IN_FILE
            } else {
                &PARENT_ROW_BLOCKED
            };
            let row = if dice.u8(..9) == 0 {
                u32::MAX
            } else {
                dice.u32(..300)
            };
            let message = format!("message {}", dice.u8(..5));
            let one = Diagnostic::of_row(rule, RowIndex(row), 7, message);
            all.push(match dice.u32(..4) {
                0 => one,
                1 => one.at(CellAddress::cell(7, u32::MAX)),
                column => one.at(CellAddress::cell(7, column)),
            });
        }
        let mut expected = all.clone();
        expected.sort_by_key(plain_key);
        sort(&mut all);
        assert_eq!(all, expected);
    }
}
