//! The first pass over everything that is scanned: lets few places through, and every place at which something may match.
//!
//! What is looked for are [sequences](super::sequence::Sequence): for the byte before a place and each of the bytes from it on, what may
//! stand there. Sequences that are alike share a *bucket*, and eight buckets are a *group*, a bit each. A [look-up](Lookup) says for one
//! offset which of a group's buckets allow what stands there; what all look-ups of a group leave open is let through. Vector instructions
//! make a look-up for 64 or 32 places at once, in tables so small that they go by [codes] of what stands at a place. Which look-ups are
//! worth their time is [chosen](choice) on a sample of text.
//!
//! **Invariant:** whatever the instructions, each place where a sequence applies is let through.

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod choice;
mod codes;
mod filter;
#[cfg(test)]
mod tests;

use self::choice::{Chosen, choose};
use self::codes::CODES;
pub(crate) use self::filter::PLACES;
use super::sequence::{DEPTH, OFFSETS, Position, Sequence};

/// Bytes of a block, a bit each in a mask.
pub(crate) const BLOCK: usize = 64;
/// Blocks that are worked on together: small enough to stay in the nearest cache.
pub(crate) const TILE: usize = 64;
/// Bytes that are worked on together.
pub(crate) const SPAN: usize = TILE * BLOCK;
/// Buckets of a group.
const GROUP: usize = 8;
/// Most groups of all kinds together.
const MOST_GROUPS: usize = 16;

/// What a sequence is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Its rule may match wherever it applies, and its first bytes have few spellings.
    Spelled,
    /// Its rule may match wherever it applies.
    Shaped,
    /// Its rule is of interest at some places only.
    OnDemand,
    /// A word may begin there.
    Word,
}

impl Kind {
    pub(crate) const ALL: [Self; KINDS] = [Self::Spelled, Self::Shaped, Self::OnDemand, Self::Word];
}

const KINDS: usize = 4;

/// What looking for a kind costs.
struct Costs {
    kind: Kind,
    /// Most groups that it may have.
    groups: usize,
    /// Cycles for each place that is let through, and that is looked at again.
    place: f32,
    /// How many places of a sequence are worth looking at.
    depth: usize,
}

/// Found by trial with AVX-512: they decide how fast a scan is, not what it finds. A place on demand costs nothing where its rule is not
/// wanted, as nearly everywhere.
const COSTS: [Costs; KINDS] = [
    Costs { kind: Kind::Spelled, groups: 2, place: 45.0, depth: 10 },
    Costs { kind: Kind::Shaped, groups: 7, place: 100.0, depth: DEPTH },
    Costs { kind: Kind::OnDemand, groups: 1, place: 2.0, depth: 8 },
    Costs { kind: Kind::Word, groups: 3, place: 45.0, depth: 8 },
];
const _: () = assert!(COSTS[0].groups + COSTS[1].groups + COSTS[2].groups + COSTS[3].groups <= MOST_GROUPS);

/// Cycles per byte that each look-up of a group takes.
const LOOKUP: f32 = 1.5 / 64.0;

/// A sieve for the sequences of all kinds.
pub(crate) struct Sieve {
    instructions: Instructions,
    /// For each offset and byte, the buckets that allow it: what is looked up without vector instructions.
    allowed: Box<[[u128; 256]; OFFSETS]>,
    groups: Vec<Group>,
    /// The buckets of each kind.
    of_kind: [u128; KINDS],
}

/// Eight buckets, in the form that vector instructions look up.
struct Group {
    kind: Kind,
    lookups: Vec<Lookup>,
}

/// What a group allows at an offset, by one of the [codes](codes) of what stands there.
struct Lookup {
    offset: usize,
    code: usize,
    allowed: Aligned<64>,
}

/// Bytes that no vector load of which crosses two lines of the cache.
#[derive(Clone)]
#[repr(align(64))]
struct Aligned<const LENGTH: usize>([u8; LENGTH]);

/// The instructions that a processor may have. What is found does not depend on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instructions {
    /// 64 places at once (AVX-512 with VBMI).
    #[cfg(target_arch = "x86_64")]
    Avx512,
    /// 32 places at once.
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// One place at once, on any processor.
    Portable,
}

impl Instructions {
    /// All that there are for this architecture, the fastest first.
    pub const ALL: &[Self] = &[
        #[cfg(target_arch = "x86_64")]
        Self::Avx512,
        #[cfg(target_arch = "x86_64")]
        Self::Avx2,
        Self::Portable,
    ];

    /// Returns their name.
    pub fn as_str(self) -> &'static str {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => "avx512",
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => "avx2",
            Self::Portable => "portable",
        }
    }

    /// Tells whether this processor has them.
    pub fn is_available(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Avx512 => avx512::is_available(),
            #[cfg(target_arch = "x86_64")]
            Self::Avx2 => avx2::is_available(),
            Self::Portable => true,
        }
    }

    /// Returns those that this processor has, the fastest first.
    pub fn available() -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(|instructions| instructions.is_available())
    }

    /// Returns the fastest that this processor has.
    pub(crate) fn fastest() -> Self {
        Self::available().next().unwrap_or(Self::Portable)
    }
}

