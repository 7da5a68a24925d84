//! What stands around a name.

use super::table::Kind;
use super::word::{character_at, character_before, word_after, word_before};

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
    pub(super) comma: bool,
    pub(super) capital: bool,
    pub(super) article: bool,
    pub(super) number_above: bool,
}

/// Looks at what stands before a place.
pub(super) fn before(text: &[u8], start: usize) -> Before {
    let mut found = Before::default();
    let mut at = start;
    let mut passed = 0;
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
                found.comma = true;
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
    if found.sentence_start || found.comma || found.ampersand {
        // `Dr. Smith` and `Mr. Smith`: the stop ends no sentence. Such words stand in the row of capitals, unless they are small.
        if character == '.'
            && let Some((range, known)) = word_before(text, back_over_spaces(text, at - length))
            && (matches!(known.kind(), Kind::Title | Kind::Role | Kind::PlaceBefore) || range.len() == 1)
        {
            found.kind = Some(known.kind());
            found.sentence_start = false;
        }
        return found;
    }
    let end = if found.keyed { back_over_spaces(text, at - length) } else { at };
    if let Some((range, known)) = word_before(text, end) {
        let is_capital = character_at(text, range.start).is_some_and(|(first, _)| first.is_uppercase());
        found.kind = Some(known.kind()).filter(|kind| is_capital || *kind != Kind::Title || is_title_in_small_letters(&text[range.clone()]));
        found.article = is_article(&text[range.clone()]);
        found.capital = character_at(text, range.start).is_some_and(|(first, _)| first.is_uppercase());
        let end = back_over_spaces(text, range.start);
        if end != range.start {
            found.further = word_before(text, end).map(|(_, known)| known.kind());
        }
    }
    found
}

/// Units and the like are spelled as some titles are: `mm`, `mg`.
fn is_title_in_small_letters(word: &[u8]) -> bool {
    matches!(word, b"mr" | b"mrs" | b"ms" | b"dr") || word.len() >= 3 && !matches!(word, b"mgr" | b"mme" | b"ing" | b"mec" | b"inz" | b"hab")
}

fn is_article(word: &[u8]) -> bool {
    const ARTICLES: [&[u8]; 7] = [b"the", b"a", b"an", b"this", b"der", b"die", b"das"];
    ARTICLES.iter().any(|article| word.eq_ignore_ascii_case(article))
}

fn back_over_blanks(text: &[u8], mut at: usize) -> usize {
    let least = at.saturating_sub(16);
    while at > least && text[at - 1].is_ascii_whitespace() {
        at -= 1;
    }
    at
}

fn back_over_spaces(text: &[u8], mut at: usize) -> usize {
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
    pub(super) possessive: bool,
    /// A year, an age or the like in brackets or between commas.
    pub(super) life: bool,
    pub(super) line_end: bool,
    pub(super) ampersand: bool,
    /// A role in apposition: `, the chairman`.
    pub(super) role: bool,
    /// A place in apposition: `, Ohio`.
    pub(super) place: bool,
    /// An organisation's ending in apposition: `, Inc`.
    pub(super) organisation: bool,
    pub(super) who: bool,
    pub(super) comma: bool,
    pub(super) colon: bool,
    /// An initial after a comma: `Smith, J.`
    pub(super) initial: bool,
}

