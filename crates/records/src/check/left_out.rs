//! What the rows leave to the server: counted, and said once per file.

use super::field::Field;
use super::levels::Derived;
use super::mapping::{Mapping, Origin, Role, is_name_in_tenant};
use super::row_draft::{Draft, RowAt, Validity};
use super::says::{self, Candidates, ColumnSays};
use crate::model::number::{counted, grouped};
use crate::model::rules::Rule;
use crate::model::rules::left_out::{
    ALL_IMPORTED, COUNTRY_LEFT_OUT, LEVEL_DERIVED, LEVEL_MISSING, STATE_LEFT_OUT,
};
use crate::model::{Diagnostic, Level, Row};

/// What to do about rows without a level.
const LEVEL_HELP: &str = "fill in Level, or give it for all: --default Level=EndCustomer; or \
    --default Level=derive, which derives it from the parent: Site below an EndCustomer, otherwise EndCustomer";

/// How many rows are named.
const MOST_NAMED: usize = 20;

/// Rows that leave something out.
#[derive(Debug, Clone, Default)]
struct Tally {
    count: u32,
    first: Vec<u32>,
}

impl Tally {
    fn add(&mut self, number: u32) {
        self.count += 1;
        if self.first.len() < MOST_NAMED {
            self.first.push(number);
        }
    }

    fn append(&mut self, next: &mut Self) {
        let room = MOST_NAMED.saturating_sub(self.first.len());
        self.count += std::mem::take(&mut next.count);
        self.first.extend(next.first.drain(..).take(room));
    }
}

/// The tallies of one table.
#[derive(Debug, Clone, Default)]
pub(super) struct LeftOut {
    rows: u32,
    /// Rows with an ID, which are not sent.
    imported: u32,
    state: Tally,
    country: Tally,
    level: Tally,
    state_column: Option<String>,
    country_column: Option<String>,
    level_column: Option<String>,
    /// Columns that are not read and may be a field: what to type where they are.
    meant: Vec<(Field, String)>,
    /// What columns hold that may be the level, in rows that lack it.
    levels: Candidates,
    /// The ID column, unless the table is one of our own results, or a tenant we wrote out.
    foreign_id_column: Option<String>,
}

/// Whether the table is the tenant's own customers, as we wrote them out: each has an id.
fn is_export(mapping: &Mapping) -> bool {
    let mut columns = mapping.columns.iter();
    columns.any(|column| is_name_in_tenant(&column.header))
}

impl LeftOut {
    /// Nothing counted yet.
    pub(super) fn of(mapping: &Mapping) -> Self {
        let header = |field| mapping.column_of(field).map(|column| column.header.clone());
        let meant = mapping.columns.iter().filter_map(|column| {
            let Role::Unknown {
                nearest: Some(field),
            } = column.role
            else {
                return None;
            };
            let header = &column.header;
            let says =
                format!("if the column \"{header}\" says it: --map \"{header}={field}\"; else ");
            Some((field, says))
        });
        Self {
            meant: meant.collect(),
            levels: Candidates::of(Field::Level, mapping),
            state_column: header(Field::State),
            country_column: header(Field::Country).or_else(|| header(Field::DeviceCountry)),
            level_column: header(Field::Level),
            foreign_id_column: match mapping.origin {
                Origin::Foreign if !is_export(mapping) => header(Field::Id),
                Origin::Foreign | Origin::Results => None,
            },
            ..Self::default()
        }
    }

    /// Takes note of a row that is not sent because it lacks the level.
    pub(super) fn lacks_level(&mut self, at: RowAt, row: &Row<'_>) {
        self.level.add(at.number);
        self.levels.count(row);
    }

    /// The columns that may say the level of the rows that lack it.
    pub(super) fn say_level(&self, mapping: &Mapping) -> Vec<ColumnSays> {
        self.levels.found(Field::Level, mapping)
    }

    /// Takes note of a row. Rows that were imported before are not sent, so they do not count; a
    /// row with an error may have a wrong value rather than none.
    #[inline]
    pub(super) fn count(&mut self, at: RowAt, draft: &Draft<'_>, validity: Validity) {
        if draft.existing_id.is_some() {
            self.imported += 1;
            return;
        }
        self.rows += 1;
        let counts = |column: &Option<String>| validity == Validity::Valid || column.is_none();
        if draft.state.is_none() && counts(&self.state_column) {
            self.state.add(at.number);
        }
        let placed = draft.country.is_some()
            || draft.device_country.is_some()
            || draft.location_id.is_some()
            || !draft.text(Field::Location).is_empty();
        if !placed && counts(&self.country_column) {
            self.country.add(at.number);
        }
    }

    /// Takes the rows that follow these; nothing is counted in `next` afterwards.
    pub(super) fn append(&mut self, next: &mut Self) {
        self.rows += std::mem::take(&mut next.rows);
        self.imported += std::mem::take(&mut next.imported);
        self.state.append(&mut next.state);
        self.country.append(&mut next.country);
        self.level.append(&mut next.level);
        self.levels.append(&mut next.levels);
    }

