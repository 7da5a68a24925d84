//! Valid-checksum values of every class that the default rules know, and look-alikes of none.
//!
//! Everything is made up. Numbers come from ranges that are issued, so that a scanner has no reason to dismiss them, and avoid
//! the specimens that providers publish.

mod americas;
mod asia;
pub(crate) mod checksum;
mod contact;
pub(crate) mod credential;
mod europe;
pub(crate) mod financial;
pub(crate) mod health;
pub mod identity;
pub(crate) mod latin;
mod look_alike;
mod network;
mod person;

pub use contact::Date;
#[cfg(feature = "documents")]
pub(crate) use look_alike::test_card;
pub use look_alike::{LOOK_ALIKES, LookAlike};
pub(crate) use look_alike::{order_id, uuid};
pub use person::Person;

use crate::dice::Dice;

/// A kind of value: what it is, how a column of it is headed, how a sentence leads to it, how to draw one.
#[derive(Debug, Clone, Copy)]
pub struct Kind {
    /// Id of the class in the rule packs.
    pub class: &'static str,
    /// Header of a column of such values.
    pub field: &'static str,
    /// Words that stand before such a value in running text.
    pub lead: &'static str,
    /// Whether a value spans several lines.
    pub multiline: bool,
    /// How many findings a value is: a key pair is two.
    pub findings: u64,
    make: fn(&mut Dice) -> String,
}

impl Kind {
    const fn new(class: &'static str, field: &'static str, lead: &'static str, make: fn(&mut Dice) -> String) -> Self {
        Self { class, field, lead, multiline: false, findings: 1, make }
    }

    const fn multiline(class: &'static str, field: &'static str, lead: &'static str, make: fn(&mut Dice) -> String) -> Self {
        Self { multiline: true, ..Self::new(class, field, lead, make) }
    }

    /// Draws a value.
    pub fn draw(&self, dice: &mut Dice) -> String {
        (self.make)(dice)
    }
}

/// Every kind of value. A class may have several.
pub const KINDS: &[Kind] = &[
    Kind::new("payment_card", "card_number", "paid with credit card", financial::payment_card),
    Kind::new("iban", "iban", "transfer to IBAN", financial::iban),
    Kind::new("us_bank_account", "routing_number", "bank routing number", financial::routing_number),
    Kind::new("us_bank_account", "account_number", "checking account number", financial::account_number),
    Kind::new("us_ssn", "ssn", "Social Security number (SSN)", americas::us_ssn),
    Kind::new("us_itin", "itin", "individual taxpayer identification number (ITIN)", americas::us_itin),
    Kind::new("us_ein", "ein", "employer identification number (EIN)", americas::us_ein),
    Kind::new("us_passport", "passport_number", "US passport number", americas::us_passport),
    Kind::new("us_driving_licence", "drivers_license", "driver's license number", americas::us_driving_licence),
    Kind::new("ca_sin", "sin", "social insurance number (SIN)", americas::ca_sin),
    Kind::new("br_cpf", "cpf", "CPF", americas::br_cpf),
    Kind::new("uk_nino", "national_insurance_number", "national insurance number (NINO)", europe::uk_nino),
    Kind::new("uk_nhs_number", "nhs_number", "NHS number", europe::uk_nhs_number),
    Kind::new("de_tax_id", "steuer_id", "Steuer-ID", europe::de_tax_id),
    Kind::new("fr_nir", "nir", "numéro de sécurité sociale (NIR)", europe::fr_nir),
    Kind::new("es_dni_nie", "dni", "DNI/NIE", europe::es_dni_nie),
    Kind::new("it_codice_fiscale", "codice_fiscale", "codice fiscale", europe::it_codice_fiscale),
    Kind::new("in_aadhaar", "aadhaar", "Aadhaar number", asia::in_aadhaar),
    Kind::new("in_pan", "pan_number", "income tax PAN", asia::in_pan),
    Kind::new("email", "email", "e-mail", contact::email),
    Kind::new("phone", "phone", "phone", contact::phone),
    Kind::new("date_of_birth", "date_of_birth", "date of birth", contact::date_of_birth),
    Kind::multiline("passport_mrz", "mrz", "passport, machine readable zone:\n", contact::passport_mrz),
    Kind::new("ip_address", "client_ip", "client IP address", network::ip_address),
    Kind::new("mac_address", "mac_address", "MAC address", network::mac_address),
    Kind::new("us_npi", "npi", "provider NPI", health::us_npi),
    Kind::new("us_dea", "dea_number", "DEA registration number", health::us_dea),
    Kind::new("medical_record_number", "mrn", "medical record number (MRN)", health::medical_record_number),
    Kind::new("icd10", "diagnosis_code", "diagnosis (ICD-10)", health::icd10),
    Kind { findings: 2, ..Kind::multiline("aws_access_key", "aws_credentials", "[default]\n", credential::aws_key_pair) },
    Kind::new("github_token", "github_token", "GitHub token", credential::github_token),
    Kind::new("gitlab_token", "gitlab_token", "GitLab token", credential::gitlab_token),
    Kind::new("slack_token", "slack_token", "Slack token", credential::slack_token),
    Kind::new("stripe_key", "stripe_key", "Stripe key", credential::stripe_key),
    Kind::new("google_api_key", "google_api_key", "Google API key", credential::google_api_key),
    Kind::new("jwt", "access_token", "authorization: Bearer", credential::jwt),
    Kind::multiline("private_key", "private_key", "private key:\n", credential::private_key),
    Kind::new("password", "settings", "configuration:", credential::password_assignment),
    Kind::new("connection_string", "database_url", "database at", credential::connection_string),
];

