use terrier_classify::{Explanation, LabelPolicy, MOST_PLACES};
use terrier_model::{AssetRow, ColumnDecision, ColumnRow, Finding, Method, Place, PlaceKind, Tier};
use terrier_query::AssetDetail;
use terrier_scan::escape;

use super::Explained;
use crate::commands::show::label_text;
use crate::summary::class_name;
use crate::units::{human_bytes, human_count};

/// Columns told per finding, and members per container.
const MOST: usize = 10;

/// Writes what was read of an asset, its label, and how each finding came about.
pub(super) fn asset(explained: &Explained<'_>) -> String {
    let AssetDetail { asset, findings, .. } = explained.detail;
    let mut text = format!(
        "{}  {}\n  id        {}\n  run       {}\n  read      {}\n  label     {}\n",
        asset.store_id,
        asset.path,
        asset.asset_id,
        asset.run_id,
        reading(asset),
        label_text(asset),
    );
    for reason in asset.label.iter().flat_map(|label| &label.reasons) {
        text.push_str(&format!("            {reason}\n"));
    }
    if !explained.are_rules_of_run {
        text.push_str(
            "  rules     not those of the run: meanings, descriptions and tiers below are of the rules in use here; the run's own come with --rules\n",
        );
    }
    if let Some(said) = explained.nothing_found() {
        text.push_str(&format!("\n  {said}\n"));
    }
    for row in findings {
        text.push_str(&finding(explained, &row.finding));
    }
    text.push_str(&members(explained.detail));
    text
}

fn reading(asset: &AssetRow) -> String {
    let coverage = &asset.coverage;
    let reason = coverage.reason.map(|reason| format!(": {}", reason.explain())).unwrap_or_default();
    let how = match coverage.method {
        Method::Full => "in full",
        Method::Sampled => "in part",
        Method::NotScanned => "not at all",
    };
    let format = asset.format.as_ref().map(|format| format!(", {format}")).unwrap_or_default();
    let records = coverage.records_read.map(|records| format!(", {}", plural(records, "record"))).unwrap_or_default();
    let bytes = match coverage.method {
        Method::Sampled => format!("{} of {}", human_bytes(coverage.bytes_read), human_bytes(coverage.bytes_total)),
        Method::Full | Method::NotScanned => human_bytes(coverage.bytes_total),
    };
    format!("{how}{reason}; {bytes}{records}{format}")
}

fn plural(count: u64, noun: &str) -> String {
    format!("{} {noun}{}", human_count(count), if count == 1 { "" } else { "s" })
}

fn finding(explained: &Explained<'_>, finding: &Finding) -> String {
    let explanation = explained.explanation_of(finding);
    let mut text = format!(
        "\n  {} ({})  {} {:.3}\n    found     {}: {} high, {} medium, {} low, {} test; about {} distinct\n",
        class_name(explained.pack, &finding.class),
        finding.class,
        finding.tier,
        finding.confidence,
        if finding.count == 1 { "once".to_owned() } else { format!("{} times", human_count(finding.count)) },
        human_count(finding.count_high),
        human_count(finding.count_medium),
        human_count(finding.count_low),
        human_count(finding.count_test),
        human_count(finding.distinct),
    );
    rows(&mut text, "places", [places(finding)]);
    let columns = explained.detail.columns.iter().map(|ColumnRow { column, .. }| column);
    rows(&mut text, "columns", bounded(columns.filter(|column| column.class.as_ref() == Some(&finding.class)).map(column_text)));
    rows(
        &mut text,
        "rules",
        finding.rules.iter().map(|id| {
            let description = explained.pack.rule(id).map_or("not among the rules in use here", |rule| rule.description.as_str());
            format!("{id}: {description}")
        }),
    );
    rows(&mut text, "evidence", evidence(finding, &explanation));
    rows(&mut text, "tier", tier(finding, &explanation));
    rows(&mut text, "label", [label(finding)]);
    text
}

/// Writes lines beside a title, which stands before the first one alone.
fn rows(text: &mut String, title: &str, lines: impl IntoIterator<Item = String>) {
    let mut title = title;
    for line in lines {
        text.push_str(&format!("    {title:<9} {line}\n"));
        title = "";
    }
}

/// Keeps the first lines, and tells how many others there are.
fn bounded(lines: impl Iterator<Item = String>) -> Vec<String> {
    let mut lines: Vec<String> = lines.collect();
    let others = lines.len().saturating_sub(MOST);
    if others > 0 {
        lines.truncate(MOST);
        lines.push(format!("and {others} more: terrier show --asset"));
    }
    lines
}

