//! Columns that are not imported and say of rows that they are no customers any more: `Status` with
//! `Inactive`, `Active` with `no`. Their rows count as customers until somebody says otherwise, so it
//! is said how many there are.

use std::collections::HashMap;

use tables::{Gone, StandingWords};

use crate::check::cell::quoted;
use crate::check::exports::{is_no, is_yes};
use crate::check::mapping::{Mapping, Role, columns_called};
use crate::check::text::{fold_name, trim};
use crate::model::number::counted;
use crate::model::place::{CellAddress, column_letters};
use crate::model::rules::headers::HEADER_UNKNOWN;
use crate::model::rules::selection::ROWS_SAID_GONE;
use crate::model::{Diagnostic, Header, Row, RowBatch};

/// A column that says what its rows are has few words.
const MOST_WORDS: usize = 40;
/// So long are they at most.
const LONGEST_WORD: usize = 60;
/// Words that are shown of a column.
const SHOWN: usize = 8;

/// What a column says of rows that count as customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SaidGone {
    /// That they are none any more, with how many there are, in a sentence.
    pub told: String,
    /// The condition that leaves them out.
    pub condition: String,
    /// How conditions and mappings name the column.
    pub key: String,
    /// Its header.
    header: String,
    at: Option<CellAddress>,
}

impl SaidGone {
    /// Whether a problem says of the same column no more than that it is not imported.
    pub(in crate::check) fn says_more_than(&self, one: &Diagnostic) -> bool {
        one.rule.code == HEADER_UNKNOWN.code
            && one.help.is_empty()
            && one.at.is_some()
            && one.at == self.at
    }

    /// The same, as a problem of the list.
    pub(super) fn diagnostic(&self) -> Diagnostic {
        let Self { condition, key, .. } = self;
        let help = format!(
            "to leave them out: --leave-out \"{condition}\"; if they are customers, say that the \
             column does not count: --map \"{key}=-\""
        );
        let message = format!("{}; nothing else is read of the column", self.told);
        let said = Diagnostic::of_file(&ROWS_SAID_GONE, message)
            .with_value(&self.header)
            .with_help(help)
            .in_column(&self.header);
        match self.at {
            Some(at) => said.at(at).on_line(at.row),
            None => said,
        }
    }
}

/// The cells of columns that are not imported, until they are too many to be words.
#[derive(Debug, Default)]
pub(super) struct Standings {
    columns: Vec<Column>,
    folded: Vec<u8>,
}

#[derive(Debug)]
struct Column {
    index: usize,
    /// How conditions and mappings name it.
    key: String,
    /// How messages name it.
    told: String,
    header: String,
    at: Option<CellAddress>,
    words: HashMap<Vec<u8>, Met>,
}

/// A word, as the first cell has it.
#[derive(Debug)]
struct Met {
    text: String,
    rows: usize,
    order: usize,
}

/// What a header says of the words below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum About {
    /// What the customer is: `Status`.
    Standing,
    /// That it is one: `Active`.
    There,
    /// That it is one no longer: `Inactive`.
    Gone,
    /// The customer, or nothing in particular: `Type`, `Remark`, no header at all.
    Customer,
    /// Something that the customer has, or may have: `Newsletter`.
    Thing,
    /// Nobody knows.
    Else,
}

impl Standings {
    /// For the columns that nothing is imported of and no filter asks.
    pub(super) fn of(header: &Header, mapping: &Mapping, asked: &[usize]) -> Self {
        let open =
            |role: &Role| matches!(role, Role::Unknown { .. } | Role::Unnamed | Role::Undecided);
        let columns = mapping.columns.iter().enumerate();
        let columns = columns.filter(|(index, one)| open(&one.role) && !asked.contains(index));
        let columns = columns.map(|(index, one)| {
            let letters = column_letters(one.column);
            let name = one.header.trim();
            let is_alone = !name.is_empty() && columns_called(header, name) == [index];
            Column {
                index,
                key: if is_alone {
                    name.to_owned()
                } else {
                    format!("column:{letters}")
                },
                told: if name.is_empty() {
                    format!("column {letters}")
                } else {
                    format!("the column {}", quoted(name))
                },
                header: one.header.clone(),
                at: (header.row > 0).then(|| CellAddress::cell(header.row, one.column)),
                words: HashMap::new(),
            }
        });
        Self {
            columns: columns.collect(),
            folded: Vec::new(),
        }
    }

