//! What a header says as a whole: its words, what stands in brackets behind them, the groups above
//! them. Knows no cells.

use std::borrow::Cow;

use super::fold::{fold, strip_prefix, strip_required};
use super::notes::{cut, is_harmless, says_no_more};
use super::whose::{Whose, whose, whose_perhaps, without_stops};
use super::words::{Choice, Fit, Meaning, meaning};
use crate::check::field::Field;
use crate::model::HeaderCell;

/// What a header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    /// Nothing that is known.
    Nothing,
    /// A meaning of its own.
    Means(Meaning),
    /// A field of somebody or something near the customer, such as a contact's phone: it counts
    /// where no other column is that field.
    StandIn(Field, &'static str),
    /// The words of a field, and others that make it something else.
    Refused {
        /// The field whose words they are.
        nearest: Option<Field>,
        /// What makes it something else.
        why: String,
    },
}

/// Where a group stands among the groups of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// It begins the table, and is what the table is about.
    First,
    /// Another stands before it.
    Later,
}

/// What the header of a column says. `first` is the group that begins the table, if any.
pub(super) fn read(cell: &HeaderCell, first: Option<&str>) -> Reading {
    let Some(group) = cell.groups.last() else {
        return read_flat(&cell.text);
    };
    let place = if first.is_none_or(|first| cell.groups.iter().any(|one| one == first)) {
        Place::First
    } else {
        Place::Later
    };
    let name = cell.name();
    let lower = read_bracketed(name);
    let sure = matches!(lower, Reading::Means(Meaning::Field(field, fit))
        if fit >= Fit::Fair && field != Field::Name)
        && !is_bare(name);
    if !sure && let Some(field) = joined(&cell.groups, name, &lower) {
        return Reading::Means(field);
    }
    match lower {
        Reading::Means(meaning) => {
            let all = cell.groups.join(" ");
            let whose = whose_perhaps(group).or_else(|| whose_perhaps(&all));
            match (whose, place) {
                (Some(whose), _) => below(whose, name, meaning),
                (None, Place::First) => below(Whose::Customer, name, meaning),
                (None, Place::Later) => below_unknown(group, name, meaning),
            }
        }
        Reading::Nothing => read_flat(&cell.text),
        other => other,
    }
}

/// The meaning of a name together with the groups above it, in either order.
fn joined(groups: &[String], name: &str, lower: &Reading) -> Option<Meaning> {
    let group = groups.last()?;
    let texts = [
        format!("{} {name}", groups.join(" ")),
        format!("{group} {name}"),
        format!("{name} {group}"),
    ];
    let found = texts.iter().find_map(|text| meaning(&fold(text)))?;
    let state = matches!(
        lower,
        Reading::Means(Meaning::Choice(Choice::State | Choice::StateOrCountry))
    ) && matches!(found, Meaning::Field(Field::State, _));
    let known = matches!(found, Meaning::Field(_, fit) if fit >= Fit::Fair)
        || found == Meaning::Choice(Choice::ParentId);
    (known && !state).then_some(found)
}

/// What a header of one row says.
pub(super) fn read_flat(text: &str) -> Reading {
    let text = &*numbered(strip_required(text));
    let mut rest = text;
    loop {
        match read_bracketed(rest) {
            Reading::Nothing => {}
            reading => return reading,
        }
        match strip_prefix(rest) {
            Some(shorter) => rest = shorter,
            None => break,
        }
    }
    read_led(text)
}

/// A header in which `#` stands for a number: `Account #` is no account's name.
fn numbered(text: &str) -> Cow<'_, str> {
    if text.contains('#') {
        Cow::Owned(text.replace('#', " number ").trim().to_owned())
    } else {
        Cow::Borrowed(text)
    }
}

