//! Notices as they would read, to be looked at before anything is sent: the parts of a composed mail, and notices on sample data.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::follow_up::Topic;
use crate::issue::{Issue, Problem};
use crate::mail::{self, Envelope};
use crate::notice::{
    Alarm, ComposeError, Composer, Done, Enclosure, Kind, Letter, Notice, Occasion, Thread, Told, alarm, digest, mime,
};
use crate::place::{Place, Spot};
use crate::reading::amend::PlainReply;
use crate::reading::{AttachmentFacts, Reading, Return};
use crate::survey::{Item, ItemKind, Language, Survey};
use crate::value::{Answer, Money, UnitSource, Value};
use crate::verdict::{Disposition, Folded, Known, Reply, Standing, Verdict};

/// The token of the samples.
const TOKEN: &str = "K7M2QX";
/// The address of the samples.
const ADDRESS: &str = "sample@firm.example";

/// What a respondent of the samples sent.
struct Sent {
    /// Its name.
    name: &'static str,
    /// Its file.
    file: &'static str,
    /// An amount, as it is wrong and as it is right.
    amounts: [&'static str; 2],
    /// Any other answer.
    text: &'static str,
}

fn sent(language: Language) -> Sent {
    match language {
        Language::Zh => {
            Sent {
                name: "岭泽市示例科技有限公司", file: "调查表.xlsx", amounts: ["1200", "1200万元"], text: "示例"
            }
        }
        Language::En => Sent {
            name: "Lingze Example Technology Co., Ltd.",
            file: "survey.xlsx",
            amounts: ["1200", "12 million yuan"],
            text: "Sample",
        },
    }
}

/// What the receiver of a notice sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// What it is.
    pub kind: Kind,
    /// Address it goes to.
    pub recipient: String,
    /// Subject.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// Names of the files that go with it.
    pub files: Vec<String>,
}

impl Preview {
    /// What the receiver of a composed notice sees.
    #[must_use]
    pub fn of(notice: &Notice) -> Self {
        let [text, html] = mime::words(&notice.bytes);
        Self {
            kind: notice.kind,
            recipient: notice.recipient.clone(),
            subject: mail::parse_headers(&notice.bytes).subject,
            text,
            html,
            files: mail::parse(&notice.bytes).attachments.into_iter().map(|one| one.name).collect(),
        }
    }
}

impl Composer {
    /// A notice of a kind about a survey, on sample data; the blank forms go with a letter.
    ///
    /// # Errors
    /// When a template fails.
    pub fn sample(
        &self,
        kind: Kind,
        survey: &Survey,
        forms: &[Enclosure],
        now: Timestamp,
    ) -> Result<Notice, ComposeError> {
        let name = sent(survey.language).name;
        let names = [name];
        let thread = Thread { token: TOKEN.to_owned(), ..Thread::default() };
        let letter = |topic| Letter {
            key: "sample",
            topic,
            now,
            survey,
            names: &names,
            person: "",
            recipient: ADDRESS,
            thread: &thread,
            enclosures: forms,
        };
        match kind {
            Kind::Receipt => self.answer(survey, now, Reply::Receipt),
            Kind::Correction => self.answer(survey, now, Reply::Correction),
            Kind::Handover => self.answer(survey, now, Reply::Handover),
            Kind::Invitation => self.compose_letter(&letter(Topic::Invitation)),
            Kind::Reminder => self.compose_letter(&letter(Topic::NoAnswer)),
            Kind::Digest => self.compose_digest(&digest::sampled(survey, ADDRESS, TOKEN, now).digest()),
            Kind::Alarm => {
                let plan = alarm::sampled(now);
                let (recipient, token, language) = (ADDRESS, TOKEN, survey.language);
                self.compose_alarm(&Alarm { key: "sample", now, recipient, token, language, plan: &plan })
            }
            Kind::Dispute | Kind::Infected => {
                let recipient = ADDRESS;
                let told = Told { key: "sample", now, survey, name, recipient, thread: &thread };
                if kind == Kind::Dispute { self.compose_dispute(&told) } else { self.compose_infected(&told) }
            }
        }
    }

    /// The answer to a sample mail: a filled form, with faults where a correction is wanted.
    fn answer(&self, survey: &Survey, now: Timestamp, reply: Reply) -> Result<Notice, ComposeError> {
        let issues = if reply == Reply::Correction { faults(survey) } else { Vec::new() };
        let filled = filled(survey, issues);
        let standing = if reply == Reply::Correction { Standing::InCorrection } else { Standing::Complete };
        let reading = reading(survey, filled.clone());
        let verdict = Verdict {
            disposition: Disposition::Accepted,
            issues: Vec::new(),
            returns: vec![Folded { standing, effective: filled }],
            remarks: Vec::new(),
            reply: Ok(reply),
            mended: None,
        };
        let done = Done::default();
        let occasion = Occasion {
            message: 0,
            rereading: None,
            received_at: now,
            now,
            token: TOKEN,
            envelope: &reading.envelope,
            reading: &reading,
            verdict: &verdict,
            survey,
            earlier: &[],
            done: &done,
            wants_narrative: false,
        };
        let mut notice = self.compose(&occasion, reply)?;
        if let Some(awaiting) = self.compose_awaiting(&occasion, &Known::default())? {
            notice.bytes = awaiting.mail;
        }
        Ok(notice)
    }
}

