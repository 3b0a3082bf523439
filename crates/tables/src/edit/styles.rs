//! `styles.xml`: the workbook's own cell styles stay as they are; those that are needed beside them
//! are appended.

use std::collections::HashMap;

use super::colours::{Theme, hex};
use super::error::EditError;
use super::xml::{self, Split};
use super::{Hand, cells::Fault};

/// Excel opens no workbook with more cell styles.
const MOST_STYLES: usize = 64_000;

/// The parts of a style sheet in their order.
const ORDER: [&str; 11] = [
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
];

/// What a workbook without styles has.
const BARE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n\
    <styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"/>";

/// Part, its element, and what it holds where the workbook has none.
const LISTS: [(&str, &str); 5] = [
    (
        "fonts",
        "<fonts count=\"1\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>",
    ),
    (
        "fills",
        "<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>\
         <fill><patternFill patternType=\"gray125\"/></fill></fills>",
    ),
    (
        "borders",
        "<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>",
    ),
    (
        "cellStyleXfs",
        "<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>",
    ),
    (
        "cellXfs",
        "<cellXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/></cellXfs>",
    ),
];

/// One list of a style sheet.
#[derive(Debug)]
struct List {
    /// The element without its children, to be filled.
    shell: String,
    items: Vec<String>,
}

/// A style sheet that grows.
#[derive(Debug)]
pub struct Styles {
    /// The root without its children.
    shell: String,
    prefix: String,
    /// Everything else, by name.
    others: Vec<(String, String)>,
    fonts: List,
    fills: List,
    borders: List,
    style_xfs: List,
    xfs: List,
    /// The places of the fills that were added, by colour.
    grounds: HashMap<u32, usize>,
    derived: HashMap<(u32, Wanted), u32>,
    /// Whether the cells of a style stand on a ground of ours, where that was asked.
    ours: HashMap<u32, bool>,
    hand: Hand,
}

/// How a style differs from the one it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Wanted {
    Error,
    Warning,
    /// On the ground it had, red, green and blue; on none.
    Clear(Option<u32>),
}

/// What a cell stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Nothing, or nothing that can be told.
    Bare,
    /// Our colour of cells at fault.
    Ours,
    /// A colour of the user's: red, green and blue.
    Own(u32),
}

impl Styles {
    /// Takes a style sheet apart; none is as good as an empty one.
    ///
    /// # Errors
    ///
    /// When the part is no XML.
    pub fn open(text: Option<&str>, hand: Hand) -> Result<Self, EditError> {
        let broken = |error| EditError::unreadable("styles.xml", error);
        let root = xml::split(text.unwrap_or(BARE)).map_err(broken)?;
        let prefix = root.prefix().to_owned();
        let list = |at: usize| -> Result<List, EditError> {
            let (name, bare) = LISTS[at];
            let raw = match root.children.iter().find(|child| child.name == name) {
                Some(child) => child.raw.to_owned(),
                None => xml::prefixed(bare, &prefix),
            };
            let mut split = xml::split(&raw).map_err(broken)?;
            if split.children.is_empty() {
                // An empty list: its first entry is what every cell falls back to.
                let bare = xml::prefixed(bare, &prefix);
                return Ok(List::of(&xml::split(&bare).map_err(broken)?));
            }
            split.before = "";
            Ok(List::of(&split))
        };
        let lists = [list(0)?, list(1)?, list(2)?, list(3)?, list(4)?];
        let [fonts, fills, borders, style_xfs, xfs] = lists;
        let listed = |name: &str| LISTS.iter().any(|(list, _)| *list == name);
        let others = root.children.iter().filter(|child| !listed(child.name));
        Ok(Self {
            others: others
                .map(|child| (child.name.to_owned(), child.raw.to_owned()))
                .collect(),
            shell: root.with([MARK]),
            prefix,
            fonts,
            fills,
            borders,
            style_xfs,
            xfs,
            grounds: HashMap::new(),
            derived: HashMap::new(),
            ours: HashMap::new(),
            hand,
        })
    }

