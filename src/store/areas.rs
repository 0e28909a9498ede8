//! Focus areas of returns. What the rules find hangs on the return, its written material and the taxonomy; it is found anew when one of
//! them has changed. What an operator said stands over it and stays.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

use super::error::{Fault, Outcome};
use super::row::{all, execute, scalar, time};
use super::{Store, StoreError, Write};

/// Most characters of written material that are looked at for one respondent.
const MOST: usize = 200_000;

/// Score of an area that an operator named.
const CERTAIN: u8 = 100;

/// A respondent whose areas are to be found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsorted {
    /// Its number.
    pub respondent: i64,
    /// What its areas will have been found from.
    pub basis: String,
    /// Its answers by item, and its written material under `narrative`.
    pub texts: Vec<(String, String)>,
}

/// A respondent and the areas that the rules found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sorted {
    /// Its number.
    pub respondent: i64,
    /// What they were found from.
    pub basis: String,
    /// Key, score in hundredths, and the words that led there.
    pub areas: Vec<(String, u8, String)>,
}

/// A return in the listing of areas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AreaRow {
    /// Key of the area.
    pub area: String,
    /// Number of the respondent.
    pub respondent: i64,
    /// Its name.
    pub name: String,
    /// Number of the return.
    pub version: i64,
    /// How surely it is of the area, in hundredths.
    pub score: u8,
    /// The words that led there, or what the operator noted.
    pub evidence: String,
    /// Whether an operator said so.
    pub by_operator: bool,
}

impl Store {
    /// Respondents whose areas have to be found: their return, its written material or the taxonomy is another than when they were
    /// found last.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn unsorted(&self, survey: &str, taxonomy: &str) -> Result<Vec<Unsorted>, StoreError> {
        self.read(|connection| unsorted(connection, survey, taxonomy))
    }

    /// Writes down what the rules found; what operators said stays over it.
    pub fn sort(&self, sorted: Vec<Sorted>) -> Write<()> {
        self.write(move |connection| sorted.iter().try_for_each(|one| sort(connection, one)))
    }

    /// An operator's word: a respondent is of an area, or is not, or (none) the rules decide again.
    pub fn choose_area(
        &self,
        respondent: i64,
        area: &str,
        is_of: Option<bool>,
        why: &str,
        now: Timestamp,
    ) -> Write<()> {
        let (area, why) = (area.to_owned(), why.to_owned());
        self.write(move |connection| {
            let known = "SELECT EXISTS (SELECT 1 FROM respondent WHERE id = ?1)";
            if !scalar::<bool>(connection, known, [respondent])? {
                return Err(Fault::unknown("respondent", respondent));
            }
            choose(connection, (respondent, &area), is_of, &why, now)
        })
    }

    /// The returns of each area, the surest first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn area_rows(&self, survey: &str) -> Result<Vec<AreaRow>, StoreError> {
        self.read(|connection| {
            let sql = "SELECT return_area.area, respondent.id, respondent.name, return_version.id, return_area.score,
                           return_area.evidence, return_area.by_operator
                       FROM return_area JOIN respondent ON respondent.id = return_area.respondent
                       JOIN return_version ON return_version.respondent = respondent.id
                           AND return_version.standing IN ('complete', 'in_correction')
                       WHERE respondent.survey = ?1
                       ORDER BY return_area.area, return_area.score DESC, respondent.id";
            all(connection, sql, [survey], |row| {
                Ok(AreaRow {
                    area: row.get(0)?,
                    respondent: row.get(1)?,
                    name: row.get(2)?,
                    version: row.get(3)?,
                    score: row.get(4)?,
                    evidence: row.get(5)?,
                    by_operator: row.get(6)?,
                })
            })
        })
    }
}

/// The current returns with what their areas would be found from.
const CURRENT: &str = "
    SELECT respondent.id, return_version.id || ':' || coalesce((
            SELECT max(narrative.id) || ',' || count(*) FROM narrative
            JOIN return_version AS own ON own.message = narrative.message AND own.respondent = respondent.id
        ), '') || ':' || ?2 AS basis
    FROM respondent JOIN return_version ON return_version.respondent = respondent.id
        AND return_version.standing IN ('complete', 'in_correction')
    WHERE respondent.survey = ?1";

