//! Respondents and the versions of their returns. Whatever came, in whatever order it was read: how versions stand is folded
//! anew from all of them, by [`verdict::fold`].

use jiff::Timestamp;
use rusqlite::{Connection, Row};

use super::compare;
use super::error::{Fault, Outcome};
use super::listing::IssueRow;
use super::row::{all, execute, first, insert, parse_time, word};
use super::{search, survey};
use crate::issue::Issue;
use crate::reading::Return;
use crate::survey::Survey;
use crate::value::Answer;
use crate::verdict::{self, Folded, Trust, Version, Vouched};

/// A version as it is stored.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    /// Number of the return.
    pub(super) id: i64,
    /// The message it came in.
    pub(super) message: i64,
    /// When that arrived.
    pub(super) received_at: Timestamp,
    /// Its place among the versions of the respondent as they were last folded; 0 when it is new.
    pub(super) number: i64,
    /// Its place among all versions of the respondent, those of earlier readings included.
    place: i64,
    /// What the fold is made from.
    pub(super) version: Version,
}

impl Stored {
    /// What order of arrival is by.
    pub(super) fn arrived(&self) -> (Timestamp, i64) {
        (self.received_at, self.message)
    }
}

/// The key of the respondent of a return, if it has a name and the survey is known.
pub(super) fn respondent_key(survey: Option<&str>, one: &Return) -> Option<String> {
    survey?;
    Some(verdict::identity_key(one)).filter(|key| !key.is_empty())
}

/// The respondent with this key.
pub(super) fn find(connection: &Connection, survey: Option<&str>, key: &str) -> Outcome<Option<i64>> {
    let sql = "SELECT id FROM respondent WHERE survey IS ?1 AND key = ?2";
    first(connection, sql, (survey, key), |row| row.get(0))
}

/// The respondent that is known by another name with this key.
pub(super) fn named(connection: &Connection, survey: &str, key: &str) -> Outcome<Option<i64>> {
    let sql = "SELECT respondent FROM respondent_name WHERE survey = ?1 AND key = ?2";
    first(connection, sql, (survey, key), |row| row.get(0))
}

/// The respondent with this key, made if it is new.
pub(super) fn find_or_add(connection: &Connection, survey: Option<&str>, key: &str) -> Outcome<i64> {
    if let Some(id) = find(connection, survey, key)? {
        return Ok(id);
    }
    insert(connection, "INSERT INTO respondent (survey, key, name) VALUES (?1, ?2, '')", (survey, key))
}

/// What a rereading replaced is counted by the numbers and by nothing else.
const VERSIONS: &str = "
    SELECT id, message, received_at, sender, held, ruling, as_read, number, place, act, remarks FROM (
        SELECT return_version.id, message.id AS message, message.received_at, message.sender,
            message.disposition = 'held' AND message.ruling <> 'released' AS held,
            return_version.ruling, return_version.as_read, return_version.number, return_version.rereading,
            coalesce(amendment.act, 'returns') AS act, remarked.remarks,
            row_number() OVER (ORDER BY message.received_at, message.id, return_version.rereading IS NULL,
                return_version.rereading, return_version.ordinal) AS place
        FROM return_version JOIN message ON message.id = return_version.message
        LEFT JOIN amendment ON amendment.version = return_version.id
        LEFT JOIN remarked ON remarked.version = return_version.id
        WHERE return_version.respondent = ?1)
    WHERE rereading IS NULL ORDER BY place";

/// The versions of a respondent that stand, in order of arrival.
pub(super) fn versions(connection: &Connection, respondent: i64) -> Outcome<Vec<Stored>> {
    let mut versions = all(connection, VERSIONS, [respondent], stored)?;
    let trust = trust(connection, respondent)?;
    for stored in &mut versions {
        stored.version.vouched = trust.vouches_for(&stored.version.sender);
    }
    Ok(versions)
}

