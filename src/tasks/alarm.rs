//! Alarms: what [`crate::health`] finds wrong is written to the operator, at most once an hour, and so is that it is over.
//!
//! An alarm goes through the ordinary outbox, so none is lost; one about a transport that sends nothing arrives when it sends again,
//! and until then log and `/health` tell it. Alarms themselves are never the cause of one. They go out whatever `notices` says: that
//! speaks of mail to respondents.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::follow_up::composer_by;
use super::looks::Looks;
use super::{Signal, TaskError, now};
use crate::config::{self, Config};
use crate::health::{self, Finding, Plan, Signs};
use crate::notice::{self, Alarm, Composer, Notice};
use crate::store::StoreError;
use crate::telemetry;

/// How often it is looked whether something is wrong.
const LOOK: Duration = Duration::from_secs(10);

/// What the task works with.
pub struct Alarms {
    settings: config::Alarm,
    looks: Looks,
    /// None where nobody is written to.
    composer: Option<Arc<Composer>>,
    /// Wake the tasks that send.
    next: Vec<Signal>,
}

impl Alarms {
    /// The task for a configuration.
    ///
    /// # Errors
    /// When a template of the configuration cannot be used.
    pub fn new(config: &Config, looks: Looks, next: Vec<Signal>) -> Result<Self, notice::TemplateError> {
        let settings = config.alarm.clone();
        let composer = if settings.to.is_empty() { None } else { composer_by(config, settings.transport.as_deref())? };
        Ok(Self { settings, looks, composer, next })
    }

    /// Puts into the outbox what is due, until it is told to stop.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn run(self, stop: CancellationToken) -> Result<(), TaskError> {
        let clock = Signal::default();
        while !stop.is_cancelled() {
            let (looks, at) = (self.looks.clone(), now());
            let (signs, found) = tokio::task::spawn_blocking(move || looks.look(at)).await?;
            self.round((&signs, &found), at).await?;
            clock.wait(LOOK, &stop).await;
        }
        Ok(())
    }

    /// Writes of what was found, if that is due; whether a mail was made.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn round(&self, found: (&Signs, &[Finding]), now: Timestamp) -> Result<bool, StoreError> {
        let Some(composer) = &self.composer else { return Ok(false) };
        let known = self.looks.store.alarmed()?;
        let Some(plan) = health::plan(found, &known.told, known.last, now) else { return Ok(false) };
        let mut notices = Vec::new();
        for recipient in &self.settings.to {
            match self.compose(composer, recipient, &plan, now)? {
                Ok(notice) => notices.push(notice),
                // Whoever can be told is told.
                Err(error) => telemetry::trouble("alarm", &error.to_string()),
            }
        }
        if notices.is_empty() {
            return Ok(false);
        }
        let (holds, over) = (plan.holds.len(), plan.over.len());
        self.looks.store.queue_alarm(plan, notices, now).await?;
        telemetry::alarm_queued(&self.settings.to.join(", "), holds, over);
        self.next.iter().for_each(Signal::wake);
        Ok(true)
    }

    fn compose(
        &self,
        composer: &Composer,
        recipient: &str,
        plan: &Plan,
        now: Timestamp,
    ) -> Result<Result<Notice, notice::ComposeError>, StoreError> {
        let key = format!("alarm:{}:{recipient}", now.as_second());
        let token = self.looks.store.letter_token(&key)?;
        let alarm = Alarm { key: &key, now, recipient, token: &token, language: self.settings.language, plan };
        Ok(composer.compose_alarm(&alarm))
    }
}
