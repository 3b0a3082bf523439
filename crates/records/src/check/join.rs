//! Several sheets as one table, for result files: columns of the same field stand in one column,
//! others are put together by their headers, in the order in which they first appear.
//!
//! The joined header is chosen so that the mapping reads it as the sheets were read: a file with
//! the rejected rows of all sheets can be mended and imported as it is.

use std::borrow::Cow;

use super::field::Field;
use super::mapping::fold::fold;
use super::mapping::{
    IMPORT_SHEET, MappedColumn, Mapping, MappingOptions, Matched, Origin, Role, letters_of,
    map_header, says,
};
use crate::model::rules::headers::HEADERS_COLLIDE;
use crate::model::{CellKind, Header, HeaderCell, Row, RowBatch};
use tables::formula::neutralise;

/// The columns of several sheets, joined.
#[derive(Debug, Clone)]
pub struct Joined {
    /// The joined columns; the last one names the sheet.
    pub mapping: Mapping,
    sheets: Vec<Sheet>,
}

#[derive(Debug, Clone)]
struct Sheet {
    name: String,
    /// Where each of its columns stands among the joined ones.
    places: Vec<Option<usize>>,
    /// Whether its cells get formula marks, because those of another sheet bear them.
    mark: bool,
}

/// What makes two columns the same.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Key {
    /// They are read as the same field.
    Field(Field),
    /// One of the columns of our own result files.
    Own(String),
    /// They have the same header, and are the same one among those of that header on their sheet.
    Text(String, usize),
}

/// Joins the columns of sheets, each given with its name, in the order of the workbook.
pub fn join(sheets: &[(&str, &Mapping)], options: &MappingOptions) -> Joined {
    let mut keys: Vec<Key> = Vec::new();
    let mut columns: Vec<MappedColumn> = Vec::new();
    let mut placed = Vec::new();
    let marked = |mapping: &Mapping| mapping.origin == Origin::Results;
    let any_marked = sheets.iter().any(|(_, mapping)| marked(mapping));
    for (name, mapping) in sheets {
        let own = keys_of(mapping);
        let places = own.into_iter().zip(&mapping.columns).map(|(key, column)| {
            let key = key?;
            let known = keys.iter().position(|other| *other == key);
            Some(known.unwrap_or_else(|| {
                keys.push(key);
                columns.push(MappedColumn {
                    column: u32::try_from(columns.len()).unwrap_or(u32::MAX),
                    ..column.clone()
                });
                columns.len() - 1
            }))
        });
        placed.push(Sheet {
            places: places.collect(),
            name: (*name).to_owned(),
            mark: any_marked && !marked(mapping),
        });
    }
    columns.push(MappedColumn {
        header: IMPORT_SHEET.to_owned(),
        column: u32::try_from(columns.len()).unwrap_or(u32::MAX),
        role: Role::Reserved,
    });
    let first = sheets.first().map(|(_, mapping)| *mapping);
    name_columns(&mut columns, options);
    Joined {
        mapping: Mapping {
            columns,
            defaults: first.map_or_else(Vec::new, |mapping| mapping.defaults.clone()),
            constants: first.map_or_else(Vec::new, |mapping| mapping.constants.clone()),
            places: first.map_or_else(Default::default, |mapping| mapping.places.clone()),
            origin: if any_marked {
                Origin::Results
            } else {
                Origin::Foreign
            },
        },
        sheets: placed,
    }
}

/// What each column of a sheet is joined by; none for the sheet's name of an earlier import.
fn keys_of(mapping: &Mapping) -> Vec<Option<Key>> {
    let mut keys: Vec<Option<Key>> = Vec::with_capacity(mapping.columns.len());
    for column in &mapping.columns {
        let folded = fold(&column.header);
        let key = match column.role {
            Role::Field { field, .. } => Some(Key::Field(field)),
            Role::Reserved if folded == fold(IMPORT_SHEET) => None,
            Role::Reserved => Some(Key::Own(folded)),
            _ => {
                let text = if folded.is_empty() {
                    column.header.trim().to_owned()
                } else {
                    folded
                };
                let same =
                    |key: &&Option<Key>| matches!(key, Some(Key::Text(other, _)) if *other == text);
                let before = keys.iter().filter(same).count();
                Some(Key::Text(text, before))
            }
        };
        keys.push(key);
    }
    keys
}

/// The headers under which result files of one table hold its columns, so that they are read
/// again as they were: those of the file, but where a group above them or a mapping by letters
/// told what they are.
pub fn headers_of_results(mapping: &Mapping, options: &MappingOptions) -> Vec<String> {
    let by_letters = options.map.iter().any(|(key, _)| letters_of(key).is_some());
    let unclear = mapping.columns.iter().any(|column| match column.role {
        Role::Field { matched, field } => matched != Matched::Given && !says(&column.header, field),
        _ => false,
    });
    let mut columns = mapping.columns.clone();
    if by_letters || unclear {
        name_columns(&mut columns, options);
    }
    columns.into_iter().map(|column| column.header).collect()
}

