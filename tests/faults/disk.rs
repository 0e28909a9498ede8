//! A disk that is full.

use std::path::Path;
use std::process::Command;

use crate::support::daemon::Postroom;
use crate::support::letter::Letter;
use crate::support::post::{Post, REPLIES};

/// A small disk of its own, or what comes nearest where the system lets nobody mount.
enum Small<'a> {
    Disk(&'a Path),
    Quota,
}

impl<'a> Small<'a> {
    fn at(folder: &'a Path, size: &str) -> Self {
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &format!("size={size}"), "tmpfs"]).arg(folder);
        if mount.output().is_ok_and(|output| output.status.success()) { Self::Disk(folder) } else { Self::Quota }
    }

    /// Starts the daemon on the small disk.
    fn run(&self, postroom: &mut Postroom) {
        let mut command = postroom.program();
        command.arg("run");
        if matches!(self, Self::Quota) {
            command = Command::new("sh");
            command.current_dir(postroom.home()).args(["-c", "trap '' XFSZ; ulimit -f 6144; exec \"$0\" run"]);
            command.arg(crate::support::daemon::program());
        }
        postroom.spawn_as(command);
    }

    fn grow(&self) {
        if let Self::Disk(folder) = self {
            let grown = Command::new("mount").args(["-o", "remount,size=160m"]).arg(folder).status();
            assert!(grown.unwrap().success());
        }
    }
}

impl Drop for Small<'_> {
    fn drop(&mut self) {
        if let Self::Disk(folder) = self {
            let _ = Command::new("umount").arg("-l").arg(folder).status();
        }
    }
}

/// The disk may be full.
const NO_FLOOR: &str = "[limits]\ndisk_floor_mib = 0\n";

/// Mails of 400 kB that do not compress.
fn deliver_much(post: &Post, count: usize) {
    let mut state: u32 = 7;
    for number in 0..count {
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            state.to_be_bytes()[0]
        })
        .take(400_000)
        .collect();
        let from = format!("user{number}@corp.example");
        let letter = Letter::with_form(&from, &format!("第{number}科技有限公司"), "300万元").file("照片.bin", noise);
        post.dovecot.deliver("collect", &letter.bytes());
    }
}

#[test]
fn a_full_disk_stops_the_daemon_with_the_remedy_and_loses_nothing() {
    let post = Post::start();
    let mut postroom = Postroom::new(&format!("{}{REPLIES}{NO_FLOOR}", post.mailbox("main", "")));
    let data = postroom.home().join("data");
    std::fs::create_dir(&data).unwrap();
    let small = Small::at(&data, "3m");
    small.run(&mut postroom);
    postroom.wait(&["connected"]);
    deliver_much(&post, 20);
    let code = postroom.end();
    let log = postroom.log();
    let last = log.lines().last().unwrap_or_default();
    println!("the last words on a full disk: {last}");
    assert_eq!(code, Some(1), "{log}");
    assert!(last.contains("postroom.db"), "{last}");
    if matches!(small, Small::Disk(_)) {
        assert!(last.contains("full") && last.contains("space"), "names the remedy: {last}");
    }
    small.grow();
    let check = postroom.rows("PRAGMA integrity_check");
    assert_eq!(check, ["ok"]);
    let kept: usize = postroom.rows("SELECT count(*) FROM message")[0].parse().unwrap();
    assert!(kept < 20, "the disk was not full");
    postroom.run();
    postroom.until("SELECT state, count(*) FROM notice GROUP BY 1", &["sent|20"]);
    postroom.until("SELECT settled, count(*) FROM location GROUP BY 1", &["1|20"]);
    assert_eq!(postroom.rows("SELECT count(*) FROM message"), ["20"]);
    postroom.stop();
}

#[test]
fn a_nearly_full_disk_stops_fetching_with_an_alarm_and_it_goes_on_by_itself() {
    let post = Post::start();
    // What comes while nothing is fetched is found by the next look.
    let mailbox = post.mailbox("main", "poll = \"1s\"");
    let mut postroom = Postroom::new(&format!("{mailbox}{REPLIES}[limits]\ndisk_floor_mib = 28\n"));
    let data = postroom.home().join("data");
    std::fs::create_dir(&data).unwrap();
    let small = Small::at(&data, "32m");
    if matches!(small, Small::Quota) {
        // No disk of its own to fill: then this one is below the floor.
        let all = format!("{mailbox}{REPLIES}[limits]\ndisk_floor_mib = 1000000000\n");
        std::fs::write(postroom.home().join("postroom.toml"), all).unwrap();
    }
    postroom.run();
    postroom.wait(&["connected"]);
    // More than lies between mailbox and database at a time, which passes the gate before it is written.
    deliver_much(&post, 45);
    let alarm = postroom.wait(&["disk low", "floor_mib="]);
    assert!(alarm.contains("ERROR") && alarm.contains("space is freed"), "{alarm}");
    // What was kept is answered, and the rest stays where it is.
    let kept = || postroom.rows("SELECT count(*) FROM message")[0].parse::<usize>().unwrap();
    let answered = format!("SELECT count(*) - {} FROM notice WHERE state = 'sent'", "(SELECT count(*) FROM message)");
    postroom.until(&answered, &["0"]);
    assert!(kept() < 45, "the disk was not low");
    assert!(postroom.say(&["status"]).contains("no mail is fetched until space is freed"));
    assert_eq!(postroom.rows("PRAGMA integrity_check"), ["ok"]);
    let refused = postroom.command(&["backup"]);
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(1) && words.contains("free some space"), "{words}");
    if matches!(small, Small::Disk(_)) {
        small.grow();
        postroom.wait(&["disk has room"]);
    } else {
        postroom.stop();
        std::fs::write(postroom.home().join("postroom.toml"), format!("{mailbox}{REPLIES}{NO_FLOOR}")).unwrap();
        postroom.run();
    }
    postroom.until("SELECT state, count(*) FROM notice GROUP BY 1", &["sent|45"]);
    postroom.until("SELECT settled, count(*) FROM location GROUP BY 1", &["1|45"]);
    assert_eq!(postroom.rows("SELECT count(*) FROM message"), ["45"]);
    postroom.stop();
}
