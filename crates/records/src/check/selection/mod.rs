//! Which rows of a list count: row filters, mends, known exports and parts of a list are applied to
//! each batch before anything else sees its rows, so that what is left out is in no count but its own.
//!
//! `of_tool` reads what a tool says of parents in its own way; `part` is a pilot, or what stands below
//! one customer.

mod asked;
mod contacts;
mod filter;
mod names;
mod of_tool;
mod part;
mod standing;
mod undecided;
mod untold;

use std::collections::BTreeSet;
use std::sync::Arc;

use contacts::Contacts;
use filter::{Filter, header_fault, shortened};
pub(super) use filter::{FilterMet, Unmet};
pub(super) use names::{LeftOutNames, LeftOutRow};
pub(super) use of_tool::{OfToolRows, ParentOfTool};
pub use part::{Part, PartError};
pub use standing::SaidGone;
use standing::Standings;

use super::conditions::{Bound, Condition, OfSeveral};
use super::exports::{Counting, Export, ExportChoice, with_export};
use super::field::Field;
use super::mapping::{Mapping, MappingOptions, columns_called};
use super::mends::{BoundMends, Mends, MendsMet, Outcome};
use super::rewrite::{Change, changed};
use super::text::trim;
use crate::model::RowFate;
use crate::model::number::counted;
use crate::model::rules::selection::ROWS_LEFT_OUT;
use crate::model::{Diagnostic, Header, LeftOutRows, Row, RowBatch};

/// What decides which rows count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SelectionOptions {
    /// Rows count only where each of these holds.
    pub only: Vec<Condition>,
    /// Rows for which one of these holds do not count.
    pub leave_out: Vec<Condition>,
    /// What is decided of a known export.
    pub export: ExportChoice,
    /// Changes by hand.
    pub mends: Option<Arc<Mends>>,
    /// The part of the list that counts.
    pub part: Option<Arc<Part>>,
}

impl SelectionOptions {
    /// What is said of a table's columns and values, by the user, by mends and by what is known of the
    /// export: what the user says counts first.
    pub(super) fn mapping(&self, said: &MappingOptions, header: &Header) -> MappingOptions {
        let mut all = said.clone();
        let columns = self.mends.iter().flat_map(|mends| &mends.columns);
        for (name, field) in columns {
            let said = all.map.iter().any(|(other, _)| other == name);
            if !said && !columns_called(header, name).is_empty() {
                all.map.push((name.clone(), field.clone()));
            }
        }
        match Counting::of(&self.export, header).0.applied() {
            Some(export) => with_export(&all, export, header),
            None => all,
        }
    }
}

/// Goes through the rows of one table, before they are checked.
#[derive(Debug)]
pub struct Selection {
    work: Option<Box<Work>>,
    standings: Standings,
    found: Vec<Diagnostic>,
    /// Rows read so far.
    next: u32,
    dropped: Vec<u32>,
    why: Vec<Arc<str>>,
}

/// Why a row does not count: the place among the reasons.
type Reason = usize;

#[derive(Debug)]
struct Work {
    counting: Counting,
    mends: Option<BoundMends>,
    only: Vec<Filter>,
    leave_out: Vec<Filter>,
    of_export: Vec<(Bound, Reason)>,
    contacts: Option<Contacts>,
    values: Option<untold::ValuesMet>,
    part: Option<Arc<Part>>,
    /// Rows that passed everything but the part, of all tables.
    passed: u32,
    reasons: Vec<LeftOutRows>,
    by_mends: Option<Reason>,
    by_part: Option<Reason>,
    name_else: Option<(usize, Vec<usize>)>,
    of_tool: Option<OfToolRows>,
    left_out: LeftOutNames,
    fates: Vec<RowFate>,
    /// Why rows of the batch do not count, in their order.
    why: Vec<Arc<str>>,
    /// The reasons, kept once for all their rows.
    told: Vec<Arc<str>>,
}

