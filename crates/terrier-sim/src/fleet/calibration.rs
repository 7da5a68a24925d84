use serde::Serialize;

use crate::virtual_estate::Estate;

/// Objects up to this size are read whole in one request; larger ones are read differently, and are strata of their own.
pub const SMALL_UP_TO: u64 = 4 << 20;

/// Objects of a family that are looked at to learn how many are small, and how large both kinds are.
const LOOKED_AT: u64 = 4096;

/// The objects of a family that are small, or those that are large.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stratum {
    /// Number of the family.
    pub family: usize,
    /// What its keys begin with.
    pub prefix: String,
    /// Whether these are the large ones.
    pub is_large: bool,
    /// How many of the estate's objects are in it, by estimate.
    pub objects: f64,
    /// Their mean size.
    pub mean_bytes: f64,
    /// Objects of it, drawn evenly from the whole family, of about so many bytes together as were asked for.
    pub sample: Vec<u64>,
}

/// Draws the strata of an estate and a sample of each: objects evenly spread over the family, as many as fit into `bytes`, one at least.
pub fn strata(estate: &Estate, bytes: u64) -> Vec<Stratum> {
    let mut strata = Vec::new();
    for (family, prefix) in estate.families().map(|family| family.prefix.clone()).enumerate() {
        let range = estate.objects_of(family);
        let count = range.end - range.start;
        let looked_at = count.min(LOOKED_AT);
        let mut sizes: [Vec<(u64, u64)>; 2] = [Vec::new(), Vec::new()];
        for number in 0..looked_at {
            // The middle of each of as many equal parts, so that no dataset is preferred for being first.
            let index = range.start + (u128::from(count) * u128::from(2 * number + 1) / u128::from(2 * looked_at)) as u64;
            let size = estate.object(index).size();
            sizes[usize::from(size > SMALL_UP_TO)].push((index, size));
        }
        for (is_large, sizes) in [false, true].into_iter().zip(sizes) {
            if sizes.is_empty() {
                continue;
            }
            let share = sizes.len() as f64 / looked_at as f64;
            let mean_bytes = sizes.iter().map(|(_, size)| *size as f64).sum::<f64>() / sizes.len() as f64;
            let sample = sample(&sizes, bytes);
            strata.push(Stratum { family, prefix: prefix.clone(), is_large, objects: count as f64 * share, mean_bytes, sample });
        }
    }
    strata
}

/// Takes objects in the order in which halving visits them, so that few are spread as evenly as many, and leaves out those that do not fit.
fn sample(sizes: &[(u64, u64)], bytes: u64) -> Vec<u64> {
    let bits = usize::BITS - (sizes.len() - 1).leading_zeros();
    let visited = (0..1_usize << bits).map(|number| if bits == 0 { 0 } else { number.reverse_bits() >> (usize::BITS - bits) });
    let mut left = bytes;
    let mut taken: Vec<u64> = Vec::new();
    for (index, size) in visited.filter_map(|place| sizes.get(place)) {
        if *size <= left {
            left -= size;
            taken.push(*index);
        }
    }
    if taken.is_empty() {
        // Nothing fits: the smallest is better than none.
        taken.extend(sizes.iter().min_by_key(|(_, size)| *size).map(|(index, _)| *index));
    }
    taken.sort_unstable();
    taken
}

/// What scanning a stratum's sample took.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StratumFigures {
    /// The stratum.
    pub stratum: Stratum,
    /// Bytes of the sample.
    pub bytes: u64,
    /// Bytes that were read of it; less where a format is not read to its end.
    pub bytes_read: u64,
    /// Requests.
    pub requests: u64,
    /// Seconds of one core.
    pub core_seconds: f64,
}

/// What was measured: the first column, which the model builds on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Calibration {
    /// One per stratum of the estate.
    pub strata: Vec<StratumFigures>,
}

impl StratumFigures {
    /// Seconds of one core for each byte that is stored.
    pub(super) fn seconds_per_byte(&self) -> f64 {
        self.core_seconds / (self.bytes.max(1)) as f64
    }

    /// The share of the bytes that is read.
    pub(super) fn read_share(&self) -> f64 {
        self.bytes_read as f64 / self.bytes.max(1) as f64
    }

    /// Requests for each object.
    pub(super) fn requests_per_object(&self) -> f64 {
        self.requests as f64 / self.stratum.sample.len().max(1) as f64
    }
}

impl Calibration {
    /// Returns the same figures for an estate of another size: what a byte and an object cost stays, how many there are does not.
    pub fn of_another(&self, estate: &Estate) -> Self {
        let known = |stratum: &Stratum| {
            let same = |figures: &&StratumFigures| figures.stratum.family == stratum.family && figures.stratum.is_large == stratum.is_large;
            self.strata.iter().find(same)
        };
        let strata = strata(estate, 0).into_iter().filter_map(|stratum| {
            let figures = known(&stratum)?.clone();
            let sample = figures.stratum.sample.clone();
            Some(StratumFigures { stratum: Stratum { sample, ..stratum }, ..figures })
        });
        Self { strata: strata.collect() }
    }
}