/// A header without what stands before a colon.
fn read_bracketed(text: &str) -> Reading {
    let text = &*numbered(strip_required(text));
    if let Some(meaning) = meaning(&fold(text)) {
        return Reading::Means(meaning);
    }
    if let Some(reading) = alike(text) {
        return reading;
    }
    let cut = cut(text);
    if cut.notes.is_empty() {
        return Reading::Nothing;
    }
    let mut reading = read_core(&cut.core);
    for note in &cut.notes {
        reading = match reading {
            Reading::Means(meaning) => with_note(&cut.core, meaning, note),
            other => return other,
        };
    }
    reading
}

/// What a header says whose parts are words for one field: `Land / Country`. Parts that say two
/// things, as those of `PLZ / Ort` do, are nothing that one field could hold.
pub(super) fn alike(text: &str) -> Option<Reading> {
    let parts = parts(text);
    if parts.len() < 2 {
        return None;
    }
    let (known, unknown): (Vec<_>, Vec<_>) = parts
        .iter()
        .map(|part| (*part, read_flat(part)))
        .partition(|(_, reading)| *reading != Reading::Nothing);
    let readings = known.into_iter().map(|(_, reading)| reading);
    let reading = readings
        .map(Some)
        .reduce(|one, other| both(one?, other?))??;
    let field = match &reading {
        Reading::Means(found) => field_of(*found),
        Reading::StandIn(field, _) => Some(*field),
        Reading::Nothing | Reading::Refused { .. } => None,
    };
    let says_nothing = |(part, _): &(&str, Reading)| says_no_more(part, field);
    unknown.iter().all(says_nothing).then_some(reading)
}

