//! The form's words in English.

use super::{Words, labels};
use crate::survey::{Item, ItemKind, Language, Options};

/// What stands behind the option for a text of one's own.
const OTHER: &str = "Other";

pub(super) struct En;

impl Words for En {
    fn of(&self, kind: &ItemKind) -> String {
        let hint = hint(kind);
        let mut letters = hint.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }

    fn with_duty(&self, item: &Item) -> String {
        format!("{}. {}", if item.required { "Required" } else { "Optional" }, self.of(&item.kind))
    }

    fn note(&self, item: &Item) -> String {
        format!("Note: for “{}”, {}.", item.short, hint(&item.kind))
    }

    fn head(&self) -> [&'static str; 4] {
        ["No.", "Item", "What to write", "Your answer"]
    }

    fn sentence(&self, request: &str) -> String {
        format!("{}.", request.trim_end_matches('.'))
    }

    fn closing(&self, deadline: jiff::civil::Date, name: &str, phone: &str) -> String {
        let until = deadline.strftime("%-d %B %Y");
        format!(
            "Please complete the form and return it by email, to the address it came from, by {until}. For questions please call {name} on {phone}."
        )
    }

    fn other(&self) -> &'static str {
        OTHER
    }

    fn colon(&self) -> &'static str {
        ": "
    }

    fn sheet(&self) -> &'static str {
        "Form"
    }

    fn fonts(&self) -> [&'static str; 2] {
        ["Times New Roman"; 2]
    }

    fn yes_no(&self) -> [&'static str; 2] {
        ["Yes", "No"]
    }
}

fn hint(kind: &ItemKind) -> String {
    let example = kind.example(Language::En).map(|example| format!("for example “{example}”")).unwrap_or_default();
    match kind {
        ItemKind::Text => "please answer in your own words; if there is nothing to report, write “none”".to_owned(),
        ItemKind::Identity => "please write the full name of the organisation".to_owned(),
        ItemKind::Money { .. } => format!("please write the number with its unit, {example}; if none, write “0”"),
        ItemKind::Integer { .. } => format!("please write a whole number, {example}; if none, write “0”"),
        ItemKind::Percentage { .. } => format!("please write a percentage, {example}; if none, write “0”"),
        ItemKind::Date { .. } => format!("please write a date, {example}"),
        ItemKind::Choice(options) => format!("please choose one: {}", named(options)),
        ItemKind::Choices(options) => format!("you may choose several: {}", named(options)),
        ItemKind::Telephone { .. } => format!("please give the area code of a landline, {example}"),
        ItemKind::Email => format!("please write an email address, {example}"),
        ItemKind::CreditCode => "please write the 18-character code on the business licence".to_owned(),
        ItemKind::YesNo => "please write “Yes” or “No”".to_owned(),
    }
}

fn named(options: &Options) -> String {
    let own = if options.other { " (please specify)" } else { "" };
    format!("{}{own}", labels(options, OTHER).join(", "))
}
