//! What is said in English of an answer that is not of its item's type: what is wrong with it, and what to write instead.

use rust_decimal::Decimal;

use super::{list, quantity};
use crate::issue::Misfit;
use crate::survey::{Item, ItemKind, Language, Options, Precision};

/// Most options that are named one by one.
const NAMED: usize = 8;

/// What is wrong with an answer.
pub(super) struct Wrong {
    /// What it is: "is not a whole number".
    pub(super) is: String,
    /// What to do, to follow "Please".
    pub(super) please: String,
}

/// What a misfit is.
pub(super) fn wrong(misfit: Misfit, item: Option<&Item>) -> Wrong {
    let kind = item.map(|item| &item.kind);
    let (is, please) = (fault(misfit, kind), remedy(misfit, kind));
    Wrong { is, please }
}

fn fault(misfit: Misfit, kind: Option<&ItemKind>) -> String {
    let is = match misfit {
        Misfit::NotANumber => "cannot be read as a number",
        Misfit::Fraction => "is not a whole number",
        Misfit::AmbiguousNumber => "holds several numbers",
        Misfit::OtherUnit => "is counted in another unit than this item asks for",
        Misfit::OutOfBounds => return format!("is outside the range that may be answered ({})", bounds(kind)),
        Misfit::NotAPercentage => "cannot be read as a percentage",
        Misfit::PercentMissing => "has no percent sign, so that we cannot tell how much is meant",
        Misfit::NotADate => "cannot be read as a date",
        Misfit::ImpossibleDate => "is not a day in the calendar",
        Misfit::AmbiguousDate => "may mean more than one date",
        Misfit::TwoDigitYear => "has a year of two digits only",
        Misfit::SerialDate => "looks like a spreadsheet’s serial number for a date",
        Misfit::ImpreciseDate => "is not precise enough",
        Misfit::UnknownOption => "is not among the options",
        Misfit::SeveralChosen => "names more than one option, where only one may be chosen",
        Misfit::UnclearChoice => "does not show clearly which option is meant",
        Misfit::NotATelephone => "does not look like a complete telephone number",
        Misfit::AreaCodeMissing => "has no area code",
        Misfit::NotAnEmail => "does not look like a complete email address",
        Misfit::NotACreditCode => "is not a unified social credit code",
        Misfit::OldCode => "looks like a former registration number or organisation code",
        Misfit::DigitsLost => "has had its last digits turned to zeros by the spreadsheet",
        Misfit::PersonalNumber => "looks like the number of a personal identity document, which we have not kept",
        Misfit::NotYesOrNo => "says neither “Yes” nor “No”",
        Misfit::CodeChecksum | Misfit::CodeLetters | Misfit::PersonalNumberRemoved => "needs to be checked",
    };
    is.to_owned()
}

fn remedy(misfit: Misfit, kind: Option<&ItemKind>) -> String {
    let instead = example(kind);
    match misfit {
        Misfit::NotANumber => format!("write one whole number, for example {instead}, or “0” if there is none"),
        Misfit::Fraction => format!("write a whole number, for example {instead}"),
        Misfit::AmbiguousNumber => format!("write only one, for example {instead}"),
        Misfit::NotAPercentage => format!("write a percentage, for example {instead}"),
        Misfit::PercentMissing => format!("write it with the sign, for example {instead}"),
        Misfit::OtherUnit | Misfit::ImpossibleDate | Misfit::NotAnEmail => {
            format!("check it and write it anew, for example {instead}")
        }
        Misfit::NotADate | Misfit::AmbiguousDate => format!("write it in the form {instead}"),
        Misfit::TwoDigitYear => format!("write the year in four digits, for example {instead}"),
        Misfit::SerialDate => format!("write the date itself, for example {instead}"),
        Misfit::ImpreciseDate => format!("write {}, for example {instead}", least(kind)),
        Misfit::UnknownOption | Misfit::SeveralChosen => format!("choose one of {}", options(kind)),
        Misfit::UnclearChoice => format!("write the name of the option itself; the options are {}", options(kind)),
        Misfit::NotATelephone => format!("check it, with the area code of a landline, for example {instead}"),
        Misfit::AreaCodeMissing => format!("add it, for example {instead}"),
        Misfit::NotACreditCode => "write the 18-character code on the business licence".to_owned(),
        Misfit::OldCode => {
            "write the 18-character unified social credit code on the business licence instead".to_owned()
        }
        Misfit::DigitsLost => "format the cell as text and type all 18 characters again".to_owned(),
        Misfit::PersonalNumber => {
            "write the organisation’s unified social credit code instead (the 18-character code on the business licence)"
                .to_owned()
        }
        Misfit::NotYesOrNo => "write “Yes” or “No” only".to_owned(),
        Misfit::OutOfBounds | Misfit::CodeChecksum | Misfit::CodeLetters | Misfit::PersonalNumberRemoved => {
            "check it".to_owned()
        }
    }
}

