//! What is no longer as it was when a plan was approved, in words. Pure.

use std::collections::BTreeMap;
use std::fmt::Debug;

use super::document::{
    KnownCustomer, MENDS_SUM, OptionSource, PlanDocument, PlanOption, PlanParent, PlanRow,
};

/// Everything in which `now` is not what `approved` was, one sentence each: target, input and
/// options first, then the rows, then the customers they rest on. Empty when the plan still holds.
pub fn changes(approved: &PlanDocument, now: &PlanDocument) -> Vec<String> {
    let mut changes = Vec::new();
    let mut compare = |what: &str, was: &str, is: &str| {
        if was != is {
            changes.push(format!("{what}: was {was}, is now {is}"));
        }
    };
    // What stands in quotation marks is taken for a cell, and logs are without it.
    compare("endpoint", &approved.endpoint, &now.endpoint);
    compare("mode", &approved.mode, &now.mode);
    let quoted = |text: &str| format!("{text:?}");
    let partner = |document: &PlanDocument| quoted(&document.login_partner);
    compare("partner", &partner(approved), &partner(now));
    let root = |document: &PlanDocument| format!("ID {}", document.root_id);
    compare("customer logged in under", &root(approved), &root(now));
    compare("input sha256", &approved.input.sha256, &now.input.sha256);
    let sheet = |document: &PlanDocument| quoted(document.input.sheet.as_deref().unwrap_or(""));
    compare("sheet", &sheet(approved), &sheet(now));
    options(&approved.options, &now.options, &mut changes);
    rows(approved, now, &mut changes);
    customers(approved, now, &mut changes);
    changes
}

/// Options that two documents do not share. Those that may be given several times are held against
/// each other by what they set, others by their name.
fn options(was: &[PlanOption], is: &[PlanOption], changes: &mut Vec<String>) {
    let by_key = |options: &[PlanOption]| -> BTreeMap<String, Vec<PlanOption>> {
        let mut keyed: BTreeMap<String, Vec<PlanOption>> = BTreeMap::new();
        for one in options {
            keyed.entry(key(one)).or_default().push(one.clone());
        }
        keyed
    };
    let (was, is) = (by_key(was), by_key(is));
    let mended = |options: &BTreeMap<String, Vec<PlanOption>>| {
        let sums = options.get(&format!("{MENDS_SUM} "))?;
        Some(sums.iter().map(|one| one.value.clone()).collect::<Vec<_>>())
    };
    // Where the mends lie says nothing: what they are is in their sum.
    let change = match (mended(&was), mended(&is)) {
        (Some(_), None) => Some("mends: there were some, now there are none"),
        (None, Some(_)) => Some("mends: there were none, now there are some"),
        (before, now) => (before != now).then_some("mends: they are others now"),
    };
    changes.extend(change.map(str::to_owned));
    let has_sum = mended(&was).is_some() || mended(&is).is_some();
    let is_said = |key: &str| has_sum && key.starts_with("mends");
    let values = |options: &[PlanOption]| -> Vec<String> {
        options.iter().map(|one| one.value.clone()).collect()
    };
    for (key, before) in was.iter().filter(|(key, _)| !is_said(key)) {
        match is.get(key) {
            None => changes.push(format!("option {}: no longer given", all(before))),
            Some(now) if values(now) != values(before) => {
                changes.push(format!("option {}: is now {}", all(before), all(now)));
            }
            Some(_) => {}
        }
    }
    let added = is.iter().filter(|(key, _)| !was.contains_key(*key));
    for (_, now) in added.filter(|(key, _)| !is_said(key)) {
        changes.push(format!("option {}: was not given", all(now)));
    }
}

/// What an option sets: of `Level=Site` the level.
fn key(option: &PlanOption) -> String {
    let left = option
        .value
        .split_once('=')
        .map(|(left, _)| left.to_lowercase());
    format!("{} {}", option.name, left.unwrap_or_default())
}

fn all(options: &[PlanOption]) -> String {
    options.iter().map(shown).collect::<Vec<_>>().join(" ")
}

fn shown(option: &PlanOption) -> String {
    let from = match option.from {
        OptionSource::CommandLine => "",
        OptionSource::Profile => " (profile)",
    };
    format!("--{} {}{from}", option.name, option.value)
}

