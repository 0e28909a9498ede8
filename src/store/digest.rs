//! Weekly digests: each week's is made once, whatever is started, stopped or put back meanwhile. What was counted for it is kept, so
//! that each figure can be looked at later.

use jiff::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, Row};

use super::commit::NoticeState;
use super::error::{Fault, Outcome};
use super::row::{all, execute, first, parse_time, scalar, time};
use super::{Sending, Store, StoreError, Write, fact, outbox, token};
use crate::figures::Figures;
use crate::notice::Notice;

/// A digest that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// Its configured name.
    pub name: String,
    /// The day of its moment of the week.
    pub week: Date,
    /// The survey that it tells of.
    pub survey: String,
    /// The respondents that it speaks of, as column and value of the roster; none for all.
    pub scope: Option<(String, String)>,
    /// What was counted.
    pub figures: Figures,
}

impl Store {
    /// Since when a digest of this name has been wanted: `now` the first time, and the same ever after. No week before is made up for.
    pub fn digest_since(&self, name: &str, now: Timestamp) -> Write<Timestamp> {
        let key = format!("digest_since:{name}");
        self.write(move |connection| parse_time(&fact::settle(connection, &key, &time(now))?))
    }

    /// Puts a week's digest into the outbox, a notice for each recipient, and keeps what was counted. Whether it was not made before.
    pub fn queue_digest(
        &self,
        digest: Digest,
        notices: Vec<Notice>,
        state: NoticeState,
        now: Timestamp,
    ) -> Write<bool> {
        self.write(move |connection| {
            let sql = "INSERT INTO digest (name, week, survey, data_at, scope, figures)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";
            let scope = digest.scope.as_ref().map(|(tag, value)| format!("{tag}={value}"));
            let figures = serde_json::to_string(&digest.figures)?;
            let (week, data_at) = (digest.week.to_string(), time(digest.figures.at));
            let columns = (&digest.name, week, &digest.survey, data_at, scope, figures);
            if execute(connection, sql, columns)? == 0 {
                return Ok(false);
            }
            for notice in &notices {
                outbox::queue(connection, notice, None, (state, &Sending::default()), now)?;
            }
            Ok(true)
        })
    }

    /// The token of the thread that a notice with this key begins.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn letter_token(&self, key: &str) -> Result<String, StoreError> {
        self.read(|connection| token::for_letter(connection, key))
    }

    /// Whether a week's digest was made.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn has_digest(&self, name: &str, week: Date) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM digest WHERE name = ?1 AND week = ?2)";
        self.read(|connection| scalar(connection, sql, (name, week.to_string())))
    }

    /// The digests of a name, the latest data first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn digests(&self, name: &str) -> Result<Vec<Digest>, StoreError> {
        let sql = "SELECT name, week, survey, scope, figures FROM digest WHERE name = ?1 ORDER BY data_at DESC";
        self.read(|connection| all(connection, sql, [name], digest))
    }

    /// The moment that the latest digest of a name before a moment is of.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn digest_before(&self, name: &str, moment: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        self.read(|connection| before(connection, name, moment))
    }
}

fn before(connection: &Connection, name: &str, moment: Timestamp) -> Outcome<Option<Timestamp>> {
    let sql = "SELECT data_at FROM digest WHERE name = ?1 AND data_at < ?2 ORDER BY data_at DESC LIMIT 1";
    let found: Option<String> = first(connection, sql, (name, time(moment)), |row| row.get(0))?;
    found.map(|text| parse_time(&text)).transpose()
}

fn digest(row: &Row<'_>) -> Outcome<Digest> {
    let week: String = row.get(1)?;
    let scope: Option<String> = row.get(3)?;
    let scope = scope.and_then(|scope| scope.split_once('=').map(|(tag, value)| (tag.to_owned(), value.to_owned())));
    Ok(Digest {
        name: row.get(0)?,
        week: week.parse().map_err(|_| Fault::Garbled(format!("{week:?} is no day")))?,
        survey: row.get(2)?,
        scope,
        figures: serde_json::from_str(&row.get::<_, String>(4)?)?,
    })
}
