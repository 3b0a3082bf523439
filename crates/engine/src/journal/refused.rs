//! Rows that the service keeps refusing: how many runs in a row each was refused for good, per
//! target. A file of its own, so that it outlives the journals of the runs it was told by.
//!
//! A row is recognised by its ExternalCode, else by name and parent; a second digest, over all that
//! would be sent, tells whether it has changed. Both are kept as digests only.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, params};
use sha2::{Digest, Sha256};

use super::lock::target_digest;
use super::record::PlannedRow;
use super::replay::Replayed;
use super::{JournalError, private};
use crate::model::{DefaultAccount, Operation, Parent, PartnerId, PartnerInfo, Planned, Standing};

/// The code of a row that is not sent again because of what stands here.
pub const QUARANTINED: &str = crate::model::code::QUARANTINED.code;

/// The newest format of the file that this version knows.
const FORMAT: i64 = 1;

const TABLE: &str = "
    CREATE TABLE refused (
        identity  BLOB PRIMARY KEY,
        digest    BLOB NOT NULL,
        runs      INTEGER NOT NULL,
        run_id    TEXT NOT NULL,
        code      TEXT NOT NULL,
        message   TEXT NOT NULL,
        at_ms     INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
";

/// Which row, and with what in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusalKey {
    identity: Vec<u8>,
    digest: Vec<u8>,
}

impl RefusalKey {
    /// The key of what would be sent.
    pub fn of(parent: PartnerId, partner: &PartnerInfo, account: DefaultAccount) -> Self {
        let identity = match &partner.external_code {
            Some(code) => format!("code\n{}", code.as_str()),
            None => format!("name\n{parent}\n{}", partner.name.as_str()),
        };
        let account = account == DefaultAccount::Create;
        let sent = serde_json::to_string(partner).unwrap_or_default();
        Self {
            identity: Sha256::digest(identity.as_bytes()).to_vec(),
            digest: Sha256::digest(format!("{parent}\n{account}\n{sent}").as_bytes()).to_vec(),
        }
    }
}

/// What is known of one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// In how many runs, one after the other, it was refused as it is.
    pub runs: u32,
    /// The service's last number.
    pub code: String,
    /// Its text.
    pub message: String,
}

/// Every refusal of one target.
#[derive(Debug, Default)]
pub struct Refusals(HashMap<Vec<u8>, (Vec<u8>, Refusal)>);

impl Refusals {
    /// Reads what earlier runs against a target (endpoint and partner) have left; nothing when
    /// there is no file.
    pub fn read(state_dir: &Path, target: &str) -> Result<Self, JournalError> {
        let path = refused_path(state_dir, target);
        if !path.exists() {
            return Ok(Self::default());
        }
        let connection = open(&path)?;
        all(&connection).map(Self).map_err(damaged(&path))
    }

    /// What is known of a row as it is now; `None` when it has changed or was not refused.
    pub fn get(&self, key: &RefusalKey) -> Option<&Refusal> {
        let (digest, refusal) = self.0.get(&key.identity)?;
        (*digest == key.digest).then_some(refusal)
    }
}

/// Where the refusals of a target are kept.
pub fn refused_path(state_dir: &Path, target: &str) -> PathBuf {
    let name = target_digest(target);
    state_dir.join("refused").join(format!("{name}.sqlite"))
}

/// Moves a file that cannot be read out of the way, so that the next run counts anew; tells where
/// it is now.
pub fn set_aside(state_dir: &Path, target: &str) -> std::io::Result<PathBuf> {
    let path = refused_path(state_dir, target);
    let aside = path.with_extension("damaged");
    fs::rename(&path, &aside)?;
    Ok(aside)
}

/// Notes what has become of the rows of a run: one more refusal, or none any more. The same run
/// counts once, however often it is continued.
pub fn note_refusals(
    state_dir: &Path,
    target: &str,
    run_id: &str,
    replayed: &Replayed,
    at_ms: i64,
) -> Result<(), JournalError> {
    let path = refused_path(state_dir, target);
    let rows = || replayed.planned.iter().zip(&replayed.progress);
    let is_new = !path.exists();
    if is_new && !rows().any(|(_, progress)| is_refused(progress)) {
        return Ok(());
    }
    let directory = state_dir.join("refused");
    private::own_directory(&directory).map_err(|source| JournalError::Directory {
        path: directory.clone(),
        source,
    })?;
    let mut connection = open(&path)?;
    let known = Refusals(all(&connection).map_err(damaged(&path))?);
    let written = (|| {
        let step = connection.transaction()?;
        for (planned, progress) in rows() {
            note_row(
                &step,
                planned,
                progress,
                (replayed, &known),
                (run_id, at_ms),
            )?;
        }
        step.commit()
    })();
    written.map_err(|error: rusqlite::Error| JournalError::of_writing(&path, &error))
}

