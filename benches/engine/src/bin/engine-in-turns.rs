//! Measures what each stage takes with each set of instructions that this processor has: `make bench-engine`.
//!
//! All of them take turns in one run, and processor time is measured: on a machine that others use, figures of different minutes say
//! nothing about each other. The best of the rounds counts. An argument says how many MiB (16).

use std::hint::black_box;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use terrier_classify::{Backend, Classifier, Instructions};
use terrier_engine_bench::{KINDS, Rules, Until, take, text};

const ROUNDS: usize = 7;
const STAGES: usize = Until::ALL.len();

fn main() {
    let mebibytes = std::env::args().nth(1).map_or(16, |argument| argument.parse().expect("the argument is a number of MiB"));
    println!("| Rules | Kind | Instructions | GB/s | {} | ns/KiB |", Until::ALL.map(Until::as_str).join(" | "));
    println!("|{}", "---|".repeat(STAGES + 5));
    let texts = KINDS.map(|kind| (kind, text(kind, mebibytes << 20)));
    for rules in Rules::ALL {
        let pack = rules.load();
        let compile = |instructions| Classifier::compile_with(&pack, Backend::Rust, instructions).expect("the built-in rules compile");
        let classifiers: Vec<_> = Instructions::available().map(|instructions| (instructions, compile(instructions))).collect();
        for (kind, text) in &texts {
            let mut best = vec![[Duration::MAX; STAGES]; classifiers.len()];
            for _ in 0..ROUNDS {
                for ((_, classifier), best) in classifiers.iter().zip(&mut best) {
                    for (until, best) in Until::ALL.into_iter().zip(best) {
                        *best = time(|| take(classifier, text, until)).min(*best);
                    }
                }
            }
            for ((instructions, _), best) in classifiers.iter().zip(best) {
                let per_kib = |time: Duration| time.as_nanos() as f64 / (text.len() as f64 / 1024.0);
                let whole = best[STAGES - 1];
                let mut before = Duration::ZERO;
                let alone = best.map(|until| {
                    let alone = until.saturating_sub(before);
                    before = before.max(until);
                    format!("{:.0}", per_kib(alone))
                });
                let rate = text.len() as f64 / 1e9 / whole.as_secs_f64();
                let (rules, kind, instructions) = (rules.as_str(), kind.as_str(), instructions.as_str());
                println!("| {rules} | `{kind}` | {instructions} | {rate:.3} | {} | {:.0} |", alone.join(" | "), per_kib(whole));
            }
        }
    }
}

/// Returns for how long a processor ran this thread meanwhile.
fn time(work: impl FnOnce() -> u64) -> Duration {
    let now = || {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or(0))
    };
    let start = now();
    black_box(work());
    now() - start
}
