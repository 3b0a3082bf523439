//! What stands around the cells of the customer sheet: its size, view, columns, filter, notes.

use super::error::EditError;
use super::survey::{Survey, range_of};
use super::xml;
use crate::place::column_letters;

/// The parts of a sheet in the order the format demands.
const ORDER: [&str; 39] = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
];

/// Freezing more rows than these would leave no room for the list on a small screen.
const MOST_FROZEN: u32 = 15;

const RELATIONS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The changes around the cells.
#[derive(Debug, Default)]
pub struct Frame {
    /// The header's row, from 1.
    pub header_row: u32,
    /// The last row with data, from 1.
    pub last_row: u32,
    /// So many columns from the left stay in view along with the header; 0 for none.
    pub columns_in_view: u32,
    /// The columns that are new, from 0, with their widths in characters.
    pub new_columns: Vec<(u32, u32)>,
    /// The range of the filter: a new one, or the existing one made wider.
    pub filter: Option<String>,
    /// The relationship of a drawing for notes, where the sheet has none yet.
    pub boxes: Option<String>,
}

/// Where a part stands in the order; `None` for one that is not known.
pub fn order_of(name: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == name)
}

impl Frame {
    /// What the sheet does not have and gets, each with its place in the order.
    pub fn pending(&self, survey: &Survey) -> Vec<(usize, String)> {
        let p = survey.prefix.as_str();
        let mut new = Vec::new();
        let mut put = |name: &str, text: String| {
            if !survey.has(name) {
                new.push((order_of(name).unwrap_or(ORDER.len()), text));
            }
        };
        if let Some(pane) = self.pane(p) {
            let view = format!(
                "<{p}sheetViews><{p}sheetView workbookViewId=\"0\">{pane}</{p}sheetView></{p}sheetViews>"
            );
            put("sheetViews", view);
        }
        let columns: String = self.columns(p).into_iter().map(|(_, raw)| raw).collect();
        if !columns.is_empty() {
            put("cols", format!("<{p}cols>{columns}</{p}cols>"));
        }
        if let Some(range) = &self.filter {
            put("autoFilter", format!("<{p}autoFilter ref=\"{range}\"/>"));
        }
        if let Some(id) = &self.boxes {
            let text = format!("<{p}legacyDrawing xmlns:r=\"{RELATIONS}\" r:id=\"{id}\"/>");
            put("legacyDrawing", text);
        }
        new.sort_by_key(|(order, _)| *order);
        new
    }

    /// Whether a part that is there is changed. Without a header nothing is.
    pub fn changes(&self, name: &str) -> bool {
        match name {
            "dimension" | "sheetViews" => self.header_row > 0,
            "cols" => !self.new_columns.is_empty(),
            "autoFilter" => self.filter.is_some(),
            _ => false,
        }
    }

    /// Whether the header stands near enough to the top to be kept in view.
    pub fn keeps_header_in_view(&self) -> bool {
        (1..=MOST_FROZEN).contains(&self.header_row)
    }

    /// The header kept in view, and the columns at the left.
    fn pane(&self, p: &str) -> Option<String> {
        if !self.keeps_header_in_view() {
            return None;
        }
        let (row, columns) = (self.header_row, self.columns_in_view);
        if columns == 0 {
            return Some(format!(
                "<{p}pane ySplit=\"{row}\" topLeftCell=\"A{}\" activePane=\"bottomLeft\" \
                 state=\"frozen\"/><{p}selection pane=\"bottomLeft\"/>",
                row + 1
            ));
        }
        Some(format!(
            "<{p}pane xSplit=\"{columns}\" ySplit=\"{row}\" topLeftCell=\"{}{}\" \
             activePane=\"bottomRight\" state=\"frozen\"/><{p}selection pane=\"topRight\"/>\
             <{p}selection pane=\"bottomLeft\"/><{p}selection pane=\"bottomRight\"/>",
            column_letters(columns),
            row + 1
        ))
    }

    fn columns(&self, p: &str) -> Vec<(u32, String)> {
        let new = self.new_columns.iter().map(|(column, width)| {
            let number = column + 1;
            let raw = format!(
                "<{p}col min=\"{number}\" max=\"{number}\" width=\"{width}.7\" customWidth=\"1\"/>"
            );
            (number, raw)
        });
        new.collect()
    }
}

/// A part that is there, changed.
///
/// # Errors
///
/// When the element is no XML.
pub fn changed(name: &str, raw: &str, frame: &Frame, survey: &Survey) -> Result<String, EditError> {
    match name {
        "dimension" => Ok(dimension(raw, frame)),
        "sheetViews" if !survey.has("pane") => views(raw, frame),
        "cols" => columns(raw, frame),
        "autoFilter" => Ok(xml::with_attributes(
            raw,
            &[("ref", frame.filter.as_deref())],
        )),
        _ => Ok(raw.to_owned()),
    }
}

fn dimension(raw: &str, frame: &Frame) -> String {
    let Some(((top, left), (bottom, right))) =
        xml::attribute(raw, "ref").and_then(|range| range_of(&range))
    else {
        return raw.to_owned();
    };
    let new = frame.new_columns.iter().map(|(column, _)| *column).max();
    let range = range_text(
        (top.min(frame.header_row.saturating_sub(1)), left),
        (
            bottom.max(frame.last_row.saturating_sub(1)),
            new.map_or(right, |new| right.max(new)),
        ),
    );
    xml::with_attributes(raw, &[("ref", Some(&range))])
}

