//! The bounds of a reader's work as its parent keeps them: time by the clock, processor time, threads.
//!
//! A process can make itself deaf to the kernel's own limit on processor time, and what bounds threads there counts those of all
//! processes of a user. So the parent looks at its child from outside while it waits, and ends it beyond its bounds.

use std::fmt;
use std::fs::File;
use std::future::Future;
use std::io;
use std::os::unix::fs::FileExt;
use std::time::Duration;

use rustix::param::clock_ticks_per_second;
use rustix::process::{Pid, Resource, Rlimit, prlimit};
use tokio::time::{MissedTickBehavior, interval, sleep};

/// How often it is looked at. Ordinary messages are read before the first time.
const INTERVAL: Duration = Duration::from_millis(100);
/// Threads of a reader beyond which something else than reading goes on. It needs one or two.
const MOST_THREADS: u64 = 32;

/// What a reader may spend once it has answered: it drops what it read.
const TIDYING: Duration = Duration::from_secs(1);

/// What a piece of work may cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    /// By the clock.
    pub time: Duration,
    /// Of the processor.
    pub processor: Duration,
}

impl From<Duration> for Bounds {
    fn from(time: Duration) -> Self {
        Self { time, processor: time }
    }
}

/// Which bound was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Met {
    /// Time by the clock.
    Time,
    /// Processor time.
    Processor,
    /// So many threads.
    Threads(u64),
}

impl fmt::Display for Met {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Time => write!(to, "time is up"),
            Self::Processor => write!(to, "its processor time is up"),
            Self::Threads(count) => write!(to, "it started {count} threads"),
        }
    }
}

/// A look at a child that does not hang on its will.
pub(super) struct Watch {
    pid: u32,
    /// Opened while it is still to be seen: what holds the mail of others is hidden, also from its parent where `/proc` is mounted so.
    stat: File,
}

/// What a look shows.
struct Seen {
    processor: Duration,
    threads: u64,
}

impl Watch {
    /// Begins to watch a child that was just started.
    pub(super) fn new(pid: u32) -> io::Result<Self> {
        Ok(Self { pid, stat: File::open(format!("/proc/{pid}/stat"))? })
    }

    /// Waits for work of the child until a bound is met.
    pub(super) async fn within<T>(&self, bounds: Bounds, work: impl Future<Output = T>) -> Result<T, Met> {
        let begun = self.processor();
        let most = begun.saturating_add(bounds.processor);
        self.limit(most);
        tokio::select! {
            biased;
            done = work => Ok(done),
            met = self.until_beyond(most) => Err(met),
            () = sleep(bounds.time) => Err(Met::Time),
        }
    }

    /// Processor time that it has spent so far.
    pub(super) fn processor(&self) -> Duration {
        self.look().map(|seen| seen.processor).unwrap_or_default()
    }

    /// Whether it has done nothing since it had spent that much processor time.
    pub(super) fn is_at_rest(&self, spent: Duration) -> bool {
        // What cannot be seen any more has ended.
        !self.look().is_ok_and(|seen| seen.processor > spent + TIDYING || seen.threads > MOST_THREADS)
    }

    /// The kernel's own limit comes first, and ends the honest work on a file that has too much in it. It moves with each
    /// message, since a reader lives for many. A failure leaves the look from outside.
    fn limit(&self, most: Duration) {
        let seconds = Some(most.as_secs().saturating_add(1));
        let pid = i32::try_from(self.pid).ok().and_then(Pid::from_raw);
        let _ = pid.map(|pid| prlimit(Some(pid), Resource::Cpu, Rlimit { current: seconds, maximum: None }));
    }

    async fn until_beyond(&self, most: Duration) -> Met {
        let mut looks = interval(INTERVAL);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick is at once.
        looks.tick().await;
        loop {
            looks.tick().await;
            // What cannot be seen any more has ended, and whoever listens to it hears that.
            let Ok(seen) = self.look() else { continue };
            // The kernel's own limit is rounded up to a second, and shall come first.
            if seen.processor > most + Duration::from_secs(2) {
                return Met::Processor;
            }
            if seen.threads > MOST_THREADS {
                return Met::Threads(seen.threads);
            }
        }
    }

    /// Looks, as proc_pid_stat(5) describes it.
    fn look(&self) -> io::Result<Seen> {
        let mut bytes = [0; 1024];
        let count = self.stat.read_at(&mut bytes, 0)?;
        let text = String::from_utf8_lossy(bytes.get(..count).unwrap_or_default());
        seen(&text).ok_or_else(|| io::Error::other("/proc tells nothing of the reader"))
    }
}

/// The fields after the name, which may itself hold spaces and brackets.
fn seen(stat: &str) -> Option<Seen> {
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    let ticks = number(11)?.saturating_add(number(12)?);
    let processor = Duration::from_millis(ticks.saturating_mul(1000) / clock_ticks_per_second().max(1));
    Some(Seen { processor, threads: number(17)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_made_to_deceive_hides_neither_time_nor_threads() {
        let stat =
            "7 (a) R 1 (b) S 1 7 7 0 -1 4194560 100 0 0 0 250 50 0 0 20 0 40 0 100 5000 100 18446744073709551615 0";
        let seen = seen(stat).unwrap();
        assert_eq!((seen.processor, seen.threads), (Duration::from_secs(3), 40));
    }

    #[tokio::test]
    async fn work_within_its_bounds_is_waited_for_and_other_work_is_not() {
        let watch = Watch::new(std::process::id()).unwrap();
        let bounds = Bounds { time: Duration::from_millis(50), processor: Duration::from_secs(3600) };
        assert_eq!(watch.within(bounds, async { 7 }).await, Ok(7));
        assert_eq!(watch.within(bounds, std::future::pending::<()>()).await, Err(Met::Time));
    }
}
