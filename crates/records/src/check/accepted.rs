//! What came through the check. Only this layer can make an [`Accepted`].

use std::sync::Arc;

use super::field::Field;
use super::mapping::Mapping;
use super::says::ColumnSays;
use super::selection::SaidGone;
use crate::model::rules::Rule;
use crate::model::rules::left_out::LEVEL_MISSING;
use crate::model::rules::texts::{
    DATE_FOR_CODE, LETTER_LOST, MOJIBAKE, PERHAPS_PLACEHOLDER, PHONE_IMPLAUSIBLE, PRECISION_LOST,
    ZEROS_LOST,
};
use crate::model::{
    CellAddress, DefaultAccount, Deployment, Diagnostic, LeftOutRows, Level, LevelChoice,
    LevelOffer, PartnerId, PartnerInfo, Phrase, RowIndex, SheetRows, TableSummary, Text,
};

/// A row that may be planned: every field valid, its parent row accepted too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    pub(super) row: RowIndex,
    pub(super) number: u32,
    pub(super) partner: Arc<PartnerInfo>,
    pub(super) default_account: DefaultAccount,
    pub(super) deployment: Deployment,
    pub(super) level: LevelChoice,
    pub(super) level_in_list: Option<Level>,
    pub(super) level_for_all: Option<Arc<str>>,
    pub(super) parent: Parent,
    pub(super) existing_id: Option<PartnerId>,
    pub(super) location_name: Option<Box<NamedReference>>,
    pub(super) region_name: Option<Box<NamedReference>>,
    pub(super) doubts: Doubts,
}

/// Why a value may be sent with a new customer, and must not replace what a customer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// It may stand for nothing.
    StandsForNothing,
    /// A program visibly damaged it, or it may be a word for nothing that is read as a country.
    Damaged,
}

/// The fields of a row whose values must not replace what a customer has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Doubts {
    /// Bits by [`Field::index`].
    nothing: u64,
    damaged: u64,
}

impl Doubts {
    /// Takes note of what was said of a field's value. What is no phone number says, in whatever
    /// language, that there is none.
    pub(super) fn note(&mut self, field: Field, rule: &Rule) {
        const DAMAGED: [&Rule; 5] = [
            &ZEROS_LOST,
            &PRECISION_LOST,
            &DATE_FOR_CODE,
            &MOJIBAKE,
            &LETTER_LOST,
        ];
        let bit = 1 << field.index();
        if [PERHAPS_PLACEHOLDER.code, PHONE_IMPLAUSIBLE.code].contains(&rule.code) {
            self.nothing |= bit;
        } else if DAMAGED.iter().any(|damaged| damaged.code == rule.code) {
            self.damaged |= bit;
        }
    }

    /// Takes note of a country: `NA` is Namibia's code, and a word for nothing.
    pub(super) fn note_country(&mut self, field: Field, text: &str) {
        if text.len() == 2 && text.eq_ignore_ascii_case("na") {
            self.damaged |= 1 << field.index();
        }
    }

    fn of(self, field: Field) -> Option<Doubt> {
        let bit = 1 << field.index();
        if self.damaged & bit != 0 {
            Some(Doubt::Damaged)
        } else {
            (self.nothing & bit != 0).then_some(Doubt::StandsForNothing)
        }
    }
}

/// A name that only the tenant can resolve, with the cell it stands in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedReference {
    /// The name as typed, trimmed.
    pub name: Text,
    /// Its cell.
    pub at: CellAddress,
    /// The header of its column.
    pub column: Phrase,
}

/// Below whom a customer is to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    /// The parent as far as the file tells.
    pub target: ParentTarget,
    /// The `ParentId` cell where the row has a `Parent` as well: both must agree, which only the
    /// tenant can tell.
    pub expected_id: Option<PartnerId>,
    /// The `Parent` cell as it was written, cleaned; `None` where it is empty.
    pub written: Option<Text>,
    /// The cell that names the parent (with its header), for messages; `None` when no cell does.
    pub at: Option<(CellAddress, Phrase)>,
}

/// The parent as far as the file tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParentTarget {
    /// No cell says: the customer one logs in under.
    Default,
    /// A customer of the tenant, by id.
    Id(PartnerId),
    /// Another row of the file.
    Row(RowIndex),
    /// A name or external code that no row of the file has: a customer of the tenant, or nobody.
    Named(Text),
}

impl Accepted {
    /// The data row.
    pub fn row(&self) -> RowIndex {
        self.row
    }

    /// The row's number as a spreadsheet shows it.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// The customer to create. Location and region are missing where the row names them; see
    /// [`Accepted::location_name`] and [`Accepted::region_name`].
    pub fn partner(&self) -> &PartnerInfo {
        &self.partner
    }

    /// The same, shared: whoever plans the row keeps it, and nobody copies it.
    pub fn shared_partner(&self) -> Arc<PartnerInfo> {
        Arc::clone(&self.partner)
    }

    /// Whether the service is to make a backup account along with the customer.
    pub fn default_account(&self) -> DefaultAccount {
        self.default_account
    }

    /// Whether automatic deployment is to be switched on for it.
    pub fn deployment(&self) -> Deployment {
        self.deployment
    }

    /// What the row says of the customer's level. [`Accepted::partner`] has one only where the row
    /// gives it.
    pub fn level(&self) -> LevelChoice {
        self.level
    }

