//! Full text over everything that respondents wrote: written material, the answers that count, text recognised in scans.

use rusqlite::Connection;
use serde::Serialize;

use super::error::Outcome;
use super::row::all;
use super::{Store, StoreError, survey};
use crate::fulltext::{Query, Snippet};

mod hit;
pub(super) mod index;
pub(super) mod owner;

/// What was found, the best first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// How many texts hold all words.
    pub total: usize,
    /// The best of them.
    pub hits: Vec<Hit>,
}

/// A text that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hit {
    /// What kind of text it is.
    pub source: Source,
    /// Name of the respondent; none when it is not known whose the text is.
    pub respondent: Option<String>,
    /// The message it came in.
    pub message: i64,
    /// The return whose answer it is.
    #[serde(rename = "return")]
    pub version: Option<i64>,
    /// Key of the item that it answers.
    pub item: Option<String>,
    /// Address of the sender.
    pub sender: String,
    /// The document.
    pub attachment: String,
    /// Where in it, such as `page 3!paragraph 2`; empty where that is not known.
    pub place: String,
    /// The heading above it.
    pub heading: Option<String>,
    /// Whether nobody has confirmed it: it was recognised in a scan.
    pub unconfirmed: bool,
    /// Whether its message waits for an operator.
    pub held: bool,
    /// The text there, with what was searched for.
    pub snippet: Snippet,
}

/// Kinds of texts that are searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Written material.
    Narrative,
    /// An answer of a current return.
    Answer,
    /// Text recognised in a scan.
    Recognised,
}

/// Of so many times as many texts as are shown it is looked at how near the words stand together.
const CANDIDATES: usize = 3;
/// And of at least so many.
const LEAST_CANDIDATES: usize = 30;

/// A text that holds all words, as the index knows it.
#[derive(Debug)]
struct Match {
    narrative: Option<i64>,
    version: Option<i64>,
    scan: Option<String>,
    message: i64,
    held: bool,
    /// The lower, the better.
    rank: f64,
}

/// What was put aside for good is not found, and a scan once, however often it came.
const MATCHES: &str = "
    WITH hit AS MATERIALIZED (SELECT rowid AS id, rank FROM search_text WHERE search_text MATCH ?1)
    SELECT searched.narrative, searched.version, searched.scan, message.id, message.disposition = 'held' AND message.ruling = 'none', hit.rank
    FROM hit JOIN searched ON searched.id = hit.id
    LEFT JOIN narrative ON narrative.id = searched.narrative
    LEFT JOIN return_version ON return_version.id = searched.version
    LEFT JOIN respondent ON respondent.id = return_version.respondent
    JOIN message ON message.id = coalesce(narrative.message, return_version.message,
        (SELECT min(attachment.message) FROM attachment JOIN message ON message.id = attachment.message
         WHERE attachment.sha256 = searched.scan AND message.ruling <> 'discarded'))
    WHERE message.ruling <> 'discarded' AND (?2 IS NULL OR coalesce(respondent.survey, message.survey) = ?2)
    ORDER BY hit.rank, searched.id";

impl Store {
    /// The texts that hold all words of a query, the best `limit` of them shown.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when the survey was never configured.
    pub fn search(&self, query: &Query, survey: Option<&str>, limit: usize) -> Result<Found, StoreError> {
        self.read(|connection| search(connection, query, survey, limit))
    }
}

fn search(connection: &Connection, query: &Query, survey: Option<&str>, limit: usize) -> Outcome<Found> {
    if let Some(id) = survey {
        survey::current(connection, id)?;
    }
    let matches = all(connection, MATCHES, (query.expression(), survey), |row| {
        Ok(Match {
            narrative: row.get(0)?,
            version: row.get(1)?,
            scan: row.get(2)?,
            message: row.get(3)?,
            held: row.get(4)?,
            rank: row.get(5)?,
        })
    })?;
    let total = matches.len();
    let candidates = if query.len() > 1 { (limit.saturating_mul(CANDIDATES)).max(LEAST_CANDIDATES) } else { limit };
    let mut hits = Vec::new();
    for one in matches.iter().take(candidates) {
        if let Some(found) = hit::of(connection, one, query)? {
            hits.push((one.rank * found.nearness, found.hit));
        }
    }
    hits.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    Ok(Found { total, hits: hits.into_iter().take(limit).map(|(_, hit)| hit).collect() })
}
