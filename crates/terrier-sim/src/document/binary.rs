use crate::dice::Dice;

/// Writes what looks like a compiled program: an ELF header, noise, and the given strings between zero bytes.
pub fn program(dice: &mut Dice, bytes: usize, strings: &[String]) -> Vec<u8> {
    let mut out = b"\x7fELF\x02\x01\x01\0\0\0\0\0\0\0\0\0\x03\0\x3e\0\x01\0\0\0".to_vec();
    let share = bytes / (strings.len() + 1);
    for string in strings {
        noise(&mut out, dice, share);
        out.push(0);
        out.extend_from_slice(string.as_bytes());
        out.push(0);
    }
    noise(&mut out, dice, share);
    out
}

/// Appends bytes of which none is printable, so that strings are found only where they were put.
fn noise(out: &mut Vec<u8>, dice: &mut Dice, length: usize) {
    out.extend(dice.bytes(length).into_iter().map(|byte| if byte & 1 == 0 { byte >> 4 } else { byte | 0x80 }));
}
