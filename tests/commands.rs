//! Every command as its user types it.

mod areas;
mod configuration;
mod demo;
mod letters;
mod preview;
mod reading;
mod search;

use calamine::{Data, Reader, open_workbook_auto};

use crate::support::daemon::Postroom;
use crate::support::dovecot::PASSWORD;
use crate::support::letter::{corpus, sample};
use crate::support::post::{Post, REPLIES};

/// An installation that has read a few samples: two returns, a correction, an automatic reply, a held message.
fn furnished() -> Postroom {
    let mails = "[[mailbox]]\nname = \"m\"\nkind = \"maildir\"\npath = \"mails\"\n";
    let mut postroom = Postroom::new(&format!("answer_since = \"2010-01-01\"\n{mails}{REPLIES}"));
    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(postroom.home().join("mails").join(part)).unwrap();
    }
    for number in [1, 43, 21, 174, 189] {
        std::fs::write(postroom.home().join(format!("mails/new/{number:04}.a.b")), sample(number)).unwrap();
    }
    postroom.run();
    postroom.until("SELECT count(*) FROM message WHERE state = 'read'", &["5"]);
    postroom.until("SELECT state, count(*) FROM notice GROUP BY 1", &["sent|3"]);
    postroom.stop();
    postroom
}

/// Exit code and all words of a command.
fn outcome(postroom: &Postroom, arguments: &[&str]) -> (i32, String) {
    let output = postroom.command(arguments);
    let words = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), words.into_owned())
}

const WORD: &str = "岭泽市禾塘区荷叶伞视觉检测有限公司";

#[test]
fn listings_say_the_same_to_people_and_to_programs() {
    let postroom = furnished();
    let status = postroom.json(&["status"]).remove(0);
    assert_eq!((&status["messages"], &status["held"], &status["waiting"]), (&5.into(), &1.into(), &0.into()));
    assert!(postroom.say(&["status"]).contains("messages  5"));

    let returns = postroom.json(&["returns"]);
    let word = returns.iter().find(|one| one["respondent"] == WORD).unwrap();
    assert_eq!((&word["state"], &word["survey"]), (&"complete".into(), &"ai-industry-2017".into()));
    assert!(postroom.say(&["returns", "--survey", "ai-industry-2017"]).contains("in_correction"));
    let (code, words) = outcome(&postroom, &["returns", "--survey", "nothing"]);
    assert!(code == 1 && words.contains("nothing"), "{words}");

    let name = format!("r{}", word["id"]);
    let shown = postroom.json(&["show", &name]).remove(0);
    assert_eq!(shown["answers"].as_array().unwrap().len(), 6);
    assert!(postroom.say(&["show", &name]).contains("[= 12000000 CNY]"));
    assert_eq!(outcome(&postroom, &["show", "r999"]).0, 1);

    let held = postroom.json(&["held"]);
    assert_eq!(held.len(), 1);
    assert!(postroom.say(&["held"]).contains("postroom release"));
}

#[test]
fn a_figure_is_traced_to_the_bytes_it_was_read_from() {
    let postroom = furnished();
    let why = postroom.json(&["why", "荷叶伞", "revenue"]).remove(0);
    assert_eq!(why["answer"]["text"], "1200万元");
    let words = postroom.say(&["why", WORD, "revenue"]);
    assert!(words.contains(".docx") && words.contains("sha256") && words.contains("3287570000@qq.example"), "{words}");
    assert!(words.contains("in the column 「2017年营业收入(预估)」 (100%)"), "{words}");
    assert!(why["read_again"]["agrees"] == true && !words.contains("differently"), "{words}");
    assert_eq!(outcome(&postroom, &["why", "没有这家公司", "revenue"]).0, 1);
    assert_eq!(outcome(&postroom, &["why", WORD, "colour"]).0, 1);

    let message = format!("m{}", why["source"]["message"]);
    assert_eq!(postroom.command(&["raw", &message]).stdout, sample(1));
    let printed = postroom.say(&["files", &message, "--to", "originals"]);
    assert_eq!(printed.lines().count(), 2, "{printed}");
    let docx = printed.lines().find(|line| line.ends_with(".docx")).unwrap();
    let path = postroom.home().join(docx);
    let size = std::fs::metadata(&path).unwrap().len();
    assert!(words.contains(&format!("{size} bytes")), "{words}");
    let (code, words) = outcome(&postroom, &["files", &message, "--to", "originals"]);
    assert!(code == 1 && words.contains("--to"), "nothing is written over: {words}");
}

