//! Which rules the name of a column or key speaks for, and which against.

use std::collections::{BTreeMap, HashMap};

use terrier_rules::Rule;

use crate::keywords::Keywords;
use crate::name::Name;
use crate::rule_set::RuleSet;

/// Longest field, in words.
const MOST_WORDS: usize = 6;

/// The fields and negative fields of all rules.
pub(crate) struct Fields {
    fields: HashMap<String, Vec<u32>>,
    negative: HashMap<String, Vec<u32>>,
}

/// How a name speaks of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// It is, or holds, one of the rule's fields.
    Named,
    /// It holds a word that speaks against the rule.
    Negative,
    /// Neither.
    Silent,
}

/// What a name says of all rules.
#[derive(Debug, Clone, Default)]
pub(crate) struct Spoken {
    named: RuleSet,
    negative: RuleSet,
    keywords: RuleSet,
}

impl Spoken {
    /// Says how the name speaks of the rule.
    pub(crate) fn field(&self, rule: u32) -> Field {
        match () {
            () if self.named.contains(rule) => Field::Named,
            () if self.negative.contains(rule) => Field::Negative,
            () => Field::Silent,
        }
    }

    /// Tells whether the name holds a keyword of the rule.
    pub(crate) fn has_keyword(&self, rule: u32) -> bool {
        self.keywords.contains(rule)
    }

    /// Tells whether the name speaks for the rule in either way.
    pub(crate) fn names(&self, rule: u32) -> bool {
        self.named.contains(rule) || self.keywords.contains(rule)
    }
}

impl Fields {
    pub(crate) fn new(rules: &[Rule]) -> Self {
        let index = |names: fn(&Rule) -> &Vec<String>| {
            let mut by_name: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
            for (index, rule) in (0..).zip(rules) {
                names(rule).iter().for_each(|name| by_name.entry(name).or_default().push(index));
            }
            by_name.into_iter().map(|(name, rules)| (name.to_owned(), rules)).collect()
        };
        Self { fields: index(|rule| &rule.fields), negative: index(|rule| &rule.negative_fields) }
    }

    /// Says what a name means for all rules. A negative word counts unless the name as a whole is a field.
    pub(crate) fn speak(&self, name: &Name, keywords: &Keywords) -> Spoken {
        let words: Vec<&str> = name.words().collect();
        let mut spoken = Spoken { keywords: keywords.rules_in(words.join(" ").as_bytes()), ..Spoken::default() };
        let whole = words.join("_");
        let is = |rule: &u32| self.fields.get(&whole).is_some_and(|rules| rules.contains(rule));
        for word in &words {
            let against = self.negative.get(*word).into_iter().flatten();
            against.filter(|rule| !is(rule)).for_each(|rule| spoken.negative.insert(*rule));
        }
        for first in 0..words.len() {
            for last in first..words.len().min(first + MOST_WORDS) {
                let phrase = words[first..=last].join("_");
                let singular = phrase.strip_suffix('s').unwrap_or(&phrase);
                for named in [self.fields.get(&phrase), self.fields.get(singular)].into_iter().flatten().flatten() {
                    if !spoken.negative.contains(*named) {
                        spoken.named.insert(*named);
                    }
                }
            }
        }
        spoken
    }
}

#[cfg(test)]
mod tests {
    use terrier_rules::RulePack;

    use super::*;

    fn check(name: &str, expected: Field) {
        let mut rule = RulePack::embedded().rules[0].clone();
        rule.fields = vec!["ssn".to_owned(), "social_security_number".to_owned(), "card_type".to_owned()];
        rule.negative_fields = vec!["count".to_owned(), "type".to_owned()];
        let rules = [rule];
        let spoken = Fields::new(&rules).speak(&Name::new(name.as_bytes()), &Keywords::new(&rules));
        assert_eq!(spoken.field(0), expected, "{name}");
    }

    #[test]
    fn names_speak_for_and_against() {
        check("ssn", Field::Named);
        check("customerSSN", Field::Named);
        check("ssns", Field::Named);
        check("customer.social-security number[]", Field::Named);
        check("social_security", Field::Silent);
        check("classname", Field::Silent);
        check("ssn_count", Field::Negative);
        check("card_type", Field::Named);
    }
}
