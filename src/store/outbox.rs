//! The outbox: notices wait here, each under a key that is taken but once. An attempt is recorded before it begins, so that
//! nothing is tried for ever, and its end after it.

use jiff::{SignedDuration, Timestamp};
use rusqlite::{Connection, Row};

use super::commit::NoticeState;
use super::error::{Fault, Outcome};
use super::raw::{compress, decompress};
use super::row::{all, count, execute, first, insert, parse_time, scalar, time, word};
use super::together::{self, Joinable};
use super::{Store, StoreError, Write, doubt, enclosing, own};
use crate::notice::{self, Awaiting, Kind, Notice};

/// How the words of an attempt begin that ended at a refused login.
const LOGIN_REFUSED: &str = "login refused: ";
/// How the words of an attempt begin after which the notice may have arrived.
const DOUBT: &str = "may have arrived: ";

/// A notice whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ready {
    /// Its number.
    pub id: i64,
    /// What it is.
    pub kind: Kind,
    /// Address it goes to.
    pub recipient: String,
    /// The message it answers.
    pub message: Option<i64>,
}

/// A notice whose attempt has begun.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Its number.
    pub id: i64,
    /// Its unique key, such as `reply:17`.
    pub key: String,
    /// What it is.
    pub kind: Kind,
    /// Address it goes to.
    pub recipient: String,
    /// The message it answers.
    pub message: Option<i64>,
    /// Which attempt this is, from 1.
    pub attempts: u32,
    /// When it was put into the outbox.
    pub queued_at: Timestamp,
    /// When its first attempt failed for now; those that ended at a refused login do not count, as they say nothing of the notice.
    pub failing_since: Option<Timestamp>,
    /// How many attempts ended so that it may have arrived.
    pub doubts: u32,
    /// The mail (RFC 5322, CRLF).
    pub bytes: Vec<u8>,
    /// Why it goes without the file that should have gone with it; none when there was none, or it does.
    pub lacks: Option<String>,
}

/// What a notice waits for in the outbox, an operator apart.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sending {
    /// A file is to go with it.
    pub awaiting: Option<Awaiting>,
    /// It may be answered together with what its sender still sends before then.
    pub joinable: Option<Joinable>,
}

/// Whose notices are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recipients<'a> {
    /// Everybody's.
    All,
    /// Those of one domain, such as `firm.example`.
    Domain(&'a str),
    /// Those to one address.
    Address(&'a str),
}

impl Recipients<'_> {
    /// The column of the outbox that tells them, and what stands in it.
    fn column(&self) -> (&'static str, &str) {
        match self {
            Self::All => ("''", ""),
            Self::Domain(name) => ("domain", name),
            Self::Address(name) => ("recipient", name),
        }
    }
}

impl Store {
    /// Puts a notice into the outbox that answers no message. None when its key was taken before.
    pub fn queue_notice(&self, notice: Notice, state: NoticeState, now: Timestamp) -> Write<Option<i64>> {
        self.write(move |connection| queue(connection, &notice, None, (state, &Sending::default()), now))
    }

