//! What is asked: one survey with its items, labels, dates and contact.
//!
//! A survey is configuration, never code: a TOML file becomes a [`Survey`] by [`Survey::from_toml`]; the founding survey is
//! compiled in as the default ([`Survey::founding`]).

use jiff::civil;
use serde::{Deserialize, Serialize};

use crate::written::Fault;

mod check;
mod compare;
mod example;
mod file;
mod keys;
mod kind;
mod reminders;
mod wording;

pub use compare::{Class, Previous, Size, Source, column};
pub use keys::UNITS;
pub use kind::{Choosable, Facet, ItemKind, OTHER_KEY, Options, Precision};
pub use reminders::Reminders;
pub use wording::{bare, is_invisible, squeeze};

/// One collection: what is asked, of whom, until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survey {
    /// Short name, unique among the configured surveys, such as `ai-industry-2017`.
    pub id: String,
    /// SHA-256 of the file's text in hexadecimal: what was read keeps the revision it was read under.
    pub revision: String,
    /// Title of the form, such as 人工智能产业相关企业、技术平台调查表.
    pub title: String,
    /// The covering letter as it is sent out. A document that only repeats it is no narrative.
    pub letter: String,
    /// First day of the collection.
    pub opens: Option<civil::Date>,
    /// Last day on which a return is in time.
    pub deadline: civil::Date,
    /// Last day on which a return is taken at all.
    pub closes: Option<civil::Date>,
    /// The year whose figures are asked for; decides between amounts of two years.
    pub reference_year: Option<i16>,
    /// Whom a respondent may ask.
    pub contact: Contact,
    /// The items in the form's order. Exactly one is an [`ItemKind::Identity`].
    pub items: Vec<Item>,
    /// Texts the form itself prints into its cells (请填写, a printed 万元), [`bare`]: an answer that is one of these is missing.
    pub prompts: Vec<String>,
    /// Names and marks of sample rows (示例, 某某公司): such a row is no return.
    pub sample_names: Vec<String>,
    /// Lines of the form that are neither label nor answer (titles, 填表说明, 重点企业、项目请单独附文字材料).
    pub notes: Vec<String>,
    /// The rule on written material.
    pub narratives: NarrativeRule,
    /// The taxonomy by which returns get their focus areas: a built-in one's id, or the path of a file; none: they get none.
    #[serde(default)]
    pub taxonomy: Option<String>,
    /// When respondents are reminded; none: never.
    #[serde(default)]
    pub reminders: Option<Reminders>,
}

/// Whom a respondent may ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The person's or office's name.
    pub name: String,
    /// Telephone number as it is printed.
    pub phone: String,
}

/// One question of the survey: a column of its table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Key in the database, such as `revenue`: ASCII lower case, digits and `_`.
    pub key: String,
    /// The label on the form.
    pub label: String,
    /// A few characters that name the item in notices and exports, such as 营业收入; the label where none is given.
    pub short: String,
    /// Other ways in which the label is written.
    pub aliases: Vec<String>,
    /// The kind of answer.
    pub kind: ItemKind,
    /// Whether an answer is asked of everyone.
    pub required: bool,
    /// Where the respondent's figure of the period before stands, if figures are compared with it.
    #[serde(default)]
    pub previous: Option<Previous>,
    /// What enterprises of each size have, if figures are compared with it.
    #[serde(default)]
    pub size: Option<Size>,
}

/// The survey's rule on written material besides the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NarrativeRule {
    /// What the form says of it, such as 重点企业、项目请单独附文字材料.
    pub request: String,
    /// A document that holds the table counts as a narrative too from this many characters of prose on.
    pub prose_from: usize,
    /// A text document shorter than this is kept, and is no narrative.
    pub text_from: usize,
}

impl Survey {
    /// Reads a survey file.
    ///
    /// # Errors
    /// When the text is no TOML, has an unknown key, or its items are no proper set.
    pub fn from_toml(text: &str) -> Result<Self, Fault> {
        file::read(text)
    }

    /// The founding survey `ai-industry-2017`, compiled in from `config/surveys/`.
    ///
    /// # Errors
    /// Never in a build that passed its tests: the file is part of the program.
    pub fn founding() -> Result<Self, Fault> {
        Self::from_toml(include_str!("../../config/surveys/ai-industry-2017.toml"))
    }

    /// The item that names the respondent.
    #[must_use]
    pub fn identity(&self) -> Option<&Item> {
        self.items.iter().find(|item| item.kind == ItemKind::Identity)
    }

    /// The item with this key.
    #[must_use]
    pub fn item(&self, key: &str) -> Option<&Item> {
        self.items.iter().find(|item| item.key == key)
    }
}
