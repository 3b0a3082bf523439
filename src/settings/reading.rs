//! How a list is read and its rows are checked, as the layers say.

use std::collections::{BTreeMap, HashMap};

use super::given::{Content, Entry, Origin};
use super::layers::{Layers, Wrong, displaces};
use super::plain_text;
use super::setting::Setting;
use super::table::{
    ALL_SHEETS, ALLOW_EMPTY, BILLING_CONTACT, DEFAULT, DELIMITER, ENCODING, EXPORT, HEADER_ROW,
    LEAVE_OUT, MAP, MENDS, ONLY, SET, SHEET, VALUE,
};
use super::value::BillingContact;
use crate::check::{
    BillingContactForm, CheckSettings, Condition, EmptyList, Field, Keep, MappingOptions, Mends,
    Places, SelectionOptions, ValueEntry,
};
use tables::{ReadOptions, Sheets};

/// How the input is read.
pub(super) fn reading(layers: &Layers) -> Result<ReadOptions, Wrong> {
    Ok(ReadOptions {
        sheet: layers.value(&SHEET)?,
        sheets: if layers.is_true(&ALL_SHEETS) {
            Sheets::All
        } else {
            Sheets::One
        },
        header_row: layers.value(&HEADER_ROW)?,
        encoding: layers.value(&ENCODING)?,
        delimiter: layers.value(&DELIMITER)?,
        // Maps decide how the sheets' columns are joined, and which stand beside the list.
        mapped: layers.pairs(&MAP),
        ..ReadOptions::default()
    })
}

/// How rows are checked.
pub(super) fn checking(layers: &Layers) -> Result<CheckSettings, Wrong> {
    refuse_contradictions(layers)?;
    refuse_rivals(layers)?;
    Ok(CheckSettings {
        mapping: MappingOptions {
            map: layers.pairs(&MAP),
            set: layers.pairs(&SET),
            default: layers.pairs(&DEFAULT),
            values: values(layers),
            places: Places {
                map: places(layers, &MAP),
                set: places(layers, &SET),
                default: places(layers, &DEFAULT),
            },
        },
        selection: SelectionOptions {
            only: conditions(layers, &ONLY),
            leave_out: conditions(layers, &LEAVE_OUT),
            export: layers.value(&EXPORT)?.unwrap_or_default(),
            ..SelectionOptions::default()
        },
        billing_contact: match layers.value(&BILLING_CONTACT)? {
            Some(BillingContact::Text) => BillingContactForm::AsString,
            Some(BillingContact::Integer) | None => BillingContactForm::AsInteger,
        },
        keep: Keep::Nothing,
        empty: empty_list(layers),
        ..CheckSettings::default()
    })
}

/// Whether there must be a row.
pub(super) fn empty_list(layers: &Layers) -> EmptyList {
    if layers.is_true(&ALLOW_EMPTY) {
        EmptyList::Allowed
    } else {
        EmptyList::Refused
    }
}

/// What terms of the list stand for, each with its place.
fn values(layers: &Layers) -> Vec<ValueEntry> {
    let places = places(layers, &VALUE);
    let with_place = |pair: &(String, String)| {
        let place = places.get(&pair.0).cloned().unwrap_or_default();
        Some(ValueEntry {
            place,
            ..entry(pair)?
        })
    };
    layers.pairs(&VALUE).iter().filter_map(with_place).collect()
}

/// What a term of the list stands for; the name is the column and the term.
fn entry((name, to): &(String, String)) -> Option<ValueEntry> {
    let (field, from) = name.split_once(':')?;
    Some(ValueEntry {
        field: field.to_owned(),
        from: from.to_owned(),
        to: to.clone(),
        place: String::new(),
    })
}

