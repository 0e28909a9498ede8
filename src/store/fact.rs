//! Facts of the installation: single values by their names, in the table `meta`.

use rusqlite::Connection;

use super::error::Outcome;
use super::row::{execute, first};

/// A fact's value; none when it is not known.
pub(super) fn get(connection: &Connection, name: &str) -> Outcome<Option<String>> {
    first(connection, "SELECT value FROM meta WHERE key = ?1", [name], |row| row.get(0))
}

/// Writes a fact down, in the place of what was known of it.
pub(super) fn set(connection: &Connection, name: &str, value: &str) -> Outcome<()> {
    let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value";
    execute(connection, sql, (name, value)).map(drop)
}

/// Writes a fact down unless one is known; the one that holds then.
pub(super) fn settle(connection: &Connection, name: &str, value: &str) -> Outcome<String> {
    let sql = "INSERT INTO meta (key, value) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
    execute(connection, sql, (name, value))?;
    Ok(get(connection, name)?.unwrap_or_else(|| value.to_owned()))
}

/// Strikes a fact out; whether it was known.
pub(super) fn strike(connection: &Connection, name: &str) -> Outcome<bool> {
    Ok(execute(connection, "DELETE FROM meta WHERE key = ?1", [name])? > 0)
}
