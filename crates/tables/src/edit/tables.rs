//! The tables (list objects) of a sheet: where they stand, and how one grows by our columns.

use super::error::EditError;
use super::frame::range_text;
use super::package::{Package, Relation};
use super::survey::{Corners, range_of};
use super::xml;

/// A table.
#[derive(Debug)]
pub struct Table {
    /// Its part.
    pub part: String,
    /// Its corners, header and totals among its rows.
    pub corners: Corners,
    text: String,
}

/// The tables of the sheet with these relationships.
///
/// # Errors
///
/// When a part of a table cannot be read.
pub fn of(package: &mut Package, relations: &[Relation]) -> Result<Vec<Table>, EditError> {
    let mut found = Vec::new();
    for relation in relations.iter().filter(|one| one.kind == "table") {
        let Some(part) = relation.target.as_ref().filter(|part| package.has(part)) else {
            continue;
        };
        let text = package.text(part)?;
        let root = xml::split(&text).map_err(|error| EditError::unreadable(part, error))?;
        let range = xml::attribute(&root.with([""]), "ref");
        if let Some(corners) = range.and_then(|range| range_of(&range)) {
            found.push(Table {
                part: part.clone(),
                corners,
                text,
            });
        }
    }
    Ok(found)
}

impl Table {
    /// The table with further columns (their places from 0, from the left, and titles); none where
    /// they cannot be part of it and stand beside it: not right beside its header, titles that it
    /// has already, or columns that come from outside the workbook.
    ///
    /// # Errors
    ///
    /// When the part is no XML.
    pub fn widened(
        &self,
        header_row: u32,
        new: &[(u32, &str)],
    ) -> Result<Option<String>, EditError> {
        let broken = |error| EditError::unreadable(&self.part, error);
        let ((top, left), (bottom, right)) = self.corners;
        let beside = (right + 1..).zip(new).all(|(next, (at, _))| next == *at);
        if new.is_empty() || !beside || top + 1 != header_row {
            return Ok(None);
        }
        let root = xml::split(&self.text).map_err(broken)?;
        let shell = root.with([""]);
        let has = |name: &str, usual: &str| {
            xml::attribute(&shell, name).is_none_or(|value| value == usual)
        };
        if !has("tableType", "worksheet") || !has("headerRowCount", "1") {
            return Ok(None);
        }
        let last = new.last().map_or(right, |(at, _)| *at);
        let p = root.prefix();
        let mut children = Vec::new();
        for child in &root.children {
            children.push(match child.name {
                "autoFilter" => {
                    let range = xml::attribute(child.raw, "ref").and_then(|range| range_of(&range));
                    let wide = range.map(|(first, (below, _))| range_text(first, (below, last)));
                    xml::with_attributes(child.raw, &[("ref", wide.as_deref())])
                }
                "tableColumns" => match columns(child.raw, p, new).map_err(broken)? {
                    Some(columns) => columns,
                    None => return Ok(None),
                },
                _ => child.raw.to_owned(),
            });
        }
        let range = range_text((top, left), (bottom, last));
        let text = format!("{}{}", root.before, {
            let whole = root.with(children);
            xml::with_attributes(&whole[root.before.len()..], &[("ref", Some(&range))])
        });
        Ok(Some(text))
    }
}

/// The list of columns with ours; none when it has such titles already.
fn columns(raw: &str, p: &str, new: &[(u32, &str)]) -> Result<Option<String>, quick_xml::Error> {
    let list = xml::split(raw)?;
    let value = |raw: &str, name: &str| xml::attribute(raw, name).unwrap_or_default();
    let names = list.children.iter().map(|one| value(one.raw, "name"));
    let names: Vec<String> = names.map(|name| name.to_lowercase()).collect();
    if new
        .iter()
        .any(|(_, title)| names.contains(&title.to_lowercase()))
    {
        return Ok(None);
    }
    let ids = list.children.iter().map(|one| value(one.raw, "id"));
    let highest = ids.filter_map(|id| id.parse::<u32>().ok()).max();
    let more = (highest.unwrap_or(0) + 1..)
        .zip(new)
        .map(|(id, (_, title))| {
            let title = xml::escaped(title);
            format!("<{p}tableColumn id=\"{id}\" name=\"{title}\"/>")
        });
    let old = list.children.iter().map(|one| one.raw.to_owned());
    let all: Vec<String> = old.chain(more).collect();
    let count = all.len().to_string();
    let list = list.with(all);
    Ok(Some(xml::with_attributes(
        &list,
        &[("count", Some(&count))],
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(attributes: &str, columns: &str) -> Table {
        Table {
            part: "xl/tables/table1.xml".into(),
            corners: range_of("B3:C6").unwrap(),
            text: format!(
                "<?xml version=\"1.0\"?>\n<x:table xmlns:x=\"u\" id=\"1\" ref=\"B3:C6\" totalsRowCount=\"1\"{attributes}>\
                 <x:autoFilter ref=\"B3:C5\"><x:filterColumn colId=\"0\"/></x:autoFilter>\
                 <x:tableColumns count=\"2\">{columns}</x:tableColumns><x:tableStyleInfo/></x:table>"
            ),
        }
    }

    const COLUMNS: &str =
        "<x:tableColumn id=\"7\" name=\"Name\"/><x:tableColumn id=\"2\" name=\"Id\"/>";

    #[test]
    fn a_table_grows_by_columns_right_beside_it() {
        let text = table("", COLUMNS)
            .widened(3, &[(3, "ImportStatus"), (4, "ImportCode")])
            .unwrap()
            .unwrap();
        assert_eq!(
            text,
            "<?xml version=\"1.0\"?>\n<x:table xmlns:x=\"u\" id=\"1\" totalsRowCount=\"1\" ref=\"B3:E6\">\
             <x:autoFilter ref=\"B3:E5\"><x:filterColumn colId=\"0\"/></x:autoFilter>\
             <x:tableColumns count=\"4\"><x:tableColumn id=\"7\" name=\"Name\"/>\
             <x:tableColumn id=\"2\" name=\"Id\"/><x:tableColumn id=\"8\" name=\"ImportStatus\"/>\
             <x:tableColumn id=\"9\" name=\"ImportCode\"/></x:tableColumns><x:tableStyleInfo/></x:table>"
        );
    }

    #[test]
    fn columns_that_cannot_be_part_of_a_table_stand_beside_it() {
        let grown = |attributes: &str, header_row, new: &[(u32, &str)]| {
            table(attributes, COLUMNS).widened(header_row, new).unwrap()
        };
        assert!(grown("", 3, &[(3, "ImportCode")]).is_some());
        for (why, attributes, header_row, new) in [
            ("nothing is new", "", 3, &[][..]),
            ("a gap", "", 3, &[(4, "ImportCode")]),
            ("a title twice", "", 3, &[(3, "ID")]),
            ("another header", "", 2, &[(3, "ImportCode")]),
            ("none", " headerRowCount=\"0\"", 3, &[(3, "ImportCode")]),
            (
                "a query",
                " tableType=\"queryTable\"",
                3,
                &[(3, "ImportCode")],
            ),
        ] {
            assert_eq!(grown(attributes, header_row, new), None, "{why}");
        }
    }
}
