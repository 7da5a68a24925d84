//! Reads the addresses of a run.

use std::ops::Range;

use super::compound::Compound;
use super::cue::announced;
use super::gazetteer::Flags;
use super::signals::{Part, Parts};
use super::street::{Core, Tokens};
use super::token::{Case, Kind, Token};

/// Tokens of the longest run that is read.
const MOST_TOKENS: usize = 200;

/// Reads the addresses of a run, from left to right and without overlap.
pub(super) fn addresses(text: &[u8], all: &[Token], found: &mut dyn FnMut(Range<usize>, Parts)) {
    if all.len() > MOST_TOKENS {
        return;
    }
    let is_year_of_town =
        |pair: &[Token]| pair[0].kind == Kind::Number && pair[0].end - pair[0].start == 4 && pair[1].flags.any(Flags::TOWN);
    let is_telling = all.iter().any(|token| is_telling(text, token)) || all.windows(2).any(is_year_of_town);
    if !is_telling && all.first().is_none_or(|first| announced(text, first.start).is_none()) {
        return;
    }
    let tokens = Tokens { text, all };
    let mut from = 0;
    let mut at = 0;
    while at < all.len() {
        let Some((range, parts)) = tokens.address_at(at, from) else {
            at += 1;
            continue;
        };
        let end = range.end.max(at + 1);
        found(all[range.start].start..tokens.end_of(end - 1), parts);
        from = end;
        at = end;
    }
}

/// Tells whether a token may be of a street, a flat, a box or a postcode: without any, a run is not worth reading.
fn is_telling(text: &[u8], token: &Token) -> bool {
    match token.kind {
        Kind::Word => token.compound != Compound::No || token.flags.any(Flags::STREET | Flags::BOX | Flags::UNIT),
        Kind::Number => {
            token.end - token.start >= 5
                || token.end - token.start == 4 && !matches!(&text[token.start..token.end], [b'1', b'9', ..] | [b'2', b'0', ..])
        }
        _ => false,
    }
}

