//! The list of a large tenant, read in parts by all cores: a million customers are more than half a gigabyte.
//!
//! Where a part ends is a guess, at a brace and a comma. It is right where each part turns out to be customers and
//! commas from its first byte to its last: then the parts together are the list. Else all of it is read in one
//! piece, which also says what is wrong with it.

use std::num::NonZero;
use std::ops::Range;
use std::panic::resume_unwind;
use std::thread;

use serde::de::DeserializeSeed;

use super::listed::{Census, EachPartner, TenantPartner};
use crate::model::PartnerId;

/// A shorter list is read in one piece.
const LONG: usize = 8 << 20;
/// What may stand between two values.
const BLANK: [char; 4] = [' ', '\t', '\n', '\r'];

/// What was made of each customer, part by part.
pub(super) type Parts<T> = Vec<Vec<T>>;

/// Reads the customers below `parent` that a JSON list tells of, and makes something of each. Says what they lack.
///
/// # Errors
///
/// Where it is no such list.
pub(super) fn read<T: Send>(
    list: &str,
    parent: PartnerId,
    make: impl Fn(TenantPartner) -> T + Sync,
) -> serde_json::Result<(Census, Parts<T>)> {
    let threads = if list.len() < LONG {
        1
    } else {
        thread::available_parallelism().map_or(1, NonZero::get)
    };
    read_on(threads, list, parent, make)
}

/// The same on so many threads.
fn read_on<T: Send>(
    threads: usize,
    list: &str,
    parent: PartnerId,
    make: impl Fn(TenantPartner) -> T + Sync,
) -> serde_json::Result<(Census, Parts<T>)> {
    let ranges = guess(list, threads);
    if let Some(parts) = ranges.and_then(|ranges| in_parts(list, &ranges, parent, &make)) {
        let mut census = Census::below(parent);
        let customers = parts.into_iter().map(|(of_part, customers)| {
            census.add(of_part);
            customers
        });
        let customers = customers.collect();
        return Ok((census, customers));
    }
    let (mut census, mut customers) = (Census::below(parent), Vec::new());
    let each = EachPartner(|one: TenantPartner| {
        census.see(&one);
        customers.push(make(one));
    });
    let mut json = serde_json::Deserializer::from_str(list);
    each.deserialize(&mut json).and_then(|()| json.end())?;
    Ok((census, vec![customers]))
}

/// Where so many parts of the list may stand, without the commas between them; none where it is no list, or one part
/// is all of it.
fn guess(list: &str, parts: usize) -> Option<Vec<Range<usize>>> {
    let (start, end) = (list.find('[')? + 1, list.rfind(']')?);
    if parts < 2 || end < start || list.trim_matches(BLANK).len() != end + 1 - (start - 1) {
        return None;
    }
    let mut ranges = Vec::with_capacity(parts);
    let mut from = start;
    // The first is three times as long: its thread has room in what it has let go of, the others take new memory.
    for part in 1..parts {
        let about = start + (end - start) / (parts + 2) * (part + 2);
        let comma = comma_after(list, about.max(from))?;
        ranges.push(from..comma);
        from = comma + 1;
    }
    ranges.push(from..end);
    Some(ranges)
}

/// The next comma that stands between two objects, as far as can be seen there.
fn comma_after(list: &str, from: usize) -> Option<usize> {
    let from = (from..list.len()).find(|at| list.is_char_boundary(*at))?;
    list[from..].match_indices('}').find_map(|(at, _)| {
        let after = list[from + at + 1..].trim_start_matches(BLANK);
        let next = after.strip_prefix(',')?.trim_start_matches(BLANK);
        next.starts_with('{').then_some(list.len() - after.len())
    })
}

fn in_parts<T: Send>(
    list: &str,
    ranges: &[Range<usize>],
    parent: PartnerId,
    make: &(impl Fn(TenantPartner) -> T + Sync),
) -> Option<Vec<(Census, Vec<T>)>> {
    let part = |range: &Range<usize>| {
        let (mut census, mut customers) = (Census::below(parent), Vec::new());
        each_in(&list[range.clone()], |one| {
            census.see(&one);
            customers.push(make(one));
        })?;
        Some((census, customers))
    };
    let (first, others) = ranges.split_first()?;
    thread::scope(|scope| {
        let part = &part;
        let threads: Vec<_> = others
            .iter()
            .map(|range| scope.spawn(move || part(range)))
            .collect();
        let mut parts = vec![part(first)];
        parts.extend(threads.into_iter().map(|thread| {
            let part = thread.join();
            part.unwrap_or_else(|panic| resume_unwind(panic))
        }));
        parts.into_iter().collect()
    })
}

