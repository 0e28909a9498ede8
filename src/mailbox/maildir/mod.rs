//! A Maildir as a mailbox: files in `new/` and `cur/`, found by looking at them at intervals.
//!
//! A file's name up to `:2,` names the message for ever; what follows are its flags. There is no cursor: the names that are
//! kept already are told at the start. Files are read and renamed, never deleted.

mod files;

use std::collections::{BTreeSet, VecDeque};
use std::io;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;

use self::files::Entry;
use super::desk::{Desk, Gone};
use super::{After, Event, Fetched, Order, Raw, Start};
use crate::arrival::Location;

/// Most messages handed on at once.
const GROUP_MESSAGES: usize = 64;
/// Most bytes handed on at once.
const GROUP_BYTES: u64 = 4 << 20;
/// Pieces that wait between the mailbox and whoever writes them down.
const PIECES_WAITING: usize = 2;
/// How often the folder is read although its time says that nothing changed: two changes within one tick of the file
/// system's clock look like one.
const READ_ANYWAY: u32 = 30;

/// One Maildir and how it is watched.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Configured name; stands in [`Location::mailbox`].
    pub name: String,
    /// The folder that holds `new`, `cur` and `tmp`.
    pub path: PathBuf,
    /// How often it is looked at.
    pub poll: Duration,
    /// How committed messages are settled.
    pub after: After,
    /// Files above this many bytes come in pieces.
    pub large_from: u64,
    /// Size of a piece, in bytes.
    pub piece: usize,
}

impl Settings {
    /// A Maildir looked at each second, whose messages are marked as seen.
    #[must_use]
    pub fn new(name: &str, path: impl Into<PathBuf>) -> Self {
        Self {
            name: name.into(),
            path: path.into(),
            poll: Duration::from_secs(1),
            after: After::Seen,
            large_from: 4 << 20,
            piece: 1 << 20,
        }
    }
}

/// Runs a Maildir until `stop` is cancelled or the receiver of `events` is dropped.
pub async fn run(
    settings: Settings,
    start: Start,
    events: mpsc::Sender<Event>,
    orders: mpsc::Receiver<Order>,
    stop: CancellationToken,
) {
    let settings = Settings { piece: settings.piece.max(1), ..settings };
    let watch = Watch {
        settings,
        desk: Desk::new(events, orders, start.unsettled),
        known: start.known_names,
        unreadable: BTreeSet::new(),
        seen: None,
        looks: 0,
        connected: None,
    };
    tokio::select! {
        biased;
        () = stop.cancelled() => {}
        Err(Gone) = watch.work() => {}
    }
}

struct Watch {
    settings: Settings,
    desk: Desk,
    /// Names handed on or kept before.
    known: BTreeSet<String>,
    /// Names of files that could not be read, each told of once; they are tried again.
    unreadable: BTreeSet<String>,
    /// Times of `new` and `cur` when they were last read.
    seen: Option<(SystemTime, SystemTime)>,
    looks: u32,
    /// Whether the folder could be read at the last look.
    connected: Option<bool>,
}

impl Watch {
    async fn work(mut self) -> Result<std::convert::Infallible, Gone> {
        loop {
            match self.look().await? {
                Ok(found) => self.tell_found(found).await?,
                Err(error) => self.tell_failed(&error).await?,
            }
            let until = Instant::now() + self.settings.poll;
            loop {
                self.desk.take_orders();
                self.settle().await?;
                tokio::select! {
                    () = sleep_until(until) => break,
                    () = self.desk.order() => {}
                }
            }
            self.desk.bring_back();
        }
    }

    async fn tell_found(&mut self, found: Option<u64>) -> Result<(), Gone> {
        match found {
            Some(found) if found > 0 || self.looks == 1 => self.desk.tell(Event::CaughtUp { found }).await,
            _ => self.desk.tell(Event::Quiet).await,
        }
    }

    async fn tell_failed(&mut self, error: &io::Error) -> Result<(), Gone> {
        self.seen = None;
        self.looks = 0;
        if self.connected.replace(false) == Some(false) {
            return Ok(());
        }
        let why = format!("{}: {error}; `path` must be a Maildir with new and cur", self.settings.path.display());
        self.desk.tell(Event::Disconnected { why, retry_in: self.settings.poll.as_secs().max(1) }).await
    }

    /// Hands on what is new; `None` if the folder has not changed.
    async fn look(&mut self) -> Result<io::Result<Option<u64>>, Gone> {
        let times = match files::times(&self.settings.path) {
            Ok(times) => times,
            Err(error) => return Ok(Err(error)),
        };
        self.looks = self.looks.wrapping_add(1);
        if self.seen == Some(times) && !self.looks.is_multiple_of(READ_ANYWAY) {
            return Ok(Ok(None));
        }
        let mut entries = match self.read_folder().await {
            Ok(entries) => entries,
            Err(error) => return Ok(Err(error)),
        };
        if self.connected.replace(true) != Some(true) {
            self.desk.tell(Event::Connected { folders: vec!["INBOX".into()], idle: false }).await?;
        }
        let mut found = 0;
        let mut all_read = true;
        while !entries.is_empty() {
            let (handed_on, whole) = self.hand_on_group(&mut entries).await?;
            found += handed_on;
            all_read &= whole;
        }
        // What could not be read now is tried again at the next look.
        self.seen = all_read.then_some(times);
        Ok(Ok(Some(found)))
    }

