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

/// The drawing with a box for each new note and without those of the removed ones; `None` when
/// the existing drawing is not as such drawings are.
pub fn boxes(existing: Option<&str>, comments: &Comments, notes: &Places) -> Option<String> {
    let bare = "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" \
        xmlns:o=\"urn:schemas-microsoft-com:office:office\" \
        xmlns:x=\"urn:schemas-microsoft-com:office:excel\">\
        <o:shapelayout v:ext=\"edit\"><o:idmap v:ext=\"edit\" data=\"1\"/></o:shapelayout></xml>";
    let text = existing.unwrap_or(bare);
    let prefixes = Prefixes::of(text)?;
    let text = without_boxes(text, &prefixes, &comments.removed);
    let mut number = highest_shape(&text).max(FIRST_SHAPE);
    let last = number + u32::try_from(comments.added.len()).unwrap_or(0);
    let text = with_clusters(text, &prefixes, number + 1, last);
    let end = text.rfind("</xml>")?;
    let mut shapes = String::new();
    if !text.contains("id=\"_x0000_t202\"") && !comments.added.is_empty() {
        shapes.push_str(
            "<v:shapetype id=\"_x0000_t202\" coordsize=\"21600,21600\" o:spt=\"202\" \
             path=\"m,l,21600r21600,l21600,xe\"><v:stroke joinstyle=\"miter\"/>\
             <v:path gradientshapeok=\"t\" o:connecttype=\"rect\"/></v:shapetype>",
        );
    }
    for place in &comments.added {
        number += 1;
        let said = notes.get(place).map_or("", String::as_str);
        shapes.push_str(&shape(number, *place, said));
    }
    let shapes = prefixes.put(&shapes);
    Some(format!("{}{shapes}{}", &text[..end], &text[end..]))
}

/// Shapes are numbered from the one behind it.
const FIRST_SHAPE: u32 = 1024;

/// The drawing with the numbers of shapes from `first` to `last` named in its map, which counts them
/// in clusters of 1024; a drawing without a map stays as it is.
fn with_clusters(text: String, prefixes: &Prefixes, first: u32, last: u32) -> String {
    let tag = format!("<{}:idmap ", prefixes.office);
    let found = text
        .find(&tag)
        .and_then(|begin| Some(begin..begin + text[begin..].find('>')? + 1));
    let Some(map) = found.filter(|_| first <= last) else {
        return text;
    };
    let raw = &text[map.clone()];
    let mut clusters = xml::attribute(raw, "data").unwrap_or_default();
    for cluster in first / 1024..=last / 1024 {
        let cluster = cluster.to_string();
        if !clusters.split(',').any(|known| known.trim() == cluster) {
            let comma = if clusters.is_empty() { "" } else { "," };
            clusters.push_str(&format!("{comma}{cluster}"));
        }
    }
    let map_with_ours = xml::with_attributes(raw, &[("data", Some(&clusters))]);
    format!("{}{map_with_ours}{}", &text[..map.start], &text[map.end..])
}

/// What a drawing calls the three namespaces.
struct Prefixes {
    vml: String,
    office: String,
    excel: String,
}

impl Prefixes {
    fn of(text: &str) -> Option<Self> {
        let prefix = |namespace: &str| -> Option<String> {
            let at = text.find(&format!("urn:schemas-microsoft-com:{namespace}"))?;
            let before = text[..at].trim_end_matches(['"', '\'', '=', ' ']);
            let (_, prefix) = before.rsplit_once("xmlns:")?;
            let is_name = !prefix.is_empty() && prefix.chars().all(char::is_alphanumeric);
            is_name.then(|| prefix.to_owned())
        };
        Some(Self {
            vml: prefix("vml")?,
            office: prefix("office:office")?,
            excel: prefix("office:excel")?,
        })
    }

    /// Markup of ours, which says `v`, `o` and `x`, as the drawing says it.
    fn put(&self, markup: &str) -> String {
        markup
            .replace("<v:", &format!("<{}\u{0}", self.vml))
            .replace("</v:", &format!("</{}\u{0}", self.vml))
            .replace("<x:", &format!("<{}\u{0}", self.excel))
            .replace("</x:", &format!("</{}\u{0}", self.excel))
            .replace(" o:", &format!(" {}\u{0}", self.office))
            .replace('\u{0}', ":")
    }
}

