//! Replies in English, clause by clause, as strictly as in Chinese: each form here is whole, and what goes on otherwise is not
//! understood.

use super::Target;
use super::clause::Clause;
use crate::reading::label::{LIKELY, Labels, Score};
use crate::survey::ItemKind;
use crate::value::Value;
use crate::value::money::{self, unit};

/// How well a label before a verb has to fit: there is no colon to vouch for it.
const FITS: Score = LIKELY + 100;
/// Longest label before a verb, in characters.
const LONGEST: usize = 50;

/// Words that make a clause a refusal, a promise, a condition or a question, whatever else it says.
const DOUBTS: [&str; 47] = [
    "not",
    "never",
    "cannot",
    "whether",
    "if",
    "unless",
    "until",
    "once",
    "except",
    "but",
    "maybe",
    "perhaps",
    "possibly",
    "probably",
    "likely",
    "might",
    "could",
    "will",
    "shall",
    "later",
    "tomorrow",
    "soon",
    "shortly",
    "pending",
    "provisional",
    "tbd",
    "tba",
    "tbc",
    "wrong",
    "incorrect",
    "mistaken",
    "mistake",
    "error",
    "unsure",
    "unclear",
    "doubt",
    "how",
    "what",
    "when",
    "where",
    "why",
    "which",
    "who",
    "advise",
    "question",
    "asap",
    "otherwise",
];

/// Words that open a question.
const ASKING: [&str; 18] = [
    "is", "are", "was", "were", "do", "does", "did", "can", "could", "should", "would", "may", "have", "has", "had",
    "shall", "will", "must",
];

/// That what looks odd is right, and nothing else; longer ones stand before those that begin alike.
const CONFIRMS: [&str; 24] = [
    "we confirm that the figures are correct",
    "we confirm that the figure is correct",
    "we confirm that this is correct",
    "we confirm that that is correct",
    "we confirm that it is correct",
    "we hereby confirm the figures",
    "we hereby confirm the figure",
    "we hereby confirm",
    "we confirm the figures",
    "we confirm the figure",
    "we confirm",
    "the figures are correct",
    "the figure is correct",
    "the amount is correct",
    "the number is correct",
    "that is correct",
    "that’s correct",
    "that's correct",
    "this is correct",
    "it is correct",
    "confirmed as stated",
    "confirmed as correct",
    "correct as stated",
    "confirmed",
];

/// What may follow, with the reason.
const REASONS: [&str; 5] = ["because", "due to", "owing to", "as a result of", "("];

/// Words that withdraw, and those that may stand with them.
const WITHDRAWS: [&str; 4] = ["withdraw", "withdrawn", "cancel", "cancelled"];
const AROUND_WITHDRAWAL: [&str; 36] = [
    "please",
    "kindly",
    "hereby",
    "we",
    "i",
    "would",
    "like",
    "wish",
    "want",
    "to",
    "our",
    "my",
    "the",
    "this",
    "that",
    "previous",
    "last",
    "latest",
    "earlier",
    "return",
    "returns",
    "submission",
    "report",
    "form",
    "questionnaire",
    "survey",
    "answers",
    "data",
    "mail",
    "email",
    "e-mail",
    "reply",
    "response",
    "is",
    "entry",
    "as",
];

/// What stands before a unit that is given for a number without one.
const UNITS: [&str; 9] = [
    "the unit is",
    "the unit:",
    "unit is",
    "unit:",
    "all figures are in",
    "the figures are in",
    "the figure is in",
    "the amount is in",
    "it is in",
];

/// Verbs between an item and its answer.
const VERBS: [&str; 6] =
    [" should be ", " should read ", " must be ", " is corrected to ", " is to be corrected to ", " needs to be "];
/// Verbs that stand in any sentence: they name an answer only before a figure.
const WEAK: [&str; 4] = [" amounts to ", " is ", " was ", " = "];
/// What asks for a change, with `to` before the answer.
const CHANGES: [&str; 6] =
    ["please change ", "please correct ", "please amend ", "please update ", "change ", "correct "];
/// What may stand before a label.
const BEFORE_LABEL: [&str; 4] = ["our ", "the ", "correct ", "total "];
/// What may stand before an answer that names no item.
const OPEN: [&str; 7] = [
    "it should be ",
    "it should read ",
    "should be ",
    "should read ",
    "the correct figure is ",
    "the correct amount is ",
    "the correct answer is ",
];

