//! The stream below lettre: it writes down the replies as they come and hands lettre plain ASCII.
//!
//! QQ says `535 Error: 请使用授权码登录。` in raw GBK. lettre takes such a line for a broken network and loses the code, so a
//! wrong password would be tried again and again. Here every byte beyond ASCII becomes a question mark on its way to lettre, and
//! the true words are kept in the [`Record`].

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use encoding_rs::GB18030;
use lettre::transport::smtp::client::AsyncTokioStream;
use lettre::transport::smtp::response::Response;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::fault::{Fault, Step};
use crate::transport::Outcome;

/// Most bytes of the replies to one command. RFC 5321 (4.5.3.1.5) has lines of 512; a server that says more than this means no good,
/// and lettre would gather its words until the memory is full.
const MOST: usize = 64 << 10;

/// The replies since the last [`Record::clear`], as they came.
#[derive(Debug, Clone, Default)]
pub(super) struct Record(Arc<Mutex<Vec<u8>>>);

impl Record {
    /// Forgets the replies so far.
    pub(super) fn clear(&self) {
        self.lock().clear();
    }

    /// The reply with this code, in one line: `535 Error: 请使用授权码登录。`
    pub(super) fn words(&self, code: u16) -> String {
        let prefix = code.to_string();
        let text = decode(&self.lock());
        let lines = text.lines().filter_map(|line| line.strip_prefix(prefix.as_str()));
        let words = lines.map(|rest| rest.trim_start_matches('-').trim()).filter(|words| !words.is_empty());
        std::iter::once(prefix.as_str()).chain(words).collect::<Vec<_>>().join(" ")
    }

    /// The code of a reply that ends in a line of nothing else. The standard allows that, and lettre cannot read it.
    pub(super) fn bare_code(&self) -> Option<u16> {
        let text = decode(&self.lock());
        let mut lines = text.strip_suffix("\r\n")?.rsplit("\r\n");
        let last = lines.next().filter(|last| last.len() == 3)?;
        let goes_on = |line: &str| line.strip_prefix(last).is_some_and(|rest| rest.starts_with('-'));
        if lines.all(goes_on) { last.parse().ok() } else { None }
    }

    /// Takes what came; an error when that is more than a reply may have.
    fn push(&self, bytes: &[u8]) -> io::Result<()> {
        let mut kept = self.lock();
        if kept.len() + bytes.len() > MOST {
            return Err(io::Error::new(io::ErrorKind::InvalidData, format!("a reply of more than {MOST} bytes")));
        }
        kept.extend(bytes);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hears a server's reply to a command and says what it means for the notice, without a server: for fuzzing, which throws bytes at it.
#[must_use]
pub fn hear(bytes: &[u8], step: Step) -> Option<Outcome> {
    let record = Record::default();
    record.push(bytes).ok()?;
    let plain: String = bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '?' }).collect();
    let code = u16::from(plain.parse::<Response>().ok()?.code());
    Some(Fault::Reply { server: String::new(), step, code, words: record.words(code) }.outcome())
}

/// UTF-8 where it is, otherwise GB18030, which GBK and GB2312 are parts of.
fn decode(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// A stream whose replies are recorded.
#[derive(Debug)]
pub(super) struct Recorded<S> {
    stream: S,
    peer: SocketAddr,
    record: Record,
    /// What is read before anything of the stream: lettre wants a greeting, which a server gives only once, before STARTTLS.
    greeting: Vec<u8>,
}

impl<S> Recorded<S> {
    /// Wraps a stream on which the server has not yet spoken.
    pub(super) fn new(stream: S, peer: SocketAddr, record: Record) -> Self {
        Self { stream, peer, record, greeting: Vec::new() }
    }

    /// Wraps a stream on which the greeting is over.
    pub(super) fn greeted(stream: S, peer: SocketAddr, record: Record) -> Self {
        Self { greeting: b"220 ready\r\n".to_vec(), ..Self::new(stream, peer, record) }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Recorded<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if !self.greeting.is_empty() {
            let most = buffer.remaining().min(self.greeting.len());
            let given: Vec<u8> = self.greeting.drain(..most).collect();
            buffer.put_slice(&given);
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        if let Some(fresh) = buffer.filled_mut().get_mut(before..) {
            self.record.push(fresh)?;
            fresh.iter_mut().filter(|byte| !byte.is_ascii()).for_each(|byte| *byte = b'?');
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Recorded<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<S> AsyncTokioStream for Recorded<S>
where
    S: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug,
{
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(replies: &[u8], code: u16, expected: &str) {
        let record = Record::default();
        record.push(replies).unwrap();
        assert_eq!(record.words(code), expected);
    }

    #[test]
    fn words_in_gbk_and_utf8_are_kept() {
        let gbk = GB18030.encode("535 Error: 请使用授权码登录。\r\n").0;
        check(&gbk, 535, "535 Error: 请使用授权码登录。");
        check("550 含有不当内容\r\n".as_bytes(), 550, "550 含有不当内容");
    }

    #[test]
    fn a_code_alone_is_a_reply() {
        for (replies, code) in [
            (&b"250\r\n"[..], Some(250)),
            (b"250-yes\r\n250\r\n", Some(250)),
            (b"250 yes\r\n", None),
            (b"250-yes\r\n550\r\n", None),
            (b"250", None),
            (b"abc\r\n", None),
            (b"", None),
        ] {
            let record = Record::default();
            record.push(replies).unwrap();
            assert_eq!(record.bare_code(), code, "{replies:?}");
        }
    }

    #[test]
    fn a_reply_of_several_lines_is_one() {
        check(b"220 hello\r\n550-no\r\n550 never\r\n221 bye\r\n", 550, "550 no never");
        check(b"250\r\n", 250, "250");
        check(b"", 250, "250");
    }
}
