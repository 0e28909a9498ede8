//! Alarms as an operator reads them.

use mail_parser::MessageParser;

use super::*;
use crate::notice::Kind;
use crate::notice::tests::{composer, keep_picture};

fn text(plan: &Plan, language: Language) -> String {
    let now = "2017-12-19T02:32:00Z".parse().unwrap();
    let (key, recipient, token) = ("alarm:1:operator@district.example", "operator@district.example", "K7M2QX");
    let alarm = Alarm { key, now, recipient, token, language, plan };
    let notice = composer().compose_alarm(&alarm).unwrap();
    assert_eq!((notice.kind, composer().compose_alarm(&alarm).unwrap()), (Kind::Alarm, notice.clone()));
    let raw = String::from_utf8_lossy(&notice.bytes).into_owned();
    assert!(raw.contains("Auto-Submitted: auto-generated") && raw.contains("X-Postroom-Notice: alarm"), "{raw}");
    let mail = MessageParser::default().parse(&notice.bytes).unwrap();
    let text = mail.body_text(0).unwrap().replace("\r\n", "\n");
    keep_picture(&text, &mail.body_html(0).unwrap());
    format!("{}\n\n{text}", mail.subject().unwrap())
}

fn plan(holds: &[Condition], over: &[Condition]) -> Plan {
    let finding = |condition: &Condition| Finding { condition: condition.clone(), since: None };
    Plan { holds: holds.iter().map(|one| (finding(one), false)).collect(), over: over.iter().map(finding).collect() }
}

#[test]
fn an_operator_reads_what_is_wrong_since_when_and_what_to_do() {
    let plan = sampled("2017-12-19T02:32:00Z".parse().unwrap());
    insta::assert_snapshot!("alarm", text(&plan, Language::Zh));
    insta::assert_snapshot!("alarm_en", text(&plan, Language::En));
}

#[test]
fn what_is_over_is_told_as_such() {
    let over = plan(&[], &[Condition::MailboxSilent { mailbox: "main".into(), why: String::new() }]);
    insta::assert_snapshot!("over", text(&over, Language::Zh));
    insta::assert_snapshot!("over_en", text(&over, Language::En));
}

#[test]
fn every_condition_has_words_in_both_languages() {
    let all = [
        Condition::NotRunning { stopped: false },
        Condition::StoreSilent { why: "database is locked".into() },
        Condition::Stalled { part: "fetch main".into() },
        Condition::MailboxSilent { mailbox: "main".into(), why: "connection refused".into() },
        Condition::LoginRefused { place: "transport main".into(), account: "a@b.example".into(), why: "535".into() },
        Condition::MessagesFailed { count: 2 },
        Condition::MessagesWait { why: "clamd at /run/clamd does not answer".into() },
        Condition::MessagesLeft { mailbox: "main".into(), count: 2, why: "INBOX uid 4: NO".into() },
        Condition::OutboxStuck { transport: "main".into(), count: 2, why: String::new() },
        Condition::DiskLow { free: 300 << 20, least: 1 << 30 },
        Condition::BackupOld { why: "the disk is full".into() },
        Condition::ReadersBreak { count: 20 },
    ];
    assert_eq!(all.each_ref().map(Condition::kind), Condition::KINDS);
    insta::assert_snapshot!("conditions", text(&plan(&all, &[]), Language::Zh));
    insta::assert_snapshot!("conditions_en", text(&plan(&all, &[]), Language::En));
}

#[test]
fn what_a_server_says_breaks_neither_subject_nor_page() {
    let why = "no\r\nBcc: victim@other.example\r\n\r\n<img src=x>".to_owned();
    let hostile = plan(&[Condition::LoginRefused { place: "mailbox main".into(), account: "a".into(), why }], &[]);
    let text = text(&hostile, Language::Zh);
    assert!(!text.lines().any(|line| line.starts_with("Bcc")), "{text}");
}
