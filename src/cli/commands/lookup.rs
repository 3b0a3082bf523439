//! `lookup`: what the tenant offers.

use std::io::Write;
use std::path::Path;

use serde_json::{Value, json};

use crate::check::mapping::TENANT_COLUMNS;
use crate::cli::args::{Common, Lookup, LookupArgs, TableFormat};
use crate::cli::clock::{now_ms, show};
use crate::cli::exit::Exit;
use crate::cli::reach::connect;
use crate::cli::show::grid::{self, Room};
use crate::cli::show::output::{Output, Stream};
use crate::cli::show::stage::Stage;
use crate::cli::signals::watch_signals;
use crate::flow::export;
use crate::flow::failure::Failure;
use crate::flow::host::first_patience;
use crate::flow::snapshot;
use crate::flow::target::Target;
use crate::model::number::counted;
use crate::plan::Snapshot;
use crate::plan::snapshot::{FORMAT, Origin};
use crate::settings::Settings;
use crate::submit::reads::{
    Patience, ReadError, Want, Wanted, log_in_patiently, patiently, read_tenant,
};

/// A list: the columns' names and the rows.
struct Listing {
    columns: &'static [&'static str],
    rows: Vec<Vec<Value>>,
}

/// Runs the command.
pub async fn run(common: &Common, args: &LookupArgs, output: Output) -> Result<Exit, Failure> {
    let settings = Settings::resolve(common, None, output)?;
    if args.save.is_some() && args.what != Lookup::Partners {
        return Err(Failure::usage("--save goes with `lookup partners`")
            .hint("the snapshot holds locations, countries and regions as well"));
    }
    match &args.save {
        Some(path) if export::is_workbook(path) => export::may_write(path)?,
        Some(path) => snapshot::may_write(path, FORMAT)?,
        None => {}
    }
    let resolved = settings.with(&args.target)?;
    let target = connect(&resolved, 1, output).await?;
    let patience = first_patience(watch_signals(), &resolved.running);
    if let Some(path) = &args.save {
        return save(path, &target, &patience, output).await;
    }
    let stage = Stage::begin(output, "reading", "the tenant");
    let listing = list(args.what, &target, &patience)
        .await
        .map_err(|error| Failure::of_reading(error, &target.name))?;
    drop(stage);
    let mut left_out = 0;
    match args.format {
        TableFormat::Table => output.data(|out| {
            left_out = listing.write_table(Stream::Out.room(), out)?;
            Ok(())
        }),
        TableFormat::Csv => output.records(|out| listing.write_csv(out)),
        TableFormat::Json => output.json(|out| listing.write_json(out)),
    }?;
    output.say_left_out(left_out, "--format csv");
    Ok(Exit::Done)
}

/// Writes a snapshot of the tenant.
async fn save(
    path: &Path,
    target: &Target,
    patience: &Patience,
    output: Output,
) -> Result<Exit, Failure> {
    let wanted = Wanted {
        locations: Some(Want::Helpful),
        regions: Some(Want::Helpful),
        countries: Some(Want::Helpful),
    };
    let stage = Stage::begin(output, "reading", "the tenant");
    let tenant = read_tenant(&target.client, patience, wanted)
        .await
        .map_err(|error| Failure::of_reading(error, &target.name))?;
    drop(stage);
    if export::is_workbook(path) {
        let title = format!("Customers of {}", tenant.root().shown());
        let count = export::write(path, &tenant, &title)?;
        output.say(&format!(
            "written: {}, with {} below {}; edit it, then check the changes \
             with `partner-import plan FILE --on-exists update`",
            path.display(),
            counted(count, "customer"),
            tenant.root().shown(),
        ));
        return Ok(Exit::Done);
    }
    let origin = Origin {
        tool_version: env!("CARGO_PKG_VERSION").to_owned(),
        read_at: show(now_ms()),
        endpoint: target.name.clone(),
        mode: target.mode().as_str().to_owned(),
        login_partner: target.partner.clone(),
    };
    snapshot::save(path, FORMAT, &Snapshot::of(&tenant, origin))?;
    output.say(&format!(
        "written: {}, with {} below and with {}, {}, {}, {}",
        path.display(),
        counted(tenant.customers().len(), "customer"),
        tenant.root().shown(),
        counted(tenant.locations.len(), "location"),
        counted(tenant.countries.len(), "country"),
        counted(tenant.regions.len(), "region"),
    ));
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
                json!(&*one.service_type),
                json!(one.child_service_types),
                json!(&*one.external_code),
            ]
        });
        return Ok(Listing {
            columns: TENANT_COLUMNS,
            rows: rows.collect(),
        });
    }
    log_in_patiently(client, patience).await?;
    let places = |places: Vec<crate::api::listed::NamedId>| Listing {
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
                    Value::Array(words) => {
                        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
                        words.join("; ")
                    }
                    Value::Null => String::new(),
                    other => other.to_string(),
                })
                .collect()
        })
    }

    /// Writes the table as wide as there is room, and hands back how many columns had none.
    fn write_table(&self, room: Room, out: &mut dyn Write) -> std::io::Result<usize> {
        let header = self.columns.iter().map(|name| (*name).to_owned()).collect();
        let rows: Vec<Vec<String>> = std::iter::once(header).chain(self.texts()).collect();
        grid::write(&rows, room, out)
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
