//! What a customer shows of an update: as it was before, as it was to become, or otherwise. And the
//! update that takes one back. Pure.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::known::Member;
use super::member::{each_value, of_tenant, same, take_over, wanted};
use super::tenant::Customer;
use countries::{Resolution, resolve};

use crate::model::partner::BillingContact;
use crate::model::{
    CustomerName, Flag, PartnerChanges, PartnerId, PartnerInfo, Relocation, Text, UnixSeconds,
    Update,
};

/// What a customer shows of an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Every member that is sent is as it was to become.
    AsWanted,
    /// Each is as it was before, or as it was to become.
    AsBefore,
    /// It is not the customer that was planned for, or some member is neither: in words.
    Otherwise(String),
}

/// What `customer` shows of an update that is to leave it below `parent`, planned for `partner`.
pub fn shown(
    update: &Update,
    parent: Option<PartnerId>,
    partner: &PartnerInfo,
    customer: &Customer,
) -> Shown {
    if !answers(update, partner, customer) {
        return Shown::Otherwise(format!("it is {} now", customer.shown()));
    }
    let mut otherwise = Vec::new();
    let mut all_as_wanted = true;
    // A journal of an older version does not say what was there before.
    let tells_before = !update.before.is_empty();
    let told = each_shown(update, parent, customer, |one| {
        all_as_wanted &= one.as_wanted;
        otherwise.extend(one.otherwise().filter(|_| tells_before));
    });
    if !told {
        return Shown::Otherwise("it has no name".into());
    }
    match (otherwise.is_empty(), all_as_wanted) {
        (true, true) => Shown::AsWanted,
        (true, false) => Shown::AsBefore,
        (false, _) => Shown::Otherwise(otherwise.join("; ")),
    }
}

/// The members of an update that `customer` shows as they were to become and that were otherwise when
/// it was planned, by their paths: what a request of it, or somebody else, has made of them.
pub fn stands(
    update: &Update,
    parent: Option<PartnerId>,
    partner: &PartnerInfo,
    customer: &Customer,
) -> Vec<&'static str> {
    let mut standing = Vec::new();
    let Some(wanted) = wanted(&update.changes, &customer.name) else {
        return standing;
    };
    if !answers(update, partner, customer) {
        return standing;
    }
    if update.relocation == Relocation::Moves
        && parent.is_some_and(|id| id.get() == customer.parent)
    {
        let now = customer.parent.to_string();
        let before = update.before.get(Update::PARENT);
        if before.is_some_and(|before| *before != now) {
            standing.push(Update::PARENT);
        }
    }
    each_value(&wanted, |member, value| {
        let is_new = |before: &String| !same(member, before.trim(), value);
        let is_there = |now: Cow<str>| same(member, now.trim(), value);
        if update.before.get(member.path()).is_some_and(is_new)
            && of_tenant(customer, member).is_some_and(is_there)
        {
            standing.push(member.path());
        }
    });
    standing
}

/// The members of an update that `customer` shows neither as they were to become nor as they were
/// before, each with what it is now and what it was, in words: somebody else has changed them. Nothing
/// where it is not the customer that was planned for, or where none of the members is left.
pub fn changed_by_others(
    update: &Update,
    parent: Option<PartnerId>,
    partner: &PartnerInfo,
    customer: &Customer,
) -> Vec<(&'static str, String)> {
    if !answers(update, partner, customer) {
        return Vec::new();
    }
    let (mut theirs, mut count) = (Vec::new(), 0);
    each_shown(update, parent, customer, |one| {
        // The name is told whether it is sent or not.
        count += usize::from(one.before.is_some());
        if let Some(words) = one.otherwise() {
            theirs.push((one.path, words));
        }
    });
    if theirs.len() == count {
        theirs.clear();
    }
    theirs
}

/// A member of an update as a customer shows it.
struct OneShown<'a> {
    path: &'static str,
    now: &'a str,
    before: Option<&'a str>,
    as_wanted: bool,
    as_before: bool,
}

impl OneShown<'_> {
    fn otherwise(&self) -> Option<String> {
        (!self.as_wanted && !self.as_before).then(|| {
            let (path, now) = (self.path, self.now);
            let before = self.before.unwrap_or_default();
            format!("{path} is \"{now}\" instead of \"{before}\"")
        })
    }
}

