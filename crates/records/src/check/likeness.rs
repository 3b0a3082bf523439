//! How alike two companies' names are. What tells one company from another is its name without the
//! legal form, so that `Alder GmbH` is no slip of `Elder GmbH`, and `Bäckerei Lütje` is short for
//! `Bäckerei Lütje GmbH & Co. KG`.

use unicode_normalization::UnicodeNormalization;

/// A company's name, ready to be compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Company {
    /// Words in small letters and without marks, the legal form left out.
    words: Vec<String>,
}

/// How a name may be meant by another one, the likeliest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Likeness {
    /// The same but for the legal form, punctuation and marks.
    Same,
    /// One goes on where the other ends, by so many words.
    Longer(usize),
    /// One word is written wrong, by so many letters.
    Slip(usize),
}

/// Legal forms, each word for itself: they are taken away at the end of a name only.
const LEGAL_FORMS: &str = " ab ag aps as asa bhd bt bv bvba co company corp corporation cv cvba doo dd \
    eg ek eood eu eurl ev gbr gesmbh ggmbh gmbh haftungsbeschrankt inc incorporated kft kg kgaa \
    lda limited llc llp lp ltd ltda mbb mbh mb nv nyrt oe ohg oo ood oy oyj partg plc pte pty pvt sa \
    sae sarl sas sasu sau sci scop sdn se sia sl slu snc so sp spa spk spol spolka srl sro srls ug \
    uab vof vzw zoo zrt z und and et y e ";

/// The companies that may be meant by `name`, the likeliest first.
pub fn closest_companies<'a>(
    name: &str,
    names: impl Iterator<Item = &'a str>,
    most: usize,
) -> Vec<String> {
    let wanted = Company::of(name);
    let first = first_letter(name);
    let mut found: Vec<(Likeness, &str)> = names
        .filter(|other| may_begin_alike(first, first_letter(other)))
        .filter_map(|other| Some((wanted.likeness(&Company::of(other))?, other)))
        .collect();
    found.sort();
    found.dedup();
    let best = found.into_iter().take(most);
    best.map(|(_, other)| other.to_owned()).collect()
}

/// The first letter, where it is the same with and without marks: most names are told apart by it.
pub(crate) fn first_letter(name: &str) -> Option<u8> {
    let letter = name.chars().find(|letter| letter.is_alphanumeric())?;
    let byte = u8::try_from(letter).ok()?;
    byte.is_ascii().then(|| byte.to_ascii_lowercase())
}

/// Whether two names with these first letters need a closer look.
pub(crate) fn may_begin_alike(one: Option<u8>, other: Option<u8>) -> bool {
    one == other || one.is_none() || other.is_none()
}

impl Company {
    /// The name taken apart.
    pub(crate) fn of(name: &str) -> Self {
        let mut words: Vec<String> = name
            .split(|sign: char| !(sign.is_alphanumeric() || is_inside_a_word(sign)))
            .map(plain)
            .filter(|word| !word.is_empty())
            .collect();
        while words.len() > 1 && words.last().is_some_and(|word| is_legal_form(word)) {
            words.pop();
        }
        Self { words }
    }

    /// How `other` may be meant by this name; nothing when it is another company.
    pub(crate) fn likeness(&self, other: &Self) -> Option<Likeness> {
        if self.words.concat() == other.words.concat() {
            return (!self.words.is_empty()).then_some(Likeness::Same);
        }
        let (short, long) = if self.words.len() <= other.words.len() {
            (&self.words, &other.words)
        } else {
            (&other.words, &self.words)
        };
        if short.len() < long.len() {
            return continues(short, long);
        }
        let mut wrong = short.iter().zip(long).filter(|(one, other)| one != other);
        let (one, other) = wrong.next()?;
        let slips = slips(one, other)?;
        wrong.next().is_none().then_some(Likeness::Slip(slips))
    }
}

/// Whether the longer name only goes on where the shorter one ends.
fn continues(short: &[String], long: &[String]) -> Option<Likeness> {
    /// A first word of fewer letters begins too many names.
    const SHORTEST: usize = 4;
    let letters: usize = short.iter().map(|word| word.chars().count()).sum();
    // "Branch 1" is not "Branch 1 2".
    let numbered = long[short.len()..]
        .iter()
        .all(|word| word.bytes().all(|byte| byte.is_ascii_digit()));
    (letters >= SHORTEST && !numbered && long.starts_with(short))
        .then_some(Likeness::Longer(long.len() - short.len()))
}

