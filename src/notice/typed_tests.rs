//! Notices for a survey with an item of every type: what is understood, and what is asked back, as its receivers see it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use mail_parser::MessageParser;

use super::*;
use crate::document::Limits;
use crate::mail::Envelope;
use crate::reading::{Prepared, Request};
use crate::verdict::{self, Known, Reply};

/// The subject and text of the answer to a form of one row.
fn answer(answers: [&str; 12]) -> String {
    let survey = Survey::from_toml(include_str!("../../config/surveys/digital-2018.toml")).unwrap();
    let labels: Vec<String> = survey.items.iter().map(|item| format!("\"{}\"", item.label)).collect();
    let form = format!("{}\n{}\n", labels.join(","), answers.map(|answer| format!("\"{answer}\"")).join(","));
    let prepared = Prepared::new(&survey);
    let request =
        Request { surveys: vec![&prepared], authserv_id: None, limits: Limits::default(), left_out: Vec::new() };
    let reading = crate::reading::read_file("表.csv", form.as_bytes(), &request, &mut |_| {});
    let envelope =
        Envelope { from: "zhang@corp.example".into(), reply_to: "zhang@corp.example".into(), ..Envelope::default() };
    let reading = Reading { envelope: envelope.clone(), ..reading };
    let verdict = verdict::judge(&reading, &Known::default(), Some(&survey));
    let moment: Timestamp = "2018-03-20T10:32:00+08:00".parse().unwrap();
    let occasion = Occasion {
        message: 17,
        rereading: None,
        received_at: moment,
        now: moment,
        token: "K7M2QX",
        envelope: &envelope,
        reading: &reading,
        verdict: &verdict,
        survey: &survey,
        earlier: &[],
        done: &Done::default(),
        wants_narrative: false,
    };
    let notice = composer().compose(&occasion, verdict.reply.unwrap_or(Reply::Correction)).unwrap();
    let mail = MessageParser::default().parse(&notice.bytes).unwrap();
    format!("{}\n\n{}", mail.subject().unwrap(), mail.body_text(0).unwrap().replace("\r\n", "\n"))
}

fn composer() -> Composer {
    let settings = Settings {
        transport: "main".into(),
        from: "澜溪区调查收发室 <digital@lanxi.example>".into(),
        sign_off: "澜溪区数字经济促进局".into(),
        time_zone: TimeZone::fixed(jiff::tz::offset(8)),
    };
    Composer::new(&BTreeMap::new(), settings).unwrap()
}

const NAME: &str = "航标制造有限公司";
const CODE: &str = "91990000MA0000001B";

/// Right answers, some of them replaced.
fn with(changes: &[(usize, &'static str)]) -> [&'static str; 12] {
    let mut answers = [
        NAME,
        CODE,
        "2009年6月",
        "制造业",
        "约120人",
        "3500万元",
        "12.5%",
        "云计算、其他：工业互联网",
        "否",
        "人才",
        "0757-80001234",
        "",
    ];
    for (at, answer) in changes {
        answers[*at] = answer;
    }
    answers
}

#[test]
fn a_receipt_says_what_was_understood_of_each_type() {
    insta::assert_snapshot!(answer(with(&[])));
}

#[test]
fn a_correction_says_for_each_type_what_to_write() {
    insta::assert_snapshot!(answer(with(&[
        (1, "440600000012345"),
        (2, "43089"),
        (3, "农业"),
        (4, "12.5"),
        (6, "0.125")
    ])));
    insta::assert_snapshot!(answer(with(&[
        (1, "440000199003070016"),
        (2, "2009"),
        (3, "制造业、物流业"),
        (4, "600000"),
        (6, "120%")
    ])));
    insta::assert_snapshot!(answer(with(&[
        (2, "09-06-18"),
        (7, "区块链"),
        (8, "部分建成"),
        (10, "8000"),
        (11, "office@hangbiao")
    ])));
    insta::assert_snapshot!(answer(with(&[(1, ""), (2, ""), (3, ""), (4, ""), (6, "")])));
    insta::assert_snapshot!(answer(with(&[
        (3, "☑制造业 ☑批发和零售业"),
        (7, ""),
        (8, "□是 □否"),
        (10, "/"),
        (1, "见附件")
    ])));
}
