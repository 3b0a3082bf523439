//! Number formats: what a spreadsheet program shows for a number, as far as it carries meaning.
//!
//! Dates, padded numbers and numbers with a prefix are rendered as they are shown; amounts,
//! percentages and grouped numbers stay plain numbers. Knows nothing of files.

mod analyse;
mod builtin;
mod date;
mod number;
mod render;
mod tokens;

pub(super) use builtin::builtin_code;
pub(super) use date::DateSystem;
pub(super) use number::{Digits, write_f64};
pub(super) use render::{Rendered, render_f64, render_number_text, render_text};

/// A number format, analysed once.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum NumberFormat {
    /// The number itself: `General`, amounts, percentages and anything else without a meaning of
    /// its own.
    Plain,
    /// Sections of which at least one means something.
    Sections(Sections),
}

impl NumberFormat {
    /// Analyses a format code such as `"K-"0000` or `dd.mm.yyyy`.
    pub(super) fn parse(code: &str) -> Self {
        analyse::analyse(code)
    }

    /// Whether text in this format is shown with something around it.
    pub(super) fn dresses_text(&self) -> bool {
        matches!(self, Self::Sections(sections) if sections.text.is_some())
    }
}

/// Up to three sections for numbers and one for text.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Sections {
    numbers: Vec<Section>,
    text: Option<Literals>,
}

/// What one section shows.
#[derive(Debug, Clone, PartialEq)]
struct Section {
    condition: Option<Condition>,
    shows: Shows,
}

#[derive(Debug, Clone, PartialEq)]
enum Shows {
    /// The plain number.
    Plain,
    /// The plain number between literals (`"K-"General`).
    Between(Literals),
    /// Digits and literals, place by place.
    Digits(Vec<Place>),
    /// A date, a time, both, or a duration.
    Date(DateParts),
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Literals {
    before: String,
    after: String,
}

#[derive(Debug, Clone, PartialEq)]
enum Place {
    Literal(String),
    /// A place that shows `0` when there is no digit for it.
    Zero,
    /// A place that shows nothing when there is no digit for it.
    Optional,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DateParts {
    Date,
    Time,
    Both,
    Elapsed,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Condition {
    test: Test,
    value: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Test {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

impl Condition {
    fn holds(self, number: f64) -> bool {
        match self.test {
            Test::Less => number < self.value,
            Test::LessOrEqual => number <= self.value,
            Test::Greater => number > self.value,
            Test::GreaterOrEqual => number >= self.value,
            Test::Equal => number.total_cmp(&self.value).is_eq(),
            Test::NotEqual => number.total_cmp(&self.value).is_ne(),
        }
    }

    /// Whether it holds for negative numbers only.
    fn is_negative(self) -> bool {
        matches!(self.test, Test::Less | Test::LessOrEqual) && self.value <= 0.0
    }

    /// Whether it leaves negative numbers to the sections behind it, and nothing else.
    fn takes_positive(self) -> bool {
        matches!(self.test, Test::Greater | Test::GreaterOrEqual)
            && self.value.total_cmp(&0.0).is_eq()
    }
}
