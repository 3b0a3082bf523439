//! What was said of a list beside its cells: how it is read, what its columns are, what its values
//! mean; and what it leaves open that money hangs on. All of it ends as settings, the same that are
//! typed on the command line.

use std::collections::BTreeMap;

use super::held::Held;
use super::said::{Answer, Asks};
use super::view::View;
use crate::check::{Field, MappedColumn, Matched, Role, exports};
use crate::gui::wire::{AnswerAsk, Choice, ChoiceValue, Column, Field as Shown, Question};
use crate::model::level::DERIVE;
use crate::model::number::grouped;
use crate::model::{Level, State};
use crate::settings::table::{
    DEFAULT, ENCODING, EXPORT, HEADER_ROW, LEAVE_OUT, MAP, SET, SHEET, VALUE,
};
use crate::settings::{Content, Typed};

/// A column may say Level or State where it holds so many different values at most.
const MOST_VALUES: usize = 8;

/// The choice that stands for the one value that a field was given.
const ONE_VALUE: &str = "one";

/// The fields that are asked about, each with what may be said of every row.
const ASKED: [(&str, Field); 2] = [("Level", Field::Level), ("State", Field::State)];

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

    /// What an answer is refused for; none where it can be kept.
    pub fn answer(&mut self, ask: AnswerAsk, held: &Held, view: &View) -> Result<(), String> {
        let questions = self.questions(held, view);
        let Some(question) = questions.iter().find(|one| one.id == ask.question) else {
            return Err("nobody asks that".to_owned());
        };
        let Some(choice) = question.choices.iter().find(|one| one.id == ask.choice) else {
            return Err("there is no such choice".to_owned());
        };
        for (value, means) in &ask.means {
            let known = choice.values.iter().any(|one| one.value == *value);
            if !known || !choice.options.contains(&means.as_str()) {
                return Err(format!("\"{value}\" cannot mean \"{means}\""));
            }
        }
        if ask.choice == ONE_VALUE {
            return Ok(());
        }
        let answer = Answer {
            choice: ask.choice,
            means: ask.means,
        };
        // It takes the place of the one value that was given.
        self.constants.remove(question.id);
        self.answers.insert(ask.question, answer);
        Ok(())
    }

    /// What the list leaves open.
    pub fn questions(&self, held: &Held, view: &View) -> Vec<Question> {
        let mut questions = Vec::new();
        for (id, field) in ASKED {
            let answer = self.answers.get(id);
            let mapped = view.mapping.index_of(field);
            let by_answer = answer.is_some_and(|one| one.choice.starts_with("column:"));
            let said = mapped.is_some() && !by_answer || view.mapping.constant_of(field).is_some();
            let of_export = answer.is_none() && view.mapping.default_of(field).is_some();
            let full = said && mapped.is_none_or(|column| is_full(held, view, column));
            if (full || of_export) && !self.constants.contains_key(id) {
                continue;
            }
            questions.push(self.question(id, field, said, held, view));
        }
        questions
    }

    fn question(
        &self,
        id: &'static str,
        field: Field,
        said: bool,
        held: &Held,
        view: &View,
    ) -> Question {
        let rows = view.within.len();
        let of = if said {
            "where the cell is empty"
        } else {
            "in every row"
        };
        let plain = |value: &str, title: String, says: String| Choice {
            id: format!("all:{value}"),
            title,
            says,
            values: Vec::new(),
            options: Vec::new(),
        };
        let (title, says, mut choices, options): (_, _, _, Vec<&'static str>) = match field {
            Field::Level => (
                "Level: what is each row?",
                "A company is an EndCustomer; an office of one is a Site.",
                vec![
                    plain(
                        Level::EndCustomer.as_str(),
                        format!("EndCustomer {of}"),
                        "Also the rows that name a parent".to_owned(),
                    ),
                    plain(
                        DERIVE,
                        "From the parent".to_owned(),
                        "Below an EndCustomer a Site, else EndCustomer".to_owned(),
                    ),
                ],
                Level::ALL.iter().map(|one| one.as_str()).collect(),
            ),
            _ => (
                "State: who is billed?",
                "InProduction is billed from the day it is created; InTrial is not billed yet.",
                vec![
                    plain(
                        State::InTrial.as_str(),
                        format!("InTrial {of}"),
                        "Nobody is billed yet".to_owned(),
                    ),
                    plain(
                        State::InProduction.as_str(),
                        format!("InProduction {of}"),
                        format!("Up to {} customers billed", grouped(rows)),
                    ),
                ],
                State::ALL.iter().map(|one| one.as_str()).collect(),
            ),
        };
        if !said {
            choices.extend(self.columns_that_may_say(id, field, &options, held, view));
        }
        let mut answer = self.answers.get(id).map(|one| one.choice.clone());
        if let Some(one) = self.constants.get(id) {
            let of = if one.every { "in every row" } else { of };
            let mut choice = plain(
                &one.value,
                format!("{} {of}", one.value),
                "The one value you gave; another answer takes its place".to_owned(),
            );
            ONE_VALUE.clone_into(&mut choice.id);
            choices.insert(0, choice);
            answer = Some(ONE_VALUE.to_owned());
        }
        let answer = answer.filter(|answer| choices.iter().any(|one| one.id == *answer));
        let chosen = choices.iter().find(|one| Some(&one.id) == answer.as_ref());
        let open = chosen.map_or(0, |one| {
            one.values.iter().filter(|one| one.means.is_none()).count()
        });
        Question {
            id,
            title,
            says,
            choices,
            answer,
            open,
        }
    }

    /// Columns with few values, which nothing else needs.
    fn columns_that_may_say(
        &self,
        id: &str,
        field: Field,
        options: &[&'static str],
        held: &Held,
        view: &View,
    ) -> Vec<Choice> {
        let columns = view.mapping.columns.iter().enumerate();
        let free = columns.filter(|(_, one)| {
            let own = one.field() == Some(field);
            own || matches!(one.role, Role::Unknown { .. } | Role::Undecided)
        });
        let answer = self.answers.get(id);
        free.filter_map(|(place, column)| {
            let values = values(held, view, place, MOST_VALUES)?;
            let is_level = |(value, _): &(String, usize)| {
                options
                    .iter()
                    .any(|option| option.eq_ignore_ascii_case(value))
            };
            let named = column.header.to_lowercase();
            let fits = field != Field::Level
                || values.iter().any(is_level)
                || ["level", "type", "typ", "art", "kind"].contains(&named.trim());
            if !fits {
                return None;
            }
            let choice = format!("column:{}", column.column);
            let means = answer.filter(|one| one.choice == choice);
            let known = |value: &str| {
                let same = |option: &&&str| option.eq_ignore_ascii_case(value);
                options.iter().find(same).map(|option| (*option).to_owned())
            };
            let told: Vec<String> = values
                .iter()
                .take(3)
                .map(|(value, rows)| match value.as_str() {
                    "" => format!("empty in {rows}"),
                    value => format!("“{value}” in {rows}"),
                })
                .collect();
            Some(Choice {
                id: choice,
                title: format!("The column {} says it", column.header),
                says: told.join(", "),
                values: values
                    .into_iter()
                    .map(|(value, rows)| ChoiceValue {
                        means: means
                            .and_then(|one| one.means.get(&value).cloned())
                            .or_else(|| known(&value)),
                        value,
                        rows,
                    })
                    .collect(),
                options: options.to_vec(),
            })
        })
        .take(4)
        .collect()
    }

    /// The columns as they are shown: those of the file, then those that an answer gives.
    pub fn columns(&self, held: &Held, view: &View) -> Vec<Column> {
        let cells = view.mapping.columns.iter().enumerate();
        let mut columns: Vec<Column> = cells
            .map(|(place, one)| self.column(place, one, held, view))
            .collect();
        for (field, value) in virtual_values(view) {
            columns.push(Column {
                letter: None,
                header: field.name().to_owned(),
                field: Some(field.name()),
                asks: false,
                filters: false,
                how: format!("from {}", self.giver(field)),
                given: Some(format!("every row: {}", shown_value(field, value))),
                fits: Vec::new(),
                sample: Vec::new(),
                options: options_of(field),
                width: "s",
            });
        }
        columns
    }

    fn column(&self, place: usize, one: &MappedColumn, held: &Held, view: &View) -> Column {
        let field = one.field();
        let given = field.and_then(|field| {
            let (words, value) = match view.mapping.constant_of(field) {
                Some(value) => ("every row", value),
                None => ("where empty", view.mapping.default_of(field)?),
            };
            Some(format!("{words}: {}", shown_value(field, value)))
        });
        let values = self.values.get(&one.column);
        let answered = self
            .answers
            .values()
            .any(|answer| answer.choice == format!("column:{}", one.column));
        let how = match &one.role {
            _ if self.maps.contains_key(&one.column) => "you chose it",
            _ if answered => "by your answer",
            Role::Field { matched, .. } => match matched {
                Matched::Given => "by the export",
                Matched::Name => "by its name",
                Matched::Synonym => "by a usual name",
                Matched::Values => "by its values",
            },
            Role::Reserved => "of a result file",
            Role::LeftOut => "by the export",
            Role::Undecided => "several fit",
            Role::Unused { .. } | Role::Unknown { .. } | Role::Unnamed => "",
        };
        let fit = |field: Field, says: &str| Shown {
            field: field.name(),
            says: says.to_owned(),
        };
        let mut fits = Vec::new();
        fits.extend(field.map(|field| fit(field, "As it is now")));
        match one.role {
            Role::Unused { field } => fits.push(fit(field, "Another column has it now")),
            Role::Unknown {
                nearest: Some(field),
            } => fits.push(fit(field, "Its name is close")),
            _ => {}
        }
        let texts = (0..held.len().min(50)).map(|row| held.text(row, place).trim());
        let mut sample: Vec<String> = Vec::new();
        let mut longest = one.header.chars().count();
        for text in texts.filter(|text| !text.is_empty()) {
            longest = longest.max(text.chars().count());
            if sample.len() < 3 && !sample.iter().any(|known| known == text) {
                sample.push(text.chars().take(80).collect());
            }
        }
        Column {
            letter: Some(held.letter(place)),
            header: one.header.clone(),
            field: field.map(Field::name),
            asks: one.role == Role::Undecided && !answered,
            filters: values.is_some_and(|one| !one.out.is_empty()),
            how: how.to_owned(),
            given,
            fits,
            sample,
            options: field.map(options_of).unwrap_or_default(),
            width: width_of(longest),
        }
    }

    /// The exports that the list may be read as.
    pub fn exports(held: &Held) -> Vec<crate::gui::wire::Export> {
        let of = |id: &str, title: String| crate::gui::wire::Export {
            id: id.to_owned(),
            title,
        };
        let known = exports::recognise(&held.table.header);
        let known = known.map(|one| of(&one.name, one.tool.clone()));
        let plain = of("none", "A plain list".to_owned());
        known.into_iter().chain([plain]).collect()
    }
}

