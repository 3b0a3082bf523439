//! One thing that is wrong with the input, as data: what, where, and what to do about it.

use super::phrase::{Phrase, RelatedRows, Suggestions};
use super::place::{CellAddress, RowIndex};
use super::rules::Rule;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// A harmless remark: nothing of the data is in doubt.
    Note,
    /// The row is sent, and the report says so.
    Warning,
    /// The row is not sent.
    Error,
}

impl Severity {
    /// `note`, `warning` or `error`, as machine-readable output says it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A problem of the input. The file is not repeated here: one input has one
/// [`Source`](super::Source).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The rule that was broken; its code is stable.
    pub rule: &'static Rule,
    /// The sheet, where several sheets are one input; none where the source tells it.
    pub sheet: Option<Box<str>>,
    /// The data row, when the problem belongs to one.
    pub row: Option<RowIndex>,
    /// Where; `None` for the file as a whole.
    pub at: Option<CellAddress>,
    /// The line of the text file on which the row begins, where it is known; for a workbook the
    /// row's number.
    pub line: Option<u32>,
    /// The header of the column as it stands in the file, empty when the problem has no column.
    pub column: Phrase,
    /// The value as it stands in the file, shortened when long.
    pub value: Option<Phrase>,
    /// What is wrong, one sentence without a full stop.
    pub message: Phrase,
    /// What to do, one sentence; empty when the message says it.
    pub help: Phrase,
    /// The values that would have been accepted, best first.
    pub suggestions: Suggestions,
    /// Other rows concerned (the other half of a duplicate, the members of a cycle, the row that
    /// blocks this one), as row numbers from 1, with their sheets where the input has several.
    pub related_rows: RelatedRows,
}

impl Diagnostic {
    /// A problem of the file as a whole.
    pub fn of_file(rule: &'static Rule, message: impl Into<Phrase>) -> Self {
        Self {
            rule,
            sheet: None,
            row: None,
            at: None,
            line: None,
            column: Phrase::default(),
            value: None,
            message: message.into(),
            help: Phrase::default(),
            suggestions: Suggestions::default(),
            related_rows: RelatedRows::default(),
        }
    }

    /// A problem of one data row.
    pub fn of_row(
        rule: &'static Rule,
        row: RowIndex,
        number: u32,
        message: impl Into<Phrase>,
    ) -> Self {
        Self {
            row: Some(row),
            at: Some(CellAddress::row(number)),
            ..Self::of_file(rule, message)
        }
    }

    /// Says at which place the problem stands.
    #[must_use]
    pub fn at(mut self, address: CellAddress) -> Self {
        self.at = Some(address);
        self
    }

    /// Says on which sheet the problem stands, where several sheets are one input.
    #[must_use]
    pub fn on_sheet(mut self, sheet: Option<&str>) -> Self {
        self.sheet = sheet.map(Box::from);
        self
    }

    /// Says on which line of the file the row begins.
    #[must_use]
    pub fn on_line(mut self, line: u32) -> Self {
        self.line = Some(line);
        self
    }

    /// Says in which column the problem stands, by the header's text.
    #[must_use]
    pub fn in_column(mut self, header: &str) -> Self {
        self.column = header.to_owned().into();
        self
    }

    /// As [`Diagnostic::in_column`], with a header that is kept once for all.
    #[must_use]
    pub fn in_shared_column(mut self, header: &Phrase) -> Self {
        self.column = header.clone();
        self
    }

    /// Keeps the value as it stands in the file; values beyond 200 characters are shortened.
    #[must_use]
    pub fn with_value(mut self, value: &str) -> Self {
        self.value = Some(shorten(value).into());
        self
    }

    /// Keeps a value that was shortened before, see [`shortened`].
    #[must_use]
    pub fn with_shared_value(mut self, value: &Phrase) -> Self {
        self.value = Some(value.clone());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<Phrase>) -> Self {
        self.help = help.into();
        self
    }

    /// Offers values that would be accepted, best first.
    #[must_use]
    pub fn with_suggestions(mut self, suggestions: Vec<String>) -> Self {
        self.suggestions = suggestions.into();
        self
    }

    /// As [`Diagnostic::with_suggestions`], with values that are kept once for all.
    #[must_use]
    pub fn with_shared_suggestions(mut self, suggestions: Suggestions) -> Self {
        self.suggestions = suggestions;
        self
    }

    /// Names other rows concerned: one number, several, or several with their sheets.
    #[must_use]
    pub fn with_related(mut self, rows: impl Into<RelatedRows>) -> Self {
        self.related_rows = rows.into();
        self
    }

    /// How bad it is: the rule's severity.
    pub fn severity(&self) -> Severity {
        self.rule.severity
    }

    /// Whether it keeps its row from being sent.
    pub fn is_error(&self) -> bool {
        self.severity() == Severity::Error
    }
}

/// A value as diagnostics keep it, for many of them.
pub fn shortened(value: &str) -> Phrase {
    Phrase::shared(&shorten(value))
}

fn shorten(value: &str) -> String {
    const LONGEST: usize = 200;
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &value[..end]),
        None => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_shortened_at_a_character() {
        let long = "ü".repeat(300);
        assert_eq!(shorten(&long).chars().count(), 201);
        assert_eq!(shorten("short"), "short");
    }
}