#[test]
fn the_originals_in_archives_and_forwarded_mails_come_back_whole() {
    use sha2::{Digest, Sha256};
    // Zip with GBK names and within a zip, 7z, forwarded mails, winmail.dat, RAR, a locked zip.
    let numbers = [123, 129, 130, 132, 134, 135, 148, 149];
    let mut postroom = Postroom::new("answer_since = \"2010-01-01\"\nnotices = \"off\"\n");
    for number in numbers {
        postroom.say(&["ingest", corpus(&format!("messages/{number:04}.eml")).to_str().unwrap()]);
    }
    postroom.run();
    postroom.until("SELECT count(*) FROM message WHERE state = 'read'", &[&numbers.len().to_string()]);
    postroom.stop();
    let mut nested = 0;
    for message in 1..=numbers.len() {
        let folder = format!("originals-{message}");
        let printed = postroom.say(&["files", &format!("m{message}"), "--to", &folder]);
        let hash = |path: &str| {
            let digest = Sha256::digest(std::fs::read(postroom.home().join(path)).unwrap());
            digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        let written: Vec<String> = printed.lines().map(hash).collect();
        let sql = format!("SELECT sha256, path FROM attachment WHERE message = {message} AND size > 0");
        let stored = postroom.rows(&sql);
        nested += stored.iter().filter(|row| row.contains('/')).count();
        for row in stored {
            assert!(written.contains(&row.split('|').next().unwrap().to_owned()), "{row} is not among:\n{printed}");
        }
    }
    assert!(nested >= numbers.len(), "{nested} files within others");
    let words = String::from_utf8_lossy(&postroom.command(&["files", "m8", "--to", "again"]).stderr).into_owned();
    assert!(words.contains("it asks for a password"), "{words}");
}

#[test]
fn an_export_holds_what_the_database_holds() {
    let postroom = furnished();
    postroom.say(&["export", "returns.csv"]);
    let csv = std::fs::read_to_string(postroom.home().join("returns.csv")).unwrap();
    assert!(csv.starts_with('\u{feff}') && csv.contains("企业(平台)名称") && csv.contains(WORD), "{csv}");
    let rows: usize = postroom.rows("SELECT count(*) FROM survey_ai_industry_2017")[0].parse().unwrap();
    assert_eq!(rows, 3);

    postroom.say(&["export", "returns.xlsx"]);
    let mut book = open_workbook_auto(postroom.home().join("returns.xlsx")).unwrap();
    let sheet = book.worksheet_range_at(0).unwrap().unwrap();
    let row = sheet.rows().find(|row| row[0] == Data::String(WORD.into())).expect("a row of the respondent");
    assert!(row.contains(&Data::Float(12_000_000.0)) && row.contains(&Data::String("1200万元".into())), "{row:?}");
    let (code, words) = outcome(&postroom, &["export", "returns.xlsx"]);
    assert!(code == 1 && words.contains("--force"), "{words}");
    postroom.say(&["export", "returns.xlsx", "--force"]);
    assert_eq!(outcome(&postroom, &["export", "returns.pdf"]).0, 2);
}

#[test]
fn decisions_without_a_daemon_wait_for_it() {
    let mut postroom = furnished();
    let held = postroom.rows("SELECT id FROM message WHERE disposition = 'held'").remove(0);
    let (code, words) = outcome(&postroom, &["release", "m999"]);
    assert!(code == 1 && words.contains("no message m999: `postroom returns` lists"), "{words}");
    let (code, words) = outcome(&postroom, &["release", "m1"]);
    assert!(code == 1 && words.contains("message m1 is"), "as it is typed: {words}");
    assert_eq!(outcome(&postroom, &["retry", "m1"]).0, 1, "it did not fail");
    assert!(postroom.say(&["retry", "--all"]).contains("0 put back"));
    postroom.say(&["release", &format!("m{held}")]);
    let path = corpus("messages/0066.eml");
    assert!(postroom.say(&["ingest", path.to_str().unwrap()]).contains("1 taken in"));
    assert_eq!(outcome(&postroom, &["ingest", corpus("forms/blank-form.xlsx").to_str().unwrap()]).0, 1);
    postroom.run();
    postroom.until("SELECT state, count(*) FROM message GROUP BY 1", &["read|6"]);
    postroom.until("SELECT state, count(*) FROM notice GROUP BY 1", &["sent|5"]);
    assert!(postroom.json(&["held"]).is_empty());
}

#[test]
fn a_command_before_the_first_start_says_what_to_do() {
    let postroom = Postroom::new("");
    for arguments in [["status"].as_slice(), &["returns"], &["held"], &["show", "r1"], &["export", "a.csv"]] {
        let (code, words) = outcome(&postroom, arguments);
        assert!(code == 1 && words.contains("postroom run"), "{arguments:?}: {words}");
    }
}

#[test]
fn servers_are_tried_before_anything_depends_on_them() {
    let post = Post::start();
    let good = post.configuration("");
    let check = |configuration: &str| outcome(&Postroom::new(configuration), &["check", "--connect"]);
    let (code, words) = check(&good);
    assert!(code == 0 && words.contains("INBOX (0 messages)") && words.contains("tells of new mail"), "{words}");
    let (code, words) = check(&good.replace(PASSWORD, "a-wrong-word"));
    assert!(code == 1 && words.contains("FAILED") && words.contains("password"), "{words}");
    assert!(!words.contains("a-wrong-word"), "no secret is printed: {words}");
    let without_ca: String =
        good.lines().filter(|line| !line.starts_with("ca_file")).map(|line| format!("{line}\n")).collect();
    let (code, words) = check(&without_ca);
    assert!(code == 1 && words.contains("certificate") && words.contains("ca_file"), "{words}");
    let (code, words) = check(&good.replace(&format!("port = {}", post.postfix.port), "port = 1"));
    assert!(code == 1 && words.contains("transport main: FAILED") && words.contains("127.0.0.1:1"), "{words}");
}
