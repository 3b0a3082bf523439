//! Whether lists stand alone in their workbook: nothing else in it counts on which columns they have.
//! What is not known is taken for something that does.

use quick_xml::Reader;
use quick_xml::events::Event;

use super::error::EditError;
use super::package::{Package, key};
use super::xml;

/// What a workbook may lead to: its other parts are about looks, texts and properties.
const WORKBOOK: [&str; 5] = ["worksheet", "styles", "theme", "sharedStrings", "customXml"];

/// What a sheet may lead to.
const SHEET: [&str; 2] = ["hyperlink", "printerSettings"];

/// What the package may lead to.
const ROOT: [&str; 5] = [
    "officeDocument",
    "core-properties",
    "extended-properties",
    "custom-properties",
    "thumbnail",
];

/// What the workbook's part may hold.
const BOOK_PARTS: [&str; 12] = [
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "AlternateContent",
    "revisionPtr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "definedNames",
    "calcPr",
    "fileRecoveryPr",
    "extLst",
];

/// What another sheet may hold: it is about that sheet alone.
const OTHER_SHEET: [&str; 19] = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "autoFilter",
    "sortState",
    "mergeCells",
    "phoneticPr",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "ignoredErrors",
];

/// The lists of a workbook.
#[derive(Debug)]
pub struct Lists<'a> {
    /// The workbook's part.
    pub workbook: &'a str,
    /// Its text.
    pub text: &'a str,
    /// The parts of the sheets that the lists stand on.
    pub sheets: Vec<&'a str>,
    /// The places of these sheets among the workbook's.
    pub places: Vec<usize>,
}

/// Whether nothing but the lists' own sheets counts on their columns; the sheets themselves are not
/// looked into.
///
/// # Errors
///
/// When a part cannot be read.
pub fn stand_alone(package: &mut Package, lists: &Lists<'_>) -> Result<bool, EditError> {
    let only = |relations: &[super::package::Relation], known: &[&str]| {
        relations
            .iter()
            .all(|one| known.contains(&one.kind.as_str()))
    };
    let book = package.relations(lists.workbook)?;
    let root = package.relations("")?;
    if !only(&root, &ROOT) || !only(&book, &WORKBOOK) || !is_plain(lists)? {
        return Ok(false);
    }
    let sheets = book.into_iter().filter(|one| one.kind == "worksheet");
    for part in sheets.filter_map(|one| one.target) {
        if !only(&package.relations(&part)?, &SHEET) {
            return Ok(false);
        }
        let is_list = lists.sheets.iter().any(|list| key(list) == key(&part));
        if !is_list && !is_about_itself(package, &part)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether the workbook's part names no place in a list, but for its filter and the rows that are
/// printed on each page.
fn is_plain(lists: &Lists<'_>) -> Result<bool, EditError> {
    let broken = |error| EditError::unreadable("workbook.xml", error);
    for child in xml::split(lists.text).map_err(broken)?.children {
        if !BOOK_PARTS.contains(&child.name) {
            return Ok(false);
        }
        if child.name != "definedNames" {
            continue;
        }
        for name in xml::split(child.raw).map_err(broken)?.children {
            let value = |name_of| xml::attribute(name.raw, name_of).unwrap_or_default();
            let of_list = value("localSheetId")
                .parse()
                .is_ok_and(|place| lists.places.contains(&place));
            let known = match value("name").as_str() {
                "_xlnm._FilterDatabase" => true,
                "_xlnm.Print_Titles" => !of_list || names_rows_alone(name.raw),
                "_xlnm.Print_Area" => !of_list,
                _ => false,
            };
            if !known || value("localSheetId").is_empty() {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Whether a name stands for whole rows: `List!$1:$1`.
fn names_rows_alone(raw: &str) -> bool {
    let text = raw.split_once('>').map_or("", |(_, rest)| rest);
    let text = text.split_once('<').map_or("", |(text, _)| text);
    let range = text.rsplit_once('!').map_or("", |(_, range)| range);
    let is_row = |letter: char| letter.is_ascii_digit() || "$:".contains(letter);
    text.matches('!').count() == 1 && !range.is_empty() && range.chars().all(is_row)
}

/// Whether a sheet holds no formula, and nothing else that could speak of another sheet.
fn is_about_itself(package: &mut Package, part: &str) -> Result<bool, EditError> {
    let mut reader = Reader::from_reader(package.stream(part)?);
    let broken = |error: quick_xml::Error| EditError::unreadable(part, error);
    let (mut buffer, mut depth) = (Vec::new(), 0_u32);
    loop {
        buffer.clear();
        let (tag, empty) = match reader.read_event_into(&mut buffer).map_err(broken)? {
            Event::Start(tag) => (tag, false),
            Event::Empty(tag) => (tag, true),
            Event::End(_) => {
                depth = depth.saturating_sub(1);
                continue;
            }
            Event::DocType(_) => return Ok(false),
            Event::Eof => return Ok(true),
            _ => continue,
        };
        let full = tag.name();
        let known = match (depth, xml::local(full.as_ref())) {
            (1, name) => OTHER_SHEET.contains(&name),
            (4, "f") | (_, "extLst" | "AlternateContent") => false,
            (_, "hyperlink") => xml::value_of(&tag, "location").is_none(),
            _ => true,
        };
        if !known {
            return Ok(false);
        }
        depth += u32::from(!empty);
    }
}
