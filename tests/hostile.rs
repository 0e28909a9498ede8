//! Files made to break what reads them, each in a mail before a sound one, through `postroom read` and its confined reader.
//!
//! What is made to get out (of an archive's folder, over the network, through words that we repeat) is in `escapes` and `words`.
//!
//! Each must end within the limits with its issue, and the sound mail must be read as ever. Time and peak memory of
//! the readers are printed: `cargo test --test main -- hostile --nocapture`.

mod archives;
mod documents;
mod escapes;
mod messages;
mod tables;
mod words;

use std::fs;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::daemon::program;
use crate::support::letter::{Letter, form};

/// What `postroom read` gives a reader: address space, and time for one try.
const MEMORY: u64 = 1 << 30;
const TIME: Duration = Duration::from_secs(60);
/// Tries that a message may need: with all its parts, and without the one that broke the reader.
const TRIES: u32 = 2;

/// A hostile mail, made when its turn comes.
struct Case {
    name: &'static str,
    make: fn() -> Vec<u8>,
    /// How it must be read, as [`told`] puts it; two ways where it hangs on the machine whether the time suffices.
    wanted: &'static str,
}

/// What a run cost, and how it ended.
struct Run {
    time: Duration,
    /// Peak of the resident memory of one reader, in bytes.
    memory: u64,
    status: ExitStatus,
}

/// A mail with one file.
fn mail(name: &str, file: Vec<u8>) -> Vec<u8> {
    Letter::new("hostile@corp.example").file(name, file).bytes()
}

/// Cells of the founding survey's form, filled in: labels, then answers.
fn filled() -> Vec<Vec<String>> {
    let text = String::from_utf8(form("甲公司", "3亿元")).unwrap();
    let cells = |line: &str| line.split(',').map(|cell| cell.trim_matches(['"', '\u{feff}']).to_owned()).collect();
    text.lines().map(cells).collect()
}

/// Reads all cases and prints what each cost; fails when one was not read as wanted.
fn check(cases: &[Case]) {
    let home = tempfile::Builder::new().prefix("postroom-hostile").tempdir().unwrap();
    let sound = Letter::with_form("sound@corp.example", "乙公司", "300万元").bytes();
    fs::write(home.path().join("sound.eml"), sound).unwrap();
    let mut faults = Vec::new();
    for case in cases {
        fs::write(home.path().join("hostile.eml"), (case.make)()).unwrap();
        let run = read(home.path());
        let output = fs::read_to_string(home.path().join("output")).unwrap();
        let lines: Vec<Value> = output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let seen: Vec<String> = lines.iter().map(told).collect();
        let (seconds, mebibytes) = (run.time.as_secs_f64(), run.memory >> 20);
        println!("{:48} {seconds:6.2} s {mebibytes:5} MiB  {}", case.name, seen.join(" | "));
        let is_wanted = case.wanted.split(" | ").any(|wanted| seen == [wanted, "accepted, 1 return"]);
        if !is_wanted || !run.status.success() || run.memory > MEMORY {
            faults.push(format!("{}: {seen:?}, wanted {:?}; {}", case.name, case.wanted, run.status));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// A reading in a few words: disposition, returns, codes of the issues.
fn told(line: &Value) -> String {
    let mut words = vec![line["disposition"].as_str().unwrap().to_owned()];
    let returns = line["returns"].as_array().unwrap();
    if !returns.is_empty() {
        words.push(format!("{} return", returns.len()));
    }
    let of_returns = returns.iter().flat_map(|one| one["issues"].as_array().unwrap());
    let issues = line["issues"].as_array().unwrap().iter().chain(of_returns);
    let mut codes: Vec<String> = issues.map(|issue| issue["code"].as_str().unwrap().to_owned()).collect();
    codes.sort();
    codes.dedup();
    words.extend(codes);
    words.join(", ")
}

/// Lets the program read both mails; a run that does not end within its limit fails at once.
fn read(home: &Path) -> Run {
    let output = fs::File::create(home.join("output")).unwrap();
    let start = Instant::now();
    let mut child = Command::new(program())
        .args(["read", "hostile.eml", "sound.eml"])
        .current_dir(home)
        .stdin(Stdio::null())
        .stdout(output)
        .spawn()
        .unwrap();
    let mut memory = 0;
    loop {
        memory = memory.max(peak_of_readers(&child));
        if let Some(status) = child.try_wait().unwrap() {
            return Run { time: start.elapsed(), memory, status };
        }
        if start.elapsed() > TIME * (TRIES + 1) {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("not ended after {:?}", start.elapsed());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The highest peak among the readers that run now. The kernel keeps the peak, so that only a reader's last moment goes unseen.
fn peak_of_readers(parent: &Child) -> u64 {
    let tasks = fs::read_dir(format!("/proc/{}/task", parent.id())).into_iter().flatten().flatten();
    let lists = tasks.map(|task| fs::read_to_string(task.path().join("children")).unwrap_or_default());
    let readers = lists.flat_map(|list| list.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
    readers.map(|reader| peak(&reader)).max().unwrap_or_default()
}

fn peak(process: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.and_then(|line| line.trim().strip_suffix(" kB")).and_then(|number| number.parse::<u64>().ok());
    kibibytes.unwrap_or_default() << 10
}

/// Bytes without any order, the same in every run (Marsaglia's xorshift).
fn noise(count: usize) -> Vec<u8> {
    let mut state = 20_171_220_u64;
    let mut byte = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()[3]
    };
    (0..count).map(|_| byte()).collect()
}
