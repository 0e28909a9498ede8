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
use std::sync::Arc;

use tokio::task::JoinHandle;

use super::judge::Judgement;
use super::read::Read;
use super::{TaskError, now};
use crate::reader::Outcome;
use crate::reading::Reading;
use crate::store::{Judge, Rehearsal, Replayed, Rereading, Situation, Store, StoreError, Unread};

/// Messages that a reader is handed at once.
const GROUP: usize = 16;
/// Bytes that a reader is handed at once; a larger message goes alone.
const GROUP_BYTES: u64 = 4 << 20;

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
        let mut messages = messages.iter().copied();
        let mut at_readers: VecDeque<AtReader> = VecDeque::new();
        loop {
            while at_readers.len() <= self.read.pool.readers() {
                let group = self.next_group(&mut messages, told)?;
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

    /// The next messages that go to a reader together. One that somebody put back meanwhile is left to the daemon.
    fn next_group(
        &self,
        messages: &mut impl Iterator<Item = i64>,
        told: &mut dyn FnMut(i64, Step),
    ) -> Result<Vec<Unread>, StoreError> {
        let mut group: Vec<Unread> = Vec::new();
        let mut bytes = 0;
        while group.len() < GROUP && bytes < GROUP_BYTES {
            let Some(message) = messages.next() else { break };
            match self.read.store.to_reread(message)? {
                Some(unread) => {
                    bytes += unread.size;
                    group.push(unread);
                }
                None => told(message, Step::Done(Replayed::NotRead)),
            }
        }
        Ok(group)
    }

    /// Settles a group in its order. In the store all of it waits for one commit.
    async fn settle(
        &self,
        group: Vec<Unread>,
        outcomes: Vec<Outcome>,
        told: &mut dyn FnMut(i64, Step),
    ) -> Result<(), TaskError> {
        let mut waiting = Vec::new();
        for (unread, outcome) in group.into_iter().zip(outcomes) {
            match outcome {
                Outcome::Read(reading) => waiting.push((unread.id, self.begin(&unread, *reading)?)),
                Outcome::Failed(why) | Outcome::NotTried(why) => told(unread.id, Step::NotRead(why)),
            }
        }
        for (message, begun) in waiting {
            let replayed = match begun.settling {
                Settling::Done(replayed) => *replayed,
                Settling::Queued(write) => write.await?,
            };
            let step = match begun.trouble.await.ok().flatten() {
                Some(why) if matches!(replayed, Replayed::Changed(_)) => Step::NotTold(replayed, why),
                _ => Step::Done(replayed),
            };
            told(message, step);
        }
        Ok(())
    }

    fn begin(&self, unread: &Unread, reading: Reading) -> Result<Begun, StoreError> {
        let (says, trouble) = tokio::sync::oneshot::channel();
        let judge = self.judge(unread, says);
        let rereading = Rereading { message: unread.id, reading, notify: self.notify, now: now() };
        let settling = match &self.ground {
            Ground::Store(store) => Settling::Queued(store.replay(rereading, judge)),
            Ground::Rehearsal(rehearsal) => Settling::Done(Box::new(rehearsal.replay(&rereading, judge)?)),
        };
        Ok(Begun { settling, trouble })
    }

    /// Judges as the daemon does; a notice is composed only where somebody is to be told.
    fn judge(&self, unread: &Unread, says: tokio::sync::oneshot::Sender<Option<String>>) -> Judge {
        let desk = Arc::clone(&self.read.desk);
        let mailbox = unread.location.as_ref().map(|location| location.mailbox.clone()).unwrap_or_default();
        let notify = self.notify;
        Box::new(move |reading: &Reading, situation: &Situation| {
            let judged = || desk.judge(&mailbox, reading, situation, now());
            let silent = || Judgement::silent(desk.verdict(&mailbox, reading, situation));
            let Judgement { decision, trouble } = if notify { judged() } else { silent() };
            // Nobody listens when the run broke off.
            let _ = says.send(trouble);
            decision
        })
    }
}

/// A message whose settling has begun.
struct Begun {
    settling: Settling,
    trouble: tokio::sync::oneshot::Receiver<Option<String>>,
}

enum Settling {
    Done(Box<Replayed>),
    Queued(crate::store::Write<Replayed>),
}
