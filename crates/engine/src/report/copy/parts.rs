//! A package that is copied: which parts go over as they are, which are written anew, and which the
//! copy cannot hold.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

use zip::ZipWriter;
use zip::result::ZipError;
use zip::write::SimpleFileOptions;

use super::error::CopyError;
use super::hand::HAND;
use crate::report::fails_once::FailsOnce;
use crate::report::file::NewFile;
use tables::edit::book::{self, BookChange, Calculation, Relations, Removed};
use tables::edit::frame::Frame;
use tables::edit::insert::{self, Insertion};
use tables::edit::package::{Package, key, relations_name};
use tables::edit::sheet::{self, Rows};
use tables::edit::styles::Styles;
use tables::edit::survey::Survey;

/// A package on its way into a copy.
pub struct Parts {
    /// The original.
    pub package: Package,
    /// Parts with new texts, and new parts.
    pub texts: BTreeMap<String, String>,
    /// What of the original is not in the copy, in words.
    pub left_out: Vec<String>,
    /// Parts that are not copied, in small letters.
    dropped: BTreeSet<String>,
}

/// The relationships of workbook and package as they are to be.
pub struct Roots {
    /// The workbook's.
    pub workbook: Relations,
    /// The package's.
    pub package: Relations,
    /// Whether formulas are to be worked out anew.
    pub calculation: Calculation,
}

/// A sheet whose cells change.
pub struct SheetCopy<'a> {
    /// Its part.
    pub part: &'a str,
    /// Columns that come between those it has.
    pub inserted: Option<Insertion>,
    /// What was found in it.
    pub survey: &'a Survey,
    /// What changes around its cells.
    pub frame: &'a Frame,
    /// What changes in its rows.
    pub rows: &'a mut dyn Rows,
}

impl Parts {
    /// All parts, as they are.
    pub fn of(package: Package) -> Self {
        Self {
            package,
            texts: BTreeMap::new(),
            left_out: Vec::new(),
            dropped: BTreeSet::new(),
        }
    }

    /// Takes away what the copy cannot hold; `workbook` is the workbook's part.
    pub fn roots(&mut self, workbook: &str) -> Result<Roots, CopyError> {
        let mut workbook = Relations::of(self.package.relations_text(workbook)?);
        let mut package = Relations::of(self.package.relations_text("")?);
        let macros = workbook.remove(&["/vbaProject"])?;
        let calculated = workbook.remove(&["/calcChain"])?;
        let signed = package.remove(&["/digital-signature/origin"])?;
        if macros == Removed::Some {
            // Buttons of a ribbon that call macros.
            package.remove(&["/ui/extensibility"])?;
            self.left_out
                .push("its macros, which an .xlsx cannot hold".to_owned());
        }
        if signed == Removed::Some {
            self.left_out
                .push("its digital signature, which held for the original alone".to_owned());
        }
        Ok(Roots {
            workbook,
            package,
            calculation: if calculated == Removed::Some {
                Calculation::OnLoad
            } else {
                Calculation::AsBefore
            },
        })
    }

    /// What is left of the package, and what it says of its parts; `workbook` is the workbook's part
    /// with its text.
    pub fn finish(
        &mut self,
        (workbook, text): (&str, &str),
        change: &BookChange,
        roots: Roots,
        new: &[(String, &'static str)],
    ) -> Result<(), CopyError> {
        let no_change = BTreeMap::new();
        let before = self.package.reachable(&no_change)?;
        self.texts
            .insert(relations_name(workbook), roots.workbook.text());
        self.texts.insert(relations_name(""), roots.package.text());
        let after = self.package.reachable(&self.texts)?;
        self.dropped = before.difference(&after).cloned().collect();
        let text = book::changed(text, change, HAND)?;
        self.texts.insert(workbook.to_owned(), text);
        let types = "[Content_Types].xml";
        let dropped = |part: &str| self.dropped.contains(&key(part));
        let text = book::content_types(&self.package.text(types)?, dropped, new)?;
        self.texts.insert(types.to_owned(), text);
        Ok(())
    }

    /// Writes the package: untouched parts as they are compressed, in their order. `last` is a part
    /// whose text is known only when the sheets have been written.
    pub fn save(
        &mut self,
        sheets: &mut [SheetCopy<'_>],
        styles: &mut Styles,
        last: Option<&str>,
        file: &mut NewFile,
    ) -> Result<(), CopyError> {
        let mut out = ZipWriter::new(FailsOnce::new(file));
        // By the name under which a part is found; new parts keep the letters of their names.
        let mut texts: BTreeMap<String, (String, String)> = std::mem::take(&mut self.texts)
            .into_iter()
            .map(|(name, text)| (key(&name), (name, text)))
            .collect();
        let last_key = last.map(key);
        for place in 0..self.package.names().len() {
            let name = self.package.names()[place].clone();
            let found = key(&name);
            let waits = last_key.as_ref() == Some(&found);
            if name.ends_with('/') || self.dropped.contains(&found) || waits {
                continue;
            }
            let filled = sheets.iter_mut().find(|sheet| key(sheet.part) == found);
            if let Some(sheet) = filled {
                begin(&mut out, &name)?;
                let SheetCopy {
                    inserted,
                    survey,
                    frame,
                    rows,
                    ..
                } = sheet;
                let original = insert::stream(&mut self.package, &name, *inserted)?;
                sheet::rewrite(original, &mut out, survey, frame, *rows, styles)?;
            } else if let Some((_, text)) = texts.remove(&found) {
                put(&mut out, &name, &text)?;
            } else {
                let entry = self.package.raw(place)?;
                out.raw_copy_file(entry).map_err(failed)?;
            }
        }
        if let Some(part) = last {
            let styles = std::mem::replace(styles, Styles::open(None, HAND)?);
            put(&mut out, part, &styles.render())?;
        }
        for (name, text) in texts.into_values() {
            put(&mut out, &name, &text)?;
        }
        out.finish().map_err(failed)?;
        Ok(())
    }
}

fn begin<W: Write + std::io::Seek>(out: &mut ZipWriter<W>, name: &str) -> Result<(), CopyError> {
    // The same bytes whenever it is written, also by a clock from before 1980, where dates of
    // archives begin.
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    out.start_file(name, options).map_err(failed)
}

fn put<W: Write + std::io::Seek>(
    out: &mut ZipWriter<W>,
    name: &str,
    text: &str,
) -> Result<(), CopyError> {
    begin(out, name)?;
    out.write_all(text.as_bytes()).map_err(CopyError::Write)
}

fn failed(error: ZipError) -> CopyError {
    match error {
        ZipError::Io(error) => CopyError::Write(error),
        other => CopyError::unreadable("archive", other),
    }
}
