//! The text of Word 6 and 95, in the code pages of its language and of its fonts.

use super::file::{u16_at, u32_at};
use crate::codepage::{decode, of_language};

/// The set of characters of documents that were made on a Macintosh.
const OF_MACINTOSH: u16 = 256;
/// The place in the header that tells where the names of fonts are.
const FONTS: usize = 0xD0;
const WESTERN: u32 = 1252;
/// Code pages with letters of other scripts where Western ones have accented letters, by the sets of characters of fonts.
const SCRIPTS: [(u8, u32); 4] = [(204, 1251), (161, 1253), (177, 1255), (178, 1256)];
/// Code pages of further Latin letters.
const LATIN: [(u8, u32); 4] = [(238, 1250), (162, 1254), (186, 1257), (163, 1258)];

/// Returns the text of a document; `None` where it lies outside of it.
pub(super) fn text(document: &[u8]) -> Option<String> {
    let (start, end) = (u32_at(document, 24) as usize, u32_at(document, 28) as usize);
    let text = document.get(start..end.min(document.len()))?;
    if u16_at(document, 20) == OF_MACINTOSH {
        return Some(decode(text, 10_000));
    }
    let page = of_language(u16_at(document, 6));
    if page != WESTERN {
        return Some(decode(text, page));
    }
    let sets = fonts(document);
    let has = |pages: &[(u8, u32)]| pages.iter().find(|(set, _)| sets.contains(set)).map(|(_, page)| *page);
    match (has(&LATIN), has(&SCRIPTS)) {
        (Some(page), _) => Some(decode(text, page)),
        (None, Some(page)) => Some(by_word(text, page)),
        (None, None) => Some(decode(text, WESTERN)),
    }
}

/// Returns the sets of characters of the fonts.
fn fonts(document: &[u8]) -> Vec<u8> {
    let (start, len) = (u32_at(document, FONTS) as usize, u32_at(document, FONTS + 4) as usize);
    let list = document.get(start..).and_then(|rest| rest.get(..len)).unwrap_or_default();
    let mut rest = list.get(2..).unwrap_or_default();
    let mut sets = Vec::new();
    while let [len, font @ ..] = rest {
        sets.extend(font.get(3));
        rest = font.get(usize::from(*len)..).unwrap_or_default();
    }
    sets
}

/// Decodes the words that are mostly of letters beyond ASCII by `page`: no Western word is.
fn by_word(text: &[u8], page: u32) -> String {
    let mut decoded = String::new();
    for word in text.split_inclusive(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric()) {
        let high = word.iter().filter(|byte| !byte.is_ascii()).count();
        decoded.push_str(&decode(word, if high * 2 >= word.len() { page } else { WESTERN }));
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fonts_tell_the_script_of_words() {
        let mut document = vec![0; 0x200];
        document[6..8].copy_from_slice(&[9, 4]);
        document[24..32].copy_from_slice(&[0, 2, 0, 0, 16, 2, 0, 0]);
        document[FONTS..FONTS + 8].copy_from_slice(&[16, 2, 0, 0, 10, 0, 0, 0]);
        document.extend(b"caf\xE9 \xC7\xE0\xEF\xF3\xF1\xEA 6.0\r\x0a\0\x07\0\0\0\xCC\0A\0");
        assert_eq!(text(&document).as_deref(), Some("caf\u{e9} \u{417}\u{430}\u{43f}\u{443}\u{441}\u{43a} 6.0\r"));
    }
}
