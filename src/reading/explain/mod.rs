//! What a person is told of a reading: what was seen, what each text was taken for, and by which rule.
//!
//! The reading comes first and is the same with or without an explanation: [`explain_parsed`] reads as
//! [`super::read_parsed`] does, and then writes down what the search noted on its way (`found`, the drafts, the entries
//! behind each return). Nothing is read a second time. Only what was *not* taken for a label is looked at here
//! (`doubt`): it decided nothing.

use serde::{Deserialize, Serialize};

use super::gather::{Gathered, Source, format_name};
use super::respond::{Search, SurveyReading};
use super::{Layout, Passed, Prepared, Reading, Request, Return, Understood, gather, gather_file, understand};
use crate::mail::Message;
use crate::value::UnitSource;

mod doubt;
mod draw;
mod provenance;

#[cfg(test)]
mod tests;

pub use doubt::{Doubt, Doubted};

/// A reading with its explanation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explained {
    /// What was understood.
    pub reading: Reading,
    /// How.
    pub explanation: Explanation,
}

/// How a message was read. Places are written as the contract writes them: `调查表.xlsx!Sheet1!A4`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Explanation {
    /// The surveys that it might answer, and what speaks for each.
    pub surveys: Vec<Contender>,
    /// The documents and texts that were looked at, and texts that needed not be.
    pub sources: Vec<SourceSeen>,
    /// Where each return of the reading comes from, in the same order.
    pub returns: Vec<ReturnSeen>,
}

/// A survey that a message might answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contender {
    /// Its id.
    pub survey: String,
    /// The sum of what speaks for it.
    pub weight: usize,
    /// How many of its items the best form has.
    pub items: usize,
    /// Whether a return was read by it.
    pub filled: bool,
    /// Whether its title is written somewhere; looked for only where there are several surveys.
    pub title: bool,
    /// Whether the year that it asks for is; looked for only where there are several surveys.
    pub year: bool,
    /// Whether the message was read by it.
    pub chosen: bool,
    /// Whether it is clearly the one that the message answers.
    pub clearly: bool,
}

/// A document or text of the message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSeen {
    /// Its path; [`crate::place::BODY`] for the message's own text.
    pub path: String,
    /// The format that its content showed.
    pub format: String,
    /// What it is to the message.
    pub part: Part,
    /// Whether it was searched for a form, or why not.
    pub usage: Usage,
    /// The forms found in it.
    pub forms: Vec<FormSeen>,
    /// Its text, as far as it is drawn.
    pub blocks: Vec<BlockSeen>,
}

/// What a source is to the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// A file.
    Attachment,
    /// What the sender wrote.
    Own,
    /// What is quoted or forwarded below it.
    Quoted,
}

/// Whether a source was searched for a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Usage {
    /// It was.
    Searched,
    /// Another form of the same text (HTML, plain) was.
    OtherForm,
    /// It is the text of automatic mail, and holds too little of a form.
    TooLittle,
    /// It is quoted, and what stands above it holds a return.
    NotNeeded,
}

/// A form found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormSeen {
    /// How labels and answers stand to each other.
    pub layout: Layout,
    /// The table that holds it, as places begin; none for lines.
    pub table: Option<String>,
    /// Its labels.
    pub labels: Vec<LabelSeen>,
    /// Lines around it that name a unit.
    pub unit_lines: Vec<String>,
    /// Rows that are nobody's return, counted from 1 as a reader of the table does.
    pub passed: Vec<PassedRow>,
    /// How many returns stand in it, blank ones left out.
    pub returns: usize,
    /// How many drafts of it nobody filled in, or stand on a hidden sheet beside a visible form.
    pub unused: usize,
}

/// A row that is nobody's return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedRow {
    /// Its number, from 1.
    pub row: u32,
    /// Why it is nobody's.
    pub why: Passed,
}

