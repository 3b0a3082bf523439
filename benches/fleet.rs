//! Measures `fleet` over real sockets: 300 tenants, each with a service of its own in this process, the
//! program in another. `cargo bench --bench fleet` runs all; name `unchanged` or `new` to run one.
//!
//! `PROGRAM` names another program, `TENANTS` another number of tenants, `RATE` another rate for `new`.

#![expect(clippy::print_stdout, reason = "a report for people")]
#![expect(clippy::cast_precision_loss, reason = "counts of a few thousand")]

#[path = "support/asked.rs"]
mod asked;

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use partner_import::sandbox::{
    ACCOUNT_PARTNER, ACCOUNT_PASSWORD, ACCOUNT_USER, Config, Method, Sandbox, bind,
};

use self::asked::{Asked, place};

/// Rows of each list.
const ROWS: usize = 100;
/// Rows that each list has more in `new`.
const NEW: usize = 20;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let asked = Asked::of_command_line();
    let count: usize = std::env::var("TENANTS").map_or(Ok(300), |text| text.parse())?;
    let place = place("bench-fleet")?;
    let runtime = tokio::runtime::Runtime::new()?;
    let services = runtime.block_on(services(count))?;
    fleet(&place, &services)?;
    for tenant in 0..count {
        list(&place, tenant, ROWS)?;
    }
    println!("{count} tenants with {ROWS} customers each");
    println!("  all new, 8 at once: {:.1} s", night(&place, "none", 8)?);
    if asked.runs("unchanged") {
        for at_once in [1, 8] {
            let took = night(&place, "none", at_once)?;
            println!("  unchanged, {at_once} at once: {took:.1} s");
        }
    }
    if asked.runs("new") {
        let rate = std::env::var("RATE").unwrap_or_else(|_| "5/s".to_owned());
        for tenant in 0..count {
            list(&place, tenant, ROWS + NEW)?;
        }
        let before = requests(&services);
        let took = night(&place, &rate, 8)?;
        let sent = requests(&services) - before;
        let a_second: f64 = rate.trim_end_matches("/s").parse()?;
        let ideal = (sent - 1) as f64 / a_second;
        let over = 100.0 * (took / ideal - 1.0);
        println!(
            "  {NEW} new each at {rate}, 8 at once: {took:.1} s for {sent} requests, ideal {ideal:.1} s \
             ({over:+.1} %)"
        );
    }
    Ok(())
}

type Service = (String, Arc<Mutex<Sandbox>>);

async fn services(count: usize) -> Outcome<Vec<Service>> {
    let mut services = Vec::with_capacity(count);
    for _ in 0..count {
        let server = bind(
            ([127, 0, 0, 1], 0).into(),
            Sandbox::new(Config::default())?,
            None,
        )
        .await?;
        services.push((server.endpoint(), server.sandbox()));
        tokio::spawn(server.serve(std::future::pending()));
    }
    Ok(services)
}

fn requests(services: &[Service]) -> u64 {
    let of = |(_, sandbox): &Service| {
        let sandbox = sandbox.lock().expect("a sandbox does not panic");
        Method::ALL
            .iter()
            .map(|one| sandbox.requests(*one))
            .sum::<u64>()
    };
    services.iter().map(of).sum()
}

fn fleet(place: &Path, services: &[Service]) -> Outcome<()> {
    let mut text = String::from(
        "[fleet]\nstate_dir = \"state\"\nmetrics_file = \"fleet.prom\"\n[defaults]\n\
         list = \"{name}.csv\"\npassword_file = \"password\"\n",
    );
    fs::write(place.join("password"), ACCOUNT_PASSWORD)?;
    for (tenant, (endpoint, _)) in services.iter().enumerate() {
        text.push_str(&format!("[[tenant]]\nname = \"t{tenant}\"\n"));
        let profile = format!(
            "[target]\nendpoint = \"{endpoint}\"\npartner = \"{ACCOUNT_PARTNER}\"\n\
             username = \"{ACCOUNT_USER}\"\n"
        );
        fs::write(place.join(format!("t{tenant}.toml")), profile)?;
    }
    Ok(fs::write(place.join("fleet.toml"), text)?)
}

fn list(place: &Path, tenant: usize, rows: usize) -> Outcome<()> {
    let rows: String = (0..rows)
        .map(|row| {
            format!("Customer {tenant}-{row},EndCustomer,InProduction,DE,K-{tenant}-{row}\n")
        })
        .collect();
    let text = format!("Name,Level,State,Country,ExternalCode\n{rows}");
    Ok(fs::write(place.join(format!("t{tenant}.csv")), text)?)
}

/// One night of all, in seconds.
fn night(place: &Path, rate: &str, at_once: usize) -> Outcome<f64> {
    let program = std::env::var("PROGRAM");
    let program = program.unwrap_or_else(|_| env!("CARGO_BIN_EXE_partner-import").to_owned());
    let began = Instant::now();
    let done = Command::new(program)
        .args(["fleet", "fleet.toml", "--yes", "--rate", rate])
        .args(["--at-once", &at_once.to_string(), "--no-progress"])
        .current_dir(place)
        .stdin(Stdio::null())
        .output()?;
    let took = began.elapsed().as_secs_f64();
    if !done.status.success() {
        return Err(String::from_utf8_lossy(&done.stdout).into_owned().into());
    }
    Ok(took)
}
