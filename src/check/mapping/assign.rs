//! Gives each field its column: the best candidate wins, equals collide, everything is said.

use super::decide::{Ids, Verdict, decide, filled, ids_of};
use super::fold::fold;
use super::words::{Fit, IMPORT_SHEET, Meaning};
use super::{
    MappedColumn, Mapping, MappingOptions, Matched, OptionError, Origin, Role, field_named,
    look_up, nearest_field, tail_field,
};
use crate::check::field::{Field, UnknownField};
use crate::model::rules::Rule;
use crate::model::rules::headers::{
    HEADER_AMBIGUOUS, HEADER_BY_TAIL, HEADER_DECIDED, HEADER_EMPTY, HEADER_TWICE, HEADER_UNKNOWN,
    HEADER_UNUSED, HEADERS_COLLIDE, MAP_WITHOUT_COLUMN, NAME_COLUMN_MISSING,
};
use crate::model::{CellAddress, Diagnostic, Header, HeaderCell, RowBatch};

/// Finds out which column is which field. `sample` holds the first rows, for headers whose meaning
/// only the cells can tell. The diagnostics speak of the header; an error among them means that
/// nothing of the table may be sent.
pub fn map_header(
    header: &Header,
    sample: &RowBatch,
    options: &MappingOptions,
) -> Result<(Mapping, Vec<Diagnostic>), OptionError> {
    let mut assignment = Assignment {
        header,
        sample,
        roles: vec![None; header.cells.len()],
        candidates: Vec::new(),
        collided: Vec::new(),
        diagnostics: Vec::new(),
    };
    assignment.take_given(options)?;
    let ids = ids_of(header);
    for index in 0..header.cells.len() {
        if assignment.roles[index].is_none() {
            assignment.consider(index, ids);
        }
    }
    assignment.consider_tails();
    for field in Field::ALL {
        assignment.assign(*field);
    }
    assignment.settle_name();
    let constants = values_for_all(&options.set)?;
    let mut defaults = values_for_all(&options.default)?;
    defaults.retain(|(field, _)| constants.iter().all(|(constant, _)| constant != field));
    let origin = match ids {
        Ids::Ours { .. } => Origin::Results,
        Ids::Tenant | Ids::Tool => Origin::Foreign,
    };
    Ok(assignment.finish(defaults, constants, origin))
}

/// The field of this name, when one value of it can stand in many rows.
pub(in crate::check) fn field_for_all(name: &str) -> Result<Field, OptionError> {
    let field: Field = name.parse().map_err(|source| OptionError::Set { source })?;
    if matches!(field, Field::Id | Field::Name | Field::ExternalCode) {
        return Err(OptionError::NotForAll { field });
    }
    Ok(field)
}

fn values_for_all(given: &[(String, String)]) -> Result<Vec<(Field, String)>, OptionError> {
    let mut values: Vec<(Field, String)> = Vec::new();
    for (name, value) in given {
        let field = field_for_all(name)?;
        values.retain(|(other, _)| *other != field);
        if !value.trim().is_empty() {
            values.push((field, value.trim().to_owned()));
        }
    }
    Ok(values)
}

#[derive(Debug, Clone, Copy)]
struct Candidate {
    index: usize,
    field: Field,
    fit: Fit,
    matched: Matched,
}

struct Assignment<'a> {
    header: &'a Header,
    sample: &'a RowBatch,
    roles: Vec<Option<Role>>,
    candidates: Vec<Candidate>,
    collided: Vec<Field>,
    diagnostics: Vec<Diagnostic>,
}

