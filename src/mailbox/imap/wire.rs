//! Commands out, responses in, each within its deadline. The only file that holds an `async_imap` client.
//!
//! Commands are written past the library onto its stream, so that the next can be on its way before the last is answered, and
//! so that its trace level, which prints the commands it sends with their passwords, never sees one. It prints all it receives,
//! whole mails among it: a log should cap the target `async_imap` at debug all the same.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use imap_proto::{MailboxDatum, Outcome, RequestId, Response, Status};
use tokio::io::AsyncWriteExt;
use tokio::time::{Instant, timeout};

use super::settings::{ImapError, Settings};
use super::stream::Stream;

/// The slowest line that is waited for, in bytes a second: a deadline grows by the bytes an answer brings.
const SLOWEST: u64 = 4 * 1024;

/// How long a tagged answer may still come after an untagged BAD.
const GRACE: Duration = Duration::from_secs(5);

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
    client: async_imap::Client<Stream>,
    server: String,
    deadline: Duration,
    arrived: Arc<AtomicU64>,
    commands: u64,
    /// The IDLE under way.
    idle: Option<RequestId>,
    /// Until when the tagged answer may come after an untagged BAD, and what that said.
    complaint: Option<(Instant, String)>,
    /// Whether the server told of new messages since this was last cleared.
    pub(super) news: bool,
}

impl Wire {
    /// Speaks IMAP over a stream.
    pub(super) fn new(stream: Stream, settings: &Settings) -> Self {
        let arrived = stream.arrived();
        Self {
            client: async_imap::Client::new(stream),
            server: settings.server(),
            deadline: settings.command_deadline,
            arrived,
            commands: 0,
            idle: None,
            complaint: None,
            news: false,
        }
    }

    /// Gives up the connection as it is, for STARTTLS.
    pub(super) fn into_stream(self) -> Stream {
        self.client.into_inner()
    }

    /// Sends a command; `doing` names it in errors (without secrets).
    pub(super) async fn send(&mut self, command: &str, doing: &str) -> Result<RequestId, ImapError> {
        self.commands += 1;
        let tag = format!("A{:04}", self.commands);
        self.send_line(&format!("{tag} {command}"), doing).await?;
        Ok(RequestId(tag))
    }

    /// Sends a line that belongs to a command under way.
    pub(super) async fn send_line(&mut self, line: &str, doing: &str) -> Result<(), ImapError> {
        let stream = self.client.get_mut();
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
        let last = Instant::now() + self.deadline + Duration::from_secs(bytes / SLOWEST);
        loop {
            let before = self.arrived.load(Ordering::Relaxed);
            let limit = self.complaint.as_ref().map_or(last, |(until, _)| last.min(*until));
            let wait = self.deadline.min(limit.saturating_duration_since(Instant::now()));
            match timeout(wait, self.client.read_response()).await {
                Ok(read) => {
                    let response = read.map_err(|error| self.broken(doing, &error))?;
                    let response = response.ok_or_else(|| self.closed(doing, "end of stream".into()))?;
                    self.note(response.parsed(), doing)?;
                    return Ok(see(response.parsed()));
                }
                Err(_) if Instant::now() < limit && self.arrived.load(Ordering::Relaxed) > before => {}
                Err(_) => return Err(self.overdue(doing)),
            }
        }
    }

    /// Takes the next response without a deadline, when the server owes none. Safe to drop while it waits.
    pub(super) async fn listen(&mut self, doing: &str) -> Result<(), ImapError> {
        let response = self.client.read_response().await.map_err(|error| self.broken(doing, &error))?;
        let response = response.ok_or_else(|| self.closed(doing, "end of stream".into()))?;
        self.note(response.parsed(), doing)
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
    fn note(&mut self, response: &Response<'_>, doing: &str) -> Result<(), ImapError> {
        match response {
            Response::Data { status: Status::Bye, outcome } if doing != LOGOUT => {
                return Err(self.closed(doing, words(outcome)));
            }
            Response::Data { status: Status::Bad, outcome } => {
                self.complaint = Some((Instant::now() + GRACE.min(self.deadline), words(outcome)));
            }
            Response::Done { tag, .. } => {
                self.complaint = None;
                self.idle = self.idle.take().filter(|idle| idle != tag);
            }
            Response::MailboxData(MailboxDatum::Exists(_) | MailboxDatum::Recent(_)) => self.news = true,
            _ => {}
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

    /// An error of the library: its parser's (the text holds the answer, which may be a whole mail), or the stream's.
    fn broken(&self, doing: &str, error: &std::io::Error) -> ImapError {
        let text = error.to_string();
        let seen = text.split_once("during parsing of").map_or(text.as_str(), |(_, seen)| seen.trim());
        let cause: String = seen.chars().take(200).collect();
        if error.kind() == std::io::ErrorKind::Other {
            return ImapError::Garbled { server: self.server.clone(), doing: doing.into(), cause };
        }
        self.closed(doing, cause)
    }

    /// An error for a command that was refused.
    pub(super) fn refused(&self, command: &str, done: &Done) -> ImapError {
        ImapError::Refused { server: self.server.clone(), command: command.into(), words: done.words.clone() }
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
