//! The daemon: builds the parts, starts the tasks, stops in two steps.
//!
//! Everything that can happen by itself is a task started in [`spawn`]. The first word to stop starts nothing new and
//! finishes what is at hand; a second one, or [`PATIENCE`], ends what is left, and the store is as if the machine had been
//! switched off: the next start goes on from there.

mod spawn;

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::authenticate::{Authenticator, NoResolver};
use crate::config::{self, Config, TransportKind};
use crate::health::Pulse;
use crate::http;
use crate::notice::TemplateError;
use crate::reader::recogniser;
use crate::reader::{self, Layer, Pool, Unconfined};
use crate::store::{self, Lock, Store, StoreError};
use crate::tasks::floor::Floor;
use crate::tasks::judge::Desk;
use crate::tasks::looks::Looks;
use crate::tasks::stages::Stages;
use crate::tasks::vitals::Vitals;
use crate::tasks::{self, TaskError, now, pulse, watch};
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
    /// Readers would not be confined.
    #[error(transparent)]
    Unconfined(#[from] Unconfined),
    /// A task cannot go on.
    #[error(transparent)]
    Task(#[from] TaskError),
    /// The system.
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
    /// Whether its disk is nearly full.
    pub floor: Floor,
    tasks: JoinSet<Result<(), TaskError>>,
    stop: CancellationToken,
    stages: Stages,
    looks: Looks,
    _lock: Lock,
}

/// Where the store of a configuration lies.
#[must_use]
pub fn store_settings(config: &Config) -> store::Settings {
    store::Settings {
        per_sender_hour: Some(config.bounds.per_sender_hour),
        senders: config.senders.policy.clone(),
        ..store::Settings::in_folder(&config.data)
    }
}

/// Opens the store of a configuration and makes it know the surveys.
///
/// # Errors
/// When the data folder or the file in it cannot be used.
pub async fn open(config: &Config) -> Result<Store, DaemonError> {
    store::private_folder(&config.data)?;
    let store = open_store(config)?;
    store.register_surveys(&config.surveys, now()).await?;
    Ok(store)
}

/// Opens the store of a configuration. A database of an older schema is copied before it is brought up to date, so that there is a
/// way back to the program of before.
///
/// # Errors
/// When the file cannot be used, and [`StoreError::NotUpgraded`] when there is no copy of it: nothing is changed then.
pub fn open_store(config: &Config) -> Result<Store, StoreError> {
    let settings = store_settings(config);
    if let Some(schema) = store::outdated(&settings) {
        let to = config.backup.to.join(store::backup_name(now()));
        let made = store::private_folder(&config.backup.to)
            .and_then(|()| store::back_up(&settings, &to, config.bounds.disk_floor, now()));
        match made {
            Ok(made) => telemetry::upgraded(schema, &made.path.display().to_string()),
            Err(error) => {
                return Err(StoreError::NotUpgraded { path: settings.path, schema, why: error.to_string() });
            }
        }
    }
    Store::open(&settings)
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
        may_lack: config.reader.may_lack.clone(),
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
        may_lack: config.reader.may_lack.clone(),
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

/// Makes sure that what comes in is opened in a cage, before anything comes in. What the cage lacks and may lack is logged.
async fn confined(pool: &Pool, may_lack: &[Layer]) -> Result<(), DaemonError> {
    let system = |error| DaemonError::System { what: "a reader cannot be started".into(), error };
    let confinement = pool.confinement().await.map_err(system)?;
    if let Some(unconfined) = Unconfined::of(&confinement, may_lack) {
        return Err(unconfined.into());
    }
    confinement
        .lacks
        .iter()
        .for_each(|lack| telemetry::unconfined(lack.layer.as_str(), &lack.why, lack.layer.without()));
    confinement.landlock.iter().for_each(|version| telemetry::old_landlock(version));
    Ok(())
}

/// What is known of the mailboxes before any is connected.
fn vitals(config: &Config) -> Vitals {
    Vitals::new(now(), config.mailboxes.iter().map(|mailbox| (mailbox.name.as_str(), mailbox.poll())))
}

impl Daemon {
    /// Starts the tasks of a configuration.
    ///
    /// # Errors
    /// When another daemon has the data folder, or a part cannot be built.
    pub async fn start(config: &Config) -> Result<Self, DaemonError> {
        store::private_folder(&config.data)?;
        let lock = Lock::take(&config.data)?;
        let store = open(config).await?;
        store.free_leases(now()).await?;
        store.sweep(now()).await?;
        tasks::roster::take_in_changed(&store, config, now()).await?;
        let first_start = store.first_start(now()).await?;
        let stages = Stages::default();
        let desk = Arc::new(Desk::new(config, first_start, stages.clone())?);
        let pool = Pool::new(reader_settings(config));
        confined(&pool, &config.reader.may_lack).await?;
        let (tasks, stop) = (JoinSet::new(), CancellationToken::new());
        let looks = Looks {
            store: store.clone(),
            data: config.data.clone(),
            vitals: vitals(config),
            pool,
            thresholds: config.alarm.thresholds,
            backups: (config.backup.clone(), config.time_zone.clone()),
        };
        let floor = Floor::new(&config.data, config.bounds);
        let mut daemon = Self { store, floor, tasks, stop, stages, looks, _lock: lock };
        daemon.tell_health(config).await?;
        daemon.spawn_tasks(config, &desk)?;
        let surveys: Vec<&str> = config.surveys.iter().map(|survey| survey.id.as_str()).collect();
        let version = env!("CARGO_PKG_VERSION");
        telemetry::started(version, config.mailboxes.len(), &surveys.join(", "), config.notices.as_str());
        Ok(daemon)
    }

    /// Tells health and metrics where the configuration says so.
    async fn tell_health(&mut self, config: &Config) -> Result<(), DaemonError> {
        let Some(address) = config.listen else { return Ok(()) };
        let system =
            |error| DaemonError::System { what: format!("[http] listen = \"{address}\", choose a free port"), error };
        let listener = http::listen(address).await.map_err(system)?;
        telemetry::http(&listener.local_addr().map_err(system)?.to_string());
        let (looks, stop) = (self.looks.clone(), self.stop.clone());
        let look: http::Look = Arc::new(move || looks.look(now()));
        self.tasks.spawn(async move {
            http::run(listener, look, stop).await;
            Ok(())
        });
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
        watch::stopping();
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
            telemetry::stages(&self.stages.told(self.looks.pool.spent(), writer));
        }
        let last = Pulse { stopped: true, ..self.looks.pulse(now()) };
        if let Err(error) = pulse::leave(&self.looks.data, &last) {
            telemetry::trouble("no last sign of life can be left in the data folder", &error.to_string());
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
