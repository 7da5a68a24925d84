use std::hint::black_box;
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// Passes of which the best counts.
pub(crate) const PASSES: usize = 3;

/// What was done with some bytes, and how long it took.
#[derive(Debug, Clone)]
pub(crate) struct Measured {
    pub(crate) bytes: usize,
    /// For how long a processor ran it: programs that run beside it change that little. Equal to the wall time on a quiet machine.
    pub(crate) seconds: [f64; PASSES],
    /// Matches or values, whatever it reports.
    pub(crate) found: u64,
    /// Which part of the wall time that is, over all passes.
    pub(crate) processor_share: f64,
}

impl Measured {
    pub(crate) fn best(&self) -> f64 {
        self.seconds.iter().copied().fold(f64::INFINITY, f64::min)
    }

    /// Returns 10^9 bytes per second.
    pub(crate) fn rate(&self) -> f64 {
        self.bytes as f64 / 1e9 / self.best().max(1e-9)
    }
}

/// Measures work in this thread, over so many bytes, that returns what it found.
pub(crate) fn passes(bytes: usize, work: impl FnMut() -> u64) -> Measured {
    passes_by(thread_time, bytes, work)
}

/// Measures work by a clock of processor time.
pub(crate) fn passes_by(clock: impl Fn() -> Duration, bytes: usize, mut work: impl FnMut() -> u64) -> Measured {
    let mut found = 0;
    let started = Instant::now();
    let seconds = [(); PASSES].map(|()| {
        let start = clock();
        found = black_box(work());
        (clock() - start).as_secs_f64()
    });
    let processor_share = seconds.iter().sum::<f64>() / started.elapsed().as_secs_f64().max(1e-9);
    Measured { bytes, seconds, found, processor_share }
}

/// Measures work over as many of the pieces as can be done in `pass`. What caches and lazy automata need is done before.
pub(crate) fn passes_over<T>(
    pieces: &mut [T],
    byte_len: impl Fn(&T) -> usize,
    pass: Duration,
    mut work: impl FnMut(&mut T) -> u64,
) -> Measured {
    let mut run = |count: usize, pieces: &mut [T]| pieces[..count].iter_mut().map(&mut work).sum::<u64>();
    let mut count = 1;
    loop {
        // Automata that are built as they run are built in a first run, which says nothing about the next ones.
        black_box(run(count, pieces));
        let start = thread_time();
        black_box(run(count, pieces));
        let took = thread_time() - start;
        if count == pieces.len() || took >= pass / 4 {
            let affordable = count as f64 * pass.as_secs_f64() / took.as_secs_f64().max(1e-9);
            count = (affordable as usize).clamp(1, pieces.len());
            break;
        }
        count = (count * 2).min(pieces.len());
    }
    let bytes = pieces[..count].iter().map(byte_len).sum();
    passes(bytes, || run(count, pieces))
}

/// Touches every byte and does as little as can be done with it: nothing that reads is faster.
pub(crate) fn read_limit(text: &[u8]) -> Measured {
    passes(text.len(), || black_box(text).as_chunks().0.iter().fold(0_u64, |sum, eight| sum.wrapping_add(u64::from_le_bytes(*eight))))
}

/// Returns for how long a processor has run this thread.
fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
}