/// Returns the kind of a class; of several, the one whose column is headed `field`, else the first.
///
/// # Panics
/// When no kind has this class: the class is written in this crate, and a test goes through them all.
pub fn kind(class: &str, field: &str) -> &'static Kind {
    let of_class = || KINDS.iter().filter(|kind| kind.class == class);
    let named = of_class().find(|kind| kind.field == field);
    named.or_else(|| of_class().next()).unwrap_or_else(|| panic!("no kind of value has the class `{class}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_draws_different_values_of_its_shape() {
        for kind in KINDS {
            let mut dice = Dice::new(3).fork(kind.class);
            let values: Vec<String> = (0..200).map(|_| kind.draw(&mut dice)).collect();
            let mut distinct = values.clone();
            distinct.sort();
            distinct.dedup();
            let expected = if kind.class == "icd10" { 10 } else { 150 };
            assert!(distinct.len() >= expected, "{}: {} distinct values of 200", kind.class, distinct.len());
            assert!(values.iter().all(|value| value.is_ascii() && value.contains('\n') == kind.multiline), "{}", kind.class);
        }
    }

    #[test]
    fn card_numbers_pass_luhn_and_broken_ones_fail() {
        let mut dice = Dice::new(4);
        for _ in 0..500 {
            let number = financial::card_digits(&mut dice);
            let (body, check) = number.split_at(number.len() - 1);
            assert_eq!(check, checksum::luhn(body).to_string());
            let broken = financial::broken_card(&mut dice);
            let (body, check) = broken.split_at(broken.len() - 1);
            assert_ne!(check, checksum::luhn(body).to_string());
        }
    }

    #[test]
    fn ibans_leave_one() {
        let mut dice = Dice::new(5);
        for _ in 0..500 {
            let iban = financial::iban(&mut dice).replace(' ', "");
            assert_eq!(checksum::mod97(&format!("{}{}", &iban[4..], &iban[..4])), 1, "{iban}");
            let broken = financial::broken_iban(&mut dice);
            assert_ne!(checksum::mod97(&format!("{}{}", &broken[4..], &broken[..4])), 1, "{broken}");
        }
    }

    #[test]
    fn machine_readable_zones_have_two_lines_of_44() {
        let mut dice = Dice::new(6);
        for _ in 0..50 {
            let zone = contact::passport_mrz(&mut dice);
            assert!(zone.lines().count() == 2 && zone.lines().all(|line| line.len() == 44), "{zone}");
        }
    }

    #[test]
    fn german_tax_ids_repeat_one_digit() {
        let mut dice = Dice::new(8);
        for _ in 0..500 {
            let number = europe::de_tax_id(&mut dice).replace(' ', "");
            assert!(number.len() == 11 && !number.starts_with('0'), "{number}");
            let mut counts = [0; 10];
            number.bytes().take(10).for_each(|byte| counts[usize::from(byte - b'0')] += 1);
            assert_eq!(counts.iter().filter(|count| **count == 2).count(), 1, "{number}");
        }
    }
}
