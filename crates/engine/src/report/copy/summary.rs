//! The sheet of counts with its chart: taken out of a small workbook of its own and made fit for
//! another one.

use super::error::CopyError;
use crate::report::status::Status;
use tables::edit::package::Package;
use tables::edit::styles::Styles;
use tables::edit::xml;

/// The row of the first status, from 1.
const FIRST_STATUS: usize = 4;

/// The parts of the sheet, their styles those of the workbook they go to.
pub struct Summary {
    /// The sheet; its drawing is relationship `rId1`.
    pub sheet: String,
    /// The drawing; its chart is relationship `rId1`.
    pub drawing: String,
    /// The chart.
    pub chart: String,
    /// The style of each status, in the order of [`Status::ALL`].
    pub statuses: [u32; Status::COUNT],
    /// The style of messages.
    pub message: u32,
}

impl Summary {
    /// Takes the sheet out of a workbook of which it is the only one, and adds its styles to
    /// `styles`.
    pub fn of(workbook: Vec<u8>, styles: &mut Styles) -> Result<Self, CopyError> {
        let mut package = Package::open(workbook)?;
        let first = styles.import(&package.text("xl/styles.xml")?)?;
        let strings = package.text("xl/sharedStrings.xml")?;
        let broken = |error| CopyError::unreadable("summary", error);
        let strings = xml::split(&strings).map_err(broken)?;
        let strings: Result<Vec<String>, _> = strings
            .children
            .iter()
            .map(|one| {
                xml::split(one.raw)
                    .map(|split| split.children.iter().map(|part| part.raw).collect())
            })
            .collect();
        let strings = strings.map_err(broken)?;
        let sheet = package.text("xl/worksheets/sheet1.xml")?;
        let sheet = xml::split(&sheet).map_err(broken)?;
        let (mut statuses, mut message) = ([0; Status::COUNT], 0);
        let mut children = Vec::new();
        for child in &sheet.children {
            children.push(match child.name {
                "sheetData" => cells(child.raw, &strings, first, (&mut statuses, &mut message))
                    .map_err(broken)?,
                // Two selected sheets would be edited together.
                "sheetViews" => child.raw.replace(" tabSelected=\"1\"", ""),
                _ => child.raw.to_owned(),
            });
        }
        Ok(Self {
            sheet: sheet.with(children),
            drawing: package.text("xl/drawings/drawing1.xml")?,
            chart: spelt_out(&package.text("xl/charts/chart1.xml")?),
            statuses,
            message,
        })
    }
}

/// A chart that says of each bar its number and nothing else. What is left out is "yes" by the format,
/// and programs take it so where the workbook is not one of Excel's.
fn spelt_out(chart: &str) -> String {
    const LABELS: &str = "<c:showLegendKey val=\"0\"/><c:showVal val=\"1\"/><c:showCatName val=\"0\"/>\
         <c:showSerName val=\"0\"/><c:showPercent val=\"0\"/><c:showBubbleSize val=\"0\"/>";
    chart
        .replace("<c:showVal val=\"1\"/>", LABELS)
        .replace("<c:invertIfNegative/>", "<c:invertIfNegative val=\"0\"/>")
}

fn cells(
    raw: &str,
    strings: &[String],
    first_style: u32,
    (statuses, message): (&mut [u32; Status::COUNT], &mut u32),
) -> Result<String, quick_xml::Error> {
    let data = xml::split(raw)?;
    let mut rows = Vec::new();
    for row in &data.children {
        let number = xml::attribute(row.raw, "r").and_then(|number| number.parse::<usize>().ok());
        let row = xml::split(row.raw)?;
        let mut cells = Vec::new();
        for cell in &row.children {
            let style = xml::attribute(cell.raw, "s").and_then(|style| style.parse::<u32>().ok());
            let style = style.unwrap_or(0) + first_style;
            let status = number.and_then(|number| number.checked_sub(FIRST_STATUS));
            if let Some(of) = status.and_then(|at| statuses.get_mut(at))
                && cells.is_empty()
            {
                *of = style;
            }
            // In the row of the sum stands a cell that looks as messages do.
            if status == Some(Status::COUNT) && cells.len() == 2 {
                *message = style;
            }
            let styled = xml::with_attributes(cell.raw, &[("s", Some(&style.to_string()))]);
            cells.push(inlined(&styled, strings));
        }
        rows.push(row.with(cells));
    }
    debug_assert_eq!(Status::ALL.len(), statuses.len());
    Ok(data.with(rows))
}

/// A cell with its text in it instead of a number of a text elsewhere.
fn inlined(cell: &str, strings: &[String]) -> String {
    let shared = xml::attribute(cell, "t").is_some_and(|kind| kind == "s");
    let number = cell
        .split_once("<v>")
        .and_then(|(_, rest)| rest.split_once("</v>"));
    let text = number.and_then(|(number, _)| strings.get(number.parse::<usize>().ok()?));
    match text {
        Some(text) if shared => {
            let tag = xml::with_attributes(cell, &[("t", Some("inlineStr"))]);
            let tag = tag.split_once('>').map_or("", |(tag, _)| tag);
            format!("{tag}><is>{text}</is></c>")
        }
        _ => cell.to_owned(),
    }
}