    /// The notice of a transport whose turn it is, the longest waiting first. It waits on, with the file and the further mails that
    /// it may wait for, until it is [claimed](Self::claim_notice).
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn ready_notice(&self, transport: &str, now: Timestamp) -> Result<Option<Ready>, StoreError> {
        let sql = format!(
            "SELECT id, recipient, message, kind FROM notice WHERE transport = ?2 AND {READY} ORDER BY next_at, id LIMIT 1"
        );
        let ready = |row: &Row<'_>| {
            let kind = word::<Kind>(&row.get::<_, String>(3)?)?;
            Ok(Ready { id: row.get(0)?, kind, recipient: row.get(1)?, message: row.get(2)? })
        };
        self.read(|connection| Ok(all(connection, &sql, (time(now), transport), ready)?.pop()))
    }

    /// Takes a notice whose turn it is, records that an attempt begins, and keeps others from taking it for `lease`. None when its
    /// turn is over. When a process dies with one, the same mail with the same `Message-ID` is tried again.
    pub fn claim_notice(&self, id: i64, now: Timestamp, lease: SignedDuration) -> Write<Option<Due>> {
        self.write(move |connection| {
            let sql = format!("UPDATE notice SET lease_until = ?3, attempts = attempts + 1 WHERE id = ?2 AND {READY}");
            if execute(connection, &sql, (time(now), id, time(now + lease)))? == 0 {
                return Ok(None);
            }
            Ok(Some(claimed(connection, id, now)?))
        })
    }

    /// Lets a notice whose turn it is wait until another moment, as when a cap is met.
    pub fn postpone_notice(&self, id: i64, why: String, next_at: Timestamp, now: Timestamp) -> Write<()> {
        self.write(move |connection| {
            let sql =
                format!("UPDATE notice SET lease_until = NULL, next_at = ?3, words = ?4 WHERE id = ?2 AND {READY}");
            execute(connection, &sql, (time(now), id, time(next_at), why))?;
            Ok(())
        })
    }

    /// Records that the server took a notice, with its words.
    pub fn record_sent(&self, id: i64, words: String, now: Timestamp) -> Write<()> {
        self.write(move |connection| end(connection, id, "sent", &words, now, None))
    }

    /// Records that an attempt ended at a refused login, and when to try again.
    pub fn record_login_refused(&self, id: i64, why: &str, next_at: Timestamp, now: Timestamp) -> Write<()> {
        self.record_later(id, format!("{LOGIN_REFUSED}{why}"), next_at, now)
    }

    /// Records that an attempt ended so that the notice may have arrived, and when to try again.
    pub fn record_doubtful(&self, id: i64, why: &str, next_at: Timestamp, now: Timestamp) -> Write<()> {
        self.record_later(id, format!("{DOUBT}{why}"), next_at, now)
    }

    /// Records that an attempt failed for now, why, and when to try again.
    pub fn record_later(&self, id: i64, why: String, next_at: Timestamp, now: Timestamp) -> Write<()> {
        self.write(move |connection| end(connection, id, "later", &why, now, Some(next_at)))
    }

    /// Records that a notice will never be taken, and why.
    pub fn record_refused(&self, id: i64, why: String, now: Timestamp) -> Write<()> {
        self.write(move |connection| end(connection, id, "refused", &why, now, None))
    }

    /// How many notices were sent since, for the caps.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn sent_since(&self, recipients: Recipients<'_>, since: Timestamp) -> Result<u64, StoreError> {
        let (column, name) = recipients.column();
        let sql = format!("SELECT count(*) FROM notice WHERE state = 'sent' AND done_at >= ?1 AND {column} = ?2");
        self.read(|connection| Ok(count(scalar(connection, &sql, (time(since), name))?)))
    }

    /// How many notices are queued, due or not.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn queued(&self, recipients: Recipients<'_>) -> Result<u64, StoreError> {
        let (column, name) = recipients.column();
        let sql = format!("SELECT count(*) FROM notice WHERE state = 'queued' AND {column} = ?1");
        self.read(|connection| Ok(count(scalar(connection, &sql, [name])?)))
    }

    /// When the next notice that no one has claimed falls due.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn next_notice(&self) -> Result<Option<Timestamp>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT min(max(next_at, coalesce(lease_until, next_at))) FROM notice WHERE state = 'queued'";
            let next: Option<String> = scalar(connection, sql, [])?;
            next.map(|text| parse_time(&text)).transpose()
        })
    }
}

/// What holds of a notice whose turn it is at `?1`.
const READY: &str = "state = 'queued' AND next_at <= ?1 AND (lease_until IS NULL OR lease_until <= ?1)";

/// Puts a notice into the outbox. None when its key was taken before: no mail goes out twice.
pub(super) fn queue(
    connection: &Connection,
    notice: &Notice,
    message: Option<i64>,
    (state, sending): (NoticeState, &Sending),
    now: Timestamp,
) -> Outcome<Option<i64>> {
    let taken = "SELECT EXISTS (SELECT 1 FROM notice WHERE key = ?1)";
    if scalar::<bool>(connection, taken, [&notice.key])? {
        return Ok(None);
    }
    let key = own::key(connection)?;
    let bytes = notice::seal(&notice.bytes, &notice.message_id, &key);
    let ready = sending.joinable.as_ref().map_or(now, |joinable| joinable.due.max(now));
    let domain = notice.recipient.rsplit_once('@').map_or("", |(_, domain)| domain);
    // An alarm speaks of now.
    let in_doubt = notice.kind != Kind::Alarm && doubt::holds(connection, message)?;
    let sql = "INSERT INTO notice (key, kind, recipient, domain, token, message_id, message, bytes, size, state,
                   queued_at, next_at, transport, words)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)";
    let columns = (
        &notice.key,
        notice.kind.as_str(),
        &notice.recipient,
        domain,
        &notice.token,
        &notice.message_id,
        message,
        compress(&bytes)?,
        i64::try_from(bytes.len()).unwrap_or(i64::MAX),
        if state == NoticeState::Held || in_doubt { "held" } else { "queued" },
        time(now),
        time(ready),
        &notice.transport,
        in_doubt.then_some(doubt::WHY),
    );
    let id = insert(connection, sql, columns)?;
    if let (Some(message), Some(joinable)) = (message, &sending.joinable) {
        together::join(connection, id, message, joinable, now)?;
    }
    if let Some(awaiting) = &sending.awaiting {
        let mail = notice::seal(&awaiting.mail, &notice.message_id, &key);
        enclosing::await_file(connection, id, (&awaiting.plan, &mail), (ready, now))?;
    }
    Ok(Some(id))
}

