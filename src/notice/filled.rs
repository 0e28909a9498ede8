//! What the official form is filled in with for an answer: its text, or where that says something else there, what it was
//! understood as.
//!
//! A bare 1200 under the sender's own 万元 is no amount on the official form, which names no unit; 1200万元 is.

use super::understood;
use super::words::tongue;
use crate::issue::About;
use crate::reading::Return;
use crate::survey::{Item, Language, Survey};
use crate::value::{self, Answer, Context, Understood, agree};

#[cfg(test)]
#[path = "filled_tests.rs"]
mod tests;

/// The text for an answer of a return; none where there is no answer, and where nothing that could be written would be read as
/// it again.
pub(super) fn text(of: &Return, key: &str, survey: &Survey) -> Option<String> {
    let (answer, item) = (of.answers.get(key)?, survey.item(key)?);
    let in_words = |language| understood::in_words(&answer.value, item, tongue(language));
    let is_same = |text: &String| says_the_same(text, of, answer, item, survey);
    let own = Some(answer.text.clone()).filter(is_same).or_else(|| in_words(survey.language).filter(is_same));
    // Better in other words than not at all.
    own.or_else(|| in_words(Language::Zh).filter(is_same))
}

/// Whether a text under the item's official label is read as the answer was, without anything new to ask.
fn says_the_same(text: &str, of: &Return, answer: &Answer, item: &Item, survey: &Survey) -> bool {
    let context = Context {
        prompts: &survey.prompts,
        reference_year: survey.reference_year,
        label: &item.label,
        ..Context::default()
    };
    let Understood { text: Some(text), value, problems } = value::read(item, text, &context) else { return false };
    let told = of.issues.iter().filter(|issue| issue.about == About::Item(item.key.clone()));
    let told: Vec<&str> = told.map(|issue| issue.problem.code()).collect();
    let is_new = problems.iter().any(|problem| !told.contains(&problem.code()));
    !is_new && agree(&Answer { text, value, place: answer.place.clone() }, answer)
}
