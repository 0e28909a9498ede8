//! Sending: what is due in the outbox is claimed (which records the attempt), handed to its transport, and the result recorded.
//!
//! A kill between the server's word and its record leaves an attempt without a result: the notice is sent again with the same
//! `Message-ID`.

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::pause::{PAUSE, Pauses};
use super::{Signal, TaskError, now, short_id};
use crate::calendar;
use crate::config::{Caps, TransportKind};
use crate::store::{Due, Recipients, Store, StoreError};
use crate::telemetry;
use crate::transport::{Outcome, Outgoing, Transport};

/// Notices claimed at once.
const CLAIM: u32 = 32;
/// How long a claim holds.
const LEASE: SignedDuration = SignedDuration::from_mins(15);
/// The spans that caps count in.
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);
/// How often the outbox is looked at without being woken.
const LOOK: std::time::Duration = std::time::Duration::from_secs(1);

/// What the send task of one transport works with.
pub struct Send {
    /// Its configuration.
    pub transport: crate::config::Transport,
    /// Where the outbox is.
    pub store: Store,
    /// Bounds on notices.
    pub caps: Caps,
    /// The login budgets.
    pub pauses: Pauses,
    /// Wakes this task.
    pub wake: Signal,
}

impl Send {
    /// Sends what is due, until it is told to stop; a notice that is at the server by then is still recorded.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn run(self, mut transport: Transport, stop: CancellationToken) -> Result<(), TaskError> {
        while !stop.is_cancelled() {
            let due = if self.paused().is_some() { Vec::new() } else { self.claim().await? };
            let idle = due.is_empty();
            for notice in due {
                if stop.is_cancelled() || self.paused().is_some() {
                    self.store.give_back_notice(notice.id, "stopped before it was sent".into(), now()).await?;
                } else {
                    self.send(&mut transport, notice).await?;
                }
            }
            if idle {
                transport.close().await;
                self.wake.wait(LOOK, &stop).await;
            }
        }
        transport.close().await;
        Ok(())
    }

    /// The account that logs in, whose budget counts.
    fn account(&self) -> Option<&str> {
        match &self.transport.kind {
            TransportKind::Smtp(settings) => settings.login.as_ref().map(|login| login.user.as_str()),
            TransportKind::Folder(_) => None,
        }
    }

    fn paused(&self) -> Option<Timestamp> {
        self.pauses.until(self.account()?, now())
    }

    async fn claim(&self) -> Result<Vec<Due>, StoreError> {
        self.store.claim_notices(&self.transport.name, CLAIM, now(), LEASE).await
    }

    async fn send(&self, transport: &mut Transport, due: Due) -> Result<(), StoreError> {
        if let Some((why, next)) = over_cap(&self.store, &self.caps, &due.recipient, now())? {
            telemetry::deferred(&subject(&due), &due.recipient, &why, &next.to_string());
            return self.store.give_back_notice(due.id, why, next).await;
        }
        if let Some(why) = &due.lacks {
            telemetry::trouble(&format!("{}: its notice goes without a file", subject(&due)), why);
        }
        let outgoing =
            Outgoing { recipient: due.recipient.clone(), bytes: due.bytes.clone(), name: due.key.replace(':', "-") };
        match transport.send(&outgoing).await {
            Outcome::Sent(words) => {
                self.store.record_sent(due.id, words.clone(), now()).await?;
                telemetry::sent(&subject(&due), due.kind.as_str(), &due.recipient, &words);
            }
            Outcome::Later(why) => self.later(&due, why).await?,
            Outcome::Refused(why) => self.refused(&due, why).await?,
            Outcome::LoginRefused(why) => {
                let account = self.account().unwrap_or(&self.transport.name);
                telemetry::login_paused(account, &why, PAUSE.as_secs());
                self.pauses.pause(account, now(), PAUSE);
                self.store.record_later(due.id, why, now() + SignedDuration::from_mins(15), now()).await?;
            }
        }
        Ok(())
    }

    async fn later(&self, due: &Due, why: String) -> Result<(), StoreError> {
        let given_up = now().duration_since(due.queued_at) > calendar::GIVE_UP_AFTER;
        if given_up {
            return self.refused(due, format!("given up: {why}")).await;
        }
        let next = now() + calendar::retry_after(due.attempts);
        telemetry::deferred(&subject(due), &due.recipient, &why, &next.to_string());
        self.store.record_later(due.id, why, next, now()).await
    }

    async fn refused(&self, due: &Due, why: String) -> Result<(), StoreError> {
        telemetry::refused(&subject(due), &due.recipient, &why);
        self.store.record_refused(due.id, why, now()).await
    }
}

/// Whether sending a notice to this address `now` would break a cap: why, and when it may go.
///
/// # Errors
/// When the store cannot be read.
pub fn over_cap(
    store: &Store,
    caps: &Caps,
    recipient: &str,
    now: Timestamp,
) -> Result<Option<(String, Timestamp)>, StoreError> {
    let domain = domain(recipient);
    if store.sent_since(Recipients::Domain(domain), now - HOUR)? >= u64::from(caps.per_domain_hour) {
        return Ok(Some((format!("cap of {} an hour to {domain}", caps.per_domain_hour), now + HOUR / 6)));
    }
    if store.sent_since(Recipients::All, now - DAY)? >= u64::from(caps.per_day) {
        return Ok(Some((format!("cap of {} a day", caps.per_day), now + HOUR)));
    }
    Ok(None)
}

/// Whether the caps leave room for a letter to this address that nobody waits for: one that had to wait in the outbox might go by
/// night, or after its answer came.
///
/// # Errors
/// When the store cannot be read.
pub fn has_room(store: &Store, caps: &Caps, recipient: &str, now: Timestamp) -> Result<bool, StoreError> {
    let domain = Recipients::Domain(domain(recipient));
    let is_below = |recipients, since, cap: u32| -> Result<bool, StoreError> {
        Ok(store.sent_since(recipients, since)? + store.queued(recipients)? < u64::from(cap))
    };
    Ok(is_below(domain, now - HOUR, caps.per_domain_hour)? && is_below(Recipients::All, now - DAY, caps.per_day)?)
}

fn domain(recipient: &str) -> &str {
    recipient.rsplit('@').next().unwrap_or_default()
}

/// The message that a notice answers, for the log; the notice itself where it answers none.
fn subject(due: &Due) -> String {
    due.message.map_or_else(|| format!("n{}", due.id), short_id)
}
