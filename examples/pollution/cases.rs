//! Polluted files and how well they are read: the kinds of pollution and their weights are those of the
//! public benchmark Pollock (VLDB 2023), the table is our own. As there, a file scores up to ten
//! points: whether it was read, and precision, recall and F1 of header, records and cells.

use std::collections::HashMap;
use std::hash::Hash;

use partner_import::model::RowBatch;
use partner_import::tables::{More, NoKnowledge, ReadOptions, read_bytes};

type Rows = Vec<Vec<String>>;

/// The clean table: header first; dates, numbers, codes, prices, long quoted texts, links, a
/// column that is always empty.
fn source() -> Rows {
    let names = [
        "Anna's Bakery",
        "Desk, Oak",
        "Lamp, 24\"",
        "North & Sons",
        "Miller's Garage",
        "Table, Round 48\"",
    ];
    let texts = [
        "A long text, with commas, that doesn't end before it has said everything it wanted to.",
        "Plain words without any sign in them",
        "They said it is 8\\'9\" long, which is more than enough for her.",
        "Great grip and extra breathability make this ideal for warm, dry days.",
    ];
    let mut rows = vec![
        [
            "DAY", "HOUR", "Amount", "ITEM", "Price", "Label", "Text", "Link", "Remarks",
        ]
        .map(str::to_owned)
        .to_vec(),
    ];
    for index in 0..83_usize {
        let code = format!(
            "{}{}-{}",
            char::from(b'A' + letter(index, 26)),
            char::from(b'K' + letter(index, 9)),
            1000 + index * 97 % 9000
        );
        rows.push(vec![
            format!("{:02}/{:02}/2018", 1 + index % 28, 1 + index / 28),
            format!("{:02}:{:02}", index / 4 % 24, index % 4 * 15),
            (index * 7 % 23).to_string(),
            code.clone(),
            format!("${}.{:02}", 10 + index * 13 % 80, index * 7 % 100),
            format!(
                "{}{}",
                names[index % names.len()],
                if index % 5 == 0 { "" } else { " Set" }
            ),
            format!("{} Number {index} of its kind.", texts[index % texts.len()]),
            format!("https://shop.example/item/{}.html", code.replace('-', "_")),
            String::new(),
        ]);
    }
    rows
}

fn letter(index: usize, of: usize) -> u8 {
    u8::try_from(index % of).unwrap()
}

fn float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap())
}

struct Style {
    delimiter: &'static str,
    quote: &'static str,
    escape: Option<&'static str>,
    newline: &'static str,
}

const PLAIN: Style = Style {
    delimiter: ",",
    quote: "\"",
    escape: Some("\""),
    newline: "\r\n",
};

fn cell(text: &str, column: usize, header: bool, style: &Style) -> String {
    let always = matches!(column, 6 | 7) && (header || !text.is_empty());
    if !always && !text.contains([',', '"', '\n', ';']) {
        return text.to_owned();
    }
    let quote = style.quote;
    let inner = match style.escape {
        Some(escape) if quote == "\"" => text.replace('"', &format!("{escape}{quote}")),
        _ => text.to_owned(),
    };
    format!("{quote}{inner}{quote}")
}

fn line(row: &[String], header: bool, style: &Style) -> String {
    let cells: Vec<String> = row
        .iter()
        .enumerate()
        .map(|(column, text)| cell(text, column, header, style))
        .collect();
    cells.join(style.delimiter)
}

fn lines(rows: &Rows, style: &Style) -> Vec<String> {
    rows.iter()
        .enumerate()
        .map(|(index, row)| line(row, index == 0, style))
        .collect()
}

fn file(rows: &Rows, style: &Style) -> String {
    let mut text = lines(rows, style).join(style.newline);
    text.push_str(style.newline);
    text
}

/// A polluted file, and the table that should be read from it.
pub struct Case {
    name: String,
    weight: f64,
    bytes: String,
    clean: Rows,
}

fn case(name: &str, weight: f64, bytes: String, clean: Rows) -> Case {
    Case {
        name: name.to_owned(),
        weight,
        bytes,
        clean,
    }
}

pub fn file_cases() -> Vec<Case> {
    let mut cases = shape_cases();
    cases.extend(dialect_cases());
    cases
}

