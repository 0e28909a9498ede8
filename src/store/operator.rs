//! What an operator decides: what is held is released or discarded, a message is read anew. Each act is recorded.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

use super::error::{Fault, Outcome};
use super::respondents;
use super::roster::check_doubts;
use super::row::{all, execute, first, time};
use super::{Store, StoreError, Write, enclosing, nameless, quarantine};
use crate::verdict::{self, Ruling, Version};

/// What an operator decides on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase", tag = "what", content = "id")]
pub enum Target {
    /// A held message, by its number.
    Message(i64),
    /// A contested return, by its number.
    Return(i64),
    /// A held notice, by its number.
    Notice(i64),
}

/// Something that waits for an operator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Held {
    /// What it is.
    #[serde(flatten)]
    pub target: Target,
    /// Since when it waits, as RFC 3339 text.
    pub since: String,
    /// The sender, or the recipient of a notice.
    pub address: String,
    /// A message's subject, a return's respondent, a notice's kind.
    pub title: String,
    /// Why it waits.
    pub why: String,
}

impl Store {
    /// Everything that waits for an operator: messages, then returns, then notices.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn held(&self) -> Result<Vec<Held>, StoreError> {
        self.read(|connection| {
            let mut held = held_of(connection, Target::Message, HELD_MESSAGES)?;
            held.extend(held_of(connection, Target::Return, CONTESTED_RETURNS)?);
            held.extend(held_of(connection, Target::Notice, HELD_NOTICES)?);
            Ok(held)
        })
    }

    /// Lets something go its way: a held message is put back to be judged as one that counts, a contested return counts, a held
    /// notice is queued. A message that is not held stands for its contested returns.
    ///
    /// Where a survey is named, a message is read under that one alone, whatever its form fits. Of a return, the word holds for what
    /// else says the same: the numbers of such returns that were discarded till now.
    pub fn release(&self, target: Target, survey: Option<String>, now: Timestamp) -> Write<Vec<i64>> {
        self.write(move |connection| {
            let mut along = Vec::new();
            match target {
                Target::Message(id) if quarantine::release(connection, id, now)? => {
                    check_bytes(connection, id)?;
                    choose_survey(connection, id, survey.as_deref())?;
                }
                Target::Message(id) => match contested_in(connection, id)?.as_slice() {
                    [] => {
                        // Under another survey, whose its returns are is another question.
                        if survey.is_none() {
                            check_doubts(connection, id)?;
                        }
                        release_message(connection, id, survey.as_deref())?;
                    }
                    contested => along = rule_all(connection, contested, "released", now)?,
                },
                Target::Return(id) => along = rule(connection, id, "released", &["contested", "discarded"], now)?,
                Target::Notice(id) => {
                    let sql = "UPDATE notice SET state = 'queued' WHERE id = ?1 AND state = 'held'";
                    changed(connection, sql, target, "held", "released")?;
                    let sql = "UPDATE notice SET next_at = max(next_at, ?2) WHERE id = ?1";
                    execute(connection, sql, (id, time(now)))?;
                }
            }
            record(connection, now, "release", target)?;
            Ok(along)
        })
    }

    /// Puts something aside for good: nothing is deleted, and it counts no more. A held or queued notice is cancelled. A message that
    /// is not held stands for its contested returns. With a return goes what else came till now and says the same
    /// ([`verdict::said_with()`]): the numbers of such returns. What comes later is judged for itself.
    pub fn discard(&self, target: Target, now: Timestamp) -> Write<Vec<i64>> {
        self.write(move |connection| {
            let mut along = Vec::new();
            match target {
                Target::Message(id) if quarantine::discard(connection, id)? => {}
                Target::Message(id) => match contested_in(connection, id)?.as_slice() {
                    [] => discard_message(connection, id)?,
                    contested => along = rule_all(connection, contested, "discarded", now)?,
                },
                Target::Return(id) => {
                    let from = ["contested", "complete", "in_correction", "pending", "withdrawn"];
                    along = rule(connection, id, "discarded", &from, now)?;
                }
                Target::Notice(id) => {
                    let sql = "UPDATE notice SET state = 'cancelled' WHERE id = ?1 AND state IN ('held', 'queued')
                               AND lease_until IS NULL";
                    changed(connection, sql, target, "held or queued", "discarded")?;
                    enclosing::give_up(connection, id)?;
                }
            }
            record(connection, now, "discard", target)?;
            Ok(along)
        })
    }

    /// Puts a message that was read back to be read and judged anew, under today's rules. Its old reading stands until then, and
    /// no notice goes out twice.
    pub fn reread(&self, message: i64, now: Timestamp) -> Write<()> {
        self.write(move |connection| {
            check_bytes(connection, message)?;
            let sql = "UPDATE message SET state = 'kept', attempts = 0, lease_until = NULL
                       WHERE id = ?1 AND state = 'read'";
            changed(connection, sql, Target::Message(message), "read", "read anew")?;
            record(connection, now, "reread", Target::Message(message))
        })
    }
}

