//! What is offered where rows do not say their level: the first answer, as flags with what must be true for it.
//! It stands in the message of each such row, so that whoever has nothing but the messages, such as the report
//! of a run, offers the same.

use super::level::DERIVE;
use super::place::column_letters;
use super::printable;

/// Before the flags, and behind them.
const ADD: &str = ", add ";
const ELSE: &str = "; else ";

/// An answer that may be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelOffer {
    /// What must be true for it: `if the column "Typ" says the level`.
    pub when: String,
    /// The words of a command that give it.
    pub flags: Vec<String>,
}

impl LevelOffer {
    /// That a column says it; the flags must be words that are typed the same in quotation marks.
    pub fn column(header: &str, column: u32, flags: Vec<String>) -> Self {
        let called = match printable(header.trim()) {
            header if header.is_empty() => format!("the column {}", column_letters(column)),
            header => format!("the column \"{header}\""),
        };
        Self {
            when: format!("if {called} says the level"),
            flags,
        }
    }

    /// That all have the level that most customers have.
    fn end_customers() -> Self {
        Self {
            when: "if every customer without a level is an EndCustomer".to_owned(),
            flags: vec!["--default".to_owned(), END_CUSTOMERS.to_owned()],
        }
    }

    /// The message of a row. Where rows that have others below them are among those without a level, the level of
    /// most customers is not offered for all.
    pub fn message(column: Option<&Self>, above: Option<&str>) -> String {
        let missing = "the customer's level is missing";
        let for_all = match above {
            None => format!(
                "fill in Level, or give it for all: --default {END_CUSTOMERS} or --default Level={DERIVE}"
            ),
            Some(above) => format!(
                "fill in Level, or derive it from the parent for all: --default Level={DERIVE} ({above})"
            ),
        };
        let Some(Self { when, flags }) = column else {
            return format!("{missing}; {for_all}");
        };
        let typed = flags.chunks(2).map(|pair| match pair {
            [flag, value] => format!("{flag} \"{value}\""),
            _ => pair.concat(),
        });
        let typed = typed.collect::<Vec<_>>().join(" ");
        format!("{missing}; {when}{ADD}{typed}{ELSE}{for_all}")
    }

    /// The answer that the message of a row offers first; none where there is none for all.
    pub fn in_message(message: &str) -> Option<Self> {
        let before_else = message.split_once(ELSE).map(|(before, _)| before);
        if let Some((before, typed)) = before_else.and_then(|before| before.rsplit_once(ADD))
            && let Some((_, when)) = before.split_once("; if ")
        {
            let parts = typed.split('"').map(str::trim);
            return Some(Self {
                when: format!("if {when}"),
                flags: parts
                    .filter(|one| !one.is_empty())
                    .map(str::to_owned)
                    .collect(),
            });
        }
        message.contains(END_CUSTOMERS).then(Self::end_customers)
    }
}

/// What gives the level of most customers.
const END_CUSTOMERS: &str = "Level=EndCustomer";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_message_offers_is_read_back() {
        let flags = [
            "--map",
            "Typ=Level",
            "--value",
            "Level:End Kunde=EndCustomer",
        ];
        let flags = flags.map(str::to_owned).to_vec();
        let column = LevelOffer::column(" Typ, add ; if ", 2, flags);
        for above in [None, Some("row 4 has others below it")] {
            let message = LevelOffer::message(Some(&column), above);
            let before = "no country; ".to_owned() + &message + "; and more";
            assert_eq!(LevelOffer::in_message(&message), Some(column.clone()));
            assert_eq!(LevelOffer::in_message(&before), Some(column.clone()));
        }
        let all = LevelOffer::in_message(&LevelOffer::message(None, None)).unwrap();
        assert_eq!(all.flags, ["--default", "Level=EndCustomer"]);
        let above = LevelOffer::message(None, Some("row 4 has others below it"));
        assert_eq!(LevelOffer::in_message(&above), None);
    }
}
