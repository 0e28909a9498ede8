//! Committing: what is known is loaded, the message judged, and everything that follows written, in one transaction.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::error::Outcome;
use super::former::Former;
use super::known::{self, Row, Situation};
use super::raw::hex;
use super::respondents;
use super::row::{execute, first, insert, word};
use super::{
    Bounced, Sending, Store, Write, amendment, bounce, compare, content, entered, nameless, narrative, outbox, own,
    sender,
};
use crate::failpoint::{self, Point};
use crate::notice::Notice;
use crate::reading::{Narrative, Reading};
use crate::verdict::senders::{Finding, Policy};
use crate::verdict::{self, Disposition, Known, Silence, Standing, Suspect, Treatment, Verdict, Whose};

/// What is decided on a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What becomes of it.
    pub verdict: Verdict,
    /// The answer to be sent, if one is.
    pub notice: Option<Notice>,
    /// Whether the answer may go out, or waits for an operator.
    pub notice_state: NoticeState,
    /// What the answer waits for besides.
    pub sending: Sending,
}

/// Whether a new notice may go out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NoticeState {
    /// It may.
    #[default]
    Queued,
    /// An operator releases it first.
    Held,
}

/// What judges a message: it is called within the transaction, and must look at nothing but its arguments.
pub type Judge = Box<dyn FnOnce(&Reading, &Situation) -> Decision + Send>;

/// How a commit ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Committed {
    /// The message was judged.
    Judged(Box<Judged>),
    /// Message-ID, sender and everything read from it are those of an earlier message: nothing new, and no answer.
    Duplicate {
        /// The earlier message.
        of: i64,
        /// What became of that one.
        disposition: Disposition,
    },
    /// It did not wait to be read: somebody else was quicker. Nothing was written.
    NotWaiting,
}

/// A message that was judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// What was decided.
    pub verdict: Verdict,
    /// Its returns in the reading's order.
    pub returns: Vec<CommittedReturn>,
    /// Number of its new notice; none when there is none, or when its key was in the outbox before.
    pub notice: Option<i64>,
    /// The notice of ours that came back with it.
    pub bounced: Option<Bounced>,
    /// What was found of its sender.
    pub findings: Vec<Finding>,
}

/// A return that was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommittedReturn {
    /// Number of the return.
    pub id: i64,
    /// Name of the respondent; empty when it gave none.
    pub respondent: String,
    /// How it stands.
    pub standing: Standing,
}

impl Store {
    /// Judges a message that waits and commits what follows: returns, answers, issues, narratives, the notice in the outbox, the
    /// message's state. How the versions of its respondents stand is folded anew.
    pub fn commit_verdict(&self, message: i64, reading: Reading, now: Timestamp, judge: Judge) -> Write<Committed> {
        let senders = Arc::clone(&self.inner.senders);
        self.write(move |connection| commit(connection, message, &reading, &senders, now, judge))
    }

    /// As [`Store::commit_verdict`], for messages that were read together: one transaction takes them all.
    pub fn commit_verdicts(&self, read: Vec<(i64, Reading, Judge)>, now: Timestamp) -> Vec<Write<Committed>> {
        let commits = read.into_iter().map(|(message, reading, judge)| {
            let senders = Arc::clone(&self.inner.senders);
            move |connection: &Connection| commit(connection, message, &reading, &senders, now, judge)
        });
        self.inner.writer.write_together(commits.collect())
    }
}

fn commit(
    connection: &Connection,
    message: i64,
    reading: &Reading,
    senders: &Policy,
    now: Timestamp,
    judge: Judge,
) -> Outcome<Committed> {
    let row = Row::load(connection, message)?;
    if !row.waits {
        return Ok(Committed::NotWaiting);
    }
    let former = if row.was_read { forget(connection, message)? } else { Former::default() };
    let decided = match settle(connection, &row, reading, (former, senders), now, judge)? {
        Settled::Duplicate { of, disposition } => return Ok(Committed::Duplicate { of, disposition }),
        Settled::Judged(decided) => *decided,
    };
    let returns = decided.returns.into_iter().map(|id| committed(connection, id)).collect::<Outcome<Vec<_>>>()?;
    let Decision { verdict, notice, notice_state, sending } = decided.decision;
    failpoint::pass(Point::CommitWithin);
    let notice = match &notice {
        Some(notice) => outbox::queue(connection, notice, Some(message), (notice_state, &sending), now)?,
        None => None,
    };
    Ok(Committed::Judged(Box::new(Judged {
        verdict,
        returns,
        notice,
        bounced: decided.bounced,
        findings: decided.findings,
    })))
}

