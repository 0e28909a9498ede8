//! The roster as it is listed: each respondent with how far it is. What is known of all of them is gathered table by table, so that a
//! roster of thousands takes a few queries.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use rusqlite::{Connection, Row};
use serde::Serialize;

use crate::calendar;
use crate::roster::Invited;
use crate::store::error::Outcome;
use crate::store::row::{all, parse_time, word};
use crate::store::{Store, StoreError, survey};
use crate::verdict::progress::{Event, Fact, Source};
use crate::verdict::{self, Progress};

/// A respondent on the roster, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RosterRow {
    /// Its number.
    pub respondent: i64,
    /// What the roster says of it.
    pub invited: Invited,
    /// How far it is.
    pub state: Progress,
    /// Since when.
    pub since: Timestamp,
    /// Where that is known from.
    pub source: Source,
    /// Why it need not answer; none when nobody said so.
    pub excuse: Option<String>,
}

/// Facts by respondent.
type Facts = BTreeMap<i64, Vec<Fact>>;

impl Store {
    /// The survey's roster in its order, without those that a newer one left out. The deadline's day ends in the given zone.
    ///
    /// # Errors
    /// When the file cannot be read, or the survey was never configured.
    pub fn roster(&self, survey: &str, zone: &TimeZone) -> Result<Vec<RosterRow>, StoreError> {
        self.read(|connection| rows(connection, survey, zone))
    }
}

fn rows(connection: &Connection, id: &str, zone: &TimeZone) -> Outcome<Vec<RosterRow>> {
    let deadline = calendar::deadline_end(survey::current(connection, id)?.deadline, zone);
    let mut facts = facts(connection, id)?;
    let mut invited = details(connection, id)?;
    let mut excuses: BTreeMap<i64, String> =
        all(connection, "SELECT respondent, why FROM excuse", [], |row| Ok((row.get(0)?, row.get(1)?)))?
            .into_iter()
            .collect();
    let sql = "SELECT invited.respondent FROM invited JOIN respondent ON respondent.id = invited.respondent
               WHERE respondent.survey = ?1 AND invited.removed_at IS NULL ORDER BY invited.position";
    let order: Vec<i64> = all(connection, sql, [id], |row| Ok(row.get(0)?))?;
    let row = |respondent: i64| {
        let state = verdict::progress(&facts.remove(&respondent)?, deadline)?;
        Some(RosterRow {
            respondent,
            invited: invited.remove(&respondent)?,
            state: state.progress,
            since: state.since,
            source: state.source,
            excuse: excuses.remove(&respondent),
        })
    };
    Ok(order.into_iter().filter_map(row).collect())
}

/// What the roster says, by respondent.
fn details(connection: &Connection, survey: &str) -> Outcome<BTreeMap<i64, Invited>> {
    let sql = "SELECT invited.respondent, invited.name, credit_code, contact, phone, is_key FROM invited
               JOIN respondent ON respondent.id = invited.respondent WHERE respondent.survey = ?1";
    let rows = all(connection, sql, [survey], |row| {
        let (contact, phone) = (row.get(3)?, row.get(4)?);
        let one = Invited {
            name: row.get(1)?,
            credit_code: row.get(2)?,
            contact,
            phone,
            is_key: row.get(5)?,
            ..Invited::default()
        };
        Ok((row.get::<_, i64>(0)?, one))
    })?;
    let mut invited: BTreeMap<i64, Invited> = rows.into_iter().collect();
    for (id, tag, value) in triples(connection, "SELECT respondent, tag, value FROM respondent_tag")? {
        if let Some(one) = invited.get_mut(&id) {
            one.tags.insert(tag, value);
        }
    }
    let sql = "SELECT respondent, address, domain FROM respondent_address ORDER BY respondent, added_at, address";
    for (id, address, _) in triples(connection, sql)? {
        if let Some(one) = invited.get_mut(&id) {
            one.addresses.push(address);
        }
    }
    let sql = "SELECT respondent, name, key FROM respondent_name WHERE source = 'roster' ORDER BY respondent, key";
    for (id, name, _) in triples(connection, sql)? {
        if let Some(one) = invited.get_mut(&id).filter(|one| one.name != name) {
            one.former_names.push(name);
        }
    }
    Ok(invited)
}

