//! Kill -9 within the commands that copy, replace and rewrite the database: there is a whole one at every moment, nothing that was in
//! it is gone, and the same command ends well when it is given once more.

use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;

use postroom::failpoint::Point;

use super::{EVER, letter};
use crate::support::daemon::Postroom;
use crate::support::post::REPLIES;

const COMPANY: &str = "第1科技有限公司";
const ERASE: [&str; 6] = ["personal", "erase", COMPANY, "--why", "来函要求", "--yes"];

/// An installation that has read the mails of two companies, with a backup of when it had read the first. Nothing runs.
fn office() -> Postroom {
    let mut postroom = Postroom::new(&format!("{EVER}{REPLIES}"));
    for number in [1, 2] {
        let name = format!("{number}.eml");
        std::fs::write(postroom.home().join(&name), letter(number)).unwrap();
        postroom.run();
        postroom.say(&["ingest", &name]);
        postroom.until("SELECT count(*) FROM notice WHERE state = 'sent'", &[&number.to_string()]);
        postroom.stop();
        if number == 1 {
            postroom.say(&["backup", "--to", "first.db"]);
        }
    }
    postroom
}

/// Gives a command that dies at a place.
fn die(postroom: &Postroom, arguments: &[&str], point: Point) {
    let output = postroom.program().args(arguments).env("FAILPOINT", point.name()).output().unwrap();
    let words = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.signal(), Some(9), "{point:?}: it did not die there: {words}");
}

/// What an examination of a database says: how it ended, and its words.
fn examined(postroom: &Postroom, file: &str) -> (Option<i32>, String) {
    let output = postroom.command(&["check", "--database", file]);
    let words = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    (output.status.code(), words.into_owned())
}

fn check_sound(postroom: &Postroom, file: &str, messages: usize) {
    let (code, words) = examined(postroom, file);
    assert!(code == Some(0) && words.contains(&format!("{messages} messages")), "{file}: {words}");
}

/// Files of the data folder whose names have this in them.
fn files(postroom: &Postroom, word: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(postroom.home().join("data")).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.to_string_lossy().contains(word)).collect()
}

fn stands_in_the_file(postroom: &Postroom, text: &str) -> bool {
    ["postroom.db", "postroom.db-wal"].iter().any(|file| {
        let bytes = std::fs::read(postroom.home().join("data").join(file)).unwrap_or_default();
        bytes.windows(text.len()).any(|window| window == text.as_bytes())
    })
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "a program without debug assertions has no such places")]
fn a_backup_that_was_cut_off_is_none_and_is_made_the_next_time() {
    let postroom = office();
    die(&postroom, &["backup", "--to", "data/copy.db"], Point::BackupCopied);
    assert!(!postroom.home().join("data/copy.db").exists());
    check_sound(&postroom, "data/postroom.db", 2);
    postroom.say(&["backup", "--to", "data/copy.db"]);
    check_sound(&postroom, "data/copy.db", 2);
    die(&postroom, &["backup", "--to", "data/other.db"], Point::BackupNamed);
    check_sound(&postroom, "data/other.db", 2);
    assert_eq!(files(&postroom, ".part"), Vec::<PathBuf>::new());
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "a program without debug assertions has no such places")]
fn a_restoring_that_was_cut_off_leaves_one_whole_database_and_loses_neither() {
    for (point, messages) in [(Point::RestoreReady, 2), (Point::RestorePutAside, 2), (Point::Restored, 1)] {
        let mut postroom = office();
        die(&postroom, &["restore", "first.db"], point);
        check_sound(&postroom, "data/postroom.db", messages);
        postroom.say(&["restore", "first.db"]);
        check_sound(&postroom, "data/postroom.db", 1);
        assert_eq!(files(&postroom, ".part"), Vec::<PathBuf>::new(), "{point:?}");
        let aside = files(&postroom, "before-restore");
        assert!(
            aside.iter().any(|path| examined(&postroom, path.to_str().unwrap()).1.contains("2 messages")),
            "{point:?}"
        );
        postroom.run();
        postroom.say(&["ingest", "2.eml"]);
        postroom.until("SELECT state, count(*) FROM notice GROUP BY 1", &["sent|2"]);
        postroom.stop();
        check_sound(&postroom, "data/postroom.db", 2);
    }
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "a program without debug assertions has no such places")]
fn an_erasure_that_was_cut_off_is_completed_by_the_next_start() {
    for (point, is_rewritten) in [(Point::Erased, false), (Point::Rewritten, true)] {
        let mut postroom = office();
        die(&postroom, &ERASE, point);
        assert_eq!(postroom.rows("SELECT count(*) FROM erasure"), ["1"]);
        assert_eq!(stands_in_the_file(&postroom, COMPANY), !is_rewritten, "{point:?}");
        let (code, words) = examined(&postroom, "data/postroom.db");
        assert!(code == Some(1) && words.contains("what was erased still lies on its free pages"), "{words}");
        postroom.run();
        postroom.stop();
        assert!(!stands_in_the_file(&postroom, COMPANY), "{point:?}");
        check_sound(&postroom, "data/postroom.db", 2);
    }
}
