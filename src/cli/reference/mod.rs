//! The reference pages that are generated from the code: what `docs/reference` holds of commands,
//! columns, exit codes, the profile and rules, and tables in other pages. A test holds the files
//! against this.

mod profile;
mod sections;

use std::fmt::Write;

use clap::{Arg, ArgAction, Command, CommandFactory};
use std::ffi::OsString;

pub use self::sections::{Section, environment, sections};
use super::args::Cli;
use super::exit::{Exit, InWords};
use crate::check::Field;
use crate::check::mapping::other_headers;
use crate::model::{Flag, Level, ServiceType, State, rules};

/// One generated page.
#[derive(Debug)]
pub struct Page {
    /// Its path in the repository.
    pub path: &'static str,
    /// What it holds.
    pub text: String,
}

/// The definition of the command line, from which help, man pages and completions are made too.
pub fn command_line() -> Command {
    Cli::command()
}

/// A command line as the program takes it, for whoever reads its documentation: a list alone is looked at.
pub fn as_meant(arguments: Vec<OsString>) -> Vec<OsString> {
    crate::cli::front::as_meant(arguments)
}

/// Every generated page.
pub fn pages() -> Vec<Page> {
    let page = |path, text| Page { path, text };
    vec![
        page("docs/reference/cli.md", commands()),
        page("docs/reference/columns.md", columns()),
        page("docs/reference/exit-codes.md", exit_codes()),
        page("docs/reference/profile.md", profile::text()),
        page("docs/reference/rules.md", rules::reference()),
    ]
}

// --- exit codes ---

fn exit_codes() -> String {
    let mut page =
        String::from("# Exit codes\n\nGenerated from `src/cli/exit.rs`; do not edit.\n\n");
    page.push_str(&sections::table(
        ["code", "meaning", "what to do"],
        Exit::ALL.iter().map(|exit| {
            [
                exit.number().to_string(),
                exit.meaning(),
                exit.advice().to_owned(),
            ]
        }),
    ));
    page.push_str(
        "\nAfter 1, 5 and 130, and after 4 where a run had begun, the command to type next is printed: \
         to send `rejected.csv` once it is fixed, or to continue. A second Ctrl-C does not wait for \
         the calls in flight; their rows are settled when the run is continued.\n\n\
         A scheduled job may treat 0 as done, 1 as done with rows for a person to look at, 5 and \
         130 as worth retrying with the same command, 6 as \"the last run is still in progress\", and \
         everything else as wrong until somebody changes something.\n",
    );
    page
}

// --- commands ---

/// Headings that several commands share, each described once.
const SHARED: &[&str] = &[
    "Input options",
    "Target options",
    "Run options",
    "Watching options",
    "Common options",
];

fn commands() -> String {
    let mut root = command_line();
    root.build();
    let mut page = String::from(
        "# Commands\n\nGenerated from the definition of the command line; do not edit. \
         `partner-import help COMMAND` prints the same.\n\n\
         stdout carries data and results, stderr messages and progress. Flags override the \
         profile, which overrides the defaults. Durations are written `250ms`, `60s`, \
         `15m`, `2h`; rates `5/s`, `300/m`, `10000/h`.\n\n",
    );
    let commands: Vec<&Command> = root
        .get_subcommands()
        .filter(|command| command.get_name() != "help" && !command.is_hide_set())
        .collect();
    page.push_str("| command | what it does |\n|---|---|\n");
    for command in &commands {
        let name = command.get_name();
        let _ = writeln!(page, "| [`{name}`](#{name}) | {} |", about(command));
    }
    for command in &commands {
        describe(&mut page, command, command.get_name());
        for below in command.get_subcommands() {
            if below.get_name() != "help" {
                let name = format!("{} {}", command.get_name(), below.get_name());
                describe(&mut page, below, &name);
            }
        }
    }
    for heading in SHARED {
        let _ = write!(page, "\n## {heading}\n\n");
        let arguments = commands.iter().flat_map(|command| command.get_arguments());
        let mut told: Vec<&str> = Vec::new();
        let of_heading = |one: &&Arg| one.get_help_heading() == Some(heading) && !one.is_hide_set();
        for argument in arguments.filter(of_heading) {
            if !told.contains(&argument.get_id().as_str()) {
                told.push(argument.get_id().as_str());
                page.push_str(&line(argument));
            }
        }
    }
    page.push_str(
        "\n## Environment\n\nFlags come before the environment, that before the profile.\n\n",
    );
    page.push_str(&sections::environment_table());
    page
}

fn about(command: &Command) -> String {
    command
        .get_about()
        .map(ToString::to_string)
        .unwrap_or_default()
}

