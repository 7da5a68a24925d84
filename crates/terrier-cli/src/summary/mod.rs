//! What a person reads in ten seconds after a scan, and what a program reads.

mod copies;
mod datasets;
mod estimate;
mod json;

use std::fmt::Write;

use terrier_model::{DataClass, Method, ReasonKind, Sensitivity};
use terrier_query::{ClassInAsset, Summary, WorstAsset};
use terrier_rules::RulePack;

pub(crate) use self::copies::{copies, copies_json};
pub(crate) use self::datasets::{datasets, datasets_json};
pub(crate) use self::estimate::{Fleet, estimate_json, estimate_table, plan_json, plan_table};
pub(crate) use self::json::{counts, json, worst_json};
use crate::units::{human_bytes, human_count, human_seconds};

/// Paths longer than this lose their middle.
const PATH_WIDTH: usize = 40;

/// Where findings are if nothing else was said.
const DEFAULT_FINDINGS: &str = "./terrier-findings";

/// Classes listed after a scan; `terrier show` lists all.
pub(crate) const CLASSES_AT_A_GLANCE: usize = 12;

/// Classes named per asset; the others are counted.
const CLASSES_PER_ASSET: usize = 2;

/// Writes the summary for people, with at most so many classes.
pub(crate) fn table(found: &Summary, pack: &RulePack, findings: &str, most_classes: usize) -> String {
    let mut text = String::new();
    headline(&mut text, found);
    coverage(&mut text, found);
    labels(&mut text, found);
    classes(&mut text, found, pack, most_classes);
    regulations(&mut text, found, pack);
    worst(&mut text, &found.worst, pack);
    let from = findings_option(findings);
    text.push_str(&format!(
        "\nFindings are in {findings}\n  \
         terrier show{from} --worst\n  \
         terrier report{from} --html report.html\n  \
         terrier query{from} \"SELECT * FROM findings\"\n"
    ));
    text
}

/// What a suggested command needs in order to read the same findings.
pub(crate) fn findings_option(findings: &str) -> String {
    if findings == DEFAULT_FINDINGS { String::new() } else { format!(" --findings {findings}") }
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    let start = text.len();
    text.write_fmt(line).expect("a string takes all that is written to it");
    text.truncate(start + text[start..].trim_end().len());
    text.push('\n');
}

fn headline(text: &mut String, found: &Summary) {
    for run in &found.runs {
        let seconds = (run.ended - run.started) as f64 / 1e6;
        let cost =
            if run.cost_usd > 0.0 { format!(", {} requests, {:.4} USD", human_count(run.requests), run.cost_usd) } else { String::new() };
        line(text, format_args!("Scanned {} in {}{cost}", run.target, human_seconds(seconds)));
    }
}

fn coverage(text: &mut String, found: &Summary) {
    let read: u64 = found.coverage.iter().filter(|row| row.method != Method::NotScanned).map(|row| row.assets).sum();
    let members = if found.members > 0 { format!(", and {} members of archives", human_count(found.members)) } else { String::new() };
    line(
        text,
        format_args!(
            "\nCovered   {} of {} objects{members}, {} of {}",
            human_count(read),
            human_count(found.assets),
            human_bytes(found.bytes_read),
            human_bytes(found.bytes_total)
        ),
    );
    if found.unchanged > 0 {
        line(text, format_args!("Unchanged {:>7}  objects since the last scan, not read again", human_count(found.unchanged)));
    }
    if found.gone > 0 {
        line(text, format_args!("Gone      {:>7}  objects since the last scan", human_count(found.gone)));
    }
    let mut title = "Not read";
    for row in &found.coverage {
        if let Some(reason) = row.reason {
            let note = if reason.kind() == ReasonKind::Failure { "  ← should have been read" } else { "" };
            let partly = if row.method == Method::Sampled { " (read in part)" } else { "" };
            line(
                text,
                format_args!(
                    "{title:<9} {:>7}  {}{partly}, {}{note}",
                    human_count(row.assets + row.members),
                    reason.explain(),
                    human_bytes(row.bytes_total)
                ),
            );
            title = "";
        }
    }
}

