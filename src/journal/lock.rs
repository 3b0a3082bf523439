//! One run at a time per target: a file lock that ends with its process, and a note beside it of
//! who holds it.

use std::fmt;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::JournalError;

/// Who is at work.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Holder {
    /// The machine's name.
    pub host: String,
    /// The process's number.
    pub process: u32,
    /// Since when, RFC 3339.
    pub since: String,
    /// What it reads.
    pub input: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.process == 0 {
            return out.write_str("another process");
        }
        write!(
            out,
            "process {} on {} since {} ({})",
            self.process, self.host, self.since, self.input
        )
    }
}

/// The lock, held until it is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct TargetLock {
    _file: File,
    note: PathBuf,
}

impl TargetLock {
    /// Takes the lock of one target (endpoint and partner), or tells who has it.
    pub fn take(state_dir: &Path, target: &str, holder: &Holder) -> Result<Self, JournalError> {
        let directory = state_dir.join("locks");
        fs::create_dir_all(&directory).map_err(|source| JournalError::Directory {
            path: directory.clone(),
            source,
        })?;
        let name = target_digest(target);
        let path = directory.join(format!("{name}.lock"));
        let note = directory.join(format!("{name}.holder.json"));
        let failed = |source| JournalError::Lock {
            path: path.clone(),
            source,
        };
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(JournalError::Locked {
                    holder: read_note(&note),
                });
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        // The lock counts, the note only explains it.
        if let Ok(text) = serde_json::to_string(holder) {
            let _ = fs::write(&note, text);
        }
        Ok(Self { _file: file, note })
    }
}

impl Drop for TargetLock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.note);
    }
}

fn read_note(note: &Path) -> Holder {
    let text = fs::read_to_string(note).unwrap_or_default();
    serde_json::from_str(&text).unwrap_or_default()
}

/// What files that belong to a target are called.
pub fn target_digest(target: &str) -> String {
    hex(&Sha256::digest(target.as_bytes())[..8])
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_is_told_who_has_the_lock() {
        let directory = tempfile::tempdir().unwrap();
        let holder = Holder {
            host: "laptop".into(),
            process: 4711,
            since: "2026-11-23T20:00:00Z".into(),
            input: "a.csv".into(),
        };
        let lock = TargetLock::take(directory.path(), "https://a\nMSP", &holder).unwrap();
        let refused = TargetLock::take(directory.path(), "https://a\nMSP", &holder).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "another run is at work on this target: process 4711 on laptop since \
             2026-11-23T20:00:00Z (a.csv)"
        );
        assert!(TargetLock::take(directory.path(), "https://a\nOther", &holder).is_ok());
        drop(lock);
        assert!(TargetLock::take(directory.path(), "https://a\nMSP", &holder).is_ok());
    }
}
