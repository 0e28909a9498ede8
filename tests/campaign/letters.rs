//! Mails as the clients of respondents write them, byte by byte: charsets, marks, quotes and threads.

use encoding_rs::{Encoding, GB18030, GBK, UTF_8};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::files::File;
use super::post::Received;

/// The address that answers are collected at.
pub(super) const COLLECTION: &str = "collect@district.example";

/// A client's way of writing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Client {
    Qq,
    Foxmail,
    Coremail,
    Outlook,
    Phone,
}

impl Client {
    /// All of them.
    pub(super) const ALL: [Self; 5] = [Self::Qq, Self::Foxmail, Self::Coremail, Self::Outlook, Self::Phone];

    fn charset(self) -> &'static Encoding {
        match self {
            Self::Qq => GB18030,
            Self::Foxmail | Self::Coremail => GBK,
            Self::Outlook | Self::Phone => UTF_8,
        }
    }

    fn message_id(self, number: u64, domain: &str) -> String {
        match self {
            Self::Qq => format!("tencent_{number:040X}@{domain}"),
            Self::Foxmail => format!("20180402{number:020}@{domain}"),
            Self::Coremail => format!("{number:x}.1a2b.162c.Coremail.user@{domain}"),
            Self::Outlook => format!("000001d3$c0ffee00${number:08x}$@{domain}"),
            Self::Phone => format!("{number:08X}-0000-4000-8000-1234567890AB@{domain}"),
        }
    }

    fn marks(self) -> &'static str {
        match self {
            Self::Qq => "X-QQ-MIME: TCMime 1.0 by Tencent\r\nX-Mailer: QQMail 2.x\r\nX-QQ-Mailer: QQMail 2.x\r\n",
            Self::Foxmail => "X-Priority: 3\r\nX-Has-Attach: yes\r\nX-Mailer: Foxmail 7.2.9.156[cn]\r\n",
            Self::Coremail => "X-Mailer: Coremail Webmail Server Version SP_ntes V3.5\r\nX-CM-HeaderCharset: GBK\r\n",
            Self::Outlook => "X-Mailer: Microsoft Outlook 16.0\r\nContent-Language: zh-cn\r\n",
            Self::Phone => "X-Mailer: iPhone Mail (15D100)\r\n",
        }
    }

    /// What stands before the subject of an answer.
    fn reply_prefix(self) -> &'static str {
        match self {
            Self::Qq => "回复：",
            Self::Foxmail | Self::Phone => "回复: ",
            Self::Coremail => "Re:",
            Self::Outlook => "答复: ",
        }
    }

    /// The mail that is answered, as this client quotes it.
    fn quote(self, original: &Received) -> String {
        let Received { subject, text, from, .. } = original;
        match self {
            Self::Qq => format!(
                "\n\n\n------------------ 原始邮件 ------------------\n发件人: \"人工智能产业调查\"<{from}>;\n\
                 发送时间: 2018年4月2日(星期一) 上午10:00\n收件人: \"办公室\"<office@firm.example>;\n主题: {subject}\n\n{text}"
            ),
            Self::Foxmail | Self::Outlook => format!(
                "\n\n\n发件人： {from}\n发送时间： 2018-04-02 10:00\n收件人： 办公室\n主题： {subject}\n\n{text}"
            ),
            Self::Coremail => {
                let quoted: String = text.lines().map(|line| format!("> {line}\n")).collect();
                format!("\n\n\n在 2018-04-02 10:00:00，\"人工智能产业调查\" <{from}> 写道：\n\n{quoted}")
            }
            Self::Phone => {
                let quoted: String = text.lines().map(|line| format!("> {line}\n")).collect();
                format!(
                    "\n\n发自我的iPhone\n\n> 在 2018年4月2日，上午10:00，人工智能产业调查 <{from}> 写道：\n> \n{quoted}"
                )
            }
        }
    }
}

