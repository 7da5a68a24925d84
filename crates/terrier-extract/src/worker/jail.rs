//! What a worker may do: read and write its two pipes, use memory and time within limits, and nothing else.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};

use crate::Limits;

/// Descriptors that a worker may have: its pipes and the three standard ones.
const DESCRIPTORS: u64 = 16;

/// Descriptors, address space and processor time of another program.
const PROGRAM_DESCRIPTORS: u64 = 64;
const PROGRAM_MEMORY: u64 = 2 << 30;
const PROGRAM_SECONDS: u64 = 120;

/// Gives up all that a worker does not need. A kernel without system call filters leaves the other limits.
pub(super) fn enter() {
    for (resource, limit) in [(Resource::Core, 0), (Resource::Fsize, 0), (Resource::Nofile, DESCRIPTORS)] {
        set(resource, limit, limit);
    }
    let _ = filter::install();
}

/// Gives up what a program that only reads needs not: it writes no file, opens no connection, and ends by itself.
pub(super) fn enter_for_program() {
    let limits = [
        (Resource::Core, 0),
        (Resource::Fsize, 0),
        (Resource::Nofile, PROGRAM_DESCRIPTORS),
        (Resource::As, PROGRAM_MEMORY),
        (Resource::Cpu, PROGRAM_SECONDS),
    ];
    for (resource, limit) in limits {
        set(resource, limit, limit);
    }
    let _ = filter::install_for_program();
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

    /// System calls that connect, change files or reach into other processes.
    const REFUSED: &[i64] = &[
        libc::SYS_accept,
        libc::SYS_accept4,
        libc::SYS_bind,
        libc::SYS_bpf,
        libc::SYS_connect,
        libc::SYS_fchmod,
        libc::SYS_fchmodat,
        libc::SYS_fchown,
        libc::SYS_fchownat,
        libc::SYS_ftruncate,
        libc::SYS_io_uring_setup,
        libc::SYS_kill,
        libc::SYS_linkat,
        libc::SYS_listen,
        libc::SYS_memfd_create,
        libc::SYS_mkdirat,
        libc::SYS_mknodat,
        libc::SYS_mount,
        libc::SYS_openat2,
        libc::SYS_process_vm_readv,
        libc::SYS_process_vm_writev,
        libc::SYS_ptrace,
        libc::SYS_renameat2,
        libc::SYS_sendmsg,
        libc::SYS_sendto,
        libc::SYS_setxattr,
        libc::SYS_socket,
        libc::SYS_socketpair,
        libc::SYS_symlinkat,
        libc::SYS_truncate,
        libc::SYS_unlinkat,
        libc::SYS_utimensat,
    ];
    /// Those of one of the architectures.
    #[cfg(target_arch = "x86_64")]
    const REFUSED_HERE: &[i64] = &[
        libc::SYS_chmod,
        libc::SYS_chown,
        libc::SYS_creat,
        libc::SYS_fork,
        libc::SYS_link,
        libc::SYS_mkdir,
        libc::SYS_mknod,
        libc::SYS_rename,
        libc::SYS_renameat,
        libc::SYS_rmdir,
        libc::SYS_symlink,
        libc::SYS_unlink,
        libc::SYS_vfork,
    ];
    #[cfg(target_arch = "aarch64")]
    const REFUSED_HERE: &[i64] = &[libc::SYS_renameat];

    /// Installs the filter for another program: files may be opened to be read, and the rest is allowed but what is refused by name.
    pub(super) fn install_for_program() -> Result<(), Error> {
        let mut rules: BTreeMap<i64, Vec<SeccompRule>> = REFUSED.iter().chain(REFUSED_HERE).map(|call| (*call, Vec::new())).collect();
        let writes = |index: u8| -> Result<Vec<SeccompRule>, Error> {
            let flags = [(libc::O_ACCMODE, libc::O_WRONLY), (libc::O_ACCMODE, libc::O_RDWR), (libc::O_CREAT, libc::O_CREAT)];
            flags.into_iter().map(|(mask, flag)| argument(index, SeccompCmpOp::MaskedEq(mask as u64), flag as u64)).collect()
        };
        rules.insert(libc::SYS_openat, writes(2)?);
        #[cfg(target_arch = "x86_64")]
        rules.insert(libc::SYS_open, writes(1)?);
        let not_permitted = SeccompAction::Errno(libc::EPERM as u32);
        let architecture = std::env::consts::ARCH.try_into()?;
        let program: BpfProgram = SeccompFilter::new(rules, SeccompAction::Allow, not_permitted, architecture)?.try_into()?;
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

    /// There is none for other programs either.
    pub(super) fn install_for_program() -> Result<(), ()> {
        Err(())
    }
}
