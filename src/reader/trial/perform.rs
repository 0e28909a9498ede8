//! The reader's side of a trial: it does what it was told, and says how that went.

use std::fs::{self, File};
use std::io::{self, Read};
use std::net::{SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr as UnixAddr, UnixStream};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use nix::sys::personality::{self, Persona};
use nix::sys::ptrace;
use nix::sys::signal::{SigSet, Signal as Kernel};
use rustix::process::{Pid, Resource, Rlimit, Signal, kill_process, setrlimit};

use super::attempt::{Attempt, Tried};
use crate::reader::protocol::{self, Word};

/// An argument that no command has: a program that was started in spite of all ends at once.
const NOTHING: &str = "--nothing-to-do";
/// What is taken of memory at a time.
const PIECE: usize = 16 << 20;

/// Tries, and tells how it ended; some attempts are not to end.
pub(in crate::reader) fn perform(attempt: &Attempt, parent: &mut UnixStream) -> Tried {
    match attempt {
        Attempt::ReadFile(path) => tried(File::open(path).and_then(|mut file| file.read(&mut [0; 16])), "it was read"),
        Attempt::WriteFile(path) => tried(write_file(path), "it was made"),
        Attempt::ListFolder(path) => tried(fs::read_dir(path), "it was listed"),
        Attempt::Environment => environment(),
        Attempt::Connect(address) => tried(TcpStream::connect(address), "it was connected"),
        Attempt::Listen => tried(TcpListener::bind(("127.0.0.1", 0)), "it listens"),
        Attempt::Datagram(address) => tried(datagram(*address), "it was sent"),
        Attempt::UnixSocket(path) => tried(UnixStream::connect(path), "it was connected"),
        Attempt::AbstractSocket(name) => tried(abstract_socket(name), "it was connected"),
        Attempt::Start(program) => {
            tried(Command::new(program).arg(NOTHING).spawn().and_then(|mut child| child.wait()), "it ran")
        }
        Attempt::Become(program) => tried(Err::<(), _>(Command::new(program).arg(NOTHING).exec()), ""),
        Attempt::Signal(pid) => tried(signal(*pid), "it was sent"),
        Attempt::Trace(pid) => tried(trace(*pid), "it was traced"),
        Attempt::RunMemory => tried(run_memory(), "it has memory that it can write and run"),
        Attempt::RaiseLimits => tried(raise_limits(), "they are higher"),
        Attempt::Memory(most) => memory(*most),
        Attempt::Descriptors => tried_for_more(descriptors(), "they are open"),
        Attempt::Threads => tried_for_more(threads(), "they run"),
        Attempt::Spin { deaf } => spin(*deaf),
        Attempt::Sleep => loop {
            std::thread::sleep(Duration::from_secs(3600));
        },
        Attempt::Flood => flood(parent),
    }
}

/// What the kernel's answer means: only a refusal is one, anything else that goes wrong is not the cage's doing. That a machine is
/// short of something keeps nobody in for long.
fn tried<T>(result: io::Result<T>, done: &str) -> Tried {
    match result {
        Ok(_) => Tried::Done(done.to_owned()),
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Tried::Refused(error.to_string()),
        Err(error) => Tried::Failed(error.to_string()),
    }
}

/// The same where more of something is tried to be had: that there is no more is the refusal.
fn tried_for_more<T>(result: io::Result<T>, done: &str) -> Tried {
    let is_no_more = |error: &io::Error| {
        // No more descriptors (EMFILE) has no kind of its own.
        matches!(error.kind(), io::ErrorKind::OutOfMemory | io::ErrorKind::WouldBlock)
            || error.raw_os_error() == Some(libc::EMFILE)
    };
    match result {
        Err(error) if is_no_more(&error) => Tried::Refused(error.to_string()),
        other => tried(other, done),
    }
}

fn write_file(path: &Path) -> io::Result<()> {
    File::create_new(path)?;
    fs::remove_file(path)
}

/// Anything beside the settings of the allocator that every reader is given.
fn environment() -> Tried {
    let names = std::env::vars_os().map(|(name, _)| name.to_string_lossy().into_owned());
    let foreign: Vec<String> = names.filter(|name| !name.starts_with("MALLOC_")).collect();
    if foreign.is_empty() { Tried::Refused("there is nothing".into()) } else { Tried::Done(foreign.join(", ")) }
}

fn datagram(to: SocketAddr) -> io::Result<usize> {
    UdpSocket::bind(("127.0.0.1", 0))?.send_to(b"x", to)
}

fn abstract_socket(name: &str) -> io::Result<UnixStream> {
    UnixStream::connect_addr(&UnixAddr::from_abstract_name(name)?)
}

