//! The returns behind a figure of the digest, as a query that anybody can run with any SQLite program, and what it finds.
//!
//! The figures themselves are counted by [`crate::figures`]; a test holds both to the same answers.

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

use super::IS_ODD;
use crate::figures::Name;
use crate::store::error::Outcome;
use crate::store::row::{all, time};
use crate::store::{Store, StoreError};

/// What a query about a figure needs to know besides its name.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// Id of the survey.
    pub survey: &'a str,
    /// Column of the roster and its value of the respondents that are spoken of; none: all.
    pub scope: Option<(&'a str, &'a str)>,
    /// The moment of the figures.
    pub at: Timestamp,
    /// The moment that they compare with.
    pub before: Timestamp,
    /// The first instant after the deadline's day.
    pub deadline_end: Timestamp,
    /// First instants of the day that is asked about, and of the next one.
    pub day: Option<(Timestamp, Timestamp)>,
    /// The column of the roster by which response is shown.
    pub by: Option<&'a str>,
    /// Key of the item whose amounts are added up, and its currency.
    pub amount: Option<(&'a str, &'a str)>,
    /// Bounds of the class that is asked about, in the currency's main unit.
    pub class: (Option<String>, Option<String>),
}

/// A return behind a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Behind {
    /// Number of its respondent.
    pub respondent: i64,
    /// Name of its respondent.
    pub name: String,
    /// Number of the return; none where there is none.
    pub version: Option<i64>,
    /// What is added up; none where nothing is.
    pub text: Option<String>,
}

/// The survey's respondents, each with its return that counts.
const RETURNS: &str = "\
WITH returns AS (
  SELECT respondent.id AS respondent, coalesce(invited.name, respondent.name) AS name,
    invited.respondent IS NOT NULL AS listed,
    EXISTS (SELECT 1 FROM excuse WHERE excuse.respondent = respondent.id) AS excused,
    return_version.id AS version, return_version.standing, message.received_at,
    (SELECT min(message.received_at) FROM return_version AS first JOIN message ON message.id = first.message
      WHERE return_version.id IS NOT NULL AND first.respondent = respondent.id AND first.rereading IS NULL
      AND first.standing IN ('complete', 'in_correction', 'superseded', 'pending', 'duplicate')
      AND message.received_at >= coalesce((SELECT max(message.received_at) FROM return_version AS last
        JOIN message ON message.id = last.message WHERE last.respondent = respondent.id
        AND last.rereading IS NULL AND last.standing = 'withdrawn'), '')) AS first_at
  FROM respondent
  LEFT JOIN invited ON invited.respondent = respondent.id AND invited.removed_at IS NULL
  LEFT JOIN return_version ON return_version.respondent = respondent.id
    AND return_version.standing IN ('complete', 'in_correction')
  LEFT JOIN message ON message.id = return_version.message
  WHERE respondent.survey = {survey} AND (invited.respondent IS NOT NULL OR return_version.id IS NOT NULL){scope})
";

impl Asked<'_> {
    /// The query that finds the respondents behind a figure: `respondent`, `name`, `version` and `text` of each.
    #[must_use]
    pub fn query(&self, name: &Name) -> String {
        let scope = self.scope.map_or(String::new(), |(tag, value)| {
            format!(
                "\n    AND EXISTS (SELECT 1 FROM respondent_tag AS own WHERE own.respondent = respondent.id \
                 AND own.tag = {} AND own.value = {})",
                literal(tag),
                literal(value)
            )
        });
        let returns = RETURNS.replace("{survey}", &literal(self.survey)).replace("{scope}", &scope);
        let (from, rule) = self.rule(name);
        format!(
            "{returns}SELECT returns.respondent, returns.name, returns.version, {from}\nWHERE {rule}\nORDER BY returns.respondent"
        )
    }

    /// What is shown and from where, and which rows count.
    fn rule(&self, name: &Name) -> (String, String) {
        let (at, before) = (literal(&time(self.at)), literal(&time(self.before)));
        let had = format!("version IS NOT NULL AND first_at <= {at}");
        let plain = |rule: String| ("NULL AS text\nFROM returns".to_owned(), rule);
        match name {
            Name::Invited => plain(format!("listed AND (NOT excused OR {had})")),
            Name::Excused => plain(format!("listed AND excused AND NOT coalesce({had}, 0)")),
            Name::Returned => plain(had),
            Name::Complete => plain(format!("{had} AND standing = 'complete'")),
            Name::InCorrection => plain(format!("{had} AND standing = 'in_correction'")),
            Name::Late => plain(format!("{had} AND first_at >= {}", literal(&time(self.deadline_end)))),
            Name::Unlisted => plain(format!("{had} AND NOT listed AND EXISTS (SELECT 1 FROM returns WHERE listed)")),
            Name::Outstanding => plain("listed AND NOT excused AND version IS NULL".to_owned()),
            Name::New => plain(format!("{had} AND first_at > {before}")),
            Name::Day(_) => {
                let (from, to) = self.day.map_or((String::new(), String::new()), |(from, to)| (time(from), time(to)));
                plain(format!("version IS NOT NULL AND first_at >= {} AND first_at < {}", literal(&from), literal(&to)))
            }
            Name::Group(value) => {
                let (tag, value) = (literal(self.by.unwrap_or_default()), literal(value));
                let own = format!(
                    "SELECT value FROM respondent_tag WHERE respondent_tag.respondent = returns.respondent AND tag = {tag}"
                );
                plain(format!("version IS NOT NULL AND listed AND coalesce(({own}), '') = {value}"))
            }
            Name::Area(key) => {
                let area = literal(key);
                (
                    "return_area.evidence AS text\nFROM returns JOIN return_area USING (respondent)".to_owned(),
                    format!("standing = 'complete' AND return_area.area = {area}"),
                )
            }
            Name::Sum | Name::Class(_) | Name::Foreign | Name::Odd => self.amounts(name),
        }
    }

    fn amounts(&self, name: &Name) -> (String, String) {
        let (item, currency) = self.amount.unwrap_or_default();
        let from = format!(
            "answer.text\nFROM returns JOIN answer ON answer.version = returns.version AND answer.item = {}",
            literal(item)
        );
        let currency = literal(currency);
        let mut rule = match name {
            Name::Odd => format!("standing = 'complete' AND {IS_ODD}"),
            Name::Foreign => format!("standing = 'complete' AND answer.currency <> {currency} AND NOT {IS_ODD}"),
            _ => format!("standing = 'complete' AND answer.currency = {currency} AND NOT {IS_ODD}"),
        };
        if let Name::Class(_) = name {
            // What has no upper end is of the last class alone, and what has no lower end of the first.
            let number = |column: &str| format!("CAST(answer.{column} AS REAL)");
            let (low, high) = (number("low"), number("high"));
            match &self.class {
                (None, None) => {}
                (None, Some(to)) => rule += &format!(" AND {high} < {to}"),
                (Some(from), None) => rule += &format!(" AND {low} >= {from}"),
                (Some(from), Some(to)) => rule += &format!(" AND {low} >= {from} AND {high} < {to}"),
            }
        }
        (from, rule)
    }
}

impl Store {
    /// What a query of [`Asked::query`] finds now.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn behind(&self, query: &str) -> Result<Vec<Behind>, StoreError> {
        self.read(|connection| rows(connection, query))
    }
}

fn rows(connection: &Connection, query: &str) -> Outcome<Vec<Behind>> {
    all(connection, query, [], |row| {
        Ok(Behind { respondent: row.get(0)?, name: row.get(1)?, version: row.get(2)?, text: row.get(3)? })
    })
}

/// A text as SQL writes it.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
