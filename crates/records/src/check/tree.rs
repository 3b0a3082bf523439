//! Rules of the tree, once every row's parent is known: circles, levels, service types, and rows
//! that wait for a row that is wrong.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::cell::words::WordSet;
use super::columns;
use super::field::Field;
use super::fits::{Misfit, misfit, what_stands_below};
use super::levels::{Deriving, InList, Levels, by_id};
use super::parallel::in_rows;
use super::parents::Target;
use super::rows::Rows;
use super::tables::Tables;
use super::{accepted::RowState, cell::quoted};
use crate::model::diagnostic::shortened;
use crate::model::rules::hierarchy::{
    LEVEL_NOT_BELOW_PARENT, LEVEL_NOT_DERIVABLE, PARENT_CYCLE, PARENT_ROW_BLOCKED,
    SERVICE_TYPE_NOT_OFFERED, SITE_OUTSIDE_END_CUSTOMER,
};
use crate::model::{
    Diagnostic, LevelChoice, PartnerId, Phrase, RelatedRows, RowIndex, ServiceType,
};

/// Rows that name each other as parents in a circle.
pub(super) fn cycles(rows: &Rows, tables: &Tables, targets: &[Target]) -> Vec<Diagnostic> {
    const NEW: u32 = 0;
    let mut walks = vec![NEW; targets.len()];
    let mut found = Vec::new();
    for start in 0..rows.len() {
        let walk = start + 1;
        let mut at = start;
        while walks[at as usize] == NEW {
            walks[at as usize] = walk;
            match targets[at as usize] {
                Target::Row(parent) => at = parent,
                _ => break,
            }
        }
        // The walk ended without a parent, in an earlier walk, or on its own path.
        let closed = matches!(targets[at as usize], Target::Row(_));
        if closed && walks[at as usize] == walk {
            report_circle(rows, tables, targets, at, &mut found);
        }
    }
    found
}

/// How many other members of a circle are named at most.
const MOST_OTHERS: usize = 100;

fn report_circle(
    rows: &Rows,
    tables: &Tables,
    targets: &[Target],
    first: u32,
    found: &mut Vec<Diagnostic>,
) {
    let mut members = vec![first];
    let mut at = first;
    while let Target::Row(parent) = targets[at as usize] {
        if parent == first {
            break;
        }
        members.push(parent);
        at = parent;
    }
    // Members far from the first have the same others before them.
    let firsts = rows.related(members.iter().copied().take(MOST_OTHERS));
    for (place, member) in members.iter().enumerate() {
        const MOST: usize = 8;
        let circle = members[place..].iter().chain(&members[..place]);
        let mut named: Vec<String> = circle
            .take(MOST)
            .map(|row| format!("{} (row {})", rows.called(*row), rows.place(*row)))
            .collect();
        if members.len() > MOST {
            named.push(format!("{} more", members.len() - MOST));
        }
        named.push(rows.called(*member));
        let message = format!("the parents go in a circle: {}", named.join(" -> "));
        let others = if place < MOST_OTHERS {
            let others = members.iter().copied().filter(|other| other != member);
            rows.related(others.take(MOST_OTHERS))
        } else {
            firsts.clone()
        };
        let value = rows.parents.get(*member);
        found.push(
            rows.problem(tables, &PARENT_CYCLE, *member, Field::Parent, message)
                .with_value(value)
                .with_help("correct the parent of one of them")
                .with_related(others),
        );
    }
}

/// Levels and service types against the parent's row. Levels that are derived count where no plan
/// follows, which would know better.
pub(super) fn levels(
    rows: &Rows,
    tables: &Tables,
    targets: &[Target],
    levels: &Levels,
    deriving: Deriving,
) -> Vec<Vec<Diagnostic>> {
    let mut ids: Vec<(PartnerId, u32)> = rows.ids.clone();
    ids.sort_unstable();
    let level_of = |row: u32| levels.counting(rows, row, deriving);
    let parent_of = |row: u32| match targets[row as usize] {
        Target::Row(parent) => Some(parent),
        Target::Id(id) => by_id(&ids, id).filter(|parent| *parent != row),
        _ => None,
    };
    in_rows(rows.len(), |range, found| {
        for row in range {
            if let Some(parent) = parent_of(row) {
                let derived = rows.facts[parent as usize].level == LevelChoice::Derived;
                let family = Family {
                    row,
                    parent,
                    derived_from: derived.then(|| parent_of(parent)).flatten(),
                };
                compare_levels(
                    rows,
                    tables,
                    family,
                    (level_of(row), level_of(parent)),
                    found,
                );
                compare_services(rows, tables, family, found);
            }
        }
    })
}

