//! Finds the rules' keywords around matches.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use terrier_rules::Rule;

use crate::engine::{Head, LISTED_AHEAD};
use crate::word_finder::{Hit, WordFinder};

/// How near a keyword must stand to a value, in characters.
const NEAR: usize = 60;
/// As many characters in bytes, at most.
const NEAR_BYTES: usize = NEAR * 4;
/// Keywords that were not told of are looked for in stretches of this many bytes.
const STRETCH: usize = 512;
/// Rules are looked up for blocks of this many bytes.
const BLOCK: usize = 64;
const _: () = assert!(BLOCK + LONGEST_NUMBER + NEAR_BYTES <= LISTED_AHEAD, "keywords are found before a block asks for them");
/// Longest value of a rule for which a block's rules are asked; longer ones may have their keyword farther off.
pub(crate) const LONGEST_NUMBER: usize = 128;

/// A set of rules.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct RuleSet(Vec<u64>);

impl RuleSet {
    pub(crate) fn insert(&mut self, rule: u32) {
        let word = rule as usize / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        self.0[word] |= 1 << (rule % 64);
    }

    pub(crate) fn contains(&self, rule: u32) -> bool {
        self.0.get(rule as usize / 64).is_some_and(|word| word & (1 << (rule % 64)) != 0)
    }

    /// Returns an empty set with room for so many rules.
    pub(crate) fn with_room(rules: usize) -> Self {
        Self(vec![0; rules.div_ceil(64)])
    }

    /// Makes room for so many rules.
    fn widen_to(&mut self, rules: usize) {
        self.0.resize(self.0.len().max(rules.div_ceil(64)), 0);
    }

    /// Adds the rules of another set.
    #[inline]
    pub(crate) fn add(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (all, some) in self.0.iter_mut().zip(&other.0) {
            *all |= some;
        }
    }

    /// Returns the set as a bit a rule.
    pub(crate) fn words(&self) -> &[u64] {
        &self.0
    }

    /// Returns the bits of 64 rules.
    pub(crate) fn word(&self, index: usize) -> u64 {
        self.0.get(index).copied().unwrap_or(0)
    }

    /// Takes all rules out; the room stays.
    #[inline]
    pub(crate) fn clear(&mut self) {
        for word in &mut self.0 {
            *word = 0;
        }
    }
}

/// All keywords of a pack.
pub(crate) struct Keywords {
    finder: WordFinder,
    /// For each keyword, which of the sets it speaks for: many keywords speak for the same rules.
    set_of: Vec<u32>,
    /// All of one length.
    sets: Vec<RuleSet>,
    /// How many rules there are.
    room: usize,
    longest: usize,
}

/// The keywords of one text, found as far as they were asked for.
pub(crate) struct Vicinity<'t> {
    keywords: &'t Keywords,
    text: &'t [u8],
    /// Ordered by start.
    hits: Vec<Hit>,
    /// The stretch of the text that `hits` covers.
    covered: Range<usize>,
    /// The rules with a keyword near a block, for the block last asked for.
    block: Option<usize>,
    near_block: RuleSet,
    /// A place behind which all that is covered is ASCII.
    last_beyond_ascii: usize,
    /// The first of `hits` that was near that block.
    first_near: usize,
}

impl Keywords {
    pub(crate) fn new(rules: &[Rule]) -> Self {
        let mut by_word: BTreeMap<Vec<u8>, Vec<u32>> = BTreeMap::new();
        for (index, rule) in (0..).zip(rules) {
            for spelling in rule.keywords.iter().flat_map(|keyword| spellings(keyword.as_str())) {
                let rules = by_word.entry(spelling.into_bytes()).or_default();
                if rules.last() != Some(&index) {
                    rules.push(index);
                }
            }
        }
        let longest = by_word.keys().map(Vec::len).max().unwrap_or(0);
        let mut known: BTreeMap<Vec<u32>, u32> = BTreeMap::new();
        let mut sets = Vec::new();
        let mut set_of = Vec::with_capacity(by_word.len());
        let mut words = Vec::with_capacity(by_word.len());
        for (word, rules) in by_word {
            words.push(word);
            set_of.push(*known.entry(rules).or_insert_with_key(|rules| {
                let mut set = RuleSet::default();
                rules.iter().for_each(|rule| set.insert(*rule));
                sets.push(set);
                u32::try_from(sets.len() - 1).expect("no more sets than keywords")
            }));
        }
        sets.iter_mut().for_each(|set: &mut RuleSet| set.widen_to(rules.len()));
        Self { finder: WordFinder::new(words), set_of, sets, room: rules.len(), longest }
    }