/// Files whose table is incomplete, or not alone.
fn shape_cases() -> Vec<Case> {
    let clean = source();
    let text = file(&clean, &PLAIN);
    let headers = |times: usize| {
        let head = format!("{}\r\n", line(&clean[0], true, &PLAIN));
        let mut joined = clean.clone();
        joined[0] = clean[0]
            .iter()
            .map(|name| vec![name.as_str(); times].join(" "))
            .collect();
        (format!("{}{text}", head.repeat(times - 1)), joined)
    };
    let second = |width: usize| {
        let table: Rows = clean
            .iter()
            .enumerate()
            .map(|(index, row)| {
                let mut row = row.clone();
                row.truncate(width);
                if width > row.len() {
                    row.push(if index == 0 {
                        "col1".to_owned()
                    } else {
                        String::new()
                    });
                }
                row
            })
            .collect();
        format!("{text}{}", file(&table, &PLAIN))
    };
    let (two, two_clean) = headers(2);
    let (three, three_clean) = headers(3);
    vec![
        case("source", 1.0, text.clone(), clean.clone()),
        case("no payload", 15.0, String::new(), Vec::new()),
        case(
            "no trailing newline",
            184.0,
            text.trim_end().to_owned(),
            clean.clone(),
        ),
        case(
            "double trailing newline",
            5.0,
            format!("{text}\r\n"),
            clean.clone(),
        ),
        case(
            "no header",
            470.0,
            lines(&clean, &PLAIN)[1..].join("\r\n"),
            clean[1..].to_vec(),
        ),
        case("header in 2 rows", 47.0, two, two_clean),
        case("header in 3 rows", 47.0, three, three_clean),
        case(
            "preamble",
            282.0,
            format!("PREAMBLE,,,,,,,,\r\n,,,,,,,,\r\n{text}"),
            clean.clone(),
        ),
        case("second table, same", 62.7, second(9), clean.clone()),
        case("second table, more", 62.7, second(10), clean.clone()),
        case("second table, less", 62.7, second(8), clean.clone()),
        case(
            "header only",
            3.0,
            file(&clean[..1].to_vec(), &PLAIN),
            clean[..1].to_vec(),
        ),
        case(
            "one data row",
            4.0,
            file(&clean[..2].to_vec(), &PLAIN),
            clean[..2].to_vec(),
        ),
    ]
}

/// Files that are written in another way.
fn dialect_cases() -> Vec<Case> {
    let clean = source();
    let with = |style: Style| file(&clean, &style);
    vec![
        case(
            "record delimiter CR",
            7.0,
            with(Style {
                newline: "\r",
                ..PLAIN
            }),
            clean.clone(),
        ),
        case(
            "record delimiter LF",
            1691.0,
            with(Style {
                newline: "\n",
                ..PLAIN
            }),
            clean.clone(),
        ),
        case(
            "field delimiter tab",
            4.0,
            with(Style {
                delimiter: "\t",
                ..PLAIN
            }),
            clean.clone(),
        ),
        case(
            "field delimiter semicolon",
            834.0,
            with(Style {
                delimiter: ";",
                ..PLAIN
            }),
            clean.clone(),
        ),
        case(
            "field delimiter space",
            4.0,
            with(Style {
                delimiter: " ",
                ..PLAIN
            }),
            clean.clone(),
        ),
        case(
            "field delimiter comma space",
            101.0,
            with(Style {
                delimiter: ", ",
                ..PLAIN
            }),
            clean.clone(),
        ),
        case(
            "quotation char '",
            11.0,
            with(Style {
                quote: "'",
                ..PLAIN
            }),
            clean.clone(),
        ),
        case(
            "escape char backslash",
            1.0,
            with(Style {
                escape: Some("\\"),
                ..PLAIN
            }),
            clean.clone(),
        ),
        case(
            "escape char none",
            7.0,
            with(Style {
                escape: None,
                ..PLAIN
            }),
            clean,
        ),
    ]
}