    /// Makes room for cells that name styles which do not exist: they look like all others.
    pub fn pad(&mut self, highest: u32) {
        while self.xfs.items.len() <= highest as usize && self.xfs.items.len() < MOST_STYLES {
            let first = self.xfs.items[0].clone();
            self.xfs.items.push(first);
        }
    }

    /// Appends all cell styles of another style sheet (one that has no number formats of its own);
    /// gives the place of the first.
    ///
    /// # Errors
    ///
    /// As [`Styles::open`], and where there are more styles than Excel opens.
    pub fn import(&mut self, other: &str) -> Result<u32, EditError> {
        let other = Self::open(Some(other), self.hand)?;
        let start = self.xfs.items.len();
        let [fonts, fills, borders] = [&self.fonts, &self.fills, &self.borders].map(List::len);
        let moved = |xf: &String| {
            let number = |name: &str, by: usize| {
                let number = xml::attribute(xf, name).and_then(|value| value.parse().ok());
                (number.unwrap_or(0_usize) + by).to_string()
            };
            let (font, fill, border) = (
                number("fontId", fonts),
                number("fillId", fills),
                number("borderId", borders),
            );
            let set = [
                ("fontId", Some(font.as_str())),
                ("fillId", Some(fill.as_str())),
                ("borderId", Some(border.as_str())),
                ("xfId", Some("0")),
            ];
            xml::with_attributes(xf, &set)
        };
        let xfs: Vec<String> = other.xfs.items.iter().map(moved).collect();
        let prefix = self.prefix.clone();
        for (into, from) in [
            (&mut self.fonts, other.fonts.items),
            (&mut self.fills, other.fills.items),
            (&mut self.borders, other.borders.items),
            (&mut self.xfs, xfs),
        ] {
            let prefixed = from.iter().map(|item| xml::prefixed(item, &prefix));
            into.items.extend(prefixed);
        }
        u32::try_from(start).map_err(|_| EditError::refused("it has too many cell styles"))
    }

    /// The style of a cell at fault: its own on our ground.
    pub fn at_fault(&mut self, own: u32, worst: Fault) -> u32 {
        let wanted = if worst == Fault::Error {
            Wanted::Error
        } else {
            Wanted::Warning
        };
        self.derive(own, wanted)
    }

    /// The style of a cell that is right now: on the ground it had before ours.
    pub fn cleared(&mut self, own: u32, before: Option<u32>) -> u32 {
        let known = self.ours.get(&own).copied();
        let ours = known.unwrap_or_else(|| {
            let ours = self.ground(own, &Theme::default()) == Ground::Ours;
            self.ours.insert(own, ours);
            ours
        });
        if ours {
            self.derive(own, Wanted::Clear(before))
        } else {
            own
        }
    }

    /// The style with its text as high in the cell as that of another style: at the bottom, where that
    /// one does not say.
    pub fn as_high_as(&mut self, style: u32, other: u32) -> u32 {
        let (xfs, prefix) = (&self.xfs.items, &self.prefix);
        let Some(xf) = xfs.get(style as usize).and_then(|raw| xml::split(raw).ok()) else {
            return style;
        };
        let alignment = |raw: &str| {
            let split = xml::split(raw).ok()?;
            let mut children = split.children.iter();
            let found = children.find(|child| child.name == "alignment")?;
            Some(found.raw.to_owned())
        };
        let other = xfs.get(other as usize).and_then(|raw| alignment(raw));
        let height = other.and_then(|raw| xml::attribute(&raw, "vertical"));
        let bare = || xml::prefixed("<alignment/>", prefix);
        let own = xfs.get(style as usize).and_then(|raw| alignment(raw));
        let own = xml::with_attributes(
            &own.unwrap_or_else(bare),
            &[("vertical", height.as_deref())],
        );
        let others = xf.children.iter().filter(|child| child.name != "alignment");
        let children = std::iter::once(own.as_str()).chain(others.map(|child| child.raw));
        let derived = xml::with_attributes(&xf.with(children), &[("applyAlignment", Some("1"))]);
        if self.xfs.len() >= MOST_STYLES {
            return style;
        }
        let place = u32::try_from(self.xfs.len()).unwrap_or(style);
        self.xfs.items.push(derived);
        place
    }

