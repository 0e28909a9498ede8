//! Looking at senders: between reading and judging, it is evaluated who a message is from, where its collection server does not say.
//!
//! What was evaluated is noted with the message, so that reading it anew asks nobody again. Mail that is days old is not looked at:
//! keys of signatures are changed, and an honest mail would fail.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::SignedDuration;

use super::now;
use crate::authenticate::{Authenticator, Origin, Outcome, Relays};
use crate::config::Mailbox;
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
    /// Bytes of the largest message that is looked at.
    pub most: u64,
}

impl Senders {
    /// Looks at the senders of messages that were read together, side by side.
    ///
    /// # Errors
    /// When the store cannot be read or written. What the DNS does not answer is no error.
    pub async fn look(&self, read: &[(Unread, Box<Reading>)], mailboxes: &[Mailbox]) -> Result<(), StoreError> {
        let Some(authenticator) = &self.authenticator else { return Ok(()) };
        let due = read.iter().filter(|(unread, reading)| is_due(unread, reading));
        let mut looks: FuturesUnordered<_> = due
            .map(|(unread, reading)| {
                let origin = Origin { from: reading.envelope.from.clone(), relays: relays(unread, mailboxes) };
                self.look_at(authenticator, unread, origin)
            })
            .collect();
        while let Some(looked) = looks.next().await {
            looked?;
        }
        Ok(())
    }

    async fn look_at(&self, authenticator: &Authenticator, unread: &Unread, origin: Origin) -> Result<(), StoreError> {
        let id = unread.id;
        if self.store.is_sender_evaluated(id)? {
            return Ok(());
        }
        if unread.size > self.most {
            return self.store.note_not_evaluated(id, "it is larger than reader.message_mib").await;
        }
        let store = self.store.clone();
        let why = match authenticator.evaluate(move || store.raw(id), origin).await? {
            Outcome::Evaluated(evaluated) => return self.store.note_sender(id, evaluated, now()).await,
            Outcome::NotEvaluated(why) => why,
            Outcome::RestBegins => {
                telemetry::trouble("senders are not evaluated for ten minutes", SILENT);
                SILENT.to_owned()
            }
            Outcome::Rests => SILENT.to_owned(),
        };
        self.store.note_not_evaluated(id, &why).await
    }
}

const SILENT: &str = "the DNS did not answer for several senders in a row, and is left alone for a while";

fn relays(unread: &Unread, mailboxes: &[Mailbox]) -> Relays {
    let at = unread.location.as_ref().map(|location| location.mailbox.as_str());
    mailboxes.iter().find(|mailbox| Some(mailbox.name.as_str()) == at).map(|one| one.relays.clone()).unwrap_or_default()
}

/// Whether it matters who sent a message, and can still be told.
fn is_due(unread: &Unread, reading: &Reading) -> bool {
    !reading.is_nobodys() && is_to_be_evaluated(reading) && now().duration_since(unread.received_at) < AGE
}
