//! Codes in six or four bits of what stands at a place: small enough for a vector look-up, and each tells apart what others confuse.

use super::NO_TEXT;
use crate::engine::byte_set::ByteSet;
use crate::engine::sequence::Position;

/// How many codes there are.
pub(super) const CODES: usize = 4;
/// Of the byte, the same for a letter in either case.
pub(super) const WITHOUT_CASE: usize = 0;
/// Of the byte, its own for each small letter, but shared by a capital with a sign or digit.
pub(super) const WITH_CASE: usize = 1;
/// Of the byte and the next, without case.
pub(super) const PAIR: usize = 2;
/// Of the kinds that the byte and the two next are of.
pub(super) const SHAPE: usize = 3;

/// The codes that some instructions look up.
pub(super) struct Coding {
    /// How many bytes each code is of.
    pub(super) lengths: [usize; CODES],
    /// Returns a code of the bytes from a place on.
    pub(super) code: fn(usize, [u8; 3]) -> u8,
    /// Returns a code of all that may stand at as many places as it is of, a bit each.
    pub(super) allowed: fn(usize, &[&Position]) -> u64,
}

/// In six bits, as 64 bytes fit into one register.
pub(super) const OF_SIX_BITS: Coding = Coding { lengths: [1, 1, 2, 3], code, allowed };

/// In four bits, for registers in each part of which 16 bytes are looked up.
pub(super) const OF_FOUR_BITS: Coding = Coding { lengths: [1, 1, 2, 2], code: short_code, allowed: short_allowed };

fn code(which: usize, bytes: [u8; 3]) -> u8 {
    match which {
        WITHOUT_CASE => without_case(bytes[0]),
        WITH_CASE => with_case(bytes[0]),
        PAIR => without_case(bytes[0]) ^ SPUN[usize::from(without_case(bytes[1]))],
        _ => kind(bytes[0]) | kind(bytes[1]) << 2 | kind(bytes[2]) << 4,
    }
}

/// Control characters have the code of the space, and what lies beyond ASCII that of `_`.
pub(super) const fn without_case(byte: u8) -> u8 {
    let byte = printable(byte);
    byte & 0x1F | (byte & 0x40) >> 1
}

/// A capital shares its code with a sign or digit: bytes that add up to 127 do.
pub(super) const fn with_case(byte: u8) -> u8 {
    let byte = printable(byte);
    (byte ^ byte >> 1) & 0x3F
}

const fn printable(byte: u8) -> u8 {
    match byte {
        ..0x20 => 0x20,
        0x80.. => 0x7F,
        _ => byte,
    }
}

/// The code of a byte without case, turned by half its bits: what it changes in the code of a pair.
pub(super) const SPUN: [u8; 64] = {
    let mut spun = [0; 64];
    let mut code = 0;
    while code < 64 {
        spun[code] = ((code << 3 | code >> 3) & 0x3F) as u8;
        code += 1;
    }
    spun
};

/// The kind of a byte, by its code without case: letters, digits, what joins groups of digits, and the rest.
pub(super) const KINDS: [u8; 64] = {
    let mut kinds = [3; 64];
    let mut byte = 0x20;
    while byte < 0x80 {
        kinds[without_case(byte) as usize] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' => 0,
            b'0'..=b'9' => 1,
            b' ' | b'-' | b'.' | b'/' | b':' => 2,
            _ => 3,
        };
        byte += 1;
    }
    kinds
};

pub(super) const fn kind(byte: u8) -> u8 {
    KINDS[without_case(byte) as usize]
}

/// For each kind the codes without case that are of it, a bit each.
const OF_KIND: [u64; 4] = {
    let mut of_kind = [0; 4];
    let mut code = 0;
    while code < 64 {
        of_kind[KINDS[code] as usize] |= 1 << code;
        code += 1;
    }
    of_kind
};

