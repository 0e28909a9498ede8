//! What Postroom writes of its own accord: invitations that are ordered, what passed between each respondent and us ([`passed`]), and
//! the letters that are put into the outbox ([`letter`]).

mod correspondents;
mod letter;
mod narrative;
mod order;
mod passed;

pub use letter::{FollowUp, Letter, Made};
pub(super) use narrative::{lacks as lacks_narrative, of_survey as narratives};
