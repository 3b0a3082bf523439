//! The check of one table: rows stream through, the rules that look across rows come at the end.

use std::ops::ControlFlow;

use super::accepted::{Accepted, Checked, Parent, ParentTarget, RowState, SaidOnce};
use super::columns::{Column, LevelUnsaid, check_defaults, columns_of, level_unsaid};
use super::country_column::CountryColumns;
use super::draft::{BillingContactForm, accept};
use super::field::Field;
use super::known::Comparison;
use super::left_out::{LEVEL_OF_ROW, LeftOut, levels_derived};
use super::levels::{InList, Levels};
use super::mapping::{Mapping, MappingOptions, OptionError, map_header};
use super::of_tool;
use super::parents::{self, Target};
use super::row::{Draft, Findings, LevelCell, Memory, RowAt, read_row};
use super::rows::Rows;
use super::selection::{LeftOutNames, OfToolRows, Selected, SelectionOptions};
use super::tables::Tables;
use super::values::{ValueEntry, entries_of, unmet};
use super::{duplicates, in_order, stream, tree};
use crate::model::rules::REFUSALS;
use crate::model::rules::headers::MAP_WITHOUT_COLUMN;
use crate::model::rules::left_out::LEVEL_MISSING;
use crate::model::rules::reading::NO_CUSTOMERS;
use crate::model::{
    CellAddress, Diagnostic, Header, LeftOutRows, LevelChoice, Phrase, RowBatch, RowIndex, Text,
};

/// Whether accepted rows are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keep {
    /// As [`Checked::accepted`], for a plan.
    #[default]
    Accepted,
    /// Nothing but states and diagnostics: memory does not grow with the rows' width.
    Nothing,
}

/// How a table is checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckSettings {
    /// Which columns are which fields, and what fills empty cells.
    pub mapping: MappingOptions,
    /// How billing contacts go over the wire.
    pub billing_contact: BillingContactForm,
    /// Whether accepted rows are kept.
    pub keep: Keep,
    /// What a result file is compared with before, by a [`Restorer`](super::Restorer).
    pub comparison: Comparison,
    /// Who works out levels that are to be derived.
    pub deriving: Deriving,
    /// Which rows count.
    pub selection: SelectionOptions,
}

impl CheckSettings {
    /// What is said of a table's columns and values, by the user and by what is known of the export
    /// that it is.
    pub fn mapping_of(&self, header: &Header) -> MappingOptions {
        self.selection.mapping(&self.mapping, header)
    }
}

/// Where levels that are to be derived from the parent's are held against the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Deriving {
    /// Here, as far as the list tells.
    #[default]
    Offline,
    /// In the plan that follows, which knows the levels of the tenant.
    InPlan,
}

/// Checks one table.
#[derive(Debug)]
pub struct Checker {
    plan: Plan,
    memory: Memory,
    whole: Part,
    /// Where each table begins, this one included.
    tables: Tables,
    /// The first row of this table.
    first: u32,
    /// The sheet of this table, where several are one input.
    sheet: Option<String>,
    /// Problems of the header.
    header: Vec<Diagnostic>,
    /// What was found in the tables before this one.
    finished: Vec<Diagnostic>,
    /// Mappings that no table so far has had a column for.
    unmapped: Option<Vec<Diagnostic>>,
    /// Whether every table so far has an error in its header.
    all_failed: bool,
    /// Rows that do not count.
    left_out: Vec<LeftOutRows>,
    left_out_names: LeftOutNames,
    of_tool: Option<OfToolRows>,
    /// Notes on entries of value maps that no table so far has met.
    unmet: Option<Vec<Diagnostic>>,
}

impl Checker {
    /// Begins with the header. `sample` holds the first rows (they are only looked at; hand them to
    /// [`Checker::batch`] as well).
    pub fn new(
        header: &Header,
        settings: &CheckSettings,
        sample: &RowBatch,
    ) -> Result<Self, OptionError> {
        let (plan, diagnostics) = Plan::of(header, settings, sample)?;
        let mut tables = Tables::default();
        tables.begin(0, plan.columns.clone());
        Ok(Self {
            whole: Part::of(&plan),
            all_failed: plan.header_failed,
            plan,
            memory: Memory::default(),
            tables,
            first: 0,
            sheet: None,
            header: diagnostics,
            finished: Vec::new(),
            unmapped: None,
            left_out: Vec::new(),
            left_out_names: LeftOutNames::default(),
            of_tool: None,
            unmet: None,
        })
    }

