use std::num::NonZeroUsize;
use std::time::Duration;

use terrier_classify::Stage;
use terrier_sim::benchmark::Kind;

use super::measure::PASSES;

/// A petabyte as stores are billed: 10^15 bytes.
const PETABYTE: f64 = 1e15;

/// A thread that ran for a smaller part of the time shared its core.
const UNDISTURBED: f64 = 0.9;

/// The system counts processor time in steps of some milliseconds: below this a share of it means nothing.
const LONG_ENOUGH: Duration = Duration::from_millis(100);

/// All that was measured.
pub(super) struct Figures {
    pub(super) engine: String,
    pub(super) rules: Rules,
    pub(super) size: usize,
    pub(super) alone: Vec<Alone>,
    pub(super) together: Together,
    pub(super) cores: NonZeroUsize,
    pub(super) price_per_core_hour: f64,
}

/// The rules in use, and how long they took to be ready.
pub(super) struct Rules {
    pub(super) count: usize,
    pub(super) classes: usize,
    pub(super) digest: String,
    pub(super) load: Duration,
    pub(super) compile: Duration,
}

/// How long a pass took.
#[derive(Debug, Clone, Copy)]
pub(super) struct Time {
    pub(super) wall: Duration,
    /// For how long processors ran it, of all threads together, where the system tells.
    pub(super) processor: Option<Duration>,
}

/// What one thread did with a kind.
pub(super) struct Alone {
    pub(super) kind: Kind,
    pub(super) bytes: usize,
    pub(super) passes: [Time; PASSES],
    pub(super) read: Duration,
    pub(super) found: u64,
    pub(super) planted: u64,
    /// The share that each of the [stages](stage_names) has of the time, where they can be told apart.
    pub(super) stages: Option<[f64; STAGES]>,
}

/// The stages of the classifier, and what counts and adds up behind them.
pub(super) const STAGES: usize = Stage::ALL.len() + 1;

/// Returns the names of the stages.
pub(super) fn stage_names() -> impl Iterator<Item = &'static str> {
    Stage::ALL.into_iter().map(Stage::as_str).chain(["counting"])
}

/// What all threads did at the same time.
pub(super) struct Together {
    pub(super) threads: NonZeroUsize,
    /// Of all threads.
    pub(super) bytes: usize,
    pub(super) passes: [Time; PASSES],
}

/// What a petabyte takes.
pub(super) struct Petabyte {
    pub(super) core_hours: f64,
    pub(super) hours: f64,
    pub(super) usd: f64,
}

/// Returns GB/s, of 10^9 bytes.
pub(super) fn rate(bytes: usize, wall: Duration) -> f64 {
    bytes as f64 / 1e9 / wall.max(Duration::from_nanos(1)).as_secs_f64()
}

pub(super) fn best(passes: &[Time; PASSES]) -> Duration {
    passes.iter().map(|pass| pass.wall).min().unwrap_or_default()
}

/// Returns which part of the time its threads were run, over all passes.
fn processor_share(passes: &[Time; PASSES], threads: usize) -> Option<f64> {
    let wall: Duration = passes.iter().map(|pass| pass.wall).sum();
    let processor: Duration = passes.iter().map(|pass| pass.processor).sum::<Option<Duration>>()?;
    (wall >= LONG_ENOUGH).then(|| processor.as_secs_f64() / (wall.as_secs_f64() * threads as f64))
}

impl Alone {
    pub(super) fn rate(&self) -> f64 {
        rate(self.bytes, best(&self.passes))
    }

    pub(super) fn read_rate(&self) -> f64 {
        rate(self.bytes, self.read)
    }

    pub(super) fn processor_share(&self) -> Option<f64> {
        processor_share(&self.passes, 1)
    }
}

impl Together {
    pub(super) fn rate(&self) -> f64 {
        rate(self.bytes, best(&self.passes))
    }

    pub(super) fn rate_per_thread(&self) -> f64 {
        self.rate() / self.threads.get() as f64
    }

    pub(super) fn processor_share(&self) -> Option<f64> {
        processor_share(&self.passes, self.threads.get())
    }
}

