//! Names in which letters were lost: programs write `?` where an encoding lacks one. `M?ller` is probably
//! `Müller`, and is held against it here.

use std::collections::HashMap;
use std::sync::OnceLock;

use foldhash::fast::RandomState;
use unicode_normalization::UnicodeNormalization;

/// What stands for a lost letter.
const MARK: char = '?';
/// A letter may have been as many bytes, with a mark for each.
const MOST_BYTES: usize = 4;

/// The places of names by their [shapes].
type Shapes = HashMap<String, Vec<u32>, RandomState>;

/// The names of a tenant that have letters that may get lost, and those that have lost some. Each is looked
/// through when the first row asks for it: mostly none does.
#[derive(Debug, Default)]
pub(super) struct LostLetters {
    whole: OnceLock<Shapes>,
    damaged: OnceLock<Shapes>,
}

impl LostLetters {
    /// The places of those that [may be](may_be_one) this name.
    pub(super) fn candidates<'n>(
        &self,
        name: &str,
        names: impl Iterator<Item = &'n str>,
    ) -> Vec<u32> {
        let index = match (name.contains(MARK), name.is_ascii()) {
            (true, _) => self
                .whole
                .get_or_init(|| by_shape(names, |one| !one.is_ascii())),
            (false, false) => self
                .damaged
                .get_or_init(|| by_shape(names, |one| one.contains(MARK))),
            (false, true) => return Vec::new(),
        };
        let of_shapes = shapes(name);
        let found = of_shapes.iter().filter_map(|shape| index.get(shape));
        found.flatten().copied().collect()
    }
}

fn by_shape<'n>(names: impl Iterator<Item = &'n str>, such: impl Fn(&str) -> bool) -> Shapes {
    let mut by_shape = Shapes::default();
    for (index, name) in (0..).zip(names).filter(|(_, name)| such(name)) {
        for shape in shapes(name) {
            by_shape.entry(shape).or_default().push(index);
        }
    }
    by_shape
}

/// What is left of a name when a mark stands for each run of letters that may get lost: once with letters and
/// their accents as one, once apart, where the accent alone gets lost.
fn shapes(name: &str) -> Vec<String> {
    let mut shapes = vec![shape(parts(name.nfc()).into_iter())];
    let apart = shape(parts(name.nfd()).into_iter());
    if apart != shapes[0] {
        shapes.push(apart);
    }
    shapes
}

/// Whether two names are one where marks of either stand for letters of the other.
pub(super) fn may_be_one(one: &str, other: &str) -> bool {
    let fits = |one: Vec<Part>, other: Vec<Part>| {
        one.len() == other.len() && one.iter().zip(&other).all(|(one, other)| one.fits(other))
    };
    fits(parts(one.nfc()), parts(other.nfc())) || fits(parts(one.nfd()), parts(other.nfd()))
}

/// A piece of a name, in lower case.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// ASCII, which every encoding has.
    Kept(String),
    /// What may get lost, or was.
    Lost(String),
}

impl Part {
    fn fits(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Lost(one), Self::Lost(other)) => {
                one == other || stands_for(one, other) || stands_for(other, one)
            }
            (one, other) => one == other,
        }
    }
}

/// Whether these marks may have been these letters.
fn stands_for(marks: &str, letters: &str) -> bool {
    let (lost, were) = (marks.chars().count(), letters.chars().count());
    marks.chars().all(|one| one == MARK) && (were..=MOST_BYTES * were).contains(&lost)
}

fn parts(letters: impl Iterator<Item = char>) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut is_space = true;
    for letter in letters.flat_map(char::to_lowercase) {
        // Spaces count once, and none at the ends.
        let was_space = std::mem::replace(&mut is_space, letter.is_whitespace());
        if was_space && is_space {
            continue;
        }
        let letter = if is_space { ' ' } else { letter };
        match (parts.last_mut(), letter == MARK || !letter.is_ascii()) {
            (Some(Part::Lost(text)), true) | (Some(Part::Kept(text)), false) => text.push(letter),
            (_, true) => parts.push(Part::Lost(letter.into())),
            (_, false) => parts.push(Part::Kept(letter.into())),
        }
    }
    if let Some(Part::Kept(text)) = parts.last_mut()
        && text.ends_with(' ')
    {
        text.pop();
        if text.is_empty() {
            parts.pop();
        }
    }
    parts
}

fn shape(parts: impl Iterator<Item = Part>) -> String {
    let texts = parts.map(|part| match part {
        Part::Kept(text) => text,
        Part::Lost(_) => MARK.to_string(),
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_for_the_letters_that_may_have_been_lost() {
        for (lost, whole) in [
            ("M?ller S?hne", "Müller Söhne"),
            ("M?LLER  s?hne ", "Müller Söhne"),
            ("M??ller", "Müller"),
            ("Mu?ller", "Müller"),
            ("M?ller", "Mu\u{308}ller"),
            ("Stra?e", "Straße"),
            ("??", "東京"),
            ("Caf?", "Café"),
        ] {
            assert!(may_be_one(lost, whole), "{lost} {whole}");
            assert!(may_be_one(whole, lost), "{lost} {whole}");
            let of_whole = shapes(whole);
            assert!(
                shapes(lost).iter().any(|one| of_whole.contains(one)),
                "{lost} {whole}"
            );
        }
        for (one, other) in [
            ("Müller", "Möller"),
            ("M?ller", "Maller"),
            ("M?ller", "Mütter"),
            ("?", "東京"),
            ("M?ller AG", "Müller"),
        ] {
            assert!(!may_be_one(one, other), "{one} {other}");
        }
    }
}
