//! Taking the originals out of a message, in the reader's process too: archives are opened for that.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::os::unix::net::UnixStream;

use super::process::Process;
use super::protocol::{self, Question, Setup, Word};
use crate::document::Limits;
use crate::reading::Originals;
use crate::{mail, reading};

/// Bytes of a file that are handed over at a time.
const PIECE: usize = 8 << 20;
/// Bytes of all names, and of what could not be taken out.
const WORDS: u64 = 16 << 20;

/// Answers the question for the files of the message at the start of the memory file.
pub(super) fn answer(message: &File, setup: &Setup, size: u64, parent: &mut UnixStream) -> io::Result<()> {
    let mut raw = vec![0; usize::try_from(size.min(setup.limits.message)).map_err(io::Error::other)?];
    message.read_exact_at(&mut raw, 0)?;
    let originals = reading::originals(&mail::parse(&raw), setup.limits.clone());
    drop(raw);
    for (path, bytes) in originals.files {
        let pieces = bytes.chunks(PIECE);
        protocol::write(parent, &Word::File { path, pieces: pieces.len() })?;
        pieces.into_iter().try_for_each(|piece| protocol::write_bytes(parent, piece))?;
    }
    protocol::write(parent, &Word::TakenOut { faults: originals.faults })
}

/// Asks for the files of a message of so many bytes and hears them. An error is the reader's end, or more bytes than there can be.
pub(super) async fn taken_out(process: &mut Process, size: u64, limits: &Limits) -> io::Result<Originals> {
    // The message's own attachments, and what is unpacked from them.
    let most = limits.message.saturating_mul(2).saturating_add(limits.unpacked);
    process.grant(most.saturating_add(WORDS));
    process.ask(&Question::TakeOut(size)).await?;
    let mut originals = Originals::default();
    let hung_up = || io::Error::other("it hung up");
    loop {
        match process.hear().await?.ok_or_else(hung_up)? {
            Word::File { path, pieces } => {
                let mut file = Vec::new();
                for _ in 0..pieces {
                    let piece = process.hear_bytes(PIECE as u64).await?.ok_or_else(hung_up)?;
                    if piece.is_empty() {
                        return Err(io::Error::other("it sent a piece of nothing"));
                    }
                    file.extend(piece);
                }
                originals.files.push((path, file));
            }
            Word::TakenOut { faults } => {
                originals.faults = faults;
                return Ok(originals);
            }
            _ => return Err(io::Error::other("it answered something else")),
        }
    }
}
