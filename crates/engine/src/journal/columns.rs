//! Plan and events as columns of the journal's tables, and back.
//!
//! Must not know: files, transactions.

use std::sync::Arc;

use rusqlite::params;

use super::record::{Event, PlannedRow};
use crate::model::{
    DefaultAccount, Deployment, Ending, Happening, Operation, Origin, Outcome, Parent, PartnerId,
    Planned, Reason, RowIndex,
};

/// What a planned row says in JSON.
pub(super) struct PlannedTexts {
    payload: Option<String>,
    changes: Option<String>,
}

impl PlannedTexts {
    pub(super) fn of(one: &PlannedRow) -> Self {
        let partner = one.action.partner();
        let changes = match &one.action {
            Planned::Send(Operation::Update { update, .. }) => {
                serde_json::to_string(&**update).ok()
            }
            _ => None,
        };
        Self {
            payload: partner.and_then(|partner| serde_json::to_string(&**partner).ok()),
            changes,
        }
    }
}

pub(super) fn insert_planned(
    insert: &mut rusqlite::Statement<'_>,
    one: &PlannedRow,
    texts: &PlannedTexts,
) -> rusqlite::Result<()> {
    let (mut blocked_by, mut with_account) = (None, false);
    match &one.action {
        Planned::Send(Operation::Create { account, .. }) => {
            with_account = *account == DefaultAccount::Create;
        }
        Planned::Blocked { by } => blocked_by = Some(by.0),
        _ => {}
    }
    let partner_id = one.action.id().map(PartnerId::number);
    let (parent_id, parent_row) = match one.action.parent() {
        Some(Parent::Customer(id)) => (Some(id.number()), None),
        Some(Parent::Row(row)) => (None, Some(row.0)),
        None => (None, None),
    };
    insert.execute(params![
        one.row.0,
        one.action.as_str(),
        parent_id,
        parent_row,
        partner_id,
        blocked_by,
        with_account,
        texts.payload,
        one.code,
        one.message,
        texts.changes,
        one.deployment == Deployment::SwitchOn
    ])?;
    Ok(())
}

pub(super) fn read_planned(row: &rusqlite::Row<'_>) -> rusqlite::Result<PlannedRow> {
    let parent = || -> rusqlite::Result<Parent> {
        Ok(match row.get::<_, Option<u32>>(3)? {
            Some(above) => Parent::Row(RowIndex(above)),
            None => Parent::Customer(read_id(row, 2)?),
        })
    };
    let partner = || json(row, 7);
    let account = if row.get(6)? {
        DefaultAccount::Create
    } else {
        DefaultAccount::None
    };
    let action = match row.get_ref(1)?.as_str()? {
        "create" => Planned::Send(Operation::Create {
            parent: parent()?,
            partner: partner()?,
            account,
        }),
        "exists" => Planned::Exists {
            id: read_id(row, 4)?,
            parent: parent()?,
            partner: partner()?,
        },
        "update" => Planned::Send(Operation::Update {
            id: read_id(row, 4)?,
            parent: parent()?,
            partner: partner()?,
            update: json(row, 10)?,
        }),
        "fail" => Planned::Refuse {
            id: read_id(row, 4)?,
            parent: parent()?,
            partner: partner()?,
        },
        "blocked" => Planned::Blocked {
            by: RowIndex(row.get(5)?),
        },
        _ => Planned::Invalid,
    };
    Ok(PlannedRow {
        row: RowIndex(row.get(0)?),
        action,
        deployment: if row.get(11)? {
            Deployment::SwitchOn
        } else {
            Deployment::AsItIs
        },
        code: row.get(8)?,
        message: row.get(9)?,
    })
}

fn json<T: serde::de::DeserializeOwned>(
    row: &rusqlite::Row<'_>,
    column: usize,
) -> rusqlite::Result<Arc<T>> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map(Arc::new).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(column, rusqlite::types::Type::Text, error.into())
    })
}

