//! One SQLite file holds everything: raw messages, returns, notices. One writer commits all that waits for it together; readers
//! stand beside it.
//!
//! The store speaks in operations of the domain, and no type of SQL leaves it. An operation that writes gives a [`Write`]: it is
//! awaited in asynchronous code and [waited for](Write::wait) elsewhere, and is on the disk when that returns, but for mere
//! notes of work under way. An operation that reads returns at once, from the file as it stood at one moment. Several processes
//! may use the file: each writes in short transactions, and [`Store::changes`] tells when anything was written.
//!
//! The tables are described in `docs/schema.md`, from the comments of the schema itself.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::Connection;

mod alarm;
mod amendment;
mod areas;
mod backup;
mod bounce;
mod claim;
mod commit;
mod compare;
mod connection;
mod content;
mod digest;
mod dispute;
mod doubt;
mod enclosing;
mod entered;
mod error;
mod examine;
mod fact;
mod folder;
mod follow_up;
mod former;
mod keep;
mod known;
mod listing;
mod lock;
mod nameless;
mod narrative;
mod operator;
mod outbox;
mod own;
mod personal;
mod quarantine;
mod rate;
mod raw;
mod recognition;
mod replay;
mod respondents;
mod restore;
mod retention;
mod roster;
mod row;
mod search;
mod sender;
mod survey;
#[cfg(test)]
mod tests;
mod together;
mod token;
mod vital;
mod who;
mod writer;

pub use alarm::Alarmed;
pub use areas::{AreaRow, Sorted, Unsorted};
pub use backup::{Backup, back_up, backup_name, backups, prune_backups};
pub use bounce::Bounced;
pub use claim::Unread;
pub use commit::{Committed, CommittedReturn, Decision, Judge, Judged, NoticeState};
pub use digest::Digest;
pub use dispute::Dispute;
pub use enclosing::Enclosing;
pub use entered::EnteredBy;
pub use error::StoreError;
pub use examine::{Access, Examination, examine, loose};
pub use folder::{disk, free_space, give_to_owner, private_folder};
pub use follow_up::{FollowUp, Letter, Made};
pub use keep::{Arrived, Found, Kept};
pub use known::Situation;
pub use listing::*;
pub use lock::Lock;
pub use narrative::PassageRow;
pub use operator::{Held, Target};
pub use outbox::{Due, Ready, Recipients, Sending};
pub use personal::{Dossier, Erased, ErasureRow, HeldAnswer, HeldNotice, HeldText, erase};
pub use quarantine::{Quarantined, Tell};
pub use raw::{Large, Packed, pack};
pub use recognition::{RecognisedLine, Recognition, RecognitionRow, ScanDue};
pub use replay::{
    AnswerChange, Change, Differs, Rehearsal, Replayed, Rereading, RespondentState, ReturnChange, Selection, Side,
};
pub use restore::{Restored, restore};
pub use roster::{Alike, Assigned, Imported, RosterRow};
pub use search::{Found as SearchFound, Hit, Source};
pub use together::{Answering, Joinable, Waiting};
pub use writer::Write;

use crate::verdict::senders::Policy;
use error::Outcome;
use writer::Lasts;

/// Name of the database in the data folder.
pub const FILE: &str = "postroom.db";

/// What SQLite adds to the name of a database for the files beside it.
const SIDES: [&str; 3] = ["-wal", "-shm", "-journal"];

/// The file beside a database with such an ending.
fn beside(path: &Path, side: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(side);
    path.with_file_name(name)
}

/// Bytes of a database with its log of writes.
fn bytes_of(path: &Path) -> u64 {
    let length = |path: &Path| path.metadata().map_or(0, |metadata| metadata.len());
    length(path).saturating_add(length(&beside(path, "-wal")))
}

/// Where the store lies, how patient it is, and whom it is to take for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The database; its folder exists.
    pub path: PathBuf,
    /// How long a write waits for another program's.
    pub busy: Duration,
    /// Mails of one sender within an hour that are read at once; none: all of them.
    pub per_sender_hour: Option<u32>,
    /// What the configuration says of senders.
    pub senders: Policy,
}

impl Settings {
    /// The database in a data folder, with the usual patience of 10 s.
    #[must_use]
    pub fn in_folder(dir: &Path) -> Self {
        Self { path: dir.join(FILE), busy: Duration::from_secs(10), per_sender_hour: None, senders: Policy::default() }
    }
}

/// The number of the schema of a database that [`Store::open`] would bring up to date; none where there is nothing to do.
#[must_use]
pub fn outdated(settings: &Settings) -> Option<i64> {
    connection::outdated(&settings.path, settings.busy)
}

/// The store. Clones share one writer; when the last one is dropped, what was queued is written first.
#[derive(Debug, Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    per_sender_hour: Option<u32>,
    writer: writer::Writer,
    readers: connection::Readers,
    senders: Arc<Policy>,
    /// The last to be given up: when it is, nothing has the file open.
    _in_use: lock::InUse,
}

impl Store {
    /// Opens the database, making it if it is new and bringing its schema up to date.
    ///
    /// # Errors
    /// When the file cannot be opened, is no database, is being replaced, or was made by a newer Postroom.
    pub fn open(settings: &Settings) -> Result<Self, StoreError> {
        let path = &settings.path;
        let in_use = lock::InUse::share(path)?;
        let start = || {
            let writer = writer::Writer::start(connection::writer(path, settings.busy)?, path)?;
            let readers = connection::Readers::new(path, settings.busy);
            let (per_sender_hour, senders) = (settings.per_sender_hour, Arc::new(settings.senders.clone()));
            Ok(Inner { path: path.clone(), per_sender_hour, writer, readers, senders, _in_use: in_use })
        };
        let inner: Outcome<Inner> = start();
        Ok(Self { inner: Arc::new(inner.map_err(|fault| fault.at(path))?) })
    }

    /// The database's path.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    /// A number that is another one whenever something was written since, by this process or by another one.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn changes(&self) -> Result<i64, StoreError> {
        self.inner.readers.changes().map_err(|fault| fault.at(&self.inner.path))
    }

    /// When Postroom first ran on this database: `now` the first time, and the same ever after.
    pub fn first_start(&self, now: Timestamp) -> Write<Timestamp> {
        self.write(move |connection| first_start(connection, now))
    }

    /// Processor time of the thread that writes.
    pub fn writer_time(&self) -> Write<Duration> {
        self.write(|_| {
            let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
            Ok(Duration::new(time.tv_sec.try_into().unwrap_or_default(), time.tv_nsec.try_into().unwrap_or_default()))
        })
    }

    fn write<T, F>(&self, work: F) -> Write<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Outcome<T> + Send + 'static,
    {
        self.inner.writer.write(Lasts::Always, work)
    }

    /// As `write`, for what would be done again anyway.
    fn note<T, F>(&self, work: F) -> Write<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Outcome<T> + Send + 'static,
    {
        self.inner.writer.write(Lasts::UnlessPowerFails, work)
    }

    fn read<T>(&self, read: impl FnOnce(&Connection) -> Outcome<T>) -> Result<T, StoreError> {
        self.inner.readers.with(read).map_err(|fault| fault.at(&self.inner.path))
    }
}

fn first_start(connection: &Connection, now: Timestamp) -> Outcome<Timestamp> {
    row::parse_time(&fact::settle(connection, "first_start", &row::time(now))?)
}
