//! The pool: hands groups of messages to idle readers, watches the clock, and reads again without the part that broke one.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::process::{Filling, Process};
use super::protocol::{Group, Task, Word};
use super::{Job, Outcome, Settings, Spent};
use crate::document::Fault;
use crate::reading::{LeftOut, Reading};

/// Readings of one message that may break before it is given up as a fault of ours.
const TRIES: usize = 10;

/// Readers, and what they are given to do. A handle: clones share the readers.
#[derive(Clone)]
pub struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    settings: Settings,
    turns: Semaphore,
    idle: Mutex<Vec<Process>>,
    spent: Mutex<Spent>,
}

/// How a reader's work on one message ended.
enum End {
    Read(Box<Reading>),
    Broke { part: Option<String>, fault: Fault, why: String },
}

impl Pool {
    /// A pool; readers are started when they are needed.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        let turns = Semaphore::new(settings.readers.max(1));
        Self { shared: Arc::new(Shared { settings, turns, idle: Mutex::default(), spent: Mutex::default() }) }
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

    /// What the kernel could not confine, as the first reader found it; empty when all locks hold.
    ///
    /// # Errors
    /// When no reader can be started.
    pub async fn lacks(&self) -> io::Result<Vec<String>> {
        let process = self.take().await?;
        let lacks = process.lacks.clone();
        self.give_back(process);
        Ok(lacks)
    }

    /// Reads a group of messages with one reader; outcomes in the order of the jobs.
    pub async fn read(&self, jobs: Vec<Job>) -> Vec<Outcome> {
        let Ok(_turn) = self.shared.turns.acquire().await else {
            return jobs.iter().map(|_| Outcome::Failed("the reader pool is closed".into())).collect();
        };
        let jobs = Arc::new(jobs);
        let mut left_out: Vec<Vec<LeftOut>> = jobs.iter().map(|_| Vec::new()).collect();
        let mut outcomes: Vec<Outcome> = Vec::with_capacity(jobs.len());
        while outcomes.len() < jobs.len() {
            let first = outcomes.len();
            let ends = match self.run(&jobs, first, &left_out).await {
                Ok(ends) => ends,
                Err(error) => {
                    outcomes.push(Outcome::Failed(format!("the reader could not be run: {error}")));
                    continue;
                }
            };
            for end in ends {
                match end {
                    End::Read(reading) => outcomes.push(Outcome::Read(reading)),
                    End::Broke { part, fault, why } => {
                        let parts = left_out.get_mut(outcomes.len());
                        if !parts.is_some_and(|parts| leave_out(parts, part, fault)) {
                            outcomes.push(Outcome::Failed(format!("the reader broke: {why}")));
                        }
                    }
                }
            }
        }
        outcomes
    }

    /// Lets one reader work from the given job on. Ends with the first message that breaks it.
    async fn run(&self, jobs: &Arc<Vec<Job>>, first: usize, left_out: &[Vec<LeftOut>]) -> io::Result<Vec<End>> {
        let mut process = self.take().await?;
        let (tasks, used) = fill(&process, Arc::clone(jobs), first, left_out).await?;
        let count = tasks.len();
        process.ask(&Group { tasks }).await?;
        let mut ends = Vec::with_capacity(count);
        while ends.len() < count {
            match self.await_one(&mut process).await {
                Ok(reading) => ends.push(End::Read(reading)),
                Err(broken) => {
                    ends.push(broken.explain(process).await);
                    return Ok(ends);
                }
            }
        }
        process.served = process.served.saturating_add(u32::try_from(count).unwrap_or(u32::MAX));
        process.tidy(used)?;
        self.give_back(process);
        Ok(ends)
    }

    /// Waits for the reading of one message.
    async fn await_one(&self, process: &mut Process) -> Result<Box<Reading>, Broken> {
        let mut part = None;
        let listen = async {
            loop {
                match process.hear().await {
                    Ok(Some(Word::Part(path))) => part = Some(path),
                    Ok(Some(Word::Done { reading, spent })) => {
                        *self.shared.spent.lock().unwrap_or_else(PoisonError::into_inner) += spent;
                        return Ok(reading);
                    }
                    Ok(Some(Word::Ready { .. }) | None) => return Err(String::new()),
                    Err(error) => return Err(error.to_string()),
                }
            }
        };
        match timeout(self.shared.settings.time, listen).await {
            Ok(Ok(reading)) => Ok(reading),
            Ok(Err(why)) => Err(Broken { part, why, late: false }),
            Err(_) => Err(Broken { part, why: "time is up".into(), late: true }),
        }
    }

    async fn take(&self) -> io::Result<Process> {
        let idle = self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match idle {
            Some(process) => Ok(process),
            None => Process::start(&self.shared.settings).await,
        }
    }

    /// Keeps a reader for the next message; one that has served its time is dropped, which ends it.
    fn give_back(&self, process: Process) {
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
    /// Ends the reader and finds out what became of it: one that met a limit (time, memory, processor) had too much to read,
    /// any other end is the file's damage.
    async fn explain(self, process: Process) -> End {
        let last = process.end().await;
        let limit = self.late || last.contains("memory allocation") || last.contains("SIGXCPU");
        let why = format!("{} {last}", self.why).trim().to_owned();
        let fault = if limit { Fault::TooLarge("time or memory".into()) } else { Fault::Unreadable(why.clone()) };
        End::Broke { part: self.part, fault, why }
    }
}

/// Adds the part that broke a reader to those that are left out: itself at first, then the attachment it lies in, so that
/// an archive of broken files costs two tries. Says whether another try makes sense.
fn leave_out(parts: &mut Vec<LeftOut>, part: Option<String>, fault: Fault) -> bool {
    let Some(path) = part else { return false };
    let outermost = path.split('/').next().unwrap_or(&path).to_owned();
    let again = parts.iter().any(|known| known.path.split('/').next() == Some(outermost.as_str()));
    let path = if again { outermost } else { path };
    if parts.len() >= TRIES || parts.iter().any(|known| known.path == path) {
        return false;
    }
    parts.push(LeftOut { path, fault });
    true
}

/// Writes the messages from the given job on into the reader's memory file.
async fn fill(
    process: &Process,
    jobs: Arc<Vec<Job>>,
    first: usize,
    left_out: &[Vec<LeftOut>],
) -> io::Result<(Vec<Task>, u64)> {
    let memory = process.memory()?;
    let left_out = left_out.to_vec();
    let filled = tokio::task::spawn_blocking(move || -> io::Result<(Vec<Task>, u64)> {
        let mut filling = Filling::new(memory)?;
        let mut tasks = Vec::with_capacity(jobs.len() - first);
        for (job, left_out) in jobs.iter().zip(left_out).skip(first) {
            let offset = filling.written();
            (job.source)(&mut filling)?;
            tasks.push(Task {
                offset,
                size: filling.written() - offset,
                surveys: job.surveys.clone(),
                authserv_id: job.authserv_id.clone(),
                document: job.document.clone(),
                left_out,
            });
        }
        Ok((tasks, filling.written()))
    });
    filled.await.map_err(io::Error::other)?
}
