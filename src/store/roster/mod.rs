//! The roster of a survey: who is invited, as its file said last ([`set`]), how far each respondent is ([`rows`]), and whose returns
//! are whose ([`join`]).

mod excuse;
mod join;
mod rows;
mod set;

pub use rows::RosterRow;
pub use set::Imported;
