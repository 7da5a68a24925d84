//! The first column: a sample of the estate that is really generated, really read and really classified, here.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::{Value, json};
use terrier_classify::{Classifier, LabelPolicy, Session};
use terrier_content::{Segment, Sensitive};
use terrier_extract::{Extractor, Flow, Limits, Member, Outcome, ReadAt, ReadError, Sink, WorkerCommand};
use terrier_findings::Results;
use terrier_model::StoreKind;
use terrier_scan::{Cancel, Identity, Plan, Progress, RequestMeter, Resources, RunLabel, ScanTarget, Scanner, Selection};
use terrier_sim::fleet::{Calibration, Stratum, StratumFigures};
use terrier_sim::virtual_estate::{Estate, Object, SimStore};
use terrier_stores::{ConnectOptions, Meter, Scope, open_results};

/// Passes of which the best counts.
const PASSES: usize = 2;

/// All that was measured.
pub(super) struct Measured {
    pub(super) calibration: Calibration,
    pub(super) formats: BTreeMap<&'static str, FormatFigures>,
    /// Bytes that the generator gives in a second, by one core.
    pub(super) generator_bytes_per_second: f64,
}

/// What was measured of a format.
#[derive(Debug, Clone, Default)]
pub(super) struct FormatFigures {
    pub(super) objects: u64,
    pub(super) bytes: u64,
    pub(super) seconds: f64,
    pub(super) score: Score,
}

/// How what was found compares with the truth, counted in pairs of an object and a class.
#[derive(Debug, Clone, Default)]
pub(super) struct Score {
    pub(super) found: u64,
    pub(super) missed: BTreeMap<String, u64>,
    pub(super) wrong: BTreeMap<String, u64>,
}

impl Score {
    fn add(&mut self, truth: &BTreeSet<String>, found: &BTreeSet<String>) {
        self.found += truth.intersection(found).count() as u64;
        truth.difference(found).for_each(|class| *self.missed.entry(class.clone()).or_default() += 1);
        found.difference(truth).for_each(|class| *self.wrong.entry(class.clone()).or_default() += 1);
    }

    pub(super) fn merge(&mut self, other: &Self) {
        self.found += other.found;
        other.missed.iter().for_each(|(class, count)| *self.missed.entry(class.clone()).or_default() += count);
        other.wrong.iter().for_each(|(class, count)| *self.wrong.entry(class.clone()).or_default() += count);
    }

    /// The share of what is there that was found; none where nothing is there.
    pub(super) fn recall(&self) -> Option<f64> {
        share(self.found, self.missed.values().sum())
    }

    /// The share of what was found that is there; none where nothing was found.
    pub(super) fn precision(&self) -> Option<f64> {
        share(self.found, self.wrong.values().sum())
    }

    pub(super) fn json(&self) -> Value {
        json!({ "found": self.found, "missed": self.missed, "wrong": self.wrong, "recall": self.recall(), "precision": self.precision() })
    }
}

fn share(good: u64, bad: u64) -> Option<f64> {
    (good + bad > 0).then(|| good as f64 / (good + bad) as f64)
}

/// What measuring needs.
pub(super) struct Bench<'a> {
    pub(super) estate: &'a Arc<Estate>,
    pub(super) classifier: &'a Arc<Classifier>,
    pub(super) worker: WorkerCommand,
    pub(super) threads: NonZeroUsize,
    pub(super) memory: u64,
}

