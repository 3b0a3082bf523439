//! A tenant as a file: written by `lookup`, read by a check that is offline. It holds what a plan
//! looks at, and neither password nor visa. Knows no files: text in, text out.

use serde::{Deserialize, Serialize};

use super::tenant::{Customer, Place, ServiceCountry, Tenant};

/// What the first member of a snapshot says.
pub const FORMAT: &str = "partner-import tenant snapshot";
/// The version that is written, and the newest that is read.
pub const VERSION: u32 = 1;

/// A tenant at a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snapshot {
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`].
    pub version: u32,
    /// The version of the tool that wrote it.
    pub tool_version: String,
    /// When the tenant was read: RFC 3339, UTC.
    pub read_at: String,
    /// The service's address, or `sandbox`.
    pub endpoint: String,
    /// `live` or `sandbox`.
    pub mode: String,
    /// The partner that was logged in under, as it was given; empty when none was.
    pub login_partner: String,
    /// The id of the customer the user belongs to, which rows without a parent are created below.
    pub root_id: u64,
    /// Every customer one can see, the root first.
    pub partners: Vec<Customer>,
    /// Storage locations; empty where the user may not list them.
    pub locations: Vec<Place>,
    /// Regions; empty where the user may not list them.
    pub regions: Vec<Place>,
    /// Countries; empty where the user may not list them.
    pub countries: Vec<ServiceCountry>,
}

/// Where and when a tenant was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The version of the tool.
    pub tool_version: String,
    /// RFC 3339, UTC.
    pub read_at: String,
    /// The service's address, or `sandbox`.
    pub endpoint: String,
    /// `live` or `sandbox`.
    pub mode: String,
    /// The partner that was logged in under.
    pub login_partner: String,
}

/// Why a text is no snapshot that can be used.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// Not JSON, cut off, or with members of another form.
    #[error("it is damaged")]
    Damaged(#[source] serde_json::Error),
    /// Another kind of file.
    #[error("it is not a tenant snapshot")]
    AnotherFile,
    /// Made by a newer version of the tool.
    #[error(
        "it has the format version {0}, and this version of partner-import reads up to {VERSION}"
    )]
    Newer(u64),
    /// It contradicts itself.
    #[error("it is damaged: {0}")]
    Inconsistent(String),
}

impl SnapshotError {
    /// What to do.
    pub fn help(&self) -> &'static str {
        match self {
            Self::Newer(_) => {
                "use a newer partner-import, or write the snapshot again with this one"
            }
            Self::Damaged(_) | Self::AnotherFile | Self::Inconsistent(_) => {
                "write it again: partner-import lookup partners --save FILE"
            }
        }
    }
}

impl Snapshot {
    /// The snapshot of `tenant`.
    pub fn of(tenant: &Tenant, origin: Origin) -> Self {
        Self {
            format: FORMAT.to_owned(),
            version: VERSION,
            tool_version: origin.tool_version,
            read_at: origin.read_at,
            endpoint: origin.endpoint,
            mode: origin.mode,
            login_partner: origin.login_partner,
            root_id: tenant.root().id,
            partners: tenant.customers().to_vec(),
            locations: tenant.locations.clone(),
            regions: tenant.regions.clone(),
            countries: tenant.countries.clone(),
        }
    }

    /// Reads a snapshot.
    pub fn parse(text: &str) -> Result<Self, SnapshotError> {
        match document_version(text, FORMAT).map_err(SnapshotError::Damaged)? {
            Some(version) if version > u64::from(VERSION) => {
                return Err(SnapshotError::Newer(version));
            }
            Some(_) => {}
            None => return Err(SnapshotError::AnotherFile),
        }
        let snapshot: Self = serde_json::from_str(text).map_err(SnapshotError::Damaged)?;
        snapshot.consistent()?;
        Ok(snapshot)
    }

    fn consistent(&self) -> Result<(), SnapshotError> {
        let wrong = |text: String| Err(SnapshotError::Inconsistent(text));
        let mut ids: Vec<u64> = self.partners.iter().map(|one| one.id).collect();
        if !ids.contains(&self.root_id) {
            return wrong(format!(
                "its root {} is not among its partners",
                self.root_id
            ));
        }
        ids.sort_unstable();
        let pairs = ids.iter().zip(ids.iter().skip(1));
        if let Some((twice, _)) = pairs.into_iter().find(|(one, next)| one == next) {
            return wrong(format!("the partner {twice} is in it twice"));
        }
        Ok(())
    }

    /// The tenant it holds.
    ///
    /// # Panics
    /// Never for one that was parsed: the root is among the partners.
    pub fn into_tenant(self) -> Tenant {
        let mut partners = self.partners;
        let root = partners.iter().position(|one| one.id == self.root_id);
        let root = partners.remove(root.expect("the root is among the partners"));
        let mut tenant = Tenant::new(root, partners);
        tenant.locations = self.locations;
        tenant.regions = self.regions;
        tenant.countries = self.countries;
        tenant
    }
}

/// The version that a document of ours says it has; `None` for a document of another kind. An
/// error where the text is no JSON.
pub fn document_version(text: &str, format: &str) -> Result<Option<u64>, serde_json::Error> {
    #[derive(Deserialize)]
    struct Head {
        format: String,
        version: u64,
    }
    match serde_json::from_str::<Head>(text) {
        Ok(head) => Ok(Some(head.version).filter(|_| head.format == format)),
        Err(error) if error.is_data() => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn snapshot() -> Snapshot {
        let customer = |id, parent, name: &str| Customer {
            id,
            parent,
            name: name.into(),
            ..Customer::default()
        };
        let mut tenant = Tenant::new(customer(5, 1, "MSP"), [customer(7, 5, "=Süd & \"Co\"")]);
        tenant.locations = vec![Place {
            id: 18,
            name: "Germany".into(),
        }];
        let origin = Origin {
            tool_version: "0.1.0".into(),
            read_at: "2026-01-01T00:00:00Z".into(),
            endpoint: "sandbox".into(),
            mode: "sandbox".into(),
            login_partner: "MSP".into(),
        };
        Snapshot::of(&tenant, origin)
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = serde_json::to_string(&snapshot()).unwrap();
        let again = Snapshot::parse(&text).unwrap();
        assert_eq!(again, snapshot());
        let tenant = again.into_tenant();
        assert_eq!(tenant.root().id, 5);
        assert_eq!(tenant.with_name("=Süd & \"Co\"").count(), 1);
        assert_eq!(tenant.locations.len(), 1);
    }

    #[test]
    fn what_cannot_be_used_is_told_apart() {
        let say = |text: &str| Snapshot::parse(text).unwrap_err().to_string();
        let whole = serde_json::to_string(&snapshot()).unwrap();
        assert_eq!(say(&whole[..whole.len() / 2]), "it is damaged");
        assert_eq!(say("{}"), "it is not a tenant snapshot");
        assert_eq!(say("[1]"), "it is not a tenant snapshot");
        let newer = whole.replace("\"version\":1", "\"version\":2");
        assert!(say(&newer).contains("format version 2"));
        let rootless = whole.replace("\"root_id\":5", "\"root_id\":6");
        assert!(say(&rootless).contains("root 6"));
        let twice = whole.replace("\"id\":7", "\"id\":5");
        assert!(say(&twice).contains("partner 5 is in it twice"));
        let lacking = whole.replace("\"partners\"", "\"partner\"");
        assert_eq!(say(&lacking), "it is damaged");
    }
}
