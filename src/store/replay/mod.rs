//! Reading the kept archive again: a message that was read is settled anew under today's rules, and what it leads to is compared
//! with what stands.
//!
//! One piece of code serves both words of the command. What `--apply` does to the file, a preview does to a [`Rehearsal`], a
//! passing copy of the tables without the mails: so a preview shows what would happen because it happened there.
//!
//! - A message is settled anew within a savepoint. When nothing that is read or decided differs, the savepoint is undone and the
//!   message keeps what it has, its returns and their numbers; that they read so under today's revision of the survey is noted.
//! - Otherwise what stood before stays as history: a return that reads otherwise becomes `superseded` and names the `rereading`
//!   that replaced it, its successor is the next version of its respondent; what was said of the message itself is in `rereading`.
//! - Operators' words stay in force ([`super::former`]). Only what is `read` is read again: what waits, or failed, has its own way.
//! - Second deliveries come last, each with its original, so that they are compared with what that one says by now.
//! - A notice goes out only when it is asked for, at most one for each rereading, under the key `replay:<message>:<number>`, in
//!   the transaction that commits the rereading; and only on a message that still counts for its respondent.

mod change;
mod rehearsal;
mod snapshot;

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::Connection;

use super::claim::{self, Unread};
use super::commit::{self, Decided, Judge, NoticeState, Settled};
use super::error::Outcome;
use super::former::Former;
use super::known::Row;
use super::operator::record;
use super::row::{all, count, execute, first, insert, scalar, time};
use super::{Sending, Store, StoreError, Target, Write, nameless, narrative, outbox, respondents, who};
use crate::failpoint::{self, Point};
use crate::notice::Notice;
use crate::reading::Reading;
use crate::survey::Survey;
use crate::verdict::Standing;
use crate::verdict::senders::Policy;

pub use change::{AnswerChange, Change, Differs, ReturnChange, Side};
pub use rehearsal::Rehearsal;
use snapshot::Snapshot;

/// Which messages are read again; everything that was read, where nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Selection {
    /// Those that arrived at this moment or later.
    pub since: Option<Timestamp>,
    /// Those that answer this survey, and those of which it was not known what they answer.
    pub survey: Option<String>,
    /// Those of these numbers.
    pub messages: Vec<i64>,
}

/// A message read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replayed {
    /// All is as it was.
    Unchanged,
    /// Something is otherwise.
    Changed(Box<Change>),
    /// It is not in the state `read` any more: whoever put it back has it judged anew.
    NotRead,
}

/// How a message is to be settled anew.
#[derive(Debug, Clone)]
pub struct Rereading {
    /// The message.
    pub message: i64,
    /// What is read of it today.
    pub reading: Reading,
    /// Whether its sender is told when the outcome is another one.
    pub notify: bool,
    /// Now.
    pub now: Timestamp,
}

/// Messages that cannot be read again: their bytes are kept no more, or somebody answered in them, among others, who was erased since
/// and would be taken in once more.
const GONE: &str = "
    WITH gone AS (SELECT message.id FROM message JOIN raw ON raw.id = message.raw WHERE raw.removed_at IS NOT NULL
        UNION SELECT shared.value FROM erasure JOIN json_each(erasure.shared) AS shared)";

/// Messages of a selection in order of arrival; with one that was delivered twice goes the other, second deliveries last.
const SELECTED: &str = ",
    there AS (SELECT * FROM message WHERE id NOT IN (SELECT id FROM gone)),
    chosen AS (SELECT id, duplicate_of FROM there WHERE state = 'read'
        AND (?1 IS NULL OR received_at >= ?1) AND (?2 IS NULL OR survey IS NULL OR survey = ?2)
        AND (?3 = '[]' OR id IN (SELECT value FROM json_each(?3))))
    SELECT id FROM there WHERE state = 'read' AND (id IN (SELECT id FROM chosen)
        OR id IN (SELECT duplicate_of FROM chosen) OR duplicate_of IN (SELECT id FROM chosen))
    ORDER BY duplicate_of IS NOT NULL, received_at, id";

