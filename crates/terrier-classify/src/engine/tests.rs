use std::sync::OnceLock;

use proptest::prelude::*;
use terrier_rules::{Builtin, RulePack};

use super::*;

/// Patterns of every shape that gates are derived from.
const PATTERNS: &[&str] = &[
    r"\b\d{3}-\d{2}-\d{4}\b",
    r"\b\d{9}\b",
    r"\b(?:4\d{3}|5[1-5]\d{2})(?:[ -]?\d{4}){3}\b",
    r"\d{5}",
    r"\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}\b",
    r"AKIA[0-9A-Z]{16}",
    r"(?i)\b(?:password|passwd|pwd)\b[ \t]{0,3}[:=][ \t]{0,3}(?P<value>[^\s]{4,40})",
    r"-----BEGIN (?:RSA |EC )?PRIVATE KEY-----[A-Za-z0-9+/=\s]{8,400}-----END",
    r"[a-z]{2,10}://[^\s:@/]{1,20}:(?P<value>[^\s:@/]{1,20})@",
    r"(?m)^[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,6}\b",
    r"[^0-9](?P<value>\d{4})[^0-9]",
    r"(?:[0-9A-F]{2}[:-]){5}[0-9A-F]{2}",
    r"(?:\b|_)(?P<value>\d{3}[ -]\d{3})(?:\b|_)",
    r"(?:^|[^0-9])(?P<value>[0-9_]{4})(?:\b|_)",
    r"\B\d\B",
    r"[ab]{1,3}c|\bxyz",
    r"\b[A-Z]{1,2}\d{6,8}(?-u:\b{end-half})",
    r"(?-u:\b{start-half})\+\d{7,15}",
    r"x$",
    r"[ab3]$",
    r"AB$",
    // A match that starts before another one may end behind it.
    r"abcx|b",
    r"12(?:3-45)??",
    r"\n^",
    r"(?R)^x$",
    r"\b{start}x\b{end}",
];

fn regexes<'p>(patterns: impl IntoIterator<Item = &'p str>) -> Vec<regex::bytes::Regex> {
    patterns.into_iter().map(|pattern| regex::bytes::RegexBuilder::new(pattern).unicode(false).multi_line(true).build().unwrap()).collect()
}

/// What the crate `regex` finds, rule by rule.
fn expected(regexes: &[regex::bytes::Regex], text: &[u8]) -> Vec<Match> {
    let mut out = Vec::new();
    for (rule, regex) in regexes.iter().enumerate() {
        for captures in regex.captures_iter(text) {
            let span = captures.name("value").unwrap_or_else(|| captures.get(0).unwrap());
            out.push(Match { start: offset(span.start()), end: offset(span.end()), rule: u32::try_from(rule).unwrap() });
        }
    }
    out.sort_unstable_by_key(|found| (found.start, found.rule, found.end));
    out
}

fn found(engine: &Engine, text: &[u8], body: Range<usize>) -> Vec<Match> {
    let mut out = Vec::new();
    engine.find(text, body, &mut out);
    out
}

/// An engine for each backend that is built in, and for all instructions that this processor has.
fn engines() -> &'static [Engine] {
    static ENGINES: OnceLock<Vec<Engine>> = OnceLock::new();
    ENGINES.get_or_init(|| engines_of(PATTERNS))
}

fn engines_of(patterns: &[&str]) -> Vec<Engine> {
    let compile = |backend: Backend, instructions: Instructions| {
        Engine::compile_with(patterns, &RuleSet::default(), Vec::new(), backend, instructions).unwrap()
    };
    let mut engines: Vec<Engine> = Backend::BUILT_IN.iter().map(|backend| compile(*backend, Instructions::fastest())).collect();
    let backends: Vec<Backend> = engines.iter().map(Engine::backend).collect();
    assert_eq!(backends, Backend::BUILT_IN, "a backend cannot run here, so this would test nothing");
    engines.extend(Instructions::available().skip(1).map(|instructions| compile(Backend::Rust, instructions)));
    engines
}

fn compile(pattern: &str) -> Result<Engine, (usize, PatternError)> {
    Engine::compile(&[pattern], &RuleSet::default(), Vec::new(), Backend::default())
}

fn reference() -> &'static [regex::bytes::Regex] {
    static REGEXES: OnceLock<Vec<regex::bytes::Regex>> = OnceLock::new();
    REGEXES.get_or_init(|| regexes(PATTERNS.iter().copied()))
}