    /// Begins with the first of several sheets.
    pub fn on_sheet(
        sheet: &str,
        header: &Header,
        settings: &CheckSettings,
        sample: &RowBatch,
    ) -> Result<Self, OptionError> {
        let mut checker = Self::new(header, settings, sample)?;
        checker.name(sheet);
        Ok(checker)
    }

    /// Goes on with the next sheet: its rows follow those checked so far, and its columns are its
    /// own. A row may name a parent on any sheet.
    pub fn next_sheet(
        &mut self,
        sheet: &str,
        header: &Header,
        settings: &CheckSettings,
        sample: &RowBatch,
    ) -> Result<(), OptionError> {
        let (plan, diagnostics) = Plan::of(header, settings, sample)?;
        self.close();
        self.whole.left_out = LeftOut::of(&plan.mapping);
        self.whole.countries = CountryColumns::default();
        self.plan = plan;
        self.memory = Memory::default();
        self.header = diagnostics;
        self.first = self.whole.rows.len();
        self.tables.begin(self.first, self.plan.columns.clone());
        self.name(sheet);
        self.all_failed &= self.plan.header_failed;
        Ok(())
    }

    /// A mapping that one sheet has no column for may be meant for another.
    fn name(&mut self, sheet: &str) {
        self.whole.rows.sheets.begin(RowIndex(self.first), sheet);
        self.sheet = Some(sheet.to_owned());
        let header = std::mem::take(&mut self.header);
        let (missing, header): (Vec<_>, Vec<_>) = header
            .into_iter()
            .partition(|found| found.rule.code == MAP_WITHOUT_COLUMN.code);
        self.header = header;
        self.plan.header_failed = self.header.iter().any(Diagnostic::is_error);
        if self.first == 0 && self.unmapped.is_none() {
            self.all_failed = self.plan.header_failed;
        }
        self.unmapped = Some(match self.unmapped.take() {
            None => missing,
            Some(before) => before
                .into_iter()
                .filter(|found| missing.iter().any(|other| other.value == found.value))
                .collect(),
        });
    }

    /// Takes what was found in this table, with its sheet.
    fn close(&mut self) {
        let columns = &self.plan.columns;
        let unclear = self
            .whole
            .countries
            .unclear(&self.whole.rows, &self.tables, columns);
        self.whole.take(unclear);
        let mut found = std::mem::take(&mut self.whole.diagnostics);
        found.append(&mut self.header);
        self.whole.left_out.report(&mut found);
        self.note_unmet();
        if self.sheet.is_some() {
            for diagnostic in &mut found {
                diagnostic.sheet = self.sheet.as_deref().map(Box::from);
            }
        }
        add(&mut self.finished, found);
    }

    /// Takes note of words that no cell of this table held; one that a table holds is met.
    fn note_unmet(&mut self) {
        let Ok(entries) = entries_of(&self.plan.values) else {
            return;
        };
        let maps = self.plan.columns.iter();
        let notes = unmet(maps.filter_map(|column| column.values.as_deref()), &entries);
        self.unmet = Some(match self.unmet.take() {
            None => notes,
            Some(before) => before
                .into_iter()
                .filter(|one| notes.iter().any(|other| other.value == one.value))
                .collect(),
        });
    }

    /// What became of the columns.
    pub fn mapping(&self) -> &Mapping {
        &self.plan.mapping
    }

    /// Checks the next rows of the table.
    ///
    /// # Panics
    /// When a table has 2^30 rows or more.
    pub fn batch(&mut self, rows: &RowBatch) {
        let first = self.whole.rows.len();
        self.whole.check(&self.plan, &mut self.memory, rows, first);
        self.whole.rows.index.settle();
    }

    /// Checks the rest of the table on two threads: `next` clears a batch and fills it, and says
    /// whether more may follow; while the other thread is busy, this one checks as well.
    pub fn stream<E>(
        &mut self,
        next: impl FnMut(&mut RowBatch) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        stream::check(&self.plan, &mut self.memory, &mut self.whole, next)
    }

