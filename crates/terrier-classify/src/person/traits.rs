//! What speaks for and against a row of words being a person's name.

use std::ops::Range;

use super::chain::{Chain, Gap};
use super::context::{self, Before, Behind, before, behind, is_article};
use super::ending::has_surname_ending;
use super::fold::fold;
use super::neighbours::{is_among_names, is_named_nearby};
use super::table::{Kind, look_up};
use super::word::Word;

/// The facts that a name is judged by.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Traits {
    pub(super) words: u8,
    /// Of the words that may be given names, how usual the most usual one is, and how common as a word.
    pub(super) given: u8,
    pub(super) given_common: u8,
    /// The same of the last word as a surname; and how great a place has its name.
    pub(super) surname: u8,
    pub(super) surname_common: u8,
    pub(super) surname_place: u8,
    /// How great a place has the whole as its name.
    pub(super) phrase_place: u8,
    /// Whether the last word ends as surnames do.
    pub(super) ending: bool,
    /// Whether it is a whole name in one word.
    pub(super) run_together: bool,
    pub(super) all_capitals: bool,
    /// What stands right before it.
    pub(super) title: bool,
    pub(super) salutation: bool,
    pub(super) by: bool,
    pub(super) named: bool,
    pub(super) article: bool,
    /// Whether a sentence begins with it.
    pub(super) sentence_start: bool,
    /// Whether a colon or equals sign stands before it.
    pub(super) keyed: bool,
    /// What stands on either side.
    pub(super) role: bool,
    pub(super) says: bool,
    pub(super) place_context: bool,
    pub(super) number: bool,
    pub(super) number_above: bool,
    pub(super) organisation: bool,
    /// Another word with a capital.
    pub(super) neighbour: bool,
    /// Another name in the same list.
    pub(super) among: bool,
    /// The same word in a full name nearby.
    pub(super) nearby: bool,
}

impl Traits {
    /// The same with the given name that stands behind the surname.
    pub(super) fn reversed_with(mut self, given: &Self) -> Self {
        self.words += given.words;
        (self.given, self.given_common) = (given.given, given.given_common);
        (self.place_context, self.number, self.role, self.organisation) = (false, false, false, false);
        self
    }
}

/// Sees to the words of a name and to what stands around them.
pub(super) fn traits(text: &[u8], chain: &Chain, segment: &Range<usize>) -> Traits {
    let words = &chain.words[segment.clone()];
    let mut found = Traits::default();
    of_words(text, words, &mut found);
    let (first, last) = (&words[0], &words[words.len() - 1]);
    let before = before(text, first.start);
    let behind = behind(text, last.full_end());
    of_what_is_before(text, chain, segment, &before, &mut found);
    of_what_is_behind(chain, segment, &behind, &mut found);
    found.number = before.number || behind.number || found.place_context && behind.life;
    found.number_above = before.number_above;
    found.says |= before.line_start && behind.colon && first.known.given() >= 4;
    found.organisation |= has_company_form(words);
    found.among = is_among_names(text, first.start, last.full_end());
    if found.words == 1 && !found.organisation && !found.place_context && !found.number && !found.keyed {
        found.nearby = is_named_nearby(text, first.start, first.end);
    }
    found
}

fn of_what_is_before(text: &[u8], chain: &Chain, segment: &Range<usize>, before: &Before, found: &mut Traits) {
    let row = segment.start.checked_sub(1).filter(|_| chain.gaps[segment.start] != Gap::Line).map(|at| chain.words[at]);
    let is_of_place = matches!(before.further, Some(Kind::Organisation | Kind::PlaceWord));
    match row.map(|word| word.known.kind()).or(before.kind) {
        Some(Kind::Title) => {
            found.place_context = row.is_some_and(|title| is_in_place_name(text, chain, segment.start - 1, title));
            found.title = !found.place_context;
        }
        Some(Kind::Salutation) => found.salutation = true,
        Some(Kind::Role) => found.role = true,
        Some(Kind::Says | Kind::Does) => found.says = true,
        Some(Kind::By) => found.by = true,
        Some(Kind::NameKey) => found.named = true,
        Some(Kind::PlaceBefore) => found.place_context = true,
        Some(Kind::PlaceWord | Kind::Organisation) if row.is_some() => found.organisation = true,
        Some(Kind::Particle) => found.organisation = is_of_place || before.further == Some(Kind::PlaceBefore),
        Some(Kind::Grammar) if before.further == Some(Kind::NameKey) => found.named = true,
        Some(Kind::Grammar) => found.organisation = is_of_place && row.is_none(),
        Some(Kind::People | Kind::None | Kind::Calendar) => {
            // The first word of a sentence has its capital anyway.
            found.neighbour = row.is_some_and(|word| !context::before(text, word.start).sentence_start);
        }
        _ => {}
    }
    found.keyed = before.keyed;
    found.sentence_start = row.is_none() && before.sentence_start;
    found.organisation |= before.ampersand;
    found.article = row.map_or(before.article, |word| is_article(word.letters(text)));
}

