use std::time::Duration;

use regex::bytes::RegexSetBuilder;

use crate::corpus::Sample;
use crate::machine::version_of_crate;
use crate::measure::passes_over;
use crate::packs::{Packs, pattern};
use crate::report::Report;

const NAME: &str = "regex RegexSet";

/// The crate's 2 MiB are thrown away and filled again all the time.
const CACHE: usize = 256 << 20;

pub(crate) fn measure(samples: &[Sample], packs: &Packs, pass: Duration, report: &mut Report) -> anyhow::Result<()> {
    report.describe(
        NAME,
        version_of_crate("regex"),
        "only which rules match somewhere in a MiB: no places, no counts; no validators, no evidence",
    );
    for (name, pack) in packs.each() {
        let patterns: Vec<String> = pack.rules.iter().map(pattern).collect();
        let all = RegexSetBuilder::new(&patterns).unicode(false).multi_line(true).size_limit(CACHE).dfa_size_limit(CACHE).build()?;
        for sample in samples {
            let measured = passes_over(&mut sample.pieces(), |piece| piece.len(), pass, |piece| all.matches(piece).iter().count() as u64);
            report.add(NAME, name, sample.kind, measured);
        }
    }
    Ok(())
}
