//! A Maildir on this machine.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::Duration;

use postroom::mailbox::maildir::Settings;
use postroom::mailbox::{After, Event, Start};
use tempfile::TempDir;

use crate::support::hand::{Hand, Taken};

fn maildir() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for part in ["tmp", "new", "cur"] {
        fs::create_dir(folder.path().join(part)).unwrap();
    }
    folder
}

fn put(folder: &TempDir, file: &str, bytes: &[u8]) {
    fs::write(folder.path().join("tmp/incoming"), bytes).unwrap();
    fs::rename(folder.path().join("tmp/incoming"), folder.path().join(file)).unwrap();
}

fn settings(folder: &TempDir) -> Settings {
    let mut settings = Settings::new("local", folder.path());
    settings.poll = Duration::from_millis(20);
    settings
}

fn names(taken: &[Taken]) -> BTreeSet<&str> {
    taken.iter().map(|message| message.location.name.as_str()).collect()
}

fn files(folder: &Path) -> BTreeSet<String> {
    fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn files_of_new_and_cur_come_once_and_are_marked() {
    let folder = maildir();
    put(&folder, "new/1.a.host", b"one");
    put(&folder, "cur/2.b.host:2,FR", b"two");
    fs::write(folder.path().join("tmp/3.c.host"), b"not yet").unwrap();
    let mut hand = Hand::maildir(settings(&folder), Start::default());
    let taken = hand.take_all().await;
    assert_eq!(names(&taken), ["1.a.host", "2.b.host"].into());
    hand.settle(taken.iter().map(|message| message.location.clone()).collect()).await;
    assert_eq!(files(&folder.path().join("cur")), ["1.a.host:2,S".to_owned(), "2.b.host:2,FRS".to_owned()].into());
    put(&folder, "new/4.d.host", b"four");
    assert_eq!(names(&hand.take(1).await), ["4.d.host"].into());
    hand.end().await;
}

#[tokio::test]
async fn names_kept_before_are_not_read_again_and_what_was_left_is_settled() {
    let folder = maildir();
    put(&folder, "new/1.a.host", b"one");
    put(&folder, "new/2.b.host", b"two");
    let mut hand = Hand::maildir(settings(&folder), Start::default());
    let taken = hand.take_all().await;
    hand.end().await;
    put(&folder, "new/3.c.host", b"three");
    let start = Start {
        known_names: taken.iter().map(|message| message.location.name.clone()).collect(),
        unsettled: taken.iter().map(|message| message.location.clone()).collect(),
        ..Start::default()
    };
    let mut hand = Hand::maildir(settings(&folder), start);
    assert_eq!(names(&hand.take_all().await), ["3.c.host"].into());
    hand.until(|event| matches!(event, Event::Settled(settled) if settled.len() == 2).then_some(())).await;
    assert_eq!(files(&folder.path().join("new")), ["3.c.host".to_owned()].into());
    hand.end().await;
}

#[tokio::test]
async fn a_large_file_comes_in_pieces_and_is_the_same() {
    let folder = maildir();
    let large: Vec<u8> = (0..9_000_000_u32).flat_map(u32::to_le_bytes).collect();
    put(&folder, "new/1.a.host", &large);
    put(&folder, "new/2.b.host", b"small");
    let mut hand = Hand::maildir(settings(&folder), Start::default());
    let taken = hand.take(2).await;
    assert!(taken[0].bytes == large && taken[0].pieces == large.len().div_ceil(1 << 20));
    assert_eq!(taken[1].bytes, b"small");
    hand.end().await;
}

#[tokio::test]
async fn a_large_file_nobody_took_to_its_end_comes_again() {
    let folder = maildir();
    put(&folder, "new/1.a.host", &vec![7; 9_000_000]);
    let mut hand = Hand::maildir(settings(&folder), Start::default());
    hand.until(|event| matches!(event, Event::Arrived(_)).then_some(())).await;
    assert_eq!(hand.take(1).await[0].bytes.len(), 9_000_000);
    hand.end().await;
}

#[tokio::test]
async fn settled_files_move_into_a_folder_with_a_chinese_name() {
    let folder = maildir();
    put(&folder, "new/1.a.host", b"one");
    let mut settings = settings(&folder);
    settings.after = After::Move("已处理".into());
    let mut hand = Hand::maildir(settings, Start::default());
    let taken = hand.take(1).await;
    hand.settle(vec![taken[0].location.clone()]).await;
    assert_eq!(files(&folder.path().join(".&XfJZBHQG-/cur")), ["1.a.host:2,S".to_owned()].into());
    hand.end().await;
}

#[tokio::test]
async fn a_folder_that_is_no_maildir_is_told_and_watched_until_it_is_one() {
    let folder = tempfile::tempdir().unwrap();
    let mut hand = Hand::maildir(settings(&folder), Start::default());
    let why = hand.until(|event| match event {
        Event::Disconnected { why, .. } => Some(why.clone()),
        _ => None,
    });
    assert!(why.await.contains(&folder.path().display().to_string()));
    for part in ["tmp", "new", "cur"] {
        fs::create_dir(folder.path().join(part)).unwrap();
    }
    put(&folder, "new/1.a.host", b"one");
    assert_eq!(names(&hand.take(1).await), ["1.a.host"].into());
    hand.end().await;
}
