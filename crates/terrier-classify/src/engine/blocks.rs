//! What the bytes of a text are, as one bit a byte: the first pass over everything that is scanned, in vector instructions where the
//! processor has them.

use super::byte_set::ByteSet;
use super::head;

/// Bytes of a block, a bit each.
pub(crate) const BLOCK: usize = 64;
/// Blocks that are worked on together: small enough to stay in the nearest cache.
pub(crate) const TILE: usize = 64;
/// Bytes that must be readable behind the last block.
pub(crate) const PADDING: usize = 64;
/// Places at which a start is looked at.
pub(crate) const PLACES: usize = 8;
/// Groups that the starts may be in.
pub(crate) const BUCKETS: usize = 16;
const HALVES: usize = BUCKETS / 8;

/// A bit for each byte of a tile and of the block behind it; the lowest is the first.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Bits([u8; (TILE + 1) * BLOCK / 8]);

impl Bits {
    const ZERO: Self = Self([0; (TILE + 1) * BLOCK / 8]);

    /// Returns those of a block.
    #[inline(always)]
    pub(crate) fn of_block(&self, block: usize) -> u64 {
        self.eight_bytes(block * (BLOCK / 8))
    }

    /// Returns those of the bytes from a place of the tile on: at least 57, then zeros.
    #[inline(always)]
    pub(crate) fn from(&self, place: usize) -> u64 {
        self.eight_bytes(place % (TILE * BLOCK) / 8) >> (place % 8)
    }

    #[inline(always)]
    fn eight_bytes(&self, at: usize) -> u64 {
        u64::from_le_bytes(std::array::from_fn(|byte| self.0[at + byte]))
    }

    #[inline(always)]
    fn set(&mut self, block: usize, bits: u64) {
        self.0[block * (BLOCK / 8)..][..BLOCK / 8].copy_from_slice(&bits.to_le_bytes());
    }
}

/// The bits of a tile and of the block behind it.
pub(crate) struct Masks {
    /// ASCII letters and digits.
    pub(crate) alnum: Bits,
    /// [Parts of words](head::is_part).
    pub(crate) part: Bits,
    /// ASCII digits.
    pub(crate) digit: Bits,
    /// ASCII capitals.
    pub(crate) upper: Bits,
    /// Where one of the [`Starts`] may stand.
    pub(crate) start: Bits,
    /// Bytes of the set that [`Starts::new`] was given.
    pub(crate) mark: Bits,
    /// The bytes in the [form](head::fold) in which heads of words are looked up.
    pub(crate) folded: [u8; (TILE + 1) * BLOCK],
}

impl Masks {
    pub(crate) const ZERO: Self = Self {
        alnum: Bits::ZERO,
        part: Bits::ZERO,
        digit: Bits::ZERO,
        upper: Bits::ZERO,
        start: Bits::ZERO,
        mark: Bits::ZERO,
        folded: [0; (TILE + 1) * BLOCK],
    };
}

/// Starts of [`PLACES`] bytes that may stand anywhere, without regard to case, in a form that is tested by table look-ups on halves
/// of bytes: for each place and each half byte, a bit for each bucket. Lets some through that are none.
pub(crate) struct Starts {
    low: [[[u8; 16]; PLACES]; HALVES],
    high: [[[u8; 16]; PLACES]; HALVES],
    is_empty: bool,
    /// For each high half of a byte, the low halves with which it is in the set: those below 8, and the others.
    marks: [[u8; 16]; 2],
}

impl Starts {
    /// Takes, for each bucket, what may stand at each place, and a set of bytes to be marked.
    pub(crate) fn new(buckets: &[[ByteSet; PLACES]], marked: ByteSet) -> Self {
        let mut starts =
            Self { low: [[[0; 16]; PLACES]; HALVES], high: [[[0; 16]; PLACES]; HALVES], is_empty: buckets.is_empty(), marks: [[0; 16]; 2] };
        for byte in (0..=u8::MAX).filter(|byte| marked.contains(*byte)) {
            starts.marks[usize::from(byte >> 3 & 1)][usize::from(byte >> 4)] |= 1 << (byte & 7);
        }
        for (bucket, places) in buckets.iter().enumerate() {
            let (half, bit) = (bucket / 8, 1 << (bucket % 8));
            for (place, set) in places.iter().enumerate() {
                for byte in (0..=u8::MAX).filter(|byte| set.contains(*byte)) {
                    let folded = byte | 0x20;
                    starts.low[half][place][usize::from(folded & 15)] |= bit;
                    starts.high[half][place][usize::from(folded >> 4)] |= bit;
                }
            }
        }
        starts
    }

