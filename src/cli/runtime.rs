//! The asynchronous runtime of commands that need one.

use tokio::runtime::{Builder, Runtime};

/// Threads for work that blocks. More than the machine has cores gain nothing, and each keeps memory of its own.
const BLOCKING_THREADS: usize = 4;

/// A runtime on all cores.
pub(super) fn start() -> std::io::Result<Runtime> {
    Builder::new_multi_thread().enable_all().max_blocking_threads(BLOCKING_THREADS).build()
}
