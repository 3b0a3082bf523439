//! Small text files that people write by hand: profiles, passwords, webhooks. Notepad marks the byte
//! order, and `>` in Windows PowerShell writes UTF-16.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// The bytes of a file that holds no more than `most`: what is no file has no end, or does not begin.
pub fn bytes(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    if !std::fs::metadata(path)?.is_file() {
        return Err(no_text("it is not a file"));
    }
    let mut bytes = Vec::new();
    let read = File::open(path)?.take(most + 1).read_to_end(&mut bytes)?;
    if read as u64 > most {
        let message = format!("it is larger than {} MB", most >> 20);
        return Err(io::Error::new(io::ErrorKind::InvalidData, message));
    }
    Ok(bytes)
}

/// The text of the file at `path`: UTF-8, or UTF-16 with a mark of its byte order; the mark is no
/// part of it. The error's words hold nothing of the text.
pub fn read(path: &Path) -> io::Result<String> {
    decode(std::fs::read(path)?)
}

/// The same for bytes that were read.
pub fn decode(bytes: Vec<u8>) -> io::Result<String> {
    match bytes.as_slice() {
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => utf8(rest.to_vec()),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: Vec<u8>) -> io::Result<String> {
    // The library's error would hold the bytes.
    String::from_utf8(bytes).map_err(|_| no_text("it is not UTF-8 text; save it as UTF-8"))
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> io::Result<String> {
    let pairs = bytes.chunks_exact(2);
    let damaged = || no_text("it is damaged UTF-16 text; save it as UTF-8");
    if !pairs.remainder().is_empty() {
        return Err(damaged());
    }
    let units = pairs.map(|pair| unit([pair[0], pair[1]]));
    char::decode_utf16(units)
        .collect::<Result<_, _>>()
        .map_err(|_| damaged())
}

fn no_text(message: &'static str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn what_windows_programs_save_is_read() {
        let text = "schlüssel = \"ключ\"\r\n";
        let units = |to_bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to_bytes);
        let little: Vec<u8> = units(u16::to_le_bytes).collect();
        let big: Vec<u8> = units(u16::to_be_bytes).collect();
        for bytes in [
            text.as_bytes().to_vec(),
            ["\u{feff}".as_bytes(), text.as_bytes()].concat(),
            [&[0xff, 0xfe], &little[..]].concat(),
            [&[0xfe, 0xff], &big[..]].concat(),
        ] {
            assert_eq!(decode(bytes).unwrap(), text);
        }
    }

    #[test]
    fn what_is_no_text_is_refused_without_telling_it() {
        for bytes in [&b"c4nary\xff"[..], b"\xff\xfec4nary!", b"\xff\xfe\x00\xd8"] {
            let error = decode(bytes.to_vec()).unwrap_err();
            let told = format!("{error} {error:?}");
            assert!(
                told.contains("save it as UTF-8") && !told.contains("c4nary"),
                "{told}"
            );
        }
    }
}
