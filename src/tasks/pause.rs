//! One login budget per account, IMAP and SMTP together: a refused login pauses both, so that the account is not locked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// How long nothing is tried after a refused login. QQ and NetEase lock accounts that go on trying.
pub const PAUSE: Duration = Duration::from_secs(15 * 60);

/// Until when each account is left alone. A handle: clones share it.
#[derive(Debug, Clone, Default)]
pub struct Pauses {
    until: Arc<Mutex<BTreeMap<String, Timestamp>>>,
}

impl Pauses {
    /// Leaves the account alone for a while from now on.
    pub fn pause(&self, account: &str, now: Timestamp, time: Duration) {
        let until = SignedDuration::try_from(time).ok().and_then(|time| now.checked_add(time).ok()).unwrap_or(now);
        self.until.lock().unwrap_or_else(PoisonError::into_inner).insert(account.to_owned(), until);
    }

    /// Until when the account is left alone, if it is.
    #[must_use]
    pub fn until(&self, account: &str, now: Timestamp) -> Option<Timestamp> {
        let until = self.until.lock().unwrap_or_else(PoisonError::into_inner);
        until.get(account).copied().filter(|until| *until > now)
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
}
