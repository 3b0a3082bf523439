//! The relationships between the parts of a package: which part is the workbook, a sheet, the
//! styles.

use super::super::error::WorkbookError;
use super::super::package::Package;
use super::super::xml::{Event, Scanner};
use crate::opc::{relations_name, resolve};

/// One relationship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::workbook) struct Relation {
    pub(in crate::workbook) id: String,
    /// The last word of its type: `worksheet`.
    pub(in crate::workbook) kind: String,
    /// The part it leads to.
    pub(in crate::workbook) target: String,
}

/// The relationships of a part (of the package itself when `part` is empty); none when the file
/// has none.
pub(in crate::workbook) fn relations(
    package: &Package,
    part: &str,
) -> Result<Vec<Relation>, WorkbookError> {
    let name = relations_name(part);
    let mut found = Vec::new();
    if !package.has(&name) {
        return Ok(found);
    }
    let mut scanner = Scanner::new(package.xml(&name)?, &name, package.limits());
    loop {
        match scanner.next()? {
            Event::Start(tag) if tag.name == b"Relationship" => {
                let (Some(id), Some(kind), Some(target)) =
                    (tag.text(b"Id"), tag.text(b"Type"), tag.text(b"Target"))
                else {
                    continue;
                };
                found.push(Relation {
                    id,
                    kind: kind.rsplit('/').next().unwrap_or("").to_owned(),
                    target: resolve(part, &target, |name| package.has(name)),
                });
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}
