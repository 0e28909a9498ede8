//! Fetching: what a mailbox finds is packed, kept in groups, and only then settled.
//!
//! Three things go on side by side, in order of arrival each: the mailbox hands on groups, groups are hashed and compressed on
//! threads of their own, packed groups are committed. At most [`AHEAD`] groups lie between them, so memory does not grow with
//! the mailbox.

use std::pin::Pin;
use std::time::Duration;

use futures_util::stream::{FuturesOrdered, StreamExt};
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::floor::Floor;
use super::fresh::Fresh;
use super::pause::Pauses;
use super::stages::Stages;
use super::vitals::Vitals;
use super::{Signal, TaskError, now, short_id};
use crate::arrival::Location;
use crate::config::{Mailbox, MailboxKind};
use crate::failpoint::{self, Point};
use crate::mail;
use crate::mailbox::{self, Event, Fetched, Order, Raw, Start};
use crate::store::{self, Arrived, Found, Kept, Store, StoreError};
use crate::telemetry;

/// Groups that may lie between the mailbox and the commit: one is packed while the other is written.
const AHEAD: usize = 2;
/// How often the loop says that it turns.
const TICK: Duration = Duration::from_secs(5);
/// The longest that the loop may not turn: a group of large messages is kept meanwhile.
pub const WITHIN: Duration = Duration::from_secs(300);
/// The longest that a mailbox may say nothing at all, not even that it cannot be reached, beside its polls.
const SILENCE: Duration = Duration::from_secs(1_800);
/// Bytes of a large message in which its headers are looked for.
const HEAD: usize = 64 << 10;

type Pieces = mpsc::Receiver<Result<Vec<u8>, String>>;

/// What the fetch task of one mailbox works with.
pub struct Fetch {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// Where messages are kept.
    pub store: Store,
    /// Wakes the read task.
    pub read: Signal,
    /// Holds what is kept until it is read.
    pub fresh: Fresh,
    /// The login budgets.
    pub pauses: Pauses,
    /// What it says of itself.
    pub vitals: Vitals,
    /// Counts what it costs.
    pub stages: Stages,
    /// Whether the disk has room.
    pub floor: Floor,
}

/// What lies between the mailbox and the commit, in order of arrival.
#[derive(Default)]
struct Line {
    packing: FuturesOrdered<JoinHandle<Result<Vec<Arrived>, StoreError>>>,
    keeping: FuturesOrdered<Pin<Box<dyn Future<Output = Keeping> + Send>>>,
}

struct Keeping {
    found: Vec<Found>,
    kept: Result<Vec<Kept>, StoreError>,
}

enum Step {
    Packed(Result<Vec<Arrived>, StoreError>),
    Kept(Keeping),
}

impl Line {
    fn is_empty(&self) -> bool {
        self.packing.is_empty() && self.keeping.is_empty()
    }

    fn has_room(&self) -> bool {
        self.packing.len() + self.keeping.len() < AHEAD
    }

    /// The next group that is packed or kept. Nothing is lost when this is dropped before it is done.
    async fn step(&mut self) -> Step {
        tokio::select! {
            Some(packed) = self.packing.next() => Step::Packed(passed_on(packed)),
            Some(kept) = self.keeping.next() => Step::Kept(kept),
            else => std::future::pending().await,
        }
    }
}

