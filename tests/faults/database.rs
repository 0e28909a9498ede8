//! A database that is locked, cannot be written, or is damaged: the daemon says so with the remedy, writes nothing that is half, and
//! goes on where it stood.

use std::io::{Read, Seek, SeekFrom, Write};
use std::process::Command;
use std::time::Duration;

use rusqlite::Connection;

use super::end_state;
use super::story::{Kind, Story, undisturbed};
use crate::support::daemon::{Postroom, program};
use crate::support::post::Post;

/// Takes the write lock as another program may.
fn locked(postroom: &Postroom) -> Connection {
    let connection = Connection::open(postroom.home().join("data/postroom.db")).unwrap();
    connection.busy_timeout(Duration::from_secs(20)).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    connection
}

/// The last line of the log: an operator who finds the daemon ended reads this one first.
fn last_words(postroom: &Postroom) -> String {
    postroom.log().lines().last().unwrap_or_default().to_owned()
}

#[test]
fn a_lock_held_for_seconds_delays_the_work_and_one_held_for_ever_is_named() {
    let post = Post::start();
    let wanted = undisturbed(&post, Kind::Mails);
    let mut story = Story::begin(&post, Kind::Mails, "busyx");
    story.postroom.run();
    let other = locked(&story.postroom);
    std::thread::sleep(Duration::from_secs(4));
    drop(other);
    story.finish();
    assert_eq!(story.end(), wanted);

    let mut story = Story::begin(&post, Kind::Mails, "heldx");
    story.postroom.patience *= 3;
    story.postroom.run();
    let other = locked(&story.postroom);
    let code = story.postroom.end();
    drop(other);
    let words = last_words(&story.postroom);
    println!("the last words on a locked database: {words}");
    assert_eq!(code, Some(1), "{}", story.postroom.log());
    assert!(words.contains("is locked by another program: wait until it ends, or end it"), "{words}");
    assert!(story.go_on(None));
    assert_eq!(story.end(), wanted);
    end_state::check_copies(&story.postroom, &post, |_| false);
}

/// The system refuses each write beyond a bound (`RLIMIT_FSIZE`), at different places of the work.
#[test]
fn a_write_that_fails_ends_the_daemon_with_words_and_nothing_is_lost() {
    let post = Post::start();
    let wanted = undisturbed(&post, Kind::Mails);
    for (number, blocks) in [900, 1_300, 1_700, 2_100].into_iter().enumerate() {
        let mut story = Story::begin(&post, Kind::Mails, &format!("io{number}xx"));
        let mut command = Command::new("sh");
        command.current_dir(story.postroom.home()).env("POSTROOM_CAPS_TOGETHER", "0s").env_remove("POSTROOM_PROGRAM");
        command.args(["-c", &format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" run")]).arg(program());
        story.postroom.spawn_as(command);
        let survived = story.finish_or_end();
        println!(
            "at {blocks} blocks: {}",
            if survived { "it never got there".into() } else { last_words(&story.postroom) }
        );
        if !survived {
            assert!(last_words(&story.postroom).contains("postroom.db"), "{}", story.postroom.log());
            assert!(story.go_on(None));
        }
        assert_eq!(story.end(), wanted);
        end_state::check_copies(&story.postroom, &post, |_| true);
    }
}

/// Overwrites bytes of the stopped database.
fn overwrite(postroom: &Postroom, at: u64, bytes: &[u8]) {
    let path = postroom.home().join("data/postroom.db");
    let mut file = std::fs::OpenOptions::new().read(true).write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

fn read(postroom: &Postroom, at: u64, count: usize) -> Vec<u8> {
    let mut file = std::fs::File::open(postroom.home().join("data/postroom.db")).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    let mut bytes = vec![0; count];
    file.read_exact(&mut bytes).unwrap();
    bytes
}

#[test]
fn a_damaged_page_is_named_with_the_remedy_and_left_as_it_is() {
    let post = Post::start();
    let page_bytes = 16_384;
    for (number, table) in ["message", "location", "notice"].into_iter().enumerate() {
        let mut story = Story::begin(&post, Kind::Mails, &format!("pag{number}x"));
        assert!(story.go_on(None));
        let sql = format!("SELECT rootpage FROM sqlite_schema WHERE name = '{table}'");
        let root: u64 = story.postroom.rows(&sql)[0].parse().unwrap();
        let (at, noise) = ((root - 1) * page_bytes, [0xA5; 512]);
        overwrite(&story.postroom, at, &noise);
        story.more();
        story.postroom.spawn();
        let code = story.postroom.end();
        let log = story.postroom.log();
        let words = log.lines().rfind(|line| line.contains("is damaged")).unwrap_or_default();
        println!("a damaged page of {table}: {words}");
        assert_eq!(code, Some(1), "{log}");
        assert!(words.contains("stop postroom, keep a copy of the file, and restore a backup"), "{log}");
        assert_eq!(read(&story.postroom, at, noise.len()), noise, "the damaged page was written to");
    }
    // The beginning of the file gone.
    let mut story = Story::begin(&post, Kind::Mails, "headx");
    assert!(story.go_on(None));
    overwrite(&story.postroom, 0, &[0; 100]);
    let before = read(&story.postroom, 0, 16_384);
    story.postroom.spawn();
    assert_eq!(story.postroom.end(), Some(1));
    assert!(last_words(&story.postroom).contains("is damaged"), "{}", story.postroom.log());
    assert_eq!(read(&story.postroom, 0, 16_384), before, "the file was written to");
}
