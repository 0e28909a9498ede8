//! An operator's word on whose a return is. It is remembered for the return, so that reading it anew asks nobody again, and for
//! the name, so that the next mail under that name is known.

use jiff::Timestamp;
use rusqlite::Connection;

use super::join;
use crate::reading::Return;
use crate::store::error::{Fault, Outcome};
use crate::store::operator::{record, release_message, trust_sender};
use crate::store::row::{all, execute, first, scalar, time};
use crate::store::{Store, StoreError, Target, Write, nameless, respondents, who};
use crate::verdict;

/// What came of an operator's word on whose a return is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assigned {
    /// The message that held the return goes its way.
    Released,
    /// Its message waits for a word on so many other returns.
    Waiting(usize),
    /// The return, which was not held, is the other respondent's now.
    Moved,
    /// As before, and it does not count: the respondent has a return of another sender.
    Contested,
}

impl Store {
    /// Says whose a return is: a known respondent's, or, with none, a new one's under the name that it gives. A message stands for its
    /// only return in doubt. Where no return of the respondent counts, this one does: its sender is trusted from then on.
    pub fn assign(&self, target: Target, respondent: Option<i64>, now: Timestamp) -> Write<Assigned> {
        self.write(move |connection| {
            let one = one(connection, target)?;
            let assigned = assign(connection, &one, respondent, now)?;
            record(connection, now, "assign", Target::Return(one.id))?;
            Ok(assigned)
        })
    }
}

/// A return and where it stands.
struct One {
    id: i64,
    message: i64,
    ordinal: i64,
    respondent: i64,
    survey: String,
    is_in_doubt: bool,
    key: String,
    name: String,
}

const LOAD: &str = "
    SELECT return_version.id, return_version.message, ordinal, respondent.id, respondent.survey,
        standing = 'held' AND respondent.key LIKE 'return:%', as_read
    FROM return_version JOIN respondent ON respondent.id = return_version.respondent
    WHERE respondent.survey IS NOT NULL AND return_version.rereading IS NULL";

fn load(connection: &Connection, which: &str, id: i64) -> Outcome<Vec<One>> {
    all(connection, &format!("{LOAD} AND {which} = ?1 ORDER BY ordinal"), [id], |row| {
        let as_read: Return = serde_json::from_str(&row.get::<_, String>(6)?)?;
        Ok(One {
            id: row.get(0)?,
            message: row.get(1)?,
            ordinal: row.get(2)?,
            respondent: row.get(3)?,
            survey: row.get(4)?,
            is_in_doubt: row.get(5)?,
            key: verdict::identity_key(&as_read),
            name: verdict::name_of(&as_read).to_owned(),
        })
    })
}

fn one(connection: &Connection, target: Target) -> Outcome<One> {
    match target {
        Target::Return(id) => {
            load(connection, "return_version.id", id)?.pop().ok_or_else(|| Fault::unknown("return", id))
        }
        Target::Message(id) => {
            let mut doubtful = in_doubt(connection, id)?;
            match (doubtful.pop(), doubtful.len()) {
                (Some(only), 0) => Ok(only),
                (None, _) => Err(Fault::unknown("return in doubt in message", format!("m{id}"))),
                (Some(last), _) => {
                    let returns = doubtful.iter().chain([&last]).map(|one| format!("r{}", one.id));
                    let returns = returns.collect::<Vec<_>>().join(", ");
                    Err(Fault::Plain(StoreError::InDoubt { message: id, returns }))
                }
            }
        }
        Target::Notice(id) => Err(Fault::unknown("return", format!("n{id}"))),
    }
}

/// The returns of a held message of which it is not known whose they are.
fn in_doubt(connection: &Connection, message: i64) -> Outcome<Vec<One>> {
    let sql = "SELECT EXISTS (SELECT 1 FROM respondent_choice WHERE message = ?1 AND ordinal = ?2)";
    let mut doubtful = Vec::new();
    for one in load(connection, "return_version.message", message)? {
        // One without a name is asked back for it: that is no doubt.
        if one.is_in_doubt && !one.key.is_empty() && !scalar::<bool>(connection, sql, (message, one.ordinal))? {
            doubtful.push(one);
        }
    }
    Ok(doubtful)
}

