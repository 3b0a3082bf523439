//! Any table in any dialect and encoding comes back as it was written, or something is said about
//! it; and no bytes whatever make the reader panic or hang.

use std::cell::Cell;

use partner_import::model::RowBatch;
use partner_import::tables::{More, NoKnowledge, ReadOptions, TextEncoding, read_bytes};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::{Customers, load_with};

const HEADER: [&str; 6] = ["Name", "City", "Country", "Zip", "Phone", "State"];

#[derive(Debug, Clone)]
struct Written {
    delimiter: &'static str,
    newline: &'static str,
    backslash: bool,
    quote_all: bool,
    encoding: &'static str,
}

fn dialects() -> impl Strategy<Value = Written> {
    (
        prop::sample::select(vec![",", ";", "\t", "|", "||", ", "]),
        prop::sample::select(vec!["\n", "\r\n", "\r"]),
        any::<bool>(),
        any::<bool>(),
        prop::sample::select(vec![
            "utf-8",
            "utf-8-bom",
            "utf-16le",
            "utf-16be",
            "windows-1252",
            "windows-1250",
            "macintosh",
        ]),
    )
        .prop_map(
            |(delimiter, newline, backslash, quote_all, encoding)| Written {
                delimiter,
                newline,
                backslash,
                quote_all,
                encoding,
            },
        )
}

fn cells() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[A-Za-z][A-Za-z0-9 .&-]{0,15}[a-z]",
        2 => "[A-Z][a-zäöüé]{2,9}",
        1 => "[a-z ,;|\t\"'\n\\\\]{1,12}",
        1 => "[0-9]{1,6}",
        1 => Just(String::new()),
    ]
}

fn tables() -> impl Strategy<Value = Vec<Vec<String>>> {
    (2_usize..=6, 1_usize..20).prop_flat_map(|(columns, rows)| {
        prop::collection::vec(prop::collection::vec(cells(), columns), rows)
    })
}

fn write(table: &[Vec<String>], style: &Written) -> Vec<u8> {
    let mut text = String::new();
    let header: Vec<String> = HEADER[..table[0].len()]
        .iter()
        .map(|name| (*name).to_owned())
        .collect();
    for row in std::iter::once(&header).chain(table) {
        let cells: Vec<String> = row.iter().map(|cell| enclose(cell, style)).collect();
        text.push_str(&cells.join(style.delimiter));
        text.push_str(style.newline);
    }
    encode(&text, style.encoding)
}

fn enclose(cell: &str, style: &Written) -> String {
    let first = style.delimiter.trim_end();
    let first = if first.is_empty() {
        style.delimiter
    } else {
        first
    };
    let needed = cell.contains(['"', '\n', '\r']) || cell.contains(first) || cell.trim() != cell;
    if !needed && !style.quote_all {
        return cell.to_owned();
    }
    let inner = if style.backslash {
        cell.replace('\\', "\\\\").replace('"', "\\\"")
    } else {
        cell.replace('"', "\"\"")
    };
    format!("\"{inner}\"")
}

fn encode(text: &str, encoding: &str) -> Vec<u8> {
    match encoding {
        "utf-8" => text.as_bytes().to_vec(),
        "utf-8-bom" => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        other => encode_letters(text, other),
    }
}

/// The few letters beyond ASCII that the tables hold, in encodings of one byte.
fn encode_letters(text: &str, encoding: &str) -> Vec<u8> {
    let mac = encoding == "macintosh";
    text.chars()
        .map(|character| match character {
            'ä' => {
                if mac {
                    0x8A
                } else {
                    0xE4
                }
            }
            'ö' => {
                if mac {
                    0x9A
                } else {
                    0xF6
                }
            }
            'ü' => {
                if mac {
                    0x9F
                } else {
                    0xFC
                }
            }
            'é' => {
                if mac {
                    0x8E
                } else {
                    0xE9
                }
            }
            other => u8::try_from(u32::from(other)).unwrap(),
        })
        .collect()
}

fn told(style: &Written) -> ReadOptions {
    let encoding = style.encoding.trim_end_matches("-bom");
    ReadOptions {
        encoding: TextEncoding::parse(encoding),
        ..ReadOptions::default()
    }
}

/// Rows that hold nothing are no rows of a table.
fn without_blank(table: &[Vec<String>]) -> Vec<Vec<String>> {
    let filled = |row: &&Vec<String>| row.iter().any(|cell| !cell.trim().is_empty());
    table.iter().filter(filled).cloned().collect()
}

