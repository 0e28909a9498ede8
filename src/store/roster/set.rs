//! Taking in a roster. It may be taken in again at any time: who is on it stays who it is, by name, other name or credit code, and
//! who has left it is marked and kept.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rusqlite::Connection;

use super::{Alike, alike, join};
use crate::roster::Invited;
use crate::store::error::Outcome;
use crate::store::row::{all, execute, first, insert, time};
use crate::store::{Store, Write, respondents};
use crate::value::identity;

/// What taking in a roster changed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// Respondents on it.
    pub listed: usize,
    /// Those of them that were not on it before.
    pub added: usize,
    /// Those that were on it before and are not any more.
    pub removed: usize,
    /// Respondents that answered before under a name that is only like one on it.
    pub alike: Vec<Alike>,
    /// Returns that counted, and wait for an operator since the roster names other addresses than their senders'.
    pub contested: usize,
}

impl Store {
    /// Makes a roster the survey's. Returns that came before it are joined to their respondents, and how these stand is folded anew
    /// where the roster says another thing than before.
    pub fn set_roster(&self, survey: &str, invited: Vec<Invited>, now: Timestamp) -> Write<Imported> {
        let survey = survey.to_owned();
        self.write(move |connection| set(connection, &survey, &invited, now))
    }
}

fn set(connection: &Connection, survey: &str, invited: &[Invited], now: Timestamp) -> Outcome<Imported> {
    let before = listed(connection, survey)?;
    let contested_before = contested(connection, survey)?;
    let mut chosen = Vec::new();
    let mut taken = BTreeSet::new();
    // Who is known by its very name comes first, so that nobody else's former name or code takes its place.
    let exact: Vec<Option<i64>> = invited
        .iter()
        .map(|one| respondents::find(connection, Some(survey), &identity::key(&one.name)))
        .collect::<Outcome<_>>()?;
    taken.extend(exact.iter().flatten().copied());
    for (one, exact) in invited.iter().zip(exact) {
        let id = match exact {
            Some(id) => id,
            None => find_or_add(connection, survey, one, &taken)?,
        };
        taken.insert(id);
        chosen.push(id);
    }
    forget_names(connection, survey)?;
    for ((position, one), id) in (1_i64..).zip(invited).zip(&chosen) {
        write(connection, *id, position, one, now)?;
        write_names(connection, survey, *id, one, now)?;
    }
    let gone: Vec<i64> = before.iter().filter(|id| !taken.contains(id)).copied().collect();
    for id in &gone {
        execute(connection, "UPDATE invited SET removed_at = ?2 WHERE respondent = ?1", (id, time(now)))?;
    }
    for (one, id) in invited.iter().zip(&chosen) {
        join::earlier_returns(connection, survey, *id, one, &taken)?;
    }
    // Trust counts from the whole of the roster, so that it does not matter whether it came before the mails.
    for id in chosen.iter().chain(&gone) {
        respondents::refold(connection, *id)?;
    }
    let added = chosen.iter().filter(|id| !before.contains(id)).count();
    let alike = alike::settle(connection, survey)?;
    let contested = contested(connection, survey)?.difference(&contested_before).count();
    Ok(Imported { listed: chosen.len(), added, removed: gone.len(), alike, contested })
}

/// Returns that wait for an operator's word on their sender.
fn contested(connection: &Connection, survey: &str) -> Outcome<BTreeSet<i64>> {
    let sql =
        "SELECT return_version.id FROM return_version JOIN respondent ON respondent.id = return_version.respondent
               WHERE respondent.survey = ?1 AND standing = 'contested' AND rereading IS NULL";
    Ok(all(connection, sql, [survey], |row| Ok(row.get(0)?))?.into_iter().collect())
}

/// Respondents that are on the roster now.
fn listed(connection: &Connection, survey: &str) -> Outcome<BTreeSet<i64>> {
    let sql = "SELECT invited.respondent FROM invited JOIN respondent ON respondent.id = invited.respondent
               WHERE respondent.survey = ?1 AND invited.removed_at IS NULL";
    Ok(all(connection, sql, [survey], |row| Ok(row.get(0)?))?.into_iter().collect())
}

