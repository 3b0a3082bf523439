//! The sheet that says how to go on.

use crate::model::number::counted;
use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};

use super::about::{About, CUSTOMERS, EXAMPLE, PREPARED_ROWS};
use super::columns::{SHOWN, Weight};
use super::lists::{LeftOut, List, Offered};
use super::sheet::colour;

/// A line of the sheet.
enum Line {
    Title(String),
    Heading(&'static str),
    Step(&'static str, String),
    Command(String),
    Colour(Weight, &'static str),
    Text(String),
    Gap,
}

/// Excel's drop-downs show so many entries.
const MOST_SHOWN: usize = 32_767;

/// Fills the sheet.
pub fn fill(sheet: &mut Worksheet, about: &About, offered: &Offered) -> Result<(), XlsxError> {
    sheet.set_column_width(0, 6)?;
    sheet.set_column_width(1, 100)?;
    sheet.set_screen_gridlines(false);
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    let top = Format::new().set_align(FormatAlign::Top);
    let wrapped = top.clone().set_text_wrap();
    let heading = Format::new()
        .set_bold()
        .set_font_size(12)
        .set_font_color(0x001F_4E78);
    let command = Format::new()
        .set_font_name("Consolas")
        .set_background_color(0x00EE_F2F6);
    for (row, line) in (0..).zip(lines(about, offered)) {
        match line {
            Line::Title(text) => {
                let title = Format::new().set_bold().set_font_size(16);
                sheet.write_string_with_format(row, 0, text, &title)?;
                sheet.set_row_height(row, 26)?;
            }
            Line::Heading(text) => {
                sheet.write_string_with_format(row, 0, text, &heading)?;
                sheet.set_row_height(row, 20)?;
            }
            Line::Step(label, text) => {
                sheet.write_string_with_format(row, 0, label, &top)?;
                lines_high(sheet, row, &text)?;
                sheet.write_string_with_format(row, 1, text, &wrapped)?;
            }
            Line::Command(text) => {
                sheet.write_string_with_format(row, 1, text, &command)?;
            }
            Line::Colour(weight, text) => {
                let shown = Format::new().set_background_color(colour(weight));
                sheet.write_blank(row, 0, &shown)?;
                sheet.write_string_with_format(row, 1, text, &wrapped)?;
            }
            Line::Text(text) => {
                lines_high(sheet, row, &text)?;
                sheet.write_string_with_format(row, 1, text, &wrapped)?;
            }
            Line::Gap => {}
        }
    }
    Ok(())
}

/// Makes a row as high as its text: not every program does so by itself.
fn lines_high(sheet: &mut Worksheet, row: u32, text: &str) -> Result<(), XlsxError> {
    const LETTERS: usize = 115;
    let lines = u32::try_from(text.chars().count() / LETTERS + 1).unwrap_or(1);
    sheet.set_row_height(row, lines * 15)?;
    Ok(())
}

fn lines(about: &About, offered: &Offered) -> Vec<Line> {
    use Line::{Colour, Command, Gap, Heading, Step, Text, Title};
    let file = about.file.as_deref().unwrap_or("customers.xlsx");
    let quoted = if file.contains(char::is_whitespace) {
        format!("\"{file}\"")
    } else {
        file.to_owned()
    };
    let command = |name: &str| Command(format!("partner-import {name} {quoted}"));
    let mut lines = vec![
        Title("Customers to import".to_owned()),
        Gap,
        Heading("What to do next"),
        Step("1", format!("Fill in the sheet \"{CUSTOMERS}\": a row for each customer, in any order. Point at a header for what belongs below it. \"{EXAMPLE}\" shows a small tree; it is left aside.")),
        Step("2", "Save, and let the file be checked. Every problem is named by its cell. This needs no network and changes nothing.".to_owned()),
        command("check"),
        Step("3", "See what would be created, and below which customers. This reads the tenant and changes nothing.".to_owned()),
        command("plan"),
        Step("4", "Import. It asks first. The result files hold your rows with the id of each customer.".to_owned()),
        command("run"),
        Text("To try everything without touching anything real, add --sandbox to plan and run.".to_owned()),
        Gap,
        Heading("The colours of the headers"),
        Colour(Weight::Required, "Required: no customer without it. A cell that lacks it turns red."),
        Colour(Weight::Usual, "Usual: filled in for most customers. Their comments say what an empty cell means."),
        Colour(Weight::Optional, "Optional: leave it empty unless there is something to say."),
        Gap,
        Heading("Good to know"),
        Text(format!("The sheet shows the {SHOWN} columns that most lists fill in. The others are folded away: the + above the columns shows them.")),
        Text("Columns may be deleted, moved and hidden; only the names in the first row matter.".to_owned()),
        Text("Several values in one cell are separated by ; (or , or |).".to_owned()),
        Text("Pasted text bypasses the drop-downs, but the check still examines it. Paste values only, to keep the formats.".to_owned()),
        Text("Cells for codes, numbers and texts are formatted as text, so that leading zeros and codes such as 3-5 stay as they are typed.".to_owned()),
        Text(format!("The first {PREPARED_ROWS} rows are prepared; more may follow below them.")),
    ];
    let Some((tenant, read_at)) = &about.tenant else {
        lines.push(Text("The drop-down for parents offers the names in the sheet. With partner-import template --tenant it offers the tenant's customers, locations and regions.".to_owned()));
        return lines;
    };
    lines.push(Gap);
    lines.push(Heading("The tenant"));
    lines.push(Text(format!("Parents, locations and regions are offered as they were in \"{tenant}\" at {read_at}. A parent may be a row of the sheet as well; one that is in neither turns yellow.")));
    let all = offered.values(List::Parents).len();
    if all > MOST_SHOWN {
        lines.push(Text(format!("The drop-down of parents has {all} entries; Excel shows the first {MOST_SHOWN}. The others can be typed.")));
    }
    let LeftOut { parents, places } = offered.left_out;
    if parents + places > 0 {
        lines.push(Text(format!("Not offered, because several have the same name: {}, {places} locations or regions. Use ParentId, LocationId or RegionId for them.", counted(parents, "customer"))));
    }
    lines
}
