//! `results.xlsx`: the rows as in `results.csv` on one sheet, the counts on another. The only file
//! here that knows `rust_xlsxwriter`.
//!
//! Cells of the input stay the text they were (ZIP codes, phone numbers), ids are numbers. The
//! workbook, mended and saved, is the next input: the reader takes its `ID` and `Import` columns
//! as those of `results.csv`. Rows are written one at a time, so that a large run needs little
//! memory.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::{
    Chart, ChartDataLabel, ChartFormat, ChartPoint, ChartSolidFill, Color, DocProperties,
    ExcelDateTime, Format, FormatAlign, FormatBorder, IgnoreError, Note, Workbook, Worksheet,
    XlsxError,
};

use super::ReportError;
use super::counts::Counts;
use super::facts::{Facts, rfc3339};
use super::file::NewFile;
use super::layout::OutCell;
use super::next::{Next, told};
use super::note::{MOST_NOTES, Notes, too_many};
use super::verdict::{Status, Verdict};
use crate::journal::{RowRecord, Store};
use crate::model::{PartnerId, Severity, left_out_shown};
use tables::caught::caught;
use tables::formula::{neutralise, restore};

/// A sheet's rows, its header among them.
const MOST_ROWS: usize = 1_048_576;
/// A sheet's columns.
const MOST_COLUMNS: usize = 16_384;
/// What one cell holds, in UTF-16 units, as the programs count.
const LONGEST_CELL: usize = 32_767;
/// Rows from which the columns' widths are taken.
const SAMPLED_ROWS: usize = 500;

/// Whether a run fits into a workbook at all.
pub fn fits(facts: &Facts) -> bool {
    facts.numbers.len() < MOST_ROWS && facts.layout.header().len() <= MOST_COLUMNS
}

/// Writes the workbook. `remarks` stand on the sheet of counts.
pub fn write(
    facts: &Facts,
    store: &Store,
    next: &[Next],
    remarks: &[String],
    path: &Path,
) -> Result<PathBuf, ReportError> {
    let mut file = NewFile::create(path)?;
    let failed = |reason: String| ReportError::Workbook {
        path: path.to_owned(),
        reason,
    };
    let directory = path.parent().unwrap_or(Path::new("."));
    // The library panics where its own temporary file cannot be written: a full disk.
    let built = caught(|| {
        let mut workbook = build(facts, store, next, remarks, directory, &failed)?;
        workbook
            .save_to_writer(&mut file)
            .map_err(|error| match error {
                XlsxError::IoError(source) => ReportError::Write {
                    path: path.to_owned(),
                    source,
                },
                other => failed(other.to_string()),
            })
    });
    built.unwrap_or_else(|| Err(failed("its temporary file cannot be written".to_owned())))?;
    file.commit()
}

fn build(
    facts: &Facts,
    store: &Store,
    next: &[Next],
    remarks: &[String],
    directory: &Path,
    failed: &dyn Fn(String) -> ReportError,
) -> Result<Workbook, ReportError> {
    let broken = |error: XlsxError| failed(error.to_string());
    let mut workbook = Workbook::new();
    let directory = if directory.as_os_str().is_empty() {
        Path::new(".")
    } else {
        directory
    };
    workbook.set_tempdir(directory).map_err(broken)?;
    // By a clock that was never set it began before dates of spreadsheets do.
    let began = (facts.info.started_ms / 1000).max(FIRST_DATE);
    let began = ExcelDateTime::from_timestamp(began).map_err(broken)?;
    workbook.set_properties(
        &DocProperties::new()
            .set_title(format!("Import {}", facts.info.id))
            .set_creation_datetime(&began),
    );
    let data_name = sheet_name(facts.info.sheet.as_deref());
    let sheet = workbook
        .add_worksheet_with_constant_memory()
        .map_err(broken)?;
    sheet.set_name(&data_name).map_err(broken)?;
    let mut data = Data::new(facts, sheet);
    data.header().map_err(broken)?;
    facts.each_row(store, |row, verdict| data.row(row, verdict).map_err(broken))?;
    data.finish().map_err(broken)?;
    let name = if data_name.eq_ignore_ascii_case(SUMMARY) {
        "Import summary 2"
    } else {
        SUMMARY
    };
    let sheet = workbook.add_worksheet();
    sheet.set_name(name).map_err(broken)?;
    let remarks = remarks.iter().cloned().chain(too_many(&facts.faults));
    let remarks: Vec<String> = remarks.collect();
    fill_summary(sheet, name, facts, next, &remarks).map_err(broken)?;
    let mark = format!("='{name}'!$A$1");
    workbook.define_name(SUMMARY_NAME, &mark).map_err(broken)?;
    Ok(workbook)
}

