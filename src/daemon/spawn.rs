//! Starting the tasks: each gets its handles on what all share, and the signals by which one wakes the next.

use std::sync::Arc;

use super::{Daemon, DaemonError, authenticator_or_none, recogniser_settings, way};
use crate::config::Config;
use crate::tasks::Signal;
use crate::tasks::alarm::Alarms;
use crate::tasks::backup::Backups;
use crate::tasks::digest::Digests;
use crate::tasks::dispute::Disputes;
use crate::tasks::enclose::Enclose;
use crate::tasks::fetch::{self, Fetch};
use crate::tasks::follow_up::FollowUps;
use crate::tasks::fresh::Fresh;
use crate::tasks::judge::Desk;
use crate::tasks::outbox::Outbox;
use crate::tasks::pause::Pauses;
use crate::tasks::read::{self, Read};
use crate::tasks::recognise::Recognise;
use crate::tasks::retention::Retention;
use crate::tasks::scan::Scan;
use crate::tasks::send::{self, Send};
use crate::tasks::sender::Senders;
use crate::tasks::watch::Watch;

/// What wakes a task before its time.
struct Signals {
    /// New mail is kept.
    kept: Signal,
    /// A notice is in the outbox; one for each transport.
    queued: Vec<Signal>,
    /// A scan may wait.
    recognise: Signal,
    /// A correction may want its file.
    enclose: Signal,
    /// Returns may be disputed.
    dispute: Signal,
}

impl Signals {
    fn new(config: &Config) -> Self {
        let queued = config.transports.iter().map(|_| Signal::default()).collect();
        let (kept, recognise, enclose, dispute) = Default::default();
        Self { kept, queued, recognise, enclose, dispute }
    }

    /// All that goes on with what was committed.
    fn committed(&self) -> Vec<Signal> {
        let others = [&self.recognise, &self.enclose, &self.dispute];
        self.queued.iter().chain(others).cloned().collect()
    }
}

impl Daemon {
    /// Starts all tasks.
    ///
    /// # Errors
    /// When a template or a transport cannot be used.
    pub(super) fn spawn_tasks(&mut self, config: &Config, desk: &Arc<Desk>) -> Result<(), DaemonError> {
        let (signals, pauses, fresh) = (Signals::new(config), Pauses::default(), Fresh::default());
        self.spawn_sending(config, &signals, &pauses)?;
        self.spawn_letters(config, &signals)?;
        self.spawn_upkeep(config);
        self.spawn_following(config, desk, &signals)?;
        self.spawn_reading(config, desk, &signals, &fresh)?;
        self.spawn_fetching(config, &signals, &pauses, &fresh);
        // Last: it says that the daemon runs once all of these have begun.
        let watch = Watch { looks: self.looks.clone(), zone: config.time_zone.clone() };
        self.tasks.spawn(watch.run(self.stop.clone()));
        Ok(())
    }

    /// What leaves the outbox, and the follow-ups that are looked at once more before they do.
    fn spawn_sending(&mut self, config: &Config, signals: &Signals, pauses: &Pauses) -> Result<(), DaemonError> {
        let follow_ups = Arc::new(FollowUps::new(config, self.store.clone(), signals.queued.clone())?);
        let outbox = Outbox { store: self.store.clone(), caps: config.caps, follow_ups: follow_ups.clone() };
        for (transport, wake) in config.transports.iter().zip(&signals.queued) {
            let send = Send {
                transport: transport.clone(),
                outbox: outbox.clone(),
                pauses: pauses.clone(),
                vitals: self.looks.vitals.clone(),
                wake: wake.clone(),
            };
            self.looks.vitals.begins(&send.part(), send::WITHIN);
            self.tasks.spawn(send.run(way(transport)?, self.stop.clone()));
        }
        self.tasks.spawn(follow_ups.run(self.stop.clone()));
        Ok(())
    }

    /// What is written to officials and operators.
    fn spawn_letters(&mut self, config: &Config, signals: &Signals) -> Result<(), DaemonError> {
        let digests = Digests::new(config, self.store.clone(), signals.queued.clone())?;
        self.tasks.spawn(digests.run(self.stop.clone()));
        let alarms = Alarms::new(config, self.looks.clone(), signals.queued.clone())?;
        self.tasks.spawn(alarms.run(self.stop.clone()));
        Ok(())
    }

    /// What keeps the archive and its disk in order.
    fn spawn_upkeep(&mut self, config: &Config) {
        let watch = self.floor.clone().watch(self.stop.clone());
        self.tasks.spawn(async move {
            watch.await;
            Ok(())
        });
        self.tasks.spawn(Backups::new(config, self.looks.vitals.clone()).run(self.stop.clone()));
        self.tasks.spawn(Retention::new(config, self.store.clone()).run(self.stop.clone()));
    }

    /// What goes on with messages that were read.
    fn spawn_following(&mut self, config: &Config, desk: &Desk, signals: &Signals) -> Result<(), DaemonError> {
        let (wake, next) = (signals.dispute.clone(), signals.queued.clone());
        let disputes = Disputes::new(config, self.store.clone(), desk.answer_since(), wake, next)?;
        self.tasks.spawn(disputes.run(self.stop.clone()));
        let recognise = Recognise {
            store: self.store.clone(),
            settings: recogniser_settings(config),
            wake: signals.recognise.clone(),
        };
        self.tasks.spawn(recognise.run(self.stop.clone()));
        let enclose = Enclose {
            store: self.store.clone(),
            pool: self.looks.pool.clone(),
            surveys: Arc::new(config.surveys.clone()),
            wake: signals.enclose.clone(),
            next: signals.queued.clone(),
        };
        self.tasks.spawn(enclose.run(self.stop.clone()));
        Ok(())
    }

    fn spawn_reading(
        &mut self,
        config: &Config,
        desk: &Arc<Desk>,
        signals: &Signals,
        fresh: &Fresh,
    ) -> Result<(), DaemonError> {
        let store = self.store.clone();
        let scan = Scan::new(config, store.clone(), fresh.clone(), desk.answer_since(), signals.queued.clone())?;
        let read = Read {
            fresh: fresh.clone(),
            pool: self.looks.pool.clone(),
            scan,
            senders: Senders {
                store: store.clone(),
                authenticator: authenticator_or_none(config),
                most: config.reader.limits.message,
            },
            desk: Arc::clone(desk),
            mailboxes: Arc::new(config.mailboxes.clone()),
            wake: signals.kept.clone(),
            stages: self.stages.clone(),
            vitals: self.looks.vitals.clone(),
            next: signals.committed(),
            store,
        };
        self.looks.vitals.begins(read::PART, read::WITHIN);
        self.tasks.spawn(read.run(self.stop.clone()));
        Ok(())
    }

    fn spawn_fetching(&mut self, config: &Config, signals: &Signals, pauses: &Pauses, fresh: &Fresh) {
        for mailbox in &config.mailboxes {
            let fetch = Fetch {
                mailbox: mailbox.clone(),
                store: self.store.clone(),
                read: signals.kept.clone(),
                fresh: fresh.clone(),
                pauses: pauses.clone(),
                vitals: self.looks.vitals.clone(),
                stages: self.stages.clone(),
                floor: self.floor.clone(),
            };
            self.looks.vitals.begins(&fetch.part(), fetch::WITHIN);
            self.tasks.spawn(fetch.run(self.stop.clone()));
        }
    }
}
