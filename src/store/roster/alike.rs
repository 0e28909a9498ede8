//! Respondents that answered before the roster came, under a name that is only like one of its names.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use rusqlite::Connection;

use super::join;
use crate::store::error::Outcome;
use crate::store::respondents;
use crate::store::row::all;
use crate::verdict::Suspect;
use crate::verdict::who::name::Parts;

/// A respondent that is not on the roster, and may be one that is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// Its latest return.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Whom of the roster it may be.
    pub suspects: Vec<Suspect>,
}

impl fmt::Display for Alike {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = |one: &Suspect| format!("{} (respondent {})", one.name, one.respondent);
        let suspects = self.suspects.iter().map(name).collect::<Vec<_>>().join(" or ");
        let Self { version, name, .. } = self;
        write!(f, "{name} answered and may be {suspects}: if so, `postroom release r{version} --respondent N`")
    }
}

/// Joins to the roster who answered under a like name from an address that the roster vouches for, as would have been done had the
/// roster come first; the others that are like somebody are for a person to see.
pub(super) fn settle(connection: &Connection, survey: &str) -> Outcome<Vec<Alike>> {
    let listed = listed(connection, survey)?;
    let mut open = Vec::new();
    for (id, name, version) in unlisted(connection, survey)? {
        let own = Parts::of(&name);
        let like = listed.iter().filter(|(_, names)| names.iter().any(|(_, parts)| parts.is_like(&own)));
        let suspects: Vec<Suspect> = like
            .map(|(id, names)| {
                let name = names.first().map(|(name, _)| name.clone()).unwrap_or_default();
                Suspect { respondent: *id, name }
            })
            .collect();
        match suspects.as_slice() {
            [] => {}
            [only] if is_vouched(connection, id, only.respondent)? => {
                join::move_all(connection, id, only.respondent)?;
                respondents::refold(connection, only.respondent)?;
            }
            _ => open.push(Alike { version, name, suspects }),
        }
    }
    Ok(open)
}

/// Names on the roster, the roster's own first.
fn listed(connection: &Connection, survey: &str) -> Outcome<BTreeMap<i64, Vec<(String, Parts)>>> {
    let sql =
        "SELECT invited.respondent, invited.name, 0 FROM invited JOIN respondent ON respondent.id = invited.respondent
               WHERE respondent.survey = ?1 AND invited.removed_at IS NULL
               UNION ALL SELECT invited.respondent, respondent_name.name, 1 FROM respondent_name
               JOIN invited ON invited.respondent = respondent_name.respondent
               WHERE respondent_name.survey = ?1 AND invited.removed_at IS NULL ORDER BY 1, 3";
    let rows: Vec<(i64, String)> = all(connection, sql, [survey], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let mut listed: BTreeMap<i64, Vec<(String, Parts)>> = BTreeMap::new();
    for (id, name) in rows {
        let parts = Parts::of(&name);
        listed.entry(id).or_default().push((name, parts));
    }
    Ok(listed)
}

/// Respondents with a name that answered and are on no roster, each with its latest return. Whom an operator called new is new.
fn unlisted(connection: &Connection, survey: &str) -> Outcome<Vec<(i64, String, i64)>> {
    let sql = "SELECT respondent.id, respondent.name, max(return_version.id) FROM respondent
               JOIN return_version ON return_version.respondent = respondent.id
               WHERE respondent.survey = ?1 AND return_version.rereading IS NULL AND respondent.key NOT LIKE 'return:%'
               AND NOT EXISTS (SELECT 1 FROM invited WHERE invited.respondent = respondent.id AND removed_at IS NULL)
               AND NOT EXISTS (SELECT 1 FROM respondent_choice AS chosen WHERE chosen.message = return_version.message
                   AND chosen.ordinal = return_version.ordinal)
               GROUP BY respondent.id ORDER BY respondent.id";
    all(connection, sql, [survey], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
}

/// Whether one of the roster is vouched for by every sender of another respondent's returns.
fn is_vouched(connection: &Connection, from: i64, to: i64) -> Outcome<bool> {
    let trust = respondents::trust(connection, to)?;
    let versions = respondents::versions(connection, from)?;
    let senders: BTreeSet<&str> = versions.iter().map(|one| one.version.sender.as_str()).collect();
    Ok(!senders.is_empty() && senders.iter().all(|sender| trust.vouches_for(sender).is_vouched()))
}
