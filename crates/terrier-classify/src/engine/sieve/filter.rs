//! From bits to the few places that are worth a closer look.

use super::{BLOCK, Instructions, SPAN, Sieve};

/// Places of a tile, and as many as are written down at once.
pub(crate) const PLACES: usize = SPAN + AT_ONCE;
const AT_ONCE: usize = 4;

impl Sieve {
    /// Writes down those places of blocks, of which they are the bits, for which the answer is yes; returns how many they are.
    #[inline]
    pub(crate) fn filter(&self, blocks: &[u64], places: &mut [u16; PLACES], is_kept: impl Fn(usize) -> bool) -> usize {
        match self.instructions {
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 | Instructions::Avx2 => {
                // SAFETY: these are chosen only where the processor has them.
                #[allow(unsafe_code, reason = "vector instructions")]
                unsafe {
                    filter_with_avx2(blocks, places, is_kept)
                }
            }
            Instructions::Portable => filter(blocks, places, is_kept),
        }
    }
}

/// The same, compiled for processors that count bits in one instruction and have wide registers.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,lzcnt,popcnt")]
fn filter_with_avx2(blocks: &[u64], places: &mut [u16; PLACES], is_kept: impl Fn(usize) -> bool) -> usize {
    filter(blocks, places, is_kept)
}

#[inline(always)]
fn filter(blocks: &[u64], places: &mut [u16; PLACES], is_kept: impl Fn(usize) -> bool) -> usize {
    let count = spread(blocks, places);
    keep(&mut places[..count], is_kept)
}

/// Writes down the places of all bits, some at once: how many there are is not known before, so that a loop would end by surprise.
#[inline(always)]
fn spread(blocks: &[u64], places: &mut [u16; PLACES]) -> usize {
    let mut count = 0;
    for (block, bits) in blocks.iter().enumerate() {
        let mut rest = *bits;
        let end = count + bits.count_ones() as usize;
        while count < end {
            let room: &mut [u16; AT_ONCE] = places[count..].first_chunk_mut().expect("there is room for as many more");
            for place in room {
                *place = (block * BLOCK) as u16 + rest.trailing_zeros() as u16;
                rest &= rest.wrapping_sub(1);
            }
            count += AT_ONCE;
        }
        count = end;
    }
    count
}

/// Moves the places for which the answer is yes to the front; returns how many they are.
#[inline(always)]
fn keep(places: &mut [u16], is_kept: impl Fn(usize) -> bool) -> usize {
    let mut count = 0;
    for index in 0..places.len() {
        let place = places[index];
        places[count] = place;
        count += usize::from(is_kept(usize::from(place)));
    }
    count
}
