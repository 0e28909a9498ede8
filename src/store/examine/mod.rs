//! Whether a database is what it should be: looked through page by page, reference by reference, and by the invariants of the design.
//!
//! Nothing is changed by it, not even the schema of an older file. It is asked of the live file by `postroom check --database`, and
//! of every backup before it is called one.

mod access;
mod invariants;

use std::collections::BTreeMap;
use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::error::{Fault, Outcome};
use super::lock::InUse;
use super::raw::{PIECE, decompress, hex};
use super::row::{all, count, scalar};
use super::{StoreError, connection, fact, personal};

pub use access::loose;

/// Faults of one kind that are told one by one; of more there is the number.
const TOLD: usize = 5;

/// How a file may be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Others may be writing.
    Shared,
    /// Nobody else has it: it is read as it lies there, and nothing is made beside it.
    Alone,
}

/// What was found in a database.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Examination {
    /// Number of its schema.
    pub schema: i64,
    /// Number of the schema that this program brings it to.
    pub newest: i64,
    /// When it was copied, where it is a backup; RFC 3339.
    pub copied_at: Option<String>,
    /// Rows of the tables that tell what it holds.
    pub counts: BTreeMap<&'static str, u64>,
    /// What is wrong, in words; empty when it is sound.
    pub faults: Vec<String>,
}

/// Tables that tell what a database holds.
const COUNTED: [&str; 4] = ["message", "respondent", "notice", "event"];

/// The rows of these tables.
pub(super) fn counts(connection: &Connection) -> Outcome<BTreeMap<&'static str, u64>> {
    let number = |table: &'static str| -> Outcome<(&'static str, u64)> {
        Ok((table, count(scalar(connection, &format!("SELECT count(*) FROM {table}"), [])?)))
    };
    COUNTED.into_iter().map(number).collect()
}

/// Looks a database through.
///
/// # Errors
/// When it cannot be opened, is no database of Postroom's, or was made by a newer one. What is wrong within is no error, but
/// among the faults.
pub fn examine(path: &Path, access: Access) -> Result<Examination, StoreError> {
    let _in_use = (access == Access::Shared).then(|| InUse::share(path)).transpose()?;
    let examined = open(path, access).and_then(|connection| {
        // One moment for all that is looked at.
        let transaction = connection.unchecked_transaction()?;
        look(&transaction, path)
    });
    examined.map_err(|fault| fault.at(path))
}

fn open(path: &Path, access: Access) -> Outcome<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let absolute = std::path::absolute(path)?;
    if !absolute.is_file() {
        return Err(Fault::Io(std::io::Error::new(std::io::ErrorKind::NotFound, "there is no such file")));
    }
    let has_log = super::beside(&absolute, "-wal").metadata().is_ok_and(|metadata| metadata.len() > 0);
    let immutable = if access == Access::Alone && !has_log { "&immutable=1" } else { "" };
    let connection = Connection::open_with_flags(format!("file:{}?mode=ro{immutable}", escaped(&absolute)), flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    Ok(connection)
}

/// A path as it stands in a URI.
fn escaped(path: &Path) -> String {
    use std::fmt::Write as _;
    use std::os::unix::ffi::OsStrExt;
    path.as_os_str().as_bytes().iter().fold(String::new(), |mut text, byte| {
        match byte {
            b'/' | b'.' | b'-' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => text.push(char::from(*byte)),
            // Writing to a string cannot fail.
            _ => drop(write!(text, "%{byte:02X}")),
        }
        text
    })
}

fn look(connection: &Connection, path: &Path) -> Outcome<Examination> {
    let schema: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let newest = connection::newest();
    if schema > newest {
        return Err(Fault::Plain(StoreError::TooNew { path: path.to_owned() }));
    }
    let tables =
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('meta', 'message', 'raw', 'notice')";
    if schema == 0 || scalar::<i64>(connection, tables, [])? != 4 {
        let why = "it is no database of postroom's".to_owned();
        return Err(Fault::Plain(StoreError::Damaged { path: path.to_owned(), why }));
    }
    let mut faults = Vec::new();
    let mut note = |found: Outcome<Vec<String>>| match found {
        Ok(found) => faults.extend(found),
        Err(fault) => faults.push(fault.at(path).to_string()),
    };
    note(pages(connection));
    note(references(connection));
    note(bytes(connection));
    if schema == newest {
        note(same_schema(connection));
        note(views(connection));
        note(invariants::broken(connection));
        note(erased(connection));
    }
    let counts = counts(connection).unwrap_or_else(|fault| {
        faults.push(fault.at(path).to_string());
        BTreeMap::new()
    });
    let copied_at = fact::get(connection, super::backup::COPIED_AT).unwrap_or_default();
    Ok(Examination { schema, newest, copied_at, counts, faults })
}