/// How many slips of the pen lead from one word to the other, if it may have been slips.
fn slips(one: &str, other: &str) -> Option<usize> {
    let sorted = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    let allowed = match one.chars().count().min(other.chars().count()) {
        0..=3 => return None,
        // Short words are too near to each other, but for swapped letters.
        4 if sorted(one) != sorted(other) => return None,
        4..=8 => 1,
        _ => 2,
    };
    let digits = |word: &str| word.contains(|sign: char| sign.is_ascii_digit());
    if digits(one) || digits(other) || one.chars().next() != other.chars().next() {
        return None;
    }
    let slips = strsim::osa_distance(one, other);
    (slips <= allowed).then_some(slips)
}

/// Signs that stand inside abbreviations and words: `e.V.`, `s.r.o.`, `O'Neill`.
fn is_inside_a_word(sign: char) -> bool {
    matches!(sign, '.' | '\'' | '’')
}

/// A word in small letters, without marks; umlauts as they are written without them.
fn plain(word: &str) -> String {
    if word.is_ascii() {
        let letters = word.bytes().filter(u8::is_ascii_alphanumeric);
        return letters
            .map(|byte| char::from(byte.to_ascii_lowercase()))
            .collect();
    }
    let mut plain = String::with_capacity(word.len());
    for letter in word.nfc().flat_map(char::to_lowercase) {
        match letter {
            'ä' => plain.push_str("ae"),
            'ö' | 'ø' => plain.push_str("oe"),
            'ü' => plain.push_str("ue"),
            'ß' => plain.push_str("ss"),
            'ł' => plain.push('l'),
            sign if is_inside_a_word(sign) => {}
            letter => plain.extend(letter.nfd().filter(|part| part.is_alphanumeric())),
        }
    }
    plain
}

fn is_legal_form(word: &str) -> bool {
    word.is_ascii()
        && LEGAL_FORMS
            .split_ascii_whitespace()
            .any(|form| form == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(one: &str, other: &str) -> Option<Likeness> {
        Company::of(one).likeness(&Company::of(other))
    }

    #[test]
    fn the_legal_form_tells_no_companies_apart() {
        for (one, other) in [
            ("Bäckerei Lütje", "Bäckerei Lütje GmbH & Co. KG"),
            ("Baeckerei Luetje", "Bäckerei Lütje GmbH"),
            ("Acme", "Acme, Inc."),
            ("ACME Ltd", "Acme Limited"),
            ("Verein Elbe", "Verein Elbe e.V."),
            ("Novak", "Novák s.r.o."),
            ("Kowalski", "Kowalski Sp. z o.o."),
            ("Rossi", "Rossi S.p.A."),
            ("Dupont", "Dupont S.A.R.L."),
            ("O'Neill Ltd", "ONeill Ltd."),
            ("Smith Pty Ltd", "Smith"),
        ] {
            assert_eq!(likeness(one, other), Some(Likeness::Same), "{one}, {other}");
        }
    }

    #[test]
    fn a_beginning_is_likelier_than_a_slip() {
        for (one, other, expected) in [
            ("Alder", "Alder Bremen GmbH", Likeness::Longer(1)),
            ("Alder Dental Care", "Alder", Likeness::Longer(2)),
            ("Meridain Dental", "Meridian Dental GmbH", Likeness::Slip(1)),
            ("Nrod", "Nord", Likeness::Slip(1)),
            ("Boulangerie Lefevre", "Boulangerie Lefèvre", Likeness::Same),
            (
                "Boulangerie Lefevr",
                "Boulangerie Lefèvre",
                Likeness::Slip(1),
            ),
        ] {
            assert_eq!(likeness(one, other), Some(expected), "{one}, {other}");
        }
        assert!(Likeness::Same < Likeness::Longer(1) && Likeness::Longer(9) < Likeness::Slip(1));
    }

    #[test]
    fn other_companies_are_not_suggested() {
        for (one, other) in [
            ("Alder GmbH", "Elder GmbH"),
            ("Alder GmbH", "Birch GmbH"),
            ("Weber GmbH", "Meyer GmbH"),
            ("ABC GmbH", "ABD GmbH"),
            ("Site 1", "Site 2"),
            ("Store 0012", "Store 0013"),
            ("Branch 1", "Branch 1 2"),
            ("North Dental", "South Dental"),
            ("Müller Elektro", "Müller Metall"),
            ("AG", "Acme AG"),
            ("Nord", "Norm"),
        ] {
            assert_eq!(likeness(one, other), None, "{one}, {other}");
        }
    }
}
