//! One reader process as its parent holds it: the memory file, the socket, and how it ended.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::process::{Child, ChildStderr, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::confine::{Confinement, Lack, Layer};
use super::head::Kept;
use super::protocol::{self, Setup, Word};
use super::watch::Watch;
use super::{ARGUMENT, Settings};

/// A message larger than this leaves pages behind that the memory file gives back at once.
const KEEP_MEMORY: u64 = 8 << 20;
/// How long a reader may take to start, to take a question, and to be gone once it is killed.
const PATIENCE: Duration = Duration::from_secs(30);
/// Bytes of a reader's last words that are kept.
const LAST_WORDS: usize = 4 << 10;

/// Has the C library's allocator keep what an ordinary mail needs, instead of giving it back to the kernel and asking for it again
/// with each mail (mallopt(3); other allocators pay no heed).
const ALLOCATOR: [(&str, &str); 2] = [("MALLOC_MMAP_THRESHOLD_", "8388608"), ("MALLOC_TRIM_THRESHOLD_", "8388608")];

/// A running reader.
pub(super) struct Process {
    child: Child,
    socket: UnixStream,
    memory: File,
    last_words: JoinHandle<Vec<u8>>,
    watch: Arc<Watch>,
    /// Bytes that it may still say.
    room: u64,
    /// Processor time that it had spent when it was last given back.
    rested: Duration,
    /// Messages it has read.
    pub(super) served: u32,
}

/// A reader that is not confined as it should be reads nothing.
#[derive(Debug, thiserror::Error)]
#[error(
    "readers are not confined as they should be, and read nothing: this machine lacks {}; mend that, or accept it by \
     `may_lack = [{}]` under [reader] (`read` and `demo`: --may-lack)",
    .0.iter().map(Lack::to_string).collect::<Vec<_>>().join("; "),
    .0.iter().map(|lack| format!("\"{}\"", lack.layer.as_str())).collect::<Vec<_>>().join(", ")
)]
pub struct Unconfined(Vec<Lack>);

impl Unconfined {
    /// What is wrong with a reader that is confined so far, if anything is.
    #[must_use]
    pub fn of(confinement: &Confinement, may_lack: &[Layer]) -> Option<Self> {
        let missing: Vec<Lack> = confinement.not_accepted(may_lack).into_iter().cloned().collect();
        if missing.is_empty() { None } else { Some(Self(missing)) }
    }
}

impl Process {
    /// Starts a reader and waits until it is confined as far as the settings want it.
    pub(super) async fn start(settings: &Settings) -> io::Result<Self> {
        let (process, confinement) = Self::confined(settings).await?;
        Unconfined::of(&confinement, &settings.may_lack).map_or(Ok(process), |why| Err(io::Error::other(why)))
    }

    /// Starts a reader and waits until it is confined; how far it is. It ends by itself where that is not accepted.
    pub(super) async fn confined(settings: &Settings) -> io::Result<(Self, Confinement)> {
        let mut process = Self::spawn(&settings.program, ARGUMENT)?;
        let setup = Setup {
            surveys: settings.surveys.clone(),
            limits: settings.limits.clone(),
            memory: settings.memory,
            parent: std::process::id(),
            may_lack: settings.may_lack.clone(),
        };
        process.ask(&setup).await?;
        let ready = timeout(PATIENCE, process.hear()).await;
        match ready.map_err(|_| io::Error::other("a reader did not become ready in time"))?? {
            Some(Word::Ready(confinement)) => Ok((process, confinement)),
            _ => Err(io::Error::other(format!("a reader did not become ready: {}", process.end().await))),
        }
    }