/// What became of a table's rows before they were checked.
#[derive(Debug, Default)]
pub struct Selected {
    /// Rows that do not count, by reason.
    pub left_out: Vec<LeftOutRows>,
    /// The places of rows that do not count, from 0 in the table.
    pub dropped: Vec<u32>,
    /// Why each of these does not count.
    pub why: Vec<Arc<str>>,
    /// What is to be said. Of no single row.
    pub found: Vec<Diagnostic>,
    /// Columns that say of rows that they are no customers any more.
    pub said_gone: Vec<SaidGone>,
    /// Rows that passed everything but the part, of all tables so far.
    pub passed: u32,
    pub(super) names: LeftOutNames,
    pub(super) of_tool: Option<OfToolRows>,
    /// What became of the mends.
    pub(super) mends: Option<MendsMet>,
    /// What became of the filters.
    pub(super) filters: Vec<FilterMet>,
}

impl Selection {
    /// For a table with this header and these columns. `first` is the number of rows that count in
    /// the tables before it, `passed` how many of them passed everything but the part.
    pub fn of(
        options: &SelectionOptions,
        header: &Header,
        mapping: &Mapping,
        (first, passed): (u32, u32),
    ) -> Self {
        let mut found = Vec::new();
        let (counting, wrong) = Counting::of(&options.export, header);
        found.extend(wrong);
        let SelectionOptions {
            only,
            leave_out,
            mends,
            part,
            ..
        } = options;
        let idle = only.is_empty()
            && leave_out.is_empty()
            && mends.is_none()
            && part.is_none()
            && counting == Counting::Nothing;
        let work = (!idle).then(|| {
            let mut reasons = Vec::new();
            // Filters of one kind are one reason.
            let mut reason = |why: String| {
                let same = |one: &LeftOutRows| one.why == why;
                if let Some(at) = reasons.iter().position(same) {
                    return at;
                }
                reasons.push(LeftOutRows { why, rows: 0 });
                reasons.len() - 1
            };
            let mut filter = |condition: &Condition, why: String| {
                let bound = Bound::of(condition, header, OfSeveral::Refused);
                match bound {
                    Ok(bound) => Some(Filter::of(condition, bound, header, reason(why))),
                    Err(fault) => {
                        found.push(header_fault(condition, &fault, header));
                        None
                    }
                }
            };
            let only = only.iter();
            let only = only.filter_map(|one| filter(one, shortened(&one.denied())));
            let only = only.collect();
            let leave_out = leave_out.iter();
            let leave_out = leave_out.filter_map(|one| filter(one, shortened(one.text())));
            let leave_out = leave_out.collect();
            let export = counting.export();
            // Lists of the same tool have other columns, as their users chose them.
            let of_export = export.iter().flat_map(|export| &export.leave_out);
            let of_export = of_export.filter_map(|one| {
                let bound = Bound::of(&one.rows, header, OfSeveral::FirstFilled).ok()?;
                Some((bound, reason(one.what.clone())))
            });
            let of_export = of_export.collect();
            let contacts =
                export
                    .and_then(|export| Contacts::of(export, header))
                    .map(|mut contacts| {
                        contacts.reason = reason("further contacts of a customer".to_owned());
                        contacts
                    });
            let applied = counting.applied();
            found.extend(applied.and_then(|export| untold::without_column(export, header)));
            Box::new(Work {
                counting,
                mends: mends.as_ref().map(|mends| BoundMends::of(mends, header)),
                only,
                leave_out,
                of_export,
                contacts,
                values: export.map(|export| untold::ValuesMet::of(export, header)),
                by_mends: mends
                    .as_ref()
                    .map(|_| reason(LeftOutRows::MENDS.to_owned())),
                by_part: part.as_ref().map(|part| reason(part.why().to_owned())),
                part: part.clone(),
                passed,
                reasons,
                name_else: applied.and_then(|export| name_else(export, header, mapping)),
                of_tool: applied
                    .and_then(|export| OfToolRows::of(&export.of_tool, header, mapping, first)),
                left_out: LeftOutNames::of(mapping),
                fates: Vec::new(),
                why: Vec::new(),
                told: Vec::new(),
            })
        });
        let standings = match counting {
            Counting::Nothing => Standings::of(header, mapping, &options.asked(header)),
            // What is known of an export tells it.
            Counting::Applied(_) | Counting::Undecided(_) => Standings::default(),
        };
        Self {
            work,
            standings,
            found,
            next: 0,
            dropped: Vec::new(),
            why: Vec::new(),
        }
    }

