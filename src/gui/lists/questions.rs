//! What a list leaves open that money hangs on, the choices there are, and which of them was taken.

use super::held::Held;
use super::said::{Answer, Asks};
use super::view::View;
use crate::check::Field;
use crate::check::says::{ColumnSays, Values, is_free};
use crate::gui::wire::{AnswerAsk, Choice, ChoiceValue, Question};
use crate::model::level::DERIVE;
use crate::model::number::counted;
use crate::model::{Level, State};

/// The choice that stands for the one value that a field was given.
const ONE_VALUE: &str = "one";

/// The fields that are asked about, each with what may be said of every row.
pub(super) const ASKED: [(&str, Field); 2] = [("Level", Field::Level), ("State", Field::State)];

impl Asks {
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
                        "Site below an EndCustomer, otherwise EndCustomer".to_owned(),
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
                        format!("Up to {} billed", counted(rows, "customer")),
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
        let mapping = &view.mapping;
        let columns = mapping.columns.iter().enumerate();
        let free = columns.filter(|(_, one)| one.field() == Some(field) || is_free(one));
        let answer = self.answers.get(id);
        free.filter_map(|(place, column)| {
            let values = values(held, view, place);
            let ColumnSays { values, .. } = ColumnSays::of(field, column, mapping, &values)?;
            let choice = format!("column:{}", column.column);
            let means = answer.filter(|one| one.choice == choice);
            let told: Vec<String> = values
                .iter()
                .take(3)
                .map(|one| match (&*one.value, one.rows) {
                    ("", rows) => format!("empty in {rows}"),
                    (value, rows) => format!("“{value}” in {rows}"),
                })
                .collect();
            Some(Choice {
                id: choice,
                title: format!("The column {} says it", column.header),
                says: told.join(", "),
                values: values
                    .into_iter()
                    .map(|one| ChoiceValue {
                        means: means
                            .and_then(|said| said.means.get(&one.value).cloned())
                            .or_else(|| one.means.filter(|_| one.is_known).map(str::to_owned)),
                        value: one.value,
                        rows: one.rows,
                    })
                    .collect(),
                options: options.to_vec(),
            })
        })
        .take(4)
        .collect()
    }
}

/// Whether a column says something in every row that counts. Asked after each edit, so that only cells
/// are looked at closely that are empty in the file, or may have been emptied.
fn is_full(held: &Held, view: &View, column: usize) -> bool {
    let is_empty = |row: usize| {
        let counts = u32::try_from(row).is_ok_and(|row| view.within.binary_search(&row).is_ok());
        counts && view.folded.shown(held, row, column).trim().is_empty()
    };
    if view.folded.values.contains_key(&column) {
        return !(0..held.len()).any(is_empty);
    }
    let changed = view.folded.cells.keys();
    let mut changed = changed.filter(|(_, changed)| *changed == column);
    let mut empty = held.empty_in(column).iter();
    !changed.any(|(row, _)| is_empty(*row)) && !empty.any(|row| is_empty(*row as usize))
}

/// What a column holds in the rows that count.
fn values(held: &Held, view: &View, column: usize) -> Values {
    let mut values = Values::default();
    for row in &view.within {
        values.add(view.folded.shown(held, *row as usize, column));
        if values.are_many() {
            break;
        }
    }
    values
}