    /// Returns the heads of all keywords.
    pub(crate) fn heads(&self) -> &[Head] {
        self.finder.heads()
    }

    /// Returns the rules that a keyword speaks for.
    fn rules_of(&self, word: u32) -> &RuleSet {
        &self.sets[self.set_of[word as usize] as usize]
    }

    /// Returns the rules that have a keyword in the text.
    pub(crate) fn rules_in(&self, text: &[u8]) -> RuleSet {
        let mut rules = RuleSet::default();
        self.finder.find(text, 0..text.len(), |hit| rules.add(self.rules_of(hit.word)));
        rules
    }
}

/// Returns a keyword as it is looked for. The case of ASCII letters does not matter to the search; of others, a keyword may stand in
/// small letters, in capitals, or with a capital in front.
fn spellings(keyword: &str) -> BTreeSet<String> {
    let mut spellings = BTreeSet::new();
    if keyword.is_empty() {
        return spellings;
    }
    if !keyword.is_ascii() {
        let mut rest = keyword.chars();
        let capital: String = rest.next().into_iter().flat_map(char::to_uppercase).collect();
        spellings.insert((capital + rest.as_str()).to_ascii_lowercase());
        spellings.insert(keyword.to_uppercase().to_ascii_lowercase());
    }
    spellings.insert(keyword.to_owned());
    spellings
}

impl<'t> Vicinity<'t> {
    pub(crate) fn new(keywords: &'t Keywords, text: &'t [u8]) -> Self {
        Self {
            keywords,
            text,
            hits: Vec::new(),
            covered: 0..0,
            block: None,
            near_block: RuleSet::with_room(keywords.room),
            first_near: 0,
            last_beyond_ascii: 0,
        }
    }

    /// Forgets what was found: keywords from a place on will be told of.
    pub(crate) fn begin(&mut self, place: usize) {
        self.hits.clear();
        self.covered = place..place;
        (self.block, self.first_near, self.last_beyond_ascii) = (None, 0, 0);
    }

    /// Finds the keywords at a place where a word with the head of one begins.
    #[inline]
    pub(crate) fn look_at(&mut self, place: usize, head: Head) {
        self.keywords.finder.look_at(self.text, place, head, |hit| self.hits.push(hit));
    }

    /// Takes it that every place before this one was looked at where a keyword may stand.
    pub(crate) fn looked_until(&mut self, place: usize) {
        if !self.text[self.covered.end..place].is_ascii() {
            self.last_beyond_ascii = place;
        }
        self.covered.end = place;
    }

    /// Tells whether a keyword of the rule stands near the span.
    pub(crate) fn holds(&mut self, span: &Range<usize>, rule: u32) -> bool {
        let near = characters_before(self.text, span.start, NEAR)..characters_after(self.text, span.end, NEAR);
        let starts = near.start.saturating_sub(self.keywords.longest)..near.end;
        let keywords = self.keywords;
        self.starting_in(starts).iter().any(|hit| {
            let is_beside = (hit.end <= span.start && hit.end > near.start) || hit.start >= span.end;
            is_beside && keywords.rules_of(hit.word).contains(rule)
        })
    }