    /// Files that are new, oldest first. Names that are gone are forgotten.
    async fn read_folder(&mut self) -> io::Result<VecDeque<Entry>> {
        let (path, mut known) = (self.settings.path.clone(), std::mem::take(&mut self.known));
        let work = spawn_blocking(move || {
            let listed = files::list(&path, &mut known);
            (listed, known)
        });
        let (listed, known) = work.await.map_err(io::Error::other)?;
        self.known = known;
        listed
    }

    /// Hands on the next files that fit together, or one large file in pieces. False beside the count if one could not be read.
    async fn hand_on_group(&mut self, entries: &mut VecDeque<Entry>) -> Result<(u64, bool), Gone> {
        let mut group = Vec::new();
        let mut bytes = 0;
        while let Some(entry) = entries.front() {
            let large = entry.size > self.settings.large_from;
            let full = group.len() >= GROUP_MESSAGES || bytes + entry.size > GROUP_BYTES;
            if !group.is_empty() && (large || full) {
                break;
            }
            bytes += entry.size;
            group.extend(entries.pop_front());
            if large {
                break;
            }
        }
        match group.first() {
            Some(entry) if entry.size > self.settings.large_from => self.hand_on_large(entry.clone()).await,
            _ => self.hand_on_small(group).await,
        }
    }

    async fn hand_on_small(&mut self, group: Vec<Entry>) -> Result<(u64, bool), Gone> {
        let count = group.len();
        let work = spawn_blocking(move || {
            let read = |entry: Entry| (std::fs::read(&entry.path), entry);
            group.into_iter().map(read).collect::<Vec<_>>()
        });
        let mut read = Vec::new();
        for (bytes, entry) in work.await.unwrap_or_default() {
            match bytes {
                Ok(bytes) => read.push((entry, bytes)),
                Err(error) => self.not_read(&entry, &error).await?,
            }
        }
        let (found, whole) = (u64::try_from(read.len()).unwrap_or_default(), read.len() == count);
        let names: Vec<_> = read.iter().map(|(entry, _)| entry.name.clone()).collect();
        let arrived: Vec<_> = read.into_iter().map(|(entry, bytes)| self.fetched(&entry, Raw::Whole(bytes))).collect();
        if !arrived.is_empty() {
            self.desk.tell(Event::Arrived(arrived)).await?;
        }
        self.known.extend(names);
        Ok((found, whole))
    }

    /// Tells of a file that can't be read. One that is gone was moved by another program, and is found at its new place.
    async fn not_read(&mut self, entry: &Entry, error: &io::Error) -> Result<(), Gone> {
        if error.kind() == io::ErrorKind::NotFound || !self.unreadable.insert(entry.name.clone()) {
            return Ok(());
        }
        let why = format!("{}: {error}", entry.path.display());
        self.desk.tell(Event::NotFetched { location: self.location(entry), why }).await
    }

    async fn hand_on_large(&mut self, entry: Entry) -> Result<(u64, bool), Gone> {
        let (sender, receiver) = mpsc::channel(PIECES_WAITING);
        let fetched = self.fetched(&entry, Raw::Pieces(receiver));
        self.desk.tell(Event::Arrived(vec![fetched])).await?;
        let (from_file, mut pieces) = mpsc::channel(1);
        let (path, size) = (entry.path, self.settings.piece);
        let reading = spawn_blocking(move || files::read_pieces(&path, size, &from_file));
        let mut whole = false;
        while let Some(piece) = pieces.recv().await {
            whole = piece.as_ref().is_ok_and(Vec::is_empty);
            if self.desk.hand(&sender, piece).await.is_err() {
                whole = false;
                break;
            }
        }
        drop(pieces);
        if reading.await.is_ok() && whole {
            self.known.insert(entry.name);
        }
        Ok((u64::from(whole), whole))
    }

    fn fetched(&self, entry: &Entry, raw: Raw) -> Fetched {
        let internal_date = Timestamp::try_from(entry.modified).unwrap_or(Timestamp::UNIX_EPOCH);
        let location = self.location(entry);
        Fetched { location, junk: false, internal_date, size: entry.size, raw }
    }

    fn location(&self, entry: &Entry) -> Location {
        Location {
            mailbox: self.settings.name.clone(),
            folder: "INBOX".into(),
            validity: 0,
            uid: 0,
            name: entry.name.clone(),
        }
    }

    /// Settles all that waits.
    async fn settle(&mut self) -> Result<(), Gone> {
        let waiting = self.desk.take_pending(usize::MAX, |_| true);
        if waiting.is_empty() {
            return Ok(());
        }
        let (settings, names) = (self.settings.clone(), waiting.iter().map(|at| at.name.clone()).collect());
        let work = spawn_blocking(move || files::settle(&settings, &names)).await;
        let failed =
            work.unwrap_or_else(|error| waiting.iter().map(|at| (at.name.clone(), error.to_string())).collect());
        let (back, settled): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|at| failed.contains_key(&at.name));
        if let Some(why) = failed.into_values().next() {
            let count = back.len();
            self.desk.put_aside(back);
            self.desk.tell(Event::NotSettled { count, why }).await?;
        }
        if settled.is_empty() { Ok(()) } else { self.desk.tell(Event::Settled(settled)).await }
    }
}