    /// Says what was counted; `say_level` are columns that may say the level.
    pub(super) fn report(&self, say_level: &[ColumnSays], diagnostics: &mut Vec<Diagnostic>) {
        if let Some(header) = &self.foreign_id_column
            && self.rows == 0
            && self.imported > 0
        {
            diagnostics.push(self.all_imported(header));
        }
        let mut say = |tally: &Tally, rule, column: &Option<String>, what: &str, help: &str| {
            if tally.count > 0 {
                diagnostics.push(self.diagnostic(tally, rule, column.as_deref(), what, help));
            }
        };
        let meant = |field: Field, help: &str| {
            let mut columns = self.meant.iter();
            let says = columns
                .find(|(of, _)| *of == field)
                .map(|(_, says)| says.as_str());
            says.unwrap_or_default().to_owned() + help
        };
        say(
            &self.state,
            &STATE_LEFT_OUT,
            &self.state_column,
            "do not say if the customer is on trial or in production (which is billed), so State is left to the service",
            &meant(
                Field::State,
                "fill in State, or give it for all: --default State=InTrial",
            ),
        );
        say(
            &self.country,
            &COUNTRY_LEFT_OUT,
            &self.country_column,
            "have neither a country nor a storage location, so backups are kept where the parent's are",
            &meant(
                Field::Country,
                "fill in Country, or give it for all: --default Country=DE",
            ),
        );
        say(
            &self.level,
            &LEVEL_MISSING,
            &self.level_column,
            "do not say the customer's level, so they are not sent",
            &says::help(say_level)
                .map_or_else(|| meant(Field::Level, LEVEL_HELP), |says| says + LEVEL_HELP),
        );
    }

    fn all_imported(&self, header: &str) -> Diagnostic {
        let who = match self.imported {
            1 => "the only row has an ID, so it counts".to_owned(),
            rows => format!("all {} rows have an ID, so they count", grouped(rows)),
        };
        let message = format!("{who} as imported before, and nothing is sent");
        let help = format!(
            "if these are another tool's numbers, keep them as the customers' codes: --map \"{header}=ExternalCode\""
        );
        Diagnostic::of_file(&ALL_IMPORTED, message)
            .with_help(help)
            .in_column(header)
    }

    fn diagnostic(
        &self,
        tally: &Tally,
        rule: &'static Rule,
        column: Option<&str>,
        what: &str,
        help: &str,
    ) -> Diagnostic {
        let who = match (tally.count, self.rows) {
            (1, 1) => "the only row".to_owned(),
            (count, rows) if count == rows => format!("all {} rows", grouped(rows)),
            (count, rows) => format!("{} of {} rows", grouped(count), grouped(rows)),
        };
        let what = if tally.count == 1 {
            what.replacen("do not say", "does not say", 1)
                .replacen("have neither", "has neither", 1)
                .replacen("they are not sent", "it is not sent", 1)
        } else {
            what.to_owned()
        };
        let mut diagnostic =
            Diagnostic::of_file(rule, format!("{who} {what}")).with_help(help.to_owned());
        if let Some(column) = column {
            diagnostic = diagnostic.in_column(column);
        }
        if tally.count < self.rows {
            diagnostic = diagnostic.with_related(tally.first.clone());
        }
        diagnostic
    }
}

/// What is known of the levels that rows get from their parents, before the tenant is asked.
pub(super) fn levels_derived(derived: Derived) -> Option<Diagnostic> {
    let Derived {
        end_customers,
        sites,
        open,
    } = derived;
    let all = end_customers + sites + open;
    if all == 0 {
        return None;
    }
    let mut parts = Vec::new();
    for (count, what) in [
        (end_customers, Level::EndCustomer.as_str()),
        (sites, Level::Site.as_str()),
    ] {
        if count > 0 {
            parts.push(format!("{} {what}", grouped(count)));
        }
    }
    let (rows, get) = (counted(all, "row"), if all == 1 { "gets" } else { "get" });
    let known = match (parts.is_empty(), open) {
        (false, 0) => format!(": {}", parts.join(", ")),
        (false, _) => format!(
            ": {}; {} known once the tenant has been read",
            parts.join(", "),
            match open {
                1 => "one more is".to_owned(),
                more => format!("{} more are", grouped(more)),
            }
        ),
        (true, _) => ", which is known once the tenant has been read".to_owned(),
    };
    let message = format!("{rows} without a level {get} it from the parent's level{known}");
    let help = if open > 0 {
        "`plan` reads the tenant and shows each row's level; `check --tenant SNAPSHOT` does so offline"
    } else {
        ""
    };
    Some(Diagnostic::of_file(&LEVEL_DERIVED, message).with_help(help))
}
