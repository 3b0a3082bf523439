//! The styles of an ODS file: the number format of each cell style, and which tables are
//! hidden. Data styles become format codes, so that one module knows what formats mean.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Read;

use super::super::error::WorkbookError;
use super::super::format::NumberFormat;
use super::super::xml::{Event, Scanner, Tag};
use super::super::xmltext::{decode_into, decoded};

/// How a date is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum DateShows {
    /// The style does not say.
    #[default]
    Unknown,
    /// The day only.
    Day,
    /// The time of day too.
    Time,
}

/// What a cell style means for values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct CellStyle {
    pub(super) format: NumberFormat,
    pub(super) date: DateShows,
}

static PLAIN: CellStyle = CellStyle {
    format: NumberFormat::Plain,
    date: DateShows::Unknown,
};

/// A table as it is announced.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) style: Option<String>,
}

#[derive(Debug, Default)]
struct DataStyle {
    code: String,
    date: DateShows,
    /// Conditions and the styles they lead to.
    maps: Vec<(String, String)>,
}

#[derive(Debug, Default)]
struct Link {
    data: Option<String>,
    parent: Option<String>,
}

/// The styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    data: HashMap<String, DataStyle>,
    cells: HashMap<String, Link>,
    tables: HashMap<String, bool>,
    settled: HashMap<String, CellStyle>,
}

impl Styles {
    /// What a cell style means; a style that is not there means nothing.
    pub(super) fn cell(&self, name: &str) -> &CellStyle {
        self.settled.get(name).unwrap_or(&PLAIN)
    }

    /// Whether tables of this style are hidden.
    pub(super) fn hides_table(&self, style: &str) -> bool {
        self.tables.get(style).copied().unwrap_or(false)
    }

    /// Collects the styles of a part, and the tables it holds.
    pub(super) fn read<R: Read>(
        &mut self,
        scanner: &mut Scanner<R>,
    ) -> Result<Vec<Table>, WorkbookError> {
        let mut tables = Vec::new();
        let mut table_style = None;
        loop {
            let tag = match scanner.next()? {
                Event::Start(tag) => tag,
                Event::Eof => return Ok(tables),
                _ => continue,
            };
            let empty = tag.empty;
            match tag.name {
                b"style" => table_style = self.style(&tag),
                b"table-properties" => {
                    if let (Some(name), Some(b"false")) = (&table_style, tag.local(b"display")) {
                        self.tables.insert(name.clone(), true);
                    }
                }
                b"number-style" | b"date-style" | b"time-style" | b"text-style"
                | b"currency-style" | b"percentage-style" | b"boolean-style" => {
                    let kind = tag.name.to_vec();
                    if let (Some(name), false) = (tag.text(b"name"), empty) {
                        let style = data_style(scanner, &kind)?;
                        self.data.insert(name, style);
                    }
                }
                b"table" => {
                    tables.push(Table {
                        name: tag.text(b"name").unwrap_or_default(),
                        style: tag.text(b"style-name"),
                    });
                    if !empty {
                        scanner.skip_element()?;
                    }
                }
                b"tracked-changes" | b"master-styles" if !empty => scanner.skip_element()?,
                _ => {}
            }
        }
    }

    /// Takes note of a style; hands back its name when it is a table's.
    fn style(&mut self, tag: &Tag<'_>) -> Option<String> {
        let name = tag.text(b"name")?;
        match tag.local(b"family")? {
            b"table" => Some(name),
            b"table-cell" => {
                let link = Link {
                    data: tag.text(b"data-style-name"),
                    parent: tag.text(b"parent-style-name"),
                };
                self.cells.insert(name, link);
                None
            }
            _ => None,
        }
    }

    /// Resolves parents and conditions, once all parts were read.
    pub(super) fn settle(&mut self) {
        let mut by_data: HashMap<&str, CellStyle> = HashMap::new();
        let mut settled = HashMap::new();
        for name in self.cells.keys() {
            let Some(data) = self.data_of(name) else {
                continue;
            };
            let style = by_data.entry(data).or_insert_with(|| self.cell_style(data));
            if *style != PLAIN {
                settled.insert(name.clone(), style.clone());
            }
        }
        self.settled = settled;
        self.cells.clear();
        self.data.clear();
    }

    /// The data style of a cell style, its own or an ancestor's.
    fn data_of(&self, name: &str) -> Option<&str> {
        const GENERATIONS: usize = 20;
        let mut link = self.cells.get(name)?;
        for _ in 0..GENERATIONS {
            if let Some(data) = &link.data {
                return Some(data);
            }
            link = self.cells.get(link.parent.as_deref()?)?;
        }
        None
    }

