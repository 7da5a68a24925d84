//! Weighs the evidence for the matches of a text, and settles which of several claims on the same bytes holds.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use terrier_content::Match;
use terrier_model::Tier;
use terrier_rules::{Category, Checksum};
use xxhash_rust::xxh3::Xxh3DefaultBuilder;

use crate::Classifier;
use crate::engine::Interest;
use crate::field::{Field, Spoken};
use crate::keywords::Vicinity;
use crate::name::{KeyForm, Name, key_before};
use crate::passage::Extent;
use crate::recognizer::Recognised;
use crate::rule::{CompiledRule, has_repeated_digits};
use crate::signal::{Signal, SignalSet, Weighing};
use crate::surroundings;
use crate::validate::Verdict;

/// A claim that less sure than another one on the same bytes by this much gives way to it.
const CLEARLY_INFERIOR: f64 = 0.5;

/// A value of a class, with the evidence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Occurrence {
    pub(crate) span: Match,
    pub(crate) weighing: Weighing,
    pub(crate) tier: Tier,
    /// Why it is taken for a test value, as an index into the rule's reasons.
    pub(crate) test: Option<usize>,
}

/// How many keys of a text are remembered, with what they say. Logs and documents repeat theirs.
const REMEMBERED_KEYS: usize = 512;

/// How a key is written, and what it says.
type KnownKey = (KeyForm, Rc<Spoken>);

/// What stands around the matches of a text, looked up once for all rules that match at one place.
pub(crate) struct Context<'t> {
    text: &'t [u8],
    classifier: &'t Classifier,
    /// What the name of the column says that the text is a cell of.
    header: Option<&'t Spoken>,
    vicinity: Vicinity<'t>,
    /// The place last asked for, and the key before it.
    key: Option<(usize, Option<KnownKey>)>,
    known_keys: HashMap<&'t [u8], Rc<Spoken>, Xxh3DefaultBuilder>,
}

impl<'t> Context<'t> {
    pub(crate) fn new(classifier: &'t Classifier, text: &'t [u8], header: Option<&'t Spoken>) -> Self {
        let vicinity = Vicinity::new(&classifier.words, text);
        Self { text, classifier, header, vicinity, key: None, known_keys: HashMap::default() }
    }

    /// Returns how the key before `start` is written, and what it says.
    fn key_before(&mut self, start: usize) -> Option<(KeyForm, &Spoken)> {
        if self.key.as_ref().is_none_or(|(at, _)| *at != start) {
            let key = key_before(self.text, start).map(|key| (key.form, self.known_key(key.name)));
            self.key = Some((start, key));
        }
        self.key.as_ref().and_then(|(_, key)| key.as_ref()).map(|(form, spoken)| (*form, &**spoken))
    }

    fn known_key(&mut self, name: &'t [u8]) -> Rc<Spoken> {
        if self.known_keys.len() >= REMEMBERED_KEYS {
            self.known_keys.clear();
        }
        let classifier = self.classifier;
        Rc::clone(self.known_keys.entry(name).or_insert_with(|| Rc::new(classifier.speak(name))))
    }
}

impl Interest for Context<'_> {
    fn begin(&mut self, place: usize) {
        self.vicinity.begin(place);
    }

    #[inline]
    fn may_be_word(&self, text: &[u8], place: usize) -> bool {
        self.classifier.words.may_begin(text, place)
    }

    #[inline]
    fn word(&mut self, place: usize) {
        self.vicinity.look_at(place);
    }

    fn words_until(&mut self, place: usize) {
        self.vicinity.looked_until(place);
    }

    #[inline]
    fn next_wanted(&mut self, places: Range<usize>) -> Option<Range<usize>> {
        match self.header {
            // The column's name may speak for every value.
            Some(_) => {
                self.vicinity.want_all(&places);
                (!places.is_empty()).then_some(places)
            }
            None => self.vicinity.next_wanted(places),
        }
    }

    #[inline]
    fn wants(&self, rule: u32) -> bool {
        self.vicinity.wanted().contains(rule) || self.header.is_some_and(|header| header.names(rule))
    }
}

impl Classifier {
    /// Says what the name of a column or key means for the rules.
    pub(crate) fn speak(&self, name: &[u8]) -> Spoken {
        self.fields.speak(&Name::new(name), self.words.keywords())
    }

