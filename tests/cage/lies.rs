//! Readers that were taken over, as far as their daemon is concerned: whatever they say, it costs the message they were given.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use postroom::document::{Limits, MOST_PICTURES};
use postroom::reader::recogniser::{self, Recognised, Scan};
use postroom::reader::{Job, MarkJob, Outcome, Pool, Settings, Source, Spent};
use postroom::reading::{self, Request};
use postroom::survey::{Language, Survey};
use tempfile::TempDir;

/// What a reader says first.
const READY: &str = "{\"Ready\":{\"lacks\":[],\"landlock\":null}}";
/// What a recogniser says first.
const RECOGNISER_READY: &str = "\"Ready\"";
/// The mail that is read.
const MAIL: &[u8] = b"Subject: x\r\n\r\nx";
/// What a reader does that has said all.
const IDLE: &str = "exec sleep 60\n";

/// A frame of the protocol as `printf` of a shell takes it.
fn frame(text: &str) -> String {
    let length = u32::try_from(text.len()).unwrap().to_le_bytes();
    let length: String = length.iter().map(|byte| format!("\\{byte:03o}")).collect();
    format!("printf '{length}%s' '{text}'\n")
}

/// A frame of that many MiB: a word behind nothing but blanks, which is well formed.
fn long_frame(text: &str, size: u32) -> String {
    let blanks = size << 20;
    let length = (blanks + u32::try_from(text.len()).unwrap()).to_le_bytes();
    let length: String = length.iter().map(|byte| format!("\\{byte:03o}")).collect();
    format!("printf '{length}'\nhead -c {blanks} /dev/zero | tr '\\000' ' '\nprintf '%s' '{text}'\n")
}

/// A well-formed answer that is no lie but for what it says of its cost.
fn done(seconds: u64) -> String {
    done_of(MAIL, seconds)
}

/// The answer to another mail.
fn done_of(mail: &[u8], seconds: u64) -> String {
    let request = Request { surveys: Vec::new(), authserv_id: None, limits: Limits::default(), left_out: Vec::new() };
    let reading = reading::read(mail, &request, &mut |_| {});
    let time = Duration::from_secs(seconds);
    let spent = Spent { hand_over: time, parse: time, read: time };
    serde_json::json!({ "Done": { "reading": reading, "explanation": null, "spent": spent } }).to_string()
}

/// A program that says it is ready, and then does this.
fn liar(folder: &Path, ready: &str, then: &str) -> PathBuf {
    let path = folder.join("liar");
    fs::write(&path, format!("#!/bin/sh\n{}{then}", frame(ready))).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
}

/// A pool of readers that do this once they are ready, with so many seconds for a message.
fn liars(then: &str, seconds: u64) -> (TempDir, Pool) {
    let folder = tempfile::Builder::new().prefix("postroom-liar").tempdir().unwrap();
    let pool = Pool::new(Settings {
        program: liar(folder.path(), READY, then),
        readers: 1,
        surveys: vec![Survey::founding().unwrap()],
        // So that what is granted is said soon, and little of it is held.
        limits: Limits { message: 1 << 20, unpacked: 8 << 20, ..Limits::default() },
        time: Duration::from_secs(seconds),
        memory: 1 << 30,
        messages: 10,
        may_lack: Vec::new(),
    });
    (folder, pool)
}

fn source() -> Source {
    Box::new(|to: &mut dyn std::io::Write| to.write_all(MAIL))
}

fn job() -> Job {
    Job { source: source(), surveys: Vec::new(), authserv_id: None, document: None }
}

