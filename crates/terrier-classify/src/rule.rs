//! A rule as classification runs it.

use terrier_rules::{Category, Checksum, ClassSpec, Matcher, Normalize, Rule};

use crate::recognizer::Recognizer;
use crate::test_value::TestValues;
use crate::validate::{self, Validator, Verdict};

/// A rule, its validator and names resolved.
pub(crate) struct CompiledRule {
    pub(crate) id: String,
    /// Index of its class in the pack.
    pub(crate) class: u32,
    pub(crate) prior: f64,
    pub(crate) checksum: Checksum,
    pub(crate) keyword_required: bool,
    pub(crate) normalize: Normalize,
    /// Whether what surrounds a value can show that it is a part of something else. A recogniser has looked itself.
    pub(crate) minds_surroundings: bool,
    /// Whether the pattern itself asks for a context, so that a bare value cannot match.
    pub(crate) has_context: bool,
    validator: Option<Validator>,
    tests: TestValues,
}

/// A name that a rule gives and that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum RuleError {
    /// No such validator.
    Validator,
    /// No such recogniser.
    Recognizer,
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
        if let Matcher::Recognizer(name) = &rule.matcher
            && Recognizer::by_name(name).is_none()
        {
            return Err(RuleError::Recognizer);
        }
        let category = classes[class].category;
        Ok(Self {
            id: rule.id.clone(),
            class: u32::try_from(class).expect("fewer classes than 4 billion"),
            prior: rule.prior,
            checksum: rule.checksum,
            keyword_required: rule.keyword_required,
            normalize: rule.normalize,
            minds_surroundings: rule.pattern().is_some() && !matches!(category, Category::Credential),
            has_context: rule.pattern().is_some_and(|pattern| pattern.contains("(?P<value>") || pattern.contains("(?<value>")),
            validator,
            tests: TestValues::new(&rule.test_values, rule.normalize).ok_or(RuleError::TestPattern)?,
        })
    }

    /// Judges the value by itself.
    pub(crate) fn validate(&self, value: &[u8]) -> Option<Verdict> {
        self.validator.map(|validator| validator(value))
    }

    /// Returns why the value is taken for a test value, by index.
    pub(crate) fn test_reason(&self, value: &[u8]) -> Option<usize> {
        self.tests.reason_of(value)
    }

    /// Returns the reason of that index.
    pub(crate) fn reason(&self, index: usize) -> &str {
        self.tests.reason(index)
    }
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
        if !(same || up || down) {
            return false;
        }
        previous = digit;
        count += 1;
    }
    count >= 6
}
