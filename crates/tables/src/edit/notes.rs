//! Notes on cells: the comments part, and the drawing (VML) that gives each its box. Comments of
//! people stay; those of an earlier run go.

use std::collections::{BTreeMap, HashMap};

use super::error::EditError;
use super::{Hand, xml};
use crate::place::column_letters;

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// Notes by cell: row and column from 0.
pub type Places = BTreeMap<(u32, u32), String>;

/// The comments of a sheet after a run.
pub struct Comments {
    /// The part.
    pub text: String,
    /// Cells whose comments are new and need a box.
    pub added: Vec<(u32, u32)>,
    /// Cells whose earlier note, and its box, are gone.
    pub removed: Vec<(u32, u32)>,
}

/// The comments part with our notes; `existing` is what the sheet has.
///
/// # Errors
///
/// When the part is no XML or lacks one of its lists.
pub fn comments(existing: Option<&str>, notes: &Places, hand: Hand) -> Result<Comments, EditError> {
    let bare = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
         <comments xmlns=\"{MAIN}\"><authors/><commentList/></comments>"
    );
    let broken = |error| EditError::unreadable("comments", error);
    let root = xml::split(existing.unwrap_or(&bare)).map_err(broken)?;
    let p = root.prefix();
    let section = |name: &str| root.children.iter().find(|child| child.name == name);
    let missing = |name: &str| EditError::unreadable("comments", format!("no {name}"));
    let authors = section("authors").ok_or_else(|| missing("authors"))?;
    let list = section("commentList").ok_or_else(|| missing("commentList"))?;
    let authors = xml::split(authors.raw).map_err(broken)?;
    let list = xml::split(list.raw).map_err(broken)?;

    let mut names: Vec<String> = authors
        .children
        .iter()
        .map(|one| one.raw.to_owned())
        .collect();
    let ours = format!("<{p}author>{}</{p}author>", hand.author);
    let author = names.iter().position(|name| *name == ours);
    let author = author.unwrap_or_else(|| {
        names.push(ours);
        names.len() - 1
    });
    let placed = placed(&list, (&names, author), notes, p, hand);
    let list = list.with(placed.comments);
    let authors = authors.with(names);
    let text = root.with(root.children.iter().map(|child| match child.name {
        "authors" => authors.as_str(),
        "commentList" => list.as_str(),
        _ => child.raw,
    }));
    Ok(Comments {
        text,
        added: placed.added,
        removed: placed.removed,
    })
}

/// The comments of a sheet as elements, in the order of their cells; cells as in [`Comments`].
struct Placed {
    comments: Vec<String>,
    added: Vec<(u32, u32)>,
    removed: Vec<(u32, u32)>,
}

/// The comments in the order of their cells, ours among them, and which cells have got or lost one.
fn placed(
    list: &xml::Split<'_>,
    (names, author): (&[String], usize),
    notes: &Places,
    p: &str,
    hand: Hand,
) -> Placed {
    let mut open = notes.clone();
    let mut kept = BTreeMap::new();
    let mut removed = Vec::new();
    let mut odd = Vec::new();
    for comment in &list.children {
        let place = xml::attribute(comment.raw, "ref").and_then(|cell| place_of(&cell));
        let Some(place) = place else {
            odd.push(comment.raw.to_owned());
            continue;
        };
        let Some(mut raw) = without_ours(comment.raw, hand) else {
            removed.push(place);
            continue;
        };
        // A thread of comments has its text elsewhere; the row's message says the same.
        let threaded = xml::attribute(comment.raw, "authorId")
            .and_then(|id| names.get(id.parse::<usize>().ok()?))
            .is_some_and(|name| name.contains(">tc="));
        if let Some(note) = open.remove(&place)
            && !threaded
        {
            raw = appended(&raw, &note, p);
        }
        kept.insert(place, raw);
    }
    let added: Vec<(u32, u32)> = open.keys().copied().collect();
    for ((row, column), note) in open {
        let cell = format!("{}{}", column_letters(column), row + 1);
        let text = xml::escaped(&note);
        kept.insert(
            (row, column),
            format!(
                "<{p}comment ref=\"{cell}\" authorId=\"{author}\"><{p}text><{p}r>\
                 <{p}t xml:space=\"preserve\">{text}</{p}t></{p}r></{p}text></{p}comment>"
            ),
        );
    }
    let comments = kept.into_values().chain(odd).collect();
    Placed {
        comments,
        added,
        removed,
    }
}

/// What stands before the colour that a cell at fault had.
const COLOUR: &str = "Colour before: #";

/// A note that remembers the colour its cell had, so that it comes back with the mend: notes move
/// with their cells, and every program keeps their texts.
pub fn remembering(note: &str, colour: u32) -> String {
    format!("{note}\n\n{COLOUR}{colour:06X}")
}

