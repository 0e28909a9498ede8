//! Recognising: the text of scans that came without an editable file is kept for review and search, one scan at a time.
//!
//! It comes after everything else: the sender was answered before, and nothing waits for it. Without the models it does nothing;
//! they may be installed while the daemon runs.

use std::time::{Duration, Instant};

use tokio_util::sync::CancellationToken;

use super::{Signal, TaskError, now, short_id};
use crate::reader::recogniser::{self, Recognised, Scan, Settings, folder};
use crate::store::{Recognition, ScanDue, Store, StoreError};
use crate::telemetry;

/// How often the store is looked at without being woken: models may have been installed, or messages judged anew.
const LOOK: Duration = Duration::from_secs(60);
/// How long a scan waits when no recogniser can be started, as when the machine is short of memory or a model is damaged.
const PATIENCE: Duration = Duration::from_secs(300);

/// What the recognising task works with.
pub struct Recognise {
    /// Where scans are.
    pub store: Store,
    /// How recognition is run.
    pub settings: Settings,
    /// Wakes this task.
    pub wake: Signal,
}

impl Recognise {
    /// Recognises what is due, until it is told to stop; a scan at hand is then left for the next start.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn run(self, stop: CancellationToken) -> Result<(), TaskError> {
        while !stop.is_cancelled() {
            let is_installed = folder::is_installed(&self.settings.models);
            let due = if is_installed { self.store.claim_scan(now()).await? } else { None };
            match due {
                Some(due) => self.recognise(due, &stop).await?,
                None => drop(self.wake.wait(LOOK, &stop).await),
            }
        }
        Ok(())
    }

    async fn recognise(&self, due: ScanDue, stop: &CancellationToken) -> Result<(), StoreError> {
        let (store, message) = (self.store.clone(), due.message);
        let scan = Scan {
            source: Box::new(move |to| store.raw_into(message, to).map_err(std::io::Error::other)),
            path: due.path.clone(),
            sha256: due.sha256.clone(),
        };
        let begun = Instant::now();
        let outcome = tokio::select! {
            outcome = recogniser::recognise(&self.settings, scan) => outcome,
            // The process is killed as it is dropped.
            () = stop.cancelled() => return self.store.give_back_scan(due.sha256).await,
        };
        match outcome {
            Ok(recognised) => self.keep(due, recognised, begun.elapsed()).await,
            Err(error) => {
                telemetry::trouble(
                    &format!("{} not recognised, tried again later", short_id(message)),
                    &error.to_string(),
                );
                self.store.give_back_scan(due.sha256).await?;
                tokio::select! {
                    () = stop.cancelled() => {}
                    () = tokio::time::sleep(PATIENCE) => {}
                }
                Ok(())
            }
        }
    }

    async fn keep(&self, due: ScanDue, recognised: Recognised, time: Duration) -> Result<(), StoreError> {
        let Recognised { pages, fault } = recognised;
        let (count, lines) = (pages.len(), pages.iter().map(Vec::len).sum());
        let id = short_id(due.message);
        let kept = Recognition { pages, fault: fault.clone() };
        self.store.keep_recognised(due.sha256, kept, now()).await?;
        match fault {
            None => telemetry::recognised(&id, &due.path, count, lines, time.as_secs_f32()),
            Some(why) => telemetry::not_recognised(&id, &due.path, lines, &why),
        }
        Ok(())
    }
}
