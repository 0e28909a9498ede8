//! A session at work: it visits every folder, settles what was ordered, and waits for news by IDLE and by the clock.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::fetch::Pass;
use super::folders::{self, Folder, Selected};
use super::hitch::Hitch;
use super::login::{self, Capabilities};
use super::settings::{ImapError, Settings};
use super::settle::{self, Way};
use super::wire::Wire;
use crate::arrival::Cursor;
use crate::mailbox::Event;
use crate::mailbox::desk::{Desk, Gone};

/// IDLE is begun anew after this time: half-open connections and impatient gateways show themselves.
const LONGEST_IDLE: Duration = Duration::from_secs(5 * 60);

/// At each so manieth poll it is asked again whether there is a junk folder now.
const JUNK_POLLS: u32 = 60;

/// Wakes in a row that found nothing, after which a server is not listened to for a while, and for how long at first.
const FRUITLESS: u32 = 3;
const FIRST_LULL: Duration = Duration::from_secs(5);

/// Why a session ended.
#[derive(Debug)]
pub(super) enum Halt {
    /// The fetch task is gone.
    Gone,
    /// The mailbox is to stop.
    Stopped,
    /// Connection, login or server failed.
    Error(ImapError),
}

impl From<Gone> for Halt {
    fn from(Gone: Gone) -> Self {
        Self::Gone
    }
}

impl From<ImapError> for Halt {
    fn from(error: ImapError) -> Self {
        Self::Error(error)
    }
}

/// What ended a wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Woke {
    /// New messages in the open folder.
    News,
    /// Something is to be settled.
    Orders,
    /// The time is over.
    Clock,
    /// The server ended IDLE by itself.
    IdleEnded,
}

/// A session on one connection.
pub(super) struct Watch<'a> {
    wire: &'a mut Wire,
    desk: &'a mut Desk,
    settings: &'a Settings,
    /// Cursors of the folders, kept over connections.
    cursors: &'a mut BTreeMap<String, Cursor>,
    /// Folders that were read anew because UIDNEXT had shrunk: once, as a server may tell a wrong one each time.
    read_anew: &'a mut BTreeSet<String>,
    /// What keeps the cursors where they are.
    hitches: &'a mut BTreeMap<String, Hitch>,
    idle: bool,
    way: Way,
    folders: Vec<Folder>,
    open: Option<(String, Selected)>,
    /// Folders that can't be opened, and the server's words.
    refused: BTreeMap<String, String>,
    is_told: bool,
}

/// What a mailbox keeps over its connections.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Cursors by decoded folder name.
    pub(super) cursors: BTreeMap<String, Cursor>,
    /// Folders that were read anew because UIDNEXT had shrunk.
    pub(super) read_anew: BTreeSet<String>,
    /// What keeps the cursors where they are, by decoded folder name.
    pub(super) hitches: BTreeMap<String, Hitch>,
    /// Failures in a row.
    pub(super) failures: u32,
}

/// Works on a connection until it ends.
pub(super) async fn watch(
    wire: &mut Wire,
    capabilities: &Capabilities,
    desk: &mut Desk,
    settings: &Settings,
    memory: &mut Memory,
) -> Halt {
    let Memory { cursors, read_anew, hitches, failures } = memory;
    let can_move = capabilities.contains("MOVE");
    let way = Way::new(&settings.after, can_move);
    let idle = capabilities.contains("IDLE");
    let mut watch = Watch {
        wire,
        desk,
        settings,
        cursors,
        read_anew,
        hitches,
        idle,
        way,
        folders: Vec::new(),
        open: None,
        refused: BTreeMap::new(),
        is_told: false,
    };
    match watch.work(can_move, failures).await {
        Ok(never) => match never {},
        Err(halt) => halt,
    }
}

