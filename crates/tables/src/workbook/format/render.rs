//! A value written the way its number format means it.

use super::date::{DateSystem, write_serial};
use super::number::{Digits, fifteen, parse_f64, write_f64, write_number_text};
use super::parts::{Condition, NumberFormat, Place, Section, Sections, Shows, Test};

/// What became of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::workbook) enum Rendered {
    /// It is still a number.
    Number(Digits),
    /// It is a date, a time or a duration.
    Date,
}

/// Appends a number that stands in the file as text; `None` when it is no number.
pub(in crate::workbook) fn render_number_text(
    raw: &[u8],
    format: &NumberFormat,
    system: DateSystem,
    out: &mut String,
) -> Option<Rendered> {
    match format {
        NumberFormat::Plain => write_number_text(raw, out).map(Rendered::Number),
        NumberFormat::Sections(sections) => {
            let number = parse_f64(raw)?;
            match render(number, sections, system, out) {
                Some(rendered) => Some(rendered),
                None => write_number_text(raw, out).map(Rendered::Number),
            }
        }
    }
}

/// Appends a number.
pub(in crate::workbook) fn render_f64(
    number: f64,
    format: &NumberFormat,
    system: DateSystem,
    out: &mut String,
) -> Rendered {
    let rendered = match format {
        NumberFormat::Plain => None,
        NumberFormat::Sections(sections) => render(number, sections, system, out),
    };
    rendered.unwrap_or_else(|| Rendered::Number(write_f64(number, out)))
}

/// Puts the literals of a text section around the text that begins at `start`.
pub(in crate::workbook) fn render_text(format: &NumberFormat, start: usize, out: &mut String) {
    if let NumberFormat::Sections(Sections {
        text: Some(literals),
        ..
    }) = format
        && out.len() > start
    {
        out.insert_str(start, &literals.before);
        out.push_str(&literals.after);
    }
}

/// Appends the number when its section means something.
fn render(
    number: f64,
    sections: &Sections,
    system: DateSystem,
    out: &mut String,
) -> Option<Rendered> {
    let (section, minus) = choose(number, &sections.numbers)?;
    match &section.shows {
        Shows::Plain => None,
        Shows::Date(parts) => write_serial(number, *parts, system, out).then_some(Rendered::Date),
        Shows::Between(literals) => {
            push_minus(minus, out);
            out.push_str(&literals.before);
            let digits = write_f64(number.abs(), out);
            out.push_str(&literals.after);
            Some(Rendered::Number(digits))
        }
        Shows::Digits(places) => {
            let whole = fifteen(number.abs()).round();
            if whole >= 1e15 || !whole.is_finite() {
                return None;
            }
            push_minus(if whole > 0.0 { minus } else { Minus::Hidden }, out);
            write_places(&format!("{whole}"), places, out);
            Some(Rendered::Number(Digits::Kept))
        }
    }
}

/// Whether a minus sign goes before the section.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Minus {
    Shown,
    Hidden,
}

fn push_minus(minus: Minus, out: &mut String) {
    if minus == Minus::Shown {
        out.push('-');
    }
}

/// The section for a number: by condition, else by sign.
fn choose(number: f64, sections: &[Section]) -> Option<(&Section, Minus)> {
    let minus = if number < 0.0 {
        Minus::Shown
    } else {
        Minus::Hidden
    };
    if sections.iter().any(|section| section.condition.is_some()) {
        return by_condition(number, sections, minus);
    }
    match sections {
        [] => None,
        [only] => Some((only, minus)),
        [_, negative, ..] if number < 0.0 => Some((negative, Minus::Hidden)),
        [_, _, zero] if number == 0.0 => Some((zero, Minus::Hidden)),
        [positive, ..] => Some((positive, Minus::Hidden)),
    }
}

/// The section for a number by the conditions of the sections. Without one of its own, the second
/// of three is for negative numbers. A section for these alone has its own sign.
fn by_condition(number: f64, sections: &[Section], minus: Minus) -> Option<(&Section, Minus)> {
    const NEGATIVE: Condition = Condition {
        test: Test::Less,
        value: 0.0,
    };
    let mut negative_only = false;
    for (at, section) in sections.iter().enumerate() {
        let implied = (at == 1 && sections.len() > 2).then_some(NEGATIVE);
        let condition = section.condition.or(implied);
        if let Some(condition) = condition
            && !condition.holds(number)
        {
            negative_only |= condition.takes_positive();
            continue;
        }
        negative_only |= condition.is_some_and(Condition::is_negative);
        let minus = if negative_only { Minus::Hidden } else { minus };
        return Some((section, minus));
    }
    None
}