    /// Computes the masks of `blocks` blocks. `text` has [`PADDING`] bytes more.
    pub(crate) fn masks(&self, text: &[u8], blocks: usize, masks: &mut Masks) {
        assert!(blocks <= TILE + 1 && text.len() >= blocks * BLOCK + PADDING, "the text is padded");
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw") {
                // SAFETY: the processor has the instructions.
                #[allow(unsafe_code, reason = "vector instructions")]
                return unsafe { avx512::masks(self, text, blocks, masks) };
            }
            if is_x86_feature_detected!("avx2") {
                // SAFETY: the processor has the instructions.
                #[allow(unsafe_code, reason = "vector instructions")]
                return unsafe { avx2::masks(self, text, blocks, masks) };
            }
        }
        self.portable(text, blocks, masks);
    }

    /// The same in plain code, for every processor.
    pub(crate) fn portable(&self, text: &[u8], blocks: usize, masks: &mut Masks) {
        let (all, _) = text.as_chunks::<BLOCK>();
        for (index, block) in all.iter().take(blocks).enumerate() {
            let digit = bits(block, |byte| byte.wrapping_sub(b'0') < 10);
            let alnum = digit | bits(block, |byte| (byte | 0x20).wrapping_sub(b'a') < 26);
            masks.digit.set(index, digit);
            masks.upper.set(index, bits(block, |byte| byte.wrapping_sub(b'A') < 26));
            masks.alnum.set(index, alnum);
            masks.part.set(index, alnum | bits(block, |byte| byte >= 0x80));
            masks.folded[index * BLOCK..][..BLOCK].copy_from_slice(&block.map(head::fold));
            masks
                .mark
                .set(index, bits(block, |byte| self.marks[usize::from(byte >> 3 & 1)][usize::from(byte >> 4)] >> (byte & 7) & 1 != 0));
            masks.start.set(index, if self.is_empty { 0 } else { self.start_bits(&text[index * BLOCK..][..BLOCK + PLACES - 1]) });
        }
    }

    fn start_bits(&self, text: &[u8]) -> u64 {
        let mut bits = 0;
        for (at, bytes) in text.windows(PLACES).enumerate() {
            let mut open = [u8::MAX; HALVES];
            for (place, byte) in bytes.iter().enumerate() {
                let folded = usize::from(byte | 0x20);
                for (half, open) in open.iter_mut().enumerate() {
                    *open &= self.low[half][place][folded & 15] & self.high[half][place][folded >> 4];
                }
            }
            bits |= u64::from(open != [0; HALVES]) << at;
        }
        bits
    }
}

/// Returns which bytes of a block are of a kind. Written so that it compiles to vector instructions.
fn bits(block: &[u8; BLOCK], is: impl Fn(u8) -> bool) -> u64 {
    /// Brings the lowest bits of eight bytes together in the highest byte.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let flags = block.map(|byte| u8::from(is(byte)));
    let (eights, _) = flags.as_chunks::<8>();
    eights.iter().rev().fold(0, |bits, eight| bits << 8 | u64::from_le_bytes(*eight).wrapping_mul(GATHER) >> 56)
}

/// With 64 bytes a register.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "vector instructions")]
mod avx512 {
    use std::arch::x86_64::{
        __m512i, _mm_loadu_si128, _mm512_and_si512, _mm512_broadcast_i32x4, _mm512_cmplt_epu8_mask, _mm512_loadu_si512,
        _mm512_mask_blend_epi8, _mm512_maskz_mov_epi8, _mm512_movepi8_mask, _mm512_or_si512, _mm512_set1_epi8, _mm512_shuffle_epi8,
        _mm512_srli_epi16, _mm512_storeu_si512, _mm512_sub_epi8, _mm512_test_epi8_mask,
    };

