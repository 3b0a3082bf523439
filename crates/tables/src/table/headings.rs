//! Titles that say of the rows below them whether they are customers still: `Former customers:`,
//! `Do not import`, `Gekündigt`, and `Active customers`, which ends such a part.

use super::cells::{filled, first_filled};
use super::labels::{List, Words, has_legal_form};
use crate::batch::RowBatch;
use crate::note::{Note, NoteKind};

/// What a title says of the rows below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heading {
    /// They are not to be imported.
    Bars,
    /// The same, though the title may be somebody's name.
    MayBar,
    /// Words among others say so: a title where titles stand, and else a name.
    Hints,
    /// They are customers.
    Lifts,
}

/// What says so whatever stands around it.
pub(super) const DO_NOT: &str = "do not import;don't import;dont import;do not migrate;don't migrate;do not transfer;\
    do not create;do not add;not to be imported;not to import;not imported;will not be imported;\
    nicht importieren;nicht übernehmen;nicht migrieren;nicht anlegen;nicht übertragen;nicht einspielen;\
    wird nicht importiert;werden nicht importiert;nicht importiert;nicht zu importieren;\
    ne pas importer;ne pas migrer;ne pas reprendre;à ne pas importer;no importar;no migrar;\
    non importare;da non importare;non migrare;não importar;niet importeren;niet migreren;niet overzetten;\
    nie importować;nie przenosić;importera inte;importera ej;ska inte importeras;ikke importer;ikke importeres;\
    skal ikke importeres;älä tuo;neimportovat;ne importálja;не импортировать;\
    no longer customers;no longer a customer;no longer active;not active;not active anymore;\
    nicht mehr aktiv;nicht aktiv;kein kunde mehr;keine kunden mehr;nicht mehr kunde;plus clients;\
    plus client;plus actifs;ya no son clientes;no activos;non più clienti;non attivi;\
    niet meer actief;niet actief;geen klant meer;on hold;to be deleted;to delete;zu löschen;\
    à supprimer;out of scope;out of business;\
    no longer;nicht mehr;ne plus;ya no;non più;niet meer;już nie;not migrated;not in scope;\
    not to be migrated;not to be transferred;not to be created;not for import;not for migration;do not sync;\
    do not onboard;do not copy;do not move;do not bill;do not use;must not be imported;should not be imported;\
    no import;no migration;kein import;keine migration;nicht zu migrieren;nicht mehr importieren;\
    nicht berechnen;nicht verwenden;pas d'import;sin importar;nicht einlesen;nicht onboarden";
/// What says so of whatever it stands before or behind.
pub(super) const GONE: &str = "former;inactive;cancelled;canceled;terminated;archived;deleted;churned;dormant;expired;\
    offboarded;off-boarded;deactivated;disabled;discontinued;cancellations;leavers;decommissioned;excluded;\
    blocked;suspended;obsolete;ehemalige;ehemaliger;ehemals;frühere;früherer;vormalige;gekündigt;gekündigte;\
    gekündigter;inaktiv;inaktive;inaktiver;archiviert;archivierte;gelöscht;gelöschte;beendet;beendete;\
    ausgeschieden;ausgeschiedene;abgänge;kündigungen;stillgelegt;stillgelegte;deaktiviert;deaktivierte;\
    abgelaufen;abgelaufene;exkunden;ex-kunden;altkunden;gesperrt;gesperrte;storniert;stornierte;\
    abgewandert;abgewanderte;ausgetreten;ausgetretene;anciens;anciennes;résilié;résiliés;résiliée;\
    résiliées;résiliations;inactif;inactifs;inactives;archivés;archivées;supprimés;supprimées;désactivés;\
    antiguos;antiguas;inactivos;inactivas;inactivo;archivados;archivadas;cancelados;canceladas;bajas;\
    exclientes;ex-clientes;eliminados;ex-clients;cessati;cessate;inattivi;inattive;archiviati;archiviate;\
    disdetti;disdette;dismessi;eliminati;ex-clienti;voormalige;opgezegd;opgezegde;inactief;inactieve;\
    gearchiveerd;gearchiveerde;beëindigd;beëindigde;oud-klanten;oudklanten;verwijderd;verwijderde;\
    antigos;inativos;inativas;arquivados;encerrados;byli;nieaktywni;nieaktywne;zarchiwizowane;\
    zarchiwizowani;archiwalni;dawni;zakończone;wypowiedziane;tidligere;tidigare;inaktiva;arkiverte;\
    arkiverede;arkiverade;oppsagt;oppsagte;opsagt;opsagte;uppsagda;uppsagd;avslutade;avsluttede;\
    avsluttet;entiset;irtisanotut;bývalí;neaktivní;zrušené;бывшие;неактивные;\
    prospects;leads;interessenten;testkunden;dummy;musterkunden;testdaten";
