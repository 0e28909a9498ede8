//! What passed between the respondents of a roster and us, gathered for all of them at once, so that a roster of thousands takes a few
//! queries.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rusqlite::{Connection, Row};

use crate::follow_up::Passed;
use crate::store::error::Outcome;
use crate::store::row::{all, count, first, parse_time, scalar, time};
use crate::store::{FileOf, Store, StoreError};
use crate::value::identity;

impl Store {
    /// What passed between each respondent of a survey's roster and us.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn passed(&self, survey: &str) -> Result<BTreeMap<i64, Passed>, StoreError> {
        self.read(|connection| passed(connection, survey))
    }

    /// How many invitations and reminders were put into the outbox since, of all surveys.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn letters_since(&self, since: Timestamp) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM follow_up WHERE made_at >= ?1";
        self.read(|connection| Ok(count(scalar(connection, sql, [time(since)])?)))
    }
}

/// The addresses of each respondent: where it is written to, and whence its returns came.
const WHO: &str = "
    WITH who AS (
        SELECT respondent_address.respondent, respondent_address.address FROM respondent_address
        JOIN respondent ON respondent.id = respondent_address.respondent WHERE respondent.survey = ?1
        UNION
        SELECT return_version.respondent, message.sender FROM return_version
        JOIN respondent ON respondent.id = return_version.respondent
        JOIN message ON message.id = return_version.message
        WHERE respondent.survey = ?1 AND return_version.rereading IS NULL AND message.sender <> '')";

fn passed(connection: &Connection, survey: &str) -> Outcome<BTreeMap<i64, Passed>> {
    let mut found: BTreeMap<i64, Passed> = BTreeMap::new();
    let sql = "SELECT invited.respondent FROM invited JOIN respondent ON respondent.id = invited.respondent
               WHERE respondent.survey = ?1 AND invited.removed_at IS NULL";
    for id in all(connection, sql, [survey], |row| Ok(row.get(0)?))? {
        found.insert(id, Passed::default());
    }
    let mut each = |ids: Vec<i64>, note: fn(&mut Passed)| {
        ids.iter().for_each(|id| {
            found.entry(*id).and_modify(note);
        });
    };
    each(ids(connection, &format!("{WHO}{MAIL_WAITS}"), survey)?, |one| one.mail_waits = true);
    each(ids(connection, CONTESTED, survey)?, |one| one.is_contested = true);
    each(ids(connection, INVITATION_WAITS, survey)?, |one| one.invitation_waits = true);
    each(with_narrative(connection, survey)?, |one| one.has_narrative = true);
    for (id, number) in all(connection, ORDERED, [survey], |row| Ok((row.get(0)?, row.get(1)?)))? {
        found.entry(id).and_modify(|one| one.ordered = Some(number));
    }
    for (id, address) in texts(connection, ADDRESSES, survey)? {
        found.entry(id).and_modify(|one| one.addresses.push(address));
    }
    for (id, sender) in texts(connection, CORRESPONDENT, survey)? {
        found.entry(id).and_modify(|one| one.correspondent = Some(sender));
    }
    for (id, at) in texts(connection, REMINDERS, survey)? {
        let at = parse_time(&at)?;
        found.entry(id).and_modify(|one| one.reminders.push(at));
    }
    for (id, at) in texts(connection, &format!("{WHO}{LAST_NOTICE}"), survey)? {
        let at = parse_time(&at)?;
        found.entry(id).and_modify(|one| one.last_notice = one.last_notice.max(Some(at)));
    }
    Ok(found)
}

/// Mail that is not read yet says of its thread what its headers say, and of its survey nothing: so its sender counts. A second
/// delivery waits for nobody: its first one does.
const MAIL_WAITS: &str = "
    SELECT DISTINCT who.respondent FROM who JOIN message ON message.sender = who.address COLLATE NOCASE
    WHERE message.state <> 'read'
        OR (message.disposition = 'held' AND message.ruling = 'none' AND message.duplicate_of IS NULL)";

const CONTESTED: &str = "
    SELECT DISTINCT return_version.respondent FROM return_version
    JOIN respondent ON respondent.id = return_version.respondent
    WHERE respondent.survey = ?1 AND return_version.standing IN ('contested', 'held') AND return_version.rereading IS NULL";

const INVITATION_WAITS: &str = "
    SELECT DISTINCT follow_up.respondent FROM follow_up JOIN notice ON notice.id = follow_up.notice
    JOIN respondent ON respondent.id = follow_up.respondent
    WHERE respondent.survey = ?1 AND follow_up.topic = 'invitation' AND notice.state IN ('queued', 'held')";

const ORDERED: &str = "
    SELECT invitation_order.respondent, max(invitation_order.number) FROM invitation_order
    JOIN respondent ON respondent.id = invitation_order.respondent
    WHERE respondent.survey = ?1 AND NOT EXISTS (SELECT 1 FROM follow_up
        WHERE follow_up.respondent = invitation_order.respondent AND follow_up.topic = 'invitation'
        AND follow_up.number >= invitation_order.number)
    GROUP BY invitation_order.respondent";

