//! The parts around the sheets: the workbook's list of sheets and names, relationships, content
//! types.

use super::error::EditError;
use super::{Hand, xml};

/// Types of relationships, behind [`RELATIONS`].
pub const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const CONTENT: &str = "application/vnd.openxmlformats-officedocument";

/// The parts of a workbook in the order the format demands.
const ORDER: [&str; 20] = [
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "AlternateContent",
    "revisionPtr",
    "absPath",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
    "calcPr",
    "oleSize",
    "customWorkbookViews",
    "pivotCaches",
    "webPublishing",
    "fileRecoveryPr",
    "webPublishObjects",
    "extLst",
];

/// A sheet as the workbook lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its relationship.
    pub relation: String,
    /// Its number.
    pub number: u32,
}

/// The sheets and what marks our own.
#[derive(Debug)]
pub struct Sheets {
    /// All sheets in their order.
    pub entries: Vec<Entry>,
    /// The name of the sheet of counts of an earlier run.
    pub summary: Option<String>,
}

/// Reads the list of sheets.
///
/// # Errors
///
/// When the part is no XML or in the Strict dialect.
pub fn sheets(workbook: &str, hand: Hand) -> Result<Sheets, EditError> {
    let broken = |error| EditError::unreadable("workbook.xml", error);
    let root = xml::split(workbook).map_err(broken)?;
    if root.tag.contains("purl.oclc.org/ooxml") {
        return Err(EditError::refused("it is Strict Open XML"));
    }
    let mut found = Sheets {
        entries: Vec::new(),
        summary: None,
    };
    for child in &root.children {
        if child.name == "sheets" {
            for sheet in xml::split(child.raw).map_err(broken)?.children {
                found.entries.push(Entry {
                    name: xml::attribute(sheet.raw, "name").unwrap_or_default(),
                    relation: relation_id(sheet.raw).unwrap_or_default(),
                    number: xml::attribute(sheet.raw, "sheetId")
                        .and_then(|number| number.parse().ok())
                        .unwrap_or(0),
                });
            }
        }
        if child.name == "definedNames" {
            for name in xml::split(child.raw).map_err(broken)?.children {
                if xml::attribute(name.raw, "name").is_some_and(|name| name == hand.mark) {
                    found.summary = text_of(name.raw).map(|text| sheet_of(&text));
                }
            }
        }
    }
    Ok(found)
}

fn relation_id(raw: &str) -> Option<String> {
    let mut reader = quick_xml::Reader::from_str(raw);
    match reader.read_event().ok()? {
        quick_xml::events::Event::Start(tag) | quick_xml::events::Event::Empty(tag) => {
            super::survey::relation_id(&tag)
        }
        _ => None,
    }
}

fn text_of(raw: &str) -> Option<String> {
    let (_, rest) = raw.split_once('>')?;
    let (text, _) = rest.split_once('<')?;
    Some(quick_xml::escape::unescape(text).ok()?.into_owned())
}

/// The sheet in a reference such as `'Import summary'!$A$1`.
fn sheet_of(reference: &str) -> String {
    let sheet = reference.rsplit_once('!').map_or("", |(sheet, _)| sheet);
    let quoted = sheet
        .strip_prefix('\'')
        .and_then(|rest| rest.strip_suffix('\''));
    quoted.map_or(sheet.to_owned(), |inside| inside.replace("''", "'"))
}

/// A sheet's name as references write it.
pub fn quoted(sheet: &str) -> String {
    format!("'{}'", sheet.replace('\'', "''"))
}

/// What changes in the workbook part.
#[derive(Debug, Default)]
pub struct BookChange {
    /// A sheet to be appended: name and relationship.
    pub new_sheet: Option<(String, String)>,
    /// The name of the sheet of counts; none in a copy that has none.
    pub summary: Option<String>,
    /// The places of customer sheets, and the ranges of their filters as references.
    pub filters: Vec<(usize, String)>,
    /// Whether formulas are to be worked out anew when the workbook is opened.
    pub calculation: Calculation,
}

