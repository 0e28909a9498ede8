//! Infected mail: what a real clamd finds is never opened, and waits for an operator.

use super::{Office, form_from};
use crate::support::clamd::{Clamd, MOST, NAME, SIGN};
use crate::support::letter::{Letter, form, words};

const COMPANY: &str = "某市青松机器人有限公司";
const PASS: &str = "Authentication-Results: mx.collect.example; dmarc=pass";
const FAIL: &str = "Authentication-Results: mx.collect.example; dmarc=fail";
const LI: &str = "li@firm.example";
const STATES: &str = "SELECT id, state, coalesce(disposition, '') FROM message ORDER BY id";
const TABLE: &str = "SELECT respondent, state FROM survey_ai_industry_2017 ORDER BY 1";

fn office(clamd: &Clamd, further: &str) -> Office {
    let table = format!("[virus_scan]\nclamd = \"{}\"\n{further}\n", clamd.socket().display());
    Office::with(&table, "")
}

/// A filled-in form with what the scanner knows beside it, encoded as attachments are.
fn infected(from: &str) -> Vec<u8> {
    let letter =
        Letter::with_form(from, COMPANY, "300万元").file("发票.exe", format!("MZ {SIGN} {}", "x".repeat(99)).into());
    [format!("{PASS}\r\n").as_bytes(), &letter.bytes()].concat()
}

#[test]
fn an_infected_mail_is_kept_and_never_opened() {
    let clamd = Clamd::start();
    let office = office(&clamd, "");
    office.brings(&infected(LI));
    office.postroom.until(STATES, &["1|quarantined|"]);
    office.postroom.wait(&["m1 quarantined", NAME]);
    assert!(office.postroom.rows("SELECT id FROM attachment").is_empty(), "nobody looked what is in it");
    assert!(office.postroom.rows("SELECT id FROM notice").is_empty(), "a stranger is not told");
    assert!(office.postroom.say(&["held"]).contains(NAME));
    assert!(office.postroom.say(&["show", "m1"]).contains(NAME));
    assert!(office.postroom.say(&["status"]).contains("quarantined, not opened"));
    assert_eq!(office.postroom.json(&["status"])[0]["quarantined"], 1);
    // Nothing that reads the archive again opens it.
    office.postroom.say(&["replay", "--apply"]);
    assert_eq!(office.postroom.rows(STATES), ["1|quarantined|"]);
    // Others go their way.
    office.brings(&form_from("wang@sail.example", "某市云帆软件有限公司", &[PASS]));
    office.postroom.wait(&["sent", "wang@sail.example"]);
}

#[test]
fn an_operator_lets_a_mail_be_read_or_puts_it_aside() {
    let clamd = Clamd::start();
    let office = office(&clamd, "");
    office.brings(&infected(LI));
    office.brings(&infected("wang@firm.example"));
    office.postroom.until(STATES, &["1|quarantined|", "2|quarantined|"]);
    office.postroom.say(&["release", "m1"]);
    office.postroom.until(TABLE, &[&format!("{COMPANY}|complete")]);
    office.postroom.say(&["discard", "m2"]);
    assert!(office.postroom.json(&["held"]).is_empty());
    assert!(!office.postroom.command(&["discard", "m2"]).status.success(), "once is enough");
    assert_eq!(office.postroom.rows(STATES)[1], "2|quarantined|");
}

/// The word on a virus is none on a forged sender.
#[test]
fn what_is_let_out_of_quarantine_is_still_held_for_another_reason() {
    let clamd = Clamd::start();
    let office = office(&clamd, "");
    office.brings(&[format!("{FAIL}\r\n").as_bytes(), &infected(LI)].concat());
    office.postroom.until(STATES, &["1|quarantined|"]);
    office.postroom.say(&["release", "m1"]);
    office.postroom.until(STATES, &["1|read|held"]);
    assert!(office.postroom.say(&["held"]).contains("dmarc=fail"));
}

#[test]
fn a_sender_on_the_roster_is_told_once_a_day_and_learns_no_name() {
    let clamd = Clamd::start();
    let office = office(&clamd, "").invited(&[&format!("{COMPANY},{LI}")]);
    office.brings(&infected(LI));
    office.postroom.wait(&["sent", LI]);
    office.brings(&[&infected(LI)[..], b"\r\n"].concat());
    office.postroom.until(STATES, &["1|quarantined|", "2|quarantined|"]);
    assert_eq!(office.postroom.rows("SELECT kind, recipient FROM notice"), [format!("infected|{LI}")]);
    let file = std::fs::read_dir(office.postroom.home().join("replies")).unwrap().next().unwrap().unwrap().path();
    let (subject, text) = words(&std::fs::read(file).unwrap());
    assert!(
        subject.starts_with("来信未能打开") && text.contains("未予打开") && text.contains("杀毒"),
        "{subject} {text}"
    );
    assert!(!text.contains("Postroom.Test"), "{text}");
}

#[test]
fn where_configuration_says_so_nobody_is_told() {
    let clamd = Clamd::start();
    let office = office(&clamd, "tell_sender = false").invited(&[&format!("{COMPANY},{LI}")]);
    office.brings(&infected(LI));
    office.postroom.until(STATES, &["1|quarantined|"]);
    assert!(office.postroom.rows("SELECT id FROM notice").is_empty());
}

#[test]
fn mail_waits_while_clamd_is_down_and_goes_on_by_itself() {
    let mut clamd = Clamd::new();
    let mut office = office(&clamd, "");
    office.postroom.patience = std::time::Duration::from_secs(90);
    office.brings(&form_from(LI, COMPANY, &[PASS]));
    office.postroom.wait(&["ERROR", "clamd at", "nothing is opened unscanned"]);
    assert_eq!(office.postroom.rows(STATES), ["1|kept|"]);
    let output = office.postroom.command(&["check", "--connect"]);
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(!output.status.success() && said.contains("virus scan: FAILED"), "{said}");
    clamd.run();
    assert!(office.postroom.say(&["check", "--connect"]).contains("virus scan: ClamAV"));
    office.postroom.wait(&["sent", LI]);
}

#[test]
fn where_configuration_says_so_mail_is_read_while_clamd_is_down() {
    let clamd = Clamd::new();
    let office = office(&clamd, "down = \"read\"");
    office.brings(&form_from(LI, COMPANY, &[PASS]));
    office.postroom.wait(&["m1 not scanned"]);
    office.postroom.wait(&["sent", LI]);
}

/// What is larger than clamd takes was not looked at: it is not clean.
#[test]
fn a_mail_that_is_too_large_to_be_scanned_is_not_opened() {
    let large = || {
        let letter = Letter::new(LI).file("调查表.csv", form(COMPANY, "300万元")).file("图.bin", vec![b'x'; MOST * 2]);
        [format!("{PASS}\r\n").as_bytes(), &letter.bytes()].concat()
    };
    let clamd = Clamd::start();
    let strict = office(&clamd, "");
    strict.brings(&large());
    strict.postroom.until(STATES, &["1|quarantined|"]);
    strict.postroom.wait(&["m1 quarantined", "StreamMaxLength"]);
    let lenient = office(&clamd, "unscannable = \"read\"");
    lenient.brings(&large());
    lenient.postroom.wait(&["m1 not scanned", "StreamMaxLength"]);
    lenient.postroom.wait(&["sent", LI]);
}

#[test]
fn mails_are_handed_to_a_scanner_of_this_machine_only() {
    let postroom = crate::support::daemon::Postroom::new("[virus_scan]\nclamd = \"scan.example:3310\"\n");
    let output = postroom.command(&["check"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && error.contains("is no clamd of this machine"), "{error}");
}
