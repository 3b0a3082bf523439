//! Which columns the result files have, and what stands in them: the input's own columns in their
//! order, then what became of the row.
//!
//! Columns that an earlier result file added (`ImportStatus`, `ImportCode`, `ImportMessage`) leave
//! their place and are written anew at the end. `ID` is filled in place where the input has it.
//! Cells beyond the header stand in unnamed columns before ours, so that nothing is lost.

use std::borrow::Cow;
use std::num::NonZeroU32;

use serde::de::IgnoredAny;

use super::verdict::Verdict;
use crate::journal::{Cells, Learnt, RunInfo};
use crate::model::PartnerId;
use tables::formula::restore;

/// The column of ids, where the input has none.
pub const ID: &str = "ID";
/// The columns that are always added, in their order.
pub const STATUS_COLUMNS: [&str; 3] = ["ImportStatus", "ImportCode", "ImportMessage"];
/// What was learnt of customers after the run, behind all others, each where it is known of any row:
/// UID, the installer's name that is made of it, the default account.
pub const LEARNT_COLUMNS: [&str; 3] = ["ImportUID", "ImportInstaller", "ImportAccount"];
/// What stands in their place in `removed.csv`.
pub const UNDO_COLUMNS: [&str; 3] = ["UndoStatus", "UndoCode", "UndoMessage"];

/// One cell of a result file, before the file's own way of writing it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OutCell<'a> {
    /// Text, as the input's author meant it: without formula marks.
    Text(Cow<'a, str>),
    /// A customer's id.
    Id(PartnerId),
}

/// The columns of the result files of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    header: Vec<String>,
    /// The input's columns that are written again.
    kept: Vec<usize>,
    /// The column whose cells are ids.
    id: Option<usize>,
    /// Cells beyond the header.
    extra: usize,
    /// Whether the input's cells bear our formula marks.
    marked: bool,
    /// Which of [`LEARNT_COLUMNS`] are written.
    learnt: [bool; 3],
    /// The number of the backup profile that installers name.
    profile: Option<NonZeroU32>,
}

impl Layout {
    /// The columns for a run's input; [`Layout::make_room`] must see every row before the first is
    /// written.
    pub fn of(info: &RunInfo) -> Self {
        let id = info.id_column.map(|column| column as usize);
        let is_own = |column: usize| {
            id != Some(column) && info.own_columns.iter().any(|own| *own as usize == column)
        };
        let columns = 0..info.header.len();
        let marked = columns
            .clone()
            .any(|column| is_own(column) && is_status(&info.header[column]));
        Self {
            kept: columns.filter(|column| !is_own(*column)).collect(),
            header: info.header.clone(),
            id,
            extra: 0,
            marked,
            learnt: [false; 3],
            profile: info.backup_profile,
        }
    }

