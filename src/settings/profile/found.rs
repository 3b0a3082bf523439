//! What profiles amount to, and where it stands.

use std::path::{Path, PathBuf};

use crate::settings::given::{Content, Entry, Origin};
use crate::settings::setting::Setting;

/// The file's name.
pub const FILE_NAME: &str = "partner-import.toml";

/// What the profiles that count amount to.
#[derive(Debug, Clone, Default)]
pub struct Profile {
    /// The file that was named or found; `None` without one.
    pub path: Option<PathBuf>,
    /// The user's own file below it; `None` where there is none, or another one was named.
    pub own: Option<PathBuf>,
    /// What counts, each with its line. Lists of pairs are in the order of their names.
    pub entries: Vec<Entry>,
    /// What of the found file does not count, because nobody trusts it.
    pub held_back: Vec<Entry>,
}

impl Profile {
    /// The files that count, the one whose keys come first before the other.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        [&self.path, &self.own]
            .into_iter()
            .flatten()
            .map(PathBuf::as_path)
    }

    /// The first file's name without its ending; empty without a profile.
    pub fn name(&self) -> String {
        let stem = self.files().next().and_then(Path::file_stem);
        stem.unwrap_or_default().to_string_lossy().into_owned()
    }

    /// The keys that do not count, with their lines: `target.endpoint (line 2)`.
    pub fn held_back_shown(&self) -> String {
        let shown: Vec<String> = self.held_back.iter().map(key_and_line).collect();
        shown.join(", ")
    }

    /// What it says of a setting.
    pub fn entry(&self, setting: &Setting) -> Option<&Entry> {
        self.entries.iter().find(|one| one.setting == setting)
    }

    /// What it says of a setting, as text.
    pub fn text(&self, setting: &Setting) -> Option<String> {
        self.entry(setting).map(|one| one.content.text())
    }

    /// Whether a list of pairs has this pair.
    pub fn has_pair(&self, setting: &Setting, pair: (&str, &str)) -> bool {
        self.entries.iter().any(|one| {
            one.setting == setting
                && matches!(&one.content, Content::Pair(left, right) if (left.as_str(), right.as_str()) == pair)
        })
    }
}

/// `target.endpoint (line 2)`
fn key_and_line(entry: &Entry) -> String {
    match &entry.origin {
        Origin::Profile(place) => format!("{} (line {})", entry.key(), place.line),
        _ => entry.key(),
    }
}