    /// What the cells of a style stand on.
    pub fn ground(&self, style: u32, theme: &Theme) -> Ground {
        let fill = self.fill_of(style).and_then(|at| self.fills.items.get(at));
        let pattern = fill.and_then(|raw| xml::split(raw).ok());
        let pattern = pattern
            .as_ref()
            .and_then(|fill| fill.children.iter().find(|one| one.name == "patternFill"));
        let solid = pattern
            .filter(|one| {
                xml::attribute(one.raw, "patternType").is_some_and(|kind| kind == "solid")
            })
            .and_then(|one| xml::split(one.raw).ok());
        let colour = solid
            .as_ref()
            .and_then(|solid| solid.children.iter().find(|one| one.name == "fgColor"));
        let Some(colour) = colour else {
            return Ground::Bare;
        };
        let value = xml::attribute(colour.raw, "rgb").and_then(|value| hex(&value));
        if value.is_some_and(|value| [self.hand.error, self.hand.warning].contains(&value)) {
            return Ground::Ours;
        }
        theme.colour(colour.raw).map_or(Ground::Bare, Ground::Own)
    }

    fn fill_of(&self, style: u32) -> Option<usize> {
        let xf = self.xfs.items.get(style as usize)?;
        xml::attribute(xf, "fillId")?.parse().ok()
    }

    fn derive(&mut self, own: u32, wanted: Wanted) -> u32 {
        if let Some(known) = self.derived.get(&(own, wanted)) {
            return *known;
        }
        let ground = match wanted {
            Wanted::Error => Some(self.hand.error),
            Wanted::Warning => Some(self.hand.warning),
            Wanted::Clear(before) => before,
        };
        let fill = ground.map_or(0, |ground| self.fill(ground));
        let base = self.xfs.items.get(own as usize);
        let Some(base) = base.filter(|_| self.xfs.len() < MOST_STYLES) else {
            return own;
        };
        let set = [
            ("fillId", Some(fill.to_string())),
            ("applyFill", Some("1".to_owned())),
        ];
        let set = set
            .each_ref()
            .map(|(name, value)| (*name, value.as_deref()));
        let derived = xml::with_attributes(base, &set);
        let place = u32::try_from(self.xfs.len()).unwrap_or(own);
        self.xfs.items.push(derived);
        self.derived.insert((own, wanted), place);
        place
    }

    /// The place of a fill of one colour.
    fn fill(&mut self, ground: u32) -> usize {
        *self.grounds.entry(ground).or_insert_with(|| {
            let fill = format!(
                "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FF{ground:06X}\"/>\
                 <bgColor indexed=\"64\"/></patternFill></fill>"
            );
            self.fills.items.push(xml::prefixed(&fill, &self.prefix));
            self.fills.items.len() - 1
        })
    }

    /// The style sheet as it is now.
    pub fn render(self) -> String {
        let mut parts = self.others;
        for (name, list) in [
            ("fonts", self.fonts),
            ("fills", self.fills),
            ("borders", self.borders),
            ("cellStyleXfs", self.style_xfs),
            ("cellXfs", self.xfs),
        ] {
            parts.push((name.to_owned(), list.render()));
        }
        let place = |name: &str| ORDER.iter().position(|known| *known == name);
        parts.sort_by_key(|(name, _)| place(name).unwrap_or(ORDER.len()));
        let parts: String = parts.into_iter().map(|(_, raw)| raw).collect();
        self.shell.replacen(MARK, &parts, 1)
    }
}

/// Stands where the children of an emptied element come.
const MARK: &str = "\u{0}";

impl List {
    fn of(split: &Split<'_>) -> Self {
        Self {
            shell: split.with([MARK]),
            items: split
                .children
                .iter()
                .map(|child| child.raw.to_owned())
                .collect(),
        }
    }

    fn len(&self) -> usize {
        self.items.len()
    }