/// Lays digits over places from the right; digits without a place stand before the first.
fn write_places(digits: &str, places: &[Place], out: &mut String) {
    let slots = places
        .iter()
        .filter(|place| !matches!(place, Place::Literal(_)))
        .count();
    let digits = if digits == "0" { "" } else { digits };
    let extra = digits.len().saturating_sub(slots);
    let mut missing = slots.saturating_sub(digits.len());
    let (mut head, mut rest) = digits.split_at(extra);
    for place in places {
        match place {
            Place::Literal(text) => out.push_str(text),
            Place::Zero | Place::Optional if missing > 0 => {
                missing -= 1;
                if *place == Place::Zero {
                    out.push('0');
                }
            }
            Place::Zero | Place::Optional => {
                out.push_str(std::mem::take(&mut head));
                let (digit, further) = rest.split_at(1.min(rest.len()));
                out.push_str(digit);
                rest = further;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, number: f64) -> String {
        let mut out = String::new();
        render_f64(
            number,
            &NumberFormat::parse(code),
            DateSystem::From1900,
            &mut out,
        );
        out
    }

    #[test]
    fn formats_that_mean_something_are_rendered() {
        for (code, number, expected) in [
            ("00000", 1067.0, "01067"),
            ("00000", 123_456.0, "123456"),
            ("\"K-\"0000", 7.0, "K-0007"),
            ("\\K\\-0000", 7.0, "K-0007"),
            ("K\\-General", 7.0, "K-7"),
            ("0000\"-DE\"", 12.0, "0012-DE"),
            ("0\"-DE\"", 12.0, "12-DE"),
            ("+0", 4_930_123_456.0, "+4930123456"),
            ("\\+0\\ 000\\ 000", 1_234_567.0, "+1 234 567"),
            ("+0 000 000", 491_234_567.0, "+491 234 567"),
            ("(000) 000-0000", 2_025_550_143.0, "(202) 555-0143"),
            (
                "[<=9999999]###\\-####;\\(###\\)\\ ###\\-####",
                5_550_143.0,
                "555-0143",
            ),
            (
                "[<=9999999]###\\-####;\\(###\\)\\ ###\\-####",
                2_025_550_143.0,
                "(202) 555-0143",
            ),
            ("000\\-00\\-0000", 12_345_678.0, "012-34-5678"),
            ("00000\\-0000", 21_345_678.0, "02134-5678"),
            ("[$-407]\"D-\"00000", 1067.0, "D-01067"),
            ("00000;-00000;", 0.0, "0"),
            // What stands behind a zero is a zero.
            ("0#########", 421_555_017.0, "0421555017"),
            ("0#########", 4_215_550_170.0, "4215550170"),
            ("0#########", 5_550_143.0, "0005550143"),
            ("0###", 7.0, "0007"),
            ("#0##", 7.0, "007"),
            ("0????", 1067.0, "01067"),
            ("0####;@", 1067.0, "01067"),
            ("[Blue]0####", 1067.0, "01067"),
            ("_-0####_-", 1067.0, "01067"),
            ("_-* 0####_)", 1067.0, "01067"),
            ("*-00000", 1067.0, "01067"),
            ("\"C\"0##", 7.0, "C007"),
            ("\"C\"000", 12.0, "C012"),
            ("\"Tel. \"0#########", 301_234_567.0, "Tel. 0301234567"),
            (
                "0#\" \"##\" \"##\" \"##\" \"##",
                123_456_789.0,
                "01 23 45 67 89",
            ),
            ("0#\\ ##\\ ##", 7.0, "00 00 07"),
            ("0##\\-###", 7.0, "000-007"),
            ("(0#)####", 305_550.0, "(30)5550"),
            ("00-000", 12_345.0, "12-345"),
            ("00-000", 7.0, "00-007"),
            ("000\\-000", 7.0, "000-007"),
            ("[$-407]0####", 1067.0, "01067"),
            ("[$-2000407]0####", 1067.0, "01067"),
            ("[$K-]0000", 7.0, "K0007"),
            ("[$CUST-409]0###", 7.0, "CUST0007"),
            ("General\"-DE\"", 7.0, "7-DE"),
            // Sections by condition.
            ("[<=99999]00000;00000-0000", 1067.0, "01067"),
            ("[<=99999]00000;00000-0000", 21_345_678.0, "02134-5678"),
            (
                "[<1000]\"A\"000;[<100000]\"B\"00-000;\"C\"000000",
                7.0,
                "A007",
            ),
            (
                "[<1000]\"A\"000;[<100000]\"B\"00-000;\"C\"000000",
                1067.0,
                "B01-067",
            ),
            (
                "[<1000]\"A\"000;[<100000]\"B\"00-000;\"C\"000000",
                123_456.0,
                "C123456",
            ),
            ("[>100]\"A\"0;\"B\"0;\"C\"0", 7.0, "C7"),
            ("[>100]\"A\"0;\"B\"0;\"C\"0", -7.0, "B7"),
            ("[>=0]0000;[Red]-0000", -7.0, "-0007"),
            ("[=0]\"none\";0####", 1067.0, "01067"),
            ("0000", -7.0, "-0007"),
            ("0000", 7.5, "0008"),
        ] {
            assert_eq!(shown(code, number), expected, "{code} of {number}");
        }
    }

    #[test]
    fn formats_that_only_dress_a_number_leave_it_plain() {
        for code in [
            "General",
            "0",
            "0.00",
            "#,##0",
            "#,##0.00",
            "0%",
            "0.00%",
            "0.00E+00",
            "# ?/?",
            "@",
            "\"€\" 0",
            "0\" €\"",
            "[$€-407]#,##0",
            "[$EUR] 0",
            "0\" EUR\"",
            "0 \"kg\"",
            "_(* #,##0_);_(* (#,##0);_(* \"-\"_);_(@_)",
            "+0;-0;0",
            "#\\ ##0",
            "#\\ ###\\ ##0",
            "[Red]0",
            "[>100][Red]0;0",
            ";;;",
            "\"CHF \"0",
            "###0",
            "#0",
            "?0",
            "#,##0;[Red]-#,##0",
            "[$R-1C09] 0",
            "[$CHF-807] 0000",
            "0;0;0",
            "[DBNum1]0",
            "Standard",
            "",
        ] {
            assert_eq!(shown(code, 1_234_567.0), "1234567", "{code}");
        }
    }

    #[test]
    fn dates_are_recognised_whatever_their_dress() {
        for (code, expected) in [
            ("dd.mm.yyyy", "2021-01-01"),
            ("[$-407]d. mmmm yyyy;@", "2021-01-01"),
            ("[$-F800]dddd\\,\\ mmmm\\ dd\\,\\ yyyy", "2021-01-01"),
            ("[Red]yyyy\\-mm\\-dd", "2021-01-01"),
            ("m/d/yy h:mm", "2021-01-01T06:00:00"),
            ("yyyy\"-\"mm\"-\"dd\"T\"hh:mm:ss", "2021-01-01T06:00:00"),
            ("mmm-yy", "2021-01-01"),
            ("[$-411]ggge\"年\"m\"月\"d\"日\"", "2021-01-01"),
            ("h:mm AM/PM", "2021-01-01T06:00:00"),
            ("[h]:mm:ss", "1060734:00:00"),
            ("\"Date: \"dd/mm/yyyy", "2021-01-01"),
        ] {
            assert_eq!(shown(code, 44_197.25), expected, "{code}");
        }
        assert_eq!(shown("mm:ss", 0.5), "12:00:00");
        assert_eq!(shown("\"d\"0000", 5.0), "d0005");
        assert_eq!(shown("#,##0\\ [$\u{20bd}-46D]", 5.0), "5");
        // Beyond the calendar a program shows ####: the number is all there is.
        assert_eq!(shown("dd.mm.yyyy", -3.0), "-3");
    }

    #[test]
    fn text_sections_dress_text() {
        let mut out = String::from("x|7");
        render_text(&NumberFormat::parse("\"K-\"@"), 2, &mut out);
        assert_eq!(out, "x|K-7");
        render_text(&NumberFormat::parse("_(* 0_);_(@_)"), 2, &mut out);
        assert_eq!(out, "x|K-7");
    }
}
