//! Machines that lack a lock: the operator is told which, and decides. Here a kernel is made to look older than it is, by a filter
//! that lets the calls of a lock be unknown.

use std::collections::BTreeMap;
use std::fs;
use std::process::Output;

use nix::sys::personality::{self, Persona};
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter, apply_filter};

use super::{THREADS, Wanted, check};
use crate::support::daemon::Postroom;
use crate::support::letter::Letter;

const LANDLOCK: [libc::c_long; 3] =
    [libc::SYS_landlock_create_ruleset, libc::SYS_landlock_add_rule, libc::SYS_landlock_restrict_self];
const SECCOMP: [libc::c_long; 1] = [libc::SYS_seccomp];

/// Runs commands on a machine that does not know these system calls. A filter holds for a thread and what it starts.
fn on_a_machine_without<T: Send>(calls: &[libc::c_long], run: impl FnOnce() -> T + Send) -> T {
    let unknown = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    let rules: BTreeMap<i64, Vec<_>> = calls.iter().map(|call| (*call, Vec::new())).collect();
    let machine = std::env::consts::ARCH.try_into().unwrap();
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, unknown, machine).unwrap();
    let program = BpfProgram::try_from(filter).unwrap();
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            apply_filter(&program).unwrap();
            run()
        });
        thread.join().unwrap()
    })
}

/// An installation with a Maildir of one mail, and this in its configuration under `[reader]`.
fn installation(reader: &str) -> Postroom {
    let postroom = Postroom::new(&format!(
        "notices = \"off\"\n[[mailbox]]\nname = \"m\"\nkind = \"maildir\"\npath = \"mails\"\n[reader]\n{reader}\n"
    ));
    for part in ["new", "cur", "tmp"] {
        fs::create_dir_all(postroom.home().join("mails").join(part)).unwrap();
    }
    let mail = Letter::with_form("li@corp.example", "岭泽市梧桐树科技有限公司", "1200万元").bytes();
    fs::write(postroom.home().join("mails/new/0001.a.b"), &mail).unwrap();
    fs::write(postroom.home().join("one.eml"), &mail).unwrap();
    postroom
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// Words that name the lock and both remedies.
fn names(text: &str, layer: &str) -> bool {
    text.contains(&format!("{layer}: ")) && text.contains("may_lack")
}

#[test]
fn a_machine_without_a_lock_is_refused_before_anything_is_read() {
    for (layer, calls) in [("landlock", &LANDLOCK[..]), ("seccomp", &SECCOMP[..])] {
        let postroom = installation("");
        let (checked, ran, read) = on_a_machine_without(calls, || {
            (postroom.command(&["check"]), postroom.command(&["run"]), postroom.command(&["read", "one.eml"]))
        });
        for (what, output) in [("check", &checked), ("run", &ran), ("read", &read)] {
            let text = told(output);
            assert_eq!(output.status.code(), Some(1), "{what}: {text}");
            assert!(names(&text, layer), "{what}: {text}");
        }
        assert!(read.stdout.is_empty(), "nothing was read: {}", told(&read));
        assert!(postroom.home().join("mails/new/0001.a.b").exists(), "the mail waits: {}", told(&ran));
        assert_eq!(postroom.rows("SELECT count(*) FROM message"), ["0"]);
    }
}

#[test]
fn a_machine_without_a_lock_is_good_enough_where_the_configuration_says_so() {
    for (layer, calls) in [("landlock", &LANDLOCK[..]), ("seccomp", &SECCOMP[..])] {
        let mut postroom = installation(&format!("may_lack = [\"{layer}\"]"));
        on_a_machine_without(calls, || {
            let checked = postroom.command(&["check"]);
            let text = told(&checked);
            assert!(checked.status.success() && text.contains("NOT confined"), "{text}");
            assert!(text.contains("accepted by `may_lack`"), "{text}");
            let read = postroom.command(&["read", "--may-lack", layer, "one.eml"]);
            assert!(read.status.success() && told(&read).contains("1200万元"), "{}", told(&read));
            postroom.run();
            postroom.wait(&["m1 accepted"]);
            postroom.stop();
        });
        assert_eq!(postroom.count(&["unconfined", layer]), 1, "said once: {}", postroom.log());
        // What is accepted is that lock, and no other.
        let other = if layer == "landlock" { &SECCOMP[..] } else { &LANDLOCK };
        let refused = on_a_machine_without(other, || postroom.command(&["check"]));
        assert_eq!(refused.status.code(), Some(1), "{}", told(&refused));
    }
}

/// Whether this process may have memory that is read be memory that is run. That holds for the thread that asks.
fn may_run_what_it_reads() -> bool {
    let asked = std::thread::spawn(|| personality::set(Persona::READ_IMPLIES_EXEC).is_ok());
    asked.join().unwrap()
}

/// The other side of the test of the cage: what is tried there can be done where the cage has no walls, so that a wall that is
/// missing shows. What limits and dropped privileges refuse is refused here as well.
#[test]
fn without_its_walls_the_cage_does_not_hold_and_says_so() {
    let postroom = installation("may_lack = [\"landlock\", \"seccomp\"]");
    let calls = [&LANDLOCK[..], &SECCOMP].concat();
    let output = on_a_machine_without(&calls, || postroom.command(&["check", "--cage"]));
    // Containers may keep it from everybody.
    let runnable = if may_run_what_it_reads() {
        ("have memory that can be run", false, "it has memory that it can write and run")
    } else {
        ("have memory that can be run", true, "Operation not permitted")
    };
    let wanted: [Wanted; 23] = [
        ("read a file", false, "it was read"),
        ("write a file", false, "it was made"),
        ("list a folder", false, "it was listed"),
        ("read the daemon's environment", true, "Permission denied"),
        ("find something in its own environment", true, "there is nothing"),
        ("connect over TCP", false, "it was connected"),
        ("listen on a port", false, "it listens"),
        ("send over UDP", false, "it was sent"),
        ("connect to a socket in a folder", false, "it was connected"),
        ("connect to a socket without a folder", false, "it was connected"),
        ("start a program", false, "it ran"),
        ("become another program", false, "it ended: exit status: 2"),
        ("send the daemon a signal", false, "it was sent"),
        ("reach into the daemon's memory", true, "Operation not permitted"),
        runnable,
        ("raise its limits", false, "they are higher"),
        ("take more memory than it may", true, "no more than"),
        ("open 1,000 descriptors", true, "Too many open files"),
        ("start 10,000 threads", true, THREADS),
        ("compute without end", true, "SIGXCPU"),
        ("compute without end, deaf to the kernel", true, "its processor time is up"),
        ("wait without end", true, "time is up"),
        ("talk without end", true, "time is up"),
    ];
    check(&output, &wanted);
    assert_eq!(output.status.code(), Some(1), "{}", told(&output));
}

#[test]
fn with_landlock_alone_or_seccomp_alone_no_file_is_opened_and_nothing_connected() {
    for (layer, calls) in [("landlock", &LANDLOCK[..]), ("seccomp", &SECCOMP[..])] {
        let postroom = installation(&format!("may_lack = [\"{layer}\"]"));
        let output = on_a_machine_without(calls, || postroom.command(&["check", "--cage"]));
        let text = told(&output);
        for what in ["read a file", "write a file", "list a folder", "connect over TCP", "become another program"] {
            assert!(text.contains(&format!("cage: {what}: held")), "without {layer}: {what}\n{text}");
        }
    }
}
