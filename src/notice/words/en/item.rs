//! What is said of an item's answer, in English: what is wrong with it in one sentence, and what to write instead in another.

use super::answer::{self, Wrong};
use super::list;
use crate::issue::Problem;
use crate::notice::words::tongue::{Asked, Whose};
use crate::survey::{Item, ItemKind, Language};

/// The sentences for an item.
pub(super) fn sentence(problem: &Problem, asked: &Asked<'_>) -> String {
    let subject = subject(asked);
    match problem {
        Problem::Missing if !asked.has_place => {
            let name = &asked.name;
            let lacks = match &asked.whose {
                Whose::All(count) => format!("There is no entry for “{name}” for any of the {count} enterprises"),
                // A name may end with a full stop of its own.
                others => match whose(others, "For") {
                    Some(whose) => format!("{whose} there is no entry for “{name}”"),
                    None => format!("There is no entry for “{name}” on the form"),
                },
            };
            format!("{lacks}. Please add it and fill in {}", hint(asked.item))
        }
        Problem::Missing => format!("{subject} is empty. Please fill in {}", hint(asked.item)),
        Problem::UnitMissing { .. } => faulty(
            asked,
            Wrong {
                is: "has no unit".to_owned(),
                please: format!("write the number with its unit, for example {}", amount(asked.item)),
            },
        ),
        Problem::NotAnAmount { .. } => faulty(
            asked,
            Wrong {
                is: "cannot be read as an amount".to_owned(),
                please: format!(
                    "write the number with its unit, for example {}, or “0” if there was none",
                    amount(asked.item)
                ),
            },
        ),
        Problem::AmbiguousAmount { .. } => faulty(asked, several_amounts(asked)),
        Problem::Conflict { .. } => match &asked.sides {
            Some([taken, other]) => format!(
                "{subject} is given in two ways, “{taken}” in one place and “{other}” in another. Please keep only the correct one"
            ),
            None => format!("{subject} is not the same in all places. Please keep only the correct answer"),
        },
        Problem::Misfit { misfit, .. } => faulty(asked, answer::wrong(*misfit, asked.item)),
        Problem::Range
        | Problem::Withheld
        | Problem::Ditto
        | Problem::SeeAttachment
        | Problem::Implausible
        | Problem::UnlikeBefore { .. }
        | Problem::UnlikeSize { .. }
        | Problem::NoTable
        | Problem::BlankForm
        | Problem::ScanOnly
        | Problem::LinkedAttachment { .. }
        | Problem::Encrypted
        | Problem::Unreadable { .. }
        | Problem::Unsupported { .. }
        | Problem::TooLarge { .. } => format!("{subject} needs to be checked"),
    }
}

fn several_amounts(asked: &Asked<'_>) -> Wrong {
    let which = asked.year.map_or_else(|| "the one that is asked for".to_owned(), |year| format!("the one for {year}"));
    Wrong {
        is: "holds several amounts".to_owned(),
        please: format!("write only {which}, for example {}", amount(asked.item)),
    }
}

/// What stands there, what is wrong with it, and what to write.
fn faulty(asked: &Asked<'_>, Wrong { is, please }: Wrong) -> String {
    let subject = subject(asked);
    match &asked.said {
        Some(said) => format!("{subject} reads “{said}”, which {is}. Please {please}"),
        None => format!("{subject} {is}. Please {please}"),
    }
}

fn subject(asked: &Asked<'_>) -> String {
    match whose(&asked.whose, "of") {
        Some(whose) => format!("“{}” {whose}", asked.name),
        None => format!("“{}”", asked.name),
    }
}

/// The enterprises concerned; none where the mail reports for one only.
fn whose(whose: &Whose<'_>, of: &str) -> Option<String> {
    Some(match whose {
        Whose::Theirs => return None,
        Whose::All(count) => format!("{of} all {count} enterprises"),
        Whose::Named(names) => format!("{of} {}", list(names)),
        Whose::Nameless => format!("{of} one enterprise"),
        Whose::Some(count) => format!("{of} {count} enterprises"),
    })
}

fn amount(item: Option<&Item>) -> String {
    let example = item.and_then(|item| item.kind.example(Language::En));
    format!("“{}”", example.unwrap_or_else(|| "RMB 12,000,000".to_owned()))
}

/// What an answer to this item looks like, to follow "Please fill in".
fn hint(item: Option<&Item>) -> String {
    let Some(Item { kind, .. }) = item else { return answer::in_own_words() };
    match kind {
        ItemKind::Identity => "the full name of the enterprise".to_owned(),
        ItemKind::Money { .. } => {
            format!("the amount with its unit, for example {}, or “0” if there was none", amount(item))
        }
        kind => answer::hint(kind),
    }
}