/// 1980-01-01, where the dates of archives begin, in Unix seconds.
const FIRST_DATE: i64 = 315_532_800;

/// The name of the sheet of counts.
pub const SUMMARY: &str = "Import summary";

/// The defined name that marks the sheet of counts as ours.
pub const SUMMARY_NAME: &str = "_partner_import_summary";

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

/// The name of the input's sheet, so that `--sheet` still finds it; `Customers` for text files.
pub(super) fn sheet_name(sheet: Option<&str>) -> String {
    let allowed = |letter: &char| !letter.is_control() && !"[]:*?/\\".contains(*letter);
    let name: String = sheet.unwrap_or_default().chars().filter(allowed).collect();
    let name = name.trim_matches('\'').trim();
    let mut short = String::new();
    for letter in name.chars() {
        if short.encode_utf16().count() + letter.len_utf16() > 31 {
            break;
        }
        short.push(letter);
    }
    if short.is_empty() || short.eq_ignore_ascii_case("history") {
        "Customers".to_owned()
    } else {
        short
    }
}

/// The sheet of rows under construction.
struct Data<'a> {
    facts: &'a Facts,
    sheet: &'a mut Worksheet,
    at_fault: Notes<'a>,
    next_row: u32,
    widths: Vec<usize>,
    notes: usize,
    formats: Formats,
}

impl<'a> Data<'a> {
    fn new(facts: &'a Facts, sheet: &'a mut Worksheet) -> Self {
        Self {
            widths: vec![0; facts.layout.header().len()],
            at_fault: Notes::of(&facts.faults),
            facts,
            sheet,
            next_row: 1,
            notes: 0,
            formats: Formats::new(),
        }
    }

    fn header(&mut self) -> Result<(), XlsxError> {
        for (column, text) in (0..).zip(self.facts.layout.header()) {
            self.widths[usize::from(column)] = text.chars().count() + 3;
            self.sheet.write_string_with_format(
                0,
                column,
                &*marked(&text),
                &self.formats.header,
            )?;
        }
        Ok(())
    }

    fn row(&mut self, row: &RowRecord, verdict: &Verdict) -> Result<(), XlsxError> {
        let mut at_fault = self.at_fault.of_row(row.row);
        let status = self.facts.layout.status_position();
        let layout = &self.facts.layout;
        // From places in the input to places here; columns that are written anew have no faults.
        at_fault.retain_mut(|note| {
            let place = layout.position_of(note.column as usize);
            note.column = place
                .and_then(|at| u32::try_from(at).ok())
                .unwrap_or_default();
            place.is_some()
        });
        for (column, cell) in (0_u16..).zip(layout.row(&row.cells, verdict)) {
            let place = usize::from(column);
            let faulty = at_fault.iter().find(|note| note.column as usize == place);
            let format = if place == status {
                self.formats.of(verdict.status)
            } else if let Some(note) = faulty {
                self.formats.at_fault(note.worst)
            } else {
                &self.formats.text
            };
            let length = match cell {
                OutCell::Id(id) => {
                    write_id(self.sheet, self.next_row, column, id)?;
                    10
                }
                OutCell::Text(text) if text.is_empty() && faulty.is_none() => continue,
                OutCell::Text(text) => {
                    let text = cut(marked(&text));
                    self.sheet
                        .write_string_with_format(self.next_row, column, &*text, format)?;
                    text.chars().count()
                }
            };
            if self.next_row as usize <= SAMPLED_ROWS {
                self.widths[place] = self.widths[place].max(length);
            }
        }
        for note in at_fault {
            self.note(note.column, &note.text)?;
        }
        self.next_row += 1;
        Ok(())
    }

