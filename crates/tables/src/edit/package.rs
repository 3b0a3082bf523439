//! The parts of an XLSX package and how they hang together: names, relationships, what can be
//! reached. Writes nothing.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufRead, BufReader, Cursor, Read};

use crate::opc::resolve;
pub use crate::opc::{key, relations_name};

use super::error::EditError;
use super::xml;

/// Parts that are held in memory may be so large; sheets are streamed.
const MOST_BYTES: u64 = 256 << 20;

/// An XLSX file in memory.
pub struct Package {
    archive: zip::ZipArchive<Cursor<Vec<u8>>>,
    /// The place of each part in the archive, by its name in small letters.
    places: HashMap<String, usize>,
    /// The names of the entries as they stand in the archive.
    names: Vec<String>,
}

/// One relationship of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Its id within the part.
    pub id: String,
    /// The last word of its type: `worksheet`.
    pub kind: String,
    /// The part it leads to, from the root, without a slash before it; `None` for a place outside.
    pub target: Option<String>,
}

impl Package {
    /// Opens a package.
    ///
    /// # Errors
    ///
    /// When the bytes are no archive, or two parts have one name.
    pub fn open(bytes: Vec<u8>) -> Result<Self, EditError> {
        let broken = |error| EditError::unreadable("directory", error);
        let archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
        let mut places = HashMap::new();
        let mut names = Vec::new();
        for index in 0..archive.len() {
            let name = match archive.name_for_index(index) {
                Some(Ok(name)) => name.into_owned(),
                _ => {
                    return Err(EditError::refused(
                        "a part of it has a name that is no text",
                    ));
                }
            };
            if places.insert(key(&name), index).is_some() {
                return Err(EditError::refused("two parts of it have the same name"));
            }
            names.push(name);
        }
        Ok(Self {
            archive,
            places,
            names,
        })
    }

    /// The names of all entries, in their order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether there is such a part.
    pub fn has(&self, part: &str) -> bool {
        self.places.contains_key(&key(part))
    }

    /// A name that no part has: `stem`, a number, `ending`.
    pub fn free_name(&self, stem: &str, ending: &str) -> String {
        self.free_name_beside(stem, ending, |_| false)
    }

    /// The same beside names that are `taken` though no part has them yet.
    pub fn free_name_beside(
        &self,
        stem: &str,
        ending: &str,
        taken: impl Fn(&str) -> bool,
    ) -> String {
        let names = (1_u32..).map(|number| format!("{stem}{number}{ending}"));
        let mut free = names.filter(|name| !self.has(name) && !taken(name));
        free.next().unwrap_or_default()
    }

    /// An entry as it is compressed, by its place among [`Package::names`].
    ///
    /// # Errors
    ///
    /// When the archive is damaged there.
    pub fn raw(
        &mut self,
        place: usize,
    ) -> Result<zip::read::ZipFile<'_, Cursor<Vec<u8>>>, EditError> {
        let opened = self.archive.by_index_raw(place);
        opened.map_err(|error| EditError::unreadable(&self.names[place], error))
    }

    /// A part as it is inflated; UTF-8 or refused.
    ///
    /// # Errors
    ///
    /// When there is no such part, or it is not UTF-8.
    pub fn stream(&mut self, part: &str) -> Result<impl BufRead + '_, EditError> {
        let place = self.places.get(&key(part)).copied();
        let place = place.ok_or_else(|| EditError::unreadable(part, "it is not there"))?;
        let opened = self.archive.by_index(place);
        let opened = opened.map_err(|error| EditError::unreadable(part, error))?;
        let mut reader = BufReader::with_capacity(1 << 16, opened);
        let head = reader
            .fill_buf()
            .map_err(|error| EditError::unreadable(part, error))?;
        if !xml::is_utf8(head) {
            return Err(EditError::refused(format!("its part {part} is not UTF-8")));
        }
        Ok(reader)
    }

    /// A whole part.
    ///
    /// # Errors
    ///
    /// As [`Package::stream`], and where it is too large.
    pub fn text(&mut self, part: &str) -> Result<String, EditError> {
        let mut text = String::new();
        let mut reader = self.stream(part)?.take(MOST_BYTES);
        reader
            .read_to_string(&mut text)
            .map_err(|error| EditError::unreadable(part, error))?;
        if text.len() as u64 == MOST_BYTES {
            return Err(EditError::refused(format!("its part {part} is too large")));
        }
        Ok(text)
    }

    /// The text of a part's relationships; `None` when it has none.
    ///
    /// # Errors
    ///
    /// As [`Package::text`].
    pub fn relations_text(&mut self, part: &str) -> Result<Option<String>, EditError> {
        let name = relations_name(part);
        if self.has(&name) {
            return self.text(&name).map(Some);
        }
        Ok(None)
    }

    /// The relationships of a part, of the package itself when `part` is empty.
    ///
    /// # Errors
    ///
    /// As [`Package::text`], and where they are no XML.
    pub fn relations(&mut self, part: &str) -> Result<Vec<Relation>, EditError> {
        match self.relations_text(part)? {
            Some(text) => self.parse(part, &text),
            None => Ok(Vec::new()),
        }
    }

    fn parse(&self, part: &str, text: &str) -> Result<Vec<Relation>, EditError> {
        let split = xml::split(text).map_err(|error| EditError::unreadable(part, error))?;
        let mut found = Vec::new();
        for child in split.children {
            let value = |name| xml::attribute(child.raw, name).unwrap_or_default();
            let outside = value("TargetMode").eq_ignore_ascii_case("external");
            let target = resolve(part, &value("Target"), |name| self.has(name));
            found.push(Relation {
                id: value("Id"),
                kind: value("Type").rsplit('/').next().unwrap_or("").to_owned(),
                target: (!outside).then_some(target),
            });
        }
        Ok(found)
    }

    /// Every part that can be reached from the package's root, its relationship parts among them,
    /// in small letters. `changed` has new texts of relationship parts by their names.
    ///
    /// # Errors
    ///
    /// As [`Package::relations`], for any of them.
    pub fn reachable(
        &mut self,
        changed: &BTreeMap<String, String>,
    ) -> Result<BTreeSet<String>, EditError> {
        let changed: HashMap<String, &String> = changed
            .iter()
            .map(|(name, text)| (key(name), text))
            .collect();
        let mut found = BTreeSet::new();
        let mut next = vec![String::new()];
        while let Some(part) = next.pop() {
            let name = relations_name(&part);
            let relations = match changed.get(&key(&name)) {
                Some(text) => self.parse(&part, text)?,
                None => self.relations(&part)?,
            };
            found.insert(key(&name));
            for target in relations.into_iter().filter_map(|one| one.target) {
                if found.insert(key(&target)) {
                    next.push(target);
                }
            }
        }
        Ok(found)
    }
}
