//! Surveys and the documents of one message become a [`Reading`]: returns, narratives, issues.
//!
//! [`read`] is the one pure function that the reader process runs. The way: the message's parts are opened
//! (`gather`), each grid and each run of label lines is searched for the survey's items (`page`, `header`, `vertical`,
//! `lines`, all of them by `label`), rows become drafts (`rows`) and drafts returns (`answer`), sources of one respondent are
//! joined (`join`), and what is missing is said (`issues`). [`explain`] tells a person how it came to that.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::document::{Fault, Limits};
use crate::issue::Issue;
use crate::mail::{self, Automatic, Bounce, Envelope, Message, ServerWord};
use crate::personal;
use crate::place::Spot;
use crate::survey::Survey;
use crate::value::Answer;

pub mod amend;
mod answer;
mod assign;
mod caption;
mod choose;
mod closing;
mod content;
mod draft;
pub mod explain;
mod found;
mod gather;
mod header;
mod issues;
mod join;
pub mod json;
mod label;
mod lines;
mod memo;
mod narrative;
mod numbering;
mod originals;
mod other_words;
mod page;
mod parts;
pub mod passages;
mod prepared;
mod respond;
mod rows;
mod sign;
mod table;
mod vertical;
mod word;
mod wording;

#[cfg(test)]
mod caption_tests;
#[cfg(test)]
mod corpus_tests;
#[cfg(test)]
mod layout_tests;
#[cfg(test)]
mod narrative_tests;
#[cfg(test)]
mod typed_tests;
#[cfg(test)]
mod wording_tests;

use amend::PlainReply;
use choose::Choice;
pub use found::{Layout, Passed};
use gather::{Gathered, Gatherer};
pub use narrative::is_heading;
pub use originals::{Originals, originals};
use passages::Passage;
pub use prepared::Prepared;
use respond::SurveyReading;

/// What to read by.
#[derive(Debug, Clone)]
pub struct Request<'s> {
    /// Surveys that the message may answer. With several, the returns belong to the one whose labels, title and year
    /// fit best and clearly.
    pub surveys: Vec<&'s Prepared<'s>>,
    /// The collection server whose `Authentication-Results` count ([`mail::Trace::server_word`]); none: the topmost counts.
    pub authserv_id: Option<String>,
    /// Bounds on what it may cost.
    pub limits: Limits,
    /// Parts that are not to be opened, as an earlier try broke the reader on them, by path.
    pub left_out: Vec<LeftOut>,
}

/// A part that broke a reader.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The part's path.
    pub path: String,
    /// What it is called instead.
    pub fault: Fault,
}

impl LeftOut {
    /// The whole message but for its headers: it broke the reader before a part was reached.
    #[must_use]
    pub fn whole(fault: Fault) -> Self {
        Self { path: String::new(), fault }
    }

    /// Whether it is the whole message.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.path.is_empty()
    }
}

/// What was understood of one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// What its headers say.
    pub envelope: Envelope,
    /// Why it is no person's mail, if it is not.
    pub automatic: Option<Automatic>,
    /// What of ours did not arrive, if it is a report of that.
    #[serde(default)]
    pub bounce: Option<Bounce>,
    /// Whether the collection server's `Authentication-Results` says `dmarc=fail`.
    pub dmarc_failed: bool,
    /// What that server says, and how sure it is that the server says it.
    #[serde(default)]
    pub server_word: ServerWord,
    /// The survey that its returns belong to; none when several fit alike, or none does.
    pub survey: Option<String>,
    /// Whether it bears a sign of the survey: a token, a word of its form or title in subject, body or a file name, a form.
    pub bears_sign: bool,
    /// Every file found, containers' members after their container.
    pub attachments: Vec<AttachmentFacts>,
    /// Returns, in the order of their sources.
    pub returns: Vec<Return>,
    /// Written material.
    pub narratives: Vec<Narrative>,
    /// Issues of the message and its attachments.
    pub issues: Vec<Issue>,
    /// Whether a readable document is among the attachments (automatic mail by weak signs is then held).
    pub has_document: bool,
    /// What a person wrote in the message's own text, where it gave no return.
    pub plain: PlainReply,
    /// Hash of what it says apart from dates: its own text and its files. Mail of a machine that answers is known by it.
    #[serde(default)]
    pub content: String,
}

