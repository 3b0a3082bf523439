//! The plan itself: one item per data row.

use crate::model::{Deployment, Diagnostic, ExistingRow, Operation, PartnerId, Planned, RowIndex};

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
    pub action: Planned,
    /// Whether automatic deployment is switched on for its customer, where that is off.
    pub deployment: Deployment,
    /// Where the tenant and the row differ, where its customer is there.
    pub differences: Vec<Difference>,
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

/// Differences in words.
pub fn changes_in_words(differences: &[Difference]) -> String {
    let one = |one: &Difference| format!("{} from {:?} to {:?}", one.member, one.tenant, one.row);
    differences.iter().map(one).collect::<Vec<_>>().join(", ")
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
    /// To get automatic deployment, whatever else is done about them.
    pub deploy: usize,
    /// Those of them that already exist, and otherwise left as they are.
    pub deploy_alone: usize,
}

impl PlanCounts {
    /// How many customers that already exist something is changed of.
    pub fn changed(&self) -> usize {
        self.update + self.deploy_alone
    }
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
            if item.deployment == Deployment::SwitchOn {
                counts.deploy += 1;
                counts.deploy_alone += usize::from(matches!(item.action, Planned::Exists { .. }));
            }
            match item.action {
                Planned::Send(Operation::Create { .. }) => counts.create += 1,
                // No plan of an import removes anybody, and none does nothing but switch.
                Planned::Send(Operation::Remove { .. } | Operation::Deploy { .. }) => {}
                Planned::Exists { .. } => counts.exists += 1,
                Planned::Send(Operation::Update { .. }) => counts.update += 1,
                Planned::Refuse { .. } => counts.fail += 1,
                Planned::Invalid => counts.invalid += 1,
                Planned::Blocked { .. } => counts.blocked += 1,
            }
        }
        counts
    }

    /// How many rows are not sent because they conflict with other customers: part of the invalid ones.
    pub fn refused_conflicts(&self) -> usize {
        let refused = |item: &&Item| {
            item.finding == Finding::Conflict && matches!(item.action, Planned::Invalid)
        };
        self.items.iter().filter(refused).count()
    }

    /// How many rows have this finding.
    pub fn found(&self, finding: Finding) -> usize {
        let same = |item: &&Item| item.finding == finding;
        self.items.iter().filter(same).count()
    }
}
