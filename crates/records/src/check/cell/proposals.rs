//! What terms of other lists may stand for: proposed, and never taken without being asked for.

use crate::check::text::fold_name;
use crate::model::rules::Rule;
use crate::model::rules::words::{
    CHILD_SERVICE_TYPES_UNKNOWN, FLAG_UNKNOWN, LEVEL_UNKNOWN, NOT_A_TRUTH_VALUE,
    SERVICE_TYPE_UNKNOWN, STATE_UNKNOWN,
};

/// Terms of levels in lists of technicians, folded.
const LEVELS: &[(&str, &[&str])] = &[
    (
        "EndCustomer",
        &[
            "endkunde",
            "kunde",
            "customer",
            "client",
            "company",
            "organization",
            "organisation",
            "firma",
            "eindklant",
            "klant",
            "client final",
            "cliente",
            "cliente final",
            "slutkund",
            "eindgebruiker",
            "endanwender",
            "utilisateur final",
            "usuario final",
            "slutkunde",
            "end user",
            "account",
        ],
    ),
    (
        "Site",
        &[
            "standort",
            "niederlassung",
            "filiale",
            "branch",
            "office",
            "location",
            "vestiging",
            "locatie",
            "sucursal",
            "filial",
            "sede",
            "agence",
            "site client",
            "zweigstelle",
        ],
    ),
    (
        "Reseller",
        &[
            "händler",
            "wiederverkäufer",
            "partner",
            "dealer",
            "msp",
            "revendeur",
            "wederverkoper",
            "revendedor",
            "forhandler",
            "återförsäljare",
            "rivenditore",
            "systemhaus",
            "vendor",
        ],
    ),
    (
        "Distributor",
        &[
            "distributeur",
            "distribuidor",
            "distributør",
            "groothandel",
            "grossiste",
            "distributore",
            "grosshändler",
            "großhändler",
        ],
    ),
];

/// Terms of states, folded.
const STATES: &[(&str, &[&str])] = &[
    (
        "InProduction",
        &[
            "aktiv",
            "active",
            "actif",
            "attivo",
            "actief",
            "produktiv",
            "production",
            "live",
            "prod",
            "in betrieb",
            "paid",
            "kunde",
        ],
    ),
    (
        "InTrial",
        &[
            "test",
            "trial",
            "demo",
            "testphase",
            "proef",
            "essai",
            "prova",
            "probe",
        ],
    ),
];

/// What the term may stand for in the field.
pub fn proposed(field: &str, text: &str) -> Option<&'static str> {
    let terms = match field {
        "Level" => LEVELS,
        "State" => STATES,
        _ => return None,
    };
    let mut folded = Vec::new();
    fold_name(super::super::text::trim(text), &mut folded);
    let found = terms
        .iter()
        .find(|(_, terms)| terms.iter().any(|term| term.as_bytes() == folded));
    found.map(|(value, _)| *value)
}

/// The field whose terms the rule is about.
pub fn field_of_terms(rule: &Rule) -> Option<&'static str> {
    let fields = [
        (&LEVEL_UNKNOWN, "Level"),
        (&SERVICE_TYPE_UNKNOWN, "ServiceType"),
        (&CHILD_SERVICE_TYPES_UNKNOWN, "ChildServiceTypes"),
        (&STATE_UNKNOWN, "State"),
        (&FLAG_UNKNOWN, "Flags"),
        (&NOT_A_TRUTH_VALUE, "CreateDefaultAccount"),
    ];
    let mut fields = fields.into_iter();
    fields.find_map(|(of, field)| (of.code == rule.code).then_some(field))
}

/// The flag that says what a term stands for; none for what is hard to type.
pub(super) fn flag(rule: &Rule, text: &str) -> Option<String> {
    let field = field_of_terms(rule)?;
    let meant = proposed(field, text).unwrap_or("...");
    let plain = !text.contains('=') && is_plain(text);
    plain.then(|| format!("--value \"{field}:{text}={meant}\""))
}

/// Whether a text is typed the same in quotation marks wherever there is a shell.
pub(crate) fn is_plain(text: &str) -> bool {
    const LONGEST: usize = 40;
    text.len() <= LONGEST && !text.contains(['"', '$', '`', '\\', '%', '!', '\n'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_proposed_is_of_the_service() {
        for (level, terms) in LEVELS {
            assert!(level.parse::<crate::model::Level>().is_ok(), "{level}");
            for term in *terms {
                let mut folded = Vec::new();
                fold_name(term, &mut folded);
                assert_eq!(folded, term.as_bytes(), "{term}");
            }
        }
        assert_eq!(proposed("Level", " ENDKUNDE"), Some("EndCustomer"));
        assert_eq!(proposed("State", "Aktiv"), Some("InProduction"));
        assert_eq!(proposed("Level", "Aktiv"), None);
    }
}
