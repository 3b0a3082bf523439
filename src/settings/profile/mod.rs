//! The profile, `partner-import.toml`: what would otherwise be typed every time. Unknown keys are
//! errors. A profile that was merely found decides only how a list is read, until somebody trusts it.

pub mod fleet;
mod found;
mod read;
mod stack;
pub mod trust;

use std::path::{Path, PathBuf};

use super::error::SettingsError;
use super::given::Entry;
use stack::Layer;
use trust::Trust;

pub use found::{FILE_NAME, Profile};

/// Reads the profile: the one that was asked for; else the one beside the input, else the one in
/// the current directory, and below that the user's own.
pub fn load(
    asked: Option<&Path>,
    input: Option<&Path>,
    trust: Trust<'_>,
) -> Result<Profile, SettingsError> {
    if let Some(path) = asked {
        return Ok(stack::merge(Some(Layer::named(path)?), None));
    }
    let beside = input
        .and_then(Path::parent)
        .map(|directory| directory.join(FILE_NAME));
    let here = Some(PathBuf::from(FILE_NAME));
    let found = [beside, here]
        .into_iter()
        .flatten()
        .find(|path| path.is_file());
    let own = trust.own_profile().filter(|path| path.is_file());
    let same = |one: &PathBuf, other: &PathBuf| trust::full(one) == trust::full(other);
    Ok(match (found, own) {
        (Some(found), Some(own)) if same(&found, &own) => {
            stack::merge(Some(Layer::named(&found)?), None)
        }
        (found, own) => stack::merge(
            found.map(|path| Layer::found(&path, trust)).transpose()?,
            own.map(|path| Layer::named(&path)).transpose()?,
        ),
    })
}

/// What the profile at `path` says beyond how a list is read. `bytes` are its content.
pub fn beyond_the_list(path: &Path, bytes: Vec<u8>) -> Result<Vec<Entry>, SettingsError> {
    Layer::of(path, bytes).map(Layer::beyond_the_list)
}

#[cfg(test)]
pub(crate) mod tests {
    use std::fs;

    use super::super::given::{Content, Origin};
    use super::super::table::{PASSWORD_FILE, SET, in_profile};
    use super::*;

    /// The profile that this text is, named.
    pub fn profile(text: &str) -> Profile {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("p.toml");
        fs::write(&path, text).unwrap();
        load(Some(&path), None, Trust(None)).unwrap()
    }

    #[test]
    fn unknown_keys_are_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("p.toml");
        fs::write(&path, "[target]\npartnr = \"x\"\n").unwrap();
        let error = load(Some(&path), None, Trust(None)).unwrap_err();
        let SettingsError::Profile { problems } = error else {
            panic!("{error:?}");
        };
        assert!(
            problems[0].contains("p.toml, line 2: unknown key `partnr`")
                && problems[0].contains("did you mean `partner`?"),
            "{problems:?}"
        );
    }

    #[test]
    fn the_profile_beside_the_input_is_found_and_its_paths_start_there() {
        let directory = tempfile::tempdir().unwrap();
        let text = "[target]\npassword_file = \"token.txt\"\n[set]\nLevel = \"EndCustomer\"\n";
        let path = directory.path().join(FILE_NAME);
        fs::write(&path, text).unwrap();
        let input = directory.path().join("in.csv");
        let found = load(None, Some(&input), Trust(None)).unwrap();
        assert_eq!(found.path, Some(path.clone()));
        assert!(found.has_pair(&SET, ("Level", "EndCustomer")));
        // Nobody trusts it: where the password is, is not its to say.
        assert!(found.entry(&PASSWORD_FILE).is_none());
        assert_eq!(found.held_back_shown(), "target.password_file (line 2)");
        let named = load(Some(&path), None, Trust(None)).unwrap();
        let entry = named.entry(&PASSWORD_FILE).unwrap();
        let file = directory.path().join("token.txt");
        assert!(entry.content == Content::Path(file));
    }

    #[test]
    fn every_example_is_accepted() {
        for setting in in_profile() {
            let text = format!("[{}]\n{}\n", setting.section(), setting.example_line());
            let profile = profile(&text);
            let entry = profile.entry(setting).expect(setting.key);
            assert!(matches!(&entry.origin, Origin::Profile(place) if place.line == 2));
        }
    }

    #[test]
    fn values_for_all_rows_need_no_quotation_marks() {
        let text = "[set]\nLocationId = 5\nCreateDefaultAccount = true\n\
                    TrialExpirationTime = 2026-03-31\n";
        let profile = profile(text);
        for pair in [
            ("LocationId", "5"),
            ("CreateDefaultAccount", "true"),
            ("TrialExpirationTime", "2026-03-31"),
        ] {
            assert!(profile.has_pair(&SET, pair), "{pair:?}");
        }
    }
}
