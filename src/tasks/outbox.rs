//! What may leave the outbox now. Each notice is asked about when its turn comes, before an attempt begins: it may be a letter that
//! is needed no longer or would reach its reader by night, or a cap may be met.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::follow_up::{Again, FollowUps};
use super::short_id;
use crate::config::Caps;
use crate::notice::Kind;
use crate::store::{Due, Ready, Recipients, Store, StoreError};
use crate::telemetry;

/// How long a claim holds.
const LEASE: SignedDuration = SignedDuration::from_mins(15);
/// The spans that caps count in.
const HOUR: SignedDuration = SignedDuration::from_hours(1);
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The outbox, and what decides what leaves it.
#[derive(Clone)]
pub struct Outbox {
    /// Where it is.
    pub store: Store,
    /// Bounds on notices.
    pub caps: Caps,
    /// Looks at letters again.
    pub follow_ups: Arc<FollowUps>,
}

impl Outbox {
    /// The next notice of a transport that may go now; its attempt has begun. What may not go waits on, or is cancelled.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn take(&self, transport: &str, now: Timestamp) -> Result<Option<Due>, StoreError> {
        while let Some(ready) = self.store.ready_notice(transport, now)? {
            if !self.may_go(&ready, now).await? {
                continue;
            }
            if let Some(due) = self.store.claim_notice(ready.id, now, LEASE).await? {
                return Ok(Some(due));
            }
        }
        Ok(None)
    }

    /// Whether a notice whose turn it is may go. If not, its turn is over.
    async fn may_go(&self, ready: &Ready, now: Timestamp) -> Result<bool, StoreError> {
        match self.follow_ups.again(ready.id, now)? {
            Again::Goes => {}
            Again::Waits(why, until) => return self.postpone(ready, why, until, now).await,
            Again::Never(why) => {
                if self.store.cancel_letter(ready.id, why.clone(), now).await? {
                    telemetry::cancelled(&subject(ready.id, None), &ready.recipient, &why);
                }
                return Ok(false);
            }
        }
        // What a cap holds back is told by nobody else: alarms are few by themselves.
        if ready.kind == Kind::Alarm {
            return Ok(true);
        }
        match over_cap(&self.store, &self.caps, &ready.recipient, now)? {
            Some((why, until)) => self.postpone(ready, why, until, now).await,
            None => Ok(true),
        }
    }

    async fn postpone(&self, ready: &Ready, why: String, until: Timestamp, now: Timestamp) -> Result<bool, StoreError> {
        telemetry::deferred(&subject(ready.id, ready.message), &ready.recipient, &why, &until.to_string());
        self.store.postpone_notice(ready.id, why, until, now).await?;
        Ok(false)
    }
}

/// Whether sending a notice to this address `now` would break a cap: why, and when it may go.
fn over_cap(
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

/// Whether the caps leave room for a letter to this address that nobody waits for: one that had to wait in the outbox might be
/// overtaken there.
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
pub(super) fn subject(notice: i64, message: Option<i64>) -> String {
    message.map_or_else(|| format!("n{notice}"), short_id)
}
