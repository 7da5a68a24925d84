use std::ops::Range;

use terrier_content::{FingerprintKey, Match, Origin};
use terrier_model::{Combination, DataClass, Finding, Label, Tier};
use terrier_rules::{ClassSpec, CombinationSpec, Location, Matcher, RegulationSpec, Rule, RulePack};

use crate::Session;
use crate::engine::{Backend, Engine, Instructions, LONGEST_MATCH, PatternError};
use crate::field::Fields;
use crate::judge::Occurrence;
use crate::keywords::Words;
use crate::label::{Known, LabelPolicy, label_with};
use crate::passage::Extent;
use crate::recognizer::Recognizer;
use crate::rule::{CompiledRule, RuleError};
use crate::rule_set::RuleSet;
use crate::signal::Weights;
use crate::validate::Verdict;

/// A rule pack made ready to run. Shared by all threads.
pub struct Classifier {
    pub(crate) engine: Engine,
    /// Recognisers, with the rules that ask for them.
    pub(crate) recognizers: Vec<(u32, Recognizer)>,
    pub(crate) rules: Vec<CompiledRule>,
    pub(crate) classes: Vec<ClassSpec>,
    pub(crate) known_combinations: Vec<CombinationSpec>,
    pub(crate) regulations: Vec<RegulationSpec>,
    pub(crate) words: Words,
    pub(crate) fields: Fields,
    pub(crate) weights: Weights,
    digest: String,
    detection_digest: String,
}

/// A rule that cannot be run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{location}: rule `{rule}`: {problem}; {remedy}")]
pub struct CompileError {
    /// Id of the rule.
    pub rule: String,
    /// Where it is written.
    pub location: Location,
    /// What is wrong with it.
    pub problem: String,
    /// What to do about it.
    pub remedy: String,
}

impl Classifier {
    /// Makes a pack ready to run.
    ///
    /// # Errors
    /// The first rule that cannot be run, and why.
    pub fn compile(pack: &RulePack) -> Result<Self, CompileError> {
        Self::compile_for(pack, Backend::default())
    }

    /// Does the same for a backend of the engine.
    ///
    /// # Errors
    /// The first rule that cannot be run, and why.
    pub fn compile_for(pack: &RulePack, backend: Backend) -> Result<Self, CompileError> {
        Self::compile_with(pack, backend, Instructions::fastest())
    }

    /// Does the same for instructions that this processor has but might not choose, for whoever compares them.
    ///
    /// # Errors
    /// The first rule that cannot be run, and why.
    ///
    /// # Panics
    /// Where this processor does not have the instructions.
    pub fn compile_with(pack: &RulePack, backend: Backend, instructions: Instructions) -> Result<Self, CompileError> {
        let rules = pack.rules.iter().map(|rule| compile_rule(pack, rule)).collect::<Result<Vec<_>, _>>()?;
        // Rules with a pattern come first, so the engine's numbers of patterns are the numbers of rules.
        let patterns: Vec<&str> = pack.rules.iter().map_while(Rule::pattern).collect();
        let recognizers = (0..).zip(&pack.rules).filter_map(|(index, rule)| recognizer(rule).map(|found| (index, found))).collect();
        let words = Words::new(&pack.rules);
        let mut on_demand = RuleSet::with_room(rules.len());
        (0..).zip(&rules).filter(|(_, rule)| rule.keyword_required).for_each(|(index, _)| on_demand.insert(index));
        let engine = Engine::compile_with(&patterns, &on_demand, words.sequences(), backend, instructions)
            .map_err(|(index, error)| pattern_error(&pack.rules[index], error))?;
        Ok(Self {
            engine,
            recognizers,
            rules,
            classes: pack.classes.clone(),
            known_combinations: pack.combinations.clone(),
            regulations: pack.regulations.clone(),
            words,
            fields: Fields::new(&pack.rules),
            weights: Weights::new(&pack.evidence),
            digest: pack.digest(),
            detection_digest: pack.detection_digest(),
        })
    }

    /// Returns the backend of its engine.
    pub fn backend(&self) -> Backend {
        self.engine.backend()
    }

    /// Returns the digest of the pack it was compiled from.
    pub fn rules_digest(&self) -> &str {
        &self.digest
    }

