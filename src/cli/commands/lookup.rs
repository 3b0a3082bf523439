//! `lookup`: what the tenant offers.

use std::io::Write;

use serde_json::{Value, json};

use super::session::{FIRST_LIMIT, first_patience};
use crate::cli::args::{Common, Lookup, LookupArgs, TableFormat};
use crate::cli::error::CliError;
use crate::cli::exit::Exit;
use crate::cli::output::Output;
use crate::cli::settings::Settings;
use crate::cli::signals::watch_signals;
use crate::cli::target::{Target, connect};
use crate::submit::reads::{Patience, ReadError, Wanted, patiently, read_tenant};

/// A list: the columns' names and the rows.
struct Listing {
    columns: &'static [&'static str],
    rows: Vec<Vec<Value>>,
}

/// Runs the command.
pub async fn run(common: &Common, args: &LookupArgs, output: Output) -> Result<Exit, CliError> {
    let settings = Settings::resolve(common, None)?;
    let target = connect(&args.target, &settings, 1, &output).await?;
    let patience = first_patience(watch_signals(), FIRST_LIMIT);
    let listing = list(args.what, &target, &patience)
        .await
        .map_err(|error| CliError::of_reading(error, &target.name))?;
    output.data(|out| match args.format {
        TableFormat::Table => listing.write_table(out),
        TableFormat::Csv => listing.write_csv(out),
        TableFormat::Json => listing.write_json(out),
    })?;
    Ok(Exit::Done)
}

async fn list(what: Lookup, target: &Target, patience: &Patience) -> Result<Listing, ReadError> {
    let client = &target.client;
    if what == Lookup::Partners {
        let tenant = read_tenant(client, patience, Wanted::default()).await?;
        let rows = tenant.customers().iter().map(|one| {
            vec![
                json!(one.id),
                json!(one.parent),
                json!(&*one.name),
                json!(&*one.level),
                json!(&*one.state),
                json!(&*one.external_code),
            ]
        });
        return Ok(Listing {
            columns: &["Id", "ParentId", "Name", "Level", "State", "ExternalCode"],
            rows: rows.collect(),
        });
    }
    patiently(client, patience, || client.login()).await?;
    let places = |places: Vec<crate::api::wire::NamedId>| Listing {
        columns: &["Id", "Name"],
        rows: places
            .into_iter()
            .map(|one| vec![json!(one.id), json!(one.name)])
            .collect(),
    };
    Ok(match what {
        Lookup::Locations => places(patiently(client, patience, || client.locations()).await?),
        Lookup::Regions => places(patiently(client, patience, || client.regions()).await?),
        Lookup::Countries | Lookup::Partners => {
            let countries = patiently(client, patience, || client.countries()).await?;
            let rows = countries.into_iter().map(|one| {
                vec![
                    json!(one.iso_code),
                    json!(one.name),
                    json!(one.location_id),
                    json!(one.is_blocked),
                ]
            });
            Listing {
                columns: &["IsoCode", "Name", "LocationId", "IsBlocked"],
                rows: rows.collect(),
            }
        }
    })
}

impl Listing {
    fn texts(&self) -> impl Iterator<Item = Vec<String>> {
        self.rows.iter().map(|row| {
            row.iter()
                .map(|value| match value {
                    Value::String(text) => text.clone(),
                    Value::Null => String::new(),
                    other => other.to_string(),
                })
                .collect()
        })
    }

    fn write_table(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let mut widths: Vec<usize> = self.columns.iter().map(|name| name.len()).collect();
        for row in self.texts() {
            for (width, cell) in widths.iter_mut().zip(&row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        let header = self.columns.iter().map(|name| (*name).to_owned()).collect();
        for row in std::iter::once(header).chain(self.texts()) {
            let line: Vec<String> = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| format!("{cell:width$}"))
                .collect();
            writeln!(out, "{}", line.join("  ").trim_end())?;
        }
        Ok(())
    }

    fn write_csv(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let rows = self.texts();
        crate::report::csv::write_plain(out, self.columns, rows)
    }

    fn write_json(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let documents: Vec<Value> = self
            .rows
            .iter()
            .map(|row| {
                let members = self.columns.iter().zip(row);
                members
                    .map(|(name, value)| ((*name).to_owned(), value.clone()))
                    .collect()
            })
            .collect();
        writeln!(out, "{:#}", Value::from(documents))
    }
}
