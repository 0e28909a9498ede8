//! Text recognised in scans: which scan is due, what was recognised of it. It hangs on the bytes of the scan, not on a reading of
//! its message, so reading a message anew leaves it alone.

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;

use super::error::Outcome;
use super::row::{all, count, execute, first, time};
use super::{Store, Write, search};
use crate::recognise::{Frame, Line, models};

/// How often a scan may break off the program that recognises it, or the daemon with it.
const MOST_ATTEMPTS: u32 = 2;

/// Scans of messages that brought nothing else. What an office file of pictures is may be seen only when it is opened.
const DUE: &str = "
    SELECT attachment.sha256, attachment.message, attachment.path
    FROM issue JOIN message ON message.id = issue.message JOIN raw ON raw.id = message.raw AND raw.removed_at IS NULL
    JOIN attachment ON attachment.message = message.id
    LEFT JOIN recognition ON recognition.sha256 = attachment.sha256
    WHERE issue.code = 'scan_only' AND message.state = 'read' AND message.disposition <> 'ignored'
        AND attachment.kind IN ('picture', 'pdf', 'docx', 'xlsx', 'pptx', 'odt', 'ods')
        AND (recognition.sha256 IS NULL OR (recognition.state = 'begun' AND recognition.attempts < ?1))
    ORDER BY message.received_at, message.id, attachment.id LIMIT 1";

/// A scan whose text is to be recognised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScanDue {
    /// Hash of its bytes.
    pub sha256: String,
    /// A message it came in.
    pub message: i64,
    /// Its path there.
    pub path: String,
}

/// How recognising a scan ended.
#[derive(Debug, Clone, PartialEq)]
pub struct Recognition {
    /// The lines of each page.
    pub pages: Vec<Vec<Line>>,
    /// Why that is not all.
    pub fault: Option<String>,
}

/// What was recognised of a file of a message, for a listing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecognitionRow {
    /// Path of the file.
    pub attachment: String,
    /// `begun`, `done` or `failed`.
    pub state: String,
    /// Why it failed.
    pub reason: Option<String>,
    /// What recognised.
    pub engine: String,
    /// Its lines in reading order.
    pub lines: Vec<RecognisedLine>,
}

/// A recognised line, for a listing.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RecognisedLine {
    /// Its page or picture, from 1.
    pub page: u64,
    /// The line.
    #[serde(flatten)]
    pub line: Line,
}

// What is compared are numbers that were stored, none of which is "not a number".
impl Eq for RecognitionRow {}

impl Store {
    /// Takes the next scan whose text is to be recognised, and records the attempt first: one that breaks everything is not
    /// tried for ever.
    pub fn claim_scan(&self, now: Timestamp) -> Write<Option<ScanDue>> {
        self.write(move |connection| {
            let due = first(connection, DUE, [MOST_ATTEMPTS], |row| {
                Ok(ScanDue { sha256: row.get(0)?, message: row.get(1)?, path: row.get(2)? })
            })?;
            if let Some(scan) = &due {
                let sql = "INSERT INTO recognition (sha256, state, attempts, begun_at, engine) VALUES (?1, 'begun', 1, ?2, ?3)
                           ON CONFLICT DO UPDATE SET attempts = attempts + 1, begun_at = excluded.begun_at";
                execute(connection, sql, (&scan.sha256, time(now), models::ENGINE))?;
            }
            Ok(due)
        })
    }

    /// Gives a scan back that was not begun with; the attempt does not count.
    pub fn give_back_scan(&self, sha256: String) -> Write<()> {
        self.write(move |connection| {
            let sql = "UPDATE recognition SET attempts = attempts - 1 WHERE sha256 = ?1 AND state = 'begun'";
            execute(connection, sql, [sha256])?;
            Ok(())
        })
    }

    /// Keeps what was recognised of a scan.
    pub fn keep_recognised(&self, sha256: String, recognition: Recognition, now: Timestamp) -> Write<()> {
        self.write(move |connection| keep(connection, &sha256, &recognition, now))
    }
}

fn keep(connection: &Connection, sha256: &str, recognition: &Recognition, now: Timestamp) -> Outcome<()> {
    let state = if recognition.fault.is_some() { "failed" } else { "done" };
    let sql = "UPDATE recognition SET state = ?2, ended_at = ?3, reason = ?4 WHERE sha256 = ?1";
    execute(connection, sql, (sha256, state, time(now), &recognition.fault))?;
    execute(connection, "DELETE FROM recognised_line WHERE sha256 = ?1", [sha256])?;
    let sql = "INSERT INTO recognised_line (sha256, page, number, text, confidence, left_side, top_side, width, height)
               VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    for (page, lines) in (1_i64..).zip(&recognition.pages) {
        for (number, line) in (1_i64..).zip(lines) {
            let Frame { left, top, width, height } = line.frame;
            let columns = (sha256, page, number, &line.text, line.confidence, left, top, width, height);
            execute(connection, sql, columns)?;
        }
    }
    search::index::scan(connection, sha256)
}

/// What was recognised of the files of a message.
pub(super) fn of_message(connection: &Connection, message: i64) -> Outcome<Vec<RecognitionRow>> {
    let sql = "SELECT attachment.path, recognition.sha256, recognition.state, reason, engine
               FROM attachment JOIN recognition ON recognition.sha256 = attachment.sha256
               WHERE attachment.message = ?1 ORDER BY attachment.id";
    all(connection, sql, [message], |row| {
        let sha256: String = row.get(1)?;
        Ok(RecognitionRow {
            attachment: row.get(0)?,
            state: row.get(2)?,
            reason: row.get(3)?,
            engine: row.get(4)?,
            lines: lines(connection, &sha256)?,
        })
    })
}

fn lines(connection: &Connection, sha256: &str) -> Outcome<Vec<RecognisedLine>> {
    let sql = "SELECT page, text, confidence, left_side, top_side, width, height FROM recognised_line WHERE sha256 = ?1
               ORDER BY page, number";
    all(connection, sql, [sha256], |row| {
        let frame = Frame { left: row.get(3)?, top: row.get(4)?, width: row.get(5)?, height: row.get(6)? };
        let line = Line { text: row.get(1)?, confidence: row.get(2)?, frame };
        Ok(RecognisedLine { page: count(row.get(0)?), line })
    })
}
