//! What speaks for and against a row of words being a person's name.

use std::ops::Range;

use super::chain::{Chain, Gap};
use super::context::{self, before, behind, is_among_names, is_named_nearby};
use super::ending::has_surname_ending;
use super::fold::fold;
use super::table::{Kind, look_up};
use super::word::Word;

/// The facts that a name is judged by.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Traits {
    pub(crate) words: u8,
    /// Of the words that may be given names, the most usual: see `Known::given`.
    pub(crate) given: u8,
    pub(crate) given_common: u8,
    pub(crate) given_place: u8,
    pub(crate) surname: u8,
    pub(crate) surname_common: u8,
    pub(crate) surname_place: u8,
    pub(crate) surname_given: u8,
    pub(crate) ending: bool,
    pub(crate) initials: bool,
    pub(crate) particle: bool,
    pub(crate) suffix: bool,
    pub(crate) all_capitals: bool,
    pub(crate) phrase_place: u8,
    pub(crate) title: bool,
    pub(crate) salutation: bool,
    pub(crate) role: bool,
    pub(crate) says: bool,
    pub(crate) by: bool,
    pub(crate) named: bool,
    pub(crate) life: bool,
    pub(crate) possessive: bool,
    pub(crate) place_context: bool,
    pub(crate) number: bool,
    pub(crate) organisation: bool,
    pub(crate) people: bool,
    pub(crate) neighbour: bool,
    pub(crate) sentence_start: bool,
    pub(crate) line_start: bool,
    pub(crate) line_end: bool,
    pub(crate) keyed: bool,
    pub(crate) nearby: bool,
    pub(crate) listed: bool,
    pub(crate) crosses_line: bool,
    pub(crate) article: bool,
    pub(crate) number_above: bool,
    pub(crate) reversed: bool,
    pub(crate) among: bool,
    pub(crate) run_together: bool,
}

impl Traits {
    /// The same with the given name that stands behind the surname.
    pub(super) fn reversed_with(mut self, given: &Self) -> Self {
        self.words += given.words;
        (self.given, self.given_common, self.given_place) = (given.given, given.given_common, given.given_place);
        (self.place_context, self.number, self.role, self.organisation) = (false, false, false, false);
        self
    }
}

/// Weighs the words of a name and what stands around them.
pub(super) fn traits(text: &[u8], chain: &Chain, segment: &Range<usize>) -> Traits {
    let words = &chain.words[segment.clone()];
    let (first, last) = (&words[0], &words[words.len() - 1]);
    let end = span(chain, segment).end;
    let before = before(text, first.start);
    let behind = behind(text, last.full_end());
    let mut found = Traits { sentence_start: before.sentence_start, line_start: before.line_start, line_end: behind.line_end, ..Traits::default() };
    of_words(text, words, &mut found);
    if found.words > 1 {
        found.phrase_place = look_up(&fold(&text[first.start..last.end])).place();
        found.crosses_line = chain.gaps[segment.start + 1..segment.end].contains(&Gap::Line);
        found.particle |= chain.gaps[segment.start + 1..segment.end].contains(&Gap::Particles);
    }
    let row_before = segment.start.checked_sub(1).filter(|_| chain.gaps[segment.start] != Gap::Line).map(|at| chain.words[at]);
    let row_behind = chain.words.get(segment.end).filter(|_| chain.gaps[segment.end] != Gap::Line).copied();
    let has_row_before = row_before.is_some();
    let kind_before = row_before.map(|word| word.known.kind()).or(before.kind);
    match kind_before {
        Some(Kind::Title) => found.title = true,
        Some(Kind::Salutation) => found.salutation = true,
        Some(Kind::Role) => found.role = true,
        Some(Kind::Says | Kind::Does) => found.says = true,
        Some(Kind::By) => found.by = true,
        Some(Kind::NameKey) => found.named = true,
        Some(Kind::PlaceBefore) => found.place_context = true,
        Some(Kind::PlaceWord | Kind::Organisation) if has_row_before => found.organisation = true,
        Some(Kind::Particle) if matches!(before.further, Some(Kind::Organisation | Kind::PlaceWord | Kind::PlaceBefore)) => found.organisation = true,
        Some(Kind::Grammar) if matches!(before.further, Some(Kind::Organisation | Kind::PlaceWord)) && !has_row_before => found.organisation = true,
        Some(Kind::Grammar) if before.further == Some(Kind::NameKey) => found.named = true,
        Some(Kind::People | Kind::None | Kind::Calendar) if has_row_before => {
            // The first word of a sentence has its capital anyway.
            found.neighbour = row_before.is_some_and(|word| !context::before(text, word.start).sentence_start);
        }
        _ => {}
    }
    found.keyed = before.keyed;
    found.number = before.number || behind.number;
    found.listed = before.comma || behind.comma;
    found.organisation |= before.ampersand || behind.ampersand || behind.organisation;
    found.place_context |= behind.place;
    found.role |= behind.role;
    found.life = behind.life || found.suffix;
    found.possessive = behind.possessive || last.is_possessive;
    found.says |= behind.who || before.line_start && behind.colon && first.known.given() >= 4;
    if found.title && row_before.is_some_and(|word| is_of_place(text, chain, segment.start - 1, word)) {
        found.title = false;
        found.place_context = true;
    }
    match row_behind.map(|word| (word.known.kind(), true)).or(behind.kind.map(|kind| (kind, false))) {
        Some((Kind::Organisation | Kind::PlaceWord, true)) => found.organisation = true,
        Some((Kind::PlaceBefore, true)) if segment.end + 1 == chain.words.len() && !found.title => found.organisation = true,
        Some((Kind::None | Kind::People | Kind::Calendar, true)) => found.neighbour = true,
        Some((Kind::Says | Kind::Does, _)) => found.says = true,
        _ => {}
    }
    found.article = row_before.map_or(before.article, |word| matches!(&text[word.range()], b"The" | b"THE" | b"the" | b"A" | b"This"));
    found.number_above = before.number_above;
    found.reversed = behind.initial && found.words == 1;
    found.run_together = last.is_run_together();
    if found.place_context {
        found.number |= found.life;
        found.life = false;
    }
    found.among = is_among_names(text, first.start, last.full_end());
    if has_company_form(words) {
        found.organisation = true;
    }
    if found.words == 1 {
        found.nearby = is_named_nearby(text, first.start, first.end);
    }
    let _ = end;
    found
}

