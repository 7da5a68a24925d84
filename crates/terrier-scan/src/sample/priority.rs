//! Where sensitive data is to be expected, going by names alone.

/// What the names of places with sensitive data hold, and how much each says.
const WORDS: [(&str, u32); 46] = [
    ("payroll", 4),
    ("salar", 4),
    ("patient", 4),
    ("passport", 4),
    ("medical", 4),
    ("claims", 4),
    ("kyc", 4),
    ("pii", 4),
    ("ssn", 4),
    ("cardholder", 4),
    ("credential", 4),
    ("secret", 4),
    ("password", 4),
    ("customer", 3),
    ("client", 3),
    ("employee", 3),
    ("personnel", 3),
    ("applicant", 3),
    ("member", 3),
    ("user", 3),
    ("account", 3),
    ("payment", 3),
    ("invoice", 3),
    ("bank", 3),
    ("billing", 3),
    ("tax", 3),
    ("crm", 3),
    ("hr/", 3),
    ("legal", 3),
    ("contract", 3),
    ("identit", 3),
    ("backup", 2),
    ("dump", 2),
    ("export", 2),
    ("snapshot", 2),
    ("archive", 2),
    ("mail", 2),
    ("contact", 2),
    ("order", 2),
    ("finance", 2),
    ("home/", 2),
    ("private", 2),
    ("confidential", 4),
    ("restricted", 4),
    ("support", 1),
    ("log", 1),
];

/// Endings of what holds records or documents, and of what hardly ever does.
const RECORDS: [&str; 17] = [
    ".csv", ".tsv", ".json", ".ndjson", ".jsonl", ".parquet", ".avro", ".orc", ".xlsx", ".xls", ".sql", ".db", ".sqlite", ".mbox", ".pst",
    ".docx", ".pdf",
];
const BARREN: [&str; 16] =
    [".png", ".jpg", ".gif", ".svg", ".ico", ".css", ".js", ".map", ".woff", ".woff2", ".ttf", ".mp4", ".so", ".dll", ".class", ".pyc"];

/// Ranks a pattern of keys by what it promises: the higher the sooner.
pub(super) fn priority(pattern: &[u8]) -> u32 {
    let pattern = String::from_utf8_lossy(pattern).to_lowercase();
    let words: u32 = WORDS.iter().filter(|(word, _)| pattern.contains(word)).map(|(_, says)| says).sum();
    let unpacked = [".gz", ".zst", ".bz2", ".xz", ".snappy"].iter().find_map(|packed| pattern.strip_suffix(packed)).unwrap_or(&pattern);
    let ends = |endings: &[&str]| endings.iter().any(|ending| unpacked.ends_with(ending));
    let ending = if ends(&RECORDS) {
        3
    } else if ends(&BARREN) {
        0
    } else {
        1
    };
    (1 + words) * ending
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_promises_more_comes_first() {
        let mut patterns = ["web/logo.png", "hr/payroll/*.csv.gz", "docs/*.md", "events/dt=*/part-{n}.parquet", "crm/export/customers.csv"];
        patterns.sort_by_key(|pattern| std::cmp::Reverse(priority(pattern.as_bytes())));
        assert_eq!(
            patterns,
            ["crm/export/customers.csv", "hr/payroll/*.csv.gz", "events/dt=*/part-{n}.parquet", "docs/*.md", "web/logo.png"]
        );
    }
}
