//! The unit for systemd: how much it takes away, and that the daemon with its confined readers works with what is left.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

use crate::support::daemon::Postroom;
use crate::support::letter::{Letter, words};
use crate::support::post::REPLIES;

const UNIT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/deploy/postroom.service");
/// Where the kernel's headers number the system calls (Debian's linux-libc-dev, which comes with the C compiler).
const NUMBERS: &str = "/usr/include/x86_64-linux-gnu/asm/unistd_64.h";
/// The most that systemd may find exposed, of 10.
const EXPOSED: f64 = 1.5;

fn systemd_analyze(arguments: &[&str]) -> String {
    let output = Command::new("systemd-analyze").args(arguments).env("SYSTEMD_COLORS", "0").output();
    let output = output.expect("systemd-analyze; tests/run installs it");
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn systemd_finds_little_exposed() {
    let told = systemd_analyze(&["security", "--offline=yes", "--no-pager", UNIT]);
    let line = told.lines().find(|line| line.contains("Overall exposure level")).unwrap_or_else(|| panic!("{told}"));
    println!("{line}");
    let level: f64 = line.split(": ").nth(1).unwrap().split(' ').next().unwrap().parse().unwrap();
    assert!(level <= EXPOSED, "{told}");
}

#[test]
fn systemd_understands_every_line_of_the_unit() {
    let folder = tempfile::tempdir().unwrap();
    let unit = std::fs::read_to_string(UNIT).unwrap();
    let copy = folder.path().join("postroom.service");
    std::fs::write(&copy, unit.replace("/usr/local/bin/postroom", "/bin/true")).unwrap();
    let told = systemd_analyze(&["verify", copy.to_str().unwrap()]);
    assert!(!told.contains("postroom.service"), "{told}");
    std::fs::write(&copy, unit.replace("/usr/local/bin/postroom", "/bin/true").replace("UMask", "Umask")).unwrap();
    let told = systemd_analyze(&["verify", copy.to_str().unwrap()]);
    assert!(told.contains("Unknown key"), "a mistake would be seen: {told}");
}

/// The values of a key of the unit, in order.
fn values(unit: &str, key: &str) -> Vec<String> {
    unit.lines().filter_map(|line| line.strip_prefix(key)?.strip_prefix('=')).map(str::to_owned).collect()
}

/// The system calls of all of systemd's sets, by the set's name.
fn sets() -> BTreeMap<String, Vec<String>> {
    let told = systemd_analyze(&["syscall-filter", "--no-pager"]);
    let (mut sets, mut current) = (BTreeMap::<String, Vec<String>>::new(), String::new());
    for line in told.lines() {
        if line.starts_with('@') {
            current = line.to_owned();
        } else if line.starts_with(' ') && !line.trim_start().starts_with('#') && !line.trim().is_empty() {
            sets.entry(current.clone()).or_default().push(line.trim().to_owned());
        }
    }
    sets
}

fn calls(name: &str, sets: &BTreeMap<String, Vec<String>>) -> BTreeSet<String> {
    match sets.get(name) {
        Some(members) => members.iter().flat_map(|member| calls(member, sets)).collect(),
        None => BTreeSet::from([name.to_owned()]),
    }
}

/// What `SystemCallFilter` leaves: the first line allows, `~` takes away, what stands after it is added.
fn allowed(unit: &str) -> BTreeSet<String> {
    let (sets, mut allowed) = (sets(), calls("@default", &sets()));
    assert!(sets.len() > 20, "systemd tells of its sets: {sets:?}");
    for line in values(unit, "SystemCallFilter") {
        let takes_away = line.starts_with('~');
        for name in line.trim_start_matches('~').split(' ').flat_map(|name| calls(name, &sets)) {
            if takes_away {
                allowed.remove(&name);
            } else {
                allowed.insert(name);
            }
        }
    }
    allowed
}

/// The filters as systemd would load them: the calls, the families of sockets, no memory that is both writable and executable.
fn filters() -> Vec<BpfProgram> {
    let unit = std::fs::read_to_string(UNIT).unwrap();
    let header = std::fs::read_to_string(NUMBERS).unwrap();
    let number = |line: &str| {
        let (name, number) = line.strip_prefix("#define __NR_")?.split_once(' ')?;
        Some((name.to_owned(), number.trim().parse::<i64>().ok()?))
    };
    let numbers: BTreeMap<String, i64> = header.lines().filter_map(number).collect();
    let rules =
        allowed(&unit).iter().filter_map(|name| Some((*numbers.get(name)?, Vec::new()))).collect::<BTreeMap<_, _>>();
    assert!(rules.len() > 200 && !rules.contains_key(&numbers["mount"]), "{} calls", rules.len());

    assert_eq!(values(&unit, "RestrictAddressFamilies"), ["AF_INET AF_INET6 AF_UNIX"]);
    let families = [libc::AF_INET, libc::AF_INET6, libc::AF_UNIX].map(|family| u64::from(family.unsigned_abs()));
    let other = Vec::from(families.map(|family| condition(0, SeccompCmpOp::Ne, family)));

    assert_eq!(values(&unit, "MemoryDenyWriteExecute"), ["yes"]);
    let [write, run] = [libc::PROT_WRITE, libc::PROT_EXEC].map(|bit| u64::from(bit.unsigned_abs()));
    let both = condition(2, SeccompCmpOp::MaskedEq(write | run), write | run);
    let denied = BTreeMap::from([
        (libc::SYS_socket, vec![SeccompRule::new(other).unwrap()]),
        (libc::SYS_mmap, vec![SeccompRule::new(vec![both]).unwrap()]),
        (libc::SYS_mprotect, vec![SeccompRule::new(vec![condition(2, SeccompCmpOp::MaskedEq(run), run)]).unwrap()]),
    ]);
    let refuse = || SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let filter = |rules, otherwise, matched| {
        let filter = SeccompFilter::new(rules, otherwise, matched, std::env::consts::ARCH.try_into().unwrap()).unwrap();
        BpfProgram::try_from(filter).unwrap()
    };
    vec![filter(denied, SeccompAction::Allow, refuse()), filter(rules, refuse(), SeccompAction::Allow)]
}

fn condition(argument: u8, compare: SeccompCmpOp, value: u64) -> SeccompCondition {
    SeccompCondition::new(argument, SeccompCmpArgLen::Dword, compare, value).unwrap()
}

/// Does something in a thread that the filters hold for, and for what it starts.
fn within<T: Send>(filters: &[BpfProgram], work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = scope.spawn(|| {
            filters.iter().for_each(|filter| seccompiler::apply_filter(filter).unwrap());
            work()
        });
        thread.join().unwrap()
    })
}

