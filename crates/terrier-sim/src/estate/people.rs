//! hr/ and legal/: people and their papers.

use super::rows::{Column, table};
use super::{Ledger, Planned, Scale};
use crate::document::{Dialect, Encoding, delimited, encode, parquet, pdf, xlsx};
use crate::text::paragraph;
use crate::value::health::diagnosis;

const DEPARTMENTS: &[&str] = &["Operations", "Finance", "Engineering", "Sales", "Support", "Legal"];

pub(super) fn plan(scale: Scale, plan: &mut Vec<Planned>) {
    plan.push(Planned::new("hr/employees.csv", move |ledger| employees(ledger, scale.rows(900)).into_bytes()));
    plan.push(Planned::new("hr/employees-2023.tsv", move |ledger| {
        delimited(&table(ledger, scale.rows(300), &EMPLOYEE[..7]), Dialect::TSV).into_bytes()
    }));
    plan.push(Planned::new("hr/contractors.xlsx", move |ledger| contractors(ledger, scale.rows(200))));
    plan.push(Planned::new("hr/benefits/claims-2024.parquet", move |ledger| parquet(&table(ledger, scale.rows(2500), CLAIMS))));
    plan.push(Planned::new("hr/drivers.csv", move |ledger| delimited(&table(ledger, scale.rows(120), DRIVERS), Dialect::CSV).into_bytes()));
    for (country, encoding, class, header) in EUROPE {
        plan.push(Planned::new(format!("hr/europe/personnel_{country}.csv"), move |ledger| {
            let columns = [
                ("Nachname/Nom", Column::Last),
                ("Prenom", Column::First),
                (*header, Column::Class(class)),
                ("IBAN", Column::Class("iban")),
                ("E-Mail", Column::Email),
            ];
            encode(&delimited(&table(ledger, scale.rows(150), &columns), Dialect::EUROPEAN), *encoding)
        }));
    }
    for month in 1..=scale.files(6).min(12) {
        plan.push(Planned::new(format!("hr/payroll/2024-{month:02}.csv"), move |ledger| {
            delimited(&table(ledger, scale.rows(250), PAYROLL), Dialect::CSV).into_bytes()
        }));
    }
    for number in 1..=scale.files(8) {
        plan.push(Planned::new(format!("hr/onboarding/offer-{number:03}.pdf"), |ledger| pdf(&offer(ledger))));
    }
    for number in 1..=scale.files(4) {
        plan.push(Planned::new(format!("hr/travel/passport-{number:03}.txt"), |ledger| passport(ledger).into_bytes()));
    }
    for number in 1..=scale.files(4) {
        plan.push(Planned::new(format!("hr/medical/discharge-{number:03}.txt"), |ledger| discharge(ledger).into_bytes()));
    }
    for number in 1..=scale.files(5) {
        plan.push(Planned::new(format!("legal/contracts/agreement-{number:03}.pdf"), |ledger| pdf(&contract(ledger))));
    }
    plan.push(Planned::new("legal/kyc/beneficial-owners.json", move |ledger| {
        crate::document::json(&table(ledger, scale.rows(60), OWNERS)).into_bytes()
    }));
    plan.push(Planned::new("legal/international/vendors.csv", move |ledger| {
        delimited(&table(ledger, scale.rows(80), VENDORS), Dialect { quote_all: true, ..Dialect::CSV }).into_bytes()
    }));
}

const EUROPE: &[(&str, Encoding, &str, &str)] = &[
    ("de", Encoding::Latin1, "de_tax_id", "Steuer-ID"),
    ("fr", Encoding::Utf16Le, "fr_nir", "NIR"),
    ("es", Encoding::Utf8Bom, "es_dni_nie", "DNI"),
    ("it", Encoding::Utf8, "it_codice_fiscale", "codice_fiscale"),
    ("uk", Encoding::Utf16Be, "uk_nino", "ni_number"),
];

const EMPLOYEE: &[(&str, Column)] = &[
    ("employee_id", Column::Pattern("E#####")),
    ("first_name", Column::First),
    ("last_name", Column::Last),
    ("email", Column::Email),
    ("phone", Column::Class("phone")),
    ("date_of_birth", Column::Born),
    ("ssn", Column::Class("us_ssn")),
    ("street", Column::Street),
    ("city", Column::City),
    ("region", Column::Region),
    ("department", Column::Word(DEPARTMENTS)),
    ("salary", Column::Pattern("%#####")),
];

const CLAIMS: &[(&str, Column)] = &[
    ("claim_id", Column::Pattern("CLM-########")),
    ("mrn", Column::Class("medical_record_number")),
    ("patient_dob", Column::Born),
    ("diagnosis_code", Column::Class("icd10")),
    ("provider_npi", Column::Class("us_npi")),
    ("prescriber_dea", Column::Rarely("us_dea", 3)),
    ("billed_cents", Column::Pattern("%####")),
];

