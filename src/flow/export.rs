//! A tenant as a list: every customer below the one who logs in, with its id and all columns, to be
//! looked at, corrected, and taken back by `run --on-exists update`.

use std::collections::HashMap;
use std::path::Path;

use super::failure::Failure;
use super::new_file::is_there;
use super::read_rows::ReadRows;
use crate::check::Field;
use crate::check::Mapping;
use crate::check::mapping::{NAME_IN_TENANT, is_name_in_tenant};
use crate::model::RowIndex;
use crate::plan::{Customer, Member, Tenant};
use crate::report::workbook::tenant;
use tables::formula::restore;

/// A list of this kind is asked for by its name.
pub fn is_workbook(path: &Path) -> bool {
    path.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"))
}

/// Refuses to replace a file: it may hold somebody's corrections.
///
/// # Errors
///
/// Where there is one.
pub fn may_write(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        return Err(is_there(path));
    }
    Ok(())
}

/// Writes the customers of a tenant; says how many there are.
///
/// # Errors
///
/// Where the file already exists, or cannot be written.
pub fn write(path: &Path, tenant: &Tenant, title: &str) -> Result<usize, Failure> {
    may_write(path)?;
    let root = tenant.root().id;
    let customers: Vec<&Customer> = tenant
        .customers()
        .iter()
        .filter(|one| one.id != root)
        .collect();
    let fields: Vec<(Field, Member)> = Member::ALL
        .iter()
        .filter_map(|member| {
            let mut fields = Field::ALL.iter().copied();
            Some((fields.find(|field| field.path() == member.path())?, *member))
        })
        .collect();
    let mut header: Vec<String> = [Field::Id.name(), Field::ParentId.name(), NAME_IN_TENANT]
        .map(str::to_owned)
        .to_vec();
    header.extend(fields.iter().map(|(field, _)| field.name().to_owned()));
    let rows: Vec<Vec<String>> = customers
        .iter()
        .map(|one| {
            let mut row = vec![
                one.id.to_string(),
                one.parent.to_string(),
                one.name.to_string(),
            ];
            row.extend(
                fields
                    .iter()
                    .map(|(_, member)| cell(*member, one.value(*member))),
            );
            row
        })
        .collect();
    tenant::write(path, title, &header, &rows)?;
    Ok(customers.len())
}

/// What the service says of a member as a cell. Of times and of the contact 0 means none.
fn cell(member: Member, value: Option<String>) -> String {
    let none = match member {
        Member::BillingContactPersonId
        | Member::TrialRegistrationTime
        | Member::TrialExpirationTime => "0",
        _ => "",
    };
    value.filter(|value| value != none).unwrap_or_default()
}

/// What rows of such a list say that the tenant called their customers: by that and the id together a
/// row is its customer's, whatever it calls it now.
pub(super) fn names_in_tenant(mapping: &Mapping, rows: &ReadRows) -> HashMap<RowIndex, Box<str>> {
    let mut columns = mapping.columns.iter();
    let Some(column) = columns.position(|one| is_name_in_tenant(&one.header)) else {
        return HashMap::new();
    };
    if mapping.index_of(Field::Id).is_none() {
        return HashMap::new();
    }
    let mut names = HashMap::new();
    for (first, batch) in rows.batches() {
        for (index, row) in (first.0..).zip(batch.rows()) {
            let name = restore(row.text(column));
            if !name.trim().is_empty() {
                names.insert(RowIndex(index), name.trim().into());
            }
        }
    }
    names
}