/// Counts a refusal, or forgets those of a row that has made it.
fn note_row(
    step: &Connection,
    planned: &PlannedRow,
    progress: &Standing,
    (replayed, known): (&Replayed, &Refusals),
    (run_id, at_ms): (&str, i64),
) -> rusqlite::Result<()> {
    let (Planned::Send(Operation::Create {
        parent, partner, ..
    })
    | Planned::Exists {
        parent, partner, ..
    }) = &planned.action
    else {
        return Ok(());
    };
    let (account, creates) = match &planned.action {
        Planned::Send(Operation::Create { account, .. }) => (*account, true),
        _ => (DefaultAccount::None, false),
    };
    let parent = match parent {
        Parent::Customer(id) => Some(*id),
        Parent::Row(row) => replayed.progress[row.as_usize()].id(),
    };
    let Some(parent) = parent else {
        return Ok(());
    };
    match (progress, progress.failed()) {
        (_, Some(why)) if creates && is_refused(progress) => {
            let key = RefusalKey::of(parent, partner, account);
            step.prepare_cached(
                "INSERT INTO refused VALUES (?1, ?2, 1, ?3, ?4, ?5, ?6)
                 ON CONFLICT (identity) DO UPDATE SET
                    runs = CASE WHEN digest <> excluded.digest THEN 1
                                WHEN run_id = excluded.run_id THEN runs
                                ELSE runs + 1 END,
                    digest = excluded.digest, run_id = excluded.run_id,
                    code = excluded.code, message = excluded.message,
                    at_ms = excluded.at_ms",
            )?
            .execute(params![
                key.identity,
                key.digest,
                run_id,
                why.code,
                why.message,
                at_ms
            ])?;
        }
        (progress, _) if progress.id().is_some() && !known.0.is_empty() => {
            let key = RefusalKey::of(parent, partner, account);
            if known.0.contains_key(&key.identity) {
                step.prepare_cached("DELETE FROM refused WHERE identity = ?1")?
                    .execute([key.identity])?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// Whether the service itself has said no; a row without a clear answer, and one that was not sent,
/// were not refused.
fn is_refused(progress: &Standing) -> bool {
    progress
        .failed()
        .is_some_and(|why| why.code.parse::<i64>().is_ok())
}

fn damaged(path: &Path) -> impl Fn(rusqlite::Error) -> JournalError {
    let path = path.to_owned();
    move |source| JournalError::of_using(&path, source)
}

fn open(path: &Path) -> Result<Connection, JournalError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    private::file(path, true).map_err(|source| JournalError::Directory {
        path: path.to_owned(),
        source,
    })?;
    let mut connection = Connection::open_with_flags(path, flags)
        .map_err(|source| JournalError::of_opening(path, source))?;
    let found = (|| {
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        let step =
            connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let found: i64 = step.query_row("PRAGMA user_version", [], |row| row.get(0))?;
        if found == 0 {
            step.execute_batch(TABLE)?;
            step.pragma_update(None, "user_version", FORMAT)?;
        }
        step.commit()?;
        Ok(found)
    })();
    match found.map_err(damaged(path))? {
        found if found > FORMAT => Err(JournalError::Newer {
            path: path.to_owned(),
            found,
            known: FORMAT,
        }),
        _ => Ok(connection),
    }
}

type Known = HashMap<Vec<u8>, (Vec<u8>, Refusal)>;

fn all(connection: &Connection) -> rusqlite::Result<Known> {
    let mut select =
        connection.prepare("SELECT identity, digest, runs, code, message FROM refused")?;
    let rows = select.query_map([], |row| {
        let refusal = Refusal {
            runs: row.get(2)?,
            code: row.get(3)?,
            message: row.get(4)?,
        };
        Ok((row.get(0)?, (row.get(1)?, refusal)))
    })?;
    rows.collect()
}
