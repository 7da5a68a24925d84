//! What a document is, and what is in it.

use std::collections::BTreeMap;

use serde::Serialize;
use terrier_model::{DataClass, Sensitivity};
use terrier_rules::{Builtin, ClassSpec, RulePack, RulesError};

use crate::value::identity::{Purpose, numbers};

/// A piece of text with the truth about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Document {
    /// Names it; the same number under the same seed is the same document.
    pub id: String,
    /// The text.
    pub text: String,
    /// The values in it, in order and without overlap.
    pub spans: Vec<Span>,
    /// What looks like a value and is none, in order; none of them touches a span.
    pub negatives: Vec<Negative>,
    /// The label that the classes of the spans give: `restricted`, `confidential`, `internal` or `public`.
    pub label: &'static str,
    /// What sort of text it is.
    pub kind: &'static str,
    /// Language, ISO 639-1.
    pub language: &'static str,
    /// Country, ISO 3166-1 alpha-2.
    pub country: &'static str,
    /// Where it comes from.
    #[serde(flatten)]
    pub origin: Origin,
}

/// A value: offsets are counted in Unicode code points, the end is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Span {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// Id of its class.
    #[serde(rename = "type")]
    pub class: &'static str,
    /// The name under which scanners are compared.
    pub ctype: &'static str,
    /// The value before line breaks, capitals and the like were put into it.
    #[serde(skip)]
    pub planted: String,
}

/// Something that looks like a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Negative {
    /// Where it begins.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
    /// What it is.
    #[serde(rename = "type")]
    pub kind: &'static str,
}

/// Says of every record where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Origin {
    source: &'static str,
    license: &'static str,
    real: &'static str,
}

/// The origin of all that is generated.
pub(super) const ORIGIN: Origin = Origin { source: "terrier-sim", license: "Apache-2.0", real: "synthetic" };

/// Classes that are no numbers of persons, with the names under which scanners are compared.
const NAMES: &[(&str, &str)] = &[
    ("person_name", "PERSON"),
    ("postal_address", "ADDRESS"),
    ("place", "LOCATION"),
    ("email", "EMAIL"),
    ("phone", "PHONE"),
    ("payment_card", "CREDIT_CARD"),
    ("iban", "IBAN"),
    ("us_bank_account", "BANK_ACCOUNT"),
    ("ip_address", "IP"),
    ("mac_address", "MAC"),
    ("date_of_birth", "DOB"),
    ("user_name", "USERNAME"),
    ("health_condition", "HEALTH"),
    ("medication", "HEALTH"),
    ("lab_value", "HEALTH"),
    ("religion", "SPECIAL_CATEGORY"),
    ("union_membership", "SPECIAL_CATEGORY"),
    ("political_opinion", "SPECIAL_CATEGORY"),
    ("sexual_orientation", "SPECIAL_CATEGORY"),
    ("ethnicity", "SPECIAL_CATEGORY"),
    ("criminal_record", "SPECIAL_CATEGORY"),
    ("password", "SECRET"),
    ("connection_string", "SECRET"),
    ("private_key", "SECRET"),
    ("jwt", "SECRET"),
    ("aws_access_key", "SECRET"),
    ("github_token", "SECRET"),
    ("gitlab_token", "SECRET"),
    ("slack_token", "SECRET"),
    ("stripe_key", "SECRET"),
    ("google_api_key", "SECRET"),
];

/// Returns the class that is written here like `name`, and the name under which scanners are compared on it.
///
/// # Panics
/// When there is none: classes are written in this crate, and a test goes through all that are planted.
pub(super) fn class(name: &str) -> (&'static str, &'static str) {
    if let Some(found) = NAMES.iter().find(|(class, _)| *class == name) {
        return *found;
    }
    let number = numbers().find(|number| number.class == name).unwrap_or_else(|| panic!("`{name}` is no class that is planted"));
    let common = match number.purpose {
        Purpose::Identity if number.class == "us_ssn" => "US_SSN",
        Purpose::Identity => "NATIONAL_ID",
        Purpose::Tax => "TAX_ID",
        Purpose::Health => "MEDICAL_ID",
        Purpose::Passport => "PASSPORT",
        Purpose::Licence => "DRIVER_LICENSE",
    };
    (number.class, common)
}

/// Returns every class that may be planted, with the name under which scanners are compared on it.
pub fn classes() -> BTreeMap<&'static str, &'static str> {
    NAMES.iter().copied().chain(numbers().map(|number| class(number.class))).collect()
}

/// The policy by which a document's truth becomes its label.
#[derive(Debug)]
pub(super) struct Policy {
    levels: BTreeMap<String, Sensitivity>,
    pack: RulePack,
}

impl Policy {
    /// Takes the sensitivity of each class from the rule packs, the extended ones included, since they know more countries. What
    /// they know no class for is set here: a user name as the contact data that it is, the name of a town as nothing.
    pub(super) fn new() -> Result<Self, RulesError> {
        let pack = RulePack::load(&[], Builtin::Extended)?;
        let mut levels = BTreeMap::from([("user_name".to_owned(), Sensitivity::Internal), ("place".to_owned(), Sensitivity::Public)]);
        levels.extend(pack.classes.iter().map(|class| (class.id.as_str().to_owned(), class.sensitivity)));
        Ok(Self { levels, pack })
    }

    /// Returns the label of a document in which these classes are: the highest of theirs, and of what they are together. A reader
    /// takes the document as a whole for one record.
    pub(super) fn label<'a>(&self, classes: impl IntoIterator<Item = &'a str>) -> &'static str {
        let classes: Vec<&str> = classes.into_iter().collect();
        let known: Vec<&ClassSpec> = classes.iter().filter_map(|class| self.pack.class(&DataClass::new(*class))).collect();
        let alone = classes.iter().filter_map(|class| self.levels.get(*class).copied());
        let together = self.pack.combinations.iter().filter(|combination| combination.is_made_up_of(&known));
        alone.chain(together.map(|combination| combination.sensitivity)).max().unwrap_or_default().as_str()
    }

    /// Tells whether it has a level for the class.
    #[cfg(test)]
    pub(super) fn knows(&self, class: &str) -> bool {
        self.levels.contains_key(class)
    }
}
