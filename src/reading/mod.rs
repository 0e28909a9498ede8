//! Surveys and the documents of one message become a [`Reading`]: returns, narratives, issues.
//!
//! [`read`] is the one pure function that the reader process runs. The way: the message's parts are opened
//! (`gather`), each grid and each run of label lines is searched for the survey's items (`form`, `labels`), answers are read
//! (`rows`), sources of one respondent are joined (`join`), and what is missing is said.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::document::{Fault, Limits};
use crate::issue::Issue;
use crate::mail::{Automatic, Envelope};
use crate::survey::Survey;
use crate::value::Answer;

/// What to read by.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    /// Surveys that the message may answer. With several, the returns belong to the one whose labels, title and year
    /// fit best and clearly.
    pub surveys: Vec<Survey>,
    /// The collection server whose `Authentication-Results` count; none: the topmost counts.
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

/// What was understood of one message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reading {
    /// What its headers say.
    pub envelope: Envelope,
    /// Why it is no person's mail, if it is not.
    pub automatic: Option<Automatic>,
    /// Whether the collection server's `Authentication-Results` says `dmarc=fail`.
    pub dmarc_failed: bool,
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
    /// What it turned out to be, such as `docx`, `zip`, `picture`, `unreadable`.
    pub kind: String,
}

/// Written material besides the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Narrative {
    /// The attachment's path.
    pub attachment: String,
    /// The respondent's name as the return gives it, where the material belongs to one.
    pub respondent: Option<String>,
    /// Its text, a paragraph a line.
    pub text: String,
}

/// Reads one message. `progress` is told the path of each part before it is opened, so that the parent of a reader that
/// dies knows which one broke it.
#[must_use]
pub fn read(raw: &[u8], request: &Request, progress: &mut dyn FnMut(&str)) -> Reading {
    let _ = (raw, request, progress);
    todo!()
}

/// Reads one bare document as if it were a message's only attachment.
#[must_use]
pub fn read_file(name: &str, bytes: &[u8], request: &Request, progress: &mut dyn FnMut(&str)) -> Reading {
    let _ = (name, bytes, request, progress);
    todo!()
}
