//! A pass over all text that finds the places which a test of four bytes marks: where the recognisers begin to look.

use std::ops::Range;

/// Places whose marks are one word of bits.
const BLOCK: usize = 64;
/// Blocks that are tested together.
const TILE: usize = 16;
const SPAN: usize = TILE * BLOCK;
/// Bytes before a place, and behind it, that a test sees.
const BEFORE: usize = 2;
const BEHIND: usize = 1;
const AROUND: usize = BEFORE + BLOCK + BEHIND;

/// What marks a place.
pub(crate) trait Mark {
    /// Tells whether a place is marked, by the two bytes before it, its own and the one behind; beyond the text there are spaces. Must be
    /// inlined and without branches, so that compilers make vectors of it.
    fn is_marked(second_before: u8, before: u8, byte: u8, behind: u8) -> bool;
}

/// The marked places of a part of a text, in order.
pub(crate) struct Marks<'t, M> {
    text: &'t [u8],
    end: usize,
    /// Where the tile begins that was tested, and its marks.
    tile: usize,
    bits: [u64; TILE],
    instructions: Instructions,
    mark: std::marker::PhantomData<M>,
}

impl<'t, M: Mark> Marks<'t, M> {
    pub(crate) fn new(text: &'t [u8], places: Range<usize>) -> Self {
        let (start, end) = (places.start, places.end.min(text.len()));
        let mut marks =
            Self { text, end, tile: start, bits: [0; TILE], instructions: Instructions::fastest(), mark: std::marker::PhantomData };
        marks.test();
        marks
    }

    /// The next place from `at` on, which is never before one that was asked for.
    #[inline]
    pub(crate) fn next_from(&mut self, mut at: usize) -> Option<usize> {
        while at < self.end {
            if at >= self.tile + SPAN {
                self.tile = at;
                self.test();
            }
            let (block, bit) = ((at - self.tile) / BLOCK, (at - self.tile) % BLOCK);
            let left = self.bits[block] & u64::MAX << bit;
            if left != 0 {
                let place = self.tile + block * BLOCK + left.trailing_zeros() as usize;
                return (place < self.end).then_some(place);
            }
            at += BLOCK - bit;
        }
        None
    }

    fn test(&mut self) {
        if self.tile >= self.end {
            return;
        }
        match self.instructions {
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx512 => {
                // SAFETY: these are chosen only where the processor has them.
                #[allow(unsafe_code, reason = "vector instructions")]
                unsafe {
                    test_with_avx512::<M>(self.text, self.tile, self.end, &mut self.bits);
                }
            }
            #[cfg(target_arch = "x86_64")]
            Instructions::Avx2 => {
                // SAFETY: these are chosen only where the processor has them.
                #[allow(unsafe_code, reason = "vector instructions")]
                unsafe {
                    test_with_avx2::<M>(self.text, self.tile, self.end, &mut self.bits);
                }
            }
            Instructions::Any => test::<M>(self.text, self.tile, self.end, &mut self.bits),
        }
    }
}

/// What the tests are compiled for.
#[derive(Debug, Clone, Copy)]
enum Instructions {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    Any,
}

impl Instructions {
    fn fastest() -> Self {
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx512bw") && is_x86_feature_detected!("avx512vl") {
            return Self::Avx512;
        } else if is_x86_feature_detected!("avx2") {
            return Self::Avx2;
        }
        Self::Any
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx512f,avx512bw,avx512vl,avx2")]
fn test_with_avx512<M: Mark>(text: &[u8], tile: usize, end: usize, bits: &mut [u64; TILE]) {
    test::<M>(text, tile, end, bits);
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn test_with_avx2<M: Mark>(text: &[u8], tile: usize, end: usize, bits: &mut [u64; TILE]) {
    test::<M>(text, tile, end, bits);
}

#[inline(always)]
fn test<M: Mark>(text: &[u8], tile: usize, end: usize, bits: &mut [u64; TILE]) {
    for (block, bits) in (tile..).step_by(BLOCK).zip(bits) {
        let around = block.checked_sub(BEFORE).and_then(|start| text.get(start..)?.first_chunk());
        *bits = match around {
            Some(around) => test_block::<M>(around),
            None if block < end => test_block::<M>(&padded(text, block)),
            None => 0,
        };
    }
}

#[inline(always)]
fn test_block<M: Mark>(around: &[u8; AROUND]) -> u64 {
    let mut marks = [0_u8; BLOCK];
    for (place, mark) in marks.iter_mut().enumerate() {
        *mark = u8::from(M::is_marked(around[place], around[place + 1], around[place + 2], around[place + 3]));
    }
    let eights = marks.as_chunks::<8>().0;
    // Brings the lowest bits of eight bytes together in the highest byte.
    let gathered = eights.iter().map(|eight| u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56);
    gathered.enumerate().fold(0, |bits, (index, eight)| bits | eight << (8 * index))
}

/// The bytes around a block at an end of the text.
#[cold]
fn padded(text: &[u8], block: usize) -> [u8; AROUND] {
    let mut around = [b' '; AROUND];
    let start = block.saturating_sub(BEFORE);
    let room = &mut around[start + BEFORE - block..];
    room.iter_mut().zip(&text[start..]).for_each(|(room, byte)| *room = *byte);
    around
}

#[cfg(test)]
mod tests {
    use super::*;

    struct AfterSpace;

    impl Mark for AfterSpace {
        #[inline(always)]
        fn is_marked(second_before: u8, before: u8, byte: u8, behind: u8) -> bool {
            (before == b' ') & (second_before != b'.') & (byte != b' ') & (behind != b'!')
        }
    }

    fn marked(text: &[u8], places: Range<usize>, instructions: Instructions) -> Vec<usize> {
        let mut marks = Marks::<AfterSpace>::new(text, places.clone());
        marks.instructions = instructions;
        marks.test();
        std::iter::successors(marks.next_from(places.start), |place| marks.next_from(place + 1)).collect()
    }

    #[test]
    fn every_marked_place_is_told_once_wherever_the_looking_begins() {
        let text = b"a bc. d  e! f ".repeat(200);
        let byte = |at: usize| text.get(at).copied().unwrap_or(b' ');
        let before = |at: usize, distance: usize| at.checked_sub(distance).map_or(b' ', byte);
        let expected: Vec<usize> =
            (0..text.len()).filter(|at| AfterSpace::is_marked(before(*at, 2), before(*at, 1), byte(*at), byte(at + 1))).collect();
        for (start, end) in [(0, text.len()), (1, 70), (2, 2000), (1030, text.len() + 9), (2799, 2800), (9, 9)] {
            let expected: Vec<usize> = expected.iter().copied().filter(|at| (start..end).contains(at)).collect();
            assert_eq!(marked(&text, start..end, Instructions::fastest()), expected, "{start}");
            assert_eq!(marked(&text, start..end, Instructions::Any), expected, "{start}");
        }
    }

    #[test]
    fn places_are_passed_over() {
        let text = b" x".repeat(5000);
        let mut marks = Marks::<AfterSpace>::new(&text, 0..text.len());
        assert_eq!(marks.next_from(0), Some(1));
        assert_eq!(marks.next_from(2), Some(3));
        assert_eq!(marks.next_from(100), Some(101));
        assert_eq!(marks.next_from(7000), Some(7001));
        assert_eq!(marks.next_from(text.len()), None);
    }
}
