//! Fetching: what a mailbox finds is packed, kept in groups, and only then settled.
//!
//! Three things go on side by side, in order of arrival each: the mailbox hands on groups, groups are hashed and compressed on
//! threads of their own, packed groups are committed. At most [`AHEAD`] groups lie between them, so memory does not grow with
//! the mailbox.

use futures_util::stream::{FuturesOrdered, StreamExt};
use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::pause::Pauses;
use super::{Signal, now, short_id};
use crate::arrival::Location;
use crate::config::{Mailbox, MailboxKind};
use crate::mail;
use crate::mailbox::{self, Event, Fetched, Order, Raw, Start};
use crate::store::{self, Arrived, Kept, Packed, Place, Store, StoreError, Write};
use crate::telemetry;

/// Groups that may lie between the mailbox and the commit.
const AHEAD: usize = 3;

/// What the fetch task of one mailbox works with.
pub struct Fetch {
    /// The mailbox.
    pub mailbox: Mailbox,
    /// Where messages are kept.
    pub store: Store,
    /// Wakes the read task.
    pub read: Signal,
    /// The login budgets.
    pub pauses: Pauses,
}

/// A message packed, with what the log says of it.
struct Parcel {
    arrived: Arrived,
    note: Note,
}

struct Note {
    from: String,
    subject: String,
}

type Packing = JoinHandle<Vec<Parcel>>;
type Keeping = std::pin::Pin<Box<dyn Future<Output = (Vec<Note>, Vec<Location>, Result<Vec<Kept>, StoreError>)> + Send>>;

impl Fetch {
    /// Fetches until it is told to stop. What was handed on by then is still committed.
    ///
    /// # Errors
    /// When the store cannot be read or written; nothing is settled that was not committed.
    pub async fn run(self, stop: CancellationToken) -> Result<(), StoreError> {
        let (tell, mut events) = mpsc::channel(1);
        let (orders, hear) = mpsc::channel(16);
        let actor = self.start_mailbox(self.begin()?, tell, hear, stop);
        let mut packing: FuturesOrdered<Packing> = FuturesOrdered::new();
        let mut keeping: FuturesOrdered<Keeping> = FuturesOrdered::new();
        let mut open = true;
        while open || !packing.is_empty() || !keeping.is_empty() {
            tokio::select! {
                event = events.recv(), if open && packing.len() + keeping.len() < AHEAD => match event {
                    Some(Event::Arrived(found)) => self.arrive(found, &mut packing).await?,
                    Some(event) => self.tell(event).await?,
                    None => open = false,
                },
                Some(packed) = packing.next(), if keeping.len() < AHEAD => {
                    keeping.push_back(self.keep(packed.unwrap_or_default()));
                }
                Some((notes, locations, kept)) = keeping.next() => {
                    self.kept(&notes, &kept?);
                    // A mailbox that is gone is told again of what is not settled when it starts anew.
                    let _ = orders.send(Order::Settle(locations)).await;
                }
            }
        }
        let _ = actor.await;
        Ok(())
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
        match self.mailbox.kind.clone() {
            MailboxKind::Imap(settings) => tokio::spawn(mailbox::imap::run(*settings, start, tell, hear, stop)),
            MailboxKind::Maildir(settings) => tokio::spawn(mailbox::maildir::run(settings, start, tell, hear, stop)),
        }
    }

    /// Whole messages go on to be packed; a large one is kept here piece by piece, behind what came before it.
    async fn arrive(&self, found: Vec<Fetched>, packing: &mut FuturesOrdered<Packing>) -> Result<(), StoreError> {
        let mut whole = Vec::new();
        for fetched in found {
            let place = place(&fetched);
            match fetched.raw {
                Raw::Whole(bytes) => whole.push((place, bytes)),
                Raw::Pieces(pieces) => {
                    pack(std::mem::take(&mut whole), packing);
                    let parcel = self.take_pieces(place, pieces).await?;
                    packing.push_back(tokio::spawn(async move { parcel.into_iter().collect() }));
                }
            }
        }
        pack(whole, packing);
        Ok(())
    }

