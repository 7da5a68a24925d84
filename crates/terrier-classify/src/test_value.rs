//! The known values of a rule that belong to no one.
//!
//! Nearly every value that is found is none of them, so that most effort goes into saying so quickly: by its length, by its first and
//! its last bytes, and only then by a comparison.

use std::borrow::Cow;

use regex_automata::nfa::thompson::{Config, NFA};
use regex_automata::util::syntax::parse_with;
use regex_syntax::hir::Hir;
use regex_syntax::hir::literal::{ExtractKind, Extractor, Literal};
use terrier_rules::{Normalize, TestMatch, TestValue};

use crate::engine::{Anchored, syntax};

/// Memory that the automaton of a pattern may take, in bytes.
const LARGEST_PATTERN: usize = 10 << 20;

/// Values up to this length are brought to their comparable form without a copy on the heap.
const SHORT_VALUE: usize = 128;

/// Patterns for values up to this length have automata so small that making them is worth it.
const SHORT_PATTERN: usize = 40;

/// The most beginnings or ends of a pattern that are told apart.
const MOST_EDGES: usize = 128;

/// The test values of a rule.
pub(crate) struct TestValues {
    normalize: Normalize,
    reasons: Vec<String>,
    /// In order, with their reasons.
    exact: Vec<(Vec<u8>, usize)>,
    exact_form: Form,
    patterns: Vec<(Form, Anchored, usize)>,
}

impl TestValues {
    /// Compiles the test values; `None` where a pattern does not compile.
    pub(crate) fn new(values: &[TestValue], normalize: Normalize) -> Option<Self> {
        let (mut exact, mut patterns) = (Vec::new(), Vec::new());
        for (index, test) in values.iter().enumerate() {
            match &test.matches {
                TestMatch::Value(value) => exact.push((value.clone(), index)),
                TestMatch::Pattern(pattern) => {
                    let (form, whole) = whole_match(pattern)?;
                    patterns.push((form, whole, index));
                }
            }
        }
        // Of values given twice, the first one stays.
        exact.sort();
        exact.dedup_by(|later, earlier| later.0 == earlier.0);
        let exact_form = Form::of_values(exact.iter().map(|(value, _)| value.as_slice()));
        let reasons = values.iter().map(|test| test.reason.clone()).collect();
        Some(Self { normalize, reasons, exact, exact_form, patterns })
    }

    /// Returns why the value is taken for a test value, by index.
    pub(crate) fn reason_of(&self, value: &[u8]) -> Option<usize> {
        if self.reasons.is_empty() {
            return None;
        }
        let mut room = [0; SHORT_VALUE];
        let comparable = &*comparable(self.normalize, value, &mut room);
        self.exact_reason(comparable).or_else(|| {
            let is_whole = |form: &Form, pattern: &Anchored| form.admits(comparable) && pattern.end_of_match(comparable, 0).is_some();
            self.patterns.iter().find(|(form, pattern, _)| is_whole(form, pattern)).map(|(_, _, reason)| *reason)
        })
    }

    fn exact_reason(&self, comparable: &[u8]) -> Option<usize> {
        if !self.exact_form.admits(comparable) {
            return None;
        }
        self.exact.binary_search_by(|(value, _)| value.as_slice().cmp(comparable)).ok().map(|place| self.exact[place].1)
    }

    /// Returns the reason of that index.
    pub(crate) fn reason(&self, index: usize) -> &str {
        &self.reasons[index]
    }
}

/// Returns what [`Normalize::apply`] returns, on the stack where it is short.
fn comparable<'v>(normalize: Normalize, value: &'v [u8], room: &'v mut [u8; SHORT_VALUE]) -> Cow<'v, [u8]> {
    if matches!(normalize, Normalize::Exact) {
        return Cow::Borrowed(value);
    }
    if value.len() > SHORT_VALUE {
        return Cow::Owned(normalize.apply(value));
    }
    let mut len = 0;
    for byte in value {
        let (byte, is_kept) = match normalize {
            Normalize::Digits => (*byte, byte.is_ascii_digit()),
            Normalize::AlphanumericUpper => (byte.to_ascii_uppercase(), byte.is_ascii_alphanumeric()),
            Normalize::Lower => (byte.to_ascii_lowercase(), true),
            Normalize::Exact => (*byte, true),
        };
        // A byte that is left out is written over by the next one.
        room[len] = byte;
        len += usize::from(is_kept);
    }
    Cow::Borrowed(&room[..len])
}

