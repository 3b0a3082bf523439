//! Dates: a code such as `3-5` becomes one, and a date is written in the order of the country.

/// What a text may mean as a date. Two parts leave the year or the day open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reading {
    year: Option<i32>,
    month: u8,
    day: Option<u8>,
}

impl Reading {
    fn agrees(self, other: Self) -> bool {
        let days = match (self.day, other.day) {
            (Some(one), Some(other)) => Some(one == other),
            _ => None,
        };
        let years = match (self.year, other.year) {
            (Some(one), Some(other)) => Some(one == other),
            _ => None,
        };
        let nothing_else = days.is_none() && years.is_none();
        self.month == other.month && days != Some(false) && years != Some(false) && !nothing_else
    }
}

/// A text taken apart.
struct Parts<'a> {
    numbers: Vec<&'a str>,
    /// What stands between the first two.
    sign: &'a str,
    /// The time of day, where there is one.
    time: &'a str,
}

/// Whether `after` is how a spreadsheet program writes the date that it took `before` for.
pub(super) fn is_turned(before: &str, after: &str) -> bool {
    let (Some(one), Some(other)) = (parts(before), parts(after)) else {
        return false;
    };
    let in_words = other.numbers.iter().any(|part| month(part).is_some());
    if !in_words && other.numbers.len() < 3 {
        return false;
    }
    // A program changes the order together with the sign; a person changes the numbers.
    let numbers = |parts: &Parts<'_>| -> Vec<u32> {
        let parts = parts.numbers.iter().filter_map(|part| part.parse().ok());
        parts.collect()
    };
    if one.sign == other.sign && !in_words && numbers(&one) != numbers(&other) {
        return one.numbers.len() < other.numbers.len() && agree(&one, &other);
    }
    agree(&one, &other)
}

fn agree(one: &Parts<'_>, other: &Parts<'_>) -> bool {
    let later = readings(other);
    let same = readings(one)
        .into_iter()
        .any(|one| later.iter().any(|other| one.agrees(*other)));
    let time = |text: &str| text.trim_start_matches('0').to_owned();
    let times = other.time.is_empty() || time(one.time).starts_with(&time(other.time));
    let midnight = one.time.is_empty() && other.time.trim_matches(['0', ':']).is_empty();
    same && (times || midnight)
}

fn parts(text: &str) -> Option<Parts<'_>> {
    if text.len() > 40 {
        return None;
    }
    let clock = text
        .find(':')
        .and_then(|colon| text[..colon].rfind(['T', ' ']));
    let (day, time) = match clock {
        Some(at) => (&text[..at], text[at + 1..].trim_end_matches('Z')),
        None => (text, ""),
    };
    let mut parts: Vec<&str> = Vec::new();
    let (mut start, mut first_end, mut sign) = (None, None, "");
    let mut kind_before = ' ';
    for (at, letter) in day.char_indices().chain([(day.len(), ' ')]) {
        let kind = if letter.is_ascii_digit() {
            '0'
        } else if letter.is_alphabetic() {
            'a'
        } else if matches!(letter, '-' | '/' | '.' | ' ' | ',') {
            ' '
        } else {
            return None;
        };
        if kind == kind_before {
            continue;
        }
        if let Some(from) = start.take() {
            parts.push(&day[from..at]);
            first_end = first_end.or(Some(at));
        }
        if kind != ' ' {
            if let (1, Some(end)) = (parts.len(), first_end) {
                sign = &day[end..at];
            }
            start = Some(at);
        }
        kind_before = kind;
    }
    (parts.len() == 2 || parts.len() == 3).then_some(Parts {
        numbers: parts,
        sign,
        time,
    })
}

fn readings(of: &Parts<'_>) -> Vec<Reading> {
    let number = |text: &str| -> Option<i32> {
        let digits = text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
        digits.then(|| text.parse().ok()).flatten()
    };
    let year = |text: &str| -> Option<i32> {
        let value = number(text)?;
        match text.len() {
            4 => Some(value),
            2 if value < 30 => Some(2000 + value),
            2 => Some(1900 + value),
            _ => None,
        }
    };
    let day = |text: &str| -> Option<u8> {
        let value = number(text).filter(|value| (1..=31).contains(value) && text.len() <= 2)?;
        u8::try_from(value).ok()
    };
    let in_year = |text: &str| -> Option<u8> {
        month(text).or_else(|| day(text).filter(|month| *month <= 12))
    };
    let mut found = Vec::new();
    let mut add = |year: Option<Option<i32>>, month: Option<u8>, day: Option<Option<u8>>| {
        if let (Some(year), Some(month), Some(day)) = (year, month, day) {
            found.push(Reading { year, month, day });
        }
    };
    match of.numbers[..] {
        [one, other] => {
            add(Some(None), in_year(other), day(one).map(Some));
            add(Some(None), in_year(one), day(other).map(Some));
            add(year(other).map(Some), in_year(one), Some(None));
            add(year(one).map(Some), in_year(other), Some(None));
        }
        [one, two, three] if one.len() == 4 && number(one).is_some() => {
            add(year(one).map(Some), in_year(two), day(three).map(Some));
        }
        [one, two, three] => {
            add(year(three).map(Some), in_year(two), day(one).map(Some));
            add(year(three).map(Some), in_year(one), day(two).map(Some));
        }
        _ => {}
    }
    found
}

/// `sept.` and `March` are the longest that programs write by themselves.
const LONGEST_MONTH: usize = 5;

/// The month that a word is short for, as spreadsheet programs write it.
fn month(word: &str) -> Option<u8> {
    const MONTHS: [&[&str]; 12] = [
        &["jan", "jän", "ene", "gen", "sty"],
        &["feb", "fév", "fev", "lut"],
        &["mar", "mär", "mrz", "maa", "mrt"],
        &["apr", "avr", "abr", "kwi"],
        &["may", "mai", "mag", "mei", "maj"],
        &["jun", "juin", "giu", "cze"],
        &["jul", "juil", "lug", "lip"],
        &["aug", "aoû", "aou", "ago", "sie"],
        &["sep", "set", "wrz"],
        &["oct", "okt", "ott", "out", "paź"],
        &["nov", "lis"],
        &["dec", "déc", "dez", "dic", "des", "gru"],
    ];
    let word = word.to_lowercase();
    if word.chars().count() > LONGEST_MONTH {
        return None;
    }
    let place = MONTHS
        .iter()
        .position(|words| words.iter().any(|short| word.starts_with(short)))?;
    u8::try_from(place + 1).ok()
}
