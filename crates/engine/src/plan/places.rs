//! Storage locations and regions by name, among those the service has. Pure.

use super::nearest::closest;
use super::tenant::Place;
use crate::model::rules::{Rule, tenant as rules};

/// At most this many names are listed for somebody who gave a wrong one.
const LISTED: usize = 12;

/// What a name stands for.
#[derive(Debug, Clone, Copy)]
pub(super) enum PlaceKind {
    Location,
    Region,
}

impl PlaceKind {
    const fn words(self) -> &'static str {
        match self {
            Self::Location => "storage location",
            Self::Region => "region",
        }
    }

    const fn unknown(self) -> &'static Rule {
        match self {
            Self::Location => &rules::LOCATION_UNKNOWN,
            Self::Region => &rules::REGION_UNKNOWN,
        }
    }
}

/// Why a name is not one place.
#[derive(Debug)]
pub(super) struct NoPlace {
    pub rule: &'static Rule,
    pub message: String,
    pub help: String,
    /// Names that were probably meant; then `help` is not needed.
    pub suggestions: Vec<String>,
}

/// The id of the one of `places` called `name`, without regard to case.
pub(super) fn find(name: &str, places: &[Place], kind: PlaceKind) -> Result<i64, NoPlace> {
    let same = |place: &&Place| place.name.trim().to_lowercase() == name.to_lowercase();
    let mut found = places.iter().filter(same);
    match (found.next(), found.next()) {
        (Some(place), None) => Ok(place.id),
        (None, _) => Err(NoPlace {
            rule: kind.unknown(),
            message: format!("the service has no {} called \"{name}\"", kind.words()),
            help: offered(places, kind),
            suggestions: closest(name, places.iter().map(|place| place.name.as_str())),
        }),
        (Some(one), Some(other)) => Err(NoPlace {
            rule: &rules::PLACE_AMBIGUOUS,
            message: format!("\"{name}\" has the ids {} and {}", one.id, other.id),
            help: rules::PLACE_AMBIGUOUS.fix.to_owned(),
            suggestions: Vec::new(),
        }),
    }
}

fn offered(places: &[Place], kind: PlaceKind) -> String {
    if places.is_empty() || places.len() > LISTED {
        return kind.unknown().fix.to_owned();
    }
    let names: Vec<&str> = places.iter().map(|place| place.name.trim()).collect();
    format!("it has {}", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::{PlaceKind, find};
    use crate::plan::tenant::Place;

    fn places(names: &[&str]) -> Vec<Place> {
        let numbered = (1..).zip(names);
        numbered
            .map(|(id, name)| Place {
                id,
                name: (*name).to_owned(),
            })
            .collect()
    }

    #[test]
    fn names_are_found_whatever_their_case() {
        let regions = places(&["Europe", "Asia Pacific "]);
        assert_eq!(
            find("asia pacific", &regions, PlaceKind::Region).unwrap(),
            2
        );
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_right_ones() {
        let regions = places(&["Europe", "Asia Pacific"]);
        let far = find("North", &regions, PlaceKind::Region).unwrap_err();
        assert_eq!(far.message, "the service has no region called \"North\"");
        assert_eq!(far.help, "it has Europe, Asia Pacific");
        let near = find("Eurpe", &regions, PlaceKind::Region).unwrap_err();
        assert_eq!(near.suggestions, ["Europe"]);
        let many = places(&["Germany"; 13]);
        let far = find("Atlantis", &many, PlaceKind::Location).unwrap_err();
        assert_eq!(far.help, "Use one that `lookup locations` shows.");
    }

    #[test]
    fn two_of_a_name_are_not_chosen_between() {
        let twice = places(&["Europe", "Europe"]);
        let both = find("Europe", &twice, PlaceKind::Region).unwrap_err();
        assert_eq!(both.rule.code, "T304");
        assert_eq!(both.message, "\"Europe\" has the ids 1 and 2");
    }
}
