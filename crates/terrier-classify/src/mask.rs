//! Masks the parts of names that are values of a class. Names of objects, members and columns appear in the results, and people put
//! values into them (`ssn_536-90-4399.pdf`).

use std::ops::Range;

use terrier_content::Match;
use terrier_rules::{Category, Checksum};

use crate::Classifier;
use crate::field::Spoken;
use crate::rule::{CompiledRule, has_repeated_digits};
use crate::signal::{Signal, Weighing};
use crate::surroundings::{self, is_epoch_like};
use crate::validate::Verdict;

/// Names shorter than this hold no value.
const SHORTEST_VALUE: usize = 6;
/// How far below the medium tier a value may be and still be masked: a name that is masked for nothing costs less than a leak.
const DOUBT: f64 = 1.0;

/// A part of a name to be masked.
struct Part {
    span: Range<usize>,
    class: u32,
    sum: f64,
}

impl Classifier {
    /// Replaces every part of a name (a path, a member's or column's name, a target) that is a value of a class by `‹class›`.
    ///
    /// `_`, `/`, `-`, `=` and the like count as separators, and so does the dot before an extension. Dates, hashes, UUIDs and the
    /// numbers of parts are left alone. Masking a masked name changes nothing.
    pub fn mask(&self, name: &str) -> String {
        let mut masked = String::with_capacity(name.len());
        let mut copied_to = 0;
        for part in self.parts(name) {
            masked.push_str(&name[copied_to..part.span.start]);
            masked.push('‹');
            masked.push_str(self.classes[part.class as usize].id.as_str());
            masked.push('›');
            copied_to = part.span.end;
        }
        masked.push_str(&name[copied_to..]);
        masked
    }

    /// Tells whether a part of the name is a value of a class.
    pub fn names_value(&self, name: &str) -> bool {
        !self.parts(name).is_empty()
    }

    /// Finds the parts to be masked, in order, without overlap.
    fn parts(&self, name: &str) -> Vec<Part> {
        if name.len() < SHORTEST_VALUE {
            return Vec::new();
        }
        let header = self.speak(name.as_bytes());
        let mut parts = Vec::new();
        let mut matches = Vec::new();
        for (glued, view) in views(name.as_bytes()) {
            matches.clear();
            self.engine.find(&view, 0..view.len(), &mut matches);
            parts.extend(matches.iter().filter_map(|found| self.part(name, &view, glued, *found, &header)));
        }
        parts.sort_by(|a, b| {
            b.sum.total_cmp(&a.sum).then(b.span.len().cmp(&a.span.len())).then(a.span.start.cmp(&b.span.start)).then(a.class.cmp(&b.class))
        });
        let mut chosen: Vec<Part> = Vec::new();
        for part in parts {
            if chosen.iter().all(|other| part.span.end <= other.span.start || other.span.end <= part.span.start) {
                chosen.push(part);
            }
        }
        chosen.extend(repetitions(name, &chosen));
        chosen.sort_by_key(|part| part.span.start);
        chosen
    }

    fn part(&self, name: &str, view: &[u8], glued: bool, found: Match, header: &Spoken) -> Option<Part> {
        let rule = &self.rules[found.rule as usize];
        let span = found.range();
        let (mut weighing, test) = self.weigh_alone(rule, &view[span.clone()])?;
        let is_named = header.names(found.rule);
        if is_named {
            weighing.add(Signal::KeywordNearby, &self.weights);
        }
        let is_verified = rule.checksum == Checksum::Strong && rule.validate(&view[span.clone()]) == Some(Verdict::Valid);
        if (glued && !is_verified) || (rule.keyword_required && !is_named) {
            return None;
        }
        if self.is_ordinary(name.as_bytes(), &span, rule, is_named, is_verified) {
            return None;
        }
        let is_value = weighing.tier(self).is_some() && self.is_doubtful_at_least(&weighing);
        (is_value || is_verified || test.is_some()).then(|| Part {
            span: whole_characters(name, span),
            class: rule.class,
            sum: weighing.sum(),
        })
    }

    fn is_doubtful_at_least(&self, weighing: &Weighing) -> bool {
        self.weights.tier(weighing.sum() + DOUBT) >= Some(terrier_model::Tier::Medium)
    }