fn rows(approved: &PlanDocument, now: &PlanDocument, changes: &mut Vec<String>) {
    if approved.rows.len() != now.rows.len() {
        let (was, is) = (approved.rows.len(), now.rows.len());
        changes.push(format!("rows: were {was}, are now {is}"));
    }
    let newer = approved.tool_version != now.tool_version;
    for (was, is) in approved.rows.iter().zip(&now.rows) {
        if let Some(change) = row(was, is, newer) {
            changes.push(format!("row {}: {change}", was.called()));
        }
    }
}

/// How a row differs; none when it is the same in all that matters.
fn row(was: &PlanRow, is: &PlanRow, newer_tool: bool) -> Option<String> {
    if was.row != is.row {
        return Some(format!("is now row {}", is.row));
    }
    let (before, after) = (action(was), action(is));
    if before != after {
        return Some(format!("was {before}, is now {after}{}", why(was, is)));
    }
    if matches!(was.action.as_str(), "invalid" | "blocked") {
        return None;
    }
    let mut parts = members(was, is);
    parts.extend(found(was, is));
    if parts.is_empty() && was.content != is.content {
        parts.push(if newer_tool {
            "another version of partner-import would send something else for it".to_owned()
        } else {
            "something else would be sent for it".to_owned()
        });
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// What would be sent otherwise, member by member.
fn members(was: &PlanRow, is: &PlanRow) -> Vec<String> {
    let mut parts = Vec::new();
    differ(&mut parts, "name", was.name.as_ref(), is.name.as_ref());
    differ(&mut parts, "level", was.level.as_ref(), is.level.as_ref());
    differ(
        &mut parts,
        "external code",
        was.external_code.as_ref(),
        is.external_code.as_ref(),
    );
    let parent = |row: &PlanRow| {
        row.parent.as_ref().map(|parent| match parent {
            PlanParent::Id(id) => format!("ID {id}"),
            PlanParent::Row(row) => format!("row {row}"),
        })
    };
    differ(
        &mut parts,
        "parent",
        parent(was).as_ref(),
        parent(is).as_ref(),
    );
    differ(
        &mut parts,
        "location",
        was.location_id.as_ref(),
        is.location_id.as_ref(),
    );
    differ(
        &mut parts,
        "region",
        was.region_id.as_ref(),
        is.region_id.as_ref(),
    );
    match (was.automatic_deployment, is.automatic_deployment) {
        (true, false) => parts.push("automatic deployment is no longer switched on".to_owned()),
        (false, true) => parts.push("automatic deployment is now switched on".to_owned()),
        (true, true) | (false, false) => {}
    }
    parts
}

/// What the tenant and the check say otherwise.
fn found(was: &PlanRow, is: &PlanRow) -> Vec<String> {
    let mut parts = Vec::new();
    for one in &is.differences {
        if !was.differences.contains(one) {
            let (member, tenant, row) = (&one.member, &one.tenant, &one.row);
            parts.push(format!(
                "{member} is now {tenant:?} in the tenant and {row:?} in the row"
            ));
        }
    }
    for one in &was.differences {
        if !is.differences.iter().any(|now| now.member == one.member) {
            parts.push(format!("{} no longer differs", one.member));
        }
    }
    let added = |was: &[String], is: &[String]| -> Vec<String> {
        is.iter()
            .filter(|one| !was.contains(one))
            .cloned()
            .collect()
    };
    let (new, gone) = (
        added(&was.problems, &is.problems),
        added(&is.problems, &was.problems),
    );
    if !new.is_empty() {
        parts.push(format!("has now {}", new.join(", ")));
    }
    if !gone.is_empty() {
        parts.push(format!("has no longer {}", gone.join(", ")));
    }
    if was.namesakes != is.namesakes {
        parts.push(format!(
            "customers with its name or code: were {}, are now {}",
            ids(&was.namesakes),
            ids(&is.namesakes)
        ));
    }
    parts
}

fn differ<T: PartialEq + Debug>(
    parts: &mut Vec<String>,
    what: &str,
    was: Option<&T>,
    is: Option<&T>,
) {
    if was == is {
        return;
    }
    let shown = |value: Option<&T>| match value {
        Some(value) => format!("{value:?}"),
        None => "nothing".to_owned(),
    };
    parts.push(format!("{what} was {}, is now {}", shown(was), shown(is)));
}

fn action(row: &PlanRow) -> String {
    match row.id {
        Some(id) => format!("{} (ID {id})", row.action),
        None => row.action.clone(),
    }
}

/// The problems that a row has now and had not, for a row that is no longer what it was.
fn why(was: &PlanRow, is: &PlanRow) -> String {
    let new = is.problems.iter().filter(|one| !was.problems.contains(one));
    let new: Vec<&str> = new.map(String::as_str).collect();
    if new.is_empty() {
        String::new()
    } else {
        format!(" ({})", new.join(", "))
    }
}

fn ids(ids: &[u64]) -> String {
    if ids.is_empty() {
        return "none".to_owned();
    }
    let ids: Vec<String> = ids.iter().map(|id| format!("ID {id}")).collect();
    ids.join(", ")
}

/// Customers that are still what rows rest on, and are not as they were.
fn customers(approved: &PlanDocument, now: &PlanDocument, changes: &mut Vec<String>) {
    let of_now: BTreeMap<u64, &KnownCustomer> =
        now.customers.iter().map(|one| (one.id, one)).collect();
    for was in &approved.customers {
        let Some(is) = of_now.get(&was.id) else {
            continue;
        };
        let mut parts = Vec::new();
        let mut compare = |what: &str, was: &str, is: &str| {
            if was != is {
                parts.push(format!("{what} was {was:?}, is now {is:?}"));
            }
        };
        compare("name", &was.name, &is.name);
        compare("level", &was.level, &is.level);
        compare("external code", &was.external_code, &is.external_code);
        let parent = |one: &KnownCustomer| format!("ID {}", one.parent_id);
        compare("parent", &parent(was), &parent(is));
        let offered = |one: &KnownCustomer| one.child_service_types.join(", ");
        compare("offered services", &offered(was), &offered(is));
        if !parts.is_empty() {
            let (id, name) = (was.id, &was.name);
            let of = rows_of(approved, id);
            changes.push(format!(
                "customer {name:?} (ID {id}{of}): {}",
                parts.join("; ")
            ));
        }
    }
}

/// The first row that rests on a customer.
fn rows_of(document: &PlanDocument, id: u64) -> String {
    let is_parent = |row: &&PlanRow| row.parent == Some(PlanParent::Id(id));
    let is_itself = |row: &&PlanRow| row.id == Some(id);
    if let Some(row) = document.rows.iter().find(is_itself) {
        return format!(", row {}", row.called());
    }
    let row = document.rows.iter().find(is_parent);
    row.map_or(String::new(), |row| {
        format!(", parent of row {}", row.called())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::document::{FORMAT, Input, VERSION};

    fn document() -> PlanDocument {
        let row = |row, action: &str, id| PlanRow {
            row,
            action: action.into(),
            name: Some(format!("Customer {row}")),
            id,
            parent: Some(PlanParent::Id(1000)),
            ..PlanRow::default()
        };
        PlanDocument {
            format: FORMAT.into(),
            version: VERSION,
            digest: String::new(),
            tool_version: "1".into(),
            planned_at: "then".into(),
            input: Input {
                path: "in.csv".into(),
                full_path: "/in.csv".into(),
                sha256: "aa".into(),
                sheet: None,
            },
            options: vec![option("set", "Level=EndCustomer")],
            endpoint: "sandbox".into(),
            mode: "sandbox".into(),
            login_partner: "MSP".into(),
            root_id: 1000,
            counts: BTreeMap::new(),
            rows: vec![row(2, "create", None), row(3, "exists", Some(7))],
            customers: vec![customer(7, 1000, "Seven"), customer(1000, 1, "MSP")],
        }
    }

    fn option(name: &str, value: &str) -> PlanOption {
        PlanOption {
            name: name.into(),
            value: value.into(),
            from: OptionSource::CommandLine,
        }
    }

    fn customer(id: u64, parent_id: u64, name: &str) -> KnownCustomer {
        KnownCustomer {
            id,
            parent_id,
            name: name.into(),
            level: "EndCustomer".into(),
            external_code: String::new(),
            child_service_types: Vec::new(),
        }
    }

    /// What is said when the plan has come to be otherwise.
    fn said(change: impl FnOnce(&mut PlanDocument)) -> String {
        let mut now = document();
        now.planned_at = "now".into();
        now.digest = "another".into();
        change(&mut now);
        changes(&document(), &now).join("\n")
    }

    #[test]
    fn of_mends_it_is_said_that_they_are_others_and_not_where_they_lie() {
        let with = |mends: Option<(&str, &str)>| {
            let mut document = document();
            let options = mends.map(|(path, sum)| [option("mends", path), option(MENDS_SUM, sum)]);
            document.options = options.into_iter().flatten().collect();
            document
        };
        for (was, is, said) in [
            (Some(("/a", "1")), Some(("/b", "1")), ""),
            (
                Some(("/a", "1")),
                Some(("/a", "2")),
                "mends: they are others now",
            ),
            (
                None,
                Some(("/a", "2")),
                "mends: there were none, now there are some",
            ),
            (
                Some(("/a", "1")),
                None,
                "mends: there were some, now there are none",
            ),
        ] {
            assert_eq!(changes(&with(was), &with(is)).join("\n"), said);
        }
    }

    #[test]
    fn of_options_that_are_given_several_times_each_is_compared() {
        let with = |conditions: [&str; 2]| {
            let mut document = document();
            document.options = conditions.map(|one| option("leave-out", one)).to_vec();
            document
        };
        let was = with(["Type = Vendor", "Type = Prospect"]);
        let is = with(["Type = Lead", "Type = Prospect"]);
        assert_eq!(changes(&was, &was), [""; 0]);
        assert_eq!(
            changes(&was, &is).join("\n"),
            "option --leave-out Type = Vendor --leave-out Type = Prospect: is now \
             --leave-out Type = Lead --leave-out Type = Prospect"
        );
    }

    #[test]
    fn what_has_changed_is_named_exactly() {
        assert_eq!(said(|_| {}), "");
        assert_eq!(
            said(|now| now.input.sha256 = "bb".into()),
            "input sha256: was aa, is now bb"
        );
        assert_eq!(
            said(|now| now.options = vec![option("set", "level=Site"), option("map", "A=Name")]),
            "option --set Level=EndCustomer: is now --set level=Site\n\
             option --map A=Name: was not given"
        );
        assert_eq!(
            said(|now| now.options.clear()),
            "option --set Level=EndCustomer: no longer given"
        );
        assert_eq!(
            said(|now| {
                now.rows[0].action = "exists".into();
                now.rows[0].id = Some(1042);
            }),
            "row 2: was create, is now exists (ID 1042)"
        );
        assert_eq!(
            said(|now| {
                now.rows[0].action = "invalid".into();
                now.rows[0].problems = vec!["T202".into()];
            }),
            "row 2: was create, is now invalid (T202)"
        );
        assert_eq!(
            said(|now| now.rows[0].namesakes = vec![77]),
            "row 2: customers with its name or code: were none, are now ID 77"
        );
        assert_eq!(
            said(|now| now.rows[1].automatic_deployment = true),
            "row 3: automatic deployment is now switched on"
        );
        assert_eq!(
            said(|now| now.rows[0].content = Some("x".into())),
            "row 2: something else would be sent for it"
        );
        assert_eq!(
            said(|now| now.rows[0].parent = Some(PlanParent::Row(3))),
            "row 2: parent was \"ID 1000\", is now \"row 3\""
        );
        assert_eq!(
            said(|now| now.customers[1].level = "Reseller".into()),
            "customer \"MSP\" (ID 1000, parent of row 2): level was \"EndCustomer\", is now \
             \"Reseller\""
        );
        assert_eq!(
            said(|now| {
                now.rows.pop();
            }),
            "rows: were 2, are now 1"
        );
    }

    #[test]
    fn what_touches_no_row_does_not_matter() {
        let more = said(|now| now.customers.push(customer(8, 7, "Eight")));
        assert_eq!(more, "");
        let mut blocked = document();
        blocked.rows[0].action = "blocked".into();
        let mut now = blocked.clone();
        now.rows[0].problems = vec!["H301".into()];
        assert_eq!(changes(&blocked, &now), [""; 0]);
    }
}
