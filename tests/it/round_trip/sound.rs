//! Whether a workbook is one that spreadsheet programs open without repairing it: parts, types and
//! relationships, the order of a sheet's elements, styles, tables and notes that fit together. Reads
//! XML by itself, so that it shares no mistake with the code it judges.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::Path;

use quick_xml::events::Event;

/// All parts of a workbook that are text.
pub(super) fn parts(path: &Path) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let mut found = BTreeMap::new();
    for at in 0..archive.len() {
        let mut entry = archive.by_index(at).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(
            found
                .insert(entry.name().unwrap().into_owned(), text)
                .is_none(),
            "a part is there twice"
        );
    }
    found
}

/// An element: its name and attributes without prefixes, its children, its text.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: BTreeMap<String, String>,
    pub(super) children: Vec<Element>,
    pub(super) text: String,
}

impl Element {
    /// The root of a part.
    pub(super) fn of(part: &str) -> Self {
        let local = |name: &str| name.rsplit(':').next().unwrap().to_owned();
        let mut reader = quick_xml::Reader::from_str(part);
        let mut open = vec![Self::default()];
        loop {
            let event = reader.read_event().unwrap();
            let (tag, empty) = match &event {
                Event::Start(tag) => (tag, false),
                Event::Empty(tag) => (tag, true),
                Event::End(_) => {
                    let done = open.pop().unwrap();
                    open.last_mut().unwrap().children.push(done);
                    continue;
                }
                Event::Text(text) => {
                    open.last_mut().unwrap().text += text;
                    continue;
                }
                Event::Eof => return open.remove(0).children.remove(0),
                _ => continue,
            };
            let attributes = tag.attributes().map(|one| one.unwrap());
            let element = Self {
                name: local(tag.name().as_ref()),
                attributes: attributes
                    .map(|one| (local(one.key.as_ref()), one.value.into_owned()))
                    .collect(),
                ..Self::default()
            };
            if empty {
                open.last_mut().unwrap().children.push(element);
            } else {
                open.push(element);
            }
        }
    }

    pub(super) fn get(&self, attribute: &str) -> Option<&str> {
        self.attributes.get(attribute).map(String::as_str)
    }

    fn number(&self, attribute: &str) -> Option<usize> {
        self.get(attribute)?.parse().ok()
    }

    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// All elements of this name below this one.
    pub(super) fn all(&self, name: &str) -> Vec<&Self> {
        let below = self.children.iter().flat_map(|child| {
            let own = (child.name == name).then_some(child);
            own.into_iter().chain(child.all(name))
        });
        below.collect()
    }
}

/// The order that the format demands of a sheet's elements.
const ORDER: &str = "sheetPr dimension sheetViews sheetFormatPr cols sheetData sheetCalcPr \
    sheetProtection protectedRanges scenarios autoFilter sortState dataConsolidate customSheetViews \
    mergeCells phoneticPr conditionalFormatting dataValidations hyperlinks printOptions pageMargins \
    pageSetup headerFooter rowBreaks colBreaks customProperties cellWatches ignoredErrors smartTags \
    drawing legacyDrawing legacyDrawingHF drawingHF picture oleObjects controls webPublishItems \
    tableParts extLst";

/// Row and column, from 1, of a reference such as `C12`.
fn place(cell: &str) -> (usize, usize) {
    let digits = cell.find(|letter: char| letter.is_ascii_digit()).unwrap();
    let letters = cell[..digits].bytes();
    let column = letters.fold(0, |sum, letter| sum * 26 + usize::from(letter - b'A') + 1);
    (cell[digits..].parse().unwrap(), column)
}

fn corners(range: &str) -> ((usize, usize), (usize, usize)) {
    let (first, last) = range.split_once(':').unwrap_or((range, range));
    (place(first), place(last))
}