fn shape(number: u32, (row, column): (u32, u32), said: &str) -> String {
    let wrapped: usize = said.lines().map(|line| 1 + line.chars().count() / 38).sum();
    let rows = u32::try_from(wrapped).unwrap_or(20).clamp(3, 20) + 1;
    let (left, top) = (column + 1, row.saturating_sub(1));
    format!(
        "<v:shape id=\"_x0000_s{number}\" type=\"#_x0000_t202\" \
         style=\"position:absolute;margin-left:80pt;margin-top:5pt;width:200pt;height:{}pt;\
         z-index:{};visibility:hidden\" fillcolor=\"#ffffe1\" o:insetmode=\"auto\">\
         <v:fill color2=\"#ffffe1\"/><v:shadow on=\"t\" color=\"black\" obscured=\"t\"/>\
         <v:path o:connecttype=\"none\"/><v:textbox style=\"mso-direction-alt:auto\">\
         <div style=\"text-align:left\"></div></v:textbox><x:ClientData ObjectType=\"Note\">\
         <x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{left}, 15, {top}, 2, {}, 31, {}, 4</x:Anchor>\
         <x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>\
         </x:ClientData></v:shape>",
        rows * 15,
        number % 1024 + 1,
        left + 4,
        top + rows,
    )
}

/// The drawing without the boxes of notes on these cells.
fn without_boxes(text: &str, prefixes: &Prefixes, places: &[(u32, u32)]) -> String {
    let first = format!("<{}:shape ", prefixes.vml);
    let last = format!("</{}:shape>", prefixes.vml);
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(begin) = rest.find(&first) {
        let Some(length) = rest[begin..].find(&last) else {
            break;
        };
        let end = begin + length + last.len();
        let shape = &rest[begin..end];
        let number = |name: &str| -> Option<u32> {
            let tag = format!("<{}:{name}>", prefixes.excel);
            let (_, value) = shape.split_once(&tag)?;
            value.split('<').next()?.trim().parse().ok()
        };
        out.push_str(&rest[..begin]);
        let place = number("Row").zip(number("Column"));
        let gone = place.is_some_and(|place| places.contains(&place));
        if !(gone && shape.contains("ObjectType=\"Note\"")) {
            out.push_str(shape);
        }
        rest = &rest[end..];
    }
    out + rest
}

