//! The bytes of messages: packed outside of the writer, kept once, given back piece by piece.
//!
//! A message lies in the file as pieces, each a zstd frame of its own, so that a large one never stands in memory as a whole.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::io::Write;

use jiff::Timestamp;
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use zstd::bulk::Compressor;

use super::error::{Fault, Outcome};
use super::keep::{Found, Kept};
use super::row::{execute, first, insert, size, time};
use super::{Store, StoreError, Write as Pending};

/// Bytes of a message in one piece.
pub(super) const PIECE: usize = 1 << 20;

/// zstd's level. Mail is base64 and pictures: level 9 gains under 1 % on 1.
const LEVEL: i32 = 1;

/// The bytes of a message, hashed and compressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
    /// Size in bytes, uncompressed.
    pub size: u64,
    pieces: Vec<Vec<u8>>,
}

/// Hashes and compresses a message. Pure, and the dear part of keeping it: to be done before the writer is asked.
///
/// # Errors
/// [`StoreError::Unusable`] when there is no memory to compress in.
pub fn pack(raw: &[u8]) -> Result<Packed, StoreError> {
    let pieces = raw.chunks(PIECE).map(compress).collect::<Outcome<Vec<_>>>();
    let pieces = pieces.map_err(|fault| fault.at("message".as_ref()))?;
    Ok(Packed { sha256: hex(&Sha256::digest(raw)), size: length(raw), pieces })
}

thread_local! {
    /// A compressor's tables cost more to set up than a small mail to compress, so each thread keeps its own.
    static COMPRESSOR: RefCell<Option<Compressor<'static>>> = const { RefCell::new(None) };
}

pub(super) fn compress(bytes: &[u8]) -> Outcome<Vec<u8>> {
    COMPRESSOR.with_borrow_mut(|kept| {
        let compressor = match kept {
            Some(compressor) => compressor,
            None => kept.insert(Compressor::new(LEVEL)?),
        };
        Ok(compressor.compress(bytes)?)
    })
}

/// Unpacks what [`compress`] packed. `limit` is the size that it may have.
pub(super) fn decompress(bytes: &[u8], limit: usize) -> Outcome<Vec<u8>> {
    zstd::bulk::decompress(bytes, limit).map_err(|error| Fault::Garbled(format!("a piece does not unpack: {error}")))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}

/// Stores packed bytes.
pub(super) fn store(connection: &Connection, packed: &Packed, now: Timestamp) -> Outcome<i64> {
    let sql = "INSERT INTO raw (sha256, size, begun_at) VALUES (?1, ?2, ?3)";
    let raw = insert(connection, sql, (&packed.sha256, size(packed.size), time(now)))?;
    for (seq, piece) in (0_i64..).zip(&packed.pieces) {
        store_piece(connection, raw, seq, piece)?;
    }
    Ok(raw)
}

fn store_piece(connection: &Connection, raw: i64, seq: i64, piece: &[u8]) -> Outcome<()> {
    execute(connection, "INSERT INTO raw_piece (raw, seq, bytes) VALUES (?1, ?2, ?3)", (raw, seq, piece))?;
    Ok(())
}

fn remove(connection: &Connection, raw: i64) -> Outcome<()> {
    execute(connection, "DELETE FROM raw WHERE id = ?1 AND sha256 IS NULL", [raw])?;
    Ok(())
}

impl Store {
    /// Writes the bytes of a message, piece by piece.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when there is no such message; [`StoreError::Removed`] when its bytes are kept no more;
    /// [`StoreError::Unusable`] when `out` fails.
    pub fn raw_into(&self, message: i64, out: &mut dyn Write) -> Result<(), StoreError> {
        self.read(|connection| {
            let sql =
                "SELECT raw.id, raw.removed_at FROM message JOIN raw ON raw.id = message.raw WHERE message.id = ?1";
            let raw: Option<(i64, Option<String>)> =
                first(connection, sql, [message], |row| Ok((row.get(0)?, row.get(1)?)))?;
            let (raw, removed) = raw.ok_or_else(|| Fault::unknown("message", message))?;
            if let Some(at) = removed {
                return Err(Fault::Plain(StoreError::Removed { message, at }));
            }
            let mut statement = connection.prepare_cached("SELECT bytes FROM raw_piece WHERE raw = ?1 ORDER BY seq")?;
            let mut rows = statement.query([raw])?;
            while let Some(row) = rows.next()? {
                let piece = row.get_ref(0)?.as_blob().map_err(|_| Fault::Garbled("a piece is no bytes".to_owned()))?;
                out.write_all(&decompress(piece, PIECE)?)?;
            }
            Ok(())
        })
    }

