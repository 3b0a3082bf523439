//! The boxes in which a spreadsheet program shows notes: a drawing in VML beside the comments.

use super::notes::{Comments, Places};
use super::xml;

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
    use crate::edit::notes::comments;
    use crate::edit::notes::tests::{THEIRS, notes};

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
}
