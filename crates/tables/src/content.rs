//! What a file is, by its first bytes: names lie. The one place that knows, for text and workbooks.

use std::fmt;

use memchr::memmem;

/// As much of a file's beginning as tells what it is, in bytes.
pub const HEAD: usize = 8192;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Content {
    /// Text, as far as can be seen: to be read as CSV. No byte at all is text, too.
    Text,
    /// What may be a workbook.
    Workbook(Container),
    /// Neither.
    Other(Pretender),
}

impl Content {
    /// What is said of it where only text is read.
    pub(crate) fn pretender(self) -> Pretender {
        match self {
            Self::Text => Pretender::Text,
            Self::Other(what) => what,
            Self::Workbook(Container::Zip) => Pretender::OtherArchive,
            Self::Workbook(Container::Compound | Container::BareXls) => Pretender::OtherCompound,
            Self::Workbook(Container::Flat) => Pretender::OtherXml,
        }
    }
}

/// What a workbook is packed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Container {
    /// A ZIP archive: XLSX, XLSM, XLSB, ODS, Numbers, or something else.
    Zip,
    /// An OLE compound file: XLS, a workbook with a password on it, or another old document.
    Compound,
    /// The stream of an XLS file without a compound file around it.
    BareXls,
    /// A single XML file: FODS.
    Flat,
}

/// Files that are neither text nor workbooks, whatever they are named.
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
    Json,
    Gzip,
    SevenZip,
    Rar,
    OtherPacked,
    Image,
    Database,
    Lotus,
    Binary,
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
            Self::Json => "a JSON document",
            Self::Gzip => "a file packed with gzip",
            Self::SevenZip => "a 7-Zip archive",
            Self::Rar => "a RAR archive",
            Self::OtherPacked => "a compressed archive",
            Self::Image => "a picture",
            Self::Database => "a database",
            Self::Lotus => "a Lotus 1-2-3 or very old Excel file",
            Self::Binary => "neither text nor a workbook",
        })
    }
}

impl Pretender {
    /// The way out, in one sentence.
    #[must_use]
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
            Self::OtherArchive | Self::Gzip | Self::SevenZip | Self::Rar | Self::OtherPacked => {
                "unpack it and name the file inside"
            }
            Self::WordDocument | Self::Presentation | Self::OpenDocumentOther => {
                "copy the table into a spreadsheet and save it as .xlsx or .csv"
            }
            Self::Pdf | Self::Rtf => {
                "export the list as CSV or as an Excel workbook (.xlsx) from the program it comes from"
            }
            Self::OtherXml | Self::OtherCompound => {
                "export the list as .xlsx or .csv from the program that wrote it"
            }
            Self::Json | Self::Image | Self::Database | Self::Binary => {
                "export the list as CSV or as an Excel workbook (.xlsx)"
            }
        }
    }

    /// Whether spreadsheet programs open such a file as if it were a workbook.
    #[must_use]
    pub fn passes_for_a_workbook(self) -> bool {
        matches!(
            self,
            Self::Html | Self::WebArchive | Self::SpreadsheetMl | Self::OtherXml | Self::Lotus
        )
    }
}

