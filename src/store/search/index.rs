//! What stands in the index. A text is noted with the row that holds it, in one transaction, and its tokens are written before that
//! ends; it goes with that row by itself (`ON DELETE CASCADE`, and a trigger that removes the tokens).

use rusqlite::Connection;

use crate::fulltext;
use crate::store::error::Outcome;
use crate::store::fact;
use crate::store::row::{all, execute};

/// The rules by which the index of a file was made, among the facts of the installation.
const RULES: &str = "search_rules";

/// Notes a new narrative.
pub(in crate::store) fn narrative(connection: &Connection, id: i64) -> Outcome<()> {
    execute(connection, "INSERT INTO searched (narrative) VALUES (?1)", [id]).map(drop)
}

/// Notes the answers of a current version, in the place of those that were.
pub(in crate::store) fn answers(connection: &Connection, version: i64) -> Outcome<()> {
    forget_version(connection, version)?;
    execute(connection, "INSERT INTO searched (version) VALUES (?1)", [version]).map(drop)
}

/// Takes out the answers of a respondent.
pub(in crate::store) fn forget_answers(connection: &Connection, respondent: i64) -> Outcome<()> {
    let sql = "DELETE FROM searched WHERE version IN (SELECT id FROM return_version WHERE respondent = ?1)";
    execute(connection, sql, [respondent]).map(drop)
}

/// Takes out the answers of a version that is not current any more.
pub(in crate::store) fn forget_version(connection: &Connection, version: i64) -> Outcome<()> {
    execute(connection, "DELETE FROM searched WHERE version = ?1", [version]).map(drop)
}

/// Notes the recognised lines of a scan, in the place of those that were.
pub(in crate::store) fn scan(connection: &Connection, sha256: &str) -> Outcome<()> {
    execute(connection, "DELETE FROM searched WHERE scan = ?1", [sha256])?;
    execute(connection, "INSERT INTO searched (scan) VALUES (?1)", [sha256]).map(drop)
}

/// Writes the tokens of what was noted. Each transaction of the writer does so before it ends.
pub(in crate::store) fn write_tokens(connection: &Connection) -> Outcome<()> {
    let sql = "SELECT id, narrative, version, scan FROM searched WHERE waits = 1 ORDER BY id";
    let waiting: Vec<Noted> = all(connection, sql, [], |row| {
        Ok(Noted { id: row.get(0)?, narrative: row.get(1)?, version: row.get(2)?, scan: row.get(3)? })
    })?;
    for noted in waiting {
        let texts = texts(connection, &noted)?;
        let tokens = fulltext::indexed(texts.iter().flat_map(|text| text.split('\n')));
        execute(connection, "INSERT INTO search_text (rowid, tokens) VALUES (?1, ?2)", (noted.id, tokens))?;
        execute(connection, "UPDATE searched SET waits = 0 WHERE id = ?1", [noted.id])?;
    }
    Ok(())
}

/// A text that was noted.
struct Noted {
    id: i64,
    narrative: Option<i64>,
    version: Option<i64>,
    scan: Option<String>,
}

fn texts(connection: &Connection, noted: &Noted) -> Outcome<Vec<String>> {
    if let Some(id) = noted.narrative {
        return all(connection, "SELECT text FROM narrative WHERE id = ?1", [id], |row| Ok(row.get(0)?));
    }
    if let Some(id) = noted.version {
        let sql = "SELECT text FROM answer WHERE version = ?1 ORDER BY item";
        return all(connection, sql, [id], |row| Ok(row.get(0)?));
    }
    let sql = "SELECT text FROM recognised_line WHERE sha256 = ?1 ORDER BY page, number";
    all(connection, sql, [&noted.scan], |row| Ok(row.get(0)?))
}

/// Makes the index of a file anew that has none yet, or one of other rules.
pub(in crate::store) fn bring_up_to_date(connection: &Connection) -> Outcome<()> {
    if is_current(connection)? {
        return Ok(());
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    // Another process may have been quicker.
    let made = is_current(connection).and_then(|done| if done { Ok(()) } else { make(connection) });
    connection.execute_batch(if made.is_ok() { "COMMIT" } else { "ROLLBACK" })?;
    made
}

fn is_current(connection: &Connection) -> Outcome<bool> {
    Ok(fact::get(connection, RULES)?.as_deref() == Some(fulltext::RULES))
}

/// Makes the index anew, with nothing of what was taken out of it: that stays in it otherwise, marked as gone.
pub(in crate::store) fn make_anew(connection: &Connection) -> Outcome<()> {
    execute(connection, "DELETE FROM searched", [])?;
    execute(connection, "INSERT INTO search_text (search_text) VALUES ('delete-all')", [])?;
    make(connection)
}

fn make(connection: &Connection) -> Outcome<()> {
    for sql in [
        "DELETE FROM searched",
        "INSERT INTO searched (narrative) SELECT id FROM narrative",
        "INSERT INTO searched (version) SELECT DISTINCT version FROM answer",
        "INSERT INTO searched (scan) SELECT DISTINCT sha256 FROM recognised_line",
    ] {
        execute(connection, sql, [])?;
    }
    write_tokens(connection)?;
    fact::set(connection, RULES, fulltext::RULES)
}
