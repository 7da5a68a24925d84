use std::fmt::Write;

use anyhow::bail;
use serde_json::{Value, json};
use terrier_model::{AssetRow, ColumnRow, CombinationRow, DataClass, Finding, FindingRow, Place};
use terrier_query::{AssetDetail, ClassDetail};
use terrier_rules::RulePack;

use super::asset::find_asset;
use super::{open_finished, print};
use crate::args::{ShowArgs, SummaryFormat};
use crate::exit::Exit;
use crate::summary::{self, class_name};
use crate::units::{human_bytes, human_count};

/// Places written per finding.
const PLACES: usize = 5;

/// Groups of copies, and pairs of near copies, shown.
const COPIES: usize = 50;

/// Datasets shown.
const DATASETS: usize = 100;

/// Shows the summary, an asset, a class, datasets, or the worst assets.
pub(crate) async fn run(args: ShowArgs) -> anyhow::Result<Exit> {
    let findings = open_finished(&args.findings).await?;
    let pack = RulePack::embedded();
    let as_json = args.format == SummaryFormat::Json;
    let text = if let Some(asset) = &args.asset {
        let assets = find_asset(&findings, &args.findings, [&pack], asset).await?;
        if as_json { lines(assets.iter().map(asset_json)) } else { assets.iter().map(|asset| asset_text(asset, &pack)).collect() }
    } else if let Some(class) = &args.class {
        let Some(detail) = findings.class(&DataClass::new(class.as_str())).await? else {
            bail!("the class `{class}` was not found anywhere; see: terrier show, terrier rules list");
        };
        if as_json { format!("{:#}", class_json(&detail)) } else { class_text(&detail, &pack) }
    } else if let Some(number) = args.worst {
        let assets = findings.worst(number).await?;
        if as_json {
            lines(assets.iter().map(summary::worst_json))
        } else {
            let mut text = String::new();
            summary::worst(&mut text, &assets, &pack);
            text.trim_start().to_owned()
        }
    } else if args.copies {
        let (equal, near) = (findings.copies(COPIES).await?, findings.near_copies(COPIES).await?);
        if as_json { summary::copies_json(&equal, &near) } else { summary::copies(&equal, &near) }
    } else if args.datasets {
        let list = findings.datasets(DATASETS).await?;
        if as_json { summary::datasets_json(&list) } else { summary::datasets(&list, &pack) }
    } else {
        let found = findings.summary(None).await?;
        if as_json {
            summary::json(&found, &args.findings.findings)?
        } else {
            summary::table(&found, &pack, &args.findings.findings, usize::MAX)
        }
    };
    print(&text)?;
    Ok(Exit::Done)
}

fn lines(values: impl Iterator<Item = Value>) -> String {
    values.map(|value| format!("{value}\n")).collect()
}

fn asset_text(detail: &AssetDetail, pack: &RulePack) -> String {
    let AssetDetail { asset, findings, columns, combinations, member_count, members } = detail;
    let coverage = &asset.coverage;
    let why = coverage.reason.map(|reason| format!(": {}", reason.explain())).unwrap_or_default();
    let mut text = format!(
        "{}  {}\n  id        {}\n  size      {}{}\n  coverage  {}{why}\n  label     {}\n",
        asset.store_id,
        asset.path,
        asset.asset_id,
        human_bytes(asset.size),
        asset.format.as_ref().map(|format| format!(", {format}")).unwrap_or_default(),
        coverage.method.as_str(),
        label_text(asset),
    );
    for reason in asset.label.iter().flat_map(|label| &label.reasons) {
        text.push_str(&format!("            {reason}\n"));
    }
    for FindingRow { finding, .. } in findings {
        text.push_str(&finding_text(finding, pack));
    }
    if !columns.is_empty() {
        text.push_str(&columns_text(columns, pack));
    }
    for CombinationRow { combination, .. } in combinations {
        let classes: Vec<&str> = combination.classes.iter().map(|class| class_name(pack, class)).collect();
        text.push_str(&format!("\n  {} records hold {}\n", human_count(combination.records), classes.join(" + ")));
    }
    if *member_count > 0 {
        text.push_str(&format!("\n  {} members, the most sensitive first\n", human_count(*member_count)));
        for member in members {
            text.push_str(&format!("    {:<12} {}\n", label_text(member), member.path));
        }
    }
    text
}

/// Names the label of an asset. What was not read has none.
pub(super) fn label_text(asset: &AssetRow) -> &'static str {
    asset.label.as_ref().map_or("–", |label| label.sensitivity.as_str())
}

