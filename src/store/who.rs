//! Whose a return is: what points to a respondent is gathered for [`crate::verdict::who`] to decide.
//!
//! Where a survey has no roster, the name alone tells: there is nobody that a name could be like.

use std::collections::BTreeSet;

use rusqlite::Connection;

use super::entered;
use super::error::Outcome;
use super::known::Row;
use super::respondents;
use super::row::{all, first, scalar, time};
use crate::reading::{Reading, Return};
use crate::value::Value;
use crate::verdict::who::name::Parts;
use crate::verdict::who::{Signs, who};
use crate::verdict::{Suspect, Who, Whose, comparable};

/// Whose each return of a message is.
pub(super) fn whose(connection: &Connection, row: &Row, reading: &Reading, token: Option<&str>) -> Outcome<Vec<Whose>> {
    let Some(survey) = reading.survey.as_deref() else {
        return Ok(reading.returns.iter().map(|_| Whose::default()).collect());
    };
    // A list is nobody's alone: of several returns each is looked at by itself.
    let entered = entered::respondent(connection, row.id)?.filter(|_| reading.returns.len() == 1);
    let look = Look { connection, row, survey, sender: &reading.envelope.from, token, entered };
    (0_i64..).zip(&reading.returns).map(|(ordinal, one)| look.whose(ordinal, one)).collect()
}

/// Whose a return is by its name alone, for one that no message brings.
pub(super) fn by_name(connection: &Connection, survey: &str, key: &str) -> Outcome<Option<i64>> {
    match respondents::named(connection, survey, key)? {
        Some(named) => Ok(Some(named)),
        None => respondents::find(connection, Some(survey), key),
    }
}

/// A message of which it is asked whose its returns are.
struct Look<'a> {
    connection: &'a Connection,
    row: &'a Row,
    survey: &'a str,
    sender: &'a str,
    token: Option<&'a str>,
    /// The respondent that an operator entered the message's return for.
    entered: Option<i64>,
}

impl Look<'_> {
    fn whose(&self, ordinal: i64, one: &Return) -> Outcome<Whose> {
        let decided = match self.chosen(ordinal)? {
            Some(Some(respondent)) => Who::Known(respondent),
            Some(None) => by_name(self.connection, self.survey, &Whose::by_name(one).key)?.map_or(Who::New, Who::Known),
            None => who(&self.signs(one)?),
        };
        match decided {
            Who::Known(respondent) => {
                let sql = "SELECT key FROM respondent WHERE id = ?1";
                let key = first(self.connection, sql, [respondent], |row| row.get(0))?.unwrap_or_default();
                let vouched = respondents::trust(self.connection, respondent)?.vouches_for(self.sender);
                Ok(Whose { respondent: Some(respondent), key, vouched, suspects: Vec::new() })
            }
            Who::New => Ok(Whose::by_name(one)),
            Who::Doubt(suspects) => {
                let suspects = suspects.into_iter().map(|id| self.suspect(id)).collect::<Outcome<_>>()?;
                Ok(Whose { suspects, ..Whose::default() })
            }
        }
    }

    /// What an operator said of this return: a respondent, or that it is a new one.
    fn chosen(&self, ordinal: i64) -> Outcome<Option<Option<i64>>> {
        if self.entered.is_some() {
            return Ok(Some(self.entered));
        }
        let sql = "SELECT respondent FROM respondent_choice WHERE message = ?1 AND ordinal = ?2";
        first(self.connection, sql, (self.row.id, ordinal), |row| row.get(0))
    }

    fn signs(&self, one: &Return) -> Outcome<Signs> {
        let key = Whose::by_name(one).key;
        let mut signs = Signs { has_name: !key.is_empty(), code: self.by_code(one)?, ..Signs::default() };
        if !signs.has_name {
            return Ok(signs);
        }
        signs.exact = by_name(self.connection, self.survey, &key)?;
        if signs.exact.is_none() {
            signs.alike = alike(self.connection, self.survey, &key)?;
            for id in &signs.alike {
                if self.speaks_for(*id)? {
                    signs.supported.insert(*id);
                }
            }
        }
        Ok(signs)
    }

    /// The respondent on the roster whose credit code a return gives.
    fn by_code(&self, one: &Return) -> Outcome<Option<i64>> {
        let code = one.answers.values().find_map(|answer| match &answer.value {
            Value::CreditCode(code) => code.clone(),
            _ => None,
        });
        let Some(code) = code else { return Ok(None) };
        // The order of the tables is SQLite's as it stands (CROSS): it would walk all that ever answered, roster or not.
        let sql = "SELECT invited.respondent FROM invited CROSS JOIN respondent ON respondent.id = invited.respondent
                   WHERE respondent.survey = ?1 AND invited.credit_code = ?2 AND invited.removed_at IS NULL";
        first(self.connection, sql, (self.survey, code), |row| row.get(0))
    }

    /// Whether the way that the message came speaks for a respondent: its address or domain, its thread, the letter that it answers,
    /// its sender's earlier returns. One sender's mail is judged in order of arrival, so that the last does not hang on which was quicker to read.
    fn speaks_for(&self, respondent: i64) -> Outcome<bool> {
        let trust = respondents::trust(self.connection, respondent)?;
        if trust.vouches_for(self.sender).is_vouched() {
            return Ok(true);
        }
        let invited = "SELECT EXISTS (SELECT 1 FROM follow_up JOIN notice ON notice.id = follow_up.notice
                       WHERE follow_up.respondent = ?1 AND notice.token = ?2)";
        if scalar::<bool>(self.connection, invited, (respondent, self.token))? {
            return Ok(true);
        }
        let sql = "SELECT EXISTS (SELECT 1 FROM return_version JOIN message ON message.id = return_version.message
                   WHERE return_version.respondent = ?1 AND return_version.rereading IS NULL
                   AND return_version.standing NOT IN ('contested', 'held', 'discarded')
                   AND (message.sender_key = ?2 AND message.sender_key <> '' OR message.token = ?3)
                   AND (message.received_at, message.id) < (?4, ?5))";
        let (received_at, id) = (time(self.row.received_at), self.row.id);
        scalar(self.connection, sql, (respondent, comparable(self.sender), self.token, received_at, id))
    }

    fn suspect(&self, respondent: i64) -> Outcome<Suspect> {
        let sql = "SELECT coalesce(invited.name, respondent.name) FROM respondent
                   LEFT JOIN invited ON invited.respondent = respondent.id WHERE respondent.id = ?1";
        let name = first(self.connection, sql, [respondent], |row| row.get(0))?.unwrap_or_default();
        Ok(Suspect { respondent, name })
    }
}

/// Respondents on the roster whose name, or another name of theirs, is like this one.
pub(super) fn alike(connection: &Connection, survey: &str, key: &str) -> Outcome<Vec<i64>> {
    // As above, who is not on the roster is not walked over.
    let sql =
        "SELECT invited.respondent, invited.name FROM invited CROSS JOIN respondent ON respondent.id = invited.respondent
               WHERE respondent.survey = ?1 AND invited.removed_at IS NULL
               UNION ALL SELECT respondent_name.respondent, respondent_name.name FROM respondent_name
               JOIN invited ON invited.respondent = respondent_name.respondent
               WHERE respondent_name.survey = ?1 AND invited.removed_at IS NULL";
    let names: Vec<(i64, String)> = all(connection, sql, [survey], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let own = Parts::of(key);
    let found: BTreeSet<i64> =
        names.into_iter().filter(|(_, name)| Parts::of(name).is_like(&own)).map(|(id, _)| id).collect();
    Ok(found.into_iter().collect())
}
