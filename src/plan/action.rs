//! The plan itself: one item per data row.

use crate::model::{DefaultAccount, Diagnostic, ExistingRow, PartnerId, PartnerInfo, RowIndex};

/// What is to happen, row by row, in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The customer one logs in under.
    pub root: PartnerId,
    /// One item per data row.
    pub items: Vec<Item>,
    /// What the tenant has to say about the rows.
    pub diagnostics: Vec<Diagnostic>,
}

/// One data row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// The data row.
    pub row: RowIndex,
    /// Its number as a spreadsheet shows it.
    pub number: u32,
    /// What is to happen.
    pub action: Action,
}

/// What is to happen to a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A customer is created.
    Create {
        /// Below whom.
        parent: ParentLink,
        /// What is sent.
        partner: Box<PartnerInfo>,
        /// Whether a backup account comes along.
        account: DefaultAccount,
    },
    /// The customer is there already; it is verified, not sent.
    Exists {
        /// Which.
        id: PartnerId,
        /// Below whom the row says it stands.
        parent: ParentLink,
        /// What the row says of it.
        partner: Box<PartnerInfo>,
        /// Where the tenant and the row differ.
        differences: Vec<Difference>,
    },
    /// The row is wrong, in itself or for this tenant; it is not sent.
    Invalid,
    /// A row it depends on is not sent.
    Blocked {
        /// The row with the error.
        by: RowIndex,
    },
}

/// Below whom a customer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParentLink {
    /// A customer of the tenant.
    Id(PartnerId),
    /// The customer of another row, whose id is known once it is created.
    Row(RowIndex),
}

/// A member in which the row and the tenant differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The member's name.
    pub member: &'static str,
    /// What the tenant has.
    pub tenant: String,
    /// What the row says.
    pub row: String,
}

/// How many rows there are of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlanCounts {
    /// To be created.
    pub create: usize,
    /// There already.
    pub exists: usize,
    /// Wrong.
    pub invalid: usize,
    /// Dependent on a wrong row.
    pub blocked: usize,
}

impl Plan {
    /// The rows that are customers already.
    pub fn existing(&self) -> Vec<ExistingRow> {
        let rows = self.items.iter().filter_map(|item| match item.action {
            Action::Exists { id, .. } => Some(ExistingRow {
                row: item.number,
                id: id.get(),
            }),
            _ => None,
        });
        rows.collect()
    }

    /// Counts the rows by kind.
    pub fn counts(&self) -> PlanCounts {
        let mut counts = PlanCounts::default();
        for item in &self.items {
            match item.action {
                Action::Create { .. } => counts.create += 1,
                Action::Exists { .. } => counts.exists += 1,
                Action::Invalid => counts.invalid += 1,
                Action::Blocked { .. } => counts.blocked += 1,
            }
        }
        counts
    }
}
