//! One message with everything that hangs on it.

use rusqlite::{Connection, Row};
use serde::Serialize;

use super::returns::{self, ReturnRow};
use crate::arrival::Location;
use crate::issue::Issue;
use crate::store::error::{Fault, Outcome};
use crate::store::row::{all, count};
use crate::store::{RecognitionRow, Store, StoreError, narrative, recognition, sender};

/// A message and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MessageView {
    /// Its number.
    pub id: i64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
    /// When it arrived.
    pub received_at: String,
    /// When it was kept.
    pub kept_at: String,
    /// `kept`, `read` or `failed`.
    pub state: String,
    /// What became of it.
    pub disposition: Option<String>,
    /// An operator's word on it, `none` without.
    pub ruling: String,
    /// Why it failed or is held.
    pub reason: Option<String>,
    /// Why no answer was due.
    pub silence: Option<String>,
    /// The message that it is a second delivery of.
    pub duplicate_of: Option<i64>,
    /// Address of the sender.
    pub sender: Option<String>,
    /// Its subject.
    pub subject: Option<String>,
    /// Its `Message-ID`.
    pub message_id: Option<String>,
    /// Token of its thread.
    pub token: Option<String>,
    /// The survey it answers.
    pub survey: Option<String>,
    /// Until when it is not read, as its sender sends too much.
    pub put_off_until: Option<String>,
    /// When its bytes were removed.
    pub removed_at: Option<String>,
    /// Where it lies or lay.
    pub locations: Vec<LocationRow>,
    /// Files found in it.
    pub attachments: Vec<AttachmentRow>,
    /// Attachments that are narratives.
    pub narratives: Vec<String>,
    /// Those of them of which not the whole text is kept.
    pub cut_narratives: Vec<String>,
    /// Its returns.
    pub returns: Vec<ReturnRow>,
    /// Its issues, those of its returns apart.
    pub issues: Vec<IssueRow>,
    /// What was answered.
    pub notices: Vec<NoticeRow>,
    /// Text recognised in its scans: nobody has confirmed it.
    pub recognised: Vec<RecognitionRow>,
    /// What was found of its sender.
    pub sender_findings: Vec<String>,
}

/// Where a message lies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LocationRow {
    /// The place.
    #[serde(flatten)]
    pub location: Location,
    /// Whether it is settled there.
    pub settled: bool,
}

/// A file found in a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttachmentRow {
    /// Its path.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// What it turned out to be.
    pub kind: String,
}

/// A problem.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IssueRow {
    /// Key of the item it is about.
    pub item: Option<String>,
    /// Path of the attachment it is about.
    pub attachment: Option<String>,
    /// Its code, such as `unit_missing`.
    pub code: String,
    /// `error` or `remark`.
    pub severity: String,
    /// Where it stands.
    pub place: Option<String>,
    /// The issue with its data.
    #[serde(skip)]
    pub issue: Issue,
}

/// A notice in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeRow {
    /// Its number.
    pub id: i64,
    /// Its unique key.
    pub key: String,
    /// What it is, such as `receipt`.
    pub kind: String,
    /// Address it goes to.
    pub recipient: String,
    /// Token of its thread.
    pub token: String,
    /// The message it answers.
    pub message: Option<i64>,
    /// `queued`, `held`, `sent`, `refused` or `cancelled`; `bounced` for one that was sent and came back.
    pub state: String,
    /// How often sending began.
    pub attempts: u64,
    /// When it was put into the outbox.
    pub queued_at: String,
    /// Not to be tried before.
    pub next_at: String,
    /// When it was done with.
    pub done_at: Option<String>,
    /// The server's words, or why it waits.
    pub words: Option<String>,
}

impl IssueRow {
    /// The row of an issue.
    pub(in crate::store) fn of(issue: &Issue) -> Self {
        Self {
            item: issue.about.item().map(str::to_owned),
            attachment: issue.about.attachment().map(str::to_owned),
            code: issue.problem.code().to_owned(),
            severity: if issue.is_error() { "error" } else { "remark" }.to_owned(),
            place: issue.place.as_ref().map(ToString::to_string),
            issue: issue.clone(),
        }
    }
}

impl Store {
    /// A message, by its number or the first digits of its hash (six or more).
    ///
    /// # Errors
    /// [`StoreError::Unknown`] or [`StoreError::Ambiguous`] when it is none or several.
    pub fn message(&self, key: &str) -> Result<MessageView, StoreError> {
        self.read(|connection| {
            let mut view = one(connection, key)?;
            fill(connection, &mut view)?;
            Ok(view)
        })
    }

    /// The notices that answer a message; all notices when none is named, the latest 1,000.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn notices(&self, message: Option<i64>) -> Result<Vec<NoticeRow>, StoreError> {
        self.read(|connection| notices(connection, message))
    }
}

const MESSAGE: &str = "
    SELECT message.id, raw.sha256, raw.size, received_at, kept_at, state, disposition, ruling, reason, silence,
        duplicate_of, sender, subject, message_id, token, survey, put_off_until, removed_at
    FROM message JOIN raw ON raw.id = message.raw";

