//! Header texts brought to a common form: no case, accents, spaces, signs, brackets or prefixes.

use unicode_normalization::UnicodeNormalization;

/// Letters and digits of `text` only, lower case, without accents.
pub(crate) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for letter in text.nfkd().flat_map(char::to_lowercase) {
        match letter {
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ø' => folded.push('o'),
            'ł' => folded.push('l'),
            'đ' => folded.push('d'),
            _ if letter.is_alphanumeric() => folded.push(letter),
            _ => {}
        }
    }
    folded
}

/// The forms under which a header is looked up, likeliest first: as it is, without bracketed parts,
/// without a prefix such as `Company:`.
pub(super) fn forms(header: &str) -> Vec<String> {
    let header = strip_required(header);
    let mut forms = Vec::with_capacity(4);
    let mut add = |text: &str| {
        let folded = fold(text);
        if !folded.is_empty() && !forms.contains(&folded) {
            forms.push(folded);
        }
    };
    add(header);
    let bare = without_brackets(header);
    add(&bare);
    let mut rest = header;
    while let Some(shorter) = strip_prefix(rest) {
        add(shorter);
        add(&without_brackets(shorter));
        rest = shorter;
    }
    forms
}

/// `[required] Name`, `[required *] Name` and `* Name` are `Name`.
pub(super) fn strip_required(header: &str) -> &str {
    let text = header.trim().trim_start_matches('*').trim_start();
    let Some(inner) = text.strip_prefix('[') else {
        return text;
    };
    match inner.split_once(']') {
        Some((mark, rest)) if !rest.trim().is_empty() && fold(mark).starts_with("required") => {
            rest.trim_start()
        }
        _ => text,
    }
}

fn without_brackets(text: &str) -> String {
    let mut depth = 0_usize;
    let mut bare = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '(' | '[' | '{' | '<' => depth += 1,
            ')' | ']' | '}' | '>' => depth = depth.saturating_sub(1),
            _ if depth == 0 => bare.push(letter),
            _ => {}
        }
    }
    bare
}

/// Words that tools put before a colon or a dot, folded.
const PREFIXES: &[&str] = &[
    "params",
    "partnerinfo",
    "partner",
    "company",
    "organization",
    "organisation",
    "account",
    "businessunit",
    "client",
    "customer",
    "site",
    "firma",
    "kunde",
    "klant",
    "cliente",
    "societe",
    "advancedpartnerproperties",
];

pub(super) fn strip_prefix(text: &str) -> Option<&str> {
    let (prefix, rest) = text.split_once([':', '.', '/'])?;
    let rest = rest.trim();
    (!rest.is_empty() && PREFIXES.contains(&fold(prefix).as_str())).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_lose_case_signs_and_accents() {
        for (header, expected) in [
            ("Zip_Code", "zipcode"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("Código postal", "codigopostal"),
            ("Société", "societe"),
            ("N° client", "nclient"),
            ("ＮＡＭＥ", "name"),
        ] {
            assert_eq!(fold(header), expected, "{header}");
        }
    }

    #[test]
    fn marks_brackets_and_prefixes_are_left_out() {
        for (header, expected) in [
            ("[required] Organization: Name", "name"),
            ("[required *] Name", "name"),
            ("* Name *", "name"),
            ("Phone (main)", "phone"),
            ("[Name]", "name"),
            ("Company:State", "state"),
            (
                "partnerInfo.Company.PostAddress.City",
                "companypostaddresscity",
            ),
        ] {
            assert!(
                forms(header).contains(&expected.to_owned()),
                "{header}: {:?}",
                forms(header)
            );
        }
    }
}
