//! Returns that name no enterprise. Each is a respondent of its own, as two of them may be two enterprises, and stays in
//! correction until its sender names the enterprise: a later return of the same sender in the same thread that says all the
//! same and bears a name takes its place.
//!
//! Nothing is merged and nothing guessed: where the later return says something else, or where it could mean another nameless
//! one as well, both stand, and a person sees them.

use rusqlite::{Connection, Row};

use super::error::Outcome;
use super::row::{all, execute};
use super::{respondents, search};
use crate::reading::Return;
use crate::verdict;

/// A return of a thread.
struct One {
    id: i64,
    respondent: i64,
    message: i64,
    survey: String,
    is_nameless: bool,
    as_read: String,
}

/// The returns of a message's sender in its thread that count, in order of arrival.
const THREAD: &str = "
    SELECT return_version.id, respondent.id, message.id, respondent.survey,
        respondent.key = 'return:' || message.id || ':' || return_version.ordinal, return_version.as_read
    FROM message AS this JOIN message ON message.token = this.token AND message.sender_key = this.sender_key
    JOIN return_version ON return_version.message = message.id
    JOIN respondent ON respondent.id = return_version.respondent
    WHERE this.id = ?1 AND respondent.survey IS NOT NULL AND return_version.rereading IS NULL
        AND return_version.standing NOT IN ('contested', 'held', 'discarded')
    ORDER BY message.received_at, message.id, return_version.ordinal";

/// Folds the nameless returns of a message's sender in its thread anew, once the named ones are folded.
pub(super) fn refold_thread(connection: &Connection, message: i64) -> Outcome<()> {
    let thread = all(connection, THREAD, [message], one)?;
    for (at, nameless) in thread.iter().enumerate().filter(|(_, one)| one.is_nameless) {
        respondents::refold(connection, nameless.respondent)?;
        if has_successor(&thread, at, nameless)? {
            supersede(connection, nameless.id)?;
        }
    }
    Ok(())
}

fn one(row: &Row<'_>) -> Outcome<One> {
    Ok(One {
        id: row.get(0)?,
        respondent: row.get(1)?,
        message: row.get(2)?,
        survey: row.get(3)?,
        is_nameless: row.get(4)?,
        as_read: row.get(5)?,
    })
}

/// Whether a later mail names the enterprise of a nameless return: of the only one that it could mean.
fn has_successor(thread: &[One], at: usize, nameless: &One) -> Outcome<bool> {
    let is_rival = |one: &One| one.is_nameless && one.survey == nameless.survey;
    let as_read: Return = serde_json::from_str(&nameless.as_read)?;
    for (index, later) in thread.iter().enumerate().skip(at + 1) {
        let before = thread.iter().take(index).filter(|one| one.message != later.message);
        if before.filter(|one| is_rival(one)).count() != 1 || later.message == nameless.message {
            continue;
        }
        let is_named = !later.is_nameless && later.survey == nameless.survey;
        if is_named && verdict::says_all_of(&serde_json::from_str(&later.as_read)?, &as_read) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Its answers count no more; what was wrong with it stays on record.
fn supersede(connection: &Connection, id: i64) -> Outcome<()> {
    let sql = "UPDATE return_version SET standing = 'superseded' WHERE id = ?1 AND standing = 'in_correction'";
    if execute(connection, sql, [id])? > 0 {
        execute(connection, "DELETE FROM answer WHERE version = ?1", [id])?;
        search::index::forget_version(connection, id)?;
    }
    Ok(())
}
