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
    pub(crate) form: KeyForm,
}

/// How a key is written, from the surest form on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KeyForm {
    /// In a form that leaves no doubt that it is a key: `"key": value`, `key=value`, `<key>value`.
    Structured,
    /// With a colon: `key: value`.
    Labelled,
    /// Without a sign: `key value`. It may speak for a value, and not against it.
    Unsigned,
}

/// How far before a value its key may begin.
pub(crate) const LONGEST_KEY: usize = LONGEST_NAME + 17;

/// What a byte between a key and its value is: one that may be passed over, the sign between them, or neither.
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

/// Tells whether a key and its sign may stand before `start`: a cheap question that is asked first.
#[inline]
fn may_have_key(text: &[u8], start: usize) -> bool {
    let before = &text[start.saturating_sub(16)..start];
    let last = before.iter().rev().map(|byte| BETWEEN[usize::from(*byte)]).find(|kind| *kind != PASSED);
    last == Some(SIGN)
}

/// Finds the key that stands directly before `start`.
pub(crate) fn key_before(text: &[u8], start: usize) -> Option<Key<'_>> {
    if !may_have_key(text, start) {
        return unsigned_key_before(text, start).map(|name| Key { name, form: KeyForm::Unsigned });
    }
    let before = &text[start.saturating_sub(LONGEST_NAME + 16)..start];
    if let [rest @ .., b'>'] = before {
        let open = rest.iter().rposition(|byte| matches!(byte, b'<' | b'>'))?;
        let tag = rest[open + 1..].split(|byte| *byte == b' ').next()?;
        return (rest[open] == b'<' && tag.first().is_some_and(u8::is_ascii_alphabetic))
            .then_some(Key { name: tag, form: KeyForm::Structured });
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
    // `Tax number (AFM): …`
    let in_brackets = before.last() == Some(&b')');
    let before = trim_quote(before);
    let is_part = |byte: &&u8| is_key_byte(**byte, quoted) || in_brackets && matches!(byte, b'(' | b')');
    let length = before.iter().rev().take_while(is_part).count();
    let name = before[before.len() - length..].trim_ascii();
    let form = if quoted || sign == b'=' { KeyForm::Structured } else { KeyForm::Labelled };
    (!name.is_empty()).then_some(Key { name, form })
}

/// Longest name, in bytes, that is taken for one where no sign says so.
const LONGEST_UNSIGNED: usize = 48;
/// How far behind the start of a value further columns are looked for.
const REST_OF_LINE: usize = 128;
/// Digits of a value behind the name in a sentence, and how far behind its start they are looked for.
const LEAST_DIGITS: usize = 6;
const DIGITS_WITHIN: usize = 16;
/// Words for *is* between a name and its value.
const IS: [&[u8]; 13] = [
    b" is",
    b" ist",
    b" es",
    " \u{e9}".as_bytes(),
    " \u{e8}".as_bytes(),
    b" est",
    b" er",
    " \u{e4}r".as_bytes(),
    b" jest",
    b" je",
    b" on",
    b" este",
    b" was",
];

/// Finds what stands before a value as its name without a sign between them: the first thing in the line of a form (`BSN ..... 123456782`), or the
/// words right before a number in a sentence (`my tax number is 123456782`, `BSN 123456782`).
fn unsigned_key_before(text: &[u8], start: usize) -> Option<&[u8]> {
    let least = start.saturating_sub(LONGEST_UNSIGNED + 16);
    let gap = text[least..start].iter().rev().take_while(|byte| matches!(byte, b' ' | b'\t' | b'.' | b'|' | b'-' | b'"' | b'\'')).count();
    let (name_end, gap) = (start - gap, &text[start - gap..start]);
    if gap.is_empty() || name_end == least {
        return None;
    }
    let is_leader = |sign: u8, times: usize| gap.iter().filter(|byte| **byte == sign).count() >= times;
    if is_leader(b'\t', 1) || is_leader(b'|', 1) || is_leader(b'.', 3) || gap.starts_with(b" - ") {
        // Of more than two columns the first is no name of the second.
        let rest = &text[start..text.len().min(start + REST_OF_LINE)];
        let rest = &rest[..memchr::memchr(b'\n', rest).unwrap_or(rest.len())];
        return first_of_line(text, least, name_end).filter(|_| memchr::memchr2(b'\t', b'|', rest).is_none());
    }
    let is_number = || text[start..].iter().take(DIGITS_WITHIN).filter(|byte| byte.is_ascii_digit()).count() >= LEAST_DIGITS;
    if !matches!(gap, b" " | b". " | b" \"" | b" '") || !is_number() {
        return None;
    }
    let before = &text[least..name_end];
    match IS.iter().find_map(|is| before.strip_suffix(*is)) {
        Some(subject) => last_words(subject, 4),
        None => last_words(before, 2),
    }
}

