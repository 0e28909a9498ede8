//! The daemon: builds the parts, starts the tasks, stops in two steps.
//!
//! Everything that can happen by itself is a task listed in [`Daemon::start`]. The first word to stop starts nothing new and
//! finishes what is at hand; a second one, or [`PATIENCE`], ends what is left, and the store is as if the machine had been
//! switched off: the next start goes on from there.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::authenticate::{Authenticator, NoResolver};
use crate::config::{self, Config, TransportKind};
use crate::notice::TemplateError;
use crate::reader::recogniser;
use crate::reader::{self, Pool};
use crate::store::{self, Lock, Store, StoreError};
use crate::tasks::digest::Digests;
use crate::tasks::dispute::Disputes;
use crate::tasks::enclose::Enclose;
use crate::tasks::fetch::Fetch;
use crate::tasks::follow_up::FollowUps;
use crate::tasks::fresh::Fresh;
use crate::tasks::judge::Desk;
use crate::tasks::outbox::Outbox;
use crate::tasks::pause::Pauses;
use crate::tasks::read::Read;
use crate::tasks::recognise::Recognise;
use crate::tasks::scan::Scan;
use crate::tasks::send::Send;
use crate::tasks::sender::Senders;
use crate::tasks::stages::Stages;
use crate::tasks::{self, Signal, TaskError, now};
use crate::telemetry;
use crate::transport::{Transport, folder, smtp};