fn of_what_is_behind(chain: &Chain, segment: &Range<usize>, behind: &Behind, found: &mut Traits) {
    let row = chain.words.get(segment.end).filter(|_| chain.gaps[segment.end] != Gap::Line);
    match row.map(|word| word.known.kind()) {
        Some(Kind::Organisation | Kind::PlaceWord) => found.organisation = true,
        // `Mount Sinai Hospital`, but not `Dr. Ada Ruiz Hospital General`
        Some(Kind::PlaceBefore) => found.organisation = segment.end + 1 == chain.words.len() && !found.title,
        Some(Kind::None | Kind::People | Kind::Calendar) => found.neighbour = true,
        Some(Kind::Says | Kind::Does) => found.says = true,
        Some(_) => {}
        None => found.says |= matches!(behind.kind, Some(Kind::Says | Kind::Does)),
    }
    found.organisation |= behind.ampersand || behind.organisation;
    found.place_context |= behind.place;
    found.role |= behind.role;
    found.says |= behind.who;
    // `Dada la evolución`, `Mark the place`: what a lone word with a capital has an article behind is a verb.
    found.article |= behind.article && segment.len() == 1 && found.sentence_start;
}

/// Tells whether a title is a part of a street's or a hospital's name: `Calle del Dr. Marañón`.
fn is_in_place_name(text: &[u8], chain: &Chain, index: usize, title: Word) -> bool {
    if let Some(before) = index.checked_sub(1).map(|before| chain.words[before]) {
        return before.known.kind() == Kind::PlaceBefore;
    }
    let before = before(text, title.start);
    before.kind == Some(Kind::PlaceBefore) || before.kind == Some(Kind::Particle) && before.further == Some(Kind::PlaceBefore)
}

/// `S.A.` and the like behind a name, or nothing but initials.
fn has_company_form(words: &[Word]) -> bool {
    let is_parted = |word: &Word| word.is_initial && word.has_stop;
    matches!(words, [.., first, second] if is_parted(first) && is_parted(second))
}

fn of_words(text: &[u8], words: &[Word], found: &mut Traits) {
    let names: Vec<&Word> = words
        .iter()
        .filter(|word| !word.is_initial && (!matches!(word.known.kind(), Kind::Suffix | Kind::Particle) || word.known.given() >= 4))
        .collect();
    found.words = u8::try_from(words.len()).unwrap_or(u8::MAX);
    found.all_capitals = words.iter().all(|word| word.is_all_capitals || word.is_initial);
    let Some((last, rest)) = names.split_last() else { return };
    let givens = if rest.is_empty() { std::slice::from_ref(last) } else { rest };
    let common = |word: &Word| if words.len() > 1 { word.known.common_in_name() } else { word.known.common() };
    let rank = |word: &Word| word.known.given() as i8 * 2 - common(word) as i8 * 3 - word.known.place() as i8;
    if let Some(given) = givens.iter().max_by_key(|word| rank(word)) {
        found.given = given.known.given();
        found.given_common = common(given);
    }
    found.surname = last.known.surname();
    found.surname_common = common(last);
    found.ending = last.known.surname() == 0 && has_surname_ending(last.letters(text));
    found.surname_place = last.known.place();
    found.run_together = last.is_run_together();
    if words.len() > 1 && words.iter().any(|word| word.known.place() > 0 || word.known.kind() == Kind::Particle) {
        found.phrase_place = look_up(&fold(&text[words[0].start..words[words.len() - 1].end])).place();
    }
}

/// The bytes of a name, with the title right before it.
pub(super) fn span(chain: &Chain, segment: &Range<usize>) -> Range<usize> {
    let title = segment.start.checked_sub(1).map(|at| chain.words[at]).filter(|word| word.known.kind() == Kind::Title);
    let start = title.filter(|_| chain.gaps[segment.start] == Gap::Space).map_or(chain.words[segment.start].start, |word| word.start);
    start..chain.words[segment.end - 1].full_end()
}
