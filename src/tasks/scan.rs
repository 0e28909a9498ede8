//! Scanning: between keeping and reading, clamd looks at each message where the configuration says so.
//!
//! What clamd does not find clean is put into quarantine: nothing opens it until an operator lets it be read. While clamd cannot be
//! asked, messages wait. What was found clean is not noted: a message that is read anew is scanned anew, by what is known by then.

use std::sync::Arc;

use jiff::Timestamp;

use super::follow_up::composer_of;
use super::fresh::Fresh;
use super::{Signal, now, short_id};
use crate::config::{Config, Notices, VirusScan};
use crate::mail;
use crate::notice::{self, Composer, Kind, Thread, Told};
use crate::store::{NoticeState, Quarantined, Store, StoreError, Unread};
use crate::survey::Survey;
use crate::telemetry;
use crate::verdict;
use crate::virus_scan::Scanned;

/// What the scan works with. A handle: clones share it.
#[derive(Clone)]
pub struct Scan {
    store: Store,
    fresh: Fresh,
    settings: Option<VirusScan>,
    notices: Notices,
    answer_since: Timestamp,
    /// The survey in whose name senders are told, and what writes to them.
    told_by: Option<(Survey, Arc<Composer>)>,
    /// Wake the tasks that send.
    next: Vec<Signal>,
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
        let told_by = match config.surveys.first() {
            Some(survey) => composer_of(config, survey)?.map(|composer| (survey.clone(), composer)),
            None => None,
        };
        let (settings, notices) = (config.virus_scan.clone(), config.notices);
        Ok(Self { store, fresh, settings, notices, answer_since, told_by, next })
    }

    /// A scan that lets everything through, for what was scanned when it came.
    #[must_use]
    pub fn none(store: Store) -> Self {
        let (fresh, answer_since, next) = (Fresh::default(), Timestamp::MAX, Vec::new());
        Self { store, fresh, settings: None, notices: Notices::Off, answer_since, told_by: None, next }
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
        let found = match settings.clamd.scan(&raw).await {
            Ok(Scanned::Clean) => return Ok(Fate::Open),
            Ok(Scanned::Infected(name)) => format!("infected: {name}"),
            Ok(Scanned::NotScanned(why)) if settings.reads_unscannable => {
                telemetry::not_scanned(&short_id(unread.id), &why);
                return Ok(Fate::Open);
            }
            Ok(Scanned::NotScanned(why)) => format!("not scanned: {why}"),
            Err(error) if settings.reads_while_down => {
                telemetry::not_scanned(&short_id(unread.id), &error.to_string());
                return Ok(Fate::Open);
            }
            Err(error) => return Ok(Fate::Wait(format!("{error}; nothing is opened unscanned"))),
        };
        let id = short_id(unread.id);
        telemetry::quarantined(&id, &unread.sender, &found);
        let quarantined = self.store.quarantine(unread.id, found, Kind::Infected.as_str(), now()).await?;
        if settings.tells_sender {
            self.tell(unread, &raw, &quarantined).await?;
        }
        Ok(Fate::Quarantine)
    }

    /// Tells a sender of the roster, once a day: viruses write under names that they found, and nobody else is told of one.
    async fn tell(&self, unread: &Unread, raw: &[u8], quarantined: &Quarantined) -> Result<(), StoreError> {
        let Some((survey, composer)) = &self.told_by else { return Ok(()) };
        let is_late = unread.received_at < self.answer_since;
        if !quarantined.is_on_roster || quarantined.told_today || is_late || self.notices == Notices::Off {
            return Ok(());
        }
        let mails = mail::parse_headers(raw).message_id.into_iter().collect();
        let thread = Thread { token: quarantined.token.clone(), subject: unread.subject.clone(), mails };
        let recipient = verdict::comparable(&unread.sender);
        let key = format!("infected:{}", unread.id);
        let told = Told { key: &key, now: now(), survey, name: "", recipient: &recipient, thread: &thread };
        let notice = match composer.compose_infected(&told) {
            Ok(notice) => notice,
            Err(error) => {
                telemetry::trouble(&key, &error.to_string());
                return Ok(());
            }
        };
        let state = if self.notices == Notices::Hold { NoticeState::Held } else { NoticeState::Queued };
        if let Some(id) = self.store.queue_notice(notice, state, now()).await? {
            telemetry::notice_queued(&short_id(unread.id), Kind::Infected.as_str(), &format!("n{id}"));
            self.next.iter().for_each(Signal::wake);
        }
        Ok(())
    }
}
