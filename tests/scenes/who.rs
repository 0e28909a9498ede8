//! Whose return is it, and whose word counts: the roster, and what an operator says.

use super::client::{Client, says};
use super::programs::{Program, enterprise};
use super::stage::Stage;

const NAME: &str = "岭泽市禾塘区青松机器人有限公司";

fn form(name: &str, revenue: &str) -> Vec<u8> {
    Program::Docx.fill_in_form("docx", &enterprise(0, name, revenue))
}

/// Whoever is first counts as long as nobody else has answered; the roster's own address takes its place.
#[test]
fn the_address_on_the_roster_takes_the_place_of_a_stranger() {
    let stage = Stage::open();
    stage.invited(&[&format!("{NAME},zhang@firm.example")]);
    let zhang = stage.person("张颖 <zhang@firm.example>", Client::Outlook);
    let stranger = stage.person("陈先生 <chen@agency.example>", Client::NetEase);
    stranger.writes("调查表", says("请查收").with("调查表.docx", &form(NAME, "9800万元")));
    stranger.receives("receipt");

    zhang.writes("调查表", says("请查收").with("调查表.docx", &form(NAME, "2600万元")));
    let receipt = zhang.receives("receipt");
    assert!(!receipt.text().contains("9800"), "{}", receipt.text());
    assert_eq!(stage.table(), [format!("{NAME}|complete|2600万元")]);

    stranger.writes("调查表", says("更新").with("调查表.docx", &form(NAME, "9900万元")));
    let told = stranger.receives("receipt");
    assert!(told.text().contains("待核实") && !told.text().contains("2600"), "{}", told.text());
    assert_eq!(stage.table(), [format!("{NAME}|complete|2600万元")]);
    assert_eq!(stage.progress(NAME), "returned");
}

#[test]
fn a_colleague_at_the_rosters_domain_counts() {
    let stage = Stage::open();
    stage.invited(&[&format!("{NAME},zhang@firm.example")]);
    let colleague = stage.person("何琳 <he@firm.example>", Client::Foxmail);
    colleague.writes("调查表", says("请查收").with("调查表.docx", &form(NAME, "2600万元")));
    colleague.receives("receipt");
    assert_eq!(stage.table(), [format!("{NAME}|complete|2600万元")]);
}

#[test]
fn a_short_name_is_settled_once_by_an_operator_and_remembered() {
    let stage = Stage::open();
    stage.invited(&[&format!("{NAME},zhang@firm.example"), "岭泽市云帆软件有限公司,yun@sail.example"]);
    let agent = stage.person("陈会计 <chen@agency.example>", Client::Qq);
    let short = "青松机器人公司";
    agent.writes("调查表", says("代报").with("调查表.docx", &form(short, "2600万元")));
    stage.settle(1);
    let held = stage.postroom.json(&["held"]);
    assert!(held[0].to_string().contains(NAME), "the candidates: {held:?}");
    let number = stage.postroom.rows(&format!("SELECT id FROM respondent WHERE name = '{NAME}'"));
    stage.postroom.say(&["release", "m1", "--respondent", &number[0]]);
    agent.receives("receipt");
    assert_eq!(stage.progress(NAME), "returned");

    agent.writes("调查表更新", says("更新").with("调查表.docx", &form(short, "2700万元")));
    agent.receives("receipt");
    assert!(stage.postroom.json(&["held"]).is_empty(), "nobody is asked again");
    assert!(stage.table()[0].ends_with("|complete|2700万元"), "{:?}", stage.table());
}
