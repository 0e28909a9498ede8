//! Fetching what is new in an open folder: list, then bodies, with the next commands sent before the last is answered.
//!
//! Over a distant server this is worth thirty times: the line never waits for a question. Answers are taken in the order of
//! the questions, so messages are handed on in ascending order and the cursor only ever passes what was taken.

use std::collections::{BTreeMap, VecDeque};

use super::asked::{Asked, What};
use super::folders::{Folder, Selected};
use super::hitch::{self, Hitch, Owed};
use super::large::Large;
use super::ranges::{Meta, Ranges, take_group};
use super::set;
use super::settings::Settings;
use super::settle::{self, Way};
use super::watch::Halt;
use super::wire::{Done, Wire};
use crate::arrival::{Cursor, Location};
use crate::mailbox::desk::Desk;
use crate::mailbox::{Event, Fetched, Raw};

/// How many commands are under way at once.
const AHEAD: usize = 3;
/// Listing goes on while fewer messages than this are listed and not yet asked for.
const LISTED_ENOUGH: usize = 1_000;

/// One pass over an open folder.
pub(super) struct Pass<'a> {
    pub(super) wire: &'a mut Wire,
    pub(super) desk: &'a mut Desk,
    pub(super) settings: &'a Settings,
    pub(super) way: &'a Way,
    pub(super) folder: &'a Folder,
    pub(super) selected: Selected,
    /// Highest UID handed on.
    pub(super) cursor: &'a mut u32,
    hitch: &'a mut Hitch,
    state: State,
}

/// How far a pass has come.
struct State {
    noop: bool,
    ranges: Ranges,
    listed: VecDeque<Meta>,
    /// Highest UID listed.
    listed_to: u32,
    asked: Asked,
    large: Option<Large>,
    /// Up to this UID messages are asked for one by one, as a set with it was refused.
    one_by_one: u32,
    /// Up to this UID messages are asked for in pieces, whatever their size.
    in_pieces: u32,
    /// The message that did not come although the answer was OK.
    missed: Option<u32>,
    /// Answers still under way are thrown away, and the pass begins anew behind the cursor.
    rewinding: bool,
    found: u64,
}

