use std::path::PathBuf;

use terrier_model::DataClass;

use crate::{ClassSpec, CombinationSpec, EvidenceWeights, RegulationSpec, Rule, RulesError, digest, load};

/// Classes, rules, regulations and evidence weights, merged from one or more pack files and checked to fit together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RulePack {
    /// The regulations, ordered by id.
    pub regulations: Vec<RegulationSpec>,
    /// The classes, ordered by id.
    pub classes: Vec<ClassSpec>,
    /// What classes are together, ordered by id.
    pub combinations: Vec<CombinationSpec>,
    /// The rules: those with a pattern first, then those with a recogniser, both ordered by id.
    pub rules: Vec<Rule>,
    /// The weights of evidence.
    pub evidence: EvidenceWeights,
}

/// Which of the packs that are part of the program are in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Builtin {
    /// None; their regulations and weights remain, since every pack builds on them.
    None,
    /// Those that every scan runs.
    #[default]
    Default,
    /// Those, and the extended ones: rules for many more issuers and countries, which cost time at every byte.
    Extended,
}

impl RulePack {
    /// Returns the default pack, which is part of the program.
    ///
    /// # Panics
    /// Never: a test loads the embedded files.
    pub fn embedded() -> Self {
        load::load(&[], Builtin::Default).expect("the embedded packs are loaded by a test")
    }

    /// Loads the packs (`*.yaml`, `*.yml`) of `dirs`, in addition to embedded ones or instead of them.
    ///
    /// The packs of `dirs` may add rules to classes of the embedded ones and override weights of evidence. Without the embedded
    /// packs, their classes and rules are left out; their regulations and weights remain, since every pack builds on them.
    ///
    /// # Errors
    /// Every problem found, each with file, line and remedy.
    pub fn load(dirs: &[PathBuf], builtin: Builtin) -> Result<Self, RulesError> {
        load::load(dirs, builtin)
    }

    /// Returns the SHA-256, in hexadecimal, over everything that the pack says. Order and layout of the files do not matter.
    pub fn digest(&self) -> String {
        digest::digest(self)
    }

    /// Returns the SHA-256, in hexadecimal, over everything that findings follow from. Where it is equal and [`RulePack::digest`] is not,
    /// only names, labels and laws changed: findings stay, and their labels can be computed again without reading anything.
    pub fn detection_digest(&self) -> String {
        digest::detection(self)
    }

    /// Returns the class of that id.
    pub fn class(&self, id: &DataClass) -> Option<&ClassSpec> {
        self.classes.binary_search_by(|class| class.id.cmp(id)).ok().map(|index| &self.classes[index])
    }

    /// Returns the rule of that id.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// Returns the regulation of that id.
    pub fn regulation(&self, id: &str) -> Option<&RegulationSpec> {
        self.regulations.binary_search_by(|regulation| regulation.id.as_str().cmp(id)).ok().map(|index| &self.regulations[index])
    }

    /// Iterates over the rules of a class.
    pub fn rules_of<'a>(&'a self, class: &'a DataClass) -> impl Iterator<Item = &'a Rule> {
        self.rules.iter().filter(move |rule| rule.class == *class)
    }
}
