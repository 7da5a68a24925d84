//! What stands around the heart of an address: flats, postcodes, towns, states, countries.

use super::gazetteer::Flags;
use super::postcode::{Form, postcode_at};
use super::signals::{Part, Parts};
use super::street::{Tokens, is_ordinal};
use super::token::{Case, Kind};

/// Parts that follow a street at most.
const MOST_PARTS: usize = 14;
/// Words of a place that is not known.
const MOST_UNKNOWN: usize = 4;

/// What a part is, and where it ends.
#[derive(Debug, Clone, Copy)]
struct Following {
    end: usize,
    kind: Follows,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Follows {
    Unit,
    Postcode(Form),
    Town,
    Village,
    Region,
    Code,
    Country,
    /// A name that nothing is known of.
    Name,
    /// A few letters or digits that may be a door, right behind the number of the house.
    Door,
}

/// How far an address reaches from its heart on, and what that adds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reach {
    pub(super) end: usize,
    pub(super) parts: Parts,
}

impl Tokens<'_> {
    /// Follows the parts behind an address's heart, as far as something certain stands.
    pub(super) fn follow(self, heart: usize) -> Reach {
        let mut reach = Reach { end: heart, parts: Parts::NONE };
        let mut at = heart;
        let mut unknown = 0;
        let mut previous: Option<Follows> = None;
        for _ in 0..MOST_PARTS {
            let (start, lines) = self.skip_between(at);
            if lines > 2 || self.begins_next(start, at, reach.parts) {
                break;
            }
            let is_near = start == at || previous.is_none() || previous == Some(Follows::Unit) || previous == Some(Follows::Door);
            let Some(part) = self.part_at(start, is_near && lines == 0 && reach.end == at, previous) else { break };
            // The next sentence begins with a name.
            let is_sentence = start == at + 1
                && self.is(at, Kind::Dot)
                && matches!(part.kind, Follows::Town | Follows::Village | Follows::Region | Follows::Name);
            if is_sentence && (self.word(part.end).is_some() || self.flags(start).any(Flags::STOP)) {
                break;
            }
            match part.kind {
                Follows::Name => {
                    unknown += 1;
                    if unknown > 2 {
                        break;
                    }
                }
                Follows::Postcode(form) => {
                    let needed = form > Form::Plain || self.is_postcode_here(start, part.end, previous);
                    if !needed {
                        break;
                    }
                    let is_line_of_town = start > at
                        && !self.is_year(start)
                        && self
                            .unknown_from(part.end)
                            .is_some_and(|end| self.get(end).is_none_or(|token| !matches!(token.kind, Kind::Word | Kind::Number)));
                    if is_line_of_town
                        || previous == Some(Follows::Name)
                        || previous == Some(Follows::Code)
                        || form > Form::Plain
                        || self.is_place_next(part.end)
                        || reach.parts.has(Part::Country)
                        || reach.parts.has(Part::Town)
                    {
                        reach.parts.add(Part::Postcode);
                    }
                    if form == Form::Distinct {
                        reach.parts.add(Part::DistinctPostcode);
                    }
                    reach.end = part.end;
                }
                Follows::Unit => {
                    reach.parts.add(Part::Unit);
                    reach.end = part.end;
                    unknown = 0;
                }
                Follows::Door => reach.end = part.end,
                Follows::Town | Follows::Village | Follows::Region | Follows::Country | Follows::Code => {
                    let is_end_of_line = lines == 0 && start == at && self.is_name(part.end) && part.kind == Follows::Village;
                    if !is_end_of_line {
                        reach.parts.add(match part.kind {
                            Follows::Country => Part::Country,
                            Follows::Region | Follows::Code => Part::Region,
                            _ => Part::Town,
                        });
                        reach.end = part.end;
                        unknown = 0;
                    }
                }
            }
            previous = Some(part.kind);
            at = part.end;
        }
        reach
    }

    /// Skips what stands between parts; returns the lines among it.
    fn skip_between(self, at: usize) -> (usize, usize) {
        let mut end = at;
        let mut lines = 0;
        while let Some(token) = self.get(end) {
            match token.kind {
                Kind::Comma | Kind::Dot | Kind::Dash => {}
                Kind::Line => lines += self.text[token.start..token.end].iter().filter(|byte| **byte == b'\n').count(),
                Kind::Parenthesis => {
                    if self.text[token.start] == b')' || !self.flags(end + 1).any(Flags::PLACE) {
                        break;
                    }
                }
                _ => break,
            }
            end += 1;
            if end - at > 4 {
                break;
            }
        }
        (end, lines)
    }

    /// Tells whether another address begins here.
    fn begins_next(self, start: usize, behind: usize, parts: Parts) -> bool {
        let is_over = parts.count(&[Part::Postcode, Part::Country]) > 0;
        start > behind && is_over && self.core_at(start).is_some_and(|core| core.parts.has(Part::StreetWord) || core.parts.has(Part::Box))
    }

    fn part_at(self, at: usize, is_near: bool, previous: Option<Follows>) -> Option<Following> {
        if let Some(end) = self.unit_at(at) {
            return Some(Following { end, kind: Follows::Unit });
        }
        if is_near && let Some(end) = self.door_at(at) {
            return Some(Following { end, kind: Follows::Door });
        }
        if let Some((form, count)) = self.all.get(at..).and_then(|tokens| postcode_at(self.text, tokens)) {
            return Some(Following { end: at + count, kind: Follows::Postcode(form) });
        }
        if self.is(at, Kind::Number) && previous == Some(Follows::Country) {
            return None;
        }
        let word = self.word(at)?;
        if word.flags.any(Flags::CUE) && !word.flags.any(Flags::PLACE) {
            return None;
        }
        if word.case == Case::AllCapitals && word.flags.any(Flags::CODE) && (!self.is_name(at + 1) || self.is_postcode(at + 1)) {
            return Some(Following { end: at + 1, kind: Follows::Code });
        }
        if let Some((end, flags)) = self.known(at, Flags::PLACE) {
            let kind = match () {
                () if flags.any(Flags::COUNTRY) => Follows::Country,
                // `IgA` and others alike.
                () if end == at + 1 && word.end - word.start <= 3 => Follows::Name,
                () if flags.any(Flags::TOWN) => Follows::Town,
                () if flags.any(Flags::REGION) => Follows::Region,
                () => Follows::Village,
            };
            return Some(Following { end, kind });
        }
        if is_district(self.bytes(at)) {
            return Some(Following { end: at + 1, kind: Follows::Region });
        }
        let end = self.unknown_from(at)?;
        Some(Following { end, kind: Follows::Name })
    }

    /// Returns the end of a name that nothing is known of.
    fn unknown_from(self, at: usize) -> Option<usize> {
        let mut end = at;
        while end < at + MOST_UNKNOWN {
            let is_name = self.is_name(end) && (end == at || self.known(end, Flags::COUNTRY | Flags::REGION).is_none());
            let is_ordinal = self.is(end, Kind::Number) && is_ordinal(self.bytes(end)) && self.is_name(end + 1);
            let is_name = is_name || is_ordinal;
            let is_particle = end > at && self.flags(end).any(Flags::PARTICLE) && self.is_name(end + 1);
            if !(is_name || is_particle) {
                break;
            }
            end += 1;
            if self.bytes(end - 1).len() <= 3 {
                end = self.skip_dot(end);
            }
        }
        (end > at).then_some(end)
    }

    /// Returns the end of a unit: `Apt. 5`, `2º B`, `3rd floor`, `Floor 2`.
    pub(super) fn unit_at(self, at: usize) -> Option<usize> {
        let flags = self.flags(at);
        if flags.any(Flags::UNIT) || self.is(at, Kind::Hash) {
            let behind = self.skip_dot(at + 1);
            if self.is(at, Kind::Hash)
                || self.word(at).is_some_and(|word| word.case != Case::Small || word.end - word.start > 1 || behind > at + 1)
            {
                if let Some(end) = self.number_from(behind) {
                    return Some(end);
                }
                let is_letter = self
                    .word(behind)
                    .is_some_and(|token| token.case != Case::Small && token.end - token.start <= 2 && !token.flags.any(Flags::CODE));
                if is_letter && !self.is(at, Kind::Hash) {
                    return Some(behind + 1);
                }
            }
            return None;
        }
        if self.is(at, Kind::Number) && self.bytes(at).len() <= 5 {
            let behind = self.skip_dot(at + 1);
            let unit = self.word(behind)?;
            let is_unit = unit.flags.any(Flags::UNIT) && unit.end - unit.start > 2 && self.number_from(self.skip_dot(behind + 1)).is_none();
            return is_unit.then_some(behind + 1);
        }
        None
    }

    /// Returns the end of what may be a door: `3`, `B`, `4º`, `2ºB`.
    fn door_at(self, at: usize) -> Option<usize> {
        let bytes = self.bytes(at);
        let is_number = self.is(at, Kind::Number) && bytes.iter().filter(|byte| byte.is_ascii_digit()).count() <= 3 && bytes.len() <= 6;
        let is_letter = self.word(at).is_some_and(|word| word.case != Case::Small && word.end - word.start == 1);
        let is_postcode = self.all.get(at..).and_then(|tokens| postcode_at(self.text, tokens)).is_some_and(|(form, _)| form > Form::Plain);
        ((is_number || is_letter) && !is_postcode).then_some(at + 1)
    }

    /// Tells whether plain digits are a postcode where they stand.
    fn is_postcode_here(self, at: usize, end: usize, previous: Option<Follows>) -> bool {
        let is_behind_place =
            matches!(previous, Some(Follows::Town | Follows::Village | Follows::Region | Follows::Code | Follows::Country | Follows::Name));
        let is_before_place = self.is_name(end) || self.flags(end).any(Flags::PLACE);
        let (next, lines) = self.skip_between(end);
        let is_before_place = is_before_place || lines == 0 && self.flags(next).any(Flags::TOWN | Flags::VILLAGE);
        // Of years, only those that a known place stands beside.
        let is_sure =
            !self.is_year(at) || matches!(previous, Some(Follows::Code | Follows::Country)) || self.known(end, Flags::TOWN).is_some();
        (is_behind_place || is_before_place) && is_sure && self.bytes(at).len() >= 4
    }

    fn is_postcode(self, at: usize) -> bool {
        self.all.get(at..).and_then(|tokens| postcode_at(self.text, tokens)).is_some()
    }

    fn is_place_next(self, at: usize) -> bool {
        let (next, _) = self.skip_between(at);
        self.known(next, Flags::PLACE).is_some()
    }

    /// Reads a postcode and the town that belongs to it, in either order, where no street is.
    pub(super) fn postcode_and_town(self, at: usize) -> Option<Reach> {
        let mut parts = Parts::NONE;
        parts.add(Part::Postcode);
        parts.add(Part::Town);
        if let Some((form, count)) = self.all.get(at..).and_then(|tokens| postcode_at(self.text, tokens)) {
            let town = at + count;
            let is_year = self.is_year(at) || matches!(self.bytes(at), [b'1', b'5'..=b'8', _, _]);
            if !is_year && let Some((end, flags)) = self.known(town, Flags::TOWN | Flags::VILLAGE) {
                if form == Form::Distinct {
                    parts.add(Part::DistinctPostcode);
                }
                let is_sure = form > Form::Plain
                    || !flags.any(Flags::STOP)
                        && flags.any(Flags::TOWN)
                        && self.word(town)?.case != Case::Small
                        && self.bytes(town).len() > 3;
                return is_sure.then(|| self.widen(end, parts));
            }
            return None;
        }
        let (end, _) = self.known(at, Flags::TOWN | Flags::VILLAGE)?;
        let (state, lines) = self.skip_between(end);
        if lines == 0
            && let Some(word) = self.word(state)
        {
            let code = if word.case == Case::AllCapitals && word.flags.any(Flags::CODE) {
                Some(state + 1)
            } else {
                self.known(state, Flags::REGION).map(|(end, _)| end)
            };
            let (form, count) = self.all.get(code?..).and_then(|tokens| postcode_at(self.text, tokens))?;
            let is_form = form > Form::Plain || self.bytes(code?).len() == 5;
            parts.add(Part::Region);
            return is_form.then(|| self.widen(code.unwrap_or(state) + count, parts));
        }
        let (form, count) = self.all.get(state..).and_then(|tokens| postcode_at(self.text, tokens))?;
        parts.add(Part::DistinctPostcode);
        (form == Form::Distinct && lines <= 1).then(|| self.widen(state + count, parts))
    }

    fn widen(self, end: usize, mut parts: Parts) -> Reach {
        let more = self.follow(end);
        parts.join(more.parts);
        Reach { end: more.end, parts }
    }

    /// A year, or a range of years.
    pub(super) fn is_year(self, at: usize) -> bool {
        let is_year = |digits: &[u8]| matches!(digits, [b'1', b'9', b'0'..=b'9', b'0'..=b'9'] | [b'2', b'0', b'0'..=b'9', b'0'..=b'9']);
        match self.bytes(at) {
            [first @ .., b'-' | b'/', _, _, _, _] | [first @ .., b'-', _, _] => is_year(first),
            whole => is_year(whole),
        }
    }

    /// Follows the parts before the heart: a flat, a number more, a postcode and town.
    pub(super) fn precede(self, heart: usize, from: usize) -> (usize, Parts) {
        let mut start = heart;
        let mut parts = Parts::NONE;
        // The number of a house or of the entry, before a street that has one behind.
        if start > from
            && self.is_house_number(start - 1)
            && !(self.is_year(start - 1) && start >= from + 2 && !self.is(start - 2, Kind::Line))
        {
            start -= 1;
        } else if start > from + 1
            && self.is(start - 1, Kind::Line)
            && self.is_house_number(start - 2)
            && (start == from + 2 || self.is(start - 3, Kind::Line))
        {
            start -= 2;
        }
        for _ in 0..2 {
            let before = start - usize::from(start > from && (self.is(start - 1, Kind::Comma) || self.is(start - 1, Kind::Line)));
            let unit = (from..before).rev().take(4).find(|at| self.flags(*at).any(Flags::UNIT) && self.unit_at(*at) == Some(before));
            let Some(unit) = unit else { break };
            parts.add(Part::Unit);
            start = unit;
        }
        // 1011 Budapest, …
        let before = start - usize::from(start > from && self.is(start - 1, Kind::Comma));
        if before < start {
            let town =
                (from..before).rev().take(4).find(|at| self.known(*at, Flags::TOWN | Flags::VILLAGE).is_some_and(|(end, _)| end == before));
            if let Some(town) = town.filter(|town| *town > from) {
                let code = (from..town).rev().take(3).find(|at| {
                    self.all
                        .get(*at..)
                        .and_then(|tokens| postcode_at(self.text, tokens))
                        .is_some_and(|(_, count)| at + count == town || at + count + 1 == town && self.is(town - 1, Kind::Comma))
                });
                if let Some(code) = code {
                    parts.add(Part::Postcode);
                    parts.add(Part::Town);
                    start = code;
                }
            }
        }
        (start, parts)
    }
}

/// `Meguro-ku`, `Gangnam-gu`: districts of Japan and Korea, in Latin letters.
fn is_district(word: &[u8]) -> bool {
    const ENDINGS: [&[u8]; 12] =
        [b"-ku", b"-shi", b"-ken", b"-cho", b"-machi", b"-gun", b"-fu", b"-dong", b"-gu", b"-si", b"-do", b"-chome"];
    ENDINGS.iter().any(|ending| word.len() > ending.len() + 1 && word.ends_with(ending))
}