    /// Takes note of rows that count.
    pub(super) fn add(&mut self, rows: &RowBatch) {
        if self.columns.is_empty() {
            return;
        }
        for row in rows.rows() {
            let folded = &mut self.folded;
            self.columns.retain_mut(|column| column.add(&row, folded));
        }
    }

    /// What is to be said.
    pub(super) fn said(self) -> Vec<SaidGone> {
        if self.columns.iter().all(|column| column.words.is_empty()) {
            return Vec::new();
        }
        let words = StandingWords::default();
        let columns = self.columns.iter();
        columns.filter_map(|column| column.said(&words)).collect()
    }
}

impl Column {
    /// Whether the column may still be one of a few words.
    fn add(&mut self, row: &Row<'_>, folded: &mut Vec<u8>) -> bool {
        let text = trim(row.text(self.index));
        if text.is_empty() {
            return true;
        }
        if text.len() > LONGEST_WORD {
            return false;
        }
        fold_name(text, folded);
        if let Some(met) = self.words.get_mut(&*folded) {
            met.rows += 1;
            return true;
        }
        let order = self.words.len();
        let text = text.to_owned();
        let met = Met {
            text,
            rows: 1,
            order,
        };
        self.words.insert(folded.clone(), met);
        order < MOST_WORDS
    }

    fn said(&self, words: &StandingWords) -> Option<SaidGone> {
        let about = about(&self.header, words);
        // `Active` beside `Inactive` below a header of its own switches that on and off, not the customer.
        let is_switch = || {
            let mut met = self.words.values();
            met.any(|met| is_there(&met.text) || is_yes(&met.text))
        };
        if about == About::Thing || about == About::Else && is_switch() {
            return None;
        }
        let gone = |met: &&Met| {
            let said = words.gone(&met.text);
            let by_header = match about {
                // Of other columns, only what nothing else could mean.
                About::Customer | About::Thing | About::Else => {
                    return said == Some(Gone::Certain);
                }
                About::Standing => false,
                About::There => is_no(&met.text),
                About::Gone => is_yes(&met.text),
            };
            by_header || said.is_some()
        };
        let mut gone: Vec<&Met> = self.words.values().filter(gone).collect();
        gone.sort_by_key(|met| (std::cmp::Reverse(met.rows), met.order));
        let all: usize = gone.iter().map(|met| met.rows).sum();
        if all == 0 {
            return None;
        }
        let shown = gone.iter().take(SHOWN);
        let parts = shown.map(|met| format!("{} in {}", shown_word(&met.text), rows(met.rows)));
        let mut parts: Vec<String> = parts.collect();
        let rest: usize = gone.iter().skip(SHOWN).map(|met| met.rows).sum();
        if rest > 0 {
            parts.push(format!("the like in {} more", rows(rest)));
        }
        let message = format!(
            "{} says {}, which would be created",
            self.told,
            joined(&parts)
        );
        Some(SaidGone {
            told: message,
            condition: self.condition(&gone),
            key: self.key.clone(),
            header: self.header.clone(),
            at: self.at,
        })
    }

    /// What leaves the rows out.
    fn condition(&self, gone: &[&Met]) -> String {
        let key = written(&self.key);
        let texts: Vec<String> = gone.iter().map(|met| written(&met.text)).collect();
        match &texts[..] {
            [one] => format!("{key} = {one}"),
            _ => format!("{key} in ({})", texts.join(", ")),
        }
    }
}

/// Words of headers of columns that say what a customer is.
const STANDING: &str = "status;state;zustand;stage;phase;lifecycle;statut;état;etat;estado;stato;situation;\
    situazione;situação;stan;stav;tila;tilstand;kundenstatus;vertragsstatus;kontostatus;klantstatus;relationship";