/// What a clause says, if it is one of the forms here.
pub(super) fn clause(text: &str, labels: &Labels<'_>) -> Option<Clause> {
    let text = text.trim().trim_end_matches(['.', '!', ' ']);
    if !is_english(text) {
        return None;
    }
    withdrawal(text)
        .or_else(|| confirmation(text))
        .or_else(|| is_salutation(text).then_some(Clause::Courtesy))
        .or_else(|| unit_said(text))
        .or_else(|| numbered(text, labels))
        .or_else(|| of_verb(text, labels))
        .or_else(|| open(text))
        .or_else(|| sends_file(text).then_some(Clause::Lead))
}

/// Whether something in an English text makes it a doubt.
pub(super) fn is_doubtful(text: &str) -> bool {
    is_english(text) && words(text).any(|word| DOUBTS.contains(&word.as_str()) || is_contracted_not(&word))
}

/// Whether an English text begins as questions do. "Should be" gives an answer.
pub(super) fn is_question(text: &str) -> bool {
    let mut words = words(text);
    let (first, second) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    is_english(text) && ASKING.contains(&first.as_str()) && !(first == "should" && ["be", "read"].contains(&&*second))
}

/// Whether a text speaks of an answer or a file instead of giving an answer.
pub(super) fn speaks_of_answers(text: &str) -> bool {
    const FILES: [&str; 5] = ["attached", "attachment", "attachments", "enclosed", "enclosure"];
    const BEGINS: [&str; 13] = [
        "see",
        "as before",
        "as above",
        "unchanged",
        "no change",
        "same as",
        "the same as",
        "already",
        "deleted",
        "remove",
        "to be",
        "leave",
        "(your answer",
    ];
    is_english(text)
        && (words(text).any(|word| FILES.contains(&word.as_str()))
            || BEGINS.iter().any(|word| after(text, word).is_some()))
}

/// Whether the label before a value denies what follows.
pub(super) fn is_denied(label: &str) -> bool {
    is_english(label)
        && words(label).any(|word| ["no", "non", "without"].contains(&word.as_str()) || DOUBTS.contains(&word.as_str()))
}

/// An answer without the verb before it and the full stop behind it.
pub(super) fn without_verb<'t>(value: &'t str, kind: &ItemKind) -> &'t str {
    if !is_english(value) {
        return value;
    }
    let value = OPEN.iter().find_map(|verb| after(value, verb.trim_end())).unwrap_or(value).trim();
    if kind.is_strict() { value.trim_end_matches('.') } else { value }
}

/// Whether a line closes an English letter, so that what follows is the signature.
pub(super) fn closes(text: &str) -> bool {
    const CLOSINGS: [&str; 12] = [
        "best regards",
        "kind regards",
        "warm regards",
        "with best regards",
        "with kind regards",
        "regards",
        "yours sincerely",
        "yours faithfully",
        "sincerely yours",
        "sincerely",
        "best wishes",
        "with best wishes",
    ];
    let text = text.trim().trim_end_matches([',', '.', '!']).to_lowercase();
    CLOSINGS.contains(&text.as_str())
}

/// Whether a line may be the name of a person or an enterprise in Latin letters, as it stands below a closing or thanks.
pub(super) fn is_name(text: &str) -> bool {
    let of_name = |word: &str| {
        word.starts_with(|c: char| c.is_ascii_uppercase())
            && word.chars().all(|c| c.is_ascii_alphabetic() || matches!(c, '-' | '.' | ',' | '&' | '\''))
    };
    let count = text.split_whitespace().count();
    (1..=8).contains(&count) && text.split_whitespace().all(of_name) && !is_doubtful(text)
}

fn is_english(text: &str) -> bool {
    let is_han = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}');
    text.contains(|c: char| c.is_ascii_alphabetic()) && !text.contains(is_han)
}

fn is_contracted_not(word: &str) -> bool {
    word.ends_with("n't") || word.ends_with("n’t")
}

/// The words of a text, in lower case, an apostrophe or hyphen within them kept.
fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    let is_between = |c: char| !(c.is_alphanumeric() || matches!(c, '\'' | '’' | '-'));
    text.split(is_between).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// What follows some words at the beginning of a text, whatever its capitals.
fn after<'t>(text: &'t str, words: &str) -> Option<&'t str> {
    let (head, rest) = text.split_at_checked(words.len())?;
    let is_whole = !words.ends_with(char::is_alphanumeric) || !rest.starts_with(char::is_alphanumeric);
    (head.eq_ignore_ascii_case(words) && is_whole).then_some(rest)
}

/// What stands before and after some words within a text, whatever its capitals.
fn around<'t>(text: &'t str, words: &str) -> Option<(&'t str, &'t str)> {
    text.char_indices().find_map(|(at, _)| {
        let (before, rest) = text.split_at_checked(at)?;
        Some((before, after(rest, words)?))
    })
}

