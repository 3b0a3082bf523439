//! What a file is, by its content and never by its name; and what to do with those that pretend.

use std::fmt;

use super::package::Package;

/// How the compound files of older Microsoft programs begin.
pub(super) const CFB_MAGIC: &[u8] = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

/// How an Excel 95 workbook begins that has no compound file around it.
pub(super) const BARE_XLS: &[u8] = b"\x09\x08\x08\0\0\x05\x05\0";

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WorkbookFormat {
    /// Excel 2007 and later.
    Xlsx,
    /// The same with macros.
    Xlsm,
    /// The binary form of it.
    Xlsb,
    /// Excel 95 to 2003.
    Xls,
    /// What `LibreOffice` writes.
    Ods,
    /// The same in a single XML file.
    Fods,
}

impl WorkbookFormat {
    /// Its name, as people know it from the file's ending.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Xlsx => "XLSX",
            Self::Xlsm => "XLSM",
            Self::Xlsb => "XLSB",
            Self::Xls => "XLS",
            Self::Ods => "ODS",
            Self::Fods => "FODS",
        }
    }
}

/// What the first bytes of a file say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sniffed {
    /// A workbook, or an archive that may be one.
    Workbook,
    /// Something that is neither a workbook nor a text table.
    Pretender(Pretender),
    /// Text, as far as can be seen: to be read as CSV.
    Text,
}

/// Files that are no workbooks, whatever they are named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it, the messages stand below")]
pub enum Pretender {
    Empty,
    Text,
    Html,
    WebArchive,
    SpreadsheetMl,
    OtherXml,
    Numbers,
    WordDocument,
    Presentation,
    OpenDocumentOther,
    OtherArchive,
    OtherCompound,
    Pdf,
    Rtf,
    Gzip,
    SevenZip,
    Rar,
    Image,
    Database,
    Lotus,
}

impl fmt::Display for Pretender {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Empty => "an empty file",
            Self::Text => "a text file (CSV)",
            Self::Html => "a web page (HTML)",
            Self::WebArchive => "a saved web page (MHTML)",
            Self::SpreadsheetMl => "an Excel 2003 XML table",
            Self::OtherXml => "an XML file",
            Self::Numbers => "an Apple Numbers document",
            Self::WordDocument => "a Word document",
            Self::Presentation => "a PowerPoint presentation",
            Self::OpenDocumentOther => "an OpenDocument file that is no spreadsheet",
            Self::OtherArchive => "a ZIP archive",
            Self::OtherCompound => {
                "a Microsoft file of another kind (an e-mail, a project, an installer)"
            }
            Self::Pdf => "a PDF document",
            Self::Rtf => "a rich text document",
            Self::Gzip => "a file packed with gzip",
            Self::SevenZip => "a 7-Zip archive",
            Self::Rar => "a RAR archive",
            Self::Image => "a picture",
            Self::Database => "a database",
            Self::Lotus => "a Lotus 1-2-3 or very old Excel file",
        })
    }
}

impl Pretender {
    /// The way out, in one sentence.
    pub fn help(self) -> &'static str {
        match self {
            Self::Empty => "export the list again: nothing is in this file",
            Self::Text => "name it .csv; it is read as text then",
            Self::Html | Self::WebArchive | Self::SpreadsheetMl | Self::Lotus => {
                "open it in Excel or LibreOffice (confirm its warning about the format), save it \
                 as .xlsx and use that file"
            }
            Self::Numbers => {
                "open it in Numbers, choose File > Export To > Excel (or CSV) and use that file"
            }
            Self::OtherArchive | Self::Gzip | Self::SevenZip | Self::Rar => {
                "unpack it and use the table inside"
            }
            Self::WordDocument
            | Self::Presentation
            | Self::OpenDocumentOther
            | Self::Pdf
            | Self::Rtf
            | Self::Image => "copy the table into a spreadsheet and save it as .xlsx or .csv",
            Self::OtherXml | Self::OtherCompound | Self::Database => {
                "export the customers as .xlsx or .csv from the program that wrote it"
            }
        }
    }
}

/// What a file is by its first bytes (some hundred are enough).
pub fn sniff(head: &[u8]) -> Sniffed {
    use Pretender as P;
    const MAGIC: [(&[u8], Pretender); 17] = [
        (b"%PDF", P::Pdf),
        (b"{\\rtf", P::Rtf),
        (b"\x1F\x8B", P::Gzip),
        (b"7z\xBC\xAF\x27\x1C", P::SevenZip),
        (b"Rar!\x1A\x07", P::Rar),
        (b"\x89PNG", P::Image),
        (b"\xFF\xD8\xFF", P::Image),
        (b"GIF8", P::Image),
        (b"SQLite format 3\0", P::Database),
        (b"\0\x01\0\0Standard ", P::Database),
        (b"PAR1", P::Database),
        (b"\0\0\x02\0\x06\x04", P::Lotus),
        (b"\0\0\x1A\0\0\x10\x04", P::Lotus),
        (b"\x09\0\x04\0", P::Lotus),
        (b"\x09\x02\x06\0", P::Lotus),
        (b"\x09\x04\x06\0", P::Lotus),
        (b"MIME-Version:", P::WebArchive),
    ];
    if head.is_empty() {
        return Sniffed::Pretender(P::Empty);
    }
    if head.starts_with(b"PK\x03\x04")
        || head.starts_with(b"PK\x05\x06")
        || head.starts_with(CFB_MAGIC)
        || head.starts_with(BARE_XLS)
    {
        return Sniffed::Workbook;
    }
    if let Some((_, found)) = MAGIC.iter().find(|(magic, _)| head.starts_with(magic)) {
        return Sniffed::Pretender(*found);
    }
    let text = markup_text(head);
    let opening = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if !opening.starts_with('<') {
        return Sniffed::Text;
    }
    sniff_markup(&opening.to_ascii_lowercase())
}

/// Markup is looked at as text; UTF-16 loses its zeros.
fn markup_text(head: &[u8]) -> String {
    let head = &head[..head.len().min(4096)];
    let bytes: Vec<u8> = match head {
        [0xFF, 0xFE, rest @ ..] | [0xFE, 0xFF, rest @ ..] => {
            rest.iter().copied().filter(|byte| *byte != 0).collect()
        }
        _ => head.to_vec(),
    };
    String::from_utf8_lossy(&bytes).into_owned()
}

fn sniff_markup(text: &str) -> Sniffed {
    use Pretender as P;
    let has = |mark: &str| text.contains(mark);
    if has("urn:oasis:names:tc:opendocument") && has("<office:document") {
        return Sniffed::Workbook;
    }
    if has("urn:schemas-microsoft-com:office:spreadsheet") && has("<?xml") {
        return Sniffed::Pretender(P::SpreadsheetMl);
    }
    let html = [
        "<!doctype html",
        "<html",
        "<table",
        "<head",
        "<meta",
        "<style",
        "<body",
        "<div",
        "<tr",
        "<!--",
    ];
    if html.iter().any(|mark| has(mark)) && !text.starts_with("<?xml") || has("<html") {
        return Sniffed::Pretender(P::Html);
    }
    if text.starts_with("<?xml") {
        return Sniffed::Pretender(P::OtherXml);
    }
    // `<` alone may begin a CSV cell.
    Sniffed::Text
}

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
    let main = main.filter(|part| package.has(part)).map(str::to_owned);
    let main = main.or_else(|| {
        let usual = ["xl/workbook.xml", "xl/workbook.bin"];
        usual
            .iter()
            .find(|part| package.has(part))
            .map(|part| (*part).to_owned())
    });
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
