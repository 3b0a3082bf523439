//! Commands as a person types them: words quoted for the shell of the platform. Pure, so that both
//! kinds of shell are tried everywhere.

use crate::model::printable;
use crate::model::printable::is_unprintable;

/// What a command is typed into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// `sh` and its kin.
    Posix,
    /// PowerShell and the command prompt. What both understand is preferred; where there is no such
    /// thing it is what Windows PowerShell takes.
    Windows,
}

impl Shell {
    /// This platform's.
    pub fn of_platform() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else {
            Self::Posix
        }
    }

    /// The words as one line.
    pub fn line<W: AsRef<str>>(self, words: impl IntoIterator<Item = W>) -> String {
        let words: Vec<String> = words
            .into_iter()
            .map(|word| self.quoted(word.as_ref()))
            .collect();
        words.join(" ")
    }

    /// A word, quoted where it would not be taken as it is.
    pub fn quoted(self, word: &str) -> String {
        match self {
            _ if self.is_plain(word) => word.to_owned(),
            // CI systems look for commands of theirs behind two of these.
            Self::Posix if printable(word) != word || word.contains("##") => escaped(word),
            Self::Posix => format!("'{}'", word.replace('\'', r"'\''")),
            Self::Windows => windows(word),
        }
    }

    fn is_plain(self, word: &str) -> bool {
        let special = match self {
            // A leading `=` is a command's path in zsh.
            Self::Posix => "-_./:=@,+%",
            // PowerShell makes a list of a comma, and variables of `@` and `$`.
            Self::Windows => "-_./:=+\\",
        };
        let plain = |letter: char| letter.is_alphanumeric() || special.contains(letter);
        !word.is_empty() && !word.starts_with('=') && word.chars().all(plain)
    }
}

/// What cannot be seen on a line, spelt so that `sh` and its kin read it back, byte by byte.
fn escaped(word: &str) -> String {
    let mut quoted = String::from("$'");
    let mut before = None;
    for letter in word.chars() {
        match letter {
            '\'' | '\\' => quoted.extend(['\\', letter]),
            '\n' => quoted.push_str("\\n"),
            '#' => quoted.push_str("\\043"),
            _ if is_unprintable(letter, before) => {
                let mut bytes = [0; 4];
                for byte in letter.encode_utf8(&mut bytes).bytes() {
                    quoted.push_str(&format!("\\{byte:03o}"));
                }
            }
            _ => quoted.push(letter),
        }
        before = Some(letter);
    }
    quoted + "'"
}

/// Double quotes mean the same in both, unless something inside means something to PowerShell:
/// variables, its escape, and the quotes of typography, which it takes for quotes.
fn windows(word: &str) -> String {
    let means_something =
        |letter: char| matches!(letter, '$' | '`' | '"' | '\u{201c}'..='\u{201e}');
    if !word.contains(means_something) {
        // A program takes a backslash before a quote for the quote's own.
        let slashes = word.len() - word.trim_end_matches('\\').len();
        return format!("\"{word}{}\"", "\\".repeat(slashes));
    }
    let mut quoted = String::from("'");
    for letter in word.chars() {
        match letter {
            '\'' | '\u{2018}'..='\u{201b}' => quoted.extend([letter, letter]),
            '"' => quoted.push_str("\\\""),
            _ => quoted.push(letter),
        }
    }
    quoted + "'"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quoted<const N: usize>(shell: Shell, words: [&str; N]) -> [String; N] {
        words.map(|word| shell.quoted(word))
    }

    #[test]
    fn words_are_quoted_where_sh_would_split_or_expand_them() {
        assert_eq!(
            quoted(
                Shell::Posix,
                [
                    "run",
                    "Kunden 2026/rejected.csv",
                    "it's",
                    "a\\b",
                    "ü.csv",
                    "",
                    "$HOME",
                    "~",
                    "a;b",
                    "Level=EndCustomer",
                    "=ls",
                    "100%",
                    "Sandbox MSP (admin@example.com)",
                    "a\nb\u{1b}[2J\u{202e}'\\ü",
                ]
            ),
            [
                "run",
                "'Kunden 2026/rejected.csv'",
                r"'it'\''s'",
                r"'a\b'",
                "ü.csv",
                "''",
                "'$HOME'",
                "'~'",
                "'a;b'",
                "Level=EndCustomer",
                "'=ls'",
                "100%",
                "'Sandbox MSP (admin@example.com)'",
                r"$'a\nb\033[2J\342\200\256\'\\ü'",
            ]
        );
    }

    #[test]
    fn on_windows_both_shells_understand_what_they_can() {
        assert_eq!(
            quoted(
                Shell::Windows,
                [
                    "run",
                    r"C:\Kunden\rejected.csv",
                    r"C:\Kunden 2026\rejected.csv",
                    r"C:\Kunden 2026\",
                    "it's",
                    "a,b",
                    "@home",
                    "100%",
                    "a&b",
                    "",
                ]
            ),
            [
                "run",
                r"C:\Kunden\rejected.csv",
                r#""C:\Kunden 2026\rejected.csv""#,
                r#""C:\Kunden 2026\\""#,
                r#""it's""#,
                r#""a,b""#,
                r#""@home""#,
                r#""100%""#,
                r#""a&b""#,
                r#""""#,
            ]
        );
    }

    #[test]
    fn what_double_quotes_cannot_hold_is_written_for_powershell() {
        assert_eq!(
            quoted(
                Shell::Windows,
                [
                    "$1,000",
                    "it's $5",
                    "a`b",
                    "say \"hi\"",
                    "„Kunden“.csv",
                    "‘$a’"
                ]
            ),
            [
                "'$1,000'",
                "'it''s $5'",
                "'a`b'",
                r#"'say \"hi\"'"#,
                "'„Kunden“.csv'",
                "'‘‘$a’’'"
            ]
        );
    }
}
