//! Connections to the file: how they are set up, the migrations, and the readers that stand by.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use rusqlite_migration::{Error as MigrationError, M, MigrationDefinitionError, Migrations};

use super::error::{Fault, Outcome, StoreError};
use super::folder;
use super::personal;
use super::search::index;

/// The migrations in order. A new one is a new file and a new line at the end.
const MIGRATIONS: &[M<'static>] = &[
    M::up(include_str!("schema/0001_founding.sql")),
    M::up(include_str!("schema/0002_survey_choice.sql")),
    M::up(include_str!("schema/0003_recognition.sql")),
    M::up(include_str!("schema/0004_roster.sql")),
    M::up(include_str!("schema/0005_amendment.sql")),
    M::up(include_str!("schema/0006_follow_up.sql")),
    M::up(include_str!("schema/0007_outbox.sql")),
    M::up(include_str!("schema/0008_remarks.sql")),
    M::up(include_str!("schema/0009_letters.sql")),
    M::up(include_str!("schema/0010_indices.sql")),
    M::up(include_str!("schema/0011_senders.sql")),
    M::up(include_str!("schema/0012_digest.sql")),
    M::up(include_str!("schema/0013_search.sql")),
    M::up(include_str!("schema/0014_areas.sql")),
    M::up(include_str!("schema/0015_keeping.sql")),
    M::up(include_str!("schema/0016_alarm.sql")),
    M::up(include_str!("schema/0017_sender_check.sql")),
    M::up(include_str!("schema/0018_quarantine.sql")),
    M::up(include_str!("schema/0019_claims.sql")),
];

/// Readers that stay open when nobody needs them.
const IDLE_READERS: usize = 4;

/// Prepared statements that a connection remembers; the store has fewer. One that is forgotten costs as much as ten that run.
const STATEMENTS: usize = 512;

/// Bytes of a page of a new file. Most of it is mail: committing takes a third less time with 8 KiB than with SQLite's 4, and a
/// tenth less again with 16; 32 gain hardly more, while the small rows pay for it.
const PAGE_BYTES: i64 = 16_384;

/// Pages of the write-ahead log after which it is copied back: one batch of ordinary mails is about 12 MB.
const CHECKPOINT_PAGES: i64 = 1_000;

/// KiB of pages that the writer keeps in memory: enough for what a batch touches. Twice as much saved no time.
const CACHE_KIB: i64 = 16_384;

/// KiB of pages that a reader keeps in memory at most: with SQLite's 2,000 a look at all respondents of a survey reads the same pages
/// again and again.
const READER_CACHE_KIB: i64 = 8_192;

/// Opens the connection that writes, makes the file if it is new, and brings the schema up to date.
pub(super) fn writer(path: &Path, busy: Duration) -> Outcome<Connection> {
    // What the file holds is nobody else's business. SQLite gives its side files the same permissions.
    let is_new = !path.exists();
    let file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    if is_new {
        folder::give_open_to_owner(path, &file)?;
    }
    drop(file);
    folder::close_files(path);
    let mut connection = open(path, busy)?;
    // A file that is refused is left as it is, so before anything else.
    let schema: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    if schema > newest() {
        return Err(Fault::Plain(StoreError::TooNew { path: path.to_owned() }));
    }
    connection.pragma_update(None, "page_size", PAGE_BYTES)?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "journal_size_limit", 64 << 20)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    migrate(&mut connection, path)?;
    index::bring_up_to_date(&connection)?;
    // It hinders nobody's work when there is no room for it yet; an examination tells of it until it is done.
    drop(personal::finish_rewriting(&connection));
    Ok(connection)
}

/// The number of today's schema.
pub(super) fn newest() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// The schema of a database that is to be brought up to date; none for one of today, a new one, or a file that is none: whoever opens
/// it hears of that.
pub(super) fn outdated(path: &Path, busy: Duration) -> Option<i64> {
    let begun = path.metadata().ok().filter(|metadata| metadata.len() > 0);
    let connection = begun.and_then(|_| existing(path, busy).ok())?;
    let schema: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).ok()?;
    (1..newest()).contains(&schema).then_some(schema)
}

/// A connection to a file that is there, whatever its schema: nothing is made and nothing brought up to date.
pub(super) fn existing(path: &Path, busy: Duration) -> Outcome<Connection> {
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    connection.busy_timeout(busy)?;
    Ok(connection)
}

/// A database without a name, of today's schema: it lies in the temporary folder and goes with the connection.
pub(super) fn nameless(busy: Duration) -> Outcome<Connection> {
    let mut connection = open(Path::new(""), busy)?;
    migrate(&mut connection, Path::new(""))?;
    Ok(connection)
}

fn open(path: &Path, busy: Duration) -> Outcome<Connection> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(busy)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(connection)
}

fn migrate(connection: &mut Connection, path: &Path) -> Outcome<()> {
    let migrations = Migrations::from_slice(MIGRATIONS);
    // Two processes may find a new file at once: the one that comes second fails on tables that exist already, and finds
    // nothing left to do when it looks again.
    let result = migrations.to_latest(connection).or_else(|_| migrations.to_latest(connection));
    result.map_err(|error| match error {
        MigrationError::RusqliteError { err, .. } => Fault::Sql(err),
        MigrationError::MigrationDefinition(MigrationDefinitionError::DatabaseTooFarAhead) => {
            Fault::Plain(StoreError::TooNew { path: path.to_owned() })
        }
        other => Fault::Plain(StoreError::Refused { path: path.to_owned(), why: other.to_string() }),
    })
}

