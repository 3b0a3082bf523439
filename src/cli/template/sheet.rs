//! The sheets with columns: the one to fill in, the example, the hidden lists.

use rust_xlsxwriter::{
    ConditionalFormatDuplicate, ConditionalFormatFormula, ExcelDateTime, Format, FormatAlign,
    Formula, IgnoreError, Note, Worksheet, XlsxError, utility::column_number_to_name,
};

use super::about::{CUSTOMERS, LISTS, PREPARED_ROWS};
use super::columns::{COLUMNS, Cells, Column, SHOWN, Weight, place};
use super::example::ROWS;
use super::lists::{List, Offered};
use super::rules::validation;
use crate::check::Field;

/// The first row of the lists, from 0. The reader judges a sheet by its first rows; a customer of
/// the tenant who is called like a column must not make a list of customers of this one.
const FIRST_OF_LISTS: u32 = 100;

/// Fills the sheet that is to be filled in.
pub fn customers(sheet: &mut Worksheet, offered: &Offered) -> Result<(), XlsxError> {
    columns(sheet, PREPARED_ROWS)?;
    for (at, column) in (0..).zip(&COLUMNS) {
        if let Some(validation) = validation(column, offered)? {
            sheet.add_data_validation(1, at, PREPARED_ROWS, at, &validation)?;
        }
    }
    marks(sheet, offered)?;
    let first_folded = u16::try_from(SHOWN).unwrap_or(u16::MAX);
    sheet.group_columns_collapsed(first_folded, last_column())?;
    sheet.set_active(true);
    Ok(())
}

/// Header, comments, widths and formats.
fn columns(sheet: &mut Worksheet, rows: u32) -> Result<(), XlsxError> {
    sheet.set_default_note_author("partner-import");
    for (at, column) in (0..).zip(&COLUMNS) {
        sheet.set_column_width(at, column.width)?;
        sheet.set_column_format(at, &cell_format(column.cells))?;
        let name = column.field.name();
        sheet.write_string_with_format(0, at, name, &header_format(column.weight))?;
        sheet.insert_note(0, at, &note(column))?;
    }
    let last = last_column();
    sheet.set_row_height(0, 24)?;
    sheet.autofilter(0, 0, rows, last)?;
    sheet.set_freeze_panes(1, 1)?;
    sheet.ignore_error_range(1, 0, rows, last, IgnoreError::NumberStoredAsText)?;
    sheet.set_landscape().set_repeat_rows(0, 0)?;
    sheet.set_repeat_columns(0, 0)?;
    Ok(())
}

fn last_column() -> u16 {
    u16::try_from(COLUMNS.len() - 1).unwrap_or(u16::MAX)
}

fn cell_format(cells: Cells) -> Format {
    // The numbers are those of the formats that every program knows: text, and whole numbers.
    match cells {
        Cells::Text(_) | Cells::Listed(..) => Format::new().set_num_format_index(49),
        Cells::Id(_) => Format::new().set_num_format_index(1),
        Cells::Day { .. } => Format::new().set_num_format("yyyy-mm-dd"),
    }
}

/// The colours of headers: background of each weight.
pub fn colour(weight: Weight) -> u32 {
    match weight {
        Weight::Required => 0x00B4_4A00,
        Weight::Usual => 0x001F_4E78,
        Weight::Optional => 0x0059_6B7B,
    }
}

fn header_format(weight: Weight) -> Format {
    Format::new()
        .set_bold()
        .set_font_color(0x00FF_FFFF)
        .set_background_color(colour(weight))
        .set_align(FormatAlign::VerticalCenter)
}

/// A comment as large as its text.
fn note(column: &Column) -> Note {
    const LETTERS: usize = 42;
    const LINE: u32 = 17;
    let text = column.comment();
    let lines = text.lines().map(|line| line.chars().count() / LETTERS + 1);
    let lines = u32::try_from(lines.sum::<usize>()).unwrap_or(8);
    Note::new(text)
        .add_author_prefix(false)
        .set_width(290)
        .set_height(lines * LINE + 14)
        .set_font_size(10)
}