fn unsorted(connection: &Connection, survey: &str, taxonomy: &str) -> Outcome<Vec<Unsorted>> {
    let sql = format!(
        "SELECT current.id, current.basis FROM ({CURRENT}) AS current
         LEFT JOIN area_state ON area_state.respondent = current.id WHERE area_state.basis IS NOT current.basis"
    );
    let stale: Vec<(i64, String)> = all(connection, &sql, (survey, taxonomy), |row| Ok((row.get(0)?, row.get(1)?)))?;
    stale
        .into_iter()
        .map(|(respondent, basis)| Ok(Unsorted { respondent, basis, texts: texts(connection, respondent)? }))
        .collect()
}

/// The answers of the return that counts, then the written material that came with the respondent's returns, unless it is another
/// one's by name.
fn texts(connection: &Connection, respondent: i64) -> Outcome<Vec<(String, String)>> {
    let sql = "SELECT answer.item, answer.text FROM answer JOIN return_version ON return_version.id = answer.version
               WHERE return_version.respondent = ?1 AND return_version.standing IN ('complete', 'in_correction')
               ORDER BY answer.item";
    let mut texts: Vec<(String, String)> = all(connection, sql, [respondent], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let sql = "SELECT DISTINCT narrative.id, narrative.text FROM narrative
               JOIN return_version ON return_version.message = narrative.message
               JOIN respondent ON respondent.id = return_version.respondent
               WHERE respondent.id = ?1 AND return_version.standing <> 'discarded'
               AND (narrative.respondent IS NULL OR narrative.respondent = respondent.name) ORDER BY narrative.id";
    let narratives: Vec<String> = all(connection, sql, [respondent], |row| Ok(row.get(1)?))?;
    let mut left = MOST;
    for narrative in narratives {
        let kept: String = narrative.chars().take(left).collect();
        left -= kept.chars().count();
        texts.push(("narrative".to_owned(), kept));
    }
    Ok(texts)
}

fn sort(connection: &Connection, sorted: &Sorted) -> Outcome<()> {
    let respondent = sorted.respondent;
    let chosen = choices(connection, respondent)?;
    execute(connection, "DELETE FROM return_area WHERE respondent = ?1", [respondent])?;
    for (area, score, evidence) in sorted.areas.iter().filter(|(area, ..)| !chosen.contains_key(area)) {
        write(connection, (respondent, area), *score, evidence, false)?;
    }
    for (area, (_, why)) in chosen.iter().filter(|(_, (is_of, _))| *is_of) {
        write(connection, (respondent, area), CERTAIN, why, true)?;
    }
    let sql = "INSERT INTO area_state (respondent, basis) VALUES (?1, ?2)
               ON CONFLICT DO UPDATE SET basis = excluded.basis";
    execute(connection, sql, (respondent, &sorted.basis))?;
    Ok(())
}

fn choices(connection: &Connection, respondent: i64) -> Outcome<BTreeMap<String, (bool, String)>> {
    let sql = "SELECT area, is_of, why FROM area_choice WHERE respondent = ?1";
    let rows = all(connection, sql, [respondent], |row| Ok((row.get(0)?, (row.get(1)?, row.get(2)?))))?;
    Ok(rows.into_iter().collect())
}

fn write(
    connection: &Connection,
    (respondent, area): (i64, &str),
    score: u8,
    evidence: &str,
    by_operator: bool,
) -> Outcome<()> {
    let sql = "INSERT INTO return_area (respondent, area, score, evidence, by_operator) VALUES (?1, ?2, ?3, ?4, ?5)
               ON CONFLICT DO UPDATE SET score = excluded.score, evidence = excluded.evidence,
                   by_operator = excluded.by_operator";
    execute(connection, sql, (respondent, area, score, evidence, by_operator))?;
    Ok(())
}

fn choose(
    connection: &Connection,
    (respondent, area): (i64, &str),
    is_of: Option<bool>,
    why: &str,
    now: Timestamp,
) -> Outcome<()> {
    let own = (respondent, area);
    match is_of {
        Some(is_of) => {
            let sql = "INSERT INTO area_choice (respondent, area, is_of, why, at) VALUES (?1, ?2, ?3, ?4, ?5)
                       ON CONFLICT DO UPDATE SET is_of = excluded.is_of, why = excluded.why, at = excluded.at";
            execute(connection, sql, (respondent, area, is_of, why, time(now)))?;
        }
        None => {
            execute(connection, "DELETE FROM area_choice WHERE respondent = ?1 AND area = ?2", own)?;
            execute(connection, "DELETE FROM area_state WHERE respondent = ?1", [respondent])?;
        }
    }
    if is_of == Some(true) {
        write(connection, own, CERTAIN, why, true)
    } else {
        execute(connection, "DELETE FROM return_area WHERE respondent = ?1 AND area = ?2", own)?;
        Ok(())
    }
}
