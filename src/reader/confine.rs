//! What a reader gives up before it sees its first byte: files, network, other programs, and more memory than its share.
//!
//! Three locks, each enough against much: resource limits, Landlock (files; Linux 5.13 and later) and a seccomp filter that
//! allows the few system calls of reading and refuses all others. A kernel that lacks one is told of, and the others still
//! hold. A reader dies with its parent.

use std::collections::BTreeMap;

use landlock::{ABI, Access, AccessFs, Ruleset, RulesetAttr, RulesetStatus};
use rlimit::Resource;
use rustix::process::Signal;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

/// Calls of a program that computes, and talks over what it has open already.
const ALLOWED: [libc::c_long; 38] = [
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_sendto,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_lseek,
    libc::SYS_brk,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_clone3,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_yield,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_getrandom,
    libc::SYS_getrusage,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_membarrier,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Confines this process, which listings show under the name given. Returns what could not be had, one sentence each.
pub(super) fn confine(name: &str, memory: u64) -> Vec<String> {
    // Its name in listings of processes; they can do without.
    let _ = std::fs::write("/proc/self/comm", name);
    let locks: [(&str, Result<(), String>); 4] =
        [("parent", die_with_parent()), ("limits", limits(memory)), ("Landlock", no_files()), ("seccomp", few_calls())];
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

fn die_with_parent() -> Result<(), String> {
    rustix::process::set_parent_process_death_signal(Some(Signal::KILL)).map_err(|error| error.to_string())
}

fn few_calls() -> Result<(), String> {
    let thread = SeccompCmpOp::MaskedEq(u64::from(libc::CLONE_THREAD.unsigned_abs()));
    let itself = u64::from(std::process::id());
    let name = u64::from(libc::PR_SET_NAME.unsigned_abs());
    let bounded = [
        // Threads, but no processes: old Office files are read in a thread with a large stack.
        (libc::SYS_clone, thread, u64::from(libc::CLONE_THREAD.unsigned_abs())),
        // Signals (an abort) and limits of its own only.
        (libc::SYS_tgkill, SeccompCmpOp::Eq, itself),
        (libc::SYS_prlimit64, SeccompCmpOp::Eq, 0),
        (libc::SYS_prctl, SeccompCmpOp::Eq, name),
    ];
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = ALLOWED.iter().map(|call| (*call, Vec::new())).collect();
    for (call, compare, value) in bounded {
        let first = SeccompCondition::new(0, SeccompCmpArgLen::Qword, compare, value);
        let rule = first.and_then(|first| SeccompRule::new(vec![first])).map_err(|error| error.to_string())?;
        rules.insert(call, vec![rule]);
    }
    // The flags of clone3 lie where a filter cannot look: the C library takes clone where there is none.
    let absent = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    apply(BTreeMap::from([(libc::SYS_clone3, Vec::new())]), SeccompAction::Allow, absent)?;
    // Last, as it refuses to be confined any further.
    let refuse = SeccompAction::Errno(libc::EPERM.unsigned_abs());
    apply(rules, refuse, SeccompAction::Allow)
}

fn apply(
    rules: BTreeMap<i64, Vec<SeccompRule>>,
    otherwise: SeccompAction,
    matched: SeccompAction,
) -> Result<(), String> {
    let machine = std::env::consts::ARCH.try_into().map_err(|error| format!("{error}"))?;
    let filter = SeccompFilter::new(rules, otherwise, matched, machine).map_err(|error| error.to_string())?;
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