/// A text that was taken for an item's label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelSeen {
    /// The item's key.
    pub item: String,
    /// What stands there.
    pub text: String,
    /// Where: several places when cells of several header rows make it up.
    pub places: Vec<String>,
    /// How surely it is the item's, in thousandths: 1000 is the label itself.
    pub confidence: u32,
    /// Whether it stands around the table, not in it.
    pub around: bool,
}

/// A piece of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum BlockSeen {
    /// A line or paragraph outside tables.
    Line(TextSeen),
    /// A table or sheet.
    Grid {
        /// What places in it begin with.
        name: String,
        /// Whether it is a sheet that the program hides.
        hidden: bool,
        /// Its cells.
        cells: Vec<CellSeen>,
    },
    /// So many lines or cells that nothing was found in and that are left out here for their number.
    LeftOut(usize),
}

/// A cell of a grid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CellSeen {
    /// Row from 0.
    pub row: u32,
    /// Column from 0.
    pub column: u32,
    /// Rows that it covers.
    pub row_span: u32,
    /// Columns that it covers.
    pub column_span: u32,
    /// What stands there.
    pub seen: TextSeen,
}

/// A text and what it was taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextSeen {
    /// Its place.
    pub place: String,
    /// The text, a long one cut.
    pub text: String,
    /// What it was taken for; several things where label and answer share a line or cell.
    pub roles: Vec<Role>,
}

/// What a text was taken for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// An item's label, and how surely, in thousandths.
    Label {
        /// The item's key.
        item: String,
        /// How surely.
        confidence: u32,
    },
    /// An item's answer.
    Answer {
        /// The item's key.
        item: String,
        /// Position of the return.
        of: usize,
        /// What it is to the return.
        share: Share,
    },
    /// The form's own words where an answer goes, or 同上 under nothing.
    NoAnswer {
        /// The item's key.
        item: String,
    },
    /// A line that names a unit.
    Unit,
    /// Like a label, and taken for none.
    Doubted(Doubted),
    /// A row that is nobody's return.
    Passed(Passed),
}

/// What a text is to the answer of a return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Share {
    /// The answer, or the first part of it.
    Given,
    /// A further part of it.
    Further,
    /// What a less trusted source says of the same item.
    Beside,
}

/// Where a return comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReturnSeen {
    /// The forms that it was read from, the most trusted one first.
    pub forms: Vec<FormAt>,
    /// Each item of the survey, answered or not.
    pub items: Vec<ItemSeen>,
}

/// A form among all that were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormAt {
    /// Position of the source.
    pub source: usize,
    /// Position of the form in it.
    pub form: usize,
}

/// How an item of a return came by its answer, or by none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemSeen {
    /// The item's key.
    pub item: String,
    /// Whether the return has an answer.
    pub answered: bool,
    /// Where it stands or ought to; none where no label was found.
    pub place: Option<String>,
    /// Where further parts of it stand.
    pub further: Vec<String>,
    /// What stands there.
    pub written: String,
    /// The form that it stands in.
    pub form: Option<FormAt>,
    /// The label that leads to it.
    pub label: Option<LabelSeen>,
    /// The rules that were applied to it.
    pub rules: Vec<Rule>,
}

/// A rule by which an answer was read, or found to be none.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// No label of the item was found.
    NoLabel,
    /// Nothing stands where the label says.
    Empty,
    /// Only the form's own words stand there.
    OwnWords,
    /// 同上, and nothing above.
    NothingAbove,
    /// 详见附件, and no written material came along.
    NothingEnclosed,
    /// 同上: taken from the row above.
    Ditto,
    /// The name was taken from a line around the table.
    NameAround,
    /// Several cells, rows or lines make it up.
    Several {
        /// How many.
        texts: usize,
    },
    /// Where the unit of the amount was found, and what stands there.
    Unit {
        /// Where.
        from: UnitSource,
        /// What stands there, where that is not the answer itself.
        written: Option<String>,
    },
    /// The most trusted source says nothing, so this one fills it in.
    OtherSource,
    /// A less trusted source has it too; where it says something else, an issue tells.
    Beside {
        /// Where.
        place: String,
        /// What stands there, where it is not the same to the letter.
        written: Option<String>,
    },
}