/// The same, where a noun or a colon stands with it: alone it may be a name.
pub(super) const PERHAPS_GONE: &str = "old;ex;lost;left;past;previous;prior;closed;dead;gone;departed;archive;archives;archiv;\
    alte;alter;altbestand;verlorene;verloren;geschlossen;geschlossene;perdus;fermés;clos;perdidos;cerrados;\
    baja;ex;archivio;archivo;persi;chiusi;precedenti;oude;archief;vertrokken;gesloten;arquivo;archiwum;\
    arkiv;gamle;gamla;vanhat;lukkede;stängda;test;demo;ignore;skip;exclude;ignorieren;ignorer;ignorar;\
    ignorare;negeren;prospect;lead;interessent;churn;potential;potentielle";
/// What says that rows are customers.
pub(super) const THERE: &str = "active;current;existing;new;live;aktiv;aktive;aktuelle;bestehende;neue;laufende;bestandskunden;\
    neukunden;actif;actifs;actuels;existants;nouveaux;activos;activas;actuales;existentes;nuevos;attivi;\
    attuali;esistenti;nuovi;actieve;huidige;bestaande;nieuwe;ativos;atuais;novos;aktywni;aktywne;obecni;\
    nowi;aktiva;nuvarande;nya;nuværende;nåværende;nykyiset;aktivní;активные";
/// What stands between.
pub(super) const BETWEEN: &str = "and;und;et;y;e;en;och;og;i;ja;the;our;unsere;nos;der;die;das;los;las;les;of;von;de;list;liste;\
    lista;lijst;only;nur;kunde;contract;contracts;vertrag;verträge;contrats;contrat;contratos;contratti;\
    contracten;umowy;service;services;account;relation;relaties;customer's;status;years;year;jahr;jahre";
/// What a time stands behind.
const SINCE: [&str; 9] = [
    " since ", " as of ", " seit ", " per ", " zum ", " bis ", " depuis ", " desde ", " sinds ",
];

/// The words of a small-letter text.
fn words_of(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|sign: char| !sign.is_alphanumeric() && !matches!(sign, '-' | '\''));
    words
        .map(|word| word.trim_matches(['-', '\'']))
        .filter(|word| !word.is_empty())
}

/// The words of the phrases that forbid it.
pub(super) fn words_that_forbid() -> impl Iterator<Item = &'static str> {
    DO_NOT.split(';').flat_map(words_of)
}

/// What a text says that stands alone in its row.
#[cold]
pub(super) fn heading(text: &str, words: &Words) -> Option<Heading> {
    /// Titles are short.
    const LONGEST: usize = 80;
    if text.len() > LONGEST {
        return None;
    }
    let lower = text
        .to_lowercase()
        .replace(['\u{A0}', '\u{202F}'], " ")
        .replace('\u{2019}', "'");
    let mut rest = lower.as_str();
    for since in SINCE {
        rest = rest.split_once(since).map_or(rest, |(before, _)| before);
    }
    let number = |word: &str| word.bytes().all(|byte| byte.is_ascii_digit());
    // Most names end here at their first word.
    if !words_of(rest).all(|word| number(word) || words.is_in_heading(word)) {
        return hints(rest, words).then_some(Heading::Hints);
    }
    let plain = rest.trim_matches(|sign: char| !sign.is_alphanumeric());
    let (left, mut barred) = without_forbidding(plain);
    let (mut perhaps, mut there, mut noun) = (false, false, text.trim_end().ends_with(':'));
    for word in words_of(&left).filter(|word| !number(word)) {
        match word {
            _ if words.is_in(List::Gone, word) => barred = true,
            _ if words.is_in(List::PerhapsGone, word) => perhaps = true,
            _ if words.is_in(List::There, word) => there = true,
            _ if words.is_in(List::Counted, word) => noun = true,
            _ if words.is_in(List::Between, word) => {}
            _ => return hints(rest, words).then_some(Heading::Hints),
        }
    }
    match (barred, perhaps, there) {
        (true, _, false) => Some(Heading::Bars),
        (false, true, false) if noun => Some(Heading::Bars),
        (false, true, false) => Some(Heading::MayBar),
        (false, false, true) if noun => Some(Heading::Lifts),
        // `Active and former customers`
        _ => None,
    }
}

/// Whether words of a small-letter text speak of customers that are gone: `Kunden, die gekündigt haben`.
fn hints(text: &str, words: &Words) -> bool {
    let has = |list| words_of(text).any(|word| words.is_in(list, word));
    let gone = has(List::Gone)
        || has(List::PerhapsGone) && has(List::Counted)
        || has(List::Forbid) && without_forbidding(text).1;
    gone && !has_legal_form(text)
}

/// The text without a phrase that forbids to import, and whether there was one.
fn without_forbidding(plain: &str) -> (String, bool) {
    let text = format!(" {plain} ");
    let sign = |sign: char| !sign.is_alphanumeric();
    for phrase in DO_NOT.split(';').map(str::trim_start) {
        if let Some((before, behind)) = text.split_once(phrase)
            && before.ends_with(sign)
            && behind.starts_with(sign)
        {
            return (format!("{before} {behind}"), true);
        }
    }
    (text, false)
}

