//! Kill -9 at every durable step, one after the other: the daemon dies there, is started again, and comes to the end that it comes to
//! when nobody kills it.
//!
//! The places are those of [`postroom::failpoint`], which only programs with debug assertions have. `tests/long faults` kills at each
//! transaction as well, before and after its commit.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Instant;

use postroom::failpoint::Point;

use super::end_state;
use super::story::{Kind, Story, undisturbed};
use crate::support::daemon::number_from;
use crate::support::post::Post;

/// The stories in which a place lies.
fn stories(point: Point) -> &'static [Kind] {
    match point {
        Point::PieceKept => &[Kind::Large],
        Point::LetterPlanned | Point::LetterQueued => &[Kind::Reminder],
        Point::DigestMade | Point::DigestQueued => &[Kind::Digest],
        Point::ReplayWithin | Point::Replayed => &[Kind::Replay],
        // The digest of the week, killed at the very moment of sending.
        Point::Attempted | Point::Accepted | Point::SentRecorded => &[Kind::Mails, Kind::Digest, Kind::Reminder],
        Point::BeforeCommit | Point::AfterCommit => &[Kind::Mails, Kind::Reminder, Kind::Digest, Kind::Replay],
        // Within commands: see `super::commands`.
        Point::BackupCopied | Point::BackupNamed => &[],
        Point::RestoreReady | Point::RestorePutAside | Point::Restored => &[],
        Point::Erased | Point::Rewritten => &[],
        _ => &[Kind::Mails],
    }
}

/// A kill: at the how-manieth passing of a place, in a story.
#[derive(Debug, Clone, Copy)]
struct Kill {
    point: Point,
    time: u32,
    kind: Kind,
}

/// All kills: each place the first time and the second, where there is one; transactions as far as they go.
fn kills() -> Vec<Kill> {
    let transactions = number_from("POSTROOM_TRANSACTIONS").map_or(3, |count| u32::try_from(count).unwrap());
    let mut kills = Vec::new();
    for point in Point::ALL {
        for &kind in stories(point) {
            let times = match point {
                Point::BeforeCommit | Point::AfterCommit => (1..=transactions).collect(),
                Point::KeepWithin | Point::CommitWithin | Point::Accepted if kind == Kind::Mails => vec![1, 2],
                _ => vec![1],
            };
            kills.extend(times.into_iter().map(|time| Kill { point, time, kind }));
        }
    }
    kills
}

#[test]
#[cfg_attr(not(debug_assertions), ignore = "a program without debug assertions has no such places")]
fn killed_at_every_durable_step_it_comes_to_the_same_end() {
    let begun = Instant::now();
    let post = Post::start();
    let ends: BTreeMap<Kind, Vec<String>> = Kind::ALL.iter().map(|kind| (*kind, undisturbed(&post, *kind))).collect();
    assert!(ends.values().all(|end| end.len() >= 4), "{ends:#?}");
    let (todo, result) = (Mutex::new(kills().into_iter().enumerate()), Mutex::new((0, 0, 0)));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                loop {
                    let Some((number, kill)) = todo.lock().unwrap().next() else { return };
                    let outcome = killed(&post, kill, &format!("k{number:03}x"), &ends[&kill.kind]);
                    let mut result = result.lock().unwrap();
                    match outcome {
                        Some(twice) => *result = (result.0 + 1, result.1 + twice, result.2),
                        None => result.2 += 1,
                    }
                }
            });
        }
    });
    let (done, twice, never) = result.into_inner().unwrap();
    let places = Point::ALL.into_iter().filter(|point| !stories(*point).is_empty()).count();
    println!(
        "{done} kills at {places} named places; wrong end states 0, notices that arrived twice {twice} (all taken by the server before the \
         kill); {never} transactions that a story has not; {:.0} s",
        begun.elapsed().as_secs_f32()
    );
    assert!(done >= places);
}

/// Tells a story with a kill in it; how many notices arrived twice. None when the place is never passed so often.
fn killed(post: &Post, kill: Kill, name: &str, wanted: &[String]) -> Option<usize> {
    let mut story = Story::begin(post, kill.kind, name);
    let survived = story.go_on(Some(format!("{}:{}", kill.point.name(), kill.time)));
    let is_beyond = kill.time > 3 && matches!(kill.point, Point::BeforeCommit | Point::AfterCommit);
    assert!(!survived || is_beyond, "{kill:?}: it did not die there\n{}", story.postroom.log());
    if !survived {
        assert!(story.go_on(None), "{kill:?}");
    }
    let ended = story.end();
    assert_eq!(ended, wanted, "{kill:?}\n{}", story.postroom.log());
    let twice = end_state::check_copies(&story.postroom, post, |_| false);
    (!survived).then_some(twice)
}
