//! Finds out how a text file separates and quotes its cells, from its beginning. Every candidate
//! cuts the sample with the real scanner; the one that gives the most even table wins. Knows
//! header names only through what the caller knows.

use super::dialect::{Dialect, Escape, Surety};
use super::scan::Ending;
use super::single;
use super::trial::{Trial, is_usual, try_out, up_to};
use crate::options::{Delimiter, HeaderKnowledge};

/// A delimiter that may be, and how readily it is believed.
const CANDIDATES: &[(&str, f64)] = &[
    (",", 1.0),
    (";", 1.0),
    ("\t", 1.03),
    ("|", 0.98),
    ("\u{1F}", 1.0),
    ("\u{1}", 1.0),
    ("¦", 0.9),
    ("§", 0.9),
    ("^", 0.85),
    ("~", 0.85),
    (":", 0.3),
    ("#", 0.4),
    (" ", 0.4),
];

/// Two of the same, or one with a space behind it, replace the single one when every single one
/// is part of them.
const REFINEMENTS: &[(&str, &[&str])] = &[
    (",", &[", "]),
    (";", &["; ", ";;"]),
    ("|", &["||", " | ", "| ", "|~|"]),
    (":", &["::"]),
    ("\t", &["\t\t"]),
    ("~", &["~~", "|~|"]),
    ("^", &["^^"]),
    ("#", &["##"]),
];

const SAMPLE: usize = 192 * 1024;
/// Below this the rows are too uneven for more than one column.
const LEAST_SCORE: f64 = 0.12;

/// The dialect of the text that begins with `sample`.
pub(crate) fn detect(
    sample: &str,
    ending: Ending,
    told: Option<&Delimiter>,
    knowledge: &dyn HeaderKnowledge,
) -> Dialect {
    let sample = whole_lines(sample, ending);
    if let Some(told) = told {
        let mut best = best_quoting(sample, told.as_str(), 1.0, knowledge);
        best.dialect.surety = Surety::Told;
        return best.dialect;
    }
    let mut best: [Option<Trial>; 2] = [None, None];
    let mut scores = Vec::new();
    for (delimiter, belief) in CANDIDATES {
        if !sample.contains(delimiter) {
            continue;
        }
        let mut trial = best_quoting(sample, delimiter, *belief, knowledge);
        for (single, finer) in REFINEMENTS {
            if single == delimiter {
                trial = refine(trial, finer, sample, *belief, knowledge);
            }
        }
        scores.push(trial.score);
        let best = &mut best[usize::from(is_usual(delimiter))];
        if best.as_ref().is_none_or(|best| trial.score > best.score) {
            *best = Some(trial);
        }
    }
    let [rare, usual] = best;
    let best = usual_first(usual, rare).filter(|best| {
        best.score >= LEAST_SCORE && !single::is_one_column(sample, best, knowledge)
    });
    match best {
        Some(best) => {
            // Uneven rows, and another delimiter that fits them nearly as well.
            let rivals = scores.iter().filter(|score| **score * 2.0 >= best.score);
            let uneven = best.even < 0.5 && best.dialect.surety == Surety::Guessed;
            let mut dialect = best.dialect;
            if uneven && rivals.count() > 1 {
                dialect.surety = Surety::Doubtful;
            }
            dialect
        }
        None => Dialect {
            width: 1,
            surety: single::surety(sample, knowledge),
            ..best_quoting(sample, NO_DELIMITER, 1.0, knowledge).dialect
        },
    }
}

/// The better of the two, but never what is rare where what is usual gives an even table.
fn usual_first(usual: Option<Trial>, rare: Option<Trial>) -> Option<Trial> {
    let (usual, rare) = match (usual, rare) {
        (Some(usual), Some(rare)) => (usual, rare),
        (usual, rare) => return usual.or(rare),
    };
    let better = usual.score >= rare.score || usual.is_even_and_usual();
    Some(if better { usual } else { rare })
}

/// For a table of one column: a character that stands in no text.
const NO_DELIMITER: &str = "\u{0}";

fn whole_lines(sample: &str, ending: Ending) -> &str {
    let end = sample.len().min(SAMPLE);
    if end == sample.len() && ending == Ending::Final {
        return sample;
    }
    let beginning = up_to(sample, end);
    match beginning.rfind(['\n', '\r']) {
        Some(at) => &beginning[..=at],
        None => beginning,
    }
}