/// Words for a customer that is one, in headers and below them.
const THERE: &str = "active;aktiv;actif;active?;activo;activa;attivo;attiva;actief;ativo;ativa;aktywny;\
    aktywna;aktivní;enabled;aktiviert;current;aktuell;live;activated;activé;habilitado;abilitato;\
    ingeschakeld;włączony";

/// Words of headers that speak of the customer, or of nothing in particular.
const CUSTOMER: &str = "customer;client;company;account;organisation;organization;partner;kunde;kunden;firma;\
    mandant;klant;cliente;société;societe;azienda;empresa;type;typ;art;kind;category;kategorie;group;gruppe;\
    class;klasse;remark;remarks;note;notes;comment;comments;info;bemerkung;bemerkungen;notiz;notizen;kommentar;\
    hinweis;kennzeichen;flag;kundenart;kundentyp;kundengruppe";

/// Beginnings of words of headers for what a customer has, and may be without: it says nothing of the
/// customer if that is switched off.
const THINGS: &str = "newsletter;mailing;marketing;email;e-mail;mail;backup;antivir;av;edr;firewall;monitoring;\
    portal;webportal;website;webshop;shop;web;vpn;sepa;lastschrift;licen;lizenz;m365;microsoft;domain;\
    sms;sync;integration;login;user;benutzer;device;gerät;agent;server;hosting;mfa;2fa;\
    ssl;voip;wlan;wifi;autorenew;abo;subscription";

/// What a header says.
fn about(header: &str, words: &StandingWords) -> About {
    let lower = header.to_lowercase();
    let sign = |sign: char| !sign.is_alphanumeric();
    let plain = lower.trim_matches(sign);
    let bare = ["is", "ist", "est"]
        .iter()
        .find_map(|is| plain.strip_prefix(is));
    let bare = bare.map_or(plain, |rest| rest.trim_matches(sign));
    let is_gone = |text: &str| words.gone(text).is_some();
    if is_gone(plain) || is_gone(bare) {
        return About::Gone;
    }
    let has = |list: &str| {
        let is_in = |word: &str| is_one_of(word, list);
        plain.split(sign).any(is_in) || is_in(bare)
    };
    let begins = |word: &str| {
        let short = word.chars().count() < 5;
        let mut things = THINGS.split(';').map(str::trim);
        things.any(|thing| word == thing || !short && word.starts_with(thing))
    };
    if plain.split(sign).any(begins) || begins(bare) {
        return About::Thing;
    }
    if has(THERE) {
        return About::There;
    }
    if has(STANDING) {
        return About::Standing;
    }
    if plain.is_empty() || has(CUSTOMER) {
        return About::Customer;
    }
    About::Else
}

/// Whether a cell says that the customer, or whatever the column is about, is there.
fn is_there(text: &str) -> bool {
    is_one_of(trim(text).to_lowercase().as_str(), THERE)
}

fn is_one_of(word: &str, list: &str) -> bool {
    list.split(';').any(|one| one.trim_start() == word)
}

/// A text as conditions take it: in quotation marks where a sign or a word of the grammar is in it.
fn written(text: &str) -> String {
    const GRAMMAR: &str = "and;or;not;is;in;contains;begins;matches;empty;filled";
    let plain = |sign: char| sign.is_alphanumeric() || " .-_:".contains(sign);
    let of_grammar = |word: &str| GRAMMAR.split(';').any(|one| one.eq_ignore_ascii_case(word));
    if !text.is_empty() && text.chars().all(plain) && !text.split(' ').any(of_grammar) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', "''"))
}

/// A word as it is read in a sentence.
fn shown_word(text: &str) -> String {
    if text.chars().all(char::is_alphanumeric) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

fn rows(many: usize) -> String {
    counted(many, "row")
}

/// `a, b and c`.
fn joined(parts: &[String]) -> String {
    match parts {
        [] => String::new(),
        [one] => one.clone(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}
