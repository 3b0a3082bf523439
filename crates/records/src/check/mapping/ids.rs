//! Whose ids a table holds: the tenant's, or those of the tool that wrote the list.

use std::collections::HashSet;

use super::fold::{fold, strip_required};
use super::notes::{cut, is_harmless};
use super::words::{is_foreign, is_technical};
use crate::check::field::Field;
use crate::model::Header;

/// What the whole header says about where the table comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ids {
    /// Ids are the tenant's: the table is the template or an export of the tenant, or has a
    /// `ParentId`.
    Tenant,
    /// Ids are those of the tool that wrote the list; other columns are that tool's.
    Tool,
    /// Nothing marks the table as one with ids of the tenant, so they are taken for another tool's.
    Unmarked,
    /// The table bears our own columns: the ID column right before them is ours.
    Ours {
        /// The index of our ID column.
        id: Option<usize>,
        /// Whose the other ids are.
        foreign: bool,
    },
}

/// The columns in which `lookup partners` lists the tenant.
pub const TENANT_COLUMNS: &[&str] = &[
    "Id",
    "ParentId",
    "Name",
    "Level",
    "State",
    "ServiceType",
    "ChildServiceTypes",
    "ExternalCode",
];

/// Headers that only an export of the tenant has in full: ours, and the vendor's script.
const EXPORTS: [&[&str]; 2] = [
    TENANT_COLUMNS,
    &[
        "Name",
        "ExternalCode",
        "Id",
        "Level",
        "ParentId",
        "LocationId",
        "Location",
        "State",
    ],
];

impl Ids {
    /// Whose ids the table holds.
    pub(super) fn of(header: &Header) -> Self {
        // Our columns stand beside a header of several rows as well, below a group of another.
        let folded: Vec<String> = header.cells.iter().map(|cell| fold(cell.name())).collect();
        let foreign = folded.iter().any(|text| is_foreign(text));
        if let Some(status) = folded.iter().position(|text| text == "importstatus") {
            let ids: Vec<usize> = (0..folded.len()).filter(|at| folded[*at] == "id").collect();
            let before = status.checked_sub(1).filter(|at| folded[*at] == "id");
            let only = (ids.len() == 1 && !foreign).then(|| ids[0]);
            return Self::Ours {
                id: before.or(only),
                foreign,
            };
        }
        if is_marked(header) {
            Self::Tenant
        } else if foreign {
            Self::Tool
        } else if header
            .cells
            .iter()
            .any(|cell| is_spelt(cell.name(), Field::ParentId))
        {
            Self::Tenant
        } else {
            Self::Unmarked
        }
    }

    /// The column of our own IDs in a result file.
    pub(super) fn own(self) -> Option<usize> {
        match self {
            Self::Ours { id, .. } => id,
            Self::Tenant | Self::Tool | Self::Unmarked => None,
        }
    }

    /// Whether the ids in the column at `index` are another tool's.
    pub(super) fn are_foreign(self, index: usize) -> bool {
        match self {
            Self::Tenant => false,
            Self::Tool | Self::Unmarked => true,
            Self::Ours { id, .. } => id != Some(index),
        }
    }

    /// Why they are another tool's.
    pub(super) fn why_foreign(self) -> &'static str {
        match self {
            Self::Unmarked => {
                "because nothing marks the table as one of the tenant and the id must be another tool's"
            }
            Self::Tool | Self::Tenant | Self::Ours { .. } => {
                "because other columns come from another tool and the id must be that tool's"
            }
        }
    }

    /// Whether other columns are surely those of another tool.
    pub(super) fn is_of_tool(self) -> bool {
        matches!(self, Self::Tool | Self::Ours { foreign: true, .. })
    }
}

/// Whether a table is the template, or an export of the tenant: it has all their columns, spelt as
/// they are.
fn is_marked(header: &Header) -> bool {
    let texts: HashSet<&str> = header.cells.iter().map(|cell| cell.text.as_str()).collect();
    let template = Field::ALL.iter().all(|field| texts.contains(field.name()));
    let export = EXPORTS
        .iter()
        .any(|names| names.iter().all(|name| texts.contains(name)));
    template || export
}

/// Whether a header has members' names that only another tool's lists have.
pub(super) fn is_technical_list(header: &Header) -> bool {
    let mut cells = header.cells.iter();
    cells.any(|cell| is_technical(&fold(&cell.text)))
}

/// Whether a header is spelt exactly as the field or its path, but for marks and brackets that say
/// nothing else.
pub(super) fn is_spelt(text: &str, field: Field) -> bool {
    let cut = cut(strip_required(text));
    let core = cut.core.trim().trim_end_matches('*').trim_end();
    let member = ["partnerInfo.", "PartnerInfo.", "params."]
        .iter()
        .find_map(|prefix| core.strip_prefix(prefix))
        .unwrap_or(core);
    let spelt = [core, member]
        .iter()
        .any(|text| *text == field.name() || *text == field.path());
    spelt && cut.notes.iter().all(|note| is_harmless(note, Some(field)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_the_tenant_is_spelt_as_it_is() {
        for (text, expected) in [
            ("ParentId", true),
            ("* ParentId", true),
            ("ParentId (integer)", true),
            ("partnerInfo.ParentId", true),
            ("parentid", false),
            ("Parent Id", false),
            ("ParentID", false),
            ("customer.ParentId", false),
            ("ParentId (old)", false),
        ] {
            assert_eq!(is_spelt(text, Field::ParentId), expected, "{text}");
        }
    }
}
