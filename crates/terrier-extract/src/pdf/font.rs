//! Fonts: from the codes of a string to characters.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use hayro_cmap::{CMap, CidFamily, load_embedded};
use hayro_font::{CMapResolverFn, Font, FontCache, FontGlyph, FontQuery, FontResolverFn};

use hayro_syntax::object::{Array, Dict, Name, ObjectIdentifier, String as PdfString};

use super::shown::Shown;
use crate::quiet;

/// Codes of a font whose characters are kept.
const MAX_KEPT: usize = 1 << 16;

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
        Self {
            cache: FontCache::new(),
            by_id: RefCell::default(),
            programs: Arc::new(programs),
            cmaps: Arc::new(load_embedded),
        }
    }
}

impl<'a> Fonts<'a> {
    /// Returns the font of a dictionary.
    pub(super) fn get(&self, dict: &Dict<'a>) -> Rc<PageFont<'a>> {
        // A direct dictionary has the number of the object that it is in, which may hold several.
        let key = dict.obj_id().filter(|_| dict.contains_key(b"Subtype"));
        if let Some(font) = key.and_then(|id| self.by_id.borrow().get(&id).filter(|font| font.dict == *dict).cloned()) {
            return font;
        }
        // What a font holds is parsed by many hands: where one of them panics the page is still read.
        let font = quiet::catch(|| self.cache.font(dict, &self.programs, &self.cmaps)).ok().flatten();
        let collection = quiet::catch(|| self.collection(dict)).ok().flatten();
        let font = Rc::new(PageFont { dict: dict.clone(), font, collection, known: RefCell::default() });
        if let Some(id) = key {
            self.by_id.borrow_mut().insert(id, Rc::clone(&font));
        }
        font
    }

    /// Loads what tells the characters of a font of East Asian characters that does not tell them itself.
    fn collection(&self, dict: &Dict<'a>) -> Option<Collection> {
        let descendant = dict.get::<Array<'a>>(b"DescendantFonts")?.iter::<Dict<'a>>().next()?;
        let info = descendant.get::<Dict<'a>>(b"CIDSystemInfo")?;
        let registry = info.get::<PdfString<'a>>(b"Registry")?;
        let ordering = info.get::<PdfString<'a>>(b"Ordering")?;
        let unicode = CidFamily::from_registry_ordering(&registry, &ordering).ucs2_cmap()?;
        let encoding = dict.get::<Name<'a>>(b"Encoding")?;
        let encoding = match encoding.as_ref() {
            b"Identity-H" | b"Identity-V" => CMap::identity_h(),
            name => CMap::parse(load_embedded(hayro_cmap::CMapName::from_bytes(name))?, load_embedded)?,
        };
        Some(Collection { encoding, unicode: CMap::parse(load_embedded(unicode)?, load_embedded)? })
    }
}

/// A character collection of Adobe: codes to characters of the collection, and those to Unicode.
struct Collection {
    encoding: CMap,
    unicode: CMap,
}

/// A font as a page uses it.
pub(super) struct PageFont<'a> {
    dict: Dict<'a>,
    font: Option<Font<'a>>,
    collection: Option<Collection>,
    known: RefCell<HashMap<u32, Rc<Shown>>>,
}

impl PageFont<'_> {
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
            let text = char::from_u32(code).filter(char::is_ascii).map(hayro_cmap::BfString::Char);
            return Shown::new(text, (500.0, 0.0));
        };
        let unicode = match font.glyph(font.map_code(code), code) {
            FontGlyph::Outline(glyph) => glyph.as_unicode(),
            FontGlyph::Type3(glyph) => glyph.as_unicode(),
        };
        let unicode = unicode.or_else(|| self.collection.as_ref()?.unicode(code));
        let advance = font.code_advance(code);
        Shown::new(unicode, (advance.x, advance.y))
    }
}

impl Collection {
    fn unicode(&self, code: u32) -> Option<hayro_cmap::BfString> {
        let cid = (1..=4).find_map(|len| self.encoding.lookup_cid_code(code, len))?;
        self.unicode.lookup_bf_string(cid)
    }
}
