//! How far an operator's word on one version reaches: what came twice is discarded once, and let count once. The word is on what has
//! come till then; what comes later is a new word of its sender.

use super::fold::{Senders, same_answers};
use super::{Act, Ruling, Version, is_same_address};

/// The other versions of a respondent for which an operator's word on one of them holds as well, by their places: those that say the
/// same and on which nothing else was said.
///
/// Whoever sends it again is meant. Of another sender the same is meant only where the version spoke for the respondent: a stranger's
/// copy, put aside, says nothing against the return of whom it copied, nor does what nobody vouches for against the same from an
/// address of the roster. Whether what is held came from its sender at all is not known.
#[must_use]
pub fn said_with(versions: &[Version], at: usize) -> Vec<usize> {
    let Some(one) = versions.get(at).filter(|one| !one.held && may_be_repeated(one)) else { return Vec::new() };
    let spoke = spoke(versions, at);
    let is_meant = |other: &Version| {
        let reaches = is_same_address(&one.sender, &other.sender) || spoke && other.vouched <= one.vouched;
        reaches && !other.held && other.ruling == Ruling::None && says_the_same(one, other)
    };
    (0..).zip(versions).filter(|(place, other)| *place != at && is_meant(other)).map(|(place, _)| place).collect()
}

/// Whether it says anything by itself. A withdrawal is meant anew each time.
fn may_be_repeated(one: &Version) -> bool {
    one.act != Act::Withdraws && !one.as_read.answers.is_empty()
}

fn says_the_same(one: &Version, other: &Version) -> bool {
    one.act == other.act && same_answers(&one.as_read, &other.as_read)
}

/// Whether a version would take part had no operator put any aside.
fn spoke(versions: &[Version], at: usize) -> bool {
    let mut senders = Senders::default();
    let mut takes_part = false;
    for version in versions.iter().take(at + 1).filter(|one| !one.held || one.ruling == Ruling::Released) {
        takes_part = senders.admit(version);
    }
    takes_part
}