/// What is wrong most often: a figure without its unit, and an item without an answer.
fn faults(survey: &Survey) -> Vec<Issue> {
    let Sent { file, amounts: [wrong, _], .. } = sent(survey.language);
    let items = || survey.items.iter().zip(1..);
    let money = items().find(|(item, _)| matches!(item.kind, ItemKind::Money { .. }));
    let plain = items().find(|(item, _)| matches!(item.kind, ItemKind::Text));
    let unit = money.map(|(item, column)| {
        Issue::of_item(&item.key, Problem::UnitMissing { text: wrong.to_owned() }, Some(cell(file, column)))
    });
    let missing = plain.map(|(item, column)| Issue::of_item(&item.key, Problem::Missing, Some(cell(file, column))));
    unit.into_iter().chain(missing).collect()
}

fn filled(survey: &Survey, issues: Vec<Issue>) -> Return {
    let is_missing =
        |item: &Item| issues.iter().any(|one| one.problem == Problem::Missing && one.about.item() == Some(&item.key));
    let answers: BTreeMap<String, Answer> = survey
        .items
        .iter()
        .zip(1..)
        .filter(|(item, _)| !is_missing(item))
        .map(|(item, column)| (item.key.clone(), answer(item, column, !issues.is_empty(), &sent(survey.language))))
        .collect();
    Return { answers, issues }
}

fn answer(item: &Item, column: u32, is_faulty: bool, sent: &Sent) -> Answer {
    let [wrong, right] = sent.amounts;
    let (text, value) = match &item.kind {
        ItemKind::Identity => (sent.name, Value::Identity),
        ItemKind::Money { .. } if is_faulty => (wrong, Value::Money(None)),
        ItemKind::Money { currency, .. } => (right, Value::Money(Some(amount(currency)))),
        _ => (sent.text, Value::Text),
    };
    Answer { text: text.to_owned(), place: cell(sent.file, column), value }
}

fn amount(currency: &str) -> Money {
    let bound = Some(rust_decimal::Decimal::from(12_000_000));
    Money { low: bound, high: bound, currency: currency.to_owned(), approximate: false, unit: UnitSource::Cell }
}

fn cell(file: &str, column: u32) -> Place {
    Place { source: file.to_owned(), spot: Spot::Sheet { name: "Sheet1".to_owned(), row: 3, column } }
}

fn reading(survey: &Survey, filled: Return) -> Reading {
    let envelope = Envelope {
        from: ADDRESS.to_owned(),
        reply_to: ADDRESS.to_owned(),
        subject: survey.title.clone(),
        ..Envelope::default()
    };
    let path = sent(survey.language).file.to_owned();
    let file = AttachmentFacts { path, size: 1, sha256: String::new(), kind: "xlsx".to_owned() };
    Reading {
        envelope,
        automatic: None,
        bounce: None,
        dmarc_failed: false,
        server_word: crate::mail::ServerWord::default(),
        survey: Some(survey.id.clone()),
        bears_sign: true,
        attachments: vec![file],
        returns: vec![filled],
        narratives: Vec::new(),
        issues: Vec::new(),
        has_document: true,
        plain: PlainReply::default(),
        content: String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice::Settings;

    #[test]
    fn every_kind_can_be_looked_at_before_there_is_any_mail() {
        let settings = Settings {
            transport: "main".into(),
            from: "收发室 <collect@district.example>".into(),
            sign_off: String::new(),
            time_zone: jiff::tz::TimeZone::UTC,
        };
        let composer = Composer::new(&BTreeMap::new(), settings).unwrap();
        let now = "2017-12-19T02:00:00Z".parse().unwrap();
        let founding = Survey::founding().unwrap();
        let english = Survey { language: Language::En, ..founding.clone() };
        for (kind, words) in [
            (Kind::Receipt, ["1200万元", "12 million yuan (RMB 12,000,000)"]),
            (Kind::Correction, ["有 2 处需要更正", "2 points need to be corrected"]),
            (Kind::Handover, ["由工作人员阅看", "read by a member of our staff"]),
            (Kind::Invitation, ["填报方法", "How to take part"]),
            (Kind::Reminder, ["还没有收到", "has not yet been received"]),
            (Kind::Dispute, ["另有邮箱", "Another address"]),
            (Kind::Infected, ["未予打开", "was not opened"]),
            (Kind::Digest, ["周报", "周报"]),
            (Kind::Alarm, ["需要您处理", "need your attention"]),
        ] {
            for (survey, words) in [&founding, &english].into_iter().zip(words) {
                let preview = Preview::of(&composer.sample(kind, survey, &[], now).unwrap());
                assert_eq!(preview.kind, kind);
                assert!(preview.text.contains(words), "{}", preview.text);
                assert!(preview.html.contains("</html>") && preview.subject.contains("[收K7M2QX]"), "{preview:?}");
                assert!(!preview.text.contains('\r'), "lines end as they do on a terminal");
            }
        }
    }
}
