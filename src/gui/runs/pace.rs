//! How fast a run goes that another process carries out: from the times in its journal.

use std::collections::{HashMap, VecDeque};

use crate::gui::wire::RateNow;
use crate::journal::Event;
use crate::model::{Happening, Outcome, RowIndex};

/// What is shown of the rate lately, in seconds.
const HISTORY: i64 = 60;
/// Lately, for the rate of now, in milliseconds: as for a run of this process.
const SPAN_MS: i64 = 30_000;

/// When rows were sent and came to their end lately.
#[derive(Default)]
pub struct Pace {
    /// When the first row was sent.
    began_ms: Option<i64>,
    under_way: HashMap<RowIndex, i64>,
    /// When rows came to their end by a request, and how long that took.
    ended: VecDeque<(i64, i64)>,
}

impl Pace {
    /// Takes an event of the journal.
    pub fn take(&mut self, event: &Event) {
        match &event.kind {
            Happening::Intent => {
                self.began_ms.get_or_insert(event.at_ms);
                self.under_way.insert(event.row, event.at_ms);
            }
            Happening::Ended(Outcome::Invalid | Outcome::Blocked { .. }) => {}
            Happening::Ended(_) => {
                let sent = self.under_way.remove(&event.row);
                let took = sent.map_or(0, |sent| event.at_ms - sent);
                self.ended.push_back((event.at_ms, took));
                let oldest = event.at_ms - HISTORY * 1000 - SPAN_MS;
                while self.ended.front().is_some_and(|(at, _)| *at < oldest) {
                    self.ended.pop_front();
                }
            }
            _ => {}
        }
    }

    /// How many requests have no answer yet.
    pub fn under_way(&self) -> usize {
        self.under_way.len()
    }

    /// Rows a second at a moment.
    fn at(&self, moment: i64) -> f64 {
        let Some(began) = self.began_ms.filter(|began| *began < moment) else {
            return 0.0;
        };
        let from = began.max(moment - SPAN_MS);
        let within = self.ended.iter();
        let within = within.filter(|(at, _)| *at > from && *at <= moment);
        #[expect(clippy::cast_precision_loss, reason = "a rate for people")]
        let rate = within.count() as f64 / ((moment - from).max(1000) as f64 / 1000.0);
        (rate * 10.0).round() / 10.0
    }

    /// How fast it goes now. Which limit its process holds stands in no journal.
    pub fn now(&self, now_ms: i64) -> RateNow {
        let began = self.began_ms.unwrap_or(now_ms);
        let seconds = ((now_ms - began) / 1000).clamp(0, HISTORY - 1);
        let history = (0..=seconds).rev();
        let lately = self.ended.iter().rev().take(50);
        let (sum, count) = lately.fold((0, 0), |(sum, count), (_, took)| (sum + took, count + 1));
        RateNow {
            now: self.at(now_ms),
            allowed: 0.0,
            answer_ms: u64::try_from(sum / count.max(1)).unwrap_or_default(),
            history: history.map(|ago| self.at(now_ms - ago * 1000)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Origin, PartnerId};

    #[test]
    fn the_pace_follows_from_the_times_in_the_journal() {
        let id = PartnerId::from_number(7).expect("an id");
        let mut pace = Pace::default();
        for row in 0..20_u32 {
            let sent = i64::from(row) * 500;
            for (at_ms, kind) in [
                (sent, Happening::Intent),
                (
                    sent + 100,
                    Happening::Ended(Outcome::Created(id, Origin::Answered)),
                ),
            ] {
                let row = RowIndex(row);
                pace.take(&Event { row, kind, at_ms });
            }
        }
        let now = pace.now(10_000);
        assert_eq!((now.now, now.answer_ms), (2.0, 100));
        assert_eq!((now.history.len(), now.history.last()), (11, Some(&2.0)));
        assert_eq!(pace.under_way(), 0);
        // Nothing has come to its end for long.
        assert!(pace.now(50_000).now < 0.1);
        assert!(Pace::default().now(5).now < 0.1);
    }
}
