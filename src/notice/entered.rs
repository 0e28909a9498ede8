//! A document that came another way than by mail, as a mail: so it is kept, read, shown and read again as every other one is.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use sha2::{Digest, Sha256};

use crate::notice::headers::{Party, base64, party_field, text_field};
use crate::notice::mime::lines;

/// Domain of the senders of entered documents: nobody's, by RFC 2606, 2.
const DOMAIN: &str = "entered.invalid";

/// A document that an operator enters.
#[derive(Debug, Clone, Copy)]
pub struct Entered<'a> {
    /// How it came, such as `paper`.
    pub source: &'a str,
    /// Name of the respondent.
    pub respondent: &'a str,
    /// What the operator noted; may be empty.
    pub note: &'a str,
    /// What the form calls the respondent's name, the label to write it under first; a text may leave it out.
    pub labels: &'a [&'a str],
    /// The file's name.
    pub name: &'a str,
    /// The file.
    pub bytes: &'a [u8],
}

impl Entered<'_> {
    /// The sender that the mail names. It holds a hash of the document, so that nobody can write under it without knowing that.
    #[must_use]
    pub fn sender(&self) -> String {
        let digest = Sha256::new().chain_update(self.respondent).chain_update([0]).chain_update(self.bytes).finalize();
        let hash: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        format!("{}.{hash}@{DOMAIN}", self.source)
    }

    /// What it is called among mails.
    #[must_use]
    pub fn subject(&self) -> String {
        let how = match self.source {
            "telephone" => "电话",
            "paper" => "纸质",
            _ => "扫描件",
        };
        let note = if self.note.is_empty() { String::new() } else { format!("（{}）", self.note) };
        format!("{how}录入：{}{note}", self.respondent)
    }

    /// The mail. A text is its body, as label lines that a respondent might have written; everything else is its attachment.
    #[must_use]
    pub fn mail(&self, now: Timestamp, zone: &TimeZone) -> Vec<u8> {
        let from = Party { name: String::new(), address: self.sender() };
        let date = now.to_zoned(zone.clone()).strftime("%a, %d %b %Y %H:%M:%S %z").to_string();
        let mut mail = format!("Date: {date}\r\n");
        mail.push_str(&party_field("From", &from));
        mail.push_str(&text_field("Subject", &self.subject()));
        mail.push_str("MIME-Version: 1.0\r\n");
        mail.push_str(&self.content());
        mail.into_bytes()
    }

    fn content(&self) -> String {
        let is_text = self.name.to_lowercase().ends_with(".txt") && std::str::from_utf8(self.bytes).is_ok();
        let fields = if is_text {
            "Content-Type: text/plain; charset=utf-8\r\n".to_owned()
        } else {
            let name = percent(self.name);
            format!(
                "Content-Type: application/octet-stream\r\nContent-Disposition: attachment;\r\n filename*=utf-8''{name}\r\n"
            )
        };
        let bytes = if is_text { self.named() } else { self.bytes.to_vec() };
        format!("{fields}Content-Transfer-Encoding: base64\r\n\r\n{}", lines(&base64(&bytes)))
    }

    /// A text that says whose it is. The line stands last, so that the others keep their numbers.
    fn named(&self) -> Vec<u8> {
        let text = String::from_utf8_lossy(self.bytes);
        let mut says = self.labels.iter().chain([&self.respondent]);
        match self.labels.first() {
            Some(label) if !says.any(|one| text.contains(one)) => {
                format!("{}\n{label}：{}\n", text.trim_end(), self.respondent).into_bytes()
            }
            _ => self.bytes.to_vec(),
        }
    }
}

/// A parameter's value by RFC 2231, 4.
fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail;

    fn entered<'a>(name: &'a str, bytes: &'a [u8]) -> Entered<'a> {
        Entered {
            source: "telephone",
            respondent: "甲公司",
            note: "王某来电",
            labels: &["企业（平台）名称", "企业名称"],
            name,
            bytes,
        }
    }

    #[test]
    fn an_entered_file_is_read_back_as_it_is() {
        let bytes = [0, 255, 13, 10].repeat(300);
        let file = entered("调查表 1.xlsx", &bytes);
        let read = mail::parse(&file.mail(Timestamp::UNIX_EPOCH, &TimeZone::UTC));
        assert_eq!(read.envelope.subject, "电话录入：甲公司（王某来电）");
        assert_eq!(read.envelope.from, file.sender());
        let found: Vec<_> = read.attachments.iter().map(|one| (one.name.as_str(), one.bytes.to_vec())).collect();
        assert_eq!(found, [("调查表 1.xlsx", bytes.clone())]);
    }

    #[test]
    fn a_text_that_leaves_the_name_out_says_whose_it_is() {
        let check = |text: &str, expected: &str| {
            let read = mail::parse(&entered("a.txt", text.as_bytes()).mail(Timestamp::UNIX_EPOCH, &TimeZone::UTC));
            assert_eq!(read.body.text.replace('\r', "").trim_end(), expected);
        };
        check("营业收入：500万元\n", "营业收入：500万元\n企业（平台）名称：甲公司");
        check("企业名称：旧名公司\n营业收入：500万元", "企业名称：旧名公司\n营业收入：500万元");
    }

    #[test]
    fn nobody_can_guess_the_sender_of_another_document() {
        let (one, other) = (entered("a.txt", b"1").sender(), entered("a.txt", b"2").sender());
        assert!(one != other && one.starts_with("telephone.") && one.ends_with("@entered.invalid"), "{one}");
    }
}
