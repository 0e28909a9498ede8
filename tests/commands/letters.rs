//! Inviting, reminding and entering, as an operator does it.

use super::outcome;
use crate::support::daemon::Postroom;
use crate::support::post::REPLIES;

const ROSTER: &str = "企业名称,邮箱,联系人,所属镇街\n\
    岭泽市示例甲有限公司,a@firm-a.example,张敏,东街\n\
    岭泽市示例乙有限公司,b@firm-b.example,,西街\n\
    岭泽市示例丙有限公司,,,西街\n";

/// An office that is open day and night but for weekends and holidays, with three respondents on its roster.
fn office() -> Postroom {
    let hours = "[follow_up]\nhours = \"00:00-24:00\"\nholidays = \"holidays.toml\"\n";
    let postroom = Postroom::new(&format!("{REPLIES}{hours}"));
    std::fs::write(postroom.home().join("holidays.toml"), "").unwrap();
    std::fs::write(postroom.home().join("roster.csv"), ROSTER).unwrap();
    postroom.say(&["roster", "import", "roster.csv"]);
    postroom
}

#[test]
fn an_operator_sees_who_would_be_invited_before_anybody_is() {
    let postroom = office();
    let (code, words) = outcome(&postroom, &["invite"]);
    assert!(code == 1 && words.contains("--all"), "{words}");
    let rehearsed = postroom.say(&["invite", "--all", "--dry-run"]);
    assert!(rehearsed.contains("2 would be written to") && rehearsed.contains("a@firm-a.example"), "{rehearsed}");
    assert!(rehearsed.contains("no address is known"), "{rehearsed}");
    let part = postroom.say(&["invite", "--tag", "所属镇街=东街", "--dry-run"]);
    assert!(part.contains("1 would be written to") && !part.contains("b@firm-b.example"), "{part}");
    assert_eq!(postroom.rows("SELECT count(*) FROM invitation_order"), ["0"]);
    assert!(postroom.say(&["remind", "--dry-run"]).contains("not invited yet"));

    let ordered = postroom.say(&["invite", "--all"]);
    assert!(ordered.contains("3 to be invited"), "{ordered}");
    assert!(postroom.say(&["invite", "--all"]).contains("0 to be invited; 3 were invited before"));
    let (code, words) = outcome(&postroom, &["invite", "--respondent", "99"]);
    assert!(code == 1 && words.contains("not on the roster"), "{words}");
}

#[test]
fn what_came_by_telephone_is_kept_read_and_answered_by_nobody() {
    let mut postroom = office();
    let lines = "企业名称：示例甲公司\n行业地位：省内前三\n核心技术：机器视觉\n主要产品：检测设备\n\
                 攻关方向：三维视觉\n营业收入：1200万元\n";
    std::fs::write(postroom.home().join("answers.txt"), lines).unwrap();
    let (code, words) = outcome(&postroom, &["enter", "无此公司", "answers.txt", "--source", "telephone"]);
    assert!(code == 1 && words.contains("nobody on the roster"), "{words}");
    let name = "岭泽市示例甲有限公司";
    let said = postroom.say(&["enter", name, "answers.txt", "--source", "telephone", "--note", "张女士来电"]);
    assert!(said.contains("m1 entered for"), "{said}");
    postroom.run();
    postroom.until("SELECT state, silence FROM message", &["read|entered by an operator"]);
    postroom.stop();
    let current = "SELECT respondent.key, return_version.standing FROM return_version
                   JOIN respondent ON respondent.id = return_version.respondent";
    let rows = postroom.rows(current);
    assert!(rows.len() == 1 && rows[0].starts_with("岭泽市示例甲"), "{rows:?}");
    assert_eq!(postroom.rows("SELECT count(*) FROM notice"), ["0"]);
    assert!(postroom.say(&["show", "m1"]).contains("entered by an operator"));
}
