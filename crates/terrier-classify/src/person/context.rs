//! What stands around a name.

use super::table::{Kind, kind_of};
use super::word::{character_before, is_capital, known, word_after, word_before};

/// What stands before a name, outside of its row of capitals.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Before {
    pub(super) kind: Option<Kind>,
    /// The kind of the word before that one.
    pub(super) further: Option<Kind>,
    pub(super) sentence_start: bool,
    pub(super) line_start: bool,
    pub(super) number: bool,
    pub(super) keyed: bool,
    pub(super) ampersand: bool,
    pub(super) article: bool,
    pub(super) number_above: bool,
}

/// Looks at what stands before a place.
pub(super) fn before(text: &[u8], start: usize) -> Before {
    let mut found = Before::default();
    let mut at = start;
    let mut passed = 0;
    let mut is_parted = false;
    loop {
        let Some((character, length)) = character_before(text, at) else {
            found.sentence_start = true;
            found.line_start = true;
            return found;
        };
        if passed > 12 {
            return found;
        }
        match character {
            ' ' | '\u{A0}' | '\t' | '"' | '\'' | '“' | '‘' | '„' | '(' | '[' | '*' | '\\' => {}
            '\n' | '\r' => {
                found.sentence_start = true;
                found.line_start = true;
                break;
            }
            '.' | '!' | '?' | '»' | '”' | ';' | '•' | '>' | '|' => {
                found.sentence_start = true;
                break;
            }
            ':' | '=' => {
                found.keyed = true;
                break;
            }
            ',' => {
                is_parted = true;
                break;
            }
            '&' => {
                found.ampersand = true;
                break;
            }
            _ => break,
        }
        at -= length;
        passed += length;
    }
    let Some((character, length)) = character_before(text, at) else { return found };
    found.number = character.is_ascii_digit();
    if found.line_start && matches!(character, '\n' | '\r') {
        // The line before ends in a number where a line of an address follows.
        found.number_above = character_before(text, back_over_blanks(text, at)).is_some_and(|(last, _)| last.is_ascii_digit());
    }
    if character == '/' && matches!(text.get(at.wrapping_sub(2)), Some(b'c' | b'C')) {
        found.kind = Some(Kind::PlaceBefore);
        return found;
    }
    if found.sentence_start || is_parted || found.ampersand {
        // `Dr. Smith` and `Mr. Smith`: the stop ends no sentence. Such words stand in the row of capitals, unless they are small.
        if character == '.'
            && let Some(range) = word_before(text, back_over_spaces(text, at - length))
            && let kind = kind_of(&text[range.clone()])
            && (matches!(kind, Kind::Title | Kind::Role | Kind::PlaceBefore) || range.len() == 1)
        {
            found.kind = Some(kind);
            found.sentence_start = false;
        }
        return found;
    }
    let end = if found.keyed { back_over_spaces(text, at - length) } else { at };
    if let Some(range) = word_before(text, end) {
        let is_capital = is_capital(text, range.start);
        found.kind = Some(kind_of(&text[range.clone()]))
            .filter(|kind| is_capital || *kind != Kind::Title || is_title_in_small_letters(&text[range.clone()]));
        found.article = is_article(&text[range.clone()]);
        found.further = further(text, range.start);
    }
    found
}

/// The kind of the word before the one that begins at a place, past the particles of `Avda. de la`.
fn further(text: &[u8], start: usize) -> Option<Kind> {
    let mut at = start;
    for _ in 0..3 {
        let end = back_over_spaces(text, at);
        if end == at {
            return None;
        }
        let end = end - usize::from(end > 0 && text[end - 1] == b'.');
        let range = word_before(text, end)?;
        match kind_of(&text[range.clone()]) {
            Kind::Particle => at = range.start,
            kind => return Some(kind),
        }
    }
    None
}

/// Units and the like are spelled as some titles are: `mm`, `mg`.
fn is_title_in_small_letters(word: &[u8]) -> bool {
    matches!(word, b"mr" | b"mrs" | b"ms" | b"dr")
        || word.len() >= 3 && !matches!(word, b"mgr" | b"mme" | b"ing" | b"mec" | b"inz" | b"hab")
}

pub(super) fn is_article(word: &[u8]) -> bool {
    const ARTICLES: [&[u8]; 7] = [b"the", b"a", b"an", b"this", b"der", b"die", b"das"];
    ARTICLES.iter().any(|article| word.eq_ignore_ascii_case(article))
}

/// Those that hardly begin what is said of a person whose name stands right before.
fn is_article_behind(word: &[u8]) -> bool {
    matches!(
        word,
        b"the" | b"a" | b"an" | b"this" | b"la" | b"el" | b"los" | b"las" | b"una" | b"un" | b"le" | b"les" | b"der" | b"die" | b"das"
    )
}

