//! The keys of an item in a survey file that belong to its type, and what they mean.

use serde::Deserialize;
use toml::Spanned;

use super::file::{ItemTable, Misfit};
use super::kind::{Choosable, ItemKind, OTHER_KEY, Options};
use super::wording::squeeze;

/// Units that a money item may take for bare numbers.
pub const UNITS: [&str; 7] = ["元", "千元", "万元", "百万元", "千万元", "亿元", "万亿元"];

/// Currency of a money item that names none.
const DEFAULT_CURRENCY: &str = "CNY";

/// Longest unit of a whole number, in characters.
const LONGEST_UNIT: usize = 12;

/// The kinds of answers by the names that a file gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TypeName {
    Identity,
    Text,
    Money,
    Integer,
    Percentage,
    Date,
    Choice,
    Choices,
    Telephone,
    Email,
    CreditCode,
    YesNo,
}

impl TypeName {
    /// The name of a kind.
    pub(super) fn of(kind: &ItemKind) -> Self {
        match kind {
            ItemKind::Identity => Self::Identity,
            ItemKind::Text => Self::Text,
            ItemKind::Money { .. } => Self::Money,
            ItemKind::Integer { .. } => Self::Integer,
            ItemKind::Percentage { .. } => Self::Percentage,
            ItemKind::Date { .. } => Self::Date,
            ItemKind::Choice(_) => Self::Choice,
            ItemKind::Choices(_) => Self::Choices,
            ItemKind::Telephone { .. } => Self::Telephone,
            ItemKind::Email => Self::Email,
            ItemKind::CreditCode => Self::CreditCode,
            ItemKind::YesNo => Self::YesNo,
        }
    }

    /// The name as a file writes it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Identity => "identity",
            Self::Text => "text",
            Self::Money => "money",
            Self::Integer => "integer",
            Self::Percentage => "percentage",
            Self::Date => "date",
            Self::Choice => "choice",
            Self::Choices => "choices",
            Self::Telephone => "telephone",
            Self::Email => "email",
            Self::CreditCode => "credit_code",
            Self::YesNo => "yes_no",
        }
    }

    /// The keys that items of this type may have besides those of every item.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Money => &["currency", "unit", "previous", "size"],
            Self::Integer => &["unit", "minimum", "maximum", "previous", "size"],
            Self::Percentage => &["minimum", "maximum", "previous", "size"],
            Self::Date => &["precision"],
            Self::Choice | Self::Choices => &["options", "other"],
            Self::Telephone => &["area_code"],
            Self::Identity | Self::Text | Self::Email | Self::CreditCode | Self::YesNo => &[],
        }
    }
}

/// An option as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OptionTable {
    key: Spanned<String>,
    label: Spanned<String>,
    #[serde(default)]
    aliases: Vec<Spanned<String>>,
}

/// The kind of an item whose keys are checked.
pub(super) fn kind(table: &ItemTable) -> Result<ItemKind, Misfit> {
    refuse_foreign_keys(table)?;
    Ok(match table.kind {
        TypeName::Identity => ItemKind::Identity,
        TypeName::Text => ItemKind::Text,
        TypeName::Money => {
            ItemKind::Money { currency: currency(table)?, unit: table.unit.as_ref().map(unit_of_money).transpose()? }
        }
        TypeName::Integer => integer(table)?,
        TypeName::Percentage => percentage(table)?,
        TypeName::Date => {
            ItemKind::Date { precision: table.precision.as_ref().map(|written| *written.get_ref()).unwrap_or_default() }
        }
        TypeName::Choice => ItemKind::Choice(options(table)?),
        TypeName::Choices => ItemKind::Choices(options(table)?),
        TypeName::Telephone => ItemKind::Telephone { area_code: table.area_code.as_ref().map(area_code).transpose()? },
        TypeName::Email => ItemKind::Email,
        TypeName::CreditCode => ItemKind::CreditCode,
        TypeName::YesNo => ItemKind::YesNo,
    })
}

/// A key that means nothing for the item's type is a mistake, not a wish to be passed over.
fn refuse_foreign_keys(table: &ItemTable) -> Result<(), Misfit> {
    let own = table.kind.keys();
    let Some((name, span)) = table.type_keys().into_iter().find(|(name, _)| !own.contains(name)) else {
        return Ok(());
    };
    let kinds = [
        TypeName::Money,
        TypeName::Integer,
        TypeName::Percentage,
        TypeName::Date,
        TypeName::Choice,
        TypeName::Choices,
        TypeName::Telephone,
    ];
    let owners: Vec<&str> = kinds.iter().filter(|kind| kind.keys().contains(&name)).map(|kind| kind.as_str()).collect();
    let key = table.key.get_ref();
    Err(Misfit::new(span, format!("`{name}` belongs to items of type {}; remove it from `{key}`", owners.join(" or "))))
}

fn currency(table: &ItemTable) -> Result<String, Misfit> {
    let Some(written) = &table.currency else { return Ok(DEFAULT_CURRENCY.to_owned()) };
    let code = written.get_ref();
    if code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase()) {
        return Ok(code.clone());
    }
    Err(Misfit::at(written, format!("currency `{code}` is no ISO 4217 code; write three capitals such as \"CNY\"")))
}

