//! Advice in the words of the command line: what to type.

use std::path::Path;

use crate::cli::here::{absolute, current_folder};
use crate::cli::repeat::Repeat;
use crate::flow::advice::{Advice, Credential, Limited, OfRun};
use crate::flow::failure::Failure;
use crate::journal::RunInfo;
use crate::report::next::{typed, typed_from};

/// A failure whose advice about runs has become commands that repeat what was typed.
pub fn with_commands(mut failure: Failure, repeat: impl Fn(&RunInfo) -> Repeat) -> Failure {
    for advice in &mut failure.advice {
        if let Advice::OfRun(what, info) = &*advice {
            *advice = Advice::Text(of_run(*what, info, &repeat(info)));
        }
    }
    failure
}

/// The same for a plan that no longer holds: `repeat` gives the options again.
pub fn with_planning(mut failure: Failure, repeat: &Repeat) -> Failure {
    for advice in &mut failure.advice {
        if let Advice::PlanAgain { list, plan } = &*advice {
            let command = repeat.command_of_list("plan", list, &["--save", &absolute(plan)]);
            *advice = Advice::Text(format!("plan again and have it approved: {command}"));
        }
    }
    failure
}

/// The same for a limit that holds a run back: `repeat` gives the options of the list again.
pub fn with_look(mut failure: Failure, list: &Path, repeat: &Repeat) -> Failure {
    for advice in &mut failure.advice {
        if let Advice::LookAtPlan(limited) = &*advice {
            let command = repeat.command_of_look(list);
            *advice = Advice::Text(format!("{}: {command}", look_at(*limited)));
        }
    }
    failure
}

fn of_run(what: OfRun, info: &RunInfo, repeat: &Repeat) -> String {
    let list = info.input_full_path.as_ref();
    match what {
        OfRun::RunList => {
            let command = repeat.command_of_list("run", list, &[]);
            format!("run the file: {command}")
        }
        OfRun::ContinueAsBegun => {
            let command = repeat.command(&["resume", &info.id, "--as-begun"]);
            format!("continue it with the rows it began with: {command}")
        }
        OfRun::FinishUndo => {
            let command = repeat.command(&["undo", &info.id]);
            format!("finish it first: {command}")
        }
        OfRun::ContinueRows => {
            let command = repeat.command(&["resume", &info.id, "--as-begun"]);
            format!("to finish the run with the rows it began with: {command}")
        }
        OfRun::RunListAnew => {
            let command = repeat.command_of_list("run", list, &["--new-run"]);
            format!(
                "to start a new run with the file as it is now, which recognises existing customers: {command}"
            )
        }
    }
}

/// Where a credential is given.
fn given_by(one: Credential) -> &'static str {
    match one {
        Credential::Partner => "--partner or PARTNER_IMPORT_PARTNER",
        Credential::Username => "--username or PARTNER_IMPORT_USERNAME",
        Credential::Password => {
            "PARTNER_IMPORT_PASSWORD, --password-file, --password-stdin, or `partner-import login` \
             once"
        }
    }
}

fn look_at(limited: Limited) -> &'static str {
    match limited {
        Limited::Creates => "look at what would be created",
        Limited::Updates => "look at what would be changed",
        Limited::Rows => "look at the export and at what would be done",
        Limited::Wrong | Limited::Errors => "look at what is wrong",
        Limited::NearNames => "see which customers are meant",
    }
}

fn raise(limited: Limited) -> &'static str {
    match limited {
        Limited::Creates => {
            "if this is correct, raise --max-create, or limits.max_create in the profile"
        }
        Limited::Updates => {
            "if this is correct, raise --max-update, or limits.max_update in the profile"
        }
        Limited::Rows => {
            "if the list is correct, run it once with --min-rows 0: the next run is compared with that one"
        }
        Limited::Wrong => {
            "fix the rows; to send only the valid ones, leave out --require-valid, or \
             limits.require_valid in the profile"
        }
        Limited::NearNames => {
            "write the names as the console shows them; if they are different customers, raise \
             --max-near-names, or limits.max_near_names in the profile"
        }
        Limited::Errors => {
            "fix the rows; to send only the valid ones, raise --max-errors, or \
             limits.max_errors in the profile"
        }
    }
}