    /// Starts the program under an argument that makes it one of its confined children. It gets the message, the socket and an
    /// ear for its last words, and nothing else of ours: no environment, no folder, no word to stop that is meant for us.
    pub(super) fn spawn(program: &Path, argument: &str) -> io::Result<Self> {
        let memory = File::from(memfd_create("message", MemfdFlags::CLOEXEC)?);
        // A door of its own to the same file, to read only.
        let theirs_to_read = File::open(format!("/proc/self/fd/{}", memory.as_raw_fd()))?;
        let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
        ours.set_nonblocking(true)?;
        let mut child = Command::new(program)
            .arg0("postroom")
            .arg(argument)
            .env_clear()
            .envs(ALLOCATOR)
            .current_dir("/")
            .process_group(0)
            .stdin(Stdio::from(theirs_to_read))
            .stdout(Stdio::from(OwnedFd::from(theirs)))
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let watch = Arc::new(Watch::new(child.id().ok_or_else(|| io::Error::other("a reader without a number"))?)?);
        let socket = UnixStream::from_std(ours)?;
        let errors = child.stderr.take().ok_or_else(|| io::Error::other("a reader without standard error"))?;
        let last_words = tokio::spawn(last_words(errors));
        Ok(Self {
            child,
            socket,
            memory,
            last_words,
            watch,
            room: u64::from(protocol::FRAME_LIMIT),
            rested: Duration::ZERO,
            served: 0,
        })
    }

    /// Whether it is still there: an idle one may have been ended by the kernel or an operator.
    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// Notes that it has nothing to do from now on.
    pub(super) fn rest(&mut self) {
        self.rested = self.watch.processor();
    }

    /// Whether it did nothing since.
    pub(super) fn is_at_rest(&self) -> bool {
        self.watch.is_at_rest(self.rested)
    }

    /// Grants it so many bytes for all that it says until the next grant: one frame is bounded, and there may be many.
    pub(super) fn grant(&mut self, most: u64) {
        self.room = most;
    }

    /// Whether it said more than it was granted.
    pub(super) fn is_out_of_room(&self) -> bool {
        self.room == 0
    }

    /// The memory file, to be filled with messages from its start.
    pub(super) fn memory(&self) -> io::Result<File> {
        self.memory.try_clone()
    }

    /// The look at it from outside.
    pub(super) fn watch(&self) -> Arc<Watch> {
        Arc::clone(&self.watch)
    }

    /// Tells it what it works under, or asks for what lies in the memory file.
    pub(super) async fn ask(&mut self, question: &impl Serialize) -> io::Result<()> {
        let frame = protocol::frame(question)?;
        let written = timeout(PATIENCE, self.socket.write_all(&frame)).await;
        written.map_err(|_| io::Error::other("a reader does not listen"))?
    }

    /// The reader's next word; none when it has hung up.
    pub(super) async fn hear<W: DeserializeOwned>(&mut self) -> io::Result<Option<W>> {
        let Some(bytes) = self.hear_bytes(u64::from(protocol::FRAME_LIMIT)).await? else { return Ok(None) };
        Ok(Some(serde_json::from_slice(&bytes)?))
    }

    /// The reader's next frame as it is, if it announces no more than `most` bytes; none when it has hung up.
    pub(super) async fn hear_bytes(&mut self, most: u64) -> io::Result<Option<Vec<u8>>> {
        let mut length = [0; 4];
        match self.socket.read_exact(&mut length).await {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(None),
            other => other?,
        };
        let announced = u64::from(protocol::checked(length)?);
        if announced > most {
            return Err(io::Error::other(format!("a reader announced {announced} bytes where {most} are the most")));
        }
        // An empty frame costs its length.
        self.room = self.room.saturating_sub(announced.saturating_add(4));
        if self.is_out_of_room() {
            return Err(io::Error::other("a reader said more than all of its work can come to"));
        }
        // Memory is taken as bytes come, not as they are announced.
        let mut bytes = Vec::new();
        (&mut self.socket).take(announced).read_to_end(&mut bytes).await?;
        Ok(Some(bytes))
    }

    /// Gives back the pages of a large message.
    pub(super) fn tidy(&self, used: u64) -> io::Result<()> {
        if used > KEEP_MEMORY { Ok(ftruncate(&self.memory, 0)?) } else { Ok(()) }
    }

