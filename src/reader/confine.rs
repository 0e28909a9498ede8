//! What a reader gives up before it sees its first byte: files, network, other programs, and more memory than its share.
//!
//! Three locks, each enough against much: resource limits, Landlock (files; Linux 5.13 and later) and a seccomp filter
//! (sockets, programs, opening of files). A kernel that lacks one is told of, and the others still hold.

use std::collections::BTreeMap;

use landlock::{ABI, Access, AccessFs, Ruleset, RulesetAttr, RulesetStatus};
use rlimit::Resource;
use seccompiler::{BpfProgram, SeccompAction, SeccompFilter};

/// Confines this process. Returns what could not be had, one sentence each.
pub(super) fn confine(memory: u64) -> Vec<String> {
    let locks: [(&str, Result<(), String>); 3] =
        [("limits", limits(memory)), ("Landlock", no_files()), ("seccomp", no_calls())];
    locks.into_iter().filter_map(|(lock, result)| Some(format!("{lock}: {}", result.err()?))).collect()
}

fn limits(memory: u64) -> Result<(), String> {
    let set =
        |resource: Resource, value: u64| resource.set(value, value).map_err(|error| format!("{resource:?}: {error}"));
    set(Resource::AS, memory)?;
    set(Resource::CORE, 0)?;
    set(Resource::FSIZE, 0)?;
    set(Resource::NOFILE, 16)
}

fn no_files() -> Result<(), String> {
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(ABI::V5))
        .and_then(Ruleset::create)
        .and_then(landlock::RulesetCreated::restrict_self)
        .map_err(|error| error.to_string())?;
    match status.ruleset {
        RulesetStatus::NotEnforced => Err("the kernel does not offer it".into()),
        RulesetStatus::FullyEnforced | RulesetStatus::PartiallyEnforced => Ok(()),
    }
}

fn no_calls() -> Result<(), String> {
    let refused = [
        libc::SYS_socket,
        libc::SYS_connect,
        libc::SYS_bind,
        libc::SYS_listen,
        libc::SYS_execve,
        libc::SYS_execveat,
        libc::SYS_openat,
        libc::SYS_openat2,
        libc::SYS_ptrace,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_kill,
        libc::SYS_mount,
        libc::SYS_unshare,
        libc::SYS_bpf,
        libc::SYS_io_uring_setup,
    ];
    let rules: BTreeMap<_, _> = refused.into_iter().map(|call| (call, Vec::new())).collect();
    let refuse = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    let machine = std::env::consts::ARCH.try_into().map_err(|error| format!("{error}"))?;
    let filter = SeccompFilter::new(rules, SeccompAction::Allow, refuse, machine).map_err(|error| error.to_string())?;
    let program = BpfProgram::try_from(filter).map_err(|error| error.to_string())?;
    seccompiler::apply_filter(&program).map_err(|error| error.to_string())
}

/// Allows this much more processor time from now on; the kernel ends the process beyond it.
pub(super) fn allow_seconds(seconds: u64) {
    let used = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime).tv_sec;
    let limit = u64::try_from(used).unwrap_or_default().saturating_add(seconds).saturating_add(1);
    // Only the soft limit moves; a failure leaves the parent's deadline on the wall clock.
    let _ = Resource::CPU.set(limit, rlimit::INFINITY);
}
