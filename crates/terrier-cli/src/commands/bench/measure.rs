use std::hint::black_box;
use std::num::NonZeroUsize;
use std::sync::Barrier;
use std::time::{Duration, Instant};

use terrier_classify::{Classifier, Stage};
use terrier_content::{Origin, Segment, Sensitive, Text};
use terrier_sim::benchmark::{Content, Corpus, Kind};

use super::figures::{Alone, STAGES, Time, Together, best};

/// Passes of which the best counts.
pub(super) const PASSES: usize = 3;

/// The classifier's caches have grown after so many segments.
const WARM_UP: usize = 8;

/// Measures one kind with one thread.
pub(super) fn alone(classifier: &Classifier, kind: Kind, corpus: &Corpus) -> Alone {
    let segments = segments(&corpus.content);
    classify(classifier, &segments[..segments.len().min(WARM_UP)]);
    let passes = [(); PASSES].map(|()| {
        let stopwatch = Stopwatch::start();
        let found = classify(classifier, &segments);
        (stopwatch.stop(), found)
    });
    let read = [(); PASSES].map(|()| {
        let stopwatch = Stopwatch::start();
        black_box(add_up(&corpus.content));
        stopwatch.stop().wall
    });
    Alone {
        kind,
        bytes: corpus.content.byte_len(),
        passes: passes.map(|(time, _)| time),
        read: read.into_iter().min().unwrap_or_default(),
        found: passes[0].1,
        planted: corpus.truth.values().sum(),
        stages: stages(classifier, &segments, best(&passes.map(|(time, _)| time))),
    }
}

/// Returns which share of the time each stage takes, and last what all else does: each is measured with those before it. `None` for
/// records, whose columns are searched as wholes.
fn stages(classifier: &Classifier, segments: &[Segment<'_>], whole: Duration) -> Option<[f64; STAGES]> {
    let texts = segments.iter().map(|segment| if let Segment::Text(text) = segment { Some(text) } else { None });
    let texts = texts.collect::<Option<Vec<_>>>()?;
    let mut shares = [0.0; STAGES];
    let mut before = Duration::ZERO;
    for (share, stage) in shares.iter_mut().zip(Stage::ALL) {
        let walls = [(); PASSES].map(|()| {
            let stopwatch = Stopwatch::start();
            texts.iter().for_each(|text| {
                black_box(classifier.take_to(stage, text.bytes.expose(), text.body()));
            });
            stopwatch.stop().wall
        });
        let until = walls.into_iter().min().unwrap_or_default();
        *share = until.saturating_sub(before).as_secs_f64() / whole.as_secs_f64().max(1e-9);
        before = before.max(until);
    }
    shares[STAGES - 1] = whole.saturating_sub(before).as_secs_f64() / whole.as_secs_f64().max(1e-9);
    Some(shares)
}

/// Measures threads that classify the same content at the same time, each beginning at another place of it.
pub(super) fn together(classifier: &Classifier, corpus: &Corpus, threads: NonZeroUsize) -> Together {
    let segments = segments(&corpus.content);
    let warm_up = &segments[..segments.len().min(WARM_UP)];
    // What a thread does before it waits for the others is done here first: if it panicked there, they would wait for ever.
    classify(classifier, warm_up);
    let passes = [(); PASSES].map(|()| {
        let all_ready = Barrier::new(threads.get());
        let pass = |number: usize| {
            let (behind, ahead) = segments.split_at(number * segments.len() / threads);
            classify(classifier, warm_up);
            all_ready.wait();
            let stopwatch = Stopwatch::start();
            classify(classifier, ahead);
            classify(classifier, behind);
            (stopwatch.started, stopwatch.stop())
        };
        let each = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads.get()).map(|number| scope.spawn(move || pass(number))).collect();
            workers.into_iter().map(|worker| worker.join().expect("a measuring thread panicked")).collect::<Vec<_>>()
        });
        let first = each.iter().map(|(started, _)| *started).min();
        let last = each.iter().map(|(started, time)| *started + time.wall).max();
        let wall = first.zip(last).map_or(Duration::ZERO, |(first, last)| last - first);
        Time { wall, processor: each.iter().map(|(_, time)| time.processor).sum() }
    });
    Together { threads, bytes: corpus.content.byte_len() * threads.get(), passes }
}

/// Cuts content as a scan does.
fn segments(content: &Content) -> Vec<Segment<'_>> {
    const BODY: usize = 1 << 20;
    const NEIGHBOUR: usize = 4 << 10;
    match content {
        Content::Records(batches) => batches.iter().map(Segment::Records).collect(),
        Content::Text(text) => (0..text.len())
            .step_by(BODY)
            .map(|start| {
                let end = (start + BODY).min(text.len());
                let (from, to) = (start.saturating_sub(NEIGHBOUR), (end + NEIGHBOUR).min(text.len()));
                Segment::Text(Text {
                    bytes: Sensitive::new(&text[from..to]),
                    body_start: start - from,
                    body_end: end - from,
                    origin: Origin::Lines { line: 1, byte: start as u64 },
                })
            })
            .collect(),
    }
}

/// Classifies segments as one asset, and counts what is found.
fn classify(classifier: &Classifier, segments: &[Segment<'_>]) -> u64 {
    let mut session = classifier.session(None);
    segments.iter().for_each(|segment| session.segment(segment));
    black_box(session.finish()).findings.iter().map(|finding| finding.count_high + finding.count_medium).sum()
}

/// Touches every byte and does as little as can be done with it: nothing that reads is faster.
fn add_up(content: &Content) -> u64 {
    let add = |bytes: &[u8]| bytes.as_chunks().0.iter().fold(0_u64, |sum, eight| sum.wrapping_add(u64::from_le_bytes(*eight)));
    match content {
        Content::Text(text) => add(black_box(text)),
        Content::Records(batches) => {
            let columns = batches.iter().flat_map(|batch| &batch.columns);
            columns.fold(0, |sum, column| sum.wrapping_add(add(black_box(column.bytes().expose()))))
        }
    }
}

struct Stopwatch {
    started: Instant,
    processor: Option<Duration>,
}

impl Stopwatch {
    fn start() -> Self {
        Self { processor: processor_time(), started: Instant::now() }
    }

    fn stop(&self) -> Time {
        let wall = self.started.elapsed();
        Time { wall, processor: processor_time().zip(self.processor).map(|(now, before)| now.saturating_sub(before)) }
    }
}

/// Returns for how long a processor has run this thread, where the system tells.
fn processor_time() -> Option<Duration> {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    let nanoseconds = told.split(' ').next()?.parse().ok()?;
    // A kernel that does not count says 0.
    (nanoseconds > 0).then(|| Duration::from_nanos(nanoseconds))
}