impl Fetch {
    /// Fetches until it is told to stop. What was handed on by then is still committed.
    ///
    /// # Errors
    /// When the store cannot be read or written; nothing is settled that was not committed.
    pub async fn run(self, stop: CancellationToken) -> Result<(), TaskError> {
        let (tell, mut events) = mpsc::channel(1);
        let (orders, hear) = mpsc::channel(16);
        let mut pauses = self.pauses.follow(self.account());
        let actor = self.start_mailbox(self.begin()?, tell, hear, stop.clone());
        let mut line = Line::default();
        let mut open = true;
        let (part, silence) = (self.part(), self.mailbox.poll().saturating_mul(3) + SILENCE);
        let (mut tick, mut heard) = (tokio::time::interval(TICK), Instant::now());
        while open || !line.is_empty() {
            tokio::select! {
                event = self.next(&mut events, &stop), if open && line.has_room() => {
                    heard = Instant::now();
                    match event {
                        Some(Event::Arrived(found)) => self.arrive(found, (&mut line, &orders), &stop).await?,
                        Some(event) => self.tell(event).await?,
                        None => open = false,
                    }
                }
                _ = tick.tick(), if heard.elapsed() < silence || self.floor.is_low() => self.vitals.turned(&part),
                until = pauses.next() => rest(until, &orders).await,
                step = line.step(), if !line.is_empty() => self.go_on(step, &mut line, &orders).await?,
            }
        }
        actor.await?;
        if stop.is_cancelled() { Ok(()) } else { Err(TaskError::Ended(format!("mailbox {}", self.mailbox.name))) }
    }

    /// What the mailbox says next, once reading has caught up a little.
    async fn next(&self, events: &mut mpsc::Receiver<Event>, stop: &CancellationToken) -> Option<Event> {
        self.fresh.room().await;
        self.floor.room(stop).await;
        events.recv().await
    }

    /// A packed group is committed, a committed one is told and ordered to be settled.
    async fn go_on(&self, step: Step, line: &mut Line, orders: &mpsc::Sender<Order>) -> Result<(), StoreError> {
        match step {
            Step::Packed(arrived) => line.keeping.push_back(self.keep(arrived?)),
            Step::Kept(Keeping { found, kept }) => {
                self.kept(&found, &kept?);
                failpoint::pass(Point::Kept);
                let locations = found.into_iter().map(|found| found.location).collect();
                // A mailbox that is gone is told again of what is not settled when it starts anew.
                let _ = orders.send(Order::Settle(locations)).await;
            }
        }
        Ok(())
    }

    /// What this loop is called.
    #[must_use]
    pub fn part(&self) -> String {
        format!("fetch {}", self.mailbox.name)
    }

    /// The account that logs in, whose budget counts; empty where there is none.
    fn account(&self) -> &str {
        match &self.mailbox.kind {
            MailboxKind::Imap(settings) => &settings.user,
            MailboxKind::Maildir(_) => "",
        }
    }

    /// Where reading begins.
    fn begin(&self) -> Result<Start, StoreError> {
        let name = &self.mailbox.name;
        let known_names = match self.mailbox.kind {
            MailboxKind::Imap(_) => std::collections::BTreeSet::new(),
            MailboxKind::Maildir(_) => self.store.known_names(name)?,
        };
        Ok(Start { cursors: self.store.cursors(name)?, unsettled: self.store.unsettled(name)?, known_names })
    }

    fn start_mailbox(
        &self,
        start: Start,
        tell: mpsc::Sender<Event>,
        hear: mpsc::Receiver<Order>,
        stop: CancellationToken,
    ) -> JoinHandle<()> {
        let fetch = self.stages.fetch.clone();
        match self.mailbox.kind.clone() {
            MailboxKind::Imap(settings) => {
                tokio::spawn(fetch.follow(mailbox::imap::run(*settings, start, tell, hear, stop)))
            }
            MailboxKind::Maildir(settings) => {
                tokio::spawn(fetch.follow(mailbox::maildir::run(settings, start, tell, hear, stop)))
            }
        }
    }

    /// Whole messages go on to be packed; a large one is kept here piece by piece, once all before it are kept, since the cursor
    /// moves with it.
    async fn arrive(
        &self,
        found: Vec<Fetched>,
        (line, orders): (&mut Line, &mpsc::Sender<Order>),
        stop: &CancellationToken,
    ) -> Result<(), StoreError> {
        if !self.floor.has_room() {
            // What came before is written already, or as good as.
            self.drain(line, orders).await?;
            self.room(stop).await;
        }
        let mut whole = Vec::new();
        for fetched in found {
            let place = place(&fetched);
            match fetched.raw {
                Raw::Whole(bytes) => whole.push((place, bytes)),
                Raw::Pieces(pieces) => {
                    self.pack(std::mem::take(&mut whole), line);
                    self.drain(line, orders).await?;
                    self.take_pieces(place, pieces, orders, stop).await?;
                }
            }
        }
        self.pack(whole, line);
        Ok(())
    }

