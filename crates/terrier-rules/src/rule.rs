use terrier_model::DataClass;

use crate::Location;

/// A way to recognise values of a class.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its id: the class, a dot, and a name that says which form it recognises.
    pub id: String,
    /// The class of what it finds.
    pub class: DataClass,
    /// What it recognises, in one sentence.
    pub description: String,
    /// How values are found.
    pub matcher: Matcher,
    /// Name of the validator that judges the span.
    pub validator: Option<String>,
    /// Log-odds that what the pattern matches is a value of the class, before the checksum and the context are weighed.
    pub prior: f64,
    /// How much it says when the validator finds the value valid.
    pub checksum: Checksum,
    /// Words that speak for the rule when they stand near the value.
    pub keywords: Vec<Keyword>,
    /// Whether a match without keyword or field name counts for nothing.
    pub keyword_required: bool,
    /// Names of columns, or keys before a value, that speak for the rule: lower case, words joined by `_`.
    pub fields: Vec<String>,
    /// Words in the name of a column or key that speak against it.
    pub negative_fields: Vec<String>,
    /// How values are brought to a comparable form.
    pub normalize: Normalize,
    /// Texts in which the rule must find a value at the medium or high tier.
    pub examples: Vec<String>,
    /// Texts in which the rule must find nothing at the medium or high tier.
    pub counter_examples: Vec<String>,
    /// Known values that belong to no one.
    pub test_values: Vec<TestValue>,
    /// Addresses of the documents that define the form.
    pub references: Vec<String>,
    /// Where it is defined.
    pub location: Location,
    /// Where its pattern or recogniser is written.
    pub matcher_location: Location,
}

impl Rule {
    /// Returns its pattern; `None` where a recogniser finds its values.
    pub fn pattern(&self) -> Option<&str> {
        match &self.matcher {
            Matcher::Pattern(pattern) => Some(pattern),
            Matcher::Recognizer(_) => None,
        }
    }
}

/// How a rule finds values.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Matcher {
    /// A pattern, in the syntax of the crate `regex` over bytes with Unicode off. The span that counts is that of the group
    /// named `value` where there is one, else the whole match.
    Pattern(String),
    /// The name of a recogniser, which is code: for what no pattern describes, such as names of persons.
    Recognizer(String),
}

impl Matcher {
    /// Returns the text of the pattern or the name of the recogniser.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Pattern(text) | Self::Recognizer(text) => text,
        }
    }
}

/// How much it says when a rule's validator finds a value valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Checksum {
    /// Few random values of the pattern's form pass: the evidence is `checksum_strong`.
    Strong,
    /// A fair share of random values pass: the evidence is `checksum_weak`.
    Weak,
    /// Passing says nothing beyond the pattern.
    #[default]
    None,
}

impl Checksum {
    /// Returns the name used in the packs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Weak => "weak",
            Self::None => "none",
        }
    }
}

/// A word or phrase that speaks for a rule: lower case, matched without regard to ASCII case, at word boundaries.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Keyword(String);

impl Keyword {
    /// Takes the word or phrase and brings it to lower case.
    pub fn new(text: &str) -> Self {
        Self(text.to_lowercase())
    }

    /// Returns the word or phrase, in lower case.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How values of a rule are brought to a comparable form, for counting distinct ones and for fingerprints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Normalize {
    /// Keep digits only.
    Digits,
    /// Keep ASCII letters and digits, in upper case.
    AlphanumericUpper,
    /// Bring to lower case.
    Lower,
    /// Keep every byte.
    #[default]
    Exact,
}

impl Normalize {
    /// Returns the name used in the packs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::AlphanumericUpper => "alphanumeric_upper",
            Self::Lower => "lower",
            Self::Exact => "exact",
        }
    }

    /// Appends the comparable form of `value` to `out`.
    pub fn append(self, value: &[u8], out: &mut Vec<u8>) {
        match self {
            Self::Digits => out.extend(value.iter().copied().filter(u8::is_ascii_digit)),
            Self::AlphanumericUpper => {
                out.extend(value.iter().filter(|byte| byte.is_ascii_alphanumeric()).map(u8::to_ascii_uppercase));
            }
            Self::Lower => out.extend(value.iter().map(u8::to_ascii_lowercase)),
            Self::Exact => out.extend_from_slice(value),
        }
    }

    /// Returns the comparable form of `value`.
    pub fn apply(self, value: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(value.len());
        self.append(value, &mut out);
        out
    }
}

/// A known value that belongs to no one: a specimen, a number from a provider's test environment, a documentation example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestValue {
    /// Which values are meant.
    pub matches: TestMatch,
    /// Why they belong to no one: a phrase that completes "taken for a test value: …".
    pub reason: String,
}

/// Which values a [`TestValue`] means. Both forms are compared after the rule's normalisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TestMatch {
    /// This value, already in comparable form.
    Value(Vec<u8>),
    /// Every value that this pattern matches from end to end, in its comparable form.
    Pattern(String),
}
