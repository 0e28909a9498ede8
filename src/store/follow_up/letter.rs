//! A letter in the outbox: whom it is for, the thread that it goes on, and that it is made but once.

use jiff::Timestamp;
use rusqlite::{Connection, Row};

use crate::follow_up::Topic;
use crate::mail;
use crate::notice::{Notice, Thread};
use crate::store::commit::NoticeState;
use crate::store::error::Outcome;
use crate::store::raw::decompress;
use crate::store::row::{all, execute, first, scalar, time, word};
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
    /// The key of its notice. One for several respondents has the key of its first.
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
    /// It was made before, for one of its respondents at least.
    Before,
    /// A respondent answered meanwhile: it is not made.
    Overtaken,
}

/// A letter that waits in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The survey that it is about.
    pub survey: String,
    /// Whom it is for.
    pub of: Vec<FollowUp>,
    /// Address it goes to.
    pub recipient: String,
    /// The thread that it goes on, or begins.
    pub thread: Thread,
    /// The mail as it is sent.
    pub mail: Vec<u8>,
}

impl Store {
    /// The thread that a letter to this address about these respondents goes on: that of the mail which passed last. Else a new one
    /// under a token made from the letter's key.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn thread(&self, respondents: &[i64], recipient: &str, key: &str) -> Result<Thread, StoreError> {
        self.read(|connection| match latest_token(connection, respondents, recipient)? {
            Some(token) => thread(connection, token, recipient),
            None => Ok(Thread { token: token::for_letter(connection, key)?, ..Thread::default() }),
        })
    }

    /// Number of the latest return of any of these respondents: what is planned without knowing of it is overtaken by it.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn latest_return(&self, respondents: &[i64]) -> Result<i64, StoreError> {
        self.read(|connection| latest_return(connection, respondents))
    }

    /// Puts a letter into the outbox, unless it was made before, or a return of a respondent came since `latest`.
    pub fn queue_letter(
        &self,
        notice: Notice,
        of: Vec<FollowUp>,
        latest: i64,
        state: NoticeState,
        now: Timestamp,
    ) -> Write<Made> {
        self.write(move |connection| {
            let respondents: Vec<i64> = of.iter().map(|one| one.respondent).collect();
            if latest_return(connection, &respondents)? != latest {
                return Ok(Made::Overtaken);
            }
            for one in &of {
                if was_made(connection, one)? {
                    return Ok(Made::Before);
                }
            }
            let sending = (state, &Sending::default());
            let Some(id) = outbox::queue(connection, &notice, None, sending, now)? else { return Ok(Made::Before) };
            let sql = "INSERT INTO follow_up (notice, respondent, topic, number, made_at) VALUES (?1, ?2, ?3, ?4, ?5)";
            for one in &of {
                execute(connection, sql, (id, one.respondent, one.topic.as_str(), one.number, time(now)))?;
            }
            Ok(Made::Queued(id))
        })
    }

    /// A letter that waits in the outbox; none for any other notice.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn letter(&self, notice: i64) -> Result<Option<Letter>, StoreError> {
        self.read(|connection| letter(connection, notice))
    }

    /// Cancels a queued letter that is not to go as it is, and says whether it did. It counts as never made, and its key is free for
    /// another.
    ///
    /// A reminder of which an attempt was cut off may have arrived: it counts. An invitation does not even then: better invited twice
    /// than never.
    pub fn cancel_letter(&self, notice: i64, why: String, now: Timestamp) -> Write<bool> {
        self.write(move |connection| {
            let sql = "UPDATE notice SET state = 'cancelled', done_at = ?2, words = ?3 WHERE id = ?1
                       AND state = 'queued' AND (lease_until IS NULL OR lease_until <= ?2)";
            if execute(connection, sql, (notice, time(now), why))? == 0 {
                return Ok(false);
            }
            let sql = "SELECT EXISTS (SELECT 1 FROM attempt JOIN notice ON notice.id = attempt.notice
                       WHERE notice.id = ?1 AND attempt.ended_at IS NULL AND notice.kind <> 'invitation')";
            if !scalar::<bool>(connection, sql, [notice])? {
                execute(connection, "DELETE FROM follow_up WHERE notice = ?1", [notice])?;
                execute(connection, "UPDATE notice SET key = key || ':cancelled:' || id WHERE id = ?1", [notice])?;
            }
            Ok(true)
        })
    }
}

