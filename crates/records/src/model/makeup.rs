//! New customers by what people ask about first: what they are, and whether they are billed.

use super::fields::{Level, State};
use super::number::{counted, grouped};
use super::partner::PartnerInfo;

/// How many of them there are of each kind.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Makeup {
    levels: Vec<(Option<Level>, usize)>,
    states: Vec<(Option<State>, usize)>,
    /// Those whose level is derived from their parent's.
    pub derived: usize,
}

impl Makeup {
    /// Counts one more.
    pub fn add(&mut self, partner: &PartnerInfo) {
        add(&mut self.levels, partner.level);
        add(&mut self.states, partner.state);
    }

    /// `3 Reseller, 61 EndCustomer; 60 in trial, 4 in production (billed); 12 levels derived from the
    /// parent's`. None where there is nobody.
    pub fn told(&self) -> Option<String> {
        if self.levels.is_empty() {
            return None;
        }
        let level = |level: Level| level.as_str().to_owned();
        let mut parts = vec![
            listed(&self.levels, Level::ALL, level, "without a level"),
            listed(
                &self.states,
                State::ALL,
                in_words,
                "whose State is left to the service",
            ),
        ];
        if self.derived > 0 {
            let levels = counted(self.derived, "level");
            parts.push(format!("{levels} derived from the parent's"));
        }
        Some(parts.join("; "))
    }
}

fn add<T: PartialEq>(counts: &mut Vec<(T, usize)>, one: T) {
    match counts.iter_mut().find(|(known, _)| *known == one) {
        Some((_, count)) => *count += 1,
        None => counts.push((one, 1)),
    }
}

/// The counts in the order of the service's schema; those that say nothing come last.
fn listed<T: PartialEq + Copy>(
    counts: &[(Option<T>, usize)],
    all: &[T],
    name: impl Fn(T) -> String,
    nothing: &str,
) -> String {
    let order = all.iter().map(|one| Some(*one)).chain([None]);
    let parts = order.filter_map(|wanted| {
        let (_, count) = counts.iter().find(|(one, _)| *one == wanted)?;
        let name = wanted.map_or_else(|| nothing.to_owned(), &name);
        Some(format!("{} {name}", grouped(*count)))
    });
    parts.collect::<Vec<_>>().join(", ")
}

/// A state as people speak of it: money hangs on one of them.
fn in_words(state: State) -> String {
    match state {
        State::InTrial => "in trial".to_owned(),
        State::InProduction => "in production (billed)".to_owned(),
        other => other.as_str().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::CustomerName;

    #[test]
    fn customers_are_counted_by_level_and_state() {
        let mut makeup = Makeup::default();
        assert_eq!(makeup.told(), None);
        let mut add = |level, state, times| {
            let partner = PartnerInfo {
                level,
                state,
                ..PartnerInfo::named(CustomerName::parse("Acme").unwrap())
            };
            (0..times).for_each(|_| makeup.add(&partner));
        };
        add(Some(Level::EndCustomer), Some(State::InProduction), 4);
        add(Some(Level::EndCustomer), Some(State::InTrial), 1_057);
        add(Some(Level::Reseller), None, 3);
        assert_eq!(
            makeup.told().unwrap(),
            "3 Reseller, 1,061 EndCustomer; 1,057 in trial, 4 in production (billed), 3 whose State is left to the service"
        );
        makeup.derived = 1;
        let told = makeup.told().unwrap();
        assert!(
            told.ends_with("; 1 level derived from the parent's"),
            "{told}"
        );
    }
}
