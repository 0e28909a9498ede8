//! Mails as the usual clients write them: their headers, charsets, threads and quotes, faults included.
//!
//! The shapes follow public mails of QQ Mail, Foxmail, NetEase (Coremail), Outlook and the iPhone.

mod head;
mod quote;

use base64_simd::STANDARD;
use encoding_rs::{Encoding, GB18030, GBK, UTF_8};
use postroom::mail::Message;

/// A client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Client {
    /// QQ Mail in a browser.
    Qq,
    /// Foxmail for Windows: no `In-Reply-To`, and commas between references.
    Foxmail,
    /// 163 Mail in a browser.
    NetEase,
    /// Outlook for Windows.
    Outlook,
    /// The iPhone's own client: attachments inline, quoted-printable.
    Phone,
}

/// What somebody writes.
#[derive(Default)]
pub(crate) struct Words {
    text: String,
    files: Vec<(String, Vec<u8>)>,
    without_thread: bool,
    without_quote: bool,
}

/// A mail of these words.
pub(crate) fn says(text: &str) -> Words {
    Words { text: text.to_owned(), ..Words::default() }
}

impl Words {
    /// With a file.
    pub(crate) fn with(mut self, name: &str, bytes: &[u8]) -> Self {
        self.files.push((name.to_owned(), bytes.to_owned()));
        self
    }

    /// Without the headers that tell what is answered, as some replies of QQ Mail come.
    pub(crate) fn without_thread(mut self) -> Self {
        self.without_thread = true;
        self
    }

    /// Without what is answered below it, as QQ's app sends.
    pub(crate) fn without_quote(mut self) -> Self {
        self.without_quote = true;
        self
    }
}

/// A mail that is to be put in its client's form.
pub(crate) struct Draft<'a> {
    /// The sender's name.
    pub name: &'a str,
    /// The sender's address.
    pub address: &'a str,
    /// The recipient's address.
    pub to: &'a str,
    /// The subject, before the client puts its `回复：` in front.
    pub subject: String,
    /// What is written.
    pub words: Words,
    /// What is answered.
    pub answered: Option<&'a Message>,
}

impl Client {
    /// The mail.
    pub(crate) fn write(self, draft: &Draft<'_>) -> Vec<u8> {
        let mut mail = head::fields(self, draft);
        let boundary = "----=_001_NextPart156846856287_=----";
        mail.push_str(&format!("Content-Type: multipart/mixed;\r\n\tboundary=\"{boundary}\"\r\n\r\n"));
        mail.push_str(&format!("--{boundary}\r\n{}", self.body(draft)));
        for (name, bytes) in &draft.words.files {
            mail.push_str(&format!("--{boundary}\r\n{}", self.file(name, bytes)));
        }
        mail.push_str(&format!("--{boundary}--\r\n"));
        mail.into_bytes()
    }

    /// The charset it writes in.
    fn charset(self) -> (&'static str, &'static Encoding) {
        match self {
            Self::Qq => ("gb18030", GB18030),
            Self::Foxmail => ("GB2312", GBK),
            Self::NetEase => ("GBK", GBK),
            Self::Outlook => ("gb2312", GBK),
            Self::Phone => ("utf-8", UTF_8),
        }
    }

    /// Text as an encoded word, however long, as these clients do not mind.
    fn word(self, text: &str) -> String {
        let (charset, encoding) = self.charset();
        format!("=?{charset}?B?{}?=", STANDARD.encode_to_string(encoding.encode(text).0))
    }

    /// The text, and the same as HTML where the client writes both.
    fn body(self, draft: &Draft<'_>) -> String {
        let (text, html) = (quote::text(self, draft), quote::html(self, draft));
        if self == Self::Phone {
            return self.part("plain", &text);
        }
        let boundary = "----=_002_NextPart156846856287_=----";
        format!(
            "Content-Type: multipart/alternative;\r\n\tboundary=\"{boundary}\"\r\n\r\n--{boundary}\r\n{}--{boundary}\r\n{}--{boundary}--\r\n",
            self.part("plain", &text),
            self.part("html", &html)
        )
    }

    fn part(self, kind: &str, text: &str) -> String {
        let (charset, encoding) = self.charset();
        let bytes = encoding.encode(text).0.into_owned();
        let quoted = self == Self::Phone || (kind == "html" && matches!(self, Self::Foxmail | Self::Outlook));
        let (name, content) = match quoted {
            true => ("quoted-printable", quoted_printable(&bytes)),
            false => ("base64", lines(&bytes)),
        };
        format!(
            "Content-Type: text/{kind};\r\n\tcharset=\"{charset}\"\r\nContent-Transfer-Encoding: {name}\r\n\r\n{content}\r\n"
        )
    }

    fn file(self, name: &str, bytes: &[u8]) -> String {
        let word = self.word(name);
        let fields = match self {
            Self::Qq => format!(
                "Content-Type: application/octet-stream;\r\n\tcharset=\"gb18030\";\r\n\tname=\"{word}\"\r\n\
                 Content-Disposition: attachment; filename=\"{word}\"\r\n"
            ),
            Self::Phone => format!(
                "Content-Disposition: inline;\r\n\tfilename*=utf-8''{}\r\n\
                 Content-Type: application/octet-stream;\r\n\tx-unix-mode=0644;\r\n\tname=\"{word}\"\r\n",
                percent(name)
            ),
            _ => format!(
                "Content-Type: application/octet-stream;\r\n\tname=\"{word}\"\r\n\
                 Content-Disposition: attachment;\r\n\tfilename=\"{word}\"\r\n"
            ),
        };
        format!("{fields}Content-Transfer-Encoding: base64\r\n\r\n{}", lines(bytes))
    }
}

/// Base64 in lines.
fn lines(bytes: &[u8]) -> String {
    let text = STANDARD.encode_to_string(bytes);
    let lines = text.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line) + "\r\n");
    lines.collect()
}

/// Quoted-printable (RFC 2045, 6.7).
fn quoted_printable(bytes: &[u8]) -> String {
    let (mut text, mut column) = (String::new(), 0);
    for &byte in bytes {
        let piece = match byte {
            b'\r' => continue,
            b'\n' => "\r\n".to_owned(),
            b' '..=b'~' if byte != b'=' => char::from(byte).to_string(),
            _ => format!("={byte:02X}"),
        };
        if byte != b'\n' && column + piece.len() > 75 {
            text.push_str("=\r\n");
            column = 0;
        }
        column = if byte == b'\n' { 0 } else { column + piece.len() };
        text.push_str(&piece);
    }
    text
}

/// Percent-encoded (RFC 8187).
fn percent(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'.' | b'-' => char::from(byte).to_string(),
        _ if byte.is_ascii_alphanumeric() => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(byte).collect()
}
