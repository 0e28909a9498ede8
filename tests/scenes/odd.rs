//! What is true but odd: a figure far from last year's, or from the size of the enterprise.

use super::client::{Client, says};
use super::programs::{Program, enterprise};
use super::stage::{Notice, Person, Stage, survey_due_in};

const NAME: &str = "岭泽市禾塘区晚霞智能装备有限公司";

fn form(revenue: &str) -> Vec<u8> {
    Program::Docx.fill_in_form("docx", &enterprise(0, NAME, revenue))
}

fn sends(person: &Person, revenue: &str) {
    person.writes("人工智能产业调查表", says("您好，附件为我司调查表，请查收。").with("调查表.docx", &form(revenue)));
}

/// The lines that ask whether a figure is right.
fn questions(notice: &Notice) -> Vec<String> {
    let text = notice.text();
    text.lines().filter(|line| line.contains("如确实如此")).map(str::to_owned).collect()
}

/// This year's survey, its revenue compared with what these lines say.
fn comparing(lines: &str) -> String {
    survey_due_in(21).replace("key = \"revenue\"\n", &format!("key = \"revenue\"\n{lines}\n"))
}

/// Last year this office collected 120万元 of the enterprise.
fn a_year_later(person: &str) -> (Stage, Person) {
    let mut stage = Stage::of(&survey_due_in(21).replace("ai-industry-2017", "ai-industry-2016"));
    let zhang = stage.person(person, Client::Qq);
    sends(&zhang, "120万元");
    zhang.receives("receipt");
    stage.turns_to(&comparing("previous = { survey = \"ai-industry-2016\", item = \"revenue\" }"));
    (stage, zhang)
}

#[test]
fn ten_times_last_years_figure_is_true_once_its_sender_says_so() {
    let (stage, zhang) = a_year_later("张颖 <zhang@firm.example>");
    sends(&zhang, "1200万元");
    let asked = zhang.receives("receipt");
    let [question] = questions(&asked).try_into().expect("one question");
    assert!(question.starts_with("营业收入为1200万元，与上期所报的120万元相差较大（约10倍）。"), "{question}");
    zhang.answers(&asked, says("情况属实，因为新增产线"));
    let receipt = zhang.receives("receipt");
    assert!(receipt.text().contains("已按“情况属实”登记"), "{}", receipt.text());
    assert_eq!(stage.table(), [format!("{NAME}|complete|1200万元")]);
    let reason = stage.postroom.rows("SELECT act, words FROM amendment");
    assert!(reason.len() == 1 && reason[0].starts_with("confirms|") && reason[0].contains("新增产线"), "{reason:?}");

    // The table once more, with another name of its file and the same figure.
    zhang.writes("调查表（盖章版）", says("补发盖章版，请查收。").with("调查表-盖章.docx", &form("1,200万元")));
    let again = zhang.receives("receipt");
    assert_eq!(questions(&again), [""; 0], "{}", again.text());
}

#[test]
fn a_slip_that_shows_beside_last_years_figure_is_mended_in_one_line() {
    let (stage, zhang) = a_year_later("张颖 <zhang@firm.example>");
    sends(&zhang, "1200万元");
    let asked = zhang.receives("receipt");
    assert_eq!(questions(&asked).len(), 1);
    zhang.answers(&asked, says("营业收入：125万元"));
    let receipt = zhang.receives("receipt");
    assert!(receipt.text().contains("1200万元 → 125万元"), "{}", receipt.text());
    assert_eq!(questions(&receipt), [""; 0]);
    assert_eq!(stage.table(), [format!("{NAME}|complete|125万元")]);
    assert_eq!(stage.postroom.rows("SELECT act FROM amendment"), ["amends"]);
}

#[test]
fn who_never_sent_last_years_figure_learns_nothing_of_it() {
    let (stage, _) = a_year_later("张颖 <zhang@firm.example>");
    let stranger = stage.person("陈先生 <chen@agency.example>", Client::NetEase);
    sends(&stranger, "1200万元");
    let receipt = stranger.receives("receipt");
    assert_eq!(questions(&receipt), [""; 0]);
    assert!(!receipt.text().contains("上期") && !receipt.text().contains("120万元"), "{}", receipt.text());
    let number = stage.postroom.rows("SELECT max(id) FROM return_version").remove(0);
    let shown = stage.postroom.say(&["show", &format!("r{number}")]);
    assert!(shown.contains("unlike_before") && shown.contains("1200000 CNY") && shown.contains("not asked"), "{shown}");
}

#[test]
fn the_size_on_the_roster_makes_a_figure_odd_and_the_roster_is_quoted_to_nobody() {
    let stage = Stage::of(&comparing(
        "size = { roster = \"规模\", classes = { \"微型\" = \"300万元以下\", \"小型\" = \"300万元-2000万元\" } }",
    ));
    let csv = format!("\u{feff}企业名称,邮箱,规模\r\n{NAME},zhang@firm.example,小型\r\n岭泽市样本厂,,特大\r\n");
    std::fs::write(stage.postroom.home().join("roster.csv"), csv).unwrap();
    let output = stage.postroom.command(&["roster", "import", "roster.csv"]);
    let words = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && words.contains("row 3: `特大` under 规模"), "{words}");
    let colleague = stage.person("何琳 <he@firm.example>", Client::Outlook);
    sends(&colleague, "12亿元");
    let asked = colleague.receives("receipt");
    let [question] = questions(&asked).try_into().expect("one question");
    assert!(question.starts_with("营业收入为12亿元，与同等规模企业的通常水平相差较大。"), "{question}");
    colleague.answers(&asked, says("情况属实"));
    assert_eq!(questions(&colleague.receives("receipt")), [""; 0]);
    let open = "SELECT count(*) FROM issue JOIN return_version ON return_version.id = version
                WHERE code = 'unlike_size' AND standing = 'complete'";
    assert_eq!(stage.postroom.rows(open), ["0"]);
}

/// What is missing and what is odd come in one mail, and are settled each by a line.
#[test]
fn a_correction_asks_about_the_odd_figure_as_well() {
    let (stage, zhang) = a_year_later("张颖 <zhang@firm.example>");
    let mut entries = enterprise(0, NAME, "1200万元");
    entries.retain(|(_, label, _)| *label != "攻关方向");
    let form = Program::Docx.fill_in_form("docx", &entries);
    zhang.writes("人工智能产业调查表", says("请查收").with("调查表.docx", &form));
    let correction = zhang.receives("correction");
    let [question] = questions(&correction).try_into().expect("one question");
    assert!(question.starts_with("另请核实：营业收入为1200万元，与上期所报的120万元相差较大"), "{question}");
    zhang.answers(&correction, says("情况属实"));
    assert_eq!(questions(&zhang.receives("correction")), [""; 0]);
    zhang.answers(&correction, says("攻关方向：三维视觉"));
    let receipt = zhang.receives("receipt");
    assert_eq!(questions(&receipt), [""; 0], "{}", receipt.text());
    assert_eq!(stage.table(), [format!("{NAME}|complete|1200万元")]);
}
