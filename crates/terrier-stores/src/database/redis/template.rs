//! A key without what tells it from others of its kind.

/// Characters that keys are put together with.
const SEPARATORS: [char; 6] = [':', '/', '.', '|', '-', '_'];

/// Longest part that is taken for a word.
const LONGEST_WORD: usize = 20;

/// Shortest word that keeps its letters before a number; shorter ones may be random.
const SHORTEST_NUMBERED: usize = 3;

/// Returns the template of a key: `session:8f3a` and `session:77` are both `session:*`.
pub(super) fn of(key: &[u8]) -> String {
    let key = String::from_utf8_lossy(&key[..key.len().min(512)]);
    let mut template = String::new();
    for part in key.split_inclusive(SEPARATORS) {
        let word = part.trim_end_matches(SEPARATORS);
        let separator = &part[word.len()..];
        let letters = word.trim_end_matches(|letter: char| letter.is_ascii_digit());
        let is_word = word.len() <= LONGEST_WORD && letters.chars().all(char::is_alphabetic);
        if is_word && letters.len() == word.len() {
            template.push_str(part);
        } else if is_word && letters.len() >= SHORTEST_NUMBERED {
            template.push_str(letters);
            template.push('*');
            template.push_str(separator);
        } else if template.ends_with('*') {
            template.push_str(separator);
        } else {
            template.push('*');
            template.push_str(separator);
        }
    }
    // What counts up may be put together itself: a date, a number of parts.
    while let Some(at) = repeated(&template) {
        template.replace_range(at..at + 2, "");
    }
    template
}

/// Finds `*` and a separator before another `*`.
fn repeated(template: &str) -> Option<usize> {
    let bytes = template.as_bytes();
    let is_joint = |byte: u8| matches!(byte, b'-' | b'_' | b'.');
    (0..bytes.len().saturating_sub(2)).find(|at| bytes[*at] == b'*' && is_joint(bytes[at + 1]) && bytes[at + 2] == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_tells_keys_apart_is_left_out() {
        let check = |key: &str, expect: &str| assert_eq!(of(key.as_bytes()), expect, "{key}");
        check("user:1001", "user:*");
        check("user:1001:email", "user:*:email");
        check("session:8f3a-11d3_77", "session:*");
        check("orders:2024-05-01", "orders:*");
        check("plain", "plain");
        check("email2", "email*");
        check("first_name", "first_name");
        check("mail:jane@example.com:box", "mail:*.com:box");
        check("", "");
    }
}
