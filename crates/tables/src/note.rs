//! What was noticed about a file while it was read, as data: a kind, a place and a value. The words
//! for people, and what follows from it, are the caller's.

use super::text::Escape;
use super::workbook::{CellRange, Reason, Span, Why};
use crate::place::{CellAddress, RowIndex};

/// What a line below the header holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Line {
    /// `-----`
    Rule,
    /// `varchar(255)`
    Types,
    /// `required`, `optional`
    Marks,
    /// `cust_name`
    Names,
    /// `Name of the customer`
    Descriptions,
    /// `e.g. Acme`
    Examples,
}

/// One thing that was noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What.
    pub kind: NoteKind,
    /// The row of data it belongs to, where it belongs to one; known once that row was handed out.
    pub row: Option<RowIndex>,
    /// Where it stands; none for the file as a whole.
    pub at: Option<CellAddress>,
    /// The header of the column it stands in, where it stands in a column of a row of data.
    pub header: Option<Box<str>>,
    /// What stands there, cut behind 200 characters.
    pub value: Option<Box<str>>,
}

impl Note {
    /// The same, as far as it concerns columns that are used; none where it concerns none of them.
    #[must_use]
    pub fn of_columns(mut self, is_used: impl Fn(u32) -> bool) -> Option<Self> {
        if let NoteKind::MergedCells(ranges) = &mut self.kind {
            ranges.retain(|one| (one.columns.first..=one.columns.last).any(&is_used));
            let first = ranges.first()?;
            self.at = Some(CellAddress::cell(first.rows.first, first.columns.first));
        }
        Some(self)
    }
}

/// Some neighbouring columns and their headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    /// The first, from 0.
    pub first: u32,
    /// The last, included.
    pub last: u32,
    /// The headers of those that have one.
    pub named: Vec<String>,
    /// Those of them that the caller knows.
    pub known: Vec<String>,
}

