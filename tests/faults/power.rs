//! Power that fails: the write-ahead log ends wherever the disk had got to. What is left is an earlier state and a whole one, and the
//! daemon comes from there to the same end.
//!
//! The log of a killed daemon is cut at the boundary of each frame and within each. That drops synced writes too, which a disk that
//! keeps its word does not lose; so it is more than power can do, and only at these cuts may a notice arrive twice.

use rusqlite::Connection;

use super::end_state;
use super::story::{Kind, Story, undisturbed};
use crate::support::post::Post;

/// Bytes of a log's own head, of a frame's head, and of a page.
const HEAD: usize = 32;
const FRAME: usize = 24 + 16_384;

/// Messages, notices and attempts that a database tells of; none where it has no tables yet.
fn counts(path: &std::path::Path) -> [i64; 3] {
    let connection = Connection::open(path).unwrap();
    let check: String = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    ["message", "notice", "attempt"]
        .map(|table| connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap_or(0))
}

#[test]
fn wherever_the_log_ends_it_is_an_earlier_state_and_the_end_is_the_same() {
    let post = Post::start();
    let wanted = undisturbed(&post, Kind::Mails);
    let mut story = Story::begin(&post, Kind::Mails, "powex");
    assert!(!story.go_on(Some("sent-recorded:3".into())), "it was to be killed");
    let data = story.postroom.home().join("data");
    let (database, log) =
        (std::fs::read(data.join("postroom.db")).unwrap(), std::fs::read(data.join("postroom.db-wal")).unwrap());
    let frames = (log.len() - HEAD) / FRAME;
    assert!(frames > 10, "{frames} frames");
    let ends = (0..=frames).flat_map(|frame| [HEAD + frame * FRAME, HEAD + frame * FRAME + FRAME / 3]);
    let ends: Vec<usize> = ends.filter(|end| *end <= log.len()).collect();
    let mut before = [0; 3];
    for end in &ends {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("postroom.db");
        std::fs::write(&path, &database).unwrap();
        std::fs::write(folder.path().join("postroom.db-wal"), &log[..*end]).unwrap();
        let now = counts(&path);
        assert!(now.iter().zip(before).all(|(now, before)| *now >= before), "{now:?} after {before:?}");
        before = now;
    }
    assert_eq!(before[0], 3, "the whole log has all messages");
    let mut lived = 0;
    for end in ends.iter().step_by(ends.len() / 5).chain(ends.last()) {
        let mut again = story.again(&database, &log[..*end]);
        assert!(again.go_on(None));
        assert_eq!(again.end(), wanted, "cut at {end}");
        end_state::check_copies(&again.postroom, &post, |_| true);
        lived += 1;
    }
    println!("{frames} frames, {} cuts, each an earlier whole state; from {lived} of them the same end", ends.len());
}
