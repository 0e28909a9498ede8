//! Whose return is it, and whose word counts: the roster, and what an operator says.

use super::client::{Client, says};
use super::programs::{Program, enterprise};
use super::stage::Stage;

const NAME: &str = "岭泽市禾塘区青松机器人有限公司";

fn form(name: &str, revenue: &str) -> Vec<u8> {
    Program::Docx.fill_in_form("docx", &enterprise(0, name, revenue))
}

#[test]
fn a_stranger_who_is_first_counts_for_nothing_where_the_roster_names_another_address() {
    let stage = Stage::open();
    stage.invited(&[&format!("{NAME},zhang@firm.example")]);
    let zhang = stage.person("张颖 <zhang@firm.example>", Client::Outlook);
    let stranger = stage.person("陈先生 <chen@agency.example>", Client::NetEase);
    stranger.writes("调查表", says("请查收").with("调查表.docx", &form(NAME, "9800万元")));
    let told = stranger.receives("receipt");
    assert!(told.text().contains("待核实"), "{}", told.text());
    assert!(stage.table().is_empty(), "{:?}", stage.table());
    assert_eq!(stage.progress(NAME), "started");

    zhang.writes("调查表", says("请查收").with("调查表.docx", &form(NAME, "2600万元")));
    let receipt = zhang.receives("receipt");
    assert!(!receipt.text().contains("9800"), "{}", receipt.text());
    assert_eq!(stage.table(), [format!("{NAME}|complete|2600万元")]);

    assert_eq!(stage.progress(NAME), "returned");
}

/// An accountant whom the roster does not name is let through once, by one command for its whole table.
#[test]
fn an_accountants_whole_list_is_released_by_one_command_and_its_next_one_counts() {
    let stage = Stage::open();
    let names = ["岭泽市云帆软件有限公司", NAME];
    stage.invited(&[&format!("{},yun@sail.example", names[0]), &format!("{},zhang@firm.example", names[1])]);
    let agent = stage.person("陈会计 <chen@agency.example>", Client::Foxmail);
    let list = |revenue: &str| {
        let rows = names.iter().enumerate().flat_map(|(row, name)| enterprise(row, name, revenue));
        Program::Docx.fill_in_form("docx", &rows.collect::<Vec<_>>())
    };
    agent.writes("代报", says("请查收").with("汇总.docx", &list("2600万元")));
    agent.receives("receipt");
    assert!(stage.table().is_empty(), "{:?}", stage.table());
    stage.postroom.say(&["release", "m1"]);
    assert_eq!(stage.table(), names.map(|name| format!("{name}|complete|2600万元")));
    agent.writes("代报更新", says("请查收").with("汇总.docx", &list("2700万元")));
    agent.receives("receipt");
    assert_eq!(stage.table(), names.map(|name| format!("{name}|complete|2700万元")));
    assert!(stage.postroom.json(&["held"]).is_empty(), "nobody is asked again");
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
