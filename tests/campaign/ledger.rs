//! What was said to the office about each enterprise, kept by the world and not by Postroom: it decides how each of them has to
//! end.

use jiff::Timestamp;
use postroom::verdict::Progress;

use super::enterprise::Answers;

/// Something that the office was told about an enterprise, in order of arrival.
#[derive(Debug, Clone)]
pub(super) enum Told {
    /// Mail came that holds no return.
    Mail,
    /// A table from somebody who may answer; `open` is the item that has to be mended.
    Table { answers: Answers, open: Option<usize> },
    /// One item was mended.
    Mended { item: usize, text: String },
    /// The return was taken back.
    Withdrawn,
    /// Written material came.
    Material,
    /// It need not answer.
    Excused,
    /// Mail to its only address came back.
    Bounced,
    /// It was found at another address.
    Moved,
}

/// How an enterprise has to stand, and with which answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Expected {
    pub(super) end: Progress,
    /// The answers that have to be stored; none where there is no return.
    pub(super) answers: Option<Answers>,
    /// When its return was last made complete.
    pub(super) complete_since: Option<Timestamp>,
    /// Whether written material came.
    pub(super) has_material: bool,
}

/// Works out how an enterprise has to end from all that was told, given in order of arrival. In time is whoever gave its first
/// table in time, though it had to be mended later; what was taken back was never given.
pub(super) fn expected(told: &[(Timestamp, Told)], deadline_end: Timestamp) -> Expected {
    let mut now = Expected { end: Progress::Invited, answers: None, complete_since: None, has_material: false };
    let (mut open, mut first_table) = (None::<usize>, None::<Timestamp>);
    let (mut mail, mut excused, mut bounced) = (false, false, false);
    for (at, told) in told {
        let was_complete = now.answers.is_some() && open.is_none();
        match told {
            Told::Mail => mail = true,
            Told::Material => (mail, now.has_material) = (true, true),
            Told::Table { answers, open: fault } => {
                (now.answers, open, mail) = (Some(answers.clone()), *fault, true);
                first_table = first_table.or(Some(*at));
            }
            Told::Mended { item, text } => {
                if let Some(answers) = &mut now.answers {
                    answers[*item] = Some(text.clone());
                }
                open = None;
            }
            Told::Withdrawn => (now.answers, first_table) = (None, None),
            Told::Excused => excused = true,
            Told::Bounced => bounced = true,
            Told::Moved => bounced = false,
        }
        let is_complete = now.answers.is_some() && open.is_none();
        now.complete_since = if was_complete { now.complete_since } else { is_complete.then_some(*at) };
    }
    now.end = match (&now.answers, open) {
        (Some(_), None) if first_table.is_some_and(|at| at >= deadline_end) => Progress::Late,
        (Some(_), None) => Progress::Returned,
        _ if excused => Progress::Excused,
        (Some(_), Some(_)) => Progress::InCorrection,
        (None, _) if mail => Progress::Started,
        (None, _) if bounced => Progress::Bounced,
        (None, _) => Progress::Invited,
    };
    now
}
