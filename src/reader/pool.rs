//! The pool: hands groups of messages to idle readers, watches the clock, and reads again without the part that broke one.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use super::confine::Confinement;
use super::process::{Filling, Process};
use super::protocol::{Group, Question, Task, Word};
use super::{Job, Outcome, Settings, Spent};
use crate::document::Fault;
use crate::reading::explain::{Explained, Explanation};
use crate::reading::{LeftOut, Reading};

/// Readings of one message that may break before it is given up as a fault of ours.
const TRIES: usize = 10;

/// Readers, and what they are given to do. A handle: clones share the readers.
#[derive(Clone)]
pub struct Pool {
    pub(super) shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub(super) settings: Settings,
    pub(super) turns: Semaphore,
    idle: Mutex<Vec<Process>>,
    spent: Mutex<Spent>,
    started: AtomicU64,
    broken: AtomicU64,
}

/// How often one message was tried, and what is left out of the next try.
#[derive(Default)]
struct Tries {
    left_out: Vec<LeftOut>,
    /// Readers that broke before they named a part: the reader itself may have been at fault.
    unnamed: u32,
}

/// Why a reader did not begin with a message.
enum NotBegun {
    /// The bytes of the first message could not be had.
    Source(io::Error),
    /// The reader could not be started.
    Reader(io::Error),
}

/// What a reader says of one message.
struct Answer {
    reading: Box<Reading>,
    explanation: Option<Box<Explanation>>,
}

/// How a reader's work on one message ended.
enum End {
    Read(Answer),
    Broke { part: Option<String>, fault: Fault, why: String },
}