/// Whether a text of a few words speaks of customers: `Healthcare customers`, `Kunden Nord`.
pub(super) fn is_of_customers(text: &str) -> bool {
    const NOUNS: &str = "customers;clients;accounts;resellers;kunden;mandanten;händler;clientes;clienti;klanten;\
        klienci;kunder;zákazníci;asiakkaat;клиенты;endkunden;stammkunden;großkunden;neukunden";
    let is_noun = |word: &str| NOUNS.split(';').any(|noun| noun.trim_start() == word);
    let lower = text.to_lowercase();
    let mut words = lower.split(|sign: char| !sign.is_alphanumeric());
    let count = lower.split_whitespace().count();
    let ends = words.next().is_some_and(is_noun) || words.next_back().is_some_and(is_noun);
    (1..=4).contains(&count) && ends && !has_legal_form(&lower)
}

/// The titles that bar the rows below them, each until another title.
#[derive(Debug, Default)]
pub(super) struct Bars(Vec<Bar>);

#[derive(Debug)]
struct Bar {
    row: u32,
    title: String,
    until: u32,
}

impl Bars {
    /// Titles above the header that say of the whole list that its rows are no customers any more.
    pub(super) fn above(head: &RowBatch, first_data: usize, words: &Words) -> Self {
        let mut bars = Self::default();
        for row in (0..first_data).filter_map(|index| head.row(index)) {
            let text = first_filled(row).map_or("", |index| row.text(index).trim());
            // `Cancelled: 3` counts.
            let counts = text.ends_with(|sign: char| sign.is_ascii_digit()) && text.contains(':');
            if filled(row) == 1 && !counts && heading(text, words) == Some(Heading::Bars) {
                bars.begin(row.number(), text);
            }
        }
        bars
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// A title in this row bars those below it.
    pub(super) fn begin(&mut self, row: u32, title: &str) {
        self.end(row);
        self.0.push(Bar {
            row,
            title: title.trim().to_owned(),
            until: u32::MAX,
        });
    }

    /// Another title stands in this row.
    pub(super) fn end(&mut self, row: u32) {
        if let Some(last) = self.0.last_mut() {
            last.until = last.until.min(row);
        }
    }

    /// What is to be said of a row that stands below such a title.
    #[cold]
    pub(super) fn of(&self, row: u32, name: &str) -> Option<Note> {
        let bars = |bar: &&Bar| bar.row < row && row < bar.until;
        let bar = self.0.iter().rev().find(bars)?;
        let below = NoteKind::BelowTitle {
            title: bar.title.clone(),
            row: bar.row,
        };
        Some(below.in_row(row).with_value(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_say_whether_customers_are_gone() {
        let words = Words::new();
        for text in [
            "Former customers:",
            "Former Customers",
            "Do not import",
            "DO NOT IMPORT!",
            "Don’t import (test)",
            "Gekündigt",
            "Gekündigte Kunden 2025",
            "Ehemalige Kunden",
            "Archived",
            "-- Inactive --",
            "Kunden (inaktiv)",
            "Kunden, gekündigt zum 31.12.2025",
            "Cancelled since May",
            "Anciens clients",
            "Clients résiliés",
            "Bajas",
            "Antiguos clientes",
            "Clienti cessati",
            "Oud-klanten",
            "Opgezegd:",
            "Byli klienci",
            "Tidigare kunder",
            "Lost customers",
            "Closed accounts",
            "Archiv:",
            "Old:",
            "Nicht mehr aktiv",
            "Nicht importieren: alte Kunden",
            "Prospects",
        ] {
            assert_eq!(heading(text, &words), Some(Heading::Bars), "{text}");
        }
        for text in ["Archiv", "Lost", "Old", "Ex", "Archive 2024"] {
            assert_eq!(heading(text, &words), Some(Heading::MayBar), "{text}");
        }
        for text in [
            "Active customers",
            "Aktive Kunden:",
            "Neue Kunden",
            "Active:",
        ] {
            assert_eq!(heading(text, &words), Some(Heading::Lifts), "{text}");
        }
        for text in [
            "No longer with us:",
            "Kunden, die gekündigt haben",
            "Customers who left",
            "Alte Kunden (nicht mehr anlegen)",
            "Excluded from import",
            "Inactive - keep for reference",
            "Red rows: do not import",
            "Inactive Films",
        ] {
            assert_eq!(heading(text, &words), Some(Heading::Hints), "{text}");
        }
        for text in [
            "Former Glory Ltd",
            "Old Mill Ltd",
            "Active and former customers",
            "Active",
            "Customers",
            "Lost & Found GmbH",
            "Alder",
            "Archive Digital",
            "Interactive",
            "New York",
            "",
        ] {
            assert_eq!(heading(text, &words), None, "{text}");
        }
    }

    #[test]
    fn a_bar_ends_at_the_next_title() {
        let mut bars = Bars::default();
        bars.begin(3, "Former:");
        bars.end(6);
        bars.begin(9, "Archived");
        let barred: Vec<u32> = (1..12).filter(|row| bars.of(*row, "").is_some()).collect();
        assert_eq!(barred, [4, 5, 10, 11]);
    }
}
