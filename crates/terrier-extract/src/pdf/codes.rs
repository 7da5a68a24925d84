//! What the codes of a font are by themselves, where nothing tells their characters.
//!
//! Viewers hand such codes out as characters, or the numbers in the names of glyphs, when text is copied. That is the text of some documents,
//! whatever else may be guessed of their fonts, so a page has it as a second reading.

use std::collections::HashMap;

use hayro_cmap::{CMap, CMapName, load_embedded};
use hayro_syntax::object::{Array, Dict, Object, Stream, String as PdfString};

/// Names of glyphs in a list of differences that are looked at.
const MAX_NAMES: usize = 1 << 12;
/// Code up to which a list of differences begins whose names are numbers.
const MAX_FIRST: i64 = 5;

/// What the codes of a font are by themselves.
pub(super) enum Codes {
    /// Fonts of single bytes: the numbers in the names of glyphs, else the code.
    Simple { numbers: HashMap<u32, char> },
    /// The number of the glyph's character that the encoding leads to, where no collection gives numbers a meaning.
    Numbers(Box<CMap>),
    /// Nothing: the font has a map to characters, and the code is not in it.
    Nothing,
    /// The collection that the font belongs to gives its numbers a meaning.
    Collected,
}

impl Codes {
    pub(super) fn new(dict: &Dict<'_>) -> Self {
        let Some(descendant) = dict.get::<Array<'_>>(b"DescendantFonts").and_then(|fonts| fonts.iter::<Dict<'_>>().next()) else {
            return Self::Simple { numbers: numbers(dict) };
        };
        if dict.get::<Stream<'_>>(b"ToUnicode").is_some() {
            return Self::Nothing;
        }
        match encoding(dict) {
            Some(encoding) if is_without_meaning(&descendant) => Self::Numbers(Box::new(encoding)),
            _ => Self::Collected,
        }
    }

    /// Returns what a code is by itself, if that is anything but its character.
    pub(super) fn text(&self, code: u32) -> Option<String> {
        let character = match self {
            Self::Simple { numbers } => numbers.get(&code).copied().or_else(|| char::from_u32(code)),
            Self::Numbers(encoding) => (1..=4).find_map(|len| encoding.lookup_cid_code(code, len)).and_then(char::from_u32),
            Self::Nothing => None,
            Self::Collected => return None,
        };
        Some(character.filter(|c| *c != '\0').map(|c| if c.is_whitespace() { ' ' } else { c }).into_iter().collect())
    }
}

/// Returns the encoding of a font of many characters.
fn encoding(dict: &Dict<'_>) -> Option<CMap> {
    match dict.get::<Object<'_>>(b"Encoding")? {
        Object::Name(name) if matches!(name.as_ref(), b"Identity-H" | b"Identity-V") => Some(CMap::identity_h()),
        Object::Name(name) => CMap::parse(load_embedded(CMapName::from_bytes(&name))?, load_embedded),
        Object::Stream(stream) => {
            #[expect(clippy::disallowed_methods, reason = "the worker's memory bounds it, as it does where the font is loaded")]
            let data = stream.decoded_data().ok()?;
            CMap::parse(&data, load_embedded)
        }
        _ => None,
    }
}

/// Tells whether the numbers of a font's characters are numbers and nothing else.
fn is_without_meaning(descendant: &Dict<'_>) -> bool {
    let Some(info) = descendant.get::<Dict<'_>>(b"CIDSystemInfo") else { return false };
    let ordering = info.get::<PdfString<'_>>(b"Ordering");
    ordering.is_some_and(|ordering| matches!(ordering.as_ref(), b"Identity" | b"UCS"))
}

/// Returns the numbers in the names of a font's glyphs, if all are numbered.
fn numbers(dict: &Dict<'_>) -> HashMap<u32, char> {
    let differences = dict.get::<Dict<'_>>(b"Encoding").and_then(|encoding| encoding.get::<Array<'_>>(b"Differences"));
    let Some(names) = differences.and_then(|differences| names(&differences)) else { return HashMap::new() };
    let is_hexadecimal = names.iter().any(|(_, name)| is_hexadecimal(name));
    let numbered = names.iter().map(|(code, name)| Some((*code, number(name, is_hexadecimal)?)));
    let numbered: Option<Vec<(u32, u32)>> = numbered.collect();
    numbered.unwrap_or_default().into_iter().filter_map(|(code, number)| Some((code, char::from_u32(number)?))).collect()
}

/// Returns the codes and the names of differences that begin where those of numbered names do.
fn names(differences: &Array<'_>) -> Option<Vec<(u32, Vec<u8>)>> {
    let (mut code, mut names) = (0_u32, Vec::new());
    for item in differences.iter::<Object<'_>>().take(MAX_NAMES) {
        match item {
            Object::Number(number) if number.as_i64() <= MAX_FIRST => code = u32::try_from(number.as_i64()).unwrap_or(0),
            Object::Name(name) => {
                names.push((code, name.to_vec()));
                code += 1;
            }
            _ => return None,
        }
    }
    Some(names)
}

/// Tells whether the digits of a name, two behind a letter at most, cannot be decimal.
fn is_hexadecimal(name: &[u8]) -> bool {
    match name {
        [letter, high, low] if letter.is_ascii_alphabetic() => {
            high.is_ascii_hexdigit() && low.is_ascii_hexdigit() && !(high.is_ascii_digit() && low.is_ascii_digit())
        }
        [high, low] => high.is_ascii_hexdigit() && low.is_ascii_hexdigit() && low.is_ascii_alphabetic(),
        _ => false,
    }
}

/// Returns the number in a name, behind two letters at most.
fn number(name: &[u8], is_hexadecimal: bool) -> Option<u32> {
    let name = std::str::from_utf8(name).ok()?.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    if is_hexadecimal {
        let digits = if name.len() == 3 { name.strip_prefix(|c: char| c.is_ascii_alphabetic())? } else { name };
        return (digits.len() == 2).then(|| u32::from_str_radix(digits, 16).ok()).flatten();
    }
    let letters = name.bytes().take(2).take_while(u8::is_ascii_alphabetic).count();
    name[letters..].parse().ok()
}