impl Reading {
    /// Whether it is a machine's mail that answers nothing: who sent it does not matter.
    #[must_use]
    pub fn is_nobodys(&self) -> bool {
        self.automatic.is_some() && self.returns.is_empty()
    }
}

/// One respondent's answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Return {
    /// Answers by item key; items without one are absent.
    pub answers: BTreeMap<String, Answer>,
    /// Issues of its items.
    pub issues: Vec<Issue>,
}

/// A file of the message, for the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachmentFacts {
    /// Path, containers joined with `/`.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// SHA-256 in hexadecimal.
    pub sha256: String,
    /// What it turned out to be, such as `docx`, `zip`, `picture`, `ornament`, `unreadable`.
    pub kind: String,
}

impl AttachmentFacts {
    /// What small pictures are called that mail programs and signatures put into every mail.
    pub const ORNAMENT: &str = "ornament";
    /// What signatures and cards are called that mail programs add.
    pub const SIGNATURE: &str = "signature";

    /// Whether it is of the mail program's making, and says nothing.
    #[must_use]
    pub fn is_ornament(&self) -> bool {
        matches!(self.kind.as_str(), Self::ORNAMENT | Self::SIGNATURE)
    }
}

/// Written material besides the table.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Narrative {
    /// The attachment's path.
    pub attachment: String,
    /// The respondent's name as the return gives it, where the material belongs to one.
    pub respondent: Option<String>,
    /// Its text, a paragraph or cell a line; one that has line breaks is several.
    pub text: String,
    /// Where its paragraphs and cells stand, in the text's order.
    #[serde(default)]
    pub places: Vec<LinePlace>,
    /// Whether there was more text than is kept.
    #[serde(default)]
    pub is_cut: bool,
    /// What it names that officials look for.
    #[serde(default)]
    pub passages: Vec<Passage>,
}

/// Where a paragraph or cell of a narrative stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinePlace {
    /// Its first line in the narrative's text, from 1.
    pub line: u32,
    /// Where it stands in the document.
    pub spot: Spot,
}

/// Reads one message. `progress` is told the path of each part before it is opened, so that the parent of a reader that
/// dies knows which one broke it.
#[must_use]
pub fn read(raw: &[u8], request: &Request<'_>, progress: &mut dyn FnMut(&str)) -> Reading {
    read_parsed(&mail::parse(raw), request, progress)
}

/// Reads one message that is taken apart already.
#[must_use]
pub fn read_parsed(message: &Message, request: &Request<'_>, progress: &mut dyn FnMut(&str)) -> Reading {
    let gathered = gather(message, request, progress);
    understand(message, &gathered, request).conclude(message, &gathered, request)
}

/// Reads one bare document as if it were a message's only attachment.
#[must_use]
pub fn read_file(name: &str, bytes: &[u8], request: &Request<'_>, progress: &mut dyn FnMut(&str)) -> Reading {
    let (bare, gathered) = gather_file(name, bytes, request, progress);
    understand(&bare, &gathered, request).conclude(&bare, &gathered, request)
}

fn gather(message: &Message, request: &Request<'_>, progress: &mut dyn FnMut(&str)) -> Gathered {
    let mut gatherer = Gatherer::new(request, progress);
    gatherer.message(message);
    gatherer.finish()
}

fn gather_file(name: &str, bytes: &[u8], request: &Request<'_>, progress: &mut dyn FnMut(&str)) -> (Message, Gathered) {
    let mut gatherer = Gatherer::new(request, progress);
    gatherer.attachment(&personal::redacted(name), false, bytes);
    let bare = Message { envelope: Envelope::default(), automatic: None, ..mail::parse(&[]) };
    (bare, gatherer.finish())
}

/// The bytes at the start of a message over [`Limits::message`] that are looked at all the same.
pub const HEAD: u64 = 1 << 20;

/// What is said of a message that is over [`Limits::message`]: who sent it, and that it is too large. `head` is its beginning;
/// nothing in it is opened.
#[must_use]
pub fn too_large(head: &[u8], request: &Request<'_>) -> Reading {
    let message = mail::parse(head);
    let mut gathered = Gathered::default();
    // The file that the head breaks off in, or a large one before it.
    let largest = message.attachments.iter().max_by_key(|attachment| attachment.bytes.len());
    let path = largest.map_or(crate::place::BODY, |attachment| attachment.name.as_str());
    gathered.faults.push((path.to_owned(), Fault::TooLarge("message size".into())));
    understand(&message, &gathered, request).conclude(&message, &gathered, request)
}