    fn cell_style(&self, data: &str) -> CellStyle {
        let Some(style) = self.data.get(data) else {
            return PLAIN.clone();
        };
        let mut code = String::new();
        for (condition, target) in style.maps.iter().take(3) {
            if let (Some(test), Some(mapped)) =
                (condition.strip_prefix("value()"), self.data.get(target))
            {
                // Writing to a string does not fail.
                let _ = write!(
                    code,
                    "[{}]{};",
                    test.replace('!', "<>").replace("<>=", "<>"),
                    mapped.code
                );
            }
        }
        code.push_str(&style.code);
        CellStyle {
            format: NumberFormat::parse(&code),
            date: style.date,
        }
    }
}

/// Reads a data style that was just entered.
fn data_style<R: Read>(scanner: &mut Scanner<R>, kind: &[u8]) -> Result<DataStyle, WorkbookError> {
    let outside = scanner.depth() - 1;
    let mut style = DataStyle::default();
    if kind == b"date-style" {
        style.date = DateShows::Day;
    }
    let plain = !matches!(kind, b"number-style" | b"text-style" | b"currency-style");
    let mut number = None;
    let mut text = Inside::Nothing;
    while scanner.depth() > outside {
        match scanner.next()? {
            Event::Start(tag) => match tag.name {
                b"text" if !tag.empty => text = Inside::Text,
                b"embedded-text" if !tag.empty => {
                    text = Inside::Embedded(tag.number(b"position").unwrap_or(0));
                }
                b"number" => {
                    let digits = digits(&tag);
                    if tag.empty {
                        style.code.push_str(&digits.code());
                    } else {
                        number = Some(digits);
                    }
                }
                b"text-content" => style.code.push('@'),
                b"currency-symbol" if !tag.empty => text = Inside::Currency,
                b"scientific-number" | b"fraction" | b"currency-symbol" => style.code.push('%'),
                b"hours" | b"minutes" | b"seconds" if kind == b"date-style" => {
                    style.date = DateShows::Time;
                }
                b"map" => {
                    if let (Some(condition), Some(target)) =
                        (tag.text(b"condition"), tag.text(b"apply-style-name"))
                    {
                        style.maps.push((condition, target));
                    }
                }
                _ => {}
            },
            Event::Text(raw) => match text {
                Inside::Text => push_literal(raw, &mut style.code),
                Inside::Currency => {
                    let symbol = decoded(raw).replace(['-', ']'], "");
                    // Writing to a string does not fail.
                    let _ = write!(style.code, "[${symbol}]");
                }
                Inside::Embedded(position) => {
                    if let Some(number) = &mut number {
                        number.embedded.push((position, decoded(raw)));
                    }
                }
                Inside::Nothing => {}
            },
            Event::End(name) => {
                if name == b"number"
                    && let Some(number) = number.take()
                {
                    style.code.push_str(&number.code());
                }
                text = Inside::Nothing;
            }
            Event::Verbatim(_) => {}
            Event::Eof => break,
        }
    }
    if plain {
        style.code.clear();
    }
    Ok(style)
}

#[derive(Clone, Copy)]
enum Inside {
    Nothing,
    Text,
    Currency,
    /// Text between digits, so many digits from the right.
    Embedded(u32),
}

struct Digits {
    /// As many as the number has, with its decimals.
    general: bool,
    least: u32,
    amount: bool,
    embedded: Vec<(u32, String)>,
}

fn digits(tag: &Tag<'_>) -> Digits {
    let decimals = tag.number(b"decimal-places").unwrap_or(0);
    let general = tag.local(b"decimal-places").is_none();
    let least = tag.number(b"min-integer-digits").unwrap_or(1).min(30);
    Digits {
        general: general && least <= 1,
        least: if general && least <= 1 { 1 } else { least },
        amount: decimals > 0 || tag.is_true(b"grouping") || tag.local(b"display-factor").is_some(),
        embedded: Vec::new(),
    }
}

impl Digits {
    fn code(&self) -> String {
        if self.amount {
            return "#,##0.00".into();
        }
        if self.general && self.embedded.is_empty() {
            return "General".into();
        }
        let places = self
            .embedded
            .iter()
            .map(|(position, _)| position.saturating_add(1).min(30))
            .fold(self.least.max(1), u32::max);
        let mut code = String::new();
        for left in (0..places).rev() {
            code.push(if left < self.least { '0' } else { '#' });
            for (_, text) in self
                .embedded
                .iter()
                .filter(|(position, _)| *position == left)
            {
                if left > 0 {
                    push_literal(text.as_bytes(), &mut code);
                }
            }
        }
        code
    }
}

fn push_literal(raw: &[u8], code: &mut String) {
    let mut text = String::new();
    decode_into(raw, &mut text);
    for letter in text.chars() {
        code.push('\\');
        code.push(letter);
    }
}
