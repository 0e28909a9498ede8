//! What the office writes of its own accord: invitations, reminders, and what becomes of them when an answer comes.

use super::client::{Client, says};
use super::programs::{Entry, Program, enterprise};
use super::stage::Stage;

const PINE: &str = "岭泽市禾塘区青松机器人有限公司";
const SAIL: &str = "岭泽市云帆软件有限公司";
const LIGHT: &str = "岭泽市灯塔科技有限公司";

/// A reminder two days before the deadline and one on its day.
const CALENDAR: &str = "before = [2]\non_day = true\nmin_days = 1\nmost = 4";

fn form(names: &[&str]) -> Vec<u8> {
    let rows = names.iter().enumerate();
    let entries: Vec<Entry> = rows.flat_map(|(row, name)| enterprise(row, name, "2600万元")).collect();
    Program::Docx.fill_in_form("docx", &entries)
}

#[test]
fn who_is_invited_answers_in_the_thread_and_is_done() {
    let stage = Stage::campaign(CALENDAR);
    stage.invited(&[&format!("{PINE},zhang@firm.example")]);
    let zhang = stage.person("张颖 <zhang@firm.example>", Client::Outlook);
    stage.invites_all();
    let invitation = zhang.receives("invitation");
    assert!(invitation.text().contains(PINE), "{}", invitation.text());
    stage.settle(0);
    assert_eq!(stage.progress(PINE), "invited");

    let blank = invitation.file("docx").expect("the blank form goes with it");
    let filled = Program::Docx.fill_in(blank, "docx", &enterprise(0, PINE, "2600万元"));
    zhang.answers(&invitation, says("已填好，请查收。").with("调查表.docx", &filled));
    let receipt = zhang.receives("receipt");
    assert_eq!(receipt.token(), invitation.token(), "one thread");
    assert_eq!(stage.progress(PINE), "returned");
    assert_eq!(stage.table(), [format!("{PINE}|complete|2600万元")]);
}

#[test]
fn who_is_silent_is_reminded_in_the_thread_until_the_answer_comes() {
    let stage = Stage::campaign(CALENDAR);
    stage.invited(&[&format!("{PINE},zhang@firm.example"), &format!("{SAIL},li@sail.example")]);
    let zhang = stage.person("张颖 <zhang@firm.example>", Client::Foxmail);
    let li = stage.person("李雯 <li@sail.example>", Client::Qq);
    stage.invites_all();
    let invitation = zhang.receives("invitation");
    li.receives("invitation");
    stage.settle(0);

    stage.days_pass(5);
    stage.writes_letters();
    let reminder = zhang.receives("reminder");
    li.receives("reminder");
    assert_eq!(reminder.token(), invitation.token());
    assert_eq!(reminder.message.envelope.references, [invitation.message.envelope.message_id.clone().unwrap()]);
    assert!(reminder.text().contains("今天") && reminder.text().contains(PINE), "{}", reminder.text());

    zhang.answers(&reminder, says("抱歉，已补报。").with("调查表.docx", &form(&[PINE])));
    zhang.receives("receipt");
    stage.settle(1);
    // The reminder was that of two days before the deadline; today is its day.
    stage.days_pass(2);
    stage.writes_letters();
    li.receives("reminder");
    stage.settle(1);
    assert_eq!(stage.notices_to(&zhang), ["invitation", "reminder", "receipt"]);
    assert_eq!(stage.notices_to(&li), ["invitation", "reminder", "reminder"]);
    assert!(zhang.has_no_more());
}

#[test]
fn an_accountant_of_three_gets_one_letter_and_answers_in_one_table() {
    let stage = Stage::campaign(CALENDAR);
    let names = [PINE, SAIL, LIGHT];
    let lines = names.map(|name| format!("{name},service@ledger.example"));
    stage.invited(&lines.each_ref().map(String::as_str));
    let accountant = stage.person("陈会计 <service@ledger.example>", Client::NetEase);
    stage.invites_all();
    let invitation = accountant.receives("invitation");
    stage.settle(0);
    stage.days_pass(5);
    stage.writes_letters();
    let reminder = accountant.receives("reminder");
    for letter in [&invitation, &reminder] {
        assert!(names.iter().all(|name| letter.text().contains(name)), "{}", letter.text());
    }
    assert!(names.iter().all(|name| stage.progress(name) == "invited"));

    accountant.answers(&reminder, says("三家一并填报，请查收。").with("汇总.docx", &form(&names)));
    accountant.receives("receipt");
    stage.settle(1);
    assert!(names.iter().all(|name| stage.progress(name) == "returned"));
    assert_eq!(stage.notices_to(&accountant), ["invitation", "reminder", "receipt"]);
}

#[test]
fn a_reminder_that_waits_for_the_mail_server_is_overtaken_by_the_answer() {
    let stage = Stage::campaign(CALENDAR);
    stage.invited(&[&format!("{PINE},zhang@firm.example")]);
    let zhang = stage.person("张颖 <zhang@firm.example>", Client::Outlook);
    stage.invites_all();
    let invitation = zhang.receives("invitation");
    stage.settle(0);
    stage.days_pass(5);

    stage.mail_server_goes_down();
    stage.writes_letters();
    stage.postroom.wait(&["deferred", "zhang@firm.example"]);
    zhang.answers_over_another_server(&invitation, says("请查收。").with("调查表.docx", &form(&[PINE])));
    stage.postroom.until("SELECT state FROM message", &["read"]);
    stage.mail_server_comes_up();

    zhang.receives("receipt");
    stage.settle(1);
    let letters = stage.postroom.rows("SELECT kind, state FROM notice ORDER BY id");
    assert_eq!(letters, ["invitation|sent", "reminder|cancelled", "receipt|sent"]);
    assert_eq!(stage.postroom.count(&["cancelled", "nothing is missing"]), 1);
    assert!(zhang.has_no_more());
}
