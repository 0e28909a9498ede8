//! A process killed while it writes: what it leaves behind is whole.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use super::*;

/// Names the folder to the process that is to be killed.
const FOLDER: &str = "POSTROOM_TEST_FOLDER";

/// Letters in a group, one of them large enough for several pieces.
const GROUP: u32 = 5;

fn letter(uid: u32) -> Vec<u8> {
    let length = if uid.is_multiple_of(GROUP) { 2_500_000 } else { 3_000 };
    [uid.to_string().as_bytes(), b" ", noise(length).as_slice()].concat()
}

/// Not a test of its own: it keeps and commits until it is killed.
#[test]
#[ignore = "run by killed_in_the_middle_of_writing_nothing_is_half_there"]
fn victim() {
    let Some(dir) = std::env::var_os(FOLDER).map(PathBuf::from) else { return };
    let store = Store::open(&Settings::in_folder(&dir)).unwrap();
    store.register_surveys(&[survey()], at(0)).wait().unwrap();
    for group in 0..1_000 {
        let uids = group * GROUP + 1..=(group + 1) * GROUP;
        let arrived = uids.map(|uid| arrived(uid, i64::from(uid), &letter(uid))).collect();
        let kept = store.keep(arrived, at(0)).wait().unwrap();
        for kept in kept {
            let one = a_return(&format!("公司{}", kept.id % 7), Some("机器人"), Some(kept.id));
            drop(store.commit_verdict(
                kept.id,
                reading("a@firm.example", vec![one]),
                at(1),
                judge(NoticeState::Queued),
            ));
        }
    }
}

#[test]
fn killed_in_the_middle_of_writing_nothing_is_half_there() {
    let house = House::new();
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "store::tests::killed::victim"])
        .env(FOLDER, house.dir.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    // Wherever it is by then.
    while house.store.status().unwrap().messages < 23 {
        assert!(victim.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::yield_now();
    }
    victim.kill().unwrap();
    victim.wait().unwrap();

    let house = house.reopen();
    assert_eq!(house.query("PRAGMA integrity_check"), [["ok"]]);
    assert!(house.query("PRAGMA foreign_key_check").is_empty());
    let status = house.store.status().unwrap();
    let kept = u32::try_from(status.messages).unwrap();
    assert_eq!(kept % GROUP, 0, "a group is kept as a whole");
    assert_eq!(house.store.cursors("main").unwrap()["INBOX"].uid, kept, "the cursor is where the messages end");
    assert_eq!(house.store.unsettled("main").unwrap().len(), usize::try_from(kept).unwrap());
    for uid in 1..=kept {
        assert!(house.store.raw(i64::from(uid)).unwrap() == letter(uid), "letter {uid}");
    }
    let read = status.messages - status.waiting;
    assert_eq!(house.query("SELECT count(*) FROM return_version"), [[read.to_string()]]);
    assert_eq!(house.query("SELECT count(*) FROM notice"), [[read.to_string()]]);
}
