//! Commands out, responses in, each within its deadline, and all that the server says within bounds: it may be hostile.
//!
//! Commands are written onto the stream as they are, so that the next can be on its way before the last is answered. What comes is cut
//! into responses by [`Intake`].

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use imap_proto::{MailboxDatum, Outcome, RequestId, Response, Status};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::{Instant, timeout};

use super::intake::{Intake, Nonsense};
use super::settings::{ImapError, Settings};
use super::stream::Stream;

/// The slowest line that is waited for, in bytes a second: a deadline grows by the bytes an answer brings.
const SLOWEST: u64 = 4 * 1024;

/// How long a tagged answer may still come after an untagged BAD.
const GRACE: Duration = Duration::from_secs(5);

/// Responses without the answer that is owed, after which a server is not listened to any more. A list of a mailbox's widest range has
/// 64,000.
const FLOOD: u32 = 200_000;

/// How many deadlines a server that goes on saying something may take to come to its answer: Dovecot says `* OK Still here` while it
/// is busy.
const TALKATIVE: u32 = 10;

/// Bytes that are read at once.
const CHUNK: usize = 16 << 10;

/// The farewell, the only command that is rightly answered by BYE.
const LOGOUT: &str = "LOGOUT";

/// How a command ended.
#[derive(Debug, Clone)]
pub(super) struct Done {
    /// Whether it was OK.
    pub(super) ok: bool,
    /// The server's words.
    pub(super) words: String,
}

/// A connection that speaks IMAP.
pub(super) struct Wire {
    stream: Stream,
    intake: Intake,
    chunk: Vec<u8>,
    server: String,
    deadline: Duration,
    arrived: Arc<AtomicU64>,
    commands: u64,
    /// Commands that the server still owes an answer to.
    owed: Vec<RequestId>,
    /// The IDLE under way.
    idle: Option<RequestId>,
    /// Until when the tagged answer may come after an untagged BAD, and what that said.
    complaint: Option<(Instant, String)>,
    /// When the last command was answered or sent, and how many bytes had come by then.
    turn: (Instant, u64),
    /// Responses since then.
    said: u32,
    /// Whether the server told of new messages since this was last cleared.
    pub(super) news: bool,
}

impl Wire {
    /// Speaks IMAP over a stream.
    pub(super) fn new(stream: Stream, settings: &Settings) -> Self {
        let arrived = stream.arrived();
        Self {
            stream,
            intake: Intake::new(settings.longest()),
            chunk: vec![0; CHUNK],
            server: settings.server(),
            deadline: settings.command_deadline,
            arrived,
            commands: 0,
            owed: Vec::new(),
            idle: None,
            complaint: None,
            turn: (Instant::now(), 0),
            said: 0,
            news: false,
        }
    }

    /// Gives up the connection as it is, for STARTTLS.
    pub(super) fn into_stream(self) -> Stream {
        self.stream
    }

    /// Sends a command; `doing` names it in errors (without secrets).
    pub(super) async fn send(&mut self, command: &str, doing: &str) -> Result<RequestId, ImapError> {
        self.commands += 1;
        let tag = format!("A{:04}", self.commands);
        self.send_line(&format!("{tag} {command}"), doing).await?;
        self.owed.push(RequestId(tag.clone()));
        Ok(RequestId(tag))
    }

    /// Sends a line that belongs to a command under way.
    pub(super) async fn send_line(&mut self, line: &str, doing: &str) -> Result<(), ImapError> {
        self.take_turn();
        let stream = &mut self.stream;
        let sending = async {
            stream.write_all(line.as_bytes()).await?;
            stream.write_all(b"\r\n").await?;
            stream.flush().await
        };
        let sent = timeout(self.deadline, sending).await.map_err(|_| self.silent(doing))?;
        sent.map_err(|error| self.closed(doing, error.to_string()))
    }