/// A row and its parent.
#[derive(Debug, Clone, Copy)]
struct Family {
    row: u32,
    parent: u32,
    /// The row above the parent, where the parent has its level from there.
    derived_from: Option<u32>,
}

fn compare_levels(
    rows: &Rows,
    tables: &Tables,
    Family {
        row,
        parent,
        derived_from,
    }: Family,
    levels: (InList, InList),
    found: &mut Vec<Diagnostic>,
) {
    let parent_text = || format!("{} in row {}", rows.called(parent), rows.place(parent));
    if levels.0 == InList::BelowSite {
        let field = match rows.parents.get(row) {
            "" => Field::ParentId,
            _ => Field::Parent,
        };
        let (why, help) = match derived_from {
            Some(above) => (
                format!(
                    "because its own level is derived too and its parent {} in row {} is an EndCustomer; \
                     nothing can be below a Site",
                    rows.called(above),
                    rows.place(above)
                ),
                format!(
                    "correct the parent, or give row {} a Level of its own, such as EndCustomer",
                    rows.place(parent)
                ),
            ),
            None => (
                "and nothing can be below a Site".to_owned(),
                "correct the parent, or its level".to_owned(),
            ),
        };
        let message = format!(
            "no level can be derived: the parent {} is a Site, {why}",
            parent_text()
        );
        found.push(
            rows.problem(tables, &LEVEL_NOT_DERIVABLE, row, field, message)
                .with_help(help)
                .with_related(rows.related([parent])),
        );
    }
    if let (InList::Known(level), InList::Known(limit)) = levels
        && let Some(misfit) = misfit(level, limit)
    {
        let (rule, message, help) = match misfit {
            Misfit::NotBelow => (
                &LEVEL_NOT_BELOW_PARENT,
                format!(
                    "{level} is not lower than {limit}, the level of the parent {}",
                    parent_text()
                ),
                what_stands_below(limit),
            ),
            Misfit::NoEndCustomer => (
                &SITE_OUTSIDE_END_CUSTOMER,
                format!(
                    "a Site belongs below an EndCustomer, but the parent {} is {}",
                    parent_text(),
                    limit.with_article()
                ),
                "name the EndCustomer as the parent, or make the row an EndCustomer".to_owned(),
            ),
        };
        let given = match (&rows.facts[row as usize], &rows.facts[parent as usize]) {
            (own, _) if own.level_is_for_all => given_for_all(tables, row, None),
            (_, above) if above.level_is_for_all => {
                let place = rows.place(parent);
                given_for_all(tables, parent, Some(&place))
            }
            _ => String::new(),
        };
        found.push(
            rows.problem(tables, rule, row, Field::Level, message)
                .with_value(level.as_str())
                .with_help(help + &given)
                .with_related(rows.related([parent])),
        );
    }
}

/// Where the level comes from, when it is one that rows get which do not say theirs. `place` is the
/// row's, where it is another than the one at fault.
fn given_for_all(tables: &Tables, row: u32, place: Option<&str>) -> String {
    let mut columns = tables.columns(row).iter();
    let column = columns.find(|one| one.field == Field::Level);
    let given = column.and_then(|column| columns::given_for_all(column, place));
    given.map_or(String::new(), |given| format!("; {given}"))
}

fn compare_services(
    rows: &Rows,
    tables: &Tables,
    Family { row, parent, .. }: Family,
    found: &mut Vec<Diagnostic>,
) {
    let own = &rows.facts[row as usize];
    let above = &rows.facts[parent as usize];
    let offered = WordSet::from_bits(above.child_service_types);
    if let Some(service) = own.service_type
        && !offered.is_empty()
        && !offered.has(service as usize)
    {
        let offered: Vec<&str> = offered
            .words::<ServiceType>()
            .iter()
            .map(|offered| offered.as_str())
            .collect();
        found.push(
            rows.problem(
                tables,
                &SERVICE_TYPE_NOT_OFFERED,
                row,
                Field::ServiceType,
                format!(
                    "the parent {} in row {} offers {} only",
                    rows.called(parent),
                    rows.place(parent),
                    offered.join(", ")
                ),
            )
            .with_value(service.as_str())
            .with_help("add the type to the parent's ChildServiceTypes, or change this one")
            .with_suggestions(offered.iter().map(ToString::to_string).collect())
            .with_related(rows.related([parent])),
        );
    }
}