/// Whether formulas are worked out anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Calculation {
    /// There are none.
    #[default]
    AsBefore,
    /// When the workbook is opened.
    OnLoad,
}

/// The workbook part with its changes.
///
/// # Errors
///
/// When the part, or a list in it, is no XML.
pub fn changed(workbook: &str, change: &BookChange, hand: Hand) -> Result<String, EditError> {
    let broken = |error| EditError::unreadable("workbook.xml", error);
    let root = xml::split(workbook).map_err(broken)?;
    let p = root.prefix();
    let mut parts: Vec<(String, String)> = root
        .children
        .iter()
        .map(|child| (child.name.to_owned(), child.raw.to_owned()))
        .collect();
    let order = |name: &str| ORDER.iter().position(|known| *known == name);
    let named = change.summary.as_ref().map(|_| "definedNames");
    for needed in named.into_iter().chain(["calcPr"]) {
        if !parts.iter().any(|(name, _)| name == needed) {
            let place = order(needed);
            let before = parts.iter().rposition(|(name, _)| order(name) < place);
            let at = before.map_or(0, |before| before + 1);
            parts.insert(at, (needed.to_owned(), format!("<{p}{needed}/>")));
        }
    }
    for (name, raw) in &mut parts {
        match name.as_str() {
            "sheets" => {
                if let Some((sheet, relation)) = &change.new_sheet {
                    let split = xml::split(raw).map_err(broken)?;
                    let numbers = split.children.iter().filter_map(|sheet| {
                        xml::attribute(sheet.raw, "sheetId")?.parse::<u32>().ok()
                    });
                    let number = numbers.max().unwrap_or(0) + 1;
                    let new = format!(
                        "<{p}sheet xmlns:r=\"{RELATIONS}\" name=\"{}\" sheetId=\"{number}\" r:id=\"{relation}\"/>",
                        xml::escaped(sheet)
                    );
                    *raw = with_more(&split, &[new]);
                }
            }
            "definedNames" if change.summary.is_some() => {
                let split = xml::split(raw).map_err(broken)?;
                *raw = names(&split, p, change, hand);
            }
            "calcPr" if change.calculation == Calculation::OnLoad => {
                *raw = xml::with_attributes(raw, &[("fullCalcOnLoad", Some("1"))]);
            }
            _ => {}
        }
    }
    // An element that stayed empty says nothing.
    parts.retain(|(name, raw)| name != "calcPr" || *raw != format!("<{p}calcPr/>"));
    Ok(root.with(parts.into_iter().map(|(_, raw)| raw)))
}

fn names(split: &xml::Split<'_>, p: &str, change: &BookChange, hand: Hand) -> String {
    let is_ours = |raw: &str| {
        let name = xml::attribute(raw, "name").unwrap_or_default();
        let sheet = xml::attribute(raw, "localSheetId").unwrap_or_default();
        let mut places = change.filters.iter().map(|(sheet, _)| sheet.to_string());
        name == hand.mark || name == "_xlnm._FilterDatabase" && places.any(|place| place == sheet)
    };
    let kept = split.children.iter().filter(|name| !is_ours(name.raw));
    let mut all: Vec<String> = Vec::new();
    for (sheet, range) in &change.filters {
        all.push(format!(
            "<{p}definedName name=\"_xlnm._FilterDatabase\" localSheetId=\"{sheet}\" \
             hidden=\"1\">{}</{p}definedName>",
            xml::escaped(range)
        ));
    }
    let mark = change.summary.as_ref();
    all.extend(mark.map(|summary| {
        format!(
            "<{p}definedName name=\"{}\" hidden=\"1\">{}</{p}definedName>",
            hand.mark,
            xml::escaped(&format!("{}!$A$1", quoted(summary)))
        )
    }));
    all.extend(kept.map(|name| name.raw.to_owned()));
    split.with(all)
}

