//! Replay: the kept archive is read again under today's rules, and what comes of it is laid beside what stands.
//!
//! The way is that of [`super::read`]: the same jobs, the same pool of confined readers, the same desk. Readers work side by side;
//! messages are settled in the order given, which is that of arrival. At any time there are no more readings in memory than the
//! readers and the one group that is being settled have, so memory does not grow with the archive, only with what turns out to
//! be otherwise.
//!
//! It needs no lock on the data folder: each message is settled in one transaction of the store, beside the daemon's. So it may be
//! killed at any moment and run again; what is done already is found unchanged.

use std::collections::VecDeque;

use tokio::task::JoinHandle;

use super::judge::Trouble;
use super::read::{GROUP_BYTES, Read};
use super::{TaskError, now};
use crate::failpoint::{self, Point};
use crate::reader::Outcome;
use crate::store::{Rehearsal, Replayed, Rereading, Store, StoreError, Unread};

/// Messages that a reader is handed at once.
const GROUP: usize = 16;

/// Where messages are settled anew.
pub enum Ground {
    /// In the store itself.
    Store(Store),
    /// In a copy of its tables, to see what would come of it.
    Rehearsal(Rehearsal),
}

/// What replays.
pub struct Replay {
    /// Who reads and judges.
    pub read: Read,
    /// Where messages are settled.
    pub ground: Ground,
    /// Whether senders are told.
    pub notify: bool,
}

/// How replaying one message ended.
#[derive(Debug)]
pub enum Step {
    /// It was read and settled.
    Done(Replayed),
    /// It could not be read this time; what stands stands.
    NotRead(String),
    /// It was settled, and its sender would have been told, but no notice could be composed.
    NotTold(Replayed, String),
}

/// A group at a reader.
type AtReader = (Vec<Unread>, JoinHandle<Vec<Outcome>>);

impl Replay {
    /// Replays messages in the order given and says of each how it ended.
    ///
    /// # Errors
    /// When the store cannot be read or written.
    pub async fn run(&self, messages: &[i64], told: &mut dyn FnMut(i64, Step)) -> Result<(), TaskError> {
        let mut groups = Groups { store: &self.read.store, messages: messages.iter().copied(), ahead: None };
        let mut at_readers: VecDeque<AtReader> = VecDeque::new();
        loop {
            while at_readers.len() <= self.read.pool.readers() {
                let group = groups.next(told)?;
                if group.is_empty() {
                    break;
                }
                let jobs = group.iter().map(|unread| self.read.job(unread)).collect::<Result<_, _>>()?;
                let pool = self.read.pool.clone();
                at_readers.push_back((group, tokio::spawn(async move { pool.read(jobs).await })));
            }
            let Some((group, outcomes)) = at_readers.pop_front() else { return Ok(()) };
            self.settle(group, outcomes.await?, told).await?;
        }
    }

    /// Settles a group in its order; in the store, one transaction takes it.
    async fn settle(
        &self,
        group: Vec<Unread>,
        outcomes: Vec<Outcome>,
        told: &mut dyn FnMut(i64, Step),
    ) -> Result<(), TaskError> {
        let (mut rereadings, mut troubles) = (Vec::new(), Vec::new());
        for (unread, outcome) in group.into_iter().zip(outcomes) {
            match outcome {
                Outcome::Read(reading) => {
                    let (judge, trouble) = self.read.desk.judge_of(&unread, self.notify);
                    let rereading =
                        Rereading { message: unread.id, reading: *reading, notify: self.notify, now: now() };
                    rereadings.push((rereading, judge));
                    troubles.push((unread.id, trouble));
                }
                Outcome::Failed(why) | Outcome::NotTried(why) => told(unread.id, Step::NotRead(why)),
            }
        }
        match &self.ground {
            Ground::Store(store) => {
                for (write, (message, trouble)) in store.replay(rereadings).into_iter().zip(troubles) {
                    told(message, step(write.await?, trouble));
                }
                failpoint::pass(Point::Replayed);
            }
            Ground::Rehearsal(rehearsal) => {
                for ((rereading, judge), (message, trouble)) in rereadings.into_iter().zip(troubles) {
                    told(message, step(rehearsal.replay(&rereading, judge)?, trouble));
                }
            }
        }
        Ok(())
    }
}

/// How replaying a message ended, with what kept its notice from being composed.
fn step(replayed: Replayed, mut trouble: Trouble) -> Step {
    match trouble.try_recv().ok().flatten() {
        Some(why) if matches!(replayed, Replayed::Changed(_)) => Step::NotTold(replayed, why),
        _ => Step::Done(replayed),
    }
}

/// Messages on their way to the readers.
struct Groups<'a, M> {
    store: &'a Store,
    messages: M,
    /// The one that found no room in the last group.
    ahead: Option<Unread>,
}

impl<M: Iterator<Item = i64>> Groups<'_, M> {
    /// The next messages that go to a reader together; one that is over the bound goes alone. One that somebody put back
    /// meanwhile is left to the daemon.
    fn next(&mut self, told: &mut dyn FnMut(i64, Step)) -> Result<Vec<Unread>, StoreError> {
        let mut group: Vec<Unread> = self.ahead.take().into_iter().collect();
        let mut bytes: u64 = group.iter().map(|unread| unread.size).sum();
        while group.len() < GROUP {
            let Some(message) = self.messages.next() else { break };
            match self.store.to_reread(message)? {
                Some(unread) if group.is_empty() || bytes + unread.size <= GROUP_BYTES => {
                    bytes += unread.size;
                    group.push(unread);
                }
                Some(unread) => {
                    self.ahead = Some(unread);
                    break;
                }
                None => told(message, Step::Done(Replayed::NotRead)),
            }
        }
        Ok(group)
    }
}
