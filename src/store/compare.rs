//! What a respondent's figures are compared with when a return of it is judged: its answers in other surveys, and what the roster
//! says. What comes of it is kept with the return ([`write()`]).

use std::collections::BTreeMap;

use rusqlite::Connection;
use serde::Deserialize;

use super::error::Outcome;
use super::former::Former;
use super::respondents;
use super::row::{all, execute, first};
use crate::issue::Issue;
use crate::reading::{Reading, Return};
use crate::survey::{Previous, Size, Source};
use crate::value::Value;
use crate::verdict::unlike::Earlier;
use crate::verdict::{self, Comparison, Open, Standing, Version, Whose};

/// What the figures of each return are compared with.
pub(super) fn of_returns(
    connection: &Connection,
    reading: &Reading,
    whose: &[Whose],
    former: &Former,
) -> Outcome<Vec<Comparison>> {
    let look = look(connection, reading.survey.as_deref(), reading)?;
    let of_return = |(one, whose): (&Return, &Whose)| {
        let mut comparison = match &look {
            Some(look) => look.comparison(whose.respondent, &whose.key, Some(one))?,
            None => Comparison::default(),
        };
        comparison.judged = whose.respondent.map(|id| former.judged(connection, id)).transpose()?.flatten();
        Ok(comparison)
    };
    reading.returns.iter().zip(whose).map(of_return).collect()
}

/// The same for a return that a plain reply may be about.
pub(super) fn of_open(connection: &Connection, reading: &Reading, open: &Open, former: &Former) -> Outcome<Comparison> {
    let look = look(connection, open.survey.as_deref(), reading)?;
    let comparison = look.map(|look| look.comparison(Some(open.respondent), &open.key, None)).transpose()?;
    Ok(Comparison { judged: former.judged(connection, open.respondent)?, ..comparison.unwrap_or_default() })
}

/// Keeps what was remarked on a return, once: one that a rereading left as it was keeps what it has.
pub(super) fn write(connection: &Connection, version: i64, remarks: &[Issue]) -> Outcome<()> {
    if remarks.is_empty() {
        return Ok(());
    }
    let sql = "INSERT INTO remarked (version, remarks) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    execute(connection, sql, (version, serde_json::to_string(remarks)?))?;
    Ok(())
}

/// What was remarked on a return when it was judged.
pub(super) fn remarks(connection: &Connection, version: i64) -> Outcome<Vec<Issue>> {
    let sql = "SELECT remarks FROM remarked WHERE version = ?1";
    parse(first(connection, sql, [version], |row| row.get(0))?)
}

/// Remarks from their column, which an outer join may leave empty.
pub(super) fn parse(remarks: Option<String>) -> Outcome<Vec<Issue>> {
    Ok(remarks.map(|text| serde_json::from_str(&text)).transpose()?.unwrap_or_default())
}

/// The part of a survey that says what is compared: the rest is long.
#[derive(Deserialize)]
struct Compared {
    items: Vec<ComparedItem>,
}

#[derive(Deserialize)]
struct ComparedItem {
    key: String,
    #[serde(default)]
    previous: Option<Previous>,
    #[serde(default)]
    size: Option<Size>,
}

/// A message of a survey that compares figures.
struct Look<'a> {
    connection: &'a Connection,
    survey: &'a str,
    reading: &'a Reading,
    items: Vec<ComparedItem>,
}

/// None where the survey compares nothing.
fn look<'a>(connection: &'a Connection, survey: Option<&'a str>, reading: &'a Reading) -> Outcome<Option<Look<'a>>> {
    let Some(survey) = survey else { return Ok(None) };
    let sql = "SELECT survey_revision.document FROM survey JOIN survey_revision
                   ON survey_revision.survey = survey.id AND survey_revision.revision = survey.revision
                   WHERE survey.id = ?1";
    let document: Option<String> = first(connection, sql, [survey], |row| row.get(0))?;
    let Some(document) = document else { return Ok(None) };
    let Compared { mut items } = serde_json::from_str(&document)?;
    items.retain(|item| item.previous.is_some() || item.size.is_some());
    Ok((!items.is_empty()).then_some(Look { connection, survey, reading, items }))
}

