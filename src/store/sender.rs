//! What the file knows of a message's sender: what was evaluated of it, whom the roster names, whom an answer may go to.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::Connection;

use super::error::{Fault, Outcome};
use super::known::Row;
use super::row::{all, execute, first, scalar, time};
use super::{Store, StoreError, Write, entered};
use crate::reading::Reading;
use crate::verdict::senders::{self, Evaluated, Evidence, Finding, Policy, ReplyTo, Suspicion};
use crate::verdict::trust::{is_of_the_public, shares_own_domain};
use crate::verdict::{Sender, Whose, comparable, is_same_address};

/// A reading whose answer goes where the configuration lets it go.
pub(super) struct Answered<'r> {
    pub(super) reading: Cow<'r, Reading>,
    /// Where the answer goes instead of `Reply-To`, and why.
    pub(super) finding: Option<Finding>,
}

impl Store {
    /// Whether the authenticity of a message's sender was evaluated before.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn is_sender_evaluated(&self, message: i64) -> Result<bool, StoreError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM sender_check WHERE message = ?1 AND evaluated_at IS NOT NULL)";
        self.read(|connection| scalar(connection, sql, [message]))
    }

    /// Notes what was evaluated of a message's sender. What was evaluated first holds: keys and policies do not last.
    pub fn note_sender(&self, message: i64, evaluated: Evaluated, now: Timestamp) -> Write<()> {
        self.note(move |connection| {
            let sql = "INSERT INTO sender_check (message, evaluated_at, dmarc, spf, dkim) VALUES (?1, ?2, ?3, ?4, ?5)
                       ON CONFLICT DO UPDATE SET evaluated_at = excluded.evaluated_at, dmarc = excluded.dmarc,
                           spf = excluded.spf, dkim = excluded.dkim WHERE evaluated_at IS NULL";
            execute(connection, sql, (message, time(now), evaluated.dmarc, evaluated.spf, evaluated.dkim))?;
            Ok(())
        })
    }

    /// Notes why nothing was evaluated of a message's sender: it is judged without, and who looks at it is told.
    pub fn note_not_evaluated(&self, message: i64, why: &str) -> Write<()> {
        let finding = Finding::notable(format!("{NOT_EVALUATED}{why}"));
        self.note(move |connection| {
            let sql = "INSERT INTO sender_check (message, findings) VALUES (?1, ?2)
                       ON CONFLICT DO UPDATE SET findings = excluded.findings WHERE evaluated_at IS NULL";
            execute(connection, sql, (message, serde_json::to_string(&[finding])?))?;
            Ok(())
        })
    }
}

/// How a finding begins that tells why nothing was evaluated. It stays with the message until something is.
const NOT_EVALUATED: &str = "not evaluated: ";

/// Why nothing was evaluated of a message's sender, where that was noted.
fn not_evaluated(connection: &Connection, message: i64) -> Outcome<Option<Finding>> {
    let sql = "SELECT findings FROM sender_check WHERE message = ?1 AND evaluated_at IS NULL";
    let Some(json) = first(connection, sql, [message], |row| row.get::<_, String>(0))? else { return Ok(None) };
    let findings: Vec<Finding> = serde_json::from_str(&json)?;
    Ok(findings.into_iter().find(|finding| finding.text.starts_with(NOT_EVALUATED)))
}

/// Decides where an answer goes: `Reply-To` is the sender's to write, and may name anybody.
pub(super) fn answered<'r>(connection: &Connection, reading: &'r Reading, policy: &Policy) -> Outcome<Answered<'r>> {
    let envelope = &reading.envelope;
    let as_it_is = Answered { reading: Cow::Borrowed(reading), finding: None };
    if is_same_address(&envelope.from, &envelope.reply_to) {
        return Ok(as_it_is);
    }
    let is_followed = match policy.reply_to {
        ReplyTo::Always => true,
        ReplyTo::Never => false,
        ReplyTo::Known => {
            policy.allow.names(&envelope.reply_to) || belongs(connection, &envelope.from, &envelope.reply_to)?
        }
    };
    if is_followed {
        return Ok(as_it_is);
    }
    let mut reading = reading.clone();
    let written = std::mem::replace(&mut reading.envelope.reply_to, envelope.from.clone());
    let text = format!("its Reply-To {written} is not followed (senders.reply_to): answers go to From");
    Ok(Answered { reading: Cow::Owned(reading), finding: Some(Finding::notable(text)) })
}

/// Whether an address is the roster's, an operator's word for it, of the sender's own domain, or that of an earlier sender for the
/// same respondent.
fn belongs(connection: &Connection, from: &str, reply_to: &str) -> Outcome<bool> {
    if shares_own_domain(from, reply_to) || shares_own_domain(reply_to, from) {
        return Ok(true);
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM respondent_address WHERE address = ?1)
                   OR EXISTS (SELECT 1 FROM trusted_sender WHERE address = ?1)
                   OR EXISTS (SELECT 1 FROM message AS mine
                       JOIN return_version AS own ON own.message = mine.id
                       JOIN return_version AS other ON other.respondent = own.respondent
                       JOIN message AS theirs ON theirs.id = other.message
                       WHERE mine.sender_key = ?2 AND mine.sender_key <> '' AND theirs.sender_key = ?1
                       AND own.standing NOT IN ('contested', 'held', 'discarded')
                       AND other.standing NOT IN ('contested', 'held', 'discarded'))";
    scalar(connection, sql, (comparable(reply_to), comparable(from)))
}