impl Bench<'_> {
    /// Measures the samples of all strata. `step` is told the name of each.
    pub(super) async fn measure(&self, strata: Vec<Stratum>, step: impl Fn(&str)) -> anyhow::Result<Measured> {
        let extractor = Extractor::new(Limits::default(), Some(self.worker.clone()));
        let mut formats: BTreeMap<&'static str, FormatFigures> = BTreeMap::new();
        let mut figures = Vec::new();
        let generator_bytes_per_second = self.generator(&strata);
        for stratum in strata {
            step(&stratum.prefix);
            let core_seconds = self.scan(&extractor, &stratum, &mut formats);
            let (requests, bytes_read) = self.requests(&stratum).await?;
            let bytes = stratum.sample.iter().map(|index| self.estate.object(*index).size()).sum();
            figures.push(StratumFigures { stratum, bytes, bytes_read, requests, core_seconds });
        }
        Ok(Measured { calibration: Calibration { strata: figures }, formats, generator_bytes_per_second })
    }

    /// Scans the sample object by object with one thread, the best of some passes each, and holds what is found against the truth.
    fn scan(&self, extractor: &Extractor, stratum: &Stratum, formats: &mut BTreeMap<&'static str, FormatFigures>) -> f64 {
        let mut all = 0.0;
        for index in &stratum.sample {
            let object = self.estate.object(*index);
            let truth: BTreeSet<String> = object.truth().into_keys().map(str::to_owned).collect();
            let format = formats.entry(object.format.as_str()).or_default();
            format.objects += 1;
            format.bytes += object.size();
            let key = object.key();
            let source = Source(object);
            let mut best = Duration::MAX;
            let mut found = BTreeSet::new();
            for _ in 0..PASSES {
                let started = Instant::now();
                let mut sink = Classes { session: self.classifier.session(None) };
                extractor.extract(&source, Sensitive::new(key.as_bytes()), &mut sink);
                let findings = sink.session.finish().findings;
                best = best.min(started.elapsed());
                let sure = findings.into_iter().filter(|finding| finding.count_high + finding.count_medium > 0);
                found = sure.map(|finding| finding.class.to_string()).collect();
            }
            format.score.add(&truth, &found);
            format.seconds += best.as_secs_f64();
            all += best.as_secs_f64();
        }
        all
    }

    /// Runs a scan of the sample, as `terrier scan` does, for what it asks of the store.
    async fn requests(&self, stratum: &Stratum) -> anyhow::Result<(u64, u64)> {
        let store = SimStore::of("sim://bench", Arc::clone(self.estate)).only(stratum.sample.clone());
        let meter = Meter::new(Arc::new(store));
        let usage = meter.usage();
        let scanner = Scanner {
            classifier: Arc::clone(self.classifier),
            extractor: Arc::new(Extractor::new(Limits::default(), Some(self.worker.clone()))),
            identity: Arc::new(Identity::new(None)),
            resources: Resources { threads: self.threads, memory: self.memory },
            progress: Arc::new(Progress::default()),
            cancel: Cancel::default(),
        };
        let target = ScanTarget { store: Arc::new(meter), scope: Scope::whole(), inventory: None };
        let plan = Plan::make(vec![target], Selection::default(), &scanner.identity, &scanner.progress, &scanner.cancel).await?;
        let out = tempfile::tempdir().context("cannot make a folder for the results of the measurement")?;
        let place = out.path().join("results").to_string_lossy().into_owned();
        let location = open_results(&place, &ConnectOptions::default()).await.context("cannot write the results of the measurement")?;
        let label = RunLabel {
            target: "sim://bench".to_owned(),
            rules_digest: self.classifier.rules_digest().to_owned(),
            policy_digest: format!("{} tier", LabelPolicy::default().tier),
            options_digest: String::new(),
        };
        let counters = RequestMeter::new(vec![(StoreKind::Sim, Arc::clone(&usage))]);
        scanner.run(&plan, &Results::new(location.store, location.prefix), &label, Vec::new(), &counters).await?;
        Ok((usage.get_requests(), usage.bytes_read()))
    }

    /// Generates the samples without looking at them.
    fn generator(&self, strata: &[Stratum]) -> f64 {
        let started = Instant::now();
        let mut bytes = 0_u64;
        let mut sum = 0_u64;
        for index in strata.iter().flat_map(|stratum| &stratum.sample) {
            let mut buffer = vec![0; 1 << 20];
            let source = Source(self.estate.object(*index));
            let mut at = 0;
            while let Ok(read @ 1..) = source.read_at(at, &mut buffer) {
                sum = sum.wrapping_add(u64::from(buffer[read / 2]));
                at += read as u64;
            }
            bytes += at;
        }
        std::hint::black_box(sum);
        bytes as f64 / started.elapsed().as_secs_f64().max(1e-9)
    }
}

/// An object as extraction reads it.
struct Source<'a>(Object<'a>);

impl ReadAt for Source<'_> {
    fn size(&self) -> u64 {
        self.0.size()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let mut filled = 0;
        for piece in self.0.read(offset..offset.saturating_add(buffer.len() as u64)) {
            buffer[filled..filled + piece.len()].copy_from_slice(&piece);
            filled += piece.len();
        }
        Ok(filled)
    }
}

/// Classifies an asset and all that is in it as one.
struct Classes<'a> {
    session: Session<'a>,
}

impl Sink for Classes<'_> {
    fn enter(&mut self, _: Member<'_>) {}

    fn segment(&mut self, segment: Segment<'_>) -> Flow {
        self.session.segment(&segment);
        Flow::Continue
    }

    fn leave(&mut self, _: Outcome) {}
}
