//! The token of a thread: six characters in the subject of each notice, by which answers to it are known.
//!
//! Providers replace our `Message-ID` and clients drop `References`, so the subject is the one sign that comes back
//! reliably. A token tells the thread; it proves nothing about who writes.

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use super::error::Outcome;
use super::row::{first, scalar};
use crate::mail::Envelope;

/// Digits and capitals that are not taken for one another.
const ALPHABET: [char; 32] = [
    '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K', 'L', 'M', 'N', 'P', 'Q',
    'R', 'S', 'T', 'U', 'V', 'W', 'X', 'Y', 'Z',
];

/// Characters of a token.
const LENGTH: usize = 6;

/// The token of ours that a message continues: one of its subject's, else that of a notice it refers to, the last first.
pub(super) fn ours(connection: &Connection, envelope: &Envelope) -> Outcome<Option<String>> {
    for token in &envelope.tokens {
        let sql = "SELECT token FROM notice WHERE token = ?1 LIMIT 1";
        if let Some(token) = first(connection, sql, [token], |row| row.get(0))? {
            return Ok(Some(token));
        }
    }
    for reference in envelope.references.iter().rev() {
        let sql = "SELECT token FROM notice WHERE message_id = ?1
                   UNION ALL SELECT token FROM alias WHERE message_id = ?1 LIMIT 1";
        if let Some(token) = first(connection, sql, [reference], |row| row.get(0))? {
            return Ok(Some(token));
        }
    }
    Ok(None)
}

/// A token for the thread that a message begins, made from its hash. A message that is read anew keeps its own: others may
/// have continued the thread.
pub(super) fn mint(connection: &Connection, message: i64, sha256: &str) -> Outcome<String> {
    let own = first(connection, "SELECT token FROM message WHERE id = ?1", [message], |row| row.get(0))?;
    if let Some(token) = own.flatten() {
        return Ok(token);
    }
    let mut round = 0_u32;
    loop {
        let token = candidate(sha256, round);
        let sql = "SELECT EXISTS (SELECT 1 FROM notice WHERE token = ?1 AND message IS NOT ?2)
                       OR EXISTS (SELECT 1 FROM message WHERE token = ?1 AND id <> ?2)";
        if !scalar::<bool>(connection, sql, (&token, message))? {
            return Ok(token);
        }
        round += 1;
    }
}

/// A token for the thread that a letter begins, made from the letter's key.
pub(super) fn for_letter(connection: &Connection, key: &str) -> Outcome<String> {
    let mut round = 0_u32;
    loop {
        let token = candidate(key, round);
        let sql =
            "SELECT EXISTS (SELECT 1 FROM notice WHERE token = ?1) OR EXISTS (SELECT 1 FROM message WHERE token = ?1)";
        if !scalar::<bool>(connection, sql, [&token])? {
            return Ok(token);
        }
        round += 1;
    }
}

fn candidate(sha256: &str, round: u32) -> String {
    let hash = Sha256::digest(format!("{sha256}:{round}"));
    hash.iter().take(LENGTH).filter_map(|byte| ALPHABET.get(usize::from(byte % 32))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_six_characters_and_another_round_gives_another() {
        let (one, other) = (candidate("00", 0), candidate("00", 1));
        assert_eq!(one.chars().count(), LENGTH);
        assert_ne!(one, other);
    }
}
