//! The invariants of the design, as questions to the database: each names what offends against it.

use rusqlite::Connection;

use super::told;
use crate::store::error::Outcome;
use crate::store::row::all;

/// A rule, and the query for what breaks it.
type Rule = (&'static str, &'static str);

const RULES: [Rule; 16] = [
    ("a message that is read has a fate", "SELECT 'm' || id FROM message WHERE state = 'read' AND disposition IS NULL"),
    (
        "a message that failed says why",
        "SELECT 'm' || id FROM message WHERE state = 'failed' AND reason IS NULL",
    ),
    (
        "a message has all its bytes",
        "SELECT 'm' || message.id FROM message JOIN raw ON raw.id = message.raw
         WHERE raw.sha256 IS NULL OR (SELECT count(*) FROM raw_piece WHERE raw_piece.raw = raw.id)
             <> iif(raw.removed_at IS NULL, (raw.size + 1048575) / 1048576, 0)",
    ),
    (
        "a message's bytes have no gap",
        "SELECT 'm' || message.id FROM message JOIN raw_piece ON raw_piece.raw = message.raw
         GROUP BY message.id HAVING max(seq) <> count(*) - 1",
    ),
    (
        "bytes that are whole belong to a message",
        "SELECT 'sha256 ' || sha256 FROM raw WHERE sha256 IS NOT NULL AND id NOT IN (SELECT raw FROM message)",
    ),
    (
        "what was found in a folder lies within what was kept of it",
        "SELECT 'm' || location.message FROM location JOIN cursor ON cursor.mailbox = location.mailbox
             AND cursor.folder = location.folder AND cursor.validity = location.validity WHERE location.uid > cursor.uid",
    ),
    (
        "a return that was read anew does not stand",
        "SELECT 'r' || id FROM return_version WHERE rereading IS NOT NULL AND standing IN ('complete', 'in_correction')",
    ),
    (
        "answers that count are those of current returns",
        "SELECT DISTINCT 'r' || answer.version FROM answer JOIN return_version ON return_version.id = answer.version
         WHERE return_version.standing NOT IN ('complete', 'in_correction')",
    ),
    (
        "an answer was read in a return of the same respondent",
        "SELECT DISTINCT 'r' || answer.version FROM answer
         JOIN return_version AS current ON current.id = answer.version
         JOIN return_version AS source ON source.id = answer.source WHERE source.respondent <> current.respondent",
    ),
    (
        "every answer knows the place that it was read from",
        "SELECT DISTINCT 'r' || version FROM answer WHERE place = ''",
    ),
    ("a return is kept as it was read", "SELECT 'r' || id FROM return_version WHERE NOT json_valid(as_read)"),
    (
        "a notice that went, or never will, has its time, and one that waits has none",
        "SELECT 'n' || id FROM notice WHERE state IN ('sent', 'refused') AND done_at IS NULL
             OR state IN ('queued', 'held') AND done_at IS NOT NULL",
    ),
    (
        "each try of a notice is recorded",
        "SELECT 'n' || id FROM notice WHERE attempts <> (SELECT count(*) FROM attempt WHERE attempt.notice = notice.id)",
    ),
    (
        "a notice that was sent was taken by a server",
        "SELECT 'n' || id FROM notice WHERE state = 'sent'
             AND NOT EXISTS (SELECT 1 FROM attempt WHERE attempt.notice = notice.id AND outcome = 'sent')",
    ),
    (
        "written material can be searched",
        "SELECT 'm' || narrative.message FROM narrative
         WHERE NOT EXISTS (SELECT 1 FROM searched WHERE searched.narrative = narrative.id)",
    ),
    ("the full text is complete", "SELECT 'text ' || id FROM searched WHERE waits = 1"),
];

/// The rules that do not hold, with what offends against them.
pub(super) fn broken(connection: &Connection) -> Outcome<Vec<String>> {
    let mut broken = Vec::new();
    for (rule, sql) in RULES {
        let offenders: Vec<String> = all(connection, sql, [], |row| Ok(row.get(0)?))?;
        broken.extend(told(rule, offenders));
    }
    Ok(broken)
}
