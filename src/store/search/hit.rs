//! A match of the index becomes a hit: the line of the text where the words stand, with its place.

use std::ops::Range;

use rusqlite::Connection;

use super::{Hit, Match, Source, owner};
use crate::fulltext::{Query, Snippet};
use crate::place::BODY;
use crate::reading::is_heading;
use crate::store::error::Outcome;
use crate::store::narrative::place_of_line;
use crate::store::row::{all, first};

/// How much more a text counts in which all words stand in one line than one in which they are far apart.
const TOGETHER: f64 = 0.5;
/// So many lines up a heading is looked for.
const HEADING_WITHIN: usize = 60;

/// A hit, and what its rank is to be multiplied with.
pub(super) struct Ranked {
    pub(super) hit: Hit,
    pub(super) nearness: f64,
}

/// A line of a text.
struct Line {
    text: String,
    /// Path of the attachment, and the spot in it.
    attachment: String,
    place: String,
    item: Option<String>,
}

/// The line in which most of the words stand.
struct Best {
    at: usize,
    found: Vec<Range<usize>>,
    different: usize,
}

/// The hit of a match; none when the text is not there any more.
pub(super) fn of(connection: &Connection, one: &Match, query: &Query) -> Outcome<Option<Ranked>> {
    let (source, name, lines) = match (one.narrative, one.version, &one.scan) {
        (Some(narrative), ..) => {
            let Some((name, lines)) = narrative_lines(connection, narrative)? else { return Ok(None) };
            (Source::Narrative, name, lines)
        }
        (_, Some(version), _) => (Source::Answer, None, answer_lines(connection, version)?),
        (.., Some(sha256)) => (Source::Recognised, None, scan_lines(connection, one.message, sha256)?),
        _ => return Ok(None),
    };
    let best = best(&lines, query);
    let Some(line) = lines.get(best.at) else { return Ok(None) };
    let place = match one.narrative {
        Some(narrative) => place_of_line(connection, narrative, best.at + 1)?.unwrap_or_default(),
        None => line.place.clone(),
    };
    let (respondent, sender) = whose(connection, one, name.as_deref())?;
    let hit = Hit {
        source,
        respondent,
        message: one.message,
        version: one.version,
        item: line.item.clone(),
        sender,
        attachment: line.attachment.clone(),
        place,
        heading: heading(&lines, best.at).filter(|_| source == Source::Narrative),
        unconfirmed: source == Source::Recognised,
        held: one.held,
        snippet: Snippet::of(&line.text, &best.found),
    };
    Ok(Some(Ranked { hit, nearness: nearness(best.different, query.len()) }))
}

fn nearness(different: usize, words: usize) -> f64 {
    let share = |count: usize| f64::from(u32::try_from(count.saturating_sub(1)).unwrap_or(u32::MAX));
    if words < 2 { 1.0 } else { 1.0 + TOGETHER * share(different) / share(words) }
}

fn best(lines: &[Line], query: &Query) -> Best {
    let mut best = Best { at: 0, found: Vec::new(), different: 0 };
    for (at, line) in lines.iter().enumerate() {
        let (found, different) = query.found_in(&line.text);
        if different > best.different {
            best = Best { at, found, different };
            if best.different == query.len() {
                break;
            }
        }
    }
    best
}

/// The name that stands with a narrative, and its lines.
fn narrative_lines(connection: &Connection, id: i64) -> Outcome<Option<(Option<String>, Vec<Line>)>> {
    let sql = "SELECT attachment, respondent, text FROM narrative WHERE id = ?1";
    let row: Option<(String, Option<String>, String)> =
        first(connection, sql, [id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(row.map(|(attachment, name, text)| {
        let line = |text: &str| Line {
            text: text.to_owned(),
            attachment: attachment.clone(),
            place: String::new(),
            item: None,
        };
        (name, text.split('\n').map(line).collect())
    }))
}

fn answer_lines(connection: &Connection, version: i64) -> Outcome<Vec<Line>> {
    let sql = "SELECT item, text, place FROM answer WHERE version = ?1 ORDER BY item";
    all(connection, sql, [version], |row| {
        let place: String = row.get(2)?;
        let (attachment, place) = place.split_once('!').unwrap_or((&place, ""));
        let (attachment, place) = (attachment.to_owned(), place.to_owned());
        Ok(Line { item: Some(row.get(0)?), text: row.get(1)?, attachment, place })
    })
}

fn scan_lines(connection: &Connection, message: i64, sha256: &str) -> Outcome<Vec<Line>> {
    let sql = "SELECT path FROM attachment WHERE message = ?1 AND sha256 = ?2 ORDER BY id LIMIT 1";
    let path: Option<String> = first(connection, sql, (message, sha256), |row| row.get(0))?;
    let path = path.unwrap_or_else(|| BODY.to_owned());
    let sql = "SELECT page, number, text FROM recognised_line WHERE sha256 = ?1 ORDER BY page, number";
    all(connection, sql, [sha256], |row| {
        let (page, number): (i64, i64) = (row.get(0)?, row.get(1)?);
        let place = format!("page {page}!line {number}");
        Ok(Line { text: row.get(2)?, attachment: path.clone(), place, item: None })
    })
}

/// The name of the respondent, and the address of the sender.
fn whose(connection: &Connection, one: &Match, name: Option<&str>) -> Outcome<(Option<String>, String)> {
    let sql = "SELECT sender FROM message WHERE id = ?1";
    let sender: Option<String> = first(connection, sql, [one.message], |row| row.get(0))?;
    let respondent = match one.version {
        Some(version) => {
            let sql = "SELECT respondent.name FROM respondent
                       JOIN return_version ON return_version.respondent = respondent.id WHERE return_version.id = ?1";
            first(connection, sql, [version], |row| row.get(0))?
        }
        None => owner::of(connection, one.message, name)?.map(|owner| owner.name),
    };
    Ok((respondent.filter(|name: &String| !name.is_empty()), sender.unwrap_or_default()))
}

/// The heading nearest above a line.
fn heading(lines: &[Line], at: usize) -> Option<String> {
    let above = lines.get(..at)?.iter().rev().take(HEADING_WITHIN);
    above.map(|line| line.text.trim()).find(|text| is_heading(text)).map(str::to_owned)
}
