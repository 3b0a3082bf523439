//! What an archive holds, by its parts: a workbook of one kind or another, or something else.

use super::package::Package;
use crate::content::{Pretender, WorkbookFormat};
use crate::opc::workbook_part;

/// What an archive holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Contents {
    /// A workbook of Excel 2007 or later; its main part.
    Office(WorkbookFormat, String),
    /// A spreadsheet of `LibreOffice`.
    OpenDocument,
    /// Something else.
    Pretender(Pretender),
}

/// What an archive holds, by its parts. `main` is the part its relationships name as the document,
/// `mimetype` the content of the part of that name.
pub(super) fn contents(package: &Package, main: Option<&str>, mimetype: &str) -> Contents {
    use Pretender as P;
    if mimetype.starts_with("application/vnd.oasis.opendocument") {
        return if mimetype.contains("spreadsheet") {
            Contents::OpenDocument
        } else {
            Contents::Pretender(P::OpenDocumentOther)
        };
    }
    let any = |test: &dyn Fn(&str) -> bool| package.names().any(test);
    let main = workbook_part(main, |part| package.has(part));
    if let Some(part) = main {
        let lower = part.to_lowercase();
        if lower.starts_with("word/") {
            return Contents::Pretender(P::WordDocument);
        }
        if lower.starts_with("ppt/") {
            return Contents::Pretender(P::Presentation);
        }
        let format = if has_ending(&lower, "bin") {
            WorkbookFormat::Xlsb
        } else if any(&|name| name.ends_with("vbaproject.bin")) {
            WorkbookFormat::Xlsm
        } else {
            WorkbookFormat::Xlsx
        };
        return Contents::Office(format, part);
    }
    if any(&|name| has_ending(name, "iwa") || name == "index.zip" || name.ends_with("/index.zip")) {
        return Contents::Pretender(P::Numbers);
    }
    if any(&|name| name.starts_with("xl/")) {
        // An Excel file without its main part: reading it will say what is missing.
        return Contents::Office(WorkbookFormat::Xlsx, "xl/workbook.xml".into());
    }
    if any(&|name| name == "content.xml") {
        return Contents::OpenDocument;
    }
    Contents::Pretender(P::OtherArchive)
}

fn has_ending(name: &str, ending: &str) -> bool {
    let found = std::path::Path::new(name).extension();
    found.is_some_and(|found| found.eq_ignore_ascii_case(ending))
}
