//! The sheet of counts.

use std::borrow::Cow;

use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartFormat, ChartPoint, ChartSolidFill, Color, Format, FormatAlign,
    FormatBorder, Workbook, Worksheet, XlsxError,
};

use super::causes::causes;
use super::formats::{bar_colour, message_format, status_format};
use crate::model::left_out_shown;
use crate::model::phrase::sentence;
use crate::report::facts::Facts;
use crate::report::next::{Next, told};
use crate::report::status::Status;
use crate::report::time::rfc3339;
use tables::edit::cells::cut;

/// The sheet of counts alone, as a workbook in memory.
pub fn summary_alone(
    facts: &Facts,
    next: &[Next],
    remarks: &[String],
    name: &str,
) -> Result<Vec<u8>, String> {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let filled = sheet
        .set_name(name)
        .map(|_| ())
        .and_then(|()| fill_summary(sheet, name, facts, next, remarks));
    filled
        .and_then(|()| workbook.save_to_buffer())
        .map_err(|error| error.to_string())
}

/// How wide the column of meanings is, in characters.
const MEANING_WIDTH: usize = 58;

/// The rows of the first and the last status on the sheet of counts, from 0.
const FIRST_STATUS: u32 = 3;
const LAST_STATUS: u32 = FIRST_STATUS + Status::Pending as u32;

/// Fills the sheet called `name`.
pub(super) fn fill_summary(
    sheet: &mut Worksheet,
    name: &str,
    facts: &Facts,
    next: &[Next],
    remarks: &[String],
) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    let large = Format::new().set_bold().set_font_size(16);
    let indented = Format::new().set_indent(1);
    let heading = Format::new()
        .set_bold()
        .set_background_color(0x00E7_EBF0)
        .set_border_bottom(FormatBorder::Thin);
    sheet.write_string_with_format(0, 0, title(facts), &large)?;
    if facts.is_sandbox() {
        let banner = Format::new().set_bold().set_background_color(0x00FF_EB9C);
        let says = "SANDBOX: no real customer was created";
        sheet.write_string_with_format(1, 0, says, &banner)?;
        sheet.write_blank(1, 1, &banner)?;
        sheet.write_blank(1, 2, &banner)?;
    }
    for (column, text) in (0..).zip(["Status", "Rows", "Meaning"]) {
        sheet.write_string_with_format(2, column, text, &heading)?;
    }
    for (row, status) in (FIRST_STATUS..).zip(Status::ALL) {
        sheet.write_string_with_format(row, 0, status.as_str(), &status_format(status))?;
        sheet.write_number(row, 1, count(facts.counts.get(status)))?;
        sheet.write_string_with_format(row, 2, status.meaning(), &indented)?;
    }
    let sum = LAST_STATUS + 1;
    sheet.write_string_with_format(sum, 0, "rows", &bold)?;
    sheet.write_number_with_format(sum, 1, count(facts.counts.rows), &bold)?;
    // Copies of the user's workbook take the look of their messages from here.
    sheet.write_blank(sum, 2, &message_format())?;
    sheet.insert_chart(2, 4, &chart(name))?;
    let mut row = sum + 2;
    row = what_went_wrong(sheet, facts, row, &heading)?;
    for (label, value) in about(facts) {
        sheet.write_string_with_format(row, 0, label, &bold)?;
        sheet.write_string(row, 1, &*cut(Cow::Owned(value)))?;
        row += 1;
    }
    for remark in remarks {
        sheet.write_string_with_format(row, 0, "Remark", &bold)?;
        sheet.write_string(row, 1, &*cut(Cow::Borrowed(remark)))?;
        row += 1;
    }
    for (step, word) in told(next) {
        row += 1;
        sheet.write_string_with_format(row, 0, format!("{word}, {}:", step.why), &bold)?;
        sheet.write_string(row + 1, 0, &*cut(Cow::Owned(step.command())))?;
        row += 2;
    }
    sheet.set_column_width(0, 16)?;
    sheet.set_column_width(1, 12)?;
    sheet.set_column_width(2, 58)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 1);
    Ok(())
}

