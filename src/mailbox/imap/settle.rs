//! Settling: what is committed is marked as seen or moved, many messages in one command.
//!
//! In a Maildir of 100,000 messages one command for a thousand marks takes a tenth of a second, a command each takes twenty.

use std::collections::BTreeSet;

use super::folders;
use super::set;
use super::settings::{ImapError, Settings};
use super::watch::Halt;
use super::wire::{Done, Wire};
use crate::arrival::Location;
use crate::mailbox::desk::{Desk, Gone};
use crate::mailbox::{After, Event};

/// Most messages taken from the desk at once.
const MOST: usize = 2_000;

/// Messages of one folder that are settled by one command.
#[derive(Debug)]
pub(super) struct Batch {
    locations: Vec<Location>,
    /// The command.
    pub(super) command: String,
}

/// How messages are settled here: the configured way, as far as the server can.
#[derive(Debug, Clone)]
pub(super) enum Way {
    /// Nothing is done.
    Keep,
    /// `\Seen` is set.
    Seen,
    /// Moved; the folder as an argument of a command.
    Move(String),
}

impl Way {
    /// The way for a server. Without MOVE nothing is moved: COPY and EXPUNGE could lose a message.
    pub(super) fn new(after: &After, can_move: bool) -> Self {
        match after {
            After::Keep => Self::Keep,
            After::Move(folder) if can_move => Self::Move(folders::argument(folder)),
            After::Seen | After::Move(_) => Self::Seen,
        }
    }

    fn command(&self, uids: &[u32]) -> String {
        let set = set::write(uids);
        match self {
            Self::Move(folder) => format!("UID MOVE {set} {folder}"),
            Self::Keep | Self::Seen => format!("UID STORE {set} +FLAGS.SILENT (\\Seen)"),
        }
    }
}

/// Makes the folder messages are moved to, if the server has none of that name.
pub(super) async fn prepare(wire: &mut Wire, settings: &Settings, can_move: bool) -> Result<(), ImapError> {
    let After::Move(folder) = &settings.after else {
        return Ok(());
    };
    if !can_move || folders::names(wire).await?.contains(folder) {
        return Ok(());
    }
    // A refusal shows itself when the first message is moved.
    wire.ask(&format!("CREATE {}", folders::argument(folder)), "CREATE", |_| {}).await.map(drop)
}

/// The next batch of an open folder.
pub(super) fn next_batch(desk: &mut Desk, way: &Way, folder: &str, validity: u32) -> Option<Batch> {
    if matches!(way, Way::Keep) {
        return None;
    }
    let mut locations = desk.take_pending(MOST, |at| at.folder == folder && at.validity == validity);
    let uids: Vec<u32> = locations.iter().map(|at| at.uid).collect();
    let first = set::lots(&uids).into_iter().next()?;
    desk.lay_back(locations.split_off(first.len()));
    desk.ask(&locations);
    Some(Batch { locations, command: way.command(&first) })
}

/// Tells how a batch ended; what failed is tried again at the next look at the folders.
pub(super) async fn ended(desk: &mut Desk, batch: Batch, done: Done) -> Result<(), Gone> {
    desk.answered(&batch.locations);
    if done.ok {
        return desk.tell(Event::Settled(batch.locations)).await;
    }
    let count = batch.locations.len();
    desk.put_aside(batch.locations);
    desk.tell(Event::NotSettled { count, why: done.words }).await
}

/// Lets go of what needs no command: all if messages are kept as they are, else what lies under another UIDVALIDITY, as
/// those UIDs name other messages now.
pub(super) async fn let_go(desk: &mut Desk, way: &Way, folder: &str, validity: u32) -> Result<(), Gone> {
    let keep = matches!(way, Way::Keep);
    let gone = desk.take_pending(usize::MAX, |at| keep || (at.folder == folder && at.validity != validity));
    if gone.is_empty() { Ok(()) } else { desk.tell(Event::Settled(gone)).await }
}

/// Settles all that waits for an open folder.
pub(super) async fn settle_open(
    wire: &mut Wire,
    desk: &mut Desk,
    way: &Way,
    folder: &str,
    validity: u32,
) -> Result<(), Halt> {
    let_go(desk, way, folder, validity).await?;
    while let Some(batch) = next_batch(desk, way, folder, validity) {
        let done = wire.ask(&batch.command, "settling", |_| {}).await?;
        ended(desk, batch, done).await?;
    }
    Ok(())
}

/// Folders in which something waits to be settled.
pub(super) fn folders_waiting(desk: &Desk) -> BTreeSet<String> {
    desk.pending().iter().map(|at| at.folder.clone()).collect()
}

/// Puts aside what lies in a folder that can't be opened.
pub(super) async fn give_up(desk: &mut Desk, folder: &str) -> Result<(), Gone> {
    let locations = desk.take_pending(usize::MAX, |at| at.folder == folder);
    let count = locations.len();
    desk.put_aside(locations);
    desk.tell(Event::NotSettled { count, why: format!("folder {folder} can't be opened") }).await
}
