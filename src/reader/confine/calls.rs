//! The system calls of a program that computes, and talks over what it has open already. Every other one is refused.

use std::collections::BTreeMap;

use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
};

/// Calls that are allowed whatever they are about: those that reading the corpus makes, and those by which a program waits, ends, and
/// says why it breaks.
const ALLOWED: [libc::c_long; 28] = [
    libc::SYS_read,
    libc::SYS_pread64,
    libc::SYS_recvfrom,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_sendto,
    libc::SYS_close,
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
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
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Which argument of a call is bounded, and how.
type Bound = (libc::c_long, u8, SeccompCmpOp, u64);

/// Lets this process make no call from now on that reading does not need; why that cannot be had.
pub(super) fn few() -> Result<(), String> {
    let allowed = allowed()?;
    // The flags of clone3 lie where a filter cannot look: the C library takes clone where there is none. Of all filters the
    // severest answer counts, and among refusals that of the filter applied last; this one must not refuse it as well.
    let absent = SeccompAction::Errno(libc::ENOSYS.unsigned_abs());
    apply(&program(BTreeMap::from([(libc::SYS_clone3, Vec::new())]), SeccompAction::Allow, absent)?)?;
    // Last, as it refuses to be confined any further.
    apply(&allowed)
}

/// The filter that allows what reading needs.
fn allowed() -> Result<BpfProgram, String> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = ALLOWED.iter().map(|call| (*call, Vec::new())).collect();
    for (call, argument, compare, value) in bounded() {
        let bound = SeccompCondition::new(argument, SeccompCmpArgLen::Qword, compare, value);
        let rule = bound.and_then(|bound| SeccompRule::new(vec![bound])).map_err(|error| error.to_string())?;
        rules.insert(call, vec![rule]);
    }
    // The other filter answers for it.
    rules.insert(libc::SYS_clone3, Vec::new());
    program(rules, SeccompAction::Errno(libc::EPERM.unsigned_abs()), SeccompAction::Allow)
}

fn bounded() -> [Bound; 6] {
    let thread = u64::from(libc::CLONE_THREAD.unsigned_abs());
    let code = u64::from(libc::PROT_EXEC.unsigned_abs());
    [
        // Threads, but no processes: old Office files are read in a thread with a large stack.
        (libc::SYS_clone, 0, SeccompCmpOp::MaskedEq(thread), thread),
        // No new code: what a file brings along can be no program.
        (libc::SYS_mmap, 2, SeccompCmpOp::MaskedEq(code), 0),
        (libc::SYS_mprotect, 2, SeccompCmpOp::MaskedEq(code), 0),
        // Signals of its own only: an abort.
        (libc::SYS_tgkill, 0, SeccompCmpOp::Eq, u64::from(std::process::id())),
        // Limits are looked at, and never set.
        (libc::SYS_prlimit64, 2, SeccompCmpOp::Eq, 0),
        // Names of threads.
        (libc::SYS_prctl, 0, SeccompCmpOp::Eq, u64::from(libc::PR_SET_NAME.unsigned_abs())),
    ]
}

fn program(
    rules: BTreeMap<i64, Vec<SeccompRule>>,
    otherwise: SeccompAction,
    matched: SeccompAction,
) -> Result<BpfProgram, String> {
    let machine = std::env::consts::ARCH.try_into().map_err(|error| format!("{error}"))?;
    let filter = SeccompFilter::new(rules, otherwise, matched, machine).map_err(|error| error.to_string())?;
    BpfProgram::try_from(filter).map_err(|error| error.to_string())
}

fn apply(program: &BpfProgram) -> Result<(), String> {
    seccompiler::apply_filter(program).map_err(|error| format!("this kernel refuses a filter of system calls: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALLOW: u32 = 0x7FFF_0000;
    const REFUSE: u32 = 0x0005_0001;

    /// What the kernel's machine for filters answers, as far as it is used here (seccomp(2), linux/bpf_common.h).
    fn answer(program: &BpfProgram, call: libc::c_long, arguments: [u64; 6]) -> u32 {
        let machine: u32 = if cfg!(target_arch = "aarch64") { 0xC000_00B7 } else { 0xC000_003E };
        let mut data = [u32::try_from(call).unwrap(), machine, 0, 0].map(u32::to_ne_bytes).concat();
        data.extend(arguments.map(u64::to_ne_bytes).concat());
        let (mut at, mut held) = (0, 0);
        loop {
            let step = &program[at];
            let known = usize::try_from(step.k).unwrap();
            let jump = |is_so: bool| usize::from(if is_so { step.jt } else { step.jf });
            at += 1;
            match step.code {
                0x20 => held = u32::from_ne_bytes(data[known..known + 4].try_into().unwrap()),
                0x54 => held &= step.k,
                0x05 => at += known,
                0x15 => at += jump(held == step.k),
                0x25 => at += jump(held > step.k),
                0x35 => at += jump(held >= step.k),
                0x06 => return step.k,
                other => panic!("a step {other:#x}"),
            }
        }
    }

    /// A file that takes its reader over brings code along, and code has to be in memory that can be run.
    #[test]
    fn no_memory_becomes_executable_by_any_call() {
        let program = allowed().unwrap();
        let flags = |flags: libc::c_int| u64::from(flags.unsigned_abs());
        let (write, run) = (flags(libc::PROT_READ | libc::PROT_WRITE), flags(libc::PROT_READ | libc::PROT_EXEC));
        let both = write | run;
        for (call, protection, expected) in [
            (libc::SYS_mmap, write, ALLOW),
            (libc::SYS_mmap, run, REFUSE),
            (libc::SYS_mmap, both, REFUSE),
            (libc::SYS_mprotect, write, ALLOW),
            (libc::SYS_mprotect, run, REFUSE),
            (libc::SYS_mprotect, both, REFUSE),
            (libc::SYS_pkey_mprotect, run, REFUSE),
            (libc::SYS_shmat, run, REFUSE),
            (libc::SYS_remap_file_pages, run, REFUSE),
            (libc::SYS_personality, run, REFUSE),
            (libc::SYS_execveat, run, REFUSE),
        ] {
            let told = answer(&program, call, [1 << 40, 4096, protection, 0, 0, 0]);
            assert_eq!(told, expected, "call {call} with {protection:#b}: {told:#x}");
        }
    }
}
