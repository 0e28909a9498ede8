//! Of whom written material came: with a return of the respondent, in its thread, or from one who answers for it. The name that
//! stands with it decides, where there is one.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::correspondents::Correspondents;
use crate::store::FileOf;
use crate::store::error::Outcome;
use crate::store::row::{all, scalar};
use crate::value::identity;

/// Whether a respondent is a key enterprise of which no written material came.
pub(in crate::store) fn lacks(connection: &Connection, respondent: i64) -> Outcome<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM invited JOIN respondent ON respondent.id = invited.respondent
               WHERE invited.respondent = ?1 AND invited.is_key AND invited.removed_at IS NULL
               AND respondent.survey IS NOT NULL)";
    if !scalar::<bool>(connection, sql, [respondent])? {
        return Ok(false);
    }
    let names: Vec<Option<String>> = all(connection, OF_ONE, [respondent], |row| Ok(row.get(0)?))?;
    let keys: Vec<String> = all(connection, KEYS_OF_ONE, [respondent], |row| Ok(row.get(0)?))?;
    let is_its = |name: &Option<String>| name.as_deref().is_none_or(|name| keys.contains(&identity::key(name)));
    Ok(!names.iter().any(is_its))
}

const OF_ONE: &str = "
    SELECT DISTINCT narrative.respondent FROM (
        SELECT lower(address) AS address FROM respondent_address WHERE respondent = ?1
        UNION
        SELECT message.sender_key FROM return_version JOIN message ON message.id = return_version.message
        WHERE return_version.respondent = ?1 AND return_version.rereading IS NULL AND message.sender_key <> '') AS own
    JOIN message ON message.sender_key = own.address JOIN narrative ON narrative.message = message.id
    WHERE message.disposition IN ('accepted', 'correction') AND message.duplicate_of IS NULL";

const KEYS_OF_ONE: &str = "
    SELECT key FROM respondent WHERE id = ?1 UNION SELECT key FROM respondent_name WHERE respondent = ?1";

/// The respondents of a survey of which written material came.
pub(super) fn all_with(connection: &Connection, survey: &str, correspondents: &Correspondents) -> Outcome<Vec<i64>> {
    let found: BTreeSet<i64> =
        files(connection, survey, correspondents)?.into_iter().map(|(respondent, _)| respondent).collect();
    Ok(found.into_iter().collect())
}

/// The written material of each respondent of a survey.
pub(in crate::store) fn of_survey(connection: &Connection, survey: &str) -> Outcome<Vec<(i64, FileOf)>> {
    files(connection, survey, &Correspondents::load(connection, survey)?)
}

fn files(connection: &Connection, survey: &str, correspondents: &Correspondents) -> Outcome<Vec<(i64, FileOf)>> {
    let mut keys: BTreeMap<String, BTreeSet<i64>> = BTreeMap::new();
    for (key, respondent) in all(connection, KEYS, [survey], |row| Ok((row.get(0)?, row.get(1)?)))? {
        keys.entry(key).or_default().insert(respondent);
    }
    let mut found = Vec::new();
    all(connection, OF_ALL, [], |row| {
        let (sender, name): (String, Option<String>) = (row.get(0)?, row.get(1)?);
        let file: FileOf = (row.get(2)?, row.get(3)?);
        let named = name.map(|name| keys.get(&identity::key(&name)).cloned().unwrap_or_default());
        let ids = correspondents.of(&sender).filter(|id| named.as_ref().is_none_or(|ids| ids.contains(id)));
        found.extend(ids.map(|id| (id, file.clone())));
        Ok(())
    })?;
    Ok(found)
}

const OF_ALL: &str = "
    SELECT DISTINCT message.sender_key, narrative.respondent, narrative.message, narrative.attachment
    FROM narrative JOIN message ON message.id = narrative.message
    WHERE message.disposition IN ('accepted', 'correction') AND message.duplicate_of IS NULL";

/// The names of respondents as they are compared, other ones of theirs among them.
const KEYS: &str = "
    SELECT key, id FROM respondent WHERE survey = ?1
    UNION ALL
    SELECT key, respondent FROM respondent_name WHERE survey = ?1";
