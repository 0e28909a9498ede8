//! Scanning: between keeping and reading, clamd looks at each message where the configuration says so.
//!
//! What clamd does not find clean is put into quarantine: nothing opens it until an operator lets it be read. While clamd cannot be
//! asked, messages wait. One that clamd fails at though it is there was not scanned, and holds up no other. What was found clean is
//! not noted: a message that is read anew is scanned anew, by what is known by then.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::follow_up::composer_by;
use super::fresh::Fresh;
use super::{Signal, now, short_id};
use crate::config::{Config, Mailbox, Notices, VirusScan};
use crate::mail;
use crate::notice::{self, Composer, Kind, Notice, Thread, Told};
use crate::store::{NoticeState, Quarantined, Store, StoreError, Tell, Unread};
use crate::survey::Survey;
use crate::telemetry;
use crate::verdict::senders::{Evidence, Policy};
use crate::verdict::{self, Treatment};
use crate::virus_scan::{self, Scanned, Unreachable};

/// What the scan works with. A handle: clones share it.
#[derive(Clone)]
pub struct Scan {
    store: Store,
    fresh: Fresh,
    settings: Option<VirusScan>,
    notices: Notices,
    answer_since: Timestamp,
    /// What the configuration says of senders.
    policy: Policy,
    /// Who tells senders, by the mailbox that their mail came by; the entry without a name serves what came by none.
    told_by: BTreeMap<String, Arc<ToldBy>>,
    suspects: Arc<Suspects>,
    /// Wake the tasks that send.
    next: Vec<Signal>,
}

/// In whose name the senders of a mailbox are told.
struct ToldBy {
    survey: Survey,
    composer: Arc<Composer>,
    /// The server whose word on a sender counts.
    authserv_id: Option<String>,
}

/// Mails at which clamd failed.
#[derive(Default)]
struct Suspects {
    ids: Mutex<BTreeSet<i64>>,
    /// They are scanned one at a time: one that ends clamd is to bring no other one under suspicion.
    turn: tokio::sync::Mutex<()>,
}

impl Suspects {
    fn ids(&self) -> MutexGuard<'_, BTreeSet<i64>> {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Messages, sieved.
#[derive(Debug, Default)]
pub struct Sieved {
    /// Those that may be opened.
    pub clean: Vec<Unread>,
    /// Those that wait for the scanner, and why.
    pub waiting: Vec<(i64, String)>,
}

enum Fate {
    Open,
    Wait(String),
    Quarantine,
}

impl Scan {
    /// The scan of a configuration.
    ///
    /// # Errors
    /// When a template of the configuration cannot be used.
    pub fn new(
        config: &Config,
        store: Store,
        fresh: Fresh,
        answer_since: Timestamp,
        next: Vec<Signal>,
    ) -> Result<Self, notice::TemplateError> {
        let mut told_by = BTreeMap::new();
        for mailbox in config.mailboxes.iter().map(Some).chain([None]) {
            if let Some(by) = ToldBy::of(config, mailbox)? {
                let name = mailbox.map(|mailbox| mailbox.name.clone()).unwrap_or_default();
                told_by.insert(name, Arc::new(by));
            }
        }
        let (settings, notices, policy) = (config.virus_scan.clone(), config.notices, config.senders.policy.clone());
        let suspects = Arc::default();
        Ok(Self { store, fresh, settings, notices, answer_since, policy, told_by, suspects, next })
    }

    /// A scan that lets everything through, for what was scanned when it came.
    #[must_use]
    pub fn none(store: Store) -> Self {
        Self {
            store,
            fresh: Fresh::default(),
            settings: None,
            notices: Notices::Off,
            answer_since: Timestamp::MAX,
            policy: Policy::default(),
            told_by: BTreeMap::new(),
            suspects: Arc::default(),
            next: Vec::new(),
        }
    }

    /// Sieves claimed messages. Once clamd cannot be asked, the rest waits as well.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn sieve(&self, group: Vec<Unread>) -> Result<Sieved, StoreError> {
        let Some(settings) = &self.settings else { return Ok(Sieved { clean: group, waiting: Vec::new() }) };
        let mut sieved = Sieved::default();
        let mut down: Option<String> = None;
        for unread in group {
            let fate = match &down {
                Some(why) => Fate::Wait(why.clone()),
                None => self.look(settings, &unread).await?,
            };
            match fate {
                Fate::Open => sieved.clean.push(unread),
                Fate::Quarantine => drop(self.fresh.take(&unread.sha256)),
                Fate::Wait(why) => {
                    sieved.waiting.push((unread.id, why.clone()));
                    down = Some(why);
                }
            }
        }
        Ok(sieved)
    }

    async fn look(&self, settings: &VirusScan, unread: &Unread) -> Result<Fate, StoreError> {
        if self.store.is_cleared(unread.id)? {
            return Ok(Fate::Open);
        }
        let raw = self.store.raw(unread.id)?;
        let (found, is_infected) = match self.ask(&settings.clamd, unread.id, &raw).await {
            Ok(Scanned::Clean) => return Ok(Fate::Open),
            Ok(Scanned::Infected(name)) => (format!("infected: {name}"), true),
            Ok(Scanned::NotScanned(why)) if settings.reads_unscannable => {
                telemetry::not_scanned(&short_id(unread.id), &why);
                return Ok(Fate::Open);
            }
            Ok(Scanned::NotScanned(why)) => (format!("not scanned: {why}"), false),
            Err(error) if settings.reads_while_down => {
                telemetry::not_scanned(&short_id(unread.id), &error.to_string());
                return Ok(Fate::Open);
            }
            Err(error) => return Ok(Fate::Wait(format!("{error}; nothing is opened unscanned"))),
        };
        telemetry::quarantined(&short_id(unread.id), &unread.sender, &found);
        let may_tell = settings.tells_sender && is_infected;
        self.quarantine(unread, found, self.told_by(unread, &raw).filter(|_| may_tell), &raw).await?;
        Ok(Fate::Quarantine)
    }

