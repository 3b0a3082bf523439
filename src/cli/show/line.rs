//! What stands in a line of progress: parts that are left out, the least important first, until
//! the rest fits. Pure.

use super::clean::{Kind, clean};
use std::time::Duration;

use crate::cli::clock::show_duration;
use crate::report::diagnostics::excerpt::{visible, width_of};

/// A part of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The higher, the sooner it is left out; 0 stays.
    pub rank: u8,
    /// What stands before it, unless it is the first.
    pub lead: &'static str,
    /// The part.
    pub text: String,
}

impl Part {
    /// A part with two blanks before it.
    pub fn new(rank: u8, text: impl Into<String>) -> Self {
        Self {
            rank,
            lead: "  ",
            text: text.into(),
        }
    }

    /// A part that belongs to the one before it.
    pub fn joined(rank: u8, lead: &'static str, text: impl Into<String>) -> Self {
        Self {
            lead,
            ..Self::new(rank, text)
        }
    }
}

/// The parts in one line of at most `columns`.
pub fn fitted(mut parts: Vec<Part>, columns: usize) -> String {
    parts.retain(|part| !part.text.is_empty());
    loop {
        let line = together(&parts);
        if width_of(&line) <= columns {
            return line;
        }
        let least = parts.iter().map(|part| part.rank).max();
        match parts.iter().rposition(|part| Some(part.rank) == least) {
            Some(at) if parts.len() > 1 => parts.remove(at),
            _ => return visible(&line, columns),
        };
    }
}

fn together(parts: &[Part]) -> String {
    let mut line = String::new();
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            line.push_str(part.lead);
        }
        line.push_str(&part.text);
    }
    line
}

/// `reading Kunden.xlsx: 430000 rows`: the name in the middle is cut at its beginning where all of
/// it does not fit.
pub fn around_name(before: &str, name: &str, after: &str, columns: usize) -> String {
    const CUT: &str = "...";
    let name = visible(name, usize::MAX);
    let name = clean(&name, Kind::Page);
    let room = columns.saturating_sub(width_of(before) + width_of(after));
    if width_of(&name) <= room {
        return format!("{before}{name}{after}");
    }
    let tail = name
        .char_indices()
        .map(|(at, _)| &name[at..])
        .find(|tail| width_of(tail) + CUT.len() <= room);
    match tail.filter(|tail| !tail.is_empty()) {
        Some(tail) => format!("{before}{CUT}{tail}{after}"),
        None => visible(&format!("{before}{CUT}{after}"), columns),
    }
}

/// `[=====>    ]`, for `done` of `total`.
pub fn bar(done: usize, total: usize) -> String {
    const INSIDE: usize = 10;
    let full = (done.min(total) * INSIDE).checked_div(total).unwrap_or(0);
    let tip = if full < INSIDE { ">" } else { "" };
    let blank = INSIDE.saturating_sub(full + tip.len());
    format!("[{}{tip}{}]", "=".repeat(full), " ".repeat(blank))
}

/// `2 h 10 min left`, to the second only where that matters.
pub fn left(time: Duration) -> String {
    let seconds = time.as_secs();
    match seconds {
        0..60 => format!("{} s left", seconds.max(1)),
        600..3600 => format!("{} min left", seconds / 60),
        _ => format!("{} left", show_duration(time)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts() -> Vec<Part> {
        vec![
            Part::new(9, "[==>  ]"),
            Part::new(0, "12/50"),
            Part::new(4, "created 12"),
            Part::new(1, ""),
            Part::new(3, "4.9/s"),
            Part::joined(8, " of ", "5/s"),
        ]
    }

    #[test]
    fn the_least_important_part_goes_first() {
        let at = |columns| fitted(parts(), columns);
        assert_eq!(at(40), "[==>  ]  12/50  created 12  4.9/s of 5/s");
        assert_eq!(at(39), "12/50  created 12  4.9/s of 5/s");
        assert_eq!(at(30), "12/50  created 12  4.9/s");
        assert_eq!(at(20), "12/50  4.9/s");
        assert_eq!(at(8), "12/50");
        assert_eq!(at(4), "1...");
        for columns in 3..60 {
            assert!(width_of(&at(columns)) <= columns, "{columns}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_end() {
        let at = |columns| around_name("reading ", "東京のお客様 2026.xlsx", ": 12 rows", columns);
        assert_eq!(at(40), "reading 東京のお客様 2026.xlsx: 12 rows");
        assert_eq!(at(39), "reading 東京のお客様 2026.xlsx: 12 rows");
        assert_eq!(at(33), "reading ...様 2026.xlsx: 12 rows");
        assert_eq!(at(20), "reading ...: 12 rows");
        let posing = around_name("reading ", "a##vso[task.x].csv", "", 40);
        assert_eq!(posing, "reading a\\u{23}#vso[task.x].csv");
        for columns in 3..60 {
            assert!(width_of(&at(columns)) <= columns, "{columns}");
        }
    }

    #[test]
    fn a_bar_is_full_at_the_end_only() {
        assert_eq!(bar(0, 3), "[>         ]");
        assert_eq!(bar(2, 3), "[======>   ]");
        assert_eq!(bar(999_999, 1_000_000), "[=========>]");
        assert_eq!(bar(3, 3), "[==========]");
        assert_eq!(bar(0, 0), "[>         ]");
    }

    #[test]
    fn time_left_is_no_more_exact_than_it_can_be() {
        let shown = [0, 59, 125, 659, 7_800].map(|seconds| left(Duration::from_secs(seconds)));
        assert_eq!(
            shown,
            [
                "1 s left",
                "59 s left",
                "2 min 05 s left",
                "10 min left",
                "2 h 10 min left"
            ]
        );
    }
}
