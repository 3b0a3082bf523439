//! Source files as the checks see them: the text as written, and the code alone, with comments and
//! the insides of literals blanked out so that only what the compiler obeys is found.

use std::fs;
use std::path::{Path, PathBuf};

/// One file.
#[derive(Debug)]
pub struct Source {
    /// Its path from the repository's root, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
    /// The text with comments and literals blanked out, line for line and byte for byte.
    pub code: String,
}

impl Source {
    /// A file that stands nowhere, for trying a check.
    pub fn made_up(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
            code: blank(text),
        }
    }

    /// The line of a byte offset, from 1.
    pub fn line_of(&self, offset: usize) -> usize {
        self.text[..offset].matches('\n').count() + 1
    }

    /// `path:line`.
    pub fn place(&self, offset: usize) -> String {
        format!("{}:{}", self.path, self.line_of(offset))
    }
}

/// The repository's root.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Every Rust file below the given folders.
pub fn rust_files(folders: &[&str]) -> Vec<Source> {
    let mut files = Vec::new();
    for folder in folders {
        for path in files_below(&root().join(folder)) {
            if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(read(&path));
            }
        }
    }
    files
}

/// Every file below `folder`, sorted.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let below = paths.into_iter().flat_map(|path| {
        if path.is_dir() {
            files_below(&path)
        } else {
            vec![path]
        }
    });
    below.collect()
}

/// A path as it is shown: from the root, with `/`.
pub fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .to_string_lossy()
        .replace('\\', "/")
}

fn read(path: &Path) -> Source {
    let text =
        fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Source::made_up(&shown(path), &text)
}

/// Blanks out comments and the insides of string and character literals; line ends stay.
pub fn blank(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = skip(bytes, at);
        if end > at {
            for byte in &mut out[at..end] {
                if *byte != b'\n' {
                    *byte = b' ';
                }
            }
            at = end;
        } else {
            at += 1;
        }
    }
    String::from_utf8(out).expect("whole literals and comments are blanked")
}

/// Where the comment or literal that begins at `at` ends; `at` where none begins.
fn skip(bytes: &[u8], at: usize) -> usize {
    let rest = &bytes[at..];
    if rest.starts_with(b"//") {
        return at + find(rest, b"\n").unwrap_or(rest.len());
    }
    if rest.starts_with(b"/*") {
        return at + block_comment(rest);
    }
    let after_word = at > 0 && (bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'_');
    match rest[0] {
        b'"' => at + quoted(rest, b'"'),
        b'r' if !after_word => raw(rest).map_or(at, |length| at + length),
        b'b' if !after_word && rest.starts_with(b"br") => {
            raw(&rest[1..]).map_or(at, |length| at + 1 + length)
        }
        b'\'' => at + character(rest),
        _ => at,
    }
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes
        .windows(wanted.len())
        .position(|window| window == wanted)
}

fn block_comment(rest: &[u8]) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

fn quoted(rest: &[u8], quote: u8) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// The length of `r"..."` or `r#"..."#`.
fn raw(rest: &[u8]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|byte| **byte == b'#').count();
    if rest.get(1 + hashes) != Some(&b'"') {
        return None;
    }
    let end = [b"\"".to_vec(), vec![b'#'; hashes]].concat();
    let start = hashes + 2;
    Some(find(&rest[start..], &end).map_or(rest.len(), |found| start + found + end.len()))
}

/// The length of a character literal; 0 for a lifetime.
fn character(rest: &[u8]) -> usize {
    if rest.get(1) == Some(&b'\\') {
        return quoted(rest, b'\'');
    }
    let text = std::str::from_utf8(&rest[1..rest.len().min(6)]);
    let first = match text {
        Ok(text) => text.chars().next(),
        Err(error) => std::str::from_utf8(&rest[1..=error.valid_up_to()])
            .ok()
            .and_then(|text| text.chars().next()),
    };
    match first {
        Some(letter) if rest.get(1 + letter.len_utf8()) == Some(&b'\'') => letter.len_utf8() + 2,
        _ => 0,
    }
}

/// Every place in `code` where `word` stands alone, not as part of a longer word.
pub fn words(code: &str, word: &str) -> Vec<usize> {
    let part = |letter: char| letter.is_alphanumeric() || letter == '_';
    let starts = word.starts_with(part);
    let ends = word.ends_with(part);
    let alone = |at: &usize| {
        let before = code[..*at].chars().next_back();
        let after = code[*at + word.len()..].chars().next();
        !(starts && before.is_some_and(part) || ends && after.is_some_and(part))
    };
    code.match_indices(word)
        .map(|(at, _)| at)
        .filter(alone)
        .collect()
}

#[test]
fn comments_and_literals_are_blanked_and_nothing_else() {
    let text = "a(\"x//y\\\"\", 'c', '\\'', b'\"', r#\"q\"q\"#) // tail\n/* b /* c */ */ fn f<'a>(d: &'a str, 'ü')";
    let code = blank(text);
    assert_eq!(code.len(), text.len());
    assert_eq!(
        code.split_whitespace().collect::<Vec<_>>().join(" "),
        "a( , , , b , ) fn f<'a>(d: &'a str, )"
    );
}

#[test]
fn words_stand_alone() {
    assert_eq!(words("csv::a my_csv::b csv2::c (csv::d", "csv::"), [0, 26]);
}
