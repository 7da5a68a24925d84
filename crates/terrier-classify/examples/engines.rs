//! Compares the backends that are built in, over files of text, with the default rules and the extended ones:
//! `cargo run --release -p terrier-classify --features hyperscan --example engines -- FILE...`.
//!
//! For each it tells how long compiling took, the rate of one thread (the best of three passes) and how many values there are, and fails
//! where they find different ones. Times are those for which a processor ran the thread, where the system tells them (Linux does), so
//! that other programs disturb less.
#![allow(clippy::print_stdout, reason = "it is a program for people")]
#![allow(clippy::unwrap_used, reason = "a file that does not read is the end of it")]

use std::time::{Duration, Instant};

use terrier_classify::{Backend, Classifier};
use terrier_content::{Origin, Segment, Sensitive, Text};
use terrier_model::AssetFindings;
use terrier_rules::{Builtin, RulePack};

/// A scan cuts text into windows of so many bytes, with so many of their neighbours.
const BODY: usize = 1 << 20;
const NEIGHBOUR: usize = 4 << 10;

fn main() {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let files: Vec<Vec<u8>> = paths.iter().map(|path| std::fs::read(path).unwrap()).collect();
    let extended = RulePack::load(&[], Builtin::Extended).unwrap();
    for pack in [RulePack::embedded(), extended] {
        println!("{} rules", pack.rules.len());
        let classifiers: Vec<Classifier> = Backend::BUILT_IN
            .iter()
            .map(|backend| {
                let start = Stopwatch::start();
                let classifier = Classifier::compile_for(&pack, *backend).unwrap();
                println!("  {:<24} compiled in {:.0} ms", classifier.backend().describe(), start.seconds() * 1e3);
                classifier
            })
            .collect();
        for (path, text) in paths.iter().zip(&files) {
            let mut first = None;
            for classifier in &classifiers {
                let passes = [(); 3].map(|()| {
                    let start = Stopwatch::start();
                    let findings = classify(classifier, text);
                    (start.seconds(), findings)
                });
                let best = passes.iter().map(|(seconds, _)| *seconds).fold(f64::INFINITY, f64::min);
                let findings = &first.get_or_insert_with(|| passes[0].1.clone()).findings;
                assert!(passes.iter().all(|(_, found)| found.findings == *findings), "the backends differ on {path}");
                let values: u64 = findings.iter().map(|finding| finding.count).sum();
                let rate = text.len() as f64 / 1e9 / best;
                println!("  {:<12} {rate:.3} GB/s  {values} values  {path}", classifier.backend().as_str());
            }
        }
    }
}

struct Stopwatch {
    started: Instant,
    processor: Option<Duration>,
}

impl Stopwatch {
    fn start() -> Self {
        Self { started: Instant::now(), processor: processor_time() }
    }

    fn seconds(&self) -> f64 {
        let spent = processor_time().zip(self.processor).map(|(now, before)| now.saturating_sub(before));
        spent.unwrap_or_else(|| self.started.elapsed()).as_secs_f64()
    }
}

/// Returns for how long a processor has run this thread.
fn processor_time() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

fn classify(classifier: &Classifier, text: &[u8]) -> AssetFindings {
    let mut session = classifier.session(None);
    for start in (0..text.len()).step_by(BODY) {
        let end = (start + BODY).min(text.len());
        let (from, to) = (start.saturating_sub(NEIGHBOUR), (end + NEIGHBOUR).min(text.len()));
        session.segment(&Segment::Text(Text {
            bytes: Sensitive::new(&text[from..to]),
            body_start: start - from,
            body_end: end - from,
            origin: Origin::Lines { line: 1, byte: start as u64 },
        }));
    }
    session.finish()
}
