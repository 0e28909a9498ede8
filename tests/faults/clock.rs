//! A clock that jumps: weeks ahead and weeks back, while the daemon works and while it stands still. What came is answered once, and the
//! digest of a week goes out once.

use std::path::{Path, PathBuf};

use super::end_state;
use super::story::{Kind, Story, undisturbed};
use crate::support::daemon::Postroom;
use crate::support::post::Post;

/// Puts another clock before the program's eyes; how long it waits for something is still told by the true one.
const LIBRARY: &str = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

/// Where the clock's distance from the true one is written.
fn clock(postroom: &Postroom) -> PathBuf {
    postroom.home().join("clock")
}

fn set(postroom: &Postroom, distance: &str) {
    // In one step: the program reads it at any moment.
    let new = postroom.home().join("clock.new");
    std::fs::write(&new, format!("{distance}\n")).unwrap();
    std::fs::rename(new, clock(postroom)).unwrap();
}

/// Starts the daemon of a story under such a clock.
fn start(story: &mut Story<'_>, distance: &str) {
    assert!(Path::new(LIBRARY).exists(), "tests/run installs faketime");
    set(&story.postroom, distance);
    let mut command = story.postroom.program();
    command.arg("run").env("LD_PRELOAD", LIBRARY).env("FAKETIME_TIMESTAMP_FILE", clock(&story.postroom));
    command.env("FAKETIME_NO_CACHE", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1").env("DONT_FAKE_MONOTONIC", "1");
    let before = story.postroom.count(&["started"]);
    story.postroom.spawn_as(command);
    story.postroom.wait_count(&["started"], before + 1);
}

#[test]
fn a_clock_that_jumps_costs_no_mail_and_repeats_none() {
    let post = Post::start();
    let wanted = undisturbed(&post, Kind::Mails);
    for (number, (first, then)) in [("+0d", "+40d"), ("+0d", "-40d"), ("+40d", "+0d")].into_iter().enumerate() {
        let mut story = Story::begin(&post, Kind::Mails, &format!("clk{number}x"));
        start(&mut story, first);
        story.postroom.wait(&[" kept "]);
        set(&story.postroom, then);
        story.finish();
        assert_eq!(story.end(), wanted, "{first}, then {then}");
        end_state::check_copies(&story.postroom, &post, |_| false);
    }
}

#[test]
fn a_week_has_one_digest_whatever_the_clock_does() {
    let post = Post::start();
    let wanted = undisturbed(&post, Kind::Digest);
    let mut story = Story::begin(&post, Kind::Digest, "weekx");
    start(&mut story, "+0d");
    story.finish();
    assert_eq!(story.end(), wanted);
    // An hour back, and a week back and forth again: that week's digest is there already, and none is made for a week before it.
    for distance in ["-1h", "-7d", "+0d"] {
        let before = story.postroom.count(&["connected"]);
        start(&mut story, distance);
        story.postroom.wait_count(&["connected"], before + 1);
        story.postroom.stop();
    }
    assert_eq!(story.postroom.rows("SELECT week FROM digest GROUP BY week HAVING count(*) > 1"), [""; 0]);
    end_state::check_copies(&story.postroom, &post, |_| false);
}
