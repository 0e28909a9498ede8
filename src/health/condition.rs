//! All that can be wrong, with its data and no prose.

use serde::{Deserialize, Serialize};

/// What is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "condition", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Condition {
    /// The daemon does not run.
    NotRunning {
        /// Whether it ended in order, and said so.
        stopped: bool,
    },
    /// The database cannot be read.
    StoreSilent {
        /// Why.
        why: String,
    },
    /// A loop of the daemon does not turn.
    Stalled {
        /// Which, such as `fetch main`.
        part: String,
    },
    /// No poll of a mailbox was completed for long.
    MailboxSilent {
        /// Its name.
        mailbox: String,
        /// What is known of the cause; may be empty.
        why: String,
    },
    /// A server refused our login.
    LoginRefused {
        /// Where, such as `mailbox main`.
        place: String,
        /// The account.
        account: String,
        /// The server's words.
        why: String,
    },
    /// Messages could not be read by a fault of ours.
    MessagesFailed {
        /// How many.
        count: u64,
    },
    /// Messages cannot be read for long, and wait.
    MessagesWait {
        /// What is in the way.
        why: String,
    },
    /// Messages were left at a server that lists them and does not give them.
    MessagesLeft {
        /// The mailbox.
        mailbox: String,
        /// How many, since the daemon started.
        count: u64,
        /// Which the last was, and the server's words.
        why: String,
    },
    /// Nothing leaves the outbox.
    OutboxStuck {
        /// The transport.
        transport: String,
        /// How many notices wait for it.
        count: u64,
        /// What the server last said; may be empty.
        why: String,
    },
    /// The disk is nearly full.
    DiskLow {
        /// Free bytes.
        free: u64,
        /// The least that should be.
        least: u64,
    },
    /// No backup was made for two days.
    BackupOld {
        /// Why the last try failed; empty when none did since the start.
        why: String,
    },
    /// Readers break again and again.
    ReadersBreak {
        /// How many did within an hour.
        count: u64,
    },
}

impl Condition {
    /// The words for all kinds, as they stand in metrics.
    pub const KINDS: [&str; 12] = [
        "not_running",
        "store_silent",
        "stalled",
        "mailbox_silent",
        "login_refused",
        "messages_failed",
        "messages_wait",
        "messages_left",
        "outbox_stuck",
        "disk_low",
        "backup_old",
        "readers_break",
    ];

    /// The word for its kind.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotRunning { .. } => "not_running",
            Self::StoreSilent { .. } => "store_silent",
            Self::Stalled { .. } => "stalled",
            Self::MailboxSilent { .. } => "mailbox_silent",
            Self::LoginRefused { .. } => "login_refused",
            Self::MessagesFailed { .. } => "messages_failed",
            Self::MessagesWait { .. } => "messages_wait",
            Self::MessagesLeft { .. } => "messages_left",
            Self::OutboxStuck { .. } => "outbox_stuck",
            Self::DiskLow { .. } => "disk_low",
            Self::BackupOld { .. } => "backup_old",
            Self::ReadersBreak { .. } => "readers_break",
        }
    }

    /// What it is about, where there can be several of a kind; else empty.
    #[must_use]
    pub fn about(&self) -> &str {
        match self {
            Self::Stalled { part } => part,
            Self::MailboxSilent { mailbox, .. } | Self::MessagesLeft { mailbox, .. } => mailbox,
            Self::LoginRefused { place, .. } => place,
            Self::OutboxStuck { transport, .. } => transport,
            _ => "",
        }
    }

    /// The same without what may name a respondent: a server's words about a mail repeat its recipient. For readers who are not
    /// the operator: other users of the machine.
    #[must_use]
    pub fn without_respondents(&self) -> Self {
        match self.clone() {
            Self::OutboxStuck { transport, count, .. } => Self::OutboxStuck { transport, count, why: String::new() },
            other => other,
        }
    }

    /// What makes it the same condition at another moment, such as `mailbox_silent:main`.
    #[must_use]
    pub fn key(&self) -> String {
        format!("{}:{}", self.kind(), self.about())
    }
}