/// Colours rows without a name, names and codes that stand in two rows, and with a tenant parents
/// that are nowhere.
fn marks(sheet: &mut Worksheet, offered: &Offered) -> Result<(), XlsxError> {
    let letter = |field| column_number_to_name(place(field));
    let (name, parent, code) = (
        letter(Field::Name),
        letter(Field::Parent),
        letter(Field::ExternalCode),
    );
    let end = column_number_to_name(last_column());
    let (name_at, parent_at) = (place(Field::Name), place(Field::Parent));
    let missing = format!("=AND(LEN(TRIM(${name}2))=0,COUNTA($A2:${end}2)>0)");
    let missing = ConditionalFormatFormula::new()
        .set_rule(Formula::new(missing))
        .set_format(Format::new().set_background_color(0x00FF_C7CE));
    sheet.add_conditional_format(1, name_at, PREPARED_ROWS, name_at, &missing)?;
    // Pasted cells pass by the validation.
    for at in [name_at, place(Field::ExternalCode)] {
        let twice = ConditionalFormatDuplicate::new()
            .set_format(Format::new().set_background_color(0x00FF_EB9C));
        sheet.add_conditional_format(1, at, PREPARED_ROWS, at, &twice)?;
    }
    if !offered.values(List::Parents).is_empty() {
        let last = PREPARED_ROWS + 1;
        let nowhere = |range: String| format!("ISNA(MATCH(${parent}2,{range},0))");
        let rule = format!(
            "=IF(LEN(${parent}2)=0,FALSE,AND({},{},{}))",
            nowhere(List::Parents.name().to_owned()),
            nowhere(format!("${name}$2:${name}${last}")),
            nowhere(format!("${code}$2:${code}${last}")),
        );
        let unknown = ConditionalFormatFormula::new()
            .set_rule(Formula::new(rule))
            .set_format(Format::new().set_background_color(0x00FF_EB9C));
        sheet.add_conditional_format(1, parent_at, PREPARED_ROWS, parent_at, &unknown)?;
    }
    Ok(())
}

/// Fills the example.
pub fn example(sheet: &mut Worksheet) -> Result<(), XlsxError> {
    columns(sheet, u32::try_from(ROWS.len()).unwrap_or(u32::MAX))?;
    for (row, cells) in (1..).zip(ROWS) {
        for (field, text) in *cells {
            let at = place(*field);
            match COLUMNS[usize::from(at)].cells {
                Cells::Day { .. } => {
                    let day = ExcelDateTime::parse_from_str(text)?;
                    sheet.write_datetime(row, at, &day)?;
                }
                Cells::Id(_) => {
                    sheet.write_number(row, at, text.parse::<i32>().unwrap_or_default())?;
                }
                Cells::Text(_) | Cells::Listed(..) => {
                    sheet.write_string(row, at, *text)?;
                }
            }
        }
    }
    sheet.set_tab_color(0x0070_AD47);
    Ok(())
}

/// Fills the hidden sheet, and returns the names of its lists with their ranges.
pub fn lists(
    sheet: &mut Worksheet,
    offered: &Offered,
) -> Result<Vec<(&'static str, String)>, XlsxError> {
    sheet.set_very_hidden(true);
    let says = format!("Lists for the drop-downs of the sheet \"{CUSTOMERS}\"");
    sheet.write_string(0, 0, says)?;
    let mut names = Vec::new();
    let filled = List::ALL
        .into_iter()
        .filter(|list| !offered.values(*list).is_empty());
    for (at, list) in (0..).zip(filled) {
        let values = offered.values(list);
        for (row, value) in (FIRST_OF_LISTS..).zip(values) {
            sheet.write_string(row, at, value)?;
        }
        let column = column_number_to_name(at);
        let (first, last) = (FIRST_OF_LISTS + 1, FIRST_OF_LISTS as usize + values.len());
        names.push((
            list.name(),
            format!("={LISTS}!${column}${first}:${column}${last}"),
        ));
    }
    Ok(names)
}
