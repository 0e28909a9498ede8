//! Infected mail: what a real clamd finds is never opened, and waits for an operator.

use std::cell::Cell;
use std::io::{Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::{Office, configuration, form_from};
use crate::support::clamd::{Clamd, MOST, NAME, SIGN};
use crate::support::daemon::Postroom;
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

/// Viruses write under addresses that they found, and from machines that answer by themselves.
#[test]
fn nobody_is_told_to_whom_no_answer_may_go() {
    let clamd = Clamd::start();
    for (senders, before) in [
        ("", FAIL),
        ("deny = [\"firm.example\"]", PASS),
        ("", "Auto-Submitted: auto-replied"),
        ("", "List-Id: <all.firm.example>"),
    ] {
        let table = format!("[virus_scan]\nclamd = \"{}\"\n", clamd.socket().display());
        let office = Office::with(&table, senders).invited(&[&format!("{COMPANY},{LI}")]);
        office.brings(&[format!("{before}\r\n").as_bytes(), &infected(LI)].concat());
        office.postroom.until(STATES, &["1|quarantined|"]);
        assert!(office.postroom.rows("SELECT id FROM notice").is_empty(), "{senders} {before}");
    }
}

/// The notice says that there may be a virus: of a mail that nobody looked at, nobody knows.
#[test]
fn the_sender_of_a_mail_that_was_not_scanned_is_not_told_of_a_virus() {
    let clamd = Clamd::start();
    let office = office(&clamd, "").invited(&[&format!("{COMPANY},{LI}")]);
    let letter = Letter::new(LI).file("图.bin", vec![b'x'; MOST * 2]);
    office.brings(&[format!("{PASS}\r\n").as_bytes(), &letter.bytes()].concat());
    office.postroom.until(STATES, &["1|quarantined|"]);
    assert!(office.postroom.rows("SELECT id FROM notice").is_empty());
    assert!(office.postroom.say(&["held"]).contains("not scanned"));
}

#[test]
fn a_sender_is_told_by_the_address_that_it_wrote_to() {
    let clamd = Clamd::start();
    let second = "[[mailbox]]\nname = \"second\"\nkind = \"maildir\"\npath = \"second\"\npoll = \"100ms\"\nreply_by = \"other\"\n\
                  [[transport]]\nname = \"other\"\nkind = \"folder\"\npath = \"other\"\nfrom = \"second@collect.example\"\n";
    let table = format!("{second}[virus_scan]\nclamd = \"{}\"\n", clamd.socket().display());
    let mut office = Office { postroom: Postroom::new(&configuration("", &table, "")), mails: Cell::new(0) };
    for part in ["mails/new", "mails/cur", "mails/tmp", "second/new", "second/cur", "second/tmp"] {
        std::fs::create_dir_all(office.postroom.home().join(part)).unwrap();
    }
    office.postroom.run();
    let office = office.invited(&[&format!("{COMPANY},{LI}")]);
    let second = office.postroom.home().join("second");
    std::fs::write(second.join("tmp/1.a.b"), infected(LI)).unwrap();
    std::fs::rename(second.join("tmp/1.a.b"), second.join("new/1.a.b")).unwrap();
    office.postroom.wait(&["sent", LI]);
    assert_eq!(office.postroom.rows("SELECT kind, transport FROM notice"), ["infected|other"]);
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
    let postroom = Postroom::new("[virus_scan]\nclamd = \"scan.example:3310\"\n");
    let output = postroom.command(&["check"]);
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && error.contains("is no clamd of this machine"), "{error}");
}

/// What comes over a clamd that fails.
const POISON: &str = "POSTROOM-TEST-POISON";

/// How a clamd fails at a mail.
#[derive(Clone, Copy, PartialEq)]
enum Failing {
    /// It never answers.
    Hangs,
    /// It hangs up, and is there again at once.
    HangsUp,
    /// It ends, and is started again.
    Ends,
}

/// A clamd that finds every mail clean, and fails at one.
fn failing(socket: PathBuf, failing: Failing) {
    let hanging: Arc<Mutex<Vec<UnixStream>>> = Arc::default();
    std::thread::spawn(move || {
        loop {
            let listener = UnixListener::bind(&socket).unwrap();
            for connection in listener.incoming().map_while(Result::ok) {
                if !answers(connection, failing, &hanging) {
                    break;
                }
            }
            drop(listener);
            std::fs::remove_file(&socket).unwrap();
            std::thread::sleep(std::time::Duration::from_secs(1));
        }
    });
}

/// Answers one connection; whether the clamd lives on.
fn answers(mut connection: UnixStream, failing: Failing, hanging: &Mutex<Vec<UnixStream>>) -> bool {
    let (mut said, mut piece) = (Vec::new(), [0_u8; 4096]);
    while !said.starts_with(b"zVERSION\0") && !said.ends_with(&[0; 4]) {
        match connection.read(&mut piece) {
            Ok(length) if length > 0 => said.extend_from_slice(&piece[..length]),
            _ => return true,
        }
    }
    if said.windows(POISON.len()).any(|part| part == POISON.as_bytes()) {
        if failing == Failing::Hangs {
            hanging.lock().unwrap().push(connection);
        }
        return failing != Failing::Ends;
    }
    let answer: &[u8] = if said.starts_with(b"zVERSION") { b"ClamAV test\0" } else { b"stream: OK\0" };
    connection.write_all(answer).is_ok()
}

fn lies(folder: &Path, number: usize, mail: &[u8]) {
    std::fs::write(folder.join(format!("mails/new/{number:04}.a.b")), mail).unwrap();
}

/// One mail that clamd cannot take keeps nobody from being answered.
#[test]
fn a_mail_that_clamd_fails_at_is_put_aside_and_the_others_go_on() {
    for (way, failing_so) in [("hangs", Failing::Hangs), ("hangs up", Failing::HangsUp), ("ends", Failing::Ends)] {
        let clamd = tempfile::tempdir().unwrap();
        let socket = clamd.path().join("clamd.ctl");
        let table = format!("[virus_scan]\nclamd = \"{}\"\ntime = \"1s\"\n", socket.display());
        let mut office = Office::with(&table, "");
        office.postroom.patience = std::time::Duration::from_secs(120);
        office.postroom.stop();
        let bad = [format!("X-Test: {POISON}\r\n").as_bytes(), &form_from(LI, COMPANY, &[PASS])].concat();
        lies(office.postroom.home(), 1, &bad);
        lies(office.postroom.home(), 2, &form_from("wang@sail.example", "某市云帆软件有限公司", &[PASS]));
        failing(socket, failing_so);
        office.postroom.run();
        office.postroom.wait(&["sent", "wang@sail.example"]);
        office.postroom.wait(&["quarantined", "clamd answers, and fails at this mail"]);
        let states = [format!("{LI}|quarantined"), "wang@sail.example|read".to_owned()];
        let wanted: Vec<&str> = states.iter().map(String::as_str).collect();
        office.postroom.until("SELECT sender, state FROM message ORDER BY sender", &wanted);
        assert!(office.postroom.say(&["held"]).contains("not scanned"), "{way}");
    }
}