    fn note(&mut self, column: u32, text: &str) -> Result<(), XlsxError> {
        self.notes += 1;
        if self.notes > MOST_NOTES {
            return Ok(());
        }
        let short = cut(Cow::Borrowed(text));
        let lines = u32::try_from(short.chars().count() / 38 + short.lines().count());
        let note = Note::new(&*short)
            .add_author_prefix(false)
            .set_author("partner-import")
            .set_width(260)
            .set_height(lines.unwrap_or(20).clamp(2, 20) * 18);
        let column = u16::try_from(column).unwrap_or(u16::MAX);
        self.sheet.insert_note(self.next_row, column, &note)?;
        Ok(())
    }

    fn finish(self) -> Result<(), XlsxError> {
        let last_row = self.next_row.saturating_sub(1);
        let last_column = u16::try_from(self.widths.len().saturating_sub(1)).unwrap_or(u16::MAX);
        self.sheet.set_freeze_panes(1, 0)?;
        self.sheet.set_repeat_rows(0, 0)?;
        self.sheet.set_landscape();
        self.sheet.set_print_fit_to_pages(1, 0);
        if last_row > 0 {
            self.sheet.autofilter(0, 0, last_row, last_column)?;
            let stored = IgnoreError::NumberStoredAsText;
            self.sheet
                .ignore_error_range(1, 0, last_row, last_column, stored)?;
        }
        for (column, width) in (0..).zip(self.widths) {
            let width = u16::try_from(width.clamp(8, 60)).unwrap_or(60);
            self.sheet
                .set_column_width(column, f64::from(width) + 1.5)?;
        }
        Ok(())
    }
}

/// Text of which the reader, which takes our formula marks off, gives back the very same. A
/// workbook knows text from formulas, so nothing else needs a mark.
fn marked(text: &str) -> Cow<'_, str> {
    if restore(text).len() == text.len() {
        Cow::Borrowed(text)
    } else {
        neutralise(text)
    }
}

/// As much of a text as a cell holds.
pub fn cut(text: Cow<'_, str>) -> Cow<'_, str> {
    const SIGN: &str = "… (cut: a workbook's cell holds no more)";
    if text.len() <= LONGEST_CELL || text.encode_utf16().count() <= LONGEST_CELL {
        return text;
    }
    let mut room = LONGEST_CELL - SIGN.encode_utf16().count();
    let fitting = text.chars().take_while(|letter| {
        let fits = letter.len_utf16() <= room;
        room = room.saturating_sub(letter.len_utf16());
        fits
    });
    Cow::Owned(fitting.chain(SIGN.chars()).collect())
}

/// The ground of cells with an error.
pub const ERROR_GROUND: u32 = 0x00FF_D9D9;
/// The ground of cells with a warning.
pub const WARNING_GROUND: u32 = 0x00FF_F0C2;

/// How the cells look.
struct Formats {
    header: Format,
    text: Format,
    error: Format,
    warning: Format,
    statuses: [Format; Status::COUNT],
}

impl Formats {
    fn new() -> Self {
        let text = Format::new().set_num_format("@");
        Self {
            header: Format::new()
                .set_bold()
                .set_num_format("@")
                .set_background_color(0x00E7_EBF0)
                .set_border_bottom(FormatBorder::Thin)
                .set_align(FormatAlign::VerticalCenter),
            error: text
                .clone()
                .set_background_color(ERROR_GROUND)
                .set_border(FormatBorder::Thin)
                .set_border_color(0x00C0_0000),
            warning: text
                .clone()
                .set_background_color(WARNING_GROUND)
                .set_border(FormatBorder::Thin)
                .set_border_color(0x00B4_8A00),
            statuses: Status::ALL.map(status_format),
            text,
        }
    }

    fn at_fault(&self, worst: Severity) -> &Format {
        if worst == Severity::Error {
            &self.error
        } else {
            &self.warning
        }
    }

    fn of(&self, status: Status) -> &Format {
        &self.statuses[status as usize]
    }
}

fn status_format(status: Status) -> Format {
    let (ground, ink) = colours(status);
    Format::new()
        .set_background_color(Color::RGB(ground))
        .set_font_color(Color::RGB(ink))
}

/// Ground and ink of a status.
fn colours(status: Status) -> (u32, u32) {
    match status {
        Status::Created => (0x00C6_EFCE, 0x0000_6100),
        Status::Exists => (0x00DD_EBF7, 0x001F_4E78),
        Status::Updated => (0x00D5_F0EC, 0x000B_5345),
        Status::Failed | Status::Invalid => (0x00FF_C7CE, 0x009C_0006),
        Status::Blocked => (0x00FC_E4D6, 0x0083_3C0B),
        Status::Unknown => (0x00FF_EB9C, 0x007F_6000),
        Status::Pending => (0x00ED_EDED, 0x003F_3F3F),
    }
}

/// The colour of a status in the chart.
fn bar_colour(status: Status) -> u32 {
    match status {
        Status::Created => 0x002E_8B57,
        Status::Exists => 0x004A_7EBB,
        Status::Updated => 0x001F_8A80,
        Status::Failed => 0x00C0_392B,
        Status::Invalid => 0x00D9_5F5F,
        Status::Blocked => 0x00D9_8648,
        Status::Unknown => 0x00C9_A227,
        Status::Pending => 0x008C_8C8C,
    }
}

/// The rows of the first and the last status on the sheet of counts, from 0.
const FIRST_STATUS: u32 = 3;
const LAST_STATUS: u32 = FIRST_STATUS + Status::Pending as u32;

fn fill_summary(
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
    sheet.write_string_with_format(0, 0, format!("Import {}", facts.info.id), &large)?;
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
    sheet.insert_chart(2, 4, &chart(name, &facts.counts))?;
    let mut row = sum + 2;
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
    sheet.set_column_width(2, 42)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 1);
    Ok(())
}

