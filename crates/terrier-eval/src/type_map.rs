//! What the classes of the rules and the labels of the corpora mean to each other.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use terrier_rules::{ClassSpec, RulePack};

use crate::EvalError;
use crate::glob::fits;

/// The map that is part of the program.
const EMBEDDED: &str = include_str!("../common_types.yaml");

/// The common types, and which classes answer to each.
#[derive(Debug, Clone)]
pub(crate) struct CommonTypes {
    groups: BTreeMap<String, Vec<String>>,
    aliases: BTreeMap<String, String>,
    labels: BTreeMap<String, Vec<String>>,
    neutral: Vec<String>,
    not_scored: BTreeSet<String>,
    by_class: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    types: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    groups: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    aliases: BTreeMap<String, String>,
    #[serde(default)]
    labels: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    neutral: Vec<String>,
    #[serde(default)]
    not_scored: BTreeSet<String>,
}

/// What a label of a corpus means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// It is to be found, as this common type.
    Scored(String),
    /// Nobody is asked to find it; what is found there is wrong.
    NotScored,
    /// Whether it is to be found is a matter of taste: what is found there is neither right nor wrong.
    Neutral,
}

impl CommonTypes {
    /// Reads the map that is part of the program.
    pub(crate) fn embedded(pack: &RulePack) -> Result<Self, EvalError> {
        Self::parse("common_types.yaml", EMBEDDED, pack)
    }

    /// Reads a map, and finds out which classes of the pack each of its selectors means.
    pub(crate) fn parse(file: &str, text: &str, pack: &RulePack) -> Result<Self, EvalError> {
        let File { types, groups, aliases, labels, neutral, not_scored } =
            serde_saphyr::from_str(text).map_err(|error| EvalError::yaml(file, &error))?;
        for (group, members) in &groups {
            if let Some(unknown) = members.iter().find(|member| !types.contains_key(*member)) {
                let problem = format!("the group `{group}` names the type `{unknown}`, which is not among `types`");
                return Err(EvalError::new(file, 0, problem, "add it there, or correct the name"));
            }
        }
        let types_of = |class: &ClassSpec| -> Vec<String> {
            types.iter().filter(|(_, selectors)| selects(selectors, class)).map(|(name, _)| name.clone()).collect()
        };
        let by_class = pack.classes.iter().map(|class| (class.id.as_str().to_owned(), types_of(class))).collect();
        Ok(Self { groups, aliases, labels, neutral, not_scored, by_class })
    }

    /// Returns the types that a class answers to.
    pub(crate) fn of_class(&self, class: &str) -> &[String] {
        self.by_class.get(class).map(Vec::as_slice).unwrap_or_default()
    }

    /// Tells whether some class in force answers to the type, or to one of the group.
    pub(crate) fn is_covered(&self, name: &str) -> bool {
        let members = self.members(name);
        self.by_class.values().flatten().any(|of| members.contains(&of.as_str()))
    }

    /// Returns the types that a lane is made of: those of a group, or the type itself.
    pub(crate) fn members<'a>(&'a self, name: &'a str) -> Vec<&'a str> {
        self.groups.get(name).map_or_else(|| vec![name], |members| members.iter().map(String::as_str).collect())
    }

    /// Tells whether it is a group of types.
    pub(crate) fn is_group(&self, name: &str) -> bool {
        self.groups.contains_key(name)
    }

    /// Returns the groups of which some member is among the types.
    pub(crate) fn groups_of(&self, types: &BTreeSet<String>) -> Vec<String> {
        let holds = |members: &Vec<String>| members.iter().any(|member| types.contains(member));
        self.groups.iter().filter(|(_, members)| holds(members)).map(|(name, _)| name.clone()).collect()
    }

    /// Returns the common name of a type.
    pub(crate) fn common<'a>(&'a self, name: &'a str) -> &'a str {
        self.aliases.get(name).map_or(name, String::as_str)
    }

