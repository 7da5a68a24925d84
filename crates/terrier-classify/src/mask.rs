//! Masks the parts of names that are values of a class. Names of objects, members and columns appear in the results, and people put
//! values into them (`ssn_536-90-4399.pdf`).

use std::ops::Range;

use terrier_content::Match;
use terrier_model::Tier;
use terrier_rules::{Category, Checksum};

use crate::Classifier;
use crate::field::Spoken;
use crate::number::{Place, mask_numbers};
use crate::recognizer::Recognised;
use crate::rule::{CompiledRule, has_repeated_digits};
use crate::signal::{Signal, Weighing};
use crate::surroundings::{self, is_epoch_like};
use crate::validate::Verdict;
use crate::whole_name::{is_extension, is_whole_column, is_whole_stem};

/// Names shorter than this hold no value.
const SHORTEST_VALUE: usize = 5;
/// How far below the medium tier a value may be and still be masked: a name that is masked for nothing costs less than a leak.
const DOUBT: f64 = 1.0;

/// A part of a name to be masked.
#[derive(Clone)]
struct Part {
    span: Range<usize>,
    class: u32,
    sum: f64,
}

impl Part {
    /// Tells whether the part is another of its class and a folder before it, which an address may hold by its form: `a/b@c.example`.
    fn takes_in_a_folder(&self, other: &Self, name: &str) -> bool {
        let is_within = self.span.start < other.span.start && other.span.end == self.span.end;
        self.class == other.class && is_within && name.as_bytes()[other.span.start - 1] == b'/'
    }
}

/// A name whose parts are judged.
struct Named<'n> {
    name: &'n str,
    /// The name with its separators blanked: what stands beyond one says nothing of a value. A folder `a1b2c3` makes no hash of it.
    parted: Vec<u8>,
    header: Spoken,
    place: Place,
}

impl Classifier {
    /// Replaces every part of a name (a path, a member's or column's name, a target) that is a value of a class by `‹class›`.
    ///
    /// `_`, `/`, `-`, `=` and the like count as separators, and so does the dot before an extension. Dates, hashes, UUIDs and the
    /// numbers of parts are left alone. Masking a masked name changes nothing.
    pub fn mask(&self, name: &str) -> String {
        self.mask_classes(name, Place::Path)
    }

    fn mask_classes(&self, name: &str, place: Place) -> String {
        let mut masked = String::with_capacity(name.len());
        let mut copied_to = 0;
        for part in self.parts(name, place) {
            masked.push_str(&name[copied_to..part.span.start]);
            masked.push('‹');
            masked.push_str(self.classes[part.class as usize].id.as_str());
            masked.push('›');
            copied_to = part.span.end;
        }
        masked.push_str(&name[copied_to..]);
        masked
    }

    /// Masks a path as [`Classifier::mask`] does, and by `‹number›` what of it is a long number that is no date, time, counter, hash
    /// or UUID: no rule tells a bare account number from an order number.
    pub fn mask_path(&self, path: &str) -> String {
        mask_numbers(&self.mask(path), Place::Path)
    }

    /// Masks the name of a column or key, in which fewer digits are data, and a date is more likely a value than the date of a file.
    pub(crate) fn mask_column(&self, name: &str) -> String {
        mask_numbers(&self.mask_classes(name, Place::Column), Place::Column)
    }

    /// Masks the column of a sheet, named as a spreadsheet does: `Staff!B`. The name of the sheet is data as that of a column is.
    pub(crate) fn mask_sheet(&self, column: &str) -> String {
        match column.rsplit_once('!') {
            Some((sheet, letters)) => [&self.mask_column(sheet), "!", letters].concat(),
            None => self.mask_column(column),
        }
    }

    /// Finds the parts to be masked, in order, without overlap.
    fn parts(&self, name: &str, place: Place) -> Vec<Part> {
        if name.len() < SHORTEST_VALUE {
            return Vec::new();
        }
        let spoken = match place {
            Place::Path => without_archives(&without_masks(name)),
            Place::Column => without_masks(name),
        };
        let named = Named { name, parted: blank(name.as_bytes(), &is_separator), header: self.speak(spoken.as_bytes()), place };
        let mut parts = Vec::new();
        let mut matches = Vec::new();
        for (glued, view) in views(name.as_bytes()) {
            matches.clear();
            self.engine.find(&view, 0..view.len(), &mut matches);
            parts.extend(matches.iter().filter_map(|found| self.part(&named, &view, glued, *found)));
            if !glued {
                let recognised = self.recognise(&view, &(0..view.len()));
                parts.extend(recognised.iter().filter_map(|(rule, found)| self.recognised_part(name, *rule, found)));
            }
        }
        parts.sort_by(|a, b| {
            b.sum.total_cmp(&a.sum).then(b.span.len().cmp(&a.span.len())).then(a.span.start.cmp(&b.span.start)).then(a.class.cmp(&b.class))
        });
        let mut chosen: Vec<Part> = Vec::new();
        let parts = parts.iter().filter(|part| !parts.iter().any(|other| part.takes_in_a_folder(other, name)));
        for part in parts {
            if chosen.iter().all(|other| part.span.end <= other.span.start || other.span.end <= part.span.start) {
                chosen.push(part.clone());
            }
        }
        chosen.extend(repetitions(name, &chosen));
        chosen.sort_by_key(|part| part.span.start);
        chosen
    }

