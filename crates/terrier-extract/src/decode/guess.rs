use super::{Encoding, legacy, utf32};

/// Tells the encoding of text by its first bytes; `None` where it is no text.
pub(crate) fn guess(head: &[u8], complete: bool) -> Option<Encoding> {
    if let Some(big) = utf32::guess(head) {
        return Some(Encoding::Utf32 { big });
    }
    match head {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return None,
        [0xEF, 0xBB, 0xBF, ..] => return Some(Encoding::Utf8 { mark: 3 }),
        [0xFF, 0xFE, ..] => return Some(Encoding::UTF16_LE),
        [0xFE, 0xFF, ..] => return Some(Encoding::UTF16_BE),
        _ => {}
    }
    if memchr::memchr(0, head).is_some() {
        return guess_utf16(head);
    }
    let controls = head.iter().filter(|byte| is_control(**byte)).count();
    if controls * 50 > head.len() {
        return None;
    }
    match std::str::from_utf8(head) {
        Ok(text) if text.is_ascii() => Some(guess_ascii(head, complete)),
        Ok(_) => Some(Encoding::Utf8 { mark: 0 }),
        Err(error) if error.error_len().is_none() && !complete => Some(Encoding::Utf8 { mark: 0 }),
        Err(_) if mostly_utf8(head) => Some(Encoding::Utf8 { mark: 0 }),
        Err(_) => legacy::guess(head, controls),
    }
}

fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B | 0x08) || byte == 0x7F
}

/// Text that seems to be ASCII may be Japanese between escapes, or go on in an encoding that it does not show yet.
fn guess_ascii(head: &[u8], complete: bool) -> Encoding {
    if legacy::is_iso_2022_jp(head) {
        Encoding::Named(encoding_rs::ISO_2022_JP)
    } else if complete {
        Encoding::Utf8 { mark: 0 }
    } else {
        Encoding::Ascii
    }
}

/// Fewest units by which text in other alphabets is told.
const FEWEST_UNITS: usize = 16;

/// Tells UTF-16 without a mark by the zeros that text in the Latin alphabet leaves in one half of each unit, or by its letters.
fn guess_utf16(head: &[u8]) -> Option<Encoding> {
    let units = head.len() / 2;
    let zeros = |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| **byte == 0).count();
    let controls = |parity: usize| head.iter().skip(parity).step_by(2).filter(|byte| is_control(**byte)).count();
    let (even, odd) = (zeros(0), zeros(1));
    if units < 4 {
        return None;
    }
    if odd * 10 > units * 7 && controls(0) * 50 <= units {
        return Some(Encoding::UTF16_LE);
    }
    if even * 10 > units * 7 && controls(1) * 50 <= units {
        return Some(Encoding::UTF16_BE);
    }
    if units < FEWEST_UNITS {
        return None;
    }
    let (pairs, _) = head.as_chunks::<2>();
    let is_of_letters = |unit: fn([u8; 2]) -> u16| {
        // Random units are Chinese or Korean more often than not, so only the alphabets before them count, and what stands beside.
        let fitting = pairs.iter().filter(|pair| is_of_alphabet(unit(**pair))).count();
        fitting * 100 >= pairs.len() * 98
    };
    if is_of_letters(u16::from_le_bytes) {
        return Some(Encoding::UTF16_LE);
    }
    is_of_letters(u16::from_be_bytes).then_some(Encoding::UTF16_BE)
}

fn is_of_alphabet(unit: u16) -> bool {
    match char::from_u32(u32::from(unit)) {
        Some('\t' | '\n' | '\r' | ' '..='~') => true,
        Some(character) => unit < 0x0E80 && (character.is_alphabetic() || character.is_numeric()) || (0x2010..0x2040).contains(&unit),
        None => false,
    }
}

/// Tells UTF-8 with a few broken places (a log that was cut, a field in another encoding) from other encodings.
fn mostly_utf8(head: &[u8]) -> bool {
    let (mut characters, mut broken) = (0, 0);
    for chunk in head.utf8_chunks() {
        characters += chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    characters > broken * 2
}
