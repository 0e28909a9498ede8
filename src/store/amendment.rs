//! Plain replies: the returns that one may be about, and the version that it becomes.

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::error::Outcome;
use super::former::Former;
use super::known::Row;
use super::respondents;
use super::row::{all, execute, first, insert, scalar, time};
use crate::reading::Reading;
use crate::verdict::{History, Mended, Open, comparable};

/// The respondents of which a message of the thread gave a return, before this one.
const OF_THREAD: &str = "
    SELECT DISTINCT respondent.id, respondent.survey, respondent.name, respondent.key FROM message
    JOIN return_version ON return_version.message = message.id
    JOIN respondent ON respondent.id = return_version.respondent
    WHERE message.token = ?1 AND (message.received_at, message.id) < (?2, ?3)
        AND return_version.rereading IS NULL AND return_version.standing NOT IN ('held', 'discarded')
    ORDER BY respondent.id";

/// The respondents of which the sender gave a return that stands.
const OF_SENDER: &str = "
    SELECT DISTINCT respondent.id, respondent.survey, respondent.name, respondent.key FROM message
    JOIN return_version ON return_version.message = message.id
    JOIN respondent ON respondent.id = return_version.respondent
    WHERE message.sender_key = ?1 AND (message.received_at, message.id) < (?2, ?3) AND respondent.survey IS ?4
        AND return_version.rereading IS NULL AND return_version.standing IN ('complete', 'in_correction', 'pending')
    ORDER BY respondent.id LIMIT 2";

/// The respondents that a letter was for.
const OF_LETTER: &str = "
    SELECT respondent.id, respondent.survey, respondent.name, respondent.key FROM follow_up
    JOIN respondent ON respondent.id = follow_up.respondent WHERE follow_up.notice = ?1 ORDER BY respondent.id";

/// The returns that a plain reply may be about: those of its thread, else the sender's only one. A reply to a letter may be about any
/// respondent of it as well, so that the only one that answered is not taken to be meant.
pub(super) fn open(connection: &Connection, row: &Row, reading: &Reading, token: Option<&str>) -> Outcome<Vec<Open>> {
    if !reading.plain.says_something() {
        return Ok(Vec::new());
    }
    let arrived = time(row.received_at);
    let mut found = Vec::new();
    if let Some(token) = token {
        found = all(connection, OF_THREAD, (token, &arrived, row.id), one)?;
    }
    if found.is_empty() {
        let columns = (comparable(&reading.envelope.from), &arrived, row.id, &reading.plain.survey);
        found = all(connection, OF_SENDER, columns, one)?;
        if found.len() > 1 {
            found.clear();
        }
    }
    if !found.is_empty()
        && let Some(notice) = answered(connection, row, reading, token)?
    {
        let of_letter = all(connection, OF_LETTER, [notice], one)?;
        let others = of_letter.into_iter().filter(|one| found.iter().all(|open| open.respondent != one.respondent));
        let others: Vec<Open> = others.collect();
        found.extend(others);
    }
    for open in &mut found {
        open.history = history(connection, open.respondent, row)?;
        open.vouched = respondents::trust(connection, open.respondent)?.vouches_for(&reading.envelope.from);
        open.is_numbered = is_numbered(connection, token)?;
    }
    Ok(found)
}

fn one(row: &rusqlite::Row<'_>) -> Outcome<Open> {
    Ok(Open { respondent: row.get(0)?, survey: row.get(1)?, name: row.get(2)?, key: row.get(3)?, ..Open::default() })
}

/// The notice that a message answers: the one it refers to, else the latest of its thread.
fn answered(connection: &Connection, row: &Row, reading: &Reading, token: Option<&str>) -> Outcome<Option<i64>> {
    let referred = "SELECT id FROM notice WHERE message_id = ?1
                    UNION ALL SELECT notice FROM alias WHERE message_id = ?1 AND notice IS NOT NULL LIMIT 1";
    for reference in reading.envelope.references.iter().rev() {
        if let Some(notice) = first(connection, referred, [reference], |row| row.get(0))? {
            return Ok(Some(notice));
        }
    }
    let latest = "SELECT id FROM notice WHERE token = ?1 AND state = 'sent' AND queued_at <= ?2
                  ORDER BY queued_at DESC, id DESC LIMIT 1";
    first(connection, latest, (token, time(row.received_at)), |row| row.get(0))
}

fn history(connection: &Connection, respondent: i64, row: &Row) -> Outcome<History> {
    let mut others = respondents::versions(connection, respondent)?;
    others.retain(|version| version.message != row.id);
    let before = others.iter().filter(|version| version.arrived() < (row.received_at, row.id)).count();
    Ok(History { versions: others.into_iter().map(|version| version.version).collect(), before })
}

/// Whether no message of the thread has an error of its own, which would have had a line of the correction.
fn is_numbered(connection: &Connection, token: Option<&str>) -> Outcome<bool> {
    let sql = "SELECT NOT EXISTS (SELECT 1 FROM message JOIN issue ON issue.message = message.id
               WHERE message.token = ?1 AND issue.version IS NULL AND issue.severity = 'error')";
    scalar(connection, sql, [token])
}

/// Whether somebody of this thread was told within the last day that a person will read a reply.
pub(super) fn handed_over_today(
    connection: &Connection,
    row: &Row,
    token: Option<&str>,
    now: Timestamp,
) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM notice WHERE token = ?1 AND kind = 'handover' AND queued_at > ?2
               AND state <> 'cancelled' AND message IS NOT ?3)";
    scalar(connection, sql, (token, time(now - SignedDuration::from_hours(24)), row.id))
}

/// Stores the version that a plain reply becomes; its number. A reply that says what it said before keeps its number.
pub(super) fn write(connection: &Connection, message: i64, mended: &Mended, former: &mut Former) -> Outcome<i64> {
    let respondent = mended.respondent;
    former.respondents.insert(respondent);
    let id = match former.take_back(connection, respondent, 0, &mended.as_read)? {
        Some(id) => id,
        None => {
            let sql =
                "INSERT INTO return_version (respondent, message, ordinal, number, standing, ruling, revision, as_read)
                       VALUES (?1, ?2, 0, 0, 'held', ?3,
                           (SELECT revision FROM survey JOIN respondent ON respondent.survey = survey.id
                            WHERE respondent.id = ?1), ?4)";
            let ruling = former.ruling(respondent, 0, &[respondent].into());
            insert(connection, sql, (respondent, message, ruling, serde_json::to_string(&mended.as_read)?))?
        }
    };
    let sql = "INSERT INTO amendment (version, act, words) VALUES (?1, ?2, ?3)
               ON CONFLICT DO UPDATE SET act = excluded.act, words = excluded.words";
    execute(connection, sql, (id, mended.act.as_str(), &mended.words))?;
    Ok(id)
}
