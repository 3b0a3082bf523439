//! What a number format consists of.

/// A number format, analysed once.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::workbook) enum NumberFormat {
    /// The number itself: `General`, amounts, percentages and anything else without a meaning of
    /// its own.
    Plain,
    /// Sections of which at least one means something.
    Sections(Sections),
}

impl NumberFormat {
    /// Whether text in this format is shown with something around it.
    pub(in crate::workbook) fn dresses_text(&self) -> bool {
        matches!(self, Self::Sections(sections) if sections.text.is_some())
    }
}

/// Up to three sections for numbers and one for text.
#[derive(Debug, Clone, PartialEq, Default)]
pub(in crate::workbook) struct Sections {
    pub(super) numbers: Vec<Section>,
    pub(super) text: Option<Literals>,
}

/// What one section shows.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Section {
    pub(super) condition: Option<Condition>,
    pub(super) shows: Shows,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Shows {
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
pub(super) struct Literals {
    pub(super) before: String,
    pub(super) after: String,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Place {
    Literal(String),
    /// A place that shows `0` when there is no digit for it.
    Zero,
    /// A place that shows nothing when there is no digit for it.
    Optional,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DateParts {
    Date,
    Time,
    Both,
    Elapsed,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Condition {
    pub(super) test: Test,
    pub(super) value: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Test {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    NotEqual,
}

impl Condition {
    /// Whether it holds for a number.
    pub(super) fn holds(self, number: f64) -> bool {
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
    pub(super) fn is_negative(self) -> bool {
        matches!(self.test, Test::Less | Test::LessOrEqual) && self.value <= 0.0
    }

    /// Whether it leaves negative numbers to the sections behind it, and nothing else.
    pub(super) fn takes_positive(self) -> bool {
        matches!(self.test, Test::Greater | Test::GreaterOrEqual)
            && self.value.total_cmp(&0.0).is_eq()
    }
}