/// Reads one message that is taken apart already, and explains.
#[must_use]
pub fn explain_parsed(message: &Message, request: &Request<'_>, progress: &mut dyn FnMut(&str)) -> Explained {
    let gathered = gather(message, request, progress);
    explained(message, &gathered, request)
}

/// Reads one bare document, and explains.
#[must_use]
pub fn explain_file(name: &str, bytes: &[u8], request: &Request<'_>, progress: &mut dyn FnMut(&str)) -> Explained {
    let (bare, gathered) = gather_file(name, bytes, request, progress);
    explained(&bare, &gathered, request)
}

fn explained(message: &Message, gathered: &Gathered, request: &Request<'_>) -> Explained {
    let understood = understand(message, gathered, request);
    let explanation = of(&understood, gathered, request);
    Explained { reading: understood.conclude(message, gathered, request), explanation }
}

fn of(understood: &Understood<'_>, gathered: &Gathered, request: &Request<'_>) -> Explanation {
    let best = understood.choice.best;
    let chosen = best.and_then(|at| Some((understood.readings.get(at)?, *request.surveys.get(at)?)));
    let mut explanation = Explanation { surveys: contenders(understood, request), ..Explanation::default() };
    if let Some((reading, prepared)) = chosen {
        let SurveyReading { search, returns, .. } = reading;
        explanation.returns = returns_seen(search, returns, prepared);
        explanation.sources = draw::sources(search, &explanation.returns, gathered, prepared);
    }
    let unsearched = unsearched(gathered, chosen.map(|(reading, _)| &reading.search));
    explanation.sources.extend(unsearched);
    explanation
}

fn contenders(understood: &Understood<'_>, request: &Request<'_>) -> Vec<Contender> {
    let choice = &understood.choice;
    let all = request.surveys.iter().zip(&choice.weights).enumerate();
    all.map(|(at, (prepared, weight))| Contender {
        survey: prepared.survey.id.clone(),
        weight: weight.total(),
        items: weight.items,
        filled: weight.filled,
        title: weight.title && choice.weights.len() > 1,
        year: weight.year && choice.weights.len() > 1,
        chosen: choice.best == Some(at),
        clearly: choice.best == Some(at) && choice.clearly,
    })
    .collect()
}

fn returns_seen(search: &Search<'_>, returns: &[Return], prepared: &Prepared<'_>) -> Vec<ReturnSeen> {
    let pairs = returns.iter().zip(&search.returns);
    pairs.map(|(one, entries)| provenance::of_return(one, entries, search, prepared)).collect()
}

/// The texts that nothing was taken from: another form of theirs was searched, or nothing quoted was needed.
fn unsearched(gathered: &Gathered, search: Option<&Search<'_>>) -> Vec<SourceSeen> {
    let is_searched = |source: &Source| {
        search.is_some_and(|search| search.sources.iter().any(|searched| std::ptr::eq(searched.source, source)))
    };
    let has_returns = search.is_some_and(|search| !search.returns.is_empty());
    let texts = gathered.texts.iter().flat_map(|text| [(&text.own, Part::Own), (&text.quoted, Part::Quoted)]);
    let mut left = Vec::new();
    for (forms, part) in texts {
        let usage = match part {
            _ if forms.iter().any(is_searched) => Usage::OtherForm,
            Part::Quoted if has_returns => Usage::NotNeeded,
            _ => Usage::TooLittle,
        };
        left.extend(forms.iter().filter(|source| !is_searched(source)).map(|source| seen(source, part, usage)));
    }
    left
}

/// A source of which nothing is told yet.
fn seen(source: &Source, part: Part, usage: Usage) -> SourceSeen {
    let document = &source.document;
    let format = format_name(document.format).to_owned();
    SourceSeen { path: document.source.clone(), format, part, usage, forms: Vec::new(), blocks: Vec::new() }
}