    /// Takes the next rows of the table: leaves those that count, hands them to `keep` as the file has
    /// them, and then writes the cells as they are to be read.
    ///
    /// # Errors
    /// What `keep` returns.
    pub fn batch<E>(
        &mut self,
        batch: &mut RowBatch,
        keep: impl FnOnce(&RowBatch) -> Result<(), E>,
    ) -> Result<(), E> {
        let Some(work) = &mut self.work else {
            self.standings.add(batch);
            return keep(batch);
        };
        let outcome = work.mends.as_mut().map(|mends| mends.apply(batch));
        let Outcome {
            mut mended,
            left_out,
            kept,
        } = outcome.unwrap_or_default();
        work.decide(mended.as_ref().unwrap_or(batch), &left_out, &kept);
        self.why.append(&mut work.why);
        for (place, fate) in (self.next..).zip(&work.fates) {
            if *fate == RowFate::Drop {
                self.dropped.push(place);
            }
        }
        self.next += u32::try_from(batch.len()).unwrap_or(u32::MAX);
        batch.reshape(&work.fates);
        self.standings.add(batch);
        keep(batch)?;
        if let Some(mut mended) = mended.take() {
            mended.reshape(&work.fates);
            *batch = mended;
        }
        work.rewrite(batch);
        Ok(())
    }

    /// What came of it.
    pub fn finish(self) -> Selected {
        let mut found = self.found;
        let said_gone = self.standings.said();
        found.extend(said_gone.iter().map(SaidGone::diagnostic));
        let Some(work) = self.work else {
            return Selected {
                found,
                said_gone,
                ..Selected::default()
            };
        };
        let Work {
            counting,
            mends,
            of_export,
            contacts,
            values,
            reasons,
            passed,
            left_out,
            of_tool,
            only,
            leave_out,
            ..
        } = *work;
        let of_export = of_export.iter().map(|(_, reason)| *reason);
        let of_export: BTreeSet<Reason> = of_export.chain(contacts.map(|one| one.reason)).collect();
        found.extend(undecided::said(counting, &reasons, &of_export));
        let tool = counting.export().map_or("", |export| &export.tool);
        found.extend(values.and_then(|values| values.said(tool)));
        let undecided = matches!(counting, Counting::Undecided(_));
        let counts = |(at, one): &(Reason, LeftOutRows)| {
            one.rows > 0 && !(undecided && of_export.contains(at))
        };
        let reasons = reasons.into_iter().enumerate().filter(counts);
        let reasons: Vec<LeftOutRows> = reasons.map(|(_, one)| one).collect();
        found.extend(reasons.iter().map(left_out_note));
        Selected {
            left_out: reasons,
            dropped: self.dropped,
            why: self.why,
            found,
            said_gone,
            passed,
            names: left_out,
            of_tool,
            mends: mends.map(BoundMends::finish),
            filters: only
                .into_iter()
                .chain(leave_out)
                .map(Filter::finish)
                .collect(),
        }
    }
}

impl Work {
    /// Decides which rows of the batch count.
    fn decide(&mut self, batch: &RowBatch, by_mends: &[usize], kept: &[usize]) {
        self.fates.clear();
        let (mut by_mends, mut kept) = (by_mends.iter().peekable(), kept.iter().peekable());
        for (place, row) in batch.rows().enumerate() {
            let of_mends = by_mends.next_if(|at| **at == place).and(self.by_mends);
            let is_kept = kept.next_if(|at| **at == place).is_some();
            let filtered = self.filtered(&row);
            let mut reason = || filtered.or_else(|| self.reason(&row));
            let reason = of_mends.or_else(|| reason().filter(|_| !is_kept));
            let Some(reason) = reason else {
                if let Some(values) = self.values.as_mut().filter(|_| !is_kept) {
                    values.add(&row);
                }
                if let Some(of_tool) = &mut self.of_tool {
                    of_tool.add(&row);
                }
                self.fates.push(RowFate::Keep);
                continue;
            };
            self.reasons[reason].rows += 1;
            let why = self.told_of(reason);
            self.why.push(why);
            // Another contact's row is a row of a customer that counts.
            if self
                .contacts
                .as_ref()
                .is_none_or(|one| one.reason != reason)
            {
                let left_out = LeftOutRow {
                    number: row.number(),
                    why: self.reasons[reason].why.as_str().into(),
                    by_export: self.of_export.iter().any(|(_, of)| *of == reason),
                };
                if let Some(of_tool) = &mut self.of_tool {
                    of_tool.add_left_out(&row, &left_out);
                }
                self.left_out.add(&row, &left_out);
            }
            self.fates.push(RowFate::Drop);
        }
    }

