//! Commands under way, and which of them a response belongs to.
//!
//! A server may answer commands side by side, so a response is not simply the oldest command's: it is known by the UID and
//! the offset it brings.

use std::collections::{BTreeMap, VecDeque};

use imap_proto::{AttributeValue, RequestId, Response};

use super::attributes::{Found, read};
use super::hitch::Owed;
use super::ranges::Meta;
use super::settle::Batch;
use super::wire::{Done, done};

/// What a command asks for, and what of it has come.
pub(super) enum What {
    /// That the server looks for news.
    Noop,
    /// The messages of a range.
    List(Vec<Meta>),
    /// Whole messages.
    Bodies(Vec<Meta>, BTreeMap<u32, Vec<u8>>),
    /// A piece of a large message.
    Piece {
        /// Its UID.
        uid: u32,
        /// Where the piece begins.
        offset: u32,
        /// Its bytes.
        bytes: Option<Vec<u8>>,
    },
    /// Settling.
    Settle(Batch),
}

impl What {
    /// How errors name the command.
    pub(super) fn name(&self) -> &'static str {
        match self {
            Self::Noop => "NOOP",
            Self::List(_) => "UID FETCH (list)",
            Self::Bodies(..) => "UID FETCH (messages)",
            Self::Piece { .. } => "UID FETCH (piece)",
            Self::Settle(_) => "settling",
        }
    }

    /// About how many bytes the answer brings.
    fn expected(&self, piece: u32) -> u64 {
        match self {
            Self::Bodies(group, _) => group.iter().map(|meta| meta.size).sum(),
            Self::Piece { .. } => u64::from(piece),
            Self::Noop | Self::List(_) | Self::Settle(_) => 0,
        }
    }

    /// The messages it asks the bytes of.
    pub(super) fn owed(&self) -> Option<Owed> {
        match self {
            Self::Bodies(group, _) => {
                Some(Owed { first: group.first()?.uid, last: group.last()?.uid, in_pieces: false })
            }
            Self::Piece { uid, .. } => Some(Owed { first: *uid, last: *uid, in_pieces: true }),
            Self::Noop | Self::List(_) | Self::Settle(_) => None,
        }
    }

    /// Whether messages came with so many bytes more than they were told to have.
    fn is_overfull(&self, spare: u64) -> bool {
        let Self::Bodies(group, bodies) = self else { return false };
        let told: u64 = group.iter().map(|meta| meta.size).sum();
        let came: u64 = bodies.values().map(|bytes| u64::try_from(bytes.len()).unwrap_or(u64::MAX)).sum();
        came > told.saturating_add(spare)
    }

    fn waits_for_body(&self, wanted: u32) -> bool {
        match self {
            Self::Bodies(group, _) => group.iter().any(|meta| meta.uid == wanted),
            // A server that forgets to tell the offset.
            Self::Piece { uid, bytes, .. } => *uid == wanted && bytes.is_none(),
            _ => false,
        }
    }

    fn waits_for_piece(&self, wanted: u32, at: u32) -> bool {
        matches!(self, Self::Piece { uid, offset, .. } if *uid == wanted && *offset == at)
    }

    fn take_body(&mut self, uid: u32, body: &[u8]) {
        match self {
            Self::Bodies(_, bodies) => drop(bodies.insert(uid, body.to_vec())),
            Self::Piece { bytes, .. } => *bytes = Some(body.to_vec()),
            _ => {}
        }
    }
}

/// The commands under way, oldest first.
#[derive(Default)]
pub(super) struct Asked(VecDeque<Command>);

struct Command {
    id: RequestId,
    what: What,
    done: Option<Done>,
}

impl Asked {
    /// Notes a command that was sent.
    pub(super) fn push(&mut self, id: RequestId, what: What) {
        self.0.push_back(Command { id, what, done: None });
    }

    /// How many are under way.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the list is being asked for.
    pub(super) fn listing(&self) -> bool {
        self.0.iter().any(|command| matches!(command.what, What::List(_)))
    }

    /// Whether a piece is being asked for.
    pub(super) fn piece_under_way(&self) -> bool {
        self.0.iter().any(|command| matches!(command.what, What::Piece { .. }))
    }

    /// Takes the oldest command if it is answered.
    pub(super) fn answered(&mut self) -> Option<(What, Done)> {
        let oldest = self.0.pop_front()?;
        match oldest.done {
            Some(done) => Some((oldest.what, done)),
            None => {
                self.0.push_front(oldest);
                None
            }
        }
    }

    /// Name and expected bytes of the oldest command.
    pub(super) fn awaited(&self, piece: u32) -> Option<(&'static str, u64)> {
        self.0.front().map(|oldest| (oldest.what.name(), oldest.what.expected(piece)))
    }

    /// The messages whose bytes are owed, if such are what the server owes next.
    pub(super) fn owed(&self) -> Option<Owed> {
        self.0.front()?.what.owed()?;
        let all = self.0.iter().filter_map(|command| command.what.owed());
        all.reduce(|one, other| Owed {
            first: one.first.min(other.first),
            last: one.last.max(other.last),
            in_pieces: one.in_pieces && other.in_pieces,
        })
    }

    /// Whether any command brought so many bytes more than it asked for.
    pub(super) fn is_overfull(&self, spare: u64) -> bool {
        self.0.iter().any(|command| command.what.is_overfull(spare))
    }

    /// Takes a response for the command it belongs to.
    pub(super) fn hear(&mut self, response: &Response<'_>) {
        if let Some((id, done)) = done(response) {
            if let Some(command) = self.0.iter_mut().find(|command| command.id == id) {
                command.done = Some(done);
            }
        } else if let Response::Fetch(_, attributes) = response {
            self.offer(attributes);
        }
    }

    /// Gives a FETCH response to the command that waits for it; what no one waits for (flags others change) is passed over.
    fn offer(&mut self, attributes: &[AttributeValue<'_>]) {
        let mut commands = self.0.iter_mut().map(|command| &mut command.what);
        match read(attributes) {
            Some(Found::Meta(meta)) => {
                if let Some(What::List(metas)) = commands.find(|what| matches!(what, What::List(_))) {
                    metas.push(meta);
                }
            }
            Some(Found::Body { uid, offset, bytes }) => {
                let waits = |what: &&mut What| match offset {
                    Some(at) => what.waits_for_piece(uid, at),
                    None => what.waits_for_body(uid),
                };
                if let Some(what) = commands.find(waits) {
                    what.take_body(uid, bytes);
                }
            }
            None => {}
        }
    }
}