    use super::{BLOCK, HALVES, Masks, PLACES, Starts};

    #[target_feature(enable = "avx512f,avx512bw")]
    fn table(entries: &[u8; 16]) -> __m512i {
        // SAFETY: 16 bytes are read of 16.
        _mm512_broadcast_i32x4(unsafe { _mm_loadu_si128(entries.as_ptr().cast()) })
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    fn load(text: &[u8], at: usize) -> __m512i {
        let block = &text[at..at + BLOCK];
        // SAFETY: 64 bytes are read of a slice of 64.
        unsafe { _mm512_loadu_si512(block.as_ptr().cast()) }
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    fn store(bytes: &mut [u8], at: usize, block: __m512i) {
        let room = &mut bytes[at..at + BLOCK];
        // SAFETY: 64 bytes are written to a slice of 64.
        unsafe { _mm512_storeu_si512(room.as_mut_ptr().cast(), block) }
    }

    #[target_feature(enable = "avx512f,avx512bw")]
    pub(super) fn masks(starts: &Starts, text: &[u8], blocks: usize, masks: &mut Masks) {
        let set = |byte: u8| _mm512_set1_epi8(byte.cast_signed());
        let (fold, half) = (set(0x20), set(0x0F));
        let low: [[__m512i; PLACES]; HALVES] = starts.low.map(|half| half.map(|entries| table(&entries)));
        let high: [[__m512i; PLACES]; HALVES] = starts.high.map(|half| half.map(|entries| table(&entries)));
        let marks = starts.marks.map(|rows| table(&rows));
        let columns = table(&[1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128]);
        for index in 0..blocks {
            let at = index * BLOCK;
            let bytes = load(text, at);
            let folded = _mm512_or_si512(bytes, fold);
            let (lows, highs) = (_mm512_and_si512(bytes, half), _mm512_and_si512(_mm512_srli_epi16::<4>(bytes), half));
            let is_high = _mm512_test_epi8_mask(bytes, set(8));
            let rows = _mm512_mask_blend_epi8(is_high, _mm512_shuffle_epi8(marks[0], highs), _mm512_shuffle_epi8(marks[1], highs));
            masks.mark.set(index, _mm512_test_epi8_mask(rows, _mm512_shuffle_epi8(columns, lows)));
            let digit = _mm512_cmplt_epu8_mask(_mm512_sub_epi8(bytes, set(b'0')), set(10));
            masks.digit.set(index, digit);
            masks.upper.set(index, _mm512_cmplt_epu8_mask(_mm512_sub_epi8(bytes, set(b'A')), set(26)));
            let alnum = digit | _mm512_cmplt_epu8_mask(_mm512_sub_epi8(folded, set(b'a')), set(26));
            let part = alnum | _mm512_movepi8_mask(bytes);
            masks.alnum.set(index, alnum);
            masks.part.set(index, part);
            store(&mut masks.folded, at, _mm512_maskz_mov_epi8(part, folded));
            if starts.is_empty {
                continue;
            }
            let mut open = [set(0xFF); HALVES];
            for place in 0..PLACES {
                let folded = if place == 0 { folded } else { _mm512_or_si512(load(text, at + place), fold) };
                let (lows, highs) = (_mm512_and_si512(folded, half), _mm512_and_si512(_mm512_srli_epi16::<4>(folded), half));
                for (bucket, open) in open.iter_mut().enumerate() {
                    let both =
                        _mm512_and_si512(_mm512_shuffle_epi8(low[bucket][place], lows), _mm512_shuffle_epi8(high[bucket][place], highs));
                    *open = _mm512_and_si512(*open, both);
                }
            }
            let open = open.into_iter().reduce(|a, b| _mm512_or_si512(a, b)).expect("there are halves");
            masks.start.set(index, _mm512_test_epi8_mask(open, open));
        }
    }
}

/// With 32 bytes a register.
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code, reason = "vector instructions")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm_loadu_si128, _mm256_and_si256, _mm256_blendv_epi8, _mm256_broadcastsi128_si256, _mm256_cmpeq_epi8, _mm256_cmpgt_epi8,
        _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8, _mm256_or_si256, _mm256_set1_epi8, _mm256_setzero_si256,
        _mm256_shuffle_epi8, _mm256_slli_epi16, _mm256_srli_epi16, _mm256_storeu_si256, _mm256_sub_epi8,
    };

    use super::{BLOCK, HALVES, Masks, PLACES, Starts};

    const WIDTH: usize = 32;

    #[target_feature(enable = "avx2")]
    fn table(entries: &[u8; 16]) -> __m256i {
        // SAFETY: 16 bytes are read of 16.
        _mm256_broadcastsi128_si256(unsafe { _mm_loadu_si128(entries.as_ptr().cast()) })
    }

    #[target_feature(enable = "avx2")]
    fn load(text: &[u8], at: usize) -> __m256i {
        let block = &text[at..at + WIDTH];
        // SAFETY: 32 bytes are read of a slice of 32.
        unsafe { _mm256_loadu_si256(block.as_ptr().cast()) }
    }

    #[target_feature(enable = "avx2")]
    fn store(bytes: &mut [u8], at: usize, half: __m256i) {
        let room = &mut bytes[at..at + WIDTH];
        // SAFETY: 32 bytes are written to a slice of 32.
        unsafe { _mm256_storeu_si256(room.as_mut_ptr().cast(), half) }
    }

    /// Returns which bytes are below `bound`, without a sign: all bits of those are set.
    #[target_feature(enable = "avx2")]
    fn below(bytes: __m256i, bound: u8) -> __m256i {
        let least = _mm256_min_epu8(bytes, _mm256_set1_epi8((bound - 1).cast_signed()));
        _mm256_cmpeq_epi8(least, bytes)
    }

    /// Returns the highest bit of each byte.
    #[target_feature(enable = "avx2")]
    fn bits(bytes: __m256i) -> u64 {
        u64::from(_mm256_movemask_epi8(bytes).cast_unsigned())
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn masks(starts: &Starts, text: &[u8], blocks: usize, masks: &mut Masks) {
        let set = |byte: u8| _mm256_set1_epi8(byte.cast_signed());
        let (fold, half) = (set(0x20), set(0x0F));
        let low: [[__m256i; PLACES]; HALVES] = starts.low.map(|half| half.map(|entries| table(&entries)));
        let high: [[__m256i; PLACES]; HALVES] = starts.high.map(|half| half.map(|entries| table(&entries)));
        let marks = starts.marks.map(|rows| table(&rows));
        let columns = table(&[1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128]);
        for index in 0..blocks {
            let [mut digit, mut upper, mut alnum, mut part, mut start, mut mark] = [0_u64; 6];
            for (shift, at) in [(0, index * BLOCK), (WIDTH, index * BLOCK + WIDTH)] {
                let bytes = load(text, at);
                let folded = _mm256_or_si256(bytes, fold);
                let digits = below(_mm256_sub_epi8(bytes, set(b'0')), 10);
                let alnums = _mm256_or_si256(digits, below(_mm256_sub_epi8(folded, set(b'a')), 26));
                let parts = _mm256_or_si256(alnums, _mm256_cmpgt_epi8(_mm256_setzero_si256(), bytes));
                store(&mut masks.folded, at, _mm256_and_si256(parts, folded));
                digit |= bits(digits) << shift;
                alnum |= bits(alnums) << shift;
                part |= bits(parts) << shift;
                upper |= bits(below(_mm256_sub_epi8(bytes, set(b'A')), 26)) << shift;
                let (lows, highs) = (_mm256_and_si256(bytes, half), _mm256_and_si256(_mm256_srli_epi16::<4>(bytes), half));
                // The sign bit of each byte chooses: it is bit 3 of the byte of the text, moved up.
                let is_high = _mm256_slli_epi16::<4>(bytes);
                let rows = _mm256_blendv_epi8(_mm256_shuffle_epi8(marks[0], highs), _mm256_shuffle_epi8(marks[1], highs), is_high);
                let unmarked = _mm256_cmpeq_epi8(_mm256_and_si256(rows, _mm256_shuffle_epi8(columns, lows)), _mm256_setzero_si256());
                mark |= u64::from(!_mm256_movemask_epi8(unmarked).cast_unsigned()) << shift;
                if starts.is_empty {
                    continue;
                }
                let mut open = [set(0xFF); HALVES];
                for place in 0..PLACES {
                    let folded = if place == 0 { folded } else { _mm256_or_si256(load(text, at + place), fold) };
                    let (lows, highs) = (_mm256_and_si256(folded, half), _mm256_and_si256(_mm256_srli_epi16::<4>(folded), half));
                    for (bucket, open) in open.iter_mut().enumerate() {
                        let both = _mm256_and_si256(
                            _mm256_shuffle_epi8(low[bucket][place], lows),
                            _mm256_shuffle_epi8(high[bucket][place], highs),
                        );
                        *open = _mm256_and_si256(*open, both);
                    }
                }
                let open = open.into_iter().reduce(|a, b| _mm256_or_si256(a, b)).expect("there are halves");
                let closed = _mm256_movemask_epi8(_mm256_cmpeq_epi8(open, _mm256_setzero_si256())).cast_unsigned();
                start |= u64::from(!closed) << shift;
            }
            masks.digit.set(index, digit);
            masks.upper.set(index, upper);
            masks.alnum.set(index, alnum);
            masks.part.set(index, part);
            masks.start.set(index, start);
            masks.mark.set(index, mark);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set(bytes: &[u8]) -> ByteSet {
        let mut set = ByteSet::EMPTY;
        bytes.iter().for_each(|byte| set.insert(*byte));
        set
    }

    fn places(first: &[ByteSet]) -> [ByteSet; PLACES] {
        std::array::from_fn(|place| first.get(place).copied().unwrap_or(ByteSet::FULL))
    }

    proptest! {
        #[test]
        fn every_processor_sees_the_same(text in prop::collection::vec(any::<u8>(), 3 * BLOCK + PADDING)) {
            let starts = Starts::new(&[
                places(&[set(b"kK"), set(b"eE"), set(b"yY")]),
                places(&[set(b"@"), ByteSet::FULL, set(&[0x80, 0xFF])]),
                places(&[ByteSet::FULL, set(b"0123"), ByteSet::FULL, set(b"-_ ")]),
            ], set(&[0, 7, 8, b' ', b':', b'=', 0x7F, 0x88, 0xFF]));
            let (mut fast, mut plain) = (Masks::ZERO, Masks::ZERO);
            starts.portable(&text, 3, &mut plain);
            let mut check = |run: &dyn Fn(&mut Masks)| {
                fast = Masks::ZERO;
                run(&mut fast);
                fast.alnum == plain.alnum && fast.digit == plain.digit && fast.upper == plain.upper && fast.start == plain.start && fast.mark == plain.mark && fast.part == plain.part && fast.folded == plain.folded
            };
            prop_assert!(check(&|masks| starts.masks(&text, 3, masks)));
            #[cfg(target_arch = "x86_64")]
            if is_x86_feature_detected!("avx2") {
                // SAFETY: the processor has the instructions.
                #[allow(unsafe_code, reason = "vector instructions")]
                let is_same = check(&|masks| unsafe { avx2::masks(&starts, &text, 3, masks) });
                prop_assert!(is_same);
            }
            for at in 0..3 * BLOCK {
                let bit = |bits: &Bits| bits.from(at) & 1 == 1;
                prop_assert_eq!(bit(&plain.alnum), text[at].is_ascii_alphanumeric());
                prop_assert_eq!(bit(&plain.mark), [0, 7, 8, b' ', b':', b'=', 0x7F, 0x88, 0xFF].contains(&text[at]));
                prop_assert_eq!(bit(&plain.part), text[at].is_ascii_alphanumeric() || text[at] >= 0x80);
                prop_assert_eq!(plain.folded[at], head::fold(text[at]));
                prop_assert_eq!(bit(&plain.digit), text[at].is_ascii_digit());
                prop_assert_eq!(bit(&plain.upper), text[at].is_ascii_uppercase());
                let is_start = text[at..].to_ascii_lowercase().starts_with(b"key") || text[at] == b'@' && matches!(text[at + 2], 0x80 | 0xFF);
                prop_assert!(bit(&plain.start) || !is_start);
            }
        }
    }
}