impl Store {
    /// The messages of a selection in the order in which they are to be read again.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn replayable(&self, selection: &Selection) -> Result<Vec<i64>, StoreError> {
        self.read(|connection| {
            let named = serde_json::to_string(&selection.messages)?;
            let columns = (selection.since.map(time), &selection.survey, named);
            all(connection, &format!("{GONE}{SELECTED}"), columns, |row| Ok(row.get(0)?))
        })
    }

    /// How many messages of a selection are not among them, as their bytes are kept no more or hold an erased respondent's.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn removed(&self, selection: &Selection) -> Result<u64, StoreError> {
        self.read(|connection| {
            let named = serde_json::to_string(&selection.messages)?;
            let columns = (selection.since.map(time), &selection.survey, named);
            let sql = "SELECT count(*) FROM message WHERE id IN (SELECT id FROM gone)
                       AND (?1 IS NULL OR received_at >= ?1) AND (?2 IS NULL OR survey IS NULL OR survey = ?2)
                       AND (?3 = '[]' OR id IN (SELECT value FROM json_each(?3)))";
            Ok(count(scalar(connection, &format!("{GONE} {sql}"), columns)?))
        })
    }

    /// What a reader needs to know of a message that is read again; none when it is not `read` any more.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn to_reread(&self, message: i64) -> Result<Option<Unread>, StoreError> {
        self.read(|connection| {
            let is_read = "SELECT EXISTS (SELECT 1 FROM message WHERE id = ?1 AND state = 'read')";
            scalar::<bool>(connection, is_read, [message])?.then(|| claim::load(connection, message)).transpose()
        })
    }

    /// How many returns that stand were read under another revision of a survey than the given one.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn read_under_others(&self, survey: &Survey) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM return_version JOIN respondent ON respondent.id = return_version.respondent
                   WHERE rereading IS NULL AND respondent.survey = ?1 AND revision <> ?2";
        self.read(|connection| Ok(count(scalar(connection, sql, (&survey.id, &survey.revision))?)))
    }

    /// Settles messages anew and keeps what is otherwise: one transaction takes them all.
    pub fn replay(&self, rereadings: Vec<(Rereading, Judge)>) -> Vec<Write<Replayed>> {
        let works = rereadings.into_iter().map(|(rereading, judge)| {
            let senders = Arc::clone(&self.inner.senders);
            move |connection: &Connection| replay(connection, &rereading, &senders, judge)
        });
        self.inner.writer.write_together(works.collect())
    }

    /// How a respondent stands: its current return, else its latest; none when no return of it stands.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn respondent_state(&self, survey: Option<&str>, key: &str) -> Result<Option<String>, StoreError> {
        self.read(|connection| state(connection, survey, key))
    }
}

fn replay(connection: &Connection, rereading: &Rereading, senders: &Policy, judge: Judge) -> Outcome<Replayed> {
    let message = rereading.message;
    let is_read = "SELECT state = 'read' FROM message WHERE id = ?1";
    if first(connection, is_read, [message], |row| row.get(0))? != Some(true) {
        return Ok(Replayed::NotRead);
    }
    let before = Snapshot::load(connection, message)?;
    let concerned = concerned(connection, &before, &rereading.reading)?;
    connection.execute_batch("SAVEPOINT replay")?;
    let settled = settle(connection, rereading, (&before, senders), judge)?;
    failpoint::pass(Point::ReplayWithin);
    let mut after = Snapshot::load(connection, message)?;
    let reads_otherwise = !after.reads_as(&before);
    let stands_otherwise = !after.stands_as(&before);
    if !reads_otherwise {
        connection.execute_batch("ROLLBACK TO replay")?;
        keep_reading(connection, rereading, &before, stands_otherwise)?;
        after = Snapshot::load(connection, message)?;
    }
    note_revision(connection, message)?;
    let mut change = Change::between(before, after, concerned);
    if let Some(queueing) = settled.filter(|_| rereading.notify && reads_otherwise) {
        change.notice = send(connection, rereading, &change, &queueing)?;
    }
    connection.execute_batch("RELEASE replay")?;
    let is_changed = reads_otherwise || stands_otherwise;
    Ok(if is_changed { Replayed::Changed(Box::new(change)) } else { Replayed::Unchanged })
}

/// A notice that is to be queued, whether it is held, and what else it waits for.
type Queueing = (Notice, NoticeState, Sending);

/// Puts the new reading in the place of the old one. The notice that it would be answered with.
fn settle(
    connection: &Connection,
    rereading: &Rereading,
    (before, senders): (&Snapshot, &Policy),
    judge: Judge,
) -> Outcome<Option<Queueing>> {
    let (message, now) = (rereading.message, rereading.now);
    let sql = "SELECT coalesce(max(number), 0) + 1 FROM rereading WHERE message = ?1";
    let number: i64 = scalar(connection, sql, [message])?;
    let sql = "INSERT INTO rereading (message, number, at, program, former) VALUES (?1, ?2, ?3, ?4, ?5)";
    let former = serde_json::to_string(before)?;
    let id = insert(connection, sql, (message, number, time(now), env!("CARGO_PKG_VERSION"), former))?;
    let mut former = Former::load(connection, message)?;
    former.replace(connection, id)?;
    commit::forget_message(connection, message)?;
    record(connection, now, "replay", Target::Message(message))?;
    let row = Row { rereading: Some(number), ..Row::load(connection, message)? };
    match commit::settle(connection, &row, &rereading.reading, (former, senders), now, judge)? {
        Settled::Duplicate { .. } => Ok(None),
        Settled::Judged(decided) => {
            let Decided { decision, .. } = *decided;
            Ok(decision.notice.map(|notice| (notice, decision.notice_state, decision.sending)))
        }
    }
}