fn allowed(which: usize, positions: &[&Position]) -> u64 {
    match *positions {
        [position] if which == WITHOUT_CASE => set_without_case(position),
        [position] if position.bytes == ByteSet::FULL => u64::MAX,
        [position] => {
            let bytes = position.bytes.bytes().chain(position.end.then_some(NO_TEXT));
            bytes.fold(0, |set, byte| set | 1 << with_case(byte))
        }
        [first, second] => match [first, second].map(set_without_case) {
            [u64::MAX, _] | [_, u64::MAX] => u64::MAX,
            [first, second] => {
                let pairs = bits(first).flat_map(|first| bits(second).map(move |second| first ^ SPUN[usize::from(second)]));
                pairs.fold(0, |all, code| all | 1 << code)
            }
        },
        [first, second, third] => {
            let [first, second, third] = [first, second, third].map(|position| kinds(set_without_case(position)));
            let pairs = bits(first).flat_map(|first| bits(second).map(move |second| first | second << 2));
            pairs.flat_map(|pair| bits(third).map(move |third| pair | third << 4)).fold(0, |all, code| all | 1 << code)
        }
        _ => u64::MAX,
    }
}

/// Does what [`without_case`] does to each byte.
fn set_without_case(position: &Position) -> u64 {
    const CONTROL: u64 = (1 << 32) - 1;
    let [low, letters, high @ ..] = position.bytes.words();
    let space = low & CONTROL != 0 || position.end;
    let beyond_ascii = high != [0, 0];
    low >> 32 | u64::from(space) | (letters | letters >> 32) << 32 | u64::from(beyond_ascii) << 63
}

fn kinds(codes: u64) -> u64 {
    (0..).zip(OF_KIND).fold(0, |kinds, (kind, of_kind)| kinds | u64::from(codes & of_kind != 0) << kind)
}

fn bits(set: u64) -> impl Iterator<Item = u8> + Clone {
    (0..64_u8).filter(move |bit| set >> bit & 1 != 0)
}

/// Of the lower half of the byte.
pub(super) const LOWER_HALF: usize = 0;
/// Of its higher half.
pub(super) const HIGHER_HALF: usize = 1;
/// Of the kinds that the byte and the next are of.
pub(super) const TWO_KINDS: usize = 2;
/// Of the lower halves of the byte and the next.
pub(super) const TWO_HALVES: usize = 3;

fn short_code(which: usize, bytes: [u8; 3]) -> u8 {
    match which {
        LOWER_HALF => bytes[0] & 15,
        HIGHER_HALF => bytes[0] >> 4,
        TWO_KINDS => kind(bytes[0]) | kind(bytes[1]) << 2,
        _ => bytes[0] & 15 ^ turned(bytes[1] & 15),
    }
}

/// A half byte turned by half its bits: what it changes in the code of two.
const fn turned(half: u8) -> u8 {
    (half << 2 | half >> 2) & 15
}

fn short_allowed(which: usize, positions: &[&Position]) -> u64 {
    let set = |position: &Position, code: fn(u8) -> u8| -> u64 {
        let bytes = position.bytes.bytes().chain(position.end.then_some(NO_TEXT));
        bytes.fold(0, |set, byte| set | 1 << code(byte))
    };
    match (which, positions) {
        (LOWER_HALF, [position]) => set(position, |byte| byte & 15),
        (HIGHER_HALF, [position]) => set(position, |byte| byte >> 4),
        (TWO_KINDS, [first, second]) => {
            let [first, second] = [first, second].map(|position| kinds(set_without_case(position)));
            bits(first).flat_map(|first| bits(second).map(move |second| first | second << 2)).fold(0, |all, code| all | 1 << code)
        }
        (_, [first, second]) => {
            let [first, second] = [first, second].map(|position| set(position, |byte| byte & 15));
            bits(first).flat_map(|first| bits(second).map(move |second| first ^ turned(second))).fold(0, |all, code| all | 1 << code)
        }
        _ => u64::MAX,
    }
}
