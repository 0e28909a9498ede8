//! Where a message lay when it was found, and how far a folder has been read.
//!
//! Mailboxes find messages, the store keeps them; both speak of places in a mailbox by these words, and neither knows
//! the other.

use serde::{Deserialize, Serialize};

/// Where a message lies in a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Location {
    /// Configured name of the mailbox.
    pub mailbox: String,
    /// Folder, decoded (no modified UTF-7).
    pub folder: String,
    /// UIDVALIDITY of the folder (RFC 9051, 2.3.1.1); 0 for a Maildir.
    pub validity: u32,
    /// UID of the message; 0 for a Maildir.
    pub uid: u32,
    /// File name without its flags, for a Maildir; empty for IMAP.
    pub name: String,
}

/// How far a folder has been read: everything up to `uid` under `validity` is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Cursor {
    /// UIDVALIDITY under which `uid` counts.
    pub validity: u32,
    /// Highest UID that is kept, with all below it.
    pub uid: u32,
}
