//! Whether a text is a list of one column, whose names hold what separates cells elsewhere, and how
//! sure that is.

use super::super::options::HeaderKnowledge;
use super::dialect::Surety;
use super::trial::{Trial, is_usual};

/// The header is among so many lines.
const FIRST_LINES: usize = 10;
/// So many lines tell.
const TELLING_LINES: usize = 200;

/// Whether the delimiter only occurs inside the names of a list with one column.
pub(super) fn is_one_column(sample: &str, best: &Trial, knowledge: &dyn HeaderKnowledge) -> bool {
    let delimiter = best.dialect.delimiter();
    let lines = telling_lines(sample);
    let Some(first) = lines.first() else {
        return true;
    };
    let pair = |line: &&str| knows_pair(line, delimiter, knowledge);
    let known_pair = lines.iter().take(40).position(pair);
    let known_whole = known_line(&lines, knowledge);
    if !is_usual(delimiter)
        && let Some(whole) = known_whole
        && known_pair.is_none_or(|pair| whole <= pair)
    {
        return true;
    }
    if known_pair.is_some() {
        return false;
    }
    if known_whole.is_some_and(|at| !lines[at].contains(delimiter)) {
        return true;
    }
    let width = best.dialect.width;
    if matches!(delimiter, " " | ":" | "#") && (width < 3 || best.even < 0.95) {
        return true;
    }
    if first.contains(delimiter) {
        return false;
    }
    // The first line is one cell: a title above a table, or the header of a list of names.
    let with: Vec<&&str> = lines
        .iter()
        .filter(|line| line.contains(delimiter))
        .collect();
    let spaced = with
        .iter()
        .filter(|line| line.contains(&format!("{delimiter} ")) || delimiter.ends_with(' '))
        .count();
    let uneven = best.even < 0.6;
    let prose =
        delimiter.trim_end() == "," && spaced * 10 >= with.len() * 9 && best.dialect.width == 2;
    uneven || prose || matches!(delimiter, " " | ":" | "#")
}

/// How sure it is that a text has one column: not where all its lines could be cut alike.
pub(super) fn surety(sample: &str, knowledge: &dyn HeaderKnowledge) -> Surety {
    let lines = telling_lines(sample);
    let Some(header) = known_line(&lines, knowledge) else {
        return Surety::Clear;
    };
    let rows: Vec<&str> = lines[header + 1..]
        .iter()
        .filter(|line| !line.starts_with('"'))
        .copied()
        .collect();
    let alike = |delimiter: char| {
        let mut counts = rows.iter().map(|row| row.matches(delimiter).count());
        let first = counts.next().unwrap_or(0);
        (first > 0 && counts.all(|count| count == first)).then_some(first)
    };
    let even = rows.len() >= 2
        && [',', ';', '\t', '|']
            .into_iter()
            .any(|one| alike(one).is_some());
    // What names may hold counts only where the header holds it as often.
    let rare = [':', '#', '^', '~', '¦', '§']
        .into_iter()
        .any(|one| alike(one).is_some_and(|count| count == lines[header].matches(one).count()));
    if even || rare {
        Surety::Doubtful
    } else {
        Surety::Clear
    }
}

/// The first line that is a known name as a whole, unless it only continues what stands above.
fn known_line(lines: &[&str], knowledge: &dyn HeaderKnowledge) -> Option<usize> {
    let known = |line: &&str| lines.len() > 1 && knowledge.knows(line.trim_matches('"'));
    lines.iter().take(FIRST_LINES).position(known)
}

fn knows_pair(line: &str, delimiter: &str, knowledge: &dyn HeaderKnowledge) -> bool {
    let cells = line.split(delimiter);
    let known = cells.filter(|cell| knowledge.knows(cell.trim().trim_matches('"')));
    known.count() >= 2
}

fn telling_lines(sample: &str) -> Vec<&str> {
    let lines = sample.split(['\n', '\r']).map(str::trim);
    lines
        .filter(|line| !line.is_empty())
        .take(TELLING_LINES)
        .collect()
}
