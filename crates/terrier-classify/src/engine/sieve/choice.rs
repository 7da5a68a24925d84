//! Chooses which sequences share a bucket, and what of them is worth looking at: what lets most of a sample's places through costs most.

use std::sync::LazyLock;

use super::codes::{CODES, Coding, OF_FOUR_BITS, OF_SIX_BITS};
use super::{Aligned, Costs, GROUP, Instructions, Kind, LOOKUP, Lookup};
use crate::engine::buckets::{Bucket, group};
use crate::engine::frequency::SAMPLE;
use crate::engine::sequence::{OFFSETS, Position, Sequence};

/// A group as it is chosen.
pub(super) struct Chosen {
    pub(super) kind: Kind,
    pub(super) buckets: Vec<Bucket>,
    pub(super) lookups: Vec<Lookup>,
}

/// Sequences for each of which a group more is worth its look-ups.
const OF_A_GROUP: usize = 64;

/// Puts sequences into groups, for some instructions.
pub(super) fn choose(sequences: &[Sequence], costs: &Costs, instructions: Instructions) -> Vec<Chosen> {
    let groups = sequences.len().div_ceil(OF_A_GROUP).min(costs.groups);
    let buckets = group(sequences.iter().map(|sequence| sequence.cut_to(costs.depth)).collect(), groups * GROUP);
    buckets.chunks(GROUP).map(|buckets| worth_looking(buckets, costs, instructions)).collect()
}

fn worth_looking(buckets: &[Bucket], costs: &Costs, instructions: Instructions) -> Chosen {
    let lookups = match instructions {
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx512 => best_of(buckets, &OF_SIX_BITS, &IN_SIX_BITS, costs),
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx2 => best_of(buckets, &OF_FOUR_BITS, &IN_FOUR_BITS, costs),
        Instructions::Portable => Vec::new(),
    };
    Chosen { kind: costs.kind, buckets: buckets.to_vec(), lookups }
}

/// Places of the sample behind which there are enough bytes.
const PLACES: usize = SAMPLE.len() - OFFSETS - 2;

/// The sample in each code.
type Coded = LazyLock<[Vec<u8>; CODES]>;

static IN_SIX_BITS: Coded = LazyLock::new(|| coded(&OF_SIX_BITS));
static IN_FOUR_BITS: Coded = LazyLock::new(|| coded(&OF_FOUR_BITS));

fn coded(coding: &Coding) -> [Vec<u8>; CODES] {
    std::array::from_fn(|code| SAMPLE.as_bytes().array_windows().map(|bytes| (coding.code)(code, *bytes)).collect())
}

/// Takes those look-ups of which each saves more than it costs.
fn best_of(buckets: &[Bucket], coding: &Coding, sample: &[Vec<u8>; CODES], costs: &Costs) -> Vec<Lookup> {
    let places = (0..CODES).flat_map(|code| (0..=OFFSETS - coding.lengths[code]).map(move |offset| (code, offset)));
    // Beside each look-up, which buckets it leaves open at the sample's places.
    let mut rest: Vec<(Lookup, Vec<u8>)> = places
        .map(|(code, offset)| {
            let lookup = lookup(buckets, coding, code, offset);
            let allowed = sample[code][offset..].iter().take(PLACES).map(|code| lookup.allowed.0[usize::from(*code)]).collect();
            (lookup, allowed)
        })
        .collect();
    let mut open = vec![u8::MAX; PLACES];
    let mut taken = Vec::new();
    let mut cost = costs.place;
    loop {
        let with = |allowed: &[u8]| open.iter().zip(allowed).map(|(open, allowed)| u32::from(open & allowed != 0)).sum::<u32>();
        let counts = rest.iter().map(|(_, allowed)| with(allowed)).enumerate();
        let Some((next, count)) = counts.min_by_key(|(_, count)| *count) else { return taken };
        // What the sample never lets through, other texts may: they are given half a place.
        let let_through = (count as f32 + 0.5) / PLACES as f32;
        let next_cost = let_through * costs.place + (taken.len() + 1) as f32 * LOOKUP;
        if next_cost >= cost && !taken.is_empty() {
            return taken;
        }
        cost = next_cost;
        let (lookup, allowed) = rest.swap_remove(next);
        open.iter_mut().zip(&allowed).for_each(|(open, allowed)| *open &= allowed);
        taken.push(lookup);
    }
}

fn lookup(buckets: &[Bucket], coding: &Coding, code: usize, offset: usize) -> Lookup {
    let mut allowed = Aligned([0; 64]);
    for (bucket, members) in buckets.iter().map(|bucket| &bucket.members).enumerate() {
        let of_member = |member: &Sequence| {
            let mut positions = [&Position::ANYTHING; 3];
            positions.iter_mut().zip(member.positions().skip(offset)).for_each(|(to, position)| *to = position);
            (coding.allowed)(code, &positions[..coding.lengths[code]])
        };
        let set = members.iter().fold(0, |set, member| set | of_member(member));
        (0..64).filter(|code| set >> code & 1 != 0).for_each(|code| allowed.0[code] |= 1 << bucket);
    }
    Lookup { offset, code, allowed }
}
