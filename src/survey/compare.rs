//! What the figures of an item are compared with: those of the period before, and what enterprises of each size have. The keys
//! `previous` and `size` of an item.
//!
//! Intervals stay as they are written, with their lines: [`crate::value::figure`] knows how amounts are read.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use toml::Spanned;

use super::file::Misfit;
use super::wording::squeeze;
use crate::written;

/// How many times another figure an answer may be before it is asked about, where the file does not say.
const FACTOR: i64 = 5;

/// Where a respondent's figure of the period before stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Previous {
    /// Who has it.
    pub source: Source,
    /// A figure more than so many times the other is asked about.
    pub factor: Decimal,
    /// Line of the survey file.
    pub line: usize,
}

/// Who has a figure of the period before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Source {
    /// The respondent's current complete return in another survey.
    Answer {
        /// The survey.
        survey: String,
        /// Key of its item.
        item: String,
    },
    /// A column of the roster, by its heading.
    Roster(String),
}

/// What enterprises of each size have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// The column of the roster that says the size, by its heading.
    pub roster: String,
    /// The sizes.
    pub classes: Vec<Class>,
    /// A figure more than so many times outside the nearest end is asked about.
    pub factor: Decimal,
}

/// One size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Class {
    /// What the roster calls it, such as 小型.
    pub name: String,
    /// What such enterprises have, as it is written: 300万元-2000万元.
    pub interval: String,
    /// Line of the survey file.
    pub line: usize,
}

impl Size {
    /// The class that the roster's word names.
    #[must_use]
    pub fn class(&self, word: &str) -> Option<&Class> {
        self.classes.iter().find(|class| squeeze(&class.name) == squeeze(word))
    }
}

/// What stands in the column of a roster that has this heading; widths and spaces make no difference.
#[must_use]
pub fn column<'t>(tags: &'t BTreeMap<String, String>, heading: &str) -> Option<&'t str> {
    let heading = squeeze(heading);
    tags.iter().find(|(tag, _)| squeeze(tag) == heading).map(|(_, value)| value.as_str())
}

/// The key `previous` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PreviousTable {
    survey: Option<Spanned<String>>,
    item: Option<Spanned<String>>,
    roster: Option<Spanned<String>>,
    factor: Option<Spanned<f64>>,
}

/// The key `size` as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SizeTable {
    roster: Spanned<String>,
    classes: Spanned<BTreeMap<Spanned<String>, Spanned<String>>>,
    factor: Option<Spanned<f64>>,
}

/// What `previous` means.
pub(super) fn previous(written: &Spanned<PreviousTable>, text: &str) -> Result<Previous, Misfit> {
    let table = written.get_ref();
    let source = match (&table.survey, &table.item, &table.roster) {
        (Some(survey), Some(item), None) => {
            Source::Answer { survey: survey.get_ref().clone(), item: item.get_ref().clone() }
        }
        (None, None, Some(roster)) => Source::Roster(heading(roster)?),
        _ => {
            let message = "`previous` says not where the figure stands; give it `survey` and `item`, or `roster` alone";
            return Err(Misfit::at(written, message));
        }
    };
    let line = written::line(text, written.span().start);
    Ok(Previous { source, factor: factor(table.factor.as_ref())?, line })
}

/// What `size` means.
pub(super) fn size(written: &Spanned<SizeTable>, text: &str) -> Result<Size, Misfit> {
    let table = written.get_ref();
    let written_classes = table.classes.get_ref();
    if written_classes.is_empty() {
        let message =
            "`classes` names no size; write each as the roster calls it, such as \"小型\" = \"300万元-2000万元\"";
        return Err(Misfit::at(&table.classes, message));
    }
    let mut classes: Vec<Class> = Vec::new();
    for (name, interval) in written_classes {
        let squeezed = squeeze(name.get_ref());
        if squeezed.is_empty() || classes.iter().any(|class| squeeze(&class.name) == squeezed) {
            let message = format!("the size `{}` is empty or there twice; keep it once", name.get_ref());
            return Err(Misfit::at(name, message));
        }
        let line = written::line(text, interval.span().start);
        classes.push(Class { name: name.get_ref().clone(), interval: interval.get_ref().clone(), line });
    }
    Ok(Size { roster: heading(&table.roster)?, classes, factor: factor(table.factor.as_ref())? })
}

fn heading(written: &Spanned<String>) -> Result<String, Misfit> {
    if squeeze(written.get_ref()).is_empty() {
        return Err(Misfit::at(written, "`roster` is empty; write the heading of a column of the roster"));
    }
    Ok(written.get_ref().clone())
}

fn factor(written: Option<&Spanned<f64>>) -> Result<Decimal, Misfit> {
    let Some(written) = written else { return Ok(Decimal::from(FACTOR)) };
    let factor = Decimal::try_from(*written.get_ref()).ok().filter(|factor| *factor > Decimal::ONE);
    factor.ok_or_else(|| {
        let message =
            format!("factor {} would ask about every figure; write one above 1, such as 5", written.get_ref());
        Misfit::at(written, message)
    })
}
