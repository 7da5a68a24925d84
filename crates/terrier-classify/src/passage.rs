//! Passages of running text: what stands close together, with no empty line and no new entry of a log between, speaks of the same thing,
//! as the values of a row do. A document that is short is a passage as a whole: a letter names the patient in its head, and the disease some
//! paragraphs further down.

use std::ops::Range;

use terrier_content::{Origin, Text};
use terrier_model::Tier;

use crate::Classifier;
use crate::combination::{Claim, Claimed, Combinations};
use crate::judge::Occurrence;

/// How far apart two values of a passage may stand, in bytes.
const REACH: usize = 256;
/// The longest passage, in bytes from the start of its first value to that of its last.
const LONGEST: i64 = 2048;
/// A text below this length is a letter, a ticket or a note, and of a whole. It is what a window shows of its neighbours at most, so that of a
/// shorter text every window shows all.
const SHORT: usize = 4096;

/// How far a passage of a text may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// As far as its values are close together.
    Vicinity,
    /// Over a short document.
    Document,
}

impl Extent {
    /// Returns the extent of passages in a text, of which a window shows these bytes.
    pub(crate) fn of(window: &[u8], origin: Origin) -> Self {
        match origin {
            // Other pages stand in other texts: of these none but the first can be all of a document.
            Origin::Page(2..) | Origin::Slide(2..) | Origin::Binary { .. } => Self::Vicinity,
            _ if window.len() < SHORT => Self::Document,
            _ => Self::Vicinity,
        }
    }
}

/// Tells whether the values at two spans, in their order, are of one passage.
fn are_together(text: &[u8], first: &Range<usize>, second: &Range<usize>) -> bool {
    second.start <= first.end || (second.start - first.end <= REACH && !is_parted(text, first.end..second.start))
}

/// Tells the same of a short document.
fn are_of_one_entry(text: &[u8], first: &Range<usize>, second: &Range<usize>) -> bool {
    second.start <= first.end || !lines_within(text, first.end..second.start).any(begins_entry)
}

