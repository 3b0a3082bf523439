//! A check after a small change: what the change can alter, and nothing else, where that can be told.
//!
//! Most cells matter to their row alone: an address, a phone number, a country. Such a row is checked by
//! itself as it was and as it is; what differs is what the change did, and all else stays. Where other
//! rows may have to know (names, parents, levels, rows below one that is right or wrong now), nothing is
//! told, and the whole list is checked.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::causes::Causes;
use super::folded::Folded;
use super::held::Held;
use super::problem::Problem;
use super::view::View;
use crate::check::{CheckSettings, Field, Origin, Role, RowState, exports};
use crate::flow::list::check_alone;
use crate::model::rules::hierarchy::PARENT_ROW_BLOCKED;
use crate::model::{Diagnostic, RowBatch, RowIndex, Severity};

/// More changed rows than these are checked with all others.
const MOST_ROWS: usize = 20;

/// What other rows may have to know.
const OF_OTHERS: [Field; 7] = [
    Field::Id,
    Field::ParentId,
    Field::Parent,
    Field::Name,
    Field::ExternalCode,
    Field::Level,
    Field::ServiceType,
];

/// What a check comes to after the change from what `view` was checked with; none where only a check of
/// the whole list tells.
pub(super) fn after(
    view: &View,
    held: &Held,
    folded: &Arc<Folded>,
    settings: &CheckSettings,
) -> Option<View> {
    let before = &view.folded;
    let same = view.settings == *settings
        && before.values == folded.values
        && before.out == folded.out
        && before.kept == folded.kept
        && before.stale == folded.stale;
    let plain = view.mapping.origin == Origin::Foreign
        && settings.selection.mends.is_none()
        && exports::recognise(&held.table.header).is_none();
    if !same || !plain {
        return None;
    }
    let mut now = view.clone();
    for (row, columns) in changed(before, folded)? {
        let columns_matter = columns
            .iter()
            .any(|column| !is_of_its_row(view, held, (before, folded), row, *column));
        if columns_matter {
            return None;
        }
        one_row(&mut now, held, (before, folded), row, settings)?;
    }
    let of_file = &now.of_file;
    now.causes = Arc::new(Causes::of(
        &now.problems,
        of_file,
        &now.within,
        held,
        folded,
    ));
    now.mended = folded.rows(held);
    now.folded = Arc::clone(folded);
    Some(now)
}

/// The rows whose cells differ, each with their columns; none where there are many.
fn changed(before: &Folded, now: &Folded) -> Option<BTreeMap<usize, Vec<usize>>> {
    let mut rows: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    let differing = |one: &Folded, other: &Folded, rows: &mut BTreeMap<usize, Vec<usize>>| {
        for (at, text) in &one.cells {
            if other.cells.get(at) != Some(text) {
                rows.entry(at.0).or_default().push(at.1);
            }
            if rows.len() > MOST_ROWS {
                return false;
            }
        }
        true
    };
    let few = differing(before, now, &mut rows) && differing(now, before, &mut rows);
    few.then_some(rows)
}

/// Whether a cell of this column matters to its own row alone.
fn is_of_its_row(
    view: &View,
    held: &Held,
    (before, now): (&Folded, &Folded),
    row: usize,
    column: usize,
) -> bool {
    let Some(mapped) = view.mapping.columns.get(column) else {
        return false;
    };
    match mapped.role {
        Role::Field { field, .. } if OF_OTHERS.contains(&field) => false,
        // Whether `NA` is Namibia is told by all countries of the list.
        Role::Field {
            field: Field::Country | Field::DeviceCountry,
            ..
        } => {
            let is_na = |folded: &Folded, row: usize| may_be_na(folded.shown(held, row, column));
            !is_na(now, row) && !(0..held.len()).any(|row| is_na(before, row))
        }
        Role::Field { .. } | Role::Unused { .. } | Role::Unknown { .. } | Role::Unnamed => true,
        Role::Reserved | Role::Undecided | Role::LeftOut => false,
    }
}

/// Whether a country may be `NA`, whatever stands around it.
fn may_be_na(text: &str) -> bool {
    if text.len() > 40 {
        return false;
    }
    let mut letters = text.chars().filter(|letter| letter.is_alphanumeric());
    let two = [letters.next(), letters.next(), letters.next()];
    matches!(two, [Some('n' | 'N'), Some('a' | 'A'), None])
}

/// What a row is by itself.
struct Alone {
    state: RowState,
    found: Vec<Diagnostic>,
    of_file: Vec<Diagnostic>,
}

