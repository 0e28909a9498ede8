//! What passed between the respondents of a roster and us, gathered for all of them at once, so that a roster of thousands takes a few
//! queries. Returns are read as they lie in the file (CROSS): from respondent to respondent SQLite would read each page many times.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, Row};

use super::correspondents::Correspondents;
use super::narrative;
use crate::follow_up::Passed;
use crate::store::error::Outcome;
use crate::store::row::{all, count, parse_time, scalar, time};
use crate::store::{Store, StoreError};

impl Store {
    /// What passed between each respondent of a survey's roster and us; as it would be `without` a letter, where one is named.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn passed(&self, survey: &str, without: Option<i64>) -> Result<BTreeMap<i64, Passed>, StoreError> {
        self.read(|connection| passed(connection, survey, without))
    }

    /// How many invitations and reminders were put into the outbox since, of all surveys.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn letters_since(&self, since: Timestamp) -> Result<u64, StoreError> {
        let sql = "SELECT count(DISTINCT notice) FROM follow_up WHERE made_at >= ?1";
        self.read(|connection| Ok(count(scalar(connection, sql, [time(since)])?)))
    }
}

fn passed(connection: &Connection, survey: &str, without: Option<i64>) -> Outcome<BTreeMap<i64, Passed>> {
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
    let correspondents = Correspondents::load(connection, survey)?;
    each(correspondents.whose_mail_waits(connection)?, |one| one.mail_waits = true);
    each(ids(connection, CONTESTED, survey)?, |one| one.is_contested = true);
    let waits = all(connection, INVITATION_WAITS, (survey, without), |row| Ok(row.get(0)?))?;
    each(waits, |one| one.invitation_waits = true);
    each(narrative::all_with(connection, survey, &correspondents)?, |one| one.has_narrative = true);
    for (id, number) in all(connection, ORDERED, (survey, without), |row| Ok((row.get(0)?, row.get(1)?)))? {
        found.entry(id).and_modify(|one| one.ordered = Some(number));
    }
    for (id, address) in texts(connection, ADDRESSES, survey)? {
        found.entry(id).and_modify(|one| one.addresses.push(address));
    }
    for (id, sender, token) in all(connection, CORRESPONDENT, [survey], correspondent)? {
        found.entry(id).and_modify(|one| (one.correspondent, one.thread) = (Some(sender), token));
    }
    for (id, at, number) in all(connection, REMINDERS, (survey, without), reminder)? {
        found.entry(id).and_modify(|one| {
            one.reminders.push(at);
            one.last_reminder = one.last_reminder.max(number);
        });
    }
    let letters = all(connection, LAST_LETTER, (survey, without), moment)?;
    for (id, at) in letters.into_iter().chain(correspondents.last_notices(connection, without)?) {
        found.entry(id).and_modify(|one| one.last_notice = one.last_notice.max(Some(at)));
    }
    Ok(found)
}

const CONTESTED: &str = "
    SELECT DISTINCT return_version.respondent FROM return_version
    CROSS JOIN respondent ON respondent.id = return_version.respondent
    WHERE respondent.survey = ?1 AND return_version.standing IN ('contested', 'held') AND return_version.rereading IS NULL";

/// Few of all notices wait, and their states stand in an index.
const INVITATION_WAITS: &str = "
    SELECT DISTINCT follow_up.respondent FROM notice CROSS JOIN follow_up ON follow_up.notice = notice.id
    JOIN respondent ON respondent.id = follow_up.respondent
    WHERE notice.kind = 'invitation' AND notice.state IN ('queued', 'held') AND respondent.survey = ?1
        AND follow_up.topic = 'invitation' AND notice.id IS NOT ?2";

const ORDERED: &str = "
    SELECT invitation_order.respondent, max(invitation_order.number) FROM invitation_order
    JOIN respondent ON respondent.id = invitation_order.respondent
    WHERE respondent.survey = ?1 AND NOT EXISTS (SELECT 1 FROM follow_up
        WHERE follow_up.respondent = invitation_order.respondent AND follow_up.topic = 'invitation'
        AND follow_up.number >= invitation_order.number AND follow_up.notice IS NOT ?2)
    GROUP BY invitation_order.respondent";

const ADDRESSES: &str = "
    SELECT respondent_address.respondent, respondent_address.address FROM respondent_address
    JOIN respondent ON respondent.id = respondent_address.respondent
    WHERE respondent.survey = ?1 AND respondent_address.bounced_at IS NULL
    ORDER BY respondent_address.source = 'roster', respondent_address.added_at, respondent_address.address";

/// Of what an operator entered, nobody is asked by mail.
const CORRESPONDENT: &str = "
    SELECT return_version.respondent, message.sender, message.token FROM return_version NOT INDEXED
    CROSS JOIN respondent ON respondent.id = return_version.respondent JOIN message ON message.id = return_version.message
    WHERE respondent.survey = ?1 AND return_version.standing IN ('complete', 'in_correction') AND message.sender <> ''
    AND NOT EXISTS (SELECT 1 FROM entered WHERE entered.message = message.id)";

const REMINDERS: &str = "
    SELECT follow_up.respondent, follow_up.made_at, follow_up.number FROM follow_up
    JOIN respondent ON respondent.id = follow_up.respondent
    WHERE respondent.survey = ?1 AND follow_up.topic <> 'invitation' AND follow_up.notice IS NOT ?2
    ORDER BY follow_up.made_at";

const LAST_LETTER: &str = "
    SELECT follow_up.respondent, max(follow_up.made_at) FROM follow_up
    JOIN respondent ON respondent.id = follow_up.respondent
    WHERE respondent.survey = ?1 AND follow_up.notice IS NOT ?2 GROUP BY follow_up.respondent";

fn correspondent(row: &Row<'_>) -> Outcome<(i64, String, Option<String>)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

fn reminder(row: &Row<'_>) -> Outcome<(i64, Timestamp, u32)> {
    Ok((row.get(0)?, moment(row)?.1, row.get(2)?))
}

fn moment(row: &Row<'_>) -> Outcome<(i64, Timestamp)> {
    Ok((row.get(0)?, parse_time(&row.get::<_, String>(1)?)?))
}

fn ids(connection: &Connection, sql: &str, survey: &str) -> Outcome<Vec<i64>> {
    all(connection, sql, [survey], |row| Ok(row.get(0)?))
}

fn texts(connection: &Connection, sql: &str, survey: &str) -> Outcome<Vec<(i64, String)>> {
    all(connection, sql, [survey], |row| Ok((row.get(0)?, row.get(1)?)))
}
