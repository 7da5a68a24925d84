use terrier_model::Tier;

use crate::Counts;
use crate::bars::{Bars, CleanBar, Judged, ShareBar, Standing};
use crate::clean::CleanScores;
use crate::evaluate::Evaluation;

/// Holds Terrier's figures against what is to be reached. What was not measured at all is not told of.
pub(crate) fn judge(bars: &Bars, evaluation: &Evaluation) -> Vec<Judged> {
    let mut judged = Vec::new();
    for bar in bars.text() {
        let own = evaluation.pooled.types.get(&bar.common).and_then(|rows| rows.first()).and_then(Option::as_ref);
        if let Some(tiers) = own {
            let lane = format!("{} from {}", bar.common, bar.shares.tier());
            shares(&lane, &bar.shares, &tiers[bar.shares.at()].overlap, bars.least_labels, &mut judged);
        }
    }
    let columns = evaluation.pooled_tables.programs.first().and_then(Option::as_ref);
    if let (Some(bar), Some(columns)) = (&bars.columns, columns) {
        shares(&format!("table columns from {}", bar.tier()), bar, &columns.all[bar.at()], bars.least_labels, &mut judged);
    }
    let documents = evaluation.pooled.documents.first().and_then(Option::as_ref);
    if let (Some(bar), Some(documents)) = (&bars.label, documents) {
        let at = judged.len();
        shares("documents restricted", bar, &documents.restricted, 0, &mut judged);
        for judged in &mut judged[at..] {
            judged.n = documents.documents;
            if documents.documents < bars.least_labels {
                judged.standing = Standing::Reported;
            }
        }
    }
    let vectors = evaluation.pooled_vectors.sum_of_ids();
    if let Some(bar) = bars.id_vectors.as_ref().filter(|_| vectors.valid + vectors.invalid > 0) {
        let enough = vectors.valid >= bars.least_labels;
        let value = |share: Option<crate::Share>| share.map(|share| share.value);
        judged.push(Judged::least("id vectors", "accepted", vectors.valid, value(vectors.acceptance()), bar.accepted, enough));
        judged.push(Judged::least("id vectors", "rejected", vectors.invalid, value(vectors.rejection()), bar.rejected, enough));
    }
    if let Some(clean) = &evaluation.clean {
        judged.extend(bars.clean.iter().map(|bar| clean_bar(bar, clean, bars.least_clean_bytes)));
    }
    judged
}

fn shares(lane: &str, bar: &ShareBar, counts: &Counts, least: u64, judged: &mut Vec<Judged>) {
    let value = |share: Option<crate::Share>| share.map(|share| share.value);
    let figures = [
        ("precision", value(counts.precision()), bar.precision),
        ("recall", value(counts.recall()), bar.recall),
        ("F1", counts.f1(), bar.f1),
    ];
    for (figure, value, wanted) in figures {
        if let Some(wanted) = wanted {
            judged.push(Judged::least(lane, figure, counts.gold, value, wanted, counts.gold >= least));
        }
    }
}

fn clean_bar(bar: &CleanBar, clean: &CleanScores, least: u64) -> Judged {
    let high = Tier::ALL.iter().position(|tier| *tier == Tier::High).unwrap_or_default();
    let count: u64 = clean.classes.iter().filter(|(class, _)| bar.means(class)).map(|(_, tiers)| tiers[high]).sum();
    let value = clean.per_gigabyte(count);
    let standing = match value <= bar.most_per_gigabyte {
        _ if clean.bytes < least => Standing::Reported,
        true => Standing::Reached,
        false => Standing::NotReached,
    };
    let lane = format!("clean data: {}", bar.classes.join(" "));
    Judged { lane, figure: "per GB, at most", n: clean.bytes, value: Some(value), bar: bar.most_per_gigabyte, standing }
}
