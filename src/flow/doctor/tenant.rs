//! What was read of the tenant, held against what a run needs of it.

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use super::finding::{Finding, no, seconds, unless_interrupted};
use crate::api::Client;
use crate::flow::failure::Kind;
use crate::model::{Level, PartnerId, Switch};
use crate::plan::{Customer, Tenant};
use crate::submit::reads::read_tree;
use crate::submit::{Devices, Patience, ReadError, devices as devices_below, patiently};

/// Longer than this, reading the tenant is most of a small run.
const SLOW: Duration = Duration::from_secs(60);

/// So many names are told.
const EXAMPLES: usize = 3;

/// Reads the tree, and says how long that took.
pub(super) async fn read(
    client: &Client,
    patience: &Patience,
    root: PartnerId,
) -> Result<(Tenant, Duration), ReadError> {
    let begun = Instant::now();
    let tenant = read_tree(client, patience, root).await?;
    Ok((tenant, begun.elapsed()))
}

/// Everybody but the customer one logs in under.
fn below(tenant: &Tenant) -> impl Iterator<Item = &Customer> {
    let root = tenant.root().id;
    tenant.customers().iter().filter(move |one| one.id != root)
}

/// Size, levels, names and references.
pub(super) fn findings(tenant: &Tenant, took: Duration) -> Vec<Finding> {
    let names = below(tenant).map(|one| one.name.trim());
    let codes = below(tenant).map(|one| one.external_code.trim());
    vec![
        size(tenant, took),
        levels(tenant),
        repeats(
            "names",
            names,
            "names are most likely unique across the whole service; rows for one of these need an \
             ExternalCode or the ID",
        ),
        repeats(
            "references",
            codes,
            "a row with such an ExternalCode matches several customers and is refused: correct the \
             field Customer Reference in the console",
        ),
    ]
}

fn size(tenant: &Tenant, took: Duration) -> Finding {
    const ABOUT: &str = "customers";
    let count = below(tenant).count();
    let says = format!(
        "{count} below {}, read in {}",
        tenant.root().shown(),
        seconds(took)
    );
    if took > SLOW {
        let advice = "every run reads them before and after; a run at night, or a user of a customer \
                      further below, waits less";
        Finding::look_at(ABOUT, says, advice)
    } else {
        Finding::ok(ABOUT, says)
    }
}

/// Below which levels customers can be created, and how many there are of each.
fn levels(tenant: &Tenant) -> Finding {
    const ABOUT: &str = "levels";
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for one in below(tenant) {
        *counts.entry(&*one.level).or_default() += 1;
    }
    let mut there = Vec::new();
    for level in Level::ALL {
        if let Some(count) = counts.remove(level.as_str()) {
            there.push(format!("{level} {count}"));
        }
    }
    let unknown: Vec<String> = counts.into_keys().map(|word| format!("{word:?}")).collect();
    let own = Level::ALL
        .iter()
        .find(|level| level.as_str() == &*tenant.root().level);
    let listed = if there.is_empty() {
        "none yet".to_owned()
    } else {
        there.join(", ")
    };
    if !unknown.is_empty() {
        return Finding::look_at(
            ABOUT,
            format!(
                "{listed}; of levels that this program does not know: {}",
                unknown.join(", ")
            ),
            "rows below these are not checked for their level; please report the words",
        );
    }
    match own {
        None => Finding::look_at(
            ABOUT,
            format!("the level of the customer that you log in under is not reported; {listed}"),
            "rows right below it are not checked for their level before they are sent",
        ),
        Some(Level::Site) => Finding::will_fail(
            ABOUT,
            "you log in under a Site, below which no customer can be",
            "log in under the customer below which the list belongs",
        ),
        Some(own) => {
            let below = Level::ALL.iter().filter(|level| *level > own);
            let below = below.filter(|level| **level != Level::Site || *own == Level::EndCustomer);
            let below: Vec<&str> = below.map(|level| level.as_str()).collect();
            Finding::ok(
                ABOUT,
                format!(
                    "allowed directly below {own}: {}; existing: {listed}",
                    below.join(", ")
                ),
            )
        }
    }
}

/// Whether texts that tell customers apart do so.
fn repeats<'t>(about: &'static str, texts: impl Iterator<Item = &'t str>, advice: &str) -> Finding {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for text in texts.filter(|text| !text.is_empty()) {
        *counts.entry(text).or_default() += 1;
    }
    let different = counts.len();
    let mut twice: Vec<&str> = counts
        .into_iter()
        .filter_map(|(text, count)| (count > 1).then_some(text))
        .collect();
    if twice.is_empty() {
        return Finding::ok(about, format!("{different}, and no two are the same"));
    }
    twice.sort_unstable();
    let named: Vec<String> = twice
        .iter()
        .take(EXAMPLES)
        .map(|text| format!("{text:?}"))
        .collect();
    let says = format!(
        "{} of {different} belong to several customers, among them {}",
        twice.len(),
        named.join(", ")
    );
    Finding::look_at(about, says, advice)
}

