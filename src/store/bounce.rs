//! Mail of ours that came back: the notice is found, and the roster told when there is no such address.

use jiff::{SignedDuration, Timestamp};
use rusqlite::Connection;

use super::error::Outcome;
use super::row::{all, execute, time};
use crate::mail::Bounce;
use crate::reading::Reading;
use crate::verdict::{comparable, is_same_address};

/// How long after it was sent a notice may come back. Servers try for five days; a report may lie about, too.
const RECENT: SignedDuration = SignedDuration::from_hours(14 * 24);

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
/// if it did. Who may be somebody else proves no address. A report that can be tied to no notice of ours says nothing: anybody can write one.
pub(super) fn note(
    connection: &Connection,
    (message, received_at): (i64, Timestamp),
    reading: &Reading,
    is_authentic: bool,
    now: Timestamp,
) -> Outcome<Option<Bounced>> {
    let Some(bounce) = &reading.bounce else {
        if reading.automatic.is_none() && is_authentic {
            let sql = "UPDATE respondent_address SET bounced_at = NULL, bounce = NULL
                       WHERE address = ?1 AND bounced_at IS NOT NULL";
            execute(connection, sql, [comparable(&reading.envelope.from)])?;
        }
        return Ok(None);
    };
    let Some((notice, recipient)) = notice(connection, bounce, received_at)? else { return Ok(None) };
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

/// The notice that came back and whom it went to: one that went out lately to an address that the report names, found by an identifier
/// of its, else by the token in its subject.
fn notice(connection: &Connection, bounce: &Bounce, received_at: Timestamp) -> Outcome<Option<(i64, String)>> {
    let since = time(received_at - RECENT);
    // A server that answers at once may be quicker than the record of what it took.
    let went_out = "(state = 'sent' OR state = 'queued' AND attempts > 0) AND coalesce(done_at, queued_at) > ?2";
    let by_id = format!(
        "SELECT id, recipient FROM notice WHERE message_id = ?1 AND {went_out}
         UNION ALL SELECT id, recipient FROM notice
         WHERE id = (SELECT notice FROM alias WHERE alias.message_id = ?1) AND {went_out}"
    );
    let by_token = format!("SELECT id, recipient FROM notice WHERE token = ?1 AND {went_out} ORDER BY id DESC");
    let ids = bounce.of_message_ids.iter().map(|id| (&by_id, id));
    for (sql, sign) in ids.chain(bounce.tokens.iter().map(|token| (&by_token, token))) {
        let notices: Vec<(i64, String)> = all(connection, sql, (sign, &since), |row| Ok((row.get(0)?, row.get(1)?)))?;
        if let Some(found) = named(notices, &bounce.recipients) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The latest of the notices that went to one of these addresses. Where the report names none, all of them must have gone to one.
fn named(notices: Vec<(i64, String)>, recipients: &[String]) -> Option<(i64, String)> {
    let went_to = |address: &String| notices.iter().all(|(_, other)| is_same_address(other, address));
    match notices.first() {
        Some((_, address)) if recipients.is_empty() => went_to(address).then(|| notices.first().cloned()).flatten(),
        _ => notices.into_iter().find(|(_, to)| recipients.iter().any(|failed| is_same_address(failed, to))),
    }
}
