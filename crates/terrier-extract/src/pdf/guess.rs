//! What the codes of a font that does not tell their characters may stand for.

use std::collections::HashMap;

use encoding_rs::WINDOWS_1252;
use hayro_cmap::{CMap, CMapName, CidFamily, load_embedded};
use hayro_font::FontGlyph;
use hayro_syntax::object::{Array, Dict, Name, Object, Stream, String as PdfString};
use skrifa::MetadataProvider;

/// A way to guess characters.
pub(super) enum Guess {
    /// Names of glyphs that are numbers, and else the code itself: fonts of single bytes.
    Simple { names: HashMap<u32, char> },
    /// The character collection of Adobe that the font belongs to: from codes to its characters, and from those to Unicode.
    Collection(Box<(CMap, CMap)>),
    /// The code is the character.
    Code,
    /// The font program says which glyph is meant for which character.
    Program(HashMap<u32, char>),
    /// Nothing tells, but glyphs of TrueType fonts mostly come in one order.
    Order,
}

impl Guess {
    pub(super) fn new(dict: &Dict<'_>, glyph: &FontGlyph<'_>) -> Self {
        let Some(descendant) = dict.get::<Array<'_>>(b"DescendantFonts").and_then(|fonts| fonts.iter::<Dict<'_>>().next()) else {
            return Self::Simple { names: numbered(dict) };
        };
        if let Some(collection) = Self::collection(dict, &descendant) {
            return collection;
        }
        // Writers whose codes are Unicode say so in wrong ways: by the identity, by a table of glyphs that is indexed with characters.
        if maps_identically(dict) || descendant.get::<Stream<'_>>(b"CIDToGIDMap").is_some() {
            return Self::Code;
        }
        match glyph {
            FontGlyph::Outline(outline) => outline.font_data().map_or(Self::Order, |font| Self::program((*font.data).as_ref())),
            FontGlyph::Type3(_) => Self::Order,
        }
    }

    fn collection(dict: &Dict<'_>, descendant: &Dict<'_>) -> Option<Self> {
        let info = descendant.get::<Dict<'_>>(b"CIDSystemInfo")?;
        let registry = info.get::<PdfString<'_>>(b"Registry")?;
        let ordering = info.get::<PdfString<'_>>(b"Ordering")?;
        let unicode = CidFamily::from_registry_ordering(&registry, &ordering).ucs2_cmap()?;
        let encoding = dict.get::<Name<'_>>(b"Encoding")?;
        let encoding = match encoding.as_ref() {
            b"Identity-H" | b"Identity-V" => CMap::identity_h(),
            name => CMap::parse(load_embedded(CMapName::from_bytes(name))?, load_embedded)?,
        };
        let unicode = CMap::parse(load_embedded(unicode)?, load_embedded)?;
        Some(Self::Collection(Box::new((encoding, unicode))))
    }

    fn program(data: &[u8]) -> Self {
        let Ok(font) = skrifa::FontRef::new(data) else { return Self::Order };
        let mut characters = HashMap::new();
        for (character, glyph) in font.charmap().mappings() {
            // What is for private use tells nothing, but that symbol fonts put their codes there.
            let character = if (0xF020..0xF100).contains(&character) { character - 0xF000 } else { character };
            if let Some(character) = char::from_u32(character).filter(|c| is_plain(*c)) {
                characters.entry(glyph.to_u32()).or_insert(character);
            }
        }
        if characters.is_empty() { Self::Order } else { Self::Program(characters) }
    }

    /// Tells whether there is a reason for the guess.
    pub(super) fn is_founded(&self) -> bool {
        !matches!(self, Self::Order)
    }

    /// Returns the character of a code, or of the glyph that it selects.
    pub(super) fn character(&self, code: u32, glyph: u32) -> Option<char> {
        match self {
            Self::Simple { names } => names.get(&code).copied().or_else(|| from_windows(code)),
            Self::Collection(collection) => {
                let (encoding, unicode) = &**collection;
                let cid = (1..=4).find_map(|len| encoding.lookup_cid_code(code, len))?;
                match unicode.lookup_bf_string(cid)? {
                    hayro_cmap::BfString::Char(c) => Some(c),
                    hayro_cmap::BfString::String(string) => string.chars().next(),
                }
            }
            Self::Code => char::from_u32(code).filter(|c| is_plain(*c)),
            Self::Program(characters) => characters.get(&glyph).copied(),
            // The order of the Macintosh, whose first three glyphs are none of characters ("post" table of OpenType).
            Self::Order => glyph.checked_add(29).filter(|code| (0x20..0x7F).contains(code)).and_then(char::from_u32),
        }
    }
}

/// Tells a way from codes to characters that leaves them as they are.
fn maps_identically(dict: &Dict<'_>) -> bool {
    match dict.get::<Object<'_>>(b"ToUnicode") {
        Some(Object::Name(name)) => matches!(name.as_ref(), b"Identity-H" | b"Identity-V"),
        Some(Object::Stream(stream)) => {
            // It is short where it is one, so that its size is no matter.
            let data = stream.raw_data();
            data.len() < 16 << 10 && {
                #[expect(clippy::disallowed_methods, reason = "at most some megabytes")]
                let data = stream.decoded_data().unwrap_or_default();
                memchr::memmem::find(&data, b"/Identity-H").is_some() && memchr::memmem::find(&data, b"beginbf").is_none()
            }
        }
        _ => false,
    }
}

/// Returns the characters of glyphs whose names are their codes, as `a97`, `C61` or `uni0061` are, decimal or hexadecimal alike.
fn numbered(dict: &Dict<'_>) -> HashMap<u32, char> {
    let mut names = HashMap::new();
    let Some(differences) = dict.get::<Dict<'_>>(b"Encoding").and_then(|encoding| encoding.get::<Array<'_>>(b"Differences")) else {
        return names;
    };
    let (mut code, mut numbers) = (0_u32, Vec::new());
    for item in differences.iter::<Object<'_>>().take(1 << 12) {
        match item {
            Object::Number(number) => code = u32::try_from(number.as_i64()).unwrap_or(0),
            Object::Name(name) => {
                let name = String::from_utf8_lossy(&name).into_owned();
                let number = name.trim_start_matches(|c: char| c.is_ascii_alphabetic() && !c.is_ascii_hexdigit() || c == '_');
                let number = number.strip_prefix(|c: char| c.is_ascii_alphabetic()).unwrap_or(number);
                if (2..=4).contains(&number.len()) && number.len() < name.len() && number.bytes().all(|b| b.is_ascii_hexdigit()) {
                    numbers.push((code, number.to_owned()));
                }
                code = code.saturating_add(1);
            }
            _ => {}
        }
    }
    let radix = if numbers.iter().any(|(_, number)| number.bytes().any(|b| b.is_ascii_alphabetic())) { 16 } else { 10 };
    for (code, number) in numbers {
        if let Some(c) = u32::from_str_radix(&number, radix).ok().and_then(char::from_u32).filter(|c| is_plain(*c)) {
            names.insert(code, c);
        }
    }
    names
}

/// Returns the character of a code of Windows.
pub(super) fn from_windows(code: u32) -> Option<char> {
    let byte = u8::try_from(code).ok()?;
    let bytes = [byte];
    let (text, _) = WINDOWS_1252.decode_without_bom_handling(&bytes);
    text.chars().next().filter(|c| is_plain(*c))
}

fn is_plain(c: char) -> bool {
    !c.is_control() && !matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FFF0}'..='\u{FFFF}')
}
