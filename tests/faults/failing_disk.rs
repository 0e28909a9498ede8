//! A disk that fails: one operation on the database ends in an error of the system, or all do from one moment on. The daemon ends with
//! words or goes on; nothing is lost, nothing is half-written, and the end is the same.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use super::end_state;
use super::story::{Kind, Story, undisturbed};
use crate::support::post::Post;

/// Operations and the how-manieth of each that fails; those with a hyphen and all after it.
const FAULTS: [&str; 32] = [
    "write 1",
    "write 2",
    "write 3",
    "write 5",
    "write 8",
    "write 13",
    "write 21",
    "write 34",
    "write 55",
    "write 89",
    "write 13-",
    "write 40-",
    "sync 1",
    "sync 2",
    "sync 3",
    "sync 4",
    "sync 5",
    "sync 8",
    "sync 13",
    "sync 21",
    "sync 5-",
    "read 1",
    "read 2",
    "read 3",
    "read 5",
    "read 8",
    "read 13",
    "read 21",
    "read 34",
    "read 8-",
    "truncate 1",
    "truncate 2",
];

/// Builds what is put before the system's own functions.
fn library(folder: &Path) -> PathBuf {
    let (source, library) = (folder.join("failing_disk.c"), folder.join("failing_disk.so"));
    std::fs::write(&source, include_str!("failing_disk.c")).unwrap();
    let built =
        Command::new("cc").args(["-shared", "-fPIC", "-O1", "-o"]).args([&library, &source]).arg("-ldl").status();
    assert!(built.expect("a C compiler").success());
    library
}

#[test]
fn an_operation_that_fails_costs_nothing_but_a_start() {
    let folder = tempfile::tempdir().unwrap();
    let library = library(folder.path());
    let post = Post::start();
    let wanted = undisturbed(&post, Kind::Mails);
    let (todo, ended) = (Mutex::new(FAULTS.iter().enumerate()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                loop {
                    let Some((number, fault)) = todo.lock().unwrap().next() else { return };
                    let end = under(&post, &library, fault, &format!("d{number:03}x"), &wanted);
                    ended.lock().unwrap().push((*fault, end));
                }
            });
        }
    });
    let ended = ended.into_inner().unwrap();
    let count = |end: End| ended.iter().filter(|(_, one)| *one == end).count();
    println!(
        "{} faults of the disk: {} ended the daemon with words, {} did not disturb it, {} never came; wrong end states 0",
        ended.len(),
        count(End::WithWords),
        count(End::Undisturbed),
        count(End::NeverHit)
    );
    for operation in ["write", "sync", "read"] {
        let bites = |(fault, end): &&(&str, End)| fault.starts_with(operation) && *end == End::WithWords;
        assert!(
            ended.iter().any(|one| bites(&one)),
            "no {operation} ever disturbed it, so nothing is shown: {ended:?}"
        );
    }
    assert!(count(End::NeverHit) <= 4, "{ended:?}");
}

/// How a daemon fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    WithWords,
    Undisturbed,
    NeverHit,
}

/// Tells a story on such a disk, and on a sound one to its end.
fn under(post: &Post, library: &Path, fault: &str, name: &str, wanted: &[String]) -> End {
    let mut story = Story::begin(post, Kind::Mails, name);
    let hit = story.postroom.home().join("hit");
    let mut command = story.postroom.program();
    command.arg("run").env("LD_PRELOAD", library).env("FAILING_DISK", fault).env("FAILING_DISK_HIT", &hit);
    story.postroom.spawn_as(command);
    let survived = story.finish_or_end();
    if !survived {
        let log = story.postroom.log();
        let words = log.lines().last().unwrap_or_default();
        assert!(words.contains("postroom.db"), "{fault}: {log}");
        assert!(story.go_on(None), "{fault}: {}", story.postroom.log());
    }
    assert_eq!(story.end(), wanted, "{fault}\n{}", story.postroom.log());
    end_state::check_copies(&story.postroom, post, |_| !survived);
    match (survived, hit.exists()) {
        (false, _) => End::WithWords,
        (true, true) => End::Undisturbed,
        (true, false) => End::NeverHit,
    }
}