impl Alone {
    /// None where the row does not count.
    fn of(held: &Held, folded: &Folded, row: usize, settings: &CheckSettings) -> Option<Self> {
        let own = Folded {
            cells: folded
                .cells
                .range((row, 0)..(row + 1, 0))
                .map(|(at, text)| (*at, text.clone()))
                .collect(),
            values: folded.values.clone(),
            kept: folded.kept.get(&row).copied().into_iter().collect(),
            ..Folded::default()
        };
        let mut settings = settings.clone();
        if !own.is_empty() {
            settings.selection.mends = Some(Arc::new(own.mends(held, None)));
        }
        let mut batch = RowBatch::default();
        batch.push_row(held.row(row)?);
        let file = check_alone(&held.table, &batch, &settings).ok()?;
        let state = *file.checked.rows.first()?;
        let of_each = file.of_each_row();
        let all = file.checked.diagnostics.into_iter().chain(of_each);
        let told = all.filter(|one| one.severity() != Severity::Note);
        let (found, of_file) = told.partition(|one| one.row.is_some());
        Some(Self {
            state,
            found,
            of_file,
        })
    }
}

/// What the change did in one row; none where others may have to know.
fn one_row(
    now: &mut View,
    held: &Held,
    (before, folded): (&Folded, &Folded),
    row: usize,
    settings: &CheckSettings,
) -> Option<()> {
    let index = u32::try_from(row).ok()?;
    let place = now.within.binary_search(&index).ok()?;
    let old = Alone::of(held, before, row, settings)?;
    let mut new = Alone::of(held, folded, row, settings)?;
    if old.of_file != new.of_file {
        return None;
    }
    let first = now.problems.partition_point(|one| one.row < index);
    let behind = now.problems.partition_point(|one| one.row <= index);
    let mut own: Vec<Problem> = now.problems[first..behind].to_vec();
    let was_wrong = own.iter().any(is_of_its_own);
    // In whatever a row by itself says of other rows, both agree, and it is none of the list's.
    for one in old.found {
        if let Some(at) = new.found.iter().position(|other| *other == one) {
            new.found.remove(at);
            continue;
        }
        let of_list = RowIndex(u32::try_from(place).ok()?);
        let is_it = |known: &Problem| {
            let mut known = (*known.what).clone();
            let of_this = known.row == Some(of_list);
            known.row = one.row;
            of_this && known == one
        };
        let at = own.iter().position(is_it)?;
        own.remove(at);
    }
    let of_row = now.mapping.index_of(Field::Name).unwrap_or_default();
    for mut what in new.found {
        what.row = Some(RowIndex(u32::try_from(place).ok()?));
        let column = what.at.and_then(|at| at.column);
        own.push(Problem {
            row: index,
            column: column
                .and_then(|column| held.place(column))
                .unwrap_or(of_row),
            what: Arc::new(what),
        });
    }
    own.sort_by(|one, other| {
        let key = |one: &Problem| (one.column, one.what.at.and_then(|at| at.column));
        key(one)
            .cmp(&key(other))
            .then(other.what.severity().cmp(&one.what.severity()))
            .then(one.what.rule.code.cmp(other.what.rule.code))
            .then(one.what.message.as_str().cmp(other.what.message.as_str()))
    });
    let is_wrong = own.iter().any(is_of_its_own);
    let warned = !own.is_empty();
    now.problems.splice(first..behind, own);
    if was_wrong != is_wrong {
        turns(now, place, new.state, is_wrong)?;
    }
    let accepted =
        now.need.binary_search(&index).is_err() && now.blocked.binary_search(&index).is_err();
    set(&mut now.warnings, index, accepted && warned);
    Some(())
}

/// Whether it is an error of the row itself, and not of the one above it.
fn is_of_its_own(one: &Problem) -> bool {
    one.what.is_error() && one.what.rule.code != PARENT_ROW_BLOCKED.code
}

/// A row that was right is wrong now, or the other way round; none where that matters to others.
fn turns(now: &mut View, place: usize, alone: RowState, is_wrong: bool) -> Option<()> {
    let index = *now.within.get(place)?;
    let here = RowIndex(u32::try_from(place).ok()?);
    let list_is_wrong = now.of_file.iter().any(Diagnostic::is_error);
    let has_children = now.families.contains(&Some(here));
    if list_is_wrong || has_children || now.families.len() != now.within.len() {
        return None;
    }
    let was_there = now.need.binary_search(&index).is_ok();
    let is_blocked = now.blocked.binary_search(&index).is_ok();
    if is_wrong {
        if was_there || is_blocked {
            return None;
        }
        now.ready = now.ready.checked_sub(1)?;
    } else {
        let parent = now.families[place].and_then(|parent| now.within.get(parent.as_usize()));
        let parent_waits = parent.is_some_and(|parent| {
            now.need.binary_search(parent).is_ok() || now.blocked.binary_search(parent).is_ok()
        });
        if !was_there || parent_waits || alone != RowState::Accepted {
            return None;
        }
        now.ready += 1;
    }
    set(&mut now.need, index, is_wrong);
    Some(())
}

