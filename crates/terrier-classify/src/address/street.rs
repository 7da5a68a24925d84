//! The heart of an address: a street and a number, or a box.

use super::compound::Compound;
use super::fold::NameHash;
use super::gazetteer::{Flags, look_up};
use super::signals::{Part, Parts};
use super::token::{Case, Kind, Token, is_announced_number};

/// Words of the longest name of a street.
const MOST_NAMES: usize = 7;
/// Words of the longest name before an English street word.
const MOST_NAMES_BEFORE: usize = 4;
/// Words of the longest known name.
const MOST_WORDS: usize = 5;

/// The tokens of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tokens<'t> {
    pub(super) text: &'t [u8],
    pub(super) all: &'t [Token],
}

/// A part of an address, in tokens.
#[derive(Debug, Clone, Copy)]
pub(super) struct Core {
    pub(super) end: usize,
    pub(super) parts: Parts,
}

impl<'t> Tokens<'t> {
    pub(super) fn get(self, at: usize) -> Option<&'t Token> {
        self.all.get(at)
    }

    pub(super) fn bytes(self, at: usize) -> &'t [u8] {
        self.get(at).map_or(&[], |token| &self.text[token.start..token.end])
    }

    pub(super) fn is(self, at: usize, kind: Kind) -> bool {
        self.get(at).is_some_and(|token| token.kind == kind)
    }

    pub(super) fn word(self, at: usize) -> Option<&'t Token> {
        self.get(at).filter(|token| token.kind == Kind::Word)
    }

    pub(super) fn flags(self, at: usize) -> Flags {
        self.word(at).map_or(Flags::NONE, |token| token.flags)
    }

    /// Tells whether a number of a house can be meant: up to five digits, a letter or two, parts behind a hyphen or slash.
    pub(super) fn is_house_number(self, at: usize) -> bool {
        if !self.is(at, Kind::Number) {
            return false;
        }
        let number = self.bytes(at);
        let digits = number.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let rest = &number[digits..];
        let mut run = 0;
        let is_short = rest.iter().all(|byte| {
            run = if byte.is_ascii_alphanumeric() { run + 1 } else { 0 };
            run <= 4 && (byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'/') || *byte >= 0x80)
        });
        let letters = rest.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
        digits <= 5 && rest.len() <= 9 && letters <= 3 && is_short && !is_ordinal(number)
    }

    /// Tells whether the house has no number: `s/n`.
    fn without_number(self, at: usize) -> Option<usize> {
        let is = |at: usize, letter: u8| {
            self.word(at).is_some()
                && matches!(self.bytes(at), [byte, rest @ ..] if byte.eq_ignore_ascii_case(&letter) && (rest.is_empty() || rest[0] >= 0x80))
        };
        (is(at, b's') && self.is(at + 1, Kind::Dash) && is(at + 2, b'n')).then_some(at + 3)
    }

    /// A word of a name: capitalised (or in a line without capitals), and no word that begins sentences.
    pub(super) fn is_name(self, at: usize) -> bool {
        self.word(at).is_some_and(|token| {
            !token.flags.any(Flags::STOP | Flags::CUE)
                && (token.case != Case::Small || !token.flags.any(Flags::SMALL_WORD) || token.compound == Compound::Street)
        })
    }

    fn is_particle(self, at: usize) -> bool {
        self.word(at).is_some_and(|token| token.flags.any(Flags::PARTICLE | Flags::DIRECTION) && !token.flags.any(Flags::CUE))
    }

    /// Skips a dot behind an abbreviation.
    pub(super) fn skip_dot(self, at: usize) -> usize {
        let follows = at
            .checked_sub(1)
            .and_then(|before| Some((self.get(before)?, self.get(at)?)))
            .is_some_and(|(before, dot)| before.end == dot.start);
        at + usize::from(follows && self.is(at, Kind::Dot))
    }

    pub(super) fn is_line_between(self, from: usize, to: usize) -> bool {
        (from..to).any(|at| self.is(at, Kind::Line))
    }

    /// Looks up the longest known name from `at` on, of up to five words; returns its end and what it is.
    pub(super) fn known(self, at: usize, wanted: Flags) -> Option<(usize, Flags)> {
        let mut name = NameHash::NEW;
        let mut found = None;
        let mut end = at;
        let mut words = 0;
        while words < MOST_WORDS && self.word(end).is_some() {
            name.add_word(self.bytes(end));
            words += 1;
            end += 1;
            let flags = if words == 1 { self.flags(at) } else { look_up(name) };
            if flags.any(wanted) {
                found = Some((end, flags));
            }
            let after = self.skip_dot(end);
            // `St. Louis`: the dot belongs to the abbreviation.
            if after != end && self.bytes(end - 1).len() > 3 {
                break;
            }
            end = after;
        }
        let first = self.word(at)?;
        found.filter(|_| first.case != Case::Small || !first.flags.any(Flags::SMALL) || first.flags.any(Flags::REGION | Flags::BOX))
    }

    /// Returns the end of a house number, with the words that announce it.
    pub(super) fn number_from(self, at: usize) -> Option<usize> {
        let mut at = at;
        for _ in 0..3 {
            let announces = self.flags(at).any(Flags::NUMBER_WORD)
                || self.is(at, Kind::Hash)
                || self.is(at, Kind::Dot) && self.flags(at.wrapping_sub(1)).any(Flags::NUMBER_WORD);
            if !announces {
                break;
            }
            at += 1;
        }
        if self.is_house_number(at) || self.word(at).is_some() && is_announced_number(self.bytes(at)) {
            return Some(at + 1);
        }
        self.without_number(at)
    }

    /// Reads the heart of an address that begins at `at`.
    pub(super) fn core_at(self, at: usize) -> Option<Core> {
        self.box_at(at).or_else(|| self.street_before(at)).or_else(|| self.street_after(at)).or_else(|| self.compound_at(at))
    }

    /// `Calle Mayor 5`, `12 rue Royale`: the street's word stands first.
    fn street_before(self, at: usize) -> Option<Core> {
        let leads = self.is_house_number(at);
        let mut first = at + usize::from(leads);
        first += usize::from(leads && [&b"bis"[..], b"ter", b"quater"].iter().any(|suffix| self.bytes(first).eq_ignore_ascii_case(suffix)));
        first += usize::from(leads && self.is(first, Kind::Comma));
        let word = self.word(first)?;
        let is_sure = word.flags.any(Flags::STREET_BEFORE);
        if !is_sure && !word.flags.any(Flags::STREET_BEFORE_WEAK) {
            return None;
        }
        let dotted = self.skip_dot(first + 1);
        let slash = dotted + usize::from(self.is_short_form(first, dotted));
        let slash = slash + usize::from(slash > dotted && self.is(slash, Kind::Dot));
        let is_marked = dotted > first + 1 || slash > dotted;
        // `AV CORRIENTES`, but not `LDH 12 UL, ADA`.
        let is_bare = word.case == Case::AllCapitals && word.end - word.start <= 2 && slash == first + 1;
        if is_bare && self.word(slash).is_none_or(|next| next.case != Case::AllCapitals) {
            return None;
        }
        // Short words that are also others' need a dot; those of German do not.
        let needs_dot = !is_sure
            && !is_marked
            && word.end - word.start <= 3
            && !word.flags.any(Flags::PARTICLE)
            && !self.bytes(first).eq_ignore_ascii_case(b"via");
        if needs_dot || !is_sure && self.bytes(first).eq_ignore_ascii_case(b"al") && !is_marked {
            return None;
        }
        // `Via` is Italian where a name follows; `via` is a common word.
        let is_via = self.bytes(first).eq_ignore_ascii_case(b"via")
            && word.case != Case::Small
            && self.word(slash).is_some_and(|next| next.case != Case::Small || next.flags.any(Flags::PARTICLE));
        let is_sure = is_sure || is_via || slash > dotted || dotted > first + 1 && word.case == Case::Small;
        if word.case == Case::Small && !is_sure && !leads {
            return None;
        }
        // `ul Polna`, but not `bd 12`.
        let is_short = word.case == Case::Small && word.end - word.start <= 3 && !is_marked;
        if is_short && self.word(slash).is_none_or(|next| next.case == Case::Small && !next.flags.any(Flags::PARTICLE)) {
            return None;
        }
        let names = self.names_from(slash, MOST_NAMES)?;
        let mut parts = Parts::NONE;
        parts.add(if is_sure { Part::StreetWord } else { Part::StreetName });
        if let Some(end) = self.number_behind(names) {
            parts.add(Part::HouseNumber);
            return Some(Core { end, parts });
        }
        if leads && !self.is_line_between(at, first) {
            parts.add(Part::HouseNumber);
            return Some(Core { end: names, parts });
        }
        let is_named = word.case != Case::Small || is_marked;
        (is_sure && is_named && names > slash).then_some(Core { end: names, parts })
    }

    /// `C/`, `Av/`.
    fn is_short_form(self, word: usize, slash: usize) -> bool {
        const SHORT: [&[u8]; 8] = [b"c", b"av", b"avda", b"cl", b"pza", b"plz", b"ctra", b"p"];
        let touches = |word: &Token| self.get(slash).is_some_and(|slash| word.end <= slash.start && slash.start - word.end <= 1);
        self.is(slash, Kind::Dash)
            && self.word(word).is_some_and(touches)
            && self.text[self.all[slash].start] == b'/'
            && SHORT.iter().any(|short| self.bytes(word).eq_ignore_ascii_case(short))
    }

    /// The number behind a name, perhaps behind a comma.
    fn number_behind(self, at: usize) -> Option<usize> {
        let behind = at + usize::from(self.is(at, Kind::Comma) || self.is(at, Kind::Dot) || self.is(at, Kind::Dash));
        let end = self.number_from(behind)?;
        // A longer number behind a comma is a postcode rather than a house.
        let is_postcode = behind > at && self.bytes(end - 1).len() >= 5 && self.bytes(end - 1).iter().all(u8::is_ascii_digit);
        (!is_postcode).then_some(end)
    }

    /// Returns the end of a name of a street.
    fn names_from(self, at: usize, most: usize) -> Option<usize> {
        let mut end = at;
        let mut names = 0;
        let mut last = at;
        while end < at + 2 * most && names < most {
            let is_number_in_name = self.is(end, Kind::Number)
                && names == 0
                && self.bytes(end).len() <= 4
                && (self.is_name(end + 1) || self.is_particle(end + 1) || self.number_behind(end + 1).is_some());
            // Streets are named after months and days.
            let is_day =
                self.word(end).is_some_and(|word| word.flags.any(Flags::STOP) && word.case != Case::Small && word.end - word.start > 3);
            let is_name = (self.is_name(end) || is_day) && !(names > 0 && self.begins_other(end));
            if is_name || is_number_in_name {
                names += 1;
                end += 1;
                last = end;
                if self.bytes(end - 1).len() <= 4 || self.flags(end - 1).any(Flags::PARTICLE) {
                    let after = self.skip_dot(end);
                    if after > end && self.is_name(after) {
                        end = after;
                    }
                }
            } else if self.is_particle(end) || self.word(end).is_some_and(|token| token.flags.any(Flags::STREET) && names > 0) {
                end = self.skip_dot(end + 1);
            } else {
                break;
            }
        }
        (names > 0).then_some(last)
    }

    /// What begins another part than a name: `Apt`, `nº`.
    pub(super) fn begins_other(self, at: usize) -> bool {
        let flags = self.flags(at);
        if is_announced_number(self.bytes(at)) {
            return true;
        }
        flags.any(Flags::NUMBER_WORD | Flags::BOX) || flags.any(Flags::UNIT) && self.number_from(self.skip_dot(at + 1)).is_some()
    }

    /// `12 High Street`, `Kossuth Lajos utca 5`: the street's word stands behind.
    fn street_after(self, at: usize) -> Option<Core> {
        let leads = self.is_house_number(at);
        let first = at + usize::from(leads);
        let first = first + usize::from(leads && self.is(first, Kind::Comma));
        // A line may end within: `51` … `Franklin Street`.
        let first = first + usize::from(leads && self.is_single_line(first));
        let mut end = first;
        let mut names = 0;
        let most = first + MOST_NAMES_BEFORE + 1;
        loop {
            let flags = self.flags(end);
            let is_street =
                flags.any(Flags::STREET_AFTER | Flags::STREET_AFTER_WEAK) && (names > 0 || leads && self.is_article_before(end, first));
            let goes_on = self.is_street_word_next(end + 1);
            if is_street && !goes_on {
                let core = self.after_street_word(leads, end, flags);
                if core.is_some() {
                    return core;
                }
            }
            let is_ordinal = self.is(end, Kind::Number) && is_ordinal(self.bytes(end));
            if end >= most || !(self.is_name(end) || is_ordinal || self.is_particle(end)) {
                return None;
            }
            names += usize::from(self.is_name(end) || is_ordinal);
            end = if self.bytes(end).len() <= 4 { self.skip_dot(end + 1) } else { end + 1 };
            end += usize::from(leads && self.is_single_line(end));
        }
    }

    /// One line end, and a name behind it.
    fn is_single_line(self, at: usize) -> bool {
        self.is(at, Kind::Line)
            && self.bytes(at).iter().filter(|byte| **byte == b'\n').count() == 1
            && self.is_name(at + 1)
            && self.all[at + 1].case != Case::Small
    }

    fn is_article_before(self, at: usize, first: usize) -> bool {
        at == first + 1 && self.bytes(first).eq_ignore_ascii_case(b"the") || at == first && self.bytes(at).eq_ignore_ascii_case(b"broadway")
    }

    fn is_street_word_next(self, at: usize) -> bool {
        self.word(at)
            .is_some_and(|token| token.case != Case::Small && token.flags.any(Flags::STREET_AFTER) && !token.flags.any(Flags::PLACE))
    }

    fn after_street_word(self, leads: bool, at: usize, flags: Flags) -> Option<Core> {
        let word = self.word(at)?;
        let mut end = self.skip_dot(at + 1);
        let mut parts = Parts::NONE;
        let is_sure = flags.any(Flags::STREET_AFTER) && (word.case != Case::Small || leads || word.end - word.start > 2 || end > at + 1);
        parts.add(if is_sure { Part::StreetWord } else { Part::StreetName });
        let number = if self.is_line_between(at, end + 1) { None } else { self.number_from(end) };
        if leads {
            parts.add(Part::HouseNumber);
            if self.flags(end).any(Flags::DIRECTION) {
                end = self.skip_dot(end + 1);
            }
            return Some(Core { end, parts });
        }
        if word.case == Case::AllCapitals && word.end - word.start <= 2 && end == at + 1 {
            return None;
        }
        let end = number?;
        parts.add(Part::HouseNumber);
        Some(Core { end, parts })
    }

    /// `Lindenweg 5`, `Große Bergstr. 12`: the street is one word, or the last of a few.
    fn compound_at(self, at: usize) -> Option<Core> {
        let leads = self.is_house_number(at) && !self.is(at + 1, Kind::Line);
        let first = at + usize::from(leads);
        let mut end = first;
        while end < first + MOST_NAMES_BEFORE && (self.is_name(end) || self.is_particle(end)) {
            let word = self.word(end)?;
            let is_abbreviated = self.skip_dot(end + 1) > end + 1 && self.bytes(end).len() > 4 && self.bytes(end).ends_with(b"str");
            let compound = if is_abbreviated { Compound::Street } else { word.compound };
            if compound > Compound::No {
                let behind = self.skip_dot(end + 1);
                let behind = behind
                    + usize::from(self.is(behind, Kind::Comma) && self.is_house_number(behind + 1) && self.bytes(behind + 1).len() < 4);
                let number = self.number_from(behind);
                if number.is_some() || leads && compound == Compound::Street {
                    let mut parts = Parts::NONE;
                    parts.add(if compound == Compound::Street { Part::StreetWord } else { Part::StreetName });
                    parts.add(Part::HouseNumber);
                    return Some(Core { end: number.unwrap_or(end + 1), parts });
                }
            }
            end = if self.bytes(end).len() <= 4 { self.skip_dot(end + 1) } else { end + 1 };
        }
        None
    }

    /// `P.O. Box 12`, `Postfach 5`.
    fn box_at(self, at: usize) -> Option<Core> {
        let leads = self.is_house_number(at);
        let first = at + usize::from(leads);
        let (end, _) = self.known(first, Flags::BOX)?;
        let word = self.bytes(first);
        let behind = self.skip_dot(end);
        let behind = behind + usize::from(self.is(behind, Kind::Comma));
        let number = self.number_from(behind)?;
        let mut parts = Parts::NONE;
        let is_sure = end > first + 1 || word.len() >= 7 || word.contains(&b'.') || self.is(behind.wrapping_sub(1), Kind::Dot);
        if is_sure {
            parts.add(Part::Box);
        } else if self.word(first)?.case == Case::Small {
            // `only box 18 is left`
            return None;
        } else {
            parts.add(Part::StreetName);
            parts.add(Part::HouseNumber);
        }
        Some(Core { end: number, parts })
    }
}

/// `40th`, `3rd`.
pub(super) fn is_ordinal(number: &[u8]) -> bool {
    let digits = number.iter().take_while(|byte| byte.is_ascii_digit()).count();
    digits > 0 && [&b"st"[..], b"nd", b"rd", b"th"].iter().any(|ending| number[digits..].eq_ignore_ascii_case(ending))
}