#[test]
fn the_daemon_and_its_readers_work_with_the_calls_that_the_unit_leaves() {
    let filters = filters();
    // The filters do hold: what the unit forbids fails.
    within(&filters, || {
        assert!(rustix::net::socket(rustix::net::AddressFamily::NETLINK, rustix::net::SocketType::RAW, None).is_err());
        assert!(rustix::net::socket(rustix::net::AddressFamily::INET, rustix::net::SocketType::STREAM, None).is_ok());
    });
    let post = "[[mailbox]]\nname = \"main\"\nkind = \"maildir\"\npath = \"post\"\npoll = \"1s\"\n";
    let mut postroom =
        Postroom::new(&format!("answer_since = \"2010-01-01\"\n{post}{REPLIES}[http]\nlisten = \"127.0.0.1:0\"\n"));
    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(postroom.home().join("post").join(part)).unwrap();
    }
    let from = "li@corp.example";
    let mail = Letter::with_form(from, "岭泽市梧桐树科技有限公司", "1200").bytes();
    std::fs::write(postroom.home().join("post/new/1.eml"), mail).unwrap();

    // Readers are confined as they are without the unit.
    let readers = |told: String| told.lines().find(|line| line.starts_with("readers:")).unwrap().to_owned();
    let free = readers(postroom.say(&["check"]));
    assert_eq!(within(&filters, || readers(postroom.say(&["check"]))), free);

    within(&filters, || postroom.run());
    postroom.until("SELECT kind, state FROM notice", &["correction|sent"]);
    let reply = std::fs::read_dir(postroom.home().join("replies")).unwrap().next().unwrap().unwrap().path();
    let (subject, text) = words(&std::fs::read(reply).unwrap());
    assert!(subject.contains("【请更正】") && text.contains("营业收入"), "{subject} {text}");
    postroom.stop();
    assert_eq!(postroom.count(&["trouble"]), 0, "{}", postroom.log());
}
