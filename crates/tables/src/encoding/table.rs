//! The table that a text's bytes are looked up in.

use super::dos::DosPage;
use encoding_rs::Encoding;

/// A table of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    /// One that the Web's standard knows.
    Web(&'static Encoding),
    /// A code page of DOS.
    Dos(&'static DosPage),
}