fn unit_of_money(written: &Spanned<String>) -> Result<String, Misfit> {
    let unit = written.get_ref();
    if UNITS.contains(&unit.as_str()) {
        return Ok(unit.clone());
    }
    Err(Misfit::at(written, format!("unit `{unit}` is not known; use one of {}", UNITS.join(", "))))
}

fn integer(table: &ItemTable) -> Result<ItemKind, Misfit> {
    let unit = table.unit.as_ref().map(unit_of_count).transpose()?;
    let (minimum, maximum) = bounds(table)?;
    Ok(ItemKind::Integer { unit, minimum: minimum.unwrap_or(0), maximum })
}

fn unit_of_count(written: &Spanned<String>) -> Result<String, Misfit> {
    let unit = written.get_ref().trim();
    let fits = unit.chars().all(char::is_alphabetic) && (1..=LONGEST_UNIT).contains(&unit.chars().count());
    // A factor belongs to the answer or its label, where the sender sees it.
    if fits && !unit.contains(['十', '百', '千', '万', '亿']) {
        return Ok(unit.to_owned());
    }
    Err(Misfit::at(written, format!("unit `{unit}` counts nothing; name what is counted, such as \"人\" or \"家\"")))
}

fn percentage(table: &ItemTable) -> Result<ItemKind, Misfit> {
    let (minimum, maximum) = bounds(table)?;
    Ok(ItemKind::Percentage { minimum: minimum.unwrap_or(0), maximum: maximum.unwrap_or(100) })
}

fn bounds(table: &ItemTable) -> Result<(Option<i64>, Option<i64>), Misfit> {
    let number = |written: &Option<Spanned<i64>>| written.as_ref().map(|written| *written.get_ref());
    let (minimum, maximum) = (number(&table.minimum), number(&table.maximum));
    if let Some(written) = &table.maximum
        && minimum.unwrap_or(0) > *written.get_ref()
    {
        let message = format!("maximum {} lies below the minimum {}", written.get_ref(), minimum.unwrap_or(0));
        return Err(Misfit::at(written, format!("{message}; put them in order")));
    }
    Ok((minimum, maximum))
}

fn options(table: &ItemTable) -> Result<Options, Misfit> {
    let other = table.other.as_ref().is_some_and(|written| *written.get_ref());
    let Some(written) = table.options.as_ref().filter(|written| !written.get_ref().is_empty()) else {
        let key = table.key.get_ref();
        return Err(Misfit::at(&table.key, format!("item `{key}` has nothing to choose from; give it `options`")));
    };
    let mut seen: Vec<(String, &str)> = Vec::new();
    for option in written.get_ref() {
        check_option(option, other)?;
        let key = option.key.get_ref().as_str();
        for wording in [&option.key, &option.label].into_iter().chain(&option.aliases) {
            let bare = squeeze(wording.get_ref()).to_lowercase();
            if let Some((_, owner)) = seen.iter().find(|(known, owner)| *known == bare && *owner != key) {
                let message =
                    format!("`{}` names both `{owner}` and `{key}`; keep it for one of them", wording.get_ref());
                return Err(Misfit::at(wording, message));
            }
            seen.push((bare, key));
        }
    }
    if let Some(again) = written.get_ref().iter().enumerate().find_map(|(at, option)| {
        let mut before = written.get_ref().iter().take(at);
        before.any(|other| other.key.get_ref() == option.key.get_ref()).then_some(&option.key)
    }) {
        return Err(Misfit::at(again, format!("option `{}` is there twice; give each its own key", again.get_ref())));
    }
    let options = written.get_ref().iter().map(|option| Choosable {
        key: option.key.get_ref().clone(),
        label: option.label.get_ref().clone(),
        aliases: option.aliases.iter().map(|alias| alias.get_ref().clone()).collect(),
    });
    Ok(Options { options: options.collect(), other })
}

fn check_option(option: &OptionTable, other: bool) -> Result<(), Misfit> {
    let key = option.key.get_ref();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if key.is_empty() || !key.chars().all(fits) {
        return Err(Misfit::at(&option.key, format!("option `{key}` cannot be stored; use a-z, digits and `_`")));
    }
    if other && key == OTHER_KEY {
        let message = format!("option `{OTHER_KEY}` is what `other = true` adds; remove one of them");
        return Err(Misfit::at(&option.key, message));
    }
    let empty = std::iter::once(&option.label).chain(&option.aliases).find(|text| squeeze(text.get_ref()).is_empty());
    match empty {
        Some(written) => {
            Err(Misfit::at(written, format!("option `{key}` has an empty label or alias; fill it in or remove it")))
        }
        None => Ok(()),
    }
}

fn area_code(written: &Spanned<String>) -> Result<String, Misfit> {
    let code = written.get_ref();
    let fits = code.starts_with('0') && (3..=4).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
    if fits {
        return Ok(code.clone());
    }
    Err(Misfit::at(written, format!("area code `{code}` is none; write it with its 0, such as \"0757\"")))
}