/// The senders that are vouched for with a respondent.
pub(super) fn trust(connection: &Connection, respondent: i64) -> Outcome<Trust> {
    let addresses = |table: &str| {
        let sql = format!("SELECT address FROM {table} WHERE respondent = ?1");
        all(connection, &sql, [respondent], |row| Ok(row.get(0)?))
    };
    Ok(Trust { roster: addresses("respondent_address")?, operator: addresses("trusted_sender")? })
}

fn stored(row: &Row<'_>) -> Outcome<Stored> {
    let (received_at, ruling, as_read): (String, String, String) = (row.get(2)?, row.get(5)?, row.get(6)?);
    let version = Version {
        sender: row.get::<_, Option<String>>(3)?.unwrap_or_default(),
        held: row.get(4)?,
        ruling: word(&ruling)?,
        act: word(&row.get::<_, String>(9)?)?,
        vouched: Vouched::ByNobody,
        as_read: serde_json::from_str(&as_read)?,
        remarks: compare::parse(row.get(10)?)?,
    };
    Ok(Stored {
        id: row.get(0)?,
        message: row.get(1)?,
        received_at: parse_time(&received_at)?,
        number: row.get(7)?,
        place: row.get(8)?,
        version,
    })
}

/// Folds the versions of a respondent and writes down how they stand. A respondent without versions is removed; one of which
/// only replaced readings tell stays for their sake, and one of the roster or with an operator's word for that.
pub(super) fn refold(connection: &Connection, respondent: i64) -> Outcome<()> {
    let versions = versions(connection, respondent)?;
    if versions.is_empty() {
        let sql = "DELETE FROM respondent WHERE id = ?1
                   AND NOT EXISTS (SELECT 1 FROM return_version WHERE respondent = ?1)
                   AND NOT EXISTS (SELECT 1 FROM invited WHERE respondent = ?1)
                   AND NOT EXISTS (SELECT 1 FROM respondent_name WHERE respondent = ?1)
                   AND NOT EXISTS (SELECT 1 FROM trusted_sender WHERE respondent = ?1)
                   AND NOT EXISTS (SELECT 1 FROM respondent_choice WHERE respondent = ?1)
                   AND NOT EXISTS (SELECT 1 FROM area_choice WHERE respondent = ?1)
                   AND NOT EXISTS (SELECT 1 FROM excuse WHERE respondent = ?1)";
        execute(connection, sql, [respondent])?;
        return Ok(());
    }
    // One version alone is merged with none, so the survey, a long text, need not be read.
    let survey = if versions.len() > 1 { survey_of(connection, respondent)? } else { None };
    let line: Vec<Version> = versions.iter().map(|one| one.version.clone()).collect();
    let folded = verdict::fold(&line, survey.as_ref());
    if versions.iter().any(|one| one.number > 0) {
        clear(connection, respondent)?;
    }
    for (index, (stored, folded)) in versions.iter().zip(&folded).enumerate() {
        write_standing(connection, stored, folded)?;
        write_issues(connection, stored.message, Some(stored.id), &folded.effective.issues)?;
        if folded.standing.is_current() {
            let upto = versions.get(..=index).unwrap_or(&versions);
            write_answers(connection, stored.id, &folded.effective, upto)?;
        }
    }
    rename(connection, respondent, &versions, &folded)
}

/// How one version of a respondent stands among all of them.
pub(super) fn folded(connection: &Connection, respondent: i64, id: i64) -> Outcome<Folded> {
    let told = told(connection, respondent)?;
    let found = told.into_iter().find(|(stored, _)| stored.id == id);
    found.map(|(_, folded)| folded).ok_or_else(|| Fault::unknown("return", id))
}

/// The versions of a respondent in order of arrival, and how each stands among all of them.
pub(super) fn told(connection: &Connection, respondent: i64) -> Outcome<Vec<(Stored, Folded)>> {
    let versions = versions(connection, respondent)?;
    let survey = if versions.len() > 1 { survey_of(connection, respondent)? } else { None };
    let line: Vec<Version> = versions.iter().map(|one| one.version.clone()).collect();
    let folded = verdict::fold(&line, survey.as_ref());
    Ok(versions.into_iter().zip(folded).collect())
}