/// The most memory that this process ever had, in MiB.
fn peak() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() / 1024
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_lies_costs_one_message() {
    let part = frame(&format!("{{\"Part\":\"{}\"}}", "x".repeat(60_000)));
    let large = "printf '\\000\\000\\000\\010'\nexec cat /dev/zero\n";
    for (what, then) in [
        ("announces 4 GiB", format!("printf '\\377\\377\\377\\377'\n{IDLE}")),
        ("sends the largest frame", large.to_owned()),
        ("talks without end", format!("while :; do\n{part}done\n")),
        ("answers something else", frame(READY) + IDLE),
        ("answers no sense", frame("[[[[") + IDLE),
        ("answers half", format!("printf '\\100\\000\\000\\000{{'\n{IDLE}")),
        ("hangs up", "exit 0\n".to_owned()),
        ("says nothing", IDLE.to_owned()),
    ] {
        let (_folder, pool) = liars(&then, 1);
        let begun = Instant::now();
        let outcomes = pool.read(vec![job()]).await;
        assert!(matches!(outcomes[..], [Outcome::Failed(_) | Outcome::NotTried(_)]), "{what}: {outcomes:?}");
        assert!(begun.elapsed() < Duration::from_secs(15), "{what}: {:?}", begun.elapsed());
        // The largest frame and its copy, and no more.
        assert!(peak() < 512, "{what}: {} MiB", peak());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_reader_says_of_its_cost_ends_nothing() {
    let (_folder, pool) = liars(&(frame(&done(u64::MAX)).repeat(2) + IDLE), 7);
    let outcomes = pool.read(vec![job(), job()]).await;
    assert!(matches!(outcomes[..], [Outcome::Read(_), Outcome::Read(_)]), "{outcomes:?}");
    let most = Duration::from_secs(14);
    assert_eq!(pool.spent(), Spent { hand_over: most, parse: most, read: most });
}

/// What was sent by one enterprise would count as another's.
#[tokio::test(flavor = "multi_thread")]
async fn a_reader_cannot_say_that_a_mail_is_from_somebody_else() {
    let claimed = b"Authentication-Results: mx; dmarc=pass\r\nFrom: chief@roster.example\r\nSubject: x\r\n\r\nx";
    let (_folder, pool) = liars(&(frame(&done_of(claimed, 0)) + IDLE), 5);
    let sent = b"Authentication-Results: mx; dmarc=fail\r\nFrom: forger@elsewhere.example\r\nSubject: x\r\n\r\nx";
    let source: Source = Box::new(|to: &mut dyn std::io::Write| to.write_all(sent));
    let outcomes = pool.read(vec![Job { source, ..job() }]).await;
    let [Outcome::Read(reading)] = &outcomes[..] else { panic!("{outcomes:?}") };
    assert_eq!(reading.envelope.from, "forger@elsewhere.example");
    assert!(reading.dmarc_failed, "{:?}", reading.server_word);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_are_taken_out_are_bounded_by_more_than_their_bytes() {
    let named = frame(&format!("{{\"File\":{{\"path\":\"{}\",\"pieces\":0}}}}", "x".repeat(60_000)));
    let nothing = frame("{\"File\":{\"path\":\"x\",\"pieces\":1000000000}}")
        + "while :; do printf '\\000\\000\\000\\000'; done\n";
    // Longer than all names of a message, and all that is unpacked from it.
    let file = frame("{\"File\":{\"path\":\"x\",\"pieces\":1}}");
    let files = format!("while :; do\n{file}{}done\n", long_frame("x", 7));
    for (what, then) in [
        ("names files without end", format!("while :; do\n{named}done\n")),
        ("sends pieces of nothing", nothing),
        ("sends files without end", files),
    ] {
        let (_folder, pool) = liars(&then, 120);
        let begun = Instant::now();
        let outcome = pool.take_out(source()).await;
        assert!(matches!(outcome, Outcome::Failed(_)), "{what}");
        assert!(begun.elapsed() < Duration::from_secs(100), "{what}: its time had to run out: {:?}", begun.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_marked_file_is_an_office_file_or_none() {
    let typed = "{\"Marked\":{\"media_type\":\"text/html\\r\\n\\r\\n\",\"extension\":\"html\"}}";
    let bytes = frame("x");
    for (what, word, is_taken) in [
        ("a workbook", "{\"Marked\":\"Xlsx\"}", true),
        ("a media type of its own", typed, false),
        ("a program", "{\"Marked\":\"Exe\"}", false),
    ] {
        let (_folder, pool) = liars(&format!("{}{bytes}{IDLE}", frame(word)), 5);
        let job = MarkJob { source: source(), path: "x".into(), notes: Vec::new(), language: Language::Zh };
        let outcome = pool.mark(job).await;
        assert_eq!(matches!(outcome, Outcome::Read(_)), is_taken, "{what}: {outcome:?}");
    }
}

/// Whoever took a reader over by one mail would choose the file that goes to the sender of another.
#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_goes_out_is_made_by_a_reader_that_has_read_nobody_elses_mail() {
    let (_folder, pool) = liars(&(frame(&done(0)).repeat(2) + IDLE), 5);
    let (outcomes, started) = (pool.read(vec![job()]).await, pool.counts().0);
    assert!(matches!(outcomes[..], [Outcome::Read(_)]), "{outcomes:?}");
    let job_to_mark = MarkJob { source: source(), path: "x".into(), notes: Vec::new(), language: Language::Zh };
    drop(pool.mark(job_to_mark).await);
    drop(pool.take_out(source()).await);
    assert_eq!((started, pool.counts().0), (1, 3), "each has a reader of its own");
    let again = pool.read(vec![job()]).await;
    assert!(matches!(again[..], [Outcome::Read(_)]), "{again:?}");
    assert_eq!(pool.counts().0, 3, "and the one that reads goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_computes_with_nothing_to_do_is_ended() {
    for (then, is_ended) in [("while :; do :; done\n", true), (IDLE, false)] {
        let (_folder, pool) = liars(&(frame(&done(0)) + then), 5);
        let outcomes = pool.read(vec![job()]).await;
        assert!(matches!(outcomes[..], [Outcome::Read(_)]), "{outcomes:?}");
        let begun = Instant::now();
        let mut ended = 0;
        while ended == 0 && begun.elapsed() < Duration::from_secs(if is_ended { 60 } else { 3 }) {
            tokio::time::sleep(Duration::from_millis(100)).await;
            ended = pool.end_restless();
        }
        assert_eq!(ended, u64::from(is_ended), "{then}");
        assert_eq!(pool.end_restless(), 0, "told once");
    }
}

/// What is had of a recogniser that does this once it is ready.
async fn recognised(then: &str) -> Recognised {
    let folder = tempfile::Builder::new().prefix("postroom-liar").tempdir().unwrap();
    let settings = recogniser::Settings {
        program: liar(folder.path(), RECOGNISER_READY, then),
        models: folder.path().to_owned(),
        limits: Limits::default(),
        time: Duration::from_secs(30),
        memory: 1 << 30,
        may_lack: Vec::new(),
    };
    let scan = Scan { source: source(), path: "x".into(), sha256: "x".into() };
    recogniser::recognise(&settings, scan).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recogniser_that_talks_without_end_costs_one_scan() {
    let page = frame("{\"Page\":[]}");
    let long = long_frame("{\"Page\":[]}", 3);
    for (what, then, pages) in [
        ("pages without end", format!("while :; do\n{page}done\n"), MOST_PICTURES),
        ("long pages without end", format!("while :; do\n{long}done\n"), 5),
        ("ready again and again", format!("while :; do\n{}done\n", long_frame(RECOGNISER_READY, 3)), 0),
    ] {
        let begun = Instant::now();
        let recognised = recognised(&then).await;
        assert_eq!(recognised.pages.len(), pages, "{what}: what was told before is kept");
        assert!(recognised.fault.is_some(), "{what}");
        assert!(begun.elapsed() < Duration::from_secs(100), "{what}: its time had to run out: {:?}", begun.elapsed());
    }
}
