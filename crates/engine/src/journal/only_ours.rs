//! Files and directories that are believed only where nobody else can have put them there: whoever could write
//! them would be asked for, and answered, in the user's name.
//!
//! On Windows the rights of the directory count, as in `private`: there it is held to be a plain file or directory
//! of the length that is expected.

use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::path::Path;

/// Reads a small file that only its owner may read or change, and that is this user's.
///
/// # Errors
///
/// Where it is not so: a link, somebody else's, open to others, or longer than `most` bytes.
pub fn read(path: &Path, most: u64) -> io::Result<String> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(wrong(path, "is a link, or no plain file"));
    }
    let file = opened(path)?;
    let found = file.metadata()?;
    if !found.is_file() {
        return Err(wrong(path, "is no plain file"));
    }
    if let Some(why) = system::foreign(&found, 0o077) {
        return Err(wrong(path, &why));
    }
    let mut text = String::new();
    file.take(most + 1).read_to_string(&mut text)?;
    if text.len() as u64 > most {
        let why = format!("is longer than the {most} bytes that it may have");
        return Err(wrong(path, &why));
    }
    Ok(text)
}

/// Whether a directory may be used: one that is missing may, one that others could have put files into may not.
///
/// # Errors
///
/// Where it is a link, no directory, somebody else's, or others may write into it.
pub fn directory(path: &Path) -> io::Result<()> {
    let found = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        found => found?,
    };
    if !found.is_dir() {
        return Err(wrong(path, "is a link, or no directory"));
    }
    match system::foreign(&found, 0o022) {
        Some(why) => Err(wrong(path, &why)),
        None => Ok(()),
    }
}

/// Opens it to be read; a queue that was put in its place meanwhile holds nobody up.
fn opened(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true);
    system::at_once(&mut options);
    options.open(path)
}

fn wrong(path: &Path, why: &str) -> io::Error {
    io::Error::new(
        io::ErrorKind::PermissionDenied,
        format!("{} {why}", path.display()),
    )
}

#[cfg(unix)]
mod system {
    use std::os::unix::fs::{MetadataExt, OpenOptionsExt};

    use super::{Metadata, OpenOptions};
    use crate::journal::private::Owner;

    /// What of owner and rights is not ours alone; of the rights only what `others` names is asked.
    pub(super) fn foreign(found: &Metadata, others: u32) -> Option<String> {
        if found.uid() != rustix::process::geteuid().as_raw() {
            return Some(format!("belongs to {}", Owner::of(found.uid())));
        }
        let mode = found.mode() & 0o777;
        let what = if others == 0o077 {
            "can be read or changed"
        } else {
            "can be written into"
        };
        (mode & others != 0).then(|| format!("{what} by other users (mode {mode:03o})"))
    }

    pub(super) fn at_once(options: &mut OpenOptions) {
        let flags = rustix::fs::OFlags::NOFOLLOW | rustix::fs::OFlags::NONBLOCK;
        options.custom_flags(flags.bits().cast_signed());
    }
}

#[cfg(not(unix))]
mod system {
    use super::{Metadata, OpenOptions};

    pub(super) fn foreign(_: &Metadata, _: u32) -> Option<String> {
        None
    }

    pub(super) fn at_once(_: &mut OpenOptions) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    fn with_mode(path: &Path, mode: u32) {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn only_a_short_file_of_ones_own_is_read() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("note");
        fs::write(&file, "abc").unwrap();
        with_mode(&file, 0o600);
        assert_eq!(read(&file, 3).unwrap(), "abc");
        assert!(read(&file, 2).unwrap_err().to_string().contains("longer"));
        for mode in [0o644, 0o620, 0o602] {
            with_mode(&file, mode);
            let error = read(&file, 3).unwrap_err().to_string();
            assert!(error.contains(&format!("{mode:03o}")), "{error}");
        }
        with_mode(&file, 0o600);
        let link = place.path().join("link");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        for no_file in [&*link, place.path()] {
            assert!(read(no_file, 3).unwrap_err().to_string().contains("plain"));
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_directory_that_others_may_write_into_is_not_used() {
        let place = tempfile::tempdir().unwrap();
        let inner = place.path().join("page");
        directory(&inner).unwrap();
        fs::create_dir(&inner).unwrap();
        for (mode, is_used) in [(0o700, true), (0o755, true), (0o777, false), (0o730, false)] {
            with_mode(&inner, mode);
            assert_eq!(directory(&inner).is_ok(), is_used, "{mode:o}");
        }
        let link = place.path().join("link");
        std::os::unix::fs::symlink(place.path(), &link).unwrap();
        assert!(directory(&link).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn what_belongs_to_somebody_else_is_not_believed() {
        if !rustix::process::geteuid().is_root() {
            return;
        }
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("note");
        fs::write(&file, "abc").unwrap();
        with_mode(&file, 0o600);
        std::os::unix::fs::chown(&file, Some(12_345), None).unwrap();
        let error = read(&file, 3).unwrap_err().to_string();
        assert!(error.contains("belongs to user 12345"), "{error}");
        std::os::unix::fs::chown(place.path(), Some(12_345), None).unwrap();
        assert!(directory(place.path()).is_err());
    }
}