proptest! {
    #![proptest_config(crate::seeded(120))]

    #[test]
    fn tables_come_back_or_something_is_said(mut table in tables(), style in dialects()) {
        if style.backslash {
            // A lone pair of backslashes does not tell how a file escapes.
            for cell in table.iter_mut().flatten() {
                *cell = cell.replace('\\', "/");
            }
        }
        let bytes = write(&table, &style);
        let loaded = load_with(&bytes, &told(&style), &Customers);
        let same = loaded.rows == without_blank(&table);
        prop_assert!(
            same || !loaded.notes.is_empty(),
            "{style:?}\nwritten {table:?}\nread    {:?} {:?}", loaded.header, loaded.rows
        );
    }

    #[test]
    fn plain_tables_come_back_exactly(
        table in prop::collection::vec(prop::collection::vec("[A-Z][a-zäöüé]{2,9}( [A-Z][a-z]{2,5})?", 4), 2..20),
        style in dialects(),
    ) {
        let bytes = write(&table, &style);
        let loaded = load_with(&bytes, &told(&style), &Customers);
        prop_assert_eq!(loaded.rows, table, "{:?}", style);
    }
}

/// Reads what `inputs` make without a panic, and most of it: what is refused at the door tries
/// nothing behind it.
fn most_are_read<S: Strategy>(inputs: &S, percent: u32, bytes_of: impl Fn(S::Value) -> Vec<u8>) {
    let (tried, read) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(crate::seeded(256));
    let run = runner.run(inputs, |input| {
        tried.set(tried.get() + 1);
        read.set(read.get() + u32::from(drain(&bytes_of(input)) > 0));
        Ok(())
    });
    run.unwrap();
    let share = read.get() * 100 / tried.get();
    assert!(share >= percent, "only {share} % gave rows");
}

#[test]
fn no_bytes_make_the_reader_panic() {
    // Nearly all are no text.
    most_are_read(&prop::collection::vec(any::<u8>(), 0..4000), 0, |bytes| {
        bytes
    });
}

#[test]
fn no_signs_make_the_reader_panic() {
    let signs = "[\"',;|\t\n\r\\\\ a1\u{FC}\u{0}\u{1A}]{0,600}";
    most_are_read(&signs, 85, String::into_bytes);
}

#[test]
fn damaged_tables_do_not_make_the_reader_panic() {
    let damage = prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20);
    most_are_read(
        &(tables(), dialects(), damage),
        90,
        |(table, style, damage)| {
            let mut bytes = write(&table, &style);
            for (place, byte) in damage {
                let place = place.index(bytes.len());
                bytes[place] = byte;
            }
            bytes
        },
    );
}

/// How many rows the reader gives.
fn drain(bytes: &[u8]) -> usize {
    let Ok(mut table) = read_bytes(bytes, &ReadOptions::default(), &NoKnowledge) else {
        return 0;
    };
    let mut found = 0;
    let mut batch = RowBatch::default();
    loop {
        let more = table.next_batch(&mut batch);
        for row in batch.rows() {
            assert!(row.number() > 0 && row.line() > 0);
            found += 1;
        }
        table.take_notes();
        if !more.is_ok_and(|more| more == More::Maybe) {
            return found;
        }
    }
}

/// Many opening marks that are never closed must not be searched for again and again: that would take
/// hours, so that the bound also holds on a busy machine.
#[test]
fn stray_quotes_in_every_row_take_linear_time() {
    let start = std::time::Instant::now();
    for text in [
        "\"a,b,c\n".repeat(40_000),
        "\"a\n".repeat(80_000),
        "x,\"y\n".repeat(60_000),
        "\"\n".repeat(100_000),
        "a,b\n".to_owned() + &"\"q \"w\n".repeat(40_000),
        "\"".repeat(500_000),
        ",".repeat(16_000) + "\n" + &",".repeat(16_000),
    ] {
        drain(text.as_bytes());
    }
    assert!(start.elapsed().as_secs() < 300, "{:?}", start.elapsed());
}

/// The beginning that the dialect is first looked for in ends inside a character.
#[test]
fn a_long_first_line_of_two_byte_letters_is_read() {
    let name = format!("a{}", "é".repeat(10_000));
    let loaded = load_with(
        format!("Name,City\n{name},Rome\n").as_bytes(),
        &ReadOptions::default(),
        &Customers,
    );
    assert_eq!(loaded.rows, [[name.as_str(), "Rome"]]);
}
