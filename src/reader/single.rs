//! What the pool is asked about one message alone: a file of it with marks, and the files that came with it.
//!
//! What comes back goes out to others: the marked file under the office's name, the files into an export. So a fresh reader does it,
//! which has opened nobody else's mail, and is ended with it.

use std::io;

use tokio::sync::SemaphorePermit;

use super::pool::Pool;
use super::process::{Filling, Process};
use super::protocol::{Marking, Question, Word};
use super::watch::Met;
use super::{MARKED_MOST, MarkJob, MarkedFile, Outcome, Source, take_out};
use crate::reading::Originals;

/// Bytes that are said beside a marked file.
const WORDS: u64 = 1 << 20;

/// A message that one reader has before it.
struct Begun<'p> {
    process: Process,
    size: u64,
    _turn: SemaphorePermit<'p>,
}

impl Pool {
    /// Has a file of a message marked by one reader, within the limits of reading a message.
    pub async fn mark(&self, job: MarkJob) -> Outcome<MarkedFile> {
        let MarkJob { source, path, notes, language } = job;
        let mut begun = match self.begin(source).await {
            Ok(begun) => begun,
            Err(outcome) => return outcome,
        };
        let question = Question::Mark(Marking { size: begun.size, path, notes, language });
        begun.process.grant(MARKED_MOST + WORDS);
        let watch = begun.process.watch();
        let answered = marked(&mut begun.process, &question);
        let ended = watch.within(self.shared.settings.time.into(), answered).await;
        self.finish(begun, ended).await
    }

    /// Has the files of a message taken out by one reader, within the limits of reading a message.
    pub async fn take_out(&self, source: Source) -> Outcome<Originals> {
        let mut begun = match self.begin(source).await {
            Ok(begun) => begun,
            Err(outcome) => return outcome,
        };
        let watch = begun.process.watch();
        let answered = take_out::taken_out(&mut begun.process, begun.size, &self.shared.settings.limits);
        let ended = watch.within(self.shared.settings.time.into(), answered).await;
        self.finish(begun, ended.map(|it| it.map(Ok))).await
    }

    /// Gives one message to a fresh reader; or how that ended.
    async fn begin<T>(&self, source: Source) -> Result<Begun<'_>, Outcome<T>> {
        let turn = self.shared.turns.acquire().await;
        let turn = turn.map_err(|_| Outcome::NotTried("the reader pool is closed".into()))?;
        let process = self.start().await;
        let process = process.map_err(|error| Outcome::NotTried(format!("no reader can be started: {error}")))?;
        let most = self.shared.settings.limits.message;
        let size = fill_one(&process, source, most).await;
        let size = size.map_err(|error| Outcome::Failed(format!("the message cannot be had: {error}")))?;
        Ok(Begun { process, size, _turn: turn })
    }

    /// What came of it: what was asked for, or why there is none; an error is the reader's end.
    async fn finish<T>(&self, begun: Begun<'_>, ended: Result<io::Result<Result<T, String>>, Met>) -> Outcome<T> {
        let Begun { process, _turn, .. } = begun;
        match ended {
            Ok(Ok(answer)) => {
                process.end().await;
                answer.map_or_else(Outcome::Failed, |it| Outcome::Read(Box::new(it)))
            }
            Ok(Err(error)) => Outcome::Failed(format!("the reader broke: {error} {}", self.ended(process).await)),
            Err(met) => Outcome::Failed(format!("{met}: {}", self.ended(process).await)),
        }
    }
}

/// Writes one message into the reader's memory file; its size, of which no more than `most` bytes are there.
async fn fill_one(process: &Process, source: Source, most: u64) -> io::Result<u64> {
    let memory = process.memory()?;
    let filled = tokio::task::spawn_blocking(move || {
        let mut filling = Filling::new(memory, most);
        filling.begin();
        source(&mut filling)?;
        Ok(filling.size())
    });
    filled.await.map_err(io::Error::other)?
}

/// Asks for a marked file and hears the answer: the file, or why there is none. An error is the reader's end.
async fn marked(process: &mut Process, question: &Question) -> io::Result<Result<MarkedFile, String>> {
    process.ask(question).await?;
    let hung_up = || io::Error::other("it hung up");
    match process.hear().await?.ok_or_else(hung_up)? {
        Word::Marked(kind) => {
            let bytes = process.hear_bytes(MARKED_MOST).await?.ok_or_else(hung_up)?;
            Ok(Ok(MarkedFile { bytes, kind }))
        }
        Word::Unmarkable(why) => Ok(Err(why)),
        _ => Err(io::Error::other("it answered something else")),
    }
}
