//! The check of one table: rows stream through, the rules that look across rows come at the end.

use std::ops::ControlFlow;

use super::accepted::{Checked, Refused, RefusedParent, RowState, SaidOnce};
use super::columns::entries_of;
use super::country_column::CountryColumns;
use super::field::Field;
use super::index::Joined;
use super::left_out::{LeftOut, levels_derived};
use super::levels::{Deriving, Levels};
use super::mapping::{Mapping, OptionError};
use super::of_tool::Beside;
use super::parents::Target;
use super::part::{CheckSettings, EmptyList, Keep, Part, Plan, add};
use super::row_draft::{Memory, Validity};
use super::rows::Rows;
use super::says::{self, ColumnSays};
use super::selection::{LeftOutNames, SaidGone, Selected};
use super::tables::Tables;
use super::values::{Among, unmet};
use super::{above, duplicates, in_order, parents, stream, tree};
use crate::model::number::counted;
use crate::model::rules::REFUSALS;
use crate::model::rules::headers::{
    MAP_WITHOUT_COLUMN, NAME_COLUMN_MISSING, PROFILE_WITHOUT_COLUMN,
};
use crate::model::rules::left_out::LEVEL_MISSING;
use crate::model::rules::reading::{EMPTY, EMPTY_AS_MEANT, NO_CUSTOMERS, NO_ROW_COUNTS};
use crate::model::{Diagnostic, Header, LevelOffer, RowBatch, RowIndex};

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
    /// What is known of rows that do not count, and of parents beyond the cells.
    beside: Beside,
    /// What columns say of rows that count.
    said_gone: Vec<SaidGone>,
    /// Notes on entries of value maps that no table so far has met.
    unmet: Option<Vec<Diagnostic>>,
    /// Columns of this table that may say the level of rows that lack it.
    say_level: Vec<ColumnSays>,
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
            all_failed: plan.header == Validity::Invalid,
            plan,
            memory: Memory::default(),
            tables,
            first: 0,
            sheet: None,
            header: diagnostics,
            finished: Vec::new(),
            unmapped: None,
            beside: Beside::default(),
            said_gone: Vec::new(),
            unmet: None,
            say_level: Vec::new(),
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
        self.all_failed &= self.plan.header == Validity::Invalid;
        Ok(())
    }

    /// A mapping that one sheet has no column for may be meant for another.
    fn name(&mut self, sheet: &str) {
        self.whole.rows.sheets.begin(RowIndex(self.first), sheet);
        self.sheet = Some(sheet.to_owned());
        let header = std::mem::take(&mut self.header);
        let (missing, header): (Vec<_>, Vec<_>) = header.into_iter().partition(|found| {
            [MAP_WITHOUT_COLUMN.code, PROFILE_WITHOUT_COLUMN.code].contains(&found.rule.code)
        });
        self.header = header;
        self.plan.header = Validity::of(&self.header);
        if self.first == 0 && self.unmapped.is_none() {
            self.all_failed = self.plan.header == Validity::Invalid;
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
        let say_level = self.whole.left_out.say_level(&self.plan.mapping);
        self.whole.left_out.report(&say_level, &mut found);
        let before = std::mem::take(&mut self.say_level);
        self.say_level = says::of_sheets(before, say_level);
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
        let notes = unmet(
            maps.filter_map(|column| column.values.as_deref()),
            &entries,
            Among::of(&self.beside.left_out),
        );
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
    pub fn take_selected(&mut self, mut selected: Selected) {
        let said_gone = &selected.said_gone;
        self.header
            .retain(|one| !said_gone.iter().any(|said| said.says_more_than(one)));
        self.said_gone.append(&mut selected.said_gone);
        let found = self.beside.take(selected);
        self.take_reading_problems(found);
    }

    /// Takes what there is to say about the input as a whole.
    pub fn take_notes(&mut self, notes: impl IntoIterator<Item = Diagnostic>) {
        self.finished.extend(notes);
    }

    /// Applies the rules that look across rows, and hands over what was found.
    pub fn finish(mut self) -> Checked {
        self.close();
        let of_mends = self.beside.of_mends();
        if of_mends.iter().any(is_refusal) {
            self.whole.rows.fail_from(0);
        }
        self.finished.extend(of_mends);
        self.finished.extend(self.beside.of_filters());
        let Self {
            tables,
            mut whole,
            finished,
            unmapped,
            all_failed,
            plan:
                Plan {
                    deriving,
                    keep,
                    empty,
                    ..
                },
            beside,
            said_gone,
            unmet,
            say_level,
            ..
        } = self;
        let unmapped = unmapped.unwrap_or_default();
        let nothing_sent = all_failed || !unmapped.is_empty();
        let index = std::mem::take(&mut whole.rows.index);
        let joined = index.join(whole.rows.len());
        let mut targets = parents::targets(&whole.rows, &joined);
        let of_tool = beside.apply(&whole.rows, &tables, &joined, &mut targets);
        let levels = Levels::of(&whole.rows, &targets);
        let found = across_rows(
            &whole.rows,
            &tables,
            &targets,
            (&joined, &beside.names),
            &levels,
            deriving,
        );
        for part in found.into_iter().chain([of_tool]) {
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
        let refused = match keep {
            Keep::Accepted => refused(&whole.rows, &states, &targets),
            Keep::Nothing | Keep::Families => Vec::new(),
        };
        let families = match keep {
            Keep::Families => parents::rows_of(&targets),
            Keep::Accepted | Keep::Nothing => Vec::new(),
        };
        if deriving == Deriving::Offline {
            let sent = |row: RowIndex| states[row.as_usize()] == RowState::Accepted;
            let derived = levels.counted(&whole.rows, sent);
            whole.diagnostics.extend(levels_derived(derived));
        }
        let lack_level = std::mem::take(&mut whole.lack_level);
        let lacking_above = above::lacking_above_others(&whole.rows, &targets, &lack_level);
        let said_once = said_once(lack_level, &say_level, lacking_above.as_deref());
        // What is not needed any more makes room for the sorting.
        let Part {
            mut rows,
            mut diagnostics,
            ..
        } = whole;
        let sheets = std::mem::take(&mut rows.sheets);
        drop((rows, joined, targets, levels));
        add(&mut diagnostics, finished);
        say_above(&mut diagnostics, lacking_above.as_deref());
        diagnostics.extend(unmapped);
        diagnostics.extend(unmet.into_iter().flatten());
        if states.is_empty() {
            let left_out = beside.left_out.iter().map(|one| one.rows).sum();
            say_empty(&mut diagnostics, left_out, empty);
        }
        in_order::sort(&mut diagnostics);
        Checked {
            rows: states,
            accepted,
            refused,
            families,
            diagnostics,
            said_once,
            lacking_above,
            said_gone,
            say_level,
            sheets,
            left_out: beside.left_out,
        }
    }
}

/// What the rules find that look at two rows. None of them asks what the others found.
fn across_rows(
    rows: &Rows,
    tables: &Tables,
    targets: &[Target],
    (joined, left_out): (&Joined, &LeftOutNames),
    levels: &Levels,
    deriving: Deriving,
) -> Vec<Vec<Diagnostic>> {
    let found = &joined.found;
    std::thread::scope(|scope| {
        let level_of = |row: u32| levels.known(rows, row, deriving);
        let wrong = scope
            .spawn(move || parents::problems(rows, tables, targets, (found, left_out), &level_of));
        let circles = scope.spawn(|| tree::cycles(rows, tables, targets));
        let levels = tree::levels(rows, tables, targets, levels, deriving);
        let twice = duplicates::find(rows, tables, targets, found);
        let mut parts = vec![joined_by(wrong), joined_by(circles)];
        parts.extend(levels);
        parts.push(twice);
        parts.push(above::levels_for_all(rows, tables, targets, &level_of));
        parts
    })
}

/// Where the rows stand that are not accepted.
fn refused(rows: &Rows, states: &[RowState], targets: &[Target]) -> Vec<Refused> {
    let of_row = |row: u32| {
        let parent = match targets[row as usize] {
            Target::Row(parent) => RefusedParent::Row(RowIndex(parent)),
            Target::Named | Target::Wrong => RefusedParent::Named(rows.parents.get(row).into()),
            Target::Default | Target::Id(_) => RefusedParent::Unnamed,
        };
        Refused {
            row: RowIndex(row),
            name: rows.names.get(row).into(),
            code: rows.codes.get(row).into(),
            parent,
        }
    };
    let others = (0..rows.len()).filter(|row| states[*row as usize] != RowState::Accepted);
    others.map(of_row).collect()
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
fn said_once(
    lack_level: Vec<(RowIndex, u32)>,
    say_level: &[ColumnSays],
    above: Option<&str>,
) -> Vec<SaidOnce> {
    if lack_level.is_empty() {
        return Vec::new();
    }
    let column = say_level.first().and_then(ColumnSays::offer);
    let message = LevelOffer::message(column.as_ref(), above);
    vec![SaidOnce {
        rule: &LEVEL_MISSING,
        field: Field::Level,
        message: message.into(),
        rows: lack_level,
    }]
}

/// Says, where levels are missing, which rows most levels would be wrong for.
fn say_above(diagnostics: &mut [Diagnostic], above: Option<&str>) {
    let lacks = |one: &&mut Diagnostic| one.rule.code == LEVEL_MISSING.code && one.row.is_none();
    if let Some(above) = above
        && let Some(found) = diagnostics.iter_mut().find(lacks)
    {
        let help = format!("{}; but {above}: say which first", found.help);
        found.help = help.into();
    }
}

/// Says of a table that no row of it counts, where so many are left out.
fn say_empty(diagnostics: &mut Vec<Diagnostic>, left_out: usize, empty: EmptyList) {
    let is_said = |one: &Diagnostic| one.rule.code == EMPTY.code;
    let said = diagnostics.iter().any(is_said);
    let found = match (left_out, empty) {
        (0, EmptyList::Allowed) => {
            // A file of no bytes has no column either.
            diagnostics
                .retain(|one| !said || !is_said(one) && one.rule.code != NAME_COLUMN_MISSING.code);
            Diagnostic::of_file(&EMPTY_AS_MEANT, "there is no customer, which is allowed")
        }
        (0, EmptyList::Refused) if said => return,
        (0, EmptyList::Refused) => {
            Diagnostic::of_file(&NO_CUSTOMERS, "there is a header, and no customer below it")
                .with_help(
                    "fill in a row for each customer; another sheet is read with --sheet NAME",
                )
        }
        _ if diagnostics.iter().any(Diagnostic::is_error) => return,
        (1, _) => none_counts("the only row is left out, so there is no customer".to_owned()),
        (many, _) => none_counts(format!(
            "all {} are left out, so there is no customer",
            counted(many, "row")
        )),
    };
    diagnostics.push(found);
}

fn none_counts(message: String) -> Diagnostic {
    Diagnostic::of_file(&NO_ROW_COUNTS, message)
        .with_help("look at the filters: each is named below with its rows")
}