    /// Stores a large message as its pieces come. None when it breaks off: then it comes again.
    async fn take_pieces(&self, place: Place, mut pieces: mpsc::Receiver<Result<Vec<u8>, String>>) -> Result<Option<Parcel>, StoreError> {
        let mut large = self.store.begin_large(now()).await?;
        let mut head: Vec<u8> = Vec::new();
        while let Some(Ok(piece)) = pieces.recv().await {
            if piece.is_empty() {
                let arrived = Arrived { place, raw: large.finish() };
                return Ok(Some(Parcel { arrived, note: note(&head) }));
            }
            if head.len() < 64 << 10 {
                head.extend_from_slice(piece.get(..piece.len().min(64 << 10)).unwrap_or(&piece));
            }
            large = self.store.add_piece(large, piece).await?;
        }
        Ok(None)
    }

    fn keep(&self, parcels: Vec<Parcel>) -> Keeping {
        let locations = parcels.iter().map(|parcel| parcel.arrived.place.location.clone()).collect();
        let (arrived, notes): (Vec<_>, Vec<_>) = parcels.into_iter().map(|parcel| (parcel.arrived, parcel.note)).unzip();
        let write: Write<Vec<Kept>> = self.store.keep(arrived, now());
        Box::pin(async move { (notes, locations, write.await) })
    }

    fn kept(&self, notes: &[Note], kept: &[Kept]) {
        for (note, kept) in notes.iter().zip(kept) {
            let id = short_id(kept.id);
            if kept.fresh {
                telemetry::kept(&id, &self.mailbox.name, &note.from, &note.subject, kept.size);
            } else {
                telemetry::known(&id, &self.mailbox.name);
            }
        }
        if kept.iter().any(|kept| kept.fresh) {
            self.read.wake();
        }
    }

    async fn tell(&self, event: Event) -> Result<(), StoreError> {
        let name = &self.mailbox.name;
        match event {
            Event::Arrived(_) => {}
            Event::Connected { folders, idle } => telemetry::connected(name, &folders.join(", "), idle),
            Event::Disconnected { why, retry_in } => telemetry::disconnected(name, &why, retry_in),
            Event::CaughtUp { found } => telemetry::poll(name, found),
            Event::Settled(locations) => self.store.mark_settled(locations).await?,
            Event::NotSettled { count, why } => telemetry::trouble(&format!("{name}: {count} messages not settled"), &why),
            Event::NotFetched { location, why } => {
                telemetry::trouble(&format!("{name}: {} uid {} not fetched", location.folder, location.uid), &why);
            }
            Event::FolderRefused { folder, why } => telemetry::trouble(&format!("{name}: folder {folder} not watched"), &why),
            Event::LoginRefused { why, retry_in } => {
                if let MailboxKind::Imap(settings) = &self.mailbox.kind {
                    telemetry::login_paused(&settings.user, &why, retry_in);
                    self.pauses.pause(&settings.user, now(), std::time::Duration::from_secs(retry_in));
                }
            }
        }
        Ok(())
    }
}

fn pack(whole: Vec<(Place, Vec<u8>)>, packing: &mut FuturesOrdered<Packing>) {
    if !whole.is_empty() {
        packing.push_back(tokio::task::spawn_blocking(move || whole.into_iter().map(parcel).collect()));
    }
}

fn parcel((place, bytes): (Place, Vec<u8>)) -> Parcel {
    let envelope = mail::parse_headers(&bytes);
    let place = Place { received_at: earlier(place.received_at, envelope.received), ..place };
    let note = Note { from: envelope.from, subject: envelope.subject };
    Parcel { arrived: Arrived { place, raw: Packed::of(&bytes) }, note }
}

fn note(head: &[u8]) -> Note {
    let envelope = mail::parse_headers(head);
    Note { from: envelope.from, subject: envelope.subject }
}

fn place(fetched: &Fetched) -> Place {
    Place { location: fetched.location.clone(), junk: fetched.junk, received_at: fetched.internal_date }
}

/// A message that was moved between servers has a young INTERNALDATE; the stamp of the server that took it in is older then.
fn earlier(internal: Timestamp, received: Option<Timestamp>) -> Timestamp {
    received.map_or(internal, |received| received.min(internal))
}
