//! One reader process as its parent holds it: the memory file, the socket, and how it ended.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::OwnedFd;
use std::process::Stdio;

use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::process::{Child, Command};

use super::protocol::{self, Group, Setup, Word};
use super::{ARGUMENT, Settings};

/// A message larger than this leaves pages behind that the memory file gives back at once.
const KEEP_MEMORY: u64 = 8 << 20;

/// Has the C library's allocator keep what an ordinary mail needs, instead of giving it back to the kernel and asking for it again
/// with each mail (mallopt(3); other allocators pay no heed).
const ALLOCATOR: [(&str, &str); 2] = [("MALLOC_MMAP_THRESHOLD_", "8388608"), ("MALLOC_TRIM_THRESHOLD_", "8388608")];

/// A running reader.
pub(super) struct Process {
    child: Child,
    socket: UnixStream,
    memory: File,
    /// What the kernel could not confine, told once.
    pub(super) lacks: Vec<String>,
    /// Messages it has read.
    pub(super) served: u32,
}

impl Process {
    /// Starts a reader and waits until it is confined.
    pub(super) async fn start(settings: &Settings) -> io::Result<Self> {
        let memory = memfd_create("message", MemfdFlags::CLOEXEC)?;
        let (ours, theirs) = std::os::unix::net::UnixStream::pair()?;
        ours.set_nonblocking(true)?;
        let child = Command::new(&settings.program)
            .arg(ARGUMENT)
            .env_clear()
            .envs(ALLOCATOR)
            .stdin(Stdio::from(memory.try_clone()?))
            .stdout(Stdio::from(OwnedFd::from(theirs)))
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let socket = UnixStream::from_std(ours)?;
        let mut process = Self { child, socket, memory: File::from(memory), lacks: Vec::new(), served: 0 };
        let setup = Setup {
            surveys: settings.surveys.clone(),
            limits: settings.limits.clone(),
            seconds: settings.time.as_secs().max(1),
            memory: settings.memory,
        };
        process.socket.write_all(&protocol::frame(&setup)?).await?;
        match process.hear().await? {
            Some(Word::Ready { lacks }) => process.lacks = lacks,
            _ => return Err(io::Error::other("a reader did not become ready")),
        }
        Ok(process)
    }

    /// The memory file, to be filled with messages from its start.
    pub(super) fn memory(&self) -> io::Result<File> {
        self.memory.try_clone()
    }

    /// Asks for a group of messages that lie in the memory file.
    pub(super) async fn ask(&mut self, group: &Group) -> io::Result<()> {
        self.socket.write_all(&protocol::frame(group)?).await
    }

    /// The reader's next word; none when it has hung up.
    pub(super) async fn hear(&mut self) -> io::Result<Option<Word>> {
        let mut length = [0; 4];
        match self.socket.read_exact(&mut length).await {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(None),
            other => other?,
        };
        let mut bytes = vec![0; usize::try_from(protocol::checked(length)?).map_err(io::Error::other)?];
        self.socket.read_exact(&mut bytes).await?;
        Ok(Some(serde_json::from_slice(&bytes)?))
    }

    /// Gives back the pages of a large message.
    pub(super) fn tidy(&self, used: u64) -> io::Result<()> {
        if used > KEEP_MEMORY { Ok(ftruncate(&self.memory, 0)?) } else { Ok(()) }
    }

    /// Ends the process and tells how it had ended, if it had: the last words on its standard error and its status.
    pub(super) async fn end(mut self) -> String {
        let _ = self.child.start_kill();
        let mut words = Vec::new();
        if let Some(errors) = self.child.stderr.take() {
            let _ = errors.take(64 << 10).read_to_end(&mut words).await;
        }
        let status = self.child.wait().await.map(|status| status.to_string()).unwrap_or_default();
        let words = String::from_utf8_lossy(&words);
        let last = words.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
        format!("{status} {last}").trim().to_owned()
    }
}

/// Writes messages into a memory file, one after another, and counts them.
pub(super) struct Filling {
    file: File,
    written: u64,
}

impl Filling {
    pub(super) fn new(mut file: File) -> io::Result<Self> {
        io::Seek::rewind(&mut file)?;
        Ok(Self { file, written: 0 })
    }

    pub(super) fn written(&self) -> u64 {
        self.written
    }
}

impl Write for Filling {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.written += u64::try_from(count).unwrap_or_default();
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