fn read_id(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<PartnerId> {
    let number: i64 = row.get(column)?;
    PartnerId::from_number(number).ok_or(rusqlite::Error::IntegralValueOutOfRange(column, number))
}

/// How a run or an undoing ended, of which the number is kept.
pub(super) fn read_ending(
    row: &rusqlite::Row<'_>,
    column: usize,
) -> rusqlite::Result<Option<Ending>> {
    let number: Option<i64> = row.get(column)?;
    Ok(number.and_then(Ending::of_number))
}

pub(super) fn insert_event(
    insert: &mut rusqlite::Statement<'_>,
    event: &Event,
    table: EventTable,
) -> rusqlite::Result<()> {
    let (mut id, mut code, mut message) = (None, None, None);
    let members;
    match &event.kind {
        Happening::AsWanted { members: paths } => {
            members = paths.join(" ");
            message = Some(members.as_str());
        }
        Happening::Beside(partner) => id = Some(partner.number()),
        Happening::Unknown { message: text } | Happening::Mismatch { message: text } => {
            message = Some(text.as_str());
        }
        Happening::Ended(Outcome::Blocked { by }) => id = Some(by.0.into()),
        Happening::Ended(Outcome::Failed(why) | Outcome::Kept(why)) => {
            (code, message) = (Some(why.code.as_str()), Some(why.message.as_str()));
        }
        Happening::Ended(outcome) => id = outcome.id().map(PartnerId::number),
        Happening::Intent | Happening::Released | Happening::NotDone => {}
    }
    let (row, kind, at_ms) = (event.row.0, event.kind.as_str(), event.at_ms);
    match table {
        EventTable::Run => insert.execute(params![row, kind, id, code, message, at_ms])?,
        EventTable::Undo => insert.execute(params![row, kind, code, message, at_ms])?,
    };
    Ok(())
}

/// Which table an event stands in: that of the undoing has no column for a customer or row.
#[derive(Debug, Clone, Copy)]
pub(super) enum EventTable {
    Run,
    Undo,
}

impl EventTable {
    /// The column of the code; message and time follow.
    fn code(self) -> usize {
        match self {
            Self::Run => 3,
            Self::Undo => 2,
        }
    }
}

/// An event of a run or of its undoing.
pub(super) fn read_event(row: &rusqlite::Row<'_>, table: EventTable) -> rusqlite::Result<Event> {
    let code = table.code();
    let kind = row.get_ref(1)?.as_str()?;
    let kind = match read_outcome(kind, row, code)? {
        Some(outcome) => Happening::Ended(outcome),
        None => read_on_the_way(kind, row, code + 1)?,
    };
    Ok(Event {
        row: RowIndex(row.get(0)?),
        kind,
        at_ms: row.get(code + 2)?,
    })
}

fn text(row: &rusqlite::Row<'_>, column: usize) -> rusqlite::Result<String> {
    Ok(row.get::<_, Option<String>>(column)?.unwrap_or_default())
}

fn read_outcome(
    kind: &str,
    row: &rusqlite::Row<'_>,
    code: usize,
) -> rusqlite::Result<Option<Outcome>> {
    let created = |origin| read_id(row, 2).map(|id| Outcome::Created(id, origin));
    let why = || -> rusqlite::Result<Box<Reason>> {
        let (code, message) = (text(row, code)?, text(row, code + 1)?);
        Ok(Box::new(Reason { code, message }))
    };
    Ok(Some(match kind {
        "created" => created(Origin::Answered)?,
        "found" => created(Origin::Found)?,
        "met" => created(Origin::Met)?,
        "exists" => Outcome::Exists(read_id(row, 2)?),
        "updated" => Outcome::Updated(read_id(row, 2)?, Origin::Answered),
        "updated-met" => Outcome::Updated(read_id(row, 2)?, Origin::Met),
        "removed" => Outcome::Removed,
        "gone" => Outcome::Gone,
        "restored" => Outcome::Restored,
        "kept" => Outcome::Kept(why()?),
        "failed" => Outcome::Failed(why()?),
        "invalid" => Outcome::Invalid,
        "blocked" => Outcome::Blocked {
            by: RowIndex(row.get(2)?),
        },
        _ => return Ok(None),
    }))
}

/// What happened on the way to an outcome.
fn read_on_the_way(
    kind: &str,
    row: &rusqlite::Row<'_>,
    message: usize,
) -> rusqlite::Result<Happening> {
    let message = text(row, message)?;
    Ok(match kind {
        "intent" => Happening::Intent,
        "released" => Happening::Released,
        "not-done" => Happening::NotDone,
        "beside" => Happening::Beside(read_id(row, 2)?),
        "as-wanted" => Happening::AsWanted {
            members: message.split_whitespace().map(str::to_owned).collect(),
        },
        "mismatch" => Happening::Mismatch { message },
        // What a newer version may have written as well: the tenant is looked at.
        _ => Happening::Unknown { message },
    })
}
