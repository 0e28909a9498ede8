//! Reads everything gathered by one survey: its returns and narratives, and whether its form came back blank.

use super::answer::{self, Filled};
use super::gather::{Gathered, Rank, Source};
use super::join::{EntryAt, Joined, Sourced, join};
use super::label::Labels;
use super::narrative;
use super::page::{self, Entry, Page};
use super::{Narrative, Prepared, Return};
use crate::document::Fault;
use crate::survey::Survey;
use crate::value::identity::key;

/// What one survey makes of a message.
#[derive(Debug, Default)]
pub(super) struct SurveyReading<'g> {
    /// Returns, in the order of their sources.
    pub(super) returns: Vec<Return>,
    /// Written material.
    pub(super) narratives: Vec<Narrative>,
    /// Whether its form was recognised outside quoted text, filled in or not.
    pub(super) has_form: bool,
    /// How many items the best form has.
    pub(super) items: usize,
    /// Whether a document is nothing but pictures.
    pub(super) has_scan: bool,
    /// Documents whose tables could not be laid out.
    pub(super) faults: Vec<(String, Fault)>,
    /// What was searched for it.
    pub(super) search: Search<'g>,
}

/// Everything that one survey was looked for in.
#[derive(Debug, Default)]
pub(super) struct Search<'g> {
    /// The sources: attachments, then own texts, then quoted ones where they were looked at.
    pub(super) sources: Vec<Searched<'g>>,
    /// The entries that each return was read from, the most trusted one first.
    pub(super) returns: Vec<Vec<EntryAt>>,
}

impl Search<'_> {
    /// An entry.
    pub(super) fn entry(&self, at: EntryAt) -> Option<&Entry> {
        self.sources.get(at.source)?.page.entries.get(at.entry)
    }
}

/// A searched source.
#[derive(Debug)]
pub(super) struct Searched<'g> {
    /// The source.
    pub(super) source: &'g Source,
    /// What was found in it.
    pub(super) page: Page,
}

/// Reads what was gathered. `automatic`: whether no person sent it.
pub(super) fn read<'g>(gathered: &'g Gathered, prepared: &Prepared<'_>, automatic: bool) -> SurveyReading<'g> {
    let Prepared { survey, labels, own } = prepared;
    let mut reading = SurveyReading::default();
    let documents: Vec<Searched<'_>> = gathered.documents.iter().map(|source| searched(source, labels)).collect();
    let own_texts = gathered.texts.iter().filter_map(|text| best_of(&text.own, labels));
    let texts: Vec<Searched<'_>> = own_texts.filter(|text| !automatic || is_more_than_words(text, survey)).collect();
    for document in &documents {
        reading.note(document);
        let has_form = document.page.has_form;
        reading.has_scan |= narrative::is_scan(&document.source.document, has_form, survey, own);
        reading.narratives.extend(narrative::of_document(&document.source.document, has_form, survey, own));
    }
    for text in &texts {
        reading.note(text);
    }
    let own = documents.len();
    let mut sources: Vec<Searched<'g>> = documents.into_iter().chain(texts).collect();
    let mut filled = fill(&sources, 0, labels);
    if filled.is_empty() {
        let quoted = gathered.texts.iter().filter_map(|text| best_of(&text.quoted, labels));
        let first = sources.len();
        sources.extend(quoted.filter(|text| !automatic || is_more_than_words(text, survey)));
        filled = fill(&sources, first, labels);
        let quoted = sources.iter().skip(first);
        reading.items = quoted.map(|text| text.page.items).chain([reading.items]).max().unwrap_or_default();
    }
    let joined = join(settle(filled, &reading.narratives, survey), survey);
    let returns;
    (reading.returns, returns) = joined.into_iter().map(|Joined { one, entries }| (one, entries)).unzip();
    if !reading.returns.is_empty() {
        sources.iter().take(own).for_each(|document| reading.ask_whose(document));
    }
    reading.search = Search { sources, returns };
    for narrative in &mut reading.narratives {
        narrative.respondent = narrative::respondent(narrative, &reading.returns, survey);
    }
    reading
}