/// A message is not let through before it is said whose its returns are.
pub(in crate::store) fn check_doubts(connection: &Connection, message: i64) -> Outcome<()> {
    let returns: Vec<String> = in_doubt(connection, message)?.iter().map(|one| format!("r{}", one.id)).collect();
    if returns.is_empty() {
        return Ok(());
    }
    Err(Fault::Plain(StoreError::InDoubt { message, returns: returns.join(", ") }))
}

fn assign(connection: &Connection, one: &One, respondent: Option<i64>, now: Timestamp) -> Outcome<Assigned> {
    if let Some(id) = respondent {
        let sql = "SELECT EXISTS (SELECT 1 FROM respondent WHERE id = ?1 AND survey = ?2)";
        if !scalar::<bool>(connection, sql, (id, &one.survey))? {
            return Err(Fault::unknown("respondent", id));
        }
    }
    let sql = "INSERT INTO respondent_choice (message, ordinal, respondent, at) VALUES (?1, ?2, ?3, ?4)
               ON CONFLICT DO UPDATE SET respondent = excluded.respondent, at = excluded.at";
    execute(connection, sql, (one.message, one.ordinal, respondent, time(now)))?;
    if let Some(id) = respondent {
        // Which of two senders is right is another question than whose a return is.
        if !has_return(connection, id)? {
            trust_sender(connection, id, one.message, now)?;
        }
        if !one.key.is_empty() {
            remember(connection, one, id, now)?;
        }
    }
    if one.is_in_doubt {
        let waiting = in_doubt(connection, one.message)?.len();
        if waiting == 0 {
            release_message(connection, one.message, None)?;
        }
        return Ok(if waiting == 0 { Assigned::Released } else { Assigned::Waiting(waiting) });
    }
    let to = match respondent {
        Some(id) => id,
        None => respondents::find_or_add(connection, Some(&one.survey), &one.key)?,
    };
    move_one(connection, one, to)?;
    let sql = "SELECT standing = 'contested' FROM return_version WHERE id = ?1";
    Ok(if scalar(connection, sql, [one.id])? { Assigned::Contested } else { Assigned::Moved })
}

/// Whether a return of a respondent counts.
fn has_return(connection: &Connection, respondent: i64) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM return_version
               WHERE respondent = ?1 AND standing IN ('complete', 'in_correction') AND rereading IS NULL)";
    scalar(connection, sql, [respondent])
}

/// The name is the respondent's from now on, with all that came under it, unless it is another one's of the roster.
fn remember(connection: &Connection, one: &One, id: i64, now: Timestamp) -> Outcome<()> {
    let owner = who::by_name(connection, &one.survey, &one.key)?.filter(|owner| *owner != id);
    if let Some(owner) = owner {
        let sql = "SELECT EXISTS (SELECT 1 FROM invited WHERE respondent = ?1 AND removed_at IS NULL)";
        let is_remembered = respondents::named(connection, &one.survey, &one.key)?.is_some();
        if scalar::<bool>(connection, sql, [owner])? && !is_remembered {
            return Ok(());
        }
        if !is_remembered {
            join::move_all(connection, owner, id)?;
        }
    } else if respondents::find(connection, Some(&one.survey), &one.key)?.is_some() {
        return Ok(());
    }
    let sql = "INSERT INTO respondent_name (survey, key, respondent, name, source, added_at)
               VALUES (?1, ?2, ?3, ?4, 'operator', ?5)
               ON CONFLICT DO UPDATE SET respondent = excluded.respondent, source = 'operator', added_at = excluded.added_at";
    execute(connection, sql, (&one.survey, &one.key, id, &one.name, time(now)))?;
    respondents::refold(connection, id)
}

fn move_one(connection: &Connection, one: &One, to: i64) -> Outcome<()> {
    let sql = "SELECT respondent FROM return_version WHERE id = ?1";
    let from = first(connection, sql, [one.id], |row| row.get(0))?.unwrap_or(one.respondent);
    if from != to {
        respondents::clear(connection, from)?;
        execute(connection, "UPDATE return_version SET respondent = ?2 WHERE id = ?1", (one.id, to))?;
        respondents::refold(connection, from)?;
    }
    respondents::refold(connection, to)?;
    nameless::refold_thread(connection, one.message)
}
