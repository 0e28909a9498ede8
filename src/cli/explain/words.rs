//! The words for what an explanation holds.

use crate::issue::{About, Issue, Problem};
use crate::reading::explain::{Contender, Doubt, Doubted, Explanation, FormSeen, Part, Role, Rule, Share};
use crate::reading::explain::{SourceSeen, Usage};
use crate::reading::{AttachmentFacts, Layout, Passed, Reading};
use crate::value::UnitSource;

/// A confidence in thousandths as people read it.
pub(super) fn percent(confidence: u32) -> String {
    format!("{}%", confidence / 10)
}

/// A form's layout.
pub(super) fn layout(layout: Layout) -> &'static str {
    match layout {
        Layout::Columns => "horizontal: a header of labels, a return in each row under it",
        Layout::Continued => "horizontal: goes on under the header of the table before",
        Layout::Beside => "vertical: answers beside their labels",
        Layout::Under => "vertical: answers under their labels",
        Layout::InCells => "label and answer in one cell",
        Layout::Lines => "lines of label and answer",
    }
}

/// How an answer stands to its label.
pub(super) fn beside(layout: Layout) -> &'static str {
    match layout {
        Layout::Columns | Layout::Continued => "in the column",
        Layout::Beside => "beside",
        Layout::Under => "under",
        Layout::InCells => "in the cell after",
        Layout::Lines => "in the line after",
    }
}

/// Why a row is nobody's return.
pub(super) fn passed(why: Passed) -> &'static str {
    match why {
        Passed::Total => "a total",
        Passed::Sum => "the sum of the amounts above",
        Passed::Sample => "a sample",
        Passed::Note => "a title, note or unit line",
        Passed::Hint => "how to fill in the form",
        Passed::Count => "numbers of the columns",
        Passed::HeaderAgain => "the header once more",
        Passed::Jotting => "jottings below the table",
        Passed::BelowPassed => "part of the row above, which is passed over",
        Passed::OtherTable => "the header of another table, which ends the form",
    }
}

/// What a text is like, and why it was not taken for it.
pub(super) fn doubted(doubted: &Doubted) -> String {
    let rival = doubted.rival.as_ref().map(|(item, score)| format!(", {item} {}", percent(*score)));
    let why = match doubted.why {
        Doubt::OtherThing => "a word or year in it says that something else is meant",
        Doubt::TooWeak => "not like enough",
        Doubt::Tie => "two items fit alike",
        Doubt::Taken => "the item has its label elsewhere",
        Doubt::Alone => "no form around it",
    };
    format!("like {} {}{}: {why}", doubted.item, percent(doubted.confidence), rival.unwrap_or_default())
}

/// A rule that was applied.
pub(super) fn rule(rule: &Rule) -> String {
    match rule {
        Rule::NoLabel => "none: no label of it was found".into(),
        Rule::Empty => "none: nothing stands there".into(),
        Rule::OwnWords => "none: only the form's own words stand there".into(),
        Rule::NothingAbove => "none: 同上, and nothing stands above".into(),
        Rule::NothingEnclosed => "none: it refers to written material, and none came along".into(),
        Rule::Ditto => "同上: taken from the row above".into(),
        Rule::NameAround => "the name stands around the table, not in it".into(),
        Rule::Several { texts } => format!("{texts} texts joined"),
        Rule::Unit { from, written } => unit(*from, written.as_deref()),
        Rule::OtherSource => "filled in from this source: the more trusted one has no answer".into(),
        Rule::Beside { place, written: None } => format!("the same at {place}"),
        Rule::Beside { place, written: Some(written) } => format!("at {place}: {}", written.replace('\n', " ")),
    }
}

fn unit(from: UnitSource, written: Option<&str>) -> String {
    let from = match from {
        UnitSource::Cell => "the answer itself",
        UnitSource::Label => "the label",
        UnitSource::UnitLine => "a unit line",
        UnitSource::Survey => "the survey's configuration",
        UnitSource::Zero => return "unit: zero needs none".into(),
    };
    let written = written.map(|written| format!(" 「{written}」")).unwrap_or_default();
    format!("unit from {from}{written}")
}