fn letter(connection: &Connection, notice: i64) -> Outcome<Option<Letter>> {
    let sql = "SELECT follow_up.respondent, follow_up.topic, follow_up.number, respondent.survey FROM follow_up
               JOIN respondent ON respondent.id = follow_up.respondent
               WHERE follow_up.notice = ?1 AND respondent.survey IS NOT NULL ORDER BY follow_up.respondent";
    let found = all(connection, sql, [notice], follow_up)?;
    let Some((_, survey)) = found.first().cloned() else { return Ok(None) };
    let sql = "SELECT recipient, token, bytes, size FROM notice WHERE id = ?1";
    let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
    let Some((recipient, token, bytes, size)): Option<(String, String, Vec<u8>, i64)> =
        first(connection, sql, [notice], read)?
    else {
        return Ok(None);
    };
    let of = found.into_iter().map(|(one, _)| one).collect();
    let thread = thread(connection, token, &recipient)?;
    let mail = decompress(&bytes, usize::try_from(size).unwrap_or_default())?;
    Ok(Some(Letter { survey, of, recipient, thread, mail }))
}

fn follow_up(row: &Row<'_>) -> Outcome<(FollowUp, String)> {
    let topic = word(&row.get::<_, String>(1)?)?;
    Ok((FollowUp { respondent: row.get(0)?, topic, number: row.get(2)? }, row.get(3)?))
}

/// Whether this invitation, or this reminder, of a respondent was made before, by itself or for several.
fn was_made(connection: &Connection, one: &FollowUp) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM follow_up
               WHERE respondent = ?1 AND number = ?2 AND (topic = 'invitation') = ?3)";
    scalar(connection, sql, (one.respondent, one.number, one.topic == Topic::Invitation))
}

/// Numbers of respondents as SQL takes them.
fn list(respondents: &[i64]) -> Outcome<String> {
    Ok(serde_json::to_string(respondents)?)
}

fn latest_return(connection: &Connection, respondents: &[i64]) -> Outcome<i64> {
    let sql = "SELECT coalesce(max(id), 0) FROM return_version WHERE respondent IN (SELECT value FROM json_each(?1))";
    scalar(connection, sql, [list(respondents)?])
}

/// The token of the mail that passed last between an address and us about any of these respondents.
fn latest_token(connection: &Connection, respondents: &[i64], recipient: &str) -> Outcome<Option<String>> {
    let sql = "SELECT token FROM (
                   SELECT message.token, message.received_at AS at FROM message
                   JOIN return_version ON return_version.message = message.id
                   WHERE return_version.respondent IN (SELECT value FROM json_each(?1)) AND message.sender_key = ?3
                   UNION ALL
                   SELECT notice.token, notice.queued_at FROM notice
                   JOIN return_version ON return_version.message = notice.message
                   WHERE return_version.respondent IN (SELECT value FROM json_each(?1)) AND notice.recipient = ?2 AND notice.state = 'sent'
                   UNION ALL
                   SELECT notice.token, notice.queued_at FROM notice JOIN follow_up ON follow_up.notice = notice.id
                   WHERE follow_up.respondent IN (SELECT value FROM json_each(?1)) AND notice.recipient = ?2
                       AND notice.state = 'sent')
               WHERE token IS NOT NULL ORDER BY at DESC LIMIT 1";
    first(connection, sql, (list(respondents)?, recipient, comparable(recipient)), |row| row.get(0))
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
    let sql =
        "SELECT bytes, size FROM notice WHERE token = ?1 AND recipient = ?2 AND state = 'sent' ORDER BY id LIMIT 1";
    let found: Option<(Vec<u8>, i64)> =
        first(connection, sql, (token, recipient), |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some((bytes, size)) = found else { return Ok(String::new()) };
    let bytes = decompress(&bytes, usize::try_from(size).unwrap_or_default())?;
    Ok(mail::parse_headers(&bytes).subject)
}
