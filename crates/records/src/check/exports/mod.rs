//! Exports of known tools: how each is recognised, what its columns are, and which of its rows are no
//! customers. One data file per tool stands beside this one; a new one needs no Rust, but a sample
//! with its expected result in `samples/exports`.

mod data;
mod words;

use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

pub use data::{Export, LeaveOut, OfTool};
pub(super) use words::{is_no, is_yes};

use super::mapping::{MappingOptions, columns_called, field_named};
use crate::model::rules::selection::{EXPORT_ANOTHER, EXPORT_NEARLY, EXPORT_NOT_RECOGNISED};
use crate::model::{Diagnostic, Header};

/// The data files, by name.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/exports.rs"));

/// What the user decided of a list that may be a tool's export.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum ExportChoice {
    /// Nothing.
    #[default]
    Open,
    /// It is read as what it is recognised as.
    Auto,
    /// It is read as it stands.
    None,
    /// It is read as this tool's.
    Named(&'static Export),
}

/// A name that is no known export's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no export called \"{0}\"")]
pub struct UnknownExport(pub String);

impl UnknownExport {
    /// The names there are.
    pub fn help(&self) -> String {
        let names: Vec<&str> = all().map(|export| export.name.as_str()).collect();
        let meant = self.meant();
        let meant = match &meant[..] {
            [] => String::new(),
            meant => format!("did you mean {}? ", meant.join(" or ")),
        };
        format!("{meant}give auto, none or one of {}", names.join(", "))
    }
}

impl UnknownExport {
    /// The names that are like this one, or hold it.
    fn meant(&self) -> Vec<&'static str> {
        /// How alike a name must be.
        const LIKENESS: f64 = 0.75;
        let wanted = self.0.trim().to_lowercase().replace([' ', '_'], "-");
        let names = || all().map(|export| export.name.as_str());
        let holding: Vec<&str> = names().filter(|name| name.contains(&wanted)).collect();
        if wanted.len() >= 3 && !holding.is_empty() {
            return holding;
        }
        let likeness = |name: &str| strsim::normalized_damerau_levenshtein(name, &wanted);
        let alike = names().map(|name| (likeness(name), name));
        let alike = alike.filter(|(likeness, _)| *likeness >= LIKENESS);
        let best = alike.max_by(|one, other| one.0.total_cmp(&other.0));
        best.map(|(_, name)| name).into_iter().collect()
    }
}

impl std::str::FromStr for ExportChoice {
    type Err = UnknownExport;

    fn from_str(text: &str) -> Result<Self, UnknownExport> {
        match text.trim().to_lowercase().as_str() {
            "auto" => Ok(Self::Auto),
            "none" => Ok(Self::None),
            name => find(name)
                .map(Self::Named)
                .ok_or_else(|| UnknownExport(text.to_owned())),
        }
    }
}

impl fmt::Display for ExportChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "",
            Self::Auto => "auto",
            Self::None => "none",
            Self::Named(export) => &export.name,
        })
    }
}

/// All known exports, by name.
pub fn all() -> impl Iterator<Item = &'static Export> {
    in_all_words().iter().map(|names| &names[0])
}

/// Each known export, in the tool's own words first, and then in those that its users may choose.
fn in_all_words() -> &'static [Vec<Export>] {
    static ALL: LazyLock<Vec<Vec<Export>>> = LazyLock::new(|| {
        let read = |(name, text): &(&str, &str)| {
            Export::parse(name, text).unwrap_or_else(|error| panic!("{name}.toml: {error}"))
        };
        FILES.iter().map(read).collect()
    });
    &ALL
}

/// The export of this name.
pub fn find(name: &str) -> Option<&'static Export> {
    all().find(|export| export.name == name)
}

/// The export that a table is, by its headers: the one of which most are there.
pub fn recognise(header: &Header) -> Option<&'static Export> {
    let all = in_all_words().iter().flatten();
    let fitting = all.filter(|export| export.missing(header).is_empty());
    // Of several that are as good, the first.
    fitting
        .rev()
        .max_by_key(|export| (export.headers.len(), export.fit(header)))
}

/// The export in the words of the table.
fn in_words_of(export: &'static Export, header: &Header) -> &'static Export {
    let same = in_all_words()
        .iter()
        .find(|names| names[0].name == export.name);
    let same = same.into_iter().flatten().rev();
    let fit = |one: &&Export| (one.missing(header).is_empty(), one.fit(header));
    same.max_by_key(fit).unwrap_or(export)
}

/// What of a known export counts for one table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counting {
    /// No export, or none that is to count.
    Nothing,
    /// All that is known of it.
    Applied(&'static Export),
    /// Its rows are only counted, because nobody has decided.
    Undecided(&'static Export),
}

impl Counting {
    /// What counts for the table, and what is wrong with the choice.
    pub(super) fn of(choice: &ExportChoice, header: &Header) -> (Self, Option<Diagnostic>) {
        match choice {
            ExportChoice::None => (Self::Nothing, None),
            ExportChoice::Auto => match recognise(header) {
                Some(export) => (Self::Applied(export), None),
                None => (Self::Nothing, Some(not_recognised(header))),
            },
            ExportChoice::Open => match recognise(header) {
                Some(export) => (Self::Undecided(export), None),
                None => (Self::Nothing, nearly(header).map(nearly_text)),
            },
            ExportChoice::Named(export) => {
                let export = in_words_of(export, header);
                let missing = export.missing(header);
                let wrong = (!missing.is_empty()).then(|| another(export, &missing, header));
                (Self::Applied(export), wrong)
            }
        }
    }

    /// The export, decided or not.
    pub(super) fn export(self) -> Option<&'static Export> {
        match self {
            Self::Nothing => None,
            Self::Applied(export) | Self::Undecided(export) => Some(export),
        }
    }

    /// The export whose knowledge counts.
    pub(super) fn applied(self) -> Option<&'static Export> {
        match self {
            Self::Applied(export) => Some(export),
            Self::Nothing | Self::Undecided(_) => None,
        }
    }
}