    /// The bytes of a message.
    ///
    /// # Errors
    /// As [`Store::raw_into`].
    pub fn raw(&self, message: i64) -> Result<Vec<u8>, StoreError> {
        let mut bytes = Vec::new();
        self.raw_into(message, &mut bytes)?;
        Ok(bytes)
    }

    /// Begins to keep a large message in pieces as they arrive.
    pub fn begin_large(&self, now: Timestamp) -> Pending<Large> {
        let store = self.clone();
        self.write(move |connection| {
            let raw = insert(connection, "INSERT INTO raw (size, begun_at) VALUES (0, ?1)", [time(now)])?;
            Ok(Large { store, raw, seq: 0, hash: Sha256::new(), size: 0, waiting: Vec::new(), finished: false })
        })
    }

    /// Removes what is left of large messages that never ended: begun more than an hour ago. Answers how many.
    pub fn sweep(&self, now: Timestamp) -> Pending<usize> {
        self.write(move |connection| {
            let before = time(now - jiff::SignedDuration::from_hours(1));
            execute(connection, "DELETE FROM raw WHERE sha256 IS NULL AND begun_at < ?1", [before])
        })
    }
}

/// A large message that is being kept. Dropped before [`Large::finish`], what was kept of it is removed.
#[derive(Debug)]
pub struct Large {
    store: Store,
    raw: i64,
    seq: i64,
    hash: Sha256,
    size: u64,
    waiting: Vec<u8>,
    finished: bool,
}

impl Large {
    /// Adds the next bytes, of any length.
    ///
    /// # Errors
    /// When they cannot be written; the message is then to be begun anew.
    pub async fn add(&mut self, bytes: &[u8]) -> Result<(), StoreError> {
        self.hash.update(bytes);
        self.size += length(bytes);
        let mut rest = bytes;
        while !rest.is_empty() {
            let room = PIECE - self.waiting.len();
            let (now, later) = rest.split_at_checked(room).unwrap_or((rest, &[]));
            self.waiting.extend_from_slice(now);
            rest = later;
            if self.waiting.len() == PIECE {
                self.flush().await?;
            }
        }
        Ok(())
    }

    /// Keeps it as [`Store::keep`] does. `size` of what arrived is not compared: the caller knows whether it is whole.
    ///
    /// # Errors
    /// As [`Store::keep`].
    pub async fn finish(mut self, found: Found, now: Timestamp) -> Result<Kept, StoreError> {
        self.flush().await?;
        let (raw, per_hour) = (self.raw, self.store.inner.per_sender_hour);
        let (sha256, bytes) = (hex(&self.hash.finalize_reset()), self.size);
        let kept = self.store.write(move |connection| {
            let known = super::keep::known(connection, &sha256)?;
            if known.is_some() {
                remove(connection, raw)?;
            } else {
                execute(
                    connection,
                    "UPDATE raw SET sha256 = ?2, size = ?3 WHERE id = ?1",
                    (raw, &sha256, size(bytes)),
                )?;
            }
            let kept = super::keep::place(connection, known, raw, (&found, per_hour), now)?;
            super::keep::advance(connection, std::slice::from_ref(&found.location))?;
            Ok(Kept { sha256, size: bytes, ..kept })
        });
        let kept = kept.await?;
        self.finished = true;
        Ok(kept)
    }

    async fn flush(&mut self) -> Result<(), StoreError> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        let piece = compress(&self.waiting).map_err(|fault| fault.at(self.store.path()))?;
        self.waiting.clear();
        let (raw, seq) = (self.raw, self.seq);
        self.seq += 1;
        self.store.write(move |connection| store_piece(connection, raw, seq, &piece)).await
    }
}

impl Drop for Large {
    fn drop(&mut self) {
        if !self.finished {
            let raw = self.raw;
            // The sweep finds it should this fail.
            drop(self.store.write(move |connection| remove(connection, raw)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_the_one_that_sha256sum_prints() {
        let packed = pack(b"abc").unwrap();
        assert_eq!(packed.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
