//! A letter in the outbox: whom it is for, the thread that it goes on, and that it is made but once.

use jiff::Timestamp;
use rusqlite::Connection;

use crate::follow_up::Topic;
use crate::mail;
use crate::notice::{Notice, Thread};
use crate::store::commit::NoticeState;
use crate::store::error::Outcome;
use crate::store::raw::decompress;
use crate::store::row::{all, execute, first, scalar, time};
use crate::store::{Sending, Store, StoreError, Write, outbox, token};
use crate::verdict::comparable;

/// Whom a letter is for, and what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FollowUp {
    /// The respondent.
    pub respondent: i64,
    /// What it is about.
    pub topic: Topic,
    /// Which invitation, or which reminder, of the respondent it is, from 1.
    pub number: u32,
}

impl FollowUp {
    /// The key of its notice: no letter is made twice.
    #[must_use]
    pub fn key(&self, survey: &str) -> String {
        let kind = if self.topic == Topic::Invitation { "invitation" } else { "reminder" };
        format!("{kind}:{survey}:{}:{}", self.respondent, self.number)
    }
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// It is in the outbox, under this number.
    Queued(i64),
    /// It was made before.
    Before,
    /// The respondent answered meanwhile: it is not made.
    Overtaken,
}

impl Store {
    /// The thread that a letter to this address goes on, or a new one under a token made from the letter's key.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn thread(&self, respondent: i64, recipient: &str, key: &str) -> Result<Thread, StoreError> {
        self.read(|connection| match latest_token(connection, respondent, recipient)? {
            Some(token) => thread(connection, token, recipient),
            None => Ok(Thread { token: token::for_letter(connection, key)?, ..Thread::default() }),
        })
    }

    /// Number of the latest return of a respondent: what is planned without knowing of it is overtaken by it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn latest_return(&self, respondent: i64) -> Result<i64, StoreError> {
        self.read(|connection| latest_return(connection, respondent))
    }

    /// Puts a letter into the outbox, unless it was made before, or a return of the respondent came since `latest`.
    pub fn queue_letter(
        &self,
        notice: Notice,
        of: FollowUp,
        latest: i64,
        state: NoticeState,
        now: Timestamp,
    ) -> Write<Made> {
        self.write(move |connection| {
            if latest_return(connection, of.respondent)? != latest {
                return Ok(Made::Overtaken);
            }
            let sending = (state, &Sending::default());
            let Some(id) = outbox::queue(connection, &notice, None, sending, now)? else { return Ok(Made::Before) };
            let sql = "INSERT INTO follow_up (notice, respondent, topic, number, made_at) VALUES (?1, ?2, ?3, ?4, ?5)";
            execute(connection, sql, (id, of.respondent, of.topic.as_str(), of.number, time(now)))?;
            Ok(Made::Queued(id))
        })
    }
}

fn latest_return(connection: &Connection, respondent: i64) -> Outcome<i64> {
    scalar(connection, "SELECT coalesce(max(id), 0) FROM return_version WHERE respondent = ?1", [respondent])
}

/// The token of the mail that passed last between an address and us about a respondent.
fn latest_token(connection: &Connection, respondent: i64, recipient: &str) -> Outcome<Option<String>> {
    let sql = "SELECT token FROM (
                   SELECT message.token, message.received_at AS at FROM message
                   JOIN return_version ON return_version.message = message.id
                   WHERE return_version.respondent = ?1 AND message.sender_key = ?3
                   UNION ALL
                   SELECT notice.token, notice.queued_at FROM notice
                   JOIN return_version ON return_version.message = notice.message
                   WHERE return_version.respondent = ?1 AND notice.recipient = ?2 AND notice.state = 'sent'
                   UNION ALL
                   SELECT notice.token, notice.queued_at FROM notice JOIN follow_up ON follow_up.notice = notice.id
                   WHERE follow_up.respondent = ?1 AND notice.recipient = ?2 AND notice.state = 'sent')
               WHERE token IS NOT NULL ORDER BY at DESC LIMIT 1";
    first(connection, sql, (respondent, recipient, comparable(recipient)), |row| row.get(0))
}

/// The mails of a thread that this address knows: identifiers of others would tell it of strangers' mail.
fn thread(connection: &Connection, token: String, recipient: &str) -> Outcome<Thread> {
    let sql = "SELECT message_id, at FROM (
                   SELECT message_id, received_at AS at FROM message
                   WHERE token = ?1 AND sender_key = ?3 AND message_id IS NOT NULL
                   UNION ALL
                   SELECT message_id, queued_at FROM notice WHERE token = ?1 AND recipient = ?2 AND state = 'sent')
               ORDER BY at, message_id";
    let key = comparable(recipient);
    let mails = all(connection, sql, (&token, recipient, &key), |row| Ok(row.get(0)?))?;
    let sql = "SELECT subject FROM message WHERE token = ?1 AND sender_key = ?2
               ORDER BY received_at DESC, id DESC LIMIT 1";
    let subject = match first(connection, sql, (&token, &key), |row| row.get(0))? {
        Some(subject) => subject,
        None => subject_of_first_notice(connection, &token, recipient)?,
    };
    Ok(Thread { token, subject, mails })
}

/// The subject of the notice that began a thread. It stands in the mail alone.
fn subject_of_first_notice(connection: &Connection, token: &str, recipient: &str) -> Outcome<String> {
    let sql = "SELECT bytes, size FROM notice WHERE token = ?1 AND recipient = ?2 ORDER BY id LIMIT 1";
    let found: Option<(Vec<u8>, i64)> =
        first(connection, sql, (token, recipient), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some((bytes, size)) = found else { return Ok(String::new()) };
    let bytes = decompress(&bytes, usize::try_from(size).unwrap_or_default())?;
    Ok(mail::parse_headers(&bytes).subject)
}