/// A range as text, from corners that count from 0.
pub fn range_text((top, left): (u32, u32), (bottom, right): (u32, u32)) -> String {
    format!(
        "{}{}:{}{}",
        column_letters(left),
        top + 1,
        column_letters(right),
        bottom + 1
    )
}

fn views(raw: &str, frame: &Frame) -> Result<String, EditError> {
    let broken = |error| EditError::unreadable("sheet", error);
    let views = xml::split(raw).map_err(broken)?;
    let Some(pane) = frame.pane(views.prefix()) else {
        return Ok(raw.to_owned());
    };
    let mut children = Vec::new();
    for (at, view) in views.children.iter().enumerate() {
        let layout = xml::attribute(view.raw, "view").is_some_and(|view| view == "pageLayout");
        if at > 0 || view.name != "sheetView" || layout {
            children.push(view.raw.to_owned());
            continue;
        }
        // Scrolled down, the frozen rows would be other ones than the header's.
        let still = xml::with_attributes(view.raw, &[("topLeftCell", None)]);
        let view = xml::split(&still).map_err(broken)?;
        let rest = view.children.iter().filter(|one| one.name != "selection");
        let rest = rest.map(|one| one.raw);
        children.push(view.with(std::iter::once(pane.as_str()).chain(rest)));
    }
    Ok(views.with(children))
}

fn columns(raw: &str, frame: &Frame) -> Result<String, EditError> {
    let columns = xml::split(raw).map_err(|error| EditError::unreadable("sheet", error))?;
    let new = frame.columns(columns.prefix());
    let mut all: Vec<(u32, String)> = Vec::new();
    for column in &columns.children {
        let number =
            |name| xml::attribute(column.raw, name).and_then(|value| value.parse::<u32>().ok());
        let (Some(mut min), Some(max)) = (number("min"), number("max")) else {
            continue;
        };
        let cuts = new.iter().map(|(number, _)| *number);
        for cut in cuts
            .filter(|cut| (min..=max).contains(cut))
            .collect::<Vec<_>>()
        {
            if min < cut {
                all.push((min, spanning(column.raw, min, cut - 1)));
            }
            min = cut + 1;
        }
        if min <= max {
            all.push((min, spanning(column.raw, min, max)));
        }
    }
    all.extend(new);
    all.sort_by_key(|(first, _)| *first);
    Ok(columns.with(all.into_iter().map(|(_, raw)| raw)))
}

fn spanning(raw: &str, min: u32, max: u32) -> String {
    let (min, max) = (min.to_string(), max.to_string());
    xml::with_attributes(raw, &[("min", Some(&min)), ("max", Some(&max))])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame() -> Frame {
        Frame {
            header_row: 3,
            last_row: 40,
            new_columns: vec![(6, 12), (7, 14)],
            ..Frame::default()
        }
    }

    #[test]
    fn new_columns_are_seen_though_all_beyond_the_table_are_hidden() {
        let raw = "<cols><col min=\"1\" max=\"4\" width=\"9\"/><col min=\"5\" max=\"16384\" hidden=\"1\"/></cols>";
        assert_eq!(
            columns(raw, &frame()).unwrap(),
            "<cols><col min=\"1\" max=\"4\" width=\"9\"/>\
             <col hidden=\"1\" min=\"5\" max=\"6\"/>\
             <col min=\"7\" max=\"7\" width=\"12.7\" customWidth=\"1\"/>\
             <col min=\"8\" max=\"8\" width=\"14.7\" customWidth=\"1\"/>\
             <col hidden=\"1\" min=\"9\" max=\"16384\"/></cols>"
                .replace(
                    "<col min=\"1\" max=\"4\" width=\"9\"/>",
                    "<col width=\"9\" min=\"1\" max=\"4\"/>"
                )
        );
    }

    #[test]
    fn the_header_is_frozen_where_it_stands() {
        let raw = "<sheetViews><sheetView topLeftCell=\"A50\" workbookViewId=\"0\"><selection sqref=\"B2\"/></sheetView></sheetViews>";
        assert_eq!(
            views(raw, &frame()).unwrap(),
            "<sheetViews><sheetView workbookViewId=\"0\"><pane ySplit=\"3\" topLeftCell=\"A4\" \
             activePane=\"bottomLeft\" state=\"frozen\"/><selection pane=\"bottomLeft\"/></sheetView></sheetViews>"
        );
        let beside = Frame {
            columns_in_view: 2,
            ..frame()
        };
        assert_eq!(
            views(raw, &beside).unwrap(),
            "<sheetViews><sheetView workbookViewId=\"0\"><pane xSplit=\"2\" ySplit=\"3\" topLeftCell=\"C4\" \
             activePane=\"bottomRight\" state=\"frozen\"/><selection pane=\"topRight\"/>\
             <selection pane=\"bottomLeft\"/><selection pane=\"bottomRight\"/></sheetView></sheetViews>"
        );
        let page = "<sheetViews><sheetView view=\"pageLayout\"/></sheetViews>";
        assert_eq!(views(page, &frame()).unwrap(), page);
        let far = Frame {
            header_row: 80,
            ..frame()
        };
        assert_eq!(views(raw, &far).unwrap(), raw);
    }

    #[test]
    fn the_size_grows() {
        assert_eq!(
            dimension("<dimension ref=\"B3:F12\"/>", &frame()),
            "<dimension ref=\"B3:H40\"/>"
        );
    }
}