/// Refuses two entries of one layer that make different things of the same word: which of them counts
/// would be a guess. Of several layers the highest counts.
fn refuse_contradictions(layers: &Layers) -> Result<(), Wrong> {
    let entries = layers.entries().iter().filter(|one| *one.setting == VALUE);
    let entries = entries.filter_map(|one| {
        let name = one.content.name()?.to_owned();
        Some((one, entry(&(name, one.content.text()))?))
    });
    let entries: Vec<(&Entry, ValueEntry)> = entries.collect();
    let mut said: HashMap<(Field, Box<[u8]>), Vec<usize>> = HashMap::new();
    for (at, (given, entry)) in entries.iter().enumerate() {
        let Ok(field) = entry.field.parse::<Field>() else {
            continue;
        };
        let earlier = said.entry((field, entry.word())).or_default();
        let contradicted = earlier
            .iter()
            .map(|at| &entries[*at])
            .find(|(other, earlier)| {
                is_one_layer(&given.origin, &other.origin) && entry.contradicts(earlier)
            });
        if let Some((other, earlier)) = contradicted {
            return Err(Wrong {
                key: VALUE.key,
                origin: given.origin.to_string(),
                problem: format!(
                    "\"{}\" of {field} is read as \"{}\" here and as \"{}\" in {}; keep one",
                    entry.from.trim(),
                    entry.to,
                    earlier.to,
                    other.origin
                ),
            });
        }
        earlier.push(at);
    }
    Ok(())
}

/// Refuses two entries of one layer for one column: `--set Level=Site --set Level=EndCustomer`.
fn refuse_rivals(layers: &Layers) -> Result<(), Wrong> {
    let entries = layers.entries().iter();
    let entries = entries.filter(|one| [&SET, &DEFAULT, &MAP].contains(&one.setting));
    let mut earlier: Vec<&Entry> = Vec::new();
    for given in entries {
        let rival = earlier.iter().find(|other| {
            is_one_layer(&given.origin, &other.origin)
                && displaces(given, other)
                && given.content.text() != other.content.text()
        });
        if let Some(other) = rival {
            let name = given.content.name().unwrap_or_default();
            let (one, two) = (given.content.text(), other.content.text());
            let problem = format!(
                "\"{name}\" is \"{one}\" here and \"{two}\" in {}; keep one",
                other.origin
            );
            let origin = given.origin.to_string();
            return Err(Wrong {
                key: given.setting.key,
                origin,
                problem,
            });
        }
        earlier.push(given);
    }
    Ok(())
}

fn is_one_layer(one: &Origin, other: &Origin) -> bool {
    match (one, other) {
        (Origin::Profile(one), Origin::Profile(other)) => one.file == other.file,
        (one, other) => one == other,
    }
}

/// Conditions, which were looked at where they stand.
fn conditions(layers: &Layers, setting: &'static Setting) -> Vec<Condition> {
    let entries = layers
        .entries()
        .iter()
        .filter(|one| *one.setting == *setting);
    let texts = entries.flat_map(|one| {
        let texts = match &one.content {
            Content::Texts(texts) => texts.clone(),
            other => vec![other.text()],
        };
        texts.into_iter().map(|text| (text, one.origin.line()))
    });
    texts
        .filter_map(|(text, place)| {
            let condition = Condition::parse(&text).ok()?;
            Some(condition.standing_at(place.unwrap_or_default()))
        })
        .collect()
}

/// Where the entries of a list of pairs stand that a profile has, by their names.
fn places(layers: &Layers, setting: &'static Setting) -> BTreeMap<String, String> {
    let entries = layers
        .entries()
        .iter()
        .filter(|one| *one.setting == *setting);
    entries
        .filter_map(|one| Some((one.content.name()?.to_owned(), one.origin.line()?)))
        .collect()
}

/// Far more than anybody mends by hand.
const MOST_MENDS: u64 = 64 << 20;

/// The mends that count.
pub(super) fn mends(layers: &Layers) -> Result<Option<Mends>, Wrong> {
    let Some(given) = layers.path(&MENDS) else {
        return Ok(None);
    };
    let path = &given.value;
    let wrong = |problem: String| Wrong {
        key: MENDS.key,
        origin: given.origin.to_string(),
        problem,
    };
    let unreadable = |error: String| wrong(format!("cannot read {}: {error}", path.display()));
    let bytes =
        plain_text::bytes(path, MOST_MENDS).map_err(|error| unreadable(error.to_string()))?;
    let text = plain_text::decode(bytes).map_err(|error| unreadable(error.to_string()))?;
    let mends = Mends::parse(&text)
        .map_err(|error| wrong(format!("{} is not a mends file: {error}", path.display())))?;
    Ok(Some(mends))
}

/// A checksum of the file of the mends that count.
pub(super) fn mends_sum(layers: &Layers) -> Option<String> {
    let bytes = plain_text::bytes(&layers.path(&MENDS)?.value, MOST_MENDS);
    Some(format!(
        "{:08x}",
        crc32fast::hash(&bytes.unwrap_or_default())
    ))
}
