//! The reader's side: confined, it takes messages out of the memory file and answers with readings, one after another.

use std::fs::File;
use std::io::{self, BufReader};
use std::os::fd::AsFd;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use super::confine::Cage;
use super::protocol::{self, Group, Question, Setup, Task, Word};
use super::spent::{Spent, thread_time};
use super::{confine, mark, take_out, trial};
use crate::mail;
use crate::reading::explain::{self, Explained, Explanation};
use crate::reading::{self, LeftOut, Prepared, Reading, Request};

/// Runs the program as a reader until its parent hangs up.
///
/// # Errors
/// When standard input and output are not those a [`super::Pool`] gives, or the parent is gone.
pub fn run() -> io::Result<()> {
    confine::close_inherited()?;
    let message = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let mut parent = UnixStream::from(io::stdout().as_fd().try_clone_to_owned()?);
    let mut questions = BufReader::new(parent.try_clone()?);
    let Some(setup) = protocol::read::<Setup>(&mut questions)? else { return Ok(()) };
    let cage = Cage { name: "postroom-reader", memory: setup.memory, seconds: None, parent: setup.parent };
    let confinement = confine::confine(&cage)?;
    let is_accepted = confinement.not_accepted(&setup.may_lack).is_empty();
    protocol::write(&mut parent, &Word::Ready(confinement))?;
    if !is_accepted {
        return Ok(());
    }
    let surveys: Vec<Prepared<'_>> = setup.surveys.iter().map(Prepared::new).collect();
    let mut counted = thread_time();
    while let Some(question) = protocol::read::<Question>(&mut questions)? {
        match question {
            Question::Read(group) => answer(&message, (&setup, &surveys), group, &mut counted, &mut parent)?,
            Question::Mark(marking) => mark::answer(&message, &setup, &marking, &mut parent)?,
            Question::TakeOut(size) => take_out::answer(&message, &setup, size, &mut parent)?,
            Question::Try(attempt) => {
                let tried = trial::perform(&attempt, &mut parent);
                protocol::write(&mut parent, &Word::Tried(tried))?;
            }
        }
    }
    Ok(())
}

/// Reads a group of messages, and answers each in turn.
fn answer(
    message: &File,
    prepared: (&Setup, &[Prepared<'_>]),
    group: Group,
    counted: &mut Duration,
    parent: &mut UnixStream,
) -> io::Result<()> {
    for task in group.tasks {
        let (answer, mut spent) = read(message, prepared, task, group.explain, parent)?;
        let all = thread_time().saturating_sub(*counted);
        *counted += all;
        spent.hand_over = all.saturating_sub(spent.parse + spent.read);
        let Answer { reading, explanation } = answer;
        let (reading, explanation) = (Box::new(reading), explanation.map(Box::new));
        protocol::write(parent, &Word::Done { reading, explanation, spent })?;
    }
    Ok(())
}

/// What was understood, and how where that was asked for.
struct Answer {
    reading: Reading,
    explanation: Option<Explanation>,
}

impl From<Reading> for Answer {
    fn from(reading: Reading) -> Self {
        Self { reading, explanation: None }
    }
}

impl From<Explained> for Answer {
    fn from(Explained { reading, explanation }: Explained) -> Self {
        Self { reading, explanation: Some(explanation) }
    }
}

fn read(
    message: &File,
    (setup, surveys): (&Setup, &[Prepared<'_>]),
    task: Task,
    explain: bool,
    parent: &mut UnixStream,
) -> io::Result<(Answer, Spent)> {
    let is_too_large = task.size > setup.limits.message || task.left_out.iter().any(LeftOut::is_whole);
    let size = if is_too_large { task.size.min(setup.limits.message).min(reading::HEAD) } else { task.size };
    let mut raw = vec![0; usize::try_from(size).map_err(io::Error::other)?];
    message.read_exact_at(&mut raw, task.offset)?;
    let request = Request {
        surveys: allowed(surveys, &task.surveys),
        authserv_id: task.authserv_id,
        limits: setup.limits.clone(),
        left_out: task.left_out,
    };
    if is_too_large {
        let reading = reading::too_large(if task.document.is_some() { &[] } else { &raw }, &request);
        let explanation = explain.then(Explanation::default);
        return Ok((Answer { reading, explanation }, Spent::default()));
    }
    // A parent that does not listen is gone, and the next answer shows it.
    let mut progress = |path: &str| drop(protocol::write(parent, &Word::Part(path.to_owned())));
    let begun = thread_time();
    if let Some(name) = &task.document {
        let answer = if explain {
            explain::explain_file(name, &raw, &request, &mut progress).into()
        } else {
            reading::read_file(name, &raw, &request, &mut progress).into()
        };
        return Ok((answer, Spent { read: thread_time().saturating_sub(begun), ..Spent::default() }));
    }
    let parsed = mail::parse(&raw);
    // A large message does not stand in memory twice while its parts are opened.
    drop(raw);
    let parse = thread_time().saturating_sub(begun);
    let answer = if explain {
        explain::explain_parsed(&parsed, &request, &mut progress).into()
    } else {
        reading::read_parsed(&parsed, &request, &mut progress).into()
    };
    let read = thread_time().saturating_sub(begun + parse);
    Ok((answer, Spent { parse, read, ..Spent::default() }))
}

/// The surveys a message may answer; all of them when it names none.
fn allowed<'s>(surveys: &'s [Prepared<'s>], ids: &[String]) -> Vec<&'s Prepared<'s>> {
    surveys.iter().filter(|prepared| ids.is_empty() || ids.contains(&prepared.survey().id)).collect()
}
