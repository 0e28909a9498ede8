//! What the tasks say of themselves while they work: which mailbox was polled when, which login was refused, which loop turned.
//!
//! Nothing here is stored: [`super::pulse`] leaves a picture of it in the data folder now and then.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::time::Instant;

use crate::health::{Left, MailboxPulse, NotRead, Pulse, Readers, Refused};

/// How far back broken readers are counted.
const LATELY: SignedDuration = SignedDuration::from_hours(1);

/// What the tasks say. A handle: clones share it.
#[derive(Debug, Clone)]
pub struct Vitals(Arc<Mutex<Board>>);

#[derive(Debug)]
struct Board {
    started_at: Timestamp,
    mailboxes: Vec<MailboxPulse>,
    refused: BTreeMap<String, Refused>,
    turns: BTreeMap<String, Turn>,
    not_read: Option<NotRead>,
    /// Places where a login was taken since the start.
    taken: BTreeSet<String>,
    /// Whether messages were read since the start, or none waited.
    reads: bool,
    /// Why the last backup was not made.
    backup_failed: Option<String>,
    /// Readers that broke until a moment, the latest last.
    broken: VecDeque<(Timestamp, u64)>,
}

impl Board {
    /// Mailboxes and transports where no login was taken or refused since the start.
    fn untried(&self) -> Vec<String> {
        let mailboxes = self.mailboxes.iter().map(|mailbox| format!("mailbox {}", mailbox.name));
        let senders = self.turns.keys().filter_map(|part| part.strip_prefix("send "));
        let places = mailboxes.chain(senders.map(|name| format!("transport {name}")));
        places.filter(|place| !self.taken.contains(place) && !self.refused.contains_key(place)).collect()
    }
}

/// When a loop turned, on a clock that nobody sets.
#[derive(Debug)]
struct Turn {
    since: Instant,
    turned: bool,
    within: Duration,
}

