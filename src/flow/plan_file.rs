//! Plans as files: `plan --save` writes one, `run --plan` carries it out as long as nothing that
//! it rests on has changed.

use std::fs;
use std::path::{Path, PathBuf};

use super::advice::Advice;
use super::clock::show;
use super::failure::{Failure, chain};
use super::near;
use super::open::{Opened, full_path};
use super::plan::PlannedList;
use super::snapshot;
use super::target::{Place, Target};
use crate::plan::changes;
use crate::plan::document::{FORMAT, Input, OptionSource, PlanDocument, Setting};
use crate::settings::{Decisive, Typed};

/// How many changes are listed.
const MOST_CHANGES: usize = 20;

/// How every workbook begins.
const WORKBOOK: &[u8] = b"PK\x03\x04";

/// What a plan is made of, before the tenant is looked at.
pub struct Basis {
    input: Input,
    decisive: Decisive,
}

/// A plan that was approved.
pub struct Approved {
    path: PathBuf,
    document: PlanDocument,
}

impl Basis {
    /// The list and the options that decide what is sent. Its sheet is known once it has been read.
    pub fn of(opened: &Opened, decisive: Decisive) -> Self {
        Self {
            input: Input {
                path: opened.path().display().to_string(),
                full_path: full_path(opened.path()),
                sha256: opened.sha256().to_owned(),
                sheet: None,
            },
            decisive,
        }
    }

    /// The plan as it is kept.
    pub fn document(&self, planned: &PlannedList, target: &Target, now_ms: i64) -> PlanDocument {
        let prepared = planned.prepared();
        let setting = Setting {
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            planned_at: show(now_ms),
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
        PlanDocument::of(
            planned.plan(),
            checked,
            planned.tenant(),
            &prepared.numbers(),
            setting,
        )
    }

    /// Writes the plan to `path`; hands back what identifies it, in short.
    pub fn save(
        &self,
        path: &Path,
        planned: &PlannedList,
        target: &Target,
        now_ms: i64,
    ) -> Result<String, Failure> {
        let document = self.document(planned, target, now_ms);
        snapshot::save(path, FORMAT, &document)?;
        Ok(document.short_digest().to_owned())
    }
}

impl Approved {
    /// Reads a plan file.
    pub fn load(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let unreadable = |error: &dyn std::fmt::Display| {
            let text = format!("cannot read the plan {shown}: {error}");
            Failure::input(text)
                .hint(near::instead_of(path))
                .hint(Advice::WritePlan)
        };
        let bytes = fs::read(path).map_err(|error| unreadable(&error))?;
        if bytes.starts_with(WORKBOOK) {
            let json = path.with_extension("json");
            let json = json.display();
            let text = format!(
                "the plan {shown} is a workbook, which is for reading: what is carried out is the plan saved as JSON"
            );
            return Err(Failure::input(text).hint(format!(
                "save it as JSON and run that: partner-import plan FILE --save {json}, then partner-import run --plan {json}"
            )));
        }
        let text = String::from_utf8(bytes).map_err(|_| unreadable(&"it is no text"))?;
        let document = PlanDocument::parse(&text).map_err(|error| {
            let text = format!("cannot use the plan {shown}: {}", chain(&error));
            Failure::input(text).hint(error.help())
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
    pub fn complete(&self, typed: &mut Typed) {
        let options = self.document.options.iter();
        let earlier = options.filter(|one| one.from == OptionSource::CommandLine);
        typed.complete(earlier.map(|one| (one.name.clone(), one.value.clone())));
    }

    /// Refuses a target that is not the plan's, before anybody is logged in.
    pub fn same_target(&self, place: &Place) -> Result<(), Failure> {
        let planned = &self.document;
        if planned.endpoint == place.name && planned.login_partner == place.partner {
            return Ok(());
        }
        let shown = |partner: &str, endpoint: &str| format!("\"{partner}\" at {endpoint}");
        let sandbox = Place::of_sandbox().name;
        let advice = if planned.endpoint == sandbox && place.name != sandbox {
            Advice::PlanOfSandbox
        } else {
            Advice::PlanOfTarget
        };
        Err(Failure::usage(format!(
            "nothing was sent: the plan {} is for {}, and this run would go to {}",
            self.path.display(),
            shown(&planned.login_partner, &planned.endpoint),
            shown(&place.partner, &place.name),
        ))
        .hint(advice))
    }

    /// Refuses when what the plan rests on has changed, and says exactly what.
    pub fn hold(
        &self,
        basis: &Basis,
        planned: &PlannedList,
        target: &Target,
    ) -> Result<(), Failure> {
        // When it would be planned anew is nothing that it rests on.
        let now = basis.document(planned, target, 0);
        let changes = changes(&self.document, &now);
        if changes.is_empty() {
            return Ok(());
        }
        let mut lines: Vec<String> = changes.iter().take(MOST_CHANGES).cloned().collect();
        if changes.len() > MOST_CHANGES {
            lines.push(format!("and {} more", changes.len() - MOST_CHANGES));
        }
        let path = self.path.display();
        Err(Failure::usage(format!(
            "nothing was sent: what the plan {path} ({}, of {}) rests on has changed:",
            self.document.short_digest(),
            self.document.planned_at
        ))
        .details(lines)
        .hint(Advice::PlanAgain {
            list: PathBuf::from(&basis.input.full_path),
            plan: self.path.clone(),
        }))
    }
}
