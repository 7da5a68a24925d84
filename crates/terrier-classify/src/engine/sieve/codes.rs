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
            [first, second] => bits(second).fold(0, |all, second| all | with_flipped(first, SPUN[usize::from(second)])),
        },
        [_, _, _] => positions.iter().enumerate().fold(u64::MAX, |all, (place, position)| all & of_kinds(position, place)),
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

/// Returns the codes whose kind of a place is one of those that may stand there.
fn of_kinds(position: &Position, place: usize) -> u64 {
    bits(kinds(set_without_case(position))).fold(0, |all, kind| all | WITH_KIND[place][usize::from(kind)])
}

/// For each place and kind, the codes of kinds that have it there.
const WITH_KIND: [[u64; 4]; 3] = {
    let mut with_kind = [[0; 4]; 3];
    let mut code = 0;
    while code < 64 {
        with_kind[0][code & 3] |= 1 << code;
        with_kind[1][code >> 2 & 3] |= 1 << code;
        with_kind[2][code >> 4] |= 1 << code;
        code += 1;
    }
    with_kind
};

/// Returns the codes of a set, each with the bits flipped that `flip` has.
fn with_flipped(mut set: u64, flip: u8) -> u64 {
    const WITHOUT_BIT: [u64; 6] =
        [0x5555_5555_5555_5555, 0x3333_3333_3333_3333, 0x0F0F_0F0F_0F0F_0F0F, 0x00FF_00FF_00FF_00FF, 0x0000_FFFF_0000_FFFF, 0xFFFF_FFFF];
    for (bit, without) in WITHOUT_BIT.into_iter().enumerate() {
        if flip >> bit & 1 != 0 {
            set = (set & without) << (1 << bit) | set >> (1 << bit) & without;
        }
    }
    set
}

fn bits(mut set: u64) -> impl Iterator<Item = u8> {
    std::iter::from_fn(move || {
        let bit = (set != 0).then(|| set.trailing_zeros() as u8)?;
        set &= set - 1;
        Some(bit)
    })
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

fn lower_halves(position: &Position) -> u64 {
    let end = u64::from(position.end) << (NO_TEXT & 15);
    sixteens(position.bytes).fold(end, |halves, sixteen| halves | sixteen)
}

fn higher_halves(position: &Position) -> u64 {
    let end = u64::from(position.end) << (NO_TEXT >> 4);
    (0..).zip(sixteens(position.bytes)).fold(end, |halves, (half, sixteen)| halves | u64::from(sixteen != 0) << half)
}

/// The set in pieces: for each higher half of a byte the lower ones that are in it with that.
fn sixteens(bytes: ByteSet) -> impl Iterator<Item = u64> {
    bytes.words().into_iter().flat_map(|word| [word, word >> 16, word >> 32, word >> 48]).map(|word| word & 0xFFFF)
}

/// A half byte turned by half its bits: what it changes in the code of two.
const fn turned(half: u8) -> u8 {
    (half << 2 | half >> 2) & 15
}

fn short_allowed(which: usize, positions: &[&Position]) -> u64 {
    match (which, positions) {
        (LOWER_HALF, [position]) => lower_halves(position),
        (HIGHER_HALF, [position]) => higher_halves(position),
        (TWO_KINDS, [first, second]) => of_kinds(first, 0) & of_kinds(second, 1) & 0xFFFF,
        (_, [first, second]) => {
            let [first, second] = [lower_halves(first), lower_halves(second)];
            bits(second).fold(0, |all, second| all | with_flipped(first, turned(second)))
        }
        _ => u64::MAX,
    }
}
