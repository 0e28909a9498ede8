//! What senders said lately, and what they were answered: a machine that answers our answers is known by it.

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::error::Outcome;
use super::known::Row;
use super::row::{count, execute, scalar, time};
use crate::reading::Reading;
use crate::verdict::{self, Lately, Verdict};

/// What the sender of a message was answered lately, this message apart.
pub(super) fn lately(connection: &Connection, row: &Row, reading: &Reading, now: Timestamp) -> Outcome<Lately> {
    let (hour, day) = (time(now - SignedDuration::from_hours(1)), time(now - SignedDuration::from_hours(24)));
    let sender = &verdict::comparable(&reading.envelope.from);
    let same = "SELECT count(*) FROM content JOIN message ON message.id = content.message
                WHERE content.sender = ?1 AND content.message <> ?2 AND at > ?3 AND message.silence IS NULL AND digest = ?4
                AND digest <> ''";
    let idle = "SELECT count(*) FROM content JOIN message ON message.id = content.message
                WHERE content.sender = ?1 AND content.message <> ?2 AND at > ?3 AND message.silence IS NULL AND is_news = 0";
    let asked = "SELECT EXISTS (SELECT 1 FROM content JOIN message ON message.id = content.message
                     JOIN issue ON issue.message = message.id AND issue.version IS NULL
                     WHERE content.sender = ?1 AND content.message <> ?2 AND at > ?3 AND message.silence IS NULL
                     AND issue.code IN ('no_table', 'blank_form'))";
    let number = |found: i64| u32::try_from(count(found)).unwrap_or(u32::MAX);
    Ok(Lately {
        same: number(scalar(connection, same, (sender, row.id, &day, &reading.content))?),
        idle: number(scalar(connection, idle, (sender, row.id, &hour))?),
        asked: scalar(connection, asked, (sender, row.id, &day))?,
    })
}

/// Notes what a message says. It is news when its sender never sent it before.
pub(super) fn note(
    connection: &Connection,
    message: i64,
    reading: &Reading,
    verdict: &Verdict,
    now: Timestamp,
) -> Outcome<()> {
    let sender = &verdict::comparable(&reading.envelope.from);
    let known = "SELECT EXISTS (SELECT 1 FROM content WHERE sender = ?1 AND digest = ?2 AND digest <> ''
                     AND message <> ?3)";
    let is_known: bool = scalar(connection, known, (sender, &reading.content, message))?;
    let is_news = !is_known && verdict::brings_news(reading, &verdict.returns);
    let sql = "INSERT INTO content (message, sender, digest, is_news, at) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT DO UPDATE SET sender = excluded.sender, digest = excluded.digest, is_news = excluded.is_news";
    execute(connection, sql, (message, sender, &reading.content, is_news, time(now)))?;
    Ok(())
}
