//! What is known when a message is judged, gathered within the transaction that commits the verdict.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::error::{Fault, Outcome};
use super::former::Former;
use super::respondents;
use super::row::{count, first, parse_time, scalar, time};
use super::together::{self, Answering};
use super::{amendment, compare, content, entered, follow_up, own, token, who};
use crate::reading::Reading;
use crate::verdict::{History, Known, Whose, comparable};

/// A message about to be judged, and everything around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Situation {
    /// Its number.
    pub message: i64,
    /// When it arrived.
    pub received_at: Timestamp,
    /// Token of its thread: the one it continues, or a new one for the notice that begins it.
    pub token: String,
    /// Which rereading of the message this is, from 1; none when it is read for the first time, or at an operator's word.
    pub rereading: Option<i64>,
    /// What its sender was answered lately.
    pub answering: Answering,
    /// What is known. `before_answer_since`, `answers_ourselves` and `sender` are the caller's to set.
    pub known: Known,
}

/// The row of a message, as far as judging needs it.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Its number.
    pub(super) id: i64,
    /// Hash of its bytes.
    pub(super) sha256: String,
    /// When it arrived.
    pub(super) received_at: Timestamp,
    /// Whether it waits to be read.
    pub(super) waits: bool,
    /// Whether it was read before, and put back.
    pub(super) was_read: bool,
    /// Whether an operator released it.
    pub(super) released: bool,
    /// Which rereading of it this is, for the caller to say.
    pub(super) rereading: Option<i64>,
}

impl Row {
    /// Loads it.
    pub(super) fn load(connection: &Connection, message: i64) -> Outcome<Self> {
        let sql = "SELECT raw.sha256, message.received_at, message.state = 'kept', message.fingerprint IS NOT NULL,
                       message.ruling = 'released'
                   FROM message JOIN raw ON raw.id = message.raw WHERE message.id = ?1";
        let found = first(connection, sql, [message], |row| {
            Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get(3)?, row.get(4)?))
        })?;
        let (sha256, received_at, waits, was_read, released) =
            found.ok_or_else(|| Fault::unknown("message", message))?;
        let received_at = parse_time(&received_at)?;
        Ok(Self { id: message, sha256, received_at, waits, was_read, released, rereading: None })
    }
}

/// Gathers what is known.
pub(super) fn situation(
    connection: &Connection,
    row: &Row,
    reading: &Reading,
    former: &Former,
    now: Timestamp,
) -> Outcome<Situation> {
    let envelope = &reading.envelope;
    let ours = token::ours(connection, envelope)?;
    let whose = who::whose(connection, row, reading, ours.as_deref())?;
    let is_own_notice = own::is_notice(connection, envelope)?;
    let mut open = amendment::open(connection, row, reading, ours.as_deref())?;
    for one in &mut open {
        one.comparison = compare::of_open(connection, reading, one, former)?;
    }
    let mut histories = histories(connection, row, &whose)?;
    for one in &open {
        histories.entry(one.key.clone()).or_insert_with(|| one.history.clone());
    }
    let known = Known {
        wants_narrative: wants_narrative(connection, reading, &whose)?,
        comparisons: compare::of_returns(connection, reading, &whose, former)?,
        histories,
        whose,
        sender_is_known: sender_is_known(connection, row, &envelope.from)?,
        is_own_notice,
        is_forged_notice: envelope.claims_notice && !is_own_notice,
        answers_ourselves: false,
        lately: content::lately(connection, row, reading, now)?,
        token_is_ours: ours.is_some(),
        in_junk: in_junk(connection, row.id)?,
        before_answer_since: false,
        replies_today: replies_today(connection, &envelope.reply_to, now)?,
        released: row.released,
        open,
        handed_over_today: amendment::handed_over_today(connection, row, ours.as_deref(), now)?,
        is_entered: entered::respondent(connection, row.id)?.is_some(),
        sender: None,
    };
    let token = match ours {
        Some(token) => token,
        None => token::mint(connection, row.id, &row.sha256)?,
    };
    let answering = together::answering(connection, &envelope.from, &envelope.reply_to, now)?;
    let (message, received_at, rereading) = (row.id, row.received_at, row.rereading);
    Ok(Situation { message, received_at, token, rereading, answering, known })
}

/// Written material that comes with the message is not stored yet.
fn wants_narrative(connection: &Connection, reading: &Reading, whose: &[Whose]) -> Outcome<bool> {
    if !reading.narratives.is_empty() {
        return Ok(false);
    }
    let lacks = |respondent| follow_up::lacks_narrative(connection, respondent);
    whose.iter().filter_map(|one| one.respondent).try_fold(false, |wanted, one| Ok(wanted || lacks(one)?))
}

/// Only respondents that are known have a history: two returns without a name may be two enterprises.
fn histories(connection: &Connection, row: &Row, whose: &[Whose]) -> Outcome<BTreeMap<String, History>> {
    let mut histories = BTreeMap::new();
    for one in whose {
        let Some(respondent) = one.respondent else { continue };
        let others: Vec<_> = respondents::versions(connection, respondent)?
            .into_iter()
            .filter(|version| version.message != row.id)
            .collect();
        let before = others.iter().filter(|version| version.arrived() < (row.received_at, row.id)).count();
        let versions = others.into_iter().map(|version| version.version).collect();
        histories.insert(one.key.clone(), History { versions, before });
    }
    Ok(histories)
}

/// Returns that an operator has still to decide on make nobody known.
fn sender_is_known(connection: &Connection, row: &Row, sender: &str) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM message JOIN return_version ON return_version.message = message.id
               WHERE message.sender_key = ?1 AND (message.received_at, message.id) < (?2, ?3)
               AND return_version.rereading IS NULL
               AND return_version.standing NOT IN ('contested', 'held', 'discarded'))";
    scalar(connection, sql, (comparable(sender), time(row.received_at), row.id))
}

fn in_junk(connection: &Connection, message: i64) -> Outcome<bool> {
    let sql = "SELECT coalesce(min(junk), 0) FROM location WHERE message = ?1";
    scalar(connection, sql, [message])
}

fn replies_today(connection: &Connection, recipient: &str, now: Timestamp) -> Outcome<u32> {
    let sql = "SELECT count(*) FROM notice WHERE recipient = ?1 AND queued_at > ?2 AND message IS NOT NULL
               AND state <> 'cancelled'";
    let since = time(now - SignedDuration::from_hours(24));
    let number = count(scalar(connection, sql, (recipient, since))?);
    Ok(u32::try_from(number).unwrap_or(u32::MAX))
}
