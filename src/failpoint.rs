//! Places where a test ends the process as a power cut would: between two durable steps, or within one.
//!
//! The variable `FAILPOINT` of the environment arms one of them, such as `commit-within`, or `commit-within:3` for the third
//! time that it is passed; the process then kills itself by SIGKILL. Programs built without debug assertions, all releases among
//! them, hold no such place: [`pass`] is empty there. The crate `fail` would do the same, but switches on by a feature, which
//! would take a second build of everything for the tests.

/// A place on the way of a message, a notice or a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Point {
    /// Mails are fetched and packed, and not yet handed to the store.
    Fetched,
    /// The first mail of a group is written, the transaction open.
    KeepWithin,
    /// A piece of a large mail is on the disk.
    PieceKept,
    /// A group of mails is on the disk, and not yet settled at the mailbox.
    Kept,
    /// Mails are settled at the mailbox, which is not noted yet.
    Settled,
    /// That mails are settled is noted.
    SettledNoted,
    /// Mails are claimed to be read.
    Claimed,
    /// Mails are read, and not yet judged.
    ReadDone,
    /// A verdict and its returns are written, the notice not yet, the transaction open.
    CommitWithin,
    /// Verdicts are on the disk; nobody knows of it yet.
    Committed,
    /// The file that goes with a correction is made, and not yet stored.
    FileMade,
    /// An attempt to send is recorded, and not yet made.
    Attempted,
    /// The server has taken a notice, which is not recorded yet.
    Accepted,
    /// That a notice is sent is recorded.
    SentRecorded,
    /// A letter (invitation, reminder) is written, and not yet in the outbox.
    LetterPlanned,
    /// A letter is in the outbox.
    LetterQueued,
    /// A week's digest is made, and not yet in the outbox.
    DigestMade,
    /// A week's digest is in the outbox.
    DigestQueued,
    /// A message is settled anew by a replay, the transaction open.
    ReplayWithin,
    /// A group of messages is settled anew.
    Replayed,
    /// Whatever the writer commits: all is written, the transaction still open.
    BeforeCommit,
    /// Whatever the writer commits: it is on the disk, and nobody knows of it yet.
    AfterCommit,
    /// A backup is copied, and neither checked nor named.
    BackupCopied,
    /// A backup is checked and has its name.
    BackupNamed,
    /// A backup that is to be restored is copied into the data folder, checked and made ready.
    RestoreReady,
    /// The database that is to be replaced has its second name.
    RestorePutAside,
    /// The backup is in the place of the database.
    Restored,
    /// A respondent is blanked, and its bytes still lie on the free pages.
    Erased,
    /// The file is written anew, which is not noted yet.
    Rewritten,
}

impl Point {
    /// All of them, in the order of the way.
    pub const ALL: [Self; 29] = [
        Self::Fetched,
        Self::KeepWithin,
        Self::PieceKept,
        Self::Kept,
        Self::Settled,
        Self::SettledNoted,
        Self::Claimed,
        Self::ReadDone,
        Self::CommitWithin,
        Self::Committed,
        Self::FileMade,
        Self::Attempted,
        Self::Accepted,
        Self::SentRecorded,
        Self::LetterPlanned,
        Self::LetterQueued,
        Self::DigestMade,
        Self::DigestQueued,
        Self::ReplayWithin,
        Self::Replayed,
        Self::BeforeCommit,
        Self::AfterCommit,
        Self::BackupCopied,
        Self::BackupNamed,
        Self::RestoreReady,
        Self::RestorePutAside,
        Self::Restored,
        Self::Erased,
        Self::Rewritten,
    ];

    /// Its name in the variable `FAILPOINT`.
    #[must_use]
    pub fn name(self) -> String {
        let mut name = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_ascii_uppercase() && !name.is_empty() {
                name.push('-');
            }
            name.push(letter.to_ascii_lowercase());
        }
        name
    }
}

/// Ends the process if this place is armed and it is the time named.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub fn pass(_: Point) {}

/// Ends the process if this place is armed and it is the time named.
#[cfg(debug_assertions)]
pub fn pass(point: Point) {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// The armed place, and how often it is still passed.
    static ARMED: LazyLock<Option<(String, AtomicU32)>> = LazyLock::new(|| {
        let written = std::env::var("FAILPOINT").ok()?;
        let (name, times) = written.split_once(':').unwrap_or((&written, "1"));
        Some((name.to_owned(), AtomicU32::new(times.parse().ok()?)))
    });
    let Some((name, left)) = ARMED.as_ref() else { return };
    if *name == point.name() && left.fetch_sub(1, Ordering::SeqCst) == 1 {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        // Other threads may run on for a moment; this one must not.
        loop {
            std::thread::park();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_with_hyphens() {
        assert_eq!(Point::CommitWithin.name(), "commit-within");
        assert_eq!(Point::Kept.name(), "kept");
    }
}