/// Hands each of the customers to `each`, between whom commas stand; none where there is anything else.
fn each_in(customers: &str, mut each: impl FnMut(TenantPartner)) -> Option<()> {
    let mut rest = customers;
    loop {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter();
        each(values.next()?.ok()?);
        rest = rest[values.byte_offset()..].trim_start_matches(BLANK);
        if rest.is_empty() {
            return Some(());
        }
        rest = rest.strip_prefix(',')?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn below() -> PartnerId {
        PartnerId::from_number(5).unwrap()
    }

    /// Who is in a list, and what they lack.
    type Told = (Vec<(i64, String)>, Option<String>);

    /// The list as read on so many threads; or what is wrong with it.
    fn told(list: &str, threads: usize) -> Result<Told, String> {
        let make = |one: TenantPartner| (one.id, one.name.to_string());
        let read = read_on(threads, list, below(), make);
        let (census, parts) = read.map_err(|error| error.to_string())?;
        Ok((parts.concat(), census.lacks()))
    }

    fn list(customers: &[&str], between: &str) -> String {
        format!("[{}]", customers.join(between))
    }

    #[test]
    fn a_list_in_parts_is_the_list_in_one_piece() {
        // What looks like an end inside a customer, and customers that lack something.
        let customers = [
            r#"{"Id":7,"ParentId":5,"Name":"Plain"}"#,
            r#"{"Id":8,"ParentId":7,"Name":"a},{\"Id\":1}]","Company":{"VatNumber":"x},{"}}"#,
            r#"{"Id":9,"ParentId":7,"Name":"ü😀","X":[{"a":1},{"b":[{}, {}]}] ,"Y":"}"}"#,
            r#"{"Id":7,"ParentId":5,"Name":"Twice"}"#,
            r#"{"Id":0,"ParentId":5,"Name":"No id"}"#,
            r#"{"Id":10,"Name":"No parent"}"#,
            r#"{ "Id" : 11 , "ParentId" : 12 , "Name" : " " }"#,
        ];
        let random = &mut fastrand::Rng::with_seed(1);
        let mut in_parts = 0;
        for round in 0..2_000 {
            let count = random.usize(0..12);
            let some: Vec<&str> = (0..count)
                .map(|_| {
                    *random
                        .choice(&customers[..=round % customers.len()])
                        .unwrap()
                })
                .collect();
            let between = *random.choice(&[",", " , ", ",\n\t", ",\r\n"]).unwrap();
            let text = list(&some, between);
            let expected = told(&text, 1).unwrap();
            for threads in [2, 3, 7] {
                let ranges = guess(&text, threads);
                let make = |one: TenantPartner| one;
                let parts = ranges.and_then(|some| in_parts_of(&text, &some, make));
                in_parts += usize::from(parts.is_some());
                assert_eq!(told(&text, threads).unwrap(), expected, "{threads}: {text}");
            }
        }
        assert!(in_parts > 1_000, "{in_parts}");
    }

    fn in_parts_of(
        list: &str,
        ranges: &[Range<usize>],
        make: impl Fn(TenantPartner) -> TenantPartner + Sync,
    ) -> Option<Vec<(Census, Vec<TenantPartner>)>> {
        in_parts(list, ranges, below(), &make)
    }

    #[test]
    fn what_is_no_list_is_refused_in_the_same_words() {
        let one = r#"{"Id":7,"ParentId":5,"Name":"A"}"#;
        let many = [one; 6].join(",");
        for text in [
            String::new(),
            "null".into(),
            "[".into(),
            "]".into(),
            "][".into(),
            "{}".into(),
            format!("[{many}"),
            format!("[{many},]"),
            format!("[,{many}]"),
            format!("[{many}] x"),
            format!("x[{many}]"),
            format!("[{many},,{many}]"),
            format!("[{many} {many}]"),
            format!("[{many}\u{c},{many}]"),
            format!("[{many},7,{many}]"),
            format!("[{many},{{\"Id\":\"x\"}},{many}]"),
            format!("[[{many}],[{many}]]"),
        ] {
            let expected = told(&text, 1).expect_err(&text);
            for threads in [2, 3] {
                assert_eq!(told(&text, threads), Err(expected.clone()), "{text}");
            }
        }
    }
}