/// `S.A.` and the like behind a name, or `U.S.` before it.
fn has_company_form(words: &[Word]) -> bool {
    let is_parted = |word: &Word| word.is_initial && word.has_stop;
    match words {
        [first, second, ..] if is_parted(first) && is_parted(second) && words.len() == 2 => true,
        [.., first, second] if is_parted(first) && is_parted(second) => true,
        _ => false,
    }
}

/// Tells whether a title is a part of a street's or a hospital's name: `Calle del Dr. Marañón`.
fn is_of_place(text: &[u8], chain: &Chain, index: usize, title: Word) -> bool {
    if let Some(before) = index.checked_sub(1).map(|before| chain.words[before]) {
        return before.known.kind() == Kind::PlaceBefore;
    }
    let before = before(text, title.start);
    before.kind == Some(Kind::PlaceBefore) || before.kind == Some(Kind::Particle) && before.further == Some(Kind::PlaceBefore)
}

fn of_words(text: &[u8], words: &[Word], found: &mut Traits) {
    let names: Vec<&Word> = words.iter().filter(|word| !word.is_initial && (!matches!(word.known.kind(), Kind::Suffix | Kind::Particle) || word.known.given() >= 4)).collect();
    found.words = u8::try_from(words.len()).unwrap_or(u8::MAX);
    found.initials = words.iter().any(|word| word.is_initial);
    found.suffix = words.iter().any(|word| word.known.kind() == Kind::Suffix);
    found.particle = words.iter().any(|word| word.known.kind() == Kind::Particle);
    found.all_capitals = words.iter().all(|word| word.is_all_capitals || word.is_initial);
    let Some((last, rest)) = names.split_last() else { return };
    let givens = if rest.is_empty() { std::slice::from_ref(last) } else { rest };
    let common = |word: &Word| if words.len() > 1 { word.known.common_in_name() } else { word.known.common() };
    let rank = |word: &Word| word.known.given() as i8 * 2 - common(word) as i8 * 3 - word.known.place() as i8;
    if let Some(given) = givens.iter().max_by_key(|word| rank(word)) {
        found.given = given.known.given();
        found.given_common = common(given);
        found.given_place = given.known.place();
    }
    found.surname = last.known.surname();
    found.surname_common = common(last);
    found.ending = has_surname_ending(last.letters(text));
    found.surname_place = last.known.place();
    found.surname_given = last.known.given();
}

/// The bytes of a name, with the title right before it.
pub(super) fn span(chain: &Chain, segment: &Range<usize>) -> Range<usize> {
    let title = segment.start.checked_sub(1).map(|at| chain.words[at]).filter(|word| word.known.kind() == Kind::Title);
    let start = title.filter(|_| chain.gaps[segment.start] == Gap::Space).map_or(chain.words[segment.start].start, |word| word.start);
    start..chain.words[segment.end - 1].full_end()
}