impl Vitals {
    /// Nothing is known yet but the mailboxes, each with how often it is polled.
    #[must_use]
    pub fn new<'a>(now: Timestamp, mailboxes: impl Iterator<Item = (&'a str, Duration)>) -> Self {
        let mailbox = |(name, poll): (&str, Duration)| MailboxPulse {
            name: name.to_owned(),
            connected: false,
            polled_at: None,
            polls: 0,
            poll_seconds: poll.as_secs(),
            trouble: String::new(),
            left: Left::default(),
        };
        let mailboxes = mailboxes.map(mailbox).collect();
        Self(Arc::new(Mutex::new(Board {
            started_at: now,
            mailboxes,
            refused: BTreeMap::new(),
            turns: BTreeMap::new(),
            not_read: None,
            taken: BTreeSet::new(),
            reads: false,
            backup_failed: None,
            broken: VecDeque::new(),
        })))
    }

    /// A mailbox is connected: its login was taken.
    pub fn connected(&self, mailbox: &str) {
        self.of_mailbox(mailbox, |one| (one.connected, one.trouble) = (true, String::new()));
        self.login_taken(&format!("mailbox {mailbox}"));
    }

    /// A mailbox is not connected, and why.
    pub fn disconnected(&self, mailbox: &str, why: &str) {
        self.of_mailbox(mailbox, |one| (one.connected, one.trouble) = (false, why.to_owned()));
    }

    /// A folder of a mailbox cannot be watched, and why. It holds until the next connection.
    pub fn folder_refused(&self, mailbox: &str, why: String) {
        self.of_mailbox(mailbox, |one| one.trouble = why);
    }

    /// A message was left at the server; which, and why.
    pub fn left(&self, mailbox: &str, why: String, now: Timestamp) {
        self.of_mailbox(mailbox, |one| {
            let since = one.left.since.or(Some(now));
            one.left = Left { count: one.left.count.saturating_add(1), since, why };
        });
    }

    /// All folders of a mailbox were read up to their end.
    pub fn polled(&self, mailbox: &str, now: Timestamp) {
        self.of_mailbox(mailbox, |one| (one.polled_at, one.polls) = (Some(now), one.polls.saturating_add(1)));
    }

    /// A login was refused; the moment of the first refusal counts.
    pub fn login_refused(&self, place: &str, account: &str, why: &str, now: Timestamp) {
        let (place, account, why) = (place.to_owned(), account.to_owned(), why.to_owned());
        let since = self.board().refused.get(&place).map_or(now, |known| known.since);
        self.board().refused.insert(place.clone(), Refused { place, account, since, why });
    }

    /// A login was taken.
    pub fn login_taken(&self, place: &str) {
        let mut board = self.board();
        board.refused.remove(place);
        if !board.taken.contains(place) {
            board.taken.insert(place.to_owned());
        }
    }

    /// Messages could not be read, and wait; the moment of the first counts.
    pub fn not_read(&self, why: &str, now: Timestamp) {
        let mut board = self.board();
        let since = board.not_read.as_ref().map_or(now, |known| known.since);
        board.not_read = Some(NotRead { since, why: why.to_owned() });
    }

    /// Messages were read, or none waits.
    pub fn reads(&self) {
        let mut board = self.board();
        (board.not_read, board.reads) = (None, true);
    }

    /// Why a backup was not made; none when it was, or none was due.
    pub fn backup_failed(&self, why: Option<String>) {
        self.board().backup_failed = why;
    }

    /// A loop begins, and turns at least so often.
    pub fn begins(&self, part: &str, within: Duration) {
        self.board().turns.insert(part.to_owned(), Turn { since: Instant::now(), turned: false, within });
    }

    /// A loop turned.
    pub fn turned(&self, part: &str) {
        self.turned_at(part, Instant::now());
    }

    fn turned_at(&self, part: &str, at: Instant) {
        if let Some(turn) = self.board().turns.get_mut(part) {
            (turn.since, turn.turned) = (at, true);
        }
    }

    /// Whether every loop has turned since it began.
    #[must_use]
    pub fn all_turned(&self) -> bool {
        self.board().turns.values().all(|turn| turn.turned)
    }

    /// The loops that did not turn within their time.
    #[must_use]
    pub fn stalled(&self) -> Vec<String> {
        self.stalled_at(Instant::now())
    }

    fn stalled_at(&self, at: Instant) -> Vec<String> {
        let board = self.board();
        let late = board.turns.iter().filter(|(_, turn)| at.saturating_duration_since(turn.since) > turn.within);
        late.map(|(part, _)| part.clone()).collect()
    }

    /// All of it at a moment, with how many readers were started and how many broke so far.
    #[must_use]
    pub fn pulse(&self, (started, broken): (u64, u64), now: Timestamp) -> Pulse {
        let stalled = self.stalled();
        let mut board = self.board();
        // A picture a minute is enough to count an hour.
        let is_new = board.broken.back().is_none_or(|(at, _)| now.duration_since(*at) >= SignedDuration::from_mins(1));
        if is_new {
            board.broken.push_back((now, broken));
        }
        while board.broken.get(1).is_some_and(|(at, _)| now.duration_since(*at) >= LATELY) {
            board.broken.pop_front();
        }
        let before = match board.broken.front() {
            Some((at, count)) if now.duration_since(*at) >= LATELY => *count,
            _ => 0,
        };
        let readers = Readers { started, broken, broken_lately: broken.saturating_sub(before) };
        Pulse {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            started_at: board.started_at,
            at: now,
            stopped: false,
            mailboxes: board.mailboxes.clone(),
            refused: board.refused.values().cloned().collect(),
            stalled,
            not_read: board.not_read.clone(),
            untried: board.untried(),
            reads: board.reads,
            backup_failed: board.backup_failed.clone(),
            readers,
        }
    }

    fn of_mailbox(&self, name: &str, change: impl FnOnce(&mut MailboxPulse)) {
        if let Some(mailbox) = self.board().mailboxes.iter_mut().find(|mailbox| mailbox.name == name) {
            change(mailbox);
        }
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        "2017-12-19T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minute)
    }

    fn vitals() -> Vitals {
        Vitals::new(at(0), [("main", Duration::from_secs(60))].into_iter())
    }

    #[test]
    fn a_loop_that_hangs_is_named_and_one_that_turns_is_not() {
        let vitals = vitals();
        vitals.begins("read", Duration::from_secs(60));
        vitals.begins("fetch main", Duration::from_secs(600));
        let start = Instant::now();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        assert!(!vitals.all_turned() && vitals.stalled().is_empty(), "each has its time to begin");
        vitals.turned_at("read", at(1));
        assert!(!vitals.all_turned());
        vitals.turned_at("fetch main", at(1));
        assert!(vitals.all_turned());
        assert_eq!(vitals.stalled_at(at(62)), ["read"]);
        vitals.turned_at("read", at(62));
        assert_eq!(vitals.stalled_at(at(122)), [""; 0]);
        assert_eq!(vitals.stalled_at(at(602)), ["fetch main", "read"]);
    }

    #[test]
    fn a_refused_login_holds_until_that_very_login_is_taken() {
        let vitals = vitals();
        vitals.login_refused("transport main", "collect@district.example", "535", at(1));
        vitals.login_refused("mailbox main", "collect@district.example", "NO", at(2));
        vitals.login_refused("mailbox main", "collect@district.example", "NO again", at(17));
        vitals.connected("main");
        let pulse = vitals.pulse((0, 0), at(20));
        assert_eq!(pulse.refused.iter().map(|one| one.place.as_str()).collect::<Vec<_>>(), ["transport main"]);
        vitals.login_refused("mailbox main", "collect@district.example", "NO", at(30));
        vitals.login_refused("mailbox main", "collect@district.example", "NO again", at(45));
        let refused = vitals.pulse((0, 0), at(50)).refused.swap_remove(0);
        assert_eq!((refused.since, refused.why.as_str()), (at(30), "NO again"));
    }

    #[test]
    fn a_refused_folder_and_messages_left_behind_are_told_though_the_mailbox_is_connected() {
        let vitals = vitals();
        vitals.connected("main");
        vitals.folder_refused("main", "folder 调查: no such folder".into());
        vitals.left("main", "INBOX uid 4: NO".into(), at(3));
        vitals.left("main", "INBOX uid 9: NO".into(), at(5));
        let mailbox = vitals.pulse((0, 0), at(20)).mailboxes.swap_remove(0);
        assert!(mailbox.connected && mailbox.trouble.contains("调查"), "{mailbox:?}");
        assert_eq!(mailbox.left, Left { count: 2, since: Some(at(3)), why: "INBOX uid 9: NO".into() });
        vitals.connected("main");
        let mailbox = vitals.pulse((0, 0), at(21)).mailboxes.swap_remove(0);
        assert_eq!((mailbox.trouble.as_str(), mailbox.left.count), ("", 2));
    }

    #[test]
    fn a_login_is_untried_until_the_server_has_said_something_to_it() {
        let vitals = vitals();
        vitals.begins("send main", Duration::from_secs(60));
        let check = |expected: &[&str]| assert_eq!(vitals.pulse((0, 0), at(1)).untried, expected);
        check(&["mailbox main", "transport main"]);
        vitals.connected("main");
        check(&["transport main"]);
        vitals.login_refused("transport main", "collect@district.example", "535", at(1));
        check(&[]);
    }

    #[test]
    fn readers_that_broke_are_counted_for_an_hour() {
        let vitals = vitals();
        let check = |minute: i64, broken: u64, lately: u64| {
            assert_eq!(vitals.pulse((0, broken), at(minute)).readers.broken_lately, lately, "minute {minute}");
        };
        check(0, 3, 3);
        check(30, 5, 5);
        check(59, 5, 5);
        check(60, 6, 3);
        check(91, 6, 1);
        check(200, 6, 0);
    }
}