    /// Finds the values of a text that start in `body`, as far as the evidence carries them. Ordered by start.
    pub(crate) fn values(&self, text: &[u8], body: Range<usize>, extent: Extent) -> Vec<Occurrence> {
        // Claims on the same bytes are settled alike on both sides of a cut, so those beyond it must be known too; in a short document, all.
        const BEYOND: usize = 1024;
        let wider = match extent {
            Extent::Vicinity => body.start.saturating_sub(BEYOND)..body.end.saturating_add(BEYOND).min(text.len()),
            Extent::Document => 0..text.len(),
        };
        let mut context = Context::new(self, text, None);
        let matches = self.matches(&mut context, wider.clone());
        let mut settled = self.weigh_all(&mut context, &matches, self.recognise(text, &wider));
        let beside = self.beside_persons(text, &settled, extent);
        for (occurrence, _) in settled.iter_mut().zip(beside).filter(|(_, is_beside)| *is_beside) {
            occurrence.weighing.add(Signal::NeighbourRecord, &self.weights);
            occurrence.tier = self.weights.tier(occurrence.weighing.sum()).unwrap_or(occurrence.tier);
        }
        settled.retain(|occurrence| body.contains(&(occurrence.span.start as usize)));
        settled
    }

    pub(crate) fn class_of(&self, occurrence: &Occurrence) -> u32 {
        self.rules[occurrence.span.rule as usize].class
    }

    /// Finds the matches that start in `body`, but for those of rules that ask for a keyword where there cannot be one.
    pub(crate) fn matches(&self, context: &mut Context<'_>, body: Range<usize>) -> Vec<Match> {
        let mut matches = Vec::new();
        let text = context.text;
        self.engine.find_wanted(text, body, context, &mut matches);
        matches
    }

    /// Weighs matches and what was recognised, and settles claims on the same bytes.
    pub(crate) fn weigh_all(&self, context: &mut Context<'_>, matches: &[Match], recognised: Vec<(u32, Recognised)>) -> Vec<Occurrence> {
        let mut found: Vec<(Match, SignalSet)> = matches.iter().map(|found| (*found, SignalSet::default())).collect();
        found.extend(recognised.into_iter().map(|(rule, found)| (match_of(rule, &found.span), found.signals)));
        // What patterns match is in order by itself, which this sort makes use of.
        found.sort_by_key(|(found, _)| (found.start, found.rule, found.end));
        self.weigh_found(context, found)
    }

    /// Weighs what was found, ordered by start, with what a recogniser says of it, and settles claims on the same bytes.
    pub(crate) fn weigh_found(&self, context: &mut Context<'_>, found: Vec<(Match, SignalSet)>) -> Vec<Occurrence> {
        let weighed = found.into_iter().filter_map(|(found, signals)| self.weigh(context, found, signals)).collect();
        self.settle(weighed)
    }

    fn weigh(&self, context: &mut Context<'_>, found: Match, signals: SignalSet) -> Option<Occurrence> {
        let (text, header) = (context.text, context.header);
        let rule = &self.rules[found.rule as usize];
        let span = found.range();
        let field = match (context.key_before(span.start), header) {
            (Some((form, key)), _) if form != KeyForm::Unsigned || key.field(found.rule) == Field::Named => key.field(found.rule),
            (_, Some(header)) => header.field(found.rule),
            (_, None) => Field::Silent,
        };
        let has_keyword = field != Field::Named && Self::keyword_near(context, &span, found.rule);
        let has_header = field != Field::Named && header.is_some_and(|header| header.has_keyword(found.rule));
        if rule.keyword_required && field != Field::Named && !has_keyword && !has_header {
            return None;
        }
        let (mut weighing, test) = self.weigh_alone(rule, &text[span.clone()])?;
        weighing.add_all(signals, &self.weights);
        match field {
            Field::Named => weighing.add(Signal::FieldName, &self.weights),
            Field::Negative => weighing.add(Signal::NegativeField, &self.weights),
            Field::Silent => {}
        }
        if has_keyword {
            weighing.add(Signal::KeywordNearby, &self.weights);
        } else if has_header {
            weighing.add(Signal::KeywordInHeader, &self.weights);
        }
        let is_named = field == Field::Named || has_keyword || has_header;
        if rule.minds_surroundings {
            let category = self.classes[rule.class as usize].category;
            let value = &text[span.clone()];
            let around = surroundings::around(text, &span)
                .filter(|signal| *signal != Signal::InsidePath || (category != Category::Network && !value.contains(&b'@')));
            if let Some(signal) = around {
                weighing.add(signal, &self.weights);
            } else if !is_named && surroundings::is_epoch_like(value) {
                weighing.add(Signal::InsideTimestamp, &self.weights);
            } else if !is_named && surroundings::is_in_row_of_groups(text, &span) {
                weighing.add(Signal::InsideNumber, &self.weights);
            }
        }
        let tier = self.weights.tier(weighing.sum())?;
        Some(Occurrence { span: found, weighing, tier, test })
    }

