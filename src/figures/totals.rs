//! How many have answered, and how far they are.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Count, Current, Question, Respondent};
use crate::calendar;

/// How many have answered at a moment, and how far they are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Respondents on the roster that are asked, those that need not answer left out unless they did.
    pub invited: Count,
    /// Respondents that need not answer, and did not.
    pub excused: Count,
    /// Respondents with a return that counts.
    pub returned: Count,
    /// Those of them whose return is complete.
    pub complete: Count,
    /// Those of them whose return has to be mended.
    pub in_correction: Count,
    /// Those of them whose first return came after the deadline's day.
    pub late: Count,
    /// Those of them that are not on the roster; empty where there is no roster.
    pub unlisted: Count,
    /// Invited respondents without a return.
    pub outstanding: Count,
}

impl Totals {
    /// Invited respondents with a return, of all that were invited; none without a roster.
    #[must_use]
    pub fn rate(&self) -> Option<(usize, usize)> {
        let invited = self.invited.number();
        (invited > 0).then(|| (invited - self.outstanding.number(), invited))
    }

    /// The response in thousandths, rounded half up; none without a roster.
    #[must_use]
    pub fn per_mille(&self) -> Option<usize> {
        self.rate().map(|(part, whole)| (part * 2000 + whole) / (whole * 2))
    }
}

/// The totals at a moment: of what counts now, what had come by then.
pub(super) fn at(respondents: &[Respondent], question: &Question<'_>, moment: Timestamp) -> Totals {
    let deadline = calendar::deadline_end(question.deadline, question.zone);
    let had = |one: &Respondent| one.current.as_ref().is_some_and(|current| current.first_at <= moment);
    let returned = |rule: &dyn Fn(&Current) -> bool| {
        Count::of(respondents, |one| had(one) && one.current.as_ref().is_some_and(rule))
    };
    let was_complete = |current: &Current| current.is_complete && current.received_at <= moment;
    let has_roster = respondents.iter().any(|one| one.is_listed);
    let is_invited = |one: &Respondent| one.is_listed && (!one.is_excused || had(one));
    Totals {
        invited: Count::of(respondents, is_invited),
        excused: Count::of(respondents, |one| one.is_listed && one.is_excused && !had(one)),
        returned: returned(&|_| true),
        complete: returned(&was_complete),
        in_correction: returned(&|current| !was_complete(current)),
        late: returned(&|current| current.first_at >= deadline),
        unlisted: Count::of(respondents, |one| has_roster && !one.is_listed && had(one)),
        outstanding: Count::of(respondents, |one| is_invited(one) && !had(one)),
    }
}