/// A program would open the workbook and repair nothing.
#[track_caller]
pub(super) fn is_sound(parts: &BTreeMap<String, String>) {
    has_sound_parts(parts);
    let styles = parts.iter().find(|(name, _)| name.contains("xl/styles"));
    let styles = Element::of(styles.expect("styles").1);
    let count = |list: &str| {
        let list = styles.child(list).unwrap();
        assert_eq!(
            list.number("count"),
            Some(list.children.len()),
            "{}",
            list.name
        );
        list.children.len()
    };
    let (fonts, fills, borders) = (count("fonts"), count("fills"), count("borders"));
    let xfs = count("cellXfs");
    for xf in &styles.child("cellXfs").unwrap().children {
        assert!(xf.number("fontId").unwrap_or(0) < fonts, "{xf:?}");
        assert!(xf.number("fillId").unwrap_or(0) < fills, "{xf:?}");
        assert!(xf.number("borderId").unwrap_or(0) < borders, "{xf:?}");
    }
    for (name, text) in parts {
        if name.starts_with("xl/worksheets/sheet") {
            let sheet = Element::of(text);
            sheet_in_order(&sheet, xfs);
            let below = format!(
                "xl/worksheets/_rels/{}.rels",
                &name["xl/worksheets/".len()..]
            );
            fits_what_hangs_on_it(&sheet, parts, parts.get(&below));
        }
    }
    let workbook = Element::of(&parts["xl/workbook.xml"]);
    let mut names = BTreeSet::new();
    for sheet in &workbook.child("sheets").unwrap().children {
        assert!(
            names.insert(sheet.get("name").unwrap().to_lowercase()),
            "{names:?}"
        );
    }
}

/// In every sheet elements, rows, cells and columns come in order.
#[track_caller]
pub(super) fn is_in_order(parts: &BTreeMap<String, String>) {
    for (name, text) in parts {
        if name.starts_with("xl/worksheets/sheet") {
            sheet_in_order(&Element::of(text), usize::MAX);
        }
    }
}

/// Elements, rows, cells and columns come in order, and styles exist.
fn sheet_in_order(sheet: &Element, xfs: usize) {
    let order: Vec<&str> = ORDER.split_whitespace().collect();
    let places = sheet
        .children
        .iter()
        .filter(|one| one.name != "AlternateContent");
    let places: Vec<usize> = places
        .map(|one| {
            order
                .iter()
                .position(|name| *name == one.name)
                .expect(&one.name)
        })
        .collect();
    let repeated = order
        .iter()
        .position(|name| *name == "conditionalFormatting");
    let next = |one: &usize, next: &usize| one < next || one == next && Some(*one) == repeated;
    let names: Vec<&String> = sheet.children.iter().map(|one| &one.name).collect();
    assert!(places.is_sorted_by(next), "{names:?}");

    let mut row_before = 0;
    for row in &sheet.child("sheetData").unwrap().children {
        let number = row.number("r").unwrap_or(row_before + 1);
        assert!(number > row_before, "{row:?}");
        row_before = number;
        let mut cell_before = 0;
        for cell in &row.children {
            let at = cell.get("r").map_or((number, cell_before + 1), place);
            assert!(
                at.0 == number && at.1 > cell_before && at.1 <= 16_384,
                "{cell:?}"
            );
            assert!(cell.number("s").unwrap_or(0) < xfs, "{cell:?}");
            cell_before = at.1;
        }
    }
    let mut before = 0;
    for column in sheet.child("cols").iter().flat_map(|cols| &cols.children) {
        let (first, last) = (column.number("min").unwrap(), column.number("max").unwrap());
        assert!(
            before < first && first <= last && last <= 16_384,
            "{column:?}"
        );
        before = last;
    }
}

