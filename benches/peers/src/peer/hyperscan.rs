//! All patterns in one block database of Hyperscan, or of Vectorscan where that is the library installed.

use std::time::Duration;

use crate::corpus::Sample;
use crate::packs::Packs;
use crate::report::Report;

const ENDS: &str = "Hyperscan";
const SPANS: &str = "Hyperscan with start of match";

#[cfg(not(feature = "hyperscan"))]
pub(crate) fn measure(_: &[Sample], _: &Packs, _: Duration, report: &mut Report) -> anyhow::Result<()> {
    for name in [ENDS, SPANS] {
        report.absent(name, "built without it: its library was not there (Debian: libhyperscan-dev, or libvectorscan-dev, and pkg-config)");
    }
    Ok(())
}

#[cfg(feature = "hyperscan")]
pub(crate) fn measure(samples: &[Sample], packs: &Packs, pass: Duration, report: &mut Report) -> anyhow::Result<()> {
    use hyperscan::PatternFlags;

    let version = hyperscan::version_str().to_string_lossy().into_owned();
    let ends = "every rule at every end of a match, without starts; no validators, no evidence";
    report.describe(ENDS, &version, ends);
    report.describe(SPANS, &version, "every rule at every end of a match, with the leftmost start; no validators, no evidence");
    for (name, flags) in [(ENDS, PatternFlags::empty()), (SPANS, PatternFlags::SOM_LEFTMOST)] {
        for (rules, pack) in packs.each() {
            database::measure(name, rules, pack, flags | PatternFlags::MULTILINE, samples, pass, report)?;
        }
    }
    Ok(())
}

#[cfg(feature = "hyperscan")]
mod database {
    use std::time::Duration;

    use hyperscan::prelude::{BlockDatabase, Builder, Matching, Pattern, Patterns};
    use hyperscan::{BlockMode, PatternFlags};
    use terrier_rules::RulePack;

    use crate::corpus::Sample;
    use crate::measure::passes_over;
    use crate::packs::{Refused, pattern_without_half_boundaries};
    use crate::report::Report;

    pub(super) fn measure(
        name: &str,
        rules: &str,
        pack: &RulePack,
        flags: PatternFlags,
        samples: &[Sample],
        pass: Duration,
        report: &mut Report,
    ) -> anyhow::Result<()> {
        let mut taken = Vec::new();
        for (id, rule) in pack.rules.iter().enumerate() {
            let mut pattern = Pattern::with_flags(pattern_without_half_boundaries(rule), flags)?;
            pattern.id = Some(id);
            match Builder::build::<BlockMode>(&pattern) {
                Ok(_) => taken.push(pattern),
                Err(error) => report.refuse(name, rules, Refused { rule: rule.id.clone(), reason: error.to_string() }),
            }
        }
        let all: BlockDatabase = Patterns::from_iter(taken).build()?;
        let scratch = all.alloc_scratch()?;
        for sample in samples {
            let measured = passes_over(
                &mut sample.pieces(),
                |piece| piece.len(),
                pass,
                |piece| {
                    let mut found = 0;
                    let count = |_, _, _, _| {
                        found += 1;
                        Matching::Continue
                    };
                    all.scan(*piece, &scratch, count).expect("a scan of a piece in memory");
                    found
                },
            );
            report.add(name, rules, sample.kind, measured);
        }
        Ok(())
    }
}