/// Pieces that match, nearly match, or stand between.
fn piece() -> impl Strategy<Value = Vec<u8>> {
    let planted = prop::sample::select(vec![
        "536-90-4399",
        "4111 1111 1111 1111",
        "5500005555555559",
        "123456789",
        "jane.doe@example.org",
        "a@b@c.de",
        "AKIAIOSFODNN7EXAMPLE",
        "password = hunter22",
        "PWD:x1y2z3",
        "-----BEGIN RSA PRIVATE KEY-----\nMIIBOgIBAAJB\n-----END",
        "postgres://app:s3cret@db",
        "\nGB82 WEST 1234 5698 7654 32",
        "00:1A:2B:3C:4D:5E",
        "AB123456",
        "+4930123456",
        "abcxyz",
        "é",
        "\u{ff}",
        "_",
        "-",
        " ",
        "\n",
        ".",
        "12",
        "3",
        "x",
    ]);
    prop_oneof![8 => planted.prop_map(|text| text.as_bytes().to_vec()), 1 => prop::collection::vec(any::<u8>(), 1..4)]
}

fn text() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(piece(), 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn spans_equal_those_of_the_regex_crate(text in text()) {
        for engine in engines() {
            prop_assert_eq!(found(engine, &text, 0..text.len()), expected(reference(), &text));
        }
    }

    #[test]
    fn spans_do_not_depend_on_the_cut(text in text(), cut in any::<prop::sample::Index>()) {
        let cut = cut.index(text.len() + 1);
        for engine in engines() {
            let mut pieces = found(engine, &text, 0..cut);
            pieces.extend(found(engine, &text, cut..text.len()));
            prop_assert_eq!(pieces, found(engine, &text, 0..text.len()));
        }
    }

    #[test]
    fn mutated_text_loses_nothing(text in text(), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..20)) {
        let mut text = text;
        text.push(b' ');
        for (at, byte) in changes {
            let at = at.index(text.len());
            text[at] = byte;
        }
        for engine in engines() {
            prop_assert_eq!(found(engine, &text, 0..text.len()), expected(reference(), &text));
        }
    }
}

#[test]
fn patterns_that_depend_on_the_cut_are_refused() {
    let refused = |pattern: &str| compile(pattern).err().map(|(_, error)| error);
    assert_eq!(refused(r"^\d+x{1,2}"), Some(PatternError::TooLong));
    assert_eq!(refused(r"\A\d{3}"), Some(PatternError::TextEnds));
    assert_eq!(refused(r"\d{3}\z"), Some(PatternError::TextEnds));
    assert_eq!(refused(r"x{0,3}"), Some(PatternError::Empty));
    assert_eq!(refused(r"x{1,5000}"), Some(PatternError::TooLong));
    assert_eq!(refused(r"(x"), Some(PatternError::Syntax));
    assert_eq!(refused(r"^\d{3}$"), None);
}

#[test]
fn a_gate_inside_a_pattern_is_found() {
    let engine = compile(r"[a-z0-9.]{1,64}@[a-z]{2,20}").unwrap();
    assert!(matches!(engine.patterns[0].gate().anchor, Anchor::Inner { least: 1, most: 64, .. }));
    assert_eq!(engine.busy_gates().count(), 0);
}

#[test]
fn a_pattern_that_may_start_anywhere_has_a_busy_gate() {
    assert_eq!(compile("[a-z ]{3,9}").unwrap().busy_gates().count(), 1);
}

#[test]
fn the_default_rules_find_what_the_regex_crate_finds() {
    check_pack(&RulePack::embedded(), 12, 4_000);
}

#[test]
fn the_extended_rules_find_what_the_regex_crate_finds() {
    check_pack(&RulePack::load(&[], Builtin::Extended).unwrap(), 6, 5_000);
}

