//! A survey file: the TOML as it is written becomes a [`Survey`] that means something.
//!
//! Two steps: [`SurveyFile`] takes any file with the right keys and types, [`super::check`] looks whether its items are a
//! proper set. What is wrong is said with its line and what to do about it, for the operator who wrote the file.

use std::fmt::Write as _;
use std::ops::Range;

use jiff::civil;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use toml::Spanned;
use toml::value::Datetime;

use super::compare::{self, PreviousTable, SizeTable};
use super::keys::{self, OptionTable, TypeName};
use super::kind::Precision;
use super::reminders::{RemindersTable, reminders};
use super::{Contact, Item, NarrativeRule, Survey, bare, check};
use crate::written::{self, Fault};

/// The file as it is written.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SurveyFile {
    pub(super) id: Spanned<String>,
    title: String,
    #[serde(default)]
    letter: String,
    pub(super) opens: Option<Spanned<Datetime>>,
    pub(super) deadline: Spanned<Datetime>,
    pub(super) closes: Option<Spanned<Datetime>>,
    reference_year: Option<i16>,
    taxonomy: Option<String>,
    #[serde(default)]
    prompts: Vec<String>,
    #[serde(default)]
    sample_names: Vec<String>,
    #[serde(default)]
    notes: Vec<String>,
    contact: ContactTable,
    #[serde(default)]
    narratives: NarrativesTable,
    reminders: Option<RemindersTable>,
    #[serde(rename = "item")]
    pub(super) items: Spanned<Vec<ItemTable>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContactTable {
    name: String,
    phone: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct NarrativesTable {
    request: String,
    prose_from: usize,
    text_from: usize,
}

impl Default for NarrativesTable {
    /// The reading contract's numbers.
    fn default() -> Self {
        Self { request: String::new(), prose_from: 300, text_from: 20 }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ItemTable {
    pub(super) key: Spanned<String>,
    pub(super) label: Spanned<String>,
    short: Option<String>,
    #[serde(default)]
    pub(super) aliases: Vec<Spanned<String>>,
    #[serde(rename = "type")]
    pub(super) kind: TypeName,
    #[serde(default = "required_by_default")]
    required: bool,
    pub(super) currency: Option<Spanned<String>>,
    pub(super) unit: Option<Spanned<String>>,
    pub(super) minimum: Option<Spanned<i64>>,
    pub(super) maximum: Option<Spanned<i64>>,
    pub(super) precision: Option<Spanned<Precision>>,
    pub(super) options: Option<Spanned<Vec<OptionTable>>>,
    pub(super) other: Option<Spanned<bool>>,
    pub(super) area_code: Option<Spanned<String>>,
    pub(super) previous: Option<Spanned<PreviousTable>>,
    pub(super) size: Option<Spanned<SizeTable>>,
}

impl ItemTable {
    /// The keys it has that only some types know, with their bytes in the file.
    pub(super) fn type_keys(&self) -> Vec<(&'static str, Range<usize>)> {
        [
            ("currency", self.currency.as_ref().map(Spanned::span)),
            ("unit", self.unit.as_ref().map(Spanned::span)),
            ("minimum", self.minimum.as_ref().map(Spanned::span)),
            ("maximum", self.maximum.as_ref().map(Spanned::span)),
            ("precision", self.precision.as_ref().map(Spanned::span)),
            ("options", self.options.as_ref().map(Spanned::span)),
            ("other", self.other.as_ref().map(Spanned::span)),
            ("area_code", self.area_code.as_ref().map(Spanned::span)),
            ("previous", self.previous.as_ref().map(Spanned::span)),
            ("size", self.size.as_ref().map(Spanned::span)),
        ]
        .into_iter()
        .filter_map(|(name, span)| Some((name, span?)))
        .collect()
    }
}

fn required_by_default() -> bool {
    true
}

/// Reads a survey file's text.
pub(super) fn read(text: &str) -> Result<Survey, Fault> {
    let file: SurveyFile = toml::from_str(text).map_err(|error| Fault::of_toml(text, &error))?;
    check::check(&file).map_err(|fault| fault.in_text(text))?;
    let day = |written: &Spanned<Datetime>| day(written).map_err(|fault| fault.in_text(text));
    let items: Result<Vec<Item>, Misfit> = file.items.get_ref().iter().map(|table| item(table, text)).collect();
    Ok(Survey {
        revision: revision(text),
        opens: file.opens.as_ref().map(day).transpose()?,
        deadline: day(&file.deadline)?,
        closes: file.closes.as_ref().map(day).transpose()?,
        id: file.id.into_inner(),
        title: file.title,
        letter: file.letter.trim().to_owned(),
        reference_year: file.reference_year,
        taxonomy: file.taxonomy,
        contact: Contact { name: file.contact.name, phone: file.contact.phone },
        items: items.map_err(|fault| fault.in_text(text))?,
        prompts: file.prompts.iter().map(|prompt| bare(prompt)).collect(),
        sample_names: file.sample_names,
        notes: file.notes,
        narratives: NarrativeRule {
            request: file.narratives.request,
            prose_from: file.narratives.prose_from,
            text_from: file.narratives.text_from,
        },
        reminders: file.reminders.as_ref().map(reminders).transpose().map_err(|fault| fault.in_text(text))?,
    })
}

fn item(table: &ItemTable, text: &str) -> Result<Item, Misfit> {
    let label = table.label.get_ref().clone();
    Ok(Item {
        key: table.key.get_ref().clone(),
        short: table.short.clone().unwrap_or_else(|| label.clone()),
        label,
        aliases: table.aliases.iter().map(|alias| alias.get_ref().clone()).collect(),
        kind: keys::kind(table)?,
        required: table.required,
        previous: table.previous.as_ref().map(|written| compare::previous(written, text)).transpose()?,
        size: table.size.as_ref().map(|written| compare::size(written, text)).transpose()?,
    })
}

/// A fault that knows its bytes in the file, before they are counted into a line.
#[derive(Debug)]
pub(super) struct Misfit {
    span: Range<usize>,
    message: String,
}

impl Misfit {
    pub(super) fn at<T>(written: &Spanned<T>, message: impl Into<String>) -> Self {
        Self::new(written.span(), message)
    }

    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }

    fn in_text(self, text: &str) -> Fault {
        Fault::at(text, self.span, self.message)
    }
}

/// A day of the calendar; a time of day has no meaning here.
pub(super) fn day(written: &Spanned<Datetime>) -> Result<civil::Date, Misfit> {
    let said = written.get_ref();
    let fault = || Misfit::at(written, format!("`{said}` is no day; write it like 2017-12-20, without a time"));
    written::day(said).ok_or_else(fault)
}

fn revision(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        // Writing into a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