    /// Takes what the reading has found of rows already checked; those with an error there are not
    /// sent either. Rows are counted from the first of this table.
    pub fn take_reading_problems(&mut self, found: impl IntoIterator<Item = Diagnostic>) {
        let mut found: Vec<Diagnostic> = found.into_iter().collect();
        for diagnostic in &mut found {
            diagnostic.row = diagnostic.row.map(|row| RowIndex(row.0 + self.first));
        }
        if found.iter().any(is_refusal) {
            self.whole.rows.fail_from(self.first);
        }
        self.whole.take(found);
    }

    /// Takes what became of this table's rows before they came here.
    pub fn take_selected(&mut self, selected: Selected) {
        for one in selected.left_out {
            match self.left_out.iter_mut().find(|other| other.why == one.why) {
                Some(other) => other.rows += one.rows,
                None => self.left_out.push(one),
            }
        }
        self.left_out_names.append(selected.names);
        match (&mut self.of_tool, selected.of_tool) {
            (Some(rows), Some(more)) => rows.append(more),
            (None, rows) => self.of_tool = rows,
            (Some(_), None) => {}
        }
        self.take_reading_problems(selected.found);
    }

    /// Takes what there is to say about the input as a whole.
    pub fn take_notes(&mut self, notes: impl IntoIterator<Item = Diagnostic>) {
        self.finished.extend(notes);
    }

    /// Applies the rules that look across rows, and hands over what was found.
    pub fn finish(mut self) -> Checked {
        self.close();
        let Self {
            tables,
            mut whole,
            finished,
            unmapped,
            all_failed,
            plan: Plan { deriving, .. },
            left_out,
            left_out_names,
            of_tool,
            unmet,
            ..
        } = self;
        let unmapped = unmapped.unwrap_or_default();
        let nothing_sent = all_failed || !unmapped.is_empty();
        let index = std::mem::take(&mut whole.rows.index);
        let joined = index.join(whole.rows.len());
        let mut targets = parents::targets(&whole.rows, &joined);
        let found = &joined.found;
        parents::refuse_left_out(&whole.rows, found, &left_out_names, &mut targets);
        let of_tool = of_tool.iter();
        let of_tool =
            of_tool.flat_map(|one| of_tool::apply(one, &whole.rows, &tables, &mut targets));
        let of_tool: Vec<Diagnostic> = of_tool.collect();
        let levels = Levels::of(&whole.rows, &targets);
        // None of them asks what the others found.
        let [wrong, circles, twice, wrong_levels] = {
            let (rows, tables, targets) = (&whole.rows, &tables, &targets);
            std::thread::scope(|scope| {
                let wrong = scope
                    .spawn(|| parents::problems(rows, tables, targets, (found, &left_out_names)));
                let circles = scope.spawn(|| tree::cycles(rows, tables, targets));
                let levels = tree::levels(rows, tables, targets, (&levels, deriving));
                let twice = duplicates::find(rows, tables, targets, found);
                [
                    vec![joined_by(wrong)],
                    vec![joined_by(circles)],
                    vec![twice],
                    levels,
                ]
            })
        };
        for part in [wrong, circles, wrong_levels, twice, vec![of_tool]]
            .into_iter()
            .flatten()
        {
            whole.take(part);
        }
        let states = if nothing_sent {
            vec![RowState::Invalid; whole.rows.facts.len()]
        } else {
            let (states, blocked) = tree::states(&whole.rows, &tables, &targets);
            for part in blocked {
                whole.take(part);
            }
            states
        };
        let accepted = whole.place(&states, &targets, &levels);
        if deriving == Deriving::Offline {
            let sent = |row: RowIndex| states[row.as_usize()] == RowState::Accepted;
            let derived = levels.counted(&whole.rows, sent);
            whole.diagnostics.extend(levels_derived(derived));
        }
        let said_once = said_once(std::mem::take(&mut whole.lack_level));
        // What is not needed any more makes room for the sorting.
        let Part {
            mut rows,
            mut diagnostics,
            ..
        } = whole;
        let sheets = std::mem::take(&mut rows.sheets);
        drop((rows, joined, targets, levels));
        add(&mut diagnostics, finished);
        diagnostics.extend(unmapped);
        diagnostics.extend(unmet.into_iter().flatten());
        if states.is_empty() && !diagnostics.iter().any(Diagnostic::is_error) {
            diagnostics.push(no_customers());
        }
        in_order::sort(&mut diagnostics);
        Checked {
            rows: states,
            accepted,
            diagnostics,
            said_once,
            sheets,
            left_out,
        }
    }
}

