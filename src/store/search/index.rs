//! What stands in the index: each text is put in with the row that holds it, in one transaction. It goes with that row by itself
//! (`ON DELETE CASCADE`, and a trigger that removes the tokens).

use rusqlite::Connection;

use crate::fulltext;
use crate::store::error::Outcome;
use crate::store::row::{all, execute, first, insert};

/// The rules by which the index of a file was made, among the facts of the installation.
const RULES: &str = "search_rules";

/// Which text it is: the column of `searched` that names it.
#[derive(Debug, Clone, Copy)]
enum Text<'s> {
    Narrative(i64),
    Version(i64),
    Scan(&'s str),
}

/// Puts a narrative's text in.
pub(in crate::store) fn narrative(connection: &Connection, id: i64, text: &str) -> Outcome<()> {
    put(connection, Text::Narrative(id), text.lines())
}

/// Puts the answers of a current version in, in the place of those that were.
pub(in crate::store) fn answers<'t>(
    connection: &Connection,
    version: i64,
    texts: impl IntoIterator<Item = &'t str>,
) -> Outcome<()> {
    forget_version(connection, version)?;
    put(connection, Text::Version(version), texts)
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

/// Puts the recognised lines of a scan in, in the place of those that were.
pub(in crate::store) fn scan(connection: &Connection, sha256: &str) -> Outcome<()> {
    execute(connection, "DELETE FROM searched WHERE scan = ?1", [sha256])?;
    let sql = "SELECT text FROM recognised_line WHERE sha256 = ?1 ORDER BY page, number";
    let lines: Vec<String> = all(connection, sql, [sha256], |row| Ok(row.get(0)?))?;
    if lines.is_empty() {
        return Ok(());
    }
    put(connection, Text::Scan(sha256), lines.iter().map(String::as_str))
}

fn put<'t>(connection: &Connection, text: Text<'_>, lines: impl IntoIterator<Item = &'t str>) -> Outcome<()> {
    let id = match text {
        Text::Narrative(id) => insert(connection, "INSERT INTO searched (narrative) VALUES (?1)", [id])?,
        Text::Version(id) => insert(connection, "INSERT INTO searched (version) VALUES (?1)", [id])?,
        Text::Scan(sha256) => insert(connection, "INSERT INTO searched (scan) VALUES (?1)", [sha256])?,
    };
    let sql = "INSERT INTO search_text (rowid, tokens) VALUES (?1, ?2)";
    execute(connection, sql, (id, fulltext::indexed(lines))).map(drop)
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
    let rules: Option<String> = first(connection, "SELECT value FROM meta WHERE key = ?1", [RULES], |row| row.get(0))?;
    Ok(rules.as_deref() == Some(fulltext::RULES))
}

fn make(connection: &Connection) -> Outcome<()> {
    execute(connection, "DELETE FROM searched", [])?;
    for id in ids(connection, "SELECT id FROM narrative ORDER BY id")? {
        let text: Option<String> =
            first(connection, "SELECT text FROM narrative WHERE id = ?1", [id], |row| row.get(0))?;
        narrative(connection, id, &text.unwrap_or_default())?;
    }
    for id in ids(connection, "SELECT DISTINCT version FROM answer ORDER BY version")? {
        let sql = "SELECT text FROM answer WHERE version = ?1 ORDER BY item";
        let texts: Vec<String> = all(connection, sql, [id], |row| Ok(row.get(0)?))?;
        answers(connection, id, texts.iter().map(String::as_str))?;
    }
    let scans: Vec<String> = all(connection, "SELECT sha256 FROM recognition", [], |row| Ok(row.get(0)?))?;
    scans.iter().try_for_each(|sha256| scan(connection, sha256))?;
    let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
    execute(connection, sql, (RULES, fulltext::RULES)).map(drop)
}

fn ids(connection: &Connection, sql: &str) -> Outcome<Vec<i64>> {
    all(connection, sql, [], |row| Ok(row.get(0)?))
}