/// Tells whether a passage ends in the gap.
fn is_parted(text: &[u8], gap: Range<usize>) -> bool {
    lines_within(text, gap).any(|line| begins_entry(line) || line.iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r')) == Some(&b'\n'))
}

/// The beginnings of the lines that begin in the gap.
fn lines_within(text: &[u8], gap: Range<usize>) -> impl Iterator<Item = &[u8]> {
    memchr::memchr_iter(b'\n', &text[gap.clone()]).map(move |at| {
        let line = &text[gap.start + at + 1..];
        &line[..line.len().min(REACH)]
    })
}

/// Tells whether a line begins as the entries of logs and lists of objects do: with a bracket, a day or an address.
fn begins_entry(line: &[u8]) -> bool {
    let digits = |from: usize| line[from.min(line.len())..].iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    match line.first() {
        Some(b'{' | b'[' | b'<') => true,
        Some(b'0'..=b'9') => {
            let first = digits(0);
            let second = digits(first + 1);
            match line.get(first) {
                Some(b'-' | b'/') => first == 4 && second == 2,
                Some(b'.') => second > 0 && line.get(first + 1 + second) == Some(&b'.'),
                _ => false,
            }
        }
        _ => false,
    }
}

/// What stands in the passages of values.
impl Classifier {
    /// Tells beside which values of what is personal a value of another class stands that tells persons apart.
    pub(crate) fn beside_persons(&self, text: &[u8], settled: &[Occurrence], extent: Extent) -> Vec<bool> {
        let mut beside = self.close_to_persons(text, settled);
        if extent == Extent::Document {
            // Names and addresses are told from words by what is close to them: that someone is named elsewhere is no evidence.
            let is_recognised = |found: &Occurrence| self.recognizers.iter().any(|(rule, _)| *rule == found.span.rule);
            for ((beside, found), is_of_person) in beside.iter_mut().zip(settled).zip(self.of_persons(text, settled)) {
                *beside |= is_of_person && !is_recognised(found);
            }
        }
        beside
    }

    /// Tells of a value whether it says who is meant.
    fn tells_persons(&self, found: &Occurrence) -> bool {
        found.test.is_none() && found.tier >= Tier::Medium && self.classes[self.class_of(found) as usize].tells_persons()
    }

    /// Tells the same of values that are close together.
    fn close_to_persons(&self, text: &[u8], settled: &[Occurrence]) -> Vec<bool> {
        let tells_persons: Vec<bool> = settled.iter().map(|found| self.tells_persons(found)).collect();
        let is_beside = |at: usize| {
            let own = &settled[at];
            let is_of_it = |other: usize| {
                let (first, second) = if other < at { (&settled[other], own) } else { (own, &settled[other]) };
                tells_persons[other]
                    && self.class_of(&settled[other]) != self.class_of(own)
                    && are_together(text, &first.span.range(), &second.span.range())
            };
            let is_near = |other: &usize| settled[*other].span.end as usize + REACH >= own.span.start as usize;
            let is_near_behind = |other: &usize| settled[*other].span.start as usize <= own.span.end as usize + REACH;
            self.classes[self.class_of(own) as usize].is_personal()
                && ((0..at).rev().take_while(is_near).any(is_of_it) || (at + 1..settled.len()).take_while(is_near_behind).any(is_of_it))
        };
        (0..settled.len()).map(is_beside).collect()
    }

    /// Tells the same of a short document, of which each entry is about the same persons.
    fn of_persons(&self, text: &[u8], settled: &[Occurrence]) -> Vec<bool> {
        let mut beside = Vec::with_capacity(settled.len());
        let mut end = 0;
        let is_of_entry = |before: &Occurrence, next: &Occurrence| {
            end = before.span.end.max(end);
            are_of_one_entry(text, &(0..end as usize), &next.span.range())
        };
        for entry in settled.chunk_by(is_of_entry) {
            let mut telling: Vec<u32> = entry.iter().filter(|found| self.tells_persons(found)).map(|found| self.class_of(found)).collect();
            telling.sort_unstable();
            telling.dedup();
            beside.extend(entry.iter().map(|own| {
                let class = self.class_of(own);
                self.classes[class as usize].is_personal() && telling.iter().any(|other| *other != class)
            }));
        }
        beside
    }
}

/// Gathers what is claimed of each passage, across the windows of a text.
#[derive(Default)]
pub(crate) struct Passages {
    claims: Vec<Claimed>,
    /// How many bytes before the end of what was taken the passage's first value starts, and its last one ends.
    since: Option<(i64, i64)>,
}

impl Passages {
    /// Returns a cursor over a window of the text.
    pub(crate) fn window<'p, 't>(&'p mut self, text: &'p Text<'t>) -> Window<'p, 't> {
        let at = |since: i64| offset(text.body_start) - since;
        // A text that begins is not the rest of another one.
        let since = self.since.take().filter(|_| text.body_start > 0);
        let open = since.map(|(start, end)| (at(start), at(end))).filter(|(_, end)| *end >= 0);
        Window { passages: self, text, extent: Extent::of(text.bytes.expose(), text.origin), open }
    }

    /// Ends the last passage.
    pub(crate) fn end(&mut self, classifier: &Classifier, combinations: &mut Combinations) {
        combinations.take(classifier, &mut self.claims);
        self.claims.clear();
    }
}

/// The values of a window, in their order.
pub(crate) struct Window<'p, 't> {
    passages: &'p mut Passages,
    text: &'p Text<'t>,
    extent: Extent,
    /// Where the passage's first value starts, and its last one ends, in the window.
    open: Option<(i64, i64)>,
}

impl Window<'_, '_> {
    /// Takes a value of a class.
    pub(crate) fn take(
        &mut self,
        classifier: &Classifier,
        combinations: &mut Combinations,
        class: u32,
        span: &Range<usize>,
        fingerprint: Option<u64>,
    ) {
        let (start, end) = (offset(span.start), offset(span.end));
        let text: &[u8] = self.text.bytes.expose();
        let goes_on = self.open.is_some_and(|(first, last)| {
            let last = usize::try_from(last).unwrap_or(0);
            let before = last.min(span.start)..last;
            match self.extent {
                Extent::Document => are_of_one_entry(text, &before, span),
                Extent::Vicinity => start - first <= LONGEST && are_together(text, &before, span),
            }
        });
        if !goes_on {
            self.passages.end(classifier, combinations);
        }
        let (first, last) = self.open.filter(|_| goes_on).unwrap_or((start, end));
        self.open = Some((first, last.max(end)));
        self.passages.claims.push(Claimed { record: 0, claim: Claim { column: None, class }, fingerprint });
    }
}

impl Drop for Window<'_, '_> {
    fn drop(&mut self) {
        let body_end = offset(self.text.body_end);
        self.passages.since = self.open.map(|(start, end)| (body_end - start, body_end - end));
    }
}

fn offset(at: usize) -> i64 {
    i64::try_from(at).expect("a window stays below 4 GiB")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Marks two values by brackets, which are taken out.
    fn check(marked: &str, expected: bool) {
        let parts: Vec<&str> = marked.split(['«', '»']).collect();
        let at = |part: usize| parts[..part].iter().map(|part| part.len()).sum::<usize>();
        assert_eq!(are_together(parts.concat().as_bytes(), &(at(1)..at(2)), &(at(3)..at(4))), expected, "{marked}");
    }

    #[test]
    fn lines_belong_together_and_paragraphs_do_not() {
        check("«Jane Roe», «536-90-4399»", true);
        check("Name: «Jane Roe»\nSSN: «536-90-4399»", true);
        check("«Jane Roe»\n12 Mill Lane\n«536-90-4399»", true);
        check("«Jane Roe»\n\n«536-90-4399»", false);
        check("«Jane Roe»\r\n \t\r\n«536-90-4399»", false);
        check(&format!("«Jane Roe» {} «536-90-4399»", "word ".repeat(60)), false);
    }

    #[test]
    fn paragraphs_of_a_short_document_belong_together() {
        assert!(are_of_one_entry(b"Jane Roe\n\nDear Ms Roe\n\n536-90-4399", &(0..8), &(23..34)));
        assert!(!are_of_one_entry(b"Jane Roe\n\n[10:12] 536-90-4399", &(0..8), &(18..29)));
        let extent = |length: usize, origin: Origin| Extent::of(&vec![b' '; length], origin);
        let lines = Origin::Lines { line: 1, byte: 0 };
        assert_eq!((extent(4095, lines), extent(4096, lines)), (Extent::Document, Extent::Vicinity));
        assert_eq!((extent(9, Origin::Page(1)), extent(9, Origin::Page(2))), (Extent::Document, Extent::Vicinity));
    }

    #[test]
    fn entries_of_logs_do_not_belong_together() {
        check("user=«jane»\n2026-11-02 user=«john»", false);
        check("«203.0.113.7» GET /\n«203.0.113.9» GET /", false);
        check("{\"user\":\"«jane»\"}\n{\"user\":\"«john»\"}", false);
        check("«Jane Roe»\n2026 Mill Lane, «Oakhollow»", true);
        check("«Jane Roe»\n1.5 times «536-90-4399»", true);
    }
}