    /// Says what a span's label means: its common type where the corpus gives one, else what its own label is like.
    pub(crate) fn meaning(&self, own: Option<&str>, common: Option<&str>) -> Meaning {
        if own.is_some_and(|own| self.neutral.iter().any(|pattern| fits(pattern, own))) {
            return Meaning::Neutral;
        }
        let by_label = |own: &str| {
            self.labels.iter().find(|(_, patterns)| patterns.iter().any(|pattern| fits(pattern, own))).map(|(name, _)| name.clone())
        };
        let name = match (common, own) {
            (Some(common), _) => self.common(common).to_owned(),
            (None, Some(own)) => by_label(own).unwrap_or_else(|| self.common(own).to_owned()),
            (None, None) => return Meaning::NotScored,
        };
        if self.not_scored.contains(&name) { Meaning::NotScored } else { Meaning::Scored(name) }
    }
}

/// Tells whether a list of selectors means a class: an id with `*` for anything, `category:NAME`, and either with `-` before it to leave
/// out. The last one that fits decides.
fn selects(selectors: &[String], class: &ClassSpec) -> bool {
    let mut selected = false;
    for selector in selectors {
        let (positive, selector) = selector.strip_prefix('-').map_or((true, selector.as_str()), |selector| (false, selector));
        let is_meant = match selector.strip_prefix("category:") {
            Some(category) => class.category.as_str() == category,
            None => fits(selector, class.id.as_str()),
        };
        if is_meant {
            selected = positive;
        }
    }
    selected
}

#[cfg(test)]
mod tests {
    use terrier_rules::Builtin;

    use super::*;

    fn embedded() -> CommonTypes {
        CommonTypes::embedded(&RulePack::load(&[], Builtin::Extended).unwrap()).unwrap()
    }

    #[test]
    fn classes_answer_to_the_types_of_corpora() {
        let types = embedded();
        for (class, name) in [
            ("email", "EMAIL"),
            ("payment_card", "CREDIT_CARD"),
            ("us_ssn", "US_SSN"),
            ("pl_pesel", "NATIONAL_ID"),
            ("pl_nip", "TAX_ID"),
            ("github_token", "SECRET"),
            ("uk_passport", "PASSPORT"),
            ("medical_record_number", "MEDICAL_ID"),
        ] {
            assert!(types.of_class(class).iter().any(|of| of == name), "{class} is none of {name}: {:?}", types.of_class(class));
        }
        assert!(!types.of_class("pl_nip").iter().any(|of| of == "NATIONAL_ID"));
        assert!(!types.is_covered("OCCUPATION"));
        assert!(types.is_covered("SECRET"));
    }

    #[test]
    fn labels_are_understood() {
        let types = embedded();
        let scored = |name: &str| Meaning::Scored(name.to_owned());
        assert_eq!(types.meaning(Some("EMAIL_ADDRESS"), Some("EMAIL")), scored("EMAIL"));
        assert_eq!(types.meaning(Some("URL Credentials"), None), scored("SECRET"));
        assert_eq!(types.meaning(Some("Auth:JSON Web Token"), None), scored("SECRET"));
        assert_eq!(types.meaning(Some("UUID"), None), Meaning::Neutral);
        assert_eq!(types.meaning(Some("SECRET:AWS S3 Bucket"), Some("SECRET")), Meaning::Neutral);
        assert_eq!(types.meaning(Some("GPE"), Some("O")), Meaning::NotScored);
        assert_eq!(types.meaning(Some("PHONE_NUMBER"), None), scored("PHONE"));
        assert_eq!(types.meaning(None, None), Meaning::NotScored);
    }

    #[test]
    fn a_map_that_does_not_fit_is_refused_with_its_place() {
        let pack = RulePack::embedded();
        let error = CommonTypes::parse("map.yaml", "types:\n  A: [email]\ngruops: {}\n", &pack).unwrap_err().to_string();
        assert!(error.starts_with("map.yaml:3: ") && error.contains("gruops"), "{error}");
        let error = CommonTypes::parse("map.yaml", "types: {}\ngroups: {B: [C]}\n", &pack).unwrap_err().to_string();
        assert!(error.contains("`B`") && error.contains("`C`"), "{error}");
    }
}
