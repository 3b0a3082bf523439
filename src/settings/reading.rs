//! How a list is read and its rows are checked, as the layers say.

use super::layers::{Layers, Wrong};
use super::plain_text;
use super::setting::Setting;
use super::table::{
    ALL_SHEETS, BILLING_CONTACT, DEFAULT, DELIMITER, ENCODING, EXPORT, HEADER_ROW, LEAVE_OUT, MAP,
    MENDS, ONLY, SET, SHEET, VALUE,
};
use super::value::BillingContact;
use crate::check::{
    BillingContactForm, CheckSettings, Condition, Keep, MappingOptions, Mends, SelectionOptions,
    ValueEntry,
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
    Ok(CheckSettings {
        mapping: MappingOptions {
            map: layers.pairs(&MAP),
            set: layers.pairs(&SET),
            default: layers.pairs(&DEFAULT),
            values: layers.pairs(&VALUE).iter().filter_map(entry).collect(),
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
        ..CheckSettings::default()
    })
}

/// What a term of the list stands for; the name is the column and the term.
fn entry((name, to): &(String, String)) -> Option<ValueEntry> {
    let (field, from) = name.split_once(':')?;
    Some(ValueEntry {
        field: field.to_owned(),
        from: from.to_owned(),
        to: to.clone(),
    })
}

/// Conditions, which were looked at where they stand.
fn conditions(layers: &Layers, setting: &'static Setting) -> Vec<Condition> {
    let texts = layers.texts(setting).into_iter();
    texts
        .filter_map(|text| Condition::parse(&text).ok())
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
        .map_err(|error| wrong(format!("{} is no file of mends: {error}", path.display())))?;
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
