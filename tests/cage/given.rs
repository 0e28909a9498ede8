//! What a reader is given, looked at from outside: no environment, no descriptor but its own, no privilege; and when it ends.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use postroom::document::Limits;
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::process::{Pid, Signal, kill_process};

use crate::recognition::{deliver, recognising, sample, scan};
use crate::support::daemon::{PATIENCE, Postroom, program};

/// A daemon with a secret in its environment and a file that somebody left open for it; and its reader.
fn daemon() -> (Postroom, File, i32) {
    let mut postroom = Postroom::new("[reader]\nreaders = 1\n");
    let path = postroom.home().join("left-open");
    fs::write(&path, "geheim").unwrap();
    let left_open = File::open(&path).unwrap();
    fcntl_setfd(&left_open, FdFlags::empty()).unwrap();
    let mut command = postroom.program();
    command.arg("run").env("SECRET_OF_THE_DAEMON", "geheim");
    postroom.spawn_as(command);
    postroom.wait(&["started"]);
    let reader = postroom.readers().first().expect("a reader waits from the start").as_raw_pid();
    (postroom, left_open, reader)
}

fn of(process: i32, what: &str) -> String {
    String::from_utf8_lossy(&fs::read(format!("/proc/{process}/{what}")).unwrap()).into_owned()
}

/// What its descriptors are, by number.
fn descriptors(process: i32) -> Vec<(i32, String)> {
    let entries = fs::read_dir(format!("/proc/{process}/fd")).unwrap().map(Result::unwrap);
    let one = |entry: fs::DirEntry| {
        let what = fs::read_link(entry.path()).unwrap().to_string_lossy().into_owned();
        (entry.file_name().to_string_lossy().parse().unwrap(), what)
    };
    entries.map(one).collect()
}

/// A field of `/proc/…/status` or `/proc/…/limits`.
fn field(text: &str, name: &str) -> String {
    let line = text.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_else(|| panic!("no {name} in {text}"));
    line.split_whitespace().next().unwrap().to_owned()
}

fn until(what: &str, mut done: impl FnMut() -> bool) {
    // Recognition goes last, and takes long where much else goes on.
    let deadline = Instant::now() + PATIENCE * 8;
    while !done() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether a process is there and no mere entry of its parent's.
fn lives(process: i32) -> bool {
    fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| !stat.contains(") Z "))
}

#[test]
fn a_reader_has_nothing_of_its_daemon() {
    let (postroom, _left_open, reader) = daemon();
    let daemon = i32::try_from(postroom.pid()).unwrap();
    assert!(of(daemon, "environ").contains("geheim"), "the daemon itself was given the secret");
    assert!(descriptors(daemon).iter().any(|(_, what)| what.ends_with("left-open")), "and the file");

    assert_eq!(of(reader, "environ"), "MALLOC_MMAP_THRESHOLD_=8388608\0MALLOC_TRIM_THRESHOLD_=8388608\0");
    assert_eq!(of(reader, "cmdline"), "postroom\0reader\0");
    assert_eq!(of(reader, "comm"), "postroom-reader\n");
    assert_eq!(fs::read_link(format!("/proc/{reader}/cwd")).unwrap(), std::path::Path::new("/"));

    let all = descriptors(reader);
    let own: BTreeSet<&String> = all.iter().filter(|(number, _)| *number < 3).map(|(_, what)| what).collect();
    let kinds: Vec<bool> = ["/memfd:message", "socket:", "pipe:"]
        .iter()
        .map(|kind| own.iter().any(|what| what.starts_with(kind)))
        .collect();
    assert_eq!((own.len(), kinds), (3, vec![true; 3]), "{all:?}");
    assert!(all.iter().all(|(_, what)| own.contains(what)), "copies of these three and nothing else: {all:?}");
    let flags = field(&of(reader, "fdinfo/0"), "flags:");
    assert!(flags.ends_with('0'), "a message is to be read only: {flags}");
}

#[test]
fn a_reader_has_no_privileges_and_no_more_than_its_share() {
    let (_postroom, _left_open, reader) = daemon();
    let status = of(reader, "status");
    for (name, wanted) in [("NoNewPrivs:", "1"), ("Seccomp:", "2"), ("Seccomp_filters:", "2"), ("Threads:", "1")] {
        assert_eq!(field(&status, name), wanted, "{name}");
    }
    for powers in ["CapInh:", "CapPrm:", "CapEff:", "CapAmb:"] {
        assert_eq!(field(&status, powers), "0000000000000000", "{powers}");
    }
    let limits = of(reader, "limits");
    let wanted = [
        ("Max address space", "1073741824"),
        ("Max open files", "16"),
        ("Max processes", "8192"),
        ("Max core file size", "0"),
        ("Max file size", "0"),
    ];
    for (name, wanted) in wanted {
        assert_eq!(field(&limits, name), wanted, "{name}");
    }
}

