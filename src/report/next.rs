//! What to type next, and why.

use std::path::Path;

use super::facts::Facts;
use super::undone::UndoFacts;

/// A command for the reader to type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// What it is for, in a few words: `to continue`.
    pub why: String,
    /// The command, ready to be typed.
    pub command: String,
}

/// What to do next, most urgent first; empty when nothing is left to do. `flags` are repeated in
/// each command (`--sandbox`, `--state-dir DIR`), `input_flags` where a file is read (`--map H=F`).
pub fn next(facts: &Facts, out_dir: &Path, flags: &[String], input_flags: &[String]) -> Vec<Next> {
    let mut steps = Vec::new();
    if let Some(undo) = &facts.undo {
        // What an undone run left unsent is sent by a new run, not by going on.
        return undo_next(facts, undo, flags);
    }
    if facts.counts.open() > 0 || !facts.finished {
        steps.push(Next {
            why: "to continue where the run stopped".into(),
            command: command(&["resume", &facts.info.id], flags),
        });
    }
    if facts.counts.rejected_for_good() > 0 {
        let rejected = out_dir.join("rejected.csv").to_string_lossy().into_owned();
        steps.push(Next {
            why: "to send the rejected rows again, mend them in rejected.csv and run it".into(),
            command: command(&["run", &rejected], &[flags, input_flags].concat()),
        });
    }
    steps
}

/// What to do about an undoing that stopped, or that could not remove everybody.
pub fn undo_next(facts: &Facts, undo: &UndoFacts, flags: &[String]) -> Vec<Next> {
    let why = if undo.state.finished_ms.is_none() {
        "to continue the undo where it stopped"
    } else if undo.counts.kept > 0 {
        "to try the kept ones again, when what keeps them has been seen to"
    } else {
        return Vec::new();
    };
    vec![Next {
        why: why.into(),
        command: command(&["undo", &facts.info.id], flags),
    }]
}

fn command(words: &[&str], flags: &[String]) -> String {
    let mut text = "partner-import".to_owned();
    for word in words
        .iter()
        .copied()
        .chain(flags.iter().map(String::as_str))
    {
        text.push(' ');
        text.push_str(&quoted(word));
    }
    text
}

/// A word as the platform's shells take it.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_alphanumeric() || "-_./:=@,+\\".contains(letter);
    if !word.is_empty()
        && word
            .chars()
            .all(|letter| plain(letter) && (letter != '\\' || cfg!(windows)))
    {
        return word.to_owned();
    }
    if cfg!(windows) {
        format!("\"{word}\"")
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn words_are_quoted_where_a_shell_would_split_them() {
        let words = [
            "run",
            "Kunden 2026/rejected.csv",
            "it's",
            "a\\b",
            "ü.csv",
            "",
        ]
        .map(quoted);
        assert_eq!(
            words,
            [
                "run",
                "'Kunden 2026/rejected.csv'",
                r"'it'\''s'",
                r"'a\b'",
                "ü.csv",
                "''"
            ]
        );
    }
}
