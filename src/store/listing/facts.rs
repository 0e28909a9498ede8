//! What figures are counted from ([`crate::figures`]), gathered from the file as it stands at one moment.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, Row};

use super::IS_ODD;
use crate::figures::{Amount, Area, Current, Facts, Matter, Respondent, Waiting};
use crate::store::error::Outcome;
use crate::store::row::{all, decimal, parse_time};
use crate::store::{Store, StoreError};

impl Store {
    /// All that is known of a survey now, for counting.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn facts(&self, survey: &str) -> Result<Facts, StoreError> {
        self.read(|connection| facts(connection, survey))
    }
}

fn facts(connection: &Connection, survey: &str) -> Outcome<Facts> {
    let mut respondents = all(connection, RESPONDENTS, [survey], |row| Ok((row.get::<_, i64>(0)?, respondent(row)?)))?
        .into_iter()
        .collect::<BTreeMap<i64, Respondent>>();
    all(connection, TAGS, [survey], |row| {
        if let Some(one) = respondents.get_mut(&row.get(0)?) {
            one.tags.insert(row.get(1)?, row.get(2)?);
        }
        Ok(())
    })?;
    let mut amounts = amounts(connection, survey)?;
    let mut faulty = faulty(connection, survey)?;
    all(connection, CURRENT, [survey], |row| {
        let mut current = current(row)?;
        current.amounts = amounts.remove(&current.id).unwrap_or_default();
        current.faulty = faulty.remove(&current.id).unwrap_or_default();
        if let Some(one) = respondents.get_mut(&row.get(1)?) {
            one.current = Some(current);
        }
        Ok(())
    })?;
    all(connection, AREAS, [survey], |row| {
        let area = Area { key: row.get(1)?, score: row.get(2)?, by_operator: row.get(3)? };
        if let Some(current) = respondents.get_mut(&row.get(0)?).and_then(|one| one.current.as_mut()) {
            current.areas.push(area);
        }
        Ok(())
    })?;
    let waiting = all(connection, WAITING, [survey], waiting)?;
    Ok(Facts { respondents: respondents.into_values().collect(), waiting })
}

/// The surest first.
const AREAS: &str = "
    SELECT return_area.respondent, return_area.area, return_area.score, return_area.by_operator FROM return_area
    JOIN respondent ON respondent.id = return_area.respondent WHERE respondent.survey = ?1
    ORDER BY return_area.respondent, return_area.score DESC, return_area.area";

/// Those of the roster, and all others that have a return that counts.
const RESPONDENTS: &str = "
    SELECT respondent.id, coalesce(invited.name, respondent.name), invited.respondent IS NOT NULL,
        EXISTS (SELECT 1 FROM excuse WHERE excuse.respondent = respondent.id)
    FROM respondent LEFT JOIN invited ON invited.respondent = respondent.id AND invited.removed_at IS NULL
    WHERE respondent.survey = ?1 AND (invited.respondent IS NOT NULL OR EXISTS (
        SELECT 1 FROM return_version WHERE return_version.respondent = respondent.id
        AND return_version.standing IN ('complete', 'in_correction')))";

fn respondent(row: &Row<'_>) -> Outcome<Respondent> {
    Ok(Respondent {
        id: row.get(0)?,
        name: row.get(1)?,
        is_listed: row.get(2)?,
        is_excused: row.get(3)?,
        ..Respondent::default()
    })
}

const TAGS: &str = "
    SELECT respondent_tag.respondent, respondent_tag.tag, respondent_tag.value FROM respondent_tag
    JOIN invited ON invited.respondent = respondent_tag.respondent AND invited.removed_at IS NULL
    JOIN respondent ON respondent.id = respondent_tag.respondent WHERE respondent.survey = ?1";

/// The versions that count, each with the arrival of the respondent's first one that counted; what was withdrawn never did. They are
/// read as they lie in the file (CROSS): from respondent to respondent SQLite would read each page many times.
const CURRENT: &str = "
    SELECT return_version.id, return_version.respondent, return_version.standing = 'complete', message.received_at,
        (SELECT min(first_message.received_at) FROM return_version AS first
            JOIN message AS first_message ON first_message.id = first.message
            WHERE first.respondent = return_version.respondent AND first.rereading IS NULL
            AND first.standing IN ('complete', 'in_correction', 'superseded', 'pending', 'duplicate')
            AND first_message.received_at >= coalesce((SELECT max(last_message.received_at) FROM return_version AS last
                JOIN message AS last_message ON last_message.id = last.message
                WHERE last.respondent = return_version.respondent AND last.rereading IS NULL
                AND last.standing = 'withdrawn'), ''))
    FROM return_version NOT INDEXED CROSS JOIN respondent ON respondent.id = return_version.respondent
    JOIN message ON message.id = return_version.message
    WHERE respondent.survey = ?1 AND return_version.standing IN ('complete', 'in_correction')";

