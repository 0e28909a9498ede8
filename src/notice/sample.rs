//! Invented data for the tests of this module.

use std::collections::BTreeMap;

use jiff::civil::date;

use crate::issue::Issue;
use crate::mail::Envelope;
use crate::place::{Place, Spot};
use crate::reading::{AttachmentFacts, Reading, Return};
use crate::survey::{Contact, Item, ItemKind, Language, NarrativeRule, Survey};
use crate::value::{Answer, Money, UnitSource, Value};

/// A survey like the founding one.
pub(super) fn survey() -> Survey {
    let money = ItemKind::Money { currency: "CNY".into(), unit: None };
    Survey {
        id: "sample".into(),
        revision: "0".into(),
        title: "人工智能产业相关企业、技术平台调查表".into(),
        language: Language::Zh,
        letter: String::new(),
        opens: None,
        deadline: date(2017, 12, 20),
        closes: None,
        reference_year: Some(2017),
        contact: Contact { name: "林晓".into(), phone: "0757-00001234".into() },
        items: vec![
            item("name", "企业名称", ItemKind::Identity),
            item("position", "地位描述", ItemKind::Text),
            item("technology", "核心技术", ItemKind::Text),
            item("products", "主要产品", ItemKind::Text),
            item("direction", "攻关方向", ItemKind::Text),
            item("revenue", "营业收入", money),
        ],
        prompts: Vec::new(),
        sample_names: Vec::new(),
        notes: Vec::new(),
        narratives: NarrativeRule { request: String::new(), prose_from: 300, text_from: 20 },
        taxonomy: None,
        reminders: None,
    }
}

/// The same in English.
pub(super) fn english() -> Survey {
    let labels =
        ["Name of the enterprise", "Position", "Core technologies", "Main products", "Technical goals", "Revenue"];
    let mut survey = Survey {
        language: Language::En,
        title: "Survey of enterprises in artificial intelligence".into(),
        contact: Contact { name: "Lin Xiao".into(), phone: "0757-00001234".into() },
        ..survey()
    };
    for (item, label) in survey.items.iter_mut().zip(labels) {
        (item.label, item.short) = (label.into(), label.into());
    }
    survey
}

fn item(key: &str, short: &str, kind: ItemKind) -> Item {
    let (previous, size) = (None, None);
    Item {
        key: key.into(),
        label: short.into(),
        short: short.into(),
        aliases: Vec::new(),
        kind,
        required: true,
        previous,
        size,
    }
}

/// A cell of the workbook that was sent.
pub(super) fn cell(row: u32, column: u32) -> Place {
    Place { source: "调查表.xlsx".into(), spot: Spot::Sheet { name: "Sheet1".into(), row, column } }
}

/// The headers of a mail from an enterprise.
pub(super) fn envelope() -> Envelope {
    Envelope {
        from: "zhang@example.cn".into(),
        from_name: "张敏".into(),
        reply_to: "zhang@example.cn".into(),
        subject: "Re: 调查表".into(),
        message_id: Some("1@example.cn".into()),
        references: vec!["0@collect.example".into()],
        ..Envelope::default()
    }
}

/// A reading of a workbook with these returns.
pub(super) fn reading(returns: Vec<Return>) -> Reading {
    Reading {
        envelope: envelope(),
        automatic: None,
        bounce: None,
        dmarc_failed: false,
        server_word: crate::mail::ServerWord::default(),
        survey: Some("sample".into()),
        bears_sign: true,
        attachments: vec![attachment("调查表.xlsx"), attachment("材料.zip"), attachment("材料.zip/简介.docx")],
        returns,
        narratives: Vec::new(),
        issues: Vec::new(),
        has_document: true,
        plain: crate::reading::amend::PlainReply::default(),
        content: String::new(),
    }
}

pub(super) fn attachment(path: &str) -> AttachmentFacts {
    AttachmentFacts { path: path.into(), size: 1, sha256: String::new(), kind: String::new() }
}

/// A return with every item answered.
pub(super) fn complete(name: &str) -> Return {
    let texts = ["position", "technology", "products", "direction"];
    let mut answers: BTreeMap<String, Answer> =
        (1..).zip(texts).map(|(column, key)| (key.into(), answer("示例", column, Value::Text))).collect();
    answers.insert("name".into(), answer(name, 0, Value::Identity));
    let yuan = "12000000".parse().ok();
    let money = Money { low: yuan, high: yuan, currency: "CNY".into(), approximate: false, unit: UnitSource::Cell };
    answers.insert("revenue".into(), answer("1200万元", 5, Value::Money(Some(money))));
    Return { answers, issues: Vec::new() }
}

/// A return with these issues, and no answers to the items they are of but the money.
pub(super) fn faulty(name: &str, issues: Vec<Issue>) -> Return {
    let mut one = complete(name);
    for issue in &issues {
        if let crate::issue::About::Item(key) = &issue.about {
            match one.answers.get_mut(key) {
                Some(answer) if key == "revenue" => answer.value = Value::Money(None),
                _ => drop(one.answers.remove(key)),
            }
        }
    }
    Return { issues, ..one }
}

fn answer(text: &str, column: u32, value: Value) -> Answer {
    Answer { text: text.into(), place: cell(3, column), value }
}
