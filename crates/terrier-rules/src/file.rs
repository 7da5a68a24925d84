//! The form of a pack file as it is written, before anything is checked or resolved.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::Spanned;

/// A pack file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PackFile {
    pub(crate) pack: Spanned<String>,
    #[serde(default)]
    pub(crate) regulations: Vec<RegulationEntry>,
    #[serde(default)]
    pub(crate) classes: Vec<ClassEntry>,
    #[serde(default)]
    pub(crate) combinations: Vec<CombinationEntry>,
    #[serde(default)]
    pub(crate) rules: Vec<RuleEntry>,
    #[serde(default)]
    pub(crate) evidence: EvidenceEntry,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RegulationEntry {
    pub(crate) id: Spanned<String>,
    pub(crate) name: String,
    pub(crate) title: String,
    pub(crate) jurisdiction: String,
    pub(crate) duty: String,
    pub(crate) reference: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClassEntry {
    pub(crate) id: Spanned<String>,
    pub(crate) name: String,
    pub(crate) category: Spanned<String>,
    pub(crate) sensitivity: Spanned<String>,
    #[serde(default)]
    pub(crate) regulations: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    pub(crate) jurisdictions: Vec<String>,
    pub(crate) person_key: Option<Spanned<u8>>,
    #[serde(default)]
    pub(crate) groups: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CombinationEntry {
    pub(crate) id: Spanned<String>,
    pub(crate) name: String,
    pub(crate) of: Vec<Spanned<String>>,
    pub(crate) sensitivity: Spanned<String>,
    #[serde(default)]
    pub(crate) regulations: BTreeMap<String, Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleEntry {
    pub(crate) id: Spanned<String>,
    pub(crate) class: Spanned<String>,
    pub(crate) description: String,
    pub(crate) pattern: Option<Spanned<String>>,
    pub(crate) recognizer: Option<Spanned<String>>,
    pub(crate) validator: Option<String>,
    pub(crate) prior: f64,
    #[serde(default)]
    pub(crate) checksum: ChecksumEntry,
    #[serde(default)]
    pub(crate) keywords: Vec<String>,
    #[serde(default)]
    pub(crate) keyword_required: bool,
    #[serde(default)]
    pub(crate) fields: Vec<String>,
    #[serde(default)]
    pub(crate) negative_fields: Vec<String>,
    #[serde(default)]
    pub(crate) normalize: NormalizeEntry,
    #[serde(default)]
    pub(crate) examples: Vec<String>,
    #[serde(default)]
    pub(crate) counter_examples: Vec<String>,
    #[serde(default)]
    pub(crate) test_values: Vec<TestValueEntry>,
    #[serde(default)]
    pub(crate) references: Vec<String>,
}

#[derive(Debug, Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ChecksumEntry {
    Strong,
    Weak,
    #[default]
    None,
}

#[derive(Debug, Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
pub(crate) enum NormalizeEntry {
    Digits,
    AlphanumericUpper,
    Lower,
    #[default]
    Exact,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TestValueEntry {
    pub(crate) value: Option<String>,
    pub(crate) pattern: Option<Spanned<String>>,
    pub(crate) reason: Spanned<String>,
}

#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(crate) struct EvidenceEntry {
    pub(crate) tiers: Option<TiersEntry>,
    #[serde(default)]
    pub(crate) weights: BTreeMap<String, WeightEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TiersEntry {
    pub(crate) medium: Spanned<f64>,
    pub(crate) high: f64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct WeightEntry {
    pub(crate) weight: Spanned<f64>,
    pub(crate) meaning: Option<String>,
}