    /// Goes on until nothing is under way.
    async fn drain(&self, line: &mut Line, orders: &mpsc::Sender<Order>) -> Result<(), StoreError> {
        while !line.is_empty() {
            let step = line.step().await;
            self.go_on(step, line, orders).await?;
        }
        Ok(())
    }

    /// Keeps a large message as its pieces come. One that breaks off is not kept, and comes again.
    async fn take_pieces(
        &self,
        found: Found,
        mut pieces: Pieces,
        orders: &mpsc::Sender<Order>,
        stop: &CancellationToken,
    ) -> Result<(), StoreError> {
        let mut large = self.store.begin_large(now()).await?;
        let mut head: Vec<u8> = Vec::new();
        let mut why = "the connection was lost".to_owned();
        while let Some(piece) = pieces.recv().await {
            let piece = match piece {
                Ok(piece) => piece,
                Err(fault) => {
                    why = fault;
                    break;
                }
            };
            if piece.is_empty() {
                let found = described(found, &head);
                let kept = large.finish(found.clone(), now()).await.map(|kept| vec![kept]);
                let step = Step::Kept(Keeping { found: vec![found], kept });
                return self.go_on(step, &mut Line::default(), orders).await;
            }
            if head.len() < HEAD {
                head.extend_from_slice(piece.get(..piece.len().min(HEAD)).unwrap_or(&piece));
            }
            self.room(stop).await;
            large.add(&piece).await?;
            failpoint::pass(Point::PieceKept);
            self.vitals.turned(&self.part());
        }
        let Location { folder, uid, .. } = &found.location;
        telemetry::trouble(&format!("{}: {folder} uid {uid} broke off, to be fetched again", self.mailbox.name), &why);
        Ok(())
    }

    /// Waits for room on the disk. It turns meanwhile: what waits for an operator does not hang.
    async fn room(&self, stop: &CancellationToken) {
        let room = self.floor.room(stop);
        tokio::pin!(room);
        let mut tick = tokio::time::interval(TICK);
        loop {
            tokio::select! {
                () = &mut room => return,
                _ = tick.tick() => self.vitals.turned(&self.part()),
            }
        }
    }

    fn pack(&self, whole: Vec<(Found, Vec<u8>)>, line: &mut Line) {
        if !whole.is_empty() {
            let (stage, fresh) = (self.stages.pack.clone(), self.fresh.clone());
            let work = move || stage.count(|| whole.into_iter().map(|one| arrived(one, &fresh)).collect());
            line.packing.push_back(tokio::task::spawn_blocking(work));
        }
    }

    fn keep(&self, arrived: Vec<Arrived>) -> Pin<Box<dyn Future<Output = Keeping> + Send>> {
        failpoint::pass(Point::Fetched);
        let found = arrived.iter().map(|arrived| arrived.found.clone()).collect();
        let write = self.store.keep(arrived, now());
        Box::pin(async move { Keeping { found, kept: write.await } })
    }

    fn kept(&self, found: &[Found], kept: &[Kept]) {
        for (found, kept) in found.iter().zip(kept) {
            let id = short_id(kept.id);
            if kept.fresh {
                telemetry::kept(&id, &self.mailbox.name, &found.sender, kept.size);
                self.put_off(&id, &found.sender, kept);
            } else {
                // Nobody reads it.
                drop(self.fresh.take(&kept.sha256));
                telemetry::known(&id, &self.mailbox.name);
            }
        }
        if kept.iter().any(|kept| kept.fresh) {
            self.read.wake();
        }
    }

