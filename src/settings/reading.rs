//! How a list is read and its rows are checked, as the layers say.

use super::layers::{Layers, Wrong};
use super::table::{
    ALL_SHEETS, BILLING_CONTACT, DEFAULT, DELIMITER, ENCODING, HEADER_ROW, MAP, SET, SHEET,
};
use super::value::BillingContact;
use crate::check::{BillingContactForm, CheckSettings, Keep, MappingOptions};
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
        },
        billing_contact: match layers.value(&BILLING_CONTACT)? {
            Some(BillingContact::Text) => BillingContactForm::AsString,
            Some(BillingContact::Integer) | None => BillingContactForm::AsInteger,
        },
        keep: Keep::Nothing,
        ..CheckSettings::default()
    })
}
