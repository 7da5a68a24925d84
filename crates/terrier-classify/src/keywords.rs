//! Finds the rules' keywords around matches, and where rules may be wanted that count for nothing without one.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use terrier_rules::Rule;

use crate::engine::{LONGEST_LEAD, LONGEST_ON_DEMAND, Sequence, WORDS_ABOUT};
use crate::head::{Filter, Head, is_part};
use crate::name::LONGEST_KEY;
use crate::phrases::{self, Phrases};
use crate::rule_set::RuleSet;
use crate::word_finder::{Hit, WordFinder};

/// How near a keyword must stand to a value, in characters.
const NEAR: usize = 60;
/// As many characters in bytes, at most.
const NEAR_BYTES: usize = NEAR * 4;
const _: () = assert!(LONGEST_ON_DEMAND + NEAR_BYTES < WORDS_ABOUT && LONGEST_KEY < WORDS_ABOUT, "what is near a place was told of");
/// Keywords that were not told of are looked for in stretches of this many bytes.
const STRETCH: usize = 512;

/// All keywords of a pack.
pub(crate) struct Keywords {
    finder: WordFinder,
    /// For each keyword, which of the sets it speaks for: many keywords speak for the same rules.
    set_of: Vec<u32>,
    /// All of one length.
    sets: Vec<RuleSet>,
    longest: usize,
}

/// What is looked for beside values: keywords and, of rules that count for nothing without one, fields.
pub(crate) struct Words {
    keywords: Keywords,
    fields: Phrases,
    filter: Filter,
}

impl Words {
    pub(crate) fn new(rules: &[Rule]) -> Self {
        let (keywords, fields) = (Keywords::new(rules), phrases::fields_of(rules, |rule| rule.keyword_required));
        let filter = Filter::new([keywords.finder.by_head(), fields.by_head()]);
        Self { keywords, fields, filter }
    }

    pub(crate) fn keywords(&self) -> &Keywords {
        &self.keywords
    }

    /// Tells whether one may begin at a place where one of the [sequences](Words::sequences) applies.
    #[inline]
    pub(crate) fn may_begin(&self, text: &[u8], place: usize) -> bool {
        self.filter.may_hold(&text[place..])
    }

    /// Returns what stands about places where one may begin.
    pub(crate) fn sequences(&self) -> Vec<Sequence> {
        self.keywords.finder.sequences().chain(self.fields.sequences()).collect()
    }
}

/// The keywords of one text, found as far as they were told of or asked for, and what they make wanted.
pub(crate) struct Vicinity<'t> {
    words: &'t Words,
    text: &'t [u8],
    /// Ordered by start.
    hits: Vec<Hit>,
    /// The stretch of the text that `hits` covers.
    covered: Range<usize>,
    /// Where rules may be wanted for what was told of last.
    reaches: Vec<Reach<'t>>,
    /// What is wanted in the stretch last returned.
    wanted: RuleSet,
}