/// Storage locations, countries and regions.
pub(super) async fn places(
    client: &Client,
    patience: &Patience,
    findings: &mut Vec<Finding>,
) -> Result<(), Kind> {
    let listed = |about: &'static str, result: Result<String, ReadError>, column: &str| match result
    {
        Ok(says) => Finding::ok(about, says),
        Err(error) => Finding::look_at(
            about,
            format!("they cannot be listed: {}", no(&error)),
            &format!("a list with the column {column} cannot be planned; ids can be given instead"),
        ),
    };
    let locations = patiently(client, patience, || client.locations()).await;
    let locations = unless_interrupted(locations)?;
    let locations = locations.map(|list| format!("{} to choose from", list.len()));
    findings.push(listed("locations", locations, "Location"));
    let countries = patiently(client, patience, || client.countries()).await;
    let countries = unless_interrupted(countries)?;
    let countries = countries.map(|list| {
        let blocked = list.iter().filter(|one| one.is_blocked).count();
        let fixed = list.iter().filter(|one| one.location_id.is_some()).count();
        format!(
            "{}, {fixed} of them with a storage location of their own, {blocked} blocked",
            list.len()
        )
    });
    findings.push(listed("countries", countries, "Country"));
    let regions = patiently(client, patience, || client.regions()).await;
    let regions = unless_interrupted(regions)?;
    let regions = regions.map(|list| format!("{} to choose from", list.len()));
    findings.push(listed("regions", regions, "Region"));
    Ok(())
}

/// Whether devices can be listed, which `undo` needs.
pub(super) async fn devices(
    client: &Client,
    patience: &Patience,
    root: PartnerId,
) -> Result<Finding, Kind> {
    const ABOUT: &str = "devices";
    Ok(
        match unless_interrupted(devices_below(client, patience, root).await)? {
            Ok(Devices::OfEach) => Finding::ok(
                ABOUT,
                "no list shows those of customers further below: an undo asks for each customer",
            ),
            Ok(_) => Finding::ok(ABOUT, "they can be listed, so an undo knows who has some"),
            Err(error) => Finding::look_at(
                ABOUT,
                format!("they cannot be listed: {}", no(&error)),
                "`undo` removes no customer whose devices it cannot see",
            ),
        },
    )
}

/// Whether automatic deployment can be told.
pub(super) async fn deployment(
    client: &Client,
    patience: &Patience,
    root: PartnerId,
) -> Result<Finding, Kind> {
    const ABOUT: &str = "automatic deployment";
    let state = patiently(client, patience, || client.deployment(root, None)).await;
    Ok(match unless_interrupted(state)? {
        Ok(Switch::On) => Finding::ok(
            ABOUT,
            "can be read; it is on for the customer that you log in under",
        ),
        Ok(Switch::Off) => Finding::ok(
            ABOUT,
            "can be read; it is off for the customer that you log in under",
        ),
        Err(error) => Finding::look_at(
            ABOUT,
            format!("cannot be read: {}", no(&error)),
            "rows with AutomaticDeployment would be created, and it would not be switched on",
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::super::finding::Verdict;
    use super::*;

    fn customer(id: u64, name: &str, level: &str, code: &str) -> Customer {
        Customer {
            id,
            parent: 1,
            name: name.into(),
            level: level.into(),
            external_code: code.into(),
            ..Customer::default()
        }
    }

    fn told(root: &str, customers: Vec<Customer>) -> Vec<(Verdict, String)> {
        let tenant = Tenant::new(customer(1, "Own", root, ""), customers);
        let findings = findings(&tenant, Duration::from_millis(1500));
        findings
            .into_iter()
            .map(|one| (one.verdict, one.says))
            .collect()
    }

    #[test]
    fn levels_names_and_references_are_held_against_what_a_run_needs() {
        let customers = vec![
            customer(2, "Acme", "EndCustomer", "A-1"),
            customer(3, "Acme ", "EndCustomer", "A-2"),
            customer(4, "Zenith", "Site", "A-2"),
            customer(5, "North", "Reseller", ""),
        ];
        let found = told("Distributor", customers);
        assert_eq!(found[0].1, "4 below \"Own\" (id 1), read in 1.5 s");
        assert_eq!(
            found[1],
            (
                Verdict::Ok,
                "allowed directly below Distributor: SubDistributor, Reseller, \
                 ServiceOrganization, EndCustomer; existing: Reseller 1, EndCustomer 2, Site 1"
                    .to_owned()
            )
        );
        assert_eq!(
            found[2],
            (
                Verdict::LookAt,
                "1 of 3 belong to several customers, among them \"Acme\"".to_owned()
            )
        );
        assert_eq!(found[3].0, Verdict::LookAt);
        assert_eq!(told("Site", Vec::new())[1].0, Verdict::WillFail);
        assert_eq!(told("", Vec::new())[1].0, Verdict::LookAt);
        let unknown = told("Reseller", vec![customer(2, "A", "Galaxy", "")]);
        assert_eq!(unknown[1].0, Verdict::LookAt);
        assert!(unknown[1].1.contains("Galaxy"), "{unknown:?}");
        assert_eq!(
            told("EndCustomer", Vec::new())[1].1,
            "allowed directly below EndCustomer: Site; existing: none yet"
        );
    }
}