const DRIVERS: &[(&str, Column)] = &[
    ("badge", Column::Pattern("D-####")),
    ("name", Column::Name),
    ("drivers_license", Column::Class("us_driving_licence")),
    ("depot", Column::Word(&["Memphis", "Reno", "Durham"])),
];

const PAYROLL: &[(&str, Column)] = &[
    ("employee_id", Column::Pattern("E#####")),
    ("name", Column::Name),
    ("ssn", Column::Class("us_ssn")),
    ("routing_number", Column::Class("us_bank_account")),
    ("account_number", Column::Class("us_bank_account")),
    ("gross", Column::Pattern("%###.##")),
    ("net", Column::Pattern("%###.##")),
];

const OWNERS: &[(&str, Column)] = &[
    ("company", Column::Word(&["Brightfjord Freight", "Oakhollow Labs", "Kestrel Payments"])),
    ("owner.name", Column::Name),
    ("owner.date_of_birth", Column::Born),
    ("owner.passport_number", Column::Class("us_passport")),
    ("owner.phone", Column::Class("phone")),
    ("ein", Column::Class("us_ein")),
];

const VENDORS: &[(&str, Column)] = &[
    ("vendor", Column::Name),
    ("email", Column::Email),
    ("aadhaar", Column::Rarely("in_aadhaar", 3)),
    ("pan_number", Column::Rarely("in_pan", 3)),
    ("cpf", Column::Rarely("br_cpf", 3)),
    ("social_insurance_number", Column::Rarely("ca_sin", 3)),
    ("iban", Column::Class("iban")),
];

fn employees(ledger: &mut Ledger, rows: usize) -> String {
    delimited(&table(ledger, rows, EMPLOYEE), Dialect::CSV)
}

fn contractors(ledger: &mut Ledger, rows: usize) -> Vec<u8> {
    let people = table(
        ledger,
        rows,
        &[
            ("Name", Column::Name),
            ("Email", Column::Email),
            ("Phone", Column::Class("phone")),
            ("ITIN", Column::Rarely("us_itin", 2)),
            ("EIN", Column::Class("us_ein")),
            ("Day rate", Column::Pattern("%##")),
        ],
    );
    let rates = table(ledger, 12, &[("Role", Column::Word(DEPARTMENTS)), ("Rate", Column::Pattern("%##"))]);
    xlsx(&[("Contractors", &people), ("Rates", &rates)])
}

fn offer(ledger: &mut Ledger) -> String {
    let person = ledger.person();
    ledger.count("email", 1);
    ledger.count("date_of_birth", 1);
    format!(
        "Dear {},\n\nwe are pleased to offer you the position that we spoke about. {}\n\nPlease check these details:\n\nName: {}\nDate of birth: {}\n\
         Social Security number: {}\nE-mail: {}\nPhone: {}\nAddress: {}, {} {}\n\n{}\n",
        person.first,
        paragraph(&mut ledger.dice),
        person.name(),
        person.born.iso(),
        ledger.plant("us_ssn"),
        person.email,
        ledger.plant("phone"),
        person.street,
        person.city,
        person.region,
        paragraph(&mut ledger.dice)
    )
}

fn passport(ledger: &mut Ledger) -> String {
    format!(
        "Travel desk, copy of document\n\nPassport number: {}\nIssuing country: USA\n\nMachine readable zone of the second document:\n{}\n\n{}\n",
        ledger.plant("us_passport"),
        ledger.plant("passport_mrz"),
        paragraph(&mut ledger.dice)
    )
}

fn discharge(ledger: &mut Ledger) -> String {
    let person = ledger.person();
    let (code, text) = diagnosis(&mut ledger.dice);
    ledger.count("icd10", 1);
    ledger.count("date_of_birth", 1);
    format!(
        "Discharge summary\n\nPatient: {}\nDOB: {}\nMRN: {}\nNHS number: {}\n\nPrimary diagnosis (ICD-10): {code}, {text}.\nAttending provider NPI: {}\n\n{}\n",
        person.name(),
        person.born.iso(),
        ledger.plant("medical_record_number"),
        ledger.plant("uk_nhs_number"),
        ledger.plant("us_npi"),
        paragraph(&mut ledger.dice)
    )
}

fn contract(ledger: &mut Ledger) -> String {
    let mut text = String::from("MASTER SERVICES AGREEMENT\n\n");
    for article in 1..=ledger.dice.between(12, 30) {
        text += &format!("{article}. {}\n\n", paragraph(&mut ledger.dice));
    }
    text + &format!(
        "The supplier's employer identification number (EIN) is {}. Payments go to IBAN {}.\n",
        ledger.plant("us_ein"),
        ledger.plant("iban")
    )
}
