//! What is known of a sheet before its cells are read.

/// Whether people see a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Visibility {
    /// It has a tab.
    #[default]
    Visible,
    /// It can be shown from a menu.
    Hidden,
    /// Only a macro can show it.
    VeryHidden,
}

impl Visibility {
    /// The visibility an XLSX file names.
    pub(super) fn named(name: &[u8]) -> Self {
        match name {
            b"hidden" => Self::Hidden,
            b"veryHidden" => Self::VeryHidden,
            _ => Self::Visible,
        }
    }

    /// The visibility a binary workbook numbers.
    pub(super) fn numbered(number: u32) -> Self {
        match number & 3 {
            0 => Self::Visible,
            1 => Self::Hidden,
            _ => Self::VeryHidden,
        }
    }
}

/// What a sheet holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum SheetKind {
    /// Cells.
    #[default]
    Worksheet,
    /// A chart.
    Chart,
    /// A dialog.
    Dialog,
    /// Macros.
    Macro,
}

impl SheetKind {
    /// What it is called, with its article.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Worksheet => "a sheet of cells",
            Self::Chart => "a chart",
            Self::Dialog => "a dialog",
            Self::Macro => "a macro sheet",
        }
    }
}

/// A sheet of a workbook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetInfo {
    /// Its name, as on its tab.
    pub name: String,
    /// Whether people see it.
    pub visibility: Visibility,
    /// What it holds.
    pub kind: SheetKind,
    /// Whether it was on top when the workbook was saved.
    pub active: bool,
}
