//! A digest on sample data: what templates are tried with, and what a preview shows before there is any return.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::{Digest, DigestView};
use crate::figures::{self, Amount, Area, AreaName, Current, Facts, Figures, Matter, Question, Respondent, Waiting};
use crate::survey::{ItemKind, Survey};

/// A digest on sample data, with what it refers to.
pub(in crate::notice) struct Sampled<'a> {
    survey: &'a Survey,
    recipient: &'a str,
    token: &'a str,
    now: Timestamp,
    amount: Option<String>,
    facts: Facts,
    figures: Figures,
    earlier: Vec<Figures>,
}

/// Three enterprises of a district, one of them silent.
pub(in crate::notice) fn sampled<'a>(
    survey: &'a Survey,
    recipient: &'a str,
    token: &'a str,
    now: Timestamp,
) -> Sampled<'a> {
    let money = survey.items.iter().find_map(|item| match &item.kind {
        ItemKind::Money { currency, .. } => Some((item.key.clone(), currency.clone())),
        _ => None,
    });
    let days_ago = |days: i64| now - SignedDuration::from_hours(days * 24);
    let mut respondents = Vec::new();
    for (id, name, town) in
        [(1, "示例智能科技有限公司", "东街"), (2, "样本机器人有限公司", "东街"), (3, "范例芯片有限公司", "西街")]
    {
        let current = (id < 3).then(|| current(id, money.as_ref(), days_ago(id * 2)));
        let tags = BTreeMap::from([("所属镇街".to_owned(), town.to_owned())]);
        respondents.push(Respondent {
            id,
            name: name.to_owned(),
            is_listed: true,
            tags,
            current,
            ..Respondent::default()
        });
    }
    let title = "调查表".to_owned();
    let waiting = vec![Waiting { what: Matter::Held, id: 17, respondent: None, since: days_ago(1), title }];
    let facts = Facts { respondents, waiting };
    let zone = TimeZone::UTC;
    let names = [("sensors", "智能传感器"), ("smart_home", "智能家居产品")];
    let areas = names.map(|(key, name)| AreaName { key: key.into(), name: name.into(), task: "示例任务".into() });
    let bounds = [Decimal::from(5_000_000), Decimal::from(20_000_000)];
    let question = Question {
        at: now,
        before: Question::a_week_before(now),
        zone: &zone,
        opens: survey.opens,
        deadline: survey.deadline,
        by: Some("所属镇街"),
        amount: money.as_ref().map(|(item, currency)| (item.as_str(), currency.as_str())),
        bounds: &bounds,
        areas: &areas,
    };
    let figures = figures::figures(&facts, &question);
    let (at, before) = (question.before, Question::a_week_before(question.before));
    let earlier = vec![figures::figures(&facts, &Question { at, before, ..question })];
    Sampled { survey, recipient, token, now, amount: money.map(|(item, _)| item), facts, figures, earlier }
}

fn current(id: i64, money: Option<&(String, String)>, at: Timestamp) -> Current {
    let bound = Some(Decimal::from(12_000_000));
    let amount = |currency: &String| Amount {
        text: "1200万元".to_owned(),
        low: bound,
        high: bound,
        currency: Some(currency.clone()),
        is_odd: false,
    };
    Current {
        id,
        is_complete: id == 1,
        first_at: at,
        received_at: at,
        in_correction_since: (id != 1).then_some(at),
        faulty: if id == 1 { Vec::new() } else { money.iter().map(|(item, _)| item.clone()).collect() },
        amounts: money.iter().map(|(item, currency)| (item.clone(), amount(currency))).collect(),
        areas: vec![Area { key: "sensors".to_owned(), score: 90, by_operator: false }],
    }
}

impl Sampled<'_> {
    /// The digest.
    pub(in crate::notice) fn digest(&self) -> Digest<'_> {
        Digest {
            key: "sample",
            now: self.now,
            recipient: self.recipient,
            token: self.token,
            survey: self.survey,
            facts: &self.facts,
            figures: &self.figures,
            earlier: &self.earlier,
            district: "示例市示例区",
            scope: None,
            by: Some("所属镇街"),
            amount: self.amount.as_deref(),
            due: None,
            pictures: &[],
            enclosures: &[],
        }
    }
}

/// Views that templates are tried with: one with all that there can be, one of a survey of which nothing is known.
pub(in crate::notice) fn samples() -> Vec<DigestView> {
    let Ok(survey) = Survey::founding() else { return Vec::new() };
    let zone = TimeZone::UTC;
    let full = sampled(&survey, "office@district.example", "K7M2QX", Timestamp::UNIX_EPOCH);
    let late = Digest { due: Some(Timestamp::UNIX_EPOCH), scope: Some("东街"), ..full.digest() };
    let (facts, amount) = (Facts::default(), None);
    let question = Question {
        at: Timestamp::UNIX_EPOCH,
        before: Timestamp::UNIX_EPOCH,
        zone: &zone,
        opens: None,
        deadline: survey.deadline,
        by: None,
        amount: None,
        bounds: &[],
        areas: &[],
    };
    let figures = figures::figures(&facts, &question);
    let bare =
        Digest { facts: &facts, figures: &figures, earlier: &[], by: None, amount, district: "", ..full.digest() };
    [late, bare].iter().map(|digest| DigestView::of(digest, "示例区收发室", &zone)).collect()
}