/// Where the places of each kind are in a tile: a bit for each byte, the lowest is the first.
pub(crate) struct Masks([[u64; TILE]; KINDS]);

impl Masks {
    pub(crate) const ZERO: Self = Self([[0; TILE]; KINDS]);

    pub(crate) fn of(&self, kind: Kind) -> &[u64; TILE] {
        &self.0[kind as usize]
    }
}

/// A tile's bytes in the forms that are looked up; room that is used again.
pub(crate) struct Room {
    /// From [`BEFORE`] on the tile, then its neighbours; what is no text is zero.
    padded: [u8; LOADED],
    forms: [[u8; LOADED]; CODES],
}

/// Where the tile begins in its room.
const BEFORE: usize = BLOCK;
const LOADED: usize = BEFORE + SPAN + 2 * BLOCK;
const _: () = assert!(DEPTH <= BLOCK);

impl Room {
    pub(crate) const ZERO: Self = Self { padded: [0; LOADED], forms: [[0; LOADED]; CODES] };
}

/// What stands for the start and end of the text.
const NO_TEXT: u8 = 0;

fn allows(position: &Position, byte: u8) -> bool {
    position.bytes.contains(byte) || byte == NO_TEXT && position.end
}

impl Sieve {
    /// Makes a sieve for instructions that this processor must have.
    pub(crate) fn new(sequences: &[(Kind, Sequence)], instructions: Instructions) -> Self {
        // What runs them relies on this, since no processor says so in time.
        assert!(instructions.is_available(), "this processor lacks the instructions `{}`", instructions.as_str());
        let mut sieve = Self { instructions, allowed: Box::new([[0; 256]; OFFSETS]), groups: Vec::new(), of_kind: [0; KINDS] };
        for costs in &COSTS {
            let of_kind: Vec<Sequence> = sequences.iter().filter(|(kind, _)| *kind == costs.kind).map(|(_, sequence)| *sequence).collect();
            choose(&of_kind, costs, instructions).into_iter().for_each(|group| sieve.add_group(group));
        }
        sieve
    }

    #[cfg(test)]
    pub(crate) fn instructions(&self) -> Instructions {
        self.instructions
    }

    fn add_group(&mut self, Chosen { kind, buckets, lookups }: Chosen) {
        for (bucket, sequence) in (self.groups.len() * GROUP..).zip(buckets.iter().map(|bucket| bucket.odds.sequence())) {
            let bit = 1 << bucket;
            self.of_kind[kind as usize] |= bit;
            for (allowed, position) in self.allowed.iter_mut().zip(sequence.positions()) {
                (0..=u8::MAX).filter(|byte| allows(position, *byte)).for_each(|byte| allowed[usize::from(byte)] |= bit);
            }
        }
        self.groups.push(Group { kind, lookups });
    }

    /// Lets through places of the `blocks` blocks that begin at a place of the text.
    #[inline]
    pub(crate) fn scan(&self, text: &[u8], at: usize, blocks: usize, room: &mut Room, masks: &mut Masks) {
        assert!(blocks <= TILE, "a tile has no more blocks");
        masks.0.iter_mut().for_each(|mask| mask[..blocks].fill(0));
        let length = blocks * BLOCK + BLOCK;
        let Room { padded, forms } = room;
        // Most tiles lie inside of the text; what is at its ends is copied, with zeros around.
        let (before, tile) = match text.get(at..at + length) {
            Some(tile) if at > 0 => (text[at - 1], tile),
            _ => {
                let rest = &text[at..text.len().min(at + length)];
                padded[..rest.len()].copy_from_slice(rest);
                padded[rest.len()..length].fill(NO_TEXT);
                (at.checked_sub(1).map_or(NO_TEXT, |before| text[before]), &padded[..length])
            }
        };
        match self.instructions {
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 => avx512::scan(&self.groups, before, tile, forms, masks),
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 => avx2::scan(&self.groups, before, tile, forms, masks),
            Instructions::Portable => self.scan_each(before, tile, masks),
        }
    }

    /// Looks at one place after the other.
    fn scan_each(&self, mut before: u8, tile: &[u8], masks: &mut Masks) {
        let places = tile.len() - BLOCK;
        for place in 0..places {
            let mut open = self.allowed[0][usize::from(before)];
            before = tile[place];
            for (allowed, byte) in self.allowed[1..].iter().zip(&tile[place..]) {
                open &= allowed[usize::from(*byte)];
                if open == 0 {
                    break;
                }
            }
            if open != 0 {
                for (mask, of_kind) in masks.0.iter_mut().zip(self.of_kind) {
                    mask[place / BLOCK] |= u64::from(open & of_kind != 0) << (place % BLOCK);
                }
            }
        }
    }
}
