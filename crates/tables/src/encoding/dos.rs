//! The code pages of DOS, which the Web's standard does not know: Excel's "CSV (MS-DOS)", exports of
//! old programs, `dir > list.txt`. Their upper halves as tables.

/// A code page: ASCII, and 128 characters above it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct DosPage {
    pub(super) name: &'static str,
    high: [char; 128],
}

impl DosPage {
    /// The code page people mean by `label` (lower case, hyphens): `cp437`, `ibm850`, `dos-852`.
    pub(super) fn parse(label: &str) -> Option<&'static Self> {
        let digits = ["cp", "ibm", "dos", "codepage", "oem"]
            .iter()
            .find_map(|prefix| label.strip_prefix(prefix))
            .unwrap_or(label)
            .trim_start_matches('-');
        let found = PAGES.iter().find(|page| page.name.ends_with(digits));
        found.filter(|_| digits.len() == 3).copied()
    }

    /// The character of a byte.
    pub(super) fn character(&self, byte: u8) -> char {
        match byte.checked_sub(128) {
            Some(high) => self.high[usize::from(high)],
            None => char::from(byte),
        }
    }

    /// The byte of a character, where the page has it.
    pub(super) fn byte(&self, character: char) -> Option<u8> {
        if character.is_ascii() {
            return u8::try_from(character).ok();
        }
        let high = self.high.iter().position(|one| *one == character)?;
        u8::try_from(high + 128).ok()
    }

    /// The bytes as text.
    pub(super) fn decode(&self, bytes: &[u8]) -> String {
        bytes.iter().map(|byte| self.character(*byte)).collect()
    }
}

/// Those that are known, the one for Western Europe first.
pub(super) const PAGES: [&DosPage; 3] = [&CP850, &CP437, &CP852];

/// The first one, of the United States.
#[rustfmt::skip]
static CP437: DosPage = DosPage {
    name: "CP437",
    high: [
        'Ç', 'ü', 'é', 'â', 'ä', 'à', 'å', 'ç', 'ê', 'ë', 'è', 'ï', 'î', 'ì', 'Ä', 'Å',
        'É', 'æ', 'Æ', 'ô', 'ö', 'ò', 'û', 'ù', 'ÿ', 'Ö', 'Ü', '¢', '£', '¥', '₧', 'ƒ',
        'á', 'í', 'ó', 'ú', 'ñ', 'Ñ', 'ª', 'º', '¿', '⌐', '¬', '½', '¼', '¡', '«', '»',
        '░', '▒', '▓', '│', '┤', '╡', '╢', '╖', '╕', '╣', '║', '╗', '╝', '╜', '╛', '┐',
        '└', '┴', '┬', '├', '─', '┼', '╞', '╟', '╚', '╔', '╩', '╦', '╠', '═', '╬', '╧',
        '╨', '╤', '╥', '╙', '╘', '╒', '╓', '╫', '╪', '┘', '┌', '█', '▄', '▌', '▐', '▀',
        'α', 'ß', 'Γ', 'π', 'Σ', 'σ', 'µ', 'τ', 'Φ', 'Θ', 'Ω', 'δ', '∞', 'φ', 'ε', '∩',
        '≡', '±', '≥', '≤', '⌠', '⌡', '÷', '≈', '°', '∙', '·', '√', 'ⁿ', '²', '■', '\u{A0}',
    ],
};

