//! The fuzzer: one program for all targets, by libFuzzer. `FUZZ_TARGET` names the [`target`]; with `FUZZ_SEEDS` naming a folder it
//! writes the target's seeds and dictionary there instead. [`fuzz/run`](../run) builds and runs it.

#![no_main]

mod form;
mod package;
mod pdf;
mod seal;
mod seeds;
mod target;

use std::backtrace::Backtrace;
use std::panic;
use std::path::Path;
use std::process::{abort, exit};
use std::sync::{LazyLock, Mutex};

use libfuzzer_sys::{Corpus, fuzz_mutator, fuzz_target, fuzzer_mutate};
use target::{TARGETS, Target};

static TARGET: LazyLock<&Target> = LazyLock::new(|| {
    let name = std::env::var("FUZZ_TARGET").unwrap_or_default();
    Target::named(&name).unwrap_or_else(|| panic!("FUZZ_TARGET is one of: {:?}", TARGETS.map(|target| target.name)))
});

/// The last panic and the way to it.
static LAST: Mutex<Option<(String, Backtrace)>> = Mutex::new(None);

fuzz_target!(init: begin(), |bytes: &[u8]| -> Corpus {
    match panic::catch_unwind(|| TARGET.run(bytes)) {
        Ok(true) => Corpus::Keep,
        Ok(false) => Corpus::Reject,
        Err(_) => end(),
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let change = |bytes: &mut Vec<u8>| {
        let size = bytes.len();
        bytes.resize(max_size.max(size), 0);
        let size = fuzzer_mutate(bytes, size, max_size);
        bytes.truncate(size);
    };
    let changed = data.get(..size).and_then(|bytes| package::with_changed_member(bytes, seed, change));
    if let Some(changed) = changed.filter(|changed| changed.len() <= max_size) {
        data[..changed.len()].copy_from_slice(&changed);
        return changed.len();
    }
    let size = fuzzer_mutate(data, size, max_size);
    seal::seal(&mut data[..size]);
    size
});

fn begin() {
    // libFuzzer's binding ends the process at any panic; that of a library which its reader catches is no finding.
    panic::set_hook(Box::new(|information| {
        if let Ok(mut last) = LAST.lock() {
            *last = Some((information.to_string(), Backtrace::force_capture()));
        }
        if information.location().is_some_and(|location| is_own(location.file())) {
            end();
        }
    }));
    if let Some(folder) = std::env::var_os("FUZZ_SEEDS") {
        seeds::write(&TARGET, Path::new(&folder));
        exit(0)
    }
}

/// Whether a source file is of Postroom, and of no library.
fn is_own(file: &str) -> bool {
    !["/registry/", "/rustc/", "/rustlib/"].iter().any(|library| file.contains(library))
}

/// Tells of the last panic and ends the process.
fn end() -> ! {
    if let Some((message, way)) = LAST.lock().ok().and_then(|mut last| last.take()) {
        eprintln!("{message}\n{way}");
    }
    abort()
}
