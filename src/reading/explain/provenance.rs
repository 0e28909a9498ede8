//! Where each answer of a return comes from: the piece of a draft that stands at its place, that piece's label, and the rules.

use super::{FormAt, ItemSeen, LabelSeen, ReturnSeen, Rule};
use crate::personal;
use crate::reading::draft::Piece;
use crate::reading::found::FoundLabel;
use crate::reading::join::EntryAt;
use crate::reading::page::Entry;
use crate::reading::respond::Search;
use crate::reading::{Prepared, Return};
use crate::survey::{Item, ItemKind, Survey};
use crate::value::identity::squeeze;
use crate::value::money::unit;
use crate::value::text::{is_ditto, is_see_attachment};
use crate::value::{Answer, UnitSource, Value, redacted};

/// What an entry says of an item.
struct Said<'a> {
    at: EntryAt,
    entry: &'a Entry,
    piece: &'a Piece,
}

/// Tells of a return that was read from these entries.
pub(super) fn of_return(one: &Return, entries: &[EntryAt], search: &Search<'_>, prepared: &Prepared<'_>) -> ReturnSeen {
    let survey = prepared.survey;
    let items = survey.items.iter().enumerate().map(|(index, item)| {
        let all: Vec<Said<'_>> = entries.iter().filter_map(|at| said(search, *at, index)).collect();
        item_seen(item, one.answers.get(&item.key), &all, (index, entries), search, survey)
    });
    let forms = entries.iter().filter_map(|at| Some(form_at(*at, search.entry(*at)?))).collect();
    ReturnSeen { forms, items: items.collect() }
}

fn said<'a>(search: &'a Search<'_>, at: EntryAt, item: usize) -> Option<Said<'a>> {
    let entry = search.entry(at)?;
    Some(Said { at, entry, piece: entry.draft.pieces.get(&item)? })
}

fn form_at(at: EntryAt, entry: &Entry) -> FormAt {
    FormAt { source: at.source, form: entry.draft.form }
}

fn item_seen(
    item: &Item,
    answer: Option<&Answer>,
    all: &[Said<'_>],
    (index, entries): (usize, &[EntryAt]),
    search: &Search<'_>,
    survey: &Survey,
) -> ItemSeen {
    let taken = match answer {
        Some(answer) => all.iter().find(|said| said.piece.place == answer.place),
        None => all.first(),
    };
    let label = taken.and_then(|said| label_of(search, said, index));
    let mut rules = match (answer, taken) {
        (_, None) => vec![Rule::NoLabel],
        (None, Some(said)) => vec![why_none(item, said.piece)],
        (Some(answer), Some(said)) => answer_rules(answer, said, label),
    };
    if let (Some(_), Some(taken)) = (answer, taken) {
        if entries.first() != Some(&taken.at) {
            rules.push(Rule::OtherSource);
        }
        let others = all.iter().filter(|said| said.at != taken.at && !said.piece.text.is_empty());
        rules.extend(others.map(|said| beside(item, said.piece, taken.piece)));
    }
    ItemSeen {
        item: item.key.clone(),
        answered: answer.is_some(),
        place: taken.map(|said| said.piece.place.to_string()),
        further: taken.map(|said| said.piece.further.iter().map(ToString::to_string).collect()).unwrap_or_default(),
        written: taken.map(|said| redacted(item, &said.piece.text).into_owned()).unwrap_or_default(),
        form: taken.map(|said| form_at(said.at, said.entry)),
        label: label.map(|label| label_seen(label, survey)),
        rules,
    }
}

/// The label that leads to a piece: of several columns of one item the one whose text the piece bears.
fn label_of<'a>(search: &'a Search<'_>, said: &Said<'_>, item: usize) -> Option<&'a FoundLabel> {
    let form = search.sources.get(said.at.source)?.page.forms.get(said.entry.draft.form)?;
    let own = || form.labels.iter().filter(|label| label.item == item);
    own().find(|label| label.text == said.piece.label).or_else(|| own().next())
}

/// A label as a person is told of it.
pub(super) fn label_seen(label: &FoundLabel, survey: &Survey) -> LabelSeen {
    LabelSeen {
        item: survey.items.get(label.item).map(|item| item.key.clone()).unwrap_or_default(),
        text: personal::redacted(&label.text).into_owned(),
        places: label.places.iter().map(ToString::to_string).collect(),
        confidence: label.score,
        around: label.around,
    }
}

fn beside(item: &Item, other: &Piece, taken: &Piece) -> Rule {
    let same = squeeze(&other.text) == squeeze(&taken.text);
    Rule::Beside { place: other.place.to_string(), written: (!same).then(|| redacted(item, &other.text).into_owned()) }
}

/// Why what stands beside a label is no answer.
fn why_none(item: &Item, piece: &Piece) -> Rule {
    match piece.text.as_str() {
        "" => Rule::Empty,
        text if is_ditto(text) => Rule::NothingAbove,
        text if item.kind == ItemKind::Text && is_see_attachment(text) => Rule::NothingEnclosed,
        _ => Rule::OwnWords,
    }
}

fn answer_rules(answer: &Answer, said: &Said<'_>, label: Option<&FoundLabel>) -> Vec<Rule> {
    let piece = said.piece;
    let mut rules = Vec::new();
    if label.is_some_and(|label| label.around) {
        rules.push(Rule::NameAround);
    }
    if piece.ditto {
        rules.push(Rule::Ditto);
    }
    if !piece.further.is_empty() {
        rules.push(Rule::Several { texts: piece.further.len() + 1 });
    }
    if let Value::Money(Some(money)) = &answer.value {
        let written = match money.unit {
            UnitSource::Label if unit::in_label(&piece.label).is_some() => Some(piece.label.clone()),
            UnitSource::Label => Some(piece.unit.clone()),
            UnitSource::UnitLine => said.entry.unit_lines.iter().find(|line| unit::in_line(line).is_some()).cloned(),
            _ => None,
        };
        rules.push(Rule::Unit { from: money.unit, written });
    }
    rules
}