    /// Ends the process and tells how it had ended, if it had: the last words on its standard error and its status.
    pub(super) async fn end(mut self) -> String {
        let _ = self.child.start_kill();
        let status = timeout(PATIENCE, self.child.wait()).await;
        let status = status.ok().and_then(Result::ok).map(|status| status.to_string()).unwrap_or_default();
        let words = timeout(PATIENCE, self.last_words).await.ok().and_then(Result::ok).unwrap_or_default();
        let words = String::from_utf8_lossy(&words);
        let last = words.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
        format!("{status} {last}").trim().to_owned()
    }
}

/// Drains a reader's standard error, so that a talkative library never blocks on a full pipe, and keeps its end.
async fn last_words(mut errors: ChildStderr) -> Vec<u8> {
    let mut words = Vec::new();
    let mut piece = [0; 1024];
    while let Ok(count @ 1..) = errors.read(&mut piece).await {
        words.extend_from_slice(piece.get(..count).unwrap_or_default());
        words.drain(..words.len().saturating_sub(LAST_WORDS));
    }
    words
}

/// Writes messages into a memory file, one after another, and counts their bytes. Of a message over the limit the beginning is
/// written, since it will not be read.
pub(super) struct Filling {
    file: File,
    most: u64,
    begun: u64,
    size: u64,
    head: Kept,
}

impl Filling {
    /// Fills from the start of the file on, `most` bytes of each message.
    pub(super) fn new(file: File, most: u64) -> Self {
        Self { file, most, begun: 0, size: 0, head: Kept::default() }
    }

    /// Begins the next message; its offset.
    pub(super) fn begin(&mut self) -> u64 {
        self.begun = self.written();
        self.size = 0;
        self.head = Kept::default();
        self.begun
    }

    /// The head of the message that was begun.
    pub(super) fn head(&self) -> &Kept {
        &self.head
    }

    /// The size of the message that was begun, whether or not all of it was written.
    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// How far the file is filled.
    pub(super) fn written(&self) -> u64 {
        self.begun + self.size.min(self.most)
    }
}

impl Write for Filling {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = usize::try_from(self.most.saturating_sub(self.size)).unwrap_or(usize::MAX);
        let count = match bytes.get(..bytes.len().min(room)) {
            // The reader holds the same file, and could move a common position.
            Some(within @ [_, ..]) => self.file.write_at(within, self.begun + self.size)?,
            _ => bytes.len(),
        };
        self.head.take(bytes.get(..count).unwrap_or_default(), self.most);
        self.size += u64::try_from(count).unwrap_or_default();
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_huge_message_takes_no_more_memory_than_the_limit_and_harms_no_neighbour() {
        let file = tempfile::tempfile().unwrap();
        let mut filling = Filling::new(file.try_clone().unwrap(), 4);
        for (message, offset, size) in [("ab", 0, 2), ("abcdefghi", 2, 9), ("xyz", 6, 3)] {
            assert_eq!(filling.begin(), offset);
            filling.write_all(message.as_bytes()).unwrap();
            assert_eq!(filling.size(), size);
        }
        assert_eq!(filling.written(), 9);
        let mut bytes = [0; 9];
        file.read_exact_at(&mut bytes, 0).unwrap();
        assert_eq!(&bytes, b"ababcdxyz");
    }

    /// A frame at a time it may say nothing wrong, and never come to an end.
    #[tokio::test]
    async fn frames_that_are_small_enough_are_not_heard_without_end() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("liar");
        std::fs::write(&program, "#!/bin/sh\nwhile :; do printf '\\005\\000\\000\\00012345'; done\n").unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        let mut process = Process::spawn(&program, "reader").unwrap();
        process.grant(100);
        for _ in 0..11 {
            assert_eq!(process.hear::<u64>().await.unwrap(), Some(12_345));
            assert!(!process.is_out_of_room());
        }
        let error = process.hear::<u64>().await.unwrap_err();
        assert!(process.is_out_of_room() && error.to_string().contains("more than all of its work"), "{error}");
        process.end().await;
    }
}