/// Looks at what stands behind a place.
pub(super) fn behind(text: &[u8], end: usize) -> Behind {
    let mut found = Behind::default();
    let mut at = end;
    for form in ["'s", "’s", " 's", " ' s"] {
        if text[at..].starts_with(form.as_bytes()) && !text.get(at + form.len()).is_some_and(u8::is_ascii_alphanumeric) {
            found.possessive = true;
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
        None | Some(b'\n' | b'\r') => {
            found.line_end = true;
            return found;
        }
        Some(b'0'..=b'9') => found.number = true,
        Some(b'&') => found.ampersand = true,
        Some(b':') => found.colon = true,
        Some(b'(') => {
            let inside = skip(text, at + 1);
            found.life = text.get(inside).is_some_and(u8::is_ascii_digit) || is_born(text, inside);
        }
        Some(b',') => {
            found.comma = true;
            appositive(text, skip(text, at + 1), &mut found);
        }
        _ => {
            if let Some((range, known)) = word_after(text, at) {
                found.kind = Some(known.kind());
                found.who = is_who(&text[range]);
            }
        }
    }
    found
}

fn skip(text: &[u8], mut at: usize) -> usize {
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
    if let [b'A'..=b'Z', b'.', ..] | [b'A'..=b'Z', b' ', b'.', ..] = text[at..] {
        found.initial = !text[at..].starts_with(b"M.D");
    }
    if text[at..].starts_with(b"M.D") || text[at..].starts_with(b"Ph.D") || is_born(text, at) {
        found.life = true;
        return;
    }
    let mut at = at;
    for index in 0..3 {
        let Some((range, known)) = word_after(text, at) else { return };
        let is_capital = text[range.start].is_ascii_uppercase();
        match known.kind() {
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

/// Tells whether another name stands beside this one in a list: `Alice, Bob and Carol`.
pub(super) fn is_among_names(text: &[u8], start: usize, end: usize) -> bool {
    let mut at = back_over_spaces(text, start);
    if at > 0 && text[at - 1] == b',' {
        at = back_over_spaces(text, at - 1);
    } else if let Some((range, _)) = word_before(text, at).filter(|(range, _)| is_and(&text[range.clone()])) {
        at = back_over_spaces(text, range.start);
        if at > 0 && text[at - 1] == b',' {
            at = back_over_spaces(text, at - 1);
        }
    } else {
        at = 0;
    }
    let before = at > 0 && word_before(text, at).is_some_and(|(range, known)| is_name_alone(text, range.start, known));
    let mut at = skip(text, end);
    if text.get(at) == Some(&b',') {
        at = skip(text, at + 1);
    }
    let and = word_after(text, at).filter(|(range, _)| is_and(&text[range.clone()]));
    if let Some((range, _)) = &and {
        at = skip(text, range.end);
    }
    let is_parted = and.is_some() || text.get(skip(text, end)) == Some(&b',');
    before || is_parted && word_after(text, at).is_some_and(|(range, known)| is_name_alone(text, range.start, known))
}

fn is_and(word: &[u8]) -> bool {
    matches!(word, b"and" | b"y" | b"e" | b"und" | b"et" | b"i" | b"oraz" | b"en" | b"och" | b"og" | b"or")
}

fn is_name_alone(text: &[u8], start: usize, known: super::table::Known) -> bool {
    let is_capital = character_at(text, start).is_some_and(|(first, _)| first.is_uppercase());
    is_capital && (known.given() >= 3 || known.surname() >= 3) && known.common() == 0 && known.place() <= 1 && known.kind() == Kind::None
}

/// How far away a name in full counts for its parts.
const NEARBY: usize = 900;
/// How many places of the same word are looked at.
const MOST_PLACES: usize = 6;

/// Tells whether the same word stands within a name in full nearby.
pub(super) fn is_named_nearby(text: &[u8], start: usize, end: usize) -> bool {
    let word = &text[start..end];
    let area = start.saturating_sub(NEARBY)..text.len().min(end + NEARBY);
    memchr::memmem::find_iter(&text[area.clone()], word)
        .map(|at| at + area.start)
        .filter(|at| *at != start)
        .take(MOST_PLACES)
        .any(|at| stands_in_full(text, at, at + word.len()))
}

fn stands_in_full(text: &[u8], start: usize, end: usize) -> bool {
    let is_whole = character_before(text, start).is_none_or(|(before, _)| !before.is_alphanumeric())
        && character_at(text, end).is_none_or(|(after, _)| !after.is_alphanumeric());
    if !is_whole {
        return false;
    }
    let space = start.checked_sub(1).and_then(|at| text.get(at)) == Some(&b' ');
    let mut before = start.saturating_sub(1);
    if space && text.get(before.wrapping_sub(1)) == Some(&b'.') {
        before -= 1;
    }
    let given_before = space
        && word_before(text, before).is_some_and(|(range, known)| {
            let is_capital = text[range.start].is_ascii_uppercase() || text[range.start] >= 0xC3;
            let is_initial = range.len() == 1 && text[range.start] != b'A' && text[range.start] != b'I';
            is_capital
                && (is_initial || known.given() >= 3 && known.common() <= 1 && known.kind() == Kind::None || known.kind() == Kind::Title)
        });
    let surname_behind = text.get(end) == Some(&b' ')
        && word_after(text, end + 1).is_some_and(|(range, known)| {
            let is_capital = text[range.start].is_ascii_uppercase() || text[range.start] >= 0xC3;
            is_capital && range.len() > 2 && known.surname() >= 2 && known.common() <= 1 && known.kind() == Kind::None
        })
        && word_after(text, start).is_some_and(|(_, known)| known.given() >= 3);
    given_before || surname_behind
}
