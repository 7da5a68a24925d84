/// Tells whether a name fits a pattern in which `*` stands for anything. Case counts.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn stars_stand_for_anything() {
        for (pattern, name, expected) in [
            ("us_ssn", "us_ssn", true),
            ("us_ssn", "us_ssn2", false),
            ("*_passport", "pl_passport", true),
            ("*_passport", "passport_mrz", false),
            ("pl_*", "pl_nip", true),
            ("*Key*", "API Key: x", true),
            ("a*b*a", "aba", true),
            ("a*b*a", "aa", false),
            ("ab*ba", "aba", false),
            ("*", "", true),
        ] {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