    /// The same with the columns for what was learnt of customers.
    #[must_use]
    pub fn with_learnt<'l>(mut self, learnt: impl Iterator<Item = &'l Learnt>) -> Self {
        for one in learnt {
            let uid = one.uid.is_some();
            self.learnt[0] |= uid;
            self.learnt[1] |= uid;
            self.learnt[2] |= one.account.is_some();
        }
        self
    }

    /// Which of [`LEARNT_COLUMNS`] are written.
    pub fn learnt(&self) -> [bool; 3] {
        self.learnt
    }

    /// Makes room for the cells (a JSON array of texts) of a row that is longer than the header.
    pub fn make_room(&mut self, cells: &str) {
        let most = self.header.len() + self.extra;
        // Hardly any row is longer, and between two cells stands a comma.
        if memchr::memchr_iter(b',', cells.as_bytes()).count() < most {
            return;
        }
        let count = serde_json::from_str::<Vec<IgnoredAny>>(cells).map_or(0, |cells| cells.len());
        if count <= most {
            return;
        }
        let cells: Vec<String> = serde_json::from_str(cells).unwrap_or_default();
        let last = cells.iter().rposition(|cell| !cell.is_empty());
        let used = last.map_or(0, |last| last + 1);
        self.extra = self.extra.max(used.saturating_sub(self.header.len()));
    }

    /// Makes the room that another one of the same run has made.
    pub fn make_room_of(&mut self, other: &Self) {
        self.extra = self.extra.max(other.extra);
    }

    /// The header of the result files.
    pub fn header(&self) -> Vec<Cow<'_, str>> {
        let mut header = self.header_with(STATUS_COLUMNS);
        let written = LEARNT_COLUMNS.iter().zip(self.learnt);
        header.extend(
            written
                .filter(|(_, is)| *is)
                .map(|(name, _)| Cow::Borrowed(*name)),
        );
        header
    }

    /// The header with three columns of our own.
    pub fn header_with(&self, own: [&'static str; 3]) -> Vec<Cow<'_, str>> {
        let kept = self
            .kept
            .iter()
            .map(|column| self.text(&self.header[*column]));
        let unnamed = (0..self.extra).map(|_| Cow::Borrowed(""));
        let id = self.id.is_none().then_some(Cow::Borrowed(ID));
        let added = id.into_iter().chain(own.map(Cow::Borrowed));
        kept.chain(unnamed).chain(added).collect()
    }

    /// The position of the column of ids in the result files.
    pub fn id_position(&self) -> usize {
        let kept = self.kept.iter().position(|column| Some(*column) == self.id);
        kept.unwrap_or(self.input_width())
    }

    /// How many of the columns come from the input; they stand first.
    pub fn input_width(&self) -> usize {
        self.kept.len() + self.extra
    }

    /// The position of `ImportStatus` in the result files; code and message follow it.
    pub fn status_position(&self) -> usize {
        self.input_width() + usize::from(self.id.is_none())
    }

    /// Where a column of the input (its place among the header's cells) stands in the result
    /// files; `None` when it is written anew.
    pub fn position_of(&self, column: usize) -> Option<usize> {
        if column >= self.header.len() {
            let beyond = column - self.header.len();
            return (beyond < self.extra).then_some(self.kept.len() + beyond);
        }
        self.kept.iter().position(|kept| *kept == column)
    }

    /// The cells of one row of the result files, one by one: as many as the header has. Files of a million
    /// rows are written by this, not by [`Layout::row`].
    pub fn each_cell<'a>(
        &'a self,
        cells: &'a Cells,
        verdict: &'a Verdict,
        mut each: impl FnMut(OutCell<'a>),
    ) {
        let id = verdict.id;
        let own = |column: usize| match id.filter(|_| self.id == Some(column)) {
            Some(id) => OutCell::Id(id),
            None => OutCell::Text(self.text(cells.get(column).unwrap_or_default())),
        };
        for column in &self.kept {
            each(own(*column));
        }
        for beyond in 0..self.extra {
            each(own(self.header.len() + beyond));
        }
        if self.id.is_none() {
            each(id.map_or(OutCell::Text(Cow::Borrowed("")), OutCell::Id));
        }
        for text in [verdict.status.as_str(), &verdict.code, &verdict.message] {
            each(OutCell::Text(Cow::Borrowed(text)));
        }
        if self.learnt.contains(&true) {
            for (text, is_written) in self.learnt_of(verdict).into_iter().zip(self.learnt) {
                if is_written {
                    each(OutCell::Text(text));
                }
            }
        }
    }

    /// One row of the result files: as many cells as the header has.
    pub fn row<'a>(
        &'a self,
        cells: &'a Cells,
        verdict: &'a Verdict,
    ) -> impl Iterator<Item = OutCell<'a>> {
        let told = [verdict.status.as_str(), &verdict.code, &verdict.message];
        let learnt = self.learnt_of(verdict).into_iter().zip(self.learnt);
        let learnt = learnt
            .filter(|(_, is)| *is)
            .map(|(text, _)| OutCell::Text(text));
        self.row_with(cells, verdict.id, told).chain(learnt)
    }

    /// The same with what our own columns say.
    pub fn row_with<'a>(
        &'a self,
        cells: &'a Cells,
        id: Option<PartnerId>,
        told: [&'a str; 3],
    ) -> impl Iterator<Item = OutCell<'a>> {
        let beyond = self.header.len()..self.header.len() + self.extra;
        let input = self.kept.iter().copied().chain(beyond).map(move |column| {
            match id.filter(|_| self.id == Some(column)) {
                Some(id) => OutCell::Id(id),
                None => OutCell::Text(self.text(cells.get(column).unwrap_or_default())),
            }
        });
        let id = id.map_or(OutCell::Text(Cow::Borrowed("")), OutCell::Id);
        let added = self.id.is_none().then_some(id).into_iter();
        input
            .chain(added)
            .chain(told.map(|text| OutCell::Text(Cow::Borrowed(text))))
    }

    /// What stands in [`LEARNT_COLUMNS`] of a row.
    pub fn learnt_of<'v>(&self, verdict: &'v Verdict) -> [Cow<'v, str>; 3] {
        let none = || Cow::Borrowed("");
        let Some(learnt) = &verdict.learnt else {
            return [none(), none(), none()];
        };
        let uid = learnt.uid.as_deref();
        [
            uid.map_or_else(none, Cow::Borrowed),
            uid.map_or_else(none, |uid| installer(uid, self.profile).into()),
            learnt.account.as_deref().map_or_else(none, Cow::Borrowed),
        ]
    }

    /// Whether the input is a result file of ours, so that its cells bear our formula marks.
    pub fn is_marked(&self) -> bool {
        self.marked
    }

    fn text<'a>(&self, cell: &'a str) -> Cow<'a, str> {
        if self.marked {
            restore(cell)
        } else {
            Cow::Borrowed(cell)
        }
    }
}

