//! A large message: it is kept piece by piece, as long as the disk has room.

use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use super::line::{Keeping, Line, Step, described};
use super::{Fetch, TICK};
use crate::arrival::Location;
use crate::failpoint::{self, Point};
use crate::mailbox::Order;
use crate::store::{Found, StoreError};
use crate::tasks::now;
use crate::telemetry;

/// Bytes of a large message in which its headers are looked for.
const HEAD: usize = 64 << 10;

type Pieces = mpsc::Receiver<Result<Vec<u8>, String>>;

impl Fetch {
    /// Keeps a large message as its pieces come. One that breaks off is not kept, and comes again.
    pub(super) async fn take_pieces(
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
    pub(super) async fn room(&self, stop: &CancellationToken) {
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
}
