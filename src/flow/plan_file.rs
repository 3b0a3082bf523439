//! Plans as files: `plan --save` writes one, `run --plan` carries it out as long as nothing that
//! it rests on has changed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::args::{
    Common, ExistingArgs, InputArgs, TargetArgs, parse_delimiter, parse_encoding, parse_of_run,
    parse_pair,
};
use crate::cli::commands::plan::Prepared;
use crate::cli::commands::run::full_path;
use crate::cli::decisive::{Decisive, Kept};
use crate::cli::output::Output;
use crate::cli::repeat::{Goal, Repeat, absolute};
use crate::cli::settings::Settings;
use crate::flow::clock::{now_ms, show};
use crate::flow::failure::{Failure as CliError, chain};
use crate::flow::snapshot;
use crate::flow::target::{Place, Target, place};
use crate::plan::document::{FORMAT, Input, OptionSource, PlanDocument, Setting};
use crate::plan::{Plan, Tenant, changes};

/// How many changes are listed.
const MOST_CHANGES: usize = 20;

/// What a plan is made of, before the tenant is looked at.
pub struct Basis {
    input: Input,
    decisive: Decisive,
    /// The command that carries the plan in this file out.
    carry: Repeat,
    /// The command that plans again.
    again: Repeat,
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
        (file, sha256): (&Path, String),
        decisive: Decisive,
        common: &Common,
        settings: &Settings,
        target: &TargetArgs,
    ) -> Self {
        let Place { name, partner } = place(target, settings);
        let repeat = |options: &[Kept]| {
            let goal = Goal {
                endpoint: &name,
                partner: &partner,
                options,
                delimiter: None,
            };
            Repeat::of(common, settings, target, goal)
        };
        Self {
            input: Input {
                path: file.display().to_string(),
                full_path: full_path(file),
                sha256,
                sheet: None,
            },
            // What was typed stands in the plan.
            carry: repeat(&decisive.of_profile()),
            again: repeat(&decisive.kept(None)),
            decisive,
        }
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
            options: self.decisive.options().to_vec(),
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
        output.say(&format!(
            "written: {}, the plan {}; once approved: {}",
            path.display(),
            document.short_digest(),
            self.carry.command_of_plan(path)
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
            CliError::input(text).hint("write one: partner-import plan FILE --save PLAN")
        })?;
        let document = PlanDocument::parse(&text).map_err(|error| {
            let text = format!("cannot use the plan {shown}: {}", chain(&error));
            CliError::input(text).hint(error.help())
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
            basis.again.command_of_list(
                "plan",
                Path::new(&basis.input.full_path),
                &["--save", &absolute(&self.path)]
            )
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
