//! Values that must not replace what a customer has: those that may stand for nothing are held back,
//! those that are visibly damaged stop their row.

use super::builder::Builder;
use super::known::Member;
use super::member::Differing;
use super::tenant::Customer;
use crate::check::{Accepted, Doubt};
use crate::model::rules::texts::{DAMAGED_FOR_UPDATE, PLACEHOLDER_KEPT_BACK};

impl Builder<'_> {
    /// The members that an update may change; `None` when the row has a damaged value for one.
    pub(super) fn hold_back(
        &mut self,
        accepted: &Accepted,
        customer: &Customer,
        differing: Vec<Differing>,
    ) -> Option<Vec<Differing>> {
        let mut changing = Vec::with_capacity(differing.len());
        let mut damaged = false;
        for one in differing {
            let says = format!(
                "{} of {} is {:?}, the row says {:?}",
                one.member.path(),
                customer.shown(),
                one.tenant,
                one.row
            );
            match accepted.doubt_of(one.member.path()) {
                Some(Doubt::StandsForNothing) => {
                    let message =
                        format!("{says}, which may be a placeholder: the old value is kept");
                    self.tell(accepted, &PLACEHOLDER_KEPT_BACK, message);
                }
                doubt if doubt == Some(Doubt::Damaged) || has_lost(&one) => {
                    damaged = true;
                    let why = match one.member {
                        Member::Country | Member::DeviceCountry => {
                            "which is Namibia's code or a placeholder"
                        }
                        _ => "which is damaged",
                    };
                    let message = format!("{says}, {why}");
                    self.tell(accepted, &DAMAGED_FOR_UPDATE, message);
                }
                _ => changing.push(one),
            }
        }
        (!damaged).then_some(changing)
    }
}

/// Whether the row says what the tenant has without its leading zeros, or without its plus sign.
fn has_lost(one: &Differing) -> bool {
    let number = matches!(
        one.member,
        Member::ExternalCode
            | Member::PhoneNumber
            | Member::FaxNumber
            | Member::ChamberOfCommerceNumber
            | Member::VatNumber
            | Member::BankAccountNumber
            | Member::ZipCode
    );
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let told: String = one
        .tenant
        .chars()
        .filter(|letter| !matches!(letter, ' ' | '-' | '/' | '(' | ')'))
        .collect();
    let rest = told.trim_start_matches('+');
    number
        && digits(&one.row)
        && digits(rest)
        && told != one.row
        && rest.trim_start_matches('0') == one.row
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lost_zeros_and_signs_are_seen_whatever_the_country() {
        let lost = |member, tenant: &str, row: &str| {
            has_lost(&Differing {
                member,
                tenant: tenant.into(),
                row: row.into(),
            })
        };
        assert!(lost(Member::ZipCode, "01067", "1067"));
        assert!(lost(Member::PhoneNumber, "0301234567", "301234567"));
        assert!(lost(Member::PhoneNumber, "+43 1 2223334", "4312223334"));
        assert!(lost(Member::ExternalCode, "00012", "12"));
        assert!(!lost(Member::ZipCode, "10670", "1067"));
        assert!(!lost(Member::City, "01067", "1067"));
        assert!(!lost(Member::PhoneNumber, "030 1", "+49 30 1"));
        assert!(!lost(Member::ZipCode, "", "1067"));
        assert!(!lost(Member::ZipCode, "1067", "01067"));
    }
}