fn with_more(split: &xml::Split<'_>, more: &[String]) -> String {
    let old = split.children.iter().map(|child| child.raw);
    split.with(old.chain(more.iter().map(String::as_str)))
}

/// A part of relationships that grows.
pub struct Relations {
    text: String,
}

impl Relations {
    /// The relationships of a part; `None` begins new ones.
    pub fn of(text: Option<String>) -> Self {
        let bare = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
            <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"/>";
        Self {
            text: text.unwrap_or_else(|| bare.to_owned()),
        }
    }

    /// Adds a relationship to a part (from the root, without a slash); gives its id.
    ///
    /// # Errors
    ///
    /// When the part is no XML.
    pub fn add(&mut self, kind: &str, part: &str) -> Result<String, EditError> {
        let split = xml::split(&self.text).map_err(broken_relations)?;
        let taken = |id: &String| {
            let same =
                |child: &xml::Child<'_>| xml::attribute(child.raw, "Id").as_ref() == Some(id);
            split.children.iter().any(same)
        };
        let mut ids = (1_u32..).map(|number| format!("rId{number}"));
        let id = ids.find(|id| !taken(id)).unwrap_or_default();
        let p = split.prefix();
        let new = format!(
            "<{p}Relationship Id=\"{id}\" Type=\"{RELATIONS}/{kind}\" Target=\"/{}\"/>",
            xml::escaped(part)
        );
        self.text = with_more(&split, &[new]);
        Ok(id)
    }

    /// Lets a relationship lead to another part.
    ///
    /// # Errors
    ///
    /// When the part is no XML.
    pub fn redirect(&mut self, id: &str, part: &str) -> Result<(), EditError> {
        self.each(|raw| {
            let same = xml::attribute(raw, "Id").as_deref() == Some(id);
            let target = format!("/{part}");
            Some(if same {
                xml::with_attributes(raw, &[("Target", Some(&target))])
            } else {
                raw.to_owned()
            })
        })
    }

    /// Takes relationships away whose type ends like this; whether there were any.
    ///
    /// # Errors
    ///
    /// When the part is no XML.
    pub fn remove(&mut self, kinds: &[&str]) -> Result<Removed, EditError> {
        let mut removed = Removed::None;
        self.each(|raw| {
            let kind = xml::attribute(raw, "Type").unwrap_or_default();
            if kinds.iter().any(|wanted| kind.ends_with(wanted)) {
                removed = Removed::Some;
                return None;
            }
            Some(raw.to_owned())
        })?;
        Ok(removed)
    }

    fn each(&mut self, each: impl FnMut(&str) -> Option<String>) -> Result<(), EditError> {
        let split = xml::split(&self.text).map_err(broken_relations)?;
        let children: Vec<String> = split
            .children
            .iter()
            .map(|child| child.raw)
            .filter_map(each)
            .collect();
        self.text = split.with(children);
        Ok(())
    }

    /// The part's text.
    pub fn text(self) -> String {
        self.text
    }
}

/// Whether something was there to be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    /// Nothing.
    None,
    /// Something.
    Some,
}

fn broken_relations(error: quick_xml::Error) -> EditError {
    EditError::unreadable("relationships", error)
}

