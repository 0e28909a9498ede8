//! A bar on the terminal where a command works for longer than two seconds.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Shown only once work has lasted this long.
const PATIENCE: Duration = Duration::from_secs(2);

/// A progress bar that hides until the work has lasted for two seconds, and never shows where there is no terminal.
pub(super) struct Progress {
    bar: ProgressBar,
    since: Instant,
    shown: bool,
}

impl Progress {
    /// A bar for so many steps of something.
    pub(super) fn new(steps: usize, what: &'static str) -> Self {
        let bar =
            ProgressBar::with_draw_target(Some(u64::try_from(steps).unwrap_or_default()), ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
            bar.set_style(style);
        }
        bar.set_message(what);
        Self { bar, since: Instant::now(), shown: false }
    }

    /// One more step is done.
    pub(super) fn step(&mut self) {
        if !self.shown && self.since.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
            self.shown = true;
        }
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