    /// Tells of a message that is not read yet. Its bytes are not held at hand for so long.
    fn put_off(&self, id: &str, sender: &str, kept: &Kept) {
        if let Some(until) = kept.put_off_until.filter(|until| *until > now()) {
            drop(self.fresh.take(&kept.sha256));
            telemetry::put_off(id, sender, &until.to_string());
        }
    }

    async fn tell(&self, event: Event) -> Result<(), StoreError> {
        let name = &self.mailbox.name;
        match event {
            Event::Arrived(_) => {}
            Event::Connected { folders, idle } => {
                self.vitals.connected(name);
                telemetry::connected(name, &folders.join(", "), idle);
            }
            Event::Disconnected { why, retry_in } => {
                self.vitals.disconnected(name, &why);
                telemetry::disconnected(name, &why, retry_in);
            }
            Event::CaughtUp { found } => {
                self.vitals.polled(name, now());
                telemetry::poll(name, found);
            }
            Event::Quiet => self.vitals.polled(name, now()),
            Event::Settled(locations) => {
                failpoint::pass(Point::Settled);
                self.store.mark_settled(locations).await?;
                failpoint::pass(Point::SettledNoted);
            }
            Event::NotSettled { count, why } => {
                telemetry::trouble(&format!("{name}: {count} messages not settled"), &why)
            }
            Event::NotFetched { location, why } => {
                let which = match location.name.as_str() {
                    "" => format!("{} uid {}", location.folder, location.uid),
                    file => file.to_owned(),
                };
                let what = "left at the server: save it from the web mail as a file and `postroom ingest` that";
                telemetry::trouble(&format!("{name}: {which} {what}"), &why);
                self.vitals.left(name, format!("{which}: {why}"), now());
            }
            Event::FolderRefused { folder, why } => {
                telemetry::trouble(&format!("{name}: folder {folder} not watched"), &why);
                self.vitals.folder_refused(name, format!("folder {folder} can't be opened: {why}; check `folders`"));
            }
            Event::LoginRefused { why, retry_in } => {
                self.vitals.disconnected(name, &why);
                self.vitals.login_refused(&format!("mailbox {name}"), self.account(), &why, now());
                telemetry::login_paused(self.account(), &why, retry_in);
                self.pauses.pause(self.account(), now(), Duration::from_secs(retry_in));
            }
        }
        Ok(())
    }
}

/// Tells the mailbox to leave its account alone.
async fn rest(until: Timestamp, orders: &mpsc::Sender<Order>) {
    let time = Duration::try_from(until.duration_since(now())).unwrap_or_default();
    // A mailbox that is gone logs in no more.
    let _ = orders.send(Order::Rest(time)).await;
}

/// Hashes and compresses a message; its bytes stay at hand for the reader.
fn arrived((found, bytes): (Found, Vec<u8>), fresh: &Fresh) -> Result<Arrived, StoreError> {
    let arrived = Arrived { found: described(found, &bytes), raw: store::pack(&bytes)? };
    fresh.put(arrived.raw.sha256.clone(), bytes);
    Ok(arrived)
}

fn place(fetched: &Fetched) -> Found {
    Found {
        location: fetched.location.clone(),
        junk: fetched.junk,
        received_at: fetched.internal_date,
        sender: String::new(),
        subject: String::new(),
    }
}

/// Adds what the headers say. A message that was moved between servers has a young INTERNALDATE; the stamp of the server that
/// took it in is older then.
fn described(found: Found, raw: &[u8]) -> Found {
    let envelope = mail::parse_headers(raw);
    let received_at = envelope.received.map_or(found.received_at, |received| received.min(found.received_at));
    Found { received_at, sender: envelope.from, subject: envelope.subject, ..found }
}

/// A panic in a thread goes on here, where the daemon sees it.
fn passed_on<T>(joined: Result<T, tokio::task::JoinError>) -> T {
    joined.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}
