//! `partner-import LIST`: how a list is read, what is wrong with it, and what to type next.

use super::check::{again, checked};
use super::preview::glimpse;
use crate::cli::args::{CheckArgs, CheckFormat, Common, OpenArgs};
use crate::cli::exit::Exit;
use crate::cli::repeat;
use crate::cli::show::output::Output;
use crate::flow::failure::Failure;
use crate::model::LevelOffer;
use crate::model::rules::left_out::LEVEL_MISSING;
use crate::report::diagnostics::Findings;
use crate::report::next::{Next, Turn};
use crate::settings::Settings;
use crate::settings::table::{PARTNER, SANDBOX};

/// Runs the command: ends as `check` does.
pub fn run(common: &Common, args: &OpenArgs, output: Output) -> Result<Exit, Failure> {
    let settings = Settings::resolve(common, Some(&args.file), output)?;
    let resolved = settings.with(&args.input.and(&args.target))?;
    glimpse(&resolved, &args.file, output)?;
    let check = CheckArgs {
        file: args.file.clone(),
        format: Some(CheckFormat::Text),
        strict: false,
        all: args.all,
        fix: None,
        tenant: None,
        input: args.input.clone(),
    };
    let layers = settings.layers();
    let has_tenant = layers.entry(&PARTNER).is_some()
        || layers.is_true(&SANDBOX)
        || resolved.typed.has(&PARTNER)
        || resolved.typed.has(&SANDBOX);
    let steps = |findings: &Findings<'_>, _: &CheckArgs, offer: Option<&LevelOffer>| {
        next_steps(findings, has_tenant, offer)
    };
    checked(&settings, &resolved, &check, &steps, output)
}

/// Mend, here or in the browser; or on to the tenant, or to the sandbox where no tenant is known.
fn next_steps(findings: &Findings<'_>, has_tenant: bool, offer: Option<&LevelOffer>) -> Vec<Next> {
    let codes = || findings.diagnostics.iter().filter(|one| one.is_error());
    let steps = if codes().next().is_none() && findings.summary.rows > 0 {
        let plan = if has_tenant {
            repeat::next("plan", "to see what a run would do")
        } else {
            let plan = repeat::next("plan", "to see in the sandbox what a run would do");
            plan.map(|mut plan| {
                plan.words.push("--sandbox".to_owned());
                plan
            })
        };
        [plan, None, None]
    } else if findings.summary.rows == 0 {
        [None, None, None]
    } else {
        let says_less = codes().any(|one| one.rule.code == LEVEL_MISSING.code);
        let init = says_less.then(|| repeat::next("init", "to add what the list does not say"));
        let check = again(findings.diagnostics, offer).into_iter().map(|one| {
            let turn = match one.words.last() {
                // It says what the list lacks, as the command before it does.
                Some(word) if offer.is_some_and(|offer| offer.flags.last() == Some(word)) => {
                    Turn::Instead
                }
                _ => one.turn,
            };
            Next { turn, ..one }
        });
        let gui = repeat::next("gui", "fix it in the browser").map(|gui| Next {
            turn: Turn::Instead,
            ..gui
        });
        return init.flatten().into_iter().chain(check).chain(gui).collect();
    };
    steps.into_iter().flatten().collect()
}