fn describe(page: &mut String, command: &Command, name: &str) {
    let _ = write!(
        page,
        "\n## {name}\n\n{}.\n\n",
        about(command).trim_end_matches('.')
    );
    let positionals: Vec<String> = command.get_positionals().map(shown).collect();
    let usage = format!("partner-import {name} [OPTIONS] {}", positionals.join(" "));
    let _ = write!(page, "```text\n{}\n```\n\n", usage.trim_end());
    let own = |one: &&Arg| {
        one.get_help_heading()
            .is_none_or(|heading| !SHARED.contains(&heading))
            && !is_general(one)
            && !one.is_hide_set()
    };
    for argument in command.get_arguments().filter(own) {
        page.push_str(&line(argument));
    }
    let shared: Vec<String> = SHARED
        .iter()
        .filter(|heading| {
            command
                .get_arguments()
                .any(|one| one.get_help_heading() == Some(heading))
        })
        .map(|heading| {
            let words = heading.to_lowercase();
            format!("[{words}](#{})", words.replace(' ', "-"))
        })
        .collect();
    let _ = writeln!(page, "- {}", shared.join(", "));
}

/// Help and version, which every command has.
fn is_general(argument: &Arg) -> bool {
    matches!(argument.get_id().as_str(), "help" | "version")
}

/// An argument as it is typed: `FILE`, `[RUN_ID]`, `-y`, `--rate RATE`.
fn shown(argument: &Arg) -> String {
    let values: Vec<String> = argument
        .get_value_names()
        .unwrap_or_default()
        .iter()
        .map(|name| name.to_string().to_uppercase())
        .collect();
    let value = values.join(" ");
    if argument.is_positional() {
        let many = if matches!(argument.get_action(), ArgAction::Append) {
            "..."
        } else {
            ""
        };
        return if argument.is_required_set() {
            format!("{value}{many}")
        } else {
            format!("[{value}{many}]")
        };
    }
    let short = argument.get_short().map(|short| format!("-{short}"));
    let long = argument.get_long().map(|long| format!("--{long}"));
    let names: Vec<String> = short.into_iter().chain(long).collect();
    let takes = argument.get_action().takes_values() && !value.is_empty();
    format!(
        "{}{}",
        names.join(", "),
        if takes {
            format!(" {value}")
        } else {
            String::new()
        }
    )
}

fn line(argument: &Arg) -> String {
    let help = argument
        .get_help()
        .map(|help| help.to_string().replace('\n', " "));
    let mut line = format!("- `{}`: {}", shown(argument), help.unwrap_or_default());
    let possible: Vec<String> = if argument.get_action().takes_values() {
        let values = argument.get_possible_values();
        values
            .iter()
            .map(|value| format!("`{}`", value.get_name()))
            .collect()
    } else {
        Vec::new()
    };
    if !possible.is_empty() {
        let _ = write!(line, ": {}", possible.join(", "));
    }
    let defaults: Vec<String> = argument
        .get_default_values()
        .iter()
        .map(|value| format!("`{}`", value.to_string_lossy()))
        .collect();
    if !defaults.is_empty() && argument.get_action().takes_values() {
        let _ = write!(line, " [default: {}]", defaults.join(", "));
    }
    if let Some(name) = argument.get_env() {
        let _ = write!(line, " [environment: `{}`]", name.to_string_lossy());
    }
    line.push('\n');
    line
}

// --- columns ---

