//! How far a respondent is: a pure fold over what is known of it.
//!
//! A return that counts weighs more than a word of an operator, and that more than a mail on the way: so the state says what would
//! be done next about a respondent.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Standing;

/// How far a respondent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Progress {
    /// On the roster, and not yet written to.
    NotInvited,
    /// An invitation went out, and nothing came.
    Invited,
    /// Mail to each of its addresses came back.
    Bounced,
    /// Mail came, and no return that counts.
    Started,
    /// Its return has still to be mended.
    InCorrection,
    /// Its return is complete, and came in time.
    Returned,
    /// Its return is complete, and came after the deadline's day.
    Late,
    /// An operator said that it need not answer.
    Excused,
}

impl Progress {
    /// All of them, in the order of a respondent's way.
    pub const ALL: [Self; 8] = [
        Self::NotInvited,
        Self::Invited,
        Self::Bounced,
        Self::Started,
        Self::InCorrection,
        Self::Returned,
        Self::Late,
        Self::Excused,
    ];

    /// The word for it in listings and JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotInvited => "not_invited",
            Self::Invited => "invited",
            Self::Bounced => "bounced",
            Self::Started => "started",
            Self::InCorrection => "in_correction",
            Self::Returned => "returned",
            Self::Late => "late",
            Self::Excused => "excused",
        }
    }
}

/// Where a state is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "what", content = "id")]
pub enum Source {
    /// The roster.
    Roster,
    /// A message that came.
    Message(i64),
    /// A notice that went out.
    Notice(i64),
    /// A server that sent mail back.
    Server,
    /// An operator.
    Operator,
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Roster => f.write_str("roster"),
            Self::Message(id) => write!(f, "m{id}"),
            Self::Notice(id) => write!(f, "n{id}"),
            Self::Server => f.write_str("server"),
            Self::Operator => f.write_str("operator"),
        }
    }
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The roster listed the respondent.
    Listed,
    /// An invitation went out.
    Invited,
    /// Mail to the last address that had not done so came back.
    Bounced,
    /// Mail came.
    Wrote,
    /// A return came, and stands so.
    Answered(Standing),
    /// An operator excused the respondent.
    Excused,
}

/// Something that is known of a respondent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// When it happened.
    pub at: Timestamp,
    /// Where it is known from.
    pub source: Source,
    /// What happened.
    pub event: Event,
}

/// How far a respondent is, since when, and where that is known from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// How far it is.
    pub progress: Progress,
    /// Since when.
    pub since: Timestamp,
    /// Where that is known from.
    pub source: Source,
}

/// How far a respondent of the roster is, by all that is known of it, in any order; none of one of which nothing is known.
///
/// `deadline` is the first instant after the deadline's day ([`crate::calendar::deadline_end`]). A return is in time when its first
/// version that counts came before it: whoever answered in time and is asked for a correction is not late for that. What was taken
/// back was never given.
#[must_use]
pub fn progress(facts: &[Fact], deadline: Timestamp) -> Option<State> {
    let latest = |progress: Progress, is: fn(Event) -> bool| {
        let last = facts.iter().filter(|fact| is(fact.event)).max_by_key(|fact| (fact.at, fact.source))?;
        Some(State { progress, since: last.at, source: last.source })
    };
    let withdrawn =
        facts.iter().filter(|fact| fact.event == Event::Answered(Standing::Withdrawn)).map(|fact| fact.at).max();
    let answers = facts.iter().filter(|fact| counts(fact.event)).map(|fact| fact.at);
    let first_answer = answers.filter(|at| withdrawn.is_none_or(|withdrawn| *at >= withdrawn)).min();
    let is_late = first_answer.is_some_and(|at| at >= deadline);
    let done = if is_late { Progress::Late } else { Progress::Returned };
    latest(done, |event| event == Event::Answered(Standing::Complete))
        .or_else(|| latest(Progress::Excused, |event| event == Event::Excused))
        .or_else(|| latest(Progress::InCorrection, |event| event == Event::Answered(Standing::InCorrection)))
        .or_else(|| latest(Progress::Started, |event| matches!(event, Event::Wrote | Event::Answered(_))))
        .or_else(|| latest(Progress::Bounced, |event| event == Event::Bounced))
        .or_else(|| latest(Progress::Invited, |event| event == Event::Invited))
        .or_else(|| latest(Progress::NotInvited, |event| event == Event::Listed))
}

