//! What is our own: notices that come back, under whatever identifier, and the threads that answers to them belong to.
//!
//! Some providers put a `Message-ID` of theirs in the place of ours. A notice of ours is still known by its seal; the
//! identifier it came back under, or that an answer in its thread refers to, is remembered, so that later answers find the thread.

use jiff::Timestamp;
use rusqlite::Connection;

use super::error::Outcome;
use super::fact;
use super::row::{execute, first, scalar, time};
use crate::mail::Envelope;
use crate::notice;

/// Longest identifier that is remembered.
const IDENTIFIER: usize = 200;

/// Fact of the installation: the key that notices are sealed with.
const SEAL_KEY: &str = "seal_key";

/// The key that notices are sealed with, made when it is first wanted.
pub(super) fn key(connection: &Connection) -> Outcome<String> {
    match fact::get(connection, SEAL_KEY)? {
        Some(key) => Ok(key),
        None => fact::settle(connection, SEAL_KEY, &scalar::<String>(connection, "SELECT hex(randomblob(32))", [])?),
    }
}

/// Whether a message is a notice of ours.
pub(super) fn is_notice(connection: &Connection, envelope: &Envelope) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM notice WHERE message_id = ?1)
                   OR EXISTS (SELECT 1 FROM alias WHERE message_id = ?1 AND notice IS NOT NULL)";
    Ok(scalar(connection, sql, [&envelope.message_id])? || sealed(connection, envelope)?.is_some())
}

/// The number and token of the notice that a message is, by its seal.
fn sealed(connection: &Connection, envelope: &Envelope) -> Outcome<Option<(i64, String)>> {
    let Some(seal) = &envelope.seal else { return Ok(None) };
    let key = key(connection)?;
    let Some(message_id) = notice::sealed(seal, &key) else { return Ok(None) };
    let sql = "SELECT id, token FROM notice WHERE message_id = ?1";
    first(connection, sql, [message_id], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Remembers the identifiers that a message shows. `thread` is the token of ours in its subject.
pub(super) fn learn(connection: &Connection, envelope: &Envelope, now: Timestamp) -> Outcome<()> {
    if let (Some((notice, token)), Some(id)) = (sealed(connection, envelope)?, &envelope.message_id) {
        let sql = "INSERT INTO alias (message_id, token, notice, learned_at)
                   SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS (SELECT 1 FROM notice WHERE message_id = ?1)
                   ON CONFLICT DO UPDATE SET notice = excluded.notice, token = excluded.token";
        execute(connection, sql, (id, token, notice, time(now)))?;
        return Ok(());
    }
    let answered = envelope.references.last().filter(|id| id.len() <= IDENTIFIER);
    let (Some(answered), Some(token)) = (answered, subject_token(connection, envelope)?) else { return Ok(()) };
    let sql = "INSERT INTO alias (message_id, token, notice, learned_at)
               SELECT ?1, ?2, NULL, ?3 WHERE NOT EXISTS (SELECT 1 FROM notice WHERE message_id = ?1)
                   AND NOT EXISTS (SELECT 1 FROM message WHERE message_id = ?1)
               ON CONFLICT DO NOTHING";
    execute(connection, sql, (answered, token, time(now)))?;
    Ok(())
}

fn subject_token(connection: &Connection, envelope: &Envelope) -> Outcome<Option<String>> {
    for token in &envelope.tokens {
        let sql = "SELECT token FROM notice WHERE token = ?1 LIMIT 1";
        if let Some(token) = first(connection, sql, [token], |row| row.get(0))? {
            return Ok(Some(token));
        }
    }
    Ok(None)
}
