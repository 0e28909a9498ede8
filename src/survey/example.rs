//! What an answer of each kind looks like, for forms and notices. Every example is read as that kind's answer.

use super::{ItemKind, Language, Precision};

impl ItemKind {
    /// An answer as one writes it, such as `1200万元`; none where an example would put words into somebody's mouth.
    #[must_use]
    pub fn example(&self, language: Language) -> Option<String> {
        Some(match self {
            Self::Money { currency, .. } => amount(currency, language),
            Self::Integer { unit, .. } => counted(unit.as_deref().unwrap_or_default()),
            Self::Percentage { .. } => "12.5%".to_owned(),
            Self::Date { precision } => date(*precision, language).to_owned(),
            Self::Telephone { area_code } => format!("{}-80000000", area_code.as_deref().unwrap_or("0757")),
            Self::Email => "office@company.example".to_owned(),
            Self::Text | Self::Identity | Self::Choice(_) | Self::Choices(_) | Self::CreditCode | Self::YesNo => {
                return None;
            }
        })
    }
}

fn amount(currency: &str, language: Language) -> String {
    match language {
        Language::Zh => "1200万元".to_owned(),
        Language::En if currency == "CNY" => "RMB 12,000,000".to_owned(),
        Language::En => format!("{currency} 12,000,000"),
    }
}

/// 120人, 120 people.
fn counted(unit: &str) -> String {
    let gap = if unit.starts_with(|c: char| c.is_ascii_alphabetic()) { " " } else { "" };
    format!("120{gap}{unit}")
}

fn date(precision: Precision, language: Language) -> &'static str {
    match (language, precision) {
        (Language::Zh, Precision::Day) => "2017年12月19日",
        (Language::Zh, Precision::Month) => "2017年12月",
        (Language::Zh, Precision::Year) => "2017年",
        (Language::En, Precision::Day) => "2017-12-19",
        (Language::En, Precision::Month) => "2017-12",
        (Language::En, Precision::Year) => "2017",
    }
}
