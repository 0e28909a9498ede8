//! Notices in English.

use jiff::Zoned;
use jiff::civil;

use super::tongue::{Asked, Files, Lists, Odd, Places, Sentences, Tongue, Values};
use crate::issue::Problem;
use crate::notice::remedy::Cause;
use crate::survey::squeeze;
use crate::value::date::Date;
use crate::value::{Money, Number};

mod answer;
mod item;
mod quantity;
mod question;
mod remedy;

#[cfg(test)]
mod tests;

/// The English of an office.
pub(super) struct En;

impl Tongue for En {}

impl Sentences for En {
    fn of_item(&self, problem: &Problem, asked: &Asked<'_>) -> String {
        item::sentence(problem, asked)
    }

    fn of_files(&self, cause: &Cause, files: &Files) -> String {
        remedy::sentence(cause, files)
    }

    fn of_message(&self, problem: &Problem, linked: &[String]) -> String {
        match problem {
            Problem::NoTable => {
                "We found no completed form in your mail. Please send the completed form (Word or Excel) as an attachment"
                    .to_owned()
            }
            Problem::BlankForm => "The form we received is blank. Please fill it in and send it to us".to_owned(),
            Problem::ScanOnly => {
                "The form is a picture or a scan, which we cannot register. Please send an editable Word or Excel file"
                    .to_owned()
            }
            Problem::LinkedAttachment { .. } => linked_only(linked),
            _ => "Your mail could not be processed. Please check it and send it again".to_owned(),
        }
    }

    fn note(&self, line: &str) -> String {
        format!("{line}. ")
    }

    fn attachments(&self) -> &'static str {
        "Attachments"
    }

    fn message(&self) -> &'static str {
        "Your mail"
    }

    fn reason(&self, odd: &Odd) -> String {
        question::reason(odd)
    }

    fn of_enterprise(&self, label: &str, name: &str) -> String {
        // A name may have a comma of its own.
        format!("{label}: {name}; ")
    }

    fn plain_reply(&self, label: &str, example: Option<&str>) -> String {
        format!("{label}: {}", example.unwrap_or("(your answer)"))
    }
}

fn linked_only(linked: &[String]) -> String {
    let files = match linked {
        [] => "A large attachment".to_owned(),
        [one] => format!("The large attachment {one}"),
        several => {
            return format!(
                "The large attachments {} came as download links only, without the files. We cannot open such links, and they expire. Please send the files as ordinary attachments; where they are too large, please send the form on its own first",
                list(several)
            );
        }
    };
    format!(
        "{files} came as a download link only, without the file. We cannot open such links, and they expire. Please send the file as an ordinary attachment; where it is too large, please send the form on its own first"
    )
}

impl Places for En {
    fn body(&self) -> &'static str {
        "the text of your mail"
    }

    fn body_as_file(&self) -> &'static str {
        "the text of your mail"
    }

    fn inside(&self, inner: &str, outer: &str) -> String {
        format!("“{inner}” in “{outer}”")
    }

    fn file(&self, quoted: &str) -> String {
        format!("file {quoted}")
    }

    fn sheet(&self, source: &str, name: &str) -> String {
        format!("{source}, sheet “{name}”")
    }

    fn table(&self, source: &str, number: u32) -> String {
        format!("{source}, table {number}")
    }

    fn page(&self, source: &str, page: u32, table: Option<u32>) -> String {
        let table = table.map(|table| format!(", table {table}")).unwrap_or_default();
        format!("{source}, page {page}{table}")
    }

    fn cell(&self, row: u64, column: u64) -> String {
        format!("row {row}, column {column}")
    }

    fn line(&self, number: u32) -> String {
        format!("line {number}")
    }

    fn paragraph(&self, number: u32) -> String {
        format!("paragraph {number}")
    }

    fn cells(&self, names: &[String], of_sheet: bool) -> String {
        // Row and column have a comma between them already.
        let sign = if of_sheet { ", " } else { "; " };
        format!("{}{}", prefix(of_sheet, names.len()), names.join(sign))
    }

    fn run(&self, first: &str, last: &str, of_sheet: bool) -> String {
        format!("{}{first} to {last}", prefix(of_sheet, 2))
    }

    fn first_of(&self, first: &str, count: usize, of_sheet: bool) -> String {
        format!("{}{first} and {} more", prefix(of_sheet, 1), count.saturating_sub(1))
    }

    fn within(&self, container: &str, cells: &str) -> String {
        format!("{container}, {cells}")
    }

    fn both(&self, one: &str, other: &str) -> String {
        format!("{one}; {other}")
    }

    fn one_of(&self, place: &str, count: usize) -> String {
        format!("{place}; and {} more", count.saturating_sub(1))
    }

    fn earlier(&self, place: &str) -> String {
        format!("in an earlier mail: {place}")
    }
}

fn prefix(of_sheet: bool, count: usize) -> &'static str {
    match (of_sheet, count) {
        (false, _) => "",
        (true, 1) => "cell ",
        (true, _) => "cells ",
    }
}

impl Values for En {
    fn amount(&self, money: &Money) -> String {
        quantity::amount(money)
    }

    fn told(&self, written: &str, understood: String) -> String {
        let is_same = squeeze(written).eq_ignore_ascii_case(&squeeze(&understood));
        if is_same || written.is_empty() { understood } else { format!("{written} ({understood})") }
    }

    fn number(&self, number: &Number, unit: &str) -> String {
        quantity::number(number, unit)
    }

    fn date(&self, date: Date) -> String {
        match (date.month.and_then(month), date.day) {
            (Some(month), Some(day)) => format!("{day} {month} {}", date.year),
            (Some(month), None) => format!("{month} {}", date.year),
            (None, _) => date.year.to_string(),
        }
    }

    fn yes_no(&self, yes: bool) -> &'static str {
        if yes { "yes" } else { "no" }
    }

    fn other(&self, said: Option<&str>) -> String {
        said.map_or_else(|| "other".to_owned(), |said| format!("other ({said})"))
    }

    fn choices(&self, labels: &[String]) -> String {
        labels.join(", ")
    }

    fn nothing(&self, is_amount: bool) -> &'static str {
        if is_amount { "no amount given" } else { "not given" }
    }

    fn day(&self, day: civil::Date) -> String {
        day.strftime("%-d %B %Y").to_string()
    }

    fn moment(&self, at: &Zoned) -> String {
        at.strftime("%-d %B %Y at %H:%M").to_string()
    }
}

fn month(number: i8) -> Option<&'static str> {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    MONTHS.get(usize::try_from(number).ok()?.checked_sub(1)?).copied()
}

impl Lists for En {
    fn list(&self, things: &[String]) -> String {
        list(things)
    }

    fn first_enterprises(&self, names: &[String], count: usize) -> String {
        let more = count.saturating_sub(names.len());
        let others = if more == 1 { "one other enterprise".to_owned() } else { format!("{more} other enterprises") };
        format!("{} and {others}", names.join(", "))
    }

    fn nameless(&self, is_only: bool) -> &'static str {
        if is_only { "The enterprise you reported for" } else { "An enterprise without a name" }
    }

    fn the_enterprise(&self) -> &'static str {
        "the enterprise"
    }

    fn item_of(&self, label: &str, name: &str) -> String {
        format!("{label} of {name}")
    }
}

/// A, B and C.
fn list(things: &[impl AsRef<str>]) -> String {
    let things: Vec<&str> = things.iter().map(AsRef::as_ref).collect();
    match things.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
