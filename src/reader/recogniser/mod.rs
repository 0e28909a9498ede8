//! Recognition in a process of its own: started for one scan, confined as readers are, ended with it.
//!
//! It is this program once more with [`ARGUMENT`]. It reads the models, is confined, and only then sees the message, in a memory
//! file; the text comes back page by page, so that of a long scan whose time runs out the first pages are kept. Whatever it
//! does, it costs the text of one scan and nothing else.

mod child;
pub mod folder;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use super::confine::Layer;
use super::process::{Filling, Process};
use super::watch::{Bounds, Met};
use super::{Source, protocol};
use crate::document::{Limits, MOST_PICTURES};
use crate::recognise::Line;

pub use child::run as run_child;

/// The argument that makes the program a recogniser.
pub const ARGUMENT: &str = "recogniser";

/// How long the models may take to be read and loaded.
const PATIENCE: Duration = Duration::from_secs(60);
/// Bytes that are said of one scan at most: a page full of characters comes to some ten thousand.
const SAID_MOST: u64 = 16 << 20;
/// How much longer than its processor time a scan may take by the clock.
const SLACK: u32 = 6;

/// How recognition is run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The program that is started, with [`ARGUMENT`]: this one.
    pub program: PathBuf,
    /// Folder of the models.
    pub models: PathBuf,
    /// Bounds on what one message may unpack.
    pub limits: Limits,
    /// Processor time for one scan; by the clock it may take six times as long, as everything else goes first.
    pub time: Duration,
    /// Address space in bytes.
    pub memory: u64,
    /// Layers of confinement that may be missing.
    pub may_lack: Vec<Layer>,
}

/// A scan to be recognised.
pub struct Scan {
    /// Writes the bytes of its message.
    pub source: Source,
    /// Its path in the message.
    pub path: String,
    /// SHA-256 of its bytes, since two files of a message may have one name.
    pub sha256: String,
}

/// What was recognised of a scan.
#[derive(Debug, Default)]
pub struct Recognised {
    /// The lines of each page or picture.
    pub pages: Vec<Vec<Line>>,
    /// Why that is not all.
    pub fault: Option<String>,
}

/// All that the parent says.
#[derive(Serialize, Deserialize)]
struct Order {
    models: PathBuf,
    limits: Limits,
    memory: u64,
    seconds: u64,
    parent: u32,
    may_lack: Vec<Layer>,
    /// Bytes of the message in the memory file.
    size: u64,
    path: String,
    sha256: String,
}

/// What the recogniser says.
#[derive(Serialize, Deserialize)]
enum Word {
    /// It is confined, and the models are loaded.
    Ready,
    /// The lines of the next page.
    Page(Vec<Line>),
    /// There is no further page, or why it cannot go on.
    Done(Result<(), String>),
}

/// Recognises a scan.
///
/// # Errors
/// When the scan was not begun with: no process could be started, the models are damaged, the message cannot be had.
pub async fn recognise(settings: &Settings, scan: Scan) -> io::Result<Recognised> {
    let mut process = Process::spawn(&settings.program, ARGUMENT)?;
    let filling = Filling::new(process.memory()?, settings.limits.message);
    let Scan { source, path, sha256 } = scan;
    let size = tokio::task::spawn_blocking(move || fill(filling, &source)).await.map_err(io::Error::other)??;
    let order = Order {
        // It works in no folder of ours.
        models: std::path::absolute(&settings.models)?,
        limits: settings.limits.clone(),
        memory: settings.memory,
        seconds: settings.time.as_secs().max(1),
        parent: std::process::id(),
        may_lack: settings.may_lack.clone(),
        size,
        path,
        sha256,
    };
    process.grant(SAID_MOST);
    process.ask(&order).await?;
    if !matches!(timeout(PATIENCE, process.hear()).await, Ok(Ok(Some(Word::Ready)))) {
        return Err(io::Error::other(format!("the recogniser did not become ready: {}", process.end().await)));
    }
    let mut recognised = Recognised::default();
    let watch = process.watch();
    let bounds = Bounds { time: settings.time * SLACK, processor: settings.time };
    let broken = match watch.within(bounds, listen(&mut process, &mut recognised)).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(format!("the recogniser broke off: {error}")),
        Err(Met::Time) => Some(format!("not done in {:?} by the clock", settings.time * SLACK)),
        Err(met) => Some(met.to_string()),
    };
    let last_words = process.end().await;
    if let Some(why) = broken {
        // The kernel ends it so.
        let is_spent = last_words.contains("SIGXCPU");
        let spent = format!("not done in {:?} of processor time", settings.time);
        recognised.fault = Some(if is_spent { spent } else { format!("{why} {last_words}").trim().to_owned() });
    }
    Ok(recognised)
}

fn fill(mut filling: Filling, source: &Source) -> io::Result<u64> {
    filling.begin();
    source(&mut filling)?;
    Ok(filling.written())
}

async fn listen(process: &mut Process, recognised: &mut Recognised) -> io::Result<()> {
    loop {
        match process.hear().await? {
            Some(Word::Page(_)) if recognised.pages.len() >= MOST_PICTURES => {
                return Err(io::Error::other(format!("it told of more than {MOST_PICTURES} pages")));
            }
            Some(Word::Page(lines)) => recognised.pages.push(lines),
            Some(Word::Done(outcome)) => {
                recognised.fault = outcome.err();
                return Ok(());
            }
            Some(Word::Ready) => return Err(io::Error::other("it said twice that it is ready")),
            None => return Err(io::Error::other("it hung up")),
        }
    }
}