impl Look<'_> {
    fn comparison(&self, respondent: Option<i64>, key: &str, one: Option<&Return>) -> Outcome<Comparison> {
        let mut comparison = Comparison { earlier: self.earlier(respondent, key, one)?, ..Comparison::default() };
        if let Some(id) = respondent {
            comparison.tags = tags(self.connection, id)?;
            comparison.may_hear = self.may_hear(id)?;
        }
        Ok(comparison)
    }

    /// Whether somebody vouches for the sender, and for the address that an answer goes to.
    fn may_hear(&self, respondent: i64) -> Outcome<bool> {
        let trust = respondents::trust(self.connection, respondent)?;
        let envelope = &self.reading.envelope;
        let mut addresses = [&envelope.from, &envelope.reply_to].into_iter();
        Ok(addresses.all(|address| trust.vouches_for(address).is_vouched()))
    }

    /// The answers in other surveys with which items are compared.
    fn earlier(&self, respondent: Option<i64>, key: &str, one: Option<&Return>) -> Outcome<BTreeMap<String, Earlier>> {
        let mut found = BTreeMap::new();
        for item in &self.items {
            let Some(Source::Answer { survey, item: other }) = item.previous.as_ref().map(|previous| &previous.source)
            else {
                continue;
            };
            let Some(there) = self.counterpart(survey, respondent, key, one)? else { continue };
            if let Some(earlier) = self.answer(there, other)? {
                found.insert(item.key.clone(), earlier);
            }
        }
        Ok(found)
    }

    /// An item of the current complete return of a respondent.
    fn answer(&self, respondent: i64, item: &str) -> Outcome<Option<Earlier>> {
        let told = respondents::told(self.connection, respondent)?;
        let current = told.iter().find(|(_, folded)| folded.standing == Standing::Complete);
        let Some(answer) = current.and_then(|(_, folded)| folded.effective.answers.get(item)).cloned() else {
            return Ok(None);
        };
        let versions: Vec<Version> = told.into_iter().map(|(stored, _)| stored.version).collect();
        let address = &self.reading.envelope.reply_to;
        let is_own = !address.is_empty() && verdict::is_supplied(&versions, address, item, &answer);
        Ok(Some(Earlier { answer, is_own }))
    }

    /// The same respondent in another survey, by its names and its credit code; none where these tell of several.
    fn counterpart(
        &self,
        survey: &str,
        respondent: Option<i64>,
        key: &str,
        one: Option<&Return>,
    ) -> Outcome<Option<i64>> {
        if survey == self.survey {
            return Ok(None);
        }
        let sql =
            "SELECT key FROM respondent WHERE id = ?1 UNION SELECT key FROM respondent_name WHERE respondent = ?1";
        let mut keys: Vec<String> = all(self.connection, sql, [respondent], |row| Ok(row.get(0)?))?;
        keys.push(key.to_owned());
        keys.retain(|key| !key.is_empty() && !key.starts_with("return:"));
        let sql = "SELECT credit_code FROM invited WHERE respondent = ?1";
        let listed: Option<String> = first(self.connection, sql, [respondent], |row| row.get(0))?.flatten();
        let code = listed.or_else(|| one.and_then(credit_code));
        let sql = "SELECT id FROM respondent WHERE survey = ?1 AND key IN (SELECT value FROM json_each(?2))
                   UNION SELECT respondent FROM respondent_name
                       WHERE survey = ?1 AND key IN (SELECT value FROM json_each(?2))
                   UNION SELECT invited.respondent FROM invited JOIN respondent ON respondent.id = invited.respondent
                       WHERE respondent.survey = ?1 AND invited.credit_code = ?3";
        let columns = (survey, serde_json::to_string(&keys)?, &code);
        let mut found: Vec<i64> = all(self.connection, sql, columns, |row| Ok(row.get(0)?))?;
        if let Some(code) = code.filter(|_| found.is_empty()) {
            found = answered_code(self.connection, survey, &code)?;
        }
        Ok(if found.len() == 1 { found.pop() } else { None })
    }
}

/// Respondents of a survey whose current return gives a credit code.
fn answered_code(connection: &Connection, survey: &str, code: &str) -> Outcome<Vec<i64>> {
    let sql = "SELECT DISTINCT respondent.id FROM respondent
               JOIN return_version ON return_version.respondent = respondent.id
               JOIN answer ON answer.version = return_version.id
               WHERE respondent.survey = ?1 AND answer.value = ?2";
    all(connection, sql, (survey, code), |row| Ok(row.get(0)?))
}

fn credit_code(one: &Return) -> Option<String> {
    one.answers.values().find_map(|answer| match &answer.value {
        Value::CreditCode(code) => code.clone(),
        _ => None,
    })
}

/// What the roster says of a respondent that is on it.
fn tags(connection: &Connection, respondent: i64) -> Outcome<BTreeMap<String, String>> {
    let sql = "SELECT tag, value FROM respondent_tag JOIN invited ON invited.respondent = respondent_tag.respondent
               WHERE respondent_tag.respondent = ?1 AND invited.removed_at IS NULL";
    Ok(all(connection, sql, [respondent], |row| Ok((row.get(0)?, row.get(1)?)))?.into_iter().collect())
}