impl Pool {
    /// A pool; readers are started when they are needed.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let turns = Semaphore::new(settings.readers.max(1));
        let (idle, spent, started, broken) = Default::default();
        Self { shared: Arc::new(Shared { settings, turns, idle, spent, started, broken }) }
    }

    /// How many messages can be read at a time.
    #[must_use]
    pub fn readers(&self) -> usize {
        self.shared.settings.readers.max(1)
    }

    /// Processor time that all readers have spent on messages so far.
    #[must_use]
    pub fn spent(&self) -> Spent {
        *self.shared.spent.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many readers were started so far, and how many broke at a message: they died, met a limit or hung.
    #[must_use]
    pub fn counts(&self) -> (u64, u64) {
        (self.shared.started.load(Ordering::Relaxed), self.shared.broken.load(Ordering::Relaxed))
    }

    /// How far a reader is confined on this machine, as a fresh one finds it; accepted or not.
    ///
    /// # Errors
    /// When no reader can be started.
    pub async fn confinement(&self) -> io::Result<Confinement> {
        let (process, confinement) = Process::confined(&self.shared.settings).await?;
        if confinement.not_accepted(&self.shared.settings.may_lack).is_empty() {
            self.give_back(process);
        }
        Ok(confinement)
    }

    /// Reads a group of messages with one reader; outcomes in the order of the jobs.
    pub async fn read(&self, jobs: Vec<Job>) -> Vec<Outcome> {
        let answers = self.ask(jobs, false).await;
        answers.into_iter().map(|answer| answer.map(|answer| answer.reading)).collect()
    }

    /// Reads a group of messages with one reader, and explains how.
    pub async fn explain(&self, jobs: Vec<Job>) -> Vec<Outcome<Explained>> {
        let explained = |Answer { reading, explanation }: Answer| {
            let explanation = explanation.map(|explanation| *explanation).unwrap_or_default();
            Box::new(Explained { reading: *reading, explanation })
        };
        let answers = self.ask(jobs, true).await;
        answers.into_iter().map(|answer| answer.map(explained)).collect()
    }

    /// Ends a reader that broke; its last words.
    pub(super) async fn ended(&self, process: Process) -> String {
        self.shared.broken.fetch_add(1, Ordering::Relaxed);
        process.end().await
    }

    async fn ask(&self, jobs: Vec<Job>, explain: bool) -> Vec<Outcome<Answer>> {
        let Ok(_turn) = self.shared.turns.acquire().await else {
            return jobs.iter().map(|_| Outcome::Failed("the reader pool is closed".into())).collect();
        };
        let jobs = Arc::new(jobs);
        let mut tries: Vec<Tries> = jobs.iter().map(|_| Tries::default()).collect();
        let mut outcomes: Vec<Outcome<Answer>> = Vec::with_capacity(jobs.len());
        while outcomes.len() < jobs.len() {
            match self.run(&jobs, outcomes.len(), &tries, explain).await {
                Ok(ends) => take_ends(ends, &mut tries, &mut outcomes),
                Err(NotBegun::Source(error)) => {
                    outcomes.push(Outcome::Failed(format!("its bytes cannot be had: {error}")));
                }
                Err(NotBegun::Reader(error)) => {
                    let why = format!("no reader can be started: {error}");
                    outcomes.resize_with(jobs.len(), || Outcome::NotTried(why.clone()));
                }
            }
        }
        outcomes
    }

    /// Lets one reader work from the given job on. Ends with the first message that breaks it.
    async fn run(
        &self,
        jobs: &Arc<Vec<Job>>,
        first: usize,
        tries: &[Tries],
        explain: bool,
    ) -> Result<Vec<End>, NotBegun> {
        let mut process = self.take().await.map_err(NotBegun::Reader)?;
        let (tasks, used) = fill(&process, Arc::clone(jobs), first, tries, self.shared.settings.limits.message).await?;
        let count = tasks.len();
        let mut ends = Vec::with_capacity(count);
        if let Err(error) = process.ask(&Question::Read(Group { tasks, explain })).await {
            let broken = Broken { part: None, why: error.to_string(), late: false };
            return Ok(vec![broken.explain(self.ended(process).await)]);
        }
        while ends.len() < count {
            match self.await_one(&mut process).await {
                Ok(answer) => ends.push(End::Read(answer)),
                Err(broken) => {
                    ends.push(broken.explain(self.ended(process).await));
                    return Ok(ends);
                }
            }
        }
        process.served = process.served.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        // A reader whose memory file cannot be emptied is not used again.
        if process.tidy(used).is_ok() {
            self.give_back(process);
        }
        Ok(ends)
    }

    /// Waits for the reading of one message.
    async fn await_one(&self, process: &mut Process) -> Result<Answer, Broken> {
        let mut part = None;
        let watch = process.watch();
        let listen = async {
            loop {
                match process.hear().await {
                    Ok(Some(Word::Part(path))) => part = Some(path),
                    Ok(Some(Word::Done { reading, explanation, spent })) => {
                        *self.shared.spent.lock().unwrap_or_else(PoisonError::into_inner) += spent;
                        return Ok(Answer { reading, explanation });
                    }
                    Ok(_) => return Err(String::new()),
                    Err(error) => return Err(error.to_string()),
                }
            }
        };
        match watch.within(self.shared.settings.time.into(), listen).await {
            Ok(Ok(answer)) => Ok(answer),
            Ok(Err(why)) => Err(Broken { part, why, late: false }),
            Err(met) => Err(Broken { part, why: met.to_string(), late: true }),
        }
    }

    /// A reader that is idle, or else a new one.
    pub(super) async fn take(&self) -> io::Result<Process> {
        let idle = || self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        while let Some(mut process) = idle() {
            if process.is_alive() {
                return Ok(process);
            }
        }
        self.shared.started.fetch_add(1, Ordering::Relaxed);
        Process::start(&self.shared.settings).await
    }

    /// Keeps a reader for the next message; one that has served its time is dropped, which ends it.
    pub(super) fn give_back(&self, process: Process) {
        if process.served < self.shared.settings.messages {
            self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).push(process);
        }
    }
}

/// A reader that did not answer.
struct Broken {
    part: Option<String>,
    why: String,
    late: bool,
}

impl Broken {
    /// Finds out what became of the reader by its last words: one that met a limit (time, memory, processor) had too much to read,
    /// any other end is the file's damage.
    fn explain(self, last: String) -> End {
        // Nobody but the kernel, short of memory, kills a reader that hangs up by itself.
        let killed = self.why.is_empty() && last.contains("SIGKILL");
        let limit = self.late || killed || last.contains("memory allocation") || last.contains("SIGXCPU");
        let why = format!("{} {last}", self.why).trim().to_owned();
        let fault = if limit { Fault::TooLarge("time or memory".into()) } else { Fault::Unreadable(why.clone()) };
        End::Broke { part: self.part, fault, why }
    }
}

