//! What a language has to say, so that nothing of it is forgotten: the sentences of a correction, places, what was understood.
//!
//! Each language is one of these, in a module of its own beside the others. What is found and counted is worked out once, for all
//! of them, by those who call.

use jiff::Zoned;
use jiff::civil;

use rust_decimal::Decimal;

use crate::issue::Problem;
use crate::notice::remedy::Cause;
use crate::survey::{Item, Language};
use crate::value::date::Date;
use crate::value::{Money, Number};

/// A language that notices are written in.
pub(in crate::notice) trait Tongue: Sentences + Places + Values + Lists + Sync {}

/// The words of a language.
pub(in crate::notice) fn tongue(language: Language) -> &'static dyn Tongue {
    match language {
        Language::Zh => &super::zh::Zh,
        Language::En => &super::en::En,
    }
}

/// An item that is asked back.
#[derive(Debug, Clone)]
pub(in crate::notice) struct Asked<'a> {
    /// The item.
    pub(in crate::notice) item: Option<&'a Item>,
    /// What it is called.
    pub(in crate::notice) name: String,
    /// Whose answer it is.
    pub(in crate::notice) whose: Whose<'a>,
    /// Whether it is so with several enterprises.
    pub(in crate::notice) is_common: bool,
    /// Whether there is a place for the answer on the form.
    pub(in crate::notice) has_place: bool,
    /// What the sender wrote, where it may be repeated.
    pub(in crate::notice) said: Option<String>,
    /// The same of both sides of a conflict.
    pub(in crate::notice) sides: Option<[String; 2]>,
    /// The year whose figures are asked for.
    pub(in crate::notice) year: Option<i16>,
}

/// Whose an answer is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::notice) enum Whose<'a> {
    /// That of the only enterprise of the mail.
    Theirs,
    /// All of these many.
    All(usize),
    /// Those with these names.
    Named(Vec<&'a str>),
    /// One that gives no name.
    Nameless,
    /// So many.
    Some(usize),
}

/// Files with the same thing wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::notice) struct Files {
    /// Names of the first, quoted.
    pub(in crate::notice) named: Vec<String>,
    /// How many there are.
    pub(in crate::notice) count: usize,
}

/// Why a figure looks odd.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::notice) struct Odd {
    /// It is far from the figure of the period before; that figure in words and how many times it the new one is, where the sender may
    /// be told.
    pub(in crate::notice) before: Option<Option<(String, Option<Decimal>)>>,
    /// It is far from what enterprises of this size have.
    pub(in crate::notice) is_of_other_size: bool,
}

/// The lines of a correction, each without a full stop at its end.
pub(in crate::notice) trait Sentences {
    /// What is wrong with an item's answer, and what to write instead.
    fn of_item(&self, problem: &Problem, asked: &Asked<'_>) -> String;
    /// What is wrong with files, and what to do about it.
    fn of_files(&self, cause: &Cause, files: &Files) -> String;
    /// What is wrong with a mail as a whole; `linked` are the quoted names of files that only a link came of.
    fn of_message(&self, problem: &Problem, linked: &[String]) -> String;
    /// A line as a note of its own.
    fn note(&self, line: &str) -> String;
    /// What issues of files are counted under.
    fn attachments(&self) -> &'static str;
    /// What issues of a mail are counted under.
    fn message(&self) -> &'static str;
    /// Why a figure looks odd, as a clause to follow it and a comma.
    fn reason(&self, odd: &Odd) -> String;
    /// How a plain reply begins that is about one of several enterprises.
    fn of_enterprise(&self, label: &str, name: &str) -> String;
    /// How an item is written in a plain reply; the example is there where one helps.
    fn plain_reply(&self, label: &str, example: Option<&str>) -> String;
}

/// Where something stands.
pub(in crate::notice) trait Places {
    /// The text of the mail itself.
    fn body(&self) -> &'static str;
    /// The text of the mail itself, in a list of files.
    fn body_as_file(&self) -> &'static str;
    /// A file within an archive or letter, both names bare.
    fn inside(&self, inner: &str, outer: &str) -> String;
    /// A file, its name quoted.
    fn file(&self, quoted: &str) -> String;
    /// A sheet of it, by name.
    fn sheet(&self, source: &str, name: &str) -> String;
    /// A table of it, by number.
    fn table(&self, source: &str, number: u32) -> String;
    /// A page of it, and a table there, where it has several.
    fn page(&self, source: &str, page: u32, table: Option<u32>) -> String;
    /// Row and column, from 1.
    fn cell(&self, row: u64, column: u64) -> String;
    /// A line, from 1.
    fn line(&self, number: u32) -> String;
    /// A paragraph of a page, from 1.
    fn paragraph(&self, number: u32) -> String;
    /// Several cells; of a sheet they bear names such as F4.
    fn cells(&self, names: &[String], of_sheet: bool) -> String;
    /// A row of cells from the first to the last.
    fn run(&self, first: &str, last: &str, of_sheet: bool) -> String;
    /// The first of so many cells.
    fn first_of(&self, first: &str, count: usize, of_sheet: bool) -> String;
    /// Cells within something.
    fn within(&self, container: &str, cells: &str) -> String;
    /// Two places.
    fn both(&self, one: &str, other: &str) -> String;
    /// One of so many places.
    fn one_of(&self, place: &str, count: usize) -> String;
    /// A place in an earlier mail.
    fn earlier(&self, place: &str) -> String;
}

/// What was understood.
pub(in crate::notice) trait Values {
    /// An amount of money.
    fn amount(&self, money: &Money) -> String;
    /// An amount as a receipt tells it: as written, as understood, or both.
    fn told(&self, written: &str, understood: String) -> String;
    /// A number with its unit; `%` for a share.
    fn number(&self, number: &Number, unit: &str) -> String;
    /// A date as precise as it is.
    fn date(&self, date: Date) -> String;
    /// Yes or no.
    fn yes_no(&self, yes: bool) -> &'static str;
    /// The option for a text of one's own, with that text.
    fn other(&self, said: Option<&str>) -> String;
    /// Options that were chosen, in a form that is read again.
    fn choices(&self, labels: &[String]) -> String;
    /// Nothing was filled in, for an amount and for anything else.
    fn nothing(&self, is_amount: bool) -> &'static str;
    /// A day of the calendar.
    fn day(&self, day: civil::Date) -> String;
    /// A time of a day.
    fn moment(&self, at: &Zoned) -> String;
}

/// Several things, one after another.
pub(in crate::notice) trait Lists {
    /// A list.
    fn list(&self, things: &[String]) -> String;
    /// Names of enterprises of which there are more.
    fn first_enterprises(&self, names: &[String], count: usize) -> String;
    /// An enterprise that gives no name, and the only one of a mail that gives none.
    fn nameless(&self, is_only: bool) -> &'static str;
    /// An enterprise whose name is not to be told.
    fn the_enterprise(&self) -> &'static str;
    /// An item of one of several enterprises.
    fn item_of(&self, label: &str, name: &str) -> String;
}
