use crate::classifier;

fn check(name: &str, expected: &str) {
    assert_eq!(classifier().mask(name), expected);
    assert_eq!(classifier().mask(expected), expected, "masking twice");
}

#[test]
fn values_in_names_are_masked() {
    check("ssn_536-90-4399.csv", "ssn_‹us_ssn›.csv");
    check("export/536-90-4399.pdf", "export/‹us_ssn›.pdf");
    check("jane.doe@corp.io.csv", "‹email›.csv");
    check("jane.doe@corp-mail.net", "‹email›");
    check("4539771234567897.txt", "‹payment_card›.txt");
    check("4111111111111111.txt", "‹payment_card›.txt");
    check("cards/4539-7712-3456-7897/scan.png", "cards/‹payment_card›/scan.png");
    check("card4539771234567897.json", "card‹payment_card›.json");
    check("DE89370400440532013000_statement.pdf", "‹iban›_statement.pdf");
    check("/a1b2c3/d4e5f6g7/ssn_536-90-4399", "/a1b2c3/d4e5f6g7/ssn_‹us_ssn›");
    check("names/john.doe@corp-mail.com.csv", "names/‹email›.csv");
    check("passport_C03005988.pdf", "passport_‹us_passport›.pdf");
    check("E11.9", "‹icd10›");
    check("scans/E11.9.pdf", "scans/‹icd10›.pdf");
    check("S72.141A/E11.9_E11.65.csv.gz", "‹icd10›/E11.9_E11.65.csv.gz");
    check("E11.9.zip!/E11.9_2.txt", "‹icd10›.zip!/‹icd10›_2.txt");
    check("F32.A.txt", "‹icd10›.txt");
    check("cannot open DB_PASSWORD = 'kd8fJhG93kPa2x': check it", "cannot open DB_PASSWORD = '‹password›': check it");
    check("HR/Margarethe Lindqvist - contract.pdf", "HR/‹person_name› - contract.pdf");
    check("scans/48 Larkmoor Lane, Dayton, OH 45402.pdf", "scans/‹postal_address›.pdf");
}

#[test]
fn ordinary_names_are_left_alone() {
    for name in [
        "",
        "part-00001-2024-01-02.parquet",
        "logs/dt=2024-01-02/hour=03/part-00000-123e4567-e89b-12d3-a456-426614174000.c000.snappy.parquet",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08.bin",
        "backup_20240102101112.tar.gz",
        "1700000000.log",
        "IMG_20240102_101112.jpg",
        "invoice-000123456.pdf",
        "naïve/Übersicht.xlsx",
        "v1.2.3-rc.4/terrier_0.12.1_amd64.deb",
        "2024-01-31",
        "2024-01-31.log",
        "logs/31.01.2024.txt",
        "12 April 2024.docx",
        "01-31-2024-10.log",
        "backups/crm-2024-05.zip!/people.csv",
        "crm-2024-05.ZIP",
        "CUSTOMER.csv",
        "V10.2/setup.exe",
        "A10.2.1.tar",
        "A01.PDF",
        "chapter-A10.2.pdf",
        "customer_id",
        "emails",
    ] {
        check(name, name);
    }
}
