//! What the workbook's sheets are called, how many rows are prepared, and what it says of itself.

/// The sheet to fill in.
pub const CUSTOMERS: &str = "Customers";
/// The filled example; its name tells the reader to leave it aside.
pub const EXAMPLE: &str = "Example";
/// What to do with the workbook.
pub const INSTRUCTIONS: &str = "Instructions";
/// The lists of the drop-downs.
pub const LISTS: &str = "Lists";

/// The rows below the header that are prepared.
pub const PREPARED_ROWS: u32 = 10_000;

/// What the workbook says of itself.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The name of the file, where it has one.
    pub file: Option<String>,
    /// The tenant whose customers and places are offered: its name, and when it was read.
    pub tenant: Option<(String, String)>,
}
