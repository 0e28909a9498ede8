//! The columns of a survey's view in the database: what they are called, what they hold, of which type. Every export has these.

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{Cell, Row};
use crate::survey::{Facet, Item, Survey};

/// Columns that are no item's.
const FIXED: [Holds<'static>; 5] = [Holds::Respondent, Holds::State, Holds::Version, Holds::ReceivedAt, Holds::Message];

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column<'s> {
    /// Its name in the database.
    pub name: String,
    /// What it holds.
    pub holds: Holds<'s>,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds<'s> {
    /// The name of the respondent.
    Respondent,
    /// How the return stands.
    State,
    /// Its place among the respondent's versions.
    Version,
    /// When it arrived.
    ReceivedAt,
    /// The message it came in.
    Message,
    /// An answer as written; the item, and its place in the survey.
    Text(usize, &'s Item),
    /// One side of what an answer says.
    Facet(usize, &'s Item, Facet),
}

/// The type of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Text.
    Text,
    /// Whole numbers.
    Whole,
    /// Decimal numbers.
    Number,
    /// Moments.
    Time,
}

/// What stands in one cell of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value<'r> {
    /// Nothing.
    None,
    /// Text, foreign mostly.
    Text(&'r str),
    /// A number, whole in a column of whole ones.
    Number(Decimal),
    /// A moment.
    Time(Timestamp),
}

/// The columns of a survey's view, in their order.
#[must_use]
pub fn columns(survey: &Survey) -> Vec<Column<'_>> {
    let fixed = FIXED.map(|holds| Column { name: fixed_name(holds).to_owned(), holds });
    let items = survey.items.iter().enumerate().flat_map(|(at, item)| {
        let name = item_name(&item.key);
        let facets = item.kind.facets().iter();
        let facets = facets.map(|facet| (format!("{name}{}", facet.suffix()), Holds::Facet(at, item, *facet)));
        let all: Vec<_> = std::iter::once((name.clone(), Holds::Text(at, item))).chain(facets).collect();
        all.into_iter().map(|(name, holds)| Column { name, holds })
    });
    fixed.into_iter().chain(items).collect()
}

/// The column of an item: its key, unless that is one of the fixed columns.
fn item_name(key: &str) -> String {
    if FIXED.iter().any(|holds| fixed_name(*holds) == key) { format!("item_{key}") } else { key.to_owned() }
}

fn fixed_name(holds: Holds<'_>) -> &'static str {
    match holds {
        Holds::Respondent => "respondent",
        Holds::State => "state",
        Holds::Version => "version",
        Holds::ReceivedAt => "received_at",
        Holds::Message => "message",
        Holds::Text(..) | Holds::Facet(..) => "",
    }
}

impl Column<'_> {
    /// The type of its values.
    #[must_use]
    pub fn kind(&self) -> Type {
        match self.holds {
            Holds::Respondent | Holds::State | Holds::Text(..) => Type::Text,
            Holds::Version | Holds::Message => Type::Whole,
            Holds::ReceivedAt => Type::Time,
            Holds::Facet(_, _, Facet::Low | Facet::High) => Type::Number,
            Holds::Facet(_, _, Facet::WholeLow | Facet::WholeHigh) => Type::Whole,
            Holds::Facet(_, _, Facet::Currency | Facet::Value) => Type::Text,
        }
    }

    /// What stands in it in a row.
    #[must_use]
    pub fn value<'r>(&self, row: &'r Row) -> Value<'r> {
        let cell = |at: usize| row.cells.get(at).and_then(Option::as_ref);
        match self.holds {
            Holds::Respondent => Value::Text(&row.respondent),
            Holds::State => Value::Text(row.state.as_str()),
            Holds::Version => Value::Number(row.version.into()),
            Holds::ReceivedAt => Value::Time(row.received_at),
            Holds::Message => Value::Number(row.message.into()),
            Holds::Text(at, _) => cell(at).map_or(Value::None, |cell| Value::Text(&cell.text)),
            Holds::Facet(at, _, facet) => cell(at).map_or(Value::None, |cell| side(cell, facet)),
        }
    }
}

/// The nearest number that programs count with. The decimal's own conversion is not always it.
pub(super) fn nearest(number: Decimal) -> f64 {
    number.to_string().parse().unwrap_or(f64::NAN)
}

fn side(cell: &Cell, facet: Facet) -> Value<'_> {
    let number = |number: Option<Decimal>| number.map_or(Value::None, |number| Value::Number(number.normalize()));
    match facet {
        Facet::Low | Facet::WholeLow => number(cell.says.low),
        Facet::High | Facet::WholeHigh => number(cell.says.high),
        Facet::Currency => cell.says.currency.as_deref().map_or(Value::None, Value::Text),
        Facet::Value => cell.says.value.as_deref().map_or(Value::None, Value::Text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_called_like_a_fixed_column_keeps_a_column_of_its_own() {
        assert_eq!(item_name("state"), "item_state");
        assert_eq!(item_name("revenue"), "revenue");
    }
}
