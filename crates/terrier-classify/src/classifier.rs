use std::ops::Range;

use terrier_content::{FingerprintKey, Match};
use terrier_model::{DataClass, Tier};
use terrier_rules::{ClassSpec, Location, RegulationSpec, Rule, RulePack};

use crate::Session;
use crate::engine::{Backend, Engine, Instructions, LONGEST_MATCH, PatternError};
use crate::field::Fields;
use crate::keywords::Words;
use crate::rule::{CompiledRule, RuleError};
use crate::rule_set::RuleSet;
use crate::signal::Weights;

/// A rule pack made ready to run. Shared by all threads.
pub struct Classifier {
    pub(crate) engine: Engine,
    pub(crate) rules: Vec<CompiledRule>,
    pub(crate) classes: Vec<ClassSpec>,
    pub(crate) regulations: Vec<RegulationSpec>,
    pub(crate) words: Words,
    pub(crate) fields: Fields,
    pub(crate) weights: Weights,
    digest: String,
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
        let patterns: Vec<&str> = pack.rules.iter().map(|rule| rule.pattern.as_str()).collect();
        let words = Words::new(&pack.rules);
        let mut on_demand = RuleSet::with_room(rules.len());
        (0..).zip(&rules).filter(|(_, rule)| rule.keyword_required).for_each(|(index, _)| on_demand.insert(index));
        let engine = Engine::compile_with(&patterns, &on_demand, words.sequences(), backend, instructions)
            .map_err(|(index, error)| pattern_error(&pack.rules[index], error))?;
        Ok(Self {
            engine,
            rules,
            classes: pack.classes.clone(),
            regulations: pack.regulations.clone(),
            words,
            fields: Fields::new(&pack.rules),
            weights: Weights::new(&pack.evidence),
            digest: pack.digest(),
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

    /// Starts the classification of one asset or member. Fingerprints are computed under `key`, where there is one.
    pub fn session<'c>(&'c self, key: Option<&'c FingerprintKey>) -> Session<'c> {
        Session::new(self, key)
    }

    /// Returns the class and span of each value found in a text that is complete in itself, from `least` tier on, test values included.
    /// For the scoring of rules; a scan uses [`Classifier::session`].
    pub fn spans(&self, text: &[u8], least: Tier) -> Vec<(DataClass, usize, usize)> {
        let values = self.values(text, 0..text.len());
        values
            .into_iter()
            .filter(|value| value.tier >= least)
            .map(|value| {
                let class = self.rules[value.span.rule as usize].class;
                (self.classes[class as usize].id.clone(), value.span.start as usize, value.span.end as usize)
            })
            .collect()
    }
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
        let engine = Engine::compile(&[rule.pattern.as_str()], &RuleSet::default(), Vec::new(), Backend::Rust);
        names.into_iter().chain(engine.err().map(|(_, error)| pattern_error(rule, error)))
    };
    pack.rules.iter().flat_map(problems_of).collect()
}

fn compile_rule(pack: &RulePack, rule: &Rule) -> Result<CompiledRule, CompileError> {
    CompiledRule::new(rule, &pack.classes).map_err(|error| {
        let (problem, remedy) = explain_rule(&error, rule.validator.as_deref().unwrap_or_default());
        CompileError { rule: rule.id.clone(), location: rule.location.clone(), problem, remedy }
    })
}

fn pattern_error(rule: &Rule, error: PatternError) -> CompileError {
    let (problem, remedy) = explain_pattern(error);
    CompileError { rule: rule.id.clone(), location: rule.pattern_location.clone(), problem, remedy }
}

fn explain_rule(error: &RuleError, validator: &str) -> (String, String) {
    match error {
        RuleError::Validator => (format!("there is no validator `{validator}`"), "name one that `terrier rules list` shows".to_owned()),
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
