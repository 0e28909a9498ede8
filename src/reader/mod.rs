//! The reader pool: child processes that read messages without network and files, under limits on memory and time.
//!
//! A reader is this program once more, started by [`Pool`] and confined by [`confine`] before it sees its first byte. The
//! message comes to it in a memory file that is its standard input, questions and answers go over a socket that is its
//! standard output ([`protocol`]); only text and places come back. A reader that dies, hangs or grows is ended and
//! replaced, the part that broke it is left out and named, and the message is read again without it: the sender is answered
//! and all other mail goes on.

mod child;
mod confine;
mod head;
mod mark;
mod pool;
mod process;
mod protocol;
pub mod recogniser;
mod single;
mod spent;
mod take_out;
mod trial;
mod tries;
mod watch;

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use crate::document::Limits;
use crate::mark::Kind;
use crate::notice::Note;
#[cfg(doc)]
use crate::reading::Originals;
use crate::reading::Reading;
#[cfg(doc)]
use crate::reading::explain::Explained;
use crate::survey::{Language, Survey};

pub use child::run as run_child;
pub use confine::{Confinement, Lack, Layer};
pub use pool::Pool;
pub use process::Unconfined;
pub use spent::{Spent, thread_time};
pub use trial::{Trial, try_all};

/// How readers are run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The program that is started as a reader, with [`ARGUMENT`]: this one.
    pub program: PathBuf,
    /// How many at a time; as many as the machine has cores.
    pub readers: usize,
    /// The configured surveys.
    pub surveys: Vec<Survey>,
    /// Bounds on what one message may unpack.
    pub limits: Limits,
    /// Wall and processor time for one message.
    pub time: Duration,
    /// Address space of one reader in bytes.
    pub memory: u64,
    /// Messages after which a reader is replaced by a fresh one.
    pub messages: u32,
    /// Layers of confinement that this machine may lack; a reader that lacks another one reads nothing.
    pub may_lack: Vec<Layer>,
}

/// The program that runs, to be started as a reader. An update that replaces the file while the daemon runs does not change
/// what its readers are.
pub const THIS_PROGRAM: &str = "/proc/self/exe";

/// The argument that makes the program a reader.
pub const ARGUMENT: &str = "reader";

/// One message to be read.
pub struct Job {
    /// Writes its bytes.
    pub source: Source,
    /// Ids of the surveys it may answer; none named: all.
    pub surveys: Vec<String>,
    /// The collection server whose `Authentication-Results` count.
    pub authserv_id: Option<String>,
    /// The file's name when it is a bare document and no message.
    pub document: Option<String>,
}

/// Most bytes of a file that is given back with marks: a mail of half as much again is still taken by every provider.
pub const MARKED_MOST: u64 = 5 << 20;

/// A file of a message that is wanted back with marks.
pub struct MarkJob {
    /// Writes the message's bytes.
    pub source: Source,
    /// The file's path in the message, containers joined with `/`.
    pub path: String,
    /// What to mark.
    pub notes: Vec<Note>,
    /// The language of the notes.
    pub language: Language,
}

/// A file with its marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// What it is.
    pub kind: Kind,
}

/// Writes the bytes of a message into the memory file that a reader is handed.
pub type Source = Box<dyn Fn(&mut dyn io::Write) -> io::Result<()> + Send + Sync>;

/// How the work on one message ended: with its [`Reading`], with that [`Explained`], a [`MarkedFile`] or the [`Originals`].
#[derive(Debug)]
pub enum Outcome<T = Reading> {
    /// It was read. Parts that broke a reader are named in its issues.
    Read(Box<T>),
    /// It could not be read at all, for a fault of ours; why.
    Failed(String),
    /// No reader could be started or reached, so nothing is known of the message; why. It is to be tried again later.
    NotTried(String),
}

impl<T> Outcome<T> {
    /// The outcome with what was read made into something else.
    fn map<U>(self, make: impl FnOnce(T) -> Box<U>) -> Outcome<U> {
        match self {
            Self::Read(read) => Outcome::Read(make(*read)),
            Self::Failed(why) => Outcome::Failed(why),
            Self::NotTried(why) => Outcome::NotTried(why),
        }
    }
}
