//! 64 places at once.

#![allow(unsafe_code, reason = "vector instructions")]

use std::arch::x86_64::{
    __m512i, _MM_HINT_T0, _mm_prefetch, _mm512_and_si512, _mm512_load_si512, _mm512_loadu_si512, _mm512_max_epu8, _mm512_min_epu8,
    _mm512_or_si512, _mm512_permutexvar_epi8, _mm512_set1_epi8, _mm512_slli_epi16, _mm512_srli_epi16, _mm512_storeu_si512,
    _mm512_ternarylogic_epi32, _mm512_test_epi8_mask, _mm512_xor_si512,
};

use super::codes::{CODES, KINDS, PAIR, SHAPE, SPUN, WITH_CASE, WITHOUT_CASE, with_case, without_case};
use super::{Aligned, BEFORE, BLOCK, Group, LOADED, Lookup, Masks, OFFSETS, SPAN};

/// Blocks for which a table is loaded once.
const TOGETHER: usize = 4;

pub(super) fn is_available() -> bool {
    super::avx2::is_available()
        && is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512bw")
        && is_x86_feature_detected!("avx512vbmi")
}

/// Adds the places that the groups let through; `tile` has a block more.
pub(super) fn scan(groups: &[Group], before: u8, tile: &[u8], codes: &mut [[u8; LOADED]; CODES], masks: &mut Masks) {
    assert!(tile.len().is_multiple_of(BLOCK) && (BLOCK..=SPAN + BLOCK).contains(&tile.len()), "a tile is whole blocks");
    // SAFETY: this is chosen only where the processor has the instructions, and the tile was found to be as they ask for.
    unsafe {
        encode(before, tile, codes);
        look_up(groups, tile.len() / BLOCK - 1, codes, masks);
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn table(entries: &Aligned<64>) -> __m512i {
    // SAFETY: 64 bytes are read of 64, which are aligned.
    unsafe { _mm512_load_si512(entries.0.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn load(bytes: &[u8; LOADED], at: usize) -> __m512i {
    let block: &[u8; BLOCK] = bytes[at..].first_chunk().expect("a tile has a block more on both sides");
    // SAFETY: 64 bytes are read of 64.
    unsafe { _mm512_loadu_si512(block.as_ptr().cast()) }
}

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn store(bytes: &mut [u8; LOADED], at: usize, block: __m512i) {
    let room: &mut [u8; BLOCK] = bytes[at..].first_chunk_mut().expect("a tile has a block more on both sides");
    // SAFETY: 64 bytes are written to 64.
    unsafe { _mm512_storeu_si512(room.as_mut_ptr().cast(), block) }
}

/// Writes down the codes of all places. Look-ups go by their lower six bits, so the others may be anything.
#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn encode(before: u8, tile: &[u8], codes: &mut [[u8; LOADED]; CODES]) {
    let (space, highest) = (_mm512_set1_epi8(0x20), _mm512_set1_epi8(0x7F));
    let (low_five, low_six) = (_mm512_set1_epi8(0x1F), _mm512_set1_epi8(0x3F));
    codes[WITHOUT_CASE][BEFORE - 1] = without_case(before);
    codes[WITH_CASE][BEFORE - 1] = with_case(before);
    let (blocks, _) = tile.as_chunks::<BLOCK>();
    for (index, block) in blocks.iter().enumerate() {
        let at = BEFORE + index * BLOCK;
        // The next tile, which will be asked for soon. Beyond the text nothing is read.
        _mm_prefetch::<_MM_HINT_T0>(block.as_ptr().wrapping_add(SPAN).cast());
        // SAFETY: 64 bytes are read of 64.
        let bytes = unsafe { _mm512_loadu_si512(block.as_ptr().cast()) };
        let printable = _mm512_min_epu8(_mm512_max_epu8(bytes, space), highest);
        let shifted = _mm512_and_si512(_mm512_srli_epi16::<1>(printable), low_six);
        // The lower five bits, and before them the highest.
        let folded = _mm512_ternarylogic_epi32::<CHOOSE>(low_five, printable, shifted);
        store(&mut codes[WITHOUT_CASE], at, folded);
        store(&mut codes[WITH_CASE], at, _mm512_xor_si512(printable, shifted));
    }
    let (spun, kinds) = (table(&Aligned(SPUN)), table(&Aligned(KINDS)));
    // The place before the tile counts too, and what needs bytes behind the last block is not asked for.
    for at in (BEFORE - 1..BEFORE - 1 + tile.len()).step_by(BLOCK) {
        let [first, second, third] = [0, 1, 2].map(|place| load(&codes[WITHOUT_CASE], at + place));
        store(&mut codes[PAIR], at, _mm512_xor_si512(first, _mm512_permutexvar_epi8(second, spun)));
        let [first, second, third] = [first, second, third].map(|codes| _mm512_permutexvar_epi8(codes, kinds));
        // The kinds are below four, so that no bit is shifted into a neighbour.
        let (second, third) = (_mm512_slli_epi16::<2>(second), _mm512_slli_epi16::<4>(third));
        store(&mut codes[SHAPE], at, _mm512_or_si512(first, _mm512_or_si512(second, third)));
    }
}

/// Takes the bits of the second where those of the first are set, else those of the third.
const CHOOSE: i32 = 0xCA;

#[target_feature(enable = "avx512f,avx512bw,avx512vbmi")]
fn look_up(groups: &[Group], blocks: usize, codes: &[[u8; LOADED]; CODES], masks: &mut Masks) {
    const FARTHEST: usize = BEFORE - 1 + SPAN - BLOCK + OFFSETS;
    const _: () = assert!(FARTHEST + BLOCK <= LOADED && (SPAN / BLOCK).is_multiple_of(TOGETHER), "every load lies in its room");
    for Group { kind, lookups } in groups {
        let mask = &mut masks.0[*kind as usize];
        for first in (0..blocks).step_by(TOGETHER) {
            let mut open = [_mm512_set1_epi8(-1); TOGETHER];
            for Lookup { offset, code, allowed } in lookups {
                debug_assert!(*offset < OFFSETS && *code < CODES);
                let allowed = table(allowed);
                // SAFETY: offsets and codes are below their bounds where look-ups are made, so that the last block's load ends at
                // `FARTHEST + BLOCK` at most.
                let from = unsafe { codes.get_unchecked(*code).as_ptr().add(BEFORE - 1 + first * BLOCK + *offset) };
                for (block, open) in open.iter_mut().enumerate() {
                    // SAFETY: as above.
                    let codes = unsafe { _mm512_loadu_si512(from.add(block * BLOCK).cast()) };
                    *open = _mm512_and_si512(*open, _mm512_permutexvar_epi8(codes, allowed));
                }
            }
            for (mask, open) in mask[first..blocks].iter_mut().zip(open) {
                *mask |= _mm512_test_epi8_mask(open, open);
            }
        }
    }
}