/// The types of all parts: those of dropped parts go, those of new parts come, and the workbook is
/// one without macros.
///
/// # Errors
///
/// When the part is no XML.
pub fn content_types(
    text: &str,
    dropped: impl Fn(&str) -> bool,
    new: &[(String, &str)],
) -> Result<String, EditError> {
    let split =
        xml::split(text).map_err(|error| EditError::unreadable("[Content_Types].xml", error))?;
    let p = split.prefix();
    let mut kept = Vec::new();
    for child in &split.children {
        let part = xml::attribute(child.raw, "PartName").unwrap_or_default();
        if child.name == "Override" && dropped(&part) {
            continue;
        }
        let kind = xml::attribute(child.raw, "ContentType").unwrap_or_default();
        let other_book = kind.contains("sheet.macroEnabled.main")
            || kind.contains("template.macroEnabled.main")
            || kind.ends_with("spreadsheetml.template.main+xml");
        if other_book {
            let plain = format!("{CONTENT}.spreadsheetml.sheet.main+xml");
            kept.push(xml::with_attributes(
                child.raw,
                &[("ContentType", Some(&plain))],
            ));
        } else {
            kept.push(child.raw.to_owned());
        }
    }
    let has_default = |extension: &str| {
        split.children.iter().any(|child| {
            xml::attribute(child.raw, "Extension")
                .is_some_and(|known| known.eq_ignore_ascii_case(extension))
        })
    };
    for (extension, kind) in [
        ("vml", format!("{CONTENT}.vmlDrawing")),
        (
            "rels",
            "application/vnd.openxmlformats-package.relationships+xml".to_owned(),
        ),
    ] {
        if !has_default(extension) {
            let default = format!("<{p}Default Extension=\"{extension}\" ContentType=\"{kind}\"/>");
            kept.insert(0, default);
        }
    }
    for (part, kind) in new {
        kept.push(format!(
            "<{p}Override PartName=\"/{}\" ContentType=\"{CONTENT}.{kind}+xml\"/>",
            xml::escaped(part)
        ));
    }
    Ok(split.with(kept))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::HAND;

    #[test]
    fn sheets_and_names_are_added_in_their_places() {
        let book = "<x:workbook xmlns:x=\"u\"><x:sheets><x:sheet name=\"A\" sheetId=\"4\" q:id=\"r9\"/></x:sheets><x:extLst/></x:workbook>";
        let change = BookChange {
            new_sheet: Some(("B & C".into(), "rId1".into())),
            summary: Some("B & C".into()),
            filters: vec![(0, "'A'!$A$1:$B$2".into())],
            calculation: Calculation::AsBefore,
        };
        let text = changed(book, &change, HAND).unwrap();
        let names: Vec<&str> = xml::split(&text)
            .unwrap()
            .children
            .iter()
            .map(|child| child.name)
            .collect();
        assert_eq!(names, ["sheets", "definedNames", "extLst"], "{text}");
        assert!(
            text.contains("name=\"B &amp; C\" sheetId=\"5\" r:id=\"rId1\"/>"),
            "{text}"
        );
        let read = sheets(&text, HAND).unwrap();
        assert_eq!(read.summary.as_deref(), Some("B & C"));
        assert_eq!(read.entries[0].relation, "r9");
        let again = BookChange {
            new_sheet: None,
            calculation: Calculation::OnLoad,
            ..change
        };
        let text = changed(&text, &again, HAND).unwrap();
        assert_eq!(text.matches("<x:definedName ").count(), 2, "{text}");
        assert!(
            text.contains("<x:calcPr fullCalcOnLoad=\"1\"/><x:extLst/>"),
            "{text}"
        );
    }

    #[test]
    fn references_name_sheets() {
        assert_eq!(sheet_of("'It''s'!$A$1"), "It's");
        assert_eq!(sheet_of("Sheet!$A$1"), "Sheet");
        assert_eq!(quoted("It's"), "'It''s'");
    }

    #[test]
    fn a_workbook_with_macros_becomes_one_without() {
        let types = "<Types><Default Extension=\"rels\" ContentType=\"r\"/>\
            <Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.ms-excel.sheet.macroEnabled.main+xml\"/>\
            <Override PartName=\"/xl/vbaProject.bin\" ContentType=\"application/vnd.ms-office.vbaProject\"/></Types>";
        let dropped = |part: &str| part.ends_with("vbaProject.bin");
        let new = [("xl/c1.xml".to_owned(), "spreadsheetml.comments")];
        let text = content_types(types, dropped, &new).unwrap();
        assert!(!text.contains("vbaProject"), "{text}");
        assert!(text.contains("spreadsheetml.sheet.main+xml\"/>"), "{text}");
        assert!(text.contains("<Default Extension=\"vml\""), "{text}");
        assert!(text.contains("PartName=\"/xl/c1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml\"/>"), "{text}");
    }
}
