use anyhow::Context;
use terrier_rules::{Builtin, Rule, RulePack};

/// The packs whose rules are measured: those with a pattern, since a peer can be given nothing else.
pub(crate) struct Packs {
    pub(crate) default: RulePack,
    pub(crate) extended: RulePack,
}

impl Packs {
    pub(crate) fn load() -> anyhow::Result<Self> {
        let extended = RulePack::load(&[], Builtin::Extended).context("the extended rules cannot be loaded")?;
        let mut packs = Self { default: RulePack::embedded(), extended };
        for pack in [&mut packs.default, &mut packs.extended] {
            pack.rules.retain(|rule| rule.pattern().is_some());
        }
        Ok(packs)
    }

    /// Iterates over the packs by name.
    pub(crate) fn each(&self) -> [(&'static str, &RulePack); 2] {
        [("default", &self.default), ("extended", &self.extended)]
    }
}

/// A rule that a peer does not take.
#[derive(Debug, Clone)]
pub(crate) struct Refused {
    pub(crate) rule: String,
    pub(crate) reason: String,
}

/// Returns the rule's pattern without the name of the group whose span counts: a name may stand once in an alternation of all rules.
pub(crate) fn pattern(rule: &Rule) -> String {
    let pattern = rule.pattern().expect("the packs hold rules with a pattern alone");
    pattern.replace("(?P<value>", "(?:").replace("(?<value>", "(?:")
}

/// Returns the pattern for engines that cannot look at one side of a place only. They take the byte there into the match instead, which
/// moves the match by that byte and changes nothing else.
pub(crate) fn pattern_without_half_boundaries(rule: &Rule) -> String {
    pattern(rule).replace(r"\b{start-half}", r"(?:^|\W)").replace(r"\b{end-half}", r"(?:$|\W)")
}
