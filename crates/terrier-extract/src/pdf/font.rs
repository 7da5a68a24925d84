//! Fonts: from the codes of a string to characters.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use hayro_cmap::{BfString, load_embedded};
use hayro_font::{CMapResolverFn, Font, FontCache, FontGlyph, FontQuery, FontResolverFn};
use hayro_syntax::object::{Array, Dict, Name, ObjectIdentifier};

use super::codes::Codes;
use super::guess::{self, Guess};
use super::shown::Shown;
use crate::quiet;

/// Codes of a font whose characters are kept.
const MAX_KEPT: usize = 1 << 16;
/// Widths of a font that are looked at to tell how large its letters are.
const MAX_WIDTHS: usize = 256;

/// The fonts of a document, each of which is loaded once.
pub(super) struct Fonts<'a> {
    cache: FontCache<'a>,
    by_id: RefCell<HashMap<ObjectIdentifier, Rc<PageFont<'a>>>>,
    programs: FontResolverFn,
    cmaps: CMapResolverFn,
}

impl Default for Fonts<'_> {
    fn default() -> Self {
        let programs = |query: &FontQuery| match query {
            FontQuery::Standard(font) => Some(font.get_font_data()),
            FontQuery::Fallback(query) => Some(query.pick_standard_font().get_font_data()),
        };
        Self { cache: FontCache::new(), by_id: RefCell::default(), programs: Arc::new(programs), cmaps: Arc::new(load_embedded) }
    }
}

impl<'a> Fonts<'a> {
    /// Returns a font of which nothing is known: what is ASCII is taken for it.
    pub(super) fn unknown(&self) -> Rc<PageFont<'a>> {
        Rc::new(PageFont {
            dict: Dict::empty(),
            font: None,
            em: 1.0,
            guess: OnceCell::new(),
            codes: OnceCell::new(),
            says_nothing: OnceCell::new(),
            known: RefCell::default(),
        })
    }

    /// Returns the font of a dictionary.
    pub(super) fn get(&self, dict: &Dict<'a>) -> Rc<PageFont<'a>> {
        // A direct dictionary has the number of the object that it is in, which may hold several.
        let key = dict.obj_id();
        if let Some(font) = key.and_then(|id| self.by_id.borrow().get(&id).filter(|font| font.dict == *dict).cloned()) {
            return font;
        }
        // What a font holds is parsed by many hands: where one of them panics the page is still read.
        let font = quiet::catch(|| self.cache.font(dict, &self.programs, &self.cmaps)).ok().flatten();
        let font = Rc::new(PageFont {
            dict: dict.clone(),
            font,
            em: em(dict),
            guess: OnceCell::new(),
            codes: OnceCell::new(),
            says_nothing: OnceCell::new(),
            known: RefCell::default(),
        });
        if let Some(id) = key {
            self.by_id.borrow_mut().insert(id, Rc::clone(&font));
        }
        font
    }
}

/// A font as a page uses it.
pub(super) struct PageFont<'a> {
    dict: Dict<'a>,
    font: Option<Font<'a>>,
    em: f64,
    guess: OnceCell<Guess>,
    codes: OnceCell<Codes>,
    says_nothing: OnceCell<bool>,
    known: RefCell<HashMap<u32, Rc<Shown>>>,
}