/// Whether a version counts, or did until a newer one took its place.
fn counts(event: Event) -> bool {
    use Standing::{Complete, Duplicate, InCorrection, Pending, Superseded};
    matches!(event, Event::Answered(Complete | InCorrection | Superseded | Pending | Duplicate))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fact(day: i64, event: Event) -> Fact {
        let at = Timestamp::from_second(day * 86_400).unwrap();
        let source = match event {
            Event::Listed => Source::Roster,
            Event::Invited => Source::Notice(day),
            Event::Bounced => Source::Server,
            Event::Excused => Source::Operator,
            Event::Wrote | Event::Answered(_) => Source::Message(day),
        };
        Fact { at, source, event }
    }

    /// The state with the day it began, by facts of days; the deadline's day ends as day 10 begins.
    fn check(facts: &[(i64, Event)], progress: Progress, since: i64) {
        let mut facts: Vec<Fact> = facts.iter().map(|(day, event)| fact(*day, *event)).collect();
        let deadline = Timestamp::from_second(10 * 86_400).unwrap();
        let state = super::progress(&facts, deadline).unwrap();
        assert_eq!((state.progress, state.since.as_second() / 86_400), (progress, since), "{facts:?}");
        facts.reverse();
        assert_eq!(super::progress(&facts, deadline), Some(state), "the order in which it is told changes nothing");
    }

    #[test]
    fn a_respondent_goes_its_way_from_the_roster_to_its_return() {
        use Event::{Answered, Bounced, Excused, Invited, Listed, Wrote};
        let listed = (1, Listed);
        check(&[listed], Progress::NotInvited, 1);
        check(&[listed, (2, Invited)], Progress::Invited, 2);
        check(&[listed, (2, Invited), (3, Bounced)], Progress::Bounced, 3);
        check(&[listed, (2, Invited), (4, Wrote)], Progress::Started, 4);
        check(&[listed, (3, Bounced), (4, Wrote)], Progress::Started, 4);
        check(&[listed, (4, Answered(Standing::Held))], Progress::Started, 4);
        check(&[listed, (4, Answered(Standing::Contested))], Progress::Started, 4);
        check(&[listed, (4, Answered(Standing::InCorrection)), (5, Wrote)], Progress::InCorrection, 4);
        check(&[listed, (9, Answered(Standing::Complete))], Progress::Returned, 9);
        check(&[listed, (10, Answered(Standing::Complete))], Progress::Late, 10);
        check(&[listed, (5, Excused)], Progress::Excused, 5);
        let withdrawn = [
            (4, Answered(Standing::Superseded)),
            (5, Answered(Standing::Withdrawn)),
            (6, Answered(Standing::Withdrawn)),
        ];
        check(
            &[vec![listed], withdrawn.to_vec(), vec![(10, Answered(Standing::Complete))]].concat(),
            Progress::Late,
            10,
        );
        check(
            &[vec![listed], withdrawn.to_vec(), vec![(9, Answered(Standing::Complete))]].concat(),
            Progress::Returned,
            9,
        );
    }

    #[test]
    fn who_answered_in_time_is_not_called_late_for_a_correction() {
        use Event::Answered;
        check(&[(8, Answered(Standing::Superseded)), (12, Answered(Standing::Complete))], Progress::Returned, 12);
        check(&[(8, Answered(Standing::Discarded)), (12, Answered(Standing::Complete))], Progress::Late, 12);
        check(&[(8, Answered(Standing::Contested)), (12, Answered(Standing::Complete))], Progress::Late, 12);
    }

    #[test]
    fn an_excuse_stands_until_a_complete_return_comes() {
        use Event::{Answered, Excused, Wrote};
        check(&[(5, Excused), (6, Wrote)], Progress::Excused, 5);
        check(&[(5, Excused), (4, Answered(Standing::InCorrection))], Progress::Excused, 5);
        check(&[(5, Excused), (6, Answered(Standing::Complete))], Progress::Returned, 6);
    }

    #[test]
    fn of_whom_nothing_is_known_nothing_is_said() {
        assert_eq!(super::progress(&[], Timestamp::MAX), None);
    }
}
