//! The kinds of answers that items take, and what each of them leaves in the database.
//!
//! An open set. A kind more is a variant here with its keys in [`super::keys`], a module in [`crate::value`] that reads it, and
//! its words in [`crate::notice`]; nothing else knows one kind from another.

use serde::{Deserialize, Serialize};

use super::keys::TypeName;

/// The kind of answer an item takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum ItemKind {
    /// Free text, kept as written.
    Text,
    /// The name of the respondent.
    Identity,
    /// An amount of money.
    Money {
        /// ISO 4217 code that counts where no currency is named.
        currency: String,
        /// Unit of a bare number where neither cell nor column nor sheet names one (万元); none: such a number is
        /// `unit_missing`.
        unit: Option<String>,
    },
    /// A whole number: of people, of patents.
    Integer {
        /// What is counted (人, 家, 项, 件), where the form says it.
        unit: Option<String>,
        /// The least that may be answered; below 0 only where negative numbers make sense.
        minimum: i64,
        /// The most that may be answered, if there is a bound.
        maximum: Option<i64>,
    },
    /// A share in percent.
    Percentage {
        /// The least that may be answered, in percent.
        minimum: i64,
        /// The most that may be answered, in percent.
        maximum: i64,
    },
    /// A date, as precise as it was written.
    Date {
        /// What has to be told at least.
        precision: Precision,
    },
    /// One of several options.
    Choice(Options),
    /// Any number of several options.
    Choices(Options),
    /// Telephone numbers.
    Telephone {
        /// Area code of local numbers, with its leading 0; none: a local number without one is asked back.
        area_code: Option<String>,
    },
    /// Email addresses.
    Email,
    /// A unified social credit code (GB 32100-2015).
    CreditCode,
    /// Yes or no.
    YesNo,
}

/// How precise a date is, from the roughest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// A year.
    Year,
    /// A month of a year.
    Month,
    /// A day.
    #[default]
    Day,
}

/// What may be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Options {
    /// The options in the form's order.
    pub options: Vec<Choosable>,
    /// Whether the form has 其他 with room for a text of one's own.
    pub other: bool,
}

/// One option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choosable {
    /// Its name in the database: ASCII lower case, digits and `_`.
    pub key: String,
    /// Its label on the form.
    pub label: String,
    /// Other ways in which it is written.
    pub aliases: Vec<String>,
}

/// The key under which an answer of one's own (其他) is stored.
pub const OTHER_KEY: &str = "other";

/// A column that the answers of a kind fill, besides the text as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Facet {
    /// Lower bound, a decimal number.
    Low,
    /// Upper bound, a decimal number.
    High,
    /// Lower bound, a whole number.
    WholeLow,
    /// Upper bound, a whole number.
    WholeHigh,
    /// Currency of an amount.
    Currency,
    /// The normalised answer: a date, keys of options, numbers and addresses in their one form.
    Value,
}

impl Facet {
    /// What its column of the survey's view is called, after the item's key.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Low | Self::WholeLow => "_low",
            Self::High | Self::WholeHigh => "_high",
            Self::Currency => "_currency",
            Self::Value => "_value",
        }
    }
}

impl ItemKind {
    /// The columns that its answers fill, besides the text.
    #[must_use]
    pub fn facets(&self) -> &'static [Facet] {
        match self {
            Self::Text | Self::Identity => &[],
            Self::Money { .. } => &[Facet::Low, Facet::High, Facet::Currency],
            Self::Integer { .. } => &[Facet::WholeLow, Facet::WholeHigh],
            Self::Percentage { .. } => &[Facet::Low, Facet::High],
            _ => &[Facet::Value],
        }
    }

    /// What a survey file calls it, such as `money`.
    #[must_use]
    pub fn type_name(&self) -> &'static str {
        TypeName::of(self).as_str()
    }

    /// Whether it is the figure of a time, so that the same figure of another year is another thing.
    #[must_use]
    pub fn is_figure(&self) -> bool {
        matches!(self, Self::Money { .. } | Self::Integer { .. } | Self::Percentage { .. })
    }

    /// Whether its reader knows an answer of its kind from anything else, which nobody can tell of a text or a name.
    #[must_use]
    pub fn is_strict(&self) -> bool {
        !matches!(self, Self::Text | Self::Identity)
    }

    /// Whether it is answered by ticks.
    #[must_use]
    pub fn is_ticked(&self) -> bool {
        self.options().is_some() || *self == Self::YesNo
    }

    /// What may be chosen, for a choice.
    #[must_use]
    pub fn options(&self) -> Option<&Options> {
        match self {
            Self::Choice(options) | Self::Choices(options) => Some(options),
            _ => None,
        }
    }
}
