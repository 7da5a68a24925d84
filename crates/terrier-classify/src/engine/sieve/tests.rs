use proptest::prelude::*;
use terrier_rules::RulePack;

use super::*;
use crate::engine::pattern::Pattern;
use crate::{Backend, Classifier};

/// The sequences of the default rules: on demand those that are, and some of the others as of each kind.
fn sequences() -> Vec<(Kind, Sequence)> {
    let pack = RulePack::embedded();
    let patterns = pack.rules.iter().filter_map(|rule| Some((rule.keyword_required, Pattern::new(rule.pattern()?).unwrap())));
    let kinds = [Kind::Spelled, Kind::Shaped, Kind::Word].into_iter().cycle();
    patterns
        .zip(kinds)
        .map(|((is_on_demand, pattern), kind)| (pattern, if is_on_demand { Kind::OnDemand } else { kind }))
        .flat_map(|(pattern, kind)| pattern.gate().sequences.iter().map(|sequence| (kind, *sequence)).collect::<Vec<_>>())
        .collect()
}

/// What begins, nearly begins or is no match.
fn piece() -> impl Strategy<Value = String> {
    let examples: Vec<String> = RulePack::embedded().rules.into_iter().flat_map(|rule| rule.examples).collect();
    prop_oneof![4 => prop::sample::select(examples), 1 => "\\PC{0,9}", 1 => "[ -~\\n]{0,20}"]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_place_is_let_through_where_a_sequence_applies(
        pieces in prop::collection::vec(piece(), 0..250),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..60),
        start in 0_usize..200,
    ) {
        let sequences = sequences();
        let mut text = pieces.concat().into_bytes();
        text.push(b' ');
        for (at, byte) in changes {
            let at = at.index(text.len());
            text[at] = byte;
        }
        let start = start.min(text.len() - 1);
        let (mut room, mut masks) = (Box::new(Room::ZERO), Box::new(Masks::ZERO));
        for instructions in Instructions::available() {
            let sieve = Sieve::new(&sequences, instructions);
            for tile in (start..text.len()).step_by(SPAN) {
                let end = text.len().min(tile + SPAN);
                sieve.scan(&text, tile, (end - tile).div_ceil(BLOCK), &mut room, &mut masks);
                for place in tile..end {
                    for (kind, sequence) in sequences.iter().filter(|(_, sequence)| sequence.applies(&text, place)) {
                        let mask = masks.of(*kind)[(place - tile) / BLOCK];
                        prop_assert!(mask >> ((place - tile) % BLOCK) & 1 != 0, "{instructions:?} misses {sequence:?} at {place}");
                    }
                }
            }
        }
    }
}

#[test]
fn little_is_let_through_of_plain_text() {
    let text = "The committee will meet again next week, and nothing that was said there is of any interest to a reader.\n".repeat(40);
    let (mut room, mut masks) = (Box::new(Room::ZERO), Box::new(Masks::ZERO));
    for instructions in Instructions::available() {
        let classifier = Classifier::compile_with(&RulePack::embedded(), Backend::Rust, instructions).unwrap();
        classifier.engine.openings.sieve.scan(text.as_bytes(), 0, TILE, &mut room, &mut masks);
        let places: u32 = masks.of(Kind::Shaped).iter().map(|mask| mask.count_ones()).sum();
        assert!(places < (SPAN / 10) as u32, "{instructions:?} lets {places} places through");
    }
}

#[test]
fn each_code_is_small_and_agrees_with_what_is_allowed() {
    for (coding, bits) in [(&codes::OF_SIX_BITS, 6), (&codes::OF_FOUR_BITS, 4)] {
        for which in 0..CODES {
            for bytes in [*b"a-1", *b"Z_\xff", *b"\n\0 ", *b"09~"] {
                let code = (coding.code)(which, bytes);
                let positions = bytes.map(|byte| Position::of(std::iter::once(byte).collect()));
                let positions: Vec<&Position> = positions.iter().take(coding.lengths[which]).collect();
                assert_eq!((coding.allowed)(which, &positions), 1 << code, "{which}: {bytes:?}");
                assert!(code < 1 << bits);
            }
        }
    }
}
