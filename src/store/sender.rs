//! What the file knows of a message's sender: what was evaluated of it, whom the roster names, whom an answer may go to.

use std::borrow::Cow;
use std::collections::BTreeSet;

use jiff::Timestamp;
use rusqlite::Connection;

use super::error::Outcome;
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
        self.write(move |connection| {
            let sql = "INSERT INTO sender_check (message, evaluated_at, dmarc, spf, dkim) VALUES (?1, ?2, ?3, ?4, ?5)
                       ON CONFLICT DO UPDATE SET evaluated_at = excluded.evaluated_at, dmarc = excluded.dmarc,
                           spf = excluded.spf, dkim = excluded.dkim WHERE evaluated_at IS NULL";
            execute(connection, sql, (message, time(now), evaluated.dmarc, evaluated.spf, evaluated.dkim))?;
            Ok(())
        })
    }
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
    let envelope = &reading.envelope;
    let is_nobodys = reading.automatic.is_some() && reading.returns.is_empty();
    if is_nobodys {
        return Ok(None);
    }
    let from = comparable(&envelope.from);
    let domain = from.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default();
    // Many programs put the sender's own address for its name.
    let says_address =
        envelope.from_name.contains(['@', '＠']) && !is_same_address(&envelope.from_name, &envelope.from);
    let on_roster = "SELECT EXISTS (SELECT 1 FROM respondent_address WHERE domain = ?1)";
    let may_look_alike = !is_of_the_public(domain) && !scalar::<bool>(connection, on_roster, [domain])?;
    let claimed = match may_look_alike {
        true if whose.is_empty() => None,
        true => Some(addresses_of(connection, whose)?),
        false => Some(Vec::new()),
    };
    let roster = if says_address || claimed.is_none() { roster(connection)? } else { Vec::new() };
    let claimed = claimed.unwrap_or_else(|| roster.clone());
    Ok(senders::suspicion(envelope, &claimed, &roster))
}

fn addresses_of(connection: &Connection, whose: &[Whose]) -> Outcome<Vec<String>> {
    let respondents: BTreeSet<i64> = whose.iter().filter_map(|one| one.respondent).collect();
    let mut addresses = Vec::new();
    for respondent in respondents {
        let sql = "SELECT address FROM respondent_address WHERE respondent = ?1";
        addresses.extend(all(connection, sql, [respondent], |row| row.get::<_, String>(0).map_err(Into::into))?);
    }
    Ok(addresses)
}

fn roster(connection: &Connection) -> Outcome<Vec<String>> {
    let sql = "SELECT DISTINCT address FROM respondent_address ORDER BY address";
    all(connection, sql, [], |row| Ok(row.get(0)?))
}

/// Writes down what was found of a message's sender; what was found.
pub(super) fn write(
    connection: &Connection,
    message: i64,
    sender: Option<&Sender>,
    of_answer: Option<Finding>,
) -> Outcome<Vec<Finding>> {
    let mut findings = sender.map(|sender| sender.findings.clone()).unwrap_or_default();
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
