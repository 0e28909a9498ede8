//! An explanation and the reading that it explains, over the whole corpus.

use super::*;
use crate::corpus;
use crate::document::Limits;
use crate::mail;
use crate::reading::read_parsed;
use crate::survey::Survey;

/// Each message of the corpus with its reading and explanation, and the reading made without one.
fn check_corpus(check: impl Fn(&str, &Explained, &Reading)) {
    let survey = Survey::founding().unwrap();
    let prepared = Prepared::new(&survey);
    let request =
        Request { surveys: vec![&prepared], authserv_id: None, limits: Limits::default(), left_out: Vec::new() };
    for (name, raw) in corpus::messages() {
        let message = mail::parse(&raw);
        let reading = read_parsed(&message, &request, &mut |_| {});
        let explained = explain_parsed(&message, &request, &mut |_| {});
        check(&name, &explained, &reading);
    }
}

/// Everything drawn at a place in a source.
fn roles_at<'e>(source: &'e SourceSeen, place: &str) -> Vec<&'e Role> {
    let texts = source.blocks.iter().flat_map(|block| match block {
        BlockSeen::Line(line) => vec![line],
        BlockSeen::Grid { cells, .. } => cells.iter().map(|cell| &cell.seen).collect(),
        BlockSeen::LeftOut(_) => Vec::new(),
    });
    texts.filter(|text| text.place == place).flat_map(|text| &text.roles).collect()
}

#[test]
fn an_explained_message_is_read_as_any_other() {
    check_corpus(|name, explained, reading| assert_eq!(explained.reading, *reading, "{name}"));
}

#[test]
fn every_answer_is_explained_with_its_place_label_and_rule() {
    check_corpus(|name, explained, reading| {
        let explanation = &explained.explanation;
        assert_eq!(explanation.returns.len(), reading.returns.len(), "{name}");
        for (seen, one) in explanation.returns.iter().zip(&reading.returns) {
            let answered: Vec<&ItemSeen> = seen.items.iter().filter(|item| item.answered).collect();
            assert_eq!(answered.len(), one.answers.len(), "{name}");
            for item in answered {
                let place = one.answers[&item.item].place.to_string();
                assert_eq!(item.place.as_ref(), Some(&place), "{name} {}", item.item);
                assert!(item.label.as_ref().is_some_and(|label| label.confidence >= 700), "{name} {item:?}");
                assert!(!item.written.is_empty() && item.form.is_some(), "{name} {item:?}");
            }
            for item in seen.items.iter().filter(|item| !item.answered) {
                assert!(!item.rules.is_empty(), "{name}: nothing says why {} has no answer", item.item);
            }
        }
    });
}

#[test]
fn every_answer_is_drawn_where_it_stands() {
    check_corpus(|name, explained, _| {
        let explanation = &explained.explanation;
        for (of, seen) in explanation.returns.iter().enumerate() {
            for item in seen.items.iter().filter(|item| item.answered) {
                let source = &explanation.sources[item.form.unwrap().source];
                let given = Role::Answer { item: item.item.clone(), of, share: Share::Given };
                let place = item.place.as_deref().unwrap();
                assert!(roles_at(source, place).contains(&&given), "{name}: {place}");
                for place in &item.further {
                    assert!(!roles_at(source, place).is_empty(), "{name}: {place}");
                }
            }
        }
    });
}

#[test]
fn a_label_of_a_form_is_drawn_as_one() {
    check_corpus(|name, explained, _| {
        for source in &explained.explanation.sources {
            for label in source.forms.iter().flat_map(|form| &form.labels) {
                assert!(!label.places.is_empty(), "{name}: {}", label.text);
                let is_label = |role: &&Role| matches!(role, Role::Label { item, .. } if *item == label.item);
                for place in &label.places {
                    assert!(roles_at(source, place).iter().any(is_label), "{name}: {} at {place}", label.text);
                }
            }
        }
    });
}
