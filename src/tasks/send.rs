//! Sending: what may leave the outbox now is handed to its transport, the attempt recorded before and the result after.
//!
//! A kill between the server's word and its record leaves an attempt without a result: the notice is sent again with the same
//! `Message-ID`.

use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

use super::outbox::{Outbox, subject};
use super::pause::{PAUSE, Pauses};
use super::vitals::Vitals;
use super::{Signal, TaskError, now};
use crate::calendar;
use crate::config::TransportKind;
use crate::failpoint::{self, Point};
use crate::health;
use crate::store::{Due, Store, StoreError};
use crate::telemetry;
use crate::transport::{Outcome, Outgoing, Transport};

/// How often the outbox is looked at without being woken.
const LOOK: std::time::Duration = std::time::Duration::from_secs(1);
/// The longest that the loop may not turn: a server may take ten minutes for the content alone.
pub const WITHIN: std::time::Duration = std::time::Duration::from_secs(1_800);

/// After so many attempts that may have arrived, one more is the last.
const DOUBTS: u32 = 3;

/// What the send task of one transport works with.
pub struct Send {
    /// Its configuration.
    pub transport: crate::config::Transport,
    /// What leaves the outbox.
    pub outbox: Outbox,
    /// The login budgets.
    pub pauses: Pauses,
    /// What it says of itself.
    pub vitals: Vitals,
    /// Wakes this task.
    pub wake: Signal,
}

impl Send {
    /// Sends what is due, until it is told to stop; a notice that is at the server by then is still recorded.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn run(self, mut transport: Transport, stop: CancellationToken) -> Result<(), TaskError> {
        let part = self.part();
        while !stop.is_cancelled() {
            self.vitals.turned(&part);
            match self.take().await? {
                Some(due) => self.send(&mut transport, due).await?,
                None => {
                    transport.close().await;
                    self.wake.wait(LOOK, &stop).await;
                }
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

    /// What this loop is called.
    #[must_use]
    pub fn part(&self) -> String {
        format!("send {}", self.transport.name)
    }

    /// What it is called where logins are told of.
    fn place(&self) -> String {
        format!("transport {}", self.transport.name)
    }

    fn paused(&self) -> Option<Timestamp> {
        self.pauses.until(self.account()?, now())
    }

    async fn take(&self) -> Result<Option<Due>, StoreError> {
        if self.paused().is_some() { Ok(None) } else { self.outbox.take(&self.transport.name, now()).await }
    }

    fn store(&self) -> &Store {
        &self.outbox.store
    }

    async fn send(&self, transport: &mut Transport, due: Due) -> Result<(), StoreError> {
        if let Some(why) = &due.lacks {
            telemetry::trouble(&format!("{}: its notice goes without a file", subject(due.id, due.message)), why);
        }
        let outgoing =
            Outgoing { recipient: due.recipient.clone(), bytes: due.bytes.clone(), name: due.key.replace(':', "-") };
        failpoint::pass(Point::Attempted);
        let outcome = transport.send(&outgoing).await;
        if let Outcome::Later(why) | Outcome::Refused(why) = &outcome
            && health::is_of_a_recipient(why)
        {
            self.vitals.login_taken(&self.place());
        }
        match outcome {
            Outcome::Sent(words) => {
                failpoint::pass(Point::Accepted);
                self.vitals.login_taken(&self.place());
                self.store().record_sent(due.id, words.clone(), now()).await?;
                failpoint::pass(Point::SentRecorded);
                telemetry::sent(&subject(due.id, due.message), due.kind.as_str(), &due.recipient, &words);
            }
            Outcome::Later(why) => self.later(&due, why).await?,
            Outcome::Doubtful(why) => self.doubtful(&due, why).await?,
            Outcome::Refused(why) => self.refused(&due, why).await?,
            Outcome::LoginRefused(why) => {
                let account = self.account().unwrap_or(&self.transport.name);
                self.vitals.login_refused(&self.place(), account, &why, now());
                telemetry::login_paused(account, &why, PAUSE.as_secs());
                self.pauses.pause(account, now(), PAUSE);
                self.store().record_login_refused(due.id, &why, now() + SignedDuration::from_mins(15), now()).await?;
            }
        }
        Ok(())
    }

    async fn later(&self, due: &Due, why: String) -> Result<(), StoreError> {
        if is_given_up(due, now()) {
            return self.refused(due, format!("given up: {why}")).await;
        }
        let next = self.deferred(due, &why);
        self.store().record_later(due.id, why, next, now()).await
    }

    /// A notice that may have arrived is sent again, as a lost one is worse than a second copy; but not for days.
    async fn doubtful(&self, due: &Due, why: String) -> Result<(), StoreError> {
        if due.doubts >= DOUBTS || is_given_up(due, now()) {
            let tries = due.doubts.saturating_add(1);
            let words = format!("may have arrived, given up after {tries} tries; ask the recipient: {why}");
            return self.refused(due, words).await;
        }
        let next = self.deferred(due, &why);
        self.store().record_doubtful(due.id, &why, next, now()).await
    }

    /// Tells that a notice is tried again; when.
    fn deferred(&self, due: &Due, why: &str) -> Timestamp {
        let next = now() + calendar::retry_after(due.attempts);
        telemetry::deferred(&subject(due.id, due.message), &due.recipient, why, &next.to_string());
        next
    }

    async fn refused(&self, due: &Due, why: String) -> Result<(), StoreError> {
        telemetry::refused(&subject(due.id, due.message), &due.recipient, &why);
        self.store().record_refused(due.id, why, now()).await
    }
}

/// Whether a notice was tried long enough. What it waited for before, such as an operator's release, does not count.
fn is_given_up(due: &Due, now: Timestamp) -> bool {
    due.failing_since.is_some_and(|since| calendar::is_given_up(since, now))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::smtp::{Fault, Step};

    #[test]
    fn what_a_server_says_of_a_recipient_is_known_by_its_words() {
        let said = |step| Fault::Reply { server: "smtp.example:465".into(), step, code: 452, words: "452 full".into() };
        let check = |fault: Fault, expected: bool| {
            assert_eq!(health::is_of_a_recipient(&fault.to_string()), expected, "{fault}");
        };
        for step in [Step::Recipient, Step::Data, Step::Content] {
            check(said(step), true);
        }
        for step in [Step::Greeting, Step::StartTls, Step::Login, Step::Sender] {
            check(said(step), false);
        }
        let (server, recipient) = ("smtp.example:465".to_owned(), "nobody".to_owned());
        check(Fault::Recipient { recipient }, false);
        check(Fault::Lost { server, step: Step::Recipient, cause: "eof".into() }, false);
    }
}