pub fn row_cases() -> Vec<Case> {
    let clean = source();
    let lines = lines(&clean, &PLAIN);
    let mut cases = Vec::new();
    for row in 0..clean.len() {
        let cells: Vec<String> = clean[row]
            .iter()
            .enumerate()
            .map(|(column, text)| cell(text, column, row == 0, &PLAIN))
            .collect();
        let mut replaced = |kind: &str, weight: f64, line: String, clean: &Rows| {
            let mut lines = lines.clone();
            lines[row] = line;
            let text = format!("{}\r\n", lines.join("\r\n"));
            cases.push(case(
                &format!("{kind} in row {row}"),
                weight,
                text,
                clean.clone(),
            ));
        };
        for column in 0..clean[row].len() {
            let (before, behind) = cells.split_at(column);
            if column > 0 {
                let less = format!("{}{}", before.join(","), behind.join(","));
                replaced("missing delimiter", 0.3678, less, &clean);
            }
            let more = if column == 0 {
                format!(",{}", behind.join(","))
            } else {
                format!("{},,{}", before.join(","), behind.join(","))
            };
            replaced("surplus delimiter", 0.3678, more, &clean);
            let mut quoted = cells.clone();
            let mut wanted = clean.clone();
            wanted[row][column].insert(0, '"');
            quoted[column] = match quoted[column].strip_prefix('"') {
                Some(inner) => format!("\"\"{inner}"),
                None => format!("\"{}", quoted[column]),
            };
            replaced("stray quote", 0.0093, quoted.join(","), &wanted);
        }
        replaced("other delimiter", 0.08, cells.join(" "), &clean);
    }
    cases
}

/// Precision, recall and F1 of two bags, summed.
fn measures<T: Eq + Hash>(expected: Vec<T>, loaded: Vec<T>) -> f64 {
    if expected.is_empty() {
        return 3.0;
    }
    let (wanted, got) = (float(expected.len()), float(loaded.len()));
    let mut counts: HashMap<T, i64> = HashMap::new();
    for item in expected {
        *counts.entry(item).or_default() += 1;
    }
    let mut both = 0.0;
    for item in loaded {
        if let Some(count) = counts.get_mut(&item)
            && *count > 0
        {
            *count -= 1;
            both += 1.0;
        }
    }
    if both == 0.0 {
        return 0.0;
    }
    let (precision, recall) = (both / wanted, both / got);
    precision + recall + 2.0 * precision * recall / (precision + recall)
}

/// The table as it is read: the header first, when there is one.
fn load(text: &str) -> Rows {
    let options = ReadOptions::default();
    let mut table = read_bytes(text.as_bytes(), &options, &NoKnowledge).expect("text is read");
    let mut rows = Rows::new();
    if table.header.row > 0 {
        rows.push(table.header_as_read.clone());
    }
    let mut batch = RowBatch::default();
    loop {
        let more = table.next_batch(&mut batch).expect("text is read");
        let cells = |row: partner_import::model::Row<'_>| -> Vec<String> {
            row.cells().map(|cell| cell.text.to_owned()).collect()
        };
        rows.extend(batch.rows().map(cells));
        if more == More::No {
            return rows;
        }
    }
}

fn score(case: &Case) -> f64 {
    let rows = load(&case.bytes);
    let first = |rows: &Rows| rows.first().cloned().unwrap_or_default();
    let records = |rows: &Rows| {
        rows.iter()
            .skip(1)
            .map(|row| row.concat())
            .collect::<Vec<_>>()
    };
    let cells = |rows: &Rows| rows.iter().flatten().cloned().collect::<Vec<_>>();
    1.0 + measures(first(&case.clean), first(&rows))
        + measures(records(&case.clean), records(&rows))
        + measures(cells(&case.clean), cells(&rows))
}

/// The mean score of each kind, and the weighted mean over all files.
pub fn report(cases: &[Case]) -> (f64, f64, String) {
    let (mut sum, mut weighted, mut weights) = (0.0, 0.0, 0.0);
    let mut kinds: Vec<(String, f64, f64, String)> = Vec::new();
    for case in cases {
        let score = score(case);
        sum += score;
        weighted += score * case.weight;
        weights += case.weight;
        let kind = case
            .name
            .split(" in row")
            .next()
            .unwrap_or_default()
            .to_owned();
        match kinds.iter_mut().find(|known| known.0 == kind) {
            Some(known) => {
                known.1 += score;
                known.2 += 1.0;
                if score < 9.5 {
                    known.3.push_str(" low: ");
                    known.3.push_str(&case.name);
                }
            }
            None => kinds.push((kind, score, 1.0, String::new())),
        }
    }
    let text = kinds
        .iter()
        .map(|(kind, sum, files, low)| {
            format!(
                "{kind}: {:.3} ({files} files){}",
                sum / files,
                low.chars().take(400).collect::<String>()
            )
        })
        .collect::<Vec<_>>()
        .join("\n");
    (sum / float(cases.len()), weighted / weights, text)
}
