//! What of a code is shown: its character or characters, and how far it moves on.

use hayro_font::hayro_cmap::BfString;

/// What one code of a font shows.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Shown {
    /// Its text; empty where the font does not tell.
    pub(super) text: String,
    /// What the code is by itself, where nothing tells its text and this is not what is guessed.
    pub(super) code: Option<String>,
    /// How far it moves on, along the line and across it, in thousandths of the font's size.
    pub(super) advance: (f64, f64),
    /// Whether something tells that it is this text.
    pub(super) is_told: bool,
}

impl Shown {
    pub(super) fn new(text: Option<BfString>, advance: (f64, f64)) -> Self {
        let text = match text {
            Some(BfString::Char(c)) => readable(&[c]),
            Some(BfString::String(string)) => readable(&string.chars().collect::<Vec<_>>()),
            None => String::new(),
        };
        Self { is_told: !text.is_empty(), text, code: None, advance }
    }
}

/// Writes characters as people would type them: no ligatures, nothing that cannot be seen.
fn readable(characters: &[char]) -> String {
    let mut text = String::new();
    for c in characters {
        match c {
            '\u{FB00}' => text.push_str("ff"),
            '\u{FB01}' => text.push_str("fi"),
            '\u{FB02}' => text.push_str("fl"),
            '\u{FB03}' => text.push_str("ffi"),
            '\u{FB04}' => text.push_str("ffl"),
            '\u{FB05}' | '\u{FB06}' => text.push_str("st"),
            // A ligature at the end of what a font says is cut with a null.
            '\u{FFFD}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}' | '\u{200B}' => {}
            c if c.is_whitespace() => text.push(' '),
            c if c.is_control() => {}
            c => text.push(*c),
        }
    }
    text
}