/// Tries the quotation marks that occur.
fn best_quoting(
    sample: &str,
    delimiter: &str,
    belief: f64,
    knowledge: &dyn HeaderKnowledge,
) -> Trial {
    let mut dialect = Dialect::of(delimiter);
    dialect.escape = escape(sample, delimiter, '"');
    let spaced = format!("{delimiter} \"");
    dialect.space_before_quote = delimiter != " " && sample.contains(&spaced);
    let mut double = try_out(sample, dialect.clone(), belief, knowledge);
    if sample.contains("\\\"") {
        // Signs of both are in the text: the one that gives the more even table has it.
        let other = Dialect {
            escape: match dialect.escape {
                Escape::Doubled => Escape::Backslash,
                Escape::Backslash => Escape::Doubled,
            },
            ..dialect.clone()
        };
        let other = try_out(sample, other, belief, knowledge);
        if other.score > double.score {
            double = other;
        }
    }
    let (singles, doubles) = (
        enclosed(sample, delimiter, '\''),
        enclosed(sample, delimiter, '"'),
    );
    if singles < 2 || singles < doubles {
        return double;
    }
    dialect.quote = Some(b'\'');
    dialect.escape = escape(sample, delimiter, '\'');
    dialect.space_before_quote = false;
    let single = try_out(sample, dialect, belief, knowledge);
    if single.score >= double.score {
        single
    } else {
        double
    }
}

/// How many cells begin and how many end with this mark, whichever is less.
fn enclosed(sample: &str, delimiter: &str, quote: char) -> usize {
    let opening = format!("{delimiter}{quote}");
    let closing = format!("{quote}{delimiter}");
    let lines = || sample.split(['\n', '\r']).filter(|line| !line.is_empty());
    let first = lines().filter(|line| line.starts_with(quote)).count();
    let last = lines().filter(|line| line.ends_with(quote)).count();
    let opened = sample.matches(&opening).count() + first;
    let closed = sample.matches(&closing).count() + last;
    opened.min(closed)
}

fn escape(sample: &str, delimiter: &str, quote: char) -> Escape {
    let slashed = format!("\\{quote}");
    let doubled = format!("{quote}{quote}");
    let mut escaped = 0;
    for (at, _) in sample.match_indices(&slashed) {
        let rest = &sample[at + slashed.len()..];
        let behind_slash = sample[..at].ends_with('\\');
        let closing =
            rest.is_empty() || rest.starts_with(delimiter) || rest.starts_with(['\n', '\r']);
        escaped += usize::from(!behind_slash && !closing);
    }
    let empty_cells = format!("{delimiter}{doubled}");
    let pairs = sample
        .matches(&doubled)
        .count()
        .saturating_sub(sample.matches(&empty_cells).count());
    if escaped > 0 && escaped >= pairs && escaped > bare_marks(sample, delimiter, quote) {
        Escape::Backslash
    } else {
        Escape::Doubled
    }
}

/// How many marks stand between letters without any escape: where they are usual, a backslash
/// before one is no escape either.
fn bare_marks(sample: &str, delimiter: &str, quote: char) -> usize {
    let letters = |at: usize, len: usize| {
        let before = sample[..at].chars().next_back();
        let behind = sample[at + len..].chars().next();
        let plain = |found: Option<char>| {
            found.is_some_and(|found| found.is_alphanumeric() && !delimiter.contains(found))
        };
        plain(before) && plain(behind)
    };
    sample
        .match_indices(quote)
        .filter(|(at, mark)| letters(*at, mark.len()))
        .count()
}

