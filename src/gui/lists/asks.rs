//! What was said of a list beside its cells: how it is read, what its columns are, what its values
//! mean. All of it ends as settings, the same that are typed on the command line.

use super::held::Held;
use super::questions::ASKED;
use super::said::Asks;
use crate::check::exports;
use crate::gui::wire::Export;
use crate::settings::table::{
    DEFAULT, ENCODING, EXPORT, HEADER_ROW, LEAVE_OUT, MAP, SET, SHEET, VALUE,
};
use crate::settings::{Content, Typed};

impl Asks {
    /// As settings. `held` tells the columns; none before the list was read.
    pub fn typed(&self, held: Option<&Held>) -> Typed {
        let mut typed = Typed::default();
        let understood = &self.understood;
        // What was read and is no known export needs no word about exports.
        let recognised = match held {
            Some(held) => exports::recognise(&held.table.header).map(|one| one.name.as_str()),
            None => Some("auto"),
        };
        if let Some(export) = understood.export.as_deref().or(recognised) {
            typed.add(&EXPORT, Content::Text(export.to_owned()));
        }
        let row = understood.header_row.map(|row| row.to_string());
        for (setting, text) in [
            (&SHEET, &understood.sheet),
            (&HEADER_ROW, &row),
            (&ENCODING, &understood.encoding),
        ] {
            if let Some(text) = text {
                typed.add(setting, Content::Text(text.clone()));
            }
        }
        for (column, field) in &self.maps {
            typed.add(&MAP, Content::Pair(by_letters(*column), field.clone()));
        }
        for (field, one) in &self.constants {
            let setting = if one.every { &SET } else { &DEFAULT };
            typed.add(setting, Content::Pair(field.clone(), one.value.clone()));
        }
        if let Some(held) = held {
            self.answered(held, &mut typed);
            self.valued(held, &mut typed);
        }
        typed
    }

    fn answered(&self, held: &Held, typed: &mut Typed) {
        for (id, field) in ASKED {
            let Some(answer) = self.answers.get(id) else {
                continue;
            };
            let name = field.name();
            match answer.choice.split_once(':') {
                Some(("column", place)) => {
                    let place = place.parse::<u32>().ok();
                    let Some(column) = place.filter(|column| held.place(*column).is_some()) else {
                        continue;
                    };
                    typed.add(&MAP, Content::Pair(by_letters(column), name.to_owned()));
                    for (value, means) in answer.means.iter().filter(|(value, _)| !value.is_empty())
                    {
                        let pair = Content::Pair(format!("{name}:{value}"), means.clone());
                        typed.add(&VALUE, pair);
                    }
                    if let Some(means) = answer.means.get("") {
                        typed.add(&DEFAULT, Content::Pair(name.to_owned(), means.clone()));
                    }
                }
                Some(("all", value)) => {
                    typed.add(&DEFAULT, Content::Pair(name.to_owned(), value.to_owned()));
                }
                _ => {}
            }
        }
    }

    fn valued(&self, held: &Held, typed: &mut Typed) {
        let mut out = Vec::new();
        for (column, values) in &self.values {
            let Some(cell) = held
                .place(*column)
                .and_then(|place| held.table.header.cells.get(place))
            else {
                continue;
            };
            for value in &values.out {
                out.push(condition(&cell.text, value));
            }
        }
        if !out.is_empty() {
            typed.add(&LEAVE_OUT, Content::Texts(out));
        }
    }

    /// The exports that the list may be read as.
    pub fn exports(held: &Held) -> Vec<Export> {
        let of = |id: &str, title: String| Export {
            id: id.to_owned(),
            title,
        };
        let known = exports::recognise(&held.table.header);
        let known = known.map(|one| of(&one.name, one.tool.clone()));
        let plain = of("none", "A plain list".to_owned());
        known.into_iter().chain([plain]).collect()
    }
}

fn by_letters(column: u32) -> String {
    format!("column:{}", crate::model::place::column_letters(column))
}

/// The condition that a cell of this header holds this value.
fn condition(header: &str, value: &str) -> String {
    let quoted = |text: &str| {
        if text.contains('"') {
            format!("'{text}'")
        } else {
            format!("\"{text}\"")
        }
    };
    if value.is_empty() {
        format!("{} empty", quoted(header))
    } else {
        format!("{} = {}", quoted(header), quoted(value))
    }
}
