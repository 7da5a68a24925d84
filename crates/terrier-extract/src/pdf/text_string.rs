//! Strings that people are to read (ISO 32000-1, 7.9.2.2).

use crate::decode::{Encoding, decode_head};

/// Decodes a text string: UTF-16 or UTF-8 by their marks, else PDFDocEncoding.
pub(super) fn decode(bytes: &[u8]) -> String {
    let encoding = match bytes {
        [0xFE, 0xFF, ..] => Encoding::UTF16_BE,
        [0xFF, 0xFE, ..] => Encoding::UTF16_LE,
        [0xEF, 0xBB, 0xBF, ..] => Encoding::Utf8 { mark: 3 },
        _ => return bytes.iter().filter_map(|byte| character(*byte)).collect(),
    };
    String::from_utf8(decode_head(encoding, bytes)).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// Returns the character of a code of PDFDocEncoding (ISO 32000-1, annex D.2).
fn character(byte: u8) -> Option<char> {
    const LOW: [char; 8] = ['\u{2D8}', '\u{2C7}', '\u{2C6}', '\u{2D9}', '\u{2DD}', '\u{2DB}', '\u{2DA}', '\u{2DC}'];
    const HIGH: [char; 31] = [
        '\u{2022}', '\u{2020}', '\u{2021}', '\u{2026}', '\u{2014}', '\u{2013}', '\u{192}', '\u{2044}', '\u{2039}', '\u{203A}', '\u{2212}',
        '\u{2030}', '\u{201E}', '\u{201C}', '\u{201D}', '\u{2018}', '\u{2019}', '\u{201A}', '\u{2122}', '\u{FB01}', '\u{FB02}', '\u{141}',
        '\u{152}', '\u{160}', '\u{178}', '\u{17D}', '\u{131}', '\u{142}', '\u{153}', '\u{161}', '\u{17E}',
    ];
    match byte {
        b'\t' | b'\n' | b'\r' => Some(char::from(byte)),
        0x18..=0x1F => Some(LOW[usize::from(byte - 0x18)]),
        0x80..=0x9E => Some(HIGH[usize::from(byte - 0x80)]),
        0xA0 => Some('\u{20AC}'),
        0..=0x17 | 0x7F | 0x9F => None,
        _ => Some(char::from(byte)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_tell_the_encoding() {
        assert_eq!(decode(b"Zo\xEB \x80 \xA0"), "Zo\u{EB} \u{2022} \u{20AC}");
        assert_eq!(decode(b"\xFE\xFF\0Z\0o\0\xEB"), "Zo\u{EB}");
        assert_eq!(decode(b"\xFF\xFEZ\0o\0\xEB\0"), "Zo\u{EB}");
        assert_eq!(decode(b"\xEF\xBB\xBFZo\xC3\xAB"), "Zo\u{EB}");
    }
}
