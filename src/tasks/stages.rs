//! Processor time by stage: what the log says of it at the debug level when the daemon stops, and the load test prints.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::reader::{Spent, thread_time};

/// Processor time of one stage. A handle: clones count together.
#[derive(Debug, Clone, Default)]
pub struct Stage(Arc<AtomicU64>);

impl Stage {
    /// Does a piece of work and counts its time.
    pub fn count<T>(&self, work: impl FnOnce() -> T) -> T {
        let begun = thread_time();
        let done = work();
        let spent = thread_time().saturating_sub(begun);
        self.0.fetch_add(u64::try_from(spent.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
        done
    }

    /// Counts the time in which a future is at work, whichever threads that is on.
    pub async fn follow<T>(self, future: impl Future<Output = T>) -> T {
        let mut future = pin!(future);
        std::future::poll_fn(|context| self.count(|| Pin::as_mut(&mut future).poll(context))).await
    }

    /// The time so far.
    #[must_use]
    pub fn spent(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }
}

/// Processor time of the daemon's own stages.
#[derive(Debug, Clone, Default)]
pub struct Stages {
    /// Speaking with mailboxes.
    pub fetch: Stage,
    /// Hashing and compressing.
    pub pack: Stage,
    /// Handing messages to readers and taking readings back.
    pub hand_over: Stage,
    /// Judging.
    pub judge: Stage,
    /// Composing notices.
    pub notices: Stage,
}

impl Stages {
    /// All stages in words, with the readers' share; `writer` is the time of the thread that commits, in which messages are
    /// judged as well.
    #[must_use]
    pub fn told(&self, readers: Spent, writer: Duration) -> String {
        let (judge, notices) = (self.judge.spent(), self.notices.spent());
        let stages = [
            ("fetch", self.fetch.spent()),
            ("pack", self.pack.spent()),
            ("hand-over", self.hand_over.spent() + readers.hand_over),
            ("parse", readers.parse),
            ("read", readers.read),
            ("judge", judge),
            ("commit", writer.saturating_sub(judge + notices)),
            ("notices", notices),
        ];
        let told: Vec<String> =
            stages.iter().map(|(name, spent)| format!("{name}={:.3}s", spent.as_secs_f64())).collect();
        told.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn waiting_costs_nothing_and_work_is_counted_where_it_is_done() {
        let (busy, waiting) = (Stage::default(), Stage::default());
        let work = || (0..3_000_000_u64).fold(0, |sum, n| std::hint::black_box(sum ^ n));
        busy.clone().follow(async { work() }).await;
        waiting.clone().follow(tokio::time::sleep(Duration::from_millis(20))).await;
        assert!(busy.spent() > waiting.spent());
    }
}