/// Runs a pack's own examples, mixed, every second time with one byte in sixty replaced, and cut at some place.
fn check_pack(pack: &RulePack, rounds: usize, least: usize) {
    let patterns: Vec<&str> = pack.rules.iter().map_while(terrier_rules::Rule::pattern).collect();
    let (engines, regexes) = (engines_of(&patterns), regexes(patterns));
    #[cfg(feature = "hyperscan")]
    for hyperscan in engines.iter().filter_map(|engine| engine.hyperscan.as_ref()) {
        let refused = (0..).zip(&pack.rules).filter(|(rule, _)| hyperscan.refused().contains(*rule)).map(|(_, rule)| rule.id.as_str());
        assert_eq!(refused.collect::<Vec<_>>(), Vec::<&str>::new(), "where Hyperscan refuses a rule, each text is gone through twice");
    }
    let texts: Vec<&String> = pack.rules.iter().flat_map(|rule| rule.examples.iter().chain(&rule.counter_examples)).collect();
    let mut state = 11_u64;
    let mut random = |bound: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % bound
    };
    let mut total = 0;
    for round in 0..rounds {
        let mut text = Vec::new();
        for _ in 0..400 {
            text.extend_from_slice(texts[random(texts.len())].as_bytes());
            text.extend_from_slice([" ", "\n", ",", "_", "", "\u{e9}", "\"", "/"][random(8)].as_bytes());
        }
        if round % 2 == 1 {
            for _ in 0..text.len() / 60 {
                let at = random(text.len());
                text[at] = u8::try_from(random(256)).unwrap();
            }
        }
        let whole = expected(&regexes, &text);
        total += whole.len();
        let cut = random(text.len());
        for engine in &engines {
            let (backend, instructions) = (engine.backend(), engine.openings.sieve.instructions());
            assert_eq!(found(engine, &text, 0..text.len()), whole, "{backend:?}, {instructions:?}, round {round}");
            let mut pieces = found(engine, &text, 0..cut);
            pieces.extend(found(engine, &text, cut..text.len()));
            assert_eq!(pieces, whole, "{backend:?}, {instructions:?}, round {round}, cut at {cut}");
        }
    }
    assert!(total > least, "only {total} matches: the texts do not test much");
}

#[cfg(feature = "hyperscan")]
#[test]
fn what_hyperscan_refuses_is_found_without_it() {
    // An expression has room for 16,000 characters, and four stand for a byte.
    let words: Vec<String> = (0..1000).map(|number| format!("{number:03}-secret")).collect();
    let patterns = [&words.join("|"), r"\d{3}"];
    let engine = Engine::compile(&patterns, &RuleSet::default(), Vec::new(), Backend::Hyperscan).unwrap();
    assert!(engine.hyperscan.as_ref().unwrap().refused().contains(0));
    let text = b"017-secret 123 999-secret";
    assert_eq!(found(&engine, text, 0..text.len()), expected(&regexes(patterns), text));
}

/// Wants the rules on demand from a place on.
struct From(usize);

impl Interest for From {
    fn next_wanted(&mut self, places: Range<usize>) -> Option<Range<usize>> {
        (places.end > self.0).then(|| places.start.max(self.0)..places.end)
    }

    fn wants(&self, _rule: u32) -> bool {
        true
    }
}

#[test]
fn rules_on_demand_are_looked_at_where_they_are_wanted_and_may_overlap() {
    let mut on_demand = RuleSet::default();
    on_demand.insert(0);
    let engine = Engine::compile(&[r"\d{2} \d{2}", r"\d{2} \d{2}"], &on_demand, Vec::new(), Backend::Rust).unwrap();
    let text = b"11 22 33 44 55 66";
    let mut out = Vec::new();
    engine.find_wanted(text, 0..text.len(), &mut From(6), &mut out);
    let starts = |rule: u32| out.iter().filter(|found| found.rule == rule).map(|found| found.start).collect::<Vec<_>>();
    assert_eq!(starts(0), [6, 9, 12]);
    assert_eq!(starts(1), [0, 6, 12]);
}

#[test]
fn rules_on_demand_are_all_found_where_everything_is_wanted() {
    let pack = RulePack::embedded();
    let patterns: Vec<&str> = pack.rules.iter().map_while(terrier_rules::Rule::pattern).collect();
    let mut on_demand = RuleSet::default();
    (0..).zip(&pack.rules).filter(|(_, rule)| rule.keyword_required).for_each(|(index, _)| on_demand.insert(index));
    let text: String = pack.rules.iter().flat_map(|rule| &rule.examples).map(|example| format!("{example}\n")).collect();
    for backend in Backend::BUILT_IN {
        let engine = Engine::compile(&patterns, &on_demand, Vec::new(), *backend).unwrap();
        assert_eq!(found(&engine, text.as_bytes(), 0..text.len()), expected(&regexes(patterns.iter().copied()), text.as_bytes()));
    }
}
