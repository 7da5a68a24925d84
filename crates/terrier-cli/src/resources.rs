//! What may be taken of the machine that this runs on.

use std::num::NonZeroUsize;
use std::path::Path;

use anyhow::bail;
use terrier_scan::Resources;

use crate::units::Size;

/// The default never takes more than this.
const MOST_BY_DEFAULT: u64 = 2 << 30;

/// The runtime keeps up to 512 threads for what blocks, and each thread of a scan takes one.
const MOST_THREADS: NonZeroUsize = NonZeroUsize::new(256).unwrap();

/// Below this the compiled rules and one large object do not fit.
const LEAST: u64 = 128 << 20;

/// Resolves what the user asked for against what the machine has.
pub(crate) fn resolve(threads: Option<NonZeroUsize>, memory: Option<Size>) -> anyhow::Result<Resources> {
    let threads = resolve_threads(threads)?;
    let memory = match memory {
        Some(Size(bytes)) if bytes < LEAST => bail!("--memory is too small: a scan needs at least 128M"),
        Some(Size(bytes)) => bytes,
        None => (available_memory() / 4).clamp(LEAST, MOST_BY_DEFAULT),
    };
    Ok(Resources { threads, memory })
}

/// Resolves a number of threads; by default there is one per processor.
pub(crate) fn resolve_threads(threads: Option<NonZeroUsize>) -> anyhow::Result<NonZeroUsize> {
    if threads.is_some_and(|threads| threads > MOST_THREADS) {
        bail!("--threads is too large: at most {MOST_THREADS}");
    }
    Ok(threads.unwrap_or_else(|| std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)))
}

/// The memory of the container, or else of the machine.
fn available_memory() -> u64 {
    let limits = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
    let container = limits.iter().filter_map(|path| std::fs::read_to_string(Path::new(path)).ok()?.trim().parse::<u64>().ok()).min();
    let machine = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| total_memory(&text));
    container.into_iter().chain(machine).min().unwrap_or(LEAST * 4)
}

fn total_memory(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find(|line| line.starts_with("MemTotal:"))?;
    let kib: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kib << 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_machines_memory() {
        assert_eq!(total_memory("MemTotal:       24603448 kB\nMemFree: 1 kB\n"), Some(24_603_448 << 10));
        assert_eq!(total_memory(""), None);
    }

    #[test]
    fn too_little_memory_is_refused() {
        assert!(resolve(None, Some(Size(64 << 20))).is_err());
        assert!(resolve(NonZeroUsize::new(257), None).is_err());
        assert_eq!(resolve(None, Some(Size(256 << 20))).unwrap().memory, 256 << 20);
    }
}