/// What an answer to a typed item looks like, to follow "Please fill in".
pub(super) fn hint(kind: &ItemKind) -> String {
    let instead = example(Some(kind));
    match kind {
        ItemKind::Integer { .. } => format!("a whole number, for example {instead}, or “0” if there is none"),
        ItemKind::Percentage { .. } => format!("a percentage, for example {instead}, or “0” if there is none"),
        ItemKind::Date { .. } => format!("a date, for example {instead}"),
        ItemKind::Choice(_) => format!("one of the options: {}", options(Some(kind))),
        ItemKind::Choices(_) => format!("one or several of the options: {}", options(Some(kind))),
        ItemKind::Telephone { .. } => {
            format!("a telephone number, with the area code of a landline, for example {instead}")
        }
        ItemKind::Email => format!("an email address, for example {instead}"),
        ItemKind::CreditCode => "the 18-character unified social credit code on the business licence".to_owned(),
        ItemKind::YesNo => "“Yes” or “No”".to_owned(),
        ItemKind::Text | ItemKind::Identity | ItemKind::Money { .. } => in_own_words(),
    }
}

/// What is asked where nothing more can be said of an answer.
pub(super) fn in_own_words() -> String {
    "your answer, or “none” if there is nothing to report".to_owned()
}

fn example(kind: Option<&ItemKind>) -> String {
    let example = kind.and_then(|kind| kind.example(Language::En));
    format!("“{}”", example.unwrap_or_else(|| "120".to_owned()))
}

fn least(kind: Option<&ItemKind>) -> &'static str {
    match kind {
        Some(ItemKind::Date { precision: Precision::Month }) => "year and month",
        Some(ItemKind::Date { precision: Precision::Year }) => "the year",
        _ => "year, month and day",
    }
}

fn bounds(kind: Option<&ItemKind>) -> String {
    match kind {
        Some(ItemKind::Integer { minimum, maximum: Some(maximum), .. }) => {
            format!("{} to {}", grouped(*minimum), grouped(*maximum))
        }
        Some(ItemKind::Integer { minimum, maximum: None, .. }) => format!("{} or more", grouped(*minimum)),
        Some(ItemKind::Percentage { minimum, maximum }) => format!("{minimum}% to {maximum}%"),
        _ => "see the notes on the form".to_owned(),
    }
}

fn grouped(number: i64) -> String {
    quantity::grouped(Decimal::from(number))
}

/// The options as the form prints them.
fn options(kind: Option<&ItemKind>) -> String {
    const ALL: &str = "the options on the form";
    let Some(Options { options, other }) = kind.and_then(ItemKind::options) else { return ALL.to_owned() };
    let mut labels: Vec<String> = options.iter().map(|option| format!("“{}”", option.label)).collect();
    if *other {
        labels.push("“Other” (please specify)".to_owned());
    }
    if labels.len() > NAMED { ALL.to_owned() } else { list(&labels) }
}