/// Which run it was; of one that was undone, that first: the counts below are those before.
fn title(facts: &Facts) -> String {
    let run = &facts.info.id;
    match &facts.undo {
        Some(undo) => {
            let undone = sentence(&undo.told());
            format!("{undone} Before that, import {run}")
        }
        None => format!("Import {run}"),
    }
}

/// The causes that keep most rows; hands back the next free row.
fn what_went_wrong(
    sheet: &mut Worksheet,
    facts: &Facts,
    first: u32,
    heading: &Format,
) -> Result<u32, XlsxError> {
    let causes = causes(facts);
    if causes.is_empty() {
        return Ok(first);
    }
    for (column, text) in (0..).zip(["What went wrong", "Rows", "Cause, and values to change"]) {
        sheet.write_string_with_format(first, column, text, heading)?;
    }
    let top = Format::new().set_align(FormatAlign::Top);
    let wrapped = message_format().set_indent(1);
    let mut row = first + 1;
    for cause in causes {
        let lines = cause.says.chars().count() / MEANING_WIDTH + 1;
        sheet.set_row_height(row, u32::try_from(lines).unwrap_or(1).min(27) * 15)?;
        sheet.write_string_with_format(row, 0, &*cut(Cow::Owned(cause.code)), &top)?;
        sheet.write_number_with_format(row, 1, count(cause.rows), &top)?;
        sheet.write_string_with_format(row, 2, &*cut(Cow::Owned(cause.says)), &wrapped)?;
        row += 1;
    }
    Ok(row + 1)
}

fn about(facts: &Facts) -> Vec<(&'static str, String)> {
    let info = &facts.info;
    let mut about = vec![
        ("Input", info.input_path.clone()),
        (
            "Endpoint",
            format!("{} ({})", info.endpoint, info.mode.as_str()),
        ),
        ("Started", rfc3339(info.started_ms)),
    ];
    about.extend(left_out_shown(&info.left_out).map(|text| ("Left out", text)));
    if let Some(ended) = facts.ended {
        let how = if facts.finished {
            "Finished"
        } else {
            "Stopped"
        };
        about.push((how, rfc3339(ended.at_ms)));
    }
    for (sheet, rows) in info.sheets.ranges(facts.verdicts.len()) {
        let of = |status| {
            let same = facts.verdicts[rows.clone()].iter();
            let count = same.filter(|one| one.status == status).count();
            (count > 0).then(|| format!("{count} {status}", status = status.as_str()))
        };
        let counts: Vec<String> = Status::ALL.into_iter().filter_map(of).collect();
        about.push(("Sheet", format!("{sheet}: {}", counts.join(", "))));
    }
    let (total, retries) = (facts.requests_total(), facts.retries());
    about.push(("Requests", format!("{total}, of which {retries} retries")));
    about.push(("Version", format!("partner-import {}", info.tool_version)));
    about
}

fn chart(sheet: &str) -> Chart {
    let mut chart = Chart::new_bar();
    let points: Vec<ChartPoint> = Status::ALL
        .map(|status| {
            let colour = Color::RGB(bar_colour(status));
            let mut format = ChartFormat::new();
            format.set_solid_fill(ChartSolidFill::new().set_color(colour));
            ChartPoint::new().set_format(&mut format)
        })
        .into();
    chart
        .add_series()
        .set_name("Rows")
        .set_categories((sheet, FIRST_STATUS, 0, LAST_STATUS, 0))
        .set_values((sheet, FIRST_STATUS, 1, LAST_STATUS, 1))
        .set_points(&points)
        .set_data_label(ChartDataLabel::new().show_value().set_num_format("#,##0;;"))
        .set_gap(40);
    chart.title().set_name("Rows by status");
    chart.legend().set_hidden();
    // Each bar bears its number: an axis and lines would say it again.
    chart
        .x_axis()
        .set_min(0)
        .set_major_gridlines(false)
        .set_hidden(true);
    // Bars are drawn from the bottom up; the table reads from the top down.
    chart.y_axis().set_reverse();
    chart.set_alt_text("Bar chart of the rows by status; the table beside it has the numbers");
    chart
}

/// A count as a workbook's number.
fn count(rows: u64) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}
