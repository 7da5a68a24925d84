use super::checksum::luhn;
use crate::dice::Dice;

/// Draws a national provider identifier: Luhn over the number behind the prefix 80840.
pub(super) fn us_npi(dice: &mut Dice) -> String {
    let body = format!("{}{}", dice.pick(&["1", "2"]), dice.digits(8));
    format!("{body}{}", luhn(&format!("80840{body}")))
}

/// Draws a DEA registration number.
pub(super) fn us_dea(dice: &mut Dice) -> String {
    let letters = format!("{}{}", dice.pick(&["A", "B", "F", "M"]), dice.fill("@"));
    let digits = dice.fill("%#####");
    let at = |place: usize| u32::from(digits.as_bytes()[place] - b'0');
    let check = (at(0) + at(2) + at(4) + 2 * (at(1) + at(3) + at(5))) % 10;
    format!("{letters}{digits}{check}")
}

/// Draws a hospital's medical record number.
pub(super) fn medical_record_number(dice: &mut Dice) -> String {
    dice.fill("%#######")
}

/// Codes with the text that stands beside them in a record.
const DIAGNOSES: &[(&str, &str)] = &[
    ("E11.9", "type 2 diabetes mellitus without complications"),
    ("E11.65", "type 2 diabetes mellitus with hyperglycemia"),
    ("J45.909", "unspecified asthma, uncomplicated"),
    ("J18.9", "pneumonia, unspecified organism"),
    ("F32.1", "major depressive disorder, single episode, moderate"),
    ("F41.1", "generalized anxiety disorder"),
    ("M54.50", "low back pain, unspecified"),
    ("K21.9", "gastro-esophageal reflux disease"),
    ("N18.31", "chronic kidney disease, stage 3a"),
    ("I25.10", "atherosclerotic heart disease of native coronary artery"),
    ("C50.911", "malignant neoplasm of unspecified site of right female breast"),
    ("G43.909", "migraine, unspecified, not intractable"),
    ("S72.141A", "displaced intertrochanteric fracture of right femur, initial encounter"),
    ("Z79.4", "long term use of insulin"),
    ("B20", "human immunodeficiency virus disease"),
    ("O80", "encounter for full-term uncomplicated delivery"),
];

/// Draws a code of ICD-10-CM.
pub(super) fn icd10(dice: &mut Dice) -> String {
    DIAGNOSES[dice.index(DIAGNOSES.len())].0.to_owned()
}

/// Draws a diagnosis as a discharge letter writes it: code and text.
#[cfg(feature = "documents")]
pub(crate) fn diagnosis(dice: &mut Dice) -> (&'static str, &'static str) {
    DIAGNOSES[dice.index(DIAGNOSES.len())]
}