const HELD_MESSAGES: &str = "
    SELECT id, received_at, coalesce(sender, ''), coalesce(subject, ''), coalesce(reason, '') FROM message
    WHERE disposition = 'held' AND ruling = 'none' AND duplicate_of IS NULL AND state <> 'quarantined'
    UNION ALL SELECT id, received_at, coalesce(sender, ''), coalesce(subject, ''), 'quarantined: ' || coalesce(reason, '')
    FROM message WHERE state = 'quarantined' AND ruling <> 'discarded' ORDER BY id";

const CONTESTED_RETURNS: &str = "
    SELECT return_version.id, message.received_at, coalesce(message.sender, ''), respondent.name,
        iif(EXISTS (SELECT 1 FROM respondent_address WHERE respondent_address.respondent = respondent.id),
            'the roster names other addresses of this respondent', 'another sender answered for this respondent first')
    FROM return_version JOIN message ON message.id = return_version.message
    JOIN respondent ON respondent.id = return_version.respondent
    WHERE return_version.standing = 'contested' ORDER BY return_version.id";

const HELD_NOTICES: &str = "
    SELECT id, queued_at, recipient, kind,
        iif(words LIKE 'restored:%', words, 'held by configuration (notices or per_sender_day)') FROM notice
    WHERE state = 'held' ORDER BY id";

fn held_of(connection: &Connection, target: fn(i64) -> Target, sql: &str) -> Outcome<Vec<Held>> {
    all(connection, sql, [], |row| {
        Ok(Held {
            target: target(row.get(0)?),
            since: row.get(1)?,
            address: row.get(2)?,
            title: row.get(3)?,
            why: row.get(4)?,
        })
    })
}

/// Puts a held message back to be judged as one that counts.
pub(super) fn release_message(connection: &Connection, id: i64, survey: Option<&str>) -> Outcome<()> {
    check_bytes(connection, id)?;
    let sql = "UPDATE message SET ruling = 'released', state = 'kept', attempts = 0, lease_until = NULL
               WHERE id = ?1 AND disposition = 'held' AND ruling <> 'released'";
    changed(connection, sql, Target::Message(id), "held", "released")?;
    execute(connection, "UPDATE return_version SET ruling = 'none' WHERE message = ?1 AND rereading IS NULL", [id])?;
    choose_survey(connection, id, survey)
}

/// Notes the survey that a message is to be read under, where one is named.
fn choose_survey(connection: &Connection, message: i64, survey: Option<&str>) -> Outcome<()> {
    if let Some(survey) = survey {
        let sql = "INSERT INTO survey_choice (message, survey) VALUES (?1, ?2)
                   ON CONFLICT DO UPDATE SET survey = excluded.survey";
        execute(connection, sql, (message, survey))?;
    }
    Ok(())
}

/// A message without its bytes cannot be read anew.
fn check_bytes(connection: &Connection, message: i64) -> Outcome<()> {
    let sql = "SELECT raw.removed_at FROM message JOIN raw ON raw.id = message.raw WHERE message.id = ?1";
    let removed: Option<Option<String>> = first(connection, sql, [message], |row| row.get(0))?;
    match removed.flatten() {
        Some(at) => Err(Fault::Plain(StoreError::Removed { message, at })),
        None => Ok(()),
    }
}