fn finding_text(finding: &Finding, pack: &RulePack) -> String {
    let mut text = format!(
        "\n  {} ({})  {} {:.3}\n    {} occurrences ({} high, {} medium, {} low, {} test), about {} distinct\n",
        class_name(pack, &finding.class),
        finding.class,
        finding.tier,
        finding.confidence,
        human_count(finding.count),
        human_count(finding.count_high),
        human_count(finding.count_medium),
        human_count(finding.count_low),
        human_count(finding.count_test),
        human_count(finding.distinct),
    );
    if let Some(reason) = &finding.test_value {
        text.push_str(&format!("    test values only: {reason}\n"));
    }
    let evidence: Vec<String> = finding.evidence.iter().map(|evidence| format!("{} {:+.1}", evidence.name, evidence.weight)).collect();
    text.push_str(&format!("    evidence  {}\n    rules     {}\n", evidence.join(", "), finding.rules.join(", ")));
    let places: Vec<String> = finding.places.iter().take(PLACES).map(place_text).collect();
    if !places.is_empty() {
        let more = if finding.count as usize > places.len() { ", …" } else { "" };
        text.push_str(&format!("    places    {}{more}\n", places.join(", ")));
    }
    text
}

fn place_text(place: &Place) -> String {
    let column = place.column.as_ref().map(|column| format!(" of {column}")).unwrap_or_default();
    format!("{} {}{column}", place.kind.as_str(), place.number)
}

fn columns_text(columns: &[ColumnRow], pack: &RulePack) -> String {
    let mut text = format!("\n  {:<32} {:<10} {:>10} {:>10}  class\n", "column", "kind", "values", "distinct");
    for ColumnRow { column, .. } in columns {
        let class = column.class.as_ref().map(|class| {
            let passed = column.pass_rate.map(|rate| format!(", {:.0} % pass", rate * 100.0)).unwrap_or_default();
            format!("{} ({:.3}{passed})", class_name(pack, class), column.confidence)
        });
        writeln!(
            text,
            "  {:<32} {:<10} {:>10} {:>10}  {}",
            column.name,
            column.kind,
            human_count(column.values),
            human_count(column.distinct),
            class.unwrap_or_else(|| "–".to_owned())
        )
        .expect("a string takes all that is written to it");
    }
    text
}

fn class_text(detail: &ClassDetail, pack: &RulePack) -> String {
    let row = &detail.class;
    let mut text = format!(
        "{} ({})\n  {} assets; {} high, {} medium, {} low, {} test\n\n",
        class_name(pack, &row.class),
        row.class,
        human_count(row.assets),
        human_count(row.high),
        human_count(row.medium),
        human_count(row.low),
        human_count(row.test),
    );
    for located in &detail.findings {
        let finding = &located.row.finding;
        text.push_str(&format!(
            "  {:<7} {:>9} × {}  {}\n",
            finding.tier,
            human_count(finding.count),
            located.path,
            finding.places.first().map(place_text).unwrap_or_default()
        ));
    }
    text
}

pub(super) fn finding_json(finding: &Finding) -> Value {
    json!({
        "class": finding.class.as_str(), "tier": finding.tier.as_str(), "confidence": finding.confidence,
        "count": finding.count, "count_high": finding.count_high, "count_medium": finding.count_medium,
        "count_low": finding.count_low, "count_test": finding.count_test, "distinct": finding.distinct,
        "places": finding.places.iter().map(|place| json!({ "kind": place.kind.as_str(), "number": place.number, "column": place.column })).collect::<Vec<_>>(),
        "evidence": finding.evidence.iter().map(|evidence| json!({ "name": evidence.name, "weight": evidence.weight })).collect::<Vec<_>>(),
        "rules": finding.rules, "test_value": finding.test_value,
    })
}

pub(super) fn asset_json(detail: &AssetDetail) -> Value {
    let asset = &detail.asset;
    let label = asset.label.as_ref();
    json!({
        "asset_id": asset.asset_id.as_str(), "store_id": asset.store_id.as_str(), "path": asset.path, "size": asset.size,
        "format": asset.format, "coverage": asset.coverage.method.as_str(), "reason": asset.coverage.reason.map(|reason| reason.as_str()),
        "sensitivity": label.map(|label| label.sensitivity.as_str()),
        "regulations": label.map_or(&[][..], |label| &label.regulations), "reasons": label.map_or(&[][..], |label| &label.reasons),
        "findings": detail.findings.iter().map(|row| finding_json(&row.finding)).collect::<Vec<_>>(),
        "members": detail.members.iter().map(|member| member.path.as_str()).collect::<Vec<_>>(),
    })
}

fn class_json(detail: &ClassDetail) -> Value {
    let row = &detail.class;
    json!({
        "class": row.class.as_str(), "assets": row.assets, "high": row.high, "medium": row.medium, "low": row.low, "test": row.test,
        "findings": detail.findings.iter().map(|located| json!({
            "store_id": located.store_id.as_str(), "path": located.path, "finding": finding_json(&located.row.finding),
        })).collect::<Vec<_>>(),
    })
}
