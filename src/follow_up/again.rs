//! A letter that waited in the outbox is looked at again before it goes, by the rules that it was planned by: an answer may have
//! come meanwhile, its day may be over, or it may be night.

use jiff::Timestamp;

use super::{Facts, Quota, Rules, Topic, WhyNot, plan};

/// A letter in the outbox.
#[derive(Debug, Clone, Copy)]
pub struct Waiting<'a> {
    /// What it is about.
    pub topic: Topic,
    /// The address that it goes to.
    pub recipient: &'a str,
    /// Its respondents, as they would stand had it not been written.
    pub facts: &'a [&'a Facts],
}

/// Why a letter does not go now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hindrance {
    /// The office is closed; it opens then, or not within a year.
    Closed(Option<Timestamp>),
    /// A respondent is not to be written to any more.
    Needless(i64, WhyNot),
    /// A respondent is to be written to about something else.
    OtherTopic(i64, Topic),
    /// A respondent is to be written to at another address.
    OtherAddress(i64),
    /// A respondent is to be written to on another day.
    OtherDay(i64),
}

/// Why a letter does not go now; none when it does. What is needed no longer is said even while the office is closed.
#[must_use]
pub fn hindrance(now: Timestamp, rules: &Rules<'_>, letter: &Waiting<'_>) -> Option<Hindrance> {
    let other = letter.facts.iter().find_map(|facts| otherwise(letter, facts));
    if other.is_some() {
        return other;
    }
    if !rules.office.is_open(now) {
        return Some(Hindrance::Closed(rules.office.next_open(now)));
    }
    let standings: Vec<_> = letter.facts.iter().map(|facts| facts.standing()).collect();
    let plan = plan(now, rules, &standings, Quota { per_day: standings.len(), used_today: 0 });
    if let Some((respondent, why)) = plan.others.first() {
        return Some(Hindrance::Needless(*respondent, *why));
    }
    plan.planned.iter().find(|planned| planned.at > now).map(|planned| Hindrance::OtherDay(planned.respondent))
}

/// How a respondent's need differs from what a letter says to it.
fn otherwise(letter: &Waiting<'_>, facts: &Facts) -> Option<Hindrance> {
    let respondent = facts.respondent;
    match facts.standing().need {
        Err(why) => Some(Hindrance::Needless(respondent, why)),
        Ok(topic) if topic != letter.topic => Some(Hindrance::OtherTopic(respondent, topic)),
        Ok(topic) => {
            let is_same = facts.recipient(topic).is_some_and(|address| address.eq_ignore_ascii_case(letter.recipient));
            (!is_same).then_some(Hindrance::OtherAddress(respondent))
        }
    }
}
