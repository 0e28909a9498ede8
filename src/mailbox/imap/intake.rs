//! Responses cut out of the bytes of a server, within bounds that no server can talk its way around.
//!
//! A response is a line, and where a line ends in `{n}` the n bytes of a literal and the line that goes on behind it (RFC 9051, 4.3).
//! Each byte is looked at once, whatever it comes with, and the parser sees a response only when all of it is there. A library that
//! parses anew with each packet (`async-imap` does) takes time that grows with the square of what a server says without end, makes
//! room for a literal of half a gigabyte on the mere word of the server, and hands the parser thousands of brackets, which it
//! descends into until the stack is at its end and the process with it.

use std::cell::Cell;
use std::panic::{catch_unwind, set_hook, take_hook};
use std::sync::Once;

use imap_proto::{Outcome, ParseResult, Response, Status};

/// Most bytes of a response outside its literals. The longest that is asked for is a FETCH response of a list, of a hundred.
const TEXT: usize = 64 << 10;
/// Most opening brackets of a response outside its literals, as each may take the parser deeper. Of what is asked for nothing has
/// more than three.
const BRACKETS: usize = 64;
/// Room that is kept between responses.
const KEPT: usize = 256 << 10;
/// How often the parser may want more than a line that looked whole.
const TRIES: u32 = 8;

/// Why a server is not listened to any more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Nonsense {
    /// A literal that is longer than anything asked for.
    #[error("a literal of {length} bytes, and {most} are the most that can be asked for")]
    Literal {
        /// Its length as the server says.
        length: u64,
        /// The bound.
        most: u64,
    },
    /// A line without end.
    #[error("a response of more than {TEXT} bytes beside its literals")]
    Text,
    /// Brackets without end.
    #[error("a response of more than {BRACKETS} opening brackets")]
    Brackets,
    /// No response of IMAP.
    #[error("{0:?}")]
    Unparsed(String),
}

/// The bytes that came and are not heard yet.
#[derive(Debug)]
pub(super) struct Intake {
    bytes: Vec<u8>,
    /// How far they were looked at.
    seen: usize,
    /// Where the line begins that is looked at.
    line: usize,
    /// Bytes of the response so far that belong to no literal.
    text: usize,
    brackets: usize,
    tries: u32,
    /// The most bytes that the literals of a response may have.
    most: u64,
    literals: u64,
}

impl Intake {
    /// Nothing came yet; literals of a response may have so many bytes.
    pub(super) fn new(most: u64) -> Self {
        Self { bytes: Vec::new(), seen: 0, line: 0, text: 0, brackets: 0, tries: 0, most, literals: 0 }
    }