/// The name that a line begins with, but for what lists and quotes begin with, and that ends where a sign begins.
fn first_of_line(text: &[u8], least: usize, end: usize) -> Option<&[u8]> {
    let line = text[least..end].iter().rposition(|byte| matches!(byte, b'\n' | b'\r')).map_or(least, |at| least + at + 1);
    let is_whole = line > least || line == 0;
    let name = &text[line..end];
    let bullet = name.iter().take_while(|byte| matches!(byte, b' ' | b'|' | b'>' | b'*' | b'-')).count();
    let name = &name[bullet..];
    let is_name = name.iter().all(|byte| is_key_byte(*byte, false) || matches!(byte, b'(' | b')'));
    (is_whole && is_name && !name.is_empty() && name.len() <= LONGEST_UNSIGNED).then_some(name)
}

/// The last words of a sentence.
fn last_words(text: &[u8], words: usize) -> Option<&[u8]> {
    let is_part = |byte: &u8| is_key_byte(*byte, false) || matches!(byte, b'(' | b')');
    let sentence = &text[text.len() - text.iter().rev().take_while(|byte| is_part(byte)).count()..];
    let mut spaces = (0..sentence.len()).rev().filter(|at| sentence[*at] == b' ');
    let name = spaces.nth(words - 1).map_or(sentence, |at| &sentence[at + 1..]);
    name.iter().any(|byte| byte.is_ascii_alphabetic() || *byte >= 0x80).then_some(name)
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
            Some((Name::new(key.name).words().collect::<Vec<_>>().join(" "), key.form == KeyForm::Structured))
        };
        assert_eq!(key(r#"{"ssn": ""#), Some(("ssn".to_owned(), true)));
        assert_eq!(key("user_ssn="), Some(("user ssn".to_owned(), true)));
        assert_eq!(key("Card number: "), Some(("card number".to_owned(), false)));
        assert_eq!(key("<taxId>"), Some(("tax id".to_owned(), true)));
        assert_eq!(key("Tax number (AFM): "), Some(("tax number afm".to_owned(), false)));
        assert_eq!(key("my number is "), None);
        assert_eq!(key(""), None);
    }

    #[test]
    fn names_without_a_sign_are_found() {
        let key = |text: &str| {
            let start = text.find('^').unwrap();
            let text = text.replace('^', "");
            let key = key_before(text.as_bytes(), start)?;
            assert_eq!(key.form, KeyForm::Unsigned);
            Some(Name::new(key.name).words().collect::<Vec<_>>().join(" "))
        };
        let name = |name: &str| Some(name.to_owned());
        assert_eq!(key("Form\nBSN number ....... ^123456782"), name("bsn number"));
        assert_eq!(key("BSN\t^123456782"), name("bsn"));
        assert_eq!(key("> * BSN | ^Anna"), name("bsn"));
        assert_eq!(key("- TFN - ^123 456 782"), name("tfn"));
        assert_eq!(key("a | BSN | ^123456782"), None);
        assert_eq!(key("BSN | ^123456782 | 12"), None);
        assert_eq!(key("She says, my tax number (AFM) is ^123456782"), name("my tax number afm"));
        assert_eq!(key("o meu NIF \u{e9} ^123456782"), name("o meu nif"));
        assert_eq!(key("signed, with DNI ^12.345.678"), name("with dni"));
        assert_eq!(key("Her name is ^Anna"), None);
        assert_eq!(key("^123456782"), None);
    }
}