impl<'a> Pass<'a> {
    /// A pass over all beyond the cursor; with `noop` the server is first asked to look for news.
    pub(super) fn new(
        (wire, desk): (&'a mut Wire, &'a mut Desk),
        (settings, way): (&'a Settings, &'a Way),
        (folder, selected): (&'a Folder, Selected),
        (cursor, hitch): (&'a mut u32, &'a mut Hitch),
        noop: bool,
    ) -> Self {
        let at = Cursor { validity: selected.validity, uid: *cursor };
        let state = State {
            noop,
            ranges: Ranges::new(cursor.saturating_add(1), selected.uid_next),
            listed: VecDeque::new(),
            listed_to: *cursor,
            asked: Asked::default(),
            large: None,
            one_by_one: hitch.alone_to(at),
            in_pieces: hitch.pieces_to(at),
            missed: None,
            rewinding: false,
            found: 0,
        };
        Self { wire, desk, settings, way, folder, selected, cursor, hitch, state }
    }

    /// Reads to the end of the folder; returns how many messages were handed on.
    pub(super) async fn run(mut self) -> Result<u64, Halt> {
        loop {
            if let Err(halt) = self.ask_ahead().await {
                return Err(self.blame(self.state.asked.owed(), halt));
            }
            if self.state.asked.len() == 0 && !self.state.rewinding {
                return Ok(self.state.found);
            }
            match self.answered().await {
                Ok(Some((what, done))) => {
                    let owed = what.owed();
                    self.take(what, done).await.map_err(|halt| self.blame(owed, halt))?;
                }
                Ok(None) => {}
                Err(halt) => return Err(self.blame(self.state.asked.owed(), halt)),
            }
            if self.state.rewinding && self.state.asked.len() == 0 {
                self.rewind();
            }
        }
    }

    /// Notes which messages may be what the connection ended at.
    fn blame(&mut self, owed: Option<Owed>, halt: Halt) -> Halt {
        if let (Some(owed), Halt::Error(error)) = (owed, &halt) {
            self.hitch.ended(self.at(), owed, error);
        }
        halt
    }

    fn at(&self) -> Cursor {
        Cursor { validity: self.selected.validity, uid: *self.cursor }
    }

    async fn ask_ahead(&mut self) -> Result<(), Halt> {
        self.desk.take_orders();
        settle::let_go(self.desk, self.way, &self.folder.name, self.selected.validity).await?;
        while self.state.asked.len() < AHEAD && !self.state.rewinding {
            let Some((command, what)) = self.question() else {
                break;
            };
            let id = self.wire.send(&command, what.name()).await?;
            self.state.asked.push(id, what);
        }
        Ok(())
    }

    /// The next command, if there is something to ask for.
    fn question(&mut self) -> Option<(String, What)> {
        if std::mem::take(&mut self.state.noop) {
            return Some(("NOOP".into(), What::Noop));
        }
        if let Some(batch) = settle::next_batch(self.desk, self.way, &self.folder.name, self.selected.validity) {
            return Some((batch.command.clone(), What::Settle(batch)));
        }
        if let Some(question) = self.list_question() {
            return Some(question);
        }
        if self.state.large.is_some() {
            return self.piece_question();
        }
        let large_from = self.settings.large_from;
        let in_pieces = self.state.in_pieces;
        let group = take_group(&mut self.state.listed, large_from, self.state.one_by_one.max(in_pieces));
        if let Some(meta) = group.first().filter(|meta| meta.size > large_from || meta.uid <= in_pieces) {
            self.state.large = Some(Large::new(*meta));
            return self.piece_question();
        }
        let uids: Vec<u32> = group.iter().map(|meta| meta.uid).collect();
        let command = format!("UID FETCH {} (UID BODY.PEEK[])", set::write(&uids));
        (!uids.is_empty()).then(|| (command, What::Bodies(group, BTreeMap::new())))
    }

    fn list_question(&mut self) -> Option<(String, What)> {
        if self.state.asked.listing() || self.state.listed.len() >= LISTED_ENOUGH {
            return None;
        }
        let range = self.state.ranges.next()?;
        Some((format!("UID FETCH {range} (UID INTERNALDATE RFC822.SIZE)"), What::List(Vec::new())))
    }

    fn piece_question(&mut self) -> Option<(String, What)> {
        let under_way = self.state.asked.piece_under_way();
        let large = self.state.large.as_mut()?;
        let (uid, offset) = large.next_piece(self.settings.piece, under_way)?;
        let command = format!("UID FETCH {uid} (UID BODY.PEEK[]<{offset}.{}>)", self.settings.piece);
        Some((command, What::Piece { uid, offset, bytes: None }))
    }

    /// Reads until the oldest command is answered.
    async fn answered(&mut self) -> Result<Option<(What, Done)>, Halt> {
        while let Some((name, bytes)) = self.state.asked.awaited(self.settings.piece) {
            if let Some(answered) = self.state.asked.answered() {
                return Ok(Some(answered));
            }
            self.wire.next(name, bytes, |response| self.state.asked.hear(response)).await?;
            if self.state.asked.is_overfull(self.settings.longest()) {
                return Err(self.wire.too_long(name, "far more bytes than the list told of".into()).into());
            }
        }
        Ok(None)
    }

    /// Takes a command that is answered.
    async fn take(&mut self, what: What, done: Done) -> Result<(), Halt> {
        match what {
            What::Settle(batch) => Ok(settle::ended(self.desk, batch, done).await?),
            What::Noop => {
                // The list that follows holds what the server has just told of.
                self.wire.news = false;
                Ok(())
            }
            _ if self.state.rewinding => Ok(()),
            What::List(metas) => self.take_list(metas, &done).await,
            What::Bodies(group, bodies) => self.take_bodies(&group, bodies, done).await,
            What::Piece { bytes, .. } => self.take_piece(bytes, &done).await,
        }
    }

    async fn take_list(&mut self, mut metas: Vec<Meta>, done: &Done) -> Result<(), Halt> {
        // Some servers refuse to list an empty folder.
        if !done.ok && self.selected.exists > 0 {
            return Err(self.wire.refused("UID FETCH (list)", done).into());
        }
        self.state.ranges.held(metas.len());
        metas.retain(|meta| meta.uid > self.state.listed_to);
        metas.sort_unstable();
        metas.dedup_by_key(|meta| meta.uid);
        self.state.listed_to = metas.last().map_or(self.state.listed_to, |meta| meta.uid);
        self.state.listed.extend(metas);
        let next = self.state.listed.front().map(|meta| meta.uid);
        match self.hitch.given_up(self.at(), self.settings.give_up) {
            Some((uid, why)) if next == Some(uid) => {
                let why = why.to_owned();
                self.state.listed.pop_front();
                self.not_fetched(uid, why).await
            }
            _ => Ok(()),
        }
    }

    /// Hands whole messages on, up to the first that did not come although the answer is OK. After a refusal the set is asked for
    /// again, message by message, so that one that can't be given keeps no other back.
    async fn take_bodies(
        &mut self,
        group: &[Meta],
        mut bodies: BTreeMap<u32, Vec<u8>>,
        done: Done,
    ) -> Result<(), Halt> {
        // Some servers give a mail they have lost as an empty one.
        let came = |meta: &&Meta| bodies.get(&meta.uid).is_some_and(|bytes| !bytes.is_empty() || meta.size == 0);
        let whole = group.iter().take_while(came).count();
        let gives_others = group.iter().any(|meta| came(&meta));
        let missing = group.get(whole).map(|meta| meta.uid);
        if let (Some(uid), false) = (missing, done.ok) {
            if group.len() == 1 {
                return self.refused(uid, &done).await;
            }
            self.state.one_by_one = group.last().map_or(uid, |meta| meta.uid);
            self.state.rewinding = true;
            return Ok(());
        }
        let arrived: Vec<Fetched> = group
            .iter()
            .take(whole)
            .filter_map(|meta| bodies.remove(&meta.uid).map(|bytes| self.fetched(*meta, Raw::Whole(bytes))))
            .collect();
        if let Some(last) = arrived.last().map(|fetched| fetched.location.uid) {
            self.state.found += u64::try_from(arrived.len()).unwrap_or_default();
            self.desk.tell(Event::Arrived(arrived)).await?;
            *self.cursor = last;
        }
        match missing {
            Some(uid) => self.missing(uid, "the server says OK and gives no bytes", gives_others).await,
            None => Ok(()),
        }
    }

    async fn take_piece(&mut self, piece: Option<Vec<u8>>, done: &Done) -> Result<(), Halt> {
        let last_asked = !self.state.asked.piece_under_way();
        let Some(mut large) = self.state.large.take() else {
            return Ok(());
        };
        let uid = large.meta.uid;
        if !done.ok && !large.begun() {
            return self.refused(uid, done).await;
        }
        if !done.ok {
            large.broken(self.desk, &done.words).await;
            return Err(self.wire.refused("UID FETCH (piece)", done).into());
        }
        let piece = piece.filter(|bytes| large.begun() || !bytes.is_empty() || large.meta.size == 0);
        if let (false, Some(_)) = (large.begun(), &piece) {
            let raw = large.begin();
            let fetched = self.fetched(large.meta, raw);
            self.desk.tell(Event::Arrived(vec![fetched])).await?;
        }
        let taken = large.take(self.desk, piece, self.settings.piece).await;
        taken.map_err(|fault| fault.into_error(self.settings, &self.folder.name, uid))?;
        if !last_asked || !large.ended() {
            self.state.large = Some(large);
            return Ok(());
        }
        if large.is_missing() {
            let why = "the server says OK and gives only a part, or nothing";
            large.broken(self.desk, why).await;
            return self.missing(uid, why, false).await;
        }
        let finished = large.finish(self.desk).await;
        finished.map_err(|fault| fault.into_error(self.settings, &self.folder.name, uid))?;
        self.state.found += 1;
        *self.cursor = uid;
        Ok(())
    }

    /// A refusal alone proves nothing: the server may have a bad hour. What follows from many, [`Hitch`] knows.
    async fn refused(&mut self, uid: u32, done: &Done) -> Result<(), Halt> {
        if hitch::is_gone(&done.words) {
            return self.missing(uid, &done.words, false).await;
        }
        Err(self.wire.refused("UID FETCH", done).into())
    }

    /// A message that did not come may have been deleted meanwhile: a new list tells. One that is still listed and still does not
    /// come is left behind, if the server gives others; else it may be the server.
    async fn missing(&mut self, uid: u32, why: &str, gives_others: bool) -> Result<(), Halt> {
        self.state.rewinding = true;
        if self.state.missed != Some(uid) {
            self.state.missed = Some(uid);
            return Ok(());
        }
        if gives_others || self.state.found > 0 {
            return self.not_fetched(uid, why.to_owned()).await;
        }
        Err(self.wire.garbled("UID FETCH", why.to_owned()).into())
    }

    /// Tells of a message that the server will not give, and leaves it behind.
    async fn not_fetched(&mut self, uid: u32, why: String) -> Result<(), Halt> {
        let location = self.location(uid);
        self.desk.tell(Event::NotFetched { location, why }).await?;
        *self.cursor = uid;
        Ok(())
    }

    /// Begins anew behind the cursor.
    fn rewind(&mut self) {
        self.state.rewinding = false;
        self.state.large = None;
        self.state.listed.clear();
        self.state.listed_to = *self.cursor;
        self.state.ranges = Ranges::new(self.cursor.saturating_add(1), self.selected.uid_next);
    }

    fn fetched(&self, meta: Meta, raw: Raw) -> Fetched {
        let location = self.location(meta.uid);
        Fetched { location, junk: self.folder.junk, internal_date: meta.date, size: meta.size, raw }
    }

    fn location(&self, uid: u32) -> Location {
        Location {
            mailbox: self.settings.name.clone(),
            folder: self.folder.name.clone(),
            validity: self.selected.validity,
            uid,
            name: String::new(),
        }
    }
}
