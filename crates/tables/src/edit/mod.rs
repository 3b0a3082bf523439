//! Fills in an XLSX workbook: every part that is not changed goes over as it is, compressed bytes
//! and all; cells are edited in their sheets, styles, notes and names are added beside those there
//! are. Knows the package and its XML, not what the cells are about.

pub mod alone;
pub mod book;
pub mod boxes;
pub mod cells;
pub mod colours;
pub mod error;
pub mod frame;
pub mod insert;
pub mod notes;
pub mod package;
pub mod sheet;
pub mod styles;
pub mod survey;
pub mod tables;
pub mod xml;

pub use error::EditError;

/// What tells the additions of one program from what people wrote, so that its next copy finds
/// and replaces them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hand {
    /// The author of its notes.
    pub author: &'static str,
    /// What its notes begin with.
    pub signature: &'static str,
    /// The hidden name that marks the sheet it adds.
    pub mark: &'static str,
    /// The ground of cells with an error: red, green and blue, as `0xRRGGBB`.
    pub error: u32,
    /// The ground of cells with a warning, in the same way.
    pub warning: u32,
}

#[cfg(test)]
const HAND: Hand = Hand {
    author: "tester",
    signature: "tester:",
    mark: "_tester_summary",
    error: 0x00FF_D9D9,
    warning: 0x00FF_F0C2,
};
