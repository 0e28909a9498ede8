//! The cage put to the test: a fresh reader for each attempt, confined as any other, that tries what a file might make it do.
//!
//! `postroom check --cage` shows it to an operator, and it is the test of the cage. Nothing is tried that would do harm if it
//! succeeded: what is opened is this program, what is connected to is a socket of our own.

mod attempt;
mod perform;
mod scene;

use std::io;
use std::time::Duration;

use super::Settings;
use super::process::Process;
use super::protocol::{Question, Word};
use super::watch::Bounds;

pub(super) use attempt::{Attempt, Tried};
pub(super) use perform::perform;

/// Time for an attempt by the clock, where it is not about time itself.
const PATIENCE: Duration = Duration::from_secs(20);
/// Time that an attempt about time is given.
const SHORT: Duration = Duration::from_secs(1);

/// How one attempt ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// What was tried.
    pub what: &'static str,
    /// Whether the cage held.
    pub held: bool,
    /// By what it held, or what was had instead.
    pub how: String,
}

/// Has readers try everything, one after another, under these settings.
///
/// # Errors
/// When no reader can be started, or what is to be tried cannot be set up.
pub async fn try_all(settings: &Settings) -> io::Result<Vec<Trial>> {
    let scene = scene::Scene::new()?;
    let mut trials = Vec::new();
    for (what, attempt) in scene.attempts(settings.memory) {
        trials.push(one(settings, what, attempt).await?);
    }
    Ok(trials)
}

async fn one(settings: &Settings, what: &'static str, attempt: Attempt) -> io::Result<Trial> {
    let mut process = Process::start(settings).await?;
    let bounds = match attempt {
        // By the clock it has time enough, so that it is the processor's that ends.
        Attempt::Spin { .. } => Bounds { time: PATIENCE, processor: SHORT },
        Attempt::Sleep | Attempt::Flood => SHORT.into(),
        _ => PATIENCE.into(),
    };
    let watch = process.watch();
    // What is tried of talking is that it ends in time.
    process.grant(u64::MAX);
    let is_about_bounds = attempt.is_about_bounds();
    process.ask(&Question::Try(attempt)).await?;
    let ended = watch.within(bounds, answer(&mut process)).await;
    let (held, how) = match ended {
        Ok(Some(Tried::Refused(how))) => (true, how),
        Ok(Some(Tried::Done(how) | Tried::Failed(how))) => (false, how),
        Ok(None) => judged(&process.end().await),
        Err(met) => {
            process.end().await;
            // What hangs for another reason was not kept from going on.
            (is_about_bounds, format!("it was ended: {met}"))
        }
    };
    Ok(Trial { what, held, how })
}

/// The reader's answer; none when it gives none any more. What it says meanwhile is nothing.
async fn answer(process: &mut Process) -> Option<Tried> {
    loop {
        match process.hear().await {
            Ok(Some(Word::Tried(tried))) => return Some(tried),
            Ok(Some(_)) => {}
            Ok(None) | Err(_) => return None,
        }
    }
}

/// Whether a reader that ended by itself was ended by the kernel for what it did; any other end is another program's.
fn judged(last_words: &str) -> (bool, String) {
    let by_kernel = ["SIGXCPU", "SIGSYS"].iter().any(|signal| last_words.contains(signal));
    (by_kernel, format!("it ended: {last_words}"))
}