    /// The next response the server owes, of about `bytes` bytes, as `see` sees it. The deadline counts from the last byte
    /// that came, and overall by the slowest line.
    pub(super) async fn next<T>(
        &mut self,
        doing: &str,
        bytes: u64,
        see: impl FnOnce(&Response<'_>) -> T,
    ) -> Result<T, ImapError> {
        let (begun, begun_at) = (Instant::now(), self.arrived.load(Ordering::Relaxed));
        let mut see = Some(see);
        loop {
            if let Some(seen) = self.heard(doing, |response| see.take().map(|see| see(response)))? {
                return seen.ok_or_else(|| self.closed(doing, "heard twice".into()));
            }
            let before = self.arrived.load(Ordering::Relaxed);
            // A server may have told far too small a size.
            let came = before.saturating_sub(begun_at);
            let last = begun + self.deadline + Duration::from_secs((bytes + came) / SLOWEST);
            let last = last.min(self.end_of_turn(bytes));
            let limit = self.complaint.as_ref().map_or(last, |(until, _)| last.min(*until));
            let wait = self.deadline.min(limit.saturating_duration_since(Instant::now()));
            match timeout(wait, self.read(doing)).await {
                Ok(read) => read?,
                Err(_) if Instant::now() < limit && self.arrived.load(Ordering::Relaxed) > before => {}
                Err(_) => return Err(self.overdue(doing)),
            }
            if Instant::now() >= limit {
                return Err(self.overdue(doing));
            }
        }
    }

    /// A command is answered or sent: the server's time begins anew.
    fn take_turn(&mut self) {
        self.turn = (Instant::now(), self.arrived.load(Ordering::Relaxed));
        self.said = 0;
        // What was said before concerns no command to come.
        self.complaint = None;
    }

    /// Until when the answer must be there, whatever else the server says meanwhile: longer by what that brings at the slowest line.
    fn end_of_turn(&self, bytes: u64) -> Instant {
        let (since, before) = self.turn;
        let came = self.arrived.load(Ordering::Relaxed).saturating_sub(before);
        since + self.deadline * TALKATIVE + Duration::from_secs((bytes + came) / SLOWEST)
    }

    /// The next response that is there already.
    fn heard<T>(&mut self, doing: &str, see: impl FnOnce(&Response<'_>) -> T) -> Result<Option<T>, ImapError> {
        let mut noted = Noted::default();
        let heard = self.intake.next(|response| {
            noted = Noted::of(response);
            see(response)
        });
        let heard = heard.map_err(|nonsense| self.nonsense(doing, &nonsense))?;
        if heard.is_some() {
            self.note(noted, doing)?;
        }
        Ok(heard)
    }

    /// Reads what comes. Safe to drop while it waits.
    async fn read(&mut self, doing: &str) -> Result<(), ImapError> {
        match self.stream.read(&mut self.chunk).await {
            Ok(0) if self.intake.is_empty() => Err(self.closed(doing, "end of stream".into())),
            Ok(0) => Err(self.closed(doing, "end of stream within a response".into())),
            Ok(count) => {
                self.intake.push(self.chunk.get(..count).unwrap_or_default());
                Ok(())
            }
            Err(error) => Err(self.closed(doing, error.to_string())),
        }
    }

    /// Takes the next response without a deadline, when the server owes none. Safe to drop while it waits.
    pub(super) async fn listen(&mut self, doing: &str) -> Result<(), ImapError> {
        while self.heard(doing, |_| ())?.is_none() {
            self.read(doing).await?;
        }
        Ok(())
    }

    /// Reads until a command is answered, showing each response before to `see`.
    pub(super) async fn finish(
        &mut self,
        id: &RequestId,
        doing: &str,
        mut see: impl FnMut(&Response<'_>),
    ) -> Result<Done, ImapError> {
        loop {
            let ended = self.next(doing, 0, |response| {
                let ended = done(response).filter(|(tag, _)| tag == id);
                if ended.is_none() {
                    see(response);
                }
                ended
            });
            if let Some((_, done)) = ended.await? {
                return Ok(done);
            }
        }
    }

    /// Sends a command and waits for its answer.
    pub(super) async fn ask(
        &mut self,
        command: &str,
        doing: &str,
        see: impl FnMut(&Response<'_>),
    ) -> Result<Done, ImapError> {
        let id = self.send(command, doing).await?;
        self.finish(&id, doing, see).await
    }

    /// Waits for the server's leave to go on (`+`). The inner `Err` is its refusal.
    pub(super) async fn leave(&mut self, id: &RequestId, doing: &str) -> Result<Result<(), Done>, ImapError> {
        loop {
            let said = self.next(doing, 0, |response| match response {
                Response::Continue(_) => Some(Ok(())),
                _ => done(response).filter(|(tag, _)| tag == id).map(|(_, done)| Err(done)),
            });
            if let Some(said) = said.await? {
                return Ok(said);
            }
        }
    }

    /// Begins IDLE (RFC 2177); false if the server refuses.
    pub(super) async fn begin_idle(&mut self) -> Result<bool, ImapError> {
        let id = self.send("IDLE", "IDLE").await?;
        // Under way from here on: a farewell may come before the server's leave.
        self.idle = Some(id.clone());
        Ok(self.leave(&id, "IDLE").await?.is_ok())
    }

    /// Whether IDLE is under way: it ends by [`Wire::end_idle`] or by the server itself.
    pub(super) fn is_idle(&self) -> bool {
        self.idle.is_some()
    }

    /// Ends IDLE if it is under way. A connection that died silently shows itself here.
    pub(super) async fn end_idle(&mut self) -> Result<(), ImapError> {
        let doing = "end of IDLE";
        if let Some(id) = self.idle.take() {
            self.send_line("DONE", doing).await?;
            self.finish(&id, doing, |_| {}).await?;
        }
        Ok(())
    }

    /// Takes note of what concerns the connection as a whole, whichever command is under way.
    fn note(&mut self, noted: Noted, doing: &str) -> Result<(), ImapError> {
        self.said = self.said.saturating_add(1);
        match noted {
            Noted::Bye(words) if doing != LOGOUT => return Err(self.closed(doing, words)),
            Noted::Bad(words) => self.complaint = Some((Instant::now() + GRACE.min(self.deadline), words)),
            Noted::Done(tag) => {
                self.complaint = None;
                self.idle = self.idle.take().filter(|idle| *idle != tag);
                if let Some(at) = self.owed.iter().position(|owed| *owed == tag) {
                    self.owed.swap_remove(at);
                    self.take_turn();
                }
            }
            Noted::News => self.news = true,
            Noted::Bye(_) | Noted::Else => {}
        }
        if self.said > FLOOD {
            return Err(self.garbled(doing, format!("{FLOOD} responses and no answer")));
        }
        Ok(())
    }

    /// Says farewell, briefly: the server may be busy with an answer that no one reads any more.
    pub(super) async fn logout(&mut self, within: Duration) {
        let farewell = async {
            self.end_idle().await?;
            let id = self.send(LOGOUT, LOGOUT).await?;
            self.finish(&id, LOGOUT, |_| {}).await
        };
        // Whatever comes of it, the connection is dropped next.
        let _ = timeout(within, farewell).await;
    }

    fn overdue(&self, doing: &str) -> ImapError {
        match &self.complaint {
            Some((_, words)) => {
                ImapError::Refused { server: self.server.clone(), command: doing.into(), words: words.clone() }
            }
            None => self.silent(doing),
        }
    }

    fn silent(&self, doing: &str) -> ImapError {
        ImapError::Silent { server: self.server.clone(), doing: doing.into(), seconds: self.deadline.as_secs_f64() }
    }

    fn closed(&self, doing: &str, cause: String) -> ImapError {
        ImapError::Closed { server: self.server.clone(), doing: doing.into(), cause }
    }

    /// An error for an answer that makes no sense.
    pub(super) fn garbled(&self, doing: &str, cause: String) -> ImapError {
        ImapError::Garbled { server: self.server.clone(), doing: doing.into(), cause }
    }

    fn nonsense(&self, doing: &str, nonsense: &Nonsense) -> ImapError {
        match nonsense {
            Nonsense::Literal { .. } => self.too_long(doing, nonsense.to_string()),
            _ => self.garbled(doing, nonsense.to_string()),
        }
    }

    /// An error for an answer that brings too much.
    pub(super) fn too_long(&self, doing: &str, cause: String) -> ImapError {
        ImapError::TooLong { server: self.server.clone(), doing: doing.into(), cause }
    }

    /// An error for a command that was refused.
    pub(super) fn refused(&self, command: &str, done: &Done) -> ImapError {
        ImapError::Refused { server: self.server.clone(), command: command.into(), words: done.words.clone() }
    }
}

/// What concerns the connection as a whole.
#[derive(Default)]
enum Noted {
    Bye(String),
    Bad(String),
    Done(RequestId),
    News,
    #[default]
    Else,
}

impl Noted {
    fn of(response: &Response<'_>) -> Self {
        match response {
            Response::Data { status: Status::Bye, outcome } => Self::Bye(words(outcome)),
            Response::Data { status: Status::Bad, outcome } => Self::Bad(words(outcome)),
            Response::Done { tag, .. } => Self::Done(tag.clone()),
            Response::MailboxData(MailboxDatum::Exists(_) | MailboxDatum::Recent(_)) => Self::News,
            _ => Self::Else,
        }
    }
}

/// The tag and the end of a command, if the response is one.
pub(super) fn done(response: &Response<'_>) -> Option<(RequestId, Done)> {
    let Response::Done { tag, status, outcome } = response else {
        return None;
    };
    Some((tag.clone(), Done { ok: *status == Status::Ok, words: words(outcome) }))
}

fn words(outcome: &Outcome<'_>) -> String {
    outcome.information.as_deref().unwrap_or("no reason given").trim().to_owned()
}

/// A text as an IMAP string: quoted where that can be, `None` where it needs a literal.
pub(super) fn quoted(text: &str) -> Option<String> {
    if !text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
        return None;
    }
    Some(format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_with_quotes_logs_in() {
        for (text, written) in [
            ("abcd", Some("\"abcd\"")),
            ("a\"b\\c d", Some("\"a\\\"b\\\\c d\"")),
            ("", Some("\"\"")),
            ("密码", None),
            ("line\nbreak", None),
        ] {
            assert_eq!(quoted(text).as_deref(), written);
        }
    }
}
