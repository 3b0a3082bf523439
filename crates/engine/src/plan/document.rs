//! A plan as a file, for approval before it is carried out: what was read, with which options,
//! what becomes of each row, and the part of the tenant that this rests on. Knows no files: text
//! in, text out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use smol_str::SmolStr;

use super::action::{Item, Plan};
use super::snapshot::document_version;
use super::tenant::{Customer, Tenant};
use crate::check::{Accepted, Checked};
use crate::model::rules::hierarchy::PARENT_NOT_IN_FILE;
use crate::model::rules::tenant::PARENT_NOT_IN_TENANT;
use crate::model::{
    DefaultAccount, Deployment, LocationId, Operation, Parent, PartnerId, PartnerInfo, Planned,
    RegionId,
};

/// What the first member of a plan file says.
pub const FORMAT: &str = "partner-import plan";
/// The version that is written, and the newest that is read. 1 said nothing of automatic deployment.
pub const VERSION: u32 = 2;
/// The option that tells one content of a file of mends from another; the file itself is an option beside it.
pub const MENDS_SUM: &str = "mends-sum";

/// A plan with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanDocument {
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`].
    pub version: u32,
    /// SHA-256 of everything else in the file, so that a changed file is noticed; also what people
    /// quote when they speak of a plan.
    pub digest: String,
    /// The version of the tool that wrote it.
    pub tool_version: String,
    /// When it was planned: RFC 3339, UTC.
    pub planned_at: String,
    /// The input.
    pub input: Input,
    /// The options that decide what is sent.
    pub options: Vec<PlanOption>,
    /// The service's address, or `sandbox`.
    pub endpoint: String,
    /// `live` or `sandbox`.
    pub mode: String,
    /// The partner that was logged in under, as it was given; empty when none was.
    pub login_partner: String,
    /// The id of the customer the user belongs to.
    pub root_id: u64,
    /// The rows by what becomes of them.
    pub counts: BTreeMap<String, usize>,
    /// The data rows in the order of the file.
    pub rows: Vec<PlanRow>,
    /// The customers of the tenant that matter: parents of rows, and those that rows are.
    pub customers: Vec<KnownCustomer>,
}

/// The input of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Input {
    /// Its path as it was given.
    pub path: String,
    /// Its full path.
    pub full_path: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// The sheet, where it is a workbook.
    pub sheet: Option<String>,
}

/// An option that decides what is sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PlanOption {
    /// Its name without dashes.
    pub name: String,
    /// Its value; for `map` and `set` both sides of the equals sign.
    pub value: String,
    /// Where it comes from.
    pub from: OptionSource,
}

/// Where an option comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OptionSource {
    /// It was typed.
    CommandLine,
    /// It stands in the profile.
    Profile,
}

/// What becomes of one data row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlanRow {
    /// Its number as a spreadsheet shows it.
    pub row: u32,
    /// Its sheet, where several were read as one input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// `create`, `exists`, `update`, `fail`, `invalid` or `blocked`.
    pub action: String,
    /// The name; none for a row that is wrong.
    pub name: Option<String>,
    /// The level.
    pub level: Option<String>,
    /// The external code: with it, else by the name, the customer is recognised.
    pub external_code: Option<String>,
    /// Below whom.
    pub parent: Option<PlanParent>,
    /// The customer that the row is, where it already exists.
    pub id: Option<u64>,
    /// The storage location, resolved.
    pub location_id: Option<u32>,
    /// The region, resolved.
    pub region_id: Option<u32>,
    /// Whether automatic deployment is switched on for its customer; left out where it is not.
    #[serde(default, skip_serializing_if = "is_left")]
    pub automatic_deployment: bool,
    /// Where tenant and row differ.
    pub differences: Vec<PlanDifference>,
    /// The codes of its problems; errors and warnings alike.
    pub problems: Vec<String>,
    /// Other customers of the tenant with its name or external code, by id, where it is created.
    pub namesakes: Vec<u64>,
    /// The beginning of the SHA-256 of what would be sent for it.
    pub content: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_left(switched_on: &bool) -> bool {
    !switched_on
}

impl PlanRow {
    /// The row as it is called in a sentence.
    pub(super) fn called(&self) -> String {
        match &self.sheet {
            Some(sheet) => format!("{} of sheet \"{sheet}\"", self.row),
            None => self.row.to_string(),
        }
    }
}

/// Below whom a row stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanParent {
    /// A customer of the tenant.
    Id(u64),
    /// The customer of another row, by its number.
    Row(u32),
}

/// A member in which tenant and row differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanDifference {
    /// The member.
    pub member: String,
    /// What the tenant has.
    pub tenant: String,
    /// What the row says.
    pub row: String,
}

/// What a plan rests on of a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KnownCustomer {
    /// Its id.
    pub id: u64,
    /// Its parent's id; 0 when not told.
    pub parent_id: u64,
    /// Its name.
    pub name: String,
    /// Its level.
    pub level: String,
    /// Its external code.
    pub external_code: String,
    /// The services it may give.
    pub child_service_types: Vec<String>,
}

/// Where, when and of what a plan was made.
#[derive(Debug, Clone)]
pub struct Setting {
    /// The version of the tool.
    pub tool_version: String,
    /// RFC 3339, UTC.
    pub planned_at: String,
    /// The input.
    pub input: Input,
    /// The options, in any order.
    pub options: Vec<PlanOption>,
    /// The service's address, or `sandbox`.
    pub endpoint: String,
    /// `live` or `sandbox`.
    pub mode: String,
    /// The partner that was logged in under.
    pub login_partner: String,
}

/// Why a text is no plan that can be used.
#[derive(Debug, thiserror::Error)]
pub enum PlanFileError {
    /// Not JSON, cut off, or with members of another form.
    #[error("it is damaged")]
    Damaged(#[source] serde_json::Error),
    /// Another kind of file.
    #[error("it is not a plan of partner-import")]
    AnotherFile,
    /// Made by a newer version of the tool.
    #[error(
        "it has the format version {0}, and this version of partner-import reads up to {VERSION}"
    )]
    Newer(u64),
    /// Its content is not the one that was written.
    #[error("it was changed after it was written: its digest is not that of its content")]
    Changed,
}

impl PlanFileError {
    /// What to do.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Newer(_) => "use a newer partner-import, or plan again with this one",
            Self::Damaged(_) | Self::AnotherFile | Self::Changed => {
                "plan again: partner-import plan FILE --save PLAN"
            }
        }
    }
}

impl PlanDocument {
    /// The document of `plan`, made of `checked` and `tenant`. `numbers` are the rows' numbers as
    /// a spreadsheet shows them.
    pub fn of(
        plan: &Plan,
        checked: &Checked,
        tenant: &Tenant,
        numbers: &[u32],
        setting: Setting,
    ) -> Self {
        let rows = rows(plan, checked, tenant, numbers);
        let mut counts = BTreeMap::from([("rows".to_owned(), rows.len())]);
        for row in &rows {
            *counts.entry(row.action.clone()).or_default() += 1;
            if row.automatic_deployment {
                *counts.entry("automatic_deployment".to_owned()).or_default() += 1;
            }
        }
        let mut options = setting.options;
        options.sort();
        let mut document = Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            digest: String::new(),
            tool_version: setting.tool_version,
            planned_at: setting.planned_at,
            input: setting.input,
            options,
            endpoint: setting.endpoint,
            mode: setting.mode,
            login_partner: setting.login_partner,
            root_id: tenant.root().id,
            counts,
            rows,
            customers: customers(plan, tenant),
        };
        document.digest = document.own_digest();
        document
    }

    /// Reads a plan file.
    pub fn parse(text: &str) -> Result<Self, PlanFileError> {
        match document_version(text, FORMAT).map_err(PlanFileError::Damaged)? {
            Some(version) if version > u64::from(VERSION) => {
                return Err(PlanFileError::Newer(version));
            }
            Some(_) => {}
            None => return Err(PlanFileError::AnotherFile),
        }
        let document: Self = serde_json::from_str(text).map_err(PlanFileError::Damaged)?;
        if document.digest != document.own_digest() {
            return Err(PlanFileError::Changed);
        }
        Ok(document)
    }

    /// The first letters of the digest, for people.
    pub fn short_digest(&self) -> &str {
        self.digest.get(..12).unwrap_or(&self.digest)
    }

    fn own_digest(&self) -> String {
        let mut document = self.clone();
        document.digest = String::new();
        sha256_of(&document)
    }
}

fn rows(plan: &Plan, checked: &Checked, tenant: &Tenant, numbers: &[u32]) -> Vec<PlanRow> {
    let mut accepted: Vec<Option<&Accepted>> = vec![None; plan.items.len()];
    for row in &checked.accepted {
        accepted[row.row().as_usize()] = Some(row);
    }
    let mut problems: Vec<Vec<String>> = vec![Vec::new(); plan.items.len()];
    let found = checked.diagnostics.iter().chain(&plan.diagnostics);
    let found = found.filter_map(|one| Some((one.row?, one.rule)));
    for (row, rule) in found.chain(checked.rules_of_each_row()) {
        if let Some(codes) = problems.get_mut(row.as_usize()) {
            codes.push(rule.code.to_owned());
        }
    }
    let rows = plan.items.iter().zip(accepted).zip(problems);
    rows.map(|((item, accepted), mut problems)| {
        problems.sort();
        problems.dedup();
        // That the tenant has no such parent either answers what the check asked.
        if problems
            .iter()
            .any(|code| code == PARENT_NOT_IN_TENANT.code)
        {
            problems.retain(|code| code != PARENT_NOT_IN_FILE.code);
        }
        PlanRow {
            problems,
            sheet: checked.sheets.of(item.row).map(str::to_owned),
            ..row(item, accepted, tenant, numbers)
        }
    })
    .collect()
}

fn row(item: &Item, accepted: Option<&Accepted>, tenant: &Tenant, numbers: &[u32]) -> PlanRow {
    let number = |row: usize| numbers.get(row).copied().unwrap_or_default();
    let parent = item.action.parent().map(|parent| match parent {
        Parent::Customer(id) => PlanParent::Id(id.get()),
        Parent::Row(row) => PlanParent::Row(number(row.as_usize())),
    });
    let differences = item.differences.iter().map(|one| PlanDifference {
        member: one.member.to_string(),
        tenant: one.tenant.clone(),
        row: one.row.clone(),
    });
    let resolved = item.action.partner().map(|partner| &**partner);
    let partner = resolved.or(accepted.map(Accepted::partner));
    let text = |partner: &PartnerInfo| {
        partner
            .external_code
            .as_ref()
            .map(|code| code.as_str().to_owned())
    };
    let advanced = resolved.map(|partner| partner.advanced_partner_properties);
    PlanRow {
        row: number(item.row.as_usize()),
        sheet: None,
        action: item.action.as_str().to_owned(),
        name: partner.map(|partner| partner.name.as_str().to_owned()),
        level: partner.and_then(|partner| partner.level.map(|level| level.to_string())),
        external_code: partner.and_then(text),
        parent,
        id: item.action.id().map(PartnerId::get),
        location_id: resolved.and_then(|partner| partner.location_id.map(LocationId::get)),
        region_id: advanced.and_then(|advanced| advanced.region_id.map(RegionId::get)),
        automatic_deployment: item.deployment == Deployment::SwitchOn,
        differences: differences.collect(),
        problems: Vec::new(),
        namesakes: match &item.action {
            Planned::Send(Operation::Create { partner, .. }) => namesakes(partner, tenant),
            _ => Vec::new(),
        },
        content: content(&item.action),
    }
}

fn namesakes(partner: &PartnerInfo, tenant: &Tenant) -> Vec<u64> {
    let code = partner.external_code.as_ref();
    let by_code = code.map(|code| tenant.with_code(code.as_str()));
    let by_name = tenant.with_alike_name(partner.name.as_str());
    let mut ids: Vec<u64> = by_name
        .chain(by_code.into_iter().flatten())
        .map(|one| one.id)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

/// The beginning of the digest of what would be sent.
fn content(action: &Planned) -> Option<String> {
    let digest = match action {
        Planned::Send(Operation::Create {
            partner, account, ..
        }) => sha256_of(&(&**partner, *account == DefaultAccount::Create)),
        Planned::Send(Operation::Update { update, .. }) => {
            sha256_of(&(&update.changes, update.relocation))
        }
        _ => return None,
    };
    digest.get(..16).map(str::to_owned)
}

/// The customers that the plan rests on, by id.
fn customers(plan: &Plan, tenant: &Tenant) -> Vec<KnownCustomer> {
    let mut known: BTreeMap<u64, &Customer> = BTreeMap::new();
    for item in &plan.items {
        let parent = match item.action.parent() {
            Some(Parent::Customer(id)) => Some(id),
            _ => None,
        };
        for id in parent.into_iter().chain(item.action.id()) {
            if let Some(customer) = tenant.get(id.get()) {
                known.insert(customer.id, customer);
            }
        }
    }
    known
        .into_values()
        .map(|one| KnownCustomer {
            id: one.id,
            parent_id: one.parent,
            name: one.name.to_string(),
            level: one.level.to_string(),
            external_code: one.external_code.to_string(),
            child_service_types: one
                .child_service_types
                .iter()
                .map(SmolStr::to_string)
                .collect(),
        })
        .collect()
}

/// SHA-256 of a value's JSON, as hexadecimal digits.
fn sha256_of(value: &impl Serialize) -> String {
    let bytes = serde_json::to_vec(value).expect("our own types serialise");
    let digest = Sha256::digest(bytes);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
