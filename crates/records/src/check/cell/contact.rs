//! Websites and phone numbers.

use super::{Parsed, Problem, quoted};
use crate::model::rules::texts::{PHONE_IMPLAUSIBLE, WEBSITE_INVALID};

/// Refuses what is not a web address. The scheme may be missing (`www.acme.example`): the value is
/// sent as it is typed.
pub(crate) fn website(text: &str) -> Parsed<()> {
    if is_plain(text) {
        Ok(())
    } else {
        look_closely(text)
    }
}

/// Most addresses: `https://`, a host of letters, digits, dots and hyphens, perhaps a path.
pub(crate) fn is_plain(text: &str) -> bool {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .unwrap_or(text);
    let mut dots = 0;
    let mut previous = b'.';
    for (at, byte) in rest.bytes().enumerate() {
        match byte {
            b'a'..=b'z' | b'0'..=b'9' => {}
            b'.' if previous.is_ascii_alphanumeric() => dots += 1,
            b'-' if previous.is_ascii_alphanumeric() => {}
            b'/' if dots > 0 && previous.is_ascii_lowercase() => {
                let path = rest[at..].bytes();
                return at < 64
                    && path
                        .into_iter()
                        .all(|byte| byte.is_ascii_graphic() && byte != b'@');
            }
            _ => return false,
        }
        previous = byte;
    }
    dots > 0 && previous.is_ascii_lowercase() && rest.len() < 64
}

fn look_closely(text: &str) -> Parsed<()> {
    let refuse = |why: &str| Problem::new(&WEBSITE_INVALID, format!("{} {why}", quoted(text)));
    if text.chars().any(char::is_whitespace) {
        return Err(refuse("is not a web address: it holds a space")
            .help("write one address, such as https://www.acme.example"));
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, text),
    };
    if let Some(scheme) = scheme
        && !scheme.eq_ignore_ascii_case("http")
        && !scheme.eq_ignore_ascii_case("https")
    {
        return Err(refuse("does not begin with http:// or https://")
            .help("write the address as https://www.acme.example"));
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') || text.starts_with("mailto:") {
        let domain = authority.rsplit('@').next().unwrap_or_default();
        let problem = refuse("is an e-mail address, not a web address");
        return Err(if is_host(domain) {
            problem.help(format!("perhaps https://{domain}, or empty the cell"))
        } else {
            problem.help("empty the cell, or write the web address")
        });
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => (host, port),
        None => (authority, "80"),
    };
    let port_fits = port.parse::<u16>().is_ok();
    if !is_host(host) || !port_fits {
        let problem = refuse("is not a web address");
        return Err(match slipped_scheme(text) {
            Some(mended) => problem
                .help(format!("did you mean {mended}?"))
                .suggest(mended),
            None => {
                problem.help("write the address as https://www.acme.example, or empty the cell")
            }
        });
    }
    Ok(())
}

fn is_host(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    let mut labels = 0;
    let fits = host.split('.').all(|label| {
        labels += 1;
        let bytes = label.as_bytes();
        let plain = bytes
            .iter()
            .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-' || *byte == b'_');
        let letters = plain
            || label
                .chars()
                .all(|letter| letter.is_alphanumeric() || letter == '-');
        letters
            && (1..=63).contains(&bytes.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
    });
    let last = host.rsplit('.').next().unwrap_or_default();
    fits && labels >= 2 && (!last.bytes().all(|byte| byte.is_ascii_digit()) || labels == 4)
}

/// `http:/acme.example`, `http//acme.example`, `www,acme,example` and the like.
fn slipped_scheme(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let rest = ["https", "http", "htttp", "htp"]
        .iter()
        .find_map(|scheme| lower.strip_prefix(scheme))
        .map_or(lower.as_str(), |rest| {
            rest.trim_start_matches([':', '/', ';', '\\'])
        });
    let mended = rest.replace(',', ".");
    let host = mended.split('/').next().unwrap_or_default();
    (mended != lower && is_host(host)).then(|| format!("https://{mended}"))
}

/// Doubts a phone number that nobody can call.
pub(crate) fn phone(text: &str) -> Parsed<()> {
    let mut digits = 0_u32;
    let mut odd = false;
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'+' | b' ' | b'-' | b'(' | b')' | b'/' | b'.' => {}
            _ => odd = true,
        }
    }
    let plausible = digits >= 3 && (!odd || only_extension(text));
    if plausible && digits <= 40 {
        return Ok(());
    }
    Err(Problem::new(
        &PHONE_IMPLAUSIBLE,
        format!("{} does not look like a phone number", quoted(text)),
    )
    .help("write the number with digits, or empty the cell"))
}

/// Whether all odd characters are those of extensions, labels, several numbers or dashes.
fn only_extension(text: &str) -> bool {
    const WORDS: [&str; 14] = [
        "ext",
        "extension",
        "x",
        "ex",
        "dw",
        "durchwahl",
        "int",
        "poste",
        "tel",
        "fax",
        "phone",
        "mobil",
        "mobile",
        "t",
    ];
    text.split(|letter: char| !letter.is_alphabetic())
        .filter(|word| !word.is_empty())
        .all(|word| WORDS.contains(&word.to_lowercase().as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn websites_need_a_host_with_a_dot() {
        for text in [
            "https://www.acme.example",
            "www.acme.example",
            "acme.example/shop?x=1",
            "HTTP://müller.example:8080/",
            "http://10.0.0.1",
        ] {
            assert!(website(text).is_ok(), "{text}");
        }
        for (text, help) in [
            (
                "info@acme.example",
                "perhaps https://acme.example, or empty the cell",
            ),
            (
                "www acme example",
                "write one address, such as https://www.acme.example",
            ),
            (
                "acme",
                "write the address as https://www.acme.example, or empty the cell",
            ),
            (
                "ftp://acme.example",
                "write the address as https://www.acme.example",
            ),
            ("http:/acme.example", "did you mean https://acme.example?"),
            ("www,acme,example", "did you mean https://www.acme.example?"),
        ] {
            assert_eq!(website(text).unwrap_err().help, help, "{text}");
        }
    }

    #[test]
    fn phone_numbers_need_digits() {
        for text in [
            "+43 1 234567-0",
            "(555) 123-4567 ext. 12",
            "0049/30/1234",
            "112",
        ] {
            assert!(phone(text).is_ok(), "{text}");
        }
        for text in ["ask Mrs Bell", "12", "123 Main Street"] {
            assert!(phone(text).is_err(), "{text}");
        }
    }
}
