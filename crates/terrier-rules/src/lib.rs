//! The rule-pack format: loading, linting of form, and the embedded default pack.
//!
//! A pack is a YAML file that may define classes of sensitive data, rules that recognise them, regulations that cover them and
//! the weights by which evidence counts. `docs/rules.md` describes the format for authors of their own packs.
//!
//! **Invariant:** this crate does not know how matching is done: it parses patterns to judge their form, and never runs one.
//!
//! **Invariant:** every complaint about a pack names file, line, what is wrong and what to do.

mod class;
mod diagnostic;
mod digest;
mod evidence;
mod file;
mod lint;
mod load;
mod pack;
mod rule;

pub use class::{Category, ClassRegulation, ClassSpec, CombinationSpec, RegulationSpec};
pub use diagnostic::{Diagnostic, Location, Severity};
pub use evidence::{EvidenceWeight, EvidenceWeights, Tiers};
pub use lint::lint;
pub use load::RulesError;
pub use pack::{Builtin, RulePack};
pub use rule::{Checksum, Keyword, Matcher, Normalize, Rule, TestMatch, TestValue};
