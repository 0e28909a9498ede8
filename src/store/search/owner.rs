//! Whose a text is that came in a message: the one that it names, or the only one that the message or its sender speaks for. Of
//! several nobody is guessed.

use rusqlite::Connection;

use crate::store::error::Outcome;
use crate::store::row::all;
use crate::value::identity;

/// A respondent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::store) struct Owner {
    /// Its number; none when only a name is known.
    pub(in crate::store) respondent: Option<i64>,
    /// Its name.
    pub(in crate::store) name: String,
}

/// The respondents that a message brought returns of, with a name by which each is known; one with several names has several rows.
const OF_MESSAGE: &str = "
    SELECT DISTINCT respondent.id, respondent.name, respondent.key, respondent_name.key FROM return_version
    JOIN respondent ON respondent.id = return_version.respondent
    LEFT JOIN respondent_name ON respondent_name.respondent = respondent.id
    WHERE return_version.message = ?1 AND return_version.rereading IS NULL";

/// The respondents that its sender answers for, or whose address the roster gives.
const OF_SENDER: &str = "
    SELECT DISTINCT respondent.id, respondent.name, respondent.key, respondent_name.key FROM message AS this
    JOIN respondent ON respondent.id IN (
        SELECT return_version.respondent FROM message JOIN return_version ON return_version.message = message.id
        WHERE message.sender_key = this.sender_key AND return_version.rereading IS NULL
        UNION SELECT respondent FROM respondent_address WHERE respondent_address.address = this.sender_key)
    LEFT JOIN respondent_name ON respondent_name.respondent = respondent.id
    WHERE this.id = ?1 AND this.sender_key <> '' AND (this.survey IS NULL OR respondent.survey IS this.survey)";

struct Candidate {
    owner: Owner,
    keys: [Option<String>; 2],
}

/// Whose a text of a message is. `name`: the one that stands with it.
pub(in crate::store) fn of(connection: &Connection, message: i64, name: Option<&str>) -> Outcome<Option<Owner>> {
    let mut candidates = candidates(connection, OF_MESSAGE, message)?;
    if candidates.is_empty() {
        candidates = self::candidates(connection, OF_SENDER, message)?;
    }
    let Some(name) = name else {
        let mut owners: Vec<Owner> = candidates.into_iter().map(|one| one.owner).collect();
        owners.sort();
        owners.dedup();
        return Ok(owners.pop().filter(|_| owners.is_empty()));
    };
    let key = identity::key(name);
    let named = candidates.into_iter().find(|one| one.keys.iter().flatten().any(|own| *own == key));
    let unknown = || Owner { respondent: None, name: name.to_owned() };
    Ok(Some(named.map_or_else(unknown, |one| one.owner)))
}

fn candidates(connection: &Connection, sql: &str, message: i64) -> Outcome<Vec<Candidate>> {
    all(connection, sql, [message], |row| {
        let owner = Owner { respondent: Some(row.get(0)?), name: row.get(1)? };
        Ok(Candidate { owner, keys: [row.get(2)?, row.get(3)?] })
    })
}

/// The narratives of messages that were taken in, from those who speak for a respondent.
const NARRATIVES: &str = "
    WITH sender AS (
        SELECT lower(address) AS address FROM respondent_address WHERE respondent = ?1
        UNION SELECT message.sender_key FROM return_version JOIN message ON message.id = return_version.message
        WHERE return_version.respondent = ?1 AND return_version.rereading IS NULL AND message.sender_key <> '')
    SELECT DISTINCT narrative.id, narrative.message, narrative.respondent, message.received_at FROM sender
    JOIN message ON message.sender_key = sender.address JOIN narrative ON narrative.message = message.id
    WHERE message.disposition IN ('accepted', 'correction', 'held') AND message.ruling <> 'discarded'
    ORDER BY message.received_at, narrative.id";

/// The narratives of a respondent.
pub(in crate::store) fn narratives_of(connection: &Connection, respondent: i64) -> Outcome<Vec<i64>> {
    let found: Vec<(i64, i64, Option<String>)> =
        all(connection, NARRATIVES, [respondent], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let mut own = Vec::new();
    for (narrative, message, name) in found {
        let owner = of(connection, message, name.as_deref())?;
        if owner.is_some_and(|owner| owner.respondent == Some(respondent)) {
            own.push(narrative);
        }
    }
    Ok(own)
}
