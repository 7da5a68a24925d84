use anyhow::Context;
use terrier_classify::Classifier;
use terrier_content::Segment;
use terrier_rules::RulePack;

use crate::corpus::Sample;
use crate::machine::version_of_crate;
use crate::measure::{Measured, passes};
use crate::packs::Packs;
use crate::report::Report;

pub(crate) const NAME: &str = "Terrier";

/// The classifier's automata and caches have grown after so many windows.
const WARM_UP: usize = 8;

pub(crate) fn measure(samples: &[Sample], packs: &Packs, report: &mut Report) -> anyhow::Result<()> {
    let version = version_of_crate("terrier-classify");
    report.describe(
        NAME,
        version,
        "spans of values, of all rules; validators, keywords, fields, surroundings and test values weighed for each",
    );
    for (name, pack) in packs.each() {
        let classifier = compile(pack)?;
        for sample in samples {
            report.add(NAME, name, sample.kind, classify_all(&classifier, sample));
        }
    }
    Ok(())
}

pub(crate) fn compile(pack: &RulePack) -> anyhow::Result<Classifier> {
    Classifier::compile(pack).context("the rules cannot be compiled")
}

/// Measures the classifier over the whole of a sample, as one asset.
pub(crate) fn classify_all(classifier: &Classifier, sample: &Sample) -> Measured {
    let segments = sample.segments();
    classify(classifier, &segments[..segments.len().min(WARM_UP)]);
    passes(sample.text.len(), || classify(classifier, &segments))
}

fn classify(classifier: &Classifier, segments: &[Segment<'_>]) -> u64 {
    let mut session = classifier.session(None);
    segments.iter().for_each(|segment| session.segment(segment));
    session.finish().findings.iter().map(|finding| finding.count).sum()
}
