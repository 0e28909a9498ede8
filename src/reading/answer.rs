//! A draft becomes a return: each text is read by its item's kind, with the unit that stands around it.

use std::collections::BTreeMap;

use super::Return;
use super::caption;
use super::draft::Piece;
use super::label::Labels;
use super::lines::labelled;
use super::page::Entry;
use crate::issue::{Issue, Problem};
use crate::survey::{Item, ItemKind, Survey};
use crate::value::money::unit::{self, Unit};
use crate::value::text::{is_ditto, is_see_attachment};
use crate::value::{self, Answer, Context, Understood, Value, integer};

/// A return whose references to enclosed material are still to be judged.
#[derive(Debug, Clone)]
pub(super) struct Filled {
    /// The return.
    pub(super) one: Return,
    /// Keys of items that only say 详见附件.
    pub(super) refers: Vec<String>,
}

/// Whether a line names the unit of the numbers around it.
pub(super) fn is_unit_line(line: &str) -> bool {
    let words = ["单位", "均为", "均以", "计量", "货币", "币种"];
    let long = line.chars().count();
    (long <= 12 || (long <= 60 && words.iter().any(|word| line.contains(word))))
        && (unit::in_line(line).is_some() || integer::is_unit_line(line))
}

/// Reads a draft; nothing when nobody filled it in.
pub(super) fn fill(entry: &Entry, labels: &Labels<'_>) -> Option<Filled> {
    let around =
        Around { unit: one_unit(&entry.unit_lines), unit_lines: &entry.unit_lines, survey: labels.survey, labels };
    let mut filled = Filled { one: Return { answers: BTreeMap::new(), issues: Vec::new() }, refers: Vec::new() };
    for (index, item) in labels.survey.items.iter().enumerate() {
        match entry.draft.pieces.get(&index) {
            Some(piece) => filled.add(item, piece, &around),
            None => filled.lacks(item, None),
        }
    }
    (!filled.one.answers.is_empty()).then_some(filled)
}

/// What stands around all answers of a draft.
struct Around<'a> {
    /// The unit of money that the lines name.
    unit: Option<Unit>,
    /// Lines that name units.
    unit_lines: &'a [String],
    survey: &'a Survey,
    labels: &'a Labels<'a>,
}

/// A name before which its cell repeats the label (企业名称：某某公司), without that.
fn self_labelled(item: &Item, piece: &Piece, around: &Around<'_>) -> Option<Piece> {
    if item.kind != ItemKind::Identity {
        return None;
    }
    let (found, _, name) = labelled(piece.text.trim(), around.labels)?;
    let named = found == around.labels.identity && !name.trim().is_empty();
    named.then(|| Piece { text: name.trim().to_owned(), ..piece.clone() })
}

/// The unit of money that the lines around a table give; none where they differ.
fn one_unit(lines: &[String]) -> Option<Unit> {
    let mut units = lines.iter().filter_map(|line| unit::in_line(line));
    let first = units.next()?;
    units.all(|unit| unit == first).then_some(first)
}

impl Filled {
    fn lacks(&mut self, item: &Item, piece: Option<&Piece>) {
        if item.required {
            self.one.issues.push(Issue::of_item(&item.key, Problem::Missing, piece.map(|piece| piece.place.clone())));
        }
    }

    fn add(&mut self, item: &Item, piece: &Piece, around: &Around<'_>) {
        let understood = match self_labelled(item, piece, around) {
            Some(name) => understand(item, &name, around),
            None => understand(item, piece, around),
        };
        let Some(text) = understood.text else {
            self.lacks(item, Some(piece));
            return;
        };
        if item.kind == ItemKind::Text && is_see_attachment(&text) {
            self.refers.push(item.key.clone());
        }
        let problems = understood.problems.into_iter().chain(piece.ditto.then_some(Problem::Ditto));
        for problem in problems.filter(|problem| *problem != Problem::Missing || item.required) {
            self.one.issues.push(Issue::of_item(&item.key, problem, Some(piece.place.clone())));
        }
        let answer = Answer { text, place: piece.place.clone(), value: understood.value };
        self.one.answers.insert(item.key.clone(), answer);
    }

    /// Judges references to enclosed material: fine when a narrative came along, else no answer.
    pub(super) fn settle(mut self, has_narrative: bool, survey: &Survey) -> Return {
        for key in std::mem::take(&mut self.refers) {
            let place = self.one.answers.get(&key).map(|answer| answer.place.clone());
            if has_narrative {
                self.one.issues.push(Issue::of_item(&key, Problem::SeeAttachment, place));
                continue;
            }
            self.one.answers.remove(&key);
            self.one.issues.retain(|issue| issue.about != crate::issue::About::Item(key.clone()));
            if survey.item(&key).is_some_and(|item| item.required) {
                self.one.issues.push(Issue::of_item(&key, Problem::Missing, place));
            }
        }
        self.one
    }
}

fn understand(item: &Item, piece: &Piece, around: &Around<'_>) -> Understood {
    if let Some(doubt) = &piece.doubt {
        let value = if matches!(item.kind, ItemKind::Money { .. }) { Value::Money(None) } else { Value::Text };
        let text = value::redacted(item, &piece.text).into_owned();
        return Understood { text: Some(text), value, problems: vec![kept(item, doubt)] };
    }
    // 同上 that nothing stands above says nothing, nor does an instruction that was left in.
    if is_ditto(&piece.text) || (item.kind == ItemKind::Text && caption::is_instruction(&piece.text)) {
        return Understood { text: None, value: Value::Text, problems: vec![Problem::Missing] };
    }
    let context = Context {
        prompts: &around.survey.prompts,
        reference_year: around.survey.reference_year,
        line_unit: around.unit.clone(),
        label: &piece.label,
        unit_beside: &piece.unit,
        unit_lines: around.unit_lines,
    };
    value::read(item, &piece.text, &context)
}

/// A doubt as it may be kept: without the identity numbers of persons.
fn kept(item: &Item, doubt: &Problem) -> Problem {
    let clean = |text: &String| value::redacted(item, text).into_owned();
    match doubt {
        Problem::AmbiguousAmount { text } => Problem::AmbiguousAmount { text: clean(text) },
        Problem::Conflict { taken, other, other_place } => {
            Problem::Conflict { taken: clean(taken), other: clean(other), other_place: other_place.clone() }
        }
        other => other.clone(),
    }
}
