//! The roster of a survey: who is invited, as its file said last ([`set`]), how far each respondent is ([`rows`]), and whose returns
//! are whose ([`join`], [`assign`]).

mod alike;
mod assign;
mod excuse;
mod file;
mod join;
mod rows;
mod set;

pub use alike::Alike;
pub use assign::Assigned;
pub(super) use assign::check_doubts;
pub use rows::RosterRow;
pub use set::Imported;