const SIGNATURES: &[(&[u8], Content)] = &[
    (b"PK\x03\x04", Content::Workbook(Container::Zip)),
    (b"PK\x05\x06", Content::Workbook(Container::Zip)),
    (b"PK\x07\x08", Content::Workbook(Container::Zip)),
    (
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        Content::Workbook(Container::Compound),
    ),
    // Excel 95, and 97 to 2003.
    (
        b"\x09\x08\x08\0\0\x05\x05\0",
        Content::Workbook(Container::BareXls),
    ),
    (
        b"\x09\x08\x10\0\0\x06\x05\0",
        Content::Workbook(Container::BareXls),
    ),
    // A sheet or a chart of those alone; Excel 2 to 4; Lotus 1-2-3.
    (b"\x09\x08\x08\0", Content::Other(Pretender::Lotus)),
    (b"\x09\x08\x10\0", Content::Other(Pretender::Lotus)),
    (b"\x09\0\x04\0", Content::Other(Pretender::Lotus)),
    (b"\x09\x02\x06\0", Content::Other(Pretender::Lotus)),
    (b"\x09\x04\x06\0", Content::Other(Pretender::Lotus)),
    (b"\0\0\x02\0\x06\x04", Content::Other(Pretender::Lotus)),
    (b"\0\0\x1A\0\0\x10\x04", Content::Other(Pretender::Lotus)),
    (b"%PDF-", Content::Other(Pretender::Pdf)),
    (b"{\\rtf", Content::Other(Pretender::Rtf)),
    (b"\x1F\x8B", Content::Other(Pretender::Gzip)),
    (b"7z\xBC\xAF\x27\x1C", Content::Other(Pretender::SevenZip)),
    (b"Rar!\x1A\x07", Content::Other(Pretender::Rar)),
    (b"BZh", Content::Other(Pretender::OtherPacked)),
    (b"\xFD7zXZ\0", Content::Other(Pretender::OtherPacked)),
    (b"\x28\xB5\x2F\xFD", Content::Other(Pretender::OtherPacked)),
    (b"SQLite format 3\0", Content::Other(Pretender::Database)),
    (b"\0\x01\0\0Standard ", Content::Other(Pretender::Database)),
    (b"PAR1", Content::Other(Pretender::Database)),
    (b"\x89PNG\r\n", Content::Other(Pretender::Image)),
    (b"\xFF\xD8\xFF", Content::Other(Pretender::Image)),
    (b"GIF8", Content::Other(Pretender::Image)),
    (b"\x7FELF", Content::Other(Pretender::Binary)),
    (b"MZ\x90\0", Content::Other(Pretender::Binary)),
];

