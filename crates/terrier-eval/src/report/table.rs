use std::fmt::Write;

use terrier_model::Tier;

use crate::clean::CleanScores;
use crate::evaluate::{Evaluation, TableScores, TextScores};
use crate::vectors::{VectorCounts, VectorScores};
use crate::{ByTier, Counts, Judged, Mistake, Share};

/// A kind of number that does this well is left out of the table; the JSON has all.
const FLAWLESS: f64 = 1.0;

pub(super) fn table(evaluation: &Evaluation) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write(evaluation, &mut out);
    out
}

fn write(evaluation: &Evaluation, out: &mut String) -> std::fmt::Result {
    let Evaluation { rules, programs, .. } = evaluation;
    writeln!(out, "Terrier {}, engine {}, {} rules in {} classes", env!("CARGO_PKG_VERSION"), rules.engine, rules.count, rules.classes)?;
    writeln!(out, "In brackets: 95 % bounds (Wilson). Tiers add up: `medium` stands for high and medium, `low` for all.")?;
    for scores in &evaluation.texts {
        text(out, programs, scores, &format!("{}: {} texts", scores.name, scores.records))?;
    }
    if evaluation.texts.len() > 1 {
        text(out, programs, &evaluation.pooled, &format!("All texts that count: {}", evaluation.pooled.records))?;
    }
    for scores in &evaluation.tables {
        tables(out, programs, scores, &format!("{}: {} tables", scores.name, scores.tables))?;
    }
    if evaluation.tables.len() > 1 {
        tables(out, programs, &evaluation.pooled_tables, &format!("All tables: {}", evaluation.pooled_tables.tables))?;
    }
    for (name, scores) in &evaluation.vectors {
        vectors(out, name, scores)?;
    }
    if let Some(scores) = &evaluation.clean {
        clean(out, scores)?;
    }
    if !evaluation.judged.is_empty() {
        bars(out, &evaluation.judged)?;
    }
    if !evaluation.mistakes.is_empty() {
        mistakes(out, &evaluation.mistakes)?;
    }
    Ok(())
}

fn share(share: Option<Share>) -> String {
    share.map_or_else(|| "–".to_owned(), |Share { value, low, high }| format!("{value:.3} [{low:.3}, {high:.3}]"))
}

fn figure(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.3}"))
}

fn heading(out: &mut String, title: &str, exact: bool) -> std::fmt::Result {
    write!(
        out,
        "\n{title}\n  {:<24} {:<15} {:<6} {:>7} {:>9}  {:<20}  {:<20}  {:<5}",
        "type", "program", "tier", "labels", "predicted", "precision", "recall", "F1"
    )?;
    writeln!(out, "{}", if exact { "  exact precision, recall" } else { "" })
}

fn row(out: &mut String, name: &str, program: &str, tier: Tier, counts: &Counts) -> std::fmt::Result {
    let (precision, recall, f1) = (share(counts.precision()), share(counts.recall()), figure(counts.f1()));
    write!(out, "  {name:<24} {program:<15} {tier:<6} {:>7} {:>9}  {precision:<20}  {recall:<20}  {f1:<5}", counts.gold, counts.predicted)
}

/// The tiers that say something new, with their places.
fn telling<T: PartialEq>(tiers: &ByTier<T>) -> impl Iterator<Item = (Tier, &T)> {
    let is_new = |at: usize| at == 0 || tiers[at] != tiers[at - 1];
    Tier::ALL.into_iter().zip(tiers).enumerate().filter(move |(at, _)| is_new(*at)).map(|(_, tier)| tier)
}

fn text(out: &mut String, programs: &[String], scores: &TextScores, title: &str) -> std::fmt::Result {
    heading(out, title, true)?;
    for (name, rows) in &scores.types {
        for (at, (program, tiers)) in programs.iter().zip(rows).enumerate() {
            let Some(tiers) = tiers else { continue };
            // A program that does not know the type is not told of, but for ours.
            if at > 0 && tiers[2].overlap.predicted == 0 {
                continue;
            }
            for (tier, matches) in telling(tiers) {
                row(out, name, program, tier, &matches.overlap)?;
                let share = |share: Option<Share>| figure(share.map(|share| share.value));
                writeln!(out, "  {}, {}", share(matches.exact.precision()), share(matches.exact.recall()))?;
            }
        }
    }
    if !scores.uncovered.is_empty() {
        let list: Vec<String> = scores.uncovered.iter().map(|(name, labels)| format!("{name} {labels}")).collect();
        writeln!(out, "  labelled, and no class in force answers to it: {}", list.join(", "))?;
    }
    for (program, documents) in programs.iter().zip(&scores.documents) {
        if let Some(documents) = documents {
            writeln!(
                out,
                "  documents, {program}: {} labelled, {} restricted; accuracy {}, restricted: precision {}, recall {}",
                documents.documents,
                documents.restricted.gold,
                share(documents.accuracy()),
                share(documents.restricted.precision()),
                share(documents.restricted.recall()),
            )?;
        }
    }
    Ok(())
}

