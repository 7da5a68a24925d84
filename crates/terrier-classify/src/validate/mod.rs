//! Validators: pure functions that judge the bytes a pattern matched, one file per family.
//!
//! A validator sees the span alone, never its surroundings: what stands around a value is weighed as evidence elsewhere.

mod americas;
mod asia;
mod banking;
mod calendar;
mod checksum;
mod digits;
mod driving;
mod email;
mod europe;
mod health;
mod iban;
mod mrz;
mod network;
mod password;
mod payment_card;
mod phone;
mod private_key;
mod token;
mod top_level_domain;

pub(crate) use health::us_npi;

/// What a validator says of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verdict {
    /// Checksum or structure agree: the rule's `checksum` evidence counts.
    Valid,
    /// Nothing speaks against it, and nothing was verified: the pattern's prior stands alone.
    Plausible,
    /// It is not a value of the class: the match is dropped.
    Invalid,
}

impl Verdict {
    /// Says [`Verdict::Valid`] where the check passed, else [`Verdict::Invalid`].
    const fn valid_if(passed: bool) -> Self {
        if passed { Self::Valid } else { Self::Invalid }
    }
}

/// Judges the bytes of a match.
pub type Validator = fn(&[u8]) -> Verdict;

/// Every validator, by the name that rule packs give.
const VALIDATORS: &[(&str, Validator)] = &[
    ("aws_key", token::aws_key),
    ("br_cpf", americas::br_cpf),
    ("ca_sin", americas::ca_sin),
    ("connection_string", password::connection_string),
    ("date_of_birth", calendar::date_of_birth),
    ("de_tax_id", europe::de_tax_id),
    ("email", email::email),
    ("es_dni_nie", europe::es_dni_nie),
    ("fr_nir", europe::fr_nir),
    ("github_token", token::github_token),
    ("iban", iban::iban),
    ("icd10", health::icd10),
    ("in_aadhaar", asia::in_aadhaar),
    ("in_pan", asia::in_pan),
    ("ipv4", network::ipv4),
    ("ipv6", network::ipv6),
    ("it_codice_fiscale", europe::it_codice_fiscale),
    ("jwt", token::jwt),
    ("mac_address", network::mac_address),
    ("mrz", mrz::mrz),
    ("not_uniform", digits::not_uniform),
    ("password", password::password),
    ("password_strong", password::password_strong),
    ("password_word", password::password_word),
    ("payment_card", payment_card::payment_card),
    ("phone_any", phone::of_any_region),
    ("phone_br", phone::br),
    ("phone_de", phone::de),
    ("phone_es", phone::es),
    ("phone_fr", phone::fr),
    ("phone_gb", phone::gb),
    ("phone_in", phone::india),
    ("phone_international", phone::international),
    ("phone_it", phone::it),
    ("phone_pl", phone::pl),
    ("phone_us", phone::us),
    ("private_key", private_key::private_key),
    ("random_token", token::random_token),
    ("uk_nhs_number", health::uk_nhs_number),
    ("uk_nino", europe::uk_nino),
    ("us_aba_routing", banking::us_aba_routing),
    ("us_bank_account", banking::us_bank_account),
    ("us_dea", health::us_dea),
    ("us_driving_licence", driving::us_driving_licence),
    ("us_ein", americas::us_ein),
    ("us_itin", americas::us_itin),
    ("us_npi", health::us_npi),
    ("us_ssn", americas::us_ssn),
];

/// Returns the validator of that name, as rule packs give it.
pub fn by_name(name: &str) -> Option<Validator> {
    VALIDATORS.binary_search_by_key(&name, |(known, _)| known).ok().map(|index| VALIDATORS[index].1)
}

/// Returns the names of all validators, in order.
pub fn names() -> impl Iterator<Item = &'static str> {
    VALIDATORS.iter().map(|(name, _)| *name)
}

#[cfg(test)]
pub(crate) mod testing {
    use super::{Verdict, by_name};

    /// Asserts what the validator of that name says of each value.
    pub(crate) fn check(validator: &str, expected: Verdict, values: &[&str]) {
        let validate = by_name(validator).expect("the validator is registered");
        for value in values {
            assert_eq!(validate(value.as_bytes()), expected, "{validator} of {value}");
        }
    }

    /// Asserts that of the ten values that differ in the given digit, exactly `passing` are valid.
    pub(crate) fn check_digit_decides(validator: &str, value: &str, place: usize, passing: usize) {
        let validate = by_name(validator).expect("the validator is registered");
        let valid = (b'0'..=b'9')
            .filter(|digit| {
                let mut changed = value.as_bytes().to_vec();
                changed[place] = *digit;
                validate(&changed) == Verdict::Valid
            })
            .count();
        assert_eq!(valid, passing, "{validator} of {value} with digit {place} changed");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::bytes::RegexBuilder;
    use terrier_rules::{Rule, RulePack};

    use super::*;

    /// Returns what the rule's validator says of each span that its pattern finds.
    fn verdicts(rule: &Rule, text: &str) -> Vec<Verdict> {
        let pattern = RegexBuilder::new(&rule.pattern).unicode(false).multi_line(true).build().expect("the pattern compiles");
        let validate = rule.validator.as_deref().map(|name| by_name(name).expect("the validator exists"));
        let spans = pattern.captures_iter(text.as_bytes()).map(|found| found.name("value").unwrap_or_else(|| found.get_match()));
        spans.map(|span| validate.map_or(Verdict::Plausible, |validate| validate(span.as_bytes()))).collect()
    }

    #[test]
    fn the_rule_format_lists_every_validator() {
        let text = include_str!("../../../../docs/rules.md");
        let missing: Vec<&str> = names().filter(|name| !text.contains(&format!("`{name}`"))).collect();
        assert!(missing.is_empty(), "docs/rules.md does not mention {missing:?}");
    }

    #[test]
    fn every_embedded_rule_finds_its_examples() {
        for rule in &RulePack::embedded().rules {
            for example in &rule.examples {
                let found = verdicts(rule, example);
                assert!(found.iter().any(|verdict| *verdict != Verdict::Invalid), "{}: {example}: {found:?}", rule.id);
            }
        }
    }

    #[test]
    fn every_embedded_rule_rejects_most_counter_examples_without_context() {
        for rule in &RulePack::embedded().rules {
            let rejected = |text: &&String| !verdicts(rule, text).contains(&Verdict::Valid);
            let count = rule.counter_examples.iter().filter(rejected).count();
            assert!(count >= 2, "{}: {count} counter-examples fail by form", rule.id);
        }
    }

    #[test]
    fn names_are_sorted_and_found() {
        assert!(VALIDATORS.is_sorted_by_key(|(name, _)| *name));
        assert!(names().all(|name| by_name(name).is_some()));
        assert!(by_name("no_such_validator").is_none());
    }

    proptest! {
        // The numbering plans are slow to ask in a debug build.
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_validator_panics(bytes in proptest::collection::vec(any::<u8>(), 0..120), text in "[ -~\n]{0,90}", number in "[0-9 .()+-]{0,40}") {
            for (_, validate) in VALIDATORS {
                validate(&bytes);
                validate(text.as_bytes());
                validate(number.as_bytes());
            }
        }
    }
}
