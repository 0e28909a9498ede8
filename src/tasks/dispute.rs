//! Telling who answered for a respondent that somebody else did as well, and that a person is going to look at it.
//!
//! Each notice has the key of the return that it tells of, so a round done twice does nothing new.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::follow_up::composer_of;
use super::{Signal, TaskError, now};
use crate::config::{Config, Notices};
use crate::notice::{self, Composer, Told};
use crate::store::{Dispute, NoticeState, Store, StoreError};
use crate::survey::Survey;
use crate::telemetry;

/// How often it is looked whether somebody is to be told without being woken: an operator's word can make a dispute, too.
const LOOK: Duration = Duration::from_secs(30);

/// What the task works with.
pub struct Disputes {
    store: Store,
    notices: Notices,
    /// Surveys, each with what writes about it.
    surveys: Vec<(Survey, Arc<Composer>)>,
    /// Of mail older than this nobody is told.
    answer_since: Timestamp,
    /// Wakes this task.
    wake: Signal,
    /// Wake the tasks that send.
    next: Vec<Signal>,
}

impl Disputes {
    /// The task for a configuration.
    ///
    /// # Errors
    /// When a template of the configuration cannot be used.
    pub fn new(
        config: &Config,
        store: Store,
        answer_since: Timestamp,
        wake: Signal,
        next: Vec<Signal>,
    ) -> Result<Self, notice::TemplateError> {
        let mut surveys = Vec::new();
        for survey in &config.surveys {
            surveys.extend(composer_of(config, survey)?.map(|composer| (survey.clone(), composer)));
        }
        Ok(Self { store, notices: config.notices, surveys, answer_since, wake, next })
    }

    /// Puts into the outbox what is due, until it is told to stop.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn run(self, stop: CancellationToken) -> Result<(), TaskError> {
        while !stop.is_cancelled() {
            self.round(now()).await?;
            self.wake.wait(LOOK, &stop).await;
        }
        Ok(())
    }

    /// Puts into the outbox what is due now; how many notices that were.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn round(&self, now: Timestamp) -> Result<usize, StoreError> {
        let mut made = 0;
        if self.notices == Notices::Off {
            return Ok(made);
        }
        for (survey, composer) in &self.surveys {
            for dispute in self.store.disputes(&survey.id, self.answer_since, now)? {
                made += usize::from(self.tell(survey, composer, &dispute, now).await?);
            }
        }
        if made > 0 {
            self.next.iter().for_each(Signal::wake);
        }
        Ok(made)
    }

    async fn tell(
        &self,
        survey: &Survey,
        composer: &Composer,
        dispute: &Dispute,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let Dispute { key, respondent, name, recipient } = dispute;
        let thread = self.store.thread(&[*respondent], recipient, key)?;
        let told = Told { key, now, survey, name, recipient, thread: &thread };
        let notice = match composer.compose_dispute(&told) {
            Ok(notice) => notice,
            Err(error) => {
                telemetry::trouble(key, &error.to_string());
                return Ok(false);
            }
        };
        let state = if self.notices == Notices::Hold { NoticeState::Held } else { NoticeState::Queued };
        let Some(id) = self.store.queue_notice(notice, state, now).await? else { return Ok(false) };
        telemetry::letter_queued(&format!("n{id}"), "dispute", recipient, name);
        Ok(true)
    }
}