    fn part(&self, named: &Named<'_>, view: &[u8], glued: bool, found: Match) -> Option<Part> {
        let rule = &self.rules[found.rule as usize];
        let span = found.range();
        let value = &view[span.clone()];
        let (mut weighing, test) = self.weigh_alone(rule, value)?;
        let is_named = named.header.names(found.rule) || !glued && self.speaks_for_itself(named, rule, value, &span, &weighing);
        if is_named {
            weighing.add(Signal::KeywordNearby, &self.weights);
        }
        let is_verified = rule.checksum == Checksum::Strong && rule.validate(value) == Some(Verdict::Valid);
        if (glued && !is_verified) || (rule.keyword_required && !is_named) {
            return None;
        }
        if self.is_ordinary(&named.parted, &span, rule, is_named, is_verified) {
            return None;
        }
        let is_value = weighing.tier(self).is_some() && self.is_doubtful_at_least(&weighing);
        (is_value || is_verified || test.is_some()).then(|| Part {
            span: whole_characters(named.name, span),
            class: rule.class,
            sum: weighing.sum(),
        })
    }

    /// What a recogniser is sure of. Doubt does not mask here: names of persons are words, and so are most names of files.
    fn recognised_part(&self, name: &str, rule: u32, found: &Recognised) -> Option<Part> {
        let rule = &self.rules[rule as usize];
        let mut weighing = Weighing::new(rule.prior);
        weighing.add_all(found.signals, &self.weights);
        (weighing.tier(self) == Some(Tier::High)).then(|| Part {
            span: whole_characters(name, found.span.clone()),
            class: rule.class,
            sum: weighing.sum(),
        })
    }

    /// Tells whether a value that counts only where something names it needs no name: it is all of a column's name, or of a file's
    /// without its extensions, its structure agrees, and it is written as few names are: digits, parted by a sign. Words, years and
    /// plain codes are ordinary names. So is a date in a path, and what else has digits alone there.
    fn speaks_for_itself(&self, named: &Named<'_>, rule: &CompiledRule, value: &[u8], span: &Range<usize>, weighing: &Weighing) -> bool {
        let is_parted = value.iter().any(u8::is_ascii_digit) && value.iter().any(|byte| byte.is_ascii_punctuation() || *byte == b' ');
        if !(rule.keyword_required && is_parted && rule.validate(value) == Some(Verdict::Valid)) {
            return false;
        }
        let name = named.name.as_bytes();
        match named.place {
            Place::Column => is_whole_column(name, span),
            Place::Path => {
                let is_lettered = value.iter().any(u8::is_ascii_alphabetic);
                is_lettered && self.is_doubtful_at_least(weighing) && is_whole_stem(name, span)
            }
        }
    }

    fn is_doubtful_at_least(&self, weighing: &Weighing) -> bool {
        self.weights.tier(weighing.sum() + DOUBT) >= Some(Tier::Medium)
    }

    /// Tells whether the part is of a kind that ordinary names are made of.
    fn is_ordinary(&self, parted: &[u8], span: &Range<usize>, rule: &CompiledRule, is_named: bool, is_verified: bool) -> bool {
        if self.classes[rule.class as usize].category == Category::Credential {
            return false;
        }
        let value = &parted[span.clone()];
        match surroundings::around(parted, span) {
            Some(Signal::InsideUuid | Signal::InsideHash) => true,
            Some(Signal::InsideTimestamp | Signal::InsideNumber) => !is_verified && !is_named,
            _ => !is_named && (is_epoch_like(value) || has_repeated_digits(value)) && !is_verified,
        }
    }
}

