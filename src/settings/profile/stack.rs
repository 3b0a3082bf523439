//! Profiles one upon the other: what each file says, which of it counts, and what they amount to
//! together.

use std::path::{Path, PathBuf};

use super::found::Profile;
use super::read;
use super::trust::Trust;
use crate::settings::error::SettingsError;
use crate::settings::given::{Content, Entry};
use crate::settings::layers::are_rivals;
use crate::settings::plain_text;
use crate::settings::setting::InProfile;

/// One file.
#[derive(Debug)]
pub(super) struct Layer {
    path: PathBuf,
    entries: Vec<Entry>,
    held_back: Vec<Entry>,
}

impl Layer {
    /// A profile that somebody named, or the user's own: all of it counts.
    pub(super) fn named(path: &Path) -> Result<Self, SettingsError> {
        Self::of(path, bytes(path)?)
    }

    /// A profile that lies where it was found: all of it counts only where it is trusted.
    pub(super) fn found(path: &Path, trust: Trust<'_>) -> Result<Self, SettingsError> {
        let bytes = bytes(path)?;
        let is_trusted = trust.is_trusted(path, &bytes);
        let layer = Self::of(path, bytes)?;
        Ok(if is_trusted { layer } else { layer.held_back() })
    }

    /// The layer that these bytes are, which were read at `path`.
    pub(super) fn of(path: &Path, bytes: Vec<u8>) -> Result<Self, SettingsError> {
        let text = plain_text::decode(bytes).map_err(|error| unreadable(path, error))?;
        Ok(Self {
            path: path.to_owned(),
            entries: read::entries(path, &text)?,
            held_back: Vec::new(),
        })
    }

    /// What a found profile may not decide until it is trusted.
    pub(super) fn beyond_the_list(self) -> Vec<Entry> {
        self.held_back().held_back
    }

    fn held_back(self) -> Self {
        let Self { path, entries, .. } = self;
        let counts = |one: &Entry| {
            one.setting.profile == InProfile::Found && names_no_place(&one.content, &path)
        };
        let (entries, held_back) = entries.into_iter().partition(counts);
        Self {
            path,
            entries,
            held_back,
        }
    }
}

/// Whether a value names no file, or one that lies beside the profile: whoever put the profile there
/// could put that there, too, but chooses nothing else on this machine.
fn names_no_place(content: &Content, profile: &Path) -> bool {
    let Content::Path(path) = content else {
        return true;
    };
    // A link may lead anywhere.
    let is_link = path
        .symlink_metadata()
        .is_ok_and(|found| found.is_symlink());
    path.parent() == profile.parent() && !is_link
}

fn bytes(path: &Path) -> Result<Vec<u8>, SettingsError> {
    std::fs::read(path).map_err(|error| unreadable(path, error))
}

pub(super) fn unreadable(path: &Path, source: std::io::Error) -> SettingsError {
    SettingsError::Unreadable {
        path: path.to_owned(),
        source,
    }
}

/// What the layers amount to: a key of the upper one takes the place of the same key, and of its
/// rivals, below.
pub(super) fn merge(upper: Option<Layer>, own: Option<Layer>) -> Profile {
    let mut profile = Profile {
        path: upper.as_ref().map(|layer| layer.path.clone()),
        own: own.as_ref().map(|layer| layer.path.clone()),
        ..Profile::default()
    };
    for layer in [upper, own].into_iter().flatten() {
        let above = &profile.entries;
        let counts = |below: &Entry| !above.iter().any(|one| displaces(one, below));
        let counting: Vec<Entry> = layer.entries.into_iter().filter(counts).collect();
        profile.entries.extend(counting);
        profile.held_back.extend(layer.held_back);
    }
    let name = |one: &Entry| one.content.name().map(str::to_owned);
    profile.entries.sort_by_key(name);
    profile
}

/// Names of pairs are told apart as they are written: whatever means the same column is held against
/// each other by those who read the list.
fn displaces(above: &Entry, below: &Entry) -> bool {
    let same_name = match (&above.content, &below.content) {
        (Content::Pair(one, _), Content::Pair(other, _)) => one == other,
        _ => true,
    };
    (above.setting == below.setting && same_name) || are_rivals(above, below)
}