/// The colours that the notes of an earlier run remember, by cell.
///
/// # Errors
///
/// When the part is no XML.
pub fn remembered(comments: &str, hand: Hand) -> Result<HashMap<(u32, u32), u32>, EditError> {
    let broken = |error| EditError::unreadable("comments", error);
    let root = xml::split(comments).map_err(broken)?;
    let mut found = HashMap::new();
    for list in root
        .children
        .iter()
        .filter(|child| child.name == "commentList")
    {
        for comment in xml::split(list.raw).map_err(broken)?.children {
            let Some((_, ours)) = comment.raw.split_once(hand.signature) else {
                continue;
            };
            let digits = ours.rsplit_once(COLOUR).and_then(|(_, rest)| rest.get(..6));
            let colour = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
            let place = xml::attribute(comment.raw, "ref").and_then(|cell| place_of(&cell));
            found.extend(place.zip(colour));
        }
    }
    Ok(found)
}

/// A comment without what an earlier run has said in it; none is left when it was ours alone.
fn without_ours(raw: &str, hand: Hand) -> Option<String> {
    let Some(at) = raw.find(hand.signature) else {
        return Some(raw.to_owned());
    };
    let mut said = &raw[..at];
    for end in ["&#10;", "&#13;", "\n", "\r"].iter().cycle().take(12) {
        said = said.strip_suffix(end).unwrap_or(said);
    }
    let rest = raw[at..].find("</").map_or("", |end| &raw[at + end..]);
    let left = format!("{said}{rest}");
    has_text(&left).then_some(left)
}

/// Whether anything stands between the tags.
fn has_text(raw: &str) -> bool {
    let mut outside = false;
    raw.chars().any(|letter| {
        outside = match letter {
            '<' => false,
            '>' => true,
            _ => outside,
        };
        outside && letter != '>' && !letter.is_whitespace()
    })
}

/// A comment with a note below its own text.
fn appended(raw: &str, note: &str, p: &str) -> String {
    let end = format!("</{p}text>");
    let Some(at) = raw.rfind(&end) else {
        return raw.to_owned();
    };
    let note = xml::escaped(&format!("\n\n{note}"));
    format!(
        "{}<{p}r><{p}t xml:space=\"preserve\">{note}</{p}t></{p}r>{}",
        as_runs(&raw[..at], p),
        &raw[at..]
    )
}

/// A comment's text as runs: a text of one piece may not stand beside runs.
fn as_runs(raw: &str, p: &str) -> String {
    let (run, text) = (format!("<{p}r>"), format!("<{p}t"));
    if raw.contains(&run) {
        return raw.to_owned();
    }
    let is_text = |at: &usize| {
        raw[at + text.len()..].starts_with(|next: char| next == '>' || next.is_whitespace())
    };
    let at = raw.match_indices(&text).map(|(at, _)| at).find(is_text);
    match at {
        Some(at) => format!("{}{run}{}</{p}r>", &raw[..at], &raw[at..]),
        None => raw.to_owned(),
    }
}

/// The row and column, from 0, of a reference such as `C12`.
pub fn place_of(cell: &str) -> Option<(u32, u32)> {
    let cell = cell.replace('$', "");
    let digits = cell.find(|letter: char| letter.is_ascii_digit())?;
    let mut column = 0_u32;
    for letter in cell[..digits].bytes() {
        if !letter.is_ascii_alphabetic() {
            return None;
        }
        let value = u32::from(letter.to_ascii_uppercase() - b'A') + 1;
        column = column.checked_mul(26)?.checked_add(value)?;
    }
    let row: u32 = cell[digits..].parse().ok()?;
    Some((row.checked_sub(1)?, column.checked_sub(1)?))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::edit::HAND;

    /// Comments of people.
    pub(in crate::edit) const THEIRS: &str = "<comments xmlns=\"u\"><authors><author>Bob</author></authors><commentList>\
        <comment ref=\"A2\" authorId=\"0\"><text><t>mine &amp; yours</t></text></comment>\
        </commentList></comments>";

    /// Notes by their places.
    pub(in crate::edit) fn notes(of: &[((u32, u32), &str)]) -> Places {
        of.iter()
            .map(|(place, text)| (*place, (*text).to_owned()))
            .collect()
    }

    #[test]
    fn notes_remember_colours() {
        let said = notes(&[
            ((1, 0), &remembering("tester:\nx", 0x00CC_EEFF)),
            ((2, 0), "tester:\nx"),
        ]);
        let first = comments(Some(THEIRS), &said, HAND).unwrap();
        let known = remembered(&first.text, HAND).unwrap();
        assert_eq!(known, HashMap::from([((1, 0), 0x00CC_EEFF)]));
        let theirs = THEIRS.replace("mine", "Colour before: #112233");
        assert_eq!(remembered(&theirs, HAND).unwrap(), HashMap::new());
    }

    #[test]
    fn cells_have_places() {
        assert_eq!(place_of("$AB$12"), Some((11, 27)));
        assert_eq!(
            (place_of("A0"), place_of("12"), place_of("")),
            (None, None, None)
        );
    }
}