    /// Returns the rules of which a keyword may stand near a value of at most [`LONGEST_NUMBER`] bytes that starts at `point` or one
    /// byte before.
    pub(crate) fn rules_near(&mut self, point: usize) -> &RuleSet {
        let block = point / BLOCK;
        if self.block != Some(block) {
            let (start, end) = (block * BLOCK, (block + 1) * BLOCK);
            let keywords = self.keywords;
            let reach = |near: usize| start.saturating_sub(near + keywords.longest + 1)..end + LONGEST_NUMBER + near;
            let widest = reach(NEAR_BYTES);
            self.cover(widest.start, widest.end.min(self.text.len()));
            let starts = if self.last_beyond_ascii < widest.start { reach(NEAR) } else { widest.clone() };
            // Places come in order, nearly always.
            if self.block.is_none_or(|last| last > block) {
                self.first_near = 0;
            }
            self.first_near += self.hits[self.first_near..].iter().take_while(|hit| hit.start < widest.start).count();
            let near = self.hits[self.first_near..].iter().skip_while(|hit| hit.start < starts.start);
            self.near_block.clear();
            for hit in near.take_while(|hit| hit.start < starts.end) {
                self.near_block.add(keywords.rules_of(hit.word));
            }
            self.block = Some(block);
        }
        &self.near_block
    }

    fn starting_in(&mut self, starts: Range<usize>) -> &[Hit] {
        self.cover(starts.start, starts.end.min(self.text.len()));
        let first = self.hits.partition_point(|hit| hit.start < starts.start);
        let count = self.hits[first..].partition_point(|hit| hit.start < starts.end);
        &self.hits[first..first + count]
    }

    fn cover(&mut self, from: usize, to: usize) {
        if from < self.covered.start || from > self.covered.end {
            self.begin(from);
        }
        while self.covered.end < to {
            let end = (self.covered.end + STRETCH).min(self.text.len());
            let hits = &mut self.hits;
            self.keywords.finder.find(self.text, self.covered.end..end, |hit| hits.push(hit));
            self.looked_until(end);
        }
    }
}

fn characters_before(text: &[u8], mut at: usize, count: usize) -> usize {
    if at >= count && text[at - count..at].is_ascii() {
        return at - count;
    }
    for _ in 0..count {
        if at == 0 {
            break;
        }
        at -= 1;
        while at > 0 && is_continuation(text[at]) {
            at -= 1;
        }
    }
    at
}

fn characters_after(text: &[u8], mut at: usize, count: usize) -> usize {
    if text.len() - at > count && text[at..=at + count].is_ascii() {
        return at + count;
    }
    for _ in 0..count {
        if at >= text.len() {
            break;
        }
        at += 1;
        while at < text.len() && is_continuation(text[at]) {
            at += 1;
        }
    }
    at
}

fn is_continuation(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

#[cfg(test)]
mod tests {
    use terrier_rules::RulePack;

    use super::*;

    fn keywords(words: &[&str]) -> Keywords {
        let mut rule = RulePack::embedded().rules[0].clone();
        rule.keywords = words.iter().map(|word| terrier_rules::Keyword::new(word)).collect();
        Keywords::new(&[rule])
    }

    #[test]
    fn keywords_are_whole_words() {
        let keywords = keywords(&["ssn", "credit card", "número", "iban", "#"]);
        for (text, expected) in [
            ("the SSN is", true),
            ("user_ssn=", true),
            ("SSNs", true),
            ("classname", false),
            ("ssnx", false),
            ("Credit-Card", true),
            ("credit_cards", true),
            ("creditcard", false),
            ("n\u{fa}mero", true),
            ("iban", true),
            ("x#1", true),
        ] {
            assert_eq!(keywords.rules_in(text.as_bytes()).contains(0), expected, "{text}");
        }
    }

    #[test]
    fn letters_beyond_ascii_may_stand_in_either_case() {
        let keywords = keywords(&["инн", "número", "αφμ", "ärztin"]);
        for text in ["ИНН 500100732259", "инн", "Инн", "NÚMERO", "Número", "número", "ΑΦΜ", "Ärztin", "ÄRZTIN"] {
            assert!(keywords.rules_in(text.as_bytes()).contains(0), "{text}");
        }
    }

    #[test]
    fn near_is_sixty_characters() {
        let keywords = keywords(&["ssn"]);
        for (gap, expected) in [(1, true), (57, true), (60, false)] {
            let text = format!("ssn{}536904399{}", "é".repeat(gap), " ".repeat(80));
            let text = text.replacen('é', " ", 1);
            let start = text.find('5').unwrap();
            let mut vicinity = Vicinity::new(&keywords, text.as_bytes());
            assert_eq!(vicinity.holds(&(start..start + 9), 0), expected, "{gap}");
            assert!(vicinity.rules_near(start).contains(0));
        }
    }
}
