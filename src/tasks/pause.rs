//! One login budget per account, IMAP and SMTP together: a refused login pauses both, so that the account is not locked.
//!
//! Whoever sends asks before each login ([`Pauses::until`]); a mailbox has its connection to itself and is told by its fetch
//! task, which follows the pauses ([`Pauses::follow`]).

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;

/// How long nothing is tried after a refused login. QQ and NetEase lock accounts that go on trying.
pub const PAUSE: Duration = Duration::from_secs(15 * 60);

/// Until when each account is left alone. A handle: clones share it.
#[derive(Debug, Clone, Default)]
pub struct Pauses {
    until: Arc<watch::Sender<BTreeMap<String, Timestamp>>>,
}

/// Pauses as one account sees them.
#[derive(Debug)]
pub struct Followed {
    account: String,
    until: watch::Receiver<BTreeMap<String, Timestamp>>,
}

impl Pauses {
    /// Leaves the account alone for a while from now on.
    pub fn pause(&self, account: &str, now: Timestamp, time: Duration) {
        let until = SignedDuration::try_from(time).ok().and_then(|time| now.checked_add(time).ok()).unwrap_or(now);
        self.until.send_modify(|pauses| {
            pauses.insert(account.to_owned(), until);
        });
    }

    /// Until when the account is left alone, if it is.
    #[must_use]
    pub fn until(&self, account: &str, now: Timestamp) -> Option<Timestamp> {
        self.until.borrow().get(account).copied().filter(|until| *until > now)
    }

    /// Follows the pauses of an account from now on.
    #[must_use]
    pub fn follow(&self, account: &str) -> Followed {
        Followed { account: account.to_owned(), until: self.until.subscribe() }
    }
}

impl Followed {
    /// Waits until the account is to be left alone; until when. Nothing is lost when this is dropped before it is done.
    pub async fn next(&mut self) -> Timestamp {
        loop {
            if self.until.changed().await.is_err() {
                // There is nobody left who could pause it.
                return std::future::pending().await;
            }
            if let Some(until) = self.until.borrow_and_update().get(&self.account) {
                return *until;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_left_alone_until_its_pause_is_over() {
        let pauses = Pauses::default();
        let start: Timestamp = "2017-12-19T08:00:00Z".parse().unwrap();
        pauses.pause("collect@district.example", start, PAUSE);
        let at = |minutes: i64| {
            pauses.until("collect@district.example", start + SignedDuration::from_mins(minutes)).is_some()
        };
        assert!(at(0) && at(14));
        assert!(!at(15));
        assert!(pauses.until("other@district.example", start).is_none());
    }

    #[tokio::test]
    async fn who_follows_an_account_is_told_of_its_pause_whoever_was_refused() {
        let pauses = Pauses::default();
        let mut followed = pauses.clone().follow("collect@district.example");
        let start: Timestamp = "2017-12-19T08:00:00Z".parse().unwrap();
        pauses.pause("other@district.example", start, PAUSE);
        pauses.pause("collect@district.example", start, PAUSE);
        assert_eq!(followed.next().await, start + SignedDuration::from_mins(15));
    }
}