/// What a source is to the message, and whether it was searched.
pub(super) fn source(source: &SourceSeen) -> String {
    let part = match source.part {
        Part::Attachment => "attachment",
        Part::Own => "the sender's text",
        Part::Quoted => "quoted or forwarded text",
    };
    let usage = match source.usage {
        Usage::Searched if source.forms.is_empty() => "searched, no form in it".into(),
        Usage::Searched => forms(source),
        Usage::OtherForm => "not looked at: another form of the same text was".into(),
        Usage::TooLittle => "automatic mail with too little of a form".into(),
        Usage::NotNeeded => "not looked at: quoted, and what stands above it was enough".into(),
    };
    format!("{part}, {usage}")
}

/// A form and what came of it.
pub(super) fn form(form: &FormSeen) -> String {
    let place = form.table.as_deref().map(|table| format!("{table}, ")).unwrap_or_default();
    let unused = if form.unused > 0 { format!(", {} blank or not used", form.unused) } else { String::new() };
    format!("{place}{}; {}{unused}", layout(form.layout), count(form.returns, "return"))
}

/// An issue with what there is to know of it.
pub(super) fn issue(issue: &Issue) -> String {
    let severity = if issue.is_error() { "error" } else { "remark" };
    let about = match &issue.about {
        About::Item(about) | About::Attachment(about) => format!(" {about}"),
        About::Message => String::new(),
    };
    let place = issue.place.as_ref().filter(|_| matches!(issue.about, About::Item(_)));
    let place = place.map(|place| format!(" at {place}")).unwrap_or_default();
    let detail = detail(&issue.problem).map(|detail| format!(": {detail}")).unwrap_or_default();
    format!("{severity} {}{about}{place}{detail}", issue.problem.code())
}

fn detail(problem: &Problem) -> Option<String> {
    match problem {
        Problem::Conflict { other, other_place, .. } => Some(format!("{} at {other_place}", other.replace('\n', " "))),
        Problem::LinkedAttachment { name } => name.clone(),
        Problem::Unreadable { why } => Some(why.clone()),
        Problem::Unsupported { format } => Some(format.clone()),
        Problem::TooLarge { limit } => Some(limit.clone()),
        _ => None,
    }
}

/// What a text was taken for.
pub(super) fn role(role: &Role) -> String {
    match role {
        Role::Label { item, confidence } => format!("label of {item}, {}", percent(*confidence)),
        Role::Answer { item, of, share: part } => format!("{item} of return {}{}", of + 1, share(*part)),
        Role::NoAnswer { item } => format!("no answer to {item}"),
        Role::Unit => "unit line".into(),
        Role::Doubted(one) => doubted(one),
        Role::Passed(why) => format!("passed over: {}", passed(*why)),
    }
}

/// Each survey, and what speaks for it.
pub(super) fn surveys(explanation: &Explanation) -> Vec<String> {
    let line = |one: &Contender| {
        if one.items == 0 {
            return format!("survey {}: no form of it was found", one.survey);
        }
        let mut reasons = vec![count(one.items, "item")];
        reasons.extend(one.filled.then(|| "a return".into()));
        reasons.extend(one.title.then(|| "its title".into()));
        reasons.extend(one.year.then(|| "its year".into()));
        let chosen = match (one.chosen, one.clearly) {
            (true, true) => "chosen",
            (true, false) => "read by it, though another one fits as well",
            (false, _) => "not chosen",
        };
        format!("survey {}: {chosen} ({}; weight {})", one.survey, reasons.join(", "), one.weight)
    };
    explanation.surveys.iter().map(line).collect()
}

/// Each file, and what it turned out to be.
pub(super) fn files(reading: &Reading) -> Vec<String> {
    let line = |file: &AttachmentFacts| format!("file {}: {}, {} bytes", file.path, file.kind, file.size);
    reading.attachments.iter().map(line).collect()
}

fn forms(source: &SourceSeen) -> String {
    let returns: usize = source.forms.iter().map(|form| form.returns).sum();
    format!("{}, {}", count(source.forms.len(), "form"), count(returns, "return"))
}

/// A number of things.
pub(super) fn count(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

/// What a text is to the answer of a return.
fn share(share: Share) -> &'static str {
    match share {
        Share::Given => "",
        Share::Further => ", further part",
        Share::Beside => ", not the one taken",
    }
}