/// Takes what one reader made of its messages: outcomes, and for one that broke it another try where that makes sense.
fn take_ends(ends: Vec<End>, tries: &mut [Tries], outcomes: &mut Vec<Outcome<Answer>>) {
    for end in ends {
        match end {
            End::Read(answer) => outcomes.push(Outcome::Read(Box::new(answer))),
            End::Broke { part, fault, why } => {
                if !tries.get_mut(outcomes.len()).is_some_and(|tries| tries.again(part, fault)) {
                    outcomes.push(Outcome::Failed(format!("the reader broke: {why}")));
                }
            }
        }
    }
}

impl Tries {
    /// Leaves out the part that broke a reader: itself at first, then the attachment it lies in, so that an archive of
    /// broken files costs two tries. Says whether another try makes sense; one does after a break that names no part, and
    /// after two that a limit was met while the message was taken apart: then only its headers are read.
    fn again(&mut self, part: Option<String>, fault: Fault) -> bool {
        let Some(path) = part else {
            self.unnamed += 1;
            let is_whole = self.unnamed == 2 && matches!(fault, Fault::TooLarge(_));
            if is_whole {
                self.left_out.push(LeftOut::whole(fault));
            }
            return self.unnamed == 1 || is_whole;
        };
        let outermost = path.split('/').next().unwrap_or(&path).to_owned();
        let again = self.left_out.iter().any(|known| known.path.split('/').next() == Some(outermost.as_str()));
        let path = if again { outermost } else { path };
        if self.left_out.len() >= TRIES || self.left_out.iter().any(|known| known.path == path) {
            return false;
        }
        self.left_out.push(LeftOut { path, fault });
        true
    }
}

/// Writes the messages from the given job on into the reader's memory file, up to one whose bytes cannot be had: that one is
/// told of when it is the first.
async fn fill(
    process: &Process,
    jobs: Arc<Vec<Job>>,
    first: usize,
    tries: &[Tries],
    most: u64,
) -> Result<(Vec<Task>, u64), NotBegun> {
    let memory = process.memory().map_err(NotBegun::Reader)?;
    let left_out: Vec<_> = tries.iter().map(|tries| tries.left_out.clone()).collect();
    let filled = tokio::task::spawn_blocking(move || {
        let mut filling = Filling::new(memory, most);
        let mut tasks = Vec::with_capacity(jobs.len() - first);
        for (job, left_out) in jobs.iter().zip(left_out).skip(first) {
            let offset = filling.begin();
            match (job.source)(&mut filling) {
                Ok(()) => {}
                Err(error) if tasks.is_empty() => return Err(NotBegun::Source(error)),
                Err(_) => break,
            }
            tasks.push(Task {
                offset,
                size: filling.size(),
                surveys: job.surveys.clone(),
                authserv_id: job.authserv_id.clone(),
                document: job.document.clone(),
                left_out,
            });
        }
        Ok((tasks, filling.written()))
    });
    filled.await.map_err(|error| NotBegun::Source(io::Error::other(error)))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tries(parts: &[Option<&str>]) -> Vec<bool> {
        let mut tries = Tries::default();
        let fault = Fault::Unreadable("x".into());
        parts.iter().map(|part| tries.again(part.map(str::to_owned), fault.clone())).collect()
    }

    #[test]
    fn a_message_is_read_again_without_what_broke_the_reader_and_not_for_ever() {
        assert_eq!(tries(&[Some("a.xls"), Some("b.xls")]), [true, true]);
        assert_eq!(tries(&[Some("a.zip/1.xls"), Some("a.zip/2.xls"), Some("a.zip")]), [true, true, false]);
        assert_eq!(tries(&[Some("a.xls"), Some("a.xls")]), [true, false]);
    }

    #[test]
    fn a_message_too_large_to_be_taken_apart_is_answered_by_its_headers() {
        let mut tries = Tries::default();
        let again: Vec<bool> = (0..3).map(|_| tries.again(None, Fault::TooLarge("time or memory".into()))).collect();
        assert_eq!(again, [true, true, false]);
        assert!(tries.left_out.iter().any(LeftOut::is_whole));
    }

    #[test]
    fn a_reader_that_was_killed_while_idle_costs_no_message() {
        assert_eq!(tries(&[None, Some("a.xls"), None]), [true, true, false]);
    }
}
