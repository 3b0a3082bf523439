//! Reads the headers one by one and collects which column may be which field; everything decided
//! is said. Which of several columns is the field is decided in `rivals`.

use std::collections::BTreeMap;

use super::assignment::{Assignment, Candidate, Standing};
use super::decide::{Around, Verdict, decide, filled};
use super::fold::fold;
use super::ids::{Ids, is_spelt};
use super::mapped::{MappedColumn, Mapping, MappingOptions, Matched, OptionError, Origin, Role};
use super::names::{field_named, nearest_field};
use super::values::{field_of_words, is_running};
use super::whole::{self, Reading};
use super::words::{Choice, Fit, Meaning, meaning};
use crate::check::field::Field;
use crate::check::text::fold_name;
use crate::model::rules::Rule;
use crate::model::rules::headers::{
    HEADER_AMBIGUOUS, HEADER_COUNTS_ROWS, HEADER_DECIDED, HEADER_EMPTY, HEADER_IDS, HEADER_UNKNOWN,
};
use crate::model::{Diagnostic, Header, HeaderCell, RowBatch};

/// Finds out which column is which field. `sample` holds the first rows, for headers whose meaning
/// only the cells can tell. The diagnostics speak of the header; an error among them means that
/// nothing of the table may be sent.
pub fn map_header(
    header: &Header,
    sample: &RowBatch,
    options: &MappingOptions,
) -> Result<(Mapping, Vec<Diagnostic>), OptionError> {
    let constants = values_for_all(&options.set)?;
    let mut defaults = values_for_all(&options.default)?;
    defaults.retain(|(field, _)| constants.iter().all(|(constant, _)| constant != field));
    let first = header.cells.iter().find_map(|cell| cell.groups.first());
    let read = |cell: &HeaderCell| whole::read(cell, first.map(String::as_str));
    let ids = Ids::of(header);
    let of_results = |(index, cell): (usize, &HeaderCell)| {
        if ids.own() == Some(index) {
            return Reading::Means(Meaning::Choice(Choice::Id));
        }
        match meaning(&fold(cell.name())) {
            Some(Meaning::Reserved) => Reading::Means(Meaning::Reserved),
            _ => read(cell),
        }
    };
    let mut assignment = Assignment {
        header,
        sample,
        ids,
        readings: header.cells.iter().enumerate().map(of_results).collect(),
        roles: vec![None; header.cells.len()],
        candidates: Vec::new(),
        constants: constants.iter().map(|(field, _)| *field).collect(),
        values: &options.values,
        collided: Vec::new(),
        diagnostics: Vec::new(),
    };
    assignment.take_given(options)?;
    assignment.refuse_persons();
    assignment.consider_all();
    for field in Field::ALL {
        assignment.assign(*field);
    }
    assignment.settle_name();
    let (mut mapping, diagnostics) = assignment.finish(defaults, constants);
    let place_of = |(name, place): (&String, &String)| Some((field_named(name)?, place.clone()));
    let defaults = options.places.default.iter().filter_map(place_of);
    // What every row gets leaves no cell to a default.
    let mut places: BTreeMap<Field, String> = defaults.collect();
    places.retain(|field, _| mapping.constant_of(*field).is_none());
    places.extend(options.places.set.iter().filter_map(place_of));
    mapping.places = places;
    Ok((mapping, diagnostics))
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

impl Assignment<'_> {
    /// Considers the columns of which the user says nothing.
    fn consider_all(&mut self) {
        let open: Vec<usize> = (0..self.roles.len())
            .filter(|index| self.roles[*index].is_none())
            .collect();
        let verdicts: Vec<Option<Verdict>> = (0..self.roles.len())
            .map(|index| {
                let around = Around {
                    header: self.header,
                    ids: self.ids,
                    code: self.code_beside(index, &open),
                };
                match self.readings[index] {
                    Reading::Means(Meaning::Choice(choice))
                        if open.contains(&index) && self.said_by_terms(index, choice).is_some() =>
                    {
                        self.said_by_terms(index, choice).map(Verdict::AsDocumented)
                    }
                    Reading::Means(Meaning::Choice(choice)) if open.contains(&index) => {
                        Some(decide(choice, index, around, self.sample))
                    }
                    _ => None,
                }
            })
            .collect();
        let claimed: Vec<(usize, Field)> = self.claims(&open);
        for (index, verdict) in verdicts.into_iter().enumerate() {
            if !open.contains(&index) {
                continue;
            }
            let taken = |field: Field| {
                claimed
                    .iter()
                    .any(|(other, of)| *other != index && *of == field)
            };
            match verdict {
                Some(verdict) => self.take_verdict(index, verdict, &taken),
                None => self.consider(index),
            }
        }
    }

    /// The field for which the user says what terms of the column stand for.
    fn said_by_terms(&self, index: usize, choice: Choice) -> Option<Field> {
        let folded = |text: &str| {
            let mut folded = Vec::new();
            fold_name(text, &mut folded);
            folded
        };
        let entries = self.values.iter().filter_map(|entry| {
            let field: Field = entry.field.parse().ok()?;
            let term = folded(&entry.from);
            choice.fields().contains(&field).then_some((field, term))
        });
        let entries: Vec<(Field, Vec<u8>)> = entries.collect();
        if entries.is_empty() {
            return None;
        }
        let mut cells = filled(self.sample, index);
        cells.find_map(|(_, text)| {
            let text = folded(text);
            let entry = entries.iter().find(|(_, term)| *term == text)?;
            Some(entry.0)
        })
    }

    /// The columns whose own words claim a field well, or that the user gave one.
    fn claims(&self, open: &[usize]) -> Vec<(usize, Field)> {
        let by_words = open.iter().filter_map(|index| match self.readings[*index] {
            Reading::Means(Meaning::Field(field, fit)) if fit > Fit::Fair => Some((*index, field)),
            _ => None,
        });
        let given = self.candidates.iter().map(|one| (one.index, one.field));
        by_words
            .filter(|(index, _)| self.is_filled(*index))
            .chain(given)
            .collect()
    }

    /// Another column than the one at `index` that is the customers' code.
    fn code_beside(&self, index: usize, open: &[usize]) -> Option<&str> {
        let given = self
            .candidates
            .iter()
            .find(|one| one.field == Field::ExternalCode)
            .map(|one| one.index);
        let is_code = |other: &usize| {
            *other != index
                && self.is_filled(*other)
                && match self.readings[*other] {
                    Reading::Means(Meaning::Field(field, _)) => field == Field::ExternalCode,
                    Reading::Means(Meaning::Choice(Choice::Number)) => {
                        let around = Around {
                            header: self.header,
                            ids: self.ids,
                            code: None,
                        };
                        let verdict = decide(Choice::Number, *other, around, self.sample);
                        matches!(verdict, Verdict::Decided(Field::ExternalCode, _))
                    }
                    _ => false,
                }
        };
        given
            .or_else(|| open.iter().copied().find(is_code))
            .map(|index| self.header.cells[index].text.as_str())
    }

    fn consider(&mut self, index: usize) {
        let text = self.header.cells[index].text.trim();
        if text.is_empty() || text == "Unnamed: 0" {
            return self.consider_unnamed(index);
        }
        match self.readings[index].clone() {
            Reading::Nothing => self.consider_unknown(index),
            Reading::Refused { nearest, why } => self.say_refused(index, nearest, &why),
            Reading::Means(Meaning::Reserved) => self.roles[index] = Some(Role::Reserved),
            Reading::Means(Meaning::Field(field, _)) if self.is_id_of_another(index, field) => {
                let why = format!("only {field}, spelt so, holds ids of the tenant");
                self.say_refused(index, Some(field), &why);
            }
            Reading::Means(Meaning::Field(field, fit)) => {
                let matched = if fit == Fit::Exact {
                    Matched::Name
                } else {
                    Matched::Synonym
                };
                self.candidate(index, field, fit, matched, Standing::Own);
            }
            Reading::StandIn(field, why) => {
                let standing = Standing::StandIn(why);
                self.candidate(index, field, Fit::Weak, Matched::Synonym, standing);
            }
            // Decided before.
            Reading::Means(Meaning::Choice(_)) => {}
        }
    }

    fn candidate(
        &mut self,
        index: usize,
        field: Field,
        fit: Fit,
        matched: Matched,
        standing: Standing,
    ) {
        self.candidates.push(Candidate {
            index,
            field,
            fit,
            matched,
            standing,
        });
    }

    /// Whether a column of ids is another tool's, because it is not spelt as the tenant's.
    fn is_id_of_another(&self, index: usize, field: Field) -> bool {
        matches!(
            field,
            Field::RegionId | Field::ResponsibleUserId | Field::BillingContactPersonId
        ) && !is_spelt(self.header.cells[index].name(), field)
    }

    fn take_verdict(&mut self, index: usize, verdict: Verdict, taken: &dyn Fn(Field) -> bool) {
        match verdict {
            Verdict::AsDocumented(field) => {
                self.candidate(index, field, Fit::Exact, Matched::Name, Standing::Own);
            }
            Verdict::Decided(field, why) => {
                if !taken(field) {
                    let help = format!(
                        "if that is wrong, say what it is: {}",
                        self.flag(index, "...")
                    );
                    self.say(index, &HEADER_DECIDED, &why, help);
                }
                self.candidate(index, field, Fit::Fair, Matched::Values, Standing::Own);
            }
            Verdict::Nothing(why) => self.say_refused(index, None, &why),
            Verdict::Undecided { rule, fields, .. }
                if rule.code == HEADER_IDS.code
                    && fields.iter().any(|field| self.constants.contains(field)) =>
            {
                self.say_refused(index, None, "one value counts for all rows");
            }
            Verdict::Undecided {
                rule,
                message,
                fields,
                rows,
            } => {
                let diagnostic = self
                    .about(index, rule, &message)
                    .with_help(self.choices(index, rule, &fields))
                    .with_suggestions(fields.iter().map(ToString::to_string).collect())
                    .with_related(rows);
                self.diagnostics.push(diagnostic);
                self.roles[index] = Some(Role::Undecided);
            }
        }
    }

    /// The flags that settle what a column is.
    fn choices(&self, index: usize, rule: &Rule, fields: &[Field]) -> String {
        let flags: Vec<String> = fields
            .iter()
            .map(|field| {
                let flag = self.flag(index, field.name());
                match field {
                    _ if rule.code != HEADER_IDS.code => flag,
                    Field::Parent => format!("{flag} for codes of customers of this list"),
                    _ => format!("{flag} for ids of the tenant"),
                }
            })
            .collect();
        if rule.code == HEADER_IDS.code {
            let out = self.flag(index, "-");
            format!(
                "say which they are: {}, or {out} to leave them out",
                flags.join(", ")
            )
        } else if rule.code == HEADER_AMBIGUOUS.code {
            format!("say what it is: {}", flags.join(" or "))
        } else {
            "split the column in two, State and PostState".to_owned()
        }
    }

    fn consider_unnamed(&mut self, index: usize) {
        self.roles[index] = Some(Role::Unnamed);
        let Some((row, text)) = filled(self.sample, index).next() else {
            return;
        };
        if index == 0 && is_running(filled(self.sample, index).map(|(_, text)| text), 0) {
            let what = "numbers the rows and is left out";
            return self.say(index, &HEADER_COUNTS_ROWS, what, String::new());
        }
        let message = format!("has no header, so it is not imported (\"{text}\" in row {row})");
        let by_cells = field_of_words(filled(self.sample, index).map(|(_, text)| text));
        let by_cells = by_cells.filter(|field| !self.is_claimed(*field));
        let help = match by_cells {
            Some(field) => format!(
                "its cells look like {field}; if it is that, give it that header, or map it: {}",
                self.flag(index, field.name())
            ),
            None => "give it a header if it is to be imported".to_owned(),
        };
        let suggestions = by_cells.map(|field| field.name().to_owned());
        let diagnostic = self
            .about(index, &HEADER_EMPTY, &message)
            .with_help(help)
            .with_suggestions(suggestions.into_iter().collect())
            .with_related(vec![row]);
        self.diagnostics.push(diagnostic);
    }

    fn consider_unknown(&mut self, index: usize) {
        let by_cells = field_of_words(filled(self.sample, index).map(|(_, text)| text));
        // What another column is taken for by its header, this one is not.
        let by_cells = by_cells.filter(|field| !self.is_claimed(*field));
        let nearest = by_cells.or_else(|| nearest_field(&self.header.cells[index].text));
        let help = match (nearest, by_cells) {
            (Some(field), Some(_)) => format!(
                "its cells look like {field}; if it is that, map it: {}",
                self.flag(index, field.name())
            ),
            (Some(field), None) => format!(
                "if it is {field}, map it: {}",
                self.flag(index, field.name())
            ),
            (None, _) => String::new(),
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

    /// Whether a column that is filled says by its header, or was said, to be this field.
    fn is_claimed(&self, field: Field) -> bool {
        let by_words = self.readings.iter().enumerate().any(|(index, reading)| {
            let means = match reading {
                Reading::Means(Meaning::Field(one, _)) => *one == field,
                Reading::Means(Meaning::Choice(choice)) => choice.fields()[0] == field,
                _ => false,
            };
            means && self.is_filled(index)
        });
        by_words
            || self.candidates.iter().any(|one| one.field == field)
            || self.constants.contains(&field)
    }

    fn finish(
        self,
        defaults: Vec<(Field, String)>,
        constants: Vec<(Field, String)>,
    ) -> (Mapping, Vec<Diagnostic>) {
        let origin = match self.ids {
            Ids::Ours { .. } => Origin::Results,
            Ids::Tenant | Ids::Tool | Ids::Unmarked => Origin::Foreign,
        };
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
            places: BTreeMap::new(),
            origin,
        };
        (mapping, self.diagnostics)
    }
}