#[test]
fn a_word_to_the_daemon_is_none_to_its_readers() {
    let (_postroom, _left_open, reader) = daemon();
    let stat = of(reader, "stat");
    let group = stat.rsplit_once(')').unwrap().1.split_whitespace().nth(2).unwrap();
    assert_eq!(group, reader.to_string(), "Ctrl-C goes to a group, and would break what is being read");
}

#[test]
fn a_reader_dies_with_its_daemon() {
    let (mut postroom, _left_open, reader) = daemon();
    assert!(lives(reader));
    postroom.kill();
    until("the reader outlives its daemon", || !lives(reader));
}

/// A reader started by this process, and told that this one is its parent; what it says to that, and on its standard error.
fn first_words(parent: u32) -> (Vec<u8>, String) {
    let setup = serde_json::json!({
        "surveys": [], "limits": Limits::default(), "memory": 1 << 30, "parent": parent, "may_lack": [],
    });
    let setup = setup.to_string();
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    let mut child = Command::new(program())
        .arg("reader")
        .stdin(Stdio::from(tempfile::tempfile().unwrap()))
        .stdout(Stdio::from(OwnedFd::from(theirs)))
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    ours.write_all(&u32::try_from(setup.len()).unwrap().to_le_bytes()).unwrap();
    ours.write_all(setup.as_bytes()).unwrap();
    ours.shutdown(std::net::Shutdown::Write).unwrap();
    let (mut said, mut complained) = (Vec::new(), String::new());
    ours.read_to_end(&mut said).unwrap();
    child.stderr.take().unwrap().read_to_string(&mut complained).unwrap();
    child.wait().unwrap();
    (said, complained)
}

#[test]
fn a_reader_whose_daemon_died_before_it_could_know_ends_at_once() {
    let (said, complained) = first_words(std::process::id());
    assert!(String::from_utf8_lossy(&said).contains("Ready") && complained.is_empty(), "{complained}");
    // Whoever took over from a parent that is gone is another one.
    let (said, complained) = first_words(std::process::id() + 1);
    assert!(said.is_empty() && complained.contains("the parent is gone"), "{complained}");
}

#[test]
fn a_reader_that_was_killed_is_replaced() {
    let (postroom, _left_open, reader) = daemon();
    kill_process(Pid::from_raw(reader).unwrap(), Signal::KILL).unwrap();
    let mail = crate::support::letter::Letter::with_form("li@corp.example", "岭泽市梧桐树科技有限公司", "1200万元");
    fs::write(postroom.home().join("one.eml"), mail.bytes()).unwrap();
    postroom.say(&["ingest", "one.eml"]);
    postroom.until("SELECT disposition FROM message", &["accepted"]);
}

#[test]
fn the_recogniser_is_in_the_same_cage() {
    let postroom = recognising();
    deliver(&postroom, 1, &scan("盖章扫描.png", sample("form.png")));
    let mut caged = None;
    until("no recogniser was seen in its cage", || {
        let children = postroom.readers();
        let is_one = |pid: &i32| {
            let told = |what| fs::read_to_string(format!("/proc/{pid}/{what}")).unwrap_or_default();
            told("cmdline").contains("recogniser") && told("status").contains("Seccomp:\t2")
        };
        caged = children
            .iter()
            .map(|pid| pid.as_raw_pid())
            .find(is_one)
            .map(|pid| (of(pid, "environ"), of(pid, "status"), of(pid, "limits"), descriptors(pid)));
        caged.is_some()
    });
    let (environment, status, limits, descriptors) = caged.unwrap();
    assert!(!environment.contains("PATH"), "{environment:?}");
    assert_eq!((field(&status, "NoNewPrivs:"), field(&status, "CapPrm:")), ("1".into(), "0000000000000000".into()));
    assert_eq!(field(&limits, "Max address space"), (2_u64 << 30).to_string());
    assert!(field(&limits, "Max cpu time").parse::<u64>().is_ok(), "it has one scan to read: {limits}");
    let foreign = |what: &String| !["/memfd:message", "socket:", "pipe:"].iter().any(|own| what.starts_with(own));
    assert!(!descriptors.iter().any(|(_, what)| foreign(what)), "{descriptors:?}");
    postroom.until("SELECT state FROM recognition", &["done"]);
}
