//! Small files that spreadsheet programs keep beside one that is open, and take for no list.

use std::path::{Path, PathBuf};

/// Endings of files that may hold a table, in lower case.
pub const ENDINGS: [&str; 9] = [
    "csv", "tsv", "tab", "txt", "xlsx", "xlsm", "xlsb", "xls", "ods",
];

/// Whether a file's name says that it may hold a table.
#[must_use]
pub fn has_ending_of_a_table(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    ENDINGS.iter().any(|one| ending.eq_ignore_ascii_case(one))
}

/// A program that marks the files that are open in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Editor {
    /// Excel: `~$list.xlsx`.
    Excel,
    /// `LibreOffice`: `.~lock.list.xlsx#`.
    LibreOffice,
}

impl Editor {
    /// What it is called.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Excel => "Excel",
            Self::LibreOffice => "LibreOffice",
        }
    }

    fn mark_of(self, name: &str) -> String {
        match self {
            Self::Excel => format!("~${name}"),
            Self::LibreOffice => format!(".~lock.{name}#"),
        }
    }

    fn marked(self, name: &str) -> Option<&str> {
        let marked = match self {
            Self::Excel => name.strip_prefix("~$"),
            Self::LibreOffice => name
                .strip_prefix(".~lock.")
                .and_then(|rest| rest.strip_suffix('#')),
        };
        marked.filter(|name| !name.is_empty())
    }
}

const EDITORS: [Editor; 2] = [Editor::Excel, Editor::LibreOffice];

/// The file that a mark stands for, and whose mark it is; none where the path is no mark.
#[must_use]
pub fn marked_file(path: &Path) -> Option<(PathBuf, Editor)> {
    let name = path.file_name()?.to_str()?;
    EDITORS.into_iter().find_map(|editor| {
        let marked = editor.marked(name)?;
        Some((path.with_file_name(marked), editor))
    })
}

/// The mark that lies beside a file, and whose it is. A program that crashed leaves its mark behind:
/// the file seems to be open, no more.
#[must_use]
pub fn mark_beside(path: &Path) -> Option<(PathBuf, Editor)> {
    let name = path.file_name()?.to_str()?;
    EDITORS.into_iter().find_map(|editor| {
        let mark = path.with_file_name(editor.mark_of(name));
        mark.is_file().then_some((mark, editor))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_names_its_file() {
        let of = |path: &str| marked_file(Path::new(path));
        let there = |path: &str, editor| Some((PathBuf::from(path), editor));
        assert_eq!(of("a/~$b c.xlsx"), there("a/b c.xlsx", Editor::Excel));
        assert_eq!(of(".~lock.b.ods#"), there("b.ods", Editor::LibreOffice));
        for none in ["b.xlsx", "~$", "~b.xlsx", ".~lock.b.ods", "$b.xlsx"] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    #[test]
    fn endings_are_told_without_regard_to_case() {
        assert!(has_ending_of_a_table(Path::new("A.XLSX")));
        assert!(!has_ending_of_a_table(Path::new("xlsx")));
        assert!(!has_ending_of_a_table(Path::new("a.toml")));
    }
}
