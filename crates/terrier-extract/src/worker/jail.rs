//! What a worker may do: read and write its two pipes, use memory and time within limits, and nothing else.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};

use crate::Limits;

/// Descriptors that a worker may have: its pipes and the three standard ones.
const DESCRIPTORS: u64 = 16;

/// Gives up all that a worker does not need. A kernel without system call filters leaves the other limits.
pub(super) fn enter() {
    for (resource, limit) in [(Resource::Core, 0), (Resource::Fsize, 0), (Resource::Nofile, DESCRIPTORS)] {
        set(resource, limit, limit);
    }
    let _ = filter::install();
}

/// Sets what the next asset may spend.
pub(super) fn limit(limits: &Limits) {
    set(Resource::As, limits.worker_memory, limits.worker_memory);
    let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or(0);
    // The soft limit kills; the hard one stays where it is, so that the next asset may have its own share.
    if let Some(hard) = getrlimit(Resource::Cpu).maximum {
        set(Resource::Cpu, used.saturating_add(limits.worker_cpu_seconds).saturating_add(1).min(hard), hard);
    } else {
        let current = Some(used.saturating_add(limits.worker_cpu_seconds).saturating_add(1));
        let _ = setrlimit(Resource::Cpu, Rlimit { current, maximum: None });
    }
}

/// Sets a limit as far as the one that is in force allows.
fn set(resource: Resource, soft: u64, hard: u64) {
    let hard = getrlimit(resource).maximum.map_or(hard, |maximum| maximum.min(hard));
    let _ = setrlimit(resource, Rlimit { current: Some(soft.min(hard)), maximum: Some(hard) });
}

#[cfg(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64")))]
mod filter {
    use std::collections::BTreeMap;

    use seccompiler::{
        BpfProgram, Error, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, apply_filter,
    };

    /// System calls that memory, time, signals and open pipes need. None opens, connects, starts or signals anything.
    const ALLOWED: &[i64] = &[
        libc::SYS_brk,
        libc::SYS_clock_getres,
        libc::SYS_clock_gettime,
        libc::SYS_clock_nanosleep,
        libc::SYS_close,
        libc::SYS_exit,
        libc::SYS_exit_group,
        libc::SYS_fstat,
        libc::SYS_futex,
        libc::SYS_getpid,
        libc::SYS_getrandom,
        libc::SYS_gettid,
        libc::SYS_gettimeofday,
        libc::SYS_lseek,
        libc::SYS_madvise,
        libc::SYS_mremap,
        libc::SYS_munmap,
        libc::SYS_nanosleep,
        libc::SYS_read,
        libc::SYS_readv,
        libc::SYS_restart_syscall,
        libc::SYS_rt_sigaction,
        libc::SYS_rt_sigprocmask,
        libc::SYS_rt_sigreturn,
        libc::SYS_sched_getaffinity,
        libc::SYS_sched_yield,
        libc::SYS_sigaltstack,
        libc::SYS_write,
        libc::SYS_writev,
    ];

    /// Installs the filter: what it does not allow fails as not permitted.
    pub(super) fn install() -> Result<(), Error> {
        let mut rules: BTreeMap<i64, Vec<SeccompRule>> = ALLOWED.iter().map(|call| (*call, Vec::new())).collect();
        // Memory, but none that can be run.
        for call in [libc::SYS_mmap, libc::SYS_mprotect] {
            rules.insert(call, vec![argument(2, SeccompCmpOp::MaskedEq(libc::PROT_EXEC as u64), 0)?]);
        }
        // Limits and signals of its own; a failed allocation ends in a signal to itself.
        rules.insert(libc::SYS_prlimit64, vec![argument(0, SeccompCmpOp::Eq, 0)?]);
        rules.insert(libc::SYS_getrlimit, Vec::new());
        rules.insert(libc::SYS_setrlimit, Vec::new());
        rules.insert(libc::SYS_tgkill, vec![argument(0, SeccompCmpOp::Eq, u64::from(std::process::id()))?]);
        let not_permitted = SeccompAction::Errno(libc::EPERM as u32);
        let architecture = std::env::consts::ARCH.try_into()?;
        let program: BpfProgram = SeccompFilter::new(rules, not_permitted, SeccompAction::Allow, architecture)?.try_into()?;
        apply_filter(&program)
    }

    fn argument(index: u8, operator: SeccompCmpOp, value: u64) -> Result<SeccompRule, Error> {
        let condition = SeccompCondition::new(index, SeccompCmpArgLen::Dword, operator, value)?;
        Ok(SeccompRule::new(vec![condition])?)
    }
}

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
mod filter {
    /// There is no filter for this platform.
    pub(super) fn install() -> Result<(), ()> {
        Err(())
    }
}
