//! Focus areas of a return: which areas of a plan the words of its answers and narratives speak of, and which words those are.
//!
//! A rule set over words, no model: a [`Taxonomy`] names the words of each area, [`Taxonomy::classify`] finds them, looks at
//! what the clause says of them (made, planned, bought, wished for, denied, somebody else's), and adds up what is left. What
//! holds for every taxonomy (clauses, denial, purchase, customers) is code here; what belongs to one plan stands in its file.

use crate::written::Fault;

mod clause;
mod file;
mod matcher;
mod pattern;
mod plain;
mod role;
mod signs;
mod weigh;

use matcher::Matcher;
use plain::Plain;

/// What an area's score must reach; below, the return does not have the area.
pub const THRESHOLD: f64 = 0.5;

/// The id of the taxonomy that is compiled in.
pub const BUILT_IN: &str = "action-plan-2018-2020";

/// The areas of one plan, with the words that lead to them.
#[derive(Debug)]
pub struct Taxonomy {
    /// Short name, such as `action-plan-2018-2020`.
    pub id: String,
    /// SHA-256 of the file's text in hexadecimal: by another revision, areas are found anew.
    pub revision: String,
    /// The plan's title.
    pub title: String,
    /// The plan's tasks, in its order.
    pub tasks: Vec<Task>,
    /// The areas in the plan's order.
    pub areas: Vec<Area>,
    /// Words for a piece or an accessory: an area's thing with one of these behind it (无人机电池) is not that thing.
    parts: Vec<String>,
    matcher: Matcher,
}

/// A task of a plan, which several areas make up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Key, such as `products`.
    pub key: String,
    /// Name, such as 培育智能产品.
    pub name: String,
}

/// One area of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Area {
    /// Key, such as `smart_home`.
    pub key: String,
    /// Name as the plan has it, such as 智能家居产品.
    pub name: String,
    /// Key of its task.
    pub task: String,
    /// What the plan wants reached.
    pub targets: Vec<Target>,
    nature: Nature,
}

/// How an area's words stand to those of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Nature {
    /// Its things are built into those of others: what is made *with* them is not of this area, and what they are made *for* is
    /// not of the other (无人机用气压传感器).
    component: bool,
    /// Others build their things into its things, or work with them: who makes something *for* or *with* it is not of the area.
    host: bool,
    /// Its work is done on the things of others, which are not the enterprise's own (人脸识别产品评测).
    takes_objects: bool,
    /// Who runs such a thing has the area, though its pieces were bought (数字化车间).
    use_counts: bool,
}

/// A figure that the plan wants reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// What is measured, such as 中文语音识别平均准确率.
    pub what: String,
    /// The figure as the plan writes it, such as 96%.
    pub figure: String,
}

/// One answer or narrative of a return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text<'t> {
    /// Key of the item that it answers, such as `technology`.
    pub item: &'t str,
    /// The words as they were written.
    pub words: &'t str,
}

/// An area that a return has.
#[derive(Debug, Clone, PartialEq)]
pub struct Found<'t> {
    /// The area's key.
    pub key: &'t str,
    /// From [`THRESHOLD`] to 1.
    pub score: f64,
    /// The words that led there, in the order of the texts.
    pub evidence: Vec<Evidence<'t>>,
}

/// Words that led to an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evidence<'t> {
    /// Key of the item in whose answer they stand.
    pub item: &'t str,
    /// The words as they were written.
    pub words: &'t str,
}

impl Taxonomy {
    /// Reads a taxonomy's file.
    ///
    /// # Errors
    /// When the text is no TOML, has an unknown key, or its areas are no proper set: line, fault and remedy.
    pub fn from_toml(text: &str) -> Result<Self, Fault> {
        file::read(text)
    }

    /// The plan of 2018 to 2020 ([`BUILT_IN`]), compiled in from `config/taxonomies/`.
    ///
    /// # Errors
    /// Never in a build that passed its tests: the file is part of the program.
    pub fn built_in() -> Result<Self, Fault> {
        Self::from_toml(include_str!("../../config/taxonomies/action-plan-2018-2020.toml"))
    }

    /// The areas that the texts of one return speak of, the surest first; none, when no words speak clearly enough. Names of
    /// enterprises are no evidence and should not be among the texts.
    #[must_use]
    pub fn classify<'t>(&'t self, texts: &[Text<'t>]) -> Vec<Found<'t>> {
        let plain: Vec<Plain> = texts.iter().map(|text| Plain::of(text.words)).collect();
        let mut hits = Vec::new();
        let mut standing = role::Standing::default();
        for (at, text) in plain.iter().enumerate() {
            let seen = role::judge(self, text, self.matcher.find(text.text()));
            standing = standing.with(&seen.standing);
            hits.extend(seen.hits.into_iter().map(|judged| weigh::Placed { text: at, judged }));
        }
        weigh::weigh(self, texts, &plain, &standing, hits)
    }
}

#[cfg(test)]
mod tests;
