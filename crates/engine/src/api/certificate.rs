//! Until when a server's certificate is good. Nothing else is read of it: whether it is to be trusted
//! is for TLS.

/// Until when, Unix seconds; `None` where it is not told in the usual form.
pub(super) fn good_until(der: &[u8]) -> Option<i64> {
    const VERSION: u8 = 0xa0;
    let certificate = element(der)?.content;
    let mut rest = element(certificate)?.content;
    if element(rest)?.tag == VERSION {
        rest = element(rest)?.after;
    }
    // Serial number, algorithm, issuer.
    for _ in 0..3 {
        rest = element(rest)?.after;
    }
    let validity = element(rest)?.content;
    let until = element(element(validity)?.after)?;
    moment(until.tag, std::str::from_utf8(until.content).ok()?)
}

struct Element<'d> {
    tag: u8,
    content: &'d [u8],
    after: &'d [u8],
}

fn element(bytes: &[u8]) -> Option<Element<'_>> {
    let (tag, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = if *first < 0x80 {
        (usize::from(*first), rest)
    } else {
        let count = usize::from(first & 0x7f);
        if count == 0 || count > 4 || rest.len() < count {
            return None;
        }
        let (length, rest) = rest.split_at(count);
        let length = length
            .iter()
            .fold(0_usize, |sum, byte| (sum << 8) | usize::from(*byte));
        (length, rest)
    };
    if rest.len() < length {
        return None;
    }
    let (content, after) = rest.split_at(length);
    Some(Element {
        tag: *tag,
        content,
        after,
    })
}

/// `YYMMDDHHMMSSZ` or `YYYYMMDDHHMMSSZ`.
fn moment(tag: u8, text: &str) -> Option<i64> {
    const UTC_TIME: u8 = 0x17;
    let text = text.strip_suffix('Z')?;
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole = match (tag, text.len()) {
        (UTC_TIME, 12) if text < "50" => format!("20{text}"),
        (UTC_TIME, 12) => format!("19{text}"),
        (_, 14) => text.to_owned(),
        _ => return None,
    };
    let part = |from: usize, to: usize| whole[from..to].parse::<i8>().ok();
    let time = jiff::civil::DateTime::new(
        whole[..4].parse().ok()?,
        part(4, 6)?,
        part(6, 8)?,
        part(8, 10)?,
        part(10, 12)?,
        part(12, 14)?,
        0,
    );
    let time = jiff::tz::TimeZone::UTC.to_timestamp(time.ok()?).ok()?;
    Some(time.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn put(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = content.len();
        let mut whole = vec![tag];
        if length < 0x80 {
            whole.push(u8::try_from(length).unwrap());
        } else {
            whole.extend([0x82, u8::try_from(length >> 8).unwrap()]);
            whole.push(u8::try_from(length & 0xff).unwrap());
        }
        whole.extend(content);
        whole
    }

    fn certificate(version: &[u8], until: &[u8]) -> Vec<u8> {
        let validity = [put(0x17, b"200101000000Z"), until.to_vec()].concat();
        let inner = [
            version.to_vec(),
            put(0x02, &[1; 20]),
            put(0x30, &[]),
            put(0x30, &[7; 300]),
            put(0x30, &validity),
            put(0x30, b"subject"),
        ];
        put(0x30, &put(0x30, &inner.concat()))
    }

    #[test]
    fn the_end_is_read_in_both_forms_and_damaged_ones_say_nothing() {
        let version = put(0xa0, &put(0x02, &[2]));
        let short = put(0x17, b"270301120000Z");
        let long = put(0x18, b"20270301120000Z");
        let whole = certificate(&version, &short);
        assert_eq!(good_until(&whole), Some(1_803_902_400));
        assert_eq!(
            good_until(&certificate(&version, &long)),
            Some(1_803_902_400)
        );
        assert_eq!(good_until(&certificate(&[], &short)), Some(1_803_902_400));
        let old = put(0x17, b"990301120000Z");
        assert_eq!(good_until(&certificate(&[], &old)), Some(920_289_600));
        for end in 0..whole.len() {
            let cut = good_until(&whole[..end]);
            assert_eq!(cut, None, "{end}");
        }
        assert_eq!(
            good_until(&certificate(&[], &put(0x17, b"2703011200Z"))),
            None
        );
    }
}
