//! A session at work: it visits every folder, settles what was ordered, and waits for news by IDLE and by the clock.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use super::fetch::Pass;
use super::folders::{self, Folder, Selected};
use super::login::{self, Capabilities};
use super::settings::{ImapError, Settings};
use super::settle::{self, Way};
use super::wire::Wire;
use crate::arrival::Cursor;
use crate::mailbox::Event;
use crate::mailbox::desk::{Desk, Gone};

/// IDLE is begun anew after this time: half-open connections and impatient gateways show themselves.
const LONGEST_IDLE: Duration = Duration::from_secs(5 * 60);

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
    idle: bool,
    way: Way,
    folders: Vec<Folder>,
    open: Option<(String, Selected)>,
    refused: BTreeSet<String>,
}

/// What a mailbox keeps over its connections.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// Cursors by decoded folder name.
    pub(super) cursors: BTreeMap<String, Cursor>,
    /// Folders that were read anew because UIDNEXT had shrunk.
    pub(super) read_anew: BTreeSet<String>,
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
    let Memory { cursors, read_anew, failures } = memory;
    let can_move = capabilities.contains("MOVE");
    let way = Way::new(&settings.after, can_move);
    let idle = capabilities.contains("IDLE");
    let mut watch = Watch {
        wire,
        desk,
        settings,
        cursors,
        read_anew,
        idle,
        way,
        folders: Vec::new(),
        open: None,
        refused: BTreeSet::new(),
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
        self.desk.tell(Event::CaughtUp { found }).await?;
        *failures = 0;
        let mut poll_at = Instant::now() + self.settings.poll;
        loop {
            self.settle_all().await?;
            let (found, is_poll) = match self.wait(poll_at).await? {
                Woke::News => (self.visit_first().await?, false),
                Woke::Clock if Instant::now() >= poll_at => {
                    self.desk.bring_back();
                    let found = self.visit_all().await?;
                    poll_at = Instant::now() + self.settings.poll;
                    (found, true)
                }
                Woke::Clock | Woke::Orders | Woke::IdleEnded => (0, false),
            };
            if found > 0 {
                self.desk.tell(Event::CaughtUp { found }).await?;
            } else if is_poll {
                self.desk.tell(Event::Quiet).await?;
            }
        }
    }

    /// Opens the first folder, as only that shows that the server serves us, and tells of the connection.
    async fn connected(&mut self) -> Result<(), Halt> {
        for at in 0..self.folders.len() {
            if self.open(at).await? {
                let folders = self.folders.iter().map(|folder| folder.name.clone()).collect();
                self.desk.tell(Event::Connected { folders, idle: self.idle }).await?;
                return Ok(());
            }
        }
        let words = "none of the folders can be opened; check `folders`".to_owned();
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
        self.folders.iter().position(|folder| !self.refused.contains(&folder.name)).unwrap_or_default()
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
            &mut cursor.uid,
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
                if self.refused.insert(name.to_owned()) {
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
                self.desk.tell(Event::CaughtUp { found }).await?;
            }
        }
        Ok(())
    }

    /// Waits for news, orders or the clock.
    async fn wait(&mut self, poll_at: Instant) -> Result<Woke, Halt> {
        self.desk.take_orders();
        if !self.desk.pending().is_empty() {
            return Ok(Woke::Orders);
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