fn triples(connection: &Connection, sql: &str) -> Outcome<Vec<(i64, String, String)>> {
    all(connection, sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

const LISTED: &str = "
    SELECT invited.respondent, invited.listed_at FROM invited JOIN respondent ON respondent.id = invited.respondent
    WHERE respondent.survey = ?1 AND invited.removed_at IS NULL";

const EXCUSED: &str = "
    SELECT excuse.respondent, excuse.at FROM excuse JOIN respondent ON respondent.id = excuse.respondent
    WHERE respondent.survey = ?1";

/// Mail to every one of its addresses came back.
const BOUNCED: &str = "
    SELECT respondent_address.respondent, max(bounced_at) FROM respondent_address
    JOIN respondent ON respondent.id = respondent_address.respondent
    WHERE respondent.survey = ?1 GROUP BY respondent_address.respondent HAVING count(*) = count(bounced_at)";

/// Returns are read as they lie in the file (CROSS): from respondent to respondent SQLite would read each page many times.
const ANSWERED: &str = "
    SELECT respondent.id, message.received_at, message.id, return_version.standing FROM return_version
    CROSS JOIN respondent ON respondent.id = return_version.respondent JOIN message ON message.id = return_version.message
    WHERE respondent.survey = ?1 AND return_version.rereading IS NULL";

/// A person's mail without a return, from an address that is one respondent's alone.
const WROTE: &str = "
    SELECT min(respondent.id), message.received_at, message.id FROM message
    JOIN respondent_address ON respondent_address.address = message.sender_key
    JOIN respondent ON respondent.id = respondent_address.respondent
    WHERE respondent.survey = ?1 AND (message.survey IS NULL OR message.survey = ?1) AND message.automatic IS NULL
        AND message.duplicate_of IS NULL AND coalesce(message.disposition, '') <> 'ignored' AND message.ruling <> 'discarded'
        AND NOT EXISTS (SELECT 1 FROM return_version WHERE return_version.message = message.id)
    GROUP BY message.id HAVING count(*) = 1";

/// Invitations that went out.
const INVITED: &str = "
    SELECT follow_up.respondent, coalesce(notice.done_at, notice.queued_at), notice.id FROM follow_up
    JOIN notice ON notice.id = follow_up.notice JOIN respondent ON respondent.id = follow_up.respondent
    WHERE respondent.survey = ?1 AND follow_up.topic = 'invitation'
        AND notice.state NOT IN ('queued', 'held', 'refused', 'cancelled')";

fn facts(connection: &Connection, survey: &str) -> Outcome<Facts> {
    let mut facts = Facts::new();
    for (sql, source, event) in [
        (LISTED, Source::Roster, Event::Listed),
        (EXCUSED, Source::Operator, Event::Excused),
        (BOUNCED, Source::Server, Event::Bounced),
    ] {
        let rows =
            all(connection, sql, [survey], |row| Ok((row.get(0)?, Fact { at: moment(row, 1)?, source, event })))?;
        add(&mut facts, rows);
    }
    let answered = all(connection, ANSWERED, [survey], |row| {
        let event = Event::Answered(word(&row.get::<_, String>(3)?)?);
        Ok((row.get(0)?, Fact { at: moment(row, 1)?, source: Source::Message(row.get(2)?), event }))
    })?;
    add(&mut facts, answered);
    let wrote = all(connection, WROTE, [survey], |row| {
        let fact = Fact { at: moment(row, 1)?, source: Source::Message(row.get(2)?), event: Event::Wrote };
        Ok((row.get(0)?, fact))
    })?;
    add(&mut facts, wrote);
    let invited = all(connection, INVITED, [survey], |row| {
        let fact = Fact { at: moment(row, 1)?, source: Source::Notice(row.get(2)?), event: Event::Invited };
        Ok((row.get(0)?, fact))
    })?;
    add(&mut facts, invited);
    Ok(facts)
}

fn add(facts: &mut Facts, rows: impl IntoIterator<Item = (i64, Fact)>) {
    for (respondent, fact) in rows {
        facts.entry(respondent).or_default().push(fact);
    }
}

fn moment(row: &Row<'_>, column: usize) -> Outcome<Timestamp> {
    parse_time(&row.get::<_, String>(column)?)
}