    /// Returns the digest of what its findings follow from.
    pub fn detection_digest(&self) -> &str {
        &self.detection_digest
    }

    /// Says what follows from findings that were made earlier under an equal [`Classifier::detection_digest`].
    pub fn label(&self, findings: &[Finding], together: &[Combination]) -> Label {
        let known = Known { classes: &self.classes, combinations: &self.known_combinations, regulations: &self.regulations };
        label_with(findings, together, known, &LabelPolicy::default())
    }

    /// Starts the classification of one asset or member. Fingerprints are computed under `key`, where there is one.
    pub fn session<'c>(&'c self, key: Option<&'c FingerprintKey>) -> Session<'c> {
        Session::new(self, key)
    }

    /// Finds the values that start in the `body` of a window of text, from `least` tier on, test values included; ordered by start. The
    /// window must reach as far beyond its body as [`Text`](terrier_content::Text) asks for, unless the stream ends there.
    ///
    /// For the scoring of rules, which needs the place of every value; a scan uses [`Classifier::session`].
    pub fn spans(&self, text: &[u8], body: Range<usize>, least: Tier) -> Vec<FoundSpan<'_>> {
        let values =
            self.values(text, body, Extent::of(text, Origin::Lines { line: 1, byte: 0 })).into_iter().filter(|value| value.tier >= least);
        values
            .map(|Occurrence { span, tier, test, .. }| {
                let rule = &self.rules[span.rule as usize];
                let class = &self.classes[rule.class as usize].id;
                FoundSpan { class, rule: &rule.id, start: span.start as usize, end: span.end as usize, tier, test: test.is_some() }
            })
            .collect()
    }

    /// Tells whether a rule takes a span of a text for a value, whatever its evidence adds up to: its pattern matches exactly these
    /// bytes and its validator does not say that they are invalid. `None` where there is no such rule.
    pub fn accepts(&self, rule: &str, text: &[u8], span: Range<usize>) -> Option<bool> {
        let index = self.rules.iter().position(|compiled| compiled.id == rule)?;
        let mut found = Vec::new();
        self.engine.find(text, 0..text.len(), &mut found);
        let matches = found.iter().any(|found| found.rule as usize == index && found.range() == span);
        Some(matches && self.rules[index].validate(&text[span]) != Some(Verdict::Invalid))
    }
}

/// A value that was found in a text: which rule found it, where, and how sure it is. Holds no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FoundSpan<'c> {
    /// The class of the value.
    pub class: &'c DataClass,
    /// Id of the rule.
    pub rule: &'c str,
    /// Where it starts, in bytes of the text.
    pub start: usize,
    /// Where it ends, exclusive.
    pub end: usize,
    /// How sure it is.
    pub tier: Tier,
    /// Whether it is known to belong to no one, so that it counts for no label.
    pub test: bool,
}

/// For tests of the engine from outside.
#[doc(hidden)]
impl Classifier {
    /// Returns what the patterns of all rules match, rule by rule without overlap, ordered by start: nothing is weighed.
    pub fn every_match(&self, text: &[u8], body: Range<usize>) -> Vec<Match> {
        let mut matches = Vec::new();
        self.engine.find(text, body, &mut matches);
        matches
    }
}

/// Returns every problem that keeps the pack from being run.
pub(crate) fn problems(pack: &RulePack) -> Vec<CompileError> {
    let problems_of = |rule: &Rule| {
        let names = compile_rule(pack, rule).err();
        let compile = |pattern| Engine::compile(&[pattern], &RuleSet::default(), Vec::new(), Backend::Rust);
        let error = rule.pattern().and_then(|pattern| compile(pattern).err());
        names.into_iter().chain(error.map(|(_, error)| pattern_error(rule, error)))
    };
    pack.rules.iter().flat_map(problems_of).collect()
}

fn compile_rule(pack: &RulePack, rule: &Rule) -> Result<CompiledRule, CompileError> {
    CompiledRule::new(rule, &pack.classes).map_err(|error| {
        let (problem, remedy) = explain_rule(&error, rule);
        CompileError { rule: rule.id.clone(), location: rule.location.clone(), problem, remedy }
    })
}

