//! Validators: pure functions that judge the bytes a pattern matched, one file per family.
//!
//! A validator sees the span alone, never its surroundings: what stands around a value is weighed as evidence elsewhere.

mod account_national;
mod africa;
mod americas;
mod asia;
mod asia_east;
mod asia_south;
mod asia_southeast;
mod balkans;
mod baltics;
mod banking;
mod calendar;
mod card_data;
mod checked_token;
mod checksum;
mod company_europe;
mod country;
mod crypto;
mod device;
mod dialling_prefix;
mod digit_automaton;
mod digits;
mod driving;
mod email;
mod europe;
mod europe_central;
mod europe_east;
mod europe_south;
mod europe_west;
mod health;
mod iban;
mod latin_america;
mod location;
mod medical_code;
mod medicine;
mod middle_east;
mod mrz;
mod network;
mod noise;
mod nordics;
mod numbering_metadata;
mod numbering_plan;
mod oceania;
mod password;
mod payment_card;
mod phone;
mod placeholder;
mod private_key;
mod public_register;
mod publication;
mod securities;
mod seed_phrase;
mod tax_africa;
mod tax_americas;
mod tax_asia;
mod token;
mod top_level_domain;
mod vat;
mod vehicle;
mod word_parts;

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
    ("ad_nrt", company_europe::ad_nrt),
    ("ae_emirates_id", middle_east::ae_emirates_id),
    ("al_identity_number", balkans::al_identity_number),
    ("al_nipt", company_europe::al_nipt),
    ("ar_cbu", account_national::ar_cbu),
    ("ar_cuit", latin_america::ar_cuit),
    ("article", publication::article),
    ("assigned_key", password::assigned_key),
    ("assigned_secret", password::assigned_secret),
    ("at_company_register", company_europe::at_company_register),
    ("at_svnr", europe_west::at_svnr),
    ("at_tax_number", company_europe::at_tax_number),
    ("at_uid", vat::at_uid),
    ("au_abn", oceania::au_abn),
    ("au_acn", oceania::au_acn),
    ("au_medicare", oceania::au_medicare),
    ("au_tfn", oceania::au_tfn),
    ("aws_key", token::aws_key),
    ("az_voen", tax_asia::az_voen),
    ("baltic_personal_code", baltics::baltic_personal_code),
    ("base58_address", crypto::base58_address),
    ("basic_credentials", checked_token::basic_credentials),
    ("be_enterprise_number", europe_west::be_enterprise_number),
    ("be_mod97", company_europe::be_mod97),
    ("be_rijksregister", europe_west::be_rijksregister),
    ("bech32", crypto::bech32),
    ("bech32_address", crypto::bech32_address),
    ("bg_egn", balkans::bg_egn),
    ("bg_lnch", balkans::bg_lnch),
    ("bg_vat", vat::bg_vat),
    ("bh_cpr", middle_east::bh_cpr),
    ("bip39_phrase", seed_phrase::bip39_phrase),
    ("br_cnh", latin_america::br_cnh),
    ("br_cnpj", latin_america::br_cnpj),
    ("br_cns", latin_america::br_cns),
    ("br_cpf", americas::br_cpf),
    ("br_pis", latin_america::br_pis),
    ("br_voter", latin_america::br_voter),
    ("by_personal_number", europe_east::by_personal_number),
    ("by_unp", company_europe::by_unp),
    ("ca_bc_phn", americas::ca_bc_phn),
    ("ca_business_number", americas::ca_business_number),
    ("ca_ohip", americas::ca_ohip),
    ("ca_ramq", americas::ca_ramq),
    ("ca_sin", americas::ca_sin),
    ("card_track", card_data::card_track),
    ("cas_number", public_register::cas_number),
    ("ch_ahv", europe_west::ch_ahv),
    ("ch_esr", account_national::ch_esr),
    ("ch_uid", europe_west::ch_uid),
    ("ch_vat", vat::ch_vat),
    ("cl_rut", latin_america::cl_rut),
    ("cn_resident_id", asia_east::cn_resident_id),
    ("cn_social_credit_code", asia_east::cn_social_credit_code),
    ("co_nit", latin_america::co_nit),
    ("connection_string", password::connection_string),
    ("container", publication::container),
    ("cr_cedula", tax_americas::cr_cedula),
    ("cr_dimex", tax_americas::cr_dimex),
    ("cr_legal_person", tax_americas::cr_legal_person),
    ("creditor_reference", account_national::creditor_reference),
    ("cu_identity_number", latin_america::cu_identity_number),
    ("cusip", securities::cusip),
    ("cy_tic", europe_south::cy_tic),
    ("cz_bank_account", account_national::cz_bank_account),
    ("cz_dic", vat::cz_dic),
    ("cz_ico", europe_central::cz_ico),
    ("cz_rodne_cislo", europe_central::cz_rodne_cislo),
    ("date_of_birth", calendar::date_of_birth),
    ("de_document", europe_west::de_document),
    ("de_health_insurance", europe_west::de_health_insurance),
    ("de_leitweg_id", company_europe::de_leitweg_id),
    ("de_pension_number", europe_west::de_pension_number),
    ("de_tax_id", europe::de_tax_id),
    ("de_tax_number", company_europe::de_tax_number),
    ("de_vat", vat::de_vat),
    ("discord_token", checked_token::discord_token),
    ("dk_cpr", nordics::dk_cpr),
    ("dk_cvr", nordics::dk_cvr),
    ("do_cedula", latin_america::do_cedula),
    ("do_receipt", tax_americas::do_receipt),
    ("do_rnc", tax_americas::do_rnc),
    ("dz_nif", tax_africa::dz_nif),
    ("ec_cedula", latin_america::ec_cedula),
    ("ec_number", public_register::ec_number),
    ("ec_ruc", latin_america::ec_ruc),
    ("ee_registry_code", company_europe::ee_registry_code),
    ("ee_vat", vat::ee_vat),
    ("eg_national_id", africa::eg_national_id),
    ("eip55", crypto::eip55),
    ("email", email::email),
    ("energy_code", public_register::energy_code),
    ("es_cadastral_reference", public_register::es_cadastral_reference),
    ("es_ccc", account_national::es_ccc),
    ("es_cif", europe_south::es_cif),
    ("es_cups", public_register::es_cups),
    ("es_dni_nie", europe::es_dni_nie),
    ("es_excise", public_register::es_excise),
    ("es_nss", europe_south::es_nss),
    ("eu_oss", vat::eu_oss),
    ("euro_banknote", public_register::euro_banknote),
    ("extended_key", crypto::extended_key),
    ("fi_business_id", nordics::fi_business_id),
    ("fi_hetu", nordics::fi_hetu),
    ("figi", securities::figi),
    ("fr_excise", public_register::fr_excise),
    ("fr_nir", europe::fr_nir),
    ("fr_siren", europe_west::fr_siren),
    ("fr_spi", europe_west::fr_spi),
    ("fr_vat", vat::fr_vat),
    ("gb_vat", vat::gb_vat),
    ("geo_point", location::geo_point),
    ("geo_position", location::geo_position),
    ("gh_tin", tax_africa::gh_tin),
    ("github_token", token::github_token),
    ("gitlab_token", checked_token::gitlab_token),
    ("gn_nifp", tax_africa::gn_nifp),
    ("gr_afm", europe_south::gr_afm),
    ("gr_amka", europe_south::gr_amka),
    ("grafana_token", checked_token::grafana_token),
    ("grid", publication::grid),
    ("gs1_udi", medical_code::gs1_udi),
    ("gt_cui", latin_america::gt_cui),
    ("gt_nit", latin_america::gt_nit),
    ("hk_id_card", asia_east::hk_id_card),
    ("hn_dni", latin_america::hn_dni),
    ("hr_oib", balkans::hr_oib),
    ("hu_personal_number", europe_central::hu_personal_number),
    ("hu_taj", europe_central::hu_taj),
    ("hu_tax_id", europe_central::hu_tax_id),
    ("hu_vat", vat::hu_vat),
    ("iban", iban::iban),
    ("iccid", device::iccid),
    ("icd10", health::icd10),
    ("icd10_pcs", medical_code::icd10_pcs),
    ("id_nik", asia_southeast::id_nik),
    ("id_npwp", tax_asia::id_npwp),
    ("ie_pps", europe_west::ie_pps),
    ("ie_vat", vat::ie_vat),
    ("il_company_number", tax_asia::il_company_number),
    ("il_teudat_zehut", middle_east::il_teudat_zehut),
    ("imei", device::imei),
    ("imo", publication::imo),
    ("imsi", device::imsi),
    ("in_aadhaar", asia::in_aadhaar),
    ("in_driving_licence", asia_south::in_driving_licence),
    ("in_gstin", asia_south::in_gstin),
    ("in_pan", asia::in_pan),
    ("in_virtual_id", tax_asia::in_virtual_id),
    ("in_voter", tax_asia::in_voter),
    ("ipv4", network::ipv4),
    ("ipv6", network::ipv6),
    ("ir_national_code", middle_east::ir_national_code),
    ("is_kennitala", nordics::is_kennitala),
    ("isan", publication::isan),
    ("isbn", publication::isbn),
    ("isil", publication::isil),
    ("isin", securities::isin),
    ("ismn", publication::ismn),
    ("isni", publication::isni),
    ("isrc", publication::isrc),
    ("issn", publication::issn),
    ("it_codice_fiscale", europe::it_codice_fiscale),
    ("it_medicine", public_register::it_medicine),
    ("it_partita_iva", europe_south::it_partita_iva),
    ("jmbg", balkans::jmbg),
    ("jp_corporate_number", asia_east::jp_corporate_number),
    ("jp_my_number", asia_east::jp_my_number),
    ("jwt", token::jwt),
    ("ke_pin", tax_africa::ke_pin),
    ("kr_business_number", asia_east::kr_business_number),
    ("kr_rrn", asia_east::kr_rrn),
    ("kw_civil_id", middle_east::kw_civil_id),
    ("kz_iin", europe_east::kz_iin),
    ("lei", securities::lei),
    ("lk_nic", asia_south::lk_nic),
    ("loinc", medical_code::loinc),
    ("lt_vat", vat::lt_vat),
    ("lu_matricule", europe_west::lu_matricule),
    ("lu_vat", vat::lu_vat),
    ("lv_personas_kods", baltics::lv_personas_kods),
    ("lv_vat", vat::lv_vat),
    ("ma_ice", tax_africa::ma_ice),
    ("mac_address", network::mac_address),
    ("md_idno", company_europe::md_idno),
    ("me_pib", company_europe::me_pib),
    ("medicine", medicine::medicine),
    ("meid", device::meid),
    ("mixed_token", token::mixed_token),
    ("mk_edb", company_europe::mk_edb),
    ("monero_address", crypto::monero_address),
    ("mrz", mrz::mrz),
    ("mt_vat", vat::mt_vat),
    ("mu_identity_number", africa::mu_identity_number),
    ("mx_clabe", banking::mx_clabe),
    ("mx_curp", latin_america::mx_curp),
    ("mx_nss", latin_america::mx_nss),
    ("mx_rfc", latin_america::mx_rfc),
    ("mx_voter", latin_america::mx_voter),
    ("my_mykad", asia_southeast::my_mykad),
    ("mz_nuit", tax_africa::mz_nuit),
    ("ni_cedula", latin_america::ni_cedula),
    ("nl_bsn", europe_west::nl_bsn),
    ("nl_education_number", public_register::nl_education_number),
    ("nl_postcode", public_register::nl_postcode),
    ("nl_vat", vat::nl_vat),
    ("nmea", location::nmea),
    ("no_bank_account", account_national::no_bank_account),
    ("no_fodselsnummer", nordics::no_fodselsnummer),
    ("no_organisation_number", nordics::no_organisation_number),
    ("no_vat", vat::no_vat),
    ("not_uniform", digits::not_uniform),
    ("npm_token", checked_token::npm_token),
    ("nz_bank_account", account_national::nz_bank_account),
    ("nz_ird", oceania::nz_ird),
    ("nz_nhi", oceania::nz_nhi),
    ("password", password::password),
    ("password_hash", password::password_hash),
    ("password_strong", password::password_strong),
    ("password_told", password::password_told),
    ("password_word", password::password_word),
    ("payment_card", payment_card::payment_card),
    ("pe_cui", tax_americas::pe_cui),
    ("pe_ruc", latin_america::pe_ruc),
    ("phone_any", phone::of_any_region),
    ("phone_br", phone::br),
    ("phone_de", phone::de),
    ("phone_es", phone::es),
    ("phone_field", phone::in_its_field),
    ("phone_fr", phone::fr),
    ("phone_gb", phone::gb),
    ("phone_in", phone::india),
    ("phone_international", phone::international),
    ("phone_it", phone::it),
    ("phone_pl", phone::pl),
    ("phone_us", phone::us),
    ("pin_block", card_data::pin_block),
    ("pl_id_card", europe_central::pl_id_card),
    ("pl_nip", europe_central::pl_nip),
    ("pl_passport", europe_central::pl_passport),
    ("pl_pesel", europe_central::pl_pesel),
    ("pl_regon", europe_central::pl_regon),
    ("private_key", private_key::private_key),
    ("pt_citizen_card", europe_south::pt_citizen_card),
    ("pt_nif", europe_south::pt_nif),
    ("pt_niss", europe_south::pt_niss),
    ("py_ruc", latin_america::py_ruc),
    ("random_token", token::random_token),
    ("ripple_address", crypto::ripple_address),
    ("ro_cnp", balkans::ro_cnp),
    ("ro_cui", vat::ro_cui),
    ("ro_trade_register", company_europe::ro_trade_register),
    ("rs_pib", company_europe::rs_pib),
    ("ru_inn", europe_east::ru_inn),
    ("ru_inn_company", europe_east::ru_inn_company),
    ("ru_ogrn", company_europe::ru_ogrn),
    ("ru_snils", europe_east::ru_snils),
    ("rw_national_id", africa::rw_national_id),
    ("sa_national_id", middle_east::sa_national_id),
    ("se_organisation_number", nordics::se_organisation_number),
    ("se_personnummer", nordics::se_personnummer),
    ("se_vat", vat::se_vat),
    ("sedol", securities::sedol),
    ("sepa_creditor", account_national::sepa_creditor),
    ("sg_nric", asia_southeast::sg_nric),
    ("sg_uen", tax_asia::sg_uen),
    ("si_registration_number", company_europe::si_registration_number),
    ("si_tax_number", europe_central::si_tax_number),
    ("sk_vat", vat::sk_vat),
    ("sn_ninea", tax_africa::sn_ninea),
    ("snomed_ct", medical_code::snomed_ct),
    ("solana_address", crypto::solana_address),
    ("sv_dui", latin_america::sv_dui),
    ("sv_nit", tax_americas::sv_nit),
    ("swift_bic", securities::swift_bic),
    ("th_national_id", asia_southeast::th_national_id),
    ("th_tax_number", tax_asia::th_tax_number),
    ("tn_matricule", tax_africa::tn_matricule),
    ("tr_kimlik", middle_east::tr_kimlik),
    ("tr_vkn", middle_east::tr_vkn),
    ("tw_business_number", tax_asia::tw_business_number),
    ("tw_national_id", asia_east::tw_national_id),
    ("tz_nida", africa::tz_nida),
    ("ua_edrpou", company_europe::ua_edrpou),
    ("ua_rnokpp", europe_east::ua_rnokpp),
    ("uk_chi", europe_west::uk_chi),
    ("uk_driving_licence", europe_west::uk_driving_licence),
    ("uk_nhs_number", health::uk_nhs_number),
    ("uk_nino", europe::uk_nino),
    ("uk_upn", public_register::uk_upn),
    ("uk_utr", europe_west::uk_utr),
    ("us_aba_routing", banking::us_aba_routing),
    ("us_bank_account", banking::us_bank_account),
    ("us_dea", health::us_dea),
    ("us_driving_licence", driving::us_driving_licence),
    ("us_ein", americas::us_ein),
    ("us_itin", americas::us_itin),
    ("us_npi", us_npi),
    ("us_ssn", americas::us_ssn),
    ("uuid", device::uuid),
    ("uy_ci", latin_america::uy_ci),
    ("uy_rut", tax_americas::uy_rut),
    ("uz_pinfl", europe_east::uz_pinfl),
    ("ve_rif", latin_america::ve_rif),
    ("vin", vehicle::vin),
    ("vin_checked", vehicle::vin_checked),
    ("vn_citizen_id", asia_southeast::vn_citizen_id),
    ("vn_tax_number", tax_asia::vn_tax_number),
    ("wif_key", crypto::wif_key),
    ("wkn", securities::wkn),
    ("za_id", africa::za_id),
    ("za_tax_number", tax_africa::za_tax_number),
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

    /// Asserts that nothing is valid that differs from the value in one digit.
    pub(crate) fn every_digit_counts(validator: &str, value: &str) {
        for (place, _) in value.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()) {
            check_digit_decides(validator, value, place, 1);
        }
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
        let pattern = RegexBuilder::new(rule.pattern().expect("it has a pattern"))
            .unicode(false)
            .multi_line(true)
            .build()
            .expect("the pattern compiles");
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
        for rule in RulePack::embedded().rules.iter().filter(|rule| rule.pattern().is_some()) {
            for example in &rule.examples {
                let found = verdicts(rule, example);
                assert!(found.iter().any(|verdict| *verdict != Verdict::Invalid), "{}: {example}: {found:?}", rule.id);
            }
        }
    }

    #[test]
    fn every_embedded_rule_rejects_most_counter_examples_without_context() {
        for rule in RulePack::embedded().rules.iter().filter(|rule| rule.pattern().is_some()) {
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
