//! A large message on its way in pieces, so that memory holds a few pieces and never the whole.

use tokio::sync::mpsc;

use super::ranges::Meta;
use super::settings::{ImapError, Settings};
use super::watch::Halt;
use crate::mailbox::Raw;
use crate::mailbox::desk::Desk;

/// Pieces that wait between the mailbox and whoever writes them down.
const WAITING: usize = 2;
/// A message that was told to be smaller is taken for endless at twice this many bytes.
const MOST: u64 = 256 << 20;

/// How far a large message has come.
#[derive(Debug)]
pub(super) struct Large {
    /// What the list told of it.
    pub(super) meta: Meta,
    asked_to: u32,
    sent: u64,
    /// A piece came shorter than asked for: the message is at its end, whatever its size was said to be.
    short: bool,
    vanished: bool,
    pieces: Option<mpsc::Sender<Result<Vec<u8>, String>>>,
}

/// Why a piece could not be handed on.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The receiver was dropped.
    NotTaken,
    /// Bytes came behind the end, or more than were asked for.
    BeyondEnd,
    /// The message has no end.
    Endless,
}

impl Fault {
    /// As an error of the connection: it is taken up anew, and the message comes again.
    pub(super) fn into_error(self, settings: &Settings, folder: &str, uid: u32) -> Halt {
        let server = settings.server();
        Halt::Error(match self {
            Self::NotTaken => ImapError::NotTaken { server, folder: folder.into(), uid },
            Self::BeyondEnd => ImapError::Garbled {
                server,
                doing: format!("UID FETCH {uid} (piece)"),
                cause: "more bytes than were asked for, or bytes behind the end".into(),
            },
            Self::Endless => ImapError::TooLong {
                server,
                doing: format!("UID FETCH {uid} (piece)"),
                cause: "more than twice what was told, and no end".into(),
            },
        })
    }
}

impl Large {
    pub(super) fn new(meta: Meta) -> Self {
        Self { meta, asked_to: 0, sent: 0, short: false, vanished: false, pieces: None }
    }

    /// UID and offset of the next piece to ask for. Beyond the told size one is asked at a time, until a short one ends it.
    pub(super) fn next_piece(&mut self, piece: u32, under_way: bool) -> Option<(u32, u32)> {
        let within = u64::from(self.asked_to) < self.meta.size;
        if self.ended() || (!within && under_way) {
            return None;
        }
        let offset = self.asked_to;
        self.asked_to = self.asked_to.saturating_add(piece);
        Some((self.meta.uid, offset))
    }

    /// Whether the first piece was handed on.
    pub(super) fn begun(&self) -> bool {
        self.pieces.is_some()
    }

    /// Opens the channel.
    pub(super) fn begin(&mut self) -> Raw {
        let (sender, receiver) = mpsc::channel(WAITING);
        self.pieces = Some(sender);
        Raw::Pieces(receiver)
    }

    /// Takes the answer to one piece; `None` is an answer without bytes.
    pub(super) async fn take(&mut self, desk: &mut Desk, piece: Option<Vec<u8>>, asked: u32) -> Result<(), Fault> {
        let Some(bytes) = piece else {
            self.vanished |= !self.short && self.sent < self.meta.size;
            self.short = true;
            return Ok(());
        };
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if (self.short && length > 0) || length > u64::from(asked) {
            self.hand(desk, Err("the server gave bytes that were not asked for".into())).await?;
            return Err(Fault::BeyondEnd);
        }
        self.short |= length < u64::from(asked);
        self.sent += length;
        if self.sent > 2 * self.meta.size.max(MOST) {
            self.hand(desk, Err("the server gives bytes without end".into())).await?;
            return Err(Fault::Endless);
        }
        if length > 0 {
            self.hand(desk, Ok(bytes)).await?;
        }
        Ok(())
    }

    /// Whether no further piece is wanted.
    pub(super) fn ended(&self) -> bool {
        self.short
    }

    /// Whether an answer brought nothing where there should be bytes.
    pub(super) fn is_missing(&self) -> bool {
        self.vanished || (self.sent == 0 && self.meta.size > 0)
    }

    /// Ends a message that is whole.
    pub(super) async fn finish(&mut self, desk: &mut Desk) -> Result<(), Fault> {
        self.hand(desk, Ok(Vec::new())).await
    }

    /// Tells that no more will come; the receiver may be gone as well.
    pub(super) async fn broken(&mut self, desk: &mut Desk, why: &str) {
        let _ = self.hand(desk, Err(why.to_owned())).await;
    }

    async fn hand(&mut self, desk: &mut Desk, piece: Result<Vec<u8>, String>) -> Result<(), Fault> {
        let Some(pieces) = &self.pieces else {
            return Ok(());
        };
        desk.hand(pieces, piece).await.map_err(|_| Fault::NotTaken)
    }
}
