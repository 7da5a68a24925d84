//! The forms of postcodes (UPU S42 and the operators' own pages). A form says little by itself where it is a few digits.

use super::token::{Case, Kind, Token};

/// How much the form of a postcode says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Form {
    /// Four to six digits: any number.
    Plain,
    /// Digits in two groups, which other numbers have as well.
    Grouped,
    /// Letters and digits, or a country before the digits.
    Distinct,
}

/// Returns the form of the postcode that the tokens begin with, and how many of them it takes.
pub(super) fn postcode_at(text: &[u8], tokens: &[Token]) -> Option<(Form, usize)> {
    let first = tokens.first()?;
    let word = &text[first.start..first.end];
    let next = tokens.get(1).filter(|next| text[first.end..next.start].iter().all(|byte| *byte == b' ') && next.start - first.end <= 2);
    let second = next.map_or(&[][..], |next| &text[next.start..next.end]);
    let is_plain = next.is_some_and(|next| matches!(next.kind, Kind::Word | Kind::Number));
    if is_plain && (is_two_parts(word, second) || first.kind == Kind::Number && is_dutch(word, second, next)) {
        return Some((Form::Distinct, 2));
    }
    if is_plain && is_shape(word, b"ddd") && is_shape(second, b"dd") {
        return Some((Form::Grouped, 2));
    }
    if let Some(digits) = without_country(word) {
        let is_long = (4..=6).contains(&digits.len()) && digits.iter().all(u8::is_ascii_digit);
        if is_long {
            return Some((Form::Distinct, 1));
        }
        if is_plain && is_shape(digits, b"ddd") && is_shape(second, b"dd") {
            return Some((Form::Distinct, 2));
        }
    }
    single(word).map(|form| (form, 1))
}

/// Returns the form of a postcode that is one word.
fn single(word: &[u8]) -> Option<Form> {
    const GROUPED: [&[u8]; 6] = [b"dd-ddd", b"dddd-ddd", b"ddddd-ddd", b"ddd-dddd", b"ddddd-dddd", b"dd.ddd-ddd"];
    if (4..=6).contains(&word.len()) && word.iter().all(u8::is_ascii_digit) {
        return Some(Form::Plain);
    }
    if GROUPED.iter().any(|shape| is_shape(word, shape)) {
        return Some(Form::Grouped);
    }
    let is_letters = word.len() >= 6 && word.len() <= 7 && word.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if is_letters && (is_shape(word, b"adadad") || is_shape(word, b"ddddaa")) {
        return Some(Form::Distinct);
    }
    None
}

/// Tells whether two words are a postcode of Canada, the United Kingdom or Ireland.
fn is_two_parts(first: &[u8], second: &[u8]) -> bool {
    let is_canadian = is_shape(first, b"ada") && is_shape(second, b"dad");
    let is_british =
        is_shape(second, b"daa") && [&b"ad"[..], b"add", b"aad", b"aadd", b"ada", b"aada"].iter().any(|shape| is_shape(first, shape));
    let is_irish = (is_shape(first, b"add") || first == b"D6W")
        && second.len() == 4
        && second[0].is_ascii_uppercase()
        && second.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        && second.iter().any(u8::is_ascii_digit);
    is_canadian || is_british || is_irish
}

fn is_dutch(first: &[u8], second: &[u8], next: Option<&Token>) -> bool {
    let is_code = next.is_some_and(|next| next.case == Case::AllCapitals) && is_shape(second, b"aa");
    is_shape(first, b"dddd")
        && first[0] != b'0'
        && is_code
        && !matches!(second, b"SA" | b"SD" | b"SS" | b"AM" | b"PM" | b"BC" | b"AD" | b"MB" | b"GB" | b"KB" | b"HZ")
}

/// Takes a country's code and a hyphen off: `D-12345`.
fn without_country(word: &[u8]) -> Option<&[u8]> {
    let hyphen = word.iter().take(4).position(|byte| *byte == b'-')?;
    let code = &word[..hyphen];
    const CODES: &[u8] = b" A B CH D DK E F FIN FI FL GR H HR HU I IT IS L LT LV MD MC N NL NO P PL PT RO S SE SI SK SLO CZ CY EE DE AT BE FR ES AZ AD VI UA ";
    let is_code = !code.is_empty() && code.iter().all(u8::is_ascii_uppercase) && {
        let mut padded = Vec::with_capacity(5);
        padded.push(b' ');
        padded.extend_from_slice(code);
        padded.push(b' ');
        memchr::memmem::find(CODES, &padded).is_some()
    };
    is_code.then(|| &word[hyphen + 1..])
}

/// Tells whether a word has the shape: `d` is a digit, `a` a capital, all else itself.
fn is_shape(word: &[u8], shape: &[u8]) -> bool {
    word.len() == shape.len()
        && word.iter().zip(shape).all(|(byte, expected)| match expected {
            b'd' => byte.is_ascii_digit(),
            b'a' => byte.is_ascii_uppercase(),
            other => byte == other,
        })
}