/// Connections that only read. One more is opened when all are in use.
#[derive(Debug)]
pub(super) struct Readers {
    path: PathBuf,
    busy: Duration,
    idle: Mutex<Vec<Connection>>,
    /// A connection that is asked for nothing but changes: SQLite tells each of those that were made by others.
    watch: Mutex<Option<Connection>>,
}

impl Readers {
    /// None is open yet.
    pub(super) fn new(path: &Path, busy: Duration) -> Self {
        Self { path: path.to_owned(), busy, idle: Mutex::default(), watch: Mutex::default() }
    }

    /// Lends a connection for one operation, which sees the file as it stands at one moment.
    pub(super) fn with<T>(&self, read: impl FnOnce(&Connection) -> Outcome<T>) -> Outcome<T> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.open()?,
        };
        let result = snapshot(&connection, read);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < IDLE_READERS && connection.is_autocommit() {
            idle.push(connection);
        }
        result
    }

    /// A number that is another one whenever something was written since.
    pub(super) fn changes(&self) -> Outcome<i64> {
        let mut watch = self.watch.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match watch.take() {
            Some(connection) => connection,
            None => self.open()?,
        };
        let version = connection.query_row("PRAGMA data_version", [], |row| row.get(0))?;
        *watch = Some(connection);
        Ok(version)
    }

    /// A connection of its own, for what takes long.
    pub(super) fn fresh(&self) -> Outcome<Connection> {
        open(&self.path, self.busy)
    }

    fn open(&self) -> Outcome<Connection> {
        let connection = self.fresh()?;
        connection.pragma_update(None, "query_only", true)?;
        connection.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
        Ok(connection)
    }
}

fn snapshot<T>(connection: &Connection, read: impl FnOnce(&Connection) -> Outcome<T>) -> Outcome<T> {
    let transaction = connection.unchecked_transaction()?;
    let result = read(&transaction);
    transaction.finish()?;
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_migration_applies_to_an_empty_file() {
        Migrations::from_slice(MIGRATIONS).validate().unwrap();
    }

    /// What a file of before the full text holds: a narrative, a current return, a recognised scan.
    const OLD: &str = "
        INSERT INTO raw (id, sha256, size, begun_at) VALUES (1, 'aa', 0, '');
        INSERT INTO message (id, raw, received_at, kept_at, state, disposition, sender, subject)
            VALUES (1, 1, '', '', 'read', 'accepted', 'a@firm.example', '');
        INSERT INTO attachment (message, path, size, sha256, kind) VALUES (1, '扫描.jpg', 1, 'bb', 'picture');
        INSERT INTO narrative (message, attachment, text) VALUES (1, '材料.docx', '公司情况' || char(10) || '研发机器人');
        INSERT INTO respondent (id, key, name) VALUES (1, '甲公司', '甲公司');
        INSERT INTO return_version (id, respondent, message, ordinal, number, standing, ruling, as_read)
            VALUES (1, 1, 1, 0, 1, 'complete', 'none', '{}');
        INSERT INTO answer (version, item, source, text, place) VALUES (1, 'products', 1, '传感器', '表.xlsx!Sheet1!A2');
        INSERT INTO recognition (sha256, state, attempts, begun_at, engine) VALUES ('bb', 'done', 1, '', '');
        INSERT INTO recognised_line VALUES ('bb', 1, 1, '激光雷达', 0.9, 0, 0, 1, 1);";

    #[test]
    fn a_file_of_before_the_full_text_can_be_searched() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("postroom.db");
        let mut old = Connection::open(&path).unwrap();
        Migrations::from_slice(MIGRATIONS).to_version(&mut old, 7).unwrap();
        old.execute_batch(OLD).unwrap();
        drop(old);
        let connection = writer(&path, Duration::from_secs(1)).unwrap();
        let found = |tokens: &str| -> Vec<i64> {
            let mut statement = connection.prepare("SELECT rowid FROM search_text WHERE search_text MATCH ?1").unwrap();
            statement.query_map([tokens], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
        };
        assert_eq!((found("\"机器 器人\"").len(), found("传感").len(), found("\"雷\" *").len()), (1, 1, 1));
        assert_eq!(found("况研"), [0_i64; 0]);
    }

    #[test]
    fn a_file_of_a_newer_postroom_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("postroom.db");
        let connection = writer(&path, Duration::from_secs(1)).unwrap();
        connection.pragma_update(None, "user_version", 99).unwrap();
        drop(connection);
        let refusal = writer(&path, Duration::from_secs(1)).unwrap_err().at(&path);
        assert_eq!(refusal, StoreError::TooNew { path });
    }

    #[test]
    fn a_file_that_is_no_database_is_named_and_not_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("postroom.db");
        std::fs::write(&path, "a letter, not a database, and long enough to be looked at".repeat(20)).unwrap();
        let refusal = writer(&path, Duration::from_secs(1)).unwrap_err().at(&path);
        assert!(matches!(refusal, StoreError::Damaged { .. }), "{refusal}");
    }
}