/// Every row's state; rows below a wrong one are blocked, and say by whom.
pub(super) fn states(
    rows: &Rows,
    tables: &Tables,
    targets: &[Target],
) -> (Vec<RowState>, Vec<Vec<Diagnostic>>) {
    if !rows.facts.iter().any(|facts| facts.failed) {
        return (vec![RowState::Accepted; rows.facts.len()], Vec::new());
    }
    let mut blockers = Blockers::of(rows, targets);
    let states: Vec<RowState> = (0..rows.len())
        .map(|row| match blockers.find(row, targets) {
            None => RowState::Accepted,
            Some(by) if by == row => RowState::Invalid,
            Some(by) => RowState::Blocked { by: RowIndex(by) },
        })
        .collect();
    let found = in_rows(rows.len(), |range, found| {
        let mut said = Said::default();
        for row in range {
            if let RowState::Blocked { by } = states[row as usize] {
                found.push(blocked(rows, tables, targets, &mut said, row, by));
            }
        }
    });
    (states, found)
}

/// What was said of rows below a wrong one: by their parent and the wrong row, as most rows have
/// siblings of which the same is said.
type Said<'a> = HashMap<(&'a str, Target, u32, LevelHeld), Blocked, FixedState>;

/// Whether the level of a row below a wrong one was held against its parent's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum LevelHeld {
    Yes,
    /// The parent's level is part of what is wrong.
    NotYet,
}

impl LevelHeld {
    fn of(rows: &Rows, row: u32, target: Target) -> Self {
        match target {
            Target::Row(parent)
                if rows.facts[parent as usize].level == LevelChoice::Unsaid
                    && rows.facts[row as usize].level.given().is_some() =>
            {
                Self::NotYet
            }
            _ => Self::Yes,
        }
    }
}

struct Blocked {
    value: Phrase,
    message: Phrase,
    help: Phrase,
    related: RelatedRows,
}

fn blocked<'a>(
    rows: &'a Rows,
    tables: &Tables,
    targets: &[Target],
    said: &mut Said<'a>,
    row: u32,
    RowIndex(by): RowIndex,
) -> Diagnostic {
    let parent = rows.parents.get(row);
    let target = targets[row as usize];
    let held = LevelHeld::of(rows, row, target);
    let blocked = said.entry((parent, target, by, held)).or_insert_with(|| {
        let place = rows.place(by);
        let culprit = format!("{} in row {place}", rows.called(by));
        let message = if target == Target::Row(by) {
            format!("not sent, because its parent {culprit} has an error")
        } else {
            let name = quoted(parent);
            format!("not sent, because its parent {name} depends on {culprit}, which has an error")
        };
        let help = match held {
            LevelHeld::Yes => format!("fix row {place}; this one needs nothing"),
            LevelHeld::NotYet => format!(
                "fix row {place}; whether the level of this one fits below it is known when that \
                 row's level is"
            ),
        };
        Blocked {
            value: shortened(parent),
            message: Phrase::shared(&message),
            help: Phrase::shared(&help),
            related: rows.related([by]),
        }
    });
    let message = blocked.message.clone();
    rows.problem(tables, &PARENT_ROW_BLOCKED, row, Field::Parent, message)
        .with_shared_value(&blocked.value)
        .with_help(blocked.help.clone())
        .with_related(blocked.related.clone())
}

/// For each row the wrong row nearest above it, found once and remembered along the way.
struct Blockers {
    /// `UNKNOWN`, `NOBODY`, or the wrong row.
    by: Vec<u32>,
    path: Vec<u32>,
}

const UNKNOWN: u32 = u32::MAX;
const NOBODY: u32 = u32::MAX - 1;

impl Blockers {
    fn of(rows: &Rows, targets: &[Target]) -> Self {
        let by = rows
            .facts
            .iter()
            .zip(targets)
            .zip(0..)
            .map(|((facts, target), row)| match (facts.failed, target) {
                (true, _) => row,
                (false, Target::Row(_)) => UNKNOWN,
                (false, _) => NOBODY,
            })
            .collect();
        Self {
            by,
            path: Vec::new(),
        }
    }

    fn find(&mut self, row: u32, targets: &[Target]) -> Option<u32> {
        let mut at = row;
        self.path.clear();
        while self.by[at as usize] == UNKNOWN {
            self.path.push(at);
            match targets[at as usize] {
                Target::Row(parent) => at = parent,
                _ => break,
            }
        }
        let by = self.by[at as usize];
        for passed in &self.path {
            self.by[*passed as usize] = by;
        }
        (by != NOBODY).then_some(by)
    }
}