/// Says what a file is, given its first [`HEAD`] bytes or all of them.
///
/// ```
/// use tables::content::{Container, Content, Pretender, content};
///
/// assert_eq!(content(b"Name;City\nAcme;Berlin\n"), Content::Text);
/// assert_eq!(content(b"PK\x03\x04"), Content::Workbook(Container::Zip));
/// assert_eq!(content(b"%PDF-1.7"), Content::Other(Pretender::Pdf));
/// ```
#[must_use]
pub fn content(head: &[u8]) -> Content {
    let head = &head[..head.len().min(HEAD)];
    let signed = SIGNATURES.iter().find(|(sign, _)| head.starts_with(sign));
    if let Some((_, content)) = signed {
        return *content;
    }
    // UTF-16 loses its zeros.
    let plain: Vec<u8> = head
        .iter()
        .filter(|byte| **byte != 0)
        .map(u8::to_ascii_lowercase)
        .collect();
    let marks: [&[u8]; 3] = [b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF"];
    let unmarked = marks.iter().find_map(|mark| plain.strip_prefix(*mark));
    let text = unmarked.unwrap_or(&plain).trim_ascii_start();
    match text.first() {
        Some(b'<') => markup(text),
        Some(b'{' | b'[') if is_json(text) => Content::Other(Pretender::Json),
        _ if is_web_archive(text) => Content::Other(Pretender::WebArchive),
        _ => Content::Text,
    }
}

/// HTML and XML begin like text; only what cannot be a table's first cell counts.
fn markup(text: &[u8]) -> Content {
    let has = |mark: &[u8]| memmem::find(text, mark).is_some();
    let begins = |mark: &&[u8]| text.starts_with(mark);
    let is_xml = text.starts_with(b"<?xml");
    if has(b"urn:oasis:names:tc:opendocument") && has(b"<office:document") {
        return Content::Workbook(Container::Flat);
    }
    if has(b"urn:schemas-microsoft-com:office:spreadsheet")
        && (is_xml || begins(&b"<workbook".as_slice()))
    {
        return Content::Other(Pretender::SpreadsheetMl);
    }
    let pages: [&[u8]; 7] = [
        b"<!doctype html",
        b"<html",
        b"<table",
        b"<head",
        b"<meta",
        b"<style",
        b"<body",
    ];
    let pieces: [&[u8]; 4] = [b"<!--", b"<div", b"<tr", b"<p"];
    let is_page = pages.iter().any(begins)
        || pieces.iter().any(begins) && (has(b"<table") || has(b"<td"))
        || is_xml && has(b"<html");
    if is_page {
        return Content::Other(Pretender::Html);
    }
    let documents: [&[u8]; 2] = [b"<workbook", b"<!doctype"];
    if is_xml || documents.iter().any(begins) {
        return Content::Other(Pretender::OtherXml);
    }
    // `<` alone may begin a CSV cell.
    Content::Text
}

fn is_json(text: &[u8]) -> bool {
    serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok()
        || text
            .get(1..)
            .map(<[u8]>::trim_ascii_start)
            .is_some_and(|rest| rest.starts_with(b"\"") || rest.starts_with(b"{\""))
}

/// Whether a text is an e-mail of several parts, as browsers save pages and Excel "web archives".
fn is_web_archive(text: &[u8]) -> bool {
    let has = |mark: &[u8]| memmem::find(text, mark).is_some();
    text.starts_with(b"mime-version:")
        || text.starts_with(b"from:") && has(b"\nmime-version:") && has(b"multipart/related")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_not_the_name() {
        use Container as C;
        use Content::{Other, Text, Workbook};
        use Pretender as P;
        let cases: &[(&[u8], Content)] = &[
            (b"", Text),
            (b"Name,City\nAcme,Berlin\n", Text),
            (b"PK\x03\x04rest", Workbook(C::Zip)),
            (b"PK Solutions,Berlin\n", Text),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Workbook(C::Compound)),
            (b"\x09\x08\x08\0\0\x05\x05\0", Workbook(C::BareXls)),
            (b"\x09\x08\x10\0\0\x06\x05\0", Workbook(C::BareXls)),
            (b"\x09\x08\x10\0\0\x06\x10\0", Other(P::Lotus)),
            (b"\x09\0\x04\0", Other(P::Lotus)),
            (b"\tName,City\n", Text),
            (b"%PDF-1.7\n", Other(P::Pdf)),
            (b"\xEF\xBB\xBF  <!DOCTYPE HTML><html>", Other(P::Html)),
            (b"\xEF\xBB\xBF  <TABLE>", Other(P::Html)),
            (b"<div><table><tr><td>Name</td></tr>", Other(P::Html)),
            (b"<!-- made by x --><table>", Other(P::Html)),
            (b"<table><tr><td>Name</td></tr>", Other(P::Html)),
            (b"\xFF\xFE<\0h\0t\0m\0l\0>\0", Other(P::Html)),
            (b"<?xml version=\"1.0\"?><Workbook>", Other(P::OtherXml)),
            (
                b"<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\">",
                Other(P::SpreadsheetMl),
            ),
            (
                b"<office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\">",
                Workbook(C::Flat),
            ),
            (b"<unknown>,Name\n", Text),
            (b"<div>,Name\n", Text),
            (b"MIME-Version: 1.0\r\nX-Document-Type: Workbook", Other(P::WebArchive)),
            (
                b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;",
                Other(P::WebArchive),
            ),
            (b"From: A,To: B\nx,y\n", Text),
            (b"[{\"Name\": \"Acme\"}]", Other(P::Json)),
            (b"{Acme},Berlin", Text),
            (b"[A],[B]\n1,2\n", Text),
            (b"\x1F\x8B\x08\0", Other(P::Gzip)),
            (b"PAR1", Other(P::Database)),
        ];
        for (bytes, expected) in cases {
            assert_eq!(content(bytes), *expected, "{}", bytes.escape_ascii());
        }
    }
}
