//! Mending by a plain reply, above what the client quotes.

use super::client::{Client, Words, says};
use super::programs::{Program, enterprise};
use super::stage::{Notice, Person, Stage};

const NAME: &str = "岭泽市禾塘区荷叶伞视觉检测有限公司";

/// Somebody whose table was asked back for its unit.
fn asked_back(client: Client, address: &str) -> (Stage, Person, Notice) {
    let stage = Stage::open();
    let person = stage.person(&format!("张颖 <{address}>"), client);
    let table = Program::Docx.fill_in_form("docx", &enterprise(0, NAME, "1200"));
    person.writes("人工智能产业调查表", says("附件请查收。").with("调查表.docx", &table));
    let correction = person.receives("correction");
    (stage, person, correction)
}

/// A reply that mends it.
fn check(client: Client, address: &str, reply: Words) {
    let (stage, person, correction) = asked_back(client, address);
    person.answers(&correction, reply);
    let receipt = person.receives("receipt");
    assert!(receipt.text().contains("1200"), "what it was: {}", receipt.text());
    let row = "SELECT respondent, state, revenue_low, revenue_high FROM survey_ai_industry_2017";
    assert_eq!(stage.postroom.rows(row), [format!("{NAME}|complete|12000000|12000000")]);
    stage.settle(2);
    assert_eq!(stage.notices_to(&person), ["correction", "receipt"]);
    let versions = stage.postroom.rows("SELECT number, standing FROM return_version ORDER BY number");
    assert_eq!(versions, ["1|superseded", "2|complete"], "both versions are kept");
}

#[test]
fn label_and_answer_from_qq_mail() {
    check(Client::Qq, "10001@qq.example", says("您好，\n营业收入：1200万元\n谢谢！"));
}

#[test]
fn a_numbered_item_from_foxmail() {
    check(Client::Foxmail, "zhang@firm.example", says("第6项：1200万元"));
}

#[test]
fn the_unit_alone_from_163() {
    check(Client::NetEase, "zhang@163.example", says("单位是万元"));
}

#[test]
fn a_number_with_a_point_from_outlook() {
    check(Client::Outlook, "zhang@corp.example", says("6. 1,200 万"));
}

#[test]
fn a_line_from_a_phone_without_a_quote() {
    check(Client::Phone, "zhang@firm.example", says("营业收入：1200万元").without_quote());
}

#[test]
fn a_line_from_a_phone_above_the_quote() {
    check(Client::Phone, "zhang@firm.example", says("营业收入：1200万元"));
}

/// A stranger who has come by the thread mends nothing.
#[test]
fn a_strangers_reply_in_the_thread_mends_nothing() {
    let (stage, _, correction) = asked_back(Client::Qq, "10001@qq.example");
    let stranger = stage.person("陈先生 <chen@agency.example>", Client::Qq);
    stranger.answers(&correction, says("营业收入：9800万元"));
    stage.settle(2);
    assert_eq!(stage.table(), [format!("{NAME}|in_correction|1200")]);
}

#[test]
fn a_reply_that_cannot_be_understood_goes_to_a_person() {
    let (stage, person, correction) = asked_back(Client::Outlook, "zhang@corp.example");
    person.answers(&correction, says("收入这块财务还在核，具体口径想电话沟通一下。"));
    let handover = person.receives("handover");
    assert!(!handover.text().contains("1200万元"), "{}", handover.text());
    stage.settle(2);
    assert_eq!(stage.table(), [format!("{NAME}|in_correction|1200")]);
    assert!(stage.postroom.say(&["held"]).contains("m2"));
}
