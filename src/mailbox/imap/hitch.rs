//! What keeps a folder's cursor where it is, over several connections: no message may stop its mailbox for ever, and none may be
//! left behind for a server that has a bad hour.
//!
//! Connections are counted that ended where the last one had, although the server had listed what lies behind: an outage counts for
//! nothing. Each makes the questions smaller, until they are about one message alone.

use std::time::Duration;

use tokio::time::Instant;

use super::settings::ImapError;
use crate::arrival::Cursor;

/// After so many connections messages are asked for one by one, and then in pieces, whatever their size.
const ALONE: u32 = 2;
const PIECES: u32 = 3;
/// After so many a message may be left behind.
const LAST: u32 = 6;

/// Messages whose bytes a server owes.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Owed {
    /// The first UID.
    pub(super) first: u32,
    /// The last UID.
    pub(super) last: u32,
    /// Whether nothing but pieces is owed.
    pub(super) in_pieces: bool,
}

/// What is in the way of one folder's cursor.
#[derive(Debug, Default)]
pub(super) struct Hitch {
    at: Cursor,
    ended: u32,
    since: Option<Instant>,
    /// What was owed when the last connection ended.
    owed: Owed,
    /// No later connection can do better.
    hopeless: bool,
    why: String,
}

impl Hitch {
    /// A connection ended with an error while the server owed these messages.
    pub(super) fn ended(&mut self, at: Cursor, owed: Owed, error: &ImapError) {
        if !counts(error) {
            return;
        }
        if self.at != at || self.owed.first != owed.first {
            *self = Self { at, since: Some(Instant::now()), ..Self::default() };
        }
        self.owed = owed;
        self.ended = self.ended.saturating_add(1);
        if matches!(error, ImapError::TooLong { .. }) {
            self.ended = self.ended.max(PIECES);
            self.hopeless |= owed.in_pieces;
        }
        self.why = error.to_string();
    }

    /// Up to this UID messages are asked for one by one.
    pub(super) fn alone_to(&self, at: Cursor) -> u32 {
        if self.at == at && self.ended >= ALONE { self.owed.last } else { 0 }
    }

    /// Up to this UID messages are asked for in pieces, whatever their size.
    pub(super) fn pieces_to(&self, at: Cursor) -> u32 {
        if self.at == at && self.ended >= PIECES { self.owed.last } else { 0 }
    }

    /// The message that is to be left behind, and why.
    pub(super) fn given_up(&self, at: Cursor, patience: Duration) -> Option<(u32, &str)> {
        let alone = self.at == at && self.owed.first == self.owed.last;
        let tried = self.ended >= LAST && self.since.is_some_and(|since| since.elapsed() >= patience);
        (alone && (tried || self.hopeless)).then_some((self.owed.first, self.why.as_str()))
    }
}

/// Whether an error may lie in the message: not one of our own side, and none that the server says will pass.
fn counts(error: &ImapError) -> bool {
    match error {
        ImapError::Refused { words, .. } => !passes(words),
        ImapError::Silent { .. } | ImapError::Closed { .. } => true,
        ImapError::Garbled { .. } | ImapError::TooLong { .. } => true,
        _ => false,
    }
}

/// Whether a refusal will pass, however long that takes: by the response codes of RFC 5530, and by the words of servers that give
/// none.
fn passes(words: &str) -> bool {
    let words = words.to_ascii_uppercase();
    let signs = [
        "UNAVAILABLE",
        "[INUSE]",
        "[LIMIT]",
        "OVERQUOTA",
        "BUSY",
        "TRY AGAIN",
        "TEMPORAR",
        "LATER",
        "TIMEOUT",
        "NOT CONNECTED",
    ];
    signs.iter().any(|sign| words.contains(sign))
}

/// Whether a refusal says that the message is there no longer.
pub(super) fn is_gone(words: &str) -> bool {
    let words = words.to_ascii_uppercase();
    ["[EXPUNGEISSUED]", "[NONEXISTENT]"].iter().any(|sign| words.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AT: Cursor = Cursor { validity: 7, uid: 3 };

    fn refused(words: &str) -> ImapError {
        ImapError::Refused { server: "s:1".into(), command: "UID FETCH".into(), words: words.into() }
    }

    fn too_long() -> ImapError {
        ImapError::TooLong { server: "s:1".into(), doing: "UID FETCH".into(), cause: "16 MiB".into() }
    }

    /// What of UIDs 4 to 9 comes alone and in pieces, and what is given up, after errors at the same place.
    fn check(errors: &[ImapError], patience: u64, expected: (u32, u32, Option<u32>)) {
        let mut hitch = Hitch::default();
        for error in errors {
            let in_pieces = hitch.pieces_to(AT) > 0;
            let last = if in_pieces { 4 } else { 9 };
            hitch.ended(AT, Owed { first: 4, last, in_pieces }, error);
        }
        let given_up = hitch.given_up(AT, Duration::from_secs(patience)).map(|(uid, _)| uid);
        assert_eq!((hitch.alone_to(AT), hitch.pieces_to(AT), given_up), expected, "{errors:?}");
        let moved = Cursor { uid: 4, ..AT };
        assert_eq!((hitch.alone_to(moved), hitch.given_up(moved, Duration::ZERO)), (0, None));
    }

    fn times(count: usize, words: &str) -> Vec<ImapError> {
        (0..count).map(|_| refused(words)).collect()
    }

    #[test]
    fn a_message_is_left_behind_only_alone_and_after_long() {
        let damaged = "Message is damaged";
        check(&times(1, damaged), 0, (0, 0, None));
        check(&times(2, damaged), 0, (9, 0, None));
        check(&times(3, damaged), 0, (9, 9, None));
        check(&times(5, damaged), 0, (4, 4, None));
        check(&times(6, damaged), 0, (4, 4, Some(4)));
        check(&times(60, damaged), 3_600, (4, 4, None));
    }

    #[test]
    fn a_message_is_not_left_behind_for_a_server_that_has_a_bad_hour() {
        for words in [
            "[UNAVAILABLE] User's backend doesn't respond",
            "[OVERQUOTA] Account exceeded command or bandwidth limits",
            "User is authenticated but not connected",
            "Server Unavailable. 15",
            "System busy!",
            "please try again later",
            "[LIMIT] Too many",
        ] {
            check(&times(60, words), 0, (0, 0, None));
        }
    }

    #[test]
    fn a_message_longer_than_any_piece_stops_no_mailbox() {
        check(&[too_long()], 3_600, (9, 9, None));
        check(&[too_long(), too_long()], 3_600, (4, 4, Some(4)));
    }

    #[test]
    fn what_failed_long_ago_counts_for_no_other_message() {
        let mut hitch = Hitch::default();
        let alone = |uid| Owed { first: uid, last: uid, in_pieces: true };
        (0..9).for_each(|_| hitch.ended(AT, alone(4), &refused("damaged")));
        hitch.ended(AT, alone(5), &refused("damaged"));
        assert_eq!(hitch.given_up(AT, Duration::ZERO), None);
    }

    #[test]
    fn a_message_that_is_gone_is_known_by_its_code() {
        assert!(is_gone("[EXPUNGEISSUED] Some messages are gone") && is_gone("[NonExistent] no"));
        assert!(!is_gone("[CORRUPTION] no such body") && !is_gone("[SERVERBUG] Internal error"));
    }
}
