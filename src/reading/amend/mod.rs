//! A plain reply: what a person wrote above the quote, where the message gave no return.
//!
//! Such a text may mend single items (`营业收入：1200万元`, `第6项：1200万元`, `单位是万元`), confirm an odd figure (`情况属实`),
//! withdraw a return (`请撤回我司的报送`), or be mere courtesy. The way: the sender's own lines are told from signature and
//! leftover quotes (`own`), cut into clauses and each is classed (`clause`, with the words in `words`, and `english`), and the clauses are put
//! together here. It is all or nothing: where one clause is not understood, the reply goes to a person, so that no question,
//! quoted figure or telephone number becomes a value. Which return is meant, and which item a bare number, is decided in
//! [`crate::verdict`], which knows what was asked.

use serde::{Deserialize, Serialize};

use self::clause::{Clause, classify, is_doubtful};
use self::own::{Own, own};
use self::pieces::Piece;
use super::gather::Gathered;
use super::label::Labels;
use crate::personal;
use crate::place::Place;
use crate::survey::ItemKind;

mod clause;
mod english;
#[cfg(test)]
mod english_tests;
mod own;
mod pieces;
#[cfg(test)]
mod tests;
mod words;

/// Most characters of a reply that an operator is shown.
const OPENING: usize = 120;

/// What a plain reply says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PlainReply {
    /// The survey by whose labels it was understood.
    pub survey: String,
    /// Answers to single items, in the order in which they are given.
    pub amendments: Vec<Amendment>,
    /// A unit for a number that stood without one.
    pub unit: Option<UnitSaid>,
    /// The enterprise that it names.
    pub respondent: Option<Said>,
    /// Whether it says that odd figures are right.
    pub confirms: Option<Confirmation>,
    /// Whether it withdraws the return.
    pub withdraws: bool,
    /// The first words that were not understood; with them nothing else counts.
    pub unclear: Option<String>,
    /// Whether it is nothing but thanks and the like.
    pub is_courtesy: bool,
    /// How it begins, for an operator to see.
    pub opening: String,
}

/// An answer to one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amendment {
    /// The item that is meant.
    pub target: Target,
    /// The answer as written, and where.
    pub said: Said,
}

/// How a reply names an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// By its label; its key.
    Item(String),
    /// By a number, from 1: of the form's items, or of the correction's lines.
    Number(usize),
    /// Not at all: the only item in question.
    Open,
}

/// Words with their place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// The words.
    pub text: String,
    /// Where they stand.
    pub place: Place,
}

/// A unit that a reply gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnitSaid {
    /// The unit as written, such as 万元.
    pub said: Said,
    /// Key of the item that it is for, where the reply says.
    pub item: Option<String>,
}

/// The word that a figure is right although it looks odd.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// The reason given; may be empty.
    pub reason: String,
}

impl PlainReply {
    /// Whether it asks for something to be done with a return.
    #[must_use]
    pub fn acts(&self) -> bool {
        !self.amendments.is_empty() || self.unit.is_some() || self.confirms.is_some() || self.withdraws
    }

    /// Whether a person wrote anything besides courtesy.
    #[must_use]
    pub fn says_something(&self) -> bool {
        self.acts() || self.unclear.is_some() || self.respondent.is_some()
    }
}

/// Reads what the sender of a message without a return wrote.
pub(super) fn read(gathered: &Gathered, labels: &Labels<'_>) -> PlainReply {
    let Own { lines, below } = own(gathered, labels);
    let mut reader = Reader { labels, reply: PlainReply::default(), open: Open::Nothing, waits_for_file: false };
    for line in &lines {
        reader.line(&line.text, &line.place);
    }
    // Below the signature nothing is looked for; but what looks like an answer there must not be lost in silence.
    if let Some(line) = below.iter().find(|line| is_doubtful(&line.text, labels)) {
        reader.doubt(&line.text);
    }
    let opening: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    reader.finish(&opening.join(" "))
}

/// What the next clause may go on with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Nothing,
    /// The last amendment's answer.
    Answer,
    /// The last amendment's answer, of which nothing stands yet.
    EmptyAnswer,
    /// The reason of a confirmation.
    Reason,
}

struct Reader<'l> {
    labels: &'l Labels<'l>,
    reply: PlainReply,
    open: Open,
    /// Whether it speaks of a file, which did not come along.
    waits_for_file: bool,
}

