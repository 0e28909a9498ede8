//! The chain from a value back to the bytes it was read from.

use rusqlite::{Connection, Row};
use serde::Serialize;

use super::formerly::formerly;
use super::returns::AnswerRow;
use super::{AttachmentRow, LocationRow};
use crate::place::BODY;
use crate::store::error::{Fault, Outcome};
use crate::store::row::{all, count};
use crate::store::{Store, StoreError};
use crate::value::identity;

/// Why a respondent's item has the value it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Why {
    /// The survey.
    pub survey: String,
    /// Name of the respondent.
    pub respondent: String,
    /// The current return.
    pub current: i64,
    /// How that stands: `complete` or `in_correction`.
    pub state: String,
    /// The answer and where it was read.
    pub answer: AnswerRow,
    /// Where the unit of a number was found.
    pub unit: Option<String>,
    /// The return and the message it was read in: an older one than the current, where an answer was merged in.
    pub source: Link,
}

/// The message at the end of the chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// Number of the return in which the answer was read.
    pub id: i64,
    /// Revision of the survey it was read under.
    pub revision: Option<String>,
    /// The message.
    pub message: i64,
    /// SHA-256 of the message's bytes.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
    /// Address of the sender.
    pub sender: String,
    /// Its subject.
    pub subject: String,
    /// When it arrived.
    pub received_at: String,
    /// The attachment that was read; none when it was the message's own text.
    pub attachment: Option<AttachmentRow>,
    /// What the item said in earlier readings of the same return, where it said something else.
    pub formerly: Vec<FormerAnswer>,
    /// Where the message lies or lay.
    pub locations: Vec<LocationRow>,
}

/// An answer as it was read before a replay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormerAnswer {
    /// Number that the return had.
    pub id: i64,
    /// When it was read anew.
    pub until: String,
    /// The answer; none when none was read.
    pub answer: Option<AnswerRow>,
}

const CHAIN: &str = "
    SELECT respondent.survey, respondent.name, current.id, current.standing,
        answer.item, answer.text, answer.place, answer.value, answer.low, answer.high, answer.currency, answer.unit,
        source.id, source.revision, message.id, raw.sha256, raw.size, coalesce(message.sender, ''),
        coalesce(message.subject, ''), message.received_at
    FROM answer JOIN return_version AS current ON current.id = answer.version
    JOIN respondent ON respondent.id = current.respondent
    JOIN return_version AS source ON source.id = answer.source
    JOIN message ON message.id = source.message JOIN raw ON raw.id = message.raw
    WHERE respondent.id = ?1 AND answer.item = ?2";

impl Store {
    /// The chain behind an answer of a respondent, named in full or by a part of its name that fits no other. Once for each survey
    /// that it answered.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when there is no such respondent or answer, [`StoreError::Ambiguous`] when the name fits several.
    pub fn why(&self, respondent: &str, item: &str) -> Result<Vec<Why>, StoreError> {
        self.read(|connection| {
            let mut chains = Vec::new();
            for id in respondents(connection, respondent)? {
                chains.extend(all(connection, CHAIN, (id, item), why)?);
            }
            for chain in &mut chains {
                fill(connection, chain)?;
            }
            if chains.is_empty() {
                return Err(Fault::unknown("answer", format!("{item} of {respondent}")));
            }
            Ok(chains)
        })
    }
}

/// Respondents of this name, at most one a survey.
fn respondents(connection: &Connection, name: &str) -> Outcome<Vec<i64>> {
    let key = identity::key(name);
    let exact =
        all(connection, "SELECT id FROM respondent WHERE key = ?1 ORDER BY survey", [&key], |row| Ok(row.get(0)?))?;
    if !exact.is_empty() {
        return Ok(exact);
    }
    let sql = "SELECT id, key FROM respondent WHERE instr(key, ?1) > 0 AND EXISTS (SELECT 1 FROM return_version
                   WHERE return_version.respondent = respondent.id AND rereading IS NULL) ORDER BY survey";
    let similar: Vec<(i64, String)> = all(connection, sql, [&key], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let Some((_, found)) = similar.first() else { return Err(Fault::unknown("respondent", name)) };
    if similar.iter().any(|(_, other)| other != found) {
        return Err(Fault::Plain(StoreError::Ambiguous { what: "respondents", name: name.to_owned() }));
    }
    Ok(similar.into_iter().map(|(id, _)| id).collect())
}

fn why(row: &Row<'_>) -> Outcome<Why> {
    Ok(Why {
        survey: row.get::<_, Option<String>>(0)?.unwrap_or_default(),
        respondent: row.get(1)?,
        current: row.get(2)?,
        state: row.get(3)?,
        answer: AnswerRow {
            item: row.get(4)?,
            text: row.get(5)?,
            place: row.get(6)?,
            value: row.get(7)?,
            low: row.get(8)?,
            high: row.get(9)?,
            currency: row.get(10)?,
        },
        unit: row.get(11)?,
        source: Link {
            id: row.get(12)?,
            revision: row.get(13)?,
            message: row.get(14)?,
            sha256: row.get(15)?,
            size: count(row.get(16)?),
            sender: row.get(17)?,
            subject: row.get(18)?,
            received_at: row.get(19)?,
            attachment: None,
            formerly: Vec::new(),
            locations: Vec::new(),
        },
    })
}

/// Adds the attachment and the places of the message.
fn fill(connection: &Connection, why: &mut Why) -> Outcome<()> {
    let (message, place) = (why.source.message, why.answer.place.as_str());
    // A path may be the beginning of another one's: the longest that fits is the attachment.
    let fits = |path: &str| place.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('!'));
    let attachments = super::message::attachments(connection, message)?.into_iter();
    let attachment = attachments.filter(|one| fits(&one.path)).max_by_key(|one| one.path.len());
    why.source.attachment = attachment.filter(|_| !fits(BODY));
    why.source.formerly = former_answers(connection, why)?;
    why.source.locations = super::message::locations(connection, message)?;
    Ok(())
}

fn former_answers(connection: &Connection, why: &Why) -> Outcome<Vec<FormerAnswer>> {
    let item = &why.answer.item;
    let told = formerly(connection, why.source.id)?.into_iter().map(|one| {
        let answer = one.as_read.answers.get(item).map(|answer| AnswerRow::of(item, answer));
        FormerAnswer { id: one.id, until: one.until, answer }
    });
    Ok(told.filter(|one| one.answer.as_ref() != Some(&why.answer)).collect())
}
