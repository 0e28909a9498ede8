//! The fetch task's side of a mailbox in a test: it takes what arrives, and waits for what it is told with a deadline.

use std::future::Future;
use std::time::Duration;

use postroom::arrival::Location;
use postroom::mailbox::{Event, Fetched, Order, Raw, Start, imap, maildir};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// The longest a test waits for anything.
const PATIENCE: Duration = Duration::from_secs(30);

/// A mailbox at work and the channels to it.
pub(crate) struct Hand {
    /// What it tells.
    pub events: mpsc::Receiver<Event>,
    /// What it is told.
    pub orders: mpsc::Sender<Order>,
    /// Stops it.
    pub stop: CancellationToken,
    task: JoinHandle<()>,
}

/// A message that arrived, with all its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    pub location: Location,
    pub junk: bool,
    pub date: jiff::Timestamp,
    pub bytes: Vec<u8>,
    /// How many pieces it came in; 0 if whole.
    pub pieces: usize,
}

impl Hand {
    /// Starts an IMAP mailbox.
    pub(crate) fn imap(settings: imap::Settings, start: Start) -> Self {
        Self::start(|events, orders, stop| imap::run(settings, start, events, orders, stop))
    }

    /// Starts a Maildir.
    pub(crate) fn maildir(settings: maildir::Settings, start: Start) -> Self {
        Self::start(|events, orders, stop| maildir::run(settings, start, events, orders, stop))
    }

    fn start<F: Future<Output = ()> + Send + 'static>(
        run: impl FnOnce(mpsc::Sender<Event>, mpsc::Receiver<Order>, CancellationToken) -> F,
    ) -> Self {
        let (event_sender, events) = mpsc::channel(4);
        let (orders, order_receiver) = mpsc::channel(4);
        let stop = CancellationToken::new();
        let task = tokio::spawn(run(event_sender, order_receiver, stop.clone()));
        Self { events, orders, stop, task }
    }

    /// The next event.
    pub(crate) async fn next(&mut self) -> Event {
        timeout(PATIENCE, self.events.recv()).await.expect("an event in time").expect("a mailbox at work")
    }

    /// Takes messages until so many have come, whatever else is told meanwhile.
    pub(crate) async fn take(&mut self, count: usize) -> Vec<Taken> {
        let mut taken = Vec::new();
        while taken.len() < count {
            if let Event::Arrived(messages) = self.next().await {
                taken.extend(read_all(messages).await);
            }
        }
        taken
    }

    /// Takes messages until the mailbox has caught up.
    pub(crate) async fn take_all(&mut self) -> Vec<Taken> {
        let mut taken = Vec::new();
        loop {
            match self.next().await {
                Event::Arrived(messages) => taken.extend(read_all(messages).await),
                Event::CaughtUp { .. } => return taken,
                _ => {}
            }
        }
    }

    /// Waits for an event that fits; what comes before is dropped.
    pub(crate) async fn until<T>(&mut self, wanted: impl Fn(&Event) -> Option<T>) -> T {
        let search = async {
            loop {
                if let Some(found) = wanted(&self.next().await) {
                    return found;
                }
            }
        };
        timeout(PATIENCE, search).await.expect("such an event in time")
    }

    /// Orders messages to be settled and waits until they are.
    pub(crate) async fn settle(&mut self, mut locations: Vec<Location>) {
        self.orders.send(Order::Settle(locations.clone())).await.unwrap();
        while !locations.is_empty() {
            let settled = self.until(|event| match event {
                Event::Settled(settled) => Some(settled.clone()),
                Event::NotSettled { why, .. } => panic!("not settled: {why}"),
                _ => None,
            });
            let settled = settled.await;
            locations.retain(|location| !settled.contains(location));
        }
    }

    /// Stops the mailbox and waits for its end.
    pub(crate) async fn end(self) {
        self.stop.cancel();
        timeout(PATIENCE, self.task).await.expect("an end in time").expect("no panic");
    }
}

/// Reads messages to their ends.
pub(crate) async fn read_all(messages: Vec<Fetched>) -> Vec<Taken> {
    let mut taken = Vec::new();
    for message in messages {
        taken.push(read(message).await.expect("a whole message"));
    }
    taken
}

/// Reads a message to its end; `Err` if it is not whole.
pub(crate) async fn read(message: Fetched) -> Result<Taken, String> {
    let Fetched { location, junk, internal_date: date, raw, .. } = message;
    let mut receiver = match raw {
        Raw::Whole(bytes) => return Ok(Taken { location, junk, date, bytes, pieces: 0 }),
        Raw::Pieces(receiver) => receiver,
    };
    let (mut bytes, mut pieces) = (Vec::new(), 0);
    loop {
        let piece = timeout(PATIENCE, receiver.recv()).await.expect("a piece in time");
        let piece = piece.ok_or("the channel closed before the end")??;
        if piece.is_empty() {
            return Ok(Taken { location, junk, date, bytes, pieces });
        }
        bytes.extend(piece);
        pieces += 1;
    }
}
