//! An IMAP mailbox: one long-lived connection that fetches what is new, settles what is committed and waits for more.
//!
//! | file | duty |
//! | --- | --- |
//! | `settings` | what the mailbox needs to know; what can go wrong |
//! | `stream` | TCP and TLS |
//! | `intake` | responses cut out of what a server says, within bounds |
//! | `wire` | commands and responses, each within a deadline |
//! | `login` | greeting, STARTTLS, login, capabilities, ID |
//! | `folders` | LIST, the junk folder, SELECT |
//! | `fetch` | one pass over a folder, with commands sent ahead: `asked`, `ranges`, `attributes`, `large` |
//! | `hitch` | what keeps a folder's cursor where it is, over several connections |
//! | `settle` | marks and moves in sets: `set` |
//! | `watch` | a session: visits, settling, IDLE and the clock |
//! | `probe` | what `check` asks a server |
//! | `heard` | what is fuzzed: all of this that understands a server, on bytes |
//!
//! Servers differ from the standard in ways that decide what is *not* asked here: ENVELOPE, BODYSTRUCTURE, XLIST and searches
//! by header are answered wrongly by QQ, NetEase, Aliyun or Exchange, and one wrong answer ends a parsed stream. So messages
//! are listed by UID, date and size, fetched whole, and understood at home.

mod asked;
mod attributes;
mod fetch;
mod folders;
mod heard;
mod hitch;
mod intake;
mod large;
mod login;
mod probe;
mod ranges;
mod set;
mod settings;
mod settle;
mod stream;
mod watch;
mod wire;

use std::hash::{BuildHasher, RandomState};
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

pub use self::heard::hear;
pub use self::probe::{Probe, ProbeFolder, probe};
pub use self::settings::{ImapError, Settings};
use self::watch::{Halt, Memory};
use super::desk::{Desk, Gone};
use super::{Event, Order, Start};

/// How long a farewell may take when the mailbox stops.
const FAREWELL: Duration = Duration::from_secs(2);

/// Runs a mailbox until `stop` is cancelled or the receiver of `events` is dropped. Lost connections are taken up again with
/// growing pauses; nothing ends it but those two.
pub async fn run(
    settings: Settings,
    start: Start,
    events: mpsc::Sender<Event>,
    orders: mpsc::Receiver<Order>,
    stop: CancellationToken,
) {
    let settings = Settings { piece: settings.piece.max(1), ..settings };
    let mut desk = Desk::new(events, orders, start.unsettled);
    let mut memory = Memory { cursors: start.cursors, ..Memory::default() };
    loop {
        let pause = match connection(&settings, &mut desk, &mut memory, &stop).await {
            Halt::Gone | Halt::Stopped => return,
            Halt::Error(error) => pause_after(error, &settings, &mut desk, &mut memory),
        };
        let paused = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            paused = pause => paused,
        };
        if paused.is_err() {
            return;
        }
    }
}

/// One connection, from its login to its end.
async fn connection(settings: &Settings, desk: &mut Desk, memory: &mut Memory, stop: &CancellationToken) -> Halt {
    let opened = tokio::select! {
        biased;
        () = stop.cancelled() => return Halt::Stopped,
        opened = login::open(settings) => opened,
    };
    let (mut wire, capabilities) = match opened {
        Ok(opened) => opened,
        Err(error) => return Halt::Error(error),
    };
    desk.bring_back();
    let before = memory.cursors.clone();
    let halt = tokio::select! {
        biased;
        () = stop.cancelled() => Halt::Stopped,
        halt = watch::watch(&mut wire, &capabilities, desk, settings, memory) => halt,
    };
    if memory.cursors != before {
        // A server that cuts each connection and yet gives something each time is not one that fails.
        memory.failures = 0;
    }
    if matches!(halt, Halt::Gone | Halt::Stopped) {
        wire.logout(FAREWELL).await;
    }
    halt
}

/// Tells why the connection ended and waits before the next try, taking orders meanwhile.
async fn pause_after(error: ImapError, settings: &Settings, desk: &mut Desk, memory: &mut Memory) -> Result<(), Gone> {
    let error = login::as_refusal(error, settings);
    let why = settings.password.hidden_in(&settings.user, &error.to_string());
    let pause = if error.is_login_refused() {
        settings.login_pause
    } else {
        memory.failures = memory.failures.saturating_add(1);
        back_off(settings, memory.failures)
    };
    desk.take_orders();
    let now = Instant::now();
    let until = desk.rested(now + pause);
    let retry_in = until.duration_since(now).as_secs_f64().ceil() as u64;
    desk.tell(if error.is_login_refused() {
        Event::LoginRefused { why, retry_in }
    } else {
        Event::Disconnected { why, retry_in }
    })
    .await?;
    loop {
        // An order that came meanwhile may be to rest longer.
        let until = desk.rested(until);
        tokio::select! {
            biased;
            () = desk.order() => {}
            () = sleep_until(until) => return Ok(()),
        }
    }
}

/// The pause after so many failures in a row: doubling up to the longest, and a random part less, so that the mailboxes of
/// many daemons do not come back to a restarted server in step.
fn back_off(settings: &Settings, failures: u32) -> Duration {
    let doubled = settings.retry_first.saturating_mul(1 << failures.saturating_sub(1).min(20));
    let full = doubled.min(settings.retry_most);
    // A fresh `RandomState` is seeded by the system: enough for a jitter.
    let random = RandomState::new().hash_one(failures) % 256;
    full - full.mul_f64(random as f64 / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::Secret;
    use crate::tls::Tls;

    #[test]
    fn pauses_grow_to_five_minutes_and_no_further() {
        let settings = Settings::new("main", "imap.example", 993, Tls::Implicit, "u", Secret::new("p"));
        for (failures, most) in [(1, 1), (2, 2), (5, 16), (9, 256), (10, 300), (4_000_000_000, 300)] {
            let pause = back_off(&settings, failures).as_secs_f64();
            let most = f64::from(most);
            assert!(pause <= most && pause >= 0.74 * most, "{failures} failures: {pause} s");
        }
    }
}
