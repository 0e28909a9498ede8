//! What an answer of each kind looks like, for forms and notices.

use super::{ItemKind, Precision};

impl ItemKind {
    /// An answer as one writes it, such as `1200万元`; none where an example would put words into somebody's mouth.
    #[must_use]
    pub fn example(&self) -> Option<String> {
        Some(match self {
            Self::Money { .. } => "1200万元".to_owned(),
            Self::Integer { unit, .. } => format!("120{}", unit.as_deref().unwrap_or_default()),
            Self::Percentage { .. } => "12.5%".to_owned(),
            Self::Date { precision: Precision::Day } => "2017年12月19日".to_owned(),
            Self::Date { precision: Precision::Month } => "2017年12月".to_owned(),
            Self::Date { precision: Precision::Year } => "2017年".to_owned(),
            Self::Telephone { area_code } => format!("{}-80000000", area_code.as_deref().unwrap_or("0757")),
            Self::Email => "office@company.example".to_owned(),
            Self::Text | Self::Identity | Self::Choice(_) | Self::Choices(_) | Self::CreditCode | Self::YesNo => {
                return None;
            }
        })
    }
}
