//! How a text file separates and quotes its cells.

use crate::options::Delimiter;

/// How a mark that belongs to a quoted cell's text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escape {
    /// Twice.
    Doubled,
    /// Behind a backslash (doubled ones are understood, too).
    Backslash,
}

/// How a text file is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// Between two cells; never empty.
    pub(super) delimiter: Box<[u8]>,
    pub(super) quote: Option<u8>,
    pub(super) escape: Escape,
    /// Whether spaces may stand before an opening mark.
    pub(super) space_before_quote: bool,
    /// How many cells most rows have; 0 when unknown.
    pub(super) width: usize,
    pub(super) surety: Surety,
}

/// How sure a dialect is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Surety {
    /// The caller or the file itself said so.
    Told,
    /// An even table in a usual dialect.
    Clear,
    /// Somewhat uneven, or unusual.
    Guessed,
    /// It may as well be otherwise.
    Doubtful,
}

impl Dialect {
    /// Commas and doubled quotation marks.
    pub(super) fn comma() -> Self {
        Self::of(",")
    }

    /// This delimiter, and doubled quotation marks.
    pub(super) fn of(delimiter: &str) -> Self {
        Self {
            delimiter: delimiter.as_bytes().into(),
            quote: Some(b'"'),
            escape: Escape::Doubled,
            space_before_quote: false,
            width: 0,
            surety: Surety::Clear,
        }
    }

    /// The delimiter as text.
    pub(crate) fn delimiter(&self) -> &str {
        std::str::from_utf8(&self.delimiter).unwrap_or(",")
    }

    /// The quotation mark.
    pub(crate) fn quote(&self) -> Option<char> {
        self.quote.map(char::from)
    }

    /// The delimiter as it is called in a sentence.
    pub(crate) fn describe_delimiter(&self) -> String {
        Delimiter::parse(self.delimiter()).map_or_else(String::new, |found| found.describe())
    }

    /// How sure the choice is.
    pub(crate) fn surety(&self) -> Surety {
        self.surety
    }

    /// How marks inside quoted cells are written.
    pub(crate) fn escape(&self) -> Escape {
        self.escape
    }
}
