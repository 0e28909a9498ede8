//! What a reader gives up before it sees its first byte: files, network, other programs, privileges, and more memory than its share.
//!
//! Of the locks each is enough against much: what was inherited is closed, privileges are dropped, resources are limited, Landlock
//! keeps all files away, and a seccomp filter allows the few system calls of reading and refuses all others. A reader dies with its
//! parent. Two of the locks are [`Layer`]s that a kernel may lack; then the reader says so, and reads only where its parent accepts
//! that. Without any of the others it ends at once.
//!
//! The time for each message is not limited here, since a reader lives for many and can make itself deaf to a limit that it could
//! move: its parent moves that, and looks at it from outside ([`super::watch`]).

mod calls;
mod layer;

use std::io;

use landlock::{ABI, Access, AccessFs, AccessNet, LandlockStatus, Ruleset, RulesetAttr, RulesetStatus, Scope};
use rustix::process::{DumpableBehavior, Pid, Resource, Rlimit, Signal};
use rustix::thread::{CapabilitySet, CapabilitySets};

pub use layer::{Confinement, Lack, Layer};

/// The version of Landlock that this list of rights was tried with. A younger kernel is asked for no more, an older one gives what
/// it has.
const LANDLOCK: ABI = ABI::V7;

/// Tasks of its user beyond which a reader can start no thread: far above what a service needs, far below what a machine bears. The
/// kernel counts those of all processes, so a lower bound would be met by others than the one that fills it.
const TASKS: u64 = 8192;

/// A cage as its inmate enters it.
pub(super) struct Cage<'c> {
    /// What listings of processes show.
    pub name: &'c str,
    /// Address space in bytes.
    pub memory: u64,
    /// Processor time in seconds for all that it will ever do; none: its parent sets limits as it goes.
    pub seconds: Option<u64>,
    /// Process number of the parent.
    pub parent: u32,
}

/// Closes what the process was given beside its standard input, output and error: a descriptor that somebody left open for the
/// daemon is no business of a reader's.
///
/// # Errors
/// When the list of its descriptors cannot be had.
pub(super) fn close_inherited() -> io::Result<()> {
    let mut open = Vec::new();
    for entry in std::fs::read_dir("/proc/self/fd")? {
        open.extend(entry?.file_name().to_str().and_then(|name| name.parse::<i32>().ok()));
    }
    for descriptor in open.into_iter().filter(|descriptor| *descriptor > 2) {
        // The listing itself was one, and is closed by now.
        let _ = nix::unistd::close(descriptor);
    }
    Ok(())
}

/// Confines this process. Returns what could not be had.
///
/// # Errors
/// When the parent is gone, or a lock does not hold that every kernel has.
pub(super) fn confine(cage: &Cage<'_>) -> io::Result<Confinement> {
    // Its name in listings of processes; they can do without.
    let _ = std::fs::write("/proc/self/comm", cage.name);
    drop_privileges()?;
    die_with(cage.parent)?;
    limit(cage)?;
    let mut confinement = Confinement::default();
    no_files(&mut confinement);
    if let Err(why) = calls::few() {
        confinement.lacks.push(Lack { layer: Layer::Seccomp, why });
    }
    Ok(confinement)
}

/// Root within a container has its powers no longer, and no program that the process might start has more than it. Nobody can look
/// into its memory, and it leaves no core dump: it holds the mail of others.
fn drop_privileges() -> io::Result<()> {
    rustix::thread::set_no_new_privs(true)?;
    let none = CapabilitySet::empty();
    rustix::thread::set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none })?;
    Ok(rustix::process::set_dumpable_behavior(DumpableBehavior::NotDumpable)?)
}

/// Asks to be killed when the parent dies; the kernel forgets that with a change of privileges, so these are dropped before.
fn die_with(parent: u32) -> io::Result<()> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL))?;
    // It may have died before there was anything to be killed by.
    let now = rustix::process::getppid().map(Pid::as_raw_pid);
    if now == i32::try_from(parent).ok() { Ok(()) } else { Err(io::Error::other("the parent is gone")) }
}

fn limit(cage: &Cage<'_>) -> io::Result<()> {
    // What is allowed already is enough where that is less.
    let set = |resource: Resource, most: u64, warned: u64| {
        let allowed = rustix::process::getrlimit(resource).maximum.unwrap_or(u64::MAX);
        let limit = Rlimit { current: Some(warned.min(allowed)), maximum: Some(most.min(allowed)) };
        rustix::process::setrlimit(resource, limit)
    };
    for (resource, most) in [
        (Resource::As, cage.memory),
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, 16),
        (Resource::Nproc, TASKS),
    ] {
        set(resource, most, most)?;
    }
    if let Some(seconds) = cage.seconds {
        let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime).tv_sec;
        let warned = u64::try_from(used).unwrap_or_default().saturating_add(seconds).saturating_add(1);
        // Ended by the first of them it says why (SIGXCPU); it may be deaf to that one, not to the second.
        set(Resource::Cpu, warned.saturating_add(2), warned)?;
    }
    Ok(())
}

/// No rights at all to files, to ports, and to sockets and processes outside.
fn no_files(confinement: &mut Confinement) {
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(LANDLOCK))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(LANDLOCK)))
        .and_then(|rules| rules.scope(Scope::from_all(LANDLOCK)))
        .and_then(Ruleset::create)
        .and_then(landlock::RulesetCreated::restrict_self);
    let why = match status {
        Ok(status) => match (status.ruleset, status.landlock) {
            (RulesetStatus::FullyEnforced, _) => return,
            (RulesetStatus::PartiallyEnforced, LandlockStatus::Available { effective_abi, .. }) => {
                confinement.landlock = Some(format!("{effective_abi:?}").trim_start_matches('V').to_owned());
                return;
            }
            (_, LandlockStatus::NotEnabled) => {
                "this kernel has it and does not use it: add `landlock` to `lsm=` where it is started".into()
            }
            _ => "this kernel does not offer it, as Linux from 5.13 on does; a container may hide it".to_owned(),
        },
        Err(error) => error.to_string(),
    };
    confinement.lacks.push(Lack { layer: Layer::Landlock, why });
}
