//! `postroom read`: whatever a path leads to, and no side effect.

use serde_json::Value;

use super::outcome;
use crate::support::daemon::Postroom;
use crate::support::letter::{corpus, form, sample};

fn read(postroom: &Postroom, arguments: &[&str]) -> Vec<Value> {
    let text = postroom.say(&[&["read"], arguments].concat());
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn messages_mboxes_maildirs_and_documents_are_read() {
    let postroom = Postroom::new("");
    let home = postroom.home();
    let mail = corpus("messages/0001.eml");
    let lines = read(&postroom, &[mail.to_str().unwrap()]);
    assert_eq!((&lines[0]["message"], &lines[0]["disposition"]), (&"0001.eml".into(), &"accepted".into()));
    assert_eq!(lines[0]["returns"][0]["answers"]["revenue"]["low"], "12000000");

    let unix = |number: u32| String::from_utf8_lossy(&sample(number)).replace("\r\n", "\n");
    let mbox = format!("From a Mon Dec 18 09:00:00 2017\n{}\nFrom b Mon Dec 18 09:00:00 2017\n{}", unix(91), unix(98));
    std::fs::write(home.join("mails.mbox"), mbox).unwrap();
    let lines = read(&postroom, &["mails.mbox"]);
    let names: Vec<&Value> = lines.iter().map(|line| &line["message"]).collect();
    assert_eq!(names, ["mails.mbox#1", "mails.mbox#2"]);
    assert!(lines.iter().all(|line| line["returns"].as_array().unwrap().len() == 1), "{lines:?}");

    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(home.join("Maildir").join(part)).unwrap();
    }
    std::fs::write(home.join("Maildir/new/1.a"), sample(1)).unwrap();
    std::fs::write(home.join("Maildir/cur/2.a:2,S"), sample(43)).unwrap();
    assert_eq!(read(&postroom, &["Maildir"]).len(), 2);

    std::fs::write(home.join("表.csv"), form("甲公司", "3亿元")).unwrap();
    let lines = read(&postroom, &["表.csv", corpus("forms/blank-form.docx").to_str().unwrap()]);
    assert_eq!(lines[0]["returns"][0]["answers"]["revenue"]["high"], "300000000");
    assert_eq!(lines[1]["issues"][0]["code"], "blank_form");
    assert!(!home.join("data").exists(), "no side effect");
}

#[test]
fn a_path_that_cannot_be_opened_fails_and_the_others_are_read() {
    let postroom = Postroom::new("");
    std::fs::write(postroom.home().join("表.csv"), form("甲公司", "3亿元")).unwrap();
    let output = postroom.command(&["read", "nowhere.eml", "表.csv"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stdout).lines().count(), 1);
    assert!(String::from_utf8_lossy(&output.stderr).contains("nowhere.eml"));
    assert_eq!(outcome(&postroom, &["read"]).0, 2);
}

#[test]
fn another_survey_can_be_named() {
    let postroom = Postroom::new("");
    let survey = corpus("../surveys/digital-2025.toml");
    let table = "单位名称,从业人员数,2025年数字化投入\r\n航标制造有限公司,120,350\r\n";
    std::fs::write(postroom.home().join("表.csv"), table).unwrap();
    let lines = read(&postroom, &["--survey", survey.to_str().unwrap(), "表.csv"]);
    assert_eq!(lines[0]["returns"][0]["answers"]["spending"]["low"], "3500000");
    assert_eq!(outcome(&postroom, &["read", "--survey", "nowhere.toml", "表.csv"]).0, 1);
}

#[test]
fn a_reading_is_explained_to_people_to_programs_and_to_the_eye() {
    let postroom = Postroom::new("");
    let mail = corpus("messages/0005.eml");
    let mail = mail.to_str().unwrap();
    let plain = read(&postroom, &[mail]).remove(0);
    let words = postroom.say(&["read", "--explain", mail]);
    assert!(words.contains("vertical: answers beside their labels"), "{words}");

    let explained = read(&postroom, &["--explain", "--json", mail]).remove(0);
    assert_eq!(explained["returns"], plain["returns"]);
    let items = explained["explanation"]["returns"][0]["items"].as_array().unwrap();
    for item in items {
        let place = &plain["returns"][0]["answers"][item["item"].as_str().unwrap()]["place"];
        assert_eq!(&item["place"], place);
        assert!(words.contains(place.as_str().unwrap()), "{words}");
    }

    let page = postroom.say(&["read", "--html", mail, corpus("messages/0154.eml").to_str().unwrap()]);
    assert!(page.starts_with("<!doctype html>") && page.contains("label of revenue, 100%"), "{page}");
    assert!(page.contains("0154.eml") && page.contains("unreadable"), "{page}");
    assert!(!page.contains("http://") && !page.contains("https://") && !page.contains("src="), "{page}");
}
