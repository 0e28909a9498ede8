//! The running parts: what fetches, reads and sends, what reads the archive again, and what watches over all of it.
//!
//! A task looks at the store, does what is due, and says what it did; it is woken by a [`Signal`] and by the clock, and
//! running it twice does nothing new. So the path after a crash is the ordinary path.

pub mod alarm;
pub mod areas;
pub mod backup;
pub mod digest;
pub mod dispute;
pub mod enclose;
pub mod fetch;
pub mod floor;
pub mod follow_up;
pub mod font;
pub mod fresh;
pub mod judge;
pub mod looks;
pub mod outbox;
pub mod pause;
pub mod preview;
pub mod pulse;
pub mod read;
pub mod recognise;
pub mod replay;
pub mod retention;
pub mod roster;
pub mod scan;
pub mod send;
pub mod sender;
pub mod stages;
pub mod vitals;
pub mod watch;

use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::Notify;
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;

use crate::store::StoreError;

/// What a task cannot go on with: the daemon ends with it, and goes on from there when it is started again.
#[derive(Debug, thiserror::Error)]
pub enum TaskError {
    /// The store cannot be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A part of it broke off.
    #[error("a task broke off ({0}): this is a fault of postroom, please report it")]
    Broke(#[from] JoinError),
    /// It ended although nobody had told it to.
    #[error("the {0} ended by itself: this is a fault of postroom, please report it")]
    Ended(String),
}

/// Wakes a task. Several wakes before it looks are one.
#[derive(Debug, Clone, Default)]
pub struct Signal(Arc<Notify>);

impl Signal {
    /// Wakes the task.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    /// Waits until it is woken, the time is up, or the daemon stops. Says whether to go on.
    pub async fn wait(&self, time: std::time::Duration, stop: &CancellationToken) -> bool {
        tokio::select! {
            () = stop.cancelled() => false,
            () = self.0.notified() => true,
            () = tokio::time::sleep(time) => true,
        }
    }
}

/// The clock of the running part.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the running part hands the time on as an argument")]
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// The short id by which log and commands name a message.
#[must_use]
pub fn short_id(message: i64) -> String {
    format!("m{message}")
}