impl Reader<'_> {
    fn line(&mut self, text: &str, place: &Place) {
        if self.open != Open::EmptyAnswer {
            self.open = Open::Nothing;
        }
        let mut between = "\n";
        let pieces = pieces::cut(text);
        for piece in self.without_yes(&pieces) {
            self.piece(piece.text, between, place);
            between = piece.delimiter;
        }
    }

    /// A yes before the word that a figure is right adds nothing to it; alone it may be the answer to anything.
    fn without_yes<'p, 't>(&self, pieces: &'p [Piece<'t>]) -> &'p [Piece<'t>] {
        match pieces {
            [yes, rest @ ..] if yes.text.trim().eq_ignore_ascii_case("yes") => match rest.first() {
                Some(next) if matches!(classify(next.text, self.labels), Clause::Confirmation(_)) => rest,
                _ => pieces,
            },
            _ => pieces,
        }
    }

    fn piece(&mut self, text: &str, between: &str, place: &Place) {
        // The points of an answer whose label stands alone above them have numbers of their own.
        if self.open == Open::EmptyAnswer && between == "\n" && self.goes_on_in_lines(text) {
            self.go_on(text, between);
            return;
        }
        let said = |text: &str| Said { text: text.trim().to_owned(), place: place.clone() };
        match classify(text, self.labels) {
            Clause::Courtesy => self.reply.is_courtesy = true,
            Clause::Lead => self.waits_for_file = true,
            Clause::Respondent(name) if self.reply.respondent.is_none() => self.reply.respondent = Some(said(&name)),
            Clause::Amendment(target, value) => {
                self.open = if value.is_empty() { Open::EmptyAnswer } else { Open::Answer };
                self.reply.amendments.push(Amendment { target, said: said(&value) });
            }
            Clause::Unit(item, unit) if self.reply.unit.is_none() => {
                self.reply.unit = Some(UnitSaid { said: said(&unit), item });
            }
            Clause::Confirmation(reason) => {
                self.open = Open::Reason;
                self.reply.confirms = Some(Confirmation { reason });
            }
            Clause::Withdrawal => self.reply.withdraws = true,
            Clause::Unclear if between != "\n" && words::is_sound(text) => self.go_on(text, between),
            Clause::Respondent(_) | Clause::Unit(..) | Clause::Unclear => self.doubt(text),
        }
    }

    /// Whether a line belongs to an answer of which only the label has been said.
    fn goes_on_in_lines(&self, text: &str) -> bool {
        let is_text = |key: &String| self.labels.survey.item(key).is_some_and(|item| item.kind == ItemKind::Text);
        let last = self.reply.amendments.last().map(|one| &one.target);
        let is_other = matches!(classify(text, self.labels), Clause::Amendment(Target::Item(_), _) | Clause::Courtesy);
        matches!(last, Some(Target::Item(key)) if is_text(key)) && !is_other && words::is_sound(text)
    }

    fn go_on(&mut self, text: &str, between: &str) {
        let part = match self.open {
            Open::Answer | Open::EmptyAnswer => self.reply.amendments.last_mut().map(|one| &mut one.said.text),
            Open::Reason => self.reply.confirms.as_mut().map(|one| &mut one.reason),
            Open::Nothing => None,
        };
        let Some(part) = part else { return self.doubt(text) };
        if !part.is_empty() {
            part.push_str(between);
        }
        part.push_str(text.trim());
    }

    fn doubt(&mut self, text: &str) {
        if self.reply.unclear.is_none() {
            self.reply.unclear = Some(shown(text));
        }
    }

    fn finish(mut self, opening: &str) -> PlainReply {
        if let Some(empty) = self.reply.amendments.iter().find(|one| one.said.text.is_empty()) {
            let text = format!("{:?}", empty.target);
            self.doubt(&text);
        }
        let mut reply = self.reply;
        for one in &mut reply.amendments {
            one.said.text = personal::redacted(&one.said.text).into_owned();
        }
        if let Some(confirmation) = &mut reply.confirms {
            confirmation.reason = personal::redacted(words::reason(&confirmation.reason)).into_owned();
        }
        // Several acts that exclude one another.
        if reply.withdraws && (!reply.amendments.is_empty() || reply.unit.is_some() || reply.confirms.is_some()) {
            reply.unclear.get_or_insert_with(|| shown(opening));
        }
        reply.is_courtesy &= !reply.says_something() && !self.waits_for_file;
        reply.opening = if reply.says_something() { shown(opening) } else { String::new() };
        reply.survey.clone_from(&self.labels.survey.id);
        reply
    }
}

/// The beginning of a text, without personal numbers.
fn shown(text: &str) -> String {
    personal::redacted(text.trim()).chars().take(OPENING).collect()
}