fn tables(out: &mut String, programs: &[String], scores: &TableScores, title: &str) -> std::fmt::Result {
    heading(out, title, false)?;
    for (program, columns) in programs.iter().zip(&scores.programs) {
        let Some(columns) = columns else { continue };
        let all = (format!("all {} columns", columns.columns), &columns.all);
        let types = columns.types.iter().map(|(name, tiers)| (name.clone(), tiers));
        for (name, tiers) in types.chain([all]) {
            for (tier, counts) in telling(tiers) {
                row(out, &name, program, tier, counts)?;
                out.push('\n');
            }
        }
    }
    if !scores.uncovered.is_empty() {
        let list: Vec<&str> = scores.uncovered.iter().map(String::as_str).collect();
        writeln!(out, "  labelled, and no class in force answers to it: {}", list.join(", "))?;
    }
    Ok(())
}

fn vectors(out: &mut String, name: &str, scores: &VectorScores) -> std::fmt::Result {
    let unknown: u64 = scores.unknown.values().sum();
    writeln!(
        out,
        "\n{name}: numbers of {} kinds that rules know, {unknown} more of {} kinds that none knows\n  {:<24} {:>6} {:<21} {:>17} {:>8}  {:<21} {:>14}",
        scores.kinds.len(),
        scores.unknown.len(),
        "kind",
        "valid",
        "accepted",
        "found high+med+low",
        "invalid",
        "rejected",
        "found",
    )?;
    let is_flawed = |counts: &VectorCounts| {
        let less = |share: Option<Share>| share.is_some_and(|share| share.value < FLAWLESS);
        less(counts.acceptance()) || less(counts.rejection()) || counts.found[2] < counts.valid || counts.found_invalid[2] > 0
    };
    for (kind, counts) in scores.kinds.iter().filter(|(_, counts)| is_flawed(counts)) {
        vector_row(out, kind, counts)?;
    }
    let flawless = scores.kinds.values().filter(|counts| !is_flawed(counts)).count();
    if flawless > 0 {
        writeln!(out, "  and {flawless} kinds of which all valid numbers are accepted and found, and all others rejected")?;
    }
    for (kind, counts) in [("all ids", scores.sum_of_ids()), ("all telephone numbers", scores.sum_of_phones())] {
        if counts.valid + counts.invalid > 0 {
            vector_row(out, kind, &counts)?;
        }
    }
    if !scores.unknown.is_empty() {
        let list: Vec<&str> = scores.unknown.keys().map(|kind| kind.strip_prefix("stdnum.").unwrap_or(kind)).collect();
        writeln!(out, "  no rule knows: {}", list.join(", "))?;
    }
    Ok(())
}

fn vector_row(out: &mut String, kind: &str, counts: &VectorCounts) -> std::fmt::Result {
    let found = |tiers: &ByTier<u64>| format!("{}, {}, {}", tiers[0], tiers[1], tiers[2]);
    writeln!(
        out,
        "  {kind:<24} {:>6} {:<21} {:>17} {:>8}  {:<21} {:>14}",
        counts.valid,
        share(counts.acceptance()),
        found(&counts.found),
        counts.invalid,
        share(counts.rejection()),
        found(&counts.found_invalid),
    )
}

fn clean(out: &mut String, scores: &CleanScores) -> std::fmt::Result {
    let gigabytes = scores.bytes as f64 / 1e9;
    writeln!(
        out,
        "\nClean data: {gigabytes:.3} GB in {} files ({} binary files left out); findings at each tier, and per GB\n  {:<28} {:>8} {:>10} {:>8} {:>10} {:>8} {:>10}",
        scores.files, scores.binary, "class", "high", "per GB", "medium", "per GB", "low", "per GB",
    )?;
    for (class, tiers) in &scores.classes {
        write!(out, "  {class:<28}")?;
        for count in tiers {
            write!(out, " {count:>8} {:>10.1}", scores.per_gigabyte(*count))?;
        }
        out.push('\n');
    }
    Ok(())
}

fn bars(out: &mut String, judged: &[Judged]) -> std::fmt::Result {
    writeln!(out, "\nBars\n  {:<72} {:<16} {:>12} {:>9} {:>8}", "lane", "figure", "n", "value", "bar")?;
    for Judged { lane, figure: name, n, value, bar, standing } in judged {
        writeln!(out, "  {lane:<72} {name:<16} {n:>12} {:>9} {bar:>8}  {}", figure(*value), standing.as_str())?;
    }
    Ok(())
}

fn mistakes(out: &mut String, mistakes: &[Mistake]) -> std::fmt::Result {
    writeln!(out, "\nMistakes")?;
    for Mistake { program, corpus, record, what, name, tier, by, place, shown } in mistakes {
        write!(out, "  {program} {corpus} {record}")?;
        if let Some(place) = place {
            write!(out, " {place}")?;
        }
        write!(out, ": {what} {name}")?;
        match (tier, by) {
            (Some(tier), Some(by)) => write!(out, " ({tier}, {by})")?,
            (Some(tier), None) => write!(out, " ({tier})")?,
            _ => {}
        }
        if let Some([before, there, after]) = shown {
            write!(out, "  {}[[{}]]{}", before.escape_debug(), there.escape_debug(), after.escape_debug())?;
        }
        out.push('\n');
    }
    Ok(())
}