/// A signal that changes nothing for who gets it.
fn signal(pid: i32) -> io::Result<()> {
    let pid = Pid::from_raw(pid).ok_or(io::ErrorKind::InvalidInput)?;
    Ok(kill_process(pid, Signal::CONT)?)
}

fn trace(pid: i32) -> io::Result<()> {
    let pid = nix::unistd::Pid::from_raw(pid);
    Ok(ptrace::seize(pid, ptrace::Options::empty())?)
}

/// Asks for it by the one call that needs no unsafe code: from then on the kernel takes memory to be read as memory to be run. The
/// calls that ask for a piece of it are the filter's own test.
fn run_memory() -> io::Result<()> {
    personality::set(personality::get()? | Persona::READ_IMPLIES_EXEC)?;
    let taken = vec![1_u8; PIECE];
    let is_there = fs::read_to_string("/proc/self/maps")?.contains(" rwxp ");
    drop(std::hint::black_box(taken));
    if is_there { Ok(()) } else { Err(io::Error::other("no memory can be run all the same")) }
}

/// One that could be raised is one too many.
fn raise_limits() -> io::Result<()> {
    let raise = |resource: Resource| {
        let now = rustix::process::getrlimit(resource);
        setrlimit(resource, Rlimit { current: now.maximum, maximum: None })
    };
    let mut refused = Ok(());
    for resource in [Resource::As, Resource::Nofile, Resource::Nproc, Resource::Fsize, Resource::Cpu] {
        match raise(resource) {
            Ok(()) => return Ok(()),
            Err(error) => refused = Err(error.into()),
        }
    }
    refused
}

fn memory(most: u64) -> Tried {
    let mut taken: Vec<Vec<u8>> = Vec::new();
    loop {
        let so_far = u64::try_from(taken.len().saturating_mul(PIECE)).unwrap_or(u64::MAX);
        if so_far > most {
            return Tried::Done(format!("it has {} MiB", so_far >> 20));
        }
        let mut piece = Vec::new();
        if piece.try_reserve_exact(PIECE).is_err() {
            drop(taken);
            return Tried::Refused(format!("no more than {} MiB", so_far >> 20));
        }
        piece.resize(PIECE, 1);
        taken.push(piece);
    }
}

fn descriptors() -> io::Result<()> {
    let mut open = Vec::new();
    for _ in 0..500 {
        open.push(UnixStream::pair()?);
    }
    Ok(())
}

fn threads() -> io::Result<()> {
    for _ in 0..10_000 {
        let wait = || std::thread::sleep(Duration::from_secs(3600));
        std::thread::Builder::new().stack_size(16 << 10).spawn(wait)?;
    }
    Ok(())
}

fn spin(deaf: bool) -> Tried {
    if deaf && let Err(error) = deafened() {
        return Tried::Failed(error.to_string());
    }
    loop {
        std::hint::spin_loop();
    }
}

fn deafened() -> nix::Result<()> {
    let mut warning = SigSet::empty();
    warning.add(Kernel::SIGXCPU);
    warning.thread_block()
}

fn flood(parent: &mut UnixStream) -> Tried {
    let word = Word::Part("x".repeat(1 << 20));
    loop {
        if let Err(error) = protocol::write(parent, &word) {
            return Tried::Failed(error.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_that_is_short_of_something_is_no_lock() {
        let of = |number: i32| Err::<(), _>(io::Error::from_raw_os_error(number));
        for (number, locks, bounds) in [
            (libc::EPERM, true, true),
            (libc::EACCES, true, true),
            (libc::EAGAIN, false, true),
            (libc::ENOMEM, false, true),
            (libc::EMFILE, false, true),
            (libc::ECONNREFUSED, false, false),
            (libc::ENOENT, false, false),
        ] {
            let is_refused = |tried: Tried| matches!(tried, Tried::Refused(_));
            let told = (is_refused(tried(of(number), "")), is_refused(tried_for_more(of(number), "")));
            assert_eq!(told, (locks, bounds), "{number}");
        }
    }

    #[test]
    fn an_attempt_that_hangs_was_kept_from_nothing() {
        for (attempt, is_about_bounds) in [
            (Attempt::ReadFile("/".into()), false),
            (Attempt::Start("/".into()), false),
            (Attempt::Memory(1), false),
            (Attempt::Spin { deaf: true }, true),
            (Attempt::Sleep, true),
            (Attempt::Flood, true),
            (Attempt::Threads, true),
        ] {
            assert_eq!(attempt.is_about_bounds(), is_about_bounds, "{attempt:?}");
        }
    }
}
