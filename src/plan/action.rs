//! The plan itself: one item per data row.

use crate::model::{
    DefaultAccount, Diagnostic, ExistingRow, PartnerChanges, PartnerId, PartnerInfo, Relocation,
    RowIndex,
};

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
    /// How the row stands against the tenant, whatever is done about it.
    pub finding: Finding,
}

/// How a row stands against the tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Finding {
    /// Nobody there answers to it.
    New,
    /// The customer is there, and nothing the row says is otherwise.
    Exists,
    /// The customer is there, and some members are otherwise.
    Differs,
    /// Its name or code belongs to another customer, or several answer to it. The row is sent only
    /// where nothing but the service can tell (the same name below another parent).
    Conflict,
    /// It is wrong, in itself or for this tenant.
    Invalid,
    /// A row it depends on is not sent.
    Blocked,
}

impl Finding {
    /// Every finding, in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::New,
        Self::Exists,
        Self::Differs,
        Self::Conflict,
        Self::Invalid,
        Self::Blocked,
    ];

    /// The word for people and machines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::New => "create",
            Self::Exists => "exists",
            Self::Differs => "differs",
            Self::Conflict => "conflict",
            Self::Invalid => "invalid",
            Self::Blocked => "blocked",
        }
    }
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
    /// The customer is there already, and is changed to what the row says (`--on-exists update`).
    Update {
        /// Which.
        id: PartnerId,
        /// Below whom the row says it stands.
        parent: ParentLink,
        /// What the row says of it.
        partner: Box<PartnerInfo>,
        /// Where the tenant and the row differ; all of them are changed.
        differences: Vec<Difference>,
        /// What is sent.
        changes: Box<PartnerChanges>,
        /// Whether `ParentId` is sent too.
        relocation: Relocation,
    },
    /// The customer is there already, which was said to be wrong (`--on-exists fail`); nothing is
    /// sent, and the row fails.
    Refuse {
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
///
/// `member` is the dotted path on the wire (`Company.PostAddress.City`).
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
    /// There already, and left as they are.
    pub exists: usize,
    /// There already, and to be changed.
    pub update: usize,
    /// There already, which is an error.
    pub fail: usize,
    /// Wrong.
    pub invalid: usize,
    /// Dependent on a wrong row.
    pub blocked: usize,
}

impl Plan {
    /// The rows that are customers already.
    pub fn existing(&self) -> Vec<ExistingRow> {
        let rows = self.items.iter().filter_map(|item| {
            let id = item.action.id()?.get();
            let row = item.number;
            Some(ExistingRow { row, id })
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
                Action::Update { .. } => counts.update += 1,
                Action::Refuse { .. } => counts.fail += 1,
                Action::Invalid => counts.invalid += 1,
                Action::Blocked { .. } => counts.blocked += 1,
            }
        }
        counts
    }

    /// How many rows have this finding.
    pub fn found(&self, finding: Finding) -> usize {
        let same = |item: &&Item| item.finding == finding;
        self.items.iter().filter(same).count()
    }
}

impl Action {
    /// What is to happen, as the word in a plan: `create`, `exists`, `update`, `fail`, `invalid`,
    /// `blocked`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Create { .. } => "create",
            Self::Exists { .. } => "exists",
            Self::Update { .. } => "update",
            Self::Refuse { .. } => "fail",
            Self::Invalid => "invalid",
            Self::Blocked { .. } => "blocked",
        }
    }

    /// The customer of the tenant that the row is, where it is there already.
    pub fn id(&self) -> Option<PartnerId> {
        match self {
            Self::Exists { id, .. } | Self::Update { id, .. } | Self::Refuse { id, .. } => {
                Some(*id)
            }
            Self::Create { .. } | Self::Invalid | Self::Blocked { .. } => None,
        }
    }

    /// Below whom the row's customer stands or will stand.
    pub fn parent(&self) -> Option<ParentLink> {
        match self {
            Self::Create { parent, .. }
            | Self::Exists { parent, .. }
            | Self::Update { parent, .. }
            | Self::Refuse { parent, .. } => Some(*parent),
            Self::Invalid | Self::Blocked { .. } => None,
        }
    }

    /// Where the tenant and the row differ.
    pub fn differences(&self) -> &[Difference] {
        match self {
            Self::Exists { differences, .. }
            | Self::Update { differences, .. }
            | Self::Refuse { differences, .. } => differences,
            Self::Create { .. } | Self::Invalid | Self::Blocked { .. } => &[],
        }
    }
}