fn current(row: &Row<'_>) -> Outcome<Current> {
    let is_complete = row.get(2)?;
    let (received_at, first_at): (String, String) = (row.get(3)?, row.get(4)?);
    let first_at = parse_time(&first_at)?;
    Ok(Current {
        id: row.get(0)?,
        is_complete,
        first_at,
        received_at: parse_time(&received_at)?,
        // A return with something to mend is merged over the ones before it: none of those was complete.
        in_correction_since: (!is_complete).then_some(first_at),
        faulty: Vec::new(),
        amounts: BTreeMap::new(),
        areas: Vec::new(),
    })
}

/// The amounts of the versions that count, by item.
fn amounts(connection: &Connection, survey: &str) -> Outcome<BTreeMap<i64, BTreeMap<String, Amount>>> {
    let sql = format!(
        "SELECT answer.version, answer.item, answer.text, answer.low, answer.high, answer.currency, {IS_ODD}
               FROM answer
               JOIN return_version ON return_version.id = answer.version
               JOIN respondent ON respondent.id = return_version.respondent
               WHERE respondent.survey = ?1 AND return_version.standing IN ('complete', 'in_correction')
               AND (answer.currency IS NOT NULL OR answer.low IS NOT NULL OR answer.high IS NOT NULL)"
    );
    let mut found: BTreeMap<i64, BTreeMap<String, Amount>> = BTreeMap::new();
    all(connection, &sql, [survey], |row| {
        let (low, high) = (decimal(row.get(3)?)?, decimal(row.get(4)?)?);
        let amount = Amount { text: row.get(2)?, low, high, currency: row.get(5)?, is_odd: row.get(6)? };
        found.entry(row.get(0)?).or_default().insert(row.get(1)?, amount);
        Ok(())
    })?;
    Ok(found)
}

/// Items that have to be mended, by version.
fn faulty(connection: &Connection, survey: &str) -> Outcome<BTreeMap<i64, Vec<String>>> {
    let sql = "SELECT DISTINCT issue.version, issue.item FROM issue
               JOIN return_version ON return_version.id = issue.version
               JOIN respondent ON respondent.id = return_version.respondent
               WHERE respondent.survey = ?1 AND return_version.standing = 'in_correction'
               AND issue.severity = 'error' AND issue.item IS NOT NULL ORDER BY issue.version, issue.item";
    let mut found: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    all(connection, sql, [survey], |row| {
        found.entry(row.get(0)?).or_default().push(row.get(1)?);
        Ok(())
    })?;
    Ok(found)
}

/// Messages of this survey, or of none yet, that a person has to see, and returns on whose sender an operator decides.
const WAITING: &str = "
    SELECT 'held', message.id, NULL, message.received_at, message.subject FROM message
    WHERE message.disposition = 'held' AND message.ruling = 'none' AND message.duplicate_of IS NULL
        AND (message.survey = ?1 OR message.survey IS NULL)
    UNION ALL
    SELECT 'failed', message.id, NULL, message.received_at, message.subject FROM message WHERE message.state = 'failed'
    UNION ALL
    SELECT 'contested', return_version.id, respondent.id, message.received_at, respondent.name FROM return_version
    JOIN respondent ON respondent.id = return_version.respondent JOIN message ON message.id = return_version.message
    WHERE respondent.survey = ?1 AND return_version.standing = 'contested' AND return_version.rereading IS NULL
    ORDER BY 4, 2";

fn waiting(row: &Row<'_>) -> Outcome<Waiting> {
    let what = match row.get::<_, String>(0)?.as_str() {
        "held" => Matter::Held,
        "failed" => Matter::Failed,
        _ => Matter::Contested,
    };
    let since: Timestamp = parse_time(&row.get::<_, String>(3)?)?;
    let title = row.get::<_, Option<String>>(4)?.unwrap_or_default();
    Ok(Waiting { what, id: row.get(1)?, respondent: row.get(2)?, since, title })
}
