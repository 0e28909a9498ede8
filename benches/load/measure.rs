//! What a program costs: wall time, processor time of it and all it started, peak memory of all of them together.
//!
//! Processor time is what the kernel adds to this process when it reaps a child (wait4(2)); orphans come here too, since this
//! process is their reaper. Memory is sampled: proportional set sizes (pages that several processes share count once) and
//! memory files handed over as standard input.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use rustix::process::{Pid, WaitOptions};

/// Between two samples of memory.
const SAMPLE: Duration = Duration::from_millis(30);

/// The kernel's clock ticks in a second, as `/proc` counts them (proc(5): USER_HZ, 100 on all of Linux today).
const TICKS: f64 = 100.0;

/// What a run cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    /// User and system seconds.
    pub(crate) cpu: f64,
    /// Seconds of the server meanwhile.
    pub(crate) server_cpu: f64,
    /// Peak in bytes.
    pub(crate) memory: u64,
}

/// Runs a program; `until` waits for what counts as its end, and says when that was. It may leave the program running no longer.
pub(crate) fn run<T>(command: &mut Command, server: u32, until: impl FnOnce(&mut Child) -> (Instant, T)) -> (Cost, T) {
    rustix::process::set_child_subreaper(Some(rustix::process::getpid())).unwrap();
    let (server_before, before) = (tree_seconds(server), reaped_seconds());
    let start = Instant::now();
    let mut child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let memory = Memory::watch(child.id());
    let (end, result) = until(&mut child);
    let server_cpu = tree_seconds(server) - server_before;
    let memory = memory.peak();
    child.wait().unwrap();
    reap_orphans();
    (Cost { wall: end - start, cpu: reaped_seconds() - before, server_cpu, memory }, result)
}

/// Waits until a program ends by itself.
pub(crate) fn to_its_end(child: &mut Child) -> (Instant, ()) {
    let pid = Pid::from_child(child);
    // The end is seen without reaping, so that the time is taken first.
    let options = rustix::process::WaitIdOptions::EXITED | rustix::process::WaitIdOptions::NOWAIT;
    rustix::process::waitid(rustix::process::WaitId::Pid(pid), options).unwrap();
    (Instant::now(), ())
}

/// Takes in what the program left behind: its own children end with it.
fn reap_orphans() {
    let until = Instant::now() + Duration::from_secs(5);
    let server_and_none = |count: usize| count <= 1;
    while !server_and_none(children(std::process::id()).len()) && Instant::now() < until {
        if !matches!(rustix::process::wait(WaitOptions::NOHANG), Ok(Some(_))) {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

/// User and system seconds of a process: its own, and those of the children it reaped.
fn seconds(pid: u32) -> (f64, f64) {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
    ((ticks(11) + ticks(12)) / TICKS, (ticks(13) + ticks(14)) / TICKS)
}

fn reaped_seconds() -> f64 {
    seconds(std::process::id()).1
}

fn tree_seconds(pid: u32) -> f64 {
    let (own, reaped) = seconds(pid);
    own + reaped + children(pid).into_iter().map(tree_seconds).sum::<f64>()
}

/// Children of all threads of a process.
fn children(pid: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let lists = tasks.map(|task| fs::read_to_string(task.path().join("children")).unwrap_or_default());
    lists.flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<u32>>()).collect()
}

/// A thread that samples the memory of a process and its children.
struct Memory {
    stop: Arc<AtomicBool>,
    peak: Arc<AtomicU64>,
    thread: std::thread::JoinHandle<()>,
}

impl Memory {
    fn watch(pid: u32) -> Self {
        let (stop, peak) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
        let (stopped, highest) = (Arc::clone(&stop), Arc::clone(&peak));
        let thread = std::thread::spawn(move || {
            while !stopped.load(Ordering::Relaxed) {
                let now = memory(pid) + children(pid).into_iter().map(memory).sum::<u64>();
                highest.fetch_max(now, Ordering::Relaxed);
                std::thread::sleep(SAMPLE);
            }
        });
        Self { stop, peak, thread }
    }

    fn peak(self) -> u64 {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.join().unwrap();
        self.peak.load(Ordering::Relaxed)
    }
}

/// Bytes of a process: its share of its pages, and the memory file that is its standard input.
fn memory(pid: u32) -> u64 {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let pss =
        rollup.lines().find_map(|line| line.strip_prefix("Pss:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let input = PathBuf::from(format!("/proc/{pid}/fd/0"));
    let is_memory_file = fs::read_link(&input).is_ok_and(|target| target.starts_with("/memfd:message (deleted)"));
    let file = fs::metadata(&input).ok().filter(|_| is_memory_file).map_or(0, |file| file.blocks() * 512);
    pss.unwrap_or_default() * 1024 + file
}
