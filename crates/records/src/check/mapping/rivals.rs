//! Which of several columns is a field: the best where the others agree with it or are of another
//! kind; else it is an error that names them.

use super::assignment::{Assignment, Candidate, Standing};
use super::fold::fold;
use super::mapped::{Matched, Role};
use super::values::country_of;
use super::whole::LAST_WORDS;
use super::words::Fit;
use crate::check::field::Field;
use crate::model::Header;
use crate::model::place::column_letters;
use crate::model::rules::headers::{HEADER_BY_TAIL, HEADER_TWICE, HEADER_UNUSED, HEADERS_COLLIDE};

impl Assignment<'_> {
    /// Gives the field its column.
    pub(super) fn assign(&mut self, field: Field) {
        let all = self.candidates.iter().copied();
        let all: Vec<Candidate> = all.filter(|one| one.field == field).collect();
        let given = all.iter().any(|one| one.matched == Matched::Given);
        let (contenders, others): (Vec<Candidate>, Vec<Candidate>) =
            all.into_iter().partition(|one| {
                if given {
                    one.matched == Matched::Given
                } else {
                    one.standing == Standing::Own
                }
            });
        if contenders.is_empty() {
            return self.assign_stand_in(field, &others);
        }
        match self.contend(field, &contenders) {
            Some(winner) => {
                for loser in others {
                    self.say_unused(field, winner, loser.index);
                }
            }
            None => {
                for loser in others {
                    self.roles[loser.index] = Some(Role::Unused { field });
                }
            }
        }
    }

    /// Finds the best of the contenders, unless others say something else.
    fn contend(&mut self, field: Field, contenders: &[Candidate]) -> Option<usize> {
        let header = self.header;
        let rank = |one: &Candidate| {
            let own = !is_id_of_tool(header, *one);
            (one.fit, one.matched != Matched::Values, own)
        };
        let any_filled = contenders.iter().any(|one| self.is_filled(one.index));
        let counts = |one: &&Candidate| !any_filled || self.is_filled(one.index);
        let best = contenders.iter().filter(counts).map(rank).max()?;
        let winner = *contenders
            .iter()
            .filter(counts)
            .find(|one| rank(one) == best)?;
        let mut collide = vec![winner];
        for other in contenders.iter().filter(|one| one.index != winner.index) {
            let (first, index) = (winner.index, other.index);
            if any_filled && !self.is_filled(index) {
                self.say_empty(field, winner, *other);
            } else if !any_filled && rank(other) < best {
                self.roles[index] = Some(Role::Unused { field });
            } else if self.agree(field, first, index) {
                self.say_twice(field, first, index);
            } else if self.constants.contains(&field)
                || is_of_another_kind(winner, *other)
                || self.is_id_beside_code(winner, *other)
            {
                self.say_unused(field, first, index);
            } else {
                collide.push(*other);
            }
        }
        if collide.len() > 1 {
            self.say_collision(field, &collide);
            return None;
        }
        self.roles[winner.index] = Some(Role::Field {
            field,
            matched: winner.matched,
        });
        Some(winner.index)
    }

    /// A contact's phone, where the customer has no other.
    fn assign_stand_in(&mut self, field: Field, all: &[Candidate]) {
        let filled: Vec<Candidate> = all
            .iter()
            .copied()
            .filter(|one| self.is_filled(one.index))
            .collect();
        let chosen = match (filled.as_slice(), all) {
            ([], [one]) => *one,
            ([], _) => {
                for one in all {
                    self.roles[one.index] = Some(Role::Unused { field });
                }
                return;
            }
            ([first, others @ ..], _) => {
                if !others
                    .iter()
                    .all(|one| self.agree(field, first.index, one.index))
                {
                    let why = format!("several columns can be {field}, and their cells differ");
                    for one in all {
                        self.say_refused(one.index, Some(field), &why);
                    }
                    return;
                }
                *first
            }
        };
        let Standing::StandIn(why) = chosen.standing else {
            return;
        };
        let message = if why == LAST_WORDS {
            format!("is taken for {field} {why}")
        } else {
            format!("is taken for {field}, {why}, because no other column is")
        };
        let help = format!(
            "if that is wrong, leave it out: {}",
            self.flag(chosen.index, "-")
        );
        self.say(chosen.index, &HEADER_BY_TAIL, &message, help);
        self.roles[chosen.index] = Some(Role::Field {
            field,
            matched: chosen.matched,
        });
        for one in all.iter().filter(|one| one.index != chosen.index) {
            self.say_unused(field, chosen.index, one.index);
        }
    }

    /// A tool's own id gives way to a column that is surely the customers' code.
    fn is_id_beside_code(&self, winner: Candidate, other: Candidate) -> bool {
        winner.fit >= Fit::Good
            && winner.matched != Matched::Given
            && is_id_of_tool(self.header, other)
            && !is_id_of_tool(self.header, winner)
    }

    /// Whether two columns say the same in every row of the sample.
    fn agree(&self, field: Field, one: usize, other: usize) -> bool {
        self.sample.rows().all(|row| {
            let (one, other) = (row.text(one).trim(), row.text(other).trim());
            one == other
                || match field {
                    Field::Country | Field::DeviceCountry => {
                        country_of(one).is_some_and(|one| country_of(other) == Some(one))
                    }
                    Field::PhoneNumber | Field::FaxNumber => {
                        !one.is_empty() && digits(one) == digits(other)
                    }
                    _ => false,
                }
        })
    }

    fn say_collision(&mut self, field: Field, columns: &[Candidate]) {
        let names: Vec<String> = columns
            .iter()
            .map(|candidate| {
                let cell = &self.header.cells[candidate.index];
                format!("\"{}\" ({})", cell.text, column_letters(cell.column))
            })
            .collect();
        let (first, second) = (columns[0].index, columns[1].index);
        let help = format!(
            "choose one: {} or {}; or leave one out: {}",
            self.flag(first, field.name()),
            self.flag(second, field.name()),
            self.flag(second, "-"),
        );
        let message = format!(
            "{} all stand for {field}, and their cells differ",
            names.join(", ")
        );
        let mut diagnostic = self.about(first, &HEADERS_COLLIDE, "").with_help(help);
        diagnostic.message = message.into();
        self.diagnostics.push(diagnostic);
        self.collided.push(field);
        for candidate in columns {
            self.roles[candidate.index] = Some(Role::Undecided);
        }
    }

    fn say_twice(&mut self, field: Field, first: usize, other: usize) {
        let text = &self.header.cells[first].text;
        let used = if first < other { "first" } else { "second" };
        let message = format!(
            "stands for {field} like \"{text}\" and holds the same cells; the {used} is used"
        );
        self.say(
            other,
            &HEADER_TWICE,
            &message,
            "remove one of the two columns".into(),
        );
        self.roles[other] = Some(Role::Unused { field });
    }

    fn say_unused(&mut self, field: Field, winner: usize, loser: usize) {
        if self.is_filled(loser) {
            let text = &self.header.cells[winner].text;
            let message = format!("is not imported, because \"{text}\" is taken for {field}");
            let help = format!(
                "if this is the right one: {}",
                self.flag(loser, field.name())
            );
            self.say(loser, &HEADER_UNUSED, &message, help);
        }
        self.roles[loser] = Some(Role::Unused { field });
    }

    /// An empty column gives way to a filled one, which is said where it fits better.
    fn say_empty(&mut self, field: Field, winner: Candidate, empty: Candidate) {
        if empty.fit > winner.fit {
            let text = &self.header.cells[winner.index].text;
            let message = format!("is empty, so \"{text}\" is taken for {field}");
            let help = format!(
                "if this is the right one: {}",
                self.flag(empty.index, field.name())
            );
            self.say(empty.index, &HEADER_UNUSED, &message, help);
        }
        self.roles[empty.index] = Some(Role::Unused { field });
    }
}

/// Whether a column that differs from the winner is no rival: its word is a loose one, or names
/// one kind of several, as `Mobile` beside `Phone` and `Billing address` beside `Address`.
fn is_of_another_kind(winner: Candidate, other: Candidate) -> bool {
    let kinds = matches!(
        winner.field,
        Field::PhoneNumber
            | Field::FaxNumber
            | Field::WebsiteAddress
            | Field::Address
            | Field::City
            | Field::District
    );
    winner.matched != Matched::Given
        && winner.fit > other.fit
        && (other.fit == Fit::Weak || (kinds && other.fit == Fit::Fair))
        || (other.matched == Matched::Values && winner.matched != Matched::Given)
}

/// Whether a column is an id such as `Customer ID` that a tool gave by itself.
fn is_id_of_tool(header: &Header, one: Candidate) -> bool {
    let folded = fold(header.cells[one.index].name());
    one.field == Field::ExternalCode && folded.ends_with("id") && !folded.contains("extern")
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}
