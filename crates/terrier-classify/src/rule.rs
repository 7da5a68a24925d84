//! A rule as classification runs it.

use std::collections::BTreeMap;

use regex_automata::nfa::thompson::{Config, NFA};
use terrier_rules::{Category, Checksum, ClassSpec, Normalize, Rule, TestMatch};

use crate::engine::{Anchored, syntax};
use crate::validate::{self, Validator, Verdict};

/// Memory that the automaton of a test value's pattern may take, in bytes.
const LARGEST_TEST: usize = 10 << 20;

/// A rule, its validator and names resolved.
pub(crate) struct CompiledRule {
    pub(crate) id: String,
    /// Index of its class in the pack.
    pub(crate) class: u32,
    pub(crate) prior: f64,
    pub(crate) checksum: Checksum,
    pub(crate) keyword_required: bool,
    pub(crate) normalize: Normalize,
    /// Whether what surrounds a value can show that it is a part of something else.
    pub(crate) minds_surroundings: bool,
    /// Whether the pattern itself asks for a context, so that a bare value cannot match.
    pub(crate) has_context: bool,
    validator: Option<Validator>,
    tests: TestValues,
}

struct TestValues {
    reasons: Vec<String>,
    exact: BTreeMap<Vec<u8>, usize>,
    patterns: Vec<(Anchored, usize)>,
}

/// A name that a rule gives and that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RuleError {
    /// No such validator.
    Validator,
    /// No such class.
    Class,
    /// The pattern of a test value does not compile.
    TestPattern,
}

impl CompiledRule {
    pub(crate) fn new(rule: &Rule, classes: &[ClassSpec]) -> Result<Self, RuleError> {
        let class = classes.iter().position(|class| class.id == rule.class).ok_or(RuleError::Class)?;
        let validator = match &rule.validator {
            Some(name) => Some(validate::by_name(name).ok_or(RuleError::Validator)?),
            None => None,
        };
        let category = classes[class].category;
        Ok(Self {
            id: rule.id.clone(),
            class: u32::try_from(class).expect("fewer classes than 4 billion"),
            prior: rule.prior,
            checksum: rule.checksum,
            keyword_required: rule.keyword_required,
            normalize: rule.normalize,
            minds_surroundings: !matches!(category, Category::Credential),
            has_context: rule.pattern.contains("(?P<value>") || rule.pattern.contains("(?<value>"),
            validator,
            tests: TestValues::new(rule)?,
        })
    }

    /// Judges the value by itself.
    pub(crate) fn validate(&self, value: &[u8]) -> Option<Verdict> {
        self.validator.map(|validator| validator(value))
    }

    /// Returns why the value is taken for a test value, by index.
    pub(crate) fn test_reason(&self, value: &[u8]) -> Option<usize> {
        if self.tests.is_empty() {
            return None;
        }
        let comparable = self.normalize.apply(value);
        self.tests.exact.get(&comparable).copied().or_else(|| {
            let is_whole = |pattern: &Anchored| pattern.end_of_match(&comparable, 0).is_some();
            self.tests.patterns.iter().find(|(pattern, _)| is_whole(pattern)).map(|(_, reason)| *reason)
        })
    }

    /// Returns the reason of that index.
    pub(crate) fn reason(&self, index: usize) -> &str {
        &self.tests.reasons[index]
    }
}

impl TestValues {
    fn new(rule: &Rule) -> Result<Self, RuleError> {
        let mut tests = Self { reasons: Vec::new(), exact: BTreeMap::new(), patterns: Vec::new() };
        for (index, test) in rule.test_values.iter().enumerate() {
            tests.reasons.push(test.reason.clone());
            match &test.matches {
                TestMatch::Value(value) => {
                    tests.exact.entry(value.clone()).or_insert(index);
                }
                TestMatch::Pattern(pattern) => tests.patterns.push((whole_match(pattern).ok_or(RuleError::TestPattern)?, index)),
            }
        }
        Ok(tests)
    }

    fn is_empty(&self) -> bool {
        self.reasons.is_empty()
    }
}

/// Returns the pattern for texts that it matches as wholes.
fn whole_match(pattern: &str) -> Option<Anchored> {
    let source = format!(r"\A(?:{pattern})\z");
    let hir = regex_automata::util::syntax::parse_with(&source, &syntax()).ok()?;
    NFA::compiler().configure(Config::new().utf8(false).nfa_size_limit(Some(LARGEST_TEST))).build_from_hir(&hir).ok()?;
    Some(Anchored::tried_rarely(&source))
}

/// Tells whether the digits of a value repeat one digit, or count up or down.
pub(crate) fn has_repeated_digits(value: &[u8]) -> bool {
    let mut digits = value.iter().filter(|byte| byte.is_ascii_digit()).map(|byte| byte - b'0');
    let Some(first) = digits.next() else { return false };
    let (mut count, mut previous) = (1, first);
    let (mut same, mut up, mut down) = (true, true, true);
    for digit in digits {
        same &= digit == previous;
        up &= digit == (previous + 1) % 10;
        down &= (digit + 1) % 10 == previous;
        previous = digit;
        count += 1;
    }
    count >= 6 && (same || up || down)
}