    /// Tells whether the part is of a kind that ordinary names are made of.
    fn is_ordinary(&self, name: &[u8], span: &Range<usize>, rule: &CompiledRule, is_named: bool, is_verified: bool) -> bool {
        if self.classes[rule.class as usize].category == Category::Credential {
            return false;
        }
        let value = &name[span.clone()];
        match surroundings::around(name, span) {
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

/// Copies of a name, byte for byte as long, in which more and more counts as a separator. The last one, which is marked, takes letters
/// for separators too, so that a number glued to a word is seen.
fn views(name: &[u8]) -> Vec<(bool, Vec<u8>)> {
    let blank = |view: &[u8], is_blank: &dyn Fn(u8) -> bool| {
        view.iter().map(|byte| if is_blank(*byte) { b' ' } else { *byte }).collect::<Vec<u8>>()
    };
    let is_separator =
        |byte| matches!(byte, b'_' | b'/' | b'\\' | b'=' | b'&' | b'?' | b'(' | b')' | b'[' | b']' | b',' | b';' | b'~' | b'!');
    let mut views = vec![(false, name.to_vec())];
    for extensions in 1..=2 {
        views.push((false, without_extensions(name.to_vec(), extensions)));
        views.push((false, without_extensions(blank(name, &is_separator), extensions)));
    }
    let parted = views[views.len() - 1].1.clone();
    let undashed = blank(&parted, &|byte| matches!(byte, b'-' | b':'));
    let unlettered = blank(&parted, &|byte| byte.is_ascii_alphabetic() || byte >= 0x80);
    views.extend([(false, slashed(name)), (false, undashed), (true, unlettered)]);
    views.sort();
    views.dedup_by(|a, b| a.1 == b.1);
    views
}

/// Blanks the dots before extensions: of each component, the last ones that letters or digits follow to its end.
fn without_extensions(mut name: Vec<u8>, extensions: usize) -> Vec<u8> {
    const LONGEST_EXTENSION: usize = 8;
    for component in name.split_mut(|byte| matches!(byte, b' ' | b'/')) {
        let mut end = component.len();
        for _ in 0..extensions {
            let Some(dot) = component[..end].iter().rposition(|byte| *byte == b'.') else { break };
            let extension = &component[dot + 1..end];
            let is_extension = (1..=LONGEST_EXTENSION).contains(&extension.len())
                && extension.iter().all(u8::is_ascii_alphanumeric)
                && extension.iter().any(u8::is_ascii_alphabetic);
            if !is_extension {
                break;
            }
            component[dot] = b' ';
            end = dot;
        }
    }
    name
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

/// Masks in the name of a column what is data rather than a name: six digits or more that make no date and no year.
///
/// Where JSON objects are keyed by account or patient numbers, or a table's first row is data, such names are values, though no
/// rule can tell of which class.
pub(crate) fn mask_numbers(name: &str) -> String {
    const FEWEST_DIGITS: usize = 6;
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '-' | '/' | ' ' | '\'');
    let mut masked = String::with_capacity(name.len());
    for piece in name.split_inclusive(|character| !is_part(character)) {
        let value = piece.trim_end_matches(|character| !is_part(character));
        let digits = value.bytes().filter(u8::is_ascii_digit).count();
        let letters = value.chars().filter(|character| character.is_alphabetic()).count();
        if digits >= FEWEST_DIGITS && letters * 2 <= digits && !is_calendar(value) {
            masked.push_str("‹number›");
            masked.push_str(&piece[value.len()..]);
        } else {
            masked.push_str(piece);
        }
    }
    masked
}

/// Tells whether each group of digits is a day, a month, a year, or all three together.
fn is_calendar(value: &str) -> bool {
    let is_year = |digits: &str| digits.starts_with("19") || digits.starts_with("20");
    value.split(|character: char| !character.is_ascii_digit()).filter(|digits| !digits.is_empty()).all(|digits| match digits.len() {
        1 | 2 => true,
        4 | 6 | 8 => is_year(digits),
        _ => false,
    })
}

fn whole_characters(name: &str, span: Range<usize>) -> Range<usize> {
    let start = (0..=span.start).rev().find(|at| name.is_char_boundary(*at)).unwrap_or(0);
    let end = (span.end..name.len()).find(|at| name.is_char_boundary(*at)).unwrap_or(name.len());
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_are_no_dates_are_data() {
        let check = |name: &str, expect: &str| assert_eq!(mask_numbers(name), expect);
        check("patients.60006911.name", "patients.‹number›.name");
        check("84-4647845", "‹number›");
        check("610 083 6416", "‹number›");
        check("Q55452730248", "‹number›");
        check("2024-01-31", "2024-01-31");
        check("sales 2023 2024", "sales 2023 2024");
        check("20240131", "20240131");
        check("column 12", "column 12");
        check("sha256_of_utf8", "sha256_of_utf8");
    }
}