/// What a thread found.
fn joined_by<T>(thread: std::thread::ScopedJoinHandle<'_, T>) -> T {
    match thread.join() {
        Ok(found) => found,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// Whether the whole table is not certain.
fn is_refusal(found: &Diagnostic) -> bool {
    REFUSALS.iter().any(|rule| rule.code == found.rule.code)
}

/// Rows without a level, as files tell of each of them.
fn said_once(lack_level: Vec<(RowIndex, u32)>) -> Vec<SaidOnce> {
    if lack_level.is_empty() {
        return Vec::new();
    }
    vec![SaidOnce {
        rule: &LEVEL_MISSING,
        field: Field::Level,
        message: LEVEL_OF_ROW.into(),
        rows: lack_level,
    }]
}

/// Adds diagnostics, without moving them where there were none.
fn add(all: &mut Vec<Diagnostic>, mut more: Vec<Diagnostic>) {
    if all.is_empty() {
        *all = more;
    } else {
        all.append(&mut more);
    }
}

fn no_customers() -> Diagnostic {
    Diagnostic::of_file(&NO_CUSTOMERS, "there is a header, and no customer below it")
        .with_help("fill in a row for each customer; another sheet is read with --sheet NAME")
}

/// What is settled before the first row, and read by all threads.
#[derive(Debug)]
pub(super) struct Plan {
    mapping: Mapping,
    columns: Vec<Column>,
    billing_contact: BillingContactForm,
    keep: Keep,
    level_unsaid: LevelUnsaid,
    deriving: Deriving,
    /// What the user says of the list's words.
    values: Vec<ValueEntry>,
    /// An error in the header: no row may be sent.
    header_failed: bool,
}

impl Plan {
    fn of(
        header: &Header,
        settings: &CheckSettings,
        sample: &RowBatch,
    ) -> Result<(Self, Vec<Diagnostic>), OptionError> {
        let said = settings.mapping_of(header);
        let (mapping, diagnostics) = map_header(header, sample, &said)?;
        check_defaults(&mapping)?;
        let values = entries_of(&said.values)?;
        let plan = Self {
            columns: columns_of(&mapping, &values, sample),
            level_unsaid: level_unsaid(&mapping),
            deriving: settings.deriving,
            mapping,
            billing_contact: settings.billing_contact,
            keep: settings.keep,
            // What is known of an export is more than one list has: nothing is said of that.
            values: settings.mapping.values.clone(),
            header_failed: diagnostics.iter().any(Diagnostic::is_error),
        };
        Ok((plan, diagnostics))
    }
}

/// Some consecutive rows, checked one by one.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) rows: Rows,
    left_out: LeftOut,
    countries: CountryColumns,
    /// Rows that are not sent because they do not say their level, with their numbers.
    lack_level: Vec<(RowIndex, u32)>,
    accepted: Vec<Accepted>,
    diagnostics: Vec<Diagnostic>,
}

impl Part {
    pub(super) fn of(plan: &Plan) -> Self {
        Self {
            rows: Rows::default(),
            left_out: LeftOut::of(&plan.mapping),
            countries: CountryColumns::default(),
            lack_level: Vec::new(),
            accepted: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    /// Checks the next rows, the first of which is row `first` of the table.
    pub(super) fn check(&mut self, plan: &Plan, memory: &mut Memory, batch: &RowBatch, first: u32) {
        let mut spare = RowBatch::default();
        for (index, row) in (first..).zip(batch.rows()) {
            let at = RowAt {
                index: RowIndex(index),
                number: row.number(),
                line: row.line(),
            };
            let mut findings = Findings {
                diagnostics: &mut self.diagnostics,
                at,
                failed: plan.header_failed,
            };
            let origin = plan.mapping.origin;
            let mut draft = Draft::empty();
            read_row(
                &mut draft,
                &plan.columns,
                origin,
                row,
                &mut spare,
                memory,
                &mut findings,
            );
            let mut failed = findings.failed;
            self.left_out.count(at, &draft, failed);
            self.countries.count(at, &draft);
            let level = match draft.level {
                LevelCell::Level(level) => LevelChoice::Given(level),
                LevelCell::Wrong => LevelChoice::Unsaid,
                LevelCell::Empty => self.without_level(plan, at, &draft, &mut failed),
            };
            self.rows.add(at, &draft, level, failed);
            if plan.keep == Keep::Accepted && !failed {
                let parent = Parent {
                    target: ParentTarget::Default,
                    expected_id: None,
                    written: None,
                    at: parent_cell(&plan.columns, at.number, &draft),
                };
                let form = plan.billing_contact;
                let accepted = accept(&plan.columns, form, at, &draft, level, parent);
                self.accepted.push(accepted);
            }
        }
    }

    /// What becomes of a row that does not say its level. One that was imported before is not sent.
    fn without_level(
        &mut self,
        plan: &Plan,
        at: RowAt,
        draft: &Draft<'_>,
        failed: &mut bool,
    ) -> LevelChoice {
        match plan.level_unsaid {
            LevelUnsaid::Derive => return LevelChoice::Derived,
            LevelUnsaid::Refuse if draft.existing_id.is_none() => {
                *failed = true;
                self.left_out.lacks_level(at);
                self.lack_level.push((at.index, at.number));
            }
            LevelUnsaid::Refuse | LevelUnsaid::Undecided => {}
        }
        LevelChoice::Unsaid
    }

    /// Takes the rows that follow these; `next` is empty afterwards, and keeps its memory.
    pub(super) fn append(&mut self, next: &mut Self) {
        self.rows.append(&mut next.rows);
        self.lack_level.append(&mut next.lack_level);
        self.left_out.append(&mut next.left_out);
        self.countries.append(&mut next.countries);
        self.accepted.append(&mut next.accepted);
        self.diagnostics.append(&mut next.diagnostics);
    }

    fn take(&mut self, found: Vec<Diagnostic>) {
        for diagnostic in &found {
            self.rows.mark(diagnostic);
        }
        add(&mut self.diagnostics, found);
    }

    /// Gives the accepted rows their parents and drops those that are not sent after all.
    fn place(&mut self, states: &[RowState], targets: &[Target], levels: &Levels) -> Vec<Accepted> {
        let mut accepted = std::mem::take(&mut self.accepted);
        accepted.retain_mut(|row| {
            let index = row.row.as_usize();
            if states[index] != RowState::Accepted {
                return false;
            }
            if row.level == LevelChoice::Derived
                && let InList::Known(level) = levels.of_row(&self.rows, row.row.0)
            {
                row.level_in_list = Some(level);
            }
            row.parent.target = match targets[index] {
                Target::Default => ParentTarget::Default,
                Target::Id(id) => ParentTarget::Id(id),
                Target::Row(parent) => ParentTarget::Row(RowIndex(parent)),
                Target::Named | Target::Wrong => {
                    let name = self.rows.parents.get(row.row.0);
                    ParentTarget::Named(
                        Text::parse(name).expect("a row without errors has valid texts"),
                    )
                }
            };
            let written = self.rows.parents.get(row.row.0);
            if !written.is_empty() {
                row.parent.expected_id = self.rows.facts[index].parent_id;
                row.parent.written = Text::parse(written).ok();
            }
            true
        });
        accepted
    }
}

fn parent_cell(
    columns: &[Column],
    number: u32,
    draft: &Draft<'_>,
) -> Option<(CellAddress, Phrase)> {
    let field = match (draft.text(Field::Parent), draft.parent_id) {
        ("", None) => return None,
        ("", Some(_)) => Field::ParentId,
        _ => Field::Parent,
    };
    let column = columns.iter().find(|column| column.field == field)?;
    let address = CellAddress {
        row: number,
        column: column.letter,
    };
    Some((address, column.header.clone()))
}