    /// Takes what came.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Whether something came that is not heard yet.
    pub(super) fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// The next whole response as `see` sees it; none when more must come first. A line that no one asked for and that cannot be
    /// understood, such as a folder's name with a bare backslash, is seen as an OK without words: it must not keep a mailbox off.
    ///
    /// # Errors
    /// [`Nonsense`] after which nothing that comes can be understood.
    pub(super) fn next<T>(&mut self, see: impl FnOnce(&Response<'_>) -> T) -> Result<Option<T>, Nonsense> {
        while self.is_whole()? {
            let whole = self.bytes.get(..self.seen).unwrap_or_default();
            match parsed(whole) {
                Some(Ok((rest, response))) => {
                    let seen = see(&response);
                    let heard = whole.len() - rest.len();
                    self.forget(heard);
                    return Ok(Some(seen));
                }
                failed => match dispensable(whole) {
                    Some(line) => {
                        self.forget(line);
                        return Ok(Some(see(&Response::Data { status: Status::Ok, outcome: Outcome::default() })));
                    }
                    // A line break where it does not belong, as in a quoted string: perhaps the next line ends it.
                    None if self.tries < TRIES && matches!(&failed, Some(Err(error)) if error.is_incomplete()) => {
                        self.tries += 1;
                    }
                    None => return Err(Nonsense::Unparsed(beginning(whole))),
                },
            }
        }
        Ok(None)
    }

    fn forget(&mut self, heard: usize) {
        self.bytes.drain(..heard);
        if self.bytes.is_empty() && self.bytes.capacity() > KEPT {
            // A large mail does not leave its room behind in each mailbox.
            self.bytes = Vec::new();
        }
        *self = Self { bytes: std::mem::take(&mut self.bytes), ..Self::new(self.most) };
    }

    /// Looks on up to the end of a line that may be the response's last. Whether there is one.
    fn is_whole(&mut self) -> Result<bool, Nonsense> {
        while let Some(&byte) = self.bytes.get(self.seen) {
            self.seen += 1;
            self.text += 1;
            if self.text > TEXT {
                return Err(Nonsense::Text);
            }
            match byte {
                b'\n' => match self.announced() {
                    Some(length) => self.skip(length)?,
                    None => {
                        self.line = self.seen;
                        return Ok(true);
                    }
                },
                b'(' => self.brackets += 1,
                _ => {}
            }
            if self.brackets > BRACKETS {
                return Err(Nonsense::Brackets);
            }
        }
        // A literal may not be there to its end: what is looked at begins behind it.
        Ok(false)
    }

    /// The length of the literal that the line just ended announces.
    fn announced(&self) -> Option<u64> {
        let line = self.bytes.get(self.line..self.seen)?.strip_suffix(b"}\r\n")?;
        let digits = line.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
        let (head, number) = line.split_at(line.len() - digits);
        if !head.ends_with(b"{") {
            return None;
        }
        // One that no number holds is too long at any rate.
        (digits > 0).then(|| std::str::from_utf8(number).ok().and_then(|text| text.parse().ok()).unwrap_or(u64::MAX))
    }

    fn skip(&mut self, length: u64) -> Result<(), Nonsense> {
        self.literals = self.literals.saturating_add(length);
        let too_long = Nonsense::Literal { length, most: self.most };
        if self.literals > self.most {
            return Err(too_long);
        }
        self.seen += usize::try_from(length).map_err(|_| too_long)?;
        self.line = self.seen;
        Ok(())
    }
}

thread_local! {
    /// Whether a response is being parsed on this thread.
    static PARSING: Cell<bool> = const { Cell::new(false) };
}

/// Parses a response. None where the parser panics, as it does at some lines: a response code with no blank behind it, a date that is
/// NIL. Nothing is said of that panic: a server could fill the log with them.
fn parsed(whole: &[u8]) -> Option<ParseResult<'_>> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let before = take_hook();
        set_hook(Box::new(move |panic| {
            if !PARSING.get() {
                before(panic);
            }
        }));
    });
    PARSING.set(true);
    let parsed = catch_unwind(|| Response::parse(whole));
    PARSING.set(false);
    parsed.ok()
}

/// The length of the first line, if nothing is lost without it: it ends no command, brings no message, and no literal follows it.
fn dispensable(bytes: &[u8]) -> Option<usize> {
    let line = bytes.get(..=bytes.iter().position(|byte| *byte == b'\n')?)?;
    let said = line.strip_prefix(b"* ")?.trim_ascii_start();
    let digits = said.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let what = said.get(digits..)?.trim_ascii_start();
    let brings_a_message = what.get(..5).is_some_and(|word| word.eq_ignore_ascii_case(b"FETCH"));
    (!brings_a_message && !line.ends_with(b"}\r\n")).then_some(line.len())
}