fn pattern_error(rule: &Rule, error: PatternError) -> CompileError {
    let (problem, remedy) = explain_pattern(error);
    CompileError { rule: rule.id.clone(), location: rule.matcher_location.clone(), problem, remedy }
}

fn recognizer(rule: &Rule) -> Option<Recognizer> {
    match &rule.matcher {
        Matcher::Pattern(_) => None,
        Matcher::Recognizer(name) => Recognizer::by_name(name),
    }
}

fn explain_rule(error: &RuleError, rule: &Rule) -> (String, String) {
    match error {
        RuleError::Validator => {
            let validator = rule.validator.as_deref().unwrap_or_default();
            (format!("there is no validator `{validator}`"), "name one that `terrier rules list` shows".to_owned())
        }
        RuleError::Recognizer => (
            format!("there is no recogniser `{}`", rule.matcher.as_str()),
            "name one that docs/rules.md lists, or give a `pattern`".to_owned(),
        ),
        RuleError::Class => {
            ("its class is not defined".to_owned(), "define the class in the same pack, or name one that exists".to_owned())
        }
        RuleError::TestPattern => (
            "the pattern of a test value does not compile".to_owned(),
            "write it as a regular expression over the comparable form".to_owned(),
        ),
    }
}

fn explain_pattern(error: PatternError) -> (String, String) {
    let (problem, remedy) = match error {
        PatternError::Syntax => ("its pattern does not parse", "write it in the syntax of the crate `regex`, with Unicode off".to_owned()),
        PatternError::Empty => ("its pattern matches the empty text", "ask for at least one byte".to_owned()),
        PatternError::TooLong => (
            "its pattern has no bound on its length, or too high a one",
            format!("bound every repetition so that no match is longer than {LONGEST_MATCH} bytes: `{{0,8}}` instead of `*`"),
        ),
        PatternError::TextEnds => {
            ("its pattern asks for the start or end of the whole text", "use `^` and `$`, which stand for those of lines".to_owned())
        }
        PatternError::UnicodeWords => ("its pattern asks for Unicode word boundaries", r"write `(?-u:\b)`".to_owned()),
        PatternError::TooLarge => {
            ("its pattern compiles to too large an automaton", "use smaller repetition counts or split the rule".to_owned())
        }
    };
    (problem.to_owned(), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_say_which_rule_found_them_and_how_sure_it_is() {
        let classifier = Classifier::compile(&RulePack::embedded()).unwrap();
        let text = "card 4539 5787 6362 1486 or ann@corp.example.org";
        let spans = classifier.spans(text.as_bytes(), 0..text.len(), Tier::Low);
        let told: Vec<_> = spans.iter().map(|span| (span.class.as_str(), span.rule, span.start, span.end, span.tier)).collect();
        assert_eq!(told[0], ("payment_card", "payment_card.grouped", 5, 24, Tier::High));
        assert_eq!((told[1].0, told[1].2, told[1].3), ("email", 28, 48));
        // Those that start in the body alone are told of.
        let ahead = classifier.spans(text.as_bytes(), 6..text.len(), Tier::Low);
        assert_eq!(ahead.iter().map(|span| span.start).collect::<Vec<_>>(), [28]);
        assert!(classifier.spans(b"4539 5787 6362 1487", 0..19, Tier::Low).is_empty());
    }

    #[test]
    fn a_rule_accepts_what_its_pattern_spans_and_its_validator_does_not_refuse() {
        let classifier = Classifier::compile(&RulePack::embedded()).unwrap();
        let accepts = |text: &str, span: Range<usize>| classifier.accepts("payment_card.grouped", text.as_bytes(), span);
        assert_eq!(accepts("4539 5787 6362 1486", 0..19), Some(true));
        assert_eq!(accepts("is 4539 5787 6362 1486!", 3..22), Some(true));
        assert_eq!(accepts("4539 5787 6362 1487", 0..19), Some(false)); // the check digit
        assert_eq!(accepts("4539 5787 6362 1486", 0..14), Some(false)); // a part of it
        assert_eq!(classifier.accepts("no.such_rule", b"1", 0..1), None);
    }
}