impl Assignment<'_> {
    fn take_given(&mut self, options: &MappingOptions) -> Result<(), OptionError> {
        for (wanted, name) in &options.map {
            let field = given_field(wanted, name)?;
            let columns = self.columns_called(wanted);
            if columns.is_empty() && !self.is_joined() {
                self.say_no_column(wanted, name);
            }
            for index in columns {
                match field {
                    None => self.roles[index] = Some(Role::LeftOut),
                    Some(field) => {
                        self.roles[index] = Some(Role::Undecided);
                        self.candidates.push(Candidate {
                            index,
                            field,
                            fit: Fit::Exact,
                            matched: Matched::Given,
                        });
                    }
                }
            }
        }
        Ok(())
    }

    /// Whether the table is a result file of several sheets: columns of the same field were joined
    /// there under the header of the first, so that a mapping may name a header that is gone.
    fn is_joined(&self) -> bool {
        let sheet = fold(IMPORT_SHEET);
        let mut cells = self.header.cells.iter();
        cells.any(|cell| fold(&cell.text) == sheet)
    }

    /// The columns with this header: exactly, else without regard to case, spaces and signs.
    fn columns_called(&self, wanted: &str) -> Vec<usize> {
        let cells = &self.header.cells;
        let exact: Vec<usize> = (0..cells.len())
            .filter(|index| cells[*index].text == wanted.trim())
            .collect();
        if !exact.is_empty() {
            return exact;
        }
        let folded = fold(wanted);
        (0..cells.len())
            .filter(|index| !folded.is_empty() && fold(&cells[*index].text) == folded)
            .collect()
    }

    fn say_no_column(&mut self, wanted: &str, field: &str) {
        let nearest = self.header.cells.iter().max_by(|a, b| {
            let likeness =
                |cell: &HeaderCell| strsim::jaro_winkler(&fold(&cell.text), &fold(wanted));
            likeness(a).total_cmp(&likeness(b))
        });
        self.diagnostics.push(
            Diagnostic::of_file(
                &MAP_WITHOUT_COLUMN,
                format!(
                    "the mapping \"{wanted}={field}\" names a header that the table does not have"
                ),
            )
            .with_value(wanted)
            .with_help(format!("the table has {}", self.headers_listed()))
            .with_suggestions(nearest.map(|cell| cell.text.clone()).into_iter().collect()),
        );
    }

    fn headers_listed(&self) -> String {
        const MOST: usize = 30;
        let texts: Vec<String> = self
            .header
            .cells
            .iter()
            .filter(|cell| !cell.text.is_empty())
            .map(|cell| format!("\"{}\"", cell.text))
            .collect();
        match texts.len() {
            0 => "no headers".into(),
            many if many > MOST => format!("{} and {} more", texts[..MOST].join(", "), many - MOST),
            _ => texts.join(", "),
        }
    }

    fn consider(&mut self, index: usize, ids: Ids) {
        let text = self.header.cells[index].text.clone();
        if text.trim().is_empty() {
            return self.consider_unnamed(index);
        }
        match look_up(&text) {
            None => self.consider_unknown(index),
            Some(Meaning::Reserved) => self.roles[index] = Some(Role::Reserved),
            Some(Meaning::Field(field, fit)) => {
                let matched = if fit == Fit::Exact {
                    Matched::Name
                } else {
                    Matched::Synonym
                };
                self.candidates.push(Candidate {
                    index,
                    field,
                    fit,
                    matched,
                });
            }
            Some(Meaning::Choice(choice)) => {
                let verdict = decide(choice, index, ids, self.sample);
                self.take_verdict(index, verdict);
            }
        }
    }

    fn take_verdict(&mut self, index: usize, verdict: Verdict) {
        match verdict {
            Verdict::AsDocumented(field) => self.candidates.push(Candidate {
                index,
                field,
                fit: Fit::Exact,
                matched: Matched::Name,
            }),
            Verdict::Decided(field, _) if self.is_taken(field, index) => {
                self.candidates.push(Candidate {
                    index,
                    field,
                    fit: Fit::Fair,
                    matched: Matched::Values,
                });
            }
            Verdict::Decided(field, why) => {
                self.say(
                    index,
                    &HEADER_DECIDED,
                    &why,
                    format!(
                        "if that is wrong, say what it is: --map \"{}=...\"",
                        self.header.cells[index].text
                    ),
                );
                self.candidates.push(Candidate {
                    index,
                    field,
                    fit: Fit::Fair,
                    matched: Matched::Values,
                });
            }
            Verdict::Nothing(why) => {
                let help = format!(
                    "to import it, say what it is: --map \"{}=...\"",
                    self.header.cells[index].text
                );
                self.say(
                    index,
                    &HEADER_UNKNOWN,
                    &format!("is not imported: {why}"),
                    help,
                );
                self.roles[index] = Some(Role::Unknown { nearest: None });
            }
            Verdict::Undecided {
                rule,
                message,
                fields,
                rows,
            } => {
                let text = &self.header.cells[index].text;
                let choices: Vec<String> = fields
                    .iter()
                    .map(|field| format!("--map \"{text}={field}\""))
                    .collect();
                let help = if rule.code == HEADER_AMBIGUOUS.code {
                    format!("say what it is: {}", choices.join(" or "))
                } else {
                    "split the column in two, State and PostState".to_owned()
                };
                let diagnostic = self
                    .about(index, rule, &message)
                    .with_help(help)
                    .with_suggestions(fields.iter().map(ToString::to_string).collect())
                    .with_related(rows);
                self.diagnostics.push(diagnostic);
                self.roles[index] = Some(Role::Undecided);
            }
        }
    }

    /// Whether another column's own words claim the field better.
    fn is_taken(&self, field: Field, index: usize) -> bool {
        let claims = |other: usize| {
            other != index
                && matches!(
                    look_up(&self.header.cells[other].text),
                    Some(Meaning::Field(of, fit)) if of == field && fit > Fit::Fair
                )
        };
        (0..self.header.cells.len()).any(claims)
    }

    fn consider_unnamed(&mut self, index: usize) {
        self.roles[index] = Some(Role::Unnamed);
        if let Some((row, text)) = filled(self.sample, index).next() {
            let message = format!(
                "has no header, so \"{text}\" in row {row} and the cells below are not imported"
            );
            let diagnostic = self
                .about(index, &HEADER_EMPTY, &message)
                .with_help("give the column a header")
                .with_related(vec![row]);
            self.diagnostics.push(diagnostic);
        }
    }

    fn consider_unknown(&mut self, index: usize) {
        let text = &self.header.cells[index].text;
        let nearest = nearest_field(text);
        let help = match nearest {
            Some(field) => format!("if it is {field}, say so: --map \"{text}={field}\""),
            None => String::new(),
        };
        let suggestions = nearest.map(|field| field.name().to_owned());
        let diagnostic = self
            .about(
                index,
                &HEADER_UNKNOWN,
                "is not known, so the column is not imported",
            )
            .with_help(help)
            .with_suggestions(suggestions.into_iter().collect());
        self.diagnostics.push(diagnostic);
        self.roles[index] = Some(Role::Unknown { nearest });
    }

    /// Headers such as `Address City` and `Contact Phone`, which come from two header rows: the
    /// last words count where nothing else is the field and no second header ends that way.
    fn consider_tails(&mut self) {
        let mut tails: Vec<(usize, Field)> = Vec::new();
        for (index, cell) in self.header.cells.iter().enumerate() {
            if matches!(self.roles[index], Some(Role::Unknown { .. }))
                && let Some(field) = tail_field(&cell.text)
            {
                tails.push((index, field));
            }
        }
        for (index, field) in &tails {
            let alone = tails.iter().filter(|(_, other)| other == field).count() == 1;
            let free = self.candidates.iter().all(|one| one.field != *field);
            if !alone || !free {
                continue;
            }
            let place = self.about(*index, &HEADER_UNKNOWN, "").at;
            self.diagnostics
                .retain(|one| one.rule.code != HEADER_UNKNOWN.code || one.at != place);
            self.say(
                *index,
                &HEADER_BY_TAIL,
                &format!("is taken for {field} by its last words"),
                format!(
                    "if that is wrong, leave it out: --map \"{}=-\"",
                    self.header.cells[*index].text
                ),
            );
            self.roles[*index] = None;
            self.candidates.push(Candidate {
                index: *index,
                field: *field,
                fit: Fit::Weak,
                matched: Matched::Synonym,
            });
        }
    }

    fn assign(&mut self, field: Field) {
        let mut rivals: Vec<Candidate> = self
            .candidates
            .iter()
            .copied()
            .filter(|candidate| candidate.field == field)
            .collect();
        let rank = |candidate: &Candidate| (candidate.matched == Matched::Given, candidate.fit);
        let Some(best) = rivals.iter().map(rank).max() else {
            return;
        };
        let (winners, losers): (Vec<Candidate>, Vec<Candidate>) = rivals
            .drain(..)
            .partition(|candidate| rank(candidate) == best);
        let first = winners[0];
        let differing = winners[1..]
            .iter()
            .find(|other| !self.same_cells(first.index, other.index));
        if differing.is_some() {
            self.say_collision(field, &winners);
        } else {
            self.roles[first.index] = Some(Role::Field {
                field,
                matched: first.matched,
            });
            for other in &winners[1..] {
                self.say_twice(field, first.index, other.index);
            }
        }
        for loser in losers {
            self.say_unused(field, first.index, loser.index);
        }
    }

    fn same_cells(&self, one: usize, other: usize) -> bool {
        self.sample
            .rows()
            .all(|row| row.text(one).trim() == row.text(other).trim())
    }

    fn say_collision(&mut self, field: Field, winners: &[Candidate]) {
        let names: Vec<String> = winners
            .iter()
            .map(|candidate| {
                let cell = &self.header.cells[candidate.index];
                let letters = crate::model::place::column_letters(cell.column);
                format!("\"{}\" ({letters})", cell.text)
            })
            .collect();
        let first = winners[0].index;
        let help = format!(
            "say which one counts: --map \"{}={field}\"; if their headers are the same, rename one",
            self.header.cells[first].text
        );
        let message = format!(
            "{} all stand for {field}, and their cells differ",
            names.join(", ")
        );
        let mut diagnostic = self.about(first, &HEADERS_COLLIDE, "").with_help(help);
        diagnostic.message = message.into();
        self.diagnostics.push(diagnostic);
        self.collided.push(field);
        for candidate in winners {
            self.roles[candidate.index] = Some(Role::Undecided);
        }
    }

    fn say_twice(&mut self, field: Field, first: usize, other: usize) {
        let text = &self.header.cells[first].text;
        let message = format!(
            "stands for {field} like \"{text}\" and holds the same cells; the first is used"
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
        if filled(self.sample, loser).next().is_some() {
            let text = &self.header.cells[winner].text;
            let message = format!("is not imported, because \"{text}\" is taken for {field}");
            let help = format!(
                "if this is the right one: --map \"{}={field}\"",
                self.header.cells[loser].text
            );
            self.say(loser, &HEADER_UNUSED, &message, help);
        }
        self.roles[loser] = Some(Role::Unused { field });
    }

    /// A table without a name column whose legal name is one; else says what is missing.
    fn settle_name(&mut self) {
        let holds = |role: &Option<Role>, wanted: Field| matches!(role, Some(Role::Field { field, .. }) if *field == wanted);
        if self.roles.iter().any(|role| holds(role, Field::Name)) {
            return;
        }
        let legal = self
            .roles
            .iter()
            .position(|role| holds(role, Field::LegalCompanyName));
        match legal {
            _ if self.collided.contains(&Field::Name) => {}
            Some(index) => {
                self.roles[index] = Some(Role::Field {
                    field: Field::Name,
                    matched: Matched::Values,
                });
                let help = format!(
                    "if that is wrong, say which column is the name: --map \"...=Name\"; to keep it as the legal name: --map \"{}=LegalCompanyName\"",
                    self.header.cells[index].text
                );
                self.say(
                    index,
                    &HEADER_DECIDED,
                    "is taken for Name, because no other column is",
                    help,
                );
            }
            None => self.say_name_missing(),
        }
    }

    fn say_name_missing(&mut self) {
        let message = format!(
            "no column is the customers' name; the table has {}",
            self.headers_listed()
        );
        let guess = self
            .header
            .cells
            .iter()
            .find(|cell| {
                nearest_field(&cell.text) == Some(Field::Name) || fold(&cell.text).contains("name")
            })
            .or_else(|| self.header.cells.iter().find(|cell| !cell.text.is_empty()));
        let help = match guess {
            Some(cell) => format!(
                "call the column Name, or say which one it is: --map \"{}=Name\"",
                cell.text
            ),
            None => "add a header row with the column Name".to_owned(),
        };
        let mut diagnostic = Diagnostic::of_file(&NAME_COLUMN_MISSING, message).with_help(help);
        if self.header.row > 0 {
            diagnostic = diagnostic
                .at(CellAddress::row(self.header.row))
                .on_line(self.header.row);
        }
        self.diagnostics.push(diagnostic);
    }

    fn about(&self, index: usize, rule: &'static Rule, message: &str) -> Diagnostic {
        let cell = &self.header.cells[index];
        let name = if cell.text.is_empty() {
            format!(
                "column {}",
                crate::model::place::column_letters(cell.column)
            )
        } else {
            format!("the header \"{}\"", cell.text)
        };
        let mut diagnostic = Diagnostic::of_file(rule, format!("{name} {message}"))
            .in_column(&cell.text)
            .with_value(&cell.text);
        if self.header.row > 0 {
            diagnostic = diagnostic
                .at(CellAddress::cell(self.header.row, cell.column))
                .on_line(self.header.row);
        }
        diagnostic
    }

    fn say(&mut self, index: usize, rule: &'static Rule, message: &str, help: String) {
        let diagnostic = self.about(index, rule, message).with_help(help);
        self.diagnostics.push(diagnostic);
    }

    fn finish(
        self,
        defaults: Vec<(Field, String)>,
        constants: Vec<(Field, String)>,
        origin: Origin,
    ) -> (Mapping, Vec<Diagnostic>) {
        let columns = self
            .header
            .cells
            .iter()
            .zip(self.roles)
            .map(|(cell, role)| MappedColumn {
                header: cell.text.clone(),
                column: cell.column,
                role: role.unwrap_or(Role::Undecided),
            })
            .collect();
        let mapping = Mapping {
            columns,
            defaults,
            constants,
            origin,
        };
        (mapping, self.diagnostics)
    }
}

pub(in crate::check) fn given_field(
    header: &str,
    name: &str,
) -> Result<Option<Field>, OptionError> {
    if matches!(name.trim(), "-" | "ignore") {
        return Ok(None);
    }
    match field_named(name) {
        Some(field) => Ok(Some(field)),
        None => Err(OptionError::Map {
            header: header.to_owned(),
            source: UnknownField {
                name: name.to_owned(),
                nearest: nearest_field(name),
            },
        }),
    }
}
