//! A condition on the columns of one table.

use memchr::memmem::Finder;

use super::condition::{Condition, Expression, Is, Test};
use crate::check::mapping::columns_called;
use crate::check::text::{fold_name, trim};
use crate::model::{Header, Row};

/// A condition whose headers have been found.
#[derive(Debug)]
pub(in crate::check) struct Bound {
    node: Node,
    folded: Vec<u8>,
}

#[derive(Debug)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    /// One of the cells in these places, the first that is filled.
    Test(Vec<usize>, Is, Last),
    /// The same, of a text that is looked for within the cell's.
    Containing(Vec<usize>, Box<Finder<'static>>),
    /// Whether all cells in these places are empty.
    Empty(Vec<usize>),
}

/// What the last row's cell was, and whether the test held: columns that rows are left out by hold
/// the same few words.
#[derive(Debug, Default)]
struct Last {
    text: Option<String>,
    holds: bool,
}

impl Last {
    fn keep(&mut self, text: &str, holds: bool) {
        let kept = self.text.get_or_insert_default();
        kept.clear();
        kept.push_str(text);
        self.holds = holds;
    }
}

/// A header of a condition that is not one column of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::check) enum HeaderFault {
    /// The table does not have it.
    Missing(String),
    /// It stands above several columns, in these places.
    Several(String, Vec<usize>),
}

/// What a header that stands above several columns is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::check) enum OfSeveral {
    /// A fault: which is meant would be a guess.
    Refused,
    /// The first that is filled, row by row.
    FirstFilled,
}

impl Bound {
    /// Looks the condition's headers up, once for all rows.
    pub(in crate::check) fn of(
        condition: &Condition,
        header: &Header,
        several: OfSeveral,
    ) -> Result<Self, HeaderFault> {
        Ok(Self {
            node: bind(&condition.expression, header, several)?,
            folded: Vec::new(),
        })
    }

    /// Whether the row is so.
    pub(in crate::check) fn holds(&mut self, row: &Row<'_>) -> bool {
        self.node.holds(row, &mut self.folded)
    }

    /// The column that it asks first.
    pub(in crate::check) fn first_column(&self) -> Option<usize> {
        self.node.first_column()
    }
}

fn bind(expression: &Expression, header: &Header, several: OfSeveral) -> Result<Node, HeaderFault> {
    let all = |parts: &[Expression]| {
        let parts = parts.iter().map(|part| bind(part, header, several));
        parts.collect::<Result<Vec<_>, _>>()
    };
    Ok(match expression {
        Expression::All(parts) => Node::All(all(parts)?),
        Expression::Any(parts) => Node::Any(all(parts)?),
        Expression::Not(part) => Node::Not(Box::new(bind(part, header, several)?)),
        Expression::Test(Test { header: name, is }) => {
            let columns = columns_called(header, name);
            if columns.is_empty() {
                return Err(HeaderFault::Missing(name.clone()));
            }
            if columns.len() > 1 && several == OfSeveral::Refused {
                return Err(HeaderFault::Several(name.clone(), columns));
            }
            match is {
                Is::Empty => Node::Empty(columns),
                Is::Containing(text) => {
                    Node::Containing(columns, Box::new(Finder::new(text).into_owned()))
                }
                _ => Node::Test(columns, is.clone(), Last::default()),
            }
        }
    })
}

impl Node {
    fn first_column(&self) -> Option<usize> {
        match self {
            Self::All(parts) | Self::Any(parts) => parts.first()?.first_column(),
            Self::Not(part) => part.first_column(),
            Self::Test(columns, ..) | Self::Containing(columns, _) | Self::Empty(columns) => {
                columns.first().copied()
            }
        }
    }

    fn holds(&mut self, row: &Row<'_>, folded: &mut Vec<u8>) -> bool {
        match self {
            Self::All(parts) => parts.iter_mut().all(|part| part.holds(row, folded)),
            Self::Any(parts) => parts.iter_mut().any(|part| part.holds(row, folded)),
            Self::Not(part) => !part.holds(row, folded),
            Self::Test(columns, is, last) => {
                let text = filled(columns, row);
                if last.text.as_deref() != Some(text) {
                    fold_name(text, folded);
                    last.keep(text, is.holds(folded));
                }
                last.holds
            }
            Self::Containing(columns, text) => {
                fold_name(filled(columns, row), folded);
                text.find(folded).is_some()
            }
            Self::Empty(columns) => filled(columns, row).is_empty(),
        }
    }
}

/// The first text among the cells in these places.
fn filled<'a>(columns: &[usize], row: &Row<'a>) -> &'a str {
    let mut texts = columns.iter().map(|at| trim(row.text(*at)));
    texts.find(|text| !text.is_empty()).unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CellKind, HeaderCell, RowBatch};

    fn header(names: &[&str]) -> Header {
        let cells = (0..)
            .zip(names)
            .map(|(column, name)| HeaderCell::new(name, column));
        Header {
            cells: cells.collect(),
            row: 1,
        }
    }

    fn holds(condition: &str, names: &[&str], cells: &[&str]) -> bool {
        let mut batch = RowBatch::default();
        for cell in cells {
            batch.push_cell(cell, CellKind::Text);
        }
        batch.end_row(2, 2);
        let condition = Condition::parse(condition).unwrap();
        let mut bound = Bound::of(&condition, &header(names), OfSeveral::Refused).unwrap();
        bound.holds(&batch.row(0).unwrap())
    }

    #[test]
    fn cells_are_compared_as_names_are() {
        let names = ["Name", "Customer Type", "Inactive"];
        for (condition, expected) in [
            ("customer_type = SUPPLIER", true),
            ("Customer Type = supplier and Inactive = no", true),
            ("\"Customer Type\" in (Vendor, Supplier)", true),
            ("Customer Type != Supplier", false),
            ("Name contains \"gmbh & co\"", true),
            ("Name begins müller", true),
            ("Name matches m?ller*kg", true),
            ("Name matches m?ller", false),
            ("Inactive = yes or Name empty", false),
            ("not (Inactive = yes or Name empty)", true),
            ("column:C = No", true),
        ] {
            let row = ["Müller  GmbH & Co. KG", " Supplier\u{a0}", "No"];
            assert_eq!(holds(condition, &names, &row), expected, "{condition}");
        }
        assert!(holds("Inactive empty", &names, &["a"]));
    }

    #[test]
    fn a_header_that_the_table_lacks_is_named() {
        let condition = Condition::parse("Name = a or Typ = b").unwrap();
        let fault = |names: &[&str], several| Bound::of(&condition, &header(names), several).err();
        let refused = OfSeveral::Refused;
        let missing = HeaderFault::Missing("Typ".to_owned());
        assert_eq!(fault(&["Name", "Type"], refused), Some(missing));
        let several = HeaderFault::Several("Typ".to_owned(), vec![1, 2]);
        assert_eq!(fault(&["Name", "Typ", "TYP "], refused), None);
        assert_eq!(fault(&["Name", "Typ", "Typ"], refused), Some(several));
        assert_eq!(fault(&["Name", "Typ", "Typ"], OfSeveral::FirstFilled), None);
    }
}
