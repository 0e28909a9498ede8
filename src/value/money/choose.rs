//! Which of the amounts in a text is the answer: that of the year asked for, the whole of it, and of the thing asked for.

use rust_decimal::Decimal;

use super::mention::{Mention, Span, Subject, Year};

/// What came of choosing.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Choice {
    /// The one amount that is meant.
    One(Mention),
    /// Amounts, and nothing that tells which one is meant.
    Several,
    /// No amount that could be the answer.
    Nothing,
}

/// Chooses among the amounts of a text.
pub(super) fn choose(mentions: &[Mention], reference_year: Option<i16>) -> Choice {
    let of_the_thing: Vec<&Mention> =
        mentions.iter().filter(|mention| !mention.said.aside && mention.said.subject != Subject::Other).collect();
    if of_the_thing.is_empty() {
        return Choice::Nothing;
    }
    let mut of_the_time: Vec<&Mention> =
        of_the_thing.into_iter().filter(|mention| is_of_time(mention, reference_year)).collect();
    if of_the_time.iter().any(|mention| mention.said.span == Span::Whole) {
        of_the_time.retain(|mention| mention.said.span != Span::SoFar);
    }
    one_value(&of_the_time)
        .or_else(|| interval(&of_the_time))
        .or_else(|| total(&of_the_time))
        .map_or(Choice::Several, Choice::One)
}

/// Whether an amount is that of the whole year asked for, as far as the text tells.
fn is_of_time(mention: &Mention, reference_year: Option<i16>) -> bool {
    let year = match mention.said.year {
        Year::Untold | Year::Asked => true,
        Year::Number(year) => reference_year.is_none_or(|asked| asked == year),
        Year::Other => false,
    };
    year && mention.said.span != Span::Part
}

/// The amount, when all say the same in whatever notation: 1200万元（12000000元）.
fn one_value(mentions: &[&Mention]) -> Option<Mention> {
    let first = mentions.iter().find(|mention| !mention.bare).or(mentions.first())?;
    let currency = |mention: &Mention| mention.currency.unwrap_or("CNY");
    let same = |mention: &&Mention| {
        mention.low == first.low && mention.high == first.high && (mention.bare || currency(mention) == currency(first))
    };
    mentions.iter().all(same).then(|| (*first).clone())
}

/// Two open amounts that bound each other: 500万元以上，1000万元以下.
fn interval(mentions: &[&Mention]) -> Option<Mention> {
    let [one, other] = mentions else { return None };
    let (lower, upper) = if one.high.is_none() { (one, other) } else { (other, one) };
    let fits = lower.high.is_none() && upper.low.is_none() && lower.low < upper.high;
    let alike = lower.bare == upper.bare && lower.currency == upper.currency;
    (fits && alike).then(|| Mention { high: upper.high, ..(*lower).clone() })
}

/// The sum, when one amount says that it is and the others add up to it.
fn total(mentions: &[&Mention]) -> Option<Mention> {
    let mut totals = mentions.iter().filter(|mention| mention.said.total);
    let total = totals.next().filter(|_| totals.next().is_none())?;
    let mut sum = Decimal::ZERO;
    for part in mentions.iter().filter(|mention| !mention.said.total) {
        if part.low != part.high || part.currency != total.currency || part.bare != total.bare {
            return None;
        }
        sum = sum.checked_add(part.low?)?;
    }
    (total.low == Some(sum) && total.high == Some(sum)).then(|| (*total).clone())
}
