//! What is tried, as it is said to the reader that tries it, and how that ends.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Something that a reader should not be able to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::reader) enum Attempt {
    /// Reads a file.
    ReadFile(PathBuf),
    /// Makes a file, which is taken away again.
    WriteFile(PathBuf),
    /// Lists a folder.
    ListFolder(PathBuf),
    /// Looks at what its environment says.
    Environment,
    /// Connects over TCP.
    Connect(SocketAddr),
    /// Waits for connections over TCP.
    Listen,
    /// Sends a datagram over UDP.
    Datagram(SocketAddr),
    /// Connects to a socket in a folder.
    UnixSocket(PathBuf),
    /// Connects to a socket that has a name only.
    AbstractSocket(String),
    /// Starts a program.
    Start(PathBuf),
    /// Becomes another program.
    Become(PathBuf),
    /// Sends a signal to a process.
    Signal(i32),
    /// Traces a process, which is to reach into its memory.
    Trace(i32),
    /// Has all memory that it takes be memory that can be run.
    RunMemory,
    /// Raises its own limits.
    RaiseLimits,
    /// Takes more memory than this, in bytes.
    Memory(u64),
    /// Opens many descriptors.
    Descriptors,
    /// Starts many threads.
    Threads,
    /// Computes without end, deaf to the kernel's warning or not.
    Spin { deaf: bool },
    /// Does nothing without end.
    Sleep,
    /// Talks to its parent without end.
    Flood,
}

impl Attempt {
    /// Whether it is to be ended from outside, and not to be refused.
    pub(super) fn is_about_bounds(&self) -> bool {
        matches!(self, Self::Spin { .. } | Self::Sleep | Self::Flood | Self::Threads)
    }
}

/// How an attempt ended, as the reader tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::reader) enum Tried {
    /// It was refused; by which word.
    Refused(String),
    /// It succeeded.
    Done(String),
    /// It went wrong otherwise, which shows nothing.
    Failed(String),
}
