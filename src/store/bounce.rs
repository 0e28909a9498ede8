//! Mail of ours that came back: the notice is found, and the roster told when there is no such address.

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::error::Outcome;
use super::row::{execute, first, time};
use crate::mail::Bounce;
use crate::reading::Reading;

/// How long after it was sent a notice may come back without saying which it is.
const RECENT: SignedDuration = SignedDuration::from_hours(5 * 24);

/// A notice that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounced {
    /// Its number.
    pub notice: i64,
    /// The address that was not reached.
    pub recipient: String,
    /// Whether there is no such address.
    pub permanent: bool,
    /// What the server said.
    pub words: String,
}

/// Notes what a message tells of addresses: that one was not reached, or that somebody writes from it. The notice that came back,
/// if it did.
pub(super) fn note(
    connection: &Connection,
    message: i64,
    reading: &Reading,
    now: Timestamp,
) -> Outcome<Option<Bounced>> {
    let Some(bounce) = &reading.bounce else {
        if reading.automatic.is_none() && !reading.dmarc_failed {
            let sql = "UPDATE respondent_address SET bounced_at = NULL, bounce = NULL
                       WHERE address = ?1 AND bounced_at IS NOT NULL";
            execute(connection, sql, [&reading.envelope.from])?;
        }
        return Ok(None);
    };
    let Some((notice, recipient)) = notice(connection, bounce, now)? else { return Ok(None) };
    let Bounce { permanent, words, .. } = bounce.clone();
    let sql = "INSERT INTO bounce (message, notice, recipient, permanent, words, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
               ON CONFLICT DO UPDATE SET notice = excluded.notice, recipient = excluded.recipient,
                   permanent = excluded.permanent, words = excluded.words";
    execute(connection, sql, (message, notice, &recipient, permanent, &words, time(now)))?;
    if permanent {
        let sql = "UPDATE respondent_address SET bounced_at = ?2, bounce = ?3 WHERE address = ?1";
        execute(connection, sql, (&recipient, time(now), &words))?;
    }
    Ok(Some(Bounced { notice, recipient, permanent, words }))
}

/// The notice that came back and whom it went to: by its identifier, else by the token in its subject, else the last one that went
/// to the address lately.
fn notice(connection: &Connection, bounce: &Bounce, now: Timestamp) -> Outcome<Option<(i64, String)>> {
    let by_id = "SELECT id, recipient FROM notice WHERE message_id = ?1
                 UNION ALL SELECT notice.id, notice.recipient FROM alias JOIN notice ON notice.id = alias.notice
                 WHERE alias.message_id = ?1 LIMIT 1";
    if let Some(id) = &bounce.of_message_id
        && let Some(found) = first(connection, by_id, [id], |row| Ok((row.get(0)?, row.get(1)?)))?
    {
        return Ok(Some(found));
    }
    for token in &bounce.tokens {
        let sql = "SELECT id, recipient FROM notice WHERE token = ?1 AND (recipient = ?2 OR ?2 = '')
                   AND state = 'sent' ORDER BY done_at DESC LIMIT 1";
        let found = first(connection, sql, (token, &bounce.recipient), |row| Ok((row.get(0)?, row.get(1)?)))?;
        if found.is_some() {
            return Ok(found);
        }
    }
    let sql = "SELECT id, recipient FROM notice WHERE recipient = ?1 AND state = 'sent' AND done_at > ?2
               ORDER BY done_at DESC LIMIT 1";
    first(connection, sql, (&bounce.recipient, time(now - RECENT)), |row| Ok((row.get(0)?, row.get(1)?)))
}