/// What was noticed. Rows are numbered from 1, as a spreadsheet program shows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoteKind {
    /// The file holds no row.
    Empty,
    /// No encoding is certain; this one is the likeliest.
    EncodingGuessed(&'static str),
    /// Bytes that do not belong to the file's encoding; what they meant was guessed.
    DamagedText,
    /// NUL characters were left out.
    NulRemoved,
    /// What separates and encloses cells was guessed.
    DialectGuessed {
        /// What separates them, as it is called in a sentence.
        delimiter: String,
        /// What encloses them.
        quote: char,
        /// How marks inside are written.
        escape: Escape,
        /// Whether this is a dialect that many files have.
        usual: bool,
    },
    /// What separates cells could as well be something else: as it is called in a sentence, or
    /// nothing, where each line was taken to be one cell.
    DelimiterUnsure(Option<String>),
    /// Lines were enclosed in quotation marks as a whole; they were taken out of them.
    LinesUnwrapped,
    /// A quotation mark that opens a cell is never closed; the row was read without it.
    StrayQuote,
    /// A quotation mark inside a cell is not doubled; it was kept.
    QuoteInside,
    /// The quotation marks of a row were repaired.
    QuotesRepaired,

    /// The row has fewer cells than the table.
    RowShort {
        /// How many it has.
        cells: usize,
        /// How many the table has.
        columns: usize,
        /// Another delimiter that it holds.
        holds: Option<&'static str>,
    },
    /// The row has more filled cells than the table has columns.
    RowLong {
        /// How many it has.
        cells: usize,
        /// How many the table has.
        columns: usize,
    },
    /// The row has more cells than the table; those beyond are empty.
    RowLongEmpty {
        /// How many it has.
        cells: usize,
        /// How many the table has.
        columns: usize,
    },
    /// The row of a list of one column holds what separates cells elsewhere.
    RowCutOtherwise(&'static str),
    /// The row may be a line that speaks of the columns; it was kept.
    LineUnsure(Line),
    /// The row holds a name and nothing else, unlike those around it; it was kept.
    LonelyName,
    /// The row may hold a total or a heading; it was kept.
    TotalUnsure,
    /// The row stands below a title that says that its rows do not count; it was kept.
    BelowTitle {
        /// The title.
        title: String,
        /// Its row.
        row: u32,
    },
    /// The row stood below such a title where it was taken from, as its marks say; it was kept.
    WasBelowTitle,
    /// The row stands under another header than the list's, in this row; it was kept.
    UnderOtherHeader(u32),
    /// The row stood under such a header where it was taken from, as its marks say; it was kept.
    WasUnderOtherHeader,

    /// A line that speaks of the columns was left out.
    Line(Line),
    /// A row of totals was left out.
    Total,
    /// A section's title was left out.
    Section,
    /// A title that says that the rows below it do not count was left out.
    BarringTitle,
    /// A remark was left out.
    Remark,
    /// A remark below the table was left out.
    RemarkBelow,
    /// These rows, which hold no name and nothing but what was filled in in advance, were left out.
    FilledInAdvance(Vec<u32>),
    /// These blank rows were left out.
    BlankRows(Vec<u32>),

    /// The table has no header.
    NoHeader,
    /// The header was joined from the rows from the first to the second.
    HeaderJoined(u32, u32),
    /// The header was separated by something else than the rows; it was cut accordingly.
    HeaderSplit,
    /// The header has fewer cells than the rows.
    HeaderShort {
        /// How many it has.
        cells: usize,
        /// How many the rows have.
        columns: usize,
    },
    /// The header once more; it was left out.
    HeaderRepeated,
    /// These rows above the table were left out.
    AboveHeader(Vec<u32>),

    /// Another list of the same kind begins here, below the one whose header stands in this row.
    ListsPasted {
        /// The row of the first list's header.
        first: u32,
        /// How many rows of the other list were taken, each with a note of its own.
        rows: u32,
    },
    /// Another table may begin here, or cells stand in the wrong columns.
    ListsPastedUnsure,
    /// A second table begins here; so many of its rows were left out.
    SecondTable(u32),
    /// These rows of a table that was drawn below the list were left out.
    DrawnTable {
        /// Its name.
        name: String,
        /// The rows.
        rows: Vec<u32>,
    },
    /// These columns are another table beside the list; they were left out.
    ColumnsBeside(Columns),
    /// These rows, which hold only another table beside the list, were left out.
    RowsBeside(Vec<u32>),
    /// These columns stand behind an empty one and were read as part of the list.
    ColumnsBehind(Columns),
    /// These columns behind an empty one are another table, or part of the list.
    ColumnsApart {
        /// The columns.
        columns: Columns,
        /// Where they are not filled in all rows of the list: in how many of how many.
        filled: Option<(usize, usize)>,
    },

    /// The sheet was out of order and read by the second reader, without number formats and hidden
    /// rows.
    SecondReader,
    /// These rows are hidden; they were read like all others.
    HiddenRows(Vec<Span>),
    /// These columns are hidden; they were read like all others.
    HiddenColumns(Vec<Span>),
    /// The values of these merged cells were repeated in the rows below.
    MergedCells(Vec<CellRange>),
    /// So many values under merged cells were not read.
    CoveredValues(u64),
    /// So many formulas have no stored result; they were read as empty.
    FormulasWithoutResult(u64),
    /// So many numbers have more than 15 digits.
    LongNumbers(u64),

    /// A sheet was chosen though others could be meant too.
    SeveralSheets {
        /// The chosen one.
        chosen: String,
        /// Why this one.
        why: Why,
        /// The others.
        others: Vec<String>,
    },
    /// These hidden sheets, which could be meant, were not read.
    HiddenSheets(Vec<String>),
    /// A sheet is not read where all are.
    SheetLeftOut {
        /// Its name.
        name: String,
        /// Why.
        reason: Reason,
    },
}

impl NoteKind {
    /// Whether what was read may not be what was meant, so that nobody should act on it unseen. All
    /// others say what was done about something harmless.
    #[must_use]
    pub fn is_doubt(&self) -> bool {
        match self {
            Self::Empty
            | Self::DamagedText
            | Self::DelimiterUnsure(_)
            | Self::StrayQuote
            | Self::RowShort { .. }
            | Self::RowLong { .. }
            | Self::RowCutOtherwise(_)
            | Self::LineUnsure(_)
            | Self::LonelyName
            | Self::TotalUnsure
            | Self::BelowTitle { .. }
            | Self::WasBelowTitle
            | Self::UnderOtherHeader(_)
            | Self::WasUnderOtherHeader
            | Self::ListsPasted { .. }
            | Self::ListsPastedUnsure
            | Self::ColumnsApart { .. } => true,
            Self::EncodingGuessed(_)
            | Self::NulRemoved
            | Self::DialectGuessed { .. }
            | Self::LinesUnwrapped
            | Self::QuoteInside
            | Self::QuotesRepaired
            | Self::RowLongEmpty { .. }
            | Self::Line(_)
            | Self::Total
            | Self::Section
            | Self::BarringTitle
            | Self::Remark
            | Self::RemarkBelow
            | Self::FilledInAdvance(_)
            | Self::BlankRows(_)
            | Self::NoHeader
            | Self::HeaderJoined(..)
            | Self::HeaderSplit
            | Self::HeaderShort { .. }
            | Self::HeaderRepeated
            | Self::AboveHeader(_)
            | Self::SecondTable(_)
            | Self::DrawnTable { .. }
            | Self::ColumnsBeside(_)
            | Self::RowsBeside(_)
            | Self::ColumnsBehind(_)
            | Self::SecondReader
            | Self::HiddenRows(_)
            | Self::HiddenColumns(_)
            | Self::MergedCells(_)
            | Self::CoveredValues(_)
            | Self::FormulasWithoutResult(_)
            | Self::LongNumbers(_)
            | Self::SeveralSheets { .. }
            | Self::HiddenSheets(_)
            | Self::SheetLeftOut { .. } => false,
        }
    }

    /// A note of the file as a whole.
    pub(crate) fn of_file(self) -> Note {
        Note {
            kind: self,
            row: None,
            at: None,
            header: None,
            value: None,
        }
    }

    /// A note of a row, numbered from 1.
    pub(crate) fn in_row(self, row: u32) -> Note {
        self.at(CellAddress::row(row))
    }

    /// A note of a row or a cell.
    pub(crate) fn at(self, at: CellAddress) -> Note {
        Note {
            at: Some(at),
            ..self.of_file()
        }
    }
}

impl Note {
    /// Whether it is in doubt what was meant; see [`NoteKind::is_doubt`].
    #[must_use]
    pub fn is_doubt(&self) -> bool {
        self.kind.is_doubt()
    }

    /// Keeps the beginning of what stands there.
    pub(crate) fn with_value(mut self, value: &str) -> Self {
        const LONGEST: usize = 200;
        self.value = Some(match value.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &value[..end]).into(),
            None => value.into(),
        });
        self
    }
}
