//! Figures that are put to the sender as a question, each once, with all reasons there are to ask.
//!
//! What is said of a comparison is what the address that is answered may hear ([`Hint`]): the figure of the period before, and how
//! many times it the new one is, where it supplied that figure itself.

use rust_decimal::Decimal;
use serde::Serialize;

use super::{Occasion, clean, understood, words};
use crate::issue::{Figure, Hint, Problem};
use crate::reading::Return;
use crate::survey::{Item, ItemKind};
use crate::value::{Answer, Money, Number, UnitSource, Value, amount};
use crate::verdict::{Folded, Standing};

/// A figure that looks odd.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Question {
    /// The item.
    pub(super) label: String,
    /// What its answer was understood as.
    pub(super) text: String,
    /// The enterprise, where the mail reports for several; else empty.
    pub(super) name: String,
    /// How a plain reply begins that is about this enterprise, such as `企业名称：甲公司，`; empty like the name.
    pub(super) whose: String,
    /// Why it looks odd, as a clause that goes on the sentence 营业收入为1200万元，…
    pub(super) reason: String,
}

/// The odd figures of this mail that nobody has confirmed. Of a return that does not count nothing can be confirmed.
pub(super) fn questions<'a>(
    read: &'a Return,
    folded: &'a Folded,
    occasion: &'a Occasion<'_>,
) -> impl Iterator<Item = Question> + 'a {
    let counts = !matches!(folded.standing, Standing::Contested | Standing::Held | Standing::Discarded);
    let is_own = |key: &str| read.answers.get(key).is_some_and(|own| folded.effective.answers.get(key) == Some(own));
    let (name, whose) = names(read, occasion).unwrap_or_default();
    let of_item = move |item: &Item| {
        let key = item.key.as_str();
        let answer = read.answers.get(key).filter(|_| counts && is_own(key))?;
        let issues = folded.effective.issues.iter().filter(|issue| issue.about.item() == Some(key));
        let asking: Vec<&Problem> = issues.map(|issue| &issue.problem).filter(|problem| problem.asks()).collect();
        let reason = reason(&asking, answer, item)?;
        let text = understood::in_words(&answer.value, item)?;
        let label = words::label(occasion.survey, key);
        Some(Question { label, text, reason, name: name.clone(), whose: whose.clone() })
    };
    occasion.survey.items.iter().filter_map(of_item)
}

/// The enterprise, and how a reply about it begins, where the mail reports for several.
fn names(read: &Return, occasion: &Occasion<'_>) -> Option<(String, String)> {
    let identity = occasion.survey.identity().filter(|_| occasion.reading.returns.len() > 1)?;
    let name = clean::line(&read.answers.get(&identity.key)?.text, clean::NAME);
    let whose = format!("{}：{name}，", words::label(occasion.survey, &identity.key));
    Some((name, whose))
}

/// The words: what is known of this very respondent says more than what is usual.
fn reason(asking: &[&Problem], answer: &Answer, item: &Item) -> Option<String> {
    let before = asking.iter().find_map(|problem| match problem {
        Problem::UnlikeBefore { before, times, hint: Hint::Figure } => {
            let figure = in_words(before, item)?;
            let times = times.map(|times| format!("（约{}）", of_times(times))).unwrap_or_default();
            Some(format!("与上期所报的{figure}相差较大{times}"))
        }
        Problem::UnlikeBefore { .. } => Some("与上期数额相差较大".to_owned()),
        _ => None,
    });
    let is_of_other_size = asking.iter().any(|problem| matches!(problem, Problem::UnlikeSize { .. }));
    Some(match (before, is_of_other_size) {
        (Some(before), false) => before,
        (Some(before), true) => format!("{before}，也与同等规模企业的通常水平相差较大"),
        (None, true) => "与同等规模企业的通常水平相差较大".to_owned(),
        (None, false) => "与通常情况相差较大".to_owned(),
    })
    .filter(|_| !asking.is_empty() && Figure::of(&answer.value).is_some())
}

/// 12倍, 5.5倍; of a smaller one 1/12.
fn of_times(times: Decimal) -> String {
    let round = |times: Decimal| times.round_dp(if times < Decimal::TEN { 1 } else { 0 }).normalize();
    match Decimal::ONE.checked_div(times) {
        Some(back) if times < Decimal::ONE => format!("1/{}", round(back)),
        _ => format!("{}倍", round(times)),
    }
}

fn in_words(figure: &Figure, item: &Item) -> Option<String> {
    let Figure { low, high, currency } = figure.clone();
    let (approximate, unit) = (false, UnitSource::Cell);
    if let Some(currency) = currency {
        return Some(amount::in_words(&Money { low, high, currency, approximate, unit }));
    }
    let number = Some(Number { low, high, approximate, unit });
    let is_share = matches!(item.kind, ItemKind::Percentage { .. });
    understood::in_words(&if is_share { Value::Percentage(number) } else { Value::Integer(number) }, item)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_times_is_said_in_round_numbers() {
        let check = |times: &str, said: &str| assert_eq!(of_times(times.parse().expect("a decimal")), said);
        for (times, said) in [
            ("12", "12倍"),
            ("12.4", "12倍"),
            ("5.54", "5.5倍"),
            ("0.1", "1/10"),
            ("0.0833", "1/12"),
            ("1000", "1000倍"),
        ] {
            check(times, said);
        }
    }
}