/// Each member of an update that the tenant tells of the customer; `false` where the customer cannot
/// be told.
fn each_shown(
    update: &Update,
    parent: Option<PartnerId>,
    customer: &Customer,
    mut each: impl FnMut(&OneShown<'_>),
) -> bool {
    let before = |path: &str| update.before.get(path).map(String::as_str);
    if update.relocation == Relocation::Moves {
        let now = customer.parent.to_string();
        each(&OneShown {
            path: Update::PARENT,
            now: &now,
            before: before(Update::PARENT),
            as_wanted: parent.is_some_and(|parent| parent.get() == customer.parent),
            as_before: before(Update::PARENT) == Some(&now),
        });
    }
    let Some(wanted) = wanted(&update.changes, &customer.name) else {
        return false;
    };
    each_value(&wanted, |member, value| {
        let Some(now) = of_tenant(customer, member) else {
            return;
        };
        let (path, now) = (member.path(), now.trim());
        each(&OneShown {
            path,
            now,
            before: before(path),
            as_wanted: same(member, now, value),
            as_before: before(path).is_some_and(|before| same(member, now, before.trim())),
        });
    });
    true
}

/// Whether a customer is the one that was planned for: by its name or its code, as it was or as it is
/// to become.
fn answers(update: &Update, partner: &PartnerInfo, customer: &Customer) -> bool {
    let before = |member: Member| update.before.get(member.path()).map(|text| text.trim());
    let name = customer.name.trim();
    let code = customer.external_code.trim();
    let own_code = partner.external_code.as_ref().map(Text::as_str);
    name == partner.name.as_str()
        || before(Member::Name) == Some(name)
        || !code.is_empty()
            && (own_code == Some(code) || before(Member::ExternalCode) == Some(code))
}

/// The update that takes another one back, as far as it can be.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TakenBack {
    /// What is sent; `None` where nothing can be taken back.
    pub update: Option<Update>,
    /// Below whom the customer stood before, where it was moved.
    pub parent: Option<PartnerId>,
    /// Members that were empty before: nothing is ever emptied.
    pub were_empty: Vec<String>,
    /// Members whose values before cannot be sent, or not be gone back to.
    pub not_back: Vec<String>,
    /// Members that others have changed since, in words: they stay.
    pub theirs: Vec<String>,
}

impl TakenBack {
    /// The same without what others have changed since of `customer`, which the run left below `parent`.
    /// Where that is all of it, it stays whole: there is nothing to be taken back.
    #[must_use]
    pub fn sparing(
        mut self,
        parent: PartnerId,
        partner: &PartnerInfo,
        customer: &Customer,
    ) -> Self {
        if let Some(update) = &self.update {
            let parent = self.parent.unwrap_or(parent);
            let theirs = changed_by_others(update, Some(parent), partner, customer);
            if !theirs.is_empty() {
                let (paths, words): (Vec<String>, Vec<String>) = theirs
                    .into_iter()
                    .map(|(path, words)| (path.to_owned(), words))
                    .unzip();
                self.update = Some(update.without(&paths, "changed by others since"));
                self.theirs = words;
            }
        }
        self
    }
}

/// What takes `update` back, which left the customer below `parent`.
pub fn take_back(update: &Update, partner: &PartnerInfo, parent: PartnerId) -> TakenBack {
    let mut back = TakenBack::default();
    let mut changes = PartnerChanges::default();
    let mut left_so = BTreeMap::new();
    let Some(as_made) = wanted(&update.changes, partner.name.as_str()) else {
        return back;
    };
    each_value(&as_made, |member, value| {
        // `wanted` has a name, be it sent or not.
        let Some(before) = update.before.get(member.path()) else {
            return;
        };
        let path = member.path().to_owned();
        match before.trim() {
            before if before.is_empty() || is_none(member, before) => back.were_empty.push(path),
            before if goes_back(member, before, value) && put(member, before, &mut changes) => {
                left_so.insert(path, value.to_owned());
            }
            _ => back.not_back.push(path),
        }
    });
    let mut relocation = Relocation::Stays;
    if update.relocation == Relocation::Moves {
        let before = update
            .before
            .get(Update::PARENT)
            .and_then(|id| id.parse().ok());
        match before.and_then(PartnerId::from_number) {
            Some(before) => {
                (back.parent, relocation) = (Some(before), Relocation::Moves);
                left_so.insert(Update::PARENT.to_owned(), parent.to_string());
            }
            None => back.not_back.push(Update::PARENT.to_owned()),
        }
    }
    if !left_so.is_empty() {
        back.update = Some(Update {
            changes,
            relocation,
            told: format!("taken back: {}", update.told),
            before: left_so,
        });
    }
    back
}

