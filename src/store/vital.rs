//! What tells whether work goes on: how much waits, since when, and whether the store answers at all.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::Connection;

use super::error::Outcome;
use super::row::{all, count, first, parse_time, scalar, time};
use super::{Store, StoreError, Write};
use crate::health::{Queue, Stored};

impl Store {
    /// Says that the store can be written to: done when all that was queued before it is. Nothing is changed.
    pub fn answers(&self) -> Write<()> {
        self.note(|_| Ok(()))
    }

    /// How much waits.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn vital(&self, now: Timestamp) -> Result<Stored, StoreError> {
        let stored = self.read(|connection| stored(connection, now))?;
        Ok(Stored { bytes: super::bytes_of(self.path()), ..stored })
    }
}

fn stored(connection: &Connection, now: Timestamp) -> Outcome<Stored> {
    let held = "SELECT count(*) FROM message WHERE state = 'quarantined' AND ruling <> 'discarded'
                OR state <> 'quarantined' AND disposition = 'held' AND ruling = 'none' AND duplicate_of IS NULL";
    let digest: Option<String> = scalar(connection, "SELECT max(data_at) FROM digest", [])?;
    Ok(Stored {
        messages: by_state(connection, "message")?,
        held: count(scalar(connection, held, [])?),
        notices: by_state(connection, "notice")?,
        queues: queues(connection, now)?,
        digest_at: digest.map(|text| parse_time(&text)).transpose()?,
        bytes: 0,
    })
}

fn by_state(connection: &Connection, table: &str) -> Outcome<BTreeMap<String, u64>> {
    let sql = format!("SELECT state, count(*) FROM {table} GROUP BY state");
    let rows = all(connection, &sql, [], |row| Ok((row.get(0)?, count(row.get(1)?))))?;
    Ok(rows.into_iter().collect())
}

/// A notice that was tried waits since it was put in; one that was not, since its hour came.
fn queues(connection: &Connection, now: Timestamp) -> Outcome<Vec<Queue>> {
    let sql = "SELECT transport, count(*),
                   min(CASE WHEN attempts > 0 THEN queued_at WHEN next_at <= ?1 THEN next_at END),
                   count(DISTINCT CASE WHEN attempts > 0 OR next_at <= ?1 THEN domain END)
               FROM notice WHERE state = 'queued' AND kind <> 'alarm' GROUP BY transport ORDER BY transport";
    let mut queues = all(connection, sql, [time(now)], |row| {
        let since: Option<String> = row.get(2)?;
        let since = since.map(|text| parse_time(&text)).transpose()?;
        let (sent_at, words) = (None, String::new());
        let domains = count(row.get(3)?);
        Ok(Queue { transport: row.get(0)?, waiting: count(row.get(1)?), since, domains, sent_at, words })
    })?;
    for queue in &mut queues {
        let sql = "SELECT done_at FROM notice WHERE state = 'sent' AND transport = ?1 AND kind <> 'alarm'
                   ORDER BY done_at DESC LIMIT 1";
        let sent: Option<String> = first(connection, sql, [&queue.transport], |row| row.get(0))?;
        queue.sent_at = sent.map(|text| parse_time(&text)).transpose()?;
        let sql = "SELECT attempt.words FROM notice JOIN attempt ON attempt.notice = notice.id
                   WHERE state = 'queued' AND transport = ?1 AND kind <> 'alarm' AND attempt.words IS NOT NULL
                   ORDER BY attempt.ended_at DESC LIMIT 1";
        let words: Option<String> = first(connection, sql, [&queue.transport], |row| row.get(0))?;
        queue.words = words.unwrap_or_default();
    }
    Ok(queues)
}
