//! What a file is, by its first bytes: names lie. Knows nothing of what is done with it.

use memchr::memmem;

/// What the first bytes of a file say it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// No byte at all.
    Empty,
    /// Text in some encoding.
    Text,
    /// A ZIP archive: XLSX, XLSM, XLSB, ODS, Numbers, or something else.
    Zip,
    /// An OLE compound file: XLS, a workbook with a password on it, or an old document.
    Ole,
    /// A BIFF stream without its OLE container, as Excel 2 to 4 wrote it.
    OldExcel,
    /// A web page, whatever its name.
    Html,
    /// XML: a spreadsheet in Excel 2003's XML, or anything else.
    Xml,
    /// JSON.
    Json,
    /// A PDF.
    Pdf,
    /// Rich text.
    Rtf,
    /// A gzip, bzip2, xz, zstd, 7z or RAR archive.
    Archive,
    /// A database of `SQLite` or Access.
    Database,
    /// A picture, or other bytes that are no text.
    Binary,
}

impl Kind {
    /// What it is, with its article.
    pub fn describe(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Text => "a text file",
            Self::Zip => "a ZIP archive",
            Self::Ole => "an old Office document",
            Self::OldExcel => "a workbook of Excel 4 or older",
            Self::Html => "a web page (HTML), whatever its name says",
            Self::Xml => "an XML document, whatever its name says",
            Self::Json => "a JSON document",
            Self::Pdf => "a PDF document",
            Self::Rtf => "a rich text document",
            Self::Archive => "a compressed archive",
            Self::Database => "a database",
            Self::Binary => "neither text nor a workbook",
        }
    }

    /// What to do about it when it cannot be read; empty when it can.
    pub fn way_out(self) -> &'static str {
        match self {
            Self::Empty | Self::Text => "",
            Self::Html | Self::Xml | Self::Ole | Self::OldExcel => {
                "open it in Excel or LibreOffice and save it as an Excel workbook (.xlsx)"
            }
            Self::Pdf | Self::Rtf => {
                "export the list as CSV or as an Excel workbook (.xlsx) from the program it comes from"
            }
            Self::Zip | Self::Archive => "unpack it and name the file inside",
            Self::Json | Self::Database | Self::Binary => {
                "export the list as CSV or as an Excel workbook (.xlsx)"
            }
        }
    }
}

/// Says what a file is, given its first bytes (some kilobytes, or all of them).
pub fn sniff(first_bytes: &[u8]) -> Kind {
    if first_bytes.is_empty() {
        return Kind::Empty;
    }
    let signatures: &[(&[u8], Kind)] = &[
        (b"PK\x03\x04", Kind::Zip),
        (b"PK\x05\x06", Kind::Zip),
        (b"PK\x07\x08", Kind::Zip),
        (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Kind::Ole),
        (b"\x09\x08\x10\x00", Kind::OldExcel),
        (b"\x09\x04\x06\x00", Kind::OldExcel),
        (b"\x09\x02\x06\x00", Kind::OldExcel),
        (b"\x09\x00\x04\x00", Kind::OldExcel),
        (b"%PDF-", Kind::Pdf),
        (b"{\\rtf", Kind::Rtf),
        (b"\x1F\x8B\x08", Kind::Archive),
        (b"BZh", Kind::Archive),
        (b"\xFD7zXZ\x00", Kind::Archive),
        (b"\x28\xB5\x2F\xFD", Kind::Archive),
        (b"7z\xBC\xAF\x27\x1C", Kind::Archive),
        (b"Rar!\x1A\x07", Kind::Archive),
        (b"SQLite format 3\x00", Kind::Database),
        (b"\x00\x01\x00\x00Standard ", Kind::Database),
        (b"\x89PNG\r\n", Kind::Binary),
        (b"\xFF\xD8\xFF", Kind::Binary),
        (b"GIF8", Kind::Binary),
        (b"\x7FELF", Kind::Binary),
        (b"MZ\x90\x00", Kind::Binary),
    ];
    for (signature, kind) in signatures {
        if first_bytes.starts_with(signature) {
            return *kind;
        }
    }
    markup(first_bytes).unwrap_or(Kind::Text)
}

/// HTML, XML and JSON begin like text; only what cannot be a table's first cell counts.
fn markup(first_bytes: &[u8]) -> Option<Kind> {
    let head: Vec<u8> = first_bytes
        .iter()
        .take(8192)
        .filter(|byte| **byte != 0)
        .map(u8::to_ascii_lowercase)
        .collect();
    let head = head
        .strip_prefix(b"\xEF\xBB\xBF".as_slice())
        .or_else(|| head.strip_prefix(b"\xFF\xFE".as_slice()))
        .or_else(|| head.strip_prefix(b"\xFE\xFF".as_slice()))
        .unwrap_or(&head);
    let head = head.trim_ascii_start();
    let has = |needle: &[u8]| memmem::find(head, needle).is_some();
    match head.first()? {
        b'<' if head.starts_with(b"<!doctype html")
            || head.starts_with(b"<html")
            || head.starts_with(b"<table")
            || head.starts_with(b"<head")
            || head.starts_with(b"<meta")
            || head.starts_with(b"<style")
            || head.starts_with(b"<body")
            || (head.starts_with(b"<!--") && has(b"<table"))
            || (head.starts_with(b"<?xml") && has(b"<html")) =>
        {
            Some(Kind::Html)
        }
        b'<' if head.starts_with(b"<?xml")
            || head.starts_with(b"<workbook")
            || head.starts_with(b"<!doctype") =>
        {
            Some(Kind::Xml)
        }
        b'{' | b'[' if serde_json::from_slice::<serde_json::Value>(head).is_ok() => {
            Some(Kind::Json)
        }
        b'{' | b'['
            if head
                .get(1..)
                .map(<[u8]>::trim_ascii_start)
                .is_some_and(|rest| rest.starts_with(b"\"") || rest.starts_with(b"{\"")) =>
        {
            Some(Kind::Json)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_decides_not_the_name() {
        let cases: &[(&[u8], Kind)] = &[
            (b"", Kind::Empty),
            (b"Name,City\nAcme,Berlin\n", Kind::Text),
            (b"PK\x03\x04rest", Kind::Zip),
            (b"PK Solutions,Berlin\n", Kind::Text),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Kind::Ole),
            (b"%PDF-1.7\n", Kind::Pdf),
            (b"\xEF\xBB\xBF  <!DOCTYPE HTML><html>", Kind::Html),
            (b"<table><tr><td>Name</td></tr>", Kind::Html),
            (b"\xFF\xFE<\0h\0t\0m\0l\0>\0", Kind::Html),
            (b"<?xml version=\"1.0\"?><Workbook>", Kind::Xml),
            (b"<unknown>,Name\n", Kind::Text),
            (b"[{\"Name\": \"Acme\"}]", Kind::Json),
            (b"{Acme},Berlin", Kind::Text),
            (b"[A],[B]\n1,2\n", Kind::Text),
            (b"\x1F\x8B\x08\0", Kind::Archive),
        ];
        for (bytes, kind) in cases {
            assert_eq!(sniff(bytes), *kind, "{}", bytes.escape_ascii());
        }
    }
}