/// Finds the other places at which a value stands that is to be masked at one of them.
fn repetitions(name: &str, chosen: &[Part]) -> Vec<Part> {
    let mut others: Vec<Part> = Vec::new();
    for part in chosen {
        for (start, value) in name.match_indices(&name[part.span.clone()]) {
            let span = start..start + value.len();
            let is_free = |other: &Part| span.end <= other.span.start || other.span.end <= span.start;
            if chosen.iter().chain(&others).all(is_free) {
                others.push(Part { span, class: part.class, sum: part.sum });
            }
        }
    }
    others
}

/// Takes out what was masked before: the name of a class that stands for a value names no other.
fn without_masks(name: &str) -> String {
    let mut spoken = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((before, masked)) = rest.split_once('‹') {
        spoken.push_str(before);
        spoken.push(' ');
        rest = masked.split_once('›').map_or(masked, |(_, after)| after);
    }
    spoken + rest
}

/// Takes out of a path that a file is a zip archive, which would name a postcode.
fn without_archives(path: &str) -> String {
    let kept = path.split_inclusive('/').map(|component| {
        let end = component.trim_end_matches(['/', '!']).len();
        let (file, rest) = component.split_at(end);
        let stem = file.len().checked_sub(".zip".len()).filter(|dot| file.as_bytes()[*dot..].eq_ignore_ascii_case(b".zip"));
        [stem.map_or(file, |dot| &file[..dot]), rest].concat()
    });
    kept.collect()
}

fn blank(view: &[u8], is_blank: &dyn Fn(u8) -> bool) -> Vec<u8> {
    view.iter().map(|byte| if is_blank(*byte) { b' ' } else { *byte }).collect()
}

fn is_separator(byte: u8) -> bool {
    matches!(byte, b'_' | b'/' | b'\\' | b'=' | b'&' | b'?' | b'(' | b')' | b'[' | b']' | b',' | b';' | b'~' | b'!')
}

/// Copies of a name, byte for byte as long, in which more and more counts as a separator. The last one, which is marked, takes letters
/// for separators too, so that a number glued to a word is seen.
fn views(name: &[u8]) -> Vec<(bool, Vec<u8>)> {
    let mut views = vec![(false, name.to_vec())];
    for extensions in 1..=2 {
        views.push((false, without_extensions(name.to_vec(), extensions)));
        views.push((false, without_extensions(blank(name, &is_separator), extensions)));
    }
    let parted = views[views.len() - 1].1.clone();
    let undashed = blank(&parted, &|byte| matches!(byte, b'-' | b':'));
    let unlettered = blank(&parted, &|byte| byte.is_ascii_alphabetic() || byte >= 0x80);
    views.extend([(false, slashed(name)), (false, without_stops(name)), (false, undashed), (true, unlettered)]);
    views.sort();
    views.dedup_by(|a, b| a.1 == b.1);
    views
}

/// Blanks the dots before extensions: of each component, the last ones that letters or digits follow to its end.
fn without_extensions(mut name: Vec<u8>, extensions: usize) -> Vec<u8> {
    for component in name.split_mut(|byte| matches!(byte, b' ' | b'/')) {
        let mut end = component.len();
        for _ in 0..extensions {
            let Some(dot) = component[..end].iter().rposition(|byte| *byte == b'.') else { break };
            if !is_extension(&component[dot + 1..end]) {
                break;
            }
            component[dot] = b' ';
            end = dot;
        }
    }
    name
}

/// Blanks the signs that end a part of a sentence: a message goes on behind the name that it quotes.
fn without_stops(name: &[u8]) -> Vec<u8> {
    let is_stop = |at: usize| matches!(name[at], b':' | b';' | b',') && matches!(name.get(at + 1), None | Some(b' '));
    (0..name.len()).map(|at| if is_stop(at) { b' ' } else { name[at] }).collect()
}

/// Writes what a file's name cannot hold back into it: a date's slashes, for which people put `_`; other `_` are separators.
fn slashed(name: &[u8]) -> Vec<u8> {
    let is_digit = |at: Option<usize>| at.and_then(|at| name.get(at)).is_some_and(u8::is_ascii_digit);
    let slash = |(at, byte): (usize, &u8)| match byte {
        b'_' if is_digit(at.checked_sub(1)) && is_digit(Some(at + 1)) => b'/',
        b'_' | b'/' | b'.' => b' ',
        byte => *byte,
    };
    name.iter().enumerate().map(slash).collect()
}

fn whole_characters(name: &str, span: Range<usize>) -> Range<usize> {
    let start = (0..=span.start).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
    let end = (span.end..name.len()).find(|at| name.is_char_boundary(*at)).unwrap_or(name.len());
    start..end
}