fn labels(text: &mut String, found: &Summary) {
    let counts: Vec<String> = found.sensitivity.iter().map(|row| format!("{} {}", human_count(row.assets), row.sensitivity)).collect();
    line(text, format_args!("\nLabels    {}", counts.join(" · ")));
}

fn classes(text: &mut String, found: &Summary, pack: &RulePack, most: usize) {
    if found.classes.is_empty() {
        line(text, format_args!("\nNo sensitive data was found."));
        return;
    }
    line(text, format_args!("\n{:<47} {:>7} {:>9} {:>9} {:>9} {:>7}", "Sensitive data", "assets", "high", "medium", "low", "test"));
    for row in found.classes.iter().take(most) {
        let count = |number: u64| if number == 0 { "–".to_owned() } else { human_count(number) };
        line(
            text,
            format_args!(
                "  {:<45} {:>7} {:>9} {:>9} {:>9} {:>7}",
                shorten(class_name(pack, &row.class), 45),
                count(row.assets),
                count(row.high),
                count(row.medium),
                count(row.low),
                count(row.test)
            ),
        );
    }
    let others = found.classes.len().saturating_sub(most);
    if others > 0 {
        line(text, format_args!("  and {others} more: terrier show"));
    }
}

fn regulations(text: &mut String, found: &Summary, pack: &RulePack) {
    let covered: Vec<String> = found
        .regulations
        .iter()
        .map(|row| {
            let name = pack.regulation(&row.id).map_or(row.id.as_str(), |regulation| regulation.name.as_str());
            format!("{name} {}", human_count(row.assets))
        })
        .collect();
    if !covered.is_empty() {
        line(text, format_args!("\nAssets by regulation\n  {}", covered.join(" · ")));
    }
}

/// Writes the worst assets, a line each.
pub(crate) fn worst(text: &mut String, assets: &[WorstAsset], pack: &RulePack) {
    let sensitive: Vec<_> = assets.iter().filter(|asset| asset.sensitivity > Sensitivity::Public || !asset.classes.is_empty()).collect();
    if sensitive.is_empty() {
        return;
    }
    line(text, format_args!("\nWorst assets"));
    for asset in sensitive {
        line(
            text,
            format_args!(
                "  {:<12} {:<PATH_WIDTH$}  {}",
                asset.sensitivity,
                shorten(&asset.path, PATH_WIDTH),
                classes_of(&asset.classes, pack)
            ),
        );
    }
}

fn classes_of(classes: &[ClassInAsset], pack: &RulePack) -> String {
    let named: Vec<String> = classes
        .iter()
        .take(CLASSES_PER_ASSET)
        .map(|class| format!("{} ×{}", class_name(pack, &class.class), human_count((class.high + class.medium).max(1))))
        .collect();
    let others = classes.len().saturating_sub(CLASSES_PER_ASSET);
    let more = if others > 0 { format!(" and {others} more") } else { String::new() };
    format!("{}{more}", named.join(", "))
}

/// The name that a person knows a class by.
pub(crate) fn class_name<'a>(pack: &'a RulePack, class: &'a DataClass) -> &'a str {
    pack.class(class).map_or(class.as_str(), |spec| spec.name.as_str())
}

/// Cuts the middle out of a path that is too long; its ends tell the most.
fn shorten(path: &str, width: usize) -> String {
    let length = path.chars().count();
    if length <= width {
        return path.to_owned();
    }
    let front: String = path.chars().take(width / 3).collect();
    let back: String = path.chars().skip(length - (width - width / 3 - 1)).collect();
    format!("{front}…{back}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_paths_keep_their_ends() {
        assert_eq!(shorten("short.csv", 12), "short.csv");
        assert_eq!(shorten("a/very/long/path/to/it.csv", 12), "a/ve…/it.csv");
        assert_eq!(shorten("ääääääääääääää", 5), "ä…äää");
    }
}
