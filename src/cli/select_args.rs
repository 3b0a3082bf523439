//! Flags that say what of a list counts, and what its words stand for.

use std::num::NonZeroUsize;
use std::path::Path;

use clap::Args;

use super::error::chain;
use super::mends_file::MendsFile;
use crate::check::{
    Condition, ConditionError, ExportChoice, SelectionOptions, UnknownExport, ValueEntry,
    check_value_entry,
};

/// What counts of the list.
#[derive(Debug, Clone, Default, Args)]
pub struct SelectArgs {
    /// What a word of the list stands for, such as Level:Endkunde=EndCustomer; may be given several
    /// times
    #[arg(long = "value", value_name = "COLUMN:WORD=VALUE", value_parser = parse_value)]
    #[arg(help_heading = "Input options")]
    pub values: Vec<ValueEntry>,
    /// Take only rows for which this holds, such as "Type = Customer and Inactive != yes"; may be
    /// given several times, and all must hold. See `partner-import explain conditions`
    #[arg(long, value_name = "CONDITION", value_parser = parse_condition)]
    #[arg(help_heading = "Input options")]
    pub only: Vec<Condition>,
    /// Leave rows out for which this holds, such as "Type in (Vendor, Prospect)"; may be given
    /// several times
    #[arg(long, value_name = "CONDITION", value_parser = parse_condition)]
    #[arg(help_heading = "Input options")]
    pub leave_out: Vec<Condition>,
    /// Which tool's export the list is, so that its columns, its ids and the rows that are no
    /// customers are known; "auto" for what it is recognised as, "none" to read it as it stands
    #[arg(long, value_name = "NAME", value_parser = parse_export, help_heading = "Input options")]
    pub export: Option<ExportChoice>,
    /// Changes to make whenever the list is read; `check --fix FILE.mends.toml` proposes some
    #[arg(long, value_name = "FILE", value_parser = parse_mends, help_heading = "Input options")]
    pub mends: Option<MendsFile>,
}

impl SelectArgs {
    /// Which rows count.
    pub fn selection(&self) -> SelectionOptions {
        SelectionOptions {
            only: self.only.clone(),
            leave_out: self.leave_out.clone(),
            export: self.export.clone().unwrap_or_default(),
            mends: self.mends.as_ref().map(|file| file.mends.clone()),
            part: None,
        }
    }
}

/// The part of the list that a run is meant for.
#[derive(Debug, Clone, Default, Args)]
pub struct PartArgs {
    /// Only the first N rows that can be sent, and those they stand below: a pilot; the next run
    /// finds them as existing
    #[arg(long, value_name = "N", help_heading = "Input options")]
    pub first: Option<NonZeroUsize>,
    /// Only what stands below the customer of this name, and what that stands below
    #[arg(
        long,
        value_name = "NAME",
        help_heading = "Input options",
        conflicts_with = "first"
    )]
    pub only_below: Option<String>,
}

/// `COLUMN:WORD=VALUE`.
pub fn parse_value(text: &str) -> Result<ValueEntry, String> {
    let entry = ValueEntry::parse(text).ok_or_else(|| {
        format!("\"{text}\" is no such entry: write it like Level:Endkunde=EndCustomer")
    })?;
    match check_value_entry(&entry) {
        Ok(_) => Ok(entry),
        Err(error) => {
            let parts = [chain(&error), error.help()];
            let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            Err(parts.join("; "))
        }
    }
}

/// A condition on a row's cells.
pub fn parse_condition(text: &str) -> Result<Condition, String> {
    Condition::parse(text).map_err(|error| format!("{error}; {}", ConditionError::HELP))
}

/// `--export`.
pub fn parse_export(text: &str) -> Result<ExportChoice, String> {
    text.parse()
        .map_err(|error: UnknownExport| format!("{error}; {}", error.help()))
}

fn parse_mends(path: &str) -> Result<MendsFile, String> {
    MendsFile::read(Path::new(path))
}
