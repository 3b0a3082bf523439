//! What settings take: one place that reads, refuses and describes their values, wherever they
//! stand.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use super::value::{Choice, MinRows, OfRun, RateChoice, none_of, parse_time};
use crate::api::ProxyUrl;
use crate::check::{Condition, ConditionError, ExportChoice, UnknownExport};
use crate::submit::{Concurrency, MaxErrors};
use tables::{Delimiter, TextEncoding};

/// What a setting takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Any text that is not empty.
    Text,
    /// The path of a file or directory, seen from the profile.
    Path,
    /// A program and its arguments.
    Words,
    /// One of these.
    OneOf(&'static [Choice]),
    /// `true` or `false`.
    Truth,
    /// A whole number from 1.
    Count,
    /// A whole number from 0.
    Number,
    /// A number of calls, or `auto`.
    Concurrency,
    /// A text that is not shown.
    Secret,
    /// A list of such texts.
    Secrets,
    /// A number of rows, or a share.
    MaxErrors,
    /// A number of rows, or a share of those of the last good run.
    MinRows,
    /// `5/s`, `none`.
    Rate,
    /// `250ms`, `60s`, `15m`, `2h`.
    Time,
    /// The name of an encoding.
    Encoding,
    /// A delimiter, or its name.
    Delimiter,
    /// The address of a proxy.
    Proxy,
    /// A run's id, `last` or `none`.
    Run,
    /// Columns of headers.
    Columns,
    /// Values of columns, for every row.
    Constants,
    /// Values of columns, for empty cells.
    Defaults,
    /// What terms of the list stand for, by column.
    Values,
    /// Conditions on cells of the list.
    Conditions,
    /// A known export, `auto` or `none`.
    Export,
}

impl Takes {
    /// Whether a value says nothing of anybody.
    pub fn is_plain(self) -> bool {
        matches!(
            self,
            Self::OneOf(_)
                | Self::Truth
                | Self::Count
                | Self::Number
                | Self::Concurrency
                | Self::MaxErrors
                | Self::MinRows
                | Self::Rate
                | Self::Time
        )
    }

    /// Whether it is a list of pairs, each with an origin of its own.
    pub fn is_pairs(self) -> bool {
        matches!(
            self,
            Self::Columns | Self::Constants | Self::Defaults | Self::Values
        )
    }

    /// What it takes, in words.
    pub fn shown(self) -> String {
        match self {
            Self::Text => "text".into(),
            Self::Path => "a path, seen from the profile".into(),
            Self::Words => "a list: program and arguments".into(),
            Self::OneOf(choices) => choices
                .iter()
                .map(|choice| format!("`\"{}\"`", choice.name))
                .collect::<Vec<_>>()
                .join(" or "),
            Self::Truth => "`true` or `false`".into(),
            Self::Count => "a whole number from 1".into(),
            Self::Number => "a whole number from 0".into(),
            Self::Concurrency => {
                "a whole number from 1, `\"auto\"`, or `\"auto:16\"` for at most 16".into()
            }
            Self::Secret => "text; it is never shown".into(),
            Self::Secrets => "a list of texts; they are never shown".into(),
            Self::MaxErrors => "a number of rows, or a share such as `\"5%\"`".into(),
            Self::MinRows => {
                "a number of rows, or a share of the last good run's such as `\"50%\"`".into()
            }
            Self::Rate => "a rate such as `\"5/s\"`, or `\"none\"`".into(),
            Self::Time => "a time such as `\"60s\"` or `\"15m\"`".into(),
            Self::Encoding => "an encoding such as `\"windows-1252\"`".into(),
            Self::Delimiter => "one to eight characters, or `\"tab\"`, `\"semicolon\"`".into(),
            Self::Proxy => "`\"http://HOST:PORT\"`, without a password".into(),
            Self::Run => "a run's id, `last` or `none`".into(),
            Self::Columns => "the name of a column, or `-`".into(),
            Self::Constants | Self::Defaults | Self::Values => "a value of that column".into(),
            Self::Conditions => "a condition, or a list of several".into(),
            Self::Export => "the name of a known export, `auto` or `none`".into(),
        }
    }