/// The parts of a header between slashes, bars, commas and breaks of lines; what stands in brackets
/// belongs to the part before it.
fn parts(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let outside = text.char_indices().filter(|(_, letter)| {
        match letter {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0
    });
    let is_end = |(at, letter): &(usize, char)| match letter {
        '/' | '|' | '\\' | ',' | ';' | '\n' | '–' | '—' => true,
        '-' => text[..*at].ends_with(' ') && text[at + 1..].starts_with(' '),
        _ => false,
    };
    let mut parts = Vec::new();
    let mut begin = 0;
    for (at, letter) in outside.filter(is_end) {
        parts.push(&text[begin..at]);
        begin = at + letter.len_utf8();
    }
    parts.push(&text[begin..]);
    parts.retain(|part| !fold(part).is_empty());
    parts
}

/// What two words for one thing say together.
fn both(one: Reading, other: Reading) -> Option<Reading> {
    match (one, other) {
        (Reading::Means(one), Reading::Means(other)) => common(one, other).map(Reading::Means),
        (Reading::StandIn(one, why), Reading::StandIn(other, _)) if one == other => {
            Some(Reading::StandIn(one, why))
        }
        _ => None,
    }
}

/// What two meanings have in common: of what the cells would have to decide, a field says what it is.
fn common(one: Meaning, other: Meaning) -> Option<Meaning> {
    match (one, other) {
        (Meaning::Field(field, fit), Meaning::Field(of, other)) if field == of => {
            Some(Meaning::Field(field, fit.min(other)))
        }
        (Meaning::Field(field, fit), Meaning::Choice(choice))
        | (Meaning::Choice(choice), Meaning::Field(field, fit))
            if choice.fields().contains(&field) =>
        {
            Some(Meaning::Field(field, fit.min(Fit::Good)))
        }
        (Meaning::Choice(one), Meaning::Choice(other)) if one == other => {
            Some(Meaning::Choice(one))
        }
        _ => None,
    }
}

/// What stands outside the brackets.
fn read_core(core: &str) -> Reading {
    let mut rest = strip_required(core);
    loop {
        if let Some(meaning) = meaning(&fold(rest)) {
            return Reading::Means(meaning);
        }
        match strip_prefix(rest) {
            Some(shorter) => rest = shorter,
            None => return read_led(core),
        }
    }
}

/// What a header says with a note in brackets.
fn with_note(core: &str, found: Meaning, note: &str) -> Reading {
    let field = match found {
        Meaning::Field(field, _) => Some(field),
        Meaning::Choice(Choice::State) => Some(Field::State),
        Meaning::Choice(_) | Meaning::Reserved => None,
    };
    let (core_words, words) = (fold(core), without_stops(note));
    for text in [
        format!("{words}{core_words}"),
        format!("{core_words}{words}"),
    ] {
        if let Some(meaning @ (Meaning::Field(..) | Meaning::Choice(Choice::ParentId))) =
            meaning(&text)
        {
            return Reading::Means(meaning);
        }
    }
    if is_harmless(note, field) {
        return Reading::Means(found);
    }
    // `Customer (ID)`
    let number = meaning(&words)
        .filter(|of_note| matches!(of_note, Meaning::Choice(Choice::Id | Choice::Number)));
    if let (Some(number), Some(Field::Name), false) = (number, field, is_bare(core)) {
        return Reading::Means(number);
    }
    if let Some(Meaning::Field(of_note, note_fit)) =
        meaning(&words).or_else(|| meaning(&fold(note)))
    {
        match found {
            // A repetition or translation of the header.
            Meaning::Field(field, fit) if field == of_note => {
                return Reading::Means(Meaning::Field(field, fit.min(note_fit)));
            }
            Meaning::Field(Field::PhoneNumber, _) if of_note == Field::FaxNumber => {
                return Reading::Means(Meaning::Field(of_note, Fit::Good));
            }
            Meaning::Choice(choice) if choice.fields().contains(&of_note) => {
                return Reading::Means(Meaning::Field(of_note, Fit::Good));
            }
            _ => {}
        }
    }
    if let (Meaning::Field(field, _), Some(Meaning::Choice(choice))) = (found, meaning(&words))
        && choice.fields().contains(&field)
    {
        return Reading::Means(found);
    }
    let parts = note.split([',', ';', '/', '|']);
    if parts.clone().count() > 1 {
        return parts.fold(Reading::Means(found), |reading, part| match reading {
            Reading::Means(found) => with_note(core, found, part),
            other => other,
        });
    }
    match whose(note) {
        Some(whose) => below(whose, core, found),
        None => Reading::Refused {
            nearest: field,
            why: format!("\"{}\" may make it something else", note.trim()),
        },
    }
}

/// Headers such as `Address City` and `Contact Phone`, as they come from two rows put together: the
/// words in front only say whose it is.
fn read_led(text: &str) -> Reading {
    let words: Vec<&str> = text
        .split(|letter: char| letter.is_whitespace() || matches!(letter, '-' | '/' | ':' | '>'))
        .filter(|word| !word.is_empty())
        .collect();
    for end in 1..words.len() {
        let Some(whose) = whose(&words[..end].join(" ")) else {
            continue;
        };
        let name = words[end..].join(" ");
        let Some(found) = meaning(&fold(&name)) else {
            continue;
        };
        return match below(whose, &name, found) {
            Reading::Means(Meaning::Field(field, fit)) if fit >= Fit::Fair => {
                Reading::StandIn(field, LAST_WORDS)
            }
            Reading::Means(Meaning::Field(..)) => Reading::Nothing,
            reading => reading,
        };
    }
    Reading::Nothing
}

/// Said of a field that the last words of a header name.
pub(super) const LAST_WORDS: &str = "by its last words";

/// What a name means in a group, or with words, of somebody.
fn below(whose: Whose, name: &str, found: Meaning) -> Reading {
    let bare = is_bare(name);
    let field = field_of(found);
    let near = field.is_some_and(|of| is_reach(of) || is_address(of));
    let place = matches!(
        found,
        Meaning::Choice(
            Choice::State | Choice::StateOrCountry | Choice::Region | Choice::ForeignRegion
        )
    );
    let refused = |why: &str| Reading::Refused {
        nearest: field,
        why: why.to_owned(),
    };
    let stands_in = |why: &'static str| match field {
        Some(field) if near || field == Field::Name => Reading::StandIn(field, why),
        _ => Reading::Means(found),
    };
    match whose {
        Whose::Parent => below_parent(found),
        Whose::Private => refused("it is somebody's own, not the customer's"),
        Whose::Address | Whose::Reach if bare => refused("it belongs to an address or a contact"),
        Whose::Address if place && found != Meaning::Choice(Choice::StateOrCountry) => {
            Reading::Means(Meaning::Field(Field::PostState, Fit::Good))
        }
        Whose::Address | Whose::Reach if field == Some(Field::Name) => {
            stands_in("though it belongs to an address or a contact")
        }
        Whose::Billing if bare => refused("it belongs to the bills"),
        Whose::Billing => stands_in("though it is the one for bills"),
        Whose::Delivery if bare || near || place || field == Some(Field::Name) => {
            refused("it says where goods are sent")
        }
        Whose::Person
            if bare
                || place
                || matches!(
                    field,
                    Some(Field::Country | Field::Level | Field::ServiceType)
                ) =>
        {
            refused("it is a contact's or another person's, not the customer's")
        }
        Whose::Person => stands_in("though it is a contact's"),
        Whose::Customer | Whose::Address | Whose::Reach | Whose::Delivery => Reading::Means(found),
    }
}