/// Whether a member's value stands for none.
fn is_none(member: Member, value: &str) -> bool {
    let number = matches!(
        member,
        Member::TrialRegistrationTime
            | Member::TrialExpirationTime
            | Member::LocationId
            | Member::BillingContactPersonId
    );
    number && value == "0"
}

/// Whether a member can be brought back. A customer in production does not become a trial one again.
fn goes_back(member: Member, before: &str, now: &str) -> bool {
    member != Member::State || (now == "InTrial" && before == "InProduction")
}

/// Notes the value of a member among changes; `false` where it is none that can be sent.
fn put(member: Member, value: &str, changes: &mut PartnerChanges) -> bool {
    fn list<T: std::str::FromStr>(value: &str) -> Option<Vec<T>> {
        let words = value
            .split(';')
            .map(str::trim)
            .filter(|one| !one.is_empty());
        words.map(|one| one.parse().ok()).collect()
    }
    let Ok(name) = CustomerName::parse("-") else {
        return false;
    };
    let mut partner = PartnerInfo::named(name);
    let text = |to: &mut Option<Text>| {
        *to = Text::parse(value).ok();
        to.is_some()
    };
    let country = || match resolve(value) {
        Resolution::Resolved(code) => Some(code),
        Resolution::Refused(_) => None,
    };
    let company = &mut *partner.company;
    let fits = match member {
        Member::Name => CustomerName::parse(value).is_ok_and(|name| {
            partner.name = name;
            true
        }),
        Member::Level => set(&mut partner.level, value.parse().ok()),
        Member::ServiceType => set(&mut partner.service_type, value.parse().ok()),
        Member::State => set(&mut partner.state, value.parse().ok()),
        Member::ChildServiceTypes => list(value).is_some_and(|words| {
            partner.child_service_types = words;
            true
        }),
        Member::Flags => list::<Flag>(value).is_some_and(|words| {
            partner.flags = words;
            true
        }),
        Member::DeviceCountry => set(&mut partner.device_country, country()),
        Member::LocationId => set(&mut partner.location_id, value.parse().ok()),
        Member::ExternalCode => text(&mut partner.external_code),
        Member::PhoneNumber => text(&mut company.phone_number),
        Member::FaxNumber => text(&mut company.fax_number),
        Member::WebsiteAddress => text(&mut company.website_address),
        Member::LegalCompanyName => text(&mut company.legal_company_name),
        Member::ChamberOfCommerceNumber => text(&mut company.chamber_of_commerce_number),
        Member::VatNumber => text(&mut company.vat_number),
        Member::BankAccountNumber => text(&mut company.bank_account_number),
        Member::BillingContactPersonId => set(
            &mut company.billing_contact_person_id,
            value.parse().ok().map(BillingContact::Integer),
        ),
        Member::Country => set(&mut company.post_address.country, country()),
        Member::Province => text(&mut company.post_address.state),
        Member::District => text(&mut company.post_address.district),
        Member::City => text(&mut company.post_address.city),
        Member::ZipCode => text(&mut company.post_address.zip_code),
        Member::Address => text(&mut company.post_address.address),
        Member::TrialRegistrationTime => set(&mut partner.trial_registration_time, time(value)),
        Member::TrialExpirationTime => set(&mut partner.trial_expiration_time, time(value)),
    };
    if fits {
        take_over(&partner, member, changes);
    }
    fits
}

fn set<T>(to: &mut Option<T>, value: Option<T>) -> bool {
    *to = value;
    to.is_some()
}

fn time(value: &str) -> Option<UnixSeconds> {
    value.parse().ok().and_then(UnixSeconds::new)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CustomerName;

    /// What an update that moves a customer from 7 to 9 is shown by one that stands below `now`.
    fn moved(now: u64) -> Shown {
        let partner = PartnerInfo::named(CustomerName::parse("Acme").unwrap());
        let before = (Update::PARENT.to_owned(), "7".to_owned());
        let update = Update {
            changes: PartnerChanges::default(),
            relocation: Relocation::Moves,
            told: String::new(),
            before: BTreeMap::from([before]),
        };
        let customer = Customer {
            id: 5,
            parent: now,
            name: "Acme".into(),
            ..Customer::default()
        };
        shown(&update, PartnerId::from_number(9), &partner, &customer)
    }

    #[test]
    fn a_customer_that_others_have_moved_is_neither_where_it_was_nor_where_it_was_to_be() {
        assert_eq!(moved(9), Shown::AsWanted);
        assert_eq!(moved(7), Shown::AsBefore);
        let theirs = Shown::Otherwise("ParentId is \"11\" instead of \"7\"".into());
        assert_eq!(moved(11), theirs);
    }
}
