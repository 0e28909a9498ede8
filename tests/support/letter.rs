//! Mails as respondents write them: the samples of the corpus under another sender, and filled-in forms made for a test.

use std::path::{Path, PathBuf};

use lettre::message::header::ContentType;
use lettre::message::{Attachment, Message, MultiPart, SinglePart};

/// The labels of the founding survey's form.
const LABELS: [&str; 6] = [
    "企业(平台)名称",
    "所从事的人工智能行业地位描述",
    "掌握的人工智能核心技术、建设的技术平台",
    "拥有的主要人工智能产品、专利、标准等情况",
    "下一阶段主要的技术攻关方向",
    "2017年营业收入(预估)",
];

/// Files of the corpus.
pub(crate) fn corpus(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(file)
}

/// A message of the corpus as it is.
pub(crate) fn sample(number: u32) -> Vec<u8> {
    std::fs::read(corpus(&format!("messages/{number:04}.eml"))).unwrap()
}

/// A message of the corpus as somebody else sends it now: without the stamps of the way it came.
pub(crate) fn sample_from(number: u32, from: &str) -> Vec<u8> {
    let bytes = sample(number);
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").unwrap() + 2;
    let mut message = format!("From: <{from}>\r\nTo: <collect@collect.example>\r\n").into_bytes();
    let mut keep = false;
    for line in bytes[..end].split_inclusive(|&byte| byte == b'\n') {
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = String::from_utf8_lossy(line).split(':').next().unwrap().to_lowercase();
            let dropped =
                ["from", "to", "return-path", "received", "authentication-results", "dkim-signature", "sender"];
            keep = !dropped.contains(&name.as_str());
        }
        if keep {
            message.extend_from_slice(line);
        }
    }
    message.extend_from_slice(&bytes[end..]);
    message
}

/// A form of the founding survey as a CSV file.
pub(crate) fn form(company: &str, revenue: &str) -> Vec<u8> {
    form_of([company, "细分领域前十", "缺陷检测算法", "检测设备3款，专利2项", "小样本学习", revenue])
}

/// The same with all answers of a test's own.
pub(crate) fn form_of(answers: [&str; 6]) -> Vec<u8> {
    let answers = answers.map(|one| format!("\"{}\"", one.replace('"', "\"\"")));
    format!("\u{feff}{}\r\n{}\r\n", LABELS.join(","), answers.join(",")).into_bytes()
}

/// A mail in the making.
#[derive(Clone)]
pub(crate) struct Letter {
    from: String,
    subject: String,
    id: Option<String>,
    further: String,
    text: String,
    files: Vec<(String, Vec<u8>)>,
}

impl Letter {
    /// A mail with a few words and nothing in it.
    pub(crate) fn new(from: &str) -> Self {
        Self {
            from: from.into(),
            subject: "人工智能产业调查表".into(),
            id: None,
            further: String::new(),
            text: "您好，附件请查收。".into(),
            files: Vec::new(),
        }
    }

    /// A mail with the filled-in form of a company.
    pub(crate) fn with_form(from: &str, company: &str, revenue: &str) -> Self {
        Self::new(from).file("调查表.csv", form(company, revenue))
    }

    pub(crate) fn subject(mut self, subject: &str) -> Self {
        self.subject = subject.into();
        self
    }

    pub(crate) fn id(mut self, id: &str) -> Self {
        self.id = Some(id.into());
        self
    }

    /// A header field more, as it is.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.further.push_str(&format!("{name}: {value}\r\n"));
        self
    }

    pub(crate) fn text(mut self, text: &str) -> Self {
        self.text = text.into();
        self
    }

    pub(crate) fn file(mut self, name: &str, bytes: Vec<u8>) -> Self {
        self.files.push((name.into(), bytes));
        self
    }

    /// The mail as it goes out.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut parts = MultiPart::mixed().singlepart(SinglePart::plain(self.text.clone()));
        for (name, bytes) in &self.files {
            let kind = ContentType::parse("application/octet-stream").unwrap();
            parts = parts.singlepart(Attachment::new(name.clone()).body(bytes.clone(), kind));
        }
        let message = Message::builder()
            .from(self.from.parse().unwrap())
            .to("collect@collect.example".parse().unwrap())
            .message_id(self.id.clone())
            .subject(self.subject.clone())
            .multipart(parts)
            .unwrap();
        [self.further.as_bytes(), &message.formatted()].concat()
    }
}

/// The value of a header field of a mail, unfolded; empty when there is none.
pub(crate) fn header(message: &[u8], name: &str) -> String {
    let text = String::from_utf8_lossy(message).replace("\r\n", "\n");
    let head = text.split("\n\n").next().unwrap().replace("\n ", " ").replace("\n\t", " ");
    let start = format!("{}:", name.to_lowercase());
    let line = head.lines().find(|line| line.to_lowercase().starts_with(&start));
    line.map(|line| line[start.len()..].trim().to_owned()).unwrap_or_default()
}

/// The subject and the text of a mail, decoded.
pub(crate) fn words(message: &[u8]) -> (String, String) {
    let message = postroom::mail::parse(message);
    (message.envelope.subject, message.body.text + &message.body.quoted_text)
}
