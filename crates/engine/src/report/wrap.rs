//! Lines that fit: broken at spaces by the columns that a terminal gives to them.

use super::diagnostics::excerpt::width_of;

/// Breaks a text at spaces so that no line is wider than `width`, if the words allow it: those
/// that are wider stay whole. The first line begins at column `start`, the others are indented by
/// `indent`.
pub fn wrap(text: &str, width: usize, start: usize, indent: usize) -> String {
    let mut wrapped = String::with_capacity(text.len() + 16);
    let mut column = start;
    for (index, word) in text.split(' ').enumerate() {
        let length = width_of(word);
        if index > 0 {
            if column + 1 + length > width && column > indent {
                wrapped.push('\n');
                wrapped.push_str(&" ".repeat(indent));
                column = indent;
            } else {
                wrapped.push(' ');
                column += 1;
            }
        }
        wrapped.push_str(word);
        column += length;
    }
    wrapped
}

/// Each line of a message that is too wide, broken with the rest indented below it. A command
/// begins a line of its own and stays whole: it is to be copied.
pub fn message(text: &str, width: usize) -> String {
    let lines = text.split('\n').map(|line| {
        if width_of(line) <= width {
            return line.to_owned();
        }
        let blanks = line.len() - line.trim_start_matches(' ').len();
        let indent = (blanks + 2).min(width / 2);
        let (told, command) = match line.find(COMMAND) {
            Some(at) => line.split_at(at),
            None => (line, ""),
        };
        let told = wrap(told.trim_end(), width, 0, indent);
        match (
            told.is_empty() || told.trim().is_empty(),
            command.is_empty(),
        ) {
            (_, true) => told,
            (true, false) => line.to_owned(),
            (false, false) => format!("{told}\n{}{command}", " ".repeat(indent)),
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// How a command begins.
const COMMAND: &str = "partner-import ";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_never_split_and_wide_ones_count_twice() {
        assert_eq!(wrap("one two three", 9, 0, 2), "one two\n  three");
        assert_eq!(wrap("one two three", 9, 4, 2), "one\n  two\n  three");
        assert_eq!(wrap("東京 商事 株式", 9, 0, 2), "東京 商事\n  株式");
        assert_eq!(wrap("a-very-long-word b", 9, 0, 2), "a-very-long-word\n  b");
        assert_eq!(wrap("", 9, 0, 2), "");
    }

    #[test]
    fn a_command_stays_whole() {
        assert_eq!(
            message(
                "to continue where the run stopped: partner-import resume x",
                40
            ),
            "to continue where the run stopped:\n  partner-import resume x"
        );
        let alone = "  partner-import resume 20261124-024953-xwww --endpoint http://127.0.0.1";
        assert_eq!(message(alone, 40), alone);
        assert_eq!(
            message("short\n  help: this one is rather long for it", 24),
            "short\n  help: this one is\n    rather long for it"
        );
        assert_eq!(message("fits", 4), "fits");
    }
}
