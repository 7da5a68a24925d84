//! What the fuzz targets of the classifier hold it to, with the default rules: its engine finds what the crate `regex` finds rule by rule,
//! with all instructions that the processor has, and what is found depends on no cut.

use std::sync::LazyLock;

use regex::bytes::{Regex, RegexBuilder};
use terrier_classify::{Backend, Classifier, Instructions};
use terrier_content::{Match, Origin, Segment, Sensitive, Text};
use terrier_model::AssetFindings;
use terrier_rules::RulePack;

static PACK: LazyLock<RulePack> = LazyLock::new(RulePack::embedded);

static CLASSIFIERS: LazyLock<Vec<Classifier>> = LazyLock::new(|| {
    let compile = |instructions| Classifier::compile_with(&PACK, Backend::Rust, instructions).expect("the default rules compile");
    Instructions::available().map(compile).collect()
});

/// The patterns, with the numbers of their rules. What a recogniser finds is none of a pattern's.
static REGEXES: LazyLock<Vec<(u32, Regex)>> = LazyLock::new(|| {
    let build = |pattern: &str| RegexBuilder::new(pattern).unicode(false).multi_line(true).build().expect("the default rules compile");
    (0..).zip(&PACK.rules).filter_map(|(number, rule)| Some((number, build(rule.pattern()?)))).collect()
});

static EXAMPLES: LazyLock<Vec<&str>> =
    LazyLock::new(|| PACK.rules.iter().flat_map(|rule| rule.examples.iter().chain(&rule.counter_examples)).map(String::as_str).collect());

/// Stands before the two bytes that name an example.
const EXAMPLE: u8 = 0xFE;

/// Reads a text, and a place at which it is cut. Any bytes stand for themselves, but that examples of the rules can be named: libFuzzer
/// would hardly come upon a checksum.
fn text_and_cut(input: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (cut, mut rest) = input.split_first_chunk::<2>()?;
    let mut text = Vec::new();
    while let Some((first, behind)) = rest.split_first() {
        match (first, behind.split_first_chunk::<2>()) {
            (&EXAMPLE, Some((number, behind))) => {
                text.extend_from_slice(EXAMPLES[usize::from(u16::from_le_bytes(*number)) % EXAMPLES.len()].as_bytes());
                rest = behind;
            }
            _ => {
                text.push(*first);
                rest = behind;
            }
        }
    }
    let cut = usize::from(u16::from_le_bytes(*cut)) % (text.len() + 1);
    Some((text, cut))
}

/// Holds the engine to the crate `regex`, whole and cut.
pub fn engine(input: &[u8]) {
    let Some((text, cut)) = text_and_cut(input) else { return };
    let expected = expected(&text);
    for (classifier, instructions) in CLASSIFIERS.iter().zip(Instructions::available()) {
        let found = classifier.every_match(&text, 0..text.len());
        assert!(found == expected, "{}: {}", instructions.as_str(), first_difference(&found, &expected));
        let mut pieces = classifier.every_match(&text, 0..cut);
        pieces.extend(classifier.every_match(&text, cut..text.len()));
        assert!(pieces == expected, "{}, cut at {cut}: {}", instructions.as_str(), first_difference(&pieces, &expected));
    }
}

/// What the crate `regex` finds, rule by rule.
fn expected(text: &[u8]) -> Vec<Match> {
    let offset = |at: usize| u32::try_from(at).expect("texts are short");
    let mut all = Vec::new();
    for (rule, regex) in REGEXES.iter() {
        for captures in regex.captures_iter(text) {
            let span = captures.name("value").or_else(|| captures.get(0)).expect("the whole match is group 0");
            all.push(Match { start: offset(span.start()), end: offset(span.end()), rule: *rule });
        }
    }
    all.sort_unstable_by_key(|found| (found.start, found.rule, found.end));
    all.dedup();
    all
}

fn first_difference(found: &[Match], expected: &[Match]) -> String {
    let more = |some: &[Match], others: &[Match]| {
        let first = some.iter().find(|one| !others.contains(one))?;
        Some(format!("{} at {}..{}", PACK.rules[first.rule as usize].id, first.start, first.end))
    };
    format!("found beside what is expected: {:?}, not found: {:?}", more(found, expected), more(expected, found))
}

/// Holds what is found of values to what is found where the text is cut.
pub fn values(input: &[u8]) {
    let Some((text, cut)) = text_and_cut(input) else { return };
    let whole = findings(&CLASSIFIERS[0], &text, &[0, text.len()]);
    let pieces = findings(&CLASSIFIERS[0], &text, &[0, cut, text.len()]);
    assert!(whole == pieces, "cut at {cut}: {:?} is not {:?}", pieces.findings, whole.findings);
}

fn findings(classifier: &Classifier, text: &[u8], ends: &[usize]) -> AssetFindings {
    let mut session = classifier.session(None);
    for (start, end) in ends.iter().zip(&ends[1..]) {
        let line = 1 + text[..*start].iter().filter(|byte| **byte == b'\n').count() as u64;
        session.segment(&Segment::Text(Text {
            bytes: Sensitive::new(text),
            body_start: *start,
            body_end: *end,
            origin: Origin::Lines { line, byte: *start as u64 },
        }));
    }
    session.finish()
}