/// What the installer of the backup manager is to be called so that its devices come to the customer, and
/// to a backup profile where one is named.
pub fn installer(uid: &str, profile: Option<NonZeroU32>) -> String {
    match profile {
        Some(number) => format!("bm#{uid}#{number}#.exe"),
        None => format!("bm#{uid}#.exe"),
    }
}

/// Whether a header is `ImportStatus`, which tells that the input is a result file of ours.
fn is_status(header: &str) -> bool {
    let letters = header.chars().filter(char::is_ascii_alphanumeric);
    let plain: String = letters.map(|letter| letter.to_ascii_lowercase()).collect();
    plain == "importstatus"
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::journal::info_of_tests;
    use crate::report::Status;

    pub(in crate::report) fn info(header: &[&str]) -> RunInfo {
        RunInfo {
            id: "20260102-030405-abcd".into(),
            tool_version: "0.1.0".into(),
            started_ms: 1_767_323_045_000,
            input_path: "customers.csv".into(),
            input_full_path: "/data/customers.csv".into(),
            input_sha256: "00ff".into(),
            endpoint: "http://127.0.0.1:1/jsonapi".into(),
            partner: "Sandbox MSP (admin@example.com)".into(),
            out_dir: "customers-results".into(),
            header: header.iter().map(ToString::to_string).collect(),
            ..info_of_tests()
        }
    }

    fn verdict(id: Option<i64>, status: Status) -> Verdict {
        Verdict {
            status,
            id: id.and_then(PartnerId::from_number),
            code: "C".into(),
            message: "m".into(),
            learnt: None,
            deployed: None,
        }
    }

    fn shown(layout: &Layout, cells: &[&str], verdict: &Verdict) -> String {
        let cells: Cells = cells.iter().copied().collect();
        let mut one_by_one = Vec::new();
        layout.each_cell(&cells, verdict, |cell| one_by_one.push(cell));
        assert!(layout.row(&cells, verdict).eq(one_by_one), "{cells:?}");
        let row = layout.row(&cells, verdict).map(|cell| match cell {
            OutCell::Text(text) => text.into_owned(),
            OutCell::Id(id) => format!("#{id}"),
        });
        row.collect::<Vec<_>>().join("|")
    }

    #[test]
    fn an_input_without_ids_gets_four_columns() {
        let mut layout = Layout::of(&info(&["Name", "Level"]));
        layout.make_room(r#"["Acme", "Site", "x", "", ""]"#);
        assert_eq!(
            layout.header().join("|"),
            "Name|Level||ID|ImportStatus|ImportCode|ImportMessage"
        );
        assert_eq!((layout.id_position(), layout.status_position()), (3, 4));
        let created = verdict(Some(7), Status::Created);
        let failed = verdict(None, Status::Failed);
        assert_eq!(shown(&layout, &["Acme"], &created), "Acme|||#7|created|C|m");
        assert_eq!(
            shown(&layout, &["A", "B", "x"], &failed),
            "A|B|x||failed|C|m"
        );
        assert_eq!(layout.position_of(1), Some(1));
        assert_eq!(
            (layout.position_of(2), layout.position_of(3)),
            (Some(2), None)
        );
    }

    #[test]
    fn an_earlier_result_file_keeps_its_shape() {
        let mut info = info(&["ImportStatus", "Name", "ID", "ImportCode", "City"]);
        info.own_columns = vec![0, 3];
        info.id_column = Some(2);
        let layout = Layout::of(&info);
        assert_eq!(
            layout.header().join("|"),
            "Name|ID|City|ImportStatus|ImportCode|ImportMessage"
        );
        assert_eq!((layout.id_position(), layout.status_position()), (1, 3));
        assert_eq!(
            (layout.position_of(3), layout.position_of(4)),
            (None, Some(2))
        );
        let cells = ["failed", "'=A", "12", "V1", "''x"];
        let invalid = verdict(None, Status::Invalid);
        assert_eq!(shown(&layout, &cells, &invalid), "=A|12|'x|invalid|C|m");
        let exists = verdict(Some(12), Status::Exists);
        assert_eq!(shown(&layout, &cells, &exists), "=A|#12|'x|exists|C|m");
    }

    #[test]
    fn marks_of_other_files_are_the_users_own() {
        let layout = Layout::of(&info(&["Name"]));
        let pending = verdict(None, Status::Pending);
        assert_eq!(shown(&layout, &["'=A"], &pending), "'=A||pending|C|m");
    }
}
