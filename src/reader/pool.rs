//! The pool: hands groups of messages to idle readers, watches the clock, and reads again without the part that broke one.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

use super::confine::Confinement;
use super::head::Head;
use super::process::{Filling, Process};
use super::protocol::{FRAME_LIMIT, Group, Question, Task, Word};
use super::tries::Tries;
use super::{Job, Outcome, Settings, Spent};
use crate::document::Fault;
use crate::reading::Reading;
use crate::reading::explain::{Explained, Explanation};

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
    /// Readers that were ended while they had nothing to do, and not told of yet.
    restless: AtomicU64,
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
        let (idle, spent, started, broken, restless) = Default::default();
        Self { shared: Arc::new(Shared { settings, turns, idle, spent, started, broken, restless }) }
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

    /// Ends readers that go on computing although they have nothing to do, as only one does that was taken over; how many were
    /// found so since this was asked last.
    #[must_use]
    pub fn end_restless(&self) -> u64 {
        self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).retain(|process| self.is_at_rest(process));
        self.shared.restless.swap(0, Ordering::Relaxed)
    }

    fn is_at_rest(&self, process: &Process) -> bool {
        let is_at_rest = process.is_at_rest();
        if !is_at_rest {
            self.shared.restless.fetch_add(1, Ordering::Relaxed);
        }
        is_at_rest
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
        let Filled { tasks, heads, used } =
            fill(&process, Arc::clone(jobs), first, tries, self.shared.settings.limits.message).await?;
        let count = tasks.len();
        process.grant(u64::from(FRAME_LIMIT).saturating_add(used.saturating_mul(2)));
        let mut ends = Vec::with_capacity(count);
        if let Err(error) = process.ask(&Question::Read(Group { tasks, explain })).await {
            let broken = Broken { part: None, why: error.to_string(), late: false };
            return Ok(vec![broken.explain(self.ended(process).await)]);
        }
        for head in heads {
            match self.await_one(&mut process).await {
                Ok(mut answer) => {
                    head.into_iter().for_each(|head| head.put_into(&mut answer.reading));
                    ends.push(End::Read(answer));
                }
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
                        *self.shared.spent.lock().unwrap_or_else(PoisonError::into_inner) +=
                            spent.at_most(self.shared.settings.time);
                        return Ok(Answer { reading, explanation });
                    }
                    Ok(_) => return Err(String::new()),
                    Err(error) => return Err(error.to_string()),
                }
            }
        };
        match watch.within(self.shared.settings.time.into(), listen).await {
            Ok(Ok(answer)) => Ok(answer),
            // The part at hand is only where it ran out, by what was said of messages before it.
            Ok(Err(why)) if process.is_out_of_room() => Err(Broken { part: None, why, late: true }),
            Ok(Err(why)) => Err(Broken { part, why, late: false }),
            Err(met) => Err(Broken { part, why: met.to_string(), late: true }),
        }
    }

    /// A reader that is idle, or else a new one.
    async fn take(&self) -> io::Result<Process> {
        let idle = || self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        while let Some(mut process) = idle() {
            if process.is_alive() && self.is_at_rest(&process) {
                return Ok(process);
            }
        }
        self.start().await
    }

    /// A fresh reader.
    pub(super) async fn start(&self) -> io::Result<Process> {
        self.shared.started.fetch_add(1, Ordering::Relaxed);
        Process::start(&self.shared.settings).await
    }

    /// Keeps a reader for the next message; one that has served its time is dropped, which ends it.
    fn give_back(&self, mut process: Process) {
        if process.served < self.shared.settings.messages {
            process.rest();
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

/// Messages that lie in a reader's memory file.
struct Filled {
    tasks: Vec<Task>,
    /// What their heads say; of a bare document none.
    heads: Vec<Option<Head>>,
    /// How far the file is filled.
    used: u64,
}

/// Writes the messages from the given job on into the reader's memory file, up to one whose bytes cannot be had: that one is
/// told of when it is the first.
async fn fill(
    process: &Process,
    jobs: Arc<Vec<Job>>,
    first: usize,
    tries: &[Tries],
    most: u64,
) -> Result<Filled, NotBegun> {
    let memory = process.memory().map_err(NotBegun::Reader)?;
    let left_out: Vec<_> = tries.iter().map(|tries| tries.left_out.clone()).collect();
    let filled = tokio::task::spawn_blocking(move || {
        let mut filling = Filling::new(memory, most);
        let (mut tasks, mut heads) = (Vec::with_capacity(jobs.len() - first), Vec::with_capacity(jobs.len() - first));
        for (job, left_out) in jobs.iter().zip(left_out).skip(first) {
            let offset = filling.begin();
            match (job.source)(&mut filling) {
                Ok(()) => {}
                Err(error) if tasks.is_empty() => return Err(NotBegun::Source(error)),
                Err(_) => break,
            }
            heads.push(job.document.is_none().then(|| filling.head().read(job.authserv_id.as_deref())));
            tasks.push(Task {
                offset,
                size: filling.size(),
                surveys: job.surveys.clone(),
                authserv_id: job.authserv_id.clone(),
                document: job.document.clone(),
                left_out,
            });
        }
        Ok(Filled { tasks, heads, used: filling.written() })
    });
    filled.await.map_err(|error| NotBegun::Source(io::Error::other(error)))?
}