    /// Weighs what the value says by itself: its form, its checksum, whether it is a test value.
    pub(crate) fn weigh_alone(&self, rule: &CompiledRule, value: &[u8]) -> Option<(Weighing, Option<usize>)> {
        let mut weighing = Weighing::new(rule.prior);
        let verdict = rule.validate(value);
        let test = rule.test_reason(value);
        if verdict == Some(Verdict::Invalid) && test.is_none() {
            return None;
        }
        if verdict == Some(Verdict::Valid) || test.is_some() {
            match rule.checksum {
                Checksum::Strong => weighing.add(Signal::ChecksumStrong, &self.weights),
                Checksum::Weak => weighing.add(Signal::ChecksumWeak, &self.weights),
                Checksum::None => {}
            }
        }
        if test.is_some() {
            weighing.add(Signal::TestValue, &self.weights);
        } else if rule.minds_surroundings && has_repeated_digits(value) {
            weighing.add(Signal::RepeatedDigits, &self.weights);
        }
        Some((weighing, test))
    }

    /// A value with a key of its own is spoken of by that key; words farther off speak of other values.
    fn keyword_near(context: &mut Context<'_>, span: &Range<usize>, rule: u32) -> bool {
        if let Some((KeyForm::Structured, key)) = context.key_before(span.start) {
            return key.has_keyword(rule);
        }
        context.vicinity.holds(span, rule)
    }

    /// Settles claims on the same bytes: the surest stands, and so do those of other classes that are about as sure.
    fn settle(&self, mut occurrences: Vec<Occurrence>) -> Vec<Occurrence> {
        let mut settled = Vec::with_capacity(occurrences.len());
        let mut rest = occurrences.as_mut_slice();
        while let Some(first) = rest.first() {
            let mut end = first.span.end;
            let length = 1 + rest[1..].iter().take_while(|next| extend_to(&mut end, &next.span)).count();
            let (group, others) = rest.split_at_mut(length);
            self.settle_group(group, &mut settled);
            rest = others;
        }
        settled
    }

    fn settle_group(&self, group: &mut [Occurrence], settled: &mut Vec<Occurrence>) {
        let first = settled.len();
        group.sort_unstable_by(|a, b| self.surer_first(a, b));
        for occurrence in group.iter() {
            let standing = &settled[first..];
            if !standing.iter().any(|winner| self.gives_way(occurrence, winner)) {
                settled.push(*occurrence);
            }
        }
        settled[first..].sort_unstable_by_key(|occurrence| (occurrence.span.start, occurrence.span.rule));
    }

    fn surer_first(&self, a: &Occurrence, b: &Occurrence) -> std::cmp::Ordering {
        let rank = |occurrence: &Occurrence| match self.rules[occurrence.span.rule as usize].checksum {
            Checksum::Strong => 0,
            Checksum::Weak => 1,
            Checksum::None => 2,
        };
        let length = |occurrence: &Occurrence| occurrence.span.end - occurrence.span.start;
        b.weighing
            .sum()
            .total_cmp(&a.weighing.sum())
            .then_with(|| rank(a).cmp(&rank(b)))
            .then_with(|| length(b).cmp(&length(a)))
            .then_with(|| a.span.cmp(&b.span))
    }

    fn gives_way(&self, loser: &Occurrence, winner: &Occurrence) -> bool {
        if loser.span.start >= winner.span.end || winner.span.start >= loser.span.end {
            return false;
        }
        let class = |occurrence: &Occurrence| self.rules[occurrence.span.rule as usize].class;
        class(loser) == class(winner)
            || loser.tier < winner.tier
            || loser.weighing.sum() < winner.weighing.sum() - CLEARLY_INFERIOR
            || (loser.span.end - loser.span.start) < (winner.span.end - winner.span.start)
    }
}

/// A span of a rule as a match. Windows and cells stay below 4 GiB.
pub(crate) fn match_of(rule: u32, span: &Range<usize>) -> Match {
    let offset = |at: usize| u32::try_from(at).expect("a window stays below 4 GiB");
    Match { start: offset(span.start), end: offset(span.end), rule }
}

fn extend_to(end: &mut u32, next: &Match) -> bool {
    let overlaps = next.start < *end;
    *end = (*end).max(next.end);
    overlaps
}
