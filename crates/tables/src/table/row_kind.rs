//! What a row of a table's body can be, as far as it tells by itself.

use super::elsewhere::Other;
use super::headings::Heading;
use crate::note::Line;

/// What a row is, as far as it tells by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowKind {
    Data,
    Blank,
    Header,
    OtherHeader(Other),
    /// A row of a drawn table further down, by the table's place.
    Drawn(usize),
    /// Filled only where another table stands beside the list.
    Beside,
    /// A total or a count.
    Total,
    /// A total, or a customer who is called so.
    TotalUnsure,
    /// Stood below a title that says that its rows are not to be imported, in the list before.
    WasBarred,
    /// Stood under another header, in the list before.
    WasElsewhere,
    /// A section's title by its words or its form.
    Section,
    /// A title that says whether the rows below it are customers still.
    Heading(Heading),
    /// A remark by its words or its form.
    Note,
    /// A line that speaks of the columns.
    Line(Line),
    LineUnsure(Line),
    /// No name, and nothing but zeros and empty boxes.
    Nothing,
    /// No name, and nothing but what stands in the other rows.
    Defaults,
    Lonely,
    /// Behind a blank row, words only: the names of another table's columns, or a customer.
    Names,
}
