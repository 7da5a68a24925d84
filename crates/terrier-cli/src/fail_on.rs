//! What makes a scan end with exit code 1.

use anyhow::bail;
use terrier_model::{DataClass, Tier};
use terrier_query::Summary;
use terrier_rules::RulePack;

/// Conditions of `--fail-on`, any of which suffices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FailOn(Vec<Condition>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    class: Option<DataClass>,
    tier: Tier,
}

impl FailOn {
    /// Reads `TIER`, `CLASS` (at any tier) and `CLASS:TIER`.
    pub(crate) fn parse(typed: &[String], pack: &RulePack) -> anyhow::Result<Self> {
        typed.iter().map(|condition| Condition::parse(condition, pack)).collect::<Result<_, _>>().map(Self)
    }

    /// Tells whether something at or above a condition was found. Test values do not count.
    pub(crate) fn is_met(&self, found: &Summary) -> bool {
        self.0.iter().any(|condition| condition.is_met(found))
    }
}

impl Condition {
    fn parse(typed: &str, pack: &RulePack) -> anyhow::Result<Self> {
        if let Some(tier) = Tier::parse(typed) {
            return Ok(Self { class: None, tier });
        }
        let (class, tier) = match typed.split_once(':') {
            Some((class, tier)) => (class, Tier::parse(tier)),
            None => (typed, Some(Tier::Low)),
        };
        let class = DataClass::new(class);
        match (pack.class(&class), tier) {
            (Some(_), Some(tier)) => Ok(Self { class: Some(class), tier }),
            (Some(_), None) => bail!("--fail-on {typed}: expected a tier after the colon: high, medium or low"),
            (None, _) => bail!("--fail-on {typed}: neither a tier (high, medium, low) nor a class; see: terrier rules list"),
        }
    }

    fn is_met(&self, found: &Summary) -> bool {
        let classes = found.classes.iter().filter(|row| self.class.as_ref().is_none_or(|class| *class == row.class));
        classes
            .into_iter()
            .any(|row| row.high > 0 || (self.tier <= Tier::Medium && row.medium > 0) || (self.tier == Tier::Low && row.low > 0))
    }
}
