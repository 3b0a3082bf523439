//! What became of automatic deployment, of a row and of all rows of a run that ask for it.
//!
//! Who decides how it stands of a row is the journal (`Replayed::deployed`); everything that counts or names
//! it goes by these types.

use std::ops::AddAssign;

use serde::Serialize;

use super::number::grouped;

/// How automatic deployment stands of a row that asks for it, whatever became of its customer beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deployed {
    /// It was on before.
    WasOn,
    /// The run has switched it on.
    On,
    /// It is still to be switched on, or it is not known whether it was.
    Open,
    /// The service refused to switch it on: in this run, or in an earlier one, and it is still off.
    Refused,
    /// The service was never asked: this run did not come to it, since its change of the customer was
    /// refused, or an earlier one, and it is still off.
    NotReached,
}

/// Rows that ask for automatic deployment by what became of it; their customers are counted beside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Deployments {
    /// Switched on by this run.
    pub switched_on: u64,
    /// Still to be switched on when the run is continued.
    pub open: u64,
    /// Refused by the service, by this run or an earlier one, and still off.
    pub refused: u64,
    /// Never asked for: a run, this one or an earlier one, did not come to it, and it is still off.
    pub not_reached: u64,
}

impl AddAssign for Deployments {
    fn add_assign(&mut self, other: Self) {
        self.switched_on += other.switched_on;
        self.open += other.open;
        self.refused += other.refused;
        self.not_reached += other.not_reached;
    }
}

impl Deployments {
    /// Whether there is nothing to be said.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// Each with its word in machine-readable files.
    pub fn each(self) -> [(&'static str, u64); 4] {
        [
            ("switched_on", self.switched_on),
            ("open", self.open),
            ("refused", self.refused),
            ("not_reached", self.not_reached),
        ]
    }

    /// The rows that somebody has to see to.
    pub fn lacking(self) -> u64 {
        self.refused + self.not_reached
    }

    /// `2 refused automatic deployment`, `3 without automatic deployment`; none where there are none.
    pub fn lacking_told(self) -> Option<String> {
        let words = match (self.lacking(), self.not_reached) {
            (0, _) => return None,
            (_, 0) => "refused automatic deployment",
            _ => "without automatic deployment",
        };
        Some(format!("{} {words}", grouped(self.lacking())))
    }

    /// `automatic deployment: 12 switched on, 3 still to be switched on, 2 refused`; none where there is
    /// nothing to be said.
    pub fn told(self) -> Option<String> {
        let parts = [
            (self.switched_on, "switched on"),
            (self.open, "still to be switched on"),
            (self.refused, "refused"),
            (self.not_reached, "not switched on"),
        ];
        let parts = parts.into_iter().filter(|(count, _)| *count > 0);
        let parts: Vec<String> = parts
            .map(|(count, words)| format!("{} {words}", grouped(count)))
            .collect();
        (!parts.is_empty()).then(|| format!("automatic deployment: {}", parts.join(", ")))
    }

    /// Counts a row.
    pub fn add(&mut self, deployed: Deployed) {
        match deployed {
            Deployed::WasOn => {}
            Deployed::On => self.switched_on += 1,
            Deployed::Open => self.open += 1,
            Deployed::Refused => self.refused += 1,
            Deployed::NotReached => self.not_reached += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_it_is_told_in_a_line() {
        let mut deployments = Deployments::default();
        assert_eq!((deployments.is_none(), deployments.told()), (true, None));
        deployments.add(Deployed::WasOn);
        assert_eq!(deployments.told(), None, "nothing was done");
        for (times, deployed) in [
            (1200, Deployed::On),
            (3, Deployed::Open),
            (2, Deployed::Refused),
        ] {
            for _ in 0..times {
                deployments.add(deployed);
            }
        }
        let told = "automatic deployment: 1,200 switched on, 3 still to be switched on, 2 refused";
        assert_eq!(deployments.told().as_deref(), Some(told));
        let lacking = "2 refused automatic deployment";
        assert_eq!(deployments.lacking_told().as_deref(), Some(lacking));
        deployments.add(Deployed::NotReached);
        let told = format!("{told}, 1 not switched on");
        assert_eq!(deployments.told(), Some(told));
        let lacking = "3 without automatic deployment";
        assert_eq!(deployments.lacking_told().as_deref(), Some(lacking));
    }
}