    /// The level as far as the list tells: given, or derived from rows above it. None where it is
    /// open until the tenant is asked.
    pub fn level_in_list(&self) -> Option<Level> {
        self.level_in_list
    }

    /// By what the row has its level, in words, where it is the one for all rows that do not say theirs.
    pub fn level_for_all(&self) -> Option<&str> {
        self.level_for_all.as_deref()
    }

    /// Below whom it is to stand.
    pub fn parent(&self) -> &Parent {
        &self.parent
    }

    /// The `ID` cell: the customer was imported before, and is verified, not sent.
    pub fn existing_id(&self) -> Option<PartnerId> {
        self.existing_id
    }

    /// Why the value of a member, named by its dotted path, must not replace what a customer has.
    pub fn doubt_of(&self, member: &str) -> Option<Doubt> {
        let field = Field::ALL.iter().find(|field| field.path() == member)?;
        self.doubts.of(*field)
    }

    /// A storage location given by name.
    pub fn location_name(&self) -> Option<&NamedReference> {
        self.location_name.as_deref()
    }

    /// A region given by name.
    pub fn region_name(&self) -> Option<&NamedReference> {
        self.region_name.as_deref()
    }
}

/// What the check made of one data row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowState {
    /// In [`Checked::accepted`].
    Accepted,
    /// It has an error of its own.
    Invalid,
    /// It is right in itself; the row it depends on, directly or through others, is not.
    Blocked {
        /// The row with the error.
        by: RowIndex,
    },
}

/// Where a row stands that is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The data row.
    pub row: RowIndex,
    /// Its name, as the check read it.
    pub name: Box<str>,
    /// Its external code.
    pub code: Box<str>,
    /// Its parent.
    pub parent: RefusedParent,
}

/// The parent of a row that is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RefusedParent {
    /// No cell says, or it is an id.
    Unnamed,
    /// Another row of the file.
    Row(RowIndex),
    /// What its cell says, which no row is called, or several are.
    Named(Box<str>),
}

/// A problem that is said once for all its rows. Each of them is invalid because of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidOnce {
    /// The rule that they break.
    pub rule: &'static Rule,
    /// The field that it is about.
    pub field: Field,
    /// What is wrong with each of them, and what to do.
    pub message: Phrase,
    /// The rows with their numbers, in the order of the file.
    pub rows: Vec<(RowIndex, u32)>,
}

/// The check's result: every data row has a state, and every problem stands in `diagnostics`.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// One state per data row, in the order of the file.
    pub rows: Vec<RowState>,
    /// The accepted rows in the order of the file; empty when the check was asked to keep nothing.
    pub accepted: Vec<Accepted>,
    /// Where the other rows stand, in the order of the file; empty when the check was asked to keep
    /// nothing.
    pub refused: Vec<Refused>,
    /// The row of the list that each stands below; empty unless the check was asked to keep it.
    pub families: Vec<Option<RowIndex>>,
    /// All problems, in the order of the file (file-wide ones first).
    pub diagnostics: Vec<Diagnostic>,
    /// Problems that `diagnostics` say once, with their rows.
    pub said_once: Vec<SaidOnce>,
    /// Of rows that do not say their level, which have others below them, in words.
    pub lacking_above: Option<String>,
    /// Columns that are not imported and say of rows that they are no customers any more.
    pub said_gone: Vec<SaidGone>,
    /// Columns that may say their level instead, of all sheets.
    pub say_level: Vec<ColumnSays>,
    /// The sheets of an input of several; empty for a single table.
    pub sheets: SheetRows,
    /// Rows that do not count, beside these.
    pub left_out: Vec<LeftOutRows>,
}

impl Checked {
    /// What is said once for many rows, of each of them with its field: for files that have a line
    /// per row.
    pub fn of_each_row(&self) -> impl Iterator<Item = (Field, Diagnostic)> {
        self.said_once.iter().flat_map(|one| {
            one.rows.iter().map(|(row, number)| {
                let problem = Diagnostic::of_row(one.rule, *row, *number, one.message.clone());
                (one.field, problem.on_sheet(self.sheets.of(*row)))
            })
        })
    }

    /// What is offered first, where rows do not say their level.
    pub fn level_offer(&self) -> Option<LevelOffer> {
        let mut once = self.said_once.iter();
        let lacking = once.find(|one| one.rule.code == LEVEL_MISSING.code)?;
        LevelOffer::in_message(&lacking.message)
    }

    /// The rules of [`Checked::of_each_row`].
    pub fn rules_of_each_row(&self) -> impl Iterator<Item = (RowIndex, &'static Rule)> {
        let once = self.said_once.iter();
        once.flat_map(|one| one.rows.iter().map(|(row, _)| (*row, one.rule)))
    }

    /// The counts of the rows by state, with what became of the columns.
    pub fn summary(&self, mapping: &Mapping) -> TableSummary {
        let mut summary = TableSummary {
            rows: self.rows.len(),
            left_out: self.left_out.clone(),
            columns: mapping.columns_used(),
            ..TableSummary::default()
        };
        for state in &self.rows {
            match state {
                RowState::Accepted => summary.accepted += 1,
                RowState::Invalid => summary.invalid += 1,
                RowState::Blocked { .. } => summary.blocked += 1,
            }
        }
        summary
    }
}
