//! Tests of labels.

use super::*;

#[test]
fn totals_are_told_from_names() {
    let words = Words::new();
    for text in [
        "Total",
        "TOTAL:",
        "Grand total",
        "Summe",
        "Total: 83",
        "Anzahl 12",
        "Zwischensumme",
        "Zwischensumme Nord",
        "Subtotal West",
        "Sous-total Île-de-France",
        "Nord Ergebnis",
        "Gesamtergebnis",
        "Grand Total (2)",
        "All branches",
        "Alle Filialen",
        "Tous les clients",
        "Total général",
        "Totale complessivo",
        "Tussentotaal Zuid",
        "Total clientes: 12",
        "Totaal klanten",
        "5 customers",
        "12 Kunden",
        "Number of rows",
        "Durchschnitt",
        "Moyenne",
        "Suma końcowa",
        "Delsumma Norr",
        "Number of customers 4",
        "Total customers",
        "** Total **",
        "Eindtotaal",
        "Promedio",
        "(2 rows affected)",
        "2 rows in set (0.00 sec)",
        "Razem",
        "Celkem",
    ] {
        assert_eq!(words.label(text), Label::Total(Sure::Certain), "{text}");
    }
    for text in [
        "Total North",
        "Summe Süd",
        "North Total",
        "Totale Nord",
        "Somme Ouest",
        "Total Direct",
    ] {
        assert_eq!(words.label(text), Label::Total(Sure::Perhaps), "{text}");
    }
    for text in [
        "Total Energies",
        "Summer Camp",
        "Counties",
        "Acme",
        "Gesamtwerk GmbH",
        "Summe Finanz GmbH",
        "All Branches Ltd",
        "Alle Neune",
        "All Saints",
        "Total Care Ltd",
        "Sumatra",
        "5 Elements",
        "Totally Spies",
        "Zwischenraum GmbH",
        "Averages Ltd",
        "3 Brothers",
        "3 Partners Consulting",
        "12 Lines Media",
    ] {
        assert_eq!(words.label(text), Label::None, "{text}");
    }
}

#[test]
fn titles_and_notes_are_told_from_names() {
    let words = Words::new();
    for text in [
        "Region Nord",
        "-- Reseller --",
        "=== Nord ===",
        "Bereich Süd",
        "Kunden Nord:",
        "[EMEA]",
        "> Partner",
    ] {
        assert_eq!(words.label(text), Label::Section(Sure::Certain), "{text}");
    }
    for text in ["Branch West", "Gruppe A", "Land: Österreich"] {
        assert_eq!(words.label(text), Label::Section(Sure::Perhaps), "{text}");
    }
    for text in [
        "* prices without VAT",
        "1) not yet migrated",
        "(1) see annex",
        "Stand: 01.02.2026",
        "Source: ERP",
        "Page 1 of 3",
        "Seite 2/5",
        "Quelle: SAP",
        "Exported by Ann",
        "Erstellt am 1. Mai",
        "Please report leavers to the office by Friday.",
        "© Acme 2026",
        "Legende",
        "¹ see above",
    ] {
        assert_eq!(words.label(text), Label::Note, "{text}");
    }
    for text in [
        "Alder Dental",
        "Birch & Sons Ltd.",
        "Page & Turner",
        "Standard Life",
        "Keystone",
        "Note Worthy Inc.",
        "24/7 Media",
        "Regional Bank",
        "Group Therapy Ltd",
        "Datum Systems",
    ] {
        assert_eq!(words.label(text), Label::None, "{text}");
    }
}

#[test]
fn every_total_passes_the_cheap_look() {
    let first = [TOTALS, COMPOUND_TOTALS, BEFORE_A_NAME];
    for word in first.iter().flat_map(|list| list.split(';')) {
        assert!(may_be_total(word.trim()), "{word}");
    }
    let last = [BEHIND_A_NAME, SURE_BEHIND_A_NAME];
    for word in last.iter().flat_map(|list| list.split(';')) {
        let word = word.trim();
        let seldom = ["totals", "totalt", "anzahl", "totales"];
        assert!(
            seldom.contains(&word) || may_be_total(&format!("Xy {word}")),
            "{word}"
        );
    }
}
