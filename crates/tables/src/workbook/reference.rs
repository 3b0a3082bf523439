//! Cell references as files write them: `AB12`, `A5:B7`.

use super::grid::Merge;
use super::limits::{MAX_COLUMNS, MAX_ROWS};

/// The column of a reference, from 0, and its row, from 0. `None` when it is no reference or lies
/// outside of any sheet.
pub(super) fn parse_cell(reference: &[u8]) -> Option<(u32, u32)> {
    let (column, digits) = split_column(reference)?;
    let digits = digits.strip_prefix(b"$").unwrap_or(digits);
    let row = super::xmltext::parse_u32(digits)?;
    if row == 0 || row > MAX_ROWS {
        return None;
    }
    Some((column, row - 1))
}

/// The column of a reference, from 0: the part of the hot path.
pub(super) fn parse_column(reference: &[u8]) -> Option<u32> {
    split_column(reference).map(|(column, _)| column)
}

fn split_column(reference: &[u8]) -> Option<(u32, &[u8])> {
    let reference = reference.strip_prefix(b"$").unwrap_or(reference);
    let mut column = 0_u32;
    let mut letters = 0;
    for byte in reference {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a',
            _ => break,
        };
        column = column.checked_mul(26)?.checked_add(u32::from(value) + 1)?;
        letters += 1;
    }
    if letters == 0 {
        return None;
    }
    Some((column - 1, &reference[letters..]))
}

/// A range of cells; one cell is a range too.
pub(super) fn parse_range(reference: &[u8]) -> Option<Merge> {
    let mut ends = reference.trim_ascii().splitn(2, |byte| *byte == b':');
    let (left, top) = parse_cell(ends.next()?)?;
    let (right, bottom) = match ends.next() {
        Some(end) => parse_cell(end)?,
        None => (left, top),
    };
    if right >= MAX_COLUMNS {
        return None;
    }
    Some(Merge {
        rows: (top.min(bottom), top.max(bottom)),
        columns: (left.min(right), left.max(right)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_counted_from_zero() {
        assert_eq!(parse_cell(b"A1"), Some((0, 0)));
        assert_eq!(parse_cell(b"xfd1048576"), Some((16_383, 1_048_575)));
        assert_eq!(parse_cell(b"$B$12"), Some((1, 11)));
        for wrong in [&b"1"[..], b"A", b"A0", b"A1048577", b"", b"AAAAAAAAA1"] {
            assert_eq!(parse_cell(wrong), None);
        }
        let merge = parse_range(b"A5:B7").unwrap();
        assert_eq!((merge.rows, merge.columns), ((4, 6), (0, 1)));
    }
}
