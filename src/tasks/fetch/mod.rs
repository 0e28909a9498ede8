//! Fetching: what a mailbox finds is packed, kept in groups, and only then settled.
//!
//! Three things go on side by side, in order of arrival each: the mailbox hands on groups, groups are hashed and compressed on
//! threads of their own, packed groups are committed. At most [`line::AHEAD`] groups lie between them, so memory does not grow with
//! the mailbox.

mod large;
mod line;
mod told;

use std::time::Duration;

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
use super::{Signal, TaskError, now};
use crate::config::{Mailbox, MailboxKind};
use crate::mailbox::{self, Event, Fetched, Order, Raw, Start};
use crate::store::{Found, Store, StoreError};
use line::Line;

/// How often the loop says that it turns.
const TICK: Duration = Duration::from_secs(5);
/// The longest that the loop may not turn: a group of large messages is kept meanwhile.
pub const WITHIN: Duration = Duration::from_secs(300);
/// The longest that a mailbox may say nothing at all, not even that it cannot be reached, beside its polls.
const SILENCE: Duration = Duration::from_secs(1_800);
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
}

/// Tells the mailbox to leave its account alone.
async fn rest(until: Timestamp, orders: &mpsc::Sender<Order>) {
    let time = Duration::try_from(until.duration_since(now())).unwrap_or_default();
    // A mailbox that is gone logs in no more.
    let _ = orders.send(Order::Rest(time)).await;
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
