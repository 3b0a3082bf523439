//! Files that are there whole or not at all: written beside their place, synced, then moved over
//! it. Readable by their owner only, for they hold customers' data.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::ReportError;

/// A file under construction; dropped before [`NewFile::commit`], it leaves no trace.
#[derive(Debug)]
pub struct NewFile {
    file: Option<BufWriter<File>>,
    temporary: PathBuf,
    path: PathBuf,
}

impl NewFile {
    /// Begins a file; what stands at `path` stays until [`NewFile::commit`].
    pub fn create(path: &Path) -> Result<Self, ReportError> {
        Self::create_for(path, Readers::Owner)
    }

    fn create_for(path: &Path, readers: Readers) -> Result<Self, ReportError> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let temporary = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        sweep(path, &name);
        let file = open_new(&temporary, readers)
            .or_else(|error| {
                // Left behind by a process that was killed and had the same number.
                if error.kind() != io::ErrorKind::AlreadyExists {
                    return Err(error);
                }
                fs::remove_file(&temporary)?;
                open_new(&temporary, readers)
            })
            .map_err(|source| ReportError::Write {
                path: path.to_owned(),
                source,
            })?;
        // For as long as it is open: who is dead holds no lock.
        let _ = file.try_lock();
        Ok(Self {
            file: Some(BufWriter::with_capacity(1 << 16, file)),
            temporary,
            path: path.to_owned(),
        })
    }

    /// The error that a failed step on this file amounts to.
    pub fn failed(&self, source: io::Error) -> ReportError {
        ReportError::Write {
            path: self.path.clone(),
            source,
        }
    }

    /// Puts the file in its place, durably.
    pub fn commit(mut self) -> Result<PathBuf, ReportError> {
        let finished = self.file.take().map_or(Ok(()), |mut writer| {
            writer.flush()?;
            writer.get_ref().sync_all()
        });
        finished.map_err(|source| self.failed(source))?;
        fs::rename(&self.temporary, &self.path).map_err(|source| ReportError::Replace {
            path: self.path.clone(),
            source,
        })?;
        sync_directory(&self.path);
        Ok(std::mem::take(&mut self.path))
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.file {
            Some(file) => file.write(bytes),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl io::Seek for NewFile {
    fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
        match &mut self.file {
            Some(file) => file.seek(to),
            None => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if self.path.as_os_str().is_empty() {
            return;
        }
        // Windows removes no open file.
        self.file = None;
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Writes a whole file at once.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<PathBuf, ReportError> {
    let mut file = NewFile::create(path)?;
    file.write_all(bytes)
        .map_err(|source| file.failed(source))?;
    file.commit()
}

/// The same for a file without customers' data, which other users are meant to read: they may,
/// whatever the process's own rules for new files (umask) say.
pub fn write_shared_file(path: &Path, bytes: &[u8]) -> Result<PathBuf, ReportError> {
    let mut file = NewFile::create_for(path, Readers::Everybody)?;
    file.write_all(bytes)
        .map_err(|source| file.failed(source))?;
    file.commit()
}

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Readers {
    Owner,
    Everybody,
}

/// Makes a directory, and those above it, that only its owner can enter; one that already exists
/// keeps its rights. Where the system has no such modes, the platform's own inheritance applies.
pub fn private_directory(path: &Path) -> Result<(), ReportError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder
        .create(path)
        .map_err(|source| ReportError::Directory {
            path: path.to_owned(),
            source,
        })
}

/// Removes what processes have left behind that were killed while they wrote this file.
fn sweep(path: &Path, name: &str) {
    let here = Path::new(".");
    let directory = path.parent().filter(|one| !one.as_os_str().is_empty());
    let Ok(entries) = fs::read_dir(directory.unwrap_or(here)) else {
        return;
    };
    for entry in entries.flatten() {
        let found = entry.file_name();
        let found = found.to_string_lossy();
        let of_process = found
            .strip_prefix(&format!(".{name}."))
            .and_then(|rest| rest.strip_suffix(".tmp"));
        let is_ours = of_process.is_some_and(|process| {
            !process.is_empty() && process.bytes().all(|one| one.is_ascii_digit())
        });
        if !is_ours {
            continue;
        }
        // Whoever writes holds its lock.
        let idle = File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
        if idle {
            let _ = fs::remove_file(entry.path());
        }
    }
}

fn open_new(path: &Path, readers: Readers) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(match readers {
            Readers::Owner => 0o600,
            Readers::Everybody => 0o644,
        });
    }
    let file = options.open(path)?;
    // The mask of a service's unit closes its files to others; these are for others.
    #[cfg(unix)]
    if readers == Readers::Everybody {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(fs::Permissions::from_mode(0o644))?;
    }
    #[cfg(not(unix))]
    let _ = readers;
    Ok(file)
}

/// Makes the new name itself durable where directories can be synced; elsewhere there is nothing
/// to be done.
fn sync_directory(path: &Path) {
    #[cfg(unix)]
    if let Some(directory) = path.parent() {
        let here = Path::new(".");
        let directory = if directory.as_os_str().is_empty() {
            here
        } else {
            directory
        };
        let _ = File::open(directory).and_then(|opened| opened.sync_all());
    }
    #[cfg(not(unix))]
    let _ = path;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earlier_file_stays_until_the_new_one_is_whole() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("results.csv");
        write_file(&path, b"old").unwrap();
        let mut file = NewFile::create(&path).unwrap();
        file.write_all(b"half").unwrap();
        file.flush().unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        drop(file);
        assert_eq!(fs::read(&path).unwrap(), b"old");
        write_file(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_killed_process_leaves_nothing_in_the_way() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("results.csv");
        let stale = format!(".results.csv.{}.tmp", std::process::id());
        fs::write(
            directory.path().join(stale),
            "torn and longer than what follows",
        )
        .unwrap();
        write_file(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn what_killed_processes_left_is_swept_and_what_others_write_is_not() {
        let directory = tempfile::tempdir().unwrap();
        let place = |name: &str| directory.path().join(name);
        for name in [
            ".results.csv.999999.tmp",
            ".results.csv.note.tmp",
            ".other.csv.1.tmp",
        ] {
            fs::write(place(name), "left").unwrap();
        }
        let mut busy = NewFile::create(&place("results.csv")).unwrap();
        busy.write_all(b"busy").unwrap();
        let theirs = place(".results.csv.4711.tmp");
        let other = File::create(&theirs).unwrap();
        other.try_lock().unwrap();
        sweep(&place("results.csv"), "results.csv");
        assert!(!place(".results.csv.999999.tmp").exists());
        assert!(place(".results.csv.note.tmp").exists());
        assert!(place(".other.csv.1.tmp").exists());
        assert!(theirs.exists());
        busy.commit().unwrap();
        assert_eq!(fs::read(place("results.csv")).unwrap(), b"busy");
    }

    #[test]
    fn a_place_that_is_taken_is_an_error_that_names_the_file() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("results.csv");
        fs::create_dir(&path).unwrap();
        let error = write_file(&path, b"new").unwrap_err();
        assert!(error.to_string().ends_with("results.csv"), "{error}");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 1);
        let error = private_directory(&path.join("a")).and_then(|()| {
            fs::write(path.join("file"), "").unwrap();
            private_directory(&path.join("file").join("b"))
        });
        assert!(error.unwrap_err().help().contains("--out"));
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let out = directory.path().join("out").join("run");
        private_directory(&out).unwrap();
        let path = write_file(&out.join("results.csv"), b"x").unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&out), mode(&path)), (0o700, 0o600));
    }
}