/// Places at which values of rules may stand that a word speaks for.
struct Reach<'t> {
    places: Range<usize>,
    rules: &'t RuleSet,
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
        Self { finder: WordFinder::new(words), set_of, sets, longest }
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
    pub(crate) fn new(words: &'t Words, text: &'t [u8]) -> Self {
        Self { words, text, hits: Vec::new(), covered: 0..0, reaches: Vec::new(), wanted: RuleSet::default() }
    }

    /// Forgets what was found: keywords from a place on will be told of.
    pub(crate) fn begin(&mut self, place: usize) {
        self.hits.clear();
        self.reaches.clear();
        self.covered = place..place;
    }

    /// Looks for keywords and fields at a place where one may begin.
    pub(crate) fn look_at(&mut self, place: usize) {
        let Self { words: Words { keywords, fields, .. }, text, hits, reaches, .. } = self;
        let text = *text;
        let head = Head::of(&text[place..]);
        let is_inside = place > 0 && is_part(text[place - 1]) && is_part(text[place]);
        if !is_inside {
            keywords.finder.look_at(text, place, head, |hit| {
                insert(hits, hit);
                let first = characters_before(text, hit.start, NEAR).saturating_sub(LONGEST_ON_DEMAND);
                let behind = characters_after(text, hit.end, NEAR) + LONGEST_LEAD + 1;
                reaches.push(Reach { places: first..behind, rules: keywords.rules_of(hit.word) });
            });
        }
        fields.look_at(text, place, head, |rules| reaches.push(Reach { places: place..place + LONGEST_KEY, rules }));
    }

    /// Takes it that every place before this one was looked at where a keyword may stand.
    pub(crate) fn looked_until(&mut self, place: usize) {
        self.covered.end = place;
    }

    /// Returns the next stretch of these places in which rules may be wanted, for a keyword near or a field before.
    pub(crate) fn next_wanted(&mut self, places: Range<usize>) -> Option<Range<usize>> {
        if self.reaches.is_empty() {
            return None;
        }
        self.reaches.retain(|reach| reach.places.end > places.start);
        let start = self.reaches.iter().map(|reach| reach.places.start).min()?.max(places.start);
        if start >= places.end {
            return None;
        }
        self.wanted.clear();
        let mut end = start;
        // What begins later may reach as far as what began before, so that this goes on until nothing is added.
        loop {
            let before = end;
            for Reach { places, rules } in &self.reaches {
                if places.start <= end && places.end > start {
                    self.wanted.add(rules);
                    end = end.max(places.end);
                }
            }
            if end == before {
                return Some(start..end.min(places.end));
            }
        }
    }

    /// Takes all of these places for one stretch.
    pub(crate) fn want_all(&mut self, places: &Range<usize>) {
        self.reaches.retain(|reach| reach.places.end > places.start);
        self.wanted.clear();
        for Reach { rules, .. } in self.reaches.iter().filter(|reach| reach.places.start < places.end) {
            self.wanted.add(rules);
        }
    }

    /// Returns what is wanted in that stretch.
    pub(crate) fn wanted(&self) -> &RuleSet {
        &self.wanted
    }

    /// Tells whether a keyword of the rule stands near the span.
    pub(crate) fn holds(&mut self, span: &Range<usize>, rule: u32) -> bool {
        let near = characters_before(self.text, span.start, NEAR)..characters_after(self.text, span.end, NEAR);
        let starts = near.start.saturating_sub(self.words.keywords.longest)..near.end;
        let keywords = &self.words.keywords;
        self.starting_in(starts).iter().any(|hit| {
            let is_beside = (hit.end <= span.start && hit.end > near.start) || hit.start >= span.end;
            is_beside && keywords.rules_of(hit.word).contains(rule)
        })
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
            self.words.keywords.finder.find(self.text, self.covered.end..end, |hit| insert(hits, hit));
            self.looked_until(end);
        }
    }
}

/// Keeps the order: what begins with signs is found a little late.
fn insert(hits: &mut Vec<Hit>, hit: Hit) {
    let late = hits.iter().rev().take_while(|known| known.start > hit.start).count();
    hits.insert(hits.len() - late, hit);
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

    fn words(keywords: &[&str]) -> Words {
        let mut rule = RulePack::embedded().rules[0].clone();
        rule.keywords = keywords.iter().map(|word| terrier_rules::Keyword::new(word)).collect();
        Words::new(&[rule])
    }

    fn keywords(keywords: &[&str]) -> Keywords {
        words(keywords).keywords
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
        let words = words(&["ssn"]);
        for (gap, expected) in [(1, true), (57, true), (60, false)] {
            let text = format!("ssn{}536904399{}", "é".repeat(gap), " ".repeat(80));
            let text = text.replacen('é', " ", 1);
            let start = text.find('5').unwrap();
            let mut vicinity = Vicinity::new(&words, text.as_bytes());
            assert_eq!(vicinity.holds(&(start..start + 9), 0), expected, "{gap}");
            vicinity.begin(0);
            vicinity.look_at(0);
            let wanted = vicinity.next_wanted(start..start + 1);
            assert!(wanted.is_none_or(|stretch| stretch == (start..start + 1)));
            assert!(!expected || vicinity.wanted().contains(0), "{gap}");
        }
    }
}