/// A mail in the making.
pub(super) struct Letter<'a> {
    pub(super) client: Client,
    pub(super) from: &'a str,
    pub(super) subject: &'a str,
    pub(super) text: String,
    /// HTML beside the text, where the client's own markup matters.
    pub(super) html: Option<String>,
    pub(super) files: Vec<File>,
    /// What it answers.
    pub(super) answers: Option<&'a Received>,
    /// Whether headers and subject tell what it answers.
    pub(super) threaded: bool,
    /// Header fields more, as they are.
    pub(super) further: &'a str,
}

impl<'a> Letter<'a> {
    /// A mail with a few words.
    pub(super) fn new(client: Client, from: &'a str, subject: &'a str, text: &str) -> Self {
        let text = text.to_owned();
        Self { client, from, subject, text, html: None, files: Vec::new(), answers: None, threaded: true, further: "" }
    }

    /// Its bytes as they reach the collection mailbox, and its Message-ID. `number` is no other mail's.
    pub(super) fn bytes(&self, number: u64, at: Timestamp) -> (Vec<u8>, String) {
        let (client, charset) = (self.client, self.client.charset());
        let id = client.message_id(number, self.from.rsplit('@').next().unwrap());
        let mut head = format!("Received: from mail.example by mx.district.example; {}\r\n", date(at));
        let name = encoded_word("办公室", charset);
        head += &format!("From: {name} <{}>\r\nTo: <{COLLECTION}>\r\n", self.from);
        head += &format!("Subject: {}\r\n", encoded_word(&self.subject(), charset));
        head += &format!("Date: {}\r\nMessage-ID: <{id}>\r\n", date(at));
        head += &self.thread();
        head += client.marks();
        head += self.further;
        let boundary = format!("----=_NextPart_{number:08X}");
        head += &format!("MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n\tboundary=\"{boundary}\"\r\n\r\n");
        (format!("{head}{}--{boundary}--\r\n", self.parts(&boundary)).into_bytes(), id)
    }

    fn subject(&self) -> String {
        match self.answers.filter(|_| self.threaded) {
            Some(original) => format!("{}{}", self.client.reply_prefix(), original.subject),
            None => self.subject.to_owned(),
        }
    }

    /// Foxmail names the thread in References alone, separated by commas.
    fn thread(&self) -> String {
        let Some(original) = self.answers.filter(|_| self.threaded) else { return String::new() };
        let id = &original.message_id;
        match self.client {
            Client::Foxmail => format!("References: <{id}>, <{id}>\r\n"),
            _ => format!("In-Reply-To: <{id}>\r\nReferences: <{id}>\r\n"),
        }
    }

    fn parts(&self, boundary: &str) -> String {
        let charset = self.client.charset();
        let quote = self.answers.map(|original| self.client.quote(original)).unwrap_or_default();
        let text = format!("{}{quote}", self.text);
        let mut parts =
            part(boundary, &format!("text/plain; charset=\"{}\"", charset.name()), "", &charset.encode(&text).0);
        if let Some(html) = &self.html {
            parts +=
                &part(boundary, &format!("text/html; charset=\"{}\"", charset.name()), "", &charset.encode(html).0);
        }
        for (name, bytes) in &self.files {
            let word = encoded_word(name, charset);
            let kind = format!("application/octet-stream; name=\"{word}\"");
            let disposition = format!("Content-Disposition: attachment; filename=\"{word}\"\r\n");
            parts += &part(boundary, &kind, &disposition, bytes);
        }
        parts
    }
}

fn part(boundary: &str, kind: &str, further: &str, bytes: &[u8]) -> String {
    let encoded = base64_simd::STANDARD.encode_to_string(bytes);
    let lines = encoded.as_bytes().chunks(76).map(|line| std::str::from_utf8(line).unwrap()).collect::<Vec<_>>();
    format!(
        "--{boundary}\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n{further}\r\n{}\r\n",
        lines.join("\r\n")
    )
}

/// One long word, as most Chinese clients write it.
fn encoded_word(text: &str, charset: &'static Encoding) -> String {
    format!("=?{}?B?{}?=", charset.name(), base64_simd::STANDARD.encode_to_string(charset.encode(text).0))
}

fn date(at: Timestamp) -> String {
    let there = at.to_zoned(TimeZone::get("Asia/Shanghai").unwrap());
    there.strftime("%a, %d %b %Y %H:%M:%S +0800").to_string()
}
