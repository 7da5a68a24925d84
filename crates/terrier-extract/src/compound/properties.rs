//! Property sets (MS-OLEPS): the title, the author and the like.

use super::file::{u16_at, u32_at};
use crate::codepage::{decode, utf16};
use crate::strings;

/// Values of a set, and elements of a vector, that are looked at.
const MAX_VALUES: usize = 4096;

/// Returns the texts of the sets in a stream, one a line; `None` where it holds none.
pub(super) fn read(bytes: &[u8]) -> Option<String> {
    if u16_at(bytes, 0) != 0xFFFE || bytes.len() < 48 {
        return None;
    }
    let mut text = String::new();
    for set in 0..(u32_at(bytes, 24) as usize).min(2) {
        let start = u32_at(bytes, 28 + 20 * set + 16) as usize;
        read_set(bytes.get(start..)?, &mut text);
    }
    Some(text)
}

fn read_set(set: &[u8], text: &mut String) {
    let count = (u32_at(set, 4) as usize).min(MAX_VALUES).min(set.len() / 8);
    let offset = |index: usize| u32_at(set, 12 + 8 * index) as usize;
    let id = |index: usize| u32_at(set, 8 + 8 * index);
    let page = (0..count).find(|index| id(*index) == 1).map_or(0, |index| u32::from(u16_at(set, offset(index).saturating_add(4))));
    for index in 0..count {
        let Some(value) = set.get(offset(index)..) else { continue };
        match id(index) {
            // The names of further properties.
            0 => push(text, &String::from_utf8_lossy(&strings::printable(&value[..value.len().min(64 << 10)]))),
            1 => {}
            _ => {
                read_value(value, page, text);
            }
        }
    }
}

/// Reads a value with its type; returns its size where it is known.
fn read_value(value: &[u8], page: u32, text: &mut String) -> Option<usize> {
    let (of, body) = (u16_at(value, 0), value.get(4..)?);
    if of & 0x1000 == 0 {
        return read_scalar(of, body, page, text).map(|size| size + 4);
    }
    let mut at = 4;
    for _ in 0..(u32_at(body, 0) as usize).min(MAX_VALUES) {
        let element = body.get(at..)?;
        at += if of & 0xFFF == 0x0C { read_value(element, page, text)? } else { read_scalar(of & 0xFFF, element, page, text)? };
    }
    Some(at + 4)
}

fn read_scalar(of: u16, body: &[u8], page: u32, text: &mut String) -> Option<usize> {
    let len = u32_at(body, 0) as usize;
    match of {
        0x1E => {
            let bytes = body.get(4..len.checked_add(4)?)?;
            push(text, &if page == 1200 { utf16(bytes) } else { decode(bytes, page) });
            Some((len + 4).next_multiple_of(4))
        }
        0x1F => {
            push(text, &utf16(body.get(4..len.checked_mul(2)?.checked_add(4)?)?));
            Some((len * 2 + 4).next_multiple_of(4))
        }
        // Links are kept in a block of their own.
        0x41 => {
            push(text, &String::from_utf8_lossy(&strings::printable(body.get(4..len.checked_add(4)?)?)));
            Some((len + 4).next_multiple_of(4))
        }
        0x02 | 0x03 | 0x04 | 0x0B | 0x13 => Some(4),
        0x05 | 0x06 | 0x07 | 0x40 => Some(8),
        _ => None,
    }
}

fn push(text: &mut String, value: &str) {
    let value = value.trim_end_matches('\0').trim();
    if !value.is_empty() {
        text.push_str(value);
        text.push('\n');
    }
}
