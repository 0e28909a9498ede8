//! What the program does before anything else, so that nothing of it is left lying open.

use rustix::fs::Mode;
use rustix::process::{Resource, Rlimit, setrlimit};

/// Whatever is written from now on (database, side files, exports and their unfinished forms) is its owner's alone, under whatever
/// umask the program was started; and no core file is written, which would hold passwords and answers.
pub(super) fn begin() {
    rustix::process::umask(Mode::RWXG | Mode::RWXO);
    // Where that is not allowed there is nothing to be done about it, and the limit is the stricter already.
    let _ = setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) });
}
