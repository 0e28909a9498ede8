//! Mails of one sender that are answered together. The first is answered at once; the answer to the next waits some minutes in the
//! outbox, and what comes meanwhile is answered in its place: there is always one notice that answers all of them, so nothing is
//! lost whenever the program ends.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Row};

use super::error::Outcome;
use super::raw::{compress, decompress};
use super::row::{all, execute, first, parse_time, time};
use super::{enclosing, respondents};
use crate::notice::{Earlier, Plain};
use crate::reading::Reading;
use crate::verdict::{Folded, comparable};

/// How far back an answer to the same sender is looked for.
const LOOK_BACK: SignedDuration = SignedDuration::from_hours(24);

/// What a sender was answered lately.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answering {
    /// When the last answer went, or was to go; none within a day.
    pub last: Option<Timestamp>,
    /// The answer that still waits for further mails.
    pub waiting: Option<Waiting>,
}

/// An answer that waits for further mails of its sender.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The notice.
    pub notice: i64,
    /// When it goes.
    pub due: Timestamp,
    /// The mails that it answers.
    pub mails: Vec<Earlier>,
}

/// An answer that waits for further mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joinable {
    /// When it goes.
    pub due: Timestamp,
    /// What was read of the mail, for the answer that takes its place; its issues are those that count.
    pub reading: Reading,
    /// What it did as a plain reply.
    pub plain: Plain,
    /// The notice whose place it takes.
    pub replaces: Option<i64>,
}

/// What a sender was answered lately.
pub(super) fn answering(connection: &Connection, sender: &str, recipient: &str, now: Timestamp) -> Outcome<Answering> {
    let sender = comparable(sender);
    let sql = "SELECT max(coalesce(notice.done_at, notice.queued_at)) FROM notice
               JOIN message ON message.id = notice.message
               WHERE notice.recipient = ?1 AND message.sender_key = ?2 AND notice.queued_at > ?3
               AND notice.state <> 'cancelled' AND notice.key LIKE 'reply:%'
               AND NOT EXISTS (SELECT 1 FROM answered WHERE answered.notice = notice.id AND reading IS NOT NULL)";
    let last: Option<Option<String>> =
        first(connection, sql, (recipient, &sender, time(now - LOOK_BACK)), |row| row.get(0))?;
    let last = last.flatten().map(|text| parse_time(&text)).transpose()?;
    Ok(Answering { last, waiting: waiting(connection, &sender, recipient)? })
}

fn waiting(connection: &Connection, sender: &str, recipient: &str) -> Outcome<Option<Waiting>> {
    let sql = "SELECT notice.id, max(answered.due_at) FROM notice JOIN message ON message.id = notice.message
               JOIN answered ON answered.notice = notice.id AND answered.reading IS NOT NULL
               WHERE notice.recipient = ?1 AND message.sender_key = ?2
               AND notice.state IN ('queued', 'held') AND notice.attempts = 0 AND notice.lease_until IS NULL
               GROUP BY notice.id ORDER BY notice.id DESC LIMIT 1";
    let found: Option<(i64, String)> =
        first(connection, sql, (recipient, sender), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some((notice, due)) = found else { return Ok(None) };
    let sql = "SELECT message.id, message.received_at, answered.reading, answered.size, answered.told FROM answered
               JOIN message ON message.id = answered.message
               WHERE answered.notice = ?1 AND answered.reading IS NOT NULL ORDER BY message.received_at, message.id";
    let mails = all(connection, sql, [notice], |row| earlier(connection, row))?;
    Ok(Some(Waiting { notice, due: parse_time(&due)?, mails }))
}

fn earlier(connection: &Connection, row: &Row<'_>) -> Outcome<Earlier> {
    let (message, received_at): (i64, String) = (row.get(0)?, row.get(1)?);
    let (reading, size, told): (Vec<u8>, i64, Option<String>) = (row.get(2)?, row.get(3)?, row.get(4)?);
    let reading = decompress(&reading, usize::try_from(size).unwrap_or_default())?;
    let sql = "SELECT id, respondent FROM return_version WHERE message = ?1 AND rereading IS NULL ORDER BY ordinal";
    let ids: Vec<(i64, i64)> = all(connection, sql, [message], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let returns = ids.into_iter().map(|(id, respondent)| respondents::folded(connection, respondent, id));
    Ok(Earlier {
        message,
        received_at: parse_time(&received_at)?,
        reading: serde_json::from_slice(&reading)?,
        plain: told.map(|told| serde_json::from_str(&told)).transpose()?.unwrap_or_default(),
        returns: returns.collect::<Outcome<Vec<Folded>>>()?,
    })
}

/// Lets a notice that was just queued answer further mails as well, and those of the notice whose place it takes.
pub(super) fn join(
    connection: &Connection,
    notice: i64,
    message: i64,
    joinable: &Joinable,
    now: Timestamp,
) -> Outcome<()> {
    if let Some(replaced) = joinable.replaces {
        execute(connection, "UPDATE answered SET notice = ?2 WHERE notice = ?1", (replaced, notice))?;
        let sql = "UPDATE notice SET state = 'cancelled', done_at = ?3, words = 'answered together by n' || ?2
                   WHERE id = ?1 AND state IN ('queued', 'held')";
        execute(connection, sql, (replaced, notice, time(now)))?;
        enclosing::give_up(connection, replaced)?;
    }
    let reading = serde_json::to_vec(&without_texts(&joinable.reading))?;
    let sql = "INSERT INTO answered (message, notice, due_at, reading, size, told) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
               ON CONFLICT DO UPDATE SET notice = excluded.notice, due_at = excluded.due_at,
                   reading = excluded.reading, size = excluded.size, told = excluded.told";
    let size = i64::try_from(reading.len()).unwrap_or(i64::MAX);
    let told = (joinable.plain != Plain::default()).then(|| serde_json::to_string(&joinable.plain)).transpose()?;
    execute(connection, sql, (message, notice, time(joinable.due), compress(&reading)?, size, told))?;
    Ok(())
}

/// A notice tells the names of written material, not what it says.
fn without_texts(reading: &Reading) -> Reading {
    let mut bare = reading.clone();
    for one in &mut bare.narratives {
        one.text.clear();
        one.places.clear();
        one.passages.clear();
    }
    bare
}

/// A notice that is on its way answers nothing more.
pub(super) fn close(connection: &Connection, notice: i64) -> Outcome<()> {
    let sql = "UPDATE answered SET reading = NULL, size = 0, told = NULL WHERE notice = ?1 AND reading IS NOT NULL";
    execute(connection, sql, [notice])?;
    Ok(())
}
