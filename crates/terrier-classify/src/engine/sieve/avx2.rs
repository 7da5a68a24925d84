//! 32 places at once.

#![allow(unsafe_code, reason = "vector instructions")]

use std::arch::x86_64::{
    __m256i, _MM_HINT_T0, _mm_load_si128, _mm_prefetch, _mm256_and_si256, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8,
    _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_slli_epi16, _mm256_srli_epi16, _mm256_storeu_si256, _mm256_sub_epi8, _mm256_xor_si256,
};

use super::codes::{CODES, HIGHER_HALF, LOWER_HALF, TWO_HALVES, TWO_KINDS, kind};
use super::{Aligned, BEFORE, BLOCK, Group, LOADED, Lookup, Masks, OFFSETS, SPAN};

/// Bytes of a register.
const WIDTH: usize = 32;
/// Registers for which a table is loaded once: two blocks.
const TOGETHER: usize = 4;

/// Beside AVX2 what came with it to all processors that have it.
pub(super) fn is_available() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("popcnt")
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

#[target_feature(enable = "avx2")]
fn load(bytes: &[u8; LOADED], at: usize) -> __m256i {
    let bytes: &[u8; WIDTH] = bytes[at..].first_chunk().expect("a tile has a block more on both sides");
    // SAFETY: 32 bytes are read of 32.
    unsafe { _mm256_loadu_si256(bytes.as_ptr().cast()) }
}

#[target_feature(enable = "avx2")]
fn store(bytes: &mut [u8; LOADED], at: usize, register: __m256i) {
    let room: &mut [u8; WIDTH] = bytes[at..].first_chunk_mut().expect("a tile has a block more on both sides");
    // SAFETY: 32 bytes are written to 32.
    unsafe { _mm256_storeu_si256(room.as_mut_ptr().cast(), register) }
}

/// Returns which bytes are below `bound`, without a sign: all bits of those are set.
#[target_feature(enable = "avx2")]
fn below(bytes: __m256i, bound: u8) -> __m256i {
    _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8((bound - 1).cast_signed())), bytes)
}

/// Returns the [kinds](kind) of bytes.
#[target_feature(enable = "avx2")]
fn kinds(bytes: __m256i) -> __m256i {
    let set = |byte: u8| _mm256_set1_epi8(byte.cast_signed());
    let is = |byte: u8| _mm256_cmpeq_epi8(bytes, set(byte));
    let letter = below(_mm256_sub_epi8(_mm256_or_si256(bytes, set(0x20)), set(b'a')), 26);
    // From `-` to `:` all join groups of digits that are no digits; so does the space, and what is taken for it.
    let digit = below(_mm256_sub_epi8(bytes, set(b'0')), 10);
    let joins =
        _mm256_or_si256(below(_mm256_sub_epi8(bytes, set(b'-')), b':' - b'-' + 1), _mm256_or_si256(below(bytes, b' ' + 1), is(b' ')));
    let neither = set(3);
    let kind = _mm256_sub_epi8(neither, _mm256_and_si256(joins, set(1)));
    let kind = _mm256_sub_epi8(kind, _mm256_and_si256(digit, set(1)));
    _mm256_sub_epi8(kind, _mm256_and_si256(letter, neither))
}

/// Writes down the codes of all places.
#[target_feature(enable = "avx2")]
fn encode(before: u8, tile: &[u8], codes: &mut [[u8; LOADED]; CODES]) {
    let (half, two_bits) = (_mm256_set1_epi8(0x0F), _mm256_set1_epi8(0x03));
    codes[LOWER_HALF][BEFORE - 1] = before & 15;
    codes[HIGHER_HALF][BEFORE - 1] = before >> 4;
    // The kinds stand there until two of them are put together, which goes from left to right.
    codes[TWO_KINDS][BEFORE - 1] = kind(before);
    let (chunks, _) = tile.as_chunks::<WIDTH>();
    for (index, chunk) in chunks.iter().enumerate() {
        let at = BEFORE + index * WIDTH;
        // The next tile, which will be asked for soon. Beyond the text nothing is read.
        _mm_prefetch::<_MM_HINT_T0>(chunk.as_ptr().wrapping_add(SPAN).cast());
        // SAFETY: 32 bytes are read of 32.
        let bytes = unsafe { _mm256_loadu_si256(chunk.as_ptr().cast()) };
        store(&mut codes[LOWER_HALF], at, _mm256_and_si256(bytes, half));
        store(&mut codes[HIGHER_HALF], at, _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), half));
        store(&mut codes[TWO_KINDS], at, kinds(bytes));
    }
    // The place before the tile counts too, and what needs bytes behind the last block is not asked for.
    for at in (BEFORE - 1..BEFORE - 1 + tile.len()).step_by(WIDTH) {
        // The kinds are below four, so that no bit is shifted into a neighbour.
        let [first, second] = [0, 1].map(|place| load(&codes[TWO_KINDS], at + place));
        store(&mut codes[TWO_KINDS], at, _mm256_or_si256(first, _mm256_slli_epi16::<2>(second)));
        let [first, second] = [0, 1].map(|place| load(&codes[LOWER_HALF], at + place));
        let turned = _mm256_or_si256(
            _mm256_slli_epi16::<2>(_mm256_and_si256(second, two_bits)),
            _mm256_and_si256(_mm256_srli_epi16::<2>(second), two_bits),
        );
        store(&mut codes[TWO_HALVES], at, _mm256_xor_si256(first, turned));
    }
}

#[target_feature(enable = "avx2")]
fn table(entries: &Aligned<64>) -> __m256i {
    // SAFETY: 16 bytes are read of 64, which are aligned.
    _mm256_broadcastsi128_si256(unsafe { _mm_load_si128(entries.0.as_ptr().cast()) })
}

#[target_feature(enable = "avx2")]
fn look_up(groups: &[Group], blocks: usize, codes: &[[u8; LOADED]; CODES], masks: &mut Masks) {
    const FARTHEST: usize = BEFORE - 1 + SPAN - BLOCK + OFFSETS;
    const _: () = assert!(FARTHEST + BLOCK <= LOADED && SPAN.is_multiple_of(TOGETHER * WIDTH), "every load lies in its room");
    for Group { kind, lookups } in groups {
        let mask = &mut masks.0[*kind as usize];
        for first in (0..blocks).step_by(TOGETHER * WIDTH / BLOCK) {
            let mut open = [_mm256_set1_epi8(-1); TOGETHER];
            for Lookup { offset, code, allowed } in lookups {
                debug_assert!(*offset < OFFSETS && *code < CODES);
                let allowed = table(allowed);
                // SAFETY: offsets and codes are below their bounds where look-ups are made, so that the last block's load ends at
                // `FARTHEST + BLOCK` at most.
                let from = unsafe { codes.get_unchecked(*code).as_ptr().add(BEFORE - 1 + first * BLOCK + *offset) };
                for (register, open) in open.iter_mut().enumerate() {
                    // SAFETY: as above.
                    let codes = unsafe { _mm256_loadu_si256(from.add(register * WIDTH).cast()) };
                    *open = _mm256_and_si256(*open, _mm256_shuffle_epi8(allowed, codes));
                }
            }
            let (pairs, _) = open.as_chunks::<{ BLOCK / WIDTH }>();
            for (mask, pair) in mask[first..blocks].iter_mut().zip(pairs) {
                let [first, second] =
                    pair.map(|open| !_mm256_movemask_epi8(_mm256_cmpeq_epi8(open, _mm256_setzero_si256())).cast_unsigned());
                *mask |= u64::from(first) | u64::from(second) << WIDTH;
            }
        }
    }
}