/// How long what is at hand may take once the daemon is to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// Why the daemon cannot start or go on.
#[derive(Debug, thiserror::Error)]
pub enum DaemonError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A template.
    #[error("templates: {0}")]
    Template(#[from] TemplateError),
    /// A transport.
    #[error("transport: {0}")]
    Transport(#[from] smtp::SettingsError),
    /// A task cannot go on.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// The data folder.
    #[error("{what}: {error}")]
    System {
        /// What was tried.
        what: String,
        /// The system's words.
        error: std::io::Error,
    },
}

/// A daemon that runs.
pub struct Daemon {
    /// What it stores.
    pub store: Store,
    tasks: JoinSet<Result<(), TaskError>>,
    stop: CancellationToken,
    stages: Stages,
    pool: Pool,
    _lock: Lock,
}

/// Where the store of a configuration lies.
#[must_use]
pub fn store_settings(config: &Config) -> store::Settings {
    store::Settings { senders: config.senders.policy.clone(), ..store::Settings::in_folder(&config.data) }
}

/// Opens the store of a configuration and makes it know the surveys.
///
/// # Errors
/// When the data folder or the file in it cannot be used.
pub async fn open(config: &Config) -> Result<Store, DaemonError> {
    let system = |error| DaemonError::System { what: format!("data folder {}", config.data.display()), error };
    std::fs::create_dir_all(&config.data).map_err(system)?;
    let store = Store::open(&store_settings(config))?;
    store.register_surveys(&config.surveys, now()).await?;
    Ok(store)
}

/// How readers are run under a configuration.
#[must_use]
pub fn reader_settings(config: &Config) -> reader::Settings {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    reader::Settings {
        program: reader::THIS_PROGRAM.into(),
        readers: config.reader.readers.unwrap_or(cores),
        surveys: config.surveys.clone(),
        limits: config.reader.limits.clone(),
        time: config.reader.time,
        memory: config.reader.memory,
        messages: 1_000,
    }
}

/// What evaluates senders under a configuration, if anything does.
///
/// # Errors
/// When the system names no resolver.
pub fn authenticator(config: &Config) -> Result<Option<Authenticator>, NoResolver> {
    config.senders.evaluate.as_ref().map(Authenticator::new).transpose()
}

/// A machine without a resolver still has its mail judged: nobody fails for a question that cannot be asked.
fn authenticator_or_none(config: &Config) -> Option<Authenticator> {
    authenticator(config).unwrap_or_else(|error| {
        telemetry::trouble("senders are not evaluated", &error.to_string());
        None
    })
}

/// How scans are recognised under a configuration: in the time that 20 pages take on a slow machine.
#[must_use]
pub fn recogniser_settings(config: &Config) -> recogniser::Settings {
    recogniser::Settings {
        program: reader::THIS_PROGRAM.into(),
        models: config.data.join(recogniser::folder::FOLDER),
        limits: config.reader.limits.clone(),
        time: Duration::from_secs(300),
        memory: 2 << 30,
    }
}

/// The way on which a transport sends.
///
/// # Errors
/// When its sender, host or certificates cannot be used.
pub fn way(transport: &config::Transport) -> Result<Transport, DaemonError> {
    Ok(match &transport.kind {
        TransportKind::Smtp(settings) => Transport::Smtp(Box::new(smtp::Smtp::new(settings.as_ref().clone())?)),
        TransportKind::Folder(path) => Transport::Folder(folder::Folder::new(path)),
    })
}

impl Daemon {
    /// Starts the tasks of a configuration.
    ///
    /// # Errors
    /// When another daemon has the data folder, or a part cannot be built.
    pub async fn start(config: &Config) -> Result<Self, DaemonError> {
        let system = |error| DaemonError::System { what: format!("data folder {}", config.data.display()), error };
        std::fs::create_dir_all(&config.data).map_err(system)?;
        let lock = Lock::take(&config.data)?;
        let store = open(config).await?;
        store.free_leases(now()).await?;
        store.sweep(now()).await?;
        tasks::roster::take_in_changed(&store, config, now()).await?;
        let first_start = store.first_start(now()).await?;
        let stages = Stages::default();
        let desk = Arc::new(Desk::new(config, first_start, stages.clone())?);
        let pool = Pool::new(reader_settings(config));
        let (tasks, stop) = (JoinSet::new(), CancellationToken::new());
        let mut daemon = Self { store, tasks, stop, stages, pool, _lock: lock };
        daemon.spawn_tasks(config, desk)?;
        let surveys: Vec<&str> = config.surveys.iter().map(|survey| survey.id.as_str()).collect();
        let version = env!("CARGO_PKG_VERSION");
        telemetry::started(version, config.mailboxes.len(), &surveys.join(", "), config.notices.as_str());
        Ok(daemon)
    }

    fn spawn_tasks(&mut self, config: &Config, desk: Arc<Desk>) -> Result<(), DaemonError> {
        let (pauses, fresh) = (Pauses::default(), Fresh::default());
        let (read_signal, recognise_signal) = (Signal::default(), Signal::default());
        let mut next: Vec<Signal> = config.transports.iter().map(|_| Signal::default()).collect();
        let follow_ups = Arc::new(FollowUps::new(config, self.store.clone(), next.clone())?);
        let outbox = Outbox { store: self.store.clone(), caps: config.caps, follow_ups: follow_ups.clone() };
        for (transport, wake) in config.transports.iter().zip(&next) {
            let send = Send {
                transport: transport.clone(),
                outbox: outbox.clone(),
                pauses: pauses.clone(),
                wake: wake.clone(),
            };
            self.tasks.spawn(send.run(way(transport)?, self.stop.clone()));
        }
        self.tasks.spawn(follow_ups.run(self.stop.clone()));
        let digests = Digests::new(config, self.store.clone(), next.clone())?;
        self.tasks.spawn(digests.run(self.stop.clone()));
        let dispute_signal = Signal::default();
        let disputes =
            Disputes::new(config, self.store.clone(), desk.answer_since(), dispute_signal.clone(), next.clone())?;
        self.tasks.spawn(disputes.run(self.stop.clone()));
        let recognise = Recognise {
            store: self.store.clone(),
            settings: recogniser_settings(config),
            wake: recognise_signal.clone(),
        };
        self.tasks.spawn(recognise.run(self.stop.clone()));
        let enclose = Enclose {
            store: self.store.clone(),
            pool: self.pool.clone(),
            surveys: Arc::new(config.surveys.clone()),
            wake: Signal::default(),
            next: next.clone(),
        };
        next.extend([recognise_signal, enclose.wake.clone(), dispute_signal]);
        self.tasks.spawn(enclose.run(self.stop.clone()));
        let (store, since) = (self.store.clone(), desk.answer_since());
        let scan = Scan::new(config, store, fresh.clone(), since, next.clone())?;
        let read = Read {
            store: self.store.clone(),
            fresh: fresh.clone(),
            pool: self.pool.clone(),
            scan,
            senders: Senders { store: self.store.clone(), authenticator: authenticator_or_none(config) },
            desk,
            mailboxes: Arc::new(config.mailboxes.clone()),
            wake: read_signal.clone(),
            stages: self.stages.clone(),
            next,
        };
        self.tasks.spawn(read.run(self.stop.clone()));
        for mailbox in &config.mailboxes {
            let fetch = Fetch {
                mailbox: mailbox.clone(),
                store: self.store.clone(),
                read: read_signal.clone(),
                fresh: fresh.clone(),
                pauses: pauses.clone(),
                stages: self.stages.clone(),
            };
            self.tasks.spawn(fetch.run(self.stop.clone()));
        }
        Ok(())
    }

    /// Runs until a word to stop comes, then finishes what is at hand; a second word stops at once.
    ///
    /// # Errors
    /// When a task met a fault that it cannot go on with, such as a full disk.
    pub async fn run(mut self, words: &mut mpsc::Receiver<&'static str>) -> Result<(), DaemonError> {
        let ended = tokio::select! {
            why = words.recv() => {
                telemetry::stopping(why.unwrap_or("nobody can stop it any more"));
                Ok(())
            }
            failed = self.failed() => {
                telemetry::ended(&failed.to_string());
                Err(failed)
            }
        };
        tokio::select! {
            finished = self.finish() => ended.and(finished.map_err(DaemonError::from))?,
            Some(why) = words.recv() => {
                telemetry::stopping(&format!("{why} again: at once"));
                ended?;
            }
        }
        Ok(())
    }

    /// Waits until a task meets a fault that it cannot go on with.
    pub async fn failed(&mut self) -> DaemonError {
        self.first_failure().await.into()
    }

    /// Stops: finishes what is at hand.
    ///
    /// # Errors
    /// When a task met a fault on its last way.
    pub async fn stop(mut self) -> Result<(), DaemonError> {
        Ok(self.finish().await?)
    }

    async fn finish(&mut self) -> Result<(), TaskError> {
        self.stop.cancel();
        let all = async {
            let mut first = Ok(());
            while let Some(ended) = self.tasks.join_next().await {
                first = first.and(ended.map_err(TaskError::from).flatten());
            }
            first
        };
        let ended = tokio::time::timeout(PATIENCE, all).await.unwrap_or_else(|_| {
            telemetry::stopping("what is at hand takes too long: at once");
            Ok(())
        });
        if let Ok(writer) = self.store.writer_time().await {
            telemetry::stages(&self.stages.told(self.pool.spent(), writer));
        }
        ended
    }

    /// Waits until a task ends, which it does by itself for a fault only.
    async fn first_failure(&mut self) -> TaskError {
        match self.tasks.join_next().await {
            Some(Ok(Ok(()))) => TaskError::Ended("task".into()),
            Some(Ok(Err(error))) => error,
            Some(Err(error)) => error.into(),
            // Without a mailbox there is still the task that reads, so this is never reached.
            None => std::future::pending().await,
        }
    }
}
