//! What a value of any type leaves in the columns of the store, in exports and in JSON, and when two values say the same.

use rust_decimal::Decimal;

use super::choice::Chosen;
use super::{Answer, Number, UnitSource, Value, identity};

/// A value in the columns that serve all types. Those that mean nothing for its type are none.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// The normalised answer where it is no number: an ISO 8601 date, keys of options, telephone numbers or addresses joined with
    /// commas, a code, `yes` or `no`.
    pub value: Option<String>,
    /// Lower bound of a number.
    pub low: Option<Decimal>,
    /// Upper bound of a number.
    pub high: Option<Decimal>,
    /// ISO 4217 code of an amount of money.
    pub currency: Option<String>,
    /// Whether a number is a round figure.
    pub approximate: Option<bool>,
    /// Where a number's unit was found.
    pub unit: Option<UnitSource>,
}

impl Value {
    /// The value in the columns that serve all types; all none where nothing could be read.
    #[must_use]
    pub fn typed(&self) -> Typed {
        match self {
            Self::Text | Self::Identity | Self::Money(None) => Typed::default(),
            Self::Money(Some(money)) => Typed {
                low: money.low,
                high: money.high,
                currency: Some(money.currency.clone()),
                approximate: Some(money.approximate),
                unit: Some(money.unit),
                value: None,
            },
            Self::Integer(number) | Self::Percentage(number) => number.as_ref().map(Number::typed).unwrap_or_default(),
            Self::Date(date) => Typed::of(date.map(|date| date.to_string())),
            Self::Choice(chosen) | Self::Choices(chosen) => Typed::of(chosen.as_ref().map(Chosen::joined)),
            Self::Telephone(several) | Self::Email(several) => {
                Typed::of(Some(several.join(",")).filter(|joined| !joined.is_empty()))
            }
            Self::CreditCode(code) => Typed::of(code.clone()),
            Self::YesNo(yes) => Typed::of(yes.map(|yes| if yes { "yes" } else { "no" }.to_owned())),
        }
    }
}

impl Typed {
    fn of(value: Option<String>) -> Self {
        Self { value, ..Self::default() }
    }

    /// Whether nothing could be read, or nothing but the text is kept of the type.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Number {
    fn typed(&self) -> Typed {
        Typed {
            low: self.low,
            high: self.high,
            approximate: Some(self.approximate),
            unit: Some(self.unit),
            ..Typed::default()
        }
    }

    /// The number in short: `~` before a round one, `..` between the ends of an interval.
    #[must_use]
    pub fn short(&self) -> String {
        let end = |end: Option<Decimal>| end.map(|end| end.normalize().to_string()).unwrap_or_default();
        let ends = if self.low == self.high { end(self.low) } else { format!("{}..{}", end(self.low), end(self.high)) };
        format!("{}{ends}", if self.approximate { "~" } else { "" })
    }
}

impl Chosen {
    /// The keys, joined with commas.
    fn joined(&self) -> String {
        self.keys.join(",")
    }
}

/// Whether two answers to one item say the same: names as they are compared, values as normalised, texts but for white space.
#[must_use]
pub fn agree(one: &Answer, other: &Answer) -> bool {
    match (&one.value, &other.value) {
        (Value::Identity, Value::Identity) => identity::key(&one.text) == identity::key(&other.text),
        (
            Value::Choice(Some(one)) | Value::Choices(Some(one)),
            Value::Choice(Some(other)) | Value::Choices(Some(other)),
        ) => one.keys == other.keys && squeezed(one) == squeezed(other),
        (first, second) => {
            let (first, second) = (first.typed(), second.typed());
            if first.is_empty() || second.is_empty() {
                return identity::squeeze(&one.text) == identity::squeeze(&other.text);
            }
            (first.value, first.low, first.high, first.currency)
                == (second.value, second.low, second.high, second.currency)
        }
    }
}

fn squeezed(chosen: &Chosen) -> Option<String> {
    chosen.other.as_deref().map(identity::squeeze)
}
