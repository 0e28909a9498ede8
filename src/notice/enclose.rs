//! What goes with a correction: the sender's own file with the faulty cells marked, or the official form filled in with what was
//! read.
//!
//! A sender's file is opened in the reader process alone, so a correction is composed without it. What is to be marked is a
//! [`Plan`]; the mail that speaks of the file waits beside the one that does not, and is sent once the file is [enclosed](enclose).
//! The words of that mail hold for either file, so it does not matter which of them it comes to be.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::rank::{Finding, Group};
use super::{Earlier, Enclosure, Occasion, filled, mime, view, words};
use crate::issue::{About, Problem};
use crate::place::Place;
use crate::value::Answer;
use crate::verdict::{self, Known};

/// Kinds of files, as a reading names them, that can be marked and stay what they are.
const MARKABLE: [&str; 2] = ["xlsx", "docx"];

/// A file to be enclosed, before it is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The survey whose form is filled in where the sender's own file cannot be marked.
    pub survey: String,
    /// The sender's own file, where all that is faulty stands in one that can be marked.
    pub file: Option<OwnFile>,
    /// The rows of the form otherwise.
    pub rows: Vec<FilledRow>,
}

/// A file of the message that is answered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OwnFile {
    /// The message it came in.
    pub message: i64,
    /// Its path there, containers joined with `/`.
    pub path: String,
    /// What to mark in it.
    pub notes: Vec<Note>,
}

/// A faulty cell and what to write there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The cell.
    pub place: Place,
    /// One sentence.
    pub text: String,
}

/// One respondent's row of the form.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FilledRow {
    /// What was read, by item key, as it says the same on the official form: only what this address itself sent.
    pub texts: BTreeMap<String, String>,
    /// What is wrong, by item key.
    pub notes: BTreeMap<String, String>,
}

/// A mail that speaks of a file which is still to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Awaiting {
    /// What to make.
    pub plan: Plan,
    /// The mail without the file (RFC 5322, CRLF).
    pub mail: Vec<u8>,
}

impl Plan {
    /// What is to go with the correction of this occasion; none when nothing that was read is faulty.
    #[must_use]
    pub fn of(occasion: &Occasion<'_>, known: &Known) -> Option<Self> {
        let findings: Vec<Finding<'_>> =
            view::findings(occasion).into_iter().filter(|finding| finding.of.is_some()).collect();
        if findings.is_empty() {
            return None;
        }
        let file = own_file(occasion, &findings);
        let rows = rows(occasion, known, &findings);
        Some(Self { survey: occasion.survey.id.clone(), file, rows })
    }
}

/// The one file that everything faulty stands in. What stands nowhere, such as a column that is not there, has no cell that
/// could be marked.
fn own_file(occasion: &Occasion<'_>, findings: &[Finding<'_>]) -> Option<OwnFile> {
    // Who sends that file back once more would take back what was mended in plain words.
    if !occasion.done.changes.is_empty() {
        return None;
    }
    let mut texts: BTreeMap<Place, String> = BTreeMap::new();
    for finding in findings {
        let place = finding.issue.place.as_ref().filter(|_| finding.is_own)?;
        let other = match &finding.issue.problem {
            Problem::Conflict { other_place, .. } => Some(other_place),
            _ => None,
        };
        for place in std::iter::once(place).chain(other) {
            texts.entry(place.clone()).or_default().push_str(&sentence(finding, occasion));
        }
    }
    let notes: Vec<Note> = texts.into_iter().map(|(place, text)| Note { place, text }).collect();
    let sources: BTreeSet<&str> = notes.iter().map(|note| note.place.source.as_str()).collect();
    let path = sources.first().filter(|_| sources.len() == 1)?;
    let mut of_this_name = occasion.reading.attachments.iter().filter(|one| one.path == **path);
    // Two mails that are answered together may each have a file of this name.
    let facts = of_this_name.next().filter(|_| of_this_name.next().is_none())?;
    let is_its_own = |mail: &&Earlier| mail.reading.attachments.contains(facts);
    let message = occasion.earlier.iter().find(is_its_own).map_or(occasion.message, |mail| mail.message);
    let is_markable = MARKABLE.contains(&facts.kind.as_str());
    is_markable.then(|| OwnFile { message, path: facts.path.clone(), notes })
}

fn rows(occasion: &Occasion<'_>, known: &Known, findings: &[Finding<'_>]) -> Vec<FilledRow> {
    let texts = (0..occasion.reading.returns.len()).map(|at| supplied(occasion, known, at));
    let mut rows: Vec<FilledRow> = texts.map(|texts| FilledRow { texts, notes: BTreeMap::new() }).collect();
    for finding in findings {
        let row = finding.of.and_then(|at| rows.get_mut(at));
        if let (Some(row), About::Item(key)) = (row, &finding.issue.about) {
            row.notes.entry(key.clone()).or_insert_with(|| sentence(finding, occasion));
        }
    }
    rows
}

/// The answers of a return that this address sent, now or before. What another address sent is not shown to it.
fn supplied(occasion: &Occasion<'_>, known: &Known, at: usize) -> BTreeMap<String, String> {
    let Some(read) = occasion.reading.returns.get(at) else { return BTreeMap::new() };
    let effective = occasion.verdict.returns.get(at).map_or(read, |folded| &folded.effective);
    // The notice goes to the reply address, whatever the sender's name is.
    let address = &occasion.envelope.reply_to;
    let is_own = |key: &str, answer: &Answer| {
        let mut histories = known.histories.values();
        read.answers.get(key) == Some(answer)
            || histories.any(|history| verdict::is_supplied(&history.versions, address, key, answer))
    };
    let keys = effective.answers.iter().filter(|(key, answer)| is_own(key, answer)).map(|(key, _)| key);
    keys.filter_map(|key| Some((key.clone(), filled::text(effective, key, occasion.survey)?))).collect()
}

/// What a finding is told with in the correction, as a sentence of its own.
fn sentence(finding: &Finding<'_>, occasion: &Occasion<'_>) -> String {
    let group = Group { first: finding.clone(), others: Vec::new() };
    // The cell tells whose it is.
    format!("{}。", words::line(&group, occasion.survey, 1).text)
}

/// Puts files into a mail that was composed without them: what was the whole content becomes the first part.
#[must_use]
pub fn enclose(mail: &[u8], files: &[Enclosure]) -> Vec<u8> {
    let content = b"Content-Type: multipart/alternative;";
    let at = mail.windows(content.len()).position(|window| window == content);
    match at.and_then(|at| mail.split_at_checked(at)) {
        Some((headers, words)) if !files.is_empty() => {
            let mut bytes = headers.to_vec();
            bytes.extend_from_slice(mime::mixed(&String::from_utf8_lossy(words), files).as_bytes());
            bytes
        }
        _ => mail.to_vec(),
    }
}