/// Pages, indices, and what the columns may hold.
fn pages(connection: &Connection) -> Outcome<Vec<String>> {
    let said: Vec<String> = all(connection, "PRAGMA integrity_check(20)", [], |row| Ok(row.get(0)?))?;
    Ok(said.into_iter().filter(|words| words != "ok").map(|words| format!("damaged: {words}")).collect())
}

fn references(connection: &Connection) -> Outcome<Vec<String>> {
    let broken: Vec<(String, String)> =
        all(connection, "PRAGMA foreign_key_check", [], |row| Ok((row.get(0)?, row.get(2)?)))?;
    let mut kinds: BTreeMap<(String, String), usize> = BTreeMap::new();
    for pair in broken {
        *kinds.entry(pair).or_default() += 1;
    }
    let told = |((table, parent), count): ((String, String), usize)| {
        format!("{count} rows of {table} name rows of {parent} that are not there")
    };
    Ok(kinds.into_iter().map(told).collect())
}

/// The bytes of each message are those that were kept: SQLite itself has no sums to know that by.
fn bytes(connection: &Connection) -> Outcome<Vec<String>> {
    let kept: Vec<(i64, String)> = all(
        connection,
        "SELECT id, sha256 FROM raw WHERE sha256 IS NOT NULL AND id IN (SELECT raw FROM raw_piece)",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let mut pieces = connection.prepare("SELECT bytes FROM raw_piece WHERE raw = ?1 ORDER BY seq")?;
    let mut wrong = Vec::new();
    for (raw, sha256) in kept {
        let mut hash = Sha256::new();
        let mut rows = pieces.query([raw])?;
        let mut whole = true;
        while let Some(row) = rows.next()? {
            let piece: Vec<u8> = row.get(0)?;
            match decompress(&piece, PIECE) {
                Ok(bytes) => hash.update(&bytes),
                Err(_) => whole = false,
            }
        }
        if !whole || hex(&hash.finalize()) != sha256 {
            wrong.push(format!("sha256 {sha256}"));
        }
    }
    Ok(told("a message's bytes are those that its hash names", wrong).into_iter().collect())
}

/// What was erased is gone from the free pages too.
fn erased(connection: &Connection) -> Outcome<Vec<String>> {
    let words = "what was erased still lies on its free pages: make room for a second copy of the file, end whatever has it open, and \
                 start postroom";
    Ok(if personal::is_rewriting_due(connection)? { vec![words.to_owned()] } else { Vec::new() })
}

/// The tables and indices are those of this schema, as a new file has them.
fn same_schema(connection: &Connection) -> Outcome<Vec<String>> {
    let statements = |of: &Connection| -> Outcome<BTreeMap<String, String>> {
        // The tables within a full text, and statistics, are SQLite's own.
        let sql = "SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE type <> 'view'
                       AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'search\\_text\\_%' ESCAPE '\\'";
        let rows: Vec<(String, String)> = all(of, sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.into_iter().collect())
    };
    let fresh = statements(&connection::nameless(std::time::Duration::ZERO)?)?;
    let own = statements(connection)?;
    let lacking = fresh.keys().filter(|name| !own.contains_key(*name)).map(|name| format!("{name} is missing"));
    let others = own.iter().filter_map(|(name, sql)| match fresh.get(name) {
        None => Some(format!("{name} is none of postroom's")),
        Some(fresh) if fresh != sql => Some(format!("{name} is not as this schema has it")),
        Some(_) => None,
    });
    Ok(lacking.chain(others).map(|what| format!("schema: {what}")).collect())
}

/// Each survey's view is there and can be asked.
fn views(connection: &Connection) -> Outcome<Vec<String>> {
    let views: Vec<(String, String)> =
        all(connection, "SELECT id, view FROM survey ORDER BY id", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let fault = |(survey, view): (String, String)| {
        let asked = scalar::<i64>(connection, &format!("SELECT count(*) FROM \"{}\"", view.replace('"', "\"\"")), []);
        asked
            .err()
            .map(|_| format!("the view {view} of survey {survey} cannot be asked: it is made anew at the next start"))
    };
    Ok(views.into_iter().filter_map(fault).collect())
}

/// Some of what offends against a rule, and how many there are.
fn told(rule: &str, offenders: Vec<String>) -> Option<String> {
    let (all, few) = (offenders.len(), offenders.into_iter().take(TOLD).collect::<Vec<_>>().join(", "));
    let more = if all > TOLD { format!(" and {} more", all - TOLD) } else { String::new() };
    (all > 0).then(|| format!("not so: {rule} ({few}{more})"))
}