/// How something begins, for an error.
fn beginning(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.get(..120).unwrap_or(bytes)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOST: u64 = 1 << 20;

    /// What is heard of bytes that come in pieces of some size.
    fn heard(bytes: &[u8], piece: usize) -> Result<Vec<String>, Nonsense> {
        let mut intake = Intake::new(MOST);
        let mut heard = Vec::new();
        for piece in bytes.chunks(piece) {
            intake.push(piece);
            while let Some(response) = intake.next(|response| format!("{response:?}"))? {
                heard.push(response);
            }
        }
        Ok(heard)
    }

    #[test]
    fn responses_are_the_same_in_whatever_pieces_they_come() {
        let bytes = b"* OK [CAPABILITY IMAP4rev1] ready\r\n\
            * 1 FETCH (UID 7 BODY[] {11}\r\nx\r\n)\r\n{9}\r\n)\r\n\
            * LIST () \"/\" \"a \\\" ( b\"\r\nA0001 OK done {3}\r\n";
        let whole = heard(bytes, bytes.len()).unwrap();
        assert_eq!(whole.len(), 3, "{whole:#?}");
        assert!(whole[1].contains("BodySection") && whole[2].contains("List"), "{whole:#?}");
        for piece in 1..20 {
            assert_eq!(heard(bytes, piece).unwrap(), whole, "{piece}");
        }
        // The last line may announce a literal: that is found out with what comes next.
        let more = [&bytes[..], b"* 2 EXISTS\r\n* BYE bye\r\n"].concat();
        assert_eq!(heard(&more, 5).unwrap().len(), 6);
    }

    #[test]
    fn a_server_that_speaks_without_end_is_not_listened_to() {
        let check = |bytes: &[u8], wanted: fn(&Nonsense) -> bool| {
            let error = heard(bytes, 4096).unwrap_err();
            assert!(wanted(&error), "{error}");
        };
        check(&vec![b'x'; TEXT + 2], |error| matches!(error, Nonsense::Text));
        let split = b"* 1 FETCH (BODY[] {1}\r\nx".repeat(10_000);
        check(&split, |error| matches!(error, Nonsense::Text | Nonsense::Brackets));
        let pairs = b"* 1 FETCH (UID 1 BODY[] {600000}\r\n";
        let twice = [&pairs[..], &vec![b'x'; 600_000], b" BODY[] {600000}\r\n"].concat();
        check(&twice, |error| matches!(error, Nonsense::Literal { .. }));
        let announced = b"* 1 FETCH (BODY[] {4294967296}\r\n";
        check(announced, |error| matches!(error, Nonsense::Literal { length: 4_294_967_296, .. }));
        let beyond = b"* 1 FETCH (BODY[] {99999999999999999999999999}\r\n";
        check(beyond, |error| matches!(error, Nonsense::Literal { .. }));
        let nested = [b"* 1 FETCH (BODYSTRUCTURE ".to_vec(), b"(".repeat(60_000), b"\r\n".to_vec()].concat();
        check(&nested, |error| matches!(error, Nonsense::Brackets));
        // A quotation mark hides none of them.
        let quoted = [b"* 1 FETCH (X a\" BODYSTRUCTURE ".to_vec(), b"(".repeat(60_000), b"\r\n".to_vec()].concat();
        check(&quoted, |error| matches!(error, Nonsense::Brackets));
        check(b"\0\xff\xfe\r\n", |error| matches!(error, Nonsense::Unparsed(_)));
    }
    #[test]
    fn a_line_that_breaks_the_parser_ends_no_daemon_and_keeps_no_mailbox_off() {
        let check = |line: &[u8], is_passed_over: bool| {
            let said = [line, b"\r\n* LIST () \"/\" \"INBOX\"\r\nA0001 OK done\r\n"].concat();
            let heard = heard(&said, 7);
            assert_eq!(heard.as_ref().map_or(0, Vec::len), if is_passed_over { 3 } else { 0 }, "{heard:?}");
        };
        check("* OK [ALERT]请稍候".as_bytes(), true);
        check(b"* OK [ALERT]\xc7\xeb\xc9\xd4\xba\xf2", true);
        check(b"* METADATA \"\xff\" /shared/comment", true);
        check(b"* LIST () \"/\" \"a\\b\"", true);
        check(b"* LIST () \"/\" \"a\\\"", true);
        check(b"* FLAGS (\xc7\xeb)", true);
        // What may be a message, or the end of a command, is not passed over.
        check(b"* 1 FETCH (UID 1 INTERNALDATE NIL RFC822.SIZE 5)", false);
        check(b"* 1 FETCH (UID 1 \xc7\xeb)", false);
        check(b"A0001 \xc7\xeb", false);
    }
}