fn one(connection: &Connection, key: &str) -> Outcome<MessageView> {
    if let Ok(id) = key.parse::<i64>()
        && let Some(view) = all(connection, &format!("{MESSAGE} WHERE message.id = ?1"), [id], message)?.pop()
    {
        return Ok(view);
    }
    let digits = key.to_ascii_lowercase();
    if digits.len() < 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(Fault::unknown("message", key));
    }
    let sql = format!("{MESSAGE} WHERE raw.sha256 >= ?1 AND raw.sha256 < ?1 || 'g' LIMIT 2");
    let mut found = all(connection, &sql, [digits], message)?;
    if found.len() > 1 {
        return Err(Fault::Plain(StoreError::Ambiguous { what: "messages", name: key.to_owned() }));
    }
    found.pop().ok_or_else(|| Fault::unknown("message", key))
}

fn message(row: &Row<'_>) -> Outcome<MessageView> {
    Ok(MessageView {
        id: row.get(0)?,
        sha256: row.get(1)?,
        size: count(row.get(2)?),
        received_at: row.get(3)?,
        kept_at: row.get(4)?,
        state: row.get(5)?,
        disposition: row.get(6)?,
        ruling: row.get(7)?,
        reason: row.get(8)?,
        silence: row.get(9)?,
        duplicate_of: row.get(10)?,
        sender: row.get(11)?,
        subject: row.get(12)?,
        message_id: row.get(13)?,
        token: row.get(14)?,
        survey: row.get(15)?,
        put_off_until: row.get(16)?,
        removed_at: row.get(17)?,
        locations: Vec::new(),
        attachments: Vec::new(),
        narratives: Vec::new(),
        cut_narratives: Vec::new(),
        returns: Vec::new(),
        issues: Vec::new(),
        notices: Vec::new(),
        recognised: Vec::new(),
        sender_findings: Vec::new(),
    })
}

/// Where a message lies.
pub(super) fn locations(connection: &Connection, id: i64) -> Outcome<Vec<LocationRow>> {
    let sql = "SELECT mailbox, folder, validity, uid, name, settled FROM location WHERE message = ?1
               ORDER BY found_at, mailbox, folder, validity, uid, name";
    all(connection, sql, [id], |row| {
        Ok(LocationRow { location: crate::store::keep::location(row)?, settled: row.get(5)? })
    })
}

/// The files found in a message.
pub(in crate::store) fn attachments(connection: &Connection, id: i64) -> Outcome<Vec<AttachmentRow>> {
    let sql = "SELECT path, size, sha256, kind FROM attachment WHERE message = ?1 ORDER BY id";
    all(connection, sql, [id], |row| {
        Ok(AttachmentRow { path: row.get(0)?, size: count(row.get(1)?), sha256: row.get(2)?, kind: row.get(3)? })
    })
}

/// Adds what hangs on the message.
fn fill(connection: &Connection, view: &mut MessageView) -> Outcome<()> {
    let id = view.id;
    view.locations = locations(connection, id)?;
    view.attachments = attachments(connection, id)?;
    let sql = "SELECT attachment FROM narrative WHERE message = ?1 ORDER BY id";
    view.narratives = all(connection, sql, [id], |row| Ok(row.get(0)?))?;
    view.cut_narratives = narrative::cut(connection, id)?;
    view.returns = returns::of_message(connection, id)?;
    let sql = "SELECT item, attachment, code, severity, place, document FROM issue
               WHERE message = ?1 AND version IS NULL ORDER BY id";
    view.issues = all(connection, sql, [id], issue)?;
    view.notices = notices(connection, Some(id))?;
    view.recognised = recognition::of_message(connection, id)?;
    view.sender_findings = sender::findings(connection, id)?;
    Ok(())
}

/// An issue from its six columns.
pub(super) fn issue(row: &Row<'_>) -> Outcome<IssueRow> {
    let document: String = row.get(5)?;
    Ok(IssueRow {
        item: row.get(0)?,
        attachment: row.get(1)?,
        code: row.get(2)?,
        severity: row.get(3)?,
        place: row.get(4)?,
        issue: serde_json::from_str(&document)?,
    })
}

fn notices(connection: &Connection, message: Option<i64>) -> Outcome<Vec<NoticeRow>> {
    let sql =
        "SELECT id, key, kind, notice.recipient, token, notice.message, iif(back.notice IS NULL, state, 'bounced'),
                   attempts, queued_at, next_at, done_at, coalesce(back.words, notice.words)
               FROM notice LEFT JOIN (SELECT notice, max(words) AS words FROM bounce GROUP BY notice) AS back
                   ON back.notice = notice.id
               WHERE ?1 IS NULL OR notice.message = ?1 OR id = (SELECT notice FROM answered WHERE message = ?1)
               ORDER BY id DESC LIMIT 1000";
    all(connection, sql, [message], |row| {
        Ok(NoticeRow {
            id: row.get(0)?,
            key: row.get(1)?,
            kind: row.get(2)?,
            recipient: row.get(3)?,
            token: row.get(4)?,
            message: row.get(5)?,
            state: row.get(6)?,
            attempts: count(row.get(7)?),
            queued_at: row.get(8)?,
            next_at: row.get(9)?,
            done_at: row.get(10)?,
            words: row.get(11)?,
        })
    })
}