/// Renames columns until the mapping reads them as the sheets were read. Letters of a mapping are
/// those of the file that was read, so they name nothing here.
fn name_columns(columns: &mut [MappedColumn], options: &MappingOptions) {
    const ROUNDS: usize = 3;
    let options = &MappingOptions {
        map: options
            .map
            .iter()
            .filter(|(key, _)| letters_of(key).is_none())
            .cloned()
            .collect(),
        ..options.clone()
    };
    for round in 0..ROUNDS {
        let header = Header {
            cells: columns
                .iter()
                .map(|column| HeaderCell::new(&column.header, column.column))
                .collect(),
            row: 1,
        };
        // The options were good for each sheet, so they are for all. Columns of the same meaning
        // collide only where their cells differ.
        let empty = map_header(&header, &RowBatch::default(), options);
        let differing = map_header(&header, &different_cells(columns.len()), options);
        let (Ok((found, _)), Ok((apart, problems))) = (empty, differing) else {
            return;
        };
        let collide = problems
            .iter()
            .any(|problem| problem.rule.code == HEADERS_COLLIDE.code);
        let mut changed = false;
        let both = found.columns.iter().zip(&apart.columns);
        for (column, (found, apart)) in columns.iter_mut().zip(both) {
            let (wanted, read) = (column.field(), found.field());
            let by_word = |role: &Role| match role {
                Role::Field { matched, .. } => *matched != Matched::Values,
                role => matches!(role, Role::Unused { .. }),
            };
            let collides = collide && apart.role == Role::Undecided && by_word(&found.role);
            if wanted == read && !collides {
                continue;
            }
            match (wanted, read) {
                (Some(field), _) => field.name().clone_into(&mut column.header),
                (None, _) if round > 0 => {
                    column.header = format!("Not imported: {}", column.header);
                }
                (None, _) => {}
            }
            changed = true;
        }
        if !changed {
            return;
        }
    }
}

/// A row in which no two cells are the same.
fn different_cells(count: usize) -> RowBatch {
    let mut batch = RowBatch::default();
    for index in 0..count {
        batch.push_cell(&format!("cell {index}"), CellKind::Text);
    }
    batch.end_row(2, 2);
    batch
}

impl Joined {
    /// How many columns there are.
    pub fn width(&self) -> usize {
        self.mapping.columns.len()
    }

    /// The column of a sheet (its place among those joined), as its mapping counts them, that
    /// stands at each place of the joined header; none where the sheet has no such column.
    pub fn columns_of(&self, sheet: usize) -> Vec<Option<usize>> {
        let mut found = vec![None; self.width()];
        for (column, place) in self.sheets[sheet].places.iter().enumerate() {
            if let Some(place) = place {
                found[*place] = Some(column);
            }
        }
        found
    }

    /// Appends a row of the sheet (its place among those joined) to `batch`, its cells where the
    /// joined columns are. Cells beyond the sheet's header stand beyond the joined one.
    pub fn push(&self, sheet: usize, row: Row<'_>, batch: &mut RowBatch) {
        let Sheet { name, places, mark } = &self.sheets[sheet];
        let mut cells: Vec<(Cow<'_, str>, CellKind)> = Vec::new();
        cells.resize_with(self.width(), Default::default);
        for (index, cell) in row.cells().enumerate() {
            let text = if *mark {
                neutralise(cell.text)
            } else {
                Cow::Borrowed(cell.text)
            };
            match places.get(index) {
                Some(Some(place)) => cells[*place] = (text, cell.kind),
                Some(None) => {}
                None => cells.push((text, cell.kind)),
            }
        }
        cells[self.width() - 1] = (Cow::Borrowed(name), CellKind::Text);
        for (text, kind) in cells {
            batch.push_cell(&text, kind);
        }
        batch.end_row(row.number(), row.line());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::mapping::Mapping;

    fn mapping(headers: &[&str]) -> Mapping {
        let header = Header {
            cells: (0..)
                .zip(headers)
                .map(|(column, text)| HeaderCell::new(text, column))
                .collect(),
            row: 1,
        };
        let found = map_header(&header, &RowBatch::default(), &MappingOptions::default());
        found.unwrap().0
    }

    fn check(sheets: &[&[&str]]) -> String {
        let mappings: Vec<Mapping> = sheets.iter().map(|headers| mapping(headers)).collect();
        let named: Vec<(&str, &Mapping)> = mappings.iter().map(|one| ("S", one)).collect();
        let joined = join(&named, &MappingOptions::default());
        let headers = joined.mapping.columns.iter();
        headers
            .map(|column| column.header.as_str())
            .collect::<Vec<_>>()
            .join("|")
    }

    #[test]
    fn columns_are_joined_by_field_else_by_header() {
        let joined = check(&[
            &["Name", "Notes", "Level", ""],
            &["Level", "Customer", "notes", "City", "Notes"],
        ]);
        assert_eq!(joined, "Name|Notes|Level||City|Notes|ImportSheet");
    }

    #[test]
    fn the_joined_header_is_read_as_the_sheets_were() {
        // The second sheet's Company is not read: it is empty, and there is a Name.
        let joined = check(&[&["Company", "City"], &["Name", "Company", "City"]]);
        assert_eq!(joined, "Name|City|Not imported: Company|ImportSheet");
        let again = mapping(&["Name", "City", "Not imported: Company"]);
        assert_eq!(again.index_of(Field::Name), Some(0));
    }

    #[test]
    fn cells_stand_where_their_columns_are() {
        let mappings = [mapping(&["Name", "City"]), mapping(&["Level", "Name"])];
        let named = [("North", &mappings[0]), ("South", &mappings[1])];
        let joined = join(&named, &MappingOptions::default());
        let mut batch = RowBatch::default();
        for text in ["Site", "Acme", "beyond"] {
            batch.push_cell(text, CellKind::Text);
        }
        batch.end_row(7, 7);
        let mut out = RowBatch::default();
        joined.push(1, batch.row(0).unwrap(), &mut out);
        let row = out.row(0).unwrap();
        let cells: Vec<&str> = row.cells().map(|cell| cell.text).collect();
        assert_eq!(cells, ["Acme", "", "Site", "South", "beyond"]);
        assert_eq!(row.number(), 7);
        assert_eq!(joined.columns_of(1), [Some(1), None, Some(0), None]);
    }
}
