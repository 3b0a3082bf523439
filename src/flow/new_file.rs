//! Files that are written where none is: nothing is ever replaced.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use super::failure::Failure;

/// Writes a file that is not there yet, whole or not at all.
pub fn write_new(path: &Path, content: &[u8]) -> Result<(), Failure> {
    let mut file = File::options()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(|error| {
            if error.kind() == std::io::ErrorKind::AlreadyExists {
                is_there(path)
            } else {
                not_written(path, &error)
            }
        })?;
    file.write_all(content).map_err(|error| {
        let _ = std::fs::remove_file(path);
        not_written(path, &error)
    })
}

/// Refuses a place where [`write_new`] could not write, before the work whose result goes there.
pub fn try_new(path: &Path) -> Result<(), Failure> {
    write_new(path, &[])?;
    std::fs::remove_file(path).map_err(|error| not_written(path, &error))
}

/// Nothing is ever replaced.
pub fn is_there(path: &Path) -> Failure {
    let text = format!(
        "cannot write {}: there is a file of that name already, and nothing is written over it",
        path.display()
    );
    Failure::usage(text).hint("delete it first, or choose another name")
}

fn not_written(path: &Path, error: &std::io::Error) -> Failure {
    Failure::usage(format!("cannot write {}: {error}", path.display()))
}