/// Puts a row among others that are in order, or takes it away.
fn set(rows: &mut Vec<u32>, row: u32, is_in: bool) {
    match (rows.binary_search(&row), is_in) {
        (Ok(at), false) => drop(rows.remove(at)),
        (Err(at), true) => rows.insert(at, row),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;
    use std::ops::ControlFlow;

    use tables::{ReadOptions, TableFile};

    use super::*;
    use crate::check::Keep;
    use crate::flow::list::hold;

    const COLUMNS: [(&str, &[&str]); 10] = [
        ("Name", &["Nord", "Süd", "nord", "Ost GmbH", ""]),
        ("Parent", &["", "", "Nord", "Firma 3", "Firma 8", "NORD"]),
        ("ExternalCode", &["", "C-1", "C-2", "7"]),
        ("Level", &["EndCustomer", "Site", "Reseller", "", "Firm"]),
        ("State", &["InTrial", "InProduction", "", "Trial?"]),
        ("Country", &["DE", "Germany", "Germny", "", "NA", "Austria"]),
        ("City", &["Jena", "Ulm", "", "n/a", "-"]),
        ("PhoneNumber", &["+49 30 1234567", "none", "x", ""]),
        ("ZipCode", &["07743", "7743", "", "1.0E+5"]),
        ("Extra", &["a", "b", ""]),
    ];

    fn list(dice: &mut fastrand::Rng, rows: usize) -> Held {
        let mut text = COLUMNS.map(|(name, _)| name).join(",") + "\n";
        for row in 0..rows {
            for (at, (_, pool)) in COLUMNS.iter().enumerate() {
                let often = dice.u8(..8) > 0;
                let usual = ["", "", "", "EndCustomer", "InTrial", "DE", "Jena"];
                let cell = match at {
                    0 if often => format!("Firma {row}"),
                    1 if dice.bool() => format!("Firma {}", dice.usize(..rows)),
                    _ if often => (*usual.get(at).unwrap_or(&"")).to_owned(),
                    _ => pool[dice.usize(..pool.len())].to_owned(),
                };
                let _ = write!(text, "{}\"{cell}\"", if at == 0 { "" } else { "," });
            }
            text.push('\n');
        }
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("list.csv");
        std::fs::write(&path, text).unwrap();
        let mut file = TableFile::open(&path).unwrap();
        let options = ReadOptions::default();
        Held::new(hold(&mut file, &options, &mut |_| ControlFlow::Continue(())).unwrap())
    }

    fn told(view: &View) -> impl PartialEq + std::fmt::Debug {
        let groups = serde_json::to_string(&view.causes.groups()).unwrap();
        let counts = serde_json::to_string(&view.counts()).unwrap();
        let rows = (
            view.within.clone(),
            view.need.clone(),
            view.blocked.clone(),
            view.warnings.clone(),
            view.mended.clone(),
        );
        let families = Arc::clone(&view.families);
        (view.problems.clone(), groups, counts, rows, families)
    }

    #[test]
    fn what_is_told_after_an_edit_is_what_a_whole_check_tells() {
        let settings = CheckSettings {
            keep: Keep::Families,
            ..CheckSettings::default()
        };
        let (mut told_of_own, mut own) = (0, 0);
        for seed in 0..5 {
            let mut dice = fastrand::Rng::with_seed(seed);
            let rows = dice.usize(1..25);
            let held = list(&mut dice, rows);
            let mut folded = Arc::new(Folded::default());
            let mut view = View::of(&held, &folded, &settings).unwrap();
            for _ in 0..40 {
                let mut next = (*folded).clone();
                let mut of_own = true;
                for _ in 0..dice.usize(1..3) {
                    let (row, column) = (dice.usize(..rows), dice.usize(..COLUMNS.len()));
                    let pool = COLUMNS[column].1;
                    of_own &= column > 3;
                    if dice.u8(..4) == 0 {
                        next.cells.remove(&(row, column));
                    } else {
                        let text = pool[dice.usize(..pool.len())].to_owned();
                        next.cells.insert((row, column), text);
                    }
                }
                let next = Arc::new(next);
                let whole = View::of(&held, &next, &settings).unwrap();
                own += usize::from(of_own);
                if let Some(again) = after(&view, &held, &next, &settings) {
                    assert_eq!(told(&again), told(&whole), "seed {seed}: {next:?}");
                    told_of_own += usize::from(of_own);
                    view = again;
                } else {
                    view = whole;
                }
                folded = next;
            }
        }
        assert!(told_of_own * 2 > own, "{told_of_own} of {own}");
    }
}
