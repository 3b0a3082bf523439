//! Snapshots of a tenant as files: written whole or not at all, read with clear words about what
//! is wrong with them.

use std::fs;
use std::path::Path;

use serde::Serialize;

use super::advice::Advice;
use super::failure::{Failure, chain};
use super::near;
use super::target::Expected;
use crate::plan::Snapshot;
use crate::plan::snapshot::document_version;
use crate::report::file::NewFile;

/// Reads the snapshot at `path`, and refuses one of another service or login than is expected.
pub fn load(path: &Path, expected: &Expected) -> Result<Snapshot, Failure> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::input(format!("cannot read the tenant snapshot {shown}: {error}"))
            .hint(near::instead_of(path))
            .hint(Advice::WriteSnapshot)
    })?;
    let snapshot = Snapshot::parse(&text).map_err(|error| {
        let text = format!("cannot use the tenant snapshot {shown}: {}", chain(&error));
        Failure::input(text).hint(error.help())
    })?;
    let pairs = [
        (
            "made of",
            "the endpoint",
            &expected.endpoint,
            &snapshot.endpoint,
        ),
        (
            "made under",
            "the partner",
            &expected.partner,
            &snapshot.login_partner,
        ),
    ];
    for (made, what, expected, found) in pairs {
        let Some(expected) = expected.as_ref().filter(|expected| *expected != found) else {
            continue;
        };
        return Err(Failure::usage(format!(
            "the tenant snapshot {shown} is {made} {what} \"{found}\", and the profile or the \
             environment says \"{expected}\""
        ))
        .hint(Advice::WriteSnapshotOfThis)
        .hint(Advice::ProfileOfSnapshot));
    }
    Ok(snapshot)
}

/// Refuses to replace anything but an earlier document of the same kind, so that no customer list
/// is lost by a slip.
pub fn may_write(path: &Path, format: &str) -> Result<(), Failure> {
    let is_ours = || {
        fs::read_to_string(path)
            .is_ok_and(|text| matches!(document_version(&text, format), Ok(Some(_))))
    };
    if path.exists() && !is_ours() {
        let text = format!("{} already exists, and is not a {format}", path.display());
        return Err(Failure::usage(text).hint("choose another name, or delete it first"));
    }
    Ok(())
}

/// Writes a document of ours as JSON, whole or not at all.
pub fn save(path: &Path, format: &str, document: &impl Serialize) -> Result<(), Failure> {
    may_write(path, format)?;
    let mut file = NewFile::create(path)?;
    let written = serde_json::to_writer_pretty(&mut file, document)
        .map_err(std::io::Error::from)
        .and_then(|()| std::io::Write::write_all(&mut file, b"\n"));
    written.map_err(|source| file.failed(source))?;
    file.commit()?;
    Ok(())
}
