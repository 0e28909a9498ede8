//! What Postroom writes of its own accord: invitations that are ordered, what passed between each respondent and us ([`passed`]), and
//! the letters that are put into the outbox ([`letter`]).

mod letter;
mod order;
mod passed;

pub use letter::{FollowUp, Made};
pub(super) use passed::{lacks_narrative, narratives};
