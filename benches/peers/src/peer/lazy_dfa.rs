//! All patterns in one lazy DFA of `regex-automata`, in the two ways in which it can be asked.

use std::time::Duration;

use regex_automata::hybrid::{dfa, regex};
use regex_automata::nfa::thompson;
use regex_automata::util::syntax;
use regex_automata::{Input, MatchKind};
use terrier_rules::RulePack;

use crate::corpus::Sample;
use crate::machine::version_of_crate;
use crate::measure::passes_over;
use crate::packs::{Packs, pattern};
use crate::report::Report;

const SPANS: &str = "regex-automata lazy DFA, find_iter";
const ENDS: &str = "regex-automata lazy DFA, overlapping";

/// With the crate's 2 MiB the automata of all rules are thrown away and built again all the time.
const CACHE: usize = 256 << 20;

pub(crate) fn measure(samples: &[Sample], packs: &Packs, pass: Duration, report: &mut Report) -> anyhow::Result<()> {
    let version = version_of_crate("regex-automata");
    report.describe(
        SPANS,
        version,
        "spans of matches that do not overlap: where one rule matches, others are not seen; no validators, no evidence",
    );
    report.describe(ENDS, version, "every rule at every end of a match, without starts; no validators, no evidence");
    for (name, pack) in packs.each() {
        find_iter(samples, name, pack, pass, report)?;
        overlapping(samples, name, pack, pass, report)?;
    }
    Ok(())
}

fn find_iter(samples: &[Sample], rules: &str, pack: &RulePack, pass: Duration, report: &mut Report) -> anyhow::Result<()> {
    let patterns: Vec<String> = pack.rules.iter().map(pattern).collect();
    let all = regex::Regex::builder().syntax(syntax_config()).thompson(thompson_config()).dfa(dfa_config()).build_many(&patterns)?;
    for sample in samples {
        let mut cache = all.create_cache();
        let measured =
            passes_over(&mut sample.pieces(), |piece| piece.len(), pass, |piece| all.find_iter(&mut cache, *piece).count() as u64);
        report.add(SPANS, rules, sample.kind, measured);
    }
    Ok(())
}

fn overlapping(samples: &[Sample], rules: &str, pack: &RulePack, pass: Duration, report: &mut Report) -> anyhow::Result<()> {
    let patterns: Vec<String> = pack.rules.iter().map(pattern).collect();
    let config = dfa_config().match_kind(MatchKind::All);
    let all = dfa::DFA::builder().syntax(syntax_config()).thompson(thompson_config()).configure(config).build_many(&patterns)?;
    for sample in samples {
        let mut cache = all.create_cache();
        let measured = passes_over(&mut sample.pieces(), |piece| piece.len(), pass, |piece| ends(&all, &mut cache, piece));
        report.add(ENDS, rules, sample.kind, measured);
    }
    Ok(())
}

fn ends(all: &dfa::DFA, cache: &mut dfa::Cache, piece: &[u8]) -> u64 {
    let input = Input::new(piece);
    let mut state = dfa::OverlappingState::start();
    let mut found = 0;
    loop {
        all.try_search_overlapping_fwd(cache, &input, &mut state).expect("a lazy DFA without quit bytes searches every text");
        if state.get_match().is_none() {
            return found;
        }
        found += 1;
    }
}

fn syntax_config() -> syntax::Config {
    syntax::Config::new().unicode(false).utf8(false).multi_line(true)
}

fn thompson_config() -> thompson::Config {
    thompson::Config::new().utf8(false)
}

fn dfa_config() -> dfa::Config {
    dfa::Config::new().cache_capacity(CACHE)
}
