//! The one thread that writes. It takes all jobs that wait and commits them together: one `fsync` then serves many.
//!
//! Each job runs in a savepoint of its own, so that one that fails takes nothing with it; its result is handed back only when
//! the transaction is on the disk. Jobs that only note what would be done again anyway ([`Lasts::UnlessPowerFails`]) need not wait for
//! the disk: a transaction of nothing else is written without `fsync`, and gets there with the next.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::mpsc;
use std::task::{Context, Poll};
use std::thread;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::error::{Fault, Outcome, StoreError};
use super::row::execute;
use super::search::index;
use crate::failpoint::{self, Point};

/// From so many jobs on a transaction takes no more in. More would gain little (one `fsync` in 64 is a few per cent) and keep other programs waiting.
const BATCH: usize = 64;

/// How sure a write has to be of the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lasts {
    /// It is there when its result is known, whatever fails.
    Always,
    /// The end of the process cannot undo it, but a loss of power may: nobody would be worse off.
    UnlessPowerFails,
}

/// A write under way. It is done whether or not this is awaited; awaiting it tells when it is on the disk.
#[must_use = "a write may fail: await it, or wait for it"]
pub struct Write<T> {
    result: oneshot::Receiver<Result<T, StoreError>>,
    path: PathBuf,
}

impl<T> Write<T> {
    /// Waits for it outside of asynchronous code.
    ///
    /// # Errors
    /// Those of the operation.
    ///
    /// # Panics
    /// Within asynchronous code: await it there.
    pub fn wait(self) -> Result<T, StoreError> {
        let Self { result, path } = self;
        result.blocking_recv().unwrap_or(Err(StoreError::Closed { path }))
    }
}

impl<T> Future for Write<T> {
    type Output = Result<T, StoreError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let result = Pin::new(&mut self.result).poll(context);
        result.map(|result| result.unwrap_or_else(|_| Err(StoreError::Closed { path: self.path.clone() })))
    }
}

impl<T> fmt::Debug for Write<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Write").field("path", &self.path).finish_non_exhaustive()
    }
}

/// What is told to the caller once the fate of the transaction is known: nothing more, or why it failed as a whole.
type Deliver = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// What a job does within the transaction; without a connection it is only told off. It answers why it failed, if it did.
type Work = Box<dyn FnOnce(Option<&Connection>) -> (Option<StoreError>, Deliver) + Send>;

struct Job {
    work: Work,
    lasts: Lasts,
}

/// The writer's thread and the queue to it.
#[derive(Debug)]
pub(super) struct Writer {
    path: PathBuf,
    queue: Option<mpsc::Sender<Vec<Job>>>,
    thread: Option<thread::JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(connection: Connection, path: &Path) -> Outcome<Self> {
        let (queue, jobs) = mpsc::channel();
        let own = path.to_owned();
        let thread = thread::Builder::new().name("store".to_owned()).spawn(move || run(connection, &jobs, &own))?;
        Ok(Self { path: path.to_owned(), queue: Some(queue), thread: Some(thread) })
    }

    /// Queues a job.
    pub(super) fn write<T, F>(&self, lasts: Lasts, work: F) -> Write<T>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Outcome<T> + Send + 'static,
    {
        let (job, write) = self.job(lasts, work);
        self.queue(vec![job]);
        write
    }

    /// Queues jobs that one transaction is to take: each touches the same pages of the same indexes.
    pub(super) fn write_together<T, F>(&self, works: Vec<F>) -> Vec<Write<T>>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Outcome<T> + Send + 'static,
    {
        let (jobs, writes) = works.into_iter().map(|work| self.job(Lasts::Always, work)).unzip();
        self.queue(jobs);
        writes
    }

    fn queue(&self, jobs: Vec<Job>) {
        if let Some(queue) = self.queue.as_ref().filter(|_| !jobs.is_empty()) {
            // When the thread is gone the jobs are dropped, and with them the senders: the callers hear that the store is closed.
            drop(queue.send(jobs));
        }
    }

