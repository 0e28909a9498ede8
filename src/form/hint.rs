//! The form's own words: what to write into an item's cell, and what stands around the table.
//!
//! Each language has a module, and [`Words`] says what must be in it.

use crate::survey::{Item, ItemKind, Language, Options};

mod en;
mod zh;

/// The box that a choice is ticked in.
const BOX: char = '□';

/// What a form says in one language.
pub(super) trait Words {
    /// What to write, with an example where one helps: 请写明数字和单位，例如“1200万元”；没有请填“0”.
    fn of(&self, kind: &ItemKind) -> String;
    /// The same with the word on whether it must be answered: 必填。填一个整数，例如“120人”.
    fn with_duty(&self, item: &Item) -> String;
    /// The same as a line below a table with columns.
    fn note(&self, item: &Item) -> String;
    /// Headings of the columns of a list: number, item, what to write, answer.
    fn head(&self) -> [&'static str; 4];
    /// A request as a sentence.
    fn sentence(&self, request: &str) -> String;
    /// Until when to send it back, and whom to ask. It must not look like a label and its answer.
    fn closing(&self, deadline: jiff::civil::Date, name: &str, phone: &str) -> String;
    /// What stands behind the option for a text of one's own.
    fn other(&self) -> &'static str;
    /// The sign between an option's label and what is written behind it.
    fn colon(&self) -> &'static str;
    /// Name of a workbook's sheet.
    fn sheet(&self) -> &'static str;
    /// Letters of the title, and of everything else.
    fn fonts(&self) -> [&'static str; 2];
    /// Yes and no.
    fn yes_no(&self) -> [&'static str; 2];
}

/// The words of a language.
pub(super) fn words(language: Language) -> &'static dyn Words {
    match language {
        Language::Zh => &zh::Zh,
        Language::En => &en::En,
    }
}

/// Whether the words of a table's header leave open what to write.
pub(super) fn is_wanted(kind: &ItemKind) -> bool {
    kind.is_strict()
}

/// What may be chosen, as the form names it; empty for what is no choice.
pub(super) fn choices(kind: &ItemKind, language: Language) -> Vec<String> {
    match kind {
        ItemKind::YesNo => words(language).yes_no().map(str::to_owned).to_vec(),
        ItemKind::Choice(options) | ItemKind::Choices(options) => labels(options, words(language).other()),
        _ => Vec::new(),
    }
}

/// The boxes to tick: □制造业 □批发和零售业 □其他：____; none for what is no choice.
pub(super) fn boxes(kind: &ItemKind, language: Language) -> Option<String> {
    let choices = choices(kind, language);
    let has_other = kind.options().is_some_and(|options| options.other);
    let own = choices.len().checked_sub(1).filter(|_| has_other);
    let boxed = choices.iter().enumerate().map(|(at, label)| {
        let line = if Some(at) == own { format!("{}____", words(language).colon()) } else { String::new() };
        format!("{BOX}{label}{line}")
    });
    (!choices.is_empty()).then(|| boxed.collect::<Vec<_>>().join("  "))
}

fn labels(options: &Options, other: &str) -> Vec<String> {
    let labels = options.options.iter().map(|option| option.label.clone());
    labels.chain(options.other.then(|| other.to_owned())).collect()
}
