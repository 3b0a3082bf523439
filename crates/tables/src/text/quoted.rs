//! How a cell that begins with a quotation mark can be read.

/// How a cell that begins with a quotation mark is to be read.
pub(super) enum Quoted {
    /// The text is `from..end`, the cell ends at `next`.
    Closed {
        end: usize,
        next: usize,
        doubled: bool,
        flawed: bool,
        lines: u32,
    },
    /// The opening mark is an ordinary character.
    Literal(Mark),
    /// The block ends inside the cell.
    Incomplete,
}

/// Why an opening mark is an ordinary character.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    /// Closed somewhere in the middle of the cell.
    Inside,
    /// Never closed.
    Stray,
}