fn survey_of(connection: &Connection, respondent: i64) -> Outcome<Option<Survey>> {
    let sql = "SELECT survey FROM respondent WHERE id = ?1";
    let id: Option<String> = first(connection, sql, [respondent], |row| row.get(0))?.flatten();
    id.map(|id| survey::current(connection, &id)).transpose()
}

/// Takes away what the last fold wrote. No version is current meanwhile, since there is at most one.
pub(super) fn clear(connection: &Connection, respondent: i64) -> Outcome<()> {
    let own = "(SELECT id FROM return_version WHERE respondent = ?1)";
    search::index::forget_answers(connection, respondent)?;
    execute(connection, &format!("DELETE FROM answer WHERE version IN {own}"), [respondent])?;
    execute(connection, &format!("DELETE FROM issue WHERE version IN {own}"), [respondent])?;
    let sql = "UPDATE return_version SET standing = 'superseded' WHERE respondent = ?1
               AND standing IN ('complete', 'in_correction')";
    execute(connection, sql, [respondent])?;
    Ok(())
}

fn write_standing(connection: &Connection, stored: &Stored, folded: &Folded) -> Outcome<()> {
    let sql = "UPDATE return_version SET standing = ?2, number = ?3 WHERE id = ?1 AND (standing <> ?2 OR number <> ?3)";
    execute(connection, sql, (stored.id, folded.standing.as_str(), stored.place))?;
    Ok(())
}

/// Writes issues of a message, or of one of its returns.
pub(super) fn write_issues(
    connection: &Connection,
    message: i64,
    version: Option<i64>,
    issues: &[Issue],
) -> Outcome<()> {
    let sql = "INSERT INTO issue (message, version, item, attachment, code, severity, place, document)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    for issue in issues {
        let row = IssueRow::of(issue);
        let document = serde_json::to_string(issue)?;
        let columns = (message, version, row.item, row.attachment, row.code, row.severity, row.place, document);
        execute(connection, sql, columns)?;
    }
    Ok(())
}

/// Writes the answers that count. Those merged in from an older version say which one they were read in.
fn write_answers(connection: &Connection, current: i64, effective: &Return, upto: &[Stored]) -> Outcome<()> {
    for (item, answer) in &effective.answers {
        let source = upto.iter().rev().find(|one| one.version.as_read.answers.get(item) == Some(answer));
        write_answer(connection, current, source.map_or(current, |one| one.id), item, answer)?;
    }
    search::index::answers(connection, current)
}

fn write_answer(connection: &Connection, version: i64, source: i64, item: &str, answer: &Answer) -> Outcome<()> {
    let typed = answer.value.typed();
    let sql = "INSERT INTO answer (version, item, source, text, place, value, low, high, currency, approximate, unit)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)";
    let decimal = |number: rust_decimal::Decimal| number.to_string();
    let unit = typed.unit.map(serde_json::to_value).transpose()?;
    let columns = (
        version,
        item,
        source,
        &answer.text,
        answer.place.to_string(),
        typed.value,
        typed.low.map(decimal),
        typed.high.map(decimal),
        typed.currency,
        typed.approximate,
        unit.as_ref().and_then(|unit| unit.as_str()),
    );
    execute(connection, sql, columns)?;
    Ok(())
}

/// The respondent is called as the roster calls it, else as its current version does, or else its latest.
fn rename(connection: &Connection, respondent: i64, versions: &[Stored], folded: &[Folded]) -> Outcome<()> {
    let current = folded.iter().find(|one| one.standing.is_current()).map(|one| &one.effective);
    let Some(named) = current.or(versions.last().map(|one| &one.version.as_read)) else { return Ok(()) };
    let name = verdict::name_of(named);
    let sql = "SELECT name FROM invited WHERE respondent = ?1 AND removed_at IS NULL";
    let listed: Option<String> = first(connection, sql, [respondent], |row| row.get(0))?;
    let name = listed.as_deref().unwrap_or(name);
    execute(connection, "UPDATE respondent SET name = ?2 WHERE id = ?1 AND name <> ?2", (respondent, name))?;
    Ok(())
}
