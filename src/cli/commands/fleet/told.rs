//! How the tenants of a fleet ended: for people, for a log, and as figures.

use crate::api::address::without_user;
use crate::cli::exit::InWords;
use crate::cli::show::advice;
use crate::flow::failure::Failure;
use crate::flow::fleet::{Tenant, TenantEnd};
use crate::flow::target::place;
use crate::model::Ending;
use crate::report::fleet::TenantTold;
use crate::report::metrics::{Labels, Sample};
use crate::settings::Resolved;

/// A tenant's end, for people.
pub(super) fn told(end: &TenantEnd, tenant: &Tenant) -> TenantTold {
    let run = end.run.clone().unwrap_or_default();
    let failure = end.failure.as_ref();
    let mut help: Vec<String> = failure.map_or_else(Vec::new, |failure| {
        failure.advice.iter().map(advice::text).collect()
    });
    help.extend(
        run.next
            .iter()
            .map(|next| format!("{}: {}", next.why, next.command())),
    );
    TenantTold {
        name: end.name.clone(),
        ending: end.ending,
        meaning: end.ending.meaning_of_run().to_owned(),
        list: tenant.list.clone(),
        reason: reason(end),
        help,
        run_id: end.run.as_ref().map(|run| run.id.clone()),
        results: end
            .run
            .as_ref()
            .map(|run| run.results.display().to_string()),
        counts: run.counts,
        codes: run.codes,
        near_names: run.near_names,
        seconds: end.took.as_secs_f64(),
    }
}

/// A tenant's end in a log, at the level of what it asks of somebody. The span it is said in names the tenant.
pub(super) fn log_end(end: &TenantEnd) {
    let exit_code = end.ending.number();
    let failure = end.failure.iter().map(Failure::in_full_for_logs);
    let reasons: Vec<String> = failure.chain(end.after.clone()).collect();
    let reason = match &reasons[..] {
        [] => end.ending.meaning_of_run().to_owned(),
        reasons => reasons.join("; ").replace('\n', ";"),
    };
    match end.ending {
        Ending::Done => tracing::info!(exit_code, "a tenant has ended"),
        Ending::SomeRows | Ending::Interrupted => {
            tracing::warn!(exit_code, reason, "a tenant has ended");
        }
        _ => tracing::error!(exit_code, reason, "a tenant has ended"),
    }
}

/// Why a tenant's night is not a good one, as far as more is to be said than its exit code.
fn reason(end: &TenantEnd) -> Option<String> {
    let failure = end.failure.iter();
    let failure = failure.map(|failure| failure.in_full().replace('\n', ";"));
    let reasons: Vec<String> = failure.chain(end.after.clone()).collect();
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

/// The figures of the tenants; of one that was not begun as well, or those of the night before would stay.
pub(super) fn samples(tenants: &[Tenant], ends: &[TenantEnd]) -> Vec<(String, Sample)> {
    ends.iter()
        .map(|end| {
            let run = end.run.clone().unwrap_or_default();
            let sample = Sample {
                version: env!("CARGO_PKG_VERSION").to_owned(),
                labels: labels(&tenants[end.index]),
                counts: run.counts,
                quarantined: run.quarantined,
                orphans: run.orphans,
                has_run: end.run.is_some(),
                requests: run.requests,
                duration_seconds: end.took.as_secs_f64(),
                ended_ms: end.ended_ms,
                ending: end.ending,
            };
            (end.name.clone(), sample)
        })
        .collect()
}

fn labels(tenant: &Tenant) -> Option<Labels> {
    let resolved: &Resolved = &tenant.ready.as_ref().ok()?.resolved;
    Some(Labels {
        endpoint: without_user(&place(&resolved.access).name),
        profile: resolved.profile_name.clone(),
    })
}
