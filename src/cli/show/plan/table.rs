//! A plan as a table, a line per row, for people.

use super::{View, difference_text};
use crate::cli::show::grid::{self, Room};
use crate::model::{Parent, Planned};
use crate::plan::Item;

/// The widest column of the table, in characters.
const WIDEST: usize = 40;

impl View<'_> {
    /// A line per row, in the order of the file, above the counts; and how many columns had no room.
    pub fn table(&self, room: Room) -> (String, usize) {
        let header = [
            "ROW", "ACTION", "FINDING", "ID", "NAME", "PARENT", "DETAILS",
        ];
        let rows = self.plan.items.iter().map(|item| {
            let id = item
                .action
                .id()
                .map_or_else(String::new, |id| id.to_string());
            [
                self.called(item.row),
                item.action.as_str().to_owned(),
                item.finding.as_str().to_owned(),
                id,
                shortened(self.name(item.row)),
                shortened(&self.parent_text(&item.action)),
                self.details(item),
            ]
        });
        let rows: Vec<Vec<String>> = std::iter::once(header.map(str::to_owned))
            .chain(rows)
            .map(Vec::from)
            .collect();
        let mut text = Vec::new();
        // Memory takes everything.
        let left_out = grid::write(&rows, room, &mut text).unwrap_or_default();
        let table = String::from_utf8_lossy(&text);
        let makeup = self.makeup_line(room);
        (
            format!("{table}\n{}\n{makeup}", self.counts_line()),
            left_out,
        )
    }

    fn parent_text(&self, action: &Planned) -> String {
        match action.parent() {
            None => String::new(),
            Some(Parent::Row(row)) => {
                format!("row {}: {}", self.called(row), self.name(row))
            }
            Some(Parent::Customer(id)) => {
                let name = self.tenant.get(id.get()).map_or("", |one| &*one.name);
                format!("{id}: {name}")
            }
        }
    }

    fn details(&self, item: &Item) -> String {
        let mut parts: Vec<String> = item.differences.iter().map(difference_text).collect();
        if let Planned::Blocked { by } = item.action {
            parts.push(format!("by row {}", self.called(by)));
        }
        parts.extend(
            self.derived_level(item)
                .map(|level| format!("Level {level}, derived")),
        );
        let codes = self.codes(item.row);
        if !codes.is_empty() {
            parts.push(codes);
        }
        parts.join("; ")
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(WIDEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}