    /// Has a message scanned. Only a clamd that does not answer at all is one that cannot be asked: one that answers, and fails at
    /// the same mail once more, will never scan it.
    async fn ask(&self, clamd: &virus_scan::Settings, id: i64, raw: &[u8]) -> Result<Scanned, Unreachable> {
        if !self.suspects.ids().contains(&id) {
            if let Ok(scanned) = clamd.scan(raw).await {
                return Ok(scanned);
            }
            self.suspects.ids().insert(id);
        }
        let _turn = self.suspects.turn.lock().await;
        clamd.ping().await?;
        let fails = |error| Scanned::NotScanned(format!("clamd answers, and fails at this mail: {error}"));
        let scanned = clamd.scan(raw).await.unwrap_or_else(fails);
        self.suspects.ids().remove(&id);
        Ok(scanned)
    }

    /// Puts a message into quarantine, and tells its sender where somebody is named to do so.
    async fn quarantine(
        &self,
        unread: &Unread,
        found: String,
        by: Option<&Arc<ToldBy>>,
        raw: &[u8],
    ) -> Result<(), StoreError> {
        let (says, mut trouble) = oneshot::channel();
        let tell: Tell = match by.map(Arc::clone) {
            None => Box::new(|_| None),
            Some(by) => {
                let state = if self.notices == Notices::Hold { NoticeState::Held } else { NoticeState::Queued };
                let mails: Vec<String> = mail::parse_headers(raw).message_id.into_iter().collect();
                let (unread, now) = (unread.clone(), now());
                Box::new(move |quarantined: &Quarantined| match by.compose(&unread, mails, quarantined, now)? {
                    Ok(notice) => Some((notice, state)),
                    Err(error) => {
                        // Nobody listens when the write failed.
                        let _ = says.send(error.to_string());
                        None
                    }
                })
            }
        };
        let notice = self.store.quarantine(unread.id, found, Kind::Infected.as_str(), now(), tell).await?;
        if let Ok(why) = trouble.try_recv() {
            telemetry::trouble(&format!("{}: no notice composed", short_id(unread.id)), &why);
        }
        if let Some(id) = notice {
            telemetry::notice_queued(&short_id(unread.id), Kind::Infected.as_str(), &format!("n{id}"));
            self.next.iter().for_each(Signal::wake);
        }
        Ok(())
    }

    /// Who tells the sender of a message; none where no answer may go. Only headers are looked at: the mail is not opened.
    fn told_by(&self, unread: &Unread, raw: &[u8]) -> Option<&Arc<ToldBy>> {
        let mailbox = unread.location.as_ref().map(|location| location.mailbox.as_str()).unwrap_or_default();
        let by = self.told_by.get(mailbox).or_else(|| self.told_by.get(""))?;
        let (envelope, trace) = mail::parse_way(raw);
        let server = trace.server_word(by.authserv_id.as_deref());
        let has_failed = server.dmarc.as_deref() == Some("fail");
        let address = unread.sender.as_str();
        let evidence = Evidence { address, server: &server, has_failed, evaluated: None, suspicion: None };
        let is_silent = unread.junk
            || unread.received_at < self.answer_since
            || self.notices == Notices::Off
            || envelope.has_several_from
            || mail::is_automatic_by_headers(raw)
            || self.policy.conclude(evidence).treatment != Treatment::Ordinary;
        (!is_silent).then_some(by)
    }
}

impl ToldBy {
    /// Who tells the senders of a mailbox, or of what came by none; none without a transport.
    fn of(config: &Config, mailbox: Option<&Mailbox>) -> Result<Option<Self>, notice::TemplateError> {
        let is_asked = |survey: &&Survey| mailbox.is_some_and(|mailbox| mailbox.surveys.contains(&survey.id));
        let survey = config.surveys.iter().find(is_asked).or(config.surveys.first());
        let composer = composer_by(config, mailbox.and_then(|mailbox| mailbox.reply_by.as_deref()))?;
        let authserv_id = mailbox.and_then(|mailbox| mailbox.authserv_id.clone());
        Ok(survey.zip(composer).map(|(survey, composer)| Self { survey: survey.clone(), composer, authserv_id }))
    }

    /// Writes to a sender of the roster, once a day: viruses write under names that they found, and nobody else is told of one.
    fn compose(
        &self,
        unread: &Unread,
        mails: Vec<String>,
        quarantined: &Quarantined,
        now: Timestamp,
    ) -> Option<Result<Notice, notice::ComposeError>> {
        if !quarantined.is_on_roster || quarantined.told_today {
            return None;
        }
        let thread = Thread { token: quarantined.token.clone(), subject: unread.subject.clone(), mails };
        let recipient = verdict::comparable(&unread.sender);
        let key = format!("infected:{}", unread.id);
        let told = Told { key: &key, now, survey: &self.survey, name: "", recipient: &recipient, thread: &thread };
        Some(self.composer.compose_infected(&told))
    }
}
