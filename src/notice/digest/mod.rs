//! The weekly digest: figures ([`crate::figures`]) become a mail for officials, who decide from it.
//!
//! Its words say first how many have answered, then what happened, then what the industry says; every table stands in the text too, so
//! that nobody needs the pictures. What is shown of a respondent is what it reported itself.

use jiff::Timestamp;

use crate::figures::{Facts, Figures};
use crate::notice::Enclosure;
use crate::survey::Survey;

mod amount;
mod lines;
mod picture;
mod pictures;
mod sample;
#[cfg(test)]
mod tests;
mod trend;
mod view;

pub use picture::Picture;
pub(super) use sample::{sampled, samples};
pub(super) use view::DigestView;

/// What a digest is composed from.
#[derive(Debug, Clone, Copy)]
pub struct Digest<'a> {
    /// Unique key of the notice, such as `digest:office:2017-12-25:office@district.example`.
    pub key: &'a str,
    /// The moment of composing (the `Date` of the notice).
    pub now: Timestamp,
    /// Address it goes to.
    pub recipient: &'a str,
    /// Token of the thread that it begins.
    pub token: &'a str,
    /// The survey.
    pub survey: &'a Survey,
    /// What was known.
    pub facts: &'a Facts,
    /// What was counted.
    pub figures: &'a Figures,
    /// What was counted for the digests before, the oldest first.
    pub earlier: &'a [Figures],
    /// Name of the district, such as 岭泽市禾塘区; may be empty.
    pub district: &'a str,
    /// Of whom it speaks where it does not speak of all, such as 东街.
    pub scope: Option<&'a str>,
    /// The column of the roster by which response is shown.
    pub by: Option<&'a str>,
    /// Key of the item whose amounts are added up.
    pub amount: Option<&'a str>,
    /// When it was due, where it comes late.
    pub due: Option<Timestamp>,
    /// Pictures that stand in it.
    pub pictures: &'a [Picture],
    /// Files that go with it.
    pub enclosures: &'a [Enclosure],
}