/// Western Europe.
#[rustfmt::skip]
static CP850: DosPage = DosPage {
    name: "CP850",
    high: [
        'Ç', 'ü', 'é', 'â', 'ä', 'à', 'å', 'ç', 'ê', 'ë', 'è', 'ï', 'î', 'ì', 'Ä', 'Å',
        'É', 'æ', 'Æ', 'ô', 'ö', 'ò', 'û', 'ù', 'ÿ', 'Ö', 'Ü', 'ø', '£', 'Ø', '×', 'ƒ',
        'á', 'í', 'ó', 'ú', 'ñ', 'Ñ', 'ª', 'º', '¿', '®', '¬', '½', '¼', '¡', '«', '»',
        '░', '▒', '▓', '│', '┤', 'Á', 'Â', 'À', '©', '╣', '║', '╗', '╝', '¢', '¥', '┐',
        '└', '┴', '┬', '├', '─', '┼', 'ã', 'Ã', '╚', '╔', '╩', '╦', '╠', '═', '╬', '¤',
        'ð', 'Ð', 'Ê', 'Ë', 'È', 'ı', 'Í', 'Î', 'Ï', '┘', '┌', '█', '▄', '¦', 'Ì', '▀',
        'Ó', 'ß', 'Ô', 'Ò', 'õ', 'Õ', 'µ', 'þ', 'Þ', 'Ú', 'Û', 'Ù', 'ý', 'Ý', '¯', '´',
        '\u{AD}', '±', '‗', '¾', '¶', '§', '÷', '¸', '°', '¨', '·', '¹', '³', '²', '■', '\u{A0}',
    ],
};

/// Central Europe.
#[rustfmt::skip]
static CP852: DosPage = DosPage {
    name: "CP852",
    high: [
        'Ç', 'ü', 'é', 'â', 'ä', 'ů', 'ć', 'ç', 'ł', 'ë', 'Ő', 'ő', 'î', 'Ź', 'Ä', 'Ć',
        'É', 'Ĺ', 'ĺ', 'ô', 'ö', 'Ľ', 'ľ', 'Ś', 'ś', 'Ö', 'Ü', 'Ť', 'ť', 'Ł', '×', 'č',
        'á', 'í', 'ó', 'ú', 'Ą', 'ą', 'Ž', 'ž', 'Ę', 'ę', '¬', 'ź', 'Č', 'ş', '«', '»',
        '░', '▒', '▓', '│', '┤', 'Á', 'Â', 'Ě', 'Ş', '╣', '║', '╗', '╝', 'Ż', 'ż', '┐',
        '└', '┴', '┬', '├', '─', '┼', 'Ă', 'ă', '╚', '╔', '╩', '╦', '╠', '═', '╬', '¤',
        'đ', 'Đ', 'Ď', 'Ë', 'ď', 'Ň', 'Í', 'Î', 'ě', '┘', '┌', '█', '▄', 'Ţ', 'Ů', '▀',
        'Ó', 'ß', 'Ô', 'Ń', 'ń', 'ň', 'Š', 'š', 'Ŕ', 'Ú', 'ŕ', 'Ű', 'ý', 'Ý', 'ţ', '´',
        '\u{AD}', '˝', '˛', 'ˇ', '˘', '§', '÷', '¸', '°', '¨', '˙', 'ű', 'Ř', 'ř', '■', '\u{A0}',
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_found_by_the_names_people_use() {
        for (label, name) in [
            ("cp437", "CP437"),
            ("ibm850", "CP850"),
            ("dos-852", "CP852"),
            ("850", "CP850"),
        ] {
            assert_eq!(DosPage::parse(label).map(|page| page.name), Some(name));
        }
        assert_eq!(DosPage::parse("cp1252"), None);
        assert_eq!(DosPage::parse("cp"), None);
    }

    #[test]
    fn letters_are_where_they_were() {
        let german = b"\x84\x94\x81\xE1\x8E\x99\x9A\x82";
        for page in PAGES {
            assert_eq!(page.decode(german), "äöüßÄÖÜé", "{}", page.name);
        }
        assert_eq!(CP850.decode(b"Bj\x9Brn \xB7"), "Bjørn À");
        assert_eq!(CP437.decode(b"5 \xF8C \x9B"), "5 °C ¢");
        assert_eq!(CP852.decode(b"\x9D\xA2d\xAB"), "Łódź");
    }
}
