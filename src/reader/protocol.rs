//! What parent and reader say to each other: frames of a length (four bytes, little-endian) and JSON.
//!
//! The parent opens with [`Setup`], then asks [`Question`]s about what lies in the memory file: to read messages that lie there
//! one after another, which the reader answers in turn, naming each part before it opens it; or to mark cells of a file of one.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::confine::{Confinement, Layer};
use super::spent::Spent;
use super::trial::{Attempt, Tried};
use crate::document::{Fault, Limits};
use crate::mark::Kind;
use crate::notice::Note;
use crate::reading::explain::Explanation;
use crate::reading::{LeftOut, Reading};
use crate::survey::{Language, Survey};

/// Largest frame that is believed. What is read of the largest message is a tenth of it.
pub(super) const FRAME_LIMIT: u32 = 128 << 20;

/// First words of the parent.
#[derive(Serialize, Deserialize)]
pub(super) struct Setup {
    pub surveys: Vec<Survey>,
    pub limits: Limits,
    pub memory: u64,
    /// Process number of the parent, by which the reader knows whether it is still there.
    pub parent: u32,
    /// Layers of confinement that may be missing.
    pub may_lack: Vec<Layer>,
}

/// What a reader is asked to do.
#[derive(Serialize, Deserialize)]
pub(super) enum Question {
    /// To read messages.
    Read(Group),
    /// To give a file of a message back with marks.
    Mark(Marking),
    /// To take the files out of a message of so many bytes.
    TakeOut(u64),
    /// To try what it should not be able to do.
    Try(Attempt),
}

/// A file of the message at the start of the memory file, and what to mark in it.
#[derive(Serialize, Deserialize)]
pub(super) struct Marking {
    pub size: u64,
    pub path: String,
    pub notes: Vec<Note>,
    pub language: Language,
}

/// Messages that lie one after another in the memory file.
#[derive(Serialize, Deserialize)]
pub(super) struct Group {
    pub tasks: Vec<Task>,
    /// Whether a person wants to know how they are read.
    pub explain: bool,
}

/// One message of a group.
#[derive(Serialize, Deserialize, Clone)]
pub(super) struct Task {
    pub offset: u64,
    pub size: u64,
    pub surveys: Vec<String>,
    pub authserv_id: Option<String>,
    pub document: Option<String>,
    pub left_out: Vec<LeftOut>,
}

/// What a reader says.
#[derive(Serialize, Deserialize)]
pub(super) enum Word {
    /// It is confined so far, and ready unless that is not accepted.
    Ready(Confinement),
    /// It is about to open this part of the message.
    Part(String),
    /// The message is read, at this cost; explained where that was asked for.
    Done { reading: Box<Reading>, explanation: Option<Box<Explanation>>, spent: Spent },
    /// The file is marked: what it is, and in a frame of its own its bytes.
    Marked(Kind),
    /// It cannot be marked; why.
    Unmarkable(String),
    /// A file of the message; its bytes follow in so many frames of their own.
    File { path: String, pieces: usize },
    /// There are no more; what could not be taken out, and why.
    TakenOut { faults: Vec<(String, Fault)> },
    /// How an attempt ended.
    Tried(Tried),
}

/// Writes one frame.
pub(super) fn write(to: &mut impl Write, word: &impl Serialize) -> io::Result<()> {
    to.write_all(&frame(word)?)
}

/// One frame as bytes.
pub(super) fn frame(word: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; 4];
    serde_json::to_writer(&mut bytes, word)?;
    let length = u32::try_from(bytes.len() - 4).map_err(io::Error::other)?;
    for (slot, byte) in bytes.iter_mut().zip(length.to_le_bytes()) {
        *slot = byte;
    }
    Ok(bytes)
}

/// Writes bytes as one frame.
pub(super) fn write_bytes(to: &mut impl Write, bytes: &[u8]) -> io::Result<()> {
    let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
    to.write_all(&length.to_le_bytes())?;
    to.write_all(bytes)
}

/// Reads one frame; none at the end of the stream.
pub(super) fn read<T: DeserializeOwned>(from: &mut impl Read) -> io::Result<Option<T>> {
    let mut length = [0; 4];
    match from.read_exact(&mut length) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let mut bytes = vec![0; usize::try_from(checked(length)?).map_err(io::Error::other)?];
    from.read_exact(&mut bytes)?;
    Ok(Some(serde_json::from_slice(&bytes)?))
}

/// The length of a frame, if it can be believed.
pub(super) fn checked(length: [u8; 4]) -> io::Result<u32> {
    let length = u32::from_le_bytes(length);
    if length > FRAME_LIMIT {
        return Err(io::Error::other(format!("a reader announced a frame of {length} bytes")));
    }
    Ok(length)
}