/// Tables have the titles that stand in their headers, no filter lies on another, and each note has
/// one box.
fn fits_what_hangs_on_it(
    sheet: &Element,
    parts: &BTreeMap<String, String>,
    relations: Option<&String>,
) {
    let relations = relations
        .map(|text| Element::of(text).children)
        .unwrap_or_default();
    let part = |relation: &Element| {
        let target = relation.get("Target").unwrap();
        let name = target.rsplit('/').next().unwrap();
        let found = parts
            .iter()
            .find(|(part, _)| part.rsplit('/').next() == Some(name));
        Element::of(found.expect(target).1)
    };
    let of_kind = |kind: &str| {
        let all = relations.iter();
        all.filter(|one| one.get("Type").unwrap().ends_with(&format!("/{kind}")))
            .map(part)
            .collect::<Vec<_>>()
    };
    let mut ranges = Vec::new();
    ranges.extend(
        sheet
            .child("autoFilter")
            .map(|one| corners(one.get("ref").unwrap())),
    );
    for table in of_kind("table") {
        let ((top, left), (bottom, right)) = corners(table.get("ref").unwrap());
        ranges.push(((top, left), (bottom, right)));
        let list = table.child("tableColumns").unwrap();
        assert_eq!(list.number("count"), Some(list.children.len()));
        assert_eq!(list.children.len(), right + 1 - left, "{table:?}");
        let ids: BTreeSet<_> = list.children.iter().map(|one| one.get("id")).collect();
        assert_eq!(ids.len(), list.children.len(), "{list:?}");
        for (column, at) in list.children.iter().zip(left..) {
            let cells = sheet.all("c");
            let cell = cells
                .iter()
                .find(|one| one.get("r").map(place) == Some((top, at)));
            let texts = cell.expect("a header").all("t");
            if let Some(text) = texts.first() {
                assert_eq!(Some(text.text.as_str()), column.get("name"));
            }
        }
        if let Some(filter) = table.child("autoFilter") {
            let inside = corners(filter.get("ref").unwrap());
            assert_eq!((inside.0, inside.1.1), ((top, left), right), "{table:?}");
        }
    }
    for (at, one) in ranges.iter().enumerate() {
        for other in &ranges[at + 1..] {
            let apart = one.1.0 < other.0.0
                || other.1.0 < one.0.0
                || one.1.1 < other.0.1
                || other.1.1 < one.0.1;
            assert!(apart, "{one:?} lies on {other:?}");
        }
    }
    let noted: Vec<_> = of_kind("comments")
        .iter()
        .flat_map(|part| {
            part.all("comment")
                .into_iter()
                .map(|one| place(one.get("ref").unwrap()))
                .collect::<Vec<_>>()
        })
        .collect();
    let boxed = of_kind("vmlDrawing");
    if let (false, Some(drawing)) = (noted.is_empty(), boxed.first()) {
        let number = |one: &Element, name: &str| -> usize {
            one.child(name).unwrap().text.trim().parse().unwrap()
        };
        let places: BTreeSet<_> = drawing
            .all("ClientData")
            .into_iter()
            .filter(|one| one.get("ObjectType") == Some("Note"))
            .map(|one| (number(one, "Row") + 1, number(one, "Column") + 1))
            .collect();
        for place in &noted {
            assert!(places.contains(place), "{place:?} has no box: {places:?}");
        }
    }
    let distinct: BTreeSet<_> = noted.iter().collect();
    assert_eq!(distinct.len(), noted.len(), "two notes on one cell");
}

/// Every part has a type and every relationship leads to a part.
fn has_sound_parts(parts: &BTreeMap<String, String>) {
    let types = &parts["[Content_Types].xml"];
    let values = |text: &str, name: &str| -> Vec<String> {
        let wanted = format!("{name}=\"");
        let pieces = text.split(&wanted).skip(1);
        pieces
            .map(|rest| rest.split('"').next().unwrap().to_owned())
            .collect()
    };
    for part in values(types, "PartName") {
        assert!(
            parts.contains_key(&part[1..]),
            "{part} has a type and is not there"
        );
    }
    for (name, text) in parts {
        let ending = name.rsplit('.').next().unwrap();
        let typed = types.contains(&format!("PartName=\"/{name}\""))
            || types.contains(&format!("Extension=\"{ending}\""));
        assert!(
            typed || name == "[Content_Types].xml",
            "{name} has no type:\n{types}"
        );
        if ending == "rels" {
            let folder = name.rsplit_once("_rels/").unwrap().0;
            for target in values(text, "Target") {
                let from = if target.starts_with('/') { "" } else { folder };
                let whole = format!("{from}/{target}");
                let mut steps: Vec<&str> = Vec::new();
                for step in whole.split('/').filter(|step| !step.is_empty()) {
                    if step == ".." {
                        steps.pop();
                    } else {
                        steps.push(step);
                    }
                }
                let whole = steps.join("/");
                assert!(parts.contains_key(&whole), "{name} leads to {whole}");
            }
        }
    }
}

/// The rows of a sheet as a second reader sees them, from A1 on.
pub(super) fn seen(path: &Path, sheet: &str) -> Vec<Vec<String>> {
    use calamine::{Data, Reader};
    let mut book: calamine::Xlsx<_> = calamine::open_workbook(path).unwrap();
    let range = book.worksheet_range(sheet).unwrap();
    let (bottom, right) = range.end().unwrap();
    let cell = |row, column| match range.get_value((row, column)) {
        None | Some(Data::Empty) => String::new(),
        Some(Data::Float(number)) => format!("#{number}"),
        Some(other) => other.to_string(),
    };
    (0..=bottom)
        .map(|row| (0..=right).map(|column| cell(row, column)).collect())
        .collect()
}