impl Tokens<'_> {
    fn end_of(self, at: usize) -> usize {
        self.get(at).map_or(0, |token| token.end)
    }

    /// Reads the address whose heart begins at `at`; nothing before `from` belongs to it.
    fn address_at(self, at: usize, from: usize) -> Option<(Range<usize>, Parts)> {
        if let Some(found) = self.military(at, from) {
            return Some(found);
        }
        let core = if self.may_begin(at) { self.core_at(at).or_else(|| self.named(at)) } else { None };
        let Some(core) = core else {
            if let Some(found) = self.flat(at, from) {
                return Some(found);
            }
            let reach = self.postcode_and_town(at)?;
            let is_of_street = (at + 1..reach.end).any(|at| self.core_at(at).is_some_and(|core| core.parts.has(Part::StreetWord)));
            return (!is_of_street).then_some((at..reach.end, reach.parts));
        };
        let (start, before) = self.precede(at, from);
        let reach = self.follow(core.end);
        let mut parts = core.parts;
        parts.join(before);
        parts.join(reach.parts);
        let cue = announced(self.text, self.all[start].start);
        if cue.is_some() {
            parts.add(Part::Cue);
        }
        // A name and a number, and nothing else, are only an address where one is spoken of right before.
        let is_bare =
            parts.count(&[Part::StreetWord, Part::StreetName, Part::Box, Part::Unit, Part::Postcode, Part::Region, Part::Country]) == 0;
        if is_bare && cue.is_none_or(|words| words > 1) {
            return None;
        }
        self.holds(at, &core, parts).then_some((start..reach.end, parts))
    }

    /// `Flat 9, Rowan House, Leeds LS6 3QF`: a flat, and no street that can be told.
    fn flat(self, at: usize, from: usize) -> Option<(Range<usize>, Parts)> {
        self.unit_at(at)?;
        let reach = self.follow(at);
        let is_enough = reach.parts.has(Part::Postcode)
            && reach.parts.count(&[Part::Town, Part::Region, Part::Country, Part::DistinctPostcode]) > 0
            && !(at + 1..reach.end).any(|at| self.core_at(at).is_some_and(|core| core.parts.has(Part::StreetWord)));
        (at >= from && is_enough).then_some((at..reach.end, reach.parts))
    }

    /// Tells whether a number belongs to the street behind it: `Inc., 51 Franklin Street`.
    fn begins_street(self, number: usize) -> bool {
        self.is_house_number(number) && self.core_at(number).is_some_and(|core| core.parts.has(Part::StreetWord))
    }

    fn may_begin(self, at: usize) -> bool {
        let is_small =
            |word: &Token| word.case == Case::Small && word.flags.any(Flags::PARTICLE | Flags::DIRECTION) && !word.flags.any(Flags::STREET);
        self.is(at, Kind::Number) || self.word(at).is_some_and(|word| !is_small(word))
    }

    /// Tells whether the parts are enough to be told of.
    fn holds(self, at: usize, core: &Core, parts: Parts) -> bool {
        if parts.has(Part::Box) {
            return true;
        }
        let others = parts.count(&[Part::Unit, Part::Postcode, Part::Town, Part::Region, Part::Country]);
        let is_announced = parts.has(Part::Cue);
        // A copyright line has names and years.
        let mut numbers = (at..core.end).filter(|at| self.is(*at, Kind::Number)).peekable();
        let is_dated = numbers.peek().is_some() && numbers.all(|at| self.is_year(at)) && parts.has(Part::HouseNumber);
        if parts.has(Part::StreetWord) {
            return match parts.has(Part::HouseNumber) {
                true => !is_dated || is_announced || others > 1,
                false => others >= 2 || parts.has(Part::Postcode) || is_announced,
            };
        }
        let is_street = parts.has(Part::StreetName) && parts.count(&[Part::Unit, Part::Postcode, Part::Country]) > 0;
        !is_dated && (others >= 2 || is_announced || is_street || parts.has(Part::DistinctPostcode))
    }

    /// A name and a number, where no word tells that it is a street: `Arenales 9462 Apt. 3`.
    fn named(self, at: usize) -> Option<Core> {
        let leads = self.is_house_number(at);
        let first = at + usize::from(leads);
        if self.is(first, Kind::Line) || !self.is_name(first) || self.begins_part(first) {
            return None;
        }
        let mut end = first;
        let mut names = 0;
        while end < first + 6 && !(names > 0 && self.begins_other(end)) && (self.is_name(end) || self.flags(end).any(Flags::PARTICLE)) {
            names += usize::from(self.is_name(end));
            end = if self.bytes(end).len() <= 4 { self.skip_dot(end + 1) } else { end + 1 };
        }
        let mut parts = Parts::NONE;
        parts.add(Part::HouseNumber);
        let behind = end + usize::from(self.is(end, Kind::Comma));
        let number = self.number_from(behind).filter(|number| self.bytes(number - 1).len() < 5 || behind == end);
        if number.is_some_and(|end| self.begins_street(end - 1)) {
            return None;
        }
        if leads && self.is_year(at) {
            return None;
        }
        if number.is_some_and(|end| end > behind + 1 && self.word(behind).is_some_and(|word| word.end - word.start <= 4)) {
            // `nº 12`: only houses are numbered so.
            parts.add(Part::StreetName);
        }
        match number {
            Some(end) if self.is_apart(first) || leads || names <= 3 && self.postcode_and_town_behind(end) => Some(Core { end, parts }),
            None if leads && (1..5).contains(&names) && (self.unit_behind(end) || self.is_town_behind(end)) => Some(Core { end, parts }),
            _ => None,
        }
    }

    fn begins_part(self, at: usize) -> bool {
        self.unit_at(at).is_some()
    }

    /// A name stands apart where no other capitalised word is before it.
    fn is_apart(self, at: usize) -> bool {
        at == 0 || !self.is(at - 1, Kind::Word)
    }

    fn postcode_and_town_behind(self, at: usize) -> bool {
        let next = at + usize::from(self.is(at, Kind::Comma) || self.is(at, Kind::Dot) || self.is(at, Kind::Dash));
        self.is(next, Kind::Number) && self.postcode_and_town(next).is_some()
    }

    /// Tells whether a postcode and the state or country that it is of come behind.
    fn is_town_behind(self, at: usize) -> bool {
        let is_apart = self.is(at, Kind::Comma) || self.is(at, Kind::Line);
        is_apart && {
            let parts = self.follow(at).parts;
            parts.has(Part::Postcode) && parts.count(&[Part::Town, Part::Region, Part::Country, Part::DistinctPostcode]) > 0
        }
    }

    fn unit_behind(self, at: usize) -> bool {
        let next = at + usize::from(self.is(at, Kind::Comma) || self.is(at, Kind::Line));
        self.unit_at(next).is_some()
    }

    /// `PSC 12, Box 34, APO AE 09012`: armed forces of the United States.
    fn military(self, at: usize, from: usize) -> Option<(Range<usize>, Parts)> {
        let is = |at: usize, words: [&[u8]; 3]| words.iter().any(|word| self.bytes(at).eq_ignore_ascii_case(word));
        let is_number = |at: usize| self.is(at, Kind::Number) && self.bytes(at).len() >= 5;
        let behind = at + 1 + usize::from(self.is(at + 1, Kind::Comma));
        if !(is(at, [b"apo", b"fpo", b"dpo"]) && is(behind, [b"aa", b"ae", b"ap"]) && is_number(behind + 1)) {
            return None;
        }
        let mut start = at;
        if start > from && (self.is(start - 1, Kind::Line) || self.is(start - 1, Kind::Comma)) {
            start -= 1;
        }
        let limit = from.max(at.saturating_sub(9));
        while start > limit
            && !self.is(start - 1, Kind::Line)
            && (self.all[start - 1].kind != Kind::Word || self.all[start - 1].case != Case::Small)
        {
            start -= 1;
        }
        while start < at && !(self.word(start).is_some() || self.is(start, Kind::Number)) {
            start += 1;
        }
        let mut parts = Parts::NONE;
        [Part::Box, Part::Postcode, Part::Region].into_iter().for_each(|part| parts.add(part));
        Some((start..behind + 2, parts))
    }
}