/// Concludes on the sender of a message. Of what an operator entered there is none.
pub(super) fn conclude(
    connection: &Connection,
    row: &Row,
    reading: &Reading,
    whose: &[Whose],
    policy: &Policy,
) -> Outcome<Option<Sender>> {
    if entered::respondent(connection, row.id)?.is_some() {
        return Ok(Some(Sender::default()));
    }
    let sql = "SELECT dmarc, spf, dkim FROM sender_check WHERE message = ?1 AND evaluated_at IS NOT NULL";
    let evaluated = first(connection, sql, [row.id], |row| {
        Ok(Evaluated { dmarc: row.get(0)?, spf: row.get(1)?, dkim: row.get(2)? })
    })?;
    let suspicion = suspicion(connection, reading, whose)?;
    let (evaluated, suspicion) = (evaluated.as_ref(), suspicion.as_ref());
    Ok(Some(policy.conclude(Evidence { evaluated, suspicion, ..Evidence::of(reading) })))
}

/// Whom the sender passes itself off as: one of those that it answers for, else anybody on the roster.
fn suspicion(connection: &Connection, reading: &Reading, whose: &[Whose]) -> Outcome<Option<Suspicion>> {
    if reading.is_nobodys() {
        return Ok(None);
    }
    senders::suspicion(&reading.envelope, &Stored { connection, whose })
}

/// The roster as it stands in the file, where all addresses are as they are compared.
struct Stored<'a> {
    connection: &'a Connection,
    whose: &'a [Whose],
}

impl senders::Roster for Stored<'_> {
    type Error = Fault;

    fn names(&self, address: &str) -> Outcome<bool> {
        let mut own = Vec::new();
        let mut rest = address.rsplit_once('@').map(|(_, domain)| domain);
        while let Some(domain) = rest.filter(|domain| domain.contains('.') && !is_of_the_public(domain)) {
            own.push(domain);
            rest = domain.split_once('.').map(|(_, parent)| parent);
        }
        let sql = "SELECT EXISTS (SELECT 1 FROM respondent_address WHERE address = ?1)
                       OR EXISTS (SELECT 1 FROM respondent_address
                           WHERE domain IN (SELECT value COLLATE NOCASE FROM json_each(?2)))";
        scalar(self.connection, sql, (address, serde_json::to_string(&own)?))
    }

    /// An operator who let a return of the sender count has looked at it: it passes for nobody there any more.
    fn claimed(&self, sender: &str) -> Outcome<Vec<String>> {
        let respondents: BTreeSet<i64> = self.whose.iter().filter_map(|one| one.respondent).collect();
        let respondents = serde_json::to_string(&respondents)?;
        let is_any = self.whose.is_empty();
        let trusted = "SELECT EXISTS (SELECT 1 FROM trusted_sender
                           WHERE address = ?1 AND (?2 OR respondent IN (SELECT value FROM json_each(?3))))";
        if scalar(self.connection, trusted, (sender, is_any, &respondents))? {
            return Ok(Vec::new());
        }
        let address = |row: &rusqlite::Row<'_>| row.get::<_, String>(0).map_err(Into::into);
        if is_any {
            // `A` comes after `@`: those with the same name at any domain.
            let local = sender.rsplit_once('@').map(|(local, _)| local).unwrap_or_default();
            let sql = "SELECT DISTINCT '@' || domain FROM respondent_address
                       UNION SELECT address FROM respondent_address WHERE address >= ?1 || '@' AND address < ?1 || 'A'";
            return all(self.connection, sql, [local], address);
        }
        let sql = "SELECT address FROM respondent_address WHERE respondent IN (SELECT value FROM json_each(?1))";
        all(self.connection, sql, [respondents], address)
    }
}

/// Writes down what was found of a message's sender; what was found.
pub(super) fn write(
    connection: &Connection,
    message: i64,
    sender: Option<&Sender>,
    of_answer: Option<Finding>,
) -> Outcome<Vec<Finding>> {
    let mut findings = sender.map(|sender| sender.findings.clone()).unwrap_or_default();
    findings.extend(not_evaluated(connection, message)?);
    findings.extend(of_answer);
    let json = serde_json::to_string(&findings)?;
    let sql = "UPDATE sender_check SET findings = ?2 WHERE message = ?1";
    let is_noted = execute(connection, sql, (message, &json))? > 0;
    if !is_noted && !findings.is_empty() {
        execute(connection, "INSERT INTO sender_check (message, findings) VALUES (?1, ?2)", (message, &json))?;
    }
    Ok(findings)
}

/// What was found of a message's sender, for a listing.
pub(super) fn findings(connection: &Connection, message: i64) -> Outcome<Vec<String>> {
    let sql = "SELECT findings FROM sender_check WHERE message = ?1";
    let Some(json) = first(connection, sql, [message], |row| row.get::<_, String>(0))? else { return Ok(Vec::new()) };
    let findings: Vec<Finding> = serde_json::from_str(&json)?;
    Ok(findings.into_iter().map(|finding| finding.text).collect())
}
