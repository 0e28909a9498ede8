//! What lies between the mailbox and the commit: groups that are packed, and groups that are kept, in order of arrival.

use std::pin::Pin;

use futures_util::stream::{FuturesOrdered, StreamExt};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::Fetch;
use crate::failpoint::{self, Point};
use crate::mail;
use crate::mailbox::Order;
use crate::store::{self, Arrived, Found, Kept, StoreError};
use crate::tasks::fresh::Fresh;
use crate::tasks::now;

/// Groups that may lie between the mailbox and the commit: one is packed while the other is written.
pub(super) const AHEAD: usize = 2;

/// What lies between the mailbox and the commit, in order of arrival.
#[derive(Default)]
pub(super) struct Line {
    packing: FuturesOrdered<JoinHandle<Result<Vec<Arrived>, StoreError>>>,
    keeping: FuturesOrdered<Pin<Box<dyn Future<Output = Keeping> + Send>>>,
}

/// A group that was committed, or not.
pub(super) struct Keeping {
    pub(super) found: Vec<Found>,
    pub(super) kept: Result<Vec<Kept>, StoreError>,
}

/// What happened to a group.
pub(super) enum Step {
    Packed(Result<Vec<Arrived>, StoreError>),
    Kept(Keeping),
}

impl Line {
    pub(super) fn is_empty(&self) -> bool {
        self.packing.is_empty() && self.keeping.is_empty()
    }

    pub(super) fn has_room(&self) -> bool {
        self.packing.len() + self.keeping.len() < AHEAD
    }

    /// The next group that is packed or kept. Nothing is lost when this is dropped before it is done.
    pub(super) async fn step(&mut self) -> Step {
        tokio::select! {
            Some(packed) = self.packing.next() => Step::Packed(passed_on(packed)),
            Some(kept) = self.keeping.next() => Step::Kept(kept),
            else => std::future::pending().await,
        }
    }
}

impl Fetch {
    /// A packed group is committed, a committed one is told and ordered to be settled.
    pub(super) async fn go_on(
        &self,
        step: Step,
        line: &mut Line,
        orders: &mpsc::Sender<Order>,
    ) -> Result<(), StoreError> {
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

    /// Goes on until nothing is under way.
    pub(super) async fn drain(&self, line: &mut Line, orders: &mpsc::Sender<Order>) -> Result<(), StoreError> {
        while !line.is_empty() {
            let step = line.step().await;
            self.go_on(step, line, orders).await?;
        }
        Ok(())
    }

    pub(super) fn pack(&self, whole: Vec<(Found, Vec<u8>)>, line: &mut Line) {
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
}

/// Hashes and compresses a message; its bytes stay at hand for the reader.
fn arrived((found, bytes): (Found, Vec<u8>), fresh: &Fresh) -> Result<Arrived, StoreError> {
    let arrived = Arrived { found: described(found, &bytes), raw: store::pack(&bytes)? };
    fresh.put(arrived.raw.sha256.clone(), bytes);
    Ok(arrived)
}

/// Adds what the headers say. A message that was moved between servers has a young INTERNALDATE; the stamp of the server that
/// took it in is older then.
pub(super) fn described(found: Found, raw: &[u8]) -> Found {
    let envelope = mail::parse_headers(raw);
    let received_at = envelope.received.map_or(found.received_at, |received| received.min(found.received_at));
    Found { received_at, sender: envelope.from, subject: envelope.subject, ..found }
}

/// A panic in a thread goes on here, where the daemon sees it.
fn passed_on<T>(joined: Result<T, tokio::task::JoinError>) -> T {
    joined.unwrap_or_else(|error| std::panic::resume_unwind(error.into_panic()))
}