fn back_over_blanks(text: &[u8], mut at: usize) -> usize {
    let least = at.saturating_sub(16);
    while at > least && text[at - 1].is_ascii_whitespace() {
        at -= 1;
    }
    at
}

pub(super) fn back_over_spaces(text: &[u8], mut at: usize) -> usize {
    let least = at.saturating_sub(8);
    while at > least && text[at - 1] == b' ' {
        at -= 1;
    }
    at
}

/// What stands behind a name.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Behind {
    pub(super) kind: Option<Kind>,
    pub(super) number: bool,
    /// A year, an age or the like in brackets or between commas.
    pub(super) life: bool,
    pub(super) ampersand: bool,
    /// A role in apposition: `, the chairman`.
    pub(super) role: bool,
    /// A place in apposition: `, Ohio`.
    pub(super) place: bool,
    /// An organisation's ending in apposition: `, Inc`.
    pub(super) organisation: bool,
    pub(super) who: bool,
    pub(super) colon: bool,
    pub(super) article: bool,
}

/// Looks at what stands behind a place.
pub(super) fn behind(text: &[u8], end: usize) -> Behind {
    let mut found = Behind::default();
    let mut at = end;
    for form in ["'s", "’s", " 's", " ' s"] {
        if text[at..].starts_with(form.as_bytes()) && !text.get(at + form.len()).is_some_and(u8::is_ascii_alphanumeric) {
            at += form.len();
            break;
        }
    }
    if text.get(at) == Some(&b'.') {
        at += 1;
    }
    while at < end + 8 && matches!(text.get(at), Some(b' ' | b'"' | b'\'' | b'*')) {
        at += 1;
    }
    match text.get(at) {
        None | Some(b'\n' | b'\r') => {}
        Some(b'0'..=b'9') => found.number = true,
        Some(b'&') => found.ampersand = true,
        Some(b':') => found.colon = at == end,
        Some(b'(') => {
            let inside = skip(text, at + 1);
            found.life = text.get(inside).is_some_and(u8::is_ascii_digit) || is_born(text, inside);
        }
        Some(b',') => {
            appositive(text, skip(text, at + 1), &mut found);
        }
        _ => {
            if let Some(range) = word_after(text, at) {
                found.kind = Some(kind_of(&text[range.clone()]));
                found.who = is_who(&text[range.clone()]);
                found.article = at > end && is_article_behind(&text[range]);
            }
        }
    }
    found
}

pub(super) fn skip(text: &[u8], mut at: usize) -> usize {
    let most = at + 4;
    while at < most && text.get(at) == Some(&b' ') {
        at += 1;
    }
    at
}

fn is_born(text: &[u8], at: usize) -> bool {
    ["born", "b. ", "b . ", "d. ", "aged", "age ", "née", "geb", "ur. ", "né"].iter().any(|word| text[at..].starts_with(word.as_bytes()))
}

fn is_who(word: &[u8]) -> bool {
    matches!(word, b"who" | b"whose" | b"whom" | b"quien" | b"qui")
}

/// `, 34,`, `, the chairman`, `, who`, `, M.D.`, `, Ohio`
fn appositive(text: &[u8], at: usize, found: &mut Behind) {
    let digits = text[at..].iter().take(4).take_while(|byte| byte.is_ascii_digit()).count();
    if digits > 0 {
        let rest = skip(text, at + digits);
        found.life |= digits == 2 && matches!(text.get(rest), None | Some(b',' | b'.' | b'\n' | b';' | b')'));
        return;
    }
    if text[at..].starts_with(b"M.D") || text[at..].starts_with(b"Ph.D") || is_born(text, at) {
        found.life = true;
        return;
    }
    let mut at = at;
    for index in 0..3 {
        let Some(range) = word_after(text, at) else { return };
        let is_capital = text[range.start].is_ascii_uppercase();
        match kind_of(&text[range.clone()]) {
            Kind::Role => {
                found.role = true;
                return;
            }
            Kind::Suffix if index == 0 && is_capital => {
                found.life = true;
                return;
            }
            Kind::Organisation if index == 0 && is_capital && range.len() <= 5 => {
                found.organisation = true;
                return;
            }
            _ if index == 0 && is_who(&text[range.clone()]) => {
                found.who = true;
                return;
            }
            _ if index == 0 && is_capital => {
                let is_state = range.len() == 2 && text[range.clone()].iter().all(u8::is_ascii_uppercase);
                let known = known(&text[range.clone()]);
                found.place = is_state || known.place() >= 2 && known.given() < 4;
                return;
            }
            _ => {}
        }
        at = skip(text, range.end);
        if at == range.end {
            return;
        }
    }
}