fn withdrawal(text: &str) -> Option<Clause> {
    let is_act = |word: &String| WITHDRAWS.contains(&word.as_str());
    if !words(text).any(|word| is_act(&word)) {
        return None;
    }
    let is_plain = words(text).all(|word| is_act(&word) || AROUND_WITHDRAWAL.contains(&word.as_str()));
    Some(if is_plain && !is_question(text) { Clause::Withdrawal } else { Clause::Unclear })
}

fn confirmation(text: &str) -> Option<Clause> {
    let rest = CONFIRMS.iter().find_map(|says| after(text, says))?;
    let rest = rest.trim_start();
    let is_whole = rest.is_empty() || REASONS.iter().any(|word| after(rest, word).is_some());
    is_whole.then(|| Clause::Confirmation(rest.to_owned()))
}

/// Dear Ms Lin.
fn is_salutation(text: &str) -> bool {
    after(text, "dear").is_some_and(|rest| {
        rest.split_whitespace().count() <= 5 && rest.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '.' | '/'))
    })
}

fn unit_said(text: &str) -> Option<Clause> {
    let named = UNITS.iter().find_map(|words| after(text, words))?.trim();
    unit::named(named).map(|_| Clause::Unit(None, named.to_owned()))
}

/// Item 6: RMB 12,000,000.
fn numbered(text: &str, labels: &Labels<'_>) -> Option<Clause> {
    let rest = ["item", "point", "question", "no.", "number"].iter().find_map(|word| after(text, word))?.trim_start();
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let value = rest.strip_prefix(digits.as_str())?.trim_start();
    let value = value.strip_prefix(':').or_else(|| OPEN.iter().find_map(|verb| after(value, verb)))?.trim();
    let number: usize = digits.parse().ok()?;
    let is_answer = (1..=labels.len().max(20)).contains(&number) && !value.is_empty();
    is_answer.then(|| Clause::Amendment(Target::Number(number), value.to_owned()))
}

/// Revenue should be 12 million yuan; please change revenue to 12 million yuan. An answer in words of one's own stands behind a
/// colon only: "Products should be listed" gives none.
fn of_verb(text: &str, labels: &Labels<'_>) -> Option<Clause> {
    let change = CHANGES.iter().find_map(|words| after(text, words)).and_then(|rest| around(rest, " to "));
    let strong = change.or_else(|| VERBS.iter().find_map(|verb| around(text, verb)));
    let (label, value) = strong.or_else(|| WEAK.iter().find_map(|verb| around(text, verb)))?;
    let label =
        BEFORE_LABEL.iter().fold(label.trim(), |label, word| after(label, word.trim_end()).unwrap_or(label).trim());
    if is_denied(label) || label.is_empty() || label.chars().count() > LONGEST {
        return None;
    }
    let (item, _) = labels.item_of(label, FITS)?;
    let item = labels.survey.items.get(item)?;
    let value = value.trim();
    let is_figure = value.contains(|c: char| c.is_ascii_digit());
    (item.kind.is_strict() && is_figure).then(|| Clause::Amendment(Target::Item(item.key.clone()), value.to_owned()))
}

/// 12 million yuan, whose figure is no number of an item.
pub(super) fn amount(text: &str) -> Option<Clause> {
    let behind = text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
    let has_word = behind.len() < text.len() && behind.trim_start().starts_with(|c: char| c.is_ascii_alphabetic());
    (has_word && is_english(text) && !text.starts_with(['.', ','])).then(|| open(text)).flatten()
}

/// It should be 12 million yuan, or the amount alone.
fn open(text: &str) -> Option<Clause> {
    let said = OPEN.iter().find_map(|verb| after(text, verb.trim_end()));
    let value = said.unwrap_or(text).trim();
    let has_digit = value.contains(|c: char| c.is_ascii_digit());
    let is_amount = || {
        let context = money::Context { currency: "CNY", ..money::Context::default() };
        matches!(money::read(value, &context).value, Value::Money(Some(_)))
    };
    (has_digit && (said.is_some() || is_amount())).then(|| Clause::Amendment(Target::Open, value.to_owned()))
}

/// Whether a clause sends a file along.
fn sends_file(text: &str) -> bool {
    const SENDS: [&str; 8] = [
        "please find attached",
        "please find enclosed",
        "please find the",
        "attached is",
        "attached please find",
        "enclosed is",
        "enclosed please find",
        "we attach",
    ];
    let names_file = || words(text).any(|word| ["attached", "enclosed", "attach"].contains(&word.as_str()));
    SENDS.iter().any(|words| after(text, words).is_some()) && names_file() && !text.contains(char::is_numeric)
}