fn below_parent(found: Meaning) -> Reading {
    match found {
        Meaning::Choice(Choice::Id) => Reading::Means(Meaning::Choice(Choice::ParentId)),
        Meaning::Choice(Choice::ParentId) => Reading::Means(found),
        Meaning::Field(Field::Parent | Field::Name | Field::ExternalCode, _)
        | Meaning::Choice(Choice::Number) => {
            Reading::Means(Meaning::Field(Field::Parent, Fit::Good))
        }
        _ => Reading::Refused {
            nearest: None,
            why: "it is the parent's".to_owned(),
        },
    }
}

/// What a name means in a group of unknown words that does not begin the table.
fn below_unknown(group: &str, name: &str, found: Meaning) -> Reading {
    let why = || format!("it is below \"{group}\", so it may be somebody else's");
    match field_of(found) {
        field if is_bare(name) || field == Some(Field::Name) => Reading::Refused {
            nearest: field_of(found),
            why: why(),
        },
        Some(field) if is_reach(field) || is_address(field) => {
            Reading::StandIn(field, "although it is in a separate group")
        }
        _ => Reading::Means(found),
    }
}

/// Whether a name says too little without the group above it: everybody has a name and a number.
fn is_bare(name: &str) -> bool {
    const BARE: &[&str] = &[
        "name",
        "names",
        "nom",
        "nome",
        "nombre",
        "naam",
        "namen",
        "name1",
        "bezeichnung",
        "denominazione",
        "intestazione",
        "displayname",
        "fullname",
        "id",
        "code",
        "codice",
        "codigo",
        "key",
        "ref",
        "reference",
        "referenz",
        "referencia",
        "riferimento",
        "referentie",
        "identifier",
        "number",
        "no",
        "nr",
        "nummer",
        "numero",
    ];
    BARE.contains(&fold(&cut(strip_required(name)).core).as_str())
}

fn field_of(found: Meaning) -> Option<Field> {
    match found {
        Meaning::Field(field, _) => Some(field),
        Meaning::Choice(_) | Meaning::Reserved => None,
    }
}

fn is_reach(field: Field) -> bool {
    matches!(
        field,
        Field::PhoneNumber | Field::FaxNumber | Field::WebsiteAddress
    )
}

fn is_address(field: Field) -> bool {
    matches!(
        field,
        Field::Country
            | Field::PostState
            | Field::District
            | Field::City
            | Field::ZipCode
            | Field::Address
    )
}
