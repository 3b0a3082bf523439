//! Rows that were only filled in in advance: check boxes, formulas that give 0, running numbers,
//! defaults. They have no name, and nothing of their own.

use super::values::is_number;
use crate::batch::{CellKind, Row, RowBatch};

/// So many rows tell what is filled in in advance.
const TELLING_ROWS: usize = 2000;
/// A value counts as a default when so many rows without a name have it.
const LEAST_ALIKE: usize = 3;

/// What the columns of a table hold in every row.
#[derive(Debug, Default)]
pub(super) struct Advance {
    first: usize,
    columns: Vec<Habit>,
}

/// What a column holds whoever the customer is.
#[derive(Debug, Default, Clone)]
struct Habit {
    /// The same value in all rows, or in all without a name.
    constants: Vec<String>,
    /// Numbers one behind the other.
    running: bool,
}

/// How a row was filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Filling {
    /// By somebody.
    Own,
    /// With zeros and empty check boxes only.
    Nothing,
    /// With what stands in the other rows as well.
    Defaults,
}

impl Advance {
    /// Looks at the first rows of the table; `names` are the columns of which one must be filled.
    pub(super) fn of(
        head: &RowBatch,
        begin: usize,
        first: usize,
        width: usize,
        names: &[usize],
    ) -> Self {
        let end = head.len().min(begin + TELLING_ROWS);
        let rows: Vec<Row<'_>> = (begin..end).filter_map(|index| head.row(index)).collect();
        let nameless: Vec<bool> = rows
            .iter()
            .map(|row| is_nameless(*row, first, names))
            .collect();
        let mut columns = vec![Habit::default(); width];
        if nameless.iter().any(|one| *one) || rows.len() >= LEAST_ALIKE {
            for (column, habit) in columns.iter_mut().enumerate() {
                *habit = Habit::of(&rows, &nameless, first + column);
            }
        }
        Self { first, columns }
    }

    /// How the row is filled in, which has no name.
    #[cold]
    pub(super) fn filling(&self, row: Row<'_>) -> Filling {
        let mut filling = Filling::Nothing;
        for (column, habit) in self.columns.iter().enumerate() {
            let Some(cell) = row.get(self.first + column) else {
                break;
            };
            let text = cell.text.trim();
            if text.is_empty() || is_nothing(text, cell.kind) {
                continue;
            }
            let running = habit.running && text.ends_with(|sign: char| sign.is_ascii_digit());
            if !running && !habit.constants.iter().any(|one| one == text) {
                return Filling::Own;
            }
            filling = Filling::Defaults;
        }
        filling
    }
}

impl Habit {
    fn of(rows: &[Row<'_>], nameless: &[bool], column: usize) -> Self {
        let texts = || {
            rows.iter()
                .zip(nameless)
                .map(|(row, nameless)| (row.text(column).trim(), *nameless))
        };
        let mut constants = Vec::new();
        let filled = || texts().filter(|(text, _)| !text.is_empty());
        let without = || filled().filter(|(_, nameless)| *nameless);
        if let Some((first, _)) = filled().next()
            && filled().count() >= 2
            && filled().all(|(text, _)| text == first)
        {
            constants.push(first.to_owned());
        }
        if let Some((first, _)) = without().next()
            && without().count() >= LEAST_ALIKE
            && without().all(|(text, _)| text == first)
        {
            constants.push(first.to_owned());
        }
        Self {
            constants,
            running: is_running(texts().map(|(text, _)| text)),
        }
    }
}

/// Whether numbers follow each other one by one, empty cells aside.
fn is_running<'a>(texts: impl Iterator<Item = &'a str>) -> bool {
    let (mut pairs, mut before) = (0, None);
    for text in texts {
        let number = numbered(text);
        if let (Some((head, last)), Some((other, next))) = (before, number) {
            if head != other || last + 1 != next {
                return false;
            }
            pairs += 1;
        }
        before = number;
    }
    pairs >= 2
}

/// `K-0012` as `K-` and 12.
fn numbered(text: &str) -> Option<(&str, u64)> {
    let head = text.trim_end_matches(|sign: char| sign.is_ascii_digit());
    let number = text[head.len()..].parse().ok()?;
    (number < u64::MAX).then_some((head, number))
}

/// Whether none of the columns that hold names holds one.
pub(super) fn is_nameless(row: Row<'_>, first: usize, names: &[usize]) -> bool {
    names.iter().all(|column| {
        row.get(first + column).is_none_or(|cell| {
            let text = cell.text.trim();
            text.is_empty() || text == "0" || is_nothing(text, cell.kind)
        })
    })
}

/// Whether a value stands for nothing: no, zero, an empty box, the day before all days.
fn is_nothing(text: &str, kind: CellKind) -> bool {
    const NOTHING: &str = "false;falsch;faux;falso;onwaar;falsk;falskt;fałsz;epätosi;nepravda;☐;□;◻;[ ];[];( );\
        1899-12-30;1899-12-31;1900-01-00;1900-01-01;00.01.1900;30.12.1899;0-jan-00;00:00;00:00:00";
    if kind == CellKind::Error {
        return true;
    }
    if text.len() > 24 {
        return false;
    }
    let zero = text
        .bytes()
        .all(|byte| !byte.is_ascii_digit() || byte == b'0')
        && text.bytes().any(|byte| byte == b'0')
        && is_number(text);
    let lower = text.to_lowercase();
    zero || NOTHING.split(';').any(|one| one == lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fillings(table: &str) -> String {
        let mut head = RowBatch::default();
        for (number, line) in (2..).zip(table.lines()) {
            line.split(',')
                .for_each(|cell| head.push_cell(cell, CellKind::Text));
            head.end_row(number, number);
        }
        let advance = Advance::of(&head, 0, 0, 3, &[0]);
        let of = |row: Row<'_>| match (is_nameless(row, 0, &[0]), advance.filling(row)) {
            (false, _) => 'N',
            (_, Filling::Own) => 'o',
            (_, Filling::Nothing) => '0',
            (_, Filling::Defaults) => 'd',
        };
        head.rows().map(of).collect()
    }

    #[test]
    fn what_stands_in_every_row_is_nobodys() {
        assert_eq!(
            fillings("A,DE,TRUE\nB,AT,FALSE\n,,FALSE\n,,0\n0,0,0\n,,☐"),
            "NN0000"
        );
        assert_eq!(
            fillings("A,DE,InTrial\nB,AT,InTrial\n,,InTrial\n,DE,InTrial"),
            "NNdo"
        );
        assert_eq!(fillings("A,x,1\nB,y,2\n,,3\n,,4"), "NNdd");
        assert_eq!(fillings("A,x,K-01\nB,y,K-02\n,,K-03\n,z,K-04"), "NNdo");
        assert_eq!(fillings("A,x,NL\nB,y,DE\n,,DE\n,,DE\n,,DE"), "NNddd");
        assert_eq!(fillings("A,x,1001\nB,y,2005\n,Bonn,3010"), "NNo");
    }
}