fn highest_shape(text: &str) -> u32 {
    let numbers = text.split("_x0000_s").skip(1).filter_map(|rest| {
        let digits = rest.split(|letter: char| !letter.is_ascii_digit()).next()?;
        digits.parse::<u32>().ok()
    });
    numbers
        .filter(|number| *number < 60_000_000)
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::HAND;

    const THEIRS: &str = "<comments xmlns=\"u\"><authors><author>Bob</author></authors><commentList>\
        <comment ref=\"A2\" authorId=\"0\"><text><t>mine &amp; yours</t></text></comment>\
        </commentList></comments>";

    fn notes(of: &[((u32, u32), &str)]) -> Places {
        of.iter()
            .map(|(place, text)| (*place, (*text).to_owned()))
            .collect()
    }

    #[test]
    fn notes_come_and_go_and_comments_of_people_stay() {
        let said = notes(&[((1, 0), "tester:\nx < y"), ((4, 27), "tester:\nz")]);
        let first = comments(Some(THEIRS), &said, HAND).unwrap();
        assert_eq!(first.added, [(4, 27)]);
        assert!(
            first.text.contains("<r><t>mine &amp; yours</t></r><r>"),
            "{}",
            first.text
        );
        assert!(
            first.text.contains("\n\ntester:\nx &lt; y</t>"),
            "{}",
            first.text
        );
        assert!(
            first.text.contains("<comment ref=\"AB5\" authorId=\"1\">"),
            "{}",
            first.text
        );
        let drawing = boxes(None, &first, &said).unwrap();
        assert_eq!(drawing.matches("<v:shape ").count(), 1);
        assert!(drawing.contains("<x:Row>4</x:Row><x:Column>27</x:Column>"));

        let second = comments(Some(&first.text), &notes(&[]), HAND).unwrap();
        assert_eq!(
            (second.added.len(), &second.removed[..]),
            (0, &[(4, 27)][..])
        );
        assert!(
            second.text.contains("<r><t>mine &amp; yours</t></r>"),
            "{}",
            second.text
        );
        assert!(!second.text.contains("x &lt; y"), "{}", second.text);
        let drawing = boxes(Some(&drawing), &second, &notes(&[])).unwrap();
        assert_eq!(drawing.matches("<v:shape ").count(), 0, "{drawing}");
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
    fn a_note_that_is_said_again_keeps_one_box() {
        let said = notes(&[((0, 0), "tester:\nx")]);
        let first = comments(None, &said, HAND).unwrap();
        let drawing = boxes(None, &first, &said).unwrap();
        let again = comments(Some(&first.text), &said, HAND).unwrap();
        let boxed = boxes(Some(&drawing), &again, &said).unwrap();
        assert_eq!(again.text.matches("<comment ").count(), 1, "{}", again.text);
        assert_eq!(boxed.matches("<v:shape ").count(), 1, "{boxed}");
    }

    #[test]
    fn the_map_of_shapes_names_all_clusters() {
        let many = (0..2000).map(|row| ((row, 0), "tester:\nx".to_owned()));
        let many: Places = many.collect();
        let first = comments(None, &many, HAND).unwrap();
        let drawing = boxes(None, &first, &many).unwrap();
        assert!(drawing.contains("data=\"1,2\"/>"), "{}", &drawing[..400]);
        assert!(drawing.contains("_x0000_s3024\""), "1024 and 2000");
        let small = boxes(
            None,
            &comments(None, &notes(&[((0, 0), "x")]), HAND).unwrap(),
            &notes(&[]),
        );
        assert!(small.unwrap().contains("data=\"1\"/>"));
        let theirs = "<xml xmlns:v=\"urn:schemas-microsoft-com:vml\" xmlns:o=\"urn:schemas-microsoft-com:office:office\" xmlns:x=\"urn:schemas-microsoft-com:office:excel\">\
             <o:shapelayout v:ext='edit'><o:idmap v:ext='edit' data='7'/></o:shapelayout><v:shape id=\"_x0000_s7171\"></v:shape></xml>";
        let said = notes(&[((4, 4), "x")]);
        let more = boxes(Some(theirs), &comments(None, &said, HAND).unwrap(), &said).unwrap();
        assert!(more.contains("data=\"7\"/>"), "{more}");
        assert!(more.contains("id=\"_x0000_s7172\""), "{more}");
    }

    #[test]
    fn a_drawing_may_call_its_namespaces_what_it_likes() {
        let said = notes(&[((0, 0), "tester:\nx")]);
        let first = comments(None, &said, HAND).unwrap();
        let odd = "<xml xmlns:ns0='urn:schemas-microsoft-com:office:office' xmlns:ns1=\"urn:schemas-microsoft-com:vml\" xmlns:ns2=\"urn:schemas-microsoft-com:office:excel\"></xml>";
        let drawn = boxes(Some(odd), &first, &said).unwrap();
        assert!(drawn.contains("<ns1:shape id=\"_x0000_s1025\""), "{drawn}");
        assert!(drawn.contains("ns0:insetmode"), "{drawn}");
        assert!(drawn.contains("<ns2:Row>0</ns2:Row>"), "{drawn}");
        assert!(!drawn.contains("<v:") && !drawn.contains(" o:"), "{drawn}");
        let none = boxes(Some("<xml></xml>"), &first, &said);
        assert_eq!(none, None, "not such a drawing");
        let again = comments(Some(&first.text), &notes(&[]), HAND).unwrap();
        let empty = boxes(Some(&drawn), &again, &notes(&[])).unwrap();
        assert!(!empty.contains("<ns1:shape "), "{empty}");
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