/// The command line of this process.
fn as_typed() -> String {
    let words = std::env::args_os().skip(1);
    let words: Vec<String> = words
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    typed(words.iter().map(String::as_str))
}

/// Advice as it is typed.
pub fn text(advice: &Advice) -> String {
    let words = match advice {
        Advice::Text(text) => text,
        Advice::OfRun(what, info) => return of_run(*what, info, &Repeat::default()),
        Advice::PlanAgain { list, plan } => {
            let words = ["plan", &absolute(list), "--save", &absolute(plan)];
            let command = typed_from(current_folder().as_deref(), words);
            return format!("plan again and have it approved: {command}");
        }
        Advice::Connection => {
            "check the network, the proxy and --endpoint, then repeat the command"
        }
        Advice::OtherStateDir => "choose another one with --state-dir",
        Advice::ChooseStateDir => "choose one with --state-dir",
        Advice::OtherOut => {
            "nothing was sent; choose another directory for the result files with --out"
        }
        Advice::OtherOutForThem => "nothing was sent; choose another directory for them with --out",
        Advice::OtherPassword => {
            "without a keyring, give the password with PARTNER_IMPORT_PASSWORD, --password-file, \
             --password-stdin, or `password_command` in the profile"
        }
        Advice::Give(one) => {
            return format!("{}: {}", one.name(), given_by(*one));
        }
        Advice::TrySandbox => "to try everything without credentials, add --sandbox",
        Advice::ListRuns => "`partner-import runs` lists the runs",
        Advice::WithoutJournal => {
            "to continue without it: `run FILE --new-run` waits until its requests can no longer \
             take effect, moves it aside, and recognises existing customers"
        }
        Advice::WritePlan => "write one: partner-import plan FILE --save PLAN",
        Advice::PlanOfSandbox => "add --sandbox",
        Advice::PlanOfTarget => {
            "give --endpoint and --partner, or the profile, as they were when it was planned"
        }
        Advice::AgreeBeforehand => {
            "there is no terminal to ask on: add --yes to do so without a question"
        }
        Advice::LimitBeforehand => {
            "with --yes, --max-create N and --max-update N refuse runs that are larger than \
             expected"
        }
        Advice::LookAtPlan(limited) => {
            return format!("{}: {}", look_at(*limited), typed(["plan", "FILE"]));
        }
        Advice::RaiseLimit(limited) => raise(*limited),
        Advice::WriteSnapshot => "write one: partner-import lookup partners --save FILE",
        Advice::WriteSnapshotOfThis => {
            "write the snapshot of this tenant: partner-import lookup partners --save FILE"
        }
        Advice::ProfileOfSnapshot => {
            "or name the profile that belongs to the snapshot with --profile"
        }
        Advice::BeginAnew => {
            "or start again with `run FILE --new-run`: existing customers are recognised"
        }
        Advice::GiveUpUndo => {
            "or abandon it with --new-run: customers that still exist are recognised"
        }
        Advice::LookAtUndo => "--dry-run shows which",
        Advice::OtherNumber(given) => {
            return format!("--confirm {given} is not that number; --dry-run shows which");
        }
        Advice::AgreeToUndo(count) => {
            return format!("add --confirm {count} to do so without a question");
        }
        Advice::OneSheet => "name the sheet with --sheet, and fix one after the other",
        Advice::MendTable => "name a file that ends in .csv for a fixed copy of the table",
        Advice::AllowEmpty => {
            "if the list may be empty, give --allow-empty, or limits.allow_empty in the profile"
        }
        Advice::RaiseMaxErrors => {
            "look at results.xlsx or rejected.csv first; the budget belongs to the run, so to \
             continue give a higher --max-errors, or none"
        }
        Advice::TypeAgain => return format!("to do so later, type: {}", as_typed()),
    };
    words.to_owned()
}