/// What is the same in every row: fields without a column that a default or a constant gives.
pub fn virtual_values(view: &View) -> impl Iterator<Item = (Field, &str)> {
    let mapping = &view.mapping;
    let given = mapping.defaults.iter().chain(&mapping.constants);
    given
        .filter(|(field, _)| mapping.index_of(*field).is_none())
        .map(|(field, value)| (*field, value.as_str()))
}

/// A value that is given to a field, as people read it.
pub fn shown_value(field: Field, value: &str) -> &str {
    if field == Field::Level && value == DERIVE {
        "from its parent"
    } else {
        value
    }
}

/// How wide a column is whose longest text has so many letters.
pub fn width_of(longest: usize) -> &'static str {
    match longest {
        0..=5 => "xs",
        6..=14 => "s",
        15..=22 => "m",
        23..=32 => "l",
        _ => "xl",
    }
}

/// All that a field may hold, where that is a closed set.
pub fn options_of(field: Field) -> Vec<&'static str> {
    match field {
        Field::Level => Level::ALL.iter().map(|one| one.as_str()).collect(),
        Field::State => State::ALL.iter().map(|one| one.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// What a cell holds now.
pub fn shown<'h>(held: &'h Held, view: &'h View, row: usize, column: usize) -> &'h str {
    view.folded
        .text(held, row, column)
        .unwrap_or_else(|| held.text(row, column))
}

/// Whether a column says something in every row that counts. Asked after each edit, so that only cells
/// are looked at closely that are empty in the file, or may have been emptied.
fn is_full(held: &Held, view: &View, column: usize) -> bool {
    let is_empty = |row: usize| {
        let counts = u32::try_from(row).is_ok_and(|row| view.within.binary_search(&row).is_ok());
        counts && shown(held, view, row, column).trim().is_empty()
    };
    if view.folded.values.contains_key(&column) {
        return !(0..held.len()).any(is_empty);
    }
    let changed = view.folded.cells.keys();
    let mut changed = changed.filter(|(_, changed)| *changed == column);
    let mut empty = held.empty_in(column).iter();
    !changed.any(|(row, _)| is_empty(*row)) && !empty.any(|row| is_empty(*row as usize))
}

/// The values of a column among the rows that count, the most frequent first; none where there are
/// more, or only one for each row.
fn values(held: &Held, view: &View, column: usize, most: usize) -> Option<Vec<(String, usize)>> {
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &view.within {
        let text = shown(held, view, *row as usize, column).trim();
        *counted.entry(text).or_default() += 1;
        if counted.len() > most {
            return None;
        }
    }
    let telling = counted.keys().any(|text| !text.is_empty());
    let few = counted.len() == 1 || counted.len() * 2 <= view.within.len();
    if !telling || !few {
        return None;
    }
    let mut all: Vec<(String, usize)> = counted
        .into_iter()
        .map(|(text, rows)| (text.to_owned(), rows))
        .collect();
    all.sort_by_key(|(_, rows)| std::cmp::Reverse(*rows));
    Some(all)
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
