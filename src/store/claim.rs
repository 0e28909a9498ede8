//! What waits to be read: messages are claimed under a lease, given back with a reading, or marked as failed.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Row};

use super::error::{Fault, Outcome};
use super::row::{all, count, execute, first, parse_time, scalar, time};
use super::{Store, StoreError, Write, enclosing};
use crate::arrival::Location;

/// A message that waits to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unread {
    /// Its number.
    pub id: i64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
    /// When the collection server took it in.
    pub received_at: Timestamp,
    /// Address of the sender; empty when its headers say none.
    pub sender: String,
    /// Its subject.
    pub subject: String,
    /// Where it was found first.
    pub location: Option<Location>,
    /// Whether it lay in folders for junk only.
    pub junk: bool,
    /// How often reading it began, this time included.
    pub attempts: u32,
    /// The survey that an operator chose for it.
    pub survey: Option<String>,
}

const UNREAD: &str = "
    SELECT message.id, raw.sha256, raw.size, message.received_at, message.attempts,
        EXISTS (SELECT 1 FROM location WHERE message = message.id)
            AND NOT EXISTS (SELECT 1 FROM location WHERE message = message.id AND junk = 0),
        message.sender, message.subject, first.mailbox, first.folder, first.validity, first.uid, first.name,
        (SELECT survey FROM survey_choice WHERE survey_choice.message = message.id)
    FROM message JOIN raw ON raw.id = message.raw
    LEFT JOIN location AS first ON first.message = message.id AND first.found_at =
        (SELECT min(found_at) FROM location WHERE location.message = message.id)
    WHERE message.id = ?1 LIMIT 1";

/// Bytes that are taken at once, but for a message that is larger by itself: they are held in memory until they are read.
const CLAIM_BYTES: u64 = 32 << 20;

/// A message whose reading began so often without an end may be what ends the program: it is read alone.
const SUSPECT: u32 = 2;

/// What waits, in order of arrival. By the other index of senders SQLite would walk all that a sender has waiting, for each of it.
const WAITING: &str = "
    SELECT message.id, raw.size, message.attempts FROM message CROSS JOIN raw ON raw.id = message.raw
    WHERE state = 'kept' AND (lease_until IS NULL OR lease_until <= ?1) AND (put_off_until IS NULL OR put_off_until <= ?1)
        AND NOT EXISTS (SELECT 1 FROM message AS taken INDEXED BY message_taken WHERE taken.state = 'kept'
            AND taken.sender_key = message.sender_key AND taken.sender_key <> '' AND taken.lease_until > ?1)
    ORDER BY received_at, message.id LIMIT ?2";

/// Of what is taken, how often reading it began at most.
const TAKEN: &str =
    "SELECT max(attempts) FROM message INDEXED BY message_taken WHERE state = 'kept' AND lease_until > ?1";

impl Store {
    /// Takes up to `limit` messages that wait, in order of arrival and as many as memory can hold, and keeps others from taking them
    /// for `lease`. While a message of a sender is taken, no later one of that sender is, so that one sender's mail is judged in
    /// order. While a message is taken whose reading began twice before without an end, no other one is: should it end the program
    /// once more, it is known which one did. A claim that is lost with the power leaves its messages waiting.
    pub fn claim_unread(&self, limit: u32, now: Timestamp, lease: SignedDuration) -> Write<Vec<Unread>> {
        self.note(move |connection| {
            let begun: Option<u32> = scalar(connection, TAKEN, [time(now)])?;
            if begun.is_some_and(|begun| begun > SUSPECT) {
                return Ok(Vec::new());
            }
            let waiting: Vec<Waiting> = all(connection, WAITING, (time(now), limit), |row| {
                Ok(Waiting { id: row.get(0)?, size: count(row.get(1)?), attempts: row.get(2)? })
            })?;
            let share = waiting.iter().take(share(&waiting, begun.is_none()));
            share.map(|one| claim(connection, one.id, now + lease)).collect()
        })
    }

    /// Marks a message as one that could not be read by a fault of ours; [`Store::retry`] puts it back.
    pub fn mark_failed(&self, message: i64, reason: String) -> Write<()> {
        self.write(move |connection| {
            let sql = "UPDATE message SET state = 'failed', reason = ?2, lease_until = NULL
                       WHERE id = ?1 AND state = 'kept'";
            changed(connection, execute(connection, sql, (message, reason))?, message, "waiting", "marked as failed")
        })
    }