/// What all of some texts have in common.
struct Form {
    shortest: usize,
    longest: usize,
    starts: Edges,
    ends: Edges,
}

impl Form {
    fn of_values<'v>(values: impl Iterator<Item = &'v [u8]> + Clone) -> Self {
        let lengths = values.clone().map(<[u8]>::len);
        Self {
            shortest: lengths.clone().min().unwrap_or(0),
            longest: lengths.max().unwrap_or(0),
            starts: Edges::new(values.clone(), first_bytes),
            ends: Edges::new(values, last_bytes),
        }
    }

    fn of_pattern(hir: &Hir) -> Self {
        let edges = |kind: ExtractKind, edge: Edge| {
            let literals = Extractor::new().kind(kind).limit_total(MOST_EDGES).extract(hir);
            literals.literals().map_or_else(Edges::any, |literals| Edges::new(literals.iter().map(Literal::as_bytes), edge))
        };
        Self {
            shortest: hir.properties().minimum_len().unwrap_or(0),
            longest: hir.properties().maximum_len().unwrap_or(usize::MAX),
            starts: edges(ExtractKind::Prefix, first_bytes),
            ends: edges(ExtractKind::Suffix, last_bytes),
        }
    }

    #[inline]
    fn admits(&self, text: &[u8]) -> bool {
        (self.shortest..=self.longest).contains(&text.len()) && self.starts.has(text, first_bytes) && self.ends.has(text, last_bytes)
    }
}

/// The first or the last bytes of some texts: as many as all of them have, and no more than a number holds.
struct Edges {
    size: usize,
    /// In order.
    numbers: Vec<u64>,
}

/// Cuts that many bytes from a text, unless it is shorter.
type Edge = fn(&[u8], usize) -> Option<&[u8]>;

fn first_bytes(text: &[u8], size: usize) -> Option<&[u8]> {
    text.get(..size)
}

fn last_bytes(text: &[u8], size: usize) -> Option<&[u8]> {
    text.get(text.len().checked_sub(size)?..)
}

