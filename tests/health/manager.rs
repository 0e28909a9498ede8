//! What systemd is told: a socket stands where its would be.

use std::os::unix::net::UnixDatagram;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::{maildir, make_maildir};
use crate::support::daemon::{PATIENCE, Postroom};

/// The time within which systemd wants to hear of the daemon.
const WATCHDOG: Duration = Duration::from_millis(1_500);

/// The manager's side of the socket.
struct Manager(UnixDatagram);

impl Manager {
    /// Starts the daemon as a service of the type `notify` with a watchdog.
    fn start(postroom: &mut Postroom) -> Self {
        let socket = postroom.home().join("notify");
        let manager = Self(UnixDatagram::bind(&socket).unwrap());
        let mut command = postroom.program();
        command.arg("run").env("NOTIFY_SOCKET", socket).env("WATCHDOG_USEC", WATCHDOG.as_micros().to_string());
        postroom.spawn_as(command);
        manager
    }

    /// What is said next within a time.
    fn next(&self, within: Duration) -> Option<String> {
        self.0.set_read_timeout(Some(within.max(Duration::from_millis(1)))).unwrap();
        let mut bytes = [0; 4096];
        let count = self.0.recv(&mut bytes).ok()?;
        Some(String::from_utf8_lossy(&bytes[..count]).into_owned())
    }

    /// Waits until a line of this kind is said; all that was said by then.
    fn hear(&self, line: &str) -> String {
        let (deadline, mut heard) = (Instant::now() + PATIENCE, String::new());
        while !heard.lines().any(|one| one.starts_with(line)) {
            let left = deadline.saturating_duration_since(Instant::now());
            let said = self.next(left).unwrap_or_else(|| panic!("no {line} in {heard}"));
            heard.push_str(&said);
            heard.push('\n');
        }
        heard
    }

    /// Whether the watchdog would bite: nothing of it is heard within its time.
    fn bites(&self) -> bool {
        let deadline = Instant::now() + WATCHDOG;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.next(left) {
                Some(said) if said.contains("WATCHDOG=1") => return false,
                None if left.is_zero() => return true,
                _ => {}
            }
        }
    }
}

#[test]
fn systemd_hears_that_it_runs_that_it_lives_and_that_it_stops() {
    let mut postroom = Postroom::new(&maildir(""));
    make_maildir(&postroom);
    let manager = Manager::start(&mut postroom);
    let first = manager.hear("READY=1");
    assert!(!first.contains("STOPPING"), "{first}");
    let status = manager.hear("STATUS=");
    assert!(status.contains("STATUS=well; mailboxes polled"), "{status}");
    // Over several of its times.
    assert!((0..4).all(|_| !manager.bites()), "{}", postroom.log());
    postroom.stop();
    manager.hear("STOPPING=1");
}

#[test]
fn the_watchdog_bites_when_the_store_takes_no_write_and_only_then() {
    let mut postroom = Postroom::new(&maildir(""));
    make_maildir(&postroom);
    let manager = Manager::start(&mut postroom);
    manager.hear("READY=1");
    // Another program holds the lock on writing, as one that hangs would.
    let other = Connection::open(postroom.home().join("data/postroom.db")).unwrap();
    other.busy_timeout(Duration::from_secs(10)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    // A word may have been on its way.
    assert!(manager.bites() || manager.bites(), "{}", postroom.log());
    other.execute_batch("COMMIT").unwrap();
    manager.hear("WATCHDOG=1");
    assert!(!manager.bites(), "{}", postroom.log());
}

#[test]
fn a_server_that_cannot_be_reached_is_no_reason_to_start_anew() {
    // No such Maildir: to the daemon it is what a server is that is down.
    let mut postroom = Postroom::new(&maildir("[alarm]\nmailbox_silent = \"1s\"\n"));
    let manager = Manager::start(&mut postroom);
    manager.hear("READY=1");
    let status = manager.hear("STATUS=mailbox main: no poll was completed for long");
    assert!(status.contains("postroom status --health"), "{status}");
    assert!(!manager.bites(), "{}", postroom.log());
}
