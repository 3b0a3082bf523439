//! The relationships between the parts of a package: which part is the workbook, a sheet, the
//! styles.

use super::super::error::WorkbookError;
use super::super::package::Package;
use super::super::xml::{Event, Scanner};

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
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let name = if folder.is_empty() {
        format!("_rels/{file}.rels")
    } else {
        format!("{folder}/_rels/{file}.rels")
    };
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
                let mut path = resolve(folder, &target);
                if !package.has(&path) && package.has(&target) {
                    // Some tools write the path from the root without its slash.
                    path = target;
                }
                found.push(Relation {
                    id,
                    kind: kind.rsplit('/').next().unwrap_or("").to_owned(),
                    target: path,
                });
            }
            Event::Eof => return Ok(found),
            _ => {}
        }
    }
}

/// A target as seen from a folder.
fn resolve(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut path: Vec<&str> = if target.starts_with('/') {
        Vec::new()
    } else {
        folder.split('/').filter(|step| !step.is_empty()).collect()
    };
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => {
                path.pop();
            }
            step => path.push(step),
        }
    }
    path.join("/")
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn targets_lead_to_parts() {
        assert_eq!(
            resolve("xl", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml"
        );
        assert_eq!(resolve("xl", "/xl/styles.xml"), "xl/styles.xml");
        assert_eq!(
            resolve("xl/worksheets", "../sharedStrings.xml"),
            "xl/sharedStrings.xml"
        );
        assert_eq!(resolve("", "xl\\workbook.xml"), "xl/workbook.xml");
    }
}