fn discard_message(connection: &Connection, id: i64) -> Outcome<()> {
    let sql = "UPDATE message SET ruling = 'discarded' WHERE id = ?1 AND disposition = 'held' AND ruling = 'none'";
    changed(connection, sql, Target::Message(id), "held", "discarded")?;
    let sql = "UPDATE return_version SET ruling = 'discarded' WHERE message = ?1 AND rereading IS NULL";
    execute(connection, sql, [id])?;
    let sql = "SELECT DISTINCT respondent FROM return_version WHERE message = ?1";
    let respondents: Vec<i64> = all(connection, sql, [id], |row| Ok(row.get(0)?))?;
    respondents.into_iter().try_for_each(|respondent| respondents::refold(connection, respondent))?;
    nameless::refold_thread(connection, id)
}

/// The returns of a message that wait for a word on their sender.
fn contested_in(connection: &Connection, message: i64) -> Outcome<Vec<i64>> {
    let sql = "SELECT id FROM return_version WHERE message = ?1 AND standing = 'contested' AND rereading IS NULL
               ORDER BY ordinal";
    all(connection, sql, [message], |row| Ok(row.get(0)?))
}

/// How a return stands that takes part: there is nothing to release.
const TAKES_PART: [&str; 5] = ["complete", "in_correction", "superseded", "pending", "duplicate"];

/// The same word on all contested returns of a message.
fn rule_all(connection: &Connection, ids: &[i64], ruling: &'static str, now: Timestamp) -> Outcome<Vec<i64>> {
    let mut along = Vec::new();
    for id in ids {
        along.extend(rule(connection, *id, ruling, &["contested", "discarded"], now)?);
    }
    Ok(along)
}

