//! Files and directories that only their owner reads, since they hold customers' data. On Windows
//! the rights of the directory they lie in are inherited, which in a user's profile are the user's.

use std::fmt;
use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::Path;

/// Makes a directory, and those above it, that only its owner can enter; one that is there keeps
/// its rights.
pub fn directory(path: &Path) -> io::Result<()> {
    // From the top: whatever the process's own rules for new files (umask) take away or leave,
    // each that is made here gets the same rights.
    let missing: Vec<&Path> = path
        .ancestors()
        .take_while(|one| !one.as_os_str().is_empty() && !one.exists())
        .collect();
    for one in missing.into_iter().rev() {
        match fs::create_dir(one) {
            Ok(()) => only_for_the_owner(one, 0o700)?,
            // Somebody else was faster.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    fs::create_dir_all(path)
}

/// Another user whose directory this is, where this process is root's: what root makes in there, that
/// user could never open again. A directory that is missing is root's own once it is made.
pub fn other_owner(path: &Path) -> Option<Owner> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if !rustix::process::geteuid().is_root() {
            return None;
        }
        let id = fs::metadata(path).ok()?.uid();
        (id != 0).then(|| Owner::of(id))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

/// A user of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The number.
    pub id: u32,
    /// The name, where the machine knows one.
    pub name: Option<String>,
}

#[cfg(unix)]
impl Owner {
    /// The user with this number.
    pub fn of(id: u32) -> Self {
        let name = user_name(id, &fs::read_to_string("/etc/passwd").unwrap_or_default());
        Self { id, name }
    }
}

impl fmt::Display for Owner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(out, "{name}"),
            None => write!(out, "user {}", self.id),
        }
    }
}

#[cfg(unix)]
fn user_name(id: u32, passwd: &str) -> Option<String> {
    let users = passwd.lines().map(|line| line.split(':'));
    let found = users.filter_map(|mut of| Some((of.next()?, of.nth(1)?)));
    found
        .filter(|(_, number)| number.parse() == Ok(id))
        .map(|(name, _)| name.to_owned())
        .next()
}

/// The same for a directory of a name that is ours alone: it is made private when it is there, too.
pub fn own_directory(path: &Path) -> io::Result<()> {
    directory(path)?;
    // Whoever may write into it need not own it.
    let _ = only_for_the_owner(path, 0o700);
    Ok(())
}

fn only_for_the_owner(path: &Path, mode: u32) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let now = fs::metadata(path)?.permissions().mode() & 0o777;
        if now != mode {
            fs::set_permissions(path, fs::Permissions::from_mode(mode))?;
        }
    }
    #[cfg(not(unix))]
    let _ = (path, mode);
    Ok(())
}

/// For reading and writing, what is made being the owner's.
fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options
}

/// Opens a file for reading and writing, and makes it where it is missing.
pub fn open(path: &Path) -> io::Result<File> {
    let file = options().create(true).truncate(false).open(path)?;
    let _ = only_for_the_owner(path, 0o600);
    Ok(file)
}

/// The same for a file of ours alone, behind whose name there must be the file itself: a link would
/// have another file written to.
pub fn own(path: &Path) -> io::Result<File> {
    let no_link = |found: io::Result<fs::Metadata>| match found {
        Ok(found) if !found.is_file() => Err(io::Error::other(format!(
            "{} is no file of its own, but a link or something else",
            path.display()
        ))),
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    no_link(fs::symlink_metadata(path))?;
    let file = open(path)?;
    no_link(fs::symlink_metadata(path))?;
    Ok(file)
}

/// Makes a file private before anything is written to it, and a private file where `make` says so.
/// What is not there is no error: whoever opens it will say so.
///
/// One that is there is not opened: closing it would let go of all the locks that this process has on it
/// (POSIX), those of SQLite's connections included, and others would think themselves alone.
pub fn file(path: &Path, make: bool) -> io::Result<()> {
    if make
        && let Err(error) = options().create_new(true).open(path)
        && error.kind() != io::ErrorKind::AlreadyExists
    {
        return Err(error);
    }
    match only_for_the_owner(path, 0o600) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_user_is_named_as_the_machine_does() {
        let passwd = "root:x:0:0::/root:/bin/sh\nimport:x:998:997:a:b:c\n";
        assert_eq!(user_name(998, passwd).as_deref(), Some("import"));
        assert_eq!(user_name(997, passwd), None);
    }

    #[test]
    fn what_is_made_is_the_owners_and_what_is_ours_becomes_so() {
        let place = tempfile::tempdir().unwrap();
        let inner = place.path().join("state").join("locks");
        directory(&inner).unwrap();
        assert_eq!(
            (mode(inner.parent().unwrap()), mode(&inner)),
            (0o700, 0o700)
        );
        fs::set_permissions(&inner, fs::Permissions::from_mode(0o755)).unwrap();
        directory(&inner).unwrap();
        assert_eq!(mode(&inner), 0o755);
        own_directory(&inner).unwrap();
        assert_eq!(mode(&inner), 0o700);
        let made = inner.join("note");
        fs::write(&made, "x").unwrap();
        fs::set_permissions(&made, fs::Permissions::from_mode(0o644)).unwrap();
        file(&made, false).unwrap();
        assert_eq!(mode(&made), 0o600);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn locks_on_a_file_outlive_that_it_is_made_private() {
        use std::os::unix::fs::MetadataExt;
        const LOCKS: &str = "/proc/locks";
        if fs::read(LOCKS).is_err() {
            return;
        }
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("one.sqlite");
        file(&path, true).unwrap();
        assert_eq!(mode(&path), 0o600);
        let connection = rusqlite::Connection::open(&path).unwrap();
        let locking = "CREATE TABLE one (two); BEGIN EXCLUSIVE";
        connection.execute_batch(locking).unwrap();
        // They keep out other processes only: the system says which there are.
        let (process, inode) = (std::process::id(), fs::metadata(&path).unwrap().ino());
        let is_locked = || {
            let locks = fs::read_to_string(LOCKS).unwrap();
            locks.lines().any(|line| {
                line.contains(&format!(" {process} ")) && line.contains(&format!(":{inode} "))
            })
        };
        assert!(is_locked());
        file(&path, true).unwrap();
        assert!(is_locked());
        open(&path).unwrap();
        assert!(!is_locked(), "whoever opens it lets go of them");
    }
}
