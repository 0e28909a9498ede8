//! Readers that were taken over, as far as their daemon is concerned: whatever they say, it costs the message they were given.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use postroom::document::Limits;
use postroom::reader::{Job, Outcome, Pool, Settings};
use postroom::survey::Survey;

/// What a reader says first.
const READY: &str = "{\"Ready\":{\"lacks\":[],\"landlock\":null}}";

/// A frame of the protocol as `printf` of a shell takes it.
fn frame(text: &str) -> String {
    let length = u32::try_from(text.len()).unwrap().to_le_bytes();
    let length: String = length.iter().map(|byte| format!("\\{byte:03o}")).collect();
    format!("printf '{length}%s' '{text}'\n")
}

/// A program that says it is ready, and then does this.
fn liar(folder: &Path, then: &str) -> PathBuf {
    let path = folder.join("liar");
    fs::write(&path, format!("#!/bin/sh\n{}{then}", frame(READY))).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path
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
        ("announces 4 GiB", "printf '\\377\\377\\377\\377'\nexec sleep 60\n".to_owned()),
        ("sends the largest frame", large.to_owned()),
        ("talks without end", format!("while :; do\n{part}done\n")),
        ("answers something else", frame(READY) + "exec sleep 60\n"),
        ("answers no sense", frame("[[[[") + "exec sleep 60\n"),
        ("answers half", "printf '\\100\\000\\000\\000{'\nexec sleep 60\n".to_owned()),
        ("hangs up", "exit 0\n".to_owned()),
        ("says nothing", "exec sleep 60\n".to_owned()),
    ] {
        let folder = tempfile::Builder::new().prefix("postroom-liar").tempdir().unwrap();
        let pool = Pool::new(Settings {
            program: liar(folder.path(), &then),
            readers: 1,
            surveys: vec![Survey::founding().unwrap()],
            limits: Limits::default(),
            time: Duration::from_secs(1),
            memory: 1 << 30,
            messages: 10,
            may_lack: Vec::new(),
        });
        let begun = Instant::now();
        let source = Box::new(|to: &mut dyn std::io::Write| to.write_all(b"Subject: x\r\n\r\nx"));
        let job = Job { source, surveys: Vec::new(), authserv_id: None, document: None };
        let outcomes = pool.read(vec![job]).await;
        assert!(matches!(outcomes[..], [Outcome::Failed(_) | Outcome::NotTried(_)]), "{what}: {outcomes:?}");
        assert!(begun.elapsed() < Duration::from_secs(15), "{what}: {:?}", begun.elapsed());
        // The largest frame and its copy, and no more.
        assert!(peak() < 512, "{what}: {} MiB", peak());
    }
}
