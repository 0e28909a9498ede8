//! A reading as the line of JSON that the contract describes (`postroom read`).

use rust_decimal::Decimal;
use serde_json::{Map, Value as Json, json};

use super::{Narrative, Reading, Return};
use crate::issue::{About, Issue};
use crate::value::Answer;

/// One message's line: `message` is the file's name, `disposition` what becomes of it.
#[must_use]
pub fn line(message: &str, disposition: &str, reading: &Reading) -> Json {
    json!({
        "message": message,
        "disposition": disposition,
        "returns": reading.returns.iter().map(one_return).collect::<Vec<_>>(),
        "narratives": reading.narratives.iter().map(narrative).collect::<Vec<_>>(),
        "issues": reading.issues.iter().map(issue).collect::<Vec<_>>(),
    })
}

fn one_return(one: &Return) -> Json {
    let answers: Map<String, Json> = one.answers.iter().map(|(key, given)| (key.clone(), answer(given))).collect();
    json!({ "answers": answers, "issues": one.issues.iter().map(issue).collect::<Vec<_>>() })
}

fn answer(answer: &Answer) -> Json {
    let mut entry = json!({ "text": answer.text, "place": answer.place.to_string() });
    let typed = answer.value.typed();
    if let Some(entry) = entry.as_object_mut().filter(|_| !typed.is_empty()) {
        let bound = |bound: Option<Decimal>| bound.map(|bound| bound.normalize().to_string());
        match typed.value {
            Some(value) => _ = entry.insert("value".into(), json!(value)),
            None => {
                entry.insert("low".into(), json!(bound(typed.low)));
                entry.insert("high".into(), json!(bound(typed.high)));
            }
        }
        if let Some(currency) = typed.currency {
            entry.insert("currency".into(), json!(currency));
        }
    }
    entry
}

fn narrative(narrative: &Narrative) -> Json {
    json!({ "attachment": narrative.attachment, "respondent": narrative.respondent })
}

fn issue(issue: &Issue) -> Json {
    let mut entry = Map::new();
    entry.insert("code".into(), json!(issue.problem.code()));
    entry.insert("severity".into(), json!(issue.problem.severity()));
    match &issue.about {
        About::Item(item) => _ = entry.insert("item".into(), json!(item)),
        About::Attachment(path) => _ = entry.insert("attachment".into(), json!(path)),
        About::Message => {}
    }
    if let (Some(place), About::Item(_)) = (&issue.place, &issue.about) {
        entry.insert("place".into(), json!(place.to_string()));
    }
    Json::Object(entry)
}