impl SurveyReading<'_> {
    /// Beside a return, a form that does not tell its respondent would be lost without a word: it counts as unreadable.
    fn ask_whose(&mut self, searched: &Searched<'_>) {
        if searched.page.is_nameless {
            let path = searched.source.document.source.clone();
            self.narratives.retain(|narrative| narrative.attachment != path);
            self.faults.push((path, Fault::Unreadable("a form without the respondent's name".into())));
        }
    }

    fn note(&mut self, searched: &Searched<'_>) {
        self.has_form |= searched.page.has_form;
        self.items = self.items.max(searched.page.items);
        if searched.page.too_large {
            let path = searched.source.document.source.clone();
            self.faults.push((path, Fault::TooLarge("merged cells".into())));
        }
    }
}

fn searched<'g>(source: &'g Source, labels: &Labels<'_>) -> Searched<'g> {
    Searched { source, page: page::search(&source.document, labels) }
}

/// Of the forms in which a text came (HTML, plain) the first that holds a filled form, else the first that holds one at all.
fn best_of<'g>(forms: &'g [Source], labels: &Labels<'_>) -> Option<Searched<'g>> {
    let mut all: Vec<Searched<'g>> = forms.iter().map(|source| searched(source, labels)).collect();
    let filled = |one: &Searched<'_>| one.page.entries.iter().any(|entry| answer::fill(entry, labels).is_some());
    let at = all.iter().position(filled).or_else(|| all.iter().position(|one| one.page.has_form)).unwrap_or_default();
    (at < all.len()).then(|| all.swap_remove(at))
}

/// Whether a text holds enough of a form: newsletters have tables with a label or two in their layout.
fn is_more_than_words(text: &Searched<'_>, survey: &Survey) -> bool {
    text.page.items * 2 > survey.items.len()
}

/// A return that is still to be settled, its source's rank, and the entry that it was read from.
type Read = (Filled, Rank, EntryAt);

/// Reads the drafts of the sources from the given one on, attachments first. Hidden sheets count only where nothing visible
/// does.
fn fill(sources: &[Searched<'_>], first: usize, labels: &Labels<'_>) -> Vec<Read> {
    let read = |hidden: bool| -> Vec<Read> {
        let entries = sources.iter().enumerate().skip(first).flat_map(|(source, one)| {
            let at = move |entry| EntryAt { source, entry };
            one.page.entries.iter().enumerate().map(move |(entry, found)| (found, one.source.rank, at(entry)))
        });
        let entries = entries.filter(|(entry, ..)| entry.hidden == hidden);
        entries.filter_map(|(entry, rank, at)| Some((answer::fill(entry, labels)?, rank, at))).collect()
    };
    let visible = read(false);
    if visible.is_empty() { read(true) } else { visible }
}

/// Judges references to enclosed material by the narratives that came along for the respondent or for nobody in particular.
fn settle(filled: Vec<Read>, narratives: &[Narrative], survey: &Survey) -> Vec<Sourced> {
    let returns: Vec<Return> = filled.iter().map(|(filled, ..)| filled.one.clone()).collect();
    let owners: Vec<Option<String>> =
        narratives.iter().map(|narrative| narrative::respondent(narrative, &returns, survey)).collect();
    let item = survey.identity().map(|item| item.key.as_str()).unwrap_or_default();
    filled
        .into_iter()
        .map(|(filled, rank, entry)| {
            let name = filled.one.answers.get(item).map(|name| key(&name.text)).unwrap_or_default();
            let has_narrative = owners.iter().any(|owner| owner.as_ref().is_none_or(|owner| key(owner) == name));
            Sourced { one: filled.settle(has_narrative, survey), rank, entry }
        })
        .collect()
}
