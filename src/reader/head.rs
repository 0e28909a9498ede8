//! The head of a mail, as the parent reads it itself while it hands the mail over: a reader that was taken over could name any sender
//! of the roster, and a passing word of the collection server with it.

use memchr::memmem;

use crate::mail::{self, Envelope, ServerWord};
use crate::reading::{HEAD, Reading};

/// Bytes that are looked at for the end of the head at a time; nearly all heads are shorter.
const STEP: usize = 8 << 10;

/// The bytes of a head, kept as they pass: up to the first empty line, or as many as are looked at of a message that is too large.
#[derive(Default)]
pub(super) struct Kept {
    bytes: Vec<u8>,
    is_whole: bool,
}

impl Kept {
    /// Takes the next bytes of a message, of which no more than `most` are looked at.
    pub(super) fn take(&mut self, bytes: &[u8], most: u64) {
        let most = usize::try_from(most.min(HEAD)).unwrap_or(usize::MAX);
        for step in bytes.chunks(STEP) {
            if self.is_whole {
                return;
            }
            // An empty line may begin in what is there already.
            let from = self.bytes.len().saturating_sub(2);
            let room = most.saturating_sub(self.bytes.len());
            self.bytes.extend_from_slice(step.get(..room).unwrap_or(step));
            let end = end(&self.bytes, from);
            self.is_whole = end.is_some() || self.bytes.len() >= most;
            self.bytes.truncate(end.unwrap_or(usize::MAX));
        }
    }

    /// What the bytes say, the collection server being called that.
    pub(super) fn read(&self, authserv_id: Option<&str>) -> Head {
        let (envelope, trace) = mail::parse_way(&self.bytes);
        Head { envelope, server_word: trace.server_word(authserv_id) }
    }
}

/// Position behind the first empty line, looked for from a position on.
fn end(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let is_first = from == 0 && (rest.starts_with(b"\n") || rest.starts_with(b"\r\n"));
    let behind = |line: &[u8]| memmem::find(rest, line).map(|at| from + at + line.len());
    if is_first {
        Some(rest.iter().position(|byte| *byte == b'\n')? + 1)
    } else {
        behind(b"\n\n").into_iter().chain(behind(b"\n\r\n")).min()
    }
}

/// What a head says of who sent its mail.
pub(super) struct Head {
    envelope: Envelope,
    server_word: ServerWord,
}

impl Head {
    /// Puts it in place of what the reader says of it.
    pub(super) fn put_into(self, reading: &mut Reading) {
        reading.envelope = self.envelope;
        reading.dmarc_failed = self.server_word.dmarc.as_deref() == Some("fail");
        reading.server_word = self.server_word;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::corpus;
    use crate::document::Limits;
    use crate::reading::{self, Request};

    fn kept(raw: &[u8], piece: usize) -> Kept {
        let mut kept = Kept::default();
        raw.chunks(piece).for_each(|piece| kept.take(piece, u64::MAX));
        kept
    }

    fn check(name: &str, raw: &[u8], authserv_id: Option<&str>) {
        let authserv = authserv_id.map(str::to_owned);
        let request =
            Request { surveys: Vec::new(), authserv_id: authserv, limits: Limits::default(), left_out: Vec::new() };
        let honest = reading::read(raw, &request, &mut |_| {});
        for piece in [1, 7, 64 << 10, usize::MAX] {
            let mut reading = honest.clone();
            kept(raw, piece).read(authserv_id).put_into(&mut reading);
            assert_eq!(reading, honest, "{name} in pieces of {piece}");
        }
    }

    #[test]
    fn of_an_honest_readers_word_nothing_changes() {
        for (name, raw) in corpus::messages() {
            let unix = String::from_utf8_lossy(&raw).replace("\r\n", "\n").into_bytes();
            for authserv_id in [None, Some("mx.district.example")] {
                check(&name, &raw, authserv_id);
                check(&name, &unix, authserv_id);
            }
        }
    }

    #[test]
    fn heads_that_end_otherwise_say_what_they_say_to_a_reader() {
        let long = format!("X: {}\r\nFrom: a@b.example\r\n\r\nx", "x".repeat(3 * STEP));
        for raw in [
            "",
            "\r\nFrom: a@b.example\r\n\r\nx",
            "\nFrom: a@b.example\n\nx",
            "From: a@b.example",
            "From: a@b.example\r",
            "From: a@b.example\r\nno field\r\nFrom: c@d.example\r\n\r\nFrom: e@f.example",
            "From a@b.example Mon\nFrom: c@d.example\n\r\nx",
            "From: a@b.example\n \n\nFrom: c@d.example\n\n",
            "Subject: x\r\n\r\r\n\r\nFrom: c@d.example",
            &long,
        ] {
            check(raw, raw.as_bytes(), None);
        }
    }

    #[test]
    fn of_a_head_without_end_no_more_is_kept_than_of_a_mail_that_is_too_large() {
        let raw = "X: x\r\n".repeat(usize::try_from(HEAD).unwrap());
        assert_eq!(u64::try_from(kept(raw.as_bytes(), 1 << 16).bytes.len()).unwrap(), HEAD);
    }
}
