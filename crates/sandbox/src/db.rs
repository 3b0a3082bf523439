//! Keeps the tenant in an `SQLite` file, so that it survives a restart.
//!
//! Must not know: what a partner means.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, params};

use super::error::SandboxError;
use super::partner::Partner;
use super::user::User;

/// The format of the file. The second has users, what customers were like before, and devices with
/// more than a name; files of the first are read and become files of the second.
const FORMAT: i64 = 2;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS partner (id INTEGER PRIMARY KEY, data TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS tenant (
        only INTEGER PRIMARY KEY CHECK (only = 0),
        seed INTEGER NOT NULL,
        first_new_id INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE IF NOT EXISTS user (id INTEGER PRIMARY KEY, data TEXT NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS version (
        number INTEGER PRIMARY KEY,
        id INTEGER NOT NULL,
        at INTEGER NOT NULL,
        data TEXT NOT NULL
    ) STRICT;
";

/// A tenant as stored.
pub(super) struct Loaded {
    pub(super) partners: Vec<Partner>,
    pub(super) first_new_id: i32,
    pub(super) seed: u64,
    /// Users that are not as they were at the start.
    pub(super) users: Vec<User>,
    /// What changed customers were like, each with since when, in order.
    pub(super) versions: Vec<(i64, Partner)>,
}

/// The open file.
#[derive(Debug)]
pub(super) struct Db {
    path: PathBuf,
    connection: Connection,
    /// What the file's version was when it was last looked at; none where it has to be read anew.
    seen: Option<i64>,
}

impl Db {
    /// Opens the file, making it when there is none.
    pub(super) fn open(path: &Path) -> Result<Self, SandboxError> {
        let database = |source| SandboxError::Database {
            path: path.to_owned(),
            source,
        };
        let connection = Connection::open(path).map_err(database)?;
        let found = Self::prepare(&connection).map_err(database)?;
        if found > FORMAT {
            return Err(SandboxError::Format {
                path: path.to_owned(),
                found,
                known: FORMAT,
            });
        }
        Ok(Self {
            path: path.to_owned(),
            connection,
            seen: None,
        })
    }

    /// Keeps all other programs out until [`Db::end`]; says whether one of them has changed the file since.
    pub(super) fn begin(&mut self) -> Result<bool, SandboxError> {
        let begun = self.connection.execute_batch("BEGIN IMMEDIATE");
        begun.map_err(|source| self.trouble(source))?;
        let version = self
            .connection
            .pragma_query_value(None, "data_version", |row| row.get(0))
            .map_err(|source| self.trouble(source))?;
        Ok(self.seen.replace(version) != Some(version))
    }

    /// Lets others in again: what was stored since [`Db::begin`] is on file now.
    pub(super) fn end(&mut self) -> Result<(), SandboxError> {
        let ended = self.connection.execute_batch("COMMIT");
        ended.map_err(|source| {
            let _ = self.connection.execute_batch("ROLLBACK");
            self.seen = None;
            self.trouble(source)
        })
    }

    fn prepare(connection: &Connection) -> rusqlite::Result<i64> {
        let found = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if found <= FORMAT {
            connection.pragma_update(None, "journal_mode", "wal")?;
            connection.pragma_update(None, "synchronous", "normal")?;
            connection.execute_batch(SCHEMA)?;
            connection.pragma_update(None, "user_version", FORMAT)?;
        }
        Ok(found)
    }

    /// The stored tenant; `None` when nothing was stored yet.
    pub(super) fn load(&mut self) -> Result<Option<Loaded>, SandboxError> {
        let tenant = self
            .connection
            .query_row("SELECT seed, first_new_id FROM tenant", [], |row| {
                Ok((row.get::<_, i64>(0)?, row.get(1)?))
            })
            .optional()
            .map_err(|source| self.trouble(source))?;
        let Some((seed, first_new_id)) = tenant else {
            return Ok(None);
        };
        let partner = |id, data: &str| {
            serde_json::from_str(data).map_err(|source| SandboxError::Stored {
                path: self.path.clone(),
                id,
                source,
            })
        };
        let user = |id, data: &str| {
            serde_json::from_str(data).map_err(|source| SandboxError::StoredUser {
                path: self.path.clone(),
                id,
                source,
            })
        };
        let partners = self.rows("SELECT id, 0, data FROM partner ORDER BY id")?;
        let users = self.rows("SELECT id, 0, data FROM user ORDER BY id")?;
        let versions = self.rows("SELECT id, at, data FROM version ORDER BY number")?;
        Ok(Some(Loaded {
            partners: partners
                .iter()
                .map(|(id, _, data)| partner(*id, data))
                .collect::<Result<_, _>>()?,
            first_new_id,
            seed: seed.cast_unsigned(),
            users: users
                .iter()
                .map(|(id, _, data)| user(*id, data))
                .collect::<Result<_, _>>()?,
            versions: versions
                .iter()
                .map(|(id, at, data)| Ok((*at, partner(*id, data)?)))
                .collect::<Result<_, _>>()?,
        }))
    }

    fn rows(&self, query: &str) -> Result<Vec<(i32, i64, String)>, SandboxError> {
        let read = || {
            let mut select = self.connection.prepare(query)?;
            let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|source| self.trouble(source))
    }

    /// Stores a user, new or changed.
    pub(super) fn store_user(&mut self, user: &User) -> Result<(), SandboxError> {
        let write = || {
            self.connection
                .prepare_cached("INSERT OR REPLACE INTO user (id, data) VALUES (?1, ?2)")?
                .execute(params![user.id, as_json(user)?])
        };
        write().map_err(|source| self.trouble(source))?;
        Ok(())
    }

    /// Stores what a customer is like since when.
    pub(super) fn store_version(&mut self, at: i64, partner: &Partner) -> Result<(), SandboxError> {
        let write = || {
            self.connection
                .prepare_cached("INSERT INTO version (id, at, data) VALUES (?1, ?2, ?3)")?
                .execute(params![partner.id, at, as_json(partner)?])
        };
        write().map_err(|source| self.trouble(source))?;
        Ok(())
    }

    /// Stores a whole tenant, between [`Db::begin`] and [`Db::end`].
    pub(super) fn store_all(&mut self, tenant: &Loaded) -> Result<(), SandboxError> {
        self.write_all(tenant)
            .map_err(|source| self.trouble(source))
    }

    fn write_all(&mut self, tenant: &Loaded) -> rusqlite::Result<()> {
        for partner in &tenant.partners {
            write(&self.connection, partner)?;
        }
        self.connection.execute(
            "INSERT INTO tenant (only, seed, first_new_id) VALUES (0, ?1, ?2)",
            params![tenant.seed.cast_signed(), tenant.first_new_id],
        )?;
        Ok(())
    }

    /// Stores one partner, new or changed; it is on file when this returns.
    pub(super) fn store(&mut self, partner: &Partner) -> Result<(), SandboxError> {
        write(&self.connection, partner).map_err(|source| self.trouble(source))
    }

    fn trouble(&self, source: rusqlite::Error) -> SandboxError {
        SandboxError::Database {
            path: self.path.clone(),
            source,
        }
    }
}

fn write(connection: &Connection, partner: &Partner) -> rusqlite::Result<()> {
    let data = as_json(partner)?;
    connection
        .prepare_cached("INSERT OR REPLACE INTO partner (id, data) VALUES (?1, ?2)")?
        .execute(params![partner.id, data])?;
    Ok(())
}

fn as_json(value: &impl serde::Serialize) -> rusqlite::Result<String> {
    serde_json::to_string(value)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tenant;

    #[test]
    fn what_was_stored_is_loaded() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tenant.db");
        let fresh = Loaded {
            partners: tenant::fixed(),
            first_new_id: 1001,
            seed: u64::MAX,
            users: Vec::new(),
            versions: Vec::new(),
        };
        let mut db = Db::open(&path).unwrap();
        assert!(db.load().unwrap().is_none());
        db.store_all(&fresh).unwrap();
        let mut changed = fresh.partners[0].clone();
        changed.name = "Wurzel".into();
        db.store(&changed).unwrap();
        let user = tenant::users().swap_remove(1);
        db.store_user(&user).unwrap();
        db.store_version(5, &changed).unwrap();
        drop(db);
        let loaded = Db::open(&path).unwrap().load().unwrap().unwrap();
        assert_eq!(loaded.seed, u64::MAX);
        assert_eq!(loaded.first_new_id, 1001);
        assert_eq!(loaded.users, [user]);
        assert_eq!(loaded.versions, [(5, changed.clone())]);
        assert_eq!(loaded.partners[0], changed);
        assert_eq!(loaded.partners[1..], fresh.partners[1..]);
    }

    #[test]
    fn a_newer_file_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("tenant.db");
        let connection = Connection::open(&path).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        drop(connection);
        let error = Db::open(&path).unwrap_err();
        assert!(
            matches!(error, SandboxError::Format { found: 99, .. }),
            "{error}"
        );
    }
}
