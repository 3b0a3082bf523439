//! The digest that tells whether a file is still the one that was read.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};
use tables::ReadError;

use crate::model::digest::{hex, sha256_of};

/// The SHA-256 of a file's bytes, in hexadecimal digits.
pub fn sha256(path: &Path) -> Result<String, ReadError> {
    let mut file = File::open(path).map_err(|source| ReadError::Open {
        path: path.to_owned(),
        source,
    })?;
    // What comes from a pipe could be read for the digest and then not for its rows.
    let kind = file.metadata().map(|found| found.file_type());
    if kind.is_ok_and(|kind| !kind.is_file() && !kind.is_dir()) {
        return Err(ReadError::NotAFile {
            path: path.to_owned(),
        });
    }
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 256 * 1024];
    loop {
        match file.read(&mut buffer) {
            Ok(0) => break,
            Ok(read) => digest.update(&buffer[..read]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(source) => {
                return Err(ReadError::Io {
                    path: path.to_owned(),
                    source,
                });
            }
        }
    }
    Ok(hex(digest))
}

/// A file's bytes when they still have this digest (hex), else nothing.
pub fn unchanged(path: &Path, sha256: &str) -> Result<Option<Vec<u8>>, ReadError> {
    let bytes = std::fs::read(path).map_err(|source| ReadError::Open {
        path: path.to_owned(),
        source,
    })?;
    Ok((sha256_of(&bytes) == sha256).then_some(bytes))
}