/// Names the places together that differ by their number alone.
fn places(finding: &Finding) -> String {
    let mut groups: Vec<(&Place, Vec<String>)> = Vec::new();
    for place in &finding.places {
        let number = human_count(place.number);
        match groups.iter_mut().find(|(first, _)| (first.kind, &first.column) == (place.kind, &place.column)) {
            Some((_, numbers)) => numbers.push(number),
            None => groups.push((place, vec![number])),
        }
    }
    let groups: Vec<String> = groups
        .iter()
        .map(|(first, numbers)| {
            let column = first.column.as_ref().map(|column| format!(" of {}", shown(column))).unwrap_or_default();
            match first.kind {
                PlaceKind::Property => format!("a property of the document{column}"),
                kind => {
                    let several = if numbers.len() == 1 { "" } else { "s" };
                    format!("{}{several} {}{column}", kind.as_str(), numbers.join(", "))
                }
            }
        })
        .collect();
    let is_bounded = finding.places.len() >= MOST_PLACES && finding.count > finding.places.len() as u64;
    let more = if is_bounded { "; later places are not kept" } else { "" };
    format!("{}{more}", groups.join("; "))
}

fn column_text(column: &ColumnDecision) -> String {
    let passed = column.pass_rate.map(|rate| format!(": {:.1} % of {} pass", rate * 100.0, plural(column.values, "value")));
    format!("{} is of this class as a whole{}; confidence {:.3}", shown(&column.name), passed.unwrap_or_default(), column.confidence)
}

/// A column's name fit for a terminal: it may hold what moves the cursor.
fn shown(column: &str) -> String {
    escape(column.as_bytes())
}

fn evidence(finding: &Finding, explanation: &Explanation) -> Vec<String> {
    let widest = explanation.evidence.iter().map(|evidence| evidence.name.len()).max().unwrap_or_default();
    let mut lines: Vec<String> = explanation
        .evidence
        .iter()
        .map(|evidence| {
            let meaning = evidence.meaning.as_deref().unwrap_or("not known to the rules in use here");
            format!("{:>+6.2}  {:<widest$}  {meaning}", evidence.weight, evidence.name)
        })
        .collect();
    // Subtracted from nought, so that none is written as `-0`.
    let exponent = 0.0 - explanation.sum;
    lines.push(format!(
        "{:>+6.2}  {:<widest$}  in log-odds; 1 / (1 + e^{exponent:.2}) = {:.3}, the confidence",
        explanation.sum, "sum", finding.confidence
    ));
    lines
}

fn tier(finding: &Finding, explanation: &Explanation) -> Vec<String> {
    if explanation.tier != Some(finding.tier) {
        return vec![format!(
            "{}, as the run recorded it; by the tiers here {}, since they are others or the weights are rounded",
            finding.tier,
            would_be(explanation.tier)
        )];
    }
    let least = |tier: Tier| explanation.tiers.iter().find(|(other, _)| *other == tier).map_or(0.0, |(_, least)| *least);
    let begins = least(finding.tier);
    let mut standing = format!("{0}, {1:.2} above {begins:.1}, where {0} begins", finding.tier, explanation.sum - begins);
    if let Some(next) = Tier::ALL.into_iter().rev().find(|tier| *tier > finding.tier) {
        standing.push_str(&format!(", and {:.2} below {:.1}, where {next} begins", least(next) - explanation.sum, least(next)));
    }
    let mut lines = vec![standing];
    lines.extend(
        explanation
            .deciding()
            .map(|evidence| format!("without {} ({:+.2}) {}", evidence.name, evidence.weight, would_be(evidence.tier_without))),
    );
    if lines.len() == 1 && explanation.evidence.len() > 1 {
        lines.push("no single piece of evidence beside the pattern decides".to_owned());
    }
    lines
}

fn would_be(tier: Option<Tier>) -> String {
    tier.map_or_else(|| "it would not be reported".to_owned(), |tier| format!("it would be {tier}"))
}

/// Says whether the finding counts towards the label of the asset.
fn label(finding: &Finding) -> String {
    if let Some(reason) = &finding.test_value {
        return format!("does not count: all are known test values ({reason})");
    }
    let tests = match finding.count_test {
        0 => String::new(),
        tests => format!("; known test values ({}) do not", human_count(tests)),
    };
    let policy = LabelPolicy::default();
    if finding.tier >= policy.tier { format!("counts{tests}") } else { format!("does not count: that takes the {} tier", policy.tier) }
}

/// Names the members of a container, which are assets of their own.
fn members(detail: &AssetDetail) -> String {
    if detail.member_count == 0 {
        return String::new();
    }
    let named = detail.members.iter().take(MOST);
    let mut text = format!("\n  {}, each explained by its own name; the most sensitive first\n", plural(detail.member_count, "member"));
    for member in named {
        text.push_str(&format!("    {:<12} {}\n", label_text(member), member.path));
    }
    let others = detail.member_count.saturating_sub(MOST as u64);
    if others > 0 {
        text.push_str(&format!("    and {} more: terrier show --asset\n", human_count(others)));
    }
    text
}