/// What each survey makes of a message, and which of them it answers.
struct Understood<'g> {
    readings: Vec<SurveyReading<'g>>,
    choice: Choice,
}

fn understand<'g>(message: &Message, gathered: &'g Gathered, request: &Request<'_>) -> Understood<'g> {
    let readings: Vec<SurveyReading<'g>> =
        request.surveys.iter().map(|survey| respond::read(gathered, survey, message.automatic.is_some())).collect();
    let choice = choose::choose(&readings, &surveys(request), gathered, &message.envelope.subject);
    Understood { readings, choice }
}

fn surveys<'s>(request: &Request<'s>) -> Vec<&'s Survey> {
    request.surveys.iter().map(|prepared| prepared.survey()).collect()
}

impl Understood<'_> {
    /// The reading by the survey that fits best.
    fn conclude(self, message: &Message, gathered: &Gathered, request: &Request<'_>) -> Reading {
        let surveys = surveys(request);
        let Choice { best, clearly, .. } = self.choice;
        let chosen = best.and_then(|at| self.readings.into_iter().nth(at)).unwrap_or_default();
        let survey = best.filter(|_| clearly).and_then(|at| surveys.get(at));
        let outcome = issues::Outcome {
            has_return: !chosen.returns.is_empty(),
            blank_form: chosen.has_form,
            has_scan: chosen.has_scan,
        };
        let faults: Vec<_> = gathered.faults.iter().chain(&chosen.faults).collect();
        let server_word = message.trace.server_word(request.authserv_id.as_deref());
        let mut reading = Reading {
            envelope: message.envelope.clone(),
            automatic: message.automatic.clone(),
            bounce: message.bounce.clone(),
            dmarc_failed: server_word.dmarc.as_deref() == Some("fail"),
            server_word,
            survey: survey.map(|survey| survey.id.clone()),
            bears_sign: chosen.has_form || sign::bears_sign(message, gathered, &surveys),
            issues: issues::of_message(gathered, &faults, outcome),
            has_document: !gathered.documents.is_empty(),
            content: content::digest(message, &gathered.facts),
            attachments: gathered.facts.clone(),
            returns: chosen.returns,
            narratives: chosen.narratives,
            plain: PlainReply::default(),
        };
        let prepared = request.surveys.get(best.unwrap_or_default());
        if let Some(prepared) = prepared.filter(|_| reading.returns.is_empty() && reading.automatic.is_none()) {
            reading.plain = amend::read(gathered, &prepared.labels);
        }
        if is_nobodys(&reading) {
            reading.issues.clear();
            reading.narratives.clear();
        }
        reading
    }
}

/// Whether it is automatic mail without anything that an operator should see: such mail has neither issues nor narratives.
fn is_nobodys(reading: &Reading) -> bool {
    let automatic = reading.automatic.as_ref();
    automatic.is_some_and(|automatic| reading.returns.is_empty() && !(automatic.weak && reading.has_document))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_over_the_limit_is_answered_though_it_is_not_read() {
        let head = "From: a@firm.example\r\nSubject: =?utf-8?B?5Lq65bel5pm66IO95Lqn5Lia6LCD5p+l6KGo?=\r\n\
            MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nhello\r\n--b\r\n\
            Content-Type: application/zip; name=big.zip\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBAoA";
        let survey = Survey::founding().unwrap();
        let prepared = Prepared::new(&survey);
        let request =
            Request { surveys: vec![&prepared], authserv_id: None, limits: Limits::default(), left_out: Vec::new() };
        let reading = too_large(head.as_bytes(), &request);
        assert_eq!(reading.envelope.from, "a@firm.example");
        assert!(reading.bears_sign && reading.returns.is_empty());
        let codes: Vec<_> = reading.issues.iter().map(|issue| (issue.problem.code(), issue.about.clone())).collect();
        assert_eq!(codes, [("too_large", crate::issue::About::Attachment("big.zip".into()))]);
    }
}
