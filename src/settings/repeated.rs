//! The flags with which a later command has the same options.

use super::decisive::{BILLING, Kept, counting, settings};
use super::given::{Entry, option};
use super::profile::Profile;
use super::setting::{Decides, Fallback, Says, Setting, Use};
use super::table::MAP;
use crate::check::mapping::is_by_letters;

/// What a command reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    /// The list itself.
    List,
    /// A result file made of it: its own columns, from the first row on.
    Results,
    /// A copy of its workbook, filled in, beyond what every result file takes: the same columns.
    Copy,
}

/// The flags that give a command the same options, as far as `counting`, the profile that it will
/// read, does not give them.
pub fn flags(options: &[Kept], reads: Reads, counting: &Profile) -> Vec<String> {
    let mut flags = Vec::new();
    let tells_all = options.iter().any(|(name, _)| name == BILLING);
    if tells_all && reads != Reads::Copy {
        for setting in settings() {
            let was_given = options.iter().any(|(name, _)| name == setting.option());
            flags.extend(
                usual(setting, counting)
                    .filter(|_| !was_given)
                    .into_iter()
                    .flatten(),
            );
        }
    }
    for (name, value) in options {
        let Some(entry) = option(name, value) else {
            continue;
        };
        let setting = entry.setting;
        if setting.flags.is_empty() || !is_needed(&entry, reads, counting) {
            continue;
        }
        let value = match value.as_str() {
            "\t" => "tab",
            value => value,
        };
        match value {
            "" => flags.push(format!("--{name}")),
            // What begins with a dash would be taken for a flag.
            value if value.starts_with('-') => flags.push(format!("--{name}={value}")),
            value => flags.extend([format!("--{name}"), value.to_owned()]),
        }
    }
    flags
}

/// The flag that puts a setting back to what is usual where the profile says something else.
fn usual(setting: &Setting, counting_profile: &Profile) -> Option<[String; 2]> {
    let flag = setting.flags.first()?;
    let (Fallback::Value(usual), Says::Takes(_)) = (setting.fallback, flag.says) else {
        return None;
    };
    let entry = counting_profile.entry(setting)?;
    counting(entry).map(|_| [format!("--{}", flag.long), usual.to_owned()])
}

/// Whether a command must be told of an option.
fn is_needed(entry: &Entry, reads: Reads, profile: &Profile) -> bool {
    let setting = entry.setting;
    let is_given = if let Some(name) = entry.content.name() {
        profile.has_pair(setting, (name, &entry.content.text()))
    } else {
        let of_profile = profile.entries.iter().filter(|one| one.setting == setting);
        let mut kept = of_profile.filter_map(counting);
        kept.any(|kept| kept == entry.kept())
    };
    let by_letters = *setting == MAP && entry.content.name().is_some_and(is_by_letters);
    match (reads, setting.use_) {
        // Letters are those of the list; result files have headers that do without.
        (Reads::Results, Use::Decisive(Decides::Mapping)) => !by_letters && !is_given,
        (Reads::Copy, Use::Decisive(Decides::Mapping)) => by_letters && !is_given,
        (Reads::Copy, _) => false,
        (_, Use::Decisive(Decides::Reading)) => reads == Reads::List,
        _ => !is_given,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::decisive::tests::decisive;

    #[test]
    fn flags_are_those_that_the_profile_does_not_give() {
        let options = decisive(
            &[
                ("map", "column:B=Name"),
                ("set", "Level=Site"),
                ("header-row", "3"),
                ("delimiter", "-"),
            ],
            &[],
        )
        .kept(None);
        let nothing = Profile::default();
        let of_results = flags(&options, Reads::Results, &nothing);
        assert_eq!(of_results.join(" "), "--set Level=Site");
        let of_list = flags(&options, Reads::List, &nothing);
        assert_eq!(
            of_list.join(" "),
            "--map column:B=Name --set Level=Site --header-row 3 --delimiter=-"
        );
        let profile = crate::settings::profile::tests::profile(
            "[set]\nLevel = \"Site\"\n[existing]\non_exists = \"update\"\n",
        );
        let of_results = flags(&options, Reads::Results, &profile);
        assert_eq!(of_results.join(" "), "--on-exists skip");
    }
}