/// Begins an attempt: from now on the notice is the one that it is.
fn claimed(connection: &Connection, id: i64, now: Timestamp) -> Outcome<Due> {
    let sql = "INSERT INTO attempt (notice, number, begun_at) SELECT id, attempts, ?2 FROM notice WHERE id = ?1";
    execute(connection, sql, (id, time(now)))?;
    let lacks = enclosing::give_up(connection, id)?;
    together::close(connection, id)?;
    let sql = "SELECT id, key, kind, recipient, message, attempts, queued_at,
                   (SELECT min(ended_at) FROM attempt WHERE notice = ?1 AND outcome = 'later'
                        AND substr(words, 1, length(?2)) <> ?2),
                   (SELECT count(*) FROM attempt WHERE notice = ?1 AND outcome = 'later'
                        AND substr(words, 1, length(?3)) = ?3),
                   bytes, size
               FROM notice WHERE id = ?1";
    let due =
        all(connection, sql, (id, LOGIN_REFUSED, DOUBT), due)?.pop().ok_or_else(|| Fault::unknown("notice", id))?;
    Ok(Due { lacks, ..due })
}

fn due(row: &Row<'_>) -> Outcome<Due> {
    let (kind, queued_at, failing_since): (String, String, Option<String>) = (row.get(2)?, row.get(6)?, row.get(7)?);
    let (bytes, size): (Vec<u8>, i64) = (row.get(9)?, row.get(10)?);
    Ok(Due {
        id: row.get(0)?,
        key: row.get(1)?,
        kind: word::<Kind>(&kind)?,
        recipient: row.get(3)?,
        message: row.get(4)?,
        attempts: row.get(5)?,
        queued_at: parse_time(&queued_at)?,
        failing_since: failing_since.as_deref().map(parse_time).transpose()?,
        doubts: row.get(8)?,
        bytes: decompress(&bytes, usize::try_from(size).unwrap_or_default())?,
        lacks: None,
    })
}

/// Ends the attempt that runs. With `next_at` the notice stays queued, without it is done with.
fn end(
    connection: &Connection,
    id: i64,
    outcome: &'static str,
    words: &str,
    now: Timestamp,
    next_at: Option<Timestamp>,
) -> Outcome<()> {
    let sql = "UPDATE notice SET lease_until = NULL, words = ?2,
                   state = CASE WHEN ?3 IS NULL THEN ?4 ELSE state END,
                   done_at = CASE WHEN ?3 IS NULL THEN ?5 ELSE NULL END, next_at = coalesce(?3, next_at)
               WHERE id = ?1 AND state IN ('queued', 'held')";
    let next_at = next_at.map(time);
    if execute(connection, sql, (id, words, next_at, outcome, time(now)))? == 0 {
        let state = first(connection, "SELECT state FROM notice WHERE id = ?1", [id], |row| row.get(0))?;
        let state = state.ok_or_else(|| Fault::unknown("notice", id))?;
        let error = StoreError::WrongState { what: "notice", id, state, wanted: "queued", act: outcome };
        return Err(Fault::Plain(error));
    }
    let sql = "UPDATE attempt SET ended_at = ?2, outcome = ?3, words = ?4
               WHERE notice = ?1 AND number = (SELECT attempts FROM notice WHERE id = ?1)";
    execute(connection, sql, (id, time(now), outcome, words))?;
    Ok(())
}