    /// Refuses a text that it cannot take. What may hold a password is not repeated.
    pub fn check(self, text: &str) -> Result<(), String> {
        match self {
            Self::Text
            | Self::Path
            | Self::Words
            | Self::Secret
            | Self::Secrets
            | Self::Columns
            | Self::Constants
            | Self::Defaults
            | Self::Values => Ok(()),
            Self::OneOf(choices) if choices.iter().any(|one| one.name == text) => Ok(()),
            Self::OneOf(choices) => Err(none_of(text, choices)),
            Self::Truth => bool::read(text).map(drop),
            Self::Count => NonZeroU32::read(text).map(drop),
            Self::Number => usize::read(text).map(drop),
            Self::Concurrency => Concurrency::read(text).map(drop),
            Self::MaxErrors => MaxErrors::read(text).map(drop),
            Self::MinRows => MinRows::read(text).map(drop),
            Self::Rate => RateChoice::read(text).map(drop),
            Self::Time => Duration::read(text).map(drop),
            Self::Encoding => TextEncoding::read(text).map(drop),
            Self::Delimiter => Delimiter::read(text).map(drop),
            Self::Proxy => ProxyUrl::read(text).map(drop),
            Self::Run => OfRun::read(text).map(drop),
            Self::Conditions => Condition::read(text).map(drop),
            Self::Export => ExportChoice::read(text).map(drop),
        }
    }

    /// The value in the one spelling that is compared and kept.
    pub fn canonical(self, text: &str) -> String {
        let known = match self {
            Self::Encoding => TextEncoding::parse(text).map(|one| one.name().to_owned()),
            Self::Delimiter => Delimiter::parse(text).map(|one| one.as_str().to_owned()),
            // A flag that takes nothing is kept by its name alone.
            Self::Truth => Some(String::new()),
            Self::OneOf(_) if text == "string" => Some("text".to_owned()),
            _ => None,
        };
        known.unwrap_or_else(|| text.to_owned())
    }
}

/// A type of which a setting can be.
pub trait Value: Sized {
    /// Reads a value as it is written in a flag, a variable or a profile; what is wrong with it
    /// otherwise, in words that can stand alone.
    fn read(text: &str) -> Result<Self, String>;
}

impl Value for String {
    fn read(text: &str) -> Result<Self, String> {
        Ok(text.to_owned())
    }
}

impl Value for PathBuf {
    fn read(text: &str) -> Result<Self, String> {
        Ok(Self::from(text))
    }
}

impl Value for Duration {
    fn read(text: &str) -> Result<Self, String> {
        parse_time(text)
    }
}

impl Value for TextEncoding {
    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text)
            .ok_or_else(|| "not a known encoding: try utf-8, windows-1252 or utf-16le".to_owned())
    }
}

impl Value for Delimiter {
    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text).ok_or_else(|| {
            "write one to eight characters, or comma, semicolon, tab, pipe".to_owned()
        })
    }
}

impl Value for ProxyUrl {
    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|error| error.to_string())
    }
}

impl Value for Condition {
    fn read(text: &str) -> Result<Self, String> {
        Self::parse(text).map_err(|error| format!("{error}; {}", ConditionError::HELP))
    }
}

impl Value for ExportChoice {
    fn read(text: &str) -> Result<Self, String> {
        text.parse()
            .map_err(|error: UnknownExport| format!("{error}; {}", error.help()))
    }
}

/// Types whose own reading says what is wrong.
macro_rules! as_parsed {
    ($($type:ty),*) => {$(
        impl Value for $type {
            fn read(text: &str) -> Result<Self, String> {
                text.parse().map_err(|error| format!("{error}"))
            }
        }
    )*};
}

/// Whole numbers, of which the standard library speaks as programs do.
macro_rules! as_whole_number {
    ($from:literal: $($type:ty),*) => {$(
        impl Value for $type {
            fn read(text: &str) -> Result<Self, String> {
                text.parse()
                    .map_err(|_| concat!("it takes a whole number from ", $from).to_owned())
            }
        }
    )*};
}

as_whole_number!("0": u32, usize);
as_whole_number!("1": NonZeroU32, NonZeroUsize);

as_parsed!(
    bool,
    Concurrency,
    MaxErrors,
    MinRows,
    RateChoice,
    OfRun,
    super::value::IfChanged,
    super::value::NotifyFormat,
    super::value::NotifyWhen,
    super::value::LogFormat,
    super::value::Verbosity,
    super::value::BillingContact,
    crate::plan::OnExists
);
