//! Written material: its text with places, and the passages found in it.

use rusqlite::{Connection, Row};
use serde::Serialize;

use super::error::Outcome;
use super::row::{all, execute, first, insert};
use super::search::{index, owner};
use crate::reading::passages::Passage;
use crate::reading::{LinePlace, Narrative, Reading};

/// A passage, for a listing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PassageRow {
    /// `patent`, `standard`, `award` or `figure`.
    pub kind: String,
    /// What is named, such as 发明专利.
    pub name: String,
    /// What the respondent has to do with it.
    pub role: Option<String>,
    /// The number that identifies it.
    pub identifier: Option<String>,
    /// Lower bound of a count or amount.
    pub low: Option<String>,
    /// Upper bound.
    pub high: Option<String>,
    /// ISO 4217 code of an amount.
    pub currency: Option<String>,
    /// The message that the narrative came in.
    pub message: i64,
    /// The narrative.
    pub attachment: String,
    /// Where the sentence stands in it.
    pub place: String,
    /// The sentence as written.
    pub sentence: String,
}

/// Stores the narratives of a message.
pub(super) fn write(connection: &Connection, message: i64, reading: &Reading) -> Outcome<()> {
    let sql = "INSERT INTO narrative (message, attachment, respondent, text, is_cut) VALUES (?1, ?2, ?3, ?4, ?5)";
    for one in &reading.narratives {
        let columns = (message, &one.attachment, &one.respondent, &one.text, one.is_cut);
        let id = insert(connection, sql, columns)?;
        write_places(connection, id, &one.places)?;
        write_passages(connection, id, &one.passages)?;
        index::narrative(connection, id)?;
    }
    Ok(())
}

fn write_places(connection: &Connection, narrative: i64, places: &[LinePlace]) -> Outcome<()> {
    let sql = "INSERT INTO narrative_place (narrative, line, page, place) VALUES (?1, ?2, ?3, ?4)";
    for LinePlace { line, spot } in places {
        execute(connection, sql, (narrative, line, spot.page(), spot.to_string()))?;
    }
    Ok(())
}

fn write_passages(connection: &Connection, narrative: i64, passages: &[Passage]) -> Outcome<()> {
    let sql = "INSERT INTO passage
                   (narrative, number, kind, name, role, identifier, low, high, currency, page, place, sentence)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)";
    for (number, Passage { spot, sentence, named }) in (1_i64..).zip(passages) {
        let columns = (
            narrative,
            number,
            named.kind.as_str(),
            &named.name,
            named.role.map(|role| role.as_str()),
            &named.number,
            named.low.map(|low| low.to_string()),
            named.high.map(|high| high.to_string()),
            &named.currency,
            spot.page(),
            spot.to_string(),
            sentence,
        );
        execute(connection, sql, columns)?;
    }
    Ok(())
}

/// Writes places and passages anew where a message says the same as before, but today more is understood of it.
pub(super) fn renew(connection: &Connection, message: i64, reading: &Reading) -> Outcome<()> {
    let sql = "SELECT id FROM narrative WHERE message = ?1 AND attachment = ?2 AND text = ?3";
    for Narrative { attachment, text, is_cut, places, passages, .. } in &reading.narratives {
        let found: Option<i64> = first(connection, sql, (message, attachment, text), |row| row.get(0))?;
        let Some(id) = found else { continue };
        for table in ["narrative_place", "passage"] {
            execute(connection, &format!("DELETE FROM {table} WHERE narrative = ?1"), [id])?;
        }
        execute(connection, "UPDATE narrative SET is_cut = ?2 WHERE id = ?1", (id, is_cut))?;
        write_places(connection, id, places)?;
        write_passages(connection, id, passages)?;
    }
    Ok(())
}

/// Where a line of a narrative's text stands; none in a narrative that was read before places were kept.
pub(super) fn place_of_line(connection: &Connection, narrative: i64, line: usize) -> Outcome<Option<String>> {
    let sql = "SELECT place FROM narrative_place WHERE narrative = ?1 AND line <= ?2 ORDER BY line DESC LIMIT 1";
    let line = i64::try_from(line).unwrap_or(i64::MAX);
    first(connection, sql, (narrative, line), |row| row.get(0))
}

/// The passages of all written material of a respondent, in order of arrival.
pub(super) fn passages_of(connection: &Connection, respondent: i64) -> Outcome<Vec<PassageRow>> {
    let sql = "SELECT kind, name, role, identifier, low, high, currency, narrative.message, narrative.attachment, place, sentence
               FROM passage JOIN narrative ON narrative.id = passage.narrative
               WHERE passage.narrative = ?1 ORDER BY passage.number";
    let mut found = Vec::new();
    for narrative in owner::narratives_of(connection, respondent)? {
        found.extend(all(connection, sql, [narrative], passage)?);
    }
    Ok(found)
}

/// The narratives of a message of which not the whole text is kept.
pub(super) fn cut(connection: &Connection, message: i64) -> Outcome<Vec<String>> {
    let sql = "SELECT attachment FROM narrative WHERE message = ?1 AND is_cut ORDER BY id";
    all(connection, sql, [message], |row| Ok(row.get(0)?))
}

fn passage(row: &Row<'_>) -> Outcome<PassageRow> {
    Ok(PassageRow {
        kind: row.get(0)?,
        name: row.get(1)?,
        role: row.get(2)?,
        identifier: row.get(3)?,
        low: row.get(4)?,
        high: row.get(5)?,
        currency: row.get(6)?,
        message: row.get(7)?,
        attachment: row.get(8)?,
        place: row.get(9)?,
        sentence: row.get(10)?,
    })
}