fn about(facts: &Facts) -> Vec<(&'static str, String)> {
    let info = &facts.info;
    let mut about = vec![
        ("Input", info.input_path.clone()),
        ("SHA-256", info.input_sha256.clone()),
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

/// The greatest number that every spreadsheet program keeps to the last digit.
pub const MOST_EXACT: u64 = 999_999_999_999_999;

/// Writes an id: as a number where that keeps all its digits.
fn write_id(sheet: &mut Worksheet, row: u32, column: u16, id: PartnerId) -> Result<(), XlsxError> {
    #[expect(clippy::cast_precision_loss, reason = "it is exact up to MOST_EXACT")]
    let number = id.get() as f64;
    if id.get() <= MOST_EXACT {
        sheet.write_number(row, column, number)?;
    } else {
        sheet.write_string(row, column, id.to_string())?;
    }
    Ok(())
}

fn chart(sheet: &str, counts: &Counts) -> Chart {
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
    chart.x_axis().set_min(0).set_num_format("#,##0");
    let most = Status::ALL
        .map(|status| counts.get(status))
        .into_iter()
        .max();
    if most.is_none_or(|most| most < 10) {
        // No half rows.
        chart.x_axis().set_major_unit(1);
    }
    // Bars are drawn from the bottom up; the table reads from the top down.
    chart.y_axis().set_reverse();
    chart.set_alt_text("Bar chart of the rows by status; the table beside it has the numbers");
    chart
}

/// A count as a workbook's number.
fn count(rows: u64) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_keep_their_names_where_a_workbook_allows_them() {
        let names = [
            None,
            Some("Kunden 2026"),
            Some("[a]/b:c"),
            Some("'quoted'"),
            Some("History"),
            Some("ein sehr langer Name mit Überlänge"),
        ];
        assert_eq!(
            names.map(sheet_name),
            [
                "Customers",
                "Kunden 2026",
                "abc",
                "quoted",
                "Customers",
                "ein sehr langer Name mit Überlä"
            ]
        );
    }

    #[test]
    fn only_what_the_reader_would_take_for_our_mark_is_marked() {
        let texts = ["+43 1", "=1", "'=1", "''", "'90s"].map(|text| marked(text).into_owned());
        assert_eq!(texts, ["+43 1", "=1", "''=1", "'''", "'90s"]);
    }

    #[test]
    fn texts_are_cut_to_what_a_cell_holds() {
        let long = "ü😀".repeat(20_000);
        let short = cut(Cow::Borrowed(&long));
        assert!(short.encode_utf16().count() <= LONGEST_CELL);
        assert!(
            short.encode_utf16().count() > LONGEST_CELL - 3,
            "no more than needed"
        );
        assert!(short.ends_with("no more)"));
        assert_eq!(cut(Cow::Borrowed("short")), "short");
    }
}
