//! Names of columns and keys, taken apart into words.

/// Longest name that is looked at, in bytes; of a longer one the end counts.
const LONGEST_NAME: usize = 128;

/// A name in lower case, its words joined by `_`.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Name {
    joined: String,
}

impl Name {
    /// Takes a name apart: `customerSSN`, `customer_ssn`, `Customer SSN` and `customer.ssn[]` all have the words `customer`, `ssn`.
    pub(crate) fn new(name: &[u8]) -> Self {
        let name = &name[name.len().saturating_sub(LONGEST_NAME)..];
        let mut joined = String::with_capacity(name.len() + 8);
        joined.push('_');
        let text = String::from_utf8_lossy(name);
        let mut previous = ' ';
        let mut characters = text.chars().peekable();
        while let Some(character) = characters.next() {
            if !character.is_alphanumeric() {
                end_word(&mut joined);
            } else {
                let next_is_lower = characters.peek().is_some_and(|next| next.is_lowercase());
                let starts_word = character.is_uppercase()
                    && (previous.is_lowercase() || previous.is_ascii_digit() || previous.is_uppercase() && next_is_lower);
                if starts_word {
                    end_word(&mut joined);
                }
                joined.extend(character.to_lowercase());
            }
            previous = character;
        }
        end_word(&mut joined);
        Self { joined }
    }

    /// Returns the words in order.
    pub(crate) fn words(&self) -> impl Iterator<Item = &str> {
        self.joined.split('_').filter(|word| !word.is_empty())
    }
}

fn end_word(joined: &mut String) {
    if !joined.ends_with('_') {
        joined.push('_');
    }
}

/// The key that stands before a value in running text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Key<'t> {
    pub(crate) name: &'t [u8],
    /// Whether the form leaves no doubt that it is a key: `"key": value`, `key=value`, `<key>value`.
    pub(crate) structured: bool,
}

/// What a byte between a key and its value is: one that may be passed over, the sign between them, or neither.
/// How far before a value its key may begin.
pub(crate) const LONGEST_KEY: usize = LONGEST_NAME + 17;

const PASSED: u8 = 1;
const SIGN: u8 = 2;
const BETWEEN: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b':' | b'=' | b'>' => SIGN,
            b'"' | b'\'' | b'`' | b'(' | b'[' | b'\\' | b'_' => PASSED,
            byte if byte.is_ascii_whitespace() => PASSED,
            _ => 0,
        };
        byte += 1;
    }
    kinds
};

/// Tells whether a key may stand before `start`: a cheap question that is asked first.
#[inline]
fn may_have_key(text: &[u8], start: usize) -> bool {
    let before = &text[start.saturating_sub(16)..start];
    let last = before.iter().rev().map(|byte| BETWEEN[usize::from(*byte)]).find(|kind| *kind != PASSED);
    last == Some(SIGN)
}

/// Finds the key that stands directly before `start`.
pub(crate) fn key_before(text: &[u8], start: usize) -> Option<Key<'_>> {
    if !may_have_key(text, start) {
        return None;
    }
    let before = &text[start.saturating_sub(LONGEST_NAME + 16)..start];
    if let [rest @ .., b'>'] = before {
        let open = rest.iter().rposition(|byte| matches!(byte, b'<' | b'>'))?;
        let tag = rest[open + 1..].split(|byte| *byte == b' ').next()?;
        return (rest[open] == b'<' && tag.first().is_some_and(u8::is_ascii_alphabetic)).then_some(Key { name: tag, structured: true });
    }
    let before = before.trim_ascii_end();
    let before = trim_quote(before).trim_ascii_end();
    let (sign, before) = match before {
        [rest @ .., b'=', b'>'] | [rest @ .., b':', b'='] => (b'=', rest),
        [rest @ .., sign @ (b':' | b'=')] => (*sign, rest),
        _ => return None,
    };
    let before = before.trim_ascii_end();
    let quoted = before.last().is_some_and(|byte| matches!(byte, b'"' | b'\'' | b'`'));
    let before = trim_quote(before);
    let length = before.iter().rev().take_while(|byte| is_key_byte(**byte, quoted)).count();
    let name = before[before.len() - length..].trim_ascii();
    (!name.is_empty()).then_some(Key { name, structured: quoted || sign == b'=' })
}

fn trim_quote(text: &[u8]) -> &[u8] {
    match text {
        [rest @ .., b'\\', b'"'] | [rest @ .., b'"' | b'\'' | b'`' | b'(' | b'['] => rest,
        _ => text,
    }
}

/// Bare keys may be of two or three words (`Card number: …`), so spaces count; the words decide.
fn is_key_byte(byte: u8, quoted: bool) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'_' | b'-' | b'.' | b' ')
        || byte >= 0x80
        || (quoted && matches!(byte, b'[' | b']' | b'/' | b'#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, words: &[&str]) {
        assert_eq!(Name::new(name.as_bytes()).words().collect::<Vec<_>>(), words, "{name}");
    }

    #[test]
    fn names_fall_into_words() {
        check("customerSSN", &["customer", "ssn"]);
        check("SSNNumber", &["ssn", "number"]);
        check("user.emails[]", &["user", "emails"]);
        check("Card number", &["card", "number"]);
        check("ICD10Code", &["icd10", "code"]);
        check("__", &[]);
    }

    #[test]
    fn keys_are_found() {
        let key = |text: &str| {
            let key = key_before(text.as_bytes(), text.len())?;
            Some((Name::new(key.name).words().collect::<Vec<_>>().join(" "), key.structured))
        };
        assert_eq!(key(r#"{"ssn": ""#), Some(("ssn".to_owned(), true)));
        assert_eq!(key("user_ssn="), Some(("user ssn".to_owned(), true)));
        assert_eq!(key("Card number: "), Some(("card number".to_owned(), false)));
        assert_eq!(key("<taxId>"), Some(("tax id".to_owned(), true)));
        assert_eq!(key("my number is "), None);
        assert_eq!(key(""), None);
    }
}