    /// The reason, kept once for all its rows.
    fn told_of(&mut self, reason: Reason) -> Arc<str> {
        for one in &self.reasons[self.told.len()..] {
            self.told.push(one.why.as_str().into());
        }
        Arc::clone(&self.told[reason])
    }

    /// Which filter leaves the row out, of those that somebody wrote.
    fn filtered(&mut self, row: &Row<'_>) -> Option<Reason> {
        let mut reason = None;
        let only = self.only.iter_mut().map(|filter| (filter, false));
        let leave_out = self.leave_out.iter_mut().map(|filter| (filter, true));
        for (filter, leaves_out) in only.chain(leave_out) {
            // Until it has fitted a row it is asked of all, those included that others leave out.
            if (reason.is_none() || !filter.is_met()) && filter.holds(row) == leaves_out {
                reason = reason.or(Some(filter.reason));
            }
        }
        reason
    }

    /// Why else the row does not count; none where it does.
    fn reason(&mut self, row: &Row<'_>) -> Option<Reason> {
        let mut of_export = self.of_export.iter_mut();
        let by_export = of_export.find_map(|(bound, of)| bound.holds(row).then_some(*of));
        let by_export = by_export.or_else(|| self.contacts.as_mut().and_then(|one| one.again(row)));
        if let Some(reason) = by_export {
            if matches!(self.counting, Counting::Applied(_)) {
                return Some(reason);
            }
            self.reasons[reason].rows += 1;
        }
        let place = self.passed;
        self.passed += 1;
        let part = self.part.as_ref()?;
        self.by_part.filter(|_| !part.holds(place))
    }

    /// Writes cells as they are to be read.
    fn rewrite(&mut self, batch: &mut RowBatch) {
        if self.name_else.is_none() && self.of_tool.is_none() {
            return;
        }
        let mut changes = Vec::new();
        for (place, row) in batch.rows().enumerate() {
            if let Some((name, others)) = &self.name_else
                && trim(row.text(*name)).is_empty()
            {
                let words = others.iter().map(|at| trim(row.text(*at)));
                let words: Vec<&str> = words.filter(|text| !text.is_empty()).collect();
                changes.push(Change {
                    row: place,
                    cell: *name,
                    text: words.join(" "),
                });
            }
            if let Some((cell, text)) = self.of_tool.as_ref().and_then(|one| one.name_of(&row)) {
                changes.push(Change {
                    row: place,
                    cell,
                    text,
                });
            }
        }
        if !changes.is_empty() {
            *batch = changed(batch, &changes);
        }
    }
}

/// The name's column, and those that are it together where it is empty.
fn name_else(export: &Export, header: &Header, mapping: &Mapping) -> Option<(usize, Vec<usize>)> {
    let others = export.name_else.iter();
    let others: Vec<usize> = others
        .filter_map(|name| columns_called(header, name).first().copied())
        .collect();
    let name = mapping.index_of(Field::Name)?;
    (!others.is_empty()).then_some((name, others))
}

fn left_out_note(one: &LeftOutRows) -> Diagnostic {
    let rows = match one.rows {
        1 => "1 row is left out".to_owned(),
        many => format!("{} are left out", counted(many, "row")),
    };
    Diagnostic::of_file(&ROWS_LEFT_OUT, format!("{rows}: {}", one.why))
}
