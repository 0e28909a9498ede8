//! Processor time that readers spend, by what they do.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// Processor time that readers spent on messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Spent {
    /// Taking messages and giving readings back.
    pub hand_over: Duration,
    /// Taking messages apart: headers, parts, transfer encodings.
    pub parse: Duration,
    /// Opening documents and finding the survey's items in them.
    pub read: Duration,
}

impl std::ops::AddAssign for Spent {
    fn add_assign(&mut self, other: Self) {
        self.hand_over += other.hand_over;
        self.parse += other.parse;
        self.read += other.read;
    }
}

/// Processor time of the calling thread since it began.
#[must_use]
pub fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or_default(), time.tv_nsec.try_into().unwrap_or_default())
}