/// How a message was settled, its notice apart.
pub(super) enum Settled {
    /// It is an earlier message once more.
    Duplicate {
        /// The earlier message.
        of: i64,
        /// What became of that one.
        disposition: Disposition,
    },
    /// It was judged and stored.
    Judged(Box<Decided>),
}

/// A decision whose consequences are stored, except for the notice.
pub(super) struct Decided {
    /// What was decided.
    pub(super) decision: Decision,
    /// Numbers of the returns in the reading's order.
    pub(super) returns: Vec<i64>,
    /// The notice that came back with it.
    pub(super) bounced: Option<Bounced>,
    /// What was found of its sender.
    pub(super) findings: Vec<Finding>,
}

/// Judges a message and stores everything that follows, except for the notice. Of an earlier reading nothing stands any more but
/// what `former` tells. `senders` is what the configuration says of them.
pub(super) fn settle(
    connection: &Connection,
    row: &Row,
    reading: &Reading,
    (mut former, senders): (Former, &Policy),
    now: Timestamp,
    judge: Judge,
) -> Outcome<Settled> {
    let message = row.id;
    let fingerprint = fingerprint(reading)?;
    write_attachments(connection, message, reading)?;
    if let Some((of, disposition)) = earlier(connection, row, reading, &fingerprint)? {
        former.refold(connection)?;
        // While the message is still in its thread.
        nameless::refold_thread(connection, message)?;
        write_duplicate(connection, message, reading, &fingerprint, of)?;
        return Ok(Settled::Duplicate { of, disposition });
    }
    let answered = sender::answered(connection, reading, senders)?;
    let reading: &Reading = &answered.reading;
    let mut situation = known::situation(connection, row, reading, &former, now)?;
    let concluded = sender::conclude(connection, row, reading, &situation.known.whose, senders)?;
    let findings = sender::write(connection, message, concluded.as_ref(), answered.finding)?;
    situation.known.sender = concluded;
    let decision = judge(reading, &situation);
    write_message(connection, reading, &fingerprint, &decision, &situation)?;
    content::note(connection, message, reading, &decision.verdict, now)?;
    own::learn(connection, &reading.envelope, now)?;
    let is_authentic = situation.known.treatment(reading) == Treatment::Ordinary;
    let bounced = bounce::note(connection, (message, row.received_at), reading, is_authentic, now)?;
    narrative::write(connection, message, reading)?;
    respondents::write_issues(connection, message, None, &decision.verdict.issues)?;
    let verdict = &decision.verdict;
    let returns = match &verdict.mended {
        Some(mended) => vec![amendment::write(connection, message, mended, &mut former)?],
        // Of what is ignored nothing counts, whatever it holds.
        None if verdict.disposition == Disposition::Ignored => Vec::new(),
        None => write_returns(connection, message, reading, &situation.known.whose, &mut former)?,
    };
    for (id, remarks) in returns.iter().zip(&verdict.remarks) {
        compare::write(connection, *id, remarks)?;
    }
    entered::release(connection, message)?;
    former.refold(connection)?;
    nameless::refold_thread(connection, message)?;
    Ok(Settled::Judged(Box::new(Decided { decision, returns, bounced, findings })))
}

/// Removes what an earlier reading of the message left: it is judged anew.
fn forget(connection: &Connection, message: i64) -> Outcome<Former> {
    let former = Former::load(connection, message)?;
    // Answers that others took from these returns are written anew when their respondents are folded.
    execute(connection, "DELETE FROM return_version WHERE message = ?1 AND rereading IS NULL", [message])?;
    forget_message(connection, message)?;
    Ok(former)
}

/// Removes what an earlier reading says of the message itself; its returns are the caller's to remove or to keep.
pub(super) fn forget_message(connection: &Connection, message: i64) -> Outcome<()> {
    for table in ["issue", "narrative", "attachment"] {
        execute(connection, &format!("DELETE FROM {table} WHERE message = ?1"), [message])?;
    }
    Ok(())
}