/// Writes an operator's word on a return and folds its respondent anew. The other returns that it puts aside, or brings back.
fn rule(connection: &Connection, id: i64, ruling: &'static str, from: &[&str], now: Timestamp) -> Outcome<Vec<i64>> {
    let sql = "SELECT respondent, standing, message FROM return_version WHERE id = ?1";
    let found: Option<(i64, String, i64)> =
        first(connection, sql, [id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let (respondent, standing, message) = found.ok_or_else(|| Fault::unknown("return", id))?;
    // Another return of its sender was released just before, from the same list of `held`.
    if ruling == "released" && TAKES_PART.contains(&standing.as_str()) {
        return Ok(Vec::new());
    }
    if !from.contains(&standing.as_str()) {
        let wanted = if ruling == "released" { "contested" } else { "contested, pending, withdrawn or current" };
        let error = StoreError::WrongState { what: "return", id, state: standing, wanted, act: ruling };
        return Err(Fault::Plain(error));
    }
    let before = put_aside(connection, respondent)?;
    if ruling == "released" {
        take_back_discards(connection, respondent, id)?;
    } else {
        discard_what_says_the_same(connection, respondent, id)?;
    }
    put_word(connection, id, ruling)?;
    match ruling {
        "released" => trust_sender(connection, respondent, message, now)?,
        _ => distrust_sender(connection, id)?,
    }
    respondents::refold(connection, respondent)?;
    nameless::refold_thread(connection, message)?;
    let after = put_aside(connection, respondent)?;
    Ok(before.symmetric_difference(&after).copied().filter(|other| *other != id).collect())
}

/// The returns of a respondent that are discarded.
fn put_aside(connection: &Connection, respondent: i64) -> Outcome<BTreeSet<i64>> {
    let sql = "SELECT id FROM return_version WHERE respondent = ?1 AND standing = 'discarded' AND rereading IS NULL";
    Ok(all(connection, sql, [respondent], |row| Ok(row.get(0)?))?.into_iter().collect())
}

/// Puts aside with a return what has come till now and says the same.
fn discard_what_says_the_same(connection: &Connection, respondent: i64, id: i64) -> Outcome<()> {
    let (stored, unruled) = unruled(connection, respondent)?;
    let Some(at) = stored.iter().position(|one| one.id == id) else { return Ok(()) };
    for other in verdict::said_with(&unruled, at).into_iter().filter_map(|place| stored.get(place)) {
        put_word(connection, other.id, "discarded")?;
        if other.version.ruling == Ruling::Released {
            distrust_sender(connection, other.id)?;
        }
    }
    Ok(())
}

/// Strikes out that returns were put aside that say the same as one that is let count: the last word holds for all of them.
fn take_back_discards(connection: &Connection, respondent: i64, id: i64) -> Outcome<()> {
    let (stored, unruled) = unruled(connection, respondent)?;
    let Some(at) = stored.iter().position(|one| one.id == id) else { return Ok(()) };
    let reached = verdict::said_with(&unruled, at);
    let says_the_same = |other: usize| reached.contains(&other) || verdict::said_with(&unruled, other).contains(&at);
    for (place, other) in stored.iter().enumerate() {
        if other.version.ruling == Ruling::Discarded && says_the_same(place) {
            put_word(connection, other.id, "none")?;
        }
    }
    Ok(())
}

fn put_word(connection: &Connection, id: i64, ruling: &str) -> Outcome<()> {
    execute(connection, "UPDATE return_version SET ruling = ?2 WHERE id = ?1", (id, ruling)).map(drop)
}

/// The versions of a respondent, and the same as if no operator had said anything.
fn unruled(connection: &Connection, respondent: i64) -> Outcome<(Vec<respondents::Stored>, Vec<Version>)> {
    let stored = respondents::versions(connection, respondent)?;
    let unruled = stored.iter().map(|one| Version { ruling: Ruling::None, ..one.version.clone() }).collect();
    Ok((stored, unruled))
}

/// Whoever sent a message of which an operator lets a return count is trusted for its respondent from then on.
pub(super) fn trust_sender(connection: &Connection, respondent: i64, message: i64, now: Timestamp) -> Outcome<()> {
    let sql = "INSERT INTO trusted_sender (respondent, address, since)
               SELECT ?1, sender_key, ?3 FROM message WHERE id = ?2 AND sender_key <> '' ON CONFLICT DO NOTHING";
    execute(connection, sql, (respondent, message, time(now)))?;
    Ok(())
}

/// Putting aside what was released takes that back, unless the sender has another return that was released.
fn distrust_sender(connection: &Connection, id: i64) -> Outcome<()> {
    let sql =
        "DELETE FROM trusted_sender WHERE (respondent, address) = (SELECT return_version.respondent, message.sender_key
                   FROM return_version JOIN message ON message.id = return_version.message WHERE return_version.id = ?1)
               AND NOT EXISTS (SELECT 1 FROM return_version JOIN message ON message.id = return_version.message
                   WHERE return_version.respondent = trusted_sender.respondent AND return_version.ruling = 'released'
                   AND message.sender_key = trusted_sender.address)";
    execute(connection, sql, [id])?;
    Ok(())
}

/// Runs an update of one row; when it meets none, the error tells the state that the row is in.
fn changed(connection: &Connection, sql: &str, target: Target, wanted: &'static str, act: &'static str) -> Outcome<()> {
    let (what, id, state) = match target {
        Target::Message(id) => (
            "message",
            id,
            "SELECT CASE ruling WHEN 'none' THEN coalesce(disposition, state) ELSE ruling END FROM message WHERE id = ?1",
        ),
        Target::Return(id) => ("return", id, "SELECT standing FROM return_version WHERE id = ?1"),
        Target::Notice(id) => {
            ("notice", id, "SELECT iif(lease_until IS NULL, state, 'being sent') FROM notice WHERE id = ?1")
        }
    };
    if execute(connection, sql, [id])? > 0 {
        return Ok(());
    }
    let state = first(connection, state, [id], |row| row.get(0))?;
    let state = state.ok_or_else(|| Fault::unknown(what, id))?;
    Err(Fault::Plain(StoreError::WrongState { what, id, state, wanted, act }))
}

/// Records an operator's act.
pub(super) fn record(connection: &Connection, now: Timestamp, act: &str, target: Target) -> Outcome<()> {
    let (message, version, notice) = match target {
        Target::Message(id) => (Some(id), None, None),
        Target::Return(id) => (None, Some(id), None),
        Target::Notice(id) => (None, None, Some(id)),
    };
    let sql = "INSERT INTO event (at, act, message, version, notice) VALUES (?1, ?2, ?3, ?4, ?5)";
    execute(connection, sql, (time(now), act, message, version, notice))?;
    Ok(())
}
