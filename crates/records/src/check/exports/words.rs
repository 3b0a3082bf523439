//! Words that stand for many in data files: `<yes>` is yes in the languages that tools are used in.

/// What each stands for.
const WORDS: &[(&str, &[&str])] = &[
    (
        "<yes>",
        &[
            "Yes",
            "Y",
            "True",
            "T",
            "1",
            "1.0",
            "On",
            "X",
            "Ja",
            "J",
            "Wahr",
            "Oui",
            "O",
            "Vrai",
            "Sí",
            "Si",
            "S",
            "Sì",
            "Verdadero",
            "Vero",
            "Waar",
        ],
    ),
    (
        "<no>",
        &[
            "No", "N", "False", "F", "0", "0.0", "Off", "Nein", "Falsch", "Non", "Faux", "Nee",
            "Onwaar", "Falso",
        ],
    ),
    (
        "<active>",
        &[
            "Active", "Enabled", "Aktiv", "Actif", "Active", "Activo", "Activa", "Attivo",
            "Attiva", "Actief",
        ],
    ),
    (
        "<inactive>",
        &[
            "Inactive",
            "In-Active",
            "Disabled",
            "Inaktiv",
            "Deaktiviert",
            "Inactif",
            "Inactivo",
            "Inactiva",
            "Inattivo",
            "Inattiva",
            "Inactief",
            "Deactivated",
        ],
    ),
    (
        "<customer>",
        &[
            "Customer",
            "Customers",
            "Client",
            "Clients",
            "Kunde",
            "Kunden",
            "Cliente",
            "Clientes",
            "Clienti",
            "Klant",
            "Klanten",
        ],
    ),
    (
        "<vendor>",
        &[
            "Vendor",
            "Vendors",
            "Supplier",
            "Suppliers",
            "Distributor",
            "Distributors",
            "Partner",
            "Partners",
            "Reseller",
            "Resellers",
            "Competitor",
            "Competitors",
            "Lieferant",
            "Lieferanten",
            "Händler",
            "Wettbewerber",
            "Fournisseur",
            "Fournisseurs",
            "Partenaire",
            "Partenaires",
            "Proveedor",
            "Proveedores",
            "Fornitore",
            "Fornitori",
            "Leverancier",
            "Leveranciers",
        ],
    ),
    (
        "<prospect>",
        &[
            "Prospect",
            "Prospects",
            "Lead",
            "Leads",
            "Suspect",
            "Suspects",
            "Interessent",
            "Interessenten",
            "Prospecto",
            "Prospectos",
        ],
    ),
    (
        "<former>",
        &[
            "Former",
            "Former Customer",
            "Former Customers",
            "Former Client",
            "Former Clients",
            "Ehemaliger Kunde",
            "Ehemalige Kunden",
            "Ancien client",
            "Dead",
            "Cancellation",
            "Cancelation",
            "Cancelled",
            "Canceled",
        ],
    ),
    (
        "<zero>",
        &["0", "0.0", "0.00", "0,0", "0,00", "00", "000", "0000"],
    ),
];

/// Whether a cell says yes.
pub(in crate::check) fn is_yes(text: &str) -> bool {
    stands_for("<yes>", text) || ["✓", "✔", "☑"].contains(&text)
}

/// Whether a cell says no.
pub(in crate::check) fn is_no(text: &str) -> bool {
    stands_for("<no>", text) || ["✗", "✘", "☐"].contains(&text)
}

fn stands_for(one: &str, text: &str) -> bool {
    let lower = text.to_lowercase();
    let mut all = WORDS.iter().filter(|(of, _)| *of == one);
    all.any(|(_, words)| words.iter().any(|word| word.to_lowercase() == lower))
}

/// The condition with all words in the place of those that stand for them.
pub(super) fn in_condition(condition: &str) -> String {
    WORDS.iter().fold(condition.to_owned(), |text, (one, all)| {
        let all: Vec<String> = all.iter().map(|word| format!("\"{word}\"")).collect();
        text.replace(one, &all.join(", "))
    })
}

/// The words, with all in the place of those that stand for them.
pub(super) fn in_list(list: &[String]) -> Vec<String> {
    let all = list
        .iter()
        .flat_map(|word| match WORDS.iter().find(|(one, _)| one == word) {
            Some((_, all)) => all.iter().map(|one| (*one).to_owned()).collect(),
            None => vec![word.clone()],
        });
    all.collect()
}
