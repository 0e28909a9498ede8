//! How an explanation of a reading is shown: as text ([`text`]), as a page to look at ([`page`]), as JSON.

pub(super) mod again;
mod page;
mod text;
mod words;

#[cfg(test)]
mod text_tests;

use serde_json::Value as Json;

use super::print;
use crate::reading::explain::{Explained, Explanation, ItemSeen};
use crate::reading::json;
use crate::verdict;

pub(super) use page::Page;
pub(super) use text::show;

/// The line of JSON that `read` prints, with the explanation added.
pub(super) fn line(name: &str, explained: &Explained) -> anyhow::Result<Json> {
    let disposition = verdict::disposition_of(&explained.reading);
    let mut line = json::line(name, disposition.as_str(), &explained.reading);
    if let Some(line) = line.as_object_mut() {
        line.insert("explanation".into(), serde_json::to_value(&explained.explanation)?);
    }
    Ok(line)
}

/// How an item came by its answer, or by none, in a few lines.
pub(super) fn item_lines(item: &ItemSeen, explanation: &Explanation) -> Vec<String> {
    let form = item.form.and_then(|at| explanation.sources.get(at.source)?.forms.get(at.form));
    let mut found = Vec::new();
    if let Some(place) = &item.place {
        found.push(format!(
            "at {place}{}",
            item.further.iter().map(|place| format!(" and {place}")).collect::<String>()
        ));
    }
    if let (Some(label), Some(form)) = (&item.label, form) {
        let (text, percent) = (print::short(&label.text, 40), words::percent(label.confidence));
        found.push(format!("{} 「{text}」 ({percent})", words::beside(form.layout)));
    }
    let mut lines = Vec::new();
    lines.extend((!found.is_empty()).then(|| found.join(", ")));
    lines.extend(item.rules.iter().map(words::rule));
    lines
}

/// What an answer's value is beside its text, as the contract's JSON has it: `low 12000000, high 12000000, currency CNY`.
pub(super) fn value_of(answer: &Json) -> String {
    let fields =
        answer.as_object().into_iter().flatten().filter(|(name, _)| !["text", "place"].contains(&name.as_str()));
    let shown = fields.map(|(name, value)| match value {
        Json::String(text) => format!("{name} {text}"),
        Json::Null => format!("{name} open"),
        other => format!("{name} {other}"),
    });
    shown.collect::<Vec<_>>().join(", ")
}

/// The answer of an item in a line of JSON.
fn answer_in<'l>(line: &'l Json, of: usize, item: &str) -> Option<&'l Json> {
    line.get("returns")?.get(of)?.get("answers")?.get(item)
}

/// The line of JSON without an explanation, which both ways of showing take the answers from.
fn plain_line(name: &str, explained: &Explained) -> Json {
    json::line(name, verdict::disposition_of(&explained.reading).as_str(), &explained.reading)
}

/// A field of a line of JSON as text.
pub(super) fn field<'l>(line: &'l Json, name: &str) -> &'l str {
    line.get(name).and_then(Json::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn whatever_an_answer_says_besides_its_text_is_shown() {
        let answer = json!({ "text": "超1亿元", "place": "a.xlsx!S!F3", "low": "100000000", "high": null });
        assert_eq!(value_of(&answer), "high open, low 100000000");
        assert_eq!(value_of(&json!({ "text": "甲", "place": "body" })), "");
    }
}