    /// Gives a claimed message back unread, as when the program stops; the begun attempt does not count.
    pub fn give_back(&self, message: i64) -> Write<()> {
        self.write(move |connection| {
            let sql = "UPDATE message SET lease_until = NULL, attempts = max(0, attempts - 1)
                       WHERE id = ?1 AND state = 'kept' AND lease_until IS NOT NULL";
            execute(connection, sql, [message])?;
            Ok(())
        })
    }

    /// Puts a failed message back to be read, at an operator's word.
    pub fn retry(&self, message: i64, now: Timestamp) -> Write<()> {
        self.write(move |connection| {
            let sql = "UPDATE message SET state = 'kept', reason = NULL, attempts = 0, lease_until = NULL
                       WHERE id = ?1 AND state = 'failed'";
            changed(connection, execute(connection, sql, [message])?, message, "failed", "retried")?;
            super::operator::record(connection, now, "retry", super::Target::Message(message))
        })
    }

    /// The messages that failed by a fault of ours, in order of arrival.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn failed(&self) -> Result<Vec<i64>, StoreError> {
        let sql = "SELECT id FROM message WHERE state = 'failed' ORDER BY received_at, id";
        self.read(|connection| all(connection, sql, [], |row| Ok(row.get(0)?)))
    }

    /// Frees every lease, for the one that holds the [`super::Lock`]: whoever had them is gone.
    pub fn free_leases(&self, now: Timestamp) -> Write<()> {
        self.write(move |connection| {
            // Only what waits is ever leased. Its index spares a start the walk over all that was ever kept and sent.
            for (table, waits) in [("message", "kept"), ("notice", "queued")] {
                let sql = format!(
                    "UPDATE {table} SET lease_until = NULL WHERE state = '{waits}' AND lease_until IS NOT NULL"
                );
                execute(connection, &sql, [])?;
            }
            enclosing::free(connection, now)
        })
    }
}

/// A message that may be taken.
struct Waiting {
    id: i64,
    size: u64,
    attempts: u32,
}

/// How many of those that wait are taken at once, always the first ones, so that the order of a sender's mail holds. `is_idle` says
/// that none is taken.
fn share(waiting: &[Waiting], is_idle: bool) -> usize {
    let mut bytes = 0;
    for (at, one) in waiting.iter().enumerate() {
        if one.attempts >= SUSPECT {
            return if at == 0 && is_idle { 1 } else { at };
        }
        bytes += one.size;
        if at > 0 && bytes > CLAIM_BYTES {
            return at;
        }
    }
    waiting.len()
}

fn claim(connection: &Connection, id: i64, until: Timestamp) -> Outcome<Unread> {
    let sql = "UPDATE message SET lease_until = ?2, attempts = attempts + 1 WHERE id = ?1";
    execute(connection, sql, (id, time(until)))?;
    load(connection, id)
}

/// What a reader needs to know of a message.
pub(super) fn load(connection: &Connection, id: i64) -> Outcome<Unread> {
    let mut found = all(connection, UNREAD, [id], unread)?;
    found.pop().ok_or_else(|| Fault::unknown("message", id))
}

fn unread(row: &Row<'_>) -> Outcome<Unread> {
    let received_at: String = row.get(3)?;
    let location = match row.get::<_, Option<String>>(8)? {
        Some(mailbox) => Some(Location {
            mailbox,
            folder: row.get(9)?,
            validity: row.get(10)?,
            uid: row.get(11)?,
            name: row.get(12)?,
        }),
        None => None,
    };
    Ok(Unread {
        id: row.get(0)?,
        sha256: row.get(1)?,
        size: count(row.get(2)?),
        received_at: parse_time(&received_at)?,
        sender: row.get(6)?,
        subject: row.get(7)?,
        location,
        junk: row.get(5)?,
        attempts: row.get(4)?,
        survey: row.get(13)?,
    })
}

/// An error that tells the message's state when an update met no row.
fn changed(connection: &Connection, rows: usize, message: i64, wanted: &'static str, act: &'static str) -> Outcome<()> {
    if rows > 0 {
        return Ok(());
    }
    let state = first(connection, "SELECT state FROM message WHERE id = ?1", [message], |row| row.get(0))?;
    let state = state.ok_or_else(|| Fault::unknown("message", message))?;
    Err(Fault::Plain(StoreError::WrongState { what: "message", id: message, state, wanted, act }))
}
