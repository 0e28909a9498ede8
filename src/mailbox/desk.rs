//! The desk between a mailbox and the fetch task: events go out over it, orders come in, and what is to be settled waits on it.
//!
//! Both channels are bounded. While a mailbox waits for room to tell something, it goes on taking orders, so that the two
//! sides never wait for one another.

use std::collections::BTreeSet;

use tokio::sync::mpsc;
use tokio::time::Instant;

use super::{Event, Order};
use crate::arrival::Location;

/// The fetch task is gone: there is no one to work for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Gone;

/// A mailbox's side of its channels.
pub(super) struct Desk {
    events: mpsc::Sender<Event>,
    orders: mpsc::Receiver<Order>,
    /// False once the fetch task has closed its orders; waiting for them would return at once for ever.
    orders_open: bool,
    pending: BTreeSet<Location>,
    aside: Vec<Location>,
    /// What the server was asked to settle and has not answered yet; it is asked again over another connection.
    under_way: BTreeSet<Location>,
    /// Until when there is to be no login.
    rest: Option<Instant>,
}

impl Desk {
    /// A desk on which `unsettled` lies already.
    pub(super) fn new(events: mpsc::Sender<Event>, orders: mpsc::Receiver<Order>, unsettled: Vec<Location>) -> Self {
        Self {
            events,
            orders,
            orders_open: true,
            pending: unsettled.into_iter().collect(),
            aside: Vec::new(),
            under_way: BTreeSet::new(),
            rest: None,
        }
    }

    /// Hands an event on, taking orders while there is no room for it.
    pub(super) async fn tell(&mut self, event: Event) -> Result<(), Gone> {
        let room = self.events.clone();
        self.hand(&room, event).await
    }

    /// Sends into a bounded channel, taking orders while it is full.
    pub(super) async fn hand<T>(&mut self, to: &mpsc::Sender<T>, item: T) -> Result<(), Gone> {
        loop {
            tokio::select! {
                biased;
                room = to.reserve() => {
                    room.map_err(|_| Gone)?.send(item);
                    return Ok(());
                }
                () = self.order() => {}
            }
        }
    }

    /// Waits for an order and lays it on the desk, with all others that have come; never returns when no more can come.
    pub(super) async fn order(&mut self) {
        while self.orders_open {
            match self.orders.recv().await {
                Some(order) => {
                    self.lay(order);
                    self.take_orders();
                    return;
                }
                None => self.orders_open = false,
            }
        }
        std::future::pending().await
    }

    /// Lays all orders on the desk that have come, without waiting.
    pub(super) fn take_orders(&mut self) {
        while let Ok(order) = self.orders.try_recv() {
            self.lay(order);
        }
    }

    fn lay(&mut self, order: Order) {
        match order {
            Order::Settle(locations) => self.pending.extend(locations),
            Order::Rest(time) => self.rest = self.rest.max(Instant::now().checked_add(time)),
        }
    }

    /// The time before which there is to be no login, or the given one if that is later.
    pub(super) fn rested(&self, from: Instant) -> Instant {
        self.rest.map_or(from, |rest| rest.max(from))
    }

    /// What waits to be settled.
    pub(super) fn pending(&self) -> &BTreeSet<Location> {
        &self.pending
    }

    /// Takes what waits and fulfils a condition, at most `most` of it.
    pub(super) fn take_pending(&mut self, most: usize, wanted: impl Fn(&Location) -> bool) -> Vec<Location> {
        let taken: Vec<_> = self.pending.iter().filter(|location| wanted(location)).take(most).cloned().collect();
        for location in &taken {
            self.pending.remove(location);
        }
        taken
    }

    /// Lays back what was taken and not tried.
    pub(super) fn lay_back(&mut self, locations: Vec<Location>) {
        self.pending.extend(locations);
    }

    /// Puts aside what could not be settled, until [`Desk::bring_back`].
    pub(super) fn put_aside(&mut self, locations: Vec<Location>) {
        self.aside.extend(locations);
    }

    /// Notes what the server is asked to settle.
    pub(super) fn ask(&mut self, locations: &[Location]) {
        self.under_way.extend(locations.iter().cloned());
    }

    /// Notes that the server has answered.
    pub(super) fn answered(&mut self, locations: &[Location]) {
        locations.iter().for_each(|location| drop(self.under_way.take(location)));
    }

    /// Brings back what was put aside, for another try, and what a lost connection left unanswered.
    pub(super) fn bring_back(&mut self) {
        self.pending.extend(self.aside.drain(..));
        self.pending.append(&mut self.under_way);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(uid: u32) -> Location {
        Location { mailbox: "main".into(), folder: "INBOX".into(), validity: 1, uid, name: String::new() }
    }

    #[tokio::test]
    async fn the_two_sides_never_wait_for_one_another() {
        let (event_sender, mut events) = mpsc::channel(1);
        let (orders, order_receiver) = mpsc::channel(1);
        let mut desk = Desk::new(event_sender, order_receiver, vec![at(1)]);
        let mailbox = async {
            for found in 0..2 {
                desk.tell(Event::CaughtUp { found }).await.unwrap();
            }
        };
        let fetch_task = async {
            // All orders fit only because the desk takes them while its second event waits for room.
            for uid in 2..10 {
                orders.send(Order::Settle(vec![at(uid)])).await.unwrap();
            }
            events.recv().await.unwrap();
        };
        tokio::join!(mailbox, fetch_task);
        desk.take_orders();
        assert_eq!(desk.pending().iter().map(|at| at.uid).collect::<Vec<_>>(), (1..10).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn what_a_lost_connection_left_unanswered_is_settled_over_the_next() {
        let (events, _told) = mpsc::channel(1);
        let (_, orders) = mpsc::channel(1);
        let mut desk = Desk::new(events, orders, vec![at(1), at(2)]);
        let taken = desk.take_pending(2, |_| true);
        desk.ask(&taken);
        desk.answered(&taken[..1]);
        desk.bring_back();
        assert_eq!(desk.pending().iter().map(|at| at.uid).collect::<Vec<_>>(), [2]);
    }

    #[tokio::test]
    async fn a_fetch_task_that_is_gone_is_noticed() {
        let (event_sender, events) = mpsc::channel(1);
        let (_, order_receiver) = mpsc::channel(1);
        let mut desk = Desk::new(event_sender, order_receiver, Vec::new());
        drop(events);
        assert_eq!(desk.tell(Event::CaughtUp { found: 0 }).await, Err(Gone));
    }
}