impl PageFont<'_> {
    /// Returns how high letters are at size 1: about 1, but where the font has measures of its own.
    pub(super) fn em(&self) -> f64 {
        self.em
    }

    /// Tells whether lines run from left to right rather than from top to bottom.
    pub(super) fn is_horizontal(&self) -> bool {
        self.font.as_ref().is_none_or(Font::is_horizontal)
    }

    /// Reads the next code at the start of `bytes`, which is not empty: what it shows, and its length.
    pub(super) fn next(&self, bytes: &[u8]) -> (Rc<Shown>, usize) {
        let (code, len) = match &self.font {
            Some(font) => font.read_code(bytes, 0),
            None => (u32::from(bytes[0]), 1),
        };
        if let Some(known) = self.known.borrow().get(&code) {
            return (Rc::clone(known), len);
        }
        let shown = Rc::new(quiet::catch(|| self.show(code)).unwrap_or_default());
        let mut known = self.known.borrow_mut();
        if known.len() < MAX_KEPT {
            known.insert(code, Rc::clone(&shown));
        }
        (shown, len)
    }

    fn show(&self, code: u32) -> Shown {
        let Some(font) = &self.font else {
            let text = char::from_u32(code).filter(char::is_ascii).map(BfString::Char);
            return Shown::new(text, (500.0, 0.0));
        };
        let glyph = font.map_code(code);
        let outline = font.glyph(glyph, code);
        let unicode = match &outline {
            FontGlyph::Outline(outline) => outline.as_unicode(),
            // Names are the writer's own here: what is called a square may well be an `a`.
            FontGlyph::Type3(drawn) => drawn.as_unicode().filter(|unicode| !(is_shape(unicode) && is_ascii_letter(code))),
        };
        let unicode = self.of_windows(code).or(unicode);
        let advance = font.code_advance(code);
        let shown = Shown::new(unicode, (advance.x, advance.y));
        if !shown.text.is_empty() {
            return shown;
        }
        let guess = self.guess.get_or_init(|| Guess::new(&self.dict, &outline));
        let guessed = Shown::new(guess.character(code, glyph.to_u32()).map(BfString::Char), (advance.x, advance.y));
        let code = self.codes.get_or_init(|| Codes::new(&self.dict)).text(code).filter(|code| *code != guessed.text);
        Shown { is_told: guessed.is_told && guess.is_founded(), code, ..guessed }
    }

    /// Returns the character of a code of a TrueType font that says nothing of its codes: most are of Windows, as are those who make them.
    fn of_windows(&self, code: u32) -> Option<BfString> {
        let says_nothing = *self.says_nothing.get_or_init(|| {
            self.dict.get::<Name<'_>>(b"Subtype").as_deref() == Some(b"TrueType")
                && [b"Encoding".as_slice(), b"ToUnicode"].iter().all(|key| !self.dict.contains_key(key))
                // What is embedded may be a font of another kind, with codes of its own.
                && self.dict.get::<Dict<'_>>(b"FontDescriptor").is_none_or(|descriptor| {
                    [b"FontFile".as_slice(), b"FontFile3"].iter().all(|key| !descriptor.contains_key(key))
                })
        });
        says_nothing.then(|| guess::from_windows(code)).flatten().map(BfString::Char)
    }
}

fn is_shape(unicode: &BfString) -> bool {
    matches!(unicode, BfString::Char('\u{25A0}'..='\u{25FF}'))
}

fn is_ascii_letter(code: u32) -> bool {
    char::from_u32(code).is_some_and(|c| c.is_ascii_alphabetic())
}

/// Returns the height of the letters of a font that is drawn by content streams, at size 1.
///
/// Boxes are often made up. What they say counts where it is near to what letters measure, else the usual width of a letter tells.
fn em(dict: &Dict<'_>) -> f64 {
    let Some(matrix) = dict.get::<[f64; 6]>(b"FontMatrix") else { return 1.0 };
    let height = dict.get::<[f64; 4]>(b"FontBBox").map_or(0.0, |bbox| (bbox[3] - bbox[1]).abs()) * matrix[3].abs();
    let widths = dict.get::<Array<'_>>(b"Widths").into_iter().flat_map(|widths| widths.iter::<f64>().take(MAX_WIDTHS).collect::<Vec<_>>());
    let mut widths: Vec<f64> = widths.map(f64::abs).filter(|width| *width > 0.0).collect();
    widths.sort_by(f64::total_cmp);
    let width = widths.get(widths.len() / 2).map_or(0.0, |width| width * matrix[0].abs());
    let em = [height, 2.0 * width, height, matrix[3].abs() * 1000.0];
    let is_likely = |em: &&f64| (0.25..=4.0).contains(*em);
    let is_any = |em: &&f64| em.is_finite() && **em > 0.0;
    em.iter().find(is_likely).or_else(|| em.iter().find(is_any)).copied().unwrap_or(1.0)
}
