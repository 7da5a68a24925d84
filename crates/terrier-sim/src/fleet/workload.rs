use serde::Serialize;

use super::calibration::{Calibration, StratumFigures};
use super::prices::Figures;
use crate::virtual_estate::Estate;

/// How much of the estate is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Every object.
    Full,
    /// Of each dataset as many objects, drawn at random and read whole, as bound the prevalence of what is not found.
    Sampled,
}

impl Mode {
    /// Returns its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Sampled => "sampled",
        }
    }
}

/// What is to be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// How much is read.
    pub mode: Mode,
    /// Objects of the estate.
    pub objects: f64,
    /// Bytes of the estate.
    pub bytes: f64,
    /// Objects that are opened.
    pub objects_opened: f64,
    /// Datasets.
    pub datasets: u64,
    pub(super) parts: Vec<Part>,
}

/// The work in one family, evenly spread over its objects or datasets.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    pub(super) family: usize,
    /// Objects that are opened: those of the family by index, or of a sample.
    pub(super) items: u64,
    /// Datasets over which a sample is spread; none where all objects are opened.
    pub(super) sampled: Option<u64>,
    pub(super) cost: Cost,
}

/// What something takes.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Cost {
    pub(super) bytes: f64,
    pub(super) requests: f64,
    pub(super) core_seconds: f64,
}

impl Cost {
    pub(super) fn times(self, factor: f64) -> Self {
        Self { bytes: self.bytes * factor, requests: self.requests * factor, core_seconds: self.core_seconds * factor }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            bytes: self.bytes + other.bytes,
            requests: self.requests + other.requests,
            core_seconds: self.core_seconds + other.core_seconds,
        }
    }
}

impl Workload {
    /// Says what scanning an estate takes, by what was measured.
    pub fn of(estate: &Estate, calibration: &Calibration, mode: Mode, figures: &Figures) -> Self {
        let sample = assets_for_bound(figures.sample_max_prevalence.value, figures.sample_confidence.value);
        let (mut parts, mut opened, mut bytes) = (Vec::new(), 0.0, 0.0);
        for family in 0..estate.families().count() {
            let range = estate.objects_of(family);
            let items = range.end - range.start;
            let measured: Vec<&StratumFigures> = calibration.strata.iter().filter(|figures| figures.stratum.family == family).collect();
            if items == 0 || measured.is_empty() {
                continue;
            }
            let of_family = measured.iter().fold(Cost::default(), |cost, figures| cost.plus(whole(figures)));
            bytes += measured.iter().map(|figures| figures.stratum.objects * figures.stratum.mean_bytes).sum::<f64>();
            let datasets = estate.datasets_of(family);
            let (items_opened, sampled) = match mode {
                Mode::Full => (items, None),
                Mode::Sampled => {
                    let drawn = (0..datasets).map(|number| estate.dataset(family, number).count.min(sample)).sum();
                    (drawn, Some(datasets))
                }
            };
            let share = items_opened as f64 / items as f64;
            opened += items_opened as f64;
            parts.push(Part { family, items: items_opened, sampled, cost: of_family.times(share) });
        }
        Self { mode, objects: estate.len() as f64, bytes, objects_opened: opened, datasets: estate.dataset_count(), parts }
    }

    /// Returns what all of it takes.
    pub(super) fn cost(&self) -> Cost {
        self.parts.iter().fold(Cost::default(), |cost, part| cost.plus(part.cost))
    }

    /// Returns the bytes that are read.
    pub fn bytes_read(&self) -> f64 {
        self.cost().bytes
    }

    /// Returns the requests that read them.
    pub fn requests(&self) -> f64 {
        self.cost().requests
    }

    /// Returns the hours of one core, undisturbed.
    pub fn core_hours(&self) -> f64 {
        self.cost().core_seconds / 3600.0
    }
}

/// What reading all objects of a stratum takes.
fn whole(figures: &StratumFigures) -> Cost {
    let bytes = figures.stratum.objects * figures.stratum.mean_bytes;
    Cost {
        bytes: bytes * figures.read_share(),
        requests: figures.stratum.objects * figures.requests_per_object(),
        core_seconds: bytes * figures.seconds_per_byte(),
    }
}

/// How many objects without a hit bound the prevalence: the exact bound of the binomial at no hit.
pub(super) fn assets_for_bound(prevalence: f64, confidence: f64) -> u64 {
    if prevalence <= 0.0 || confidence >= 1.0 {
        return u64::MAX;
    }
    if prevalence >= 1.0 || confidence <= 0.0 {
        return 1;
    }
    ((1.0 - confidence).ln() / (1.0 - prevalence).ln()).ceil() as u64
}