/// The export that the table would be if it had one more column.
fn nearly(header: &Header) -> Option<(&'static Export, &'static str)> {
    /// Columns that ordinary lists share with an export.
    const SHARED: usize = 4;
    let all = in_all_words().iter().flatten().rev();
    let near = all.filter_map(|export| match export.missing(header)[..] {
        [missing] if export.headers.len() > 2 => Some((export, missing)),
        _ => None,
    });
    let near = near.filter(|(export, _)| export.fit(header) >= SHARED);
    near.max_by_key(|(export, _)| (export.headers.len(), export.fit(header)))
}

fn nearly_text((export, missing): (&Export, &str)) -> Diagnostic {
    let message = format!(
        "the list looks like an export of {}, but has no column \"{missing}\"; it is read as it stands",
        export.tool
    );
    let help = format!(
        "export it with that column, so that rows that are not customers can be recognised; \
         --export {} shows what is missing, --export none reads it as an ordinary list",
        export.name
    );
    Diagnostic::of_file(&EXPORT_NEARLY, message).with_help(help)
}

fn not_recognised(header: &Header) -> Diagnostic {
    let near = nearly(header)
        .map(|(export, missing)| format!("; of {} it lacks the column \"{missing}\"", export.tool));
    let message = format!(
        "the list is not a known export, so it is read as it stands and nothing is left out{}",
        near.unwrap_or_default()
    );
    let help = "--export none reads it as an ordinary list; --export NAME shows which columns the \
                export of that tool must have";
    Diagnostic::of_file(&EXPORT_NOT_RECOGNISED, message).with_help(help)
}

fn another(export: &Export, missing: &[&str], header: &Header) -> Diagnostic {
    let shown: Vec<String> = missing
        .iter()
        .take(5)
        .map(|one| format!("\"{one}\""))
        .collect();
    let message = format!(
        "this is not an export of {}: it has no column {}",
        export.tool,
        shown.join(", ")
    );
    let help = match recognise(header) {
        Some(other) => format!("it is one of {}: --export {}", other.tool, other.name),
        None => "--export none reads the list as it stands".to_owned(),
    };
    Diagnostic::of_file(&EXPORT_ANOTHER, message).with_help(help)
}

/// What the user says of columns and values, with what is known of the export behind it: what the user
/// says counts first.
pub(super) fn with_export(
    said: &MappingOptions,
    export: &Export,
    header: &Header,
) -> MappingOptions {
    let mut all = said.clone();
    let given: HashSet<usize> = said
        .map
        .iter()
        .flat_map(|(name, _)| columns_called(header, name))
        .collect();
    let fields: HashSet<_> = said
        .map
        .iter()
        .filter_map(|(_, name)| field_named(name))
        .collect();
    for (name, field) in &export.map {
        let columns = columns_called(header, name);
        let taken = columns.iter().any(|column| given.contains(column))
            || field_named(field).is_some_and(|field| fields.contains(&field));
        if !columns.is_empty() && !taken {
            all.map.push((name.clone(), field.clone()));
        }
    }
    let said_of = |name: &str| {
        let all = said.default.iter().chain(&said.set);
        all.into_iter()
            .any(|(other, _)| field_named(other) == field_named(name))
    };
    for (name, value) in &export.default {
        if !said_of(name) {
            all.default.push((name.clone(), value.clone()));
        }
    }
    all.values.extend(export.values.iter().cloned());
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::HeaderCell;

    #[test]
    fn every_data_file_is_whole() {
        assert!(all().count() >= 10, "{}", all().count());
        for export in all() {
            let name = &export.name;
            assert!(!export.headers.is_empty(), "{name}");
            for (header, field) in &export.map {
                assert!(
                    field == "-" || field_named(field).is_some(),
                    "{name}: {header} = {field}"
                );
            }
            // Each is recognised by its own headers, and none by another's.
            let headers = export.headers.iter().chain(export.any.first());
            let cells = (0..).zip(headers);
            let header = Header {
                cells: cells.map(|(at, text)| HeaderCell::new(text, at)).collect(),
                row: 1,
            };
            assert_eq!(recognise(&header).map(|one| &one.name), Some(name));
        }
    }

    #[test]
    fn an_ordinary_list_is_nobodys_export() {
        for headers in [
            "Name,Level,Country",
            "ID,ParentId,Name,Level,State",
            "Customer,Phone,Email",
            "Company Name,City,Country,Phone",
            "id,name,email",
        ] {
            let cells = (0..).zip(headers.split(','));
            let header = Header {
                cells: cells.map(|(at, text)| HeaderCell::new(text, at)).collect(),
                row: 1,
            };
            assert_eq!(recognise(&header), None, "{headers}");
        }
    }
}