const ADDRESSES: &str = "
    SELECT respondent_address.respondent, respondent_address.address FROM respondent_address
    JOIN respondent ON respondent.id = respondent_address.respondent
    WHERE respondent.survey = ?1 AND respondent_address.bounced_at IS NULL
    ORDER BY respondent_address.source = 'roster', respondent_address.added_at, respondent_address.address";

/// Of what an operator entered, nobody is asked by mail.
const CORRESPONDENT: &str = "
    SELECT return_version.respondent, message.sender FROM return_version
    JOIN respondent ON respondent.id = return_version.respondent JOIN message ON message.id = return_version.message
    WHERE respondent.survey = ?1 AND return_version.standing IN ('complete', 'in_correction') AND message.sender <> ''
    AND NOT EXISTS (SELECT 1 FROM entered WHERE entered.message = message.id)";

const REMINDERS: &str = "
    SELECT follow_up.respondent, follow_up.made_at FROM follow_up
    JOIN respondent ON respondent.id = follow_up.respondent
    WHERE respondent.survey = ?1 AND follow_up.topic <> 'invitation' ORDER BY follow_up.made_at";

/// Whatever goes to an address of a respondent is a notice to it: one person is not written to twice a day for two enterprises.
const LAST_NOTICE: &str = "
    SELECT who.respondent, max(notice.queued_at) FROM who JOIN notice ON notice.recipient = who.address
    WHERE notice.state <> 'cancelled' GROUP BY who.respondent
    UNION ALL
    SELECT follow_up.respondent, max(follow_up.made_at) FROM follow_up
    JOIN respondent ON respondent.id = follow_up.respondent WHERE respondent.survey = ?1 GROUP BY follow_up.respondent";

/// Whether a respondent is a key enterprise of which no written material came.
pub(in crate::store) fn lacks_narrative(connection: &Connection, respondent: i64) -> Outcome<bool> {
    let sql = "SELECT respondent.survey FROM invited JOIN respondent ON respondent.id = invited.respondent
               WHERE invited.respondent = ?1 AND invited.is_key AND invited.removed_at IS NULL";
    let Some(survey) = first(connection, sql, [respondent], |row| row.get::<_, String>(0))? else { return Ok(false) };
    let sql = format!("{WHO}{NARRATIVES} AND who.respondent = ?2");
    let rows = all(connection, &sql, (survey, respondent), narrative)?;
    Ok(!rows.iter().any(Named::is_its))
}

/// Written material that came with a return of the respondent, in its thread, or from one who answers for it. The name that stands
/// with it decides, where there is one.
const NARRATIVES: &str = "
    SELECT DISTINCT who.respondent, narrative.respondent, respondent.key, respondent_name.key, narrative.message,
        narrative.attachment FROM who
    JOIN message ON message.sender = who.address COLLATE NOCASE
    JOIN narrative ON narrative.message = message.id JOIN respondent ON respondent.id = who.respondent
    LEFT JOIN respondent_name ON respondent_name.respondent = who.respondent
    WHERE message.disposition IN ('accepted', 'correction') AND message.duplicate_of IS NULL";

/// The written material of each respondent of a survey.
pub(in crate::store) fn narratives(connection: &Connection, survey: &str) -> Outcome<Vec<(i64, FileOf)>> {
    let rows = all(connection, &format!("{WHO}{NARRATIVES}"), [survey], narrative)?;
    Ok(rows.into_iter().filter(Named::is_its).map(|one| (one.respondent, one.file)).collect())
}

fn with_narrative(connection: &Connection, survey: &str) -> Outcome<Vec<i64>> {
    let rows = all(connection, &format!("{WHO}{NARRATIVES}"), [survey], narrative)?;
    let ids: BTreeSet<i64> = rows.iter().filter(|one| one.is_its()).map(|one| one.respondent).collect();
    Ok(ids.into_iter().collect())
}

/// Written material of an address of a respondent.
struct Named {
    respondent: i64,
    /// The name that stands with it.
    name: Option<String>,
    /// The respondent's own name as it is compared, and another one of its.
    key: String,
    other_key: Option<String>,
    file: FileOf,
}

impl Named {
    /// Whether it is the respondent's, and not another one's that the same sender answers for.
    fn is_its(&self) -> bool {
        let Some(name) = &self.name else { return true };
        let key = identity::key(name);
        key == self.key || Some(key) == self.other_key
    }
}

fn narrative(row: &Row<'_>) -> Outcome<Named> {
    let file = (row.get(4)?, row.get(5)?);
    Ok(Named { respondent: row.get(0)?, name: row.get(1)?, key: row.get(2)?, other_key: row.get(3)?, file })
}

fn ids(connection: &Connection, sql: &str, survey: &str) -> Outcome<Vec<i64>> {
    all(connection, sql, [survey], |row| Ok(row.get(0)?))
}

fn texts(connection: &Connection, sql: &str, survey: &str) -> Outcome<Vec<(i64, String)>> {
    all(connection, sql, [survey], |row| Ok((row.get(0)?, row.get(1)?)))
}
