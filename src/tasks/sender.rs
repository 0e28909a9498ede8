//! Looking at senders: between reading and judging, it is evaluated who a message is from, where its collection server does not say.
//!
//! What was evaluated is noted with the message, so that reading it anew asks nobody again. Mail that is days old is not looked at:
//! keys of signatures are changed, and an honest mail would fail.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::SignedDuration;

use super::{now, short_id};
use crate::authenticate::{Authenticator, Outcome};
use crate::reading::Reading;
use crate::store::{Store, StoreError, Unread};
use crate::telemetry;
use crate::verdict::senders::is_to_be_evaluated;

/// How long after it was sent a signature can be checked (RFC 6376, 3.6.1 has keys stay for about as long as mail is under way).
const AGE: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Looks at senders. A handle: clones share it.
#[derive(Clone)]
pub struct Senders {
    /// Where messages are, and where it is noted.
    pub store: Store,
    /// What evaluates; none where nothing is to be.
    pub authenticator: Option<Authenticator>,
}

impl Senders {
    /// Looks at the senders of messages that were read together, side by side.
    ///
    /// # Errors
    /// When the store cannot be read or written. What the DNS does not answer is no error.
    pub async fn look(&self, read: &[(Unread, Box<Reading>)]) -> Result<(), StoreError> {
        let Some(authenticator) = &self.authenticator else { return Ok(()) };
        let due = read.iter().filter(|(unread, reading)| is_due(unread, reading));
        let mut looks: FuturesUnordered<_> =
            due.map(|(unread, reading)| self.look_at(authenticator, unread, reading)).collect();
        while let Some(looked) = looks.next().await {
            looked?;
        }
        Ok(())
    }

    async fn look_at(
        &self,
        authenticator: &Authenticator,
        unread: &Unread,
        reading: &Reading,
    ) -> Result<(), StoreError> {
        if self.store.is_sender_evaluated(unread.id)? {
            return Ok(());
        }
        let raw = self.store.raw(unread.id)?;
        match authenticator.evaluate(raw, reading.envelope.from.clone()).await {
            Outcome::Evaluated(evaluated) => self.store.note_sender(unread.id, evaluated, now()).await,
            Outcome::NotEvaluated(why) => {
                telemetry::not_evaluated(&short_id(unread.id), &why);
                Ok(())
            }
            Outcome::Rests => Ok(()),
        }
    }
}

/// Whether it matters who sent a message, and can still be told.
fn is_due(unread: &Unread, reading: &Reading) -> bool {
    let is_nobodys = reading.automatic.is_some() && reading.returns.is_empty();
    !is_nobodys && is_to_be_evaluated(reading) && now().duration_since(unread.received_at) < AGE
}