impl Edges {
    fn new<'v>(texts: impl Iterator<Item = &'v [u8]> + Clone, edge: Edge) -> Self {
        let size = texts.clone().map(<[u8]>::len).min().unwrap_or(0).min(size_of::<u64>());
        let mut numbers: Vec<u64> = texts.filter_map(|text| edge(text, size)).map(number).collect();
        numbers.sort_unstable();
        numbers.dedup();
        Self { size, numbers }
    }

    /// Returns those of any text.
    fn any() -> Self {
        Self { size: 0, numbers: vec![0] }
    }

    #[inline]
    fn has(&self, text: &[u8], edge: impl Fn(&[u8], usize) -> Option<&[u8]>) -> bool {
        edge(text, self.size).is_some_and(|edge| self.numbers.binary_search(&number(edge)).is_ok())
    }
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// Returns the pattern for texts that it matches as wholes, and their form.
fn whole_match(pattern: &str) -> Option<(Form, Anchored)> {
    let form = Form::of_pattern(&parse_with(pattern, &syntax()).ok()?);
    let source = format!(r"\A(?:{pattern})\z");
    let hir = parse_with(&source, &syntax()).ok()?;
    NFA::compiler().configure(Config::new().utf8(false).nfa_size_limit(Some(LARGEST_PATTERN))).build_from_hir(&hir).ok()?;
    let whole = if form.longest <= SHORT_PATTERN { Anchored::new(&source) } else { Anchored::tried_rarely(&source) };
    Some((form, whole))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use terrier_rules::RulePack;

    use super::*;

    /// Tries all test values one after the other.
    fn tried_in_turn(values: &[TestValue], normalize: Normalize) -> impl Fn(&[u8]) -> Option<usize> {
        let whole = |test: &TestValue| match &test.matches {
            TestMatch::Pattern(pattern) => Err(Anchored::tried_rarely(&format!(r"\A(?:{pattern})\z"))),
            TestMatch::Value(value) => Ok(value.clone()),
        };
        let values: Vec<Result<Vec<u8>, Anchored>> = values.iter().map(whole).collect();
        move |value| {
            let comparable = normalize.apply(value);
            let is_exact = |test: &Result<Vec<u8>, Anchored>| test.as_ref().is_ok_and(|value| *value == comparable);
            let fits =
                |test: &Result<Vec<u8>, Anchored>| test.as_ref().is_err_and(|pattern| pattern.end_of_match(&comparable, 0).is_some());
            values.iter().position(is_exact).or_else(|| values.iter().position(fits))
        }
    }

    #[test]
    fn test_values_of_the_embedded_rules_are_known() {
        let mut known = 0;
        for rule in &RulePack::embedded().rules {
            let tests = TestValues::new(&rule.test_values, rule.normalize).unwrap();
            let in_turn = tried_in_turn(&rule.test_values, rule.normalize);
            let exact = rule.test_values.iter().filter_map(|test| match &test.matches {
                TestMatch::Value(value) => Some(value.clone()),
                TestMatch::Pattern(_) => None,
            });
            let examples = rule.examples.iter().chain(&rule.counter_examples).map(|example| example.clone().into_bytes());
            for value in exact.chain(examples) {
                let words = value.split(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'=' | b',')).chain([&value[..]]);
                for word in words {
                    let reason = tests.reason_of(word);
                    assert_eq!(reason, in_turn(word), "{}", rule.id);
                    known += usize::from(reason.is_some());
                }
            }
        }
        assert!(known > 200, "{known}");
    }

    fn test_value(matches: TestMatch) -> TestValue {
        TestValue { matches, reason: "it is made up".to_owned() }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn quick_answers_are_those_of_trying_all(values in proptest::collection::vec("[ab1-3]{0,4}|[ab12]{9,12}", 1..30)) {
            let patterns = ["a[0-9]{2}b?", "(?i:AB)+1", "[ab]{1,3}|1[0-9]{3,}", ".{1,9}@(?:a|b)\\.b", "", "^a$", "1{2,200}"];
            let exact = ["a1", "11", "ab12ab12ab", "ab12ab12b", "a1"].map(|value| test_value(TestMatch::Value(value.into())));
            let patterns = patterns.map(|pattern| test_value(TestMatch::Pattern(pattern.to_owned())));
            let all = [&exact[..], &patterns].concat();
            for normalize in [Normalize::Digits, Normalize::AlphanumericUpper, Normalize::Lower, Normalize::Exact] {
                for part in [&all[..], &exact, &patterns, &[]] {
                    let tests = TestValues::new(part, normalize).unwrap();
                    let in_turn = tried_in_turn(part, normalize);
                    for value in &values {
                        for value in [value.clone(), value.to_uppercase(), format!("{value}@a.b"), value.repeat(40), "11".repeat(50)] {
                            prop_assert_eq!(tests.reason_of(value.as_bytes()), in_turn(value.as_bytes()));
                        }
                    }
                }
            }
        }

        #[test]
        fn comparable_forms_are_those_of_rules(value in proptest::collection::vec(any::<u8>(), 0..300)) {
            for normalize in [Normalize::Digits, Normalize::AlphanumericUpper, Normalize::Lower, Normalize::Exact] {
                let mut room = [0; SHORT_VALUE];
                prop_assert_eq!(&*comparable(normalize, &value, &mut room), &normalize.apply(&value)[..]);
            }
        }
    }

    #[test]
    fn patterns_that_do_not_compile_are_refused() {
        assert!(TestValues::new(&[test_value(TestMatch::Pattern("(".to_owned()))], Normalize::Exact).is_none());
    }
}