    fn job<T, F>(&self, lasts: Lasts, work: F) -> (Job, Write<T>)
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Outcome<T> + Send + 'static,
    {
        let (sender, result) = oneshot::channel();
        let path = self.path.clone();
        let work: Work = Box::new(move |connection| {
            let result = match connection {
                Some(connection) => attempt(connection, work).map_err(|fault| fault.at(&path)),
                None => Err(StoreError::Closed { path }),
            };
            let failure = result.as_ref().err().cloned();
            // Nobody may be waiting any more; what was done stays done.
            let deliver: Deliver = Box::new(move |fate| drop(sender.send(fate.and(result))));
            (failure, deliver)
        });
        (Job { work, lasts }, Write { result, path: self.path.clone() })
    }
}

impl Drop for Writer {
    /// Waits until everything queued is on the disk.
    fn drop(&mut self) {
        self.queue = None;
        let Some(thread) = self.thread.take() else { return };
        // The last owner may be a job of the thread itself.
        if thread.thread().id() != thread::current().id() {
            drop(thread.join());
        }
    }
}

/// Runs the caller's work; a panic in it is a failure of this job alone.
fn attempt<T>(connection: &Connection, work: impl FnOnce(&Connection) -> Outcome<T>) -> Outcome<T> {
    catch_unwind(AssertUnwindSafe(|| work(connection))).unwrap_or_else(|_| {
        let path = connection.path().map(PathBuf::from).unwrap_or_default();
        Err(Fault::Plain(StoreError::BrokeOff { path }))
    })
}

fn run(connection: Connection, jobs: &mpsc::Receiver<Vec<Job>>, path: &Path) {
    while let Ok(mut batch) = jobs.recv() {
        while batch.len() < BATCH
            && let Ok(more) = jobs.try_recv()
        {
            batch.extend(more);
        }
        commit(&connection, batch, path);
    }
    // Statistics for the query planner, as SQLite advises on closing; not worth an error.
    drop(connection.execute_batch("PRAGMA optimize"));
}

/// Runs a batch in one transaction and tells each job's caller how it ended.
fn commit(connection: &Connection, batch: Vec<Job>, path: &Path) {
    let mut delivers = Vec::with_capacity(batch.len());
    let fate = transact(connection, batch, &mut delivers).map_err(|fault| fault.at(path));
    if fate.is_err() && !connection.is_autocommit() {
        drop(connection.execute_batch("ROLLBACK"));
    }
    for deliver in delivers {
        deliver(fate.clone());
    }
}

/// Why a transaction fails as a whole: with it, all its jobs.
fn transact(connection: &Connection, batch: Vec<Job>, delivers: &mut Vec<Deliver>) -> Outcome<()> {
    let mut fate = begin(connection, &batch);
    for job in batch {
        let open = fate.is_ok().then_some(connection);
        let (result, deliver) = in_savepoint(open, job);
        delivers.push(deliver);
        if fate.is_ok() {
            fate = result;
        }
    }
    fate?;
    // Written for all jobs at once: the index would flush at the savepoint of each.
    index::write_tokens(connection)?;
    failpoint::pass(Point::BeforeCommit);
    connection.execute_batch("COMMIT")?;
    failpoint::pass(Point::AfterCommit);
    Ok(())
}

fn begin(connection: &Connection, batch: &[Job]) -> Outcome<()> {
    let waits = batch.iter().any(|job| job.lasts == Lasts::Always);
    connection.pragma_update(None, "synchronous", if waits { "FULL" } else { "NORMAL" })?;
    Ok(connection.execute_batch("BEGIN IMMEDIATE")?)
}

/// Runs one job. An error is one of the transaction, not of the job.
fn in_savepoint(connection: Option<&Connection>, job: Job) -> (Outcome<()>, Deliver) {
    let begun = connection.map_or(Ok(()), |connection| step(connection, "SAVEPOINT job"));
    let (failure, deliver) = (job.work)(connection.filter(|_| begun.is_ok()));
    let result = begun.and_then(|()| match (connection, failure) {
        // SQLite gives up the whole transaction on its own when the disk is full or fails.
        (Some(connection), Some(error)) if connection.is_autocommit() => Err(Fault::Plain(error)),
        (Some(connection), Some(_)) => Ok(connection.execute_batch("ROLLBACK TO job; RELEASE job")?),
        (Some(connection), None) => step(connection, "RELEASE job"),
        (None, _) => Ok(()),
    });
    (result, deliver)
}

/// Runs a statement that comes with every job.
fn step(connection: &Connection, sql: &str) -> Outcome<()> {
    execute(connection, sql, []).map(drop)
}
