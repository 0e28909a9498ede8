//! Previews: notices composed by the code that composes the real ones, from what is stored, and put nowhere.
//!
//! What a message would be answered with hangs on all that is known at its judging. So it is read again and judged in a
//! [`crate::store::Rehearsal`]; the judge there is the daemon's own desk.

use std::sync::{Arc, mpsc};
use std::time::Duration;

use jiff::Timestamp;

use super::follow_up::{self, Draft, composer_of, outlook};
use super::fresh::Fresh;
use super::judge::{Desk, Judgement};
use super::read::Read;
use super::scan::Scan;
use super::sender::Senders;
use super::stages::Stages;
use super::vitals::Vitals;
use super::{Signal, TaskError, now, short_id};
use crate::config::{Caps, Config, Notices};
use crate::follow_up::Topic;
use crate::notice::{self, ComposeError, Composer, Kind, Notice, TemplateError, Told};
use crate::reader::{Outcome, Pool};
use crate::reading::Reading;
use crate::store::{Dispute, Judge, Rereading, RosterRow, Situation, Store, StoreError, Unread};
use crate::survey::Survey;

/// The sender of samples where no transport is configured.
const NOBODY: &str = "Postroom <postroom@mail.example>";

/// Why there is nothing to look at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PreviewError {
    /// No such notice would be sent.
    #[error("no such notice would be sent: {0}")]
    NotDue(String),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A template cannot be used.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// The notice cannot be composed.
    #[error(transparent)]
    Compose(#[from] ComposeError),
    /// The message cannot be read.
    #[error(transparent)]
    Task(#[from] TaskError),
}

/// A notice of a kind on sample data.
///
/// # Errors
/// When a template cannot be used.
pub fn sample(config: &Config, survey: &Survey, kind: Kind, now: Timestamp) -> Result<Notice, PreviewError> {
    let composer = match composer_of(config, survey)? {
        Some(composer) => composer,
        None => Arc::new(Composer::new(&config.templates, unsent(config))?),
    };
    Ok(composer.sample(kind, survey, &follow_up::forms(survey), now)?)
}

pub(super) fn unsent(config: &Config) -> notice::Settings {
    notice::Settings {
        transport: String::new(),
        from: NOBODY.to_owned(),
        sign_off: config.sign_off.clone(),
        time_zone: config.time_zone.clone(),
    }
}

/// The answer that a message would get now, whatever the configuration says of sending: where a file is to go with it, the mail
/// that speaks of that file, without it.
///
/// # Errors
/// When the message is not read yet, cannot be read, or would not be answered.
pub async fn answer(
    config: &Config,
    store: &Store,
    pool: Pool,
    message: i64,
    now: Timestamp,
) -> Result<Notice, PreviewError> {
    let id = short_id(message);
    let unread = store.to_reread(message)?;
    let unread = unread.ok_or_else(|| PreviewError::NotDue(format!("{id} waits to be read, or could not be")))?;
    let desk = Desk::new(&answering(config), now, Stages::default())?;
    let read = reads(config, store, pool, desk);
    let reading = reread(&read, &unread).await?;
    let (judge, heard) = listening(&read, &unread, now);
    let rehearsal = store.rehearsal(&config.surveys, now)?;
    rehearsal.replay(&Rereading { message, reading, notify: false, now }, judge)?;
    heard
        .try_recv()
        .unwrap_or_else(|_| Err(format!("{id} is a second delivery of a mail that was answered")))
        .map_err(PreviewError::NotDue)
}

/// The configuration under which every mail is answered, and each by itself.
fn answering(config: &Config) -> Config {
    let caps = Caps { together: Duration::ZERO, ..config.caps };
    Config { notices: Notices::On, answer_since: Some(Timestamp::UNIX_EPOCH), caps, ..config.clone() }
}

fn reads(config: &Config, store: &Store, pool: Pool, desk: Desk) -> Read {
    Read {
        store: store.clone(),
        pool,
        scan: Scan::none(store.clone()),
        senders: Senders { store: store.clone(), authenticator: None, most: 0 },
        desk: Arc::new(desk),
        mailboxes: Arc::new(config.mailboxes.clone()),
        wake: Signal::default(),
        fresh: Fresh::default(),
        stages: Stages::default(),
        vitals: Vitals::new(now(), std::iter::empty()),
        next: Vec::new(),
    }
}

async fn reread(read: &Read, unread: &Unread) -> Result<Reading, PreviewError> {
    match read.pool.read(vec![read.job(unread)?]).await.pop() {
        Some(Outcome::Read(reading)) => Ok(*reading),
        Some(Outcome::Failed(why) | Outcome::NotTried(why)) => Err(PreviewError::NotDue(why)),
        None => Err(PreviewError::NotDue("the reader said nothing".to_owned())),
    }
}

/// The notice that was composed, or why none was.
type Heard = mpsc::Receiver<Result<Notice, String>>;

/// The daemon's judge, with somebody who hears what it composed. It judges as if the message had just come.
fn listening(read: &Read, unread: &Unread, now: Timestamp) -> (Judge, Heard) {
    let desk = read.desk.clone();
    let mailbox = unread.location.as_ref().map(|location| location.mailbox.clone()).unwrap_or_default();
    let (says, heard) = mpsc::channel();
    let judge = Box::new(move |reading: &Reading, situation: &Situation| {
        let situation = Situation { rereading: None, ..situation.clone() };
        let judgement = desk.judge(&mailbox, reading, &situation, now);
        // It is heard in the same function, or not at all.
        let _ = says.send(composed(&judgement));
        judgement.decision
    });
    (judge, heard)
}

fn composed(judgement: &Judgement) -> Result<Notice, String> {
    let Judgement { decision, trouble } = judgement;
    let silence = || decision.verdict.reply.err().map(|silence| silence.as_str().to_owned());
    let why = || trouble.clone().or_else(silence).unwrap_or_else(|| "none was composed".to_owned());
    let mut notice = decision.notice.clone().ok_or_else(why)?;
    if let Some(awaiting) = &decision.sending.awaiting {
        notice.bytes.clone_from(&awaiting.mail);
    }
    Ok(notice)
}

/// The letter that a respondent would get now, whether or not its day has come.
///
/// # Errors
/// When it would get none.
pub fn letter(
    config: &Config,
    store: &Store,
    (survey, row): (&Survey, &RosterRow),
    kind: Kind,
    now: Timestamp,
) -> Result<Notice, PreviewError> {
    let not_due = |why: &str| PreviewError::NotDue(format!("{}: {why}", row.invited.name));
    let about = follow_up::correspondence(config, survey)?;
    let composer = about.composer.clone().ok_or_else(|| not_due("no transport is configured"))?;
    let outlook = outlook(store, survey, &config.follow_up, now, |_| None)?;
    let to = outlook.respondent(row.respondent).ok_or_else(|| not_due("it is not on the roster"))?;
    let topic = match to.facts.standing().need {
        _ if kind == Kind::Invitation => Topic::Invitation,
        Ok(Topic::Invitation) => return Err(not_due("its invitation comes first")),
        Ok(topic) => topic,
        Err(why) => return Err(not_due(why.as_str())),
    };
    let planned = outlook.plan.planned.iter().find(|one| (one.respondent, one.topic) == (row.respondent, topic));
    let shared = planned.and_then(|planned| Draft::planned(&outlook, planned));
    let draft = shared.unwrap_or_else(|| Draft { topic, to: vec![to] });
    let recipient = draft.recipient().ok_or_else(|| not_due("no address is known"))?;
    let key = draft.key(survey);
    let thread = store.thread(&draft.respondents(), recipient, &key)?;
    Ok(draft.compose(&about, &composer, (&key, recipient, &thread), now)?)
}

/// The notice of a dispute about a respondent that would go out now.
///
/// # Errors
/// When nobody is to be told of one.
pub fn dispute(
    config: &Config,
    store: &Store,
    (survey, row): (&Survey, &RosterRow),
    now: Timestamp,
) -> Result<Notice, PreviewError> {
    let not_due = |why: &str| PreviewError::NotDue(format!("{}: {why}", row.invited.name));
    let composer = composer_of(config, survey)?.ok_or_else(|| not_due("no transport is configured"))?;
    let mut open = store.disputes(&survey.id, Timestamp::UNIX_EPOCH, now)?.into_iter();
    let Dispute { key, respondent, name, recipient } = open
        .find(|one| one.respondent == row.respondent)
        .ok_or_else(|| not_due("nobody is to be told of a dispute about it"))?;
    let thread = store.thread(&[respondent], &recipient, &key)?;
    let told = Told { key: &key, now, survey, name: &name, recipient: &recipient, thread: &thread };
    Ok(composer.compose_dispute(&told)?)
}
