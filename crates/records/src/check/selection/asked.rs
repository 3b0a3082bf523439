//! Which columns conditions ask, though nothing of them may be imported.

use super::filter;
use super::{Condition, SelectionOptions};
use crate::check::mapping::{MappedColumn, Mapping, Role, columns_called};
use crate::model::rules::headers::HEADER_UNKNOWN;
use crate::model::{Diagnostic, Header};

impl SelectionOptions {
    /// Says of columns that are not imported, and that filters ask, what they are good for.
    pub(in crate::check) fn say_asked(&self, found: &mut [Diagnostic], header: &Header) {
        let filters = self.only.iter().chain(&self.leave_out);
        for filter in filters {
            let names = filter.headers().into_iter();
            let asked = names.flat_map(|name| columns_called(header, name));
            let asked = asked.filter_map(|index| header.cells.get(index));
            let asked: Vec<u32> = asked.map(|cell| cell.column).collect();
            let is_asked = |one: &&mut Diagnostic| {
                let column = one.at.and_then(|at| at.column);
                one.rule.code == HEADER_UNKNOWN.code
                    && column.is_some_and(|column| asked.contains(&column))
            };
            for one in found.iter_mut().filter(is_asked) {
                *one = filter::asked_note(one, filter);
            }
        }
    }

    /// The columns that the filters ask, of those that somebody wrote.
    pub(in crate::check) fn asked(&self, header: &Header) -> Vec<usize> {
        let filters = self.only.iter().chain(&self.leave_out);
        let names = filters.flat_map(Condition::headers);
        names
            .flat_map(|name| columns_called(header, name))
            .collect()
    }

    /// Whether anything of a column counts: it is imported, may be, or a filter asks it.
    pub fn uses(&self, column: u32, header: &Header, mapping: &Mapping) -> bool {
        let is_it = |one: &&MappedColumn| one.column == column;
        let Some(index) = mapping.columns.iter().position(|one| is_it(&one)) else {
            return false;
        };
        matches!(
            mapping.columns[index].role,
            Role::Field { .. } | Role::Undecided
        ) || self.asked(header).contains(&index)
    }
}
