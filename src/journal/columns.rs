//! Plan and events as columns of the journal's tables, and back.
//!
//! Must not know: files, transactions.

use rusqlite::params;

use super::record::{Event, EventKind, Planned, PlannedAction, PlannedParent};
use crate::model::{DefaultAccount, Ending, PartnerId, RowIndex};

pub(super) fn insert_planned(
    insert: &mut rusqlite::Statement<'_>,
    one: &Planned,
) -> rusqlite::Result<()> {
    let (mut parent, mut partner_id, mut blocked_by, mut with_account) = (None, None, None, false);
    let (mut payload, mut changes) = (None, None);
    let action = match &one.action {
        PlannedAction::Create {
            parent: below,
            partner,
            account,
        } => {
            (parent, payload) = (Some(*below), serde_json::to_string(partner).ok());
            with_account = *account == DefaultAccount::Create;
            "create"
        }
        PlannedAction::Exists {
            id,
            parent: below,
            partner,
        } => {
            (parent, payload) = (Some(*below), serde_json::to_string(partner).ok());
            partner_id = Some(id.number());
            "exists"
        }
        PlannedAction::Update {
            id,
            parent: below,
            partner,
            update,
        } => {
            (parent, payload) = (Some(*below), serde_json::to_string(partner).ok());
            partner_id = Some(id.number());
            changes = serde_json::to_string(update).ok();
            "update"
        }
        PlannedAction::Refuse {
            id,
            parent: below,
            partner,
        } => {
            (parent, payload) = (Some(*below), serde_json::to_string(partner).ok());
            partner_id = Some(id.number());
            "fail"
        }
        PlannedAction::Invalid => "invalid",
        PlannedAction::Blocked { by } => {
            blocked_by = Some(by.0);
            "blocked"
        }
    };
    let (parent_id, parent_row) = match parent {
        Some(PlannedParent::Id(id)) => (Some(id.number()), None),
        Some(PlannedParent::Row(row)) => (None, Some(row.0)),
        None => (None, None),
    };
    insert.execute(params![
        one.row.0,
        action,
        parent_id,
        parent_row,
        partner_id,
        blocked_by,
        with_account,
        payload,
        one.code,
        one.message,
        changes
    ])?;
    Ok(())
}

pub(super) fn read_planned(row: &rusqlite::Row<'_>) -> rusqlite::Result<Planned> {
    let parent = || -> rusqlite::Result<PlannedParent> {
        Ok(match row.get::<_, Option<u32>>(3)? {
            Some(above) => PlannedParent::Row(RowIndex(above)),
            None => PlannedParent::Id(read_id(row, 2)?),
        })
    };
    let partner = || json(row, 7);
    let account = if row.get(6)? {
        DefaultAccount::Create
    } else {
        DefaultAccount::None
    };
    let action = match row.get_ref(1)?.as_str()? {
        "create" => PlannedAction::Create {
            parent: parent()?,
            partner: partner()?,
            account,
        },
        "exists" => PlannedAction::Exists {
            id: read_id(row, 4)?,
            parent: parent()?,
            partner: partner()?,
        },
        "update" => PlannedAction::Update {
            id: read_id(row, 4)?,
            parent: parent()?,
            partner: partner()?,
            update: json(row, 10)?,
        },
        "fail" => PlannedAction::Refuse {
            id: read_id(row, 4)?,
            parent: parent()?,
            partner: partner()?,
        },
        "blocked" => PlannedAction::Blocked {
            by: RowIndex(row.get(5)?),
        },
        _ => PlannedAction::Invalid,
    };
    Ok(Planned {
        row: RowIndex(row.get(0)?),
        action,
        code: row.get(8)?,
        message: row.get(9)?,
    })
}

fn json<T: serde::de::DeserializeOwned>(
    row: &rusqlite::Row<'_>,
    column: usize,
) -> rusqlite::Result<Box<T>> {
    let text: String = row.get(column)?;
    serde_json::from_str(&text).map(Box::new).map_err(|error| {
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
) -> rusqlite::Result<()> {
    let (mut id, mut code, mut message) = (None, None, None);
    match &event.kind {
        EventKind::Intent | EventKind::Released => {}
        EventKind::Created(partner)
        | EventKind::Found(partner)
        | EventKind::Met(partner)
        | EventKind::Beside(partner)
        | EventKind::Exists(partner)
        | EventKind::Updated(partner) => id = Some(partner.number()),
        EventKind::Failed {
            code: number,
            message: text,
        } => {
            (code, message) = (Some(number.as_str()), Some(text.as_str()));
        }
        EventKind::Blocked { by } => id = Some(by.0.into()),
        EventKind::Unknown { message: text } | EventKind::Mismatch { message: text } => {
            message = Some(text.as_str());
        }
    }
    insert.execute(params![
        event.row.0,
        event.kind.as_str(),
        id,
        code,
        message,
        event.at_ms
    ])?;
    Ok(())
}

pub(super) fn read_event(row: &rusqlite::Row<'_>) -> rusqlite::Result<Event> {
    let text = |column| {
        row.get::<_, Option<String>>(column)
            .map(Option::unwrap_or_default)
    };
    let kind = match row.get_ref(1)?.as_str()? {
        "intent" => EventKind::Intent,
        "released" => EventKind::Released,
        "created" => EventKind::Created(read_id(row, 2)?),
        "found" => EventKind::Found(read_id(row, 2)?),
        "met" => EventKind::Met(read_id(row, 2)?),
        "beside" => EventKind::Beside(read_id(row, 2)?),
        "exists" => EventKind::Exists(read_id(row, 2)?),
        "updated" => EventKind::Updated(read_id(row, 2)?),
        "failed" => EventKind::Failed {
            code: text(3)?,
            message: text(4)?,
        },
        "blocked" => EventKind::Blocked {
            by: RowIndex(row.get(2)?),
        },
        "mismatch" => EventKind::Mismatch { message: text(4)? },
        _ => EventKind::Unknown { message: text(4)? },
    };
    Ok(Event {
        row: RowIndex(row.get(0)?),
        kind,
        at_ms: row.get(5)?,
    })
}
