//! A stored answer, read again from the kept message as the rules are today.

use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value as Json;

use super::{answer_in, field, item_lines, plain_line};
use crate::config::Config;
use crate::daemon;
use crate::reader::{self, Job, Outcome, Pool};
use crate::reading::explain::{Explained, ItemSeen};
use crate::store::{AnswerRow, Store, Why};
use crate::survey::Survey;
use crate::value::identity::key;

/// What reading a message again makes of a stored answer.
#[derive(Debug, Serialize)]
pub(in crate::cli) struct Again {
    /// Whether it says the same at the same place.
    pub(in crate::cli) agrees: bool,
    /// What is read today, as `read` prints it; none: no answer.
    pub(in crate::cli) answer: Option<Json>,
    /// Where it comes from.
    item: Option<ItemSeen>,
    /// The same in words.
    #[serde(skip)]
    pub(in crate::cli) lines: Vec<String>,
}

/// Reads the message behind a stored answer under the revision of the survey that it was read under.
///
/// # Errors
/// When the survey's revision or the message is not kept, or no reader can read it.
pub(in crate::cli) fn read(why: &Why, store: &Store, config: &Config) -> anyhow::Result<Again> {
    let revision = why.source.revision.as_deref().unwrap_or_default();
    let survey = store.survey_revision(&why.survey, revision)?;
    let identity = survey.identity().map(|item| item.key.clone()).unwrap_or_default();
    let explained = explain(store.raw(why.source.message)?, survey, config)?;
    Ok(compare(why, &explained, &identity))
}

fn explain(raw: Vec<u8>, survey: Survey, config: &Config) -> anyhow::Result<Explained> {
    let settings = reader::Settings { readers: 1, surveys: vec![survey], ..daemon::reader_settings(config) };
    let job =
        Job { source: Box::new(move |to| to.write_all(&raw)), surveys: Vec::new(), authserv_id: None, document: None };
    let runtime = tokio::runtime::Runtime::new()?;
    let outcome = runtime.block_on(async { Pool::new(settings).explain(vec![job]).await.pop() });
    match outcome {
        Some(Outcome::Read(explained)) => Ok(*explained),
        Some(Outcome::Failed(cause) | Outcome::NotTried(cause)) => anyhow::bail!(cause),
        None => anyhow::bail!("the reader said nothing"),
    }
}

fn compare(why: &Why, explained: &Explained, identity: &str) -> Again {
    let line = plain_line("", explained);
    let of = return_of(why, &line, identity);
    let answer = of.and_then(|of| answer_in(&line, of, &why.answer.item)).cloned();
    let seen = of.and_then(|of| explained.explanation.returns.get(of));
    let item = seen.and_then(|seen| seen.items.iter().find(|item| item.item == why.answer.item)).cloned();
    Again {
        agrees: answer.as_ref().is_some_and(|answer| says_the_same(answer, &why.answer)),
        lines: item.as_ref().map(|item| item_lines(item, &explained.explanation)).unwrap_or_default(),
        answer,
        item,
    }
}

/// The return of the respondent; in a message that does not name it the one with an answer at the same place, else the only one.
fn return_of(why: &Why, line: &Json, identity: &str) -> Option<usize> {
    let returns = line.get("returns").and_then(Json::as_array).map(Vec::len).unwrap_or_default();
    let text =
        |of: usize, item: &str, name: &str| answer_in(line, of, item).map(|answer| field(answer, name).to_owned());
    let named =
        (0..returns).find(|of| text(*of, identity, "text").is_some_and(|name| key(&name) == key(&why.respondent)));
    let placed =
        || (0..returns).find(|of| text(*of, &why.answer.item, "place").is_some_and(|place| place == why.answer.place));
    named.or_else(placed).or_else(|| (returns == 1).then_some(0))
}

fn says_the_same(today: &Json, stored: &AnswerRow) -> bool {
    let bound = |text: Option<&str>| text.and_then(|text| text.parse::<Decimal>().ok());
    let same =
        |name: &str, stored: &Option<String>| bound(today.get(name).and_then(Json::as_str)) == bound(stored.as_deref());
    field(today, "text") == stored.text
        && field(today, "place") == stored.place
        && same("low", &stored.low)
        && same("high", &stored.high)
        && field(today, "currency") == stored.currency.as_deref().unwrap_or_default()
        && field(today, "value") == stored.value.as_deref().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_answer_that_is_read_differently_today_is_told_from_one_that_is_not() {
        let stored = AnswerRow {
            item: "revenue".into(),
            text: "超1亿元".into(),
            place: "a.xlsx!S!F3".into(),
            value: None,
            low: Some("100000000".into()),
            high: None,
            currency: Some("CNY".into()),
        };
        let mut today =
            json!({ "text": "超1亿元", "place": "a.xlsx!S!F3", "low": "100000000", "high": null, "currency": "CNY" });
        assert!(says_the_same(&today, &stored));
        for (field, other) in [("high", "100000000"), ("text", "1亿元"), ("place", "a.xlsx!S!F4"), ("currency", "USD")]
        {
            let known = today[field].take();
            today[field] = json!(other);
            assert!(!says_the_same(&today, &stored), "{field}");
            today[field] = known;
        }
    }
}