/// A hash of everything read from a message: two deliveries of one mail differ in their trace headers only.
pub(super) fn fingerprint(reading: &Reading) -> Outcome<String> {
    let envelope = &reading.envelope;
    // Of written material its text: what is found in it may become more with each version of the program.
    let narratives: Vec<Written<'_>> = reading.narratives.iter().map(Written::of).collect();
    let parts = (
        (&envelope.from, &envelope.reply_to, &envelope.subject, &reading.survey),
        (&reading.attachments, &reading.returns, narratives, &reading.issues),
        (&reading.automatic, reading.bears_sign, reading.dmarc_failed, &reading.plain),
    );
    Ok(hex(&Sha256::digest(serde_json::to_vec(&parts)?)))
}

/// What tells a narrative from another one.
#[derive(Serialize)]
struct Written<'n> {
    attachment: &'n str,
    respondent: Option<&'n str>,
    text: &'n str,
}

impl<'n> Written<'n> {
    fn of(narrative: &'n Narrative) -> Self {
        let Narrative { attachment, respondent, text, .. } = narrative;
        Self { attachment, respondent: respondent.as_deref(), text }
    }
}

/// The message read before that is the same mail. A message that an operator released is judged whatever came before.
fn earlier(
    connection: &Connection,
    row: &Row,
    reading: &Reading,
    fingerprint: &str,
) -> Outcome<Option<(i64, Disposition)>> {
    let Some(message_id) = &reading.envelope.message_id else { return Ok(None) };
    if row.released {
        return Ok(None);
    }
    let sql = "SELECT id, disposition FROM message WHERE message_id = ?1 AND sender = ?2 AND fingerprint = ?3
               AND state = 'read' AND duplicate_of IS NULL AND id <> ?4 ORDER BY id LIMIT 1";
    let found: Option<(i64, String)> =
        first(connection, sql, (message_id, &reading.envelope.from, fingerprint, row.id), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
    found.map(|(id, disposition)| Ok((id, word(&disposition)?))).transpose()
}

fn write_duplicate(
    connection: &Connection,
    message: i64,
    reading: &Reading,
    fingerprint: &str,
    of: i64,
) -> Outcome<()> {
    let sql = "UPDATE message SET state = 'read', lease_until = NULL, duplicate_of = ?2, reason = NULL, token = NULL,
                   disposition = (SELECT disposition FROM message WHERE id = ?2),
                   silence = 'delivered twice', sender = ?3, subject = ?4, message_id = ?5, fingerprint = ?6,
                   survey = ?7, automatic = ?8, sender_key = ?9
               WHERE id = ?1";
    let envelope = &reading.envelope;
    let key = verdict::comparable(&envelope.from);
    let sign = reading.automatic.as_ref().map(|automatic| &automatic.sign);
    let columns =
        (message, of, &envelope.from, &envelope.subject, &envelope.message_id, fingerprint, &reading.survey, sign, key);
    execute(connection, sql, columns)?;
    Ok(())
}

fn write_message(
    connection: &Connection,
    reading: &Reading,
    fingerprint: &str,
    decision: &Decision,
    situation: &Situation,
) -> Outcome<()> {
    let verdict = &decision.verdict;
    let token = decision.notice.as_ref().map_or(&situation.token, |notice| &notice.token);
    let is_held = verdict.disposition == Disposition::Held;
    // A message that is held for another reason than it was released from waits for another word.
    let sql = "UPDATE message SET state = 'read', lease_until = NULL, duplicate_of = NULL, disposition = ?2,
                   ruling = iif(?2 = 'held' AND ruling = 'released', 'none', ruling),
                   reason = ?3, silence = ?4, sender = ?5, subject = ?6, message_id = ?7, token = ?8, survey = ?9,
                   automatic = ?10, fingerprint = ?11, sender_key = ?12
               WHERE id = ?1";
    let columns = (
        situation.message,
        verdict.disposition.as_str(),
        is_held.then(|| why_held(reading, verdict, &situation.known)),
        verdict.reply.err().map(|silence| silence.as_str()),
        &reading.envelope.from,
        &reading.envelope.subject,
        &reading.envelope.message_id,
        token,
        &reading.survey,
        reading.automatic.as_ref().map(|automatic| &automatic.sign),
        fingerprint,
        verdict::comparable(&reading.envelope.from),
    );
    execute(connection, sql, columns)?;
    Ok(())
}

/// Why a message waits for an operator, for the listing of what is held.
fn why_held(reading: &Reading, verdict: &Verdict, known: &Known) -> String {
    let treatment = known.treatment(reading);
    if verdict.reply == Err(Silence::Loop) {
        return "its sender says the same again and again and is answered no more: a machine may be at it".to_owned();
    }
    if verdict.returns.is_empty() && reading.plain.says_something() && treatment == Treatment::Ordinary {
        return format!("a reply to be read by a person: {}", reading.plain.opening);
    }
    let mut reasons = Vec::new();
    if let Some(automatic) = &reading.automatic {
        reasons.push(format!("automatic mail with a document ({})", automatic.sign));
    }
    if let Treatment::Hold(why) = treatment {
        reasons.push(why);
    } else if reading.automatic.is_none() && reading.survey.is_none() {
        reasons.push("its form fits no survey clearly: release it with --survey".to_owned());
    }
    let doubts = reading.returns.iter().zip(&known.whose).filter(|(_, whose)| !whose.suspects.is_empty());
    reasons.extend(doubts.map(|(one, whose)| doubt(verdict::name_of(one), &whose.suspects)));
    reasons.join("; ")
}

/// Whose a return may be, as `--respondent` takes it.
fn doubt(name: &str, suspects: &[Suspect]) -> String {
    let listed = (1..).zip(suspects).map(|(at, one)| format!("{at}) {} (respondent {})", one.name, one.respondent));
    let listed = listed.collect::<Vec<_>>().join(", ");
    let name = if name.is_empty() { "a return without a name" } else { name };
    format!("{name} may be {listed}: release it with --respondent N, or --respondent new")
}

fn write_attachments(connection: &Connection, message: i64, reading: &Reading) -> Outcome<()> {
    let sql = "INSERT INTO attachment (message, path, size, sha256, kind) VALUES (?1, ?2, ?3, ?4, ?5)";
    for one in &reading.attachments {
        execute(connection, sql, (message, &one.path, super::row::size(one.size), &one.sha256, &one.kind))?;
    }
    Ok(())
}

/// Stores the returns as read; how they stand is for the fold to say. A return that says what it said before keeps its number. One
/// without a name, or of which it is not known whose it is, is a respondent's of its own.
fn write_returns(
    connection: &Connection,
    message: i64,
    reading: &Reading,
    whose: &[Whose],
    former: &mut Former,
) -> Outcome<Vec<i64>> {
    let survey = reading.survey.as_deref();
    let sql = "INSERT INTO return_version (respondent, message, ordinal, number, standing, ruling, revision, as_read)
               VALUES (?1, ?2, ?3, 0, 'held', ?4, (SELECT revision FROM survey WHERE id = ?5), ?6)";
    let mut keys = Vec::new();
    for ((ordinal, one), whose) in (0_i64..).zip(&reading.returns).zip(whose) {
        let respondent = match whose.respondent {
            Some(respondent) => respondent,
            None if whose.key.is_empty() => {
                respondents::find_or_add(connection, survey, &format!("return:{message}:{ordinal}"))?
            }
            None => respondents::find_or_add(connection, survey, &whose.key)?,
        };
        keys.push((ordinal, respondent, one));
    }
    former.respondents.extend(keys.iter().map(|(_, respondent, _)| *respondent));
    let now_given: BTreeSet<i64> = keys.iter().map(|(_, respondent, _)| *respondent).collect();
    let mut ids = Vec::new();
    for (ordinal, respondent, one) in keys {
        if let Some(id) = former.take_back(connection, respondent, ordinal, one)? {
            ids.push(id);
            continue;
        }
        let ruling = former.ruling(respondent, ordinal, &now_given);
        let columns = (respondent, message, ordinal, ruling, survey, serde_json::to_string(one)?);
        ids.push(insert(connection, sql, columns)?);
    }
    Ok(ids)
}

fn committed(connection: &Connection, id: i64) -> Outcome<CommittedReturn> {
    let sql = "SELECT respondent.name, return_version.standing FROM return_version
               JOIN respondent ON respondent.id = return_version.respondent WHERE return_version.id = ?1";
    let found: Option<(String, String)> = first(connection, sql, [id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let (respondent, standing) = found.ok_or_else(|| super::error::Fault::unknown("return", id))?;
    Ok(CommittedReturn { id, respondent, standing: word(&standing)? })
}
