//! The rate of the classifier to the end of each stage, and how long rules take to compile: `make bench-engine`.
//!
//! A stage cannot run without those before it, so each line has theirs in it: `engine-in-turns` prints the differences.

use std::fmt;
use std::hint::black_box;

use divan::Bencher;
use divan::counter::BytesCount;
use terrier_classify::Classifier;
use terrier_engine_bench::{KINDS, Rules, Until, take, text};
use terrier_sim::benchmark::Kind;

/// Enough that what starts and ends a text counts for nothing, and more than the caches hold that a core has for itself.
const BYTES: usize = 8 << 20;

fn main() {
    divan::main();
}

/// What one line measures.
struct Case {
    rules: Rules,
    kind: Kind,
    until: Until,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}, {}", self.rules.as_str(), self.kind.as_str(), self.until.as_str())
    }
}

fn cases() -> impl Iterator<Item = Case> {
    let of = |rules: Rules, kind: Kind| Until::ALL.map(|until| Case { rules, kind, until });
    Rules::ALL.into_iter().flat_map(move |rules| KINDS.into_iter().flat_map(move |kind| of(rules, kind)))
}

#[divan::bench(args = cases(), sample_count = 10, sample_size = 1)]
fn until(bencher: Bencher<'_, '_>, case: &Case) {
    let classifier = Classifier::compile(&case.rules.load()).expect("the built-in rules compile");
    let text = text(case.kind, BYTES);
    // Automata that are built as they run are built in a first run.
    black_box(take(&classifier, &text, case.until));
    bencher.counter(BytesCount::of_slice(&text)).bench_local(|| take(&classifier, black_box(&text), case.until));
}

#[divan::bench(args = Rules::ALL.map(Rules::as_str), sample_count = 10, sample_size = 1)]
fn compile(bencher: Bencher<'_, '_>, rules: &str) {
    let rules = Rules::ALL.into_iter().find(|known| known.as_str() == rules).expect("these are the names of all");
    let pack = rules.load();
    bencher.bench_local(|| Classifier::compile(black_box(&pack)).expect("the built-in rules compile"));
}
