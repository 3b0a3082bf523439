//! A checked table in numbers, for reports.

use crate::model::number::counted;
use serde::{Deserialize, Serialize};

use super::number::grouped;

/// How many rows there are of each state, and what became of the columns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TableSummary {
    /// Data rows.
    pub rows: usize,
    /// Rows that may be sent.
    pub accepted: usize,
    /// Rows with an error of their own.
    pub invalid: usize,
    /// Rows that depend on a row with an error.
    pub blocked: usize,
    /// Rows that do not count, beside these.
    pub left_out: Vec<LeftOutRows>,
    /// The columns in the order of the table.
    pub columns: Vec<ColumnUse>,
    /// What the rows are against a tenant, where they were held against one.
    pub tenant: Option<AgainstTenant>,
}

/// Rows that are left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOutRows {
    /// The reason: a condition as it was written, or what the rows are.
    pub why: String,
    /// How many they are.
    pub rows: usize,
}

impl LeftOutRows {
    /// The reason of rows that a mends file leaves out.
    pub const MENDS: &str = "mends";

    /// `3 Type = Vendor`, `1 by mends`.
    fn shown(&self) -> String {
        format!("{} {}", grouped(self.rows), self.shown_why())
    }

    fn shown_why(&self) -> String {
        let by = if self.why == Self::MENDS { "by " } else { "" };
        format!("{by}{}", self.why)
    }
}

/// How many rows are left out, for all reasons together.
pub fn all_left_out(reasons: &[LeftOutRows]) -> usize {
    reasons.iter().map(|one| one.rows).sum()
}

/// What is left out, beside a sum of rows: `4 rows left out: 3 Type = Vendor, 1 inactive`. None where
/// all count.
pub fn left_out_shown(reasons: &[LeftOutRows]) -> Option<String> {
    let rows = match all_left_out(reasons) {
        0 => return None,
        many => counted(many, "row"),
    };
    // One reason is that of all of them.
    if let [one] = reasons {
        return Some(format!("{rows} left out: {}", one.shown_why()));
    }
    let parts = reasons.iter().map(LeftOutRows::shown);
    Some(format!(
        "{rows} left out: {}",
        parts.collect::<Vec<_>>().join(", ")
    ))
}

/// Rows held against a tenant as it was at some time.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct AgainstTenant {
    /// The file that holds the tenant.
    pub snapshot: String,
    /// The service's address, or `sandbox`.
    pub endpoint: String,
    /// When the tenant was read: RFC 3339, UTC.
    pub read_at: String,
    /// How many customers it has.
    pub customers: usize,
    /// How many rows a run would create.
    pub create: usize,
    /// The rows that are customers already.
    pub exists: Vec<ExistingRow>,
}

/// A row that is a customer already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ExistingRow {
    /// The row's number as a spreadsheet shows it.
    pub row: u32,
    /// The customer's id.
    pub id: u64,
}

/// What a column is used for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnUse {
    /// The sheet, where several are one input.
    pub sheet: Option<String>,
    /// The column in the file, from 0.
    pub column: u32,
    /// The header as it stands in the file.
    pub header: String,
    /// The field it is read as; none when it is not imported.
    pub field: Option<&'static str>,
    /// What told so, or why it is not imported: one word.
    pub how: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_are_left_out_are_said_with_what_leaves_them_out() {
        let of = |why: &str, rows| LeftOutRows {
            why: why.to_owned(),
            rows,
        };
        let shown = |reasons: &[LeftOutRows]| left_out_shown(reasons).unwrap_or_default();
        assert_eq!(shown(&[]), "");
        assert_eq!(
            shown(&[of(LeftOutRows::MENDS, 1)]),
            "1 row left out: by mends"
        );
        assert_eq!(
            shown(&[of("Type = Vendor", 1_200), of("inactive", 1)]),
            "1,201 rows left out: 1,200 Type = Vendor, 1 inactive"
        );
    }
}
