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
        self.hand_over = self.hand_over.saturating_add(other.hand_over);
        self.parse = self.parse.saturating_add(other.parse);
        self.read = self.read.saturating_add(other.read);
    }
}

impl Spent {
    /// The same, no part of it more than that: what a reader says of itself need not be true.
    pub(super) fn at_most(self, most: Duration) -> Self {
        let Self { hand_over, parse, read } = self;
        Self { hand_over: hand_over.min(most), parse: parse.min(most), read: read.min(most) }
    }
}

/// Processor time of the calling thread since it began.
#[must_use]
pub fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or_default(), time.tv_nsec.try_into().unwrap_or_default())
}