fn refine(
    single: Trial,
    finer: &[&str],
    sample: &str,
    belief: f64,
    knowledge: &dyn HeaderKnowledge,
) -> Trial {
    let mut best = single;
    for delimiter in finer {
        if !sample.contains(delimiter) {
            continue;
        }
        let trial = best_quoting(sample, delimiter, belief, knowledge);
        let (width, single) = (trial.dialect.width, best.dialect.width);
        let twice = delimiter.len() == 2 && !delimiter.ends_with(' ');
        let fits = width >= 2
            && if twice {
                single == 2 * width - 1 && trial.even >= best.even
            } else {
                single <= width && trial.even >= best.even
            };
        if fits {
            best = Trial {
                score: trial.score.max(best.score),
                ..trial
            };
            best.dialect.surety = best.dialect.surety.max(Surety::Guessed);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::NoKnowledge;

    struct Names;

    impl HeaderKnowledge for Names {
        fn knows(&self, header: &str) -> bool {
            matches!(header, "Name" | "City" | "Country")
        }
    }

    fn found(sample: &str, knowledge: &dyn HeaderKnowledge) -> (String, Option<char>, usize) {
        let dialect = detect(sample, Ending::Final, None, knowledge);
        (
            dialect.delimiter().to_owned(),
            dialect.quote(),
            dialect.width,
        )
    }

    fn delimiter(sample: &str) -> String {
        found(sample, &NoKnowledge).0
    }

    #[test]
    fn usual_delimiters() {
        assert_eq!(delimiter("a,b,c\n1,2,3\n4,5,6\n"), ",");
        assert_eq!(delimiter("Name;Preis\nA;1,50\nB;2,50\n"), ";");
        assert_eq!(delimiter("A;1,50\nB;2,50\nC;3,75\n"), ";");
        assert_eq!(
            delimiter("Name\tCity\nSmith, John\tBerlin, Mitte\nA, B\tC, D\n"),
            "\t"
        );
        assert_eq!(delimiter("a|b\r\n1|2\r\n"), "|");
        assert_eq!(delimiter("a,b\r1,2\r3,4\r"), ",");
        assert_eq!(
            delimiter("Time,Url\n10:00,https://a.example\n11:30,https://b.example\n"),
            ","
        );
        assert_eq!(delimiter("Name,Types\nA,X;Y;Z\nB,X;Y;Z\nC,X;Y;Z\n"), ",");
    }

    #[test]
    fn delimiters_of_several_characters() {
        assert_eq!(delimiter("a||b||c\n1||2||3\n||||x\n"), "||");
        assert_eq!(
            delimiter("Name, City\nAcme, Berlin\n\"Smith, J\", Bonn\n"),
            ", "
        );
        assert_eq!(delimiter("a|b|c\n1||3\n||\n"), "|");
        assert_eq!(
            delimiter("Item Weight Color\nLamp 3 red\nDesk 30 blue\n"),
            " "
        );
        let known = "Name City\nAcme Berlin\nFoo Bonn\n";
        assert_eq!(found(known, &Names).0, " ");
    }

    #[test]
    fn a_list_of_names_is_one_column() {
        let list = "Name\nSmith, Jones & Co\nAcme\nDoe, John\nMiller, Son, Daughter\n";
        assert_eq!(found(list, &NoKnowledge).2, 1);
        assert_eq!(
            found("Name\nSmith, John\nDoe, Jane\nRoe, Rick\n", &NoKnowledge).2,
            1
        );
        assert_eq!(
            found("Name\nSmith, John\nDoe, Jane\nRoe, Rick\n", &Names).2,
            1
        );
        assert_eq!(
            found("Full name\nJohn Smith\nJane Doe\n", &NoKnowledge).2,
            1
        );
        assert_eq!(
            found("https://a.example\nhttps://b.example\n", &NoKnowledge).2,
            1
        );
        assert_eq!(found("Name\nSmith John\nDoe Jane\n", &Names).2, 1);
        assert_eq!(found("Name\nAcme\nFoo\n", &Names).2, 1);
        assert_eq!(
            found("Customers 2026\nName,City\nAcme,Berlin\nFoo,Bonn\n", &Names).2,
            2
        );
    }

    #[test]
    fn quotes_and_escapes() {
        let single = "a,b\n'x, y',1\n'it's, so',2\n'z',3\n";
        assert_eq!(found(single, &NoKnowledge), (",".into(), Some('\''), 2));
        let names = "Name,City\nO'Neil,Bonn\n'Acme,Berlin\nFoo,Bonn\n";
        assert_eq!(found(names, &NoKnowledge).1, Some('"'));
        let slashes = "a,b\n\"x \\\"y\\\", z\",1\n\"p\",2\n";
        let dialect = detect(slashes, Ending::Final, None, &NoKnowledge);
        assert_eq!((dialect.escape, dialect.width), (Escape::Backslash, 2));
        let path = "a,b\n\"C:\\dir\\\",1\n\"x \"\"y\"\" z\",2\n";
        let dialect = detect(path, Ending::Final, None, &NoKnowledge);
        assert_eq!((dialect.escape, dialect.width), (Escape::Doubled, 2));
    }
}
