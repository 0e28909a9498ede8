//! Two senders answer for one enterprise.

use super::client::{Client, says};
use super::programs::{Program, enterprise};
use super::stage::Stage;

const NAME: &str = "岭泽市禾塘区青松机器人有限公司";

#[test]
fn a_strangers_version_counts_only_when_an_operator_says_so() {
    let stage = Stage::open();
    let zhang = stage.person("张颖 <zhang@firm.example>", Client::Outlook);
    let stranger = stage.person("陈先生 <chen@agency.example>", Client::Qq);
    let form = |revenue| Program::Docx.fill_in_form("docx", &enterprise(0, NAME, revenue));
    zhang.writes("调查表", says("请查收").with("调查表.docx", &form("2600万元")));
    zhang.receives("receipt");

    stranger.writes("调查表", says("请查收").with("调查表.docx", &form("9800万元")));
    let told = stranger.receives("receipt");
    assert!(told.text().contains(NAME) && told.text().contains("待核实"), "{}", told.text());
    assert!(!told.text().contains("2600"), "another's answer is not shown: {}", told.text());
    assert_eq!(stage.table(), [format!("{NAME}|complete|2600万元")]);

    let contested = stage.postroom.rows("SELECT 'r' || id FROM return_version WHERE standing = 'contested'");
    stage.postroom.say(&["release", &contested[0]]);
    let sql = "SELECT revenue FROM survey_ai_industry_2017";
    stage.postroom.until(sql, &["9800万元"]);
    let standings = "SELECT number, standing FROM return_version ORDER BY number";
    assert_eq!(stage.postroom.rows(standings), ["1|superseded", "2|complete"]);
}
