//! Two senders answer for one enterprise.

use super::client::{Client, says};
use super::programs::{Program, enterprise};
use super::stage::{Person, Stage};

const NAME: &str = "岭泽市禾塘区青松机器人有限公司";

fn form(revenue: &str) -> Vec<u8> {
    Program::Docx.fill_in_form("docx", &enterprise(0, NAME, revenue))
}

/// An enterprise has answered, and a stranger does so too: both are told, and neither what the other reported.
fn disputed() -> (Stage, Person, Person) {
    let stage = Stage::open();
    let zhang = stage.person("张颖 <zhang@firm.example>", Client::Outlook);
    let stranger = stage.person("陈先生 <chen@agency.example>", Client::Qq);
    zhang.writes("调查表", says("请查收").with("调查表.docx", &form("2600万元")));
    let receipt = zhang.receives("receipt");

    stranger.writes("调查表", says("请查收").with("调查表.docx", &form("9800万元")));
    let waits = stranger.receives("receipt");
    assert!(waits.text().contains(NAME) && waits.text().contains("待核实"), "{}", waits.text());
    assert!(!waits.text().contains("2600"), "another's answer is not shown: {}", waits.text());
    let told = zhang.receives("dispute");
    assert_eq!(told.token(), receipt.token(), "in the thread of the answer");
    assert!(told.text().contains(NAME) && told.text().contains("另有邮箱"), "{}", told.text());
    assert!(!told.text().contains("9800") && !told.text().contains("agency"), "{}", told.text());
    assert_eq!(stage.table(), [format!("{NAME}|complete|2600万元")]);
    (stage, zhang, stranger)
}

/// The number of the return that waits for a word.
fn contested(stage: &Stage) -> String {
    stage.postroom.rows("SELECT 'r' || id FROM return_version WHERE standing = 'contested'").remove(0)
}

#[test]
fn a_strangers_version_counts_when_an_operator_says_so_and_its_sender_is_trusted_from_then_on() {
    let (stage, zhang, stranger) = disputed();
    stage.postroom.say(&["release", &contested(&stage)]);
    assert_eq!(stage.table(), [format!("{NAME}|complete|9800万元")]);
    let standings = "SELECT number, standing FROM return_version ORDER BY number";
    assert_eq!(stage.postroom.rows(standings), ["1|superseded", "2|complete"]);

    stranger.writes("调查表更新", says("更新").with("调查表.docx", &form("9900万元")));
    let receipt = stranger.receives("receipt");
    assert!(receipt.text().contains("9900") && !receipt.text().contains("待核实"), "{}", receipt.text());
    assert_eq!(stage.table(), [format!("{NAME}|complete|9900万元")]);
    stage.settle(3);
    assert_eq!(stage.notices_to(&zhang), ["receipt", "dispute"], "the operator's word itself is no mail");
}

#[test]
fn a_strangers_version_that_an_operator_puts_aside_stays_without_effect_and_so_does_the_next() {
    let (stage, zhang, stranger) = disputed();
    stage.postroom.say(&["discard", &contested(&stage)]);
    assert!(stage.postroom.json(&["held"]).is_empty());

    stranger.writes("调查表更新", says("更新").with("调查表.docx", &form("9900万元")));
    let waits = stranger.receives("receipt");
    assert!(waits.text().contains("待核实"), "{}", waits.text());
    assert_eq!(stage.table(), [format!("{NAME}|complete|2600万元")]);
    stage.settle(3);
    assert_eq!(stage.notices_to(&zhang), ["receipt", "dispute"], "told once a day");
}