fn columns() -> String {
    let mut page = String::from(
        "# Columns\n\nGenerated from `crates/records/src/check/field.rs` and the words of its mapping; do not edit.\n\n\
         Headers are matched without regard to case, spaces, `_` and `-`, and without \
         what stands before a colon (`Company: Phone`). The name and the dotted path always work. \
         `--map \"Client Name=Name\"`, or `[map]` in the profile, overrides; `--map \"Notes=-\"` \
         leaves a column out; `--map column:B=Name` names a column by its letters, which distinguishes columns with the same header. `partner-import preview FILE` shows the mapping.\n\n\
         The whole header counts, including brackets: `(required)`, `(max 50)`, `(ISO)`, \
         `(e.g. DE)` and a repetition such as `Land (Country)` change nothing, but `Name (contact)`, \
         `City (old)` and `(Do Not Modify) Account` are not imported, and `Phone (fax)` is the fax. \
         If a row of groups is above the names (`Company`, `Address`, `Contact`), the name below counts, and the group decides if the name is not enough: a contact has a name, too. `--map` takes the name below, both together (`Contact Phone`), or the letters.\n\n\
         Two columns for one field are an error if their cells differ, unless one of them is a different kind of it (`Mobile` beside `Phone`).\n\n\
         Ids of other tools are not the tenant's. A column `ParentId` or `LocationId`, spelt exactly like this, is the tenant's; `Parent ID`, `parentid` and the like are an error until `--map` says which they are. `ID` is the customer's id in the tenant in result \
         files, in the template, in exports of the tenant and beside a `ParentId`; in any other list it becomes the ExternalCode, if no other column is that, with a message.\n\n\
         `--default Country=DE`, or `[default]` in the profile, gives a value for empty cells; \
         `--set Level=EndCustomer`, or `[set]`, gives one for every row, whatever its cell holds. A field without a value is left out of the call, and the service decides.\n\n\
         A customer is never created without a level. `--default Level=derive` derives missing levels from the level of the parent in the tenant, otherwise in the list: Site below an EndCustomer, EndCustomer below anything higher; below a Site it is an error. Without a parent, the level of the customer that you log in under counts. The level of an existing customer is not compared with it. `plan` shows each level; `check` says how many are open until the tenant is read.\n\n\
         | column | what it is | where it goes | what it takes |\n|---|---|---|---|\n",
    );
    for field in Field::ALL {
        let about = field.about().trim_end_matches('.');
        let _ = writeln!(
            page,
            "| {} | {about} | {} | {} |",
            field.name(),
            destination(*field),
            takes(*field).replace('|', "\\|"),
        );
    }
    page.push_str(
        "\n`ImportStatus`, `ImportCode`, `ImportMessage` and the other `Import` columns are recognised as columns of our own result files and are written again.\n\n\
         A column headed `State` holds the customer's state or the province of its address; the values decide, a message says which, and a mixture is an error. In the same way the values decide what `Region` and `Number` are.\n\n\
         ## Other headers that are understood\n\n",
    );
    for field in Field::ALL {
        let words = other_headers(*field);
        if !words.is_empty() {
            let _ = writeln!(page, "- **{}**: {}", field.name(), words.join(", "));
        }
    }
    page
}

fn destination(field: Field) -> String {
    match field {
        Field::Id => "never sent".into(),
        Field::Parent => "`ParentId`, once it is known".into(),
        Field::Location => "`LocationId`".into(),
        Field::Region => "`AdvancedPartnerProperties.RegionId`".into(),
        Field::CreateDefaultAccount => "`createDefaultAccount`, beside `partnerInfo`".into(),
        Field::AutomaticDeployment => {
            "`ModifyAutoDeploymentPartnerState`, once the customer exists".into()
        }
        _ => format!("`{}`", field.path()),
    }
}

fn takes(field: Field) -> String {
    match field {
        Field::Id => "a customer's id, 1 to 2147483647; a row with one is compared with that customer, not sent".into(),
        Field::ParentId => "a customer's id, 1 to 2147483647".into(),
        Field::Parent => {
            "name or ExternalCode of a customer, in another row or in the tenant; empty: the \
             customer that you log in under".into()
        }
        Field::Name => "1 to 255 characters, required".into(),
        Field::Level => format!(
            "one of {}; below the parent's in this order; required, unless a default gives it",
            list(Level::ALL)
        ),
        Field::ServiceType => format!("one of {}", list(ServiceType::ALL)),
        Field::ChildServiceTypes => {
            format!("any of {}, separated by `;`, `,` or `|`", list(ServiceType::ALL))
        }
        Field::State => format!(
            "one of {}; `InProduction` is billed; states other than it and `InTrial` are unusual \
             for a new customer",
            list(State::ALL)
        ),
        Field::Flags => format!("any of {}, separated by `;`, `,` or `|`", list(Flag::ALL)),
        Field::Country | Field::DeviceCountry => {
            "ISO code or name of a country, in English or another major language; sent as alpha-2".into()
        }
        Field::LocationId | Field::RegionId | Field::ResponsibleUserId => "an id, 0 to 2147483647".into(),
        Field::BillingContactPersonId => {
            "digits; sent as a number, or as text with `billing_contact = \"text\"` in the profile".into()
        }
        Field::Location => "the name of a storage location (`lookup locations`)".into(),
        Field::Region => "the name of a region (`lookup regions`)".into(),
        Field::WebsiteAddress => "a web address".into(),
        Field::TrialRegistrationTime => {
            "`2026-03-31`, `2026-03-31T12:00:00Z`, a spreadsheet's date, or Unix seconds; a bare date is 00:00:00 UTC".into()
        }
        Field::TrialExpirationTime => "the same; a bare date is 23:59:59 UTC".into(),
        Field::CreateDefaultAccount => "true or false; false when empty".into(),
        Field::AutomaticDeployment => {
            "true or false; true switches it on, anything else leaves it as it is".into()
        }
        _ => "text".into(),
    }
}

fn list<T: std::fmt::Display>(words: &[T]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    words.join(", ")
}