    fn render(self) -> String {
        let count = self.items.len().to_string();
        let shell = xml::with_attributes(&self.shell, &[("count", Some(&count))]);
        shell.replacen(MARK, &self.items.concat(), 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::HAND;

    const SMALL: &str = "<x:styleSheet xmlns:x=\"u\"><x:fonts count=\"1\" k=\"1\"><x:font/></x:fonts>\
        <x:fills count=\"1\"><x:fill><x:patternFill patternType=\"none\"/></x:fill></x:fills>\
        <x:cellXfs count=\"2\"><x:xf fontId=\"0\"/><x:xf numFmtId=\"9\" fillId=\"0\" applyFill=\"0\"><x:alignment/></x:xf></x:cellXfs>\
        <x:dxfs count=\"0\"/></x:styleSheet>";

    #[test]
    fn a_derived_style_keeps_all_but_its_ground() {
        let mut styles = Styles::open(Some(SMALL), HAND).unwrap();
        let fault = styles.at_fault(1, Fault::Error);
        assert_eq!((fault, styles.at_fault(1, Fault::Error)), (2, 2));
        assert_eq!(styles.at_fault(1, Fault::Warning), 3);
        assert_eq!(styles.cleared(1, None), 1, "not our ground");
        assert_eq!(styles.cleared(fault, None), 4);
        let back = styles.cleared(fault, Some(0x00CC_EEFF));
        let theme = Theme::default();
        assert_eq!(
            [1, fault, 4, back].map(|style| styles.ground(style, &theme)),
            [
                Ground::Bare,
                Ground::Ours,
                Ground::Bare,
                Ground::Own(0x00CC_EEFF)
            ]
        );
        let text = styles.render();
        assert!(
            text.contains(
                "<x:xf numFmtId=\"9\" fillId=\"1\" applyFill=\"1\"><x:alignment/></x:xf>"
            ),
            "{text}"
        );
        assert!(text.contains("<x:fills count=\"4\">"), "{text}");
        assert!(text.contains("<x:fonts k=\"1\" count=\"1\">"), "{text}");
        assert!(text.contains("<x:cellXfs count=\"6\">"), "{text}");
        let names: Vec<&str> = xml::split(&text)
            .unwrap()
            .children
            .iter()
            .map(|child| child.name)
            .collect();
        assert_eq!(
            names,
            [
                "fonts",
                "fills",
                "borders",
                "cellStyleXfs",
                "cellXfs",
                "dxfs"
            ]
        );
    }

    #[test]
    fn a_style_is_as_high_as_another_and_else_as_it_was() {
        let sheet = "<styleSheet><cellXfs><xf fontId=\"0\"/>\
            <xf fontId=\"0\"><alignment vertical=\"center\"/></xf>\
            <xf fillId=\"2\"><alignment vertical=\"top\" wrapText=\"1\"/><protection/></xf>\
            </cellXfs></styleSheet>";
        let mut styles = Styles::open(Some(sheet), HAND).unwrap();
        assert_eq!([0, 1].map(|other| styles.as_high_as(2, other)), [3, 4]);
        assert_eq!(styles.as_high_as(0, 1), 5);
        let text = styles.render();
        for xf in [
            "<xf fillId=\"2\" applyAlignment=\"1\"><alignment wrapText=\"1\"/><protection/></xf>",
            "<xf fillId=\"2\" applyAlignment=\"1\"><alignment wrapText=\"1\" vertical=\"center\"/><protection/></xf>",
        ] {
            assert!(text.contains(xf), "{text}");
        }
    }

    #[test]
    fn imported_styles_point_at_their_own_fonts() {
        let mut styles = Styles::open(Some(SMALL), HAND).unwrap();
        let other = "<styleSheet><fonts><font/><font><b/></font></fonts><cellXfs><xf fontId=\"0\"/><xf fontId=\"1\"/></cellXfs></styleSheet>";
        assert_eq!(styles.import(other).unwrap(), 2);
        let text = styles.render();
        assert!(text.contains("<x:font><x:b/></x:font>"), "{text}");
        assert!(
            text.contains(
                "<x:xf fontId=\"2\" fillId=\"1\" borderId=\"1\" xfId=\"0\"/></x:cellXfs>"
            ),
            "{text}"
        );
    }

    #[test]
    fn a_workbook_without_styles_gets_some() {
        let mut styles = Styles::open(None, HAND).unwrap();
        styles.pad(3);
        assert_eq!(styles.at_fault(0, Fault::Error), 4);
        assert!(styles.render().contains("<cellXfs count=\"5\">"));
    }
}
