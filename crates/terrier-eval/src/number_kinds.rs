//! Which rules know which kind of number, and what a text says around one.

use std::collections::BTreeMap;

use serde::Deserialize;
use terrier_rules::RulePack;

use crate::EvalError;
use crate::corpus::VectorRecord;
use crate::glob::fits;

const EMBEDDED: &str = include_str!("../number_kinds.yaml");
const PHONES: &str = include_str!("../phone_carriers.yaml");

/// Stands for the number in a carrier.
const NUMBER: &str = "{}";
/// Stands for the name of the country.
const COUNTRY: &str = "{country}";

/// The kinds of numbers that vectors may be of.
#[derive(Debug)]
pub(crate) struct NumberKinds {
    kinds: BTreeMap<String, Kind>,
    phones: Phones,
    phone_rules: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kind {
    /// Ids of rules, with `*` for anything.
    rules: Vec<String>,
    carrier: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Phones {
    rules: Vec<String>,
    /// By format.
    carriers: BTreeMap<String, String>,
    /// Names of countries, by region.
    countries: BTreeMap<String, String>,
}

/// A number, and the text that carries it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Carried {
    pub(crate) text: String,
    /// Where the number stands, in bytes.
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// A kind of number with the rules in force that know it.
#[derive(Debug)]
pub(crate) struct Known<'k> {
    pub(crate) rules: &'k [String],
    carrier: String,
}

impl NumberKinds {
    /// Reads the kinds, those that are part of the program or others, and keeps of their rules those that are in force.
    pub(crate) fn read(given: Option<(&str, &str)>, pack: &RulePack) -> Result<Self, EvalError> {
        let (file, text) = given.unwrap_or(("number_kinds.yaml", EMBEDDED));
        let mut kinds: BTreeMap<String, Kind> = serde_saphyr::from_str(text).map_err(|error| EvalError::yaml(file, &error))?;
        let phones: Phones = serde_saphyr::from_str(PHONES).map_err(|error| EvalError::yaml("phone_carriers.yaml", &error))?;
        for (name, kind) in &mut kinds {
            if !kind.carrier.contains(NUMBER) {
                let problem = format!("the carrier of `{name}` has no place for the number");
                return Err(EvalError::new(file, 0, problem, "write `{}` where it goes, as in \"PESEL: {}\""));
            }
            kind.rules = in_force(&kind.rules, pack);
        }
        Ok(Self { kinds, phone_rules: in_force(&phones.rules, pack), phones })
    }

    /// Returns what is known of the kind of a vector; `None` where no rule in force knows it.
    pub(crate) fn of(&self, vector: &VectorRecord) -> Option<Known<'_>> {
        let known = match &vector.module {
            Some(module) => {
                let kind = self.kinds.get(module)?;
                Known { rules: &kind.rules, carrier: kind.carrier.clone() }
            }
            None => {
                let format = vector.format.as_deref().unwrap_or("e164");
                let carrier = self.phones.carriers.get(format).map_or(NUMBER, String::as_str);
                let region = vector.region.as_deref().unwrap_or_default();
                let country = self.phones.countries.get(region).map_or(region, String::as_str);
                Known { rules: &self.phone_rules, carrier: carrier.replace(COUNTRY, country) }
            }
        };
        (!known.rules.is_empty()).then_some(known)
    }
}

fn in_force(selectors: &[String], pack: &RulePack) -> Vec<String> {
    let is_meant = |id: &&str| selectors.iter().any(|selector| fits(selector, id));
    pack.rules.iter().map(|rule| rule.id.as_str()).filter(is_meant).map(str::to_owned).collect()
}

impl Known<'_> {
    /// Puts the number into its carrier.
    pub(crate) fn carry(&self, number: &str) -> Carried {
        let (before, after) = self.carrier.split_once(NUMBER).unwrap_or(("", ""));
        Carried { text: format!("{before}{number}{after}"), start: before.len(), end: before.len() + number.len() }
    }
}

#[cfg(test)]
mod tests {
    use terrier_rules::Builtin;

    use super::*;

    fn vector(json: &str) -> VectorRecord {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn every_rule_that_is_named_exists() {
        let pack = RulePack::load(&[], Builtin::Extended).unwrap();
        let file: BTreeMap<String, Kind> = serde_saphyr::from_str(EMBEDDED).unwrap();
        for (name, kind) in &file {
            for rule in &kind.rules {
                assert!(pack.rules.iter().any(|known| fits(rule, &known.id)), "{name} names {rule}, which does not exist");
            }
        }
        let phones = NumberKinds::read(None, &pack).unwrap();
        assert!(!phones.phone_rules.is_empty());
    }

    #[test]
    fn numbers_are_carried() {
        let pack = RulePack::load(&[], Builtin::Extended).unwrap();
        let kinds = NumberKinds::read(Some(("k.yaml", "stdnum.a: {rules: ['pl_pesel.*'], carrier: 'é {} ł'}\n")), &pack).unwrap();
        let known = kinds.of(&vector(r#"{"id":"1","text":"12","valid":true,"module":"stdnum.a"}"#)).unwrap();
        let carried = known.carry("12");
        assert_eq!(&carried.text[carried.start..carried.end], "12");
        assert_eq!(carried.text, "é 12 ł");
        assert!(kinds.of(&vector(r#"{"id":"1","text":"12","valid":true,"module":"stdnum.b"}"#)).is_none());
        let phone = kinds.of(&vector(r#"{"id":"1","text":"12","valid":true,"region":"PL","format":"national"}"#)).unwrap();
        assert!(phone.carry("12").text.contains("Poland"), "{:?}", phone.carry("12"));
    }

    #[test]
    fn a_carrier_without_a_place_is_refused() {
        let told = NumberKinds::read(Some(("k.yaml", "stdnum.a: {rules: [], carrier: 'x'}\n")), &RulePack::embedded()).unwrap_err();
        assert!(told.to_string().contains("`stdnum.a`"), "{told}");
    }
}
