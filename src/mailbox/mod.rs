//! Where messages come from: IMAP servers and Maildirs. A mailbox finds messages beyond a cursor, hands them on in groups,
//! settles those that are committed, and waits for more.
//!
//! Each mailbox is an actor: [`imap::run`] and [`maildir::run`] own their connection, speak to the fetch task by [`Event`]s
//! over a bounded channel, and hear from it by [`Order`]s. Nothing is settled that was not ordered.
//!
//! A message is handed on at most once within a connection and at least once over all of them: an actor keeps its cursor
//! behind what was taken from it, and begins there again after a break. The store knows by content what it has already.

mod desk;
pub mod imap;
pub mod maildir;
pub mod provider;
pub mod utf7;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::mpsc;

use crate::arrival::{Cursor, Location};

/// A message found.
#[derive(Debug)]
pub struct Fetched {
    /// Where it lies.
    pub location: Location,
    /// Whether the folder is one for junk.
    pub junk: bool,
    /// When the server took it in (INTERNALDATE, a file's time).
    pub internal_date: Timestamp,
    /// Its size in bytes as the server says.
    pub size: u64,
    /// Its bytes.
    pub raw: Raw,
}

/// The bytes of a message.
#[derive(Debug)]
pub enum Raw {
    /// All of them.
    Whole(Vec<u8>),
    /// A large one, in pieces as they arrive. An empty piece ends a message that is whole. One whose last piece is an error,
    /// or whose channel closes without the empty piece, is not whole: it is not kept, and comes again. (Servers err in the
    /// size they tell, so counting to `size` would take a whole message for a broken one.) Whoever receives it reads to the
    /// end: a channel that is dropped earlier counts as not taken, and the mailbox connects anew and begins at this message.
    Pieces(mpsc::Receiver<Result<Vec<u8>, String>>),
}

/// What a mailbox tells.
#[derive(Debug)]
pub enum Event {
    /// Messages, ascending within their folder. Their locations come back in an [`Order::Settle`] once they are committed.
    Arrived(Vec<Fetched>),
    /// The connection stands; folders that are watched.
    Connected {
        /// Folders watched, decoded.
        folders: Vec<String>,
        /// Whether the server tells of new mail by itself (IDLE).
        idle: bool,
    },
    /// The connection is gone; it is tried again after the pause.
    Disconnected {
        /// The cause.
        why: String,
        /// Seconds until the next try.
        retry_in: u64,
    },
    /// The server refused the login: no further try for the pause, so that the account is not locked.
    LoginRefused {
        /// The server's words.
        why: String,
        /// Seconds until the next try.
        retry_in: u64,
    },
    /// All watched folders are read up to their end.
    CaughtUp {
        /// Messages found since the last time.
        found: u64,
    },
    /// All watched folders were looked at once more by the clock, and nothing was found.
    Quiet,
    /// Settling failed for these; they stay as they are and are tried again later.
    NotSettled {
        /// How many.
        count: usize,
        /// The cause.
        why: String,
    },
    /// Settled at the mailbox, or no longer to be found there (another UIDVALIDITY, a file that is gone).
    Settled(Vec<Location>),
    /// A message is listed and can't be had (the server refuses it, the file can't be read); reading went on behind it.
    NotFetched {
        /// The message.
        location: Location,
        /// The server's words.
        why: String,
    },
    /// A folder that was to be watched can't be opened; the others are watched. Told once a connection.
    FolderRefused {
        /// The folder, decoded.
        folder: String,
        /// The server's words.
        why: String,
    },
}

/// What a mailbox is told.
#[derive(Debug)]
pub enum Order {
    /// These are committed: settle them as configured, in sets.
    Settle(Vec<Location>),
    /// The account is to be left alone, as a login with it was refused elsewhere: no login before this time is over. A
    /// connection that stands goes on.
    Rest(Duration),
}

/// How a message is settled once it is committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum After {
    /// Left as it is.
    Keep,
    /// Marked as seen.
    Seen,
    /// Moved to this folder, where the server can move; else marked as seen.
    Move(String),
}

/// Where reading begins: cursors by folder, and what was committed but not settled before the last stop.
#[derive(Debug, Clone, Default)]
pub struct Start {
    /// Cursors by decoded folder name.
    pub cursors: BTreeMap<String, Cursor>,
    /// Committed and not yet settled.
    pub unsettled: Vec<Location>,
    /// For a Maildir: names ([`Location::name`]) of the files that are kept already, as a Maildir has no cursor.
    pub known_names: BTreeSet<String>,
}