/// The respondent that is known by another name or by its code, unless it is on the roster in its own right; or a new one.
fn find_or_add(connection: &Connection, survey: &str, one: &Invited, taken: &BTreeSet<i64>) -> Outcome<i64> {
    let key = identity::key(&one.name);
    let mut known = Vec::new();
    known.extend(respondents::named(connection, survey, &key)?);
    if let Some(code) = &one.credit_code {
        let sql = "SELECT invited.respondent FROM invited JOIN respondent ON respondent.id = invited.respondent
                   WHERE respondent.survey = ?1 AND invited.credit_code = ?2 ORDER BY invited.respondent";
        known.extend(all(connection, sql, (survey, code), |row| Ok(row.get::<_, i64>(0)?))?);
    }
    for former in &one.former_names {
        known.extend(respondents::find(connection, Some(survey), &identity::key(former))?);
    }
    match known.into_iter().find(|id| !taken.contains(id)) {
        Some(id) => Ok(id),
        None => {
            let sql = "INSERT INTO respondent (survey, key, name) VALUES (?1, ?2, ?3)";
            insert(connection, sql, (survey, key, &one.name))
        }
    }
}

fn write(connection: &Connection, id: i64, position: i64, one: &Invited, now: Timestamp) -> Outcome<()> {
    let sql =
        "INSERT INTO invited (respondent, position, name, credit_code, contact, phone, is_key, listed_at, removed_at)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL)
               ON CONFLICT DO UPDATE SET position = excluded.position, name = excluded.name,
                   credit_code = excluded.credit_code, contact = excluded.contact, phone = excluded.phone,
                   is_key = excluded.is_key, removed_at = NULL";
    let columns = (id, position, &one.name, &one.credit_code, &one.contact, &one.phone, one.is_key, time(now));
    execute(connection, sql, columns)?;
    execute(connection, "DELETE FROM respondent_tag WHERE respondent = ?1", [id])?;
    for (tag, value) in &one.tags {
        let sql = "INSERT INTO respondent_tag (respondent, tag, value) VALUES (?1, ?2, ?3)";
        execute(connection, sql, (id, tag, value))?;
    }
    write_addresses(connection, id, &one.addresses, now)
}

/// What is known of an address, such as that mail to it came back, stays with it.
fn write_addresses(connection: &Connection, id: i64, addresses: &[String], now: Timestamp) -> Outcome<()> {
    let sql = "DELETE FROM respondent_address WHERE respondent = ?1 AND source = 'roster'
               AND address NOT IN (SELECT value COLLATE NOCASE FROM json_each(?2))";
    execute(connection, sql, (id, serde_json::to_string(addresses)?))?;
    for address in addresses {
        let domain = address.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default();
        let sql = "INSERT INTO respondent_address (respondent, address, domain, source, added_at)
                   VALUES (?1, ?2, ?3, 'roster', ?4) ON CONFLICT DO UPDATE SET source = 'roster'";
        execute(connection, sql, (id, address, domain, time(now)))?;
    }
    Ok(())
}

fn forget_names(connection: &Connection, survey: &str) -> Outcome<()> {
    execute(connection, "DELETE FROM respondent_name WHERE survey = ?1 AND source = 'roster'", [survey])?;
    Ok(())
}

/// Other names of a respondent, its roster name among them where it is known under another one. A name that the roster itself gives
/// to somebody is that one's, whatever an operator said before; of former names the operator knows better.
fn write_names(connection: &Connection, survey: &str, id: i64, one: &Invited, now: Timestamp) -> Outcome<()> {
    let key = identity::key(&one.name);
    execute(connection, "DELETE FROM respondent_name WHERE survey = ?1 AND key = ?2", (survey, &key))?;
    let mut names: BTreeMap<String, &str> = BTreeMap::new();
    names.extend(one.former_names.iter().map(|name| (identity::key(name), name.as_str())));
    let own: Option<String> = first(connection, "SELECT key FROM respondent WHERE id = ?1", [id], |row| row.get(0))?;
    if own.as_ref() != Some(&key) {
        names.insert(key, &one.name);
    }
    for (key, name) in names {
        let sql = "INSERT INTO respondent_name (survey, key, respondent, name, source, added_at)
                   VALUES (?1, ?2, ?3, ?4, 'roster', ?5) ON CONFLICT DO NOTHING";
        execute(connection, sql, (survey, key, id, name, time(now)))?;
    }
    Ok(())
}
