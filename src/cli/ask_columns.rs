//! What `init` asks at a terminal beside the level: columns that may be several things, and the state
//! that decides about billing.

use std::io::BufRead;

use super::ask_level::is_asked;
use super::show::output::{Output, prompt};
use crate::check::Field;
use crate::check::mapping::{Mapping, Role};
use crate::check::says::key_of;
use crate::model::place::column_letters;
use crate::model::{RowBatch, State, printable};

/// How often an answer may be none.
const MOST_QUESTIONS: usize = 3;
/// So many cells of a column are shown.
const MOST_CELLS: usize = 3;
/// So much of a cell is shown.
const LONGEST_CELL: usize = 30;

/// Asks what each undecided column is. Each answer as `[map]` has it; nothing where nobody is there.
pub fn columns(mapping: &Mapping, sample: &RowBatch, output: Output) -> Vec<(String, String)> {
    let mut answers = Vec::new();
    if !is_asked(output) {
        return answers;
    }
    for (index, column) in mapping.columns.iter().enumerate() {
        if column.role != Role::Undecided {
            continue;
        }
        let mut question = format!(
            "the column {} (\"{}\") may be several things; it holds {}.\nA column's name (State, \
             PostState, Parent, ParentId ...), or - to leave it out.\nEnter decides later: ",
            column_letters(column.column),
            printable(&column.header),
            cells(sample, index),
        );
        for _ in 0..MOST_QUESTIONS {
            let typed = answer(&question);
            let typed = typed.trim();
            if typed.is_empty() {
                break;
            }
            if typed == "-" {
                answers.push((key_of(column, mapping), typed.to_owned()));
                break;
            }
            match typed.parse::<Field>() {
                Ok(field) => {
                    answers.push((key_of(column, mapping), field.to_string()));
                    break;
                }
                Err(error) => {
                    question = format!(
                        "{error}.\nA column's name, - to leave it out; Enter decides later: "
                    );
                }
            }
        }
    }
    answers
}

/// The first cells of a column that hold something, each once.
fn cells(sample: &RowBatch, index: usize) -> String {
    let mut shown: Vec<String> = Vec::new();
    for row in sample.rows() {
        let text: String = row.text(index).trim().chars().take(LONGEST_CELL).collect();
        let text = format!("\"{}\"", printable(&text));
        if text != "\"\"" && !shown.contains(&text) {
            shown.push(text);
        }
        if shown.len() == MOST_CELLS {
            break;
        }
    }
    if shown.is_empty() {
        return "nothing".to_owned();
    }
    shown.join(", ")
}

/// Whether neither a column nor a value says the state.
pub fn is_state_open(mapping: &Mapping) -> bool {
    let said = mapping.index_of(Field::State).is_some()
        || mapping.constant_of(Field::State).is_some()
        || mapping.default_of(Field::State).is_some();
    let mut columns = mapping.columns.iter();
    !said && !columns.any(|one| one.role == Role::Undecided)
}

/// Asks for the state, where no column and no value says it. None where nobody is there, and where it
/// is left to the service.
pub fn state(mapping: &Mapping, output: Output) -> Option<String> {
    if !is_state_open(mapping) || !is_asked(output) {
        return None;
    }
    let mut question = "no column says the customers' State, on which billing depends.\n  1  \
         InTrial: not billed yet\n  2  InProduction: billed\nA number; Enter leaves it to the \
         service: "
        .to_owned();
    for _ in 0..MOST_QUESTIONS {
        let typed = answer(&question);
        match &*typed.trim().to_lowercase() {
            "" => return None,
            "1" | "intrial" => return Some(State::InTrial.to_string()),
            "2" | "inproduction" => return Some(State::InProduction.to_string()),
            _ => "1, 2, or Enter: ".clone_into(&mut question),
        }
    }
    None
}

/// Nothing has begun yet, so Ctrl-C may end the process while it waits.
fn answer(question: &str) -> String {
    prompt(question);
    let mut line = String::new();
    match std::io::stdin().lock().read_line(&mut line) {
        Ok(_) => line,
        Err(_) => String::new(),
    }
}
