//! How a run stands, in words: what it has come to, what it waits for, what is wrong with it.

use std::time::Instant;

use super::live::{Live, Now, in_ms};
use super::rows::{RunRows, Undo};
use crate::flow::clock::{now_ms, show, show_duration};
use crate::flow::failure::Kind;
use crate::flow::tally::Phase;
use crate::gui::fault::sentence;
use crate::gui::wire::{Counts, Notice};
use crate::model::number::{counted, grouped};

/// What a run waits for beside its own requests.
pub(super) fn waits_for(live: &Live, now: &Now, state: &str, counts: &Counts) -> Option<Notice> {
    let mild = |title: String, says: &str, until: i64| Notice {
        kind: "mild",
        title,
        says: says.to_owned(),
        until: Some(show(until)),
        try_now: false,
    };
    if let ("preparing", Some((until, runs))) = (state, &now.lands) {
        let title = format!("Waiting for requests of {runs} that may still be in flight.");
        let says = "Nothing is sent until they can no longer take effect, so that nobody is created twice.";
        return Some(mild(title, says, *until));
    }
    let settling = now.tally.settling(Instant::now());
    if let (Phase::Deploying(_), Some(wait)) = (now.tally.phase, settling) {
        let title = "Requests to switch automatic deployment have no answer.".to_owned();
        let says = "They may still take effect; the customers are checked then.";
        return Some(mild(title, says, in_ms(wait)));
    }
    let lost = now.lost_ms.filter(|_| counts.unknown > 0)?;
    let wait = live.connected.resolved.running.settle_wait.as_millis();
    let title = match counts.unknown {
        1 => "1 row was sent and has no answer.".to_owned(),
        rows => format!("{} were sent and have no answer.", counted(rows, "row")),
    };
    let says = "They are looked up, and sent again only when the lost request can no longer take effect. The others continue.";
    let until = lost.saturating_add(i64::try_from(wait).unwrap_or(i64::MAX));
    let waits = matches!(state, "running" | "paused" | "stopping") && until > now_ms();
    waits.then(|| mild(title, says, until))
}

/// What stands over a run.
pub(super) fn notice(now: &Now, state: &str, counts: &Counts) -> Option<Notice> {
    if let (Some(wait), "waiting" | "running" | "paused") = (now.waits(), state) {
        return Some(Notice {
            kind: "bad",
            title: "The service does not answer.".to_owned(),
            says: format!(
                "The run holds at {} of {} and tries again in {}. Nothing is lost. {}",
                grouped(counts.created),
                grouped(now.rows.to_create),
                show_duration(wait),
                sentence(&now.reason)
            ),
            until: None,
            try_now: state == "waiting",
        });
    }
    match (&now.stopped, state) {
        (Some((Kind::Interrupted, _)) | None, _) => None,
        (Some((_, says)), _) => Some(Notice {
            kind: "bad",
            title: "The run stopped before its end.".to_owned(),
            says: says.clone(),
            until: None,
            try_now: false,
        }),
    }
}

/// How a run stands, in short and at length.
pub(super) fn words(
    state: &str,
    counts: &Counts,
    rows: &RunRows,
    why: Option<&str>,
) -> (String, String) {
    let of = format!(
        "{} of {}",
        grouped(counts.created + counts.updated),
        grouped(rows.to_create)
    );
    let rest = "Nothing is in flight. The rest can be continued.";
    match state {
        "finished" => (
            "The run has finished".to_owned(),
            match rows.deployments().told() {
                None => "Every row has its outcome.".to_owned(),
                Some(told) => format!("Every row has its outcome; {told}."),
            },
        ),
        "killed" => (
            format!("{of}, then the program ended"),
            "Requests in flight are looked up before anything is sent again.".to_owned(),
        ),
        "stopped" if rows.undo.is_some() => (
            "The undo stopped midway".to_owned(),
            why.unwrap_or("It can be continued.").to_owned(),
        ),
        "stopped" => (format!("{of}, then the run was stopped"), rest.to_owned()),
        "failed" => (
            format!("{of}, then it stopped"),
            why.unwrap_or(rest).to_owned(),
        ),
        "undone" => {
            let undo = rows.undo.unwrap_or(Undo {
                finished: true,
                away: 0,
                kept: 0,
            });
            let kept = match undo.kept {
                0 => "Everything it created is gone again.".to_owned(),
                kept => format!("{} kept: removed.csv says why.", grouped(kept)),
            };
            let away = grouped(undo.away);
            (format!("This run was undone: {away} removed"), kept)
        }
        "undoing" => (
            "The run is being undone".to_owned(),
            "The customers are being removed, leaves first.".to_owned(),
        ),
        _ => (format!("{of} so far"), "The run goes on.".to_owned()),
    }
}