impl Figures {
    /// Returns what a petabyte takes at the rate that a thread has among all others.
    pub(super) fn petabyte(&self) -> Petabyte {
        let core_hours = PETABYTE / (self.together.rate_per_thread() * 1e9) / 3600.0;
        Petabyte { core_hours, hours: core_hours / self.cores.get() as f64, usd: core_hours * self.price_per_core_hour }
    }

    /// Returns why the figures may say less than the machine can do.
    pub(super) fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if cfg!(debug_assertions) {
            warnings.push("this is a build for development, many times slower than a release".to_owned());
        }
        let disturbed = |share: &f64| *share < UNDISTURBED;
        for alone in &self.alone {
            if let Some(share) = alone.processor_share().filter(disturbed) {
                warnings.push(format!(
                    "the machine is busy: {} had a core for {:.0} % of the time; measure again when nothing else runs",
                    alone.kind.as_str(),
                    share * 100.0
                ));
            }
        }
        if let Some(share) = self.together.processor_share().filter(disturbed) {
            let threads = self.together.threads;
            warnings.push(format!(
                "the {threads} threads together had {:.1} cores: other programs run, or there are fewer cores than threads",
                share * threads.get() as f64
            ));
        }
        if self.alone.iter().any(|alone| alone.passes.iter().any(|pass| pass.processor.is_none())) {
            warnings.push("this system does not tell processor time: whether other programs ran meanwhile is not known".to_owned());
        }
        warnings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(wall: u64, processor: Option<u64>) -> Time {
        Time { wall: Duration::from_millis(wall), processor: processor.map(Duration::from_millis) }
    }

    fn figures(alone: [Time; PASSES], together: [Time; PASSES]) -> Figures {
        let second = Duration::from_secs(1);
        let threads = NonZeroUsize::new(4).unwrap();
        Figures {
            engine: "rust".to_owned(),
            rules: Rules { count: 1, classes: 1, digest: String::new(), load: second, compile: second },
            size: 1_000_000_000,
            alone: vec![Alone {
                kind: Kind::Mixed,
                bytes: 1_000_000_000,
                passes: alone,
                read: second / 10,
                found: 1,
                planted: 1,
                stages: None,
            }],
            together: Together { threads, bytes: 4_000_000_000, passes: together },
            cores: NonZeroUsize::new(100).unwrap(),
            price_per_core_hour: 0.5,
        }
    }

    /// The warnings, without the one that every build for tests gives.
    fn warnings(figures: &Figures) -> Vec<String> {
        figures.warnings().into_iter().filter(|warning| !warning.starts_with("this is a build")).collect()
    }

    #[test]
    fn the_best_pass_counts_and_a_petabyte_follows_from_all_threads() {
        let quiet = [time(3000, Some(2990)), time(2000, Some(1990)), time(2500, Some(2490))];
        let figures = figures(quiet, [time(4000, Some(16_000)), time(5000, Some(20_000)), time(4000, Some(15_900))]);
        assert_eq!(figures.alone[0].rate(), 0.5);
        assert_eq!(figures.alone[0].read_rate(), 10.0);
        assert_eq!(figures.together.rate(), 1.0);
        let Petabyte { core_hours, hours, usd } = figures.petabyte();
        assert_eq!((core_hours.round(), hours.round(), usd.round()), (1111.0, 11.0, 556.0));
        assert!(warnings(&figures).is_empty(), "{:?}", warnings(&figures));
    }

    #[test]
    fn a_busy_machine_is_told_of() {
        let busy = [time(1000, Some(700)); PASSES];
        let told = warnings(&figures(busy, [time(1000, Some(2000)); PASSES]));
        assert!(told.len() == 2 && told[0].contains("mixed had a core for 70 %") && told[1].contains("had 2.0 cores"), "{told:?}");
    }

    #[test]
    fn what_is_not_known_is_not_judged() {
        let short = [time(10, Some(1)); PASSES];
        assert!(warnings(&figures(short, short)).is_empty());
        let told = warnings(&figures([time(1000, None); PASSES], short));
        assert!(told.len() == 1 && told[0].contains("does not tell"), "{told:?}");
    }
}