impl Watch<'_> {
    async fn work(&mut self, can_move: bool, failures: &mut u32) -> Result<std::convert::Infallible, Halt> {
        self.folders = folders::watched(self.wire, self.settings).await?;
        settle::prepare(self.wire, self.settings, can_move).await?;
        self.connected().await?;
        let found = self.visit_all().await?;
        self.tell_read(Event::CaughtUp { found }).await?;
        *failures = 0;
        let mut poll_at = Instant::now() + self.settings.poll;
        let (mut polls, mut fruitless) = (0_u32, 0_u32);
        loop {
            self.settle_all().await?;
            let woke = self.wait(poll_at, lull(fruitless, self.settings.poll)).await?;
            let (found, is_poll) = match woke {
                Woke::News => (self.visit_first().await?, false),
                Woke::Clock if Instant::now() >= poll_at => {
                    polls = polls.wrapping_add(1);
                    let found = self.poll(polls).await?;
                    poll_at = Instant::now() + self.settings.poll;
                    (found, true)
                }
                Woke::Clock | Woke::Orders | Woke::IdleEnded => (0, false),
            };
            fruitless = match woke {
                Woke::News | Woke::IdleEnded if found == 0 => fruitless.saturating_add(1),
                Woke::Orders => fruitless,
                _ => 0,
            };
            if found > 0 {
                self.tell_read(Event::CaughtUp { found }).await?;
            } else if is_poll {
                self.tell_read(Event::Quiet).await?;
            }
        }
    }

    /// Looks at all by the clock.
    async fn poll(&mut self, polls: u32) -> Result<u64, Halt> {
        self.desk.bring_back();
        let has_junk = self.folders.iter().any(|folder| folder.junk);
        if self.settings.watch_junk && !has_junk && polls.is_multiple_of(JUNK_POLLS) {
            // Some servers make it with the first mail that goes there.
            self.folders = folders::watched(self.wire, self.settings).await?;
        }
        self.visit_all().await
    }

    /// Tells that all is read, unless a folder that was asked for is not.
    async fn tell_read(&mut self, event: Event) -> Result<(), Halt> {
        if self.settings.folders.iter().any(|name| self.refused.contains_key(name)) {
            return Ok(());
        }
        Ok(self.desk.tell(event).await?)
    }

    /// Opens the first folder, as only that shows that the server serves us, and tells of the connection.
    async fn connected(&mut self) -> Result<(), Halt> {
        for at in 0..self.folders.len() {
            if self.open(at).await? {
                let folders = self.folders.iter().map(|folder| folder.name.clone()).collect();
                self.desk.tell(Event::Connected { folders, idle: self.idle }).await?;
                self.is_told = true;
                for (folder, why) in self.refused.clone() {
                    self.desk.tell(Event::FolderRefused { folder, why }).await?;
                }
                return Ok(());
            }
        }
        let why: Vec<&str> = self.refused.values().map(String::as_str).collect();
        let words = format!("none of the folders can be opened: {}; check `folders`", why.join("; "));
        Err(ImapError::Refused { server: self.settings.server(), command: "SELECT".into(), words }.into())
    }

    /// Visits every folder, the first one at the beginning as it matters most; and again at the end, as IDLE waits in it.
    async fn visit_all(&mut self) -> Result<u64, Halt> {
        let mut found = 0;
        for at in 0..self.folders.len() {
            found += self.visit(at).await?;
        }
        if self.folders.len() > 1 {
            found += self.visit_first().await?;
        }
        Ok(found)
    }

    /// The first folder that can be opened: IDLE waits in it.
    fn first(&self) -> usize {
        self.folders.iter().position(|folder| !self.refused.contains_key(&folder.name)).unwrap_or_default()
    }

    async fn visit_first(&mut self) -> Result<u64, Halt> {
        self.visit(self.first()).await
    }

    /// Reads what is new in a folder.
    async fn visit(&mut self, at: usize) -> Result<u64, Halt> {
        let Some(folder) = self.folders.get(at).cloned() else {
            return Ok(0);
        };
        let was_open = self.is_open(&folder.name);
        if !self.open(at).await? {
            return Ok(0);
        }
        let Some((_, selected)) = &mut self.open else {
            return Ok(0);
        };
        let now = *selected;
        // Later passes begin at the cursor with an open range: what SELECT told is spent.
        selected.uid_next = None;
        let cursor = self.cursors.entry(folder.name.clone()).or_default();
        let pass = Pass::new(
            (&mut *self.wire, &mut *self.desk),
            (self.settings, &self.way),
            (&folder, now),
            (&mut cursor.uid, self.hitches.entry(folder.name.clone()).or_default()),
            was_open && now.uid_next.is_none(),
        );
        pass.run().await
    }

    fn is_open(&self, name: &str) -> bool {
        self.open.as_ref().is_some_and(|(open, _)| open == name)
    }

    /// Opens a folder unless it is open; false if the server refuses.
    async fn open(&mut self, at: usize) -> Result<bool, Halt> {
        let Some(folder) = self.folders.get(at).cloned() else {
            return Ok(false);
        };
        self.open_named(&folder.name).await
    }

    async fn open_named(&mut self, name: &str) -> Result<bool, Halt> {
        if self.is_open(name) {
            return Ok(true);
        }
        self.open = None;
        match folders::select(self.wire, name).await? {
            Ok(selected) => {
                self.wire.news = false;
                self.refused.remove(name);
                self.place_cursor(name, selected);
                self.open = Some((name.to_owned(), selected));
                Ok(true)
            }
            Err(done) if login::is_unsafe_login(&done.words) => {
                Err(login::login_refused(self.settings, done.words).into())
            }
            Err(done) => {
                let is_new = self.refused.insert(name.to_owned(), done.words.clone()).is_none();
                if is_new && self.is_told {
                    self.desk.tell(Event::FolderRefused { folder: name.to_owned(), why: done.words }).await?;
                }
                Ok(false)
            }
        }
    }

    /// Begins a folder at its first message if its UIDs are not those the cursor counts: another UIDVALIDITY, or UIDs that
    /// are given anew. What is read twice is known to the store by its bytes.
    fn place_cursor(&mut self, name: &str, selected: Selected) {
        let cursor = self.cursors.entry(name.to_owned()).or_default();
        let shrunk = selected.uid_next.is_some_and(|next| next <= cursor.uid);
        if cursor.validity != selected.validity || (shrunk && self.read_anew.insert(name.to_owned())) {
            *cursor = Cursor { validity: selected.validity, uid: 0 };
        }
    }

    /// Settles what waits, in every folder it lies in.
    async fn settle_all(&mut self) -> Result<(), Halt> {
        self.desk.take_orders();
        settle::let_go(self.desk, &self.way, "", 0).await?;
        for name in settle::folders_waiting(self.desk) {
            if self.open_named(&name).await? {
                let validity = self.open.as_ref().map_or(0, |(_, selected)| selected.validity);
                settle::settle_open(self.wire, self.desk, &self.way, &name, validity).await?;
            } else {
                settle::give_up(self.desk, &name).await?;
            }
        }
        let back = self.folders.get(self.first()).is_some_and(|first| !self.is_open(&first.name));
        if back {
            let found = self.visit_first().await?;
            if found > 0 {
                self.tell_read(Event::CaughtUp { found }).await?;
            }
        }
        Ok(())
    }

    /// Waits for news, orders or the clock, the first while for orders and the clock alone.
    async fn wait(&mut self, poll_at: Instant, lull: Duration) -> Result<Woke, Halt> {
        self.desk.take_orders();
        if !self.desk.pending().is_empty() {
            return Ok(Woke::Orders);
        }
        if !lull.is_zero() {
            let until = poll_at.min(Instant::now() + lull);
            tokio::select! {
                () = self.desk.order() => return Ok(Woke::Orders),
                () = sleep_until(until) => {}
            }
            if until == poll_at {
                return Ok(Woke::Clock);
            }
        }
        if self.wire.news {
            return Ok(Woke::News);
        }
        let mut until = poll_at;
        if self.idle {
            until = until.min(Instant::now() + LONGEST_IDLE);
            self.idle = self.wire.begin_idle().await?;
        }
        let woke = if self.wire.news { Woke::News } else { self.listen(until).await? };
        self.wire.end_idle().await?;
        Ok(woke)
    }

    /// Listens without asking. The end of the stream is an error here, never an interruption.
    async fn listen(&mut self, until: Instant) -> Result<Woke, Halt> {
        let idle = self.wire.is_idle();
        loop {
            tokio::select! {
                () = self.desk.order() => return Ok(Woke::Orders),
                () = sleep_until(until) => return Ok(Woke::Clock),
                heard = self.wire.listen("waiting for news") => heard?,
            }
            if self.wire.news {
                return Ok(Woke::News);
            }
            if idle && !self.wire.is_idle() {
                return Ok(Woke::IdleEnded);
            }
        }
    }
}

/// How long a server is not listened to that woke us for nothing so many times in a row: some tell of messages with each command, or
/// end IDLE at once.
fn lull(fruitless: u32, poll: Duration) -> Duration {
    let times = fruitless.saturating_sub(FRUITLESS).min(16);
    if fruitless < FRUITLESS { Duration::ZERO } else { FIRST_LULL.saturating_mul(1 << times).min(poll) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_wakes_us_for_nothing_is_asked_ever_more_rarely() {
        let poll = Duration::from_secs(60);
        for (fruitless, seconds) in [(0, 0), (2, 0), (3, 5), (4, 10), (6, 40), (7, 60), (u32::MAX, 60)] {
            assert_eq!(lull(fruitless, poll), Duration::from_secs(seconds), "{fruitless}");
        }
    }
}