/// Where the reading is the same: today's rules may still let its returns stand otherwise, and the hash by which a second delivery
/// is known is today's, as is what is found in written material.
fn keep_reading(connection: &Connection, rereading: &Rereading, before: &Snapshot, refold: bool) -> Outcome<()> {
    if refold {
        before.respondents().try_for_each(|id| respondents::refold(connection, id))?;
        nameless::refold_thread(connection, rereading.message)?;
        record(connection, rereading.now, "replay", Target::Message(rereading.message))?;
    }
    narrative::renew(connection, rereading.message, &rereading.reading)?;
    let fingerprint = commit::fingerprint(&rereading.reading)?;
    let sql = "UPDATE message SET fingerprint = ?2 WHERE id = ?1 AND fingerprint IS NOT ?2";
    execute(connection, sql, (rereading.message, fingerprint))?;
    Ok(())
}

/// Notes that what stands of a message reads so under the surveys of today.
fn note_revision(connection: &Connection, message: i64) -> Outcome<()> {
    let sql = "UPDATE return_version SET revision = today.revision
               FROM respondent JOIN survey AS today ON today.id = respondent.survey
               WHERE respondent.id = return_version.respondent AND message = ?1 AND rereading IS NULL
               AND return_version.revision IS NOT today.revision";
    execute(connection, sql, [message])?;
    Ok(())
}

/// The respondents that a rereading may touch, and how they stand before it.
fn concerned(connection: &Connection, before: &Snapshot, reading: &Reading) -> Outcome<Vec<RespondentState>> {
    let survey = reading.survey.as_deref();
    let mut found: Vec<(Option<String>, String)> = before.keys();
    for one in &reading.returns {
        let Some(key) = respondents::respondent_key(survey, one) else { continue };
        let respondent = survey.map(|survey| who::by_name(connection, survey, &key)).transpose()?.flatten();
        let known =
            respondent.map(|id| scalar(connection, "SELECT key FROM respondent WHERE id = ?1", [id])).transpose()?;
        found.push((survey.map(str::to_owned), known.unwrap_or(key)));
    }
    found.sort();
    found.dedup();
    let look = |(survey, key): (Option<String>, String)| {
        let state = state(connection, survey.as_deref(), &key)?;
        Ok(RespondentState { survey, key, state })
    };
    found.into_iter().map(look).collect()
}

/// How a respondent stands at some moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RespondentState {
    /// The survey; none while it is not known.
    pub survey: Option<String>,
    /// Its name as it is compared.
    pub key: String,
    /// How its current return stands, else its latest; none when it has none.
    pub state: Option<String>,
}

fn state(connection: &Connection, survey: Option<&str>, key: &str) -> Outcome<Option<String>> {
    let sql = "SELECT return_version.standing FROM respondent
               JOIN return_version ON return_version.respondent = respondent.id
               JOIN message ON message.id = return_version.message
               WHERE respondent.survey IS ?1 AND respondent.key = ?2 AND return_version.rereading IS NULL
               ORDER BY standing IN ('complete', 'in_correction') DESC, message.received_at DESC, message.id DESC LIMIT 1";
    first(connection, sql, (survey, key), |row| row.get(0))
}

/// Queues the notice of a rereading that matters to the sender. What went out under the same key before does not go again.
fn send(
    connection: &Connection,
    rereading: &Rereading,
    change: &Change,
    (notice, held, sending): &Queueing,
) -> Outcome<Option<String>> {
    if !change.is_material() || !still_counts(connection, rereading.message, change)? {
        return Ok(None);
    }
    let queued = outbox::queue(connection, notice, Some(rereading.message), (*held, sending), rereading.now)?;
    let waits = if *held == NoticeState::Held { " (held)" } else { "" };
    Ok(queued.map(|_| format!("{}{waits} to {}", notice.kind.as_str(), notice.recipient)))
}

/// Whether a message still has a word in how its respondents stand. One without a return has until its sender gives one later.
fn still_counts(connection: &Connection, message: i64, change: &Change) -> Outcome<bool> {
    let counts = [Standing::Complete, Standing::InCorrection, Standing::Pending].map(Standing::as_str);
    let mut sides = change.returns.iter().filter_map(|one| one.after.as_ref()).peekable();
    if sides.peek().is_some() {
        return Ok(sides.any(|side| counts.contains(&side.standing.as_str())));
    }
    let sql = "SELECT this.ruling <> 'discarded' AND NOT EXISTS (SELECT 1 FROM message
                   JOIN return_version ON return_version.message = message.id
                   WHERE message.sender_key = this.sender_key AND return_version.rereading IS NULL
                   AND (message.received_at, message.id) > (this.received_at, this.id))
               FROM message AS this WHERE this.id = ?1";
    scalar(connection, sql, [message])
}
