//! Plans as files: `plan --save` writes one, `run --plan` carries it out as long as nothing that
//! it rests on has changed.

use std::fs;
use std::path::{Path, PathBuf};

use super::plan::Prepared;
use super::run::full_path;
use crate::check::{Keep, MappingOptions};
use crate::cli::args::{
    ExistingArgs, InputArgs, TargetArgs, parse_delimiter, parse_encoding, parse_of_run, parse_pair,
};
use crate::cli::clock::{now_ms, show};
use crate::cli::error::{CliError, chain};
use crate::cli::exit::Exit;
use crate::cli::of_run::named_id;
use crate::cli::output::Output;
use crate::cli::profile::BillingContact;
use crate::cli::settings::Settings;
use crate::cli::snapshot;
use crate::cli::target::{Place, Target};
use crate::plan::document::{FORMAT, Input, OptionSource, PlanDocument, PlanOption, Setting};
use crate::plan::{Moves, OnExists, Plan, PlanOptions, Tenant, changes};
use crate::read::Sheets;
use crate::report::next::typed;

/// How many changes are listed.
const MOST_CHANGES: usize = 20;

/// What a plan is made of, before the tenant is looked at.
pub struct Basis {
    input: Input,
    options: Vec<PlanOption>,
}

/// What is done with a plan beside showing it.
pub enum Paper<'a> {
    /// Nothing.
    None,
    /// It is written to this file.
    Save(&'a Path, Basis),
    /// It is held against one that was approved.
    Hold(&'a Approved, Basis),
}

/// A plan that was approved.
pub struct Approved {
    path: PathBuf,
    document: PlanDocument,
}

impl Basis {
    /// Looks at the input and the options. The sheet is told once the file has been read.
    pub fn of(
        file: &Path,
        sha256: String,
        args: (&InputArgs, &ExistingArgs),
        settings: &Settings,
    ) -> Result<Self, CliError> {
        Ok(Self {
            input: Input {
                path: file.display().to_string(),
                full_path: full_path(file),
                sha256,
                sheet: None,
            },
            options: options(args, settings, file)?,
        })
    }

    fn document(
        &self,
        plan: &Plan,
        prepared: &Prepared,
        tenant: &Tenant,
        target: &Target,
    ) -> PlanDocument {
        let setting = Setting {
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            planned_at: show(now_ms()),
            input: Input {
                sheet: prepared.file.source.sheet.clone(),
                ..self.input.clone()
            },
            options: self.options.clone(),
            endpoint: target.name.clone(),
            mode: target.mode().as_str().to_owned(),
            login_partner: target.partner.clone(),
        };
        let checked = &prepared.file.checked;
        PlanDocument::of(plan, checked, tenant, &prepared.numbers(), setting)
    }

    /// Writes the plan to `path`.
    pub fn save(
        &self,
        path: &Path,
        plan: &Plan,
        prepared: &Prepared,
        tenant: &Tenant,
        (target, output): (&Target, Output),
    ) -> Result<(), CliError> {
        let document = self.document(plan, prepared, tenant, target);
        snapshot::save(path, FORMAT, &document)?;
        let sandbox = if target.is_in_process() {
            " --sandbox"
        } else {
            ""
        };
        output.say(&format!(
            "written: {}, the plan {}; once approved: partner-import run --plan {}{sandbox}",
            path.display(),
            document.short_digest(),
            path.display()
        ));
        Ok(())
    }
}

impl Approved {
    /// Reads a plan file.
    pub fn load(path: &Path) -> Result<Self, CliError> {
        let shown = path.display();
        let text = fs::read_to_string(path).map_err(|error| {
            let text = format!("cannot read the plan {shown}: {error}");
            CliError::new(Exit::Input, text).hint("write one: partner-import plan FILE --save PLAN")
        })?;
        let document = PlanDocument::parse(&text).map_err(|error| {
            let text = format!("cannot use the plan {shown}: {}", chain(&error));
            CliError::new(Exit::Input, text).hint(error.help())
        })?;
        Ok(Self {
            path: path.to_owned(),
            document,
        })
    }

    /// What identifies the plan.
    pub fn digest(&self) -> &str {
        &self.document.digest
    }

    /// Where its input lay: by the full path, else as it was given.
    pub fn input(&self) -> PathBuf {
        let input = &self.document.input;
        let full = PathBuf::from(&input.full_path);
        if full.exists() {
            full
        } else {
            PathBuf::from(&input.path)
        }
    }

    /// Completes what was typed now by what was typed when it was planned. What stands in the
    /// profile is read anew, so that a change there is noticed.
    pub fn complete(&self, input: &mut InputArgs, existing: &mut ExistingArgs) {
        let typed = self.document.options.iter();
        for option in typed.filter(|one| one.from == OptionSource::CommandLine) {
            let value = option.value.as_str();
            match option.name.as_str() {
                "map" => complete_pair(&mut input.map, value),
                "set" => complete_pair(&mut input.set, value),
                "default" => complete_pair(&mut input.default, value),
                "all-sheets" => input.all_sheets = true,
                "sheet" => complete(&mut input.sheet, Some(value.to_owned())),
                "header-row" => complete(&mut input.header_row, value.parse().ok()),
                "encoding" => complete(&mut input.encoding, parse_encoding(value).ok()),
                "delimiter" => complete(&mut input.delimiter, parse_delimiter(value).ok()),
                "of-run" => complete(&mut input.of_run, parse_of_run(value).ok()),
                "on-exists" => complete(&mut existing.on_exists, value.parse().ok()),
                "allow-move" => existing.allow_move = true,
                _ => {}
            }
        }
    }

    /// Refuses a target that is not the plan's, before anybody is logged in.
    pub fn same_target(&self, place: &Place, args: &TargetArgs) -> Result<(), CliError> {
        let planned = &self.document;
        if planned.endpoint == place.name && planned.login_partner == place.partner {
            return Ok(());
        }
        let shown = |partner: &str, endpoint: &str| format!("\"{partner}\" at {endpoint}");
        let hint = if planned.endpoint == "sandbox" && !args.sandbox {
            "add --sandbox"
        } else {
            "give --endpoint and --partner, or the profile, as they were when it was planned"
        };
        Err(CliError::usage(format!(
            "nothing was sent: the plan {} is for {}, and this run would go to {}",
            self.path.display(),
            shown(&planned.login_partner, &planned.endpoint),
            shown(&place.partner, &place.name),
        ))
        .hint(hint))
    }

    /// Refuses when what the plan rests on has changed, and says exactly what.
    pub fn hold(
        &self,
        basis: &Basis,
        plan: &Plan,
        prepared: &Prepared,
        tenant: &Tenant,
        target: &Target,
    ) -> Result<(), CliError> {
        let now = basis.document(plan, prepared, tenant, target);
        let changes = changes(&self.document, &now);
        if changes.is_empty() {
            return Ok(());
        }
        let mut lines: Vec<String> = changes.iter().take(MOST_CHANGES).cloned().collect();
        if changes.len() > MOST_CHANGES {
            lines.push(format!("and {} more", changes.len() - MOST_CHANGES));
        }
        let path = self.path.display();
        Err(CliError::usage(format!(
            "nothing was sent: what the plan {path} ({}, of {}) rests on has changed:",
            self.document.short_digest(),
            self.document.planned_at
        ))
        .details(lines)
        .hint(format!(
            "plan again and have it approved: {}",
            typed(["plan", &basis.input.path, "--save", &path.to_string()])
        )))
    }
}

fn complete<T>(typed: &mut Option<T>, planned: Option<T>) {
    if typed.is_none() {
        *typed = planned;
    }
}

fn complete_pair(typed: &mut Vec<(String, String)>, planned: &str) {
    let Ok(pair) = parse_pair(planned) else {
        return;
    };
    let is_typed = |(key, _): &(String, String)| key.eq_ignore_ascii_case(&pair.0);
    if !typed.iter().any(is_typed) {
        typed.push(pair);
    }
}

/// The options that decide what is sent, each with where it comes from.
fn options(
    (args, existing): (&InputArgs, &ExistingArgs),
    settings: &Settings,
    file: &Path,
) -> Result<Vec<PlanOption>, CliError> {
    let mut options = Vec::new();
    let mut add = |name: &str, value: String, typed: bool| {
        options.push(PlanOption {
            name: name.to_owned(),
            value,
            from: if typed {
                OptionSource::CommandLine
            } else {
                OptionSource::Profile
            },
        });
    };
    let MappingOptions { map, set, default } = settings.check_settings(args, Keep::Nothing).mapping;
    let pairs = [
        ("map", map, &args.map),
        ("set", set, &args.set),
        ("default", default, &args.default),
    ];
    for (name, pairs, typed) in pairs {
        for pair in pairs {
            add(
                name,
                format!("{}={}", pair.0, pair.1),
                typed.contains(&pair),
            );
        }
    }
    let reading = settings.read_options(args)?;
    if let Some(sheet) = reading.sheet {
        add("sheet", sheet, args.sheet.is_some());
    }
    if reading.sheets == Sheets::All {
        add("all-sheets", String::new(), args.all_sheets);
    }
    if let Some(row) = reading.header_row {
        add("header-row", row.to_string(), args.header_row.is_some());
    }
    if let Some(encoding) = reading.encoding {
        add(
            "encoding",
            encoding.name().to_owned(),
            args.encoding.is_some(),
        );
    }
    if let Some(delimiter) = reading.delimiter {
        add(
            "delimiter",
            delimiter.as_str().to_owned(),
            args.delimiter.is_some(),
        );
    }
    if let Some(run) = named_id(settings, args, file)? {
        add("of-run", run, true);
    }
    let PlanOptions { on_exists, moves } = settings.plan_options(existing)?;
    if on_exists != OnExists::default() {
        let typed = existing.on_exists.is_some();
        add("on-exists", on_exists.to_string(), typed);
    }
    if moves == Moves::Allowed {
        add("allow-move", String::new(), existing.allow_move);
    }
    if settings.profile.target.billing_contact == Some(BillingContact::Text) {
        add("target.billing_contact", "text".to_owned(), false);
    }
    Ok(options)
}
