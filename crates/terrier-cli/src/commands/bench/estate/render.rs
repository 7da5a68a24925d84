use serde_json::{Value, json};
use terrier_sim::fleet::Outcome;

use super::measure::Score;
use super::{Modelled, Report};
use crate::units::human_count;

/// Writes the three columns for people, one below the other.
pub(super) fn table(report: &Report) -> String {
    let mut text = format!("The estate: {}, seed {}\n  {}\n", report.profile.name, report.seed, report.profile.about);
    measured(report, &mut text);
    executed(report, &mut text);
    text.push_str(&format!(
        "\nMODELLED: a simulation built on what was measured; nodes are {} at prices of {}, {}\n",
        report.node.name, report.prices.as_of, report.prices.region
    ));
    report.estates.iter().for_each(|estate| modelled(estate, &mut text));
    targets(report, &mut text);
    assumptions(report, &mut text);
    for warning in &report.warnings {
        text.push_str(&format!("\nWarning: {warning}\n"));
    }
    text
}

fn measured(report: &Report, text: &mut String) {
    text.push_str(&format!(
        "\nMEASURED: generated, read and classified here, by one core\n  {:<11} {:>8} {:>9} {:>9} {:>8} {:>10}\n",
        "format", "objects", "MB", "MB/s", "recall", "precision"
    ));
    let mut all = Score::default();
    for (name, format) in &report.measured.formats {
        all.merge(&format.score);
        text.push_str(&format!(
            "  {name:<11} {:>8} {:>9.1} {:>9.1} {:>8} {:>10}\n",
            human_count(format.objects),
            format.bytes as f64 / 1e6,
            format.bytes as f64 / 1e6 / format.seconds.max(1e-9),
            share(format.score.recall()),
            share(format.score.precision()),
        ));
    }
    text.push_str(&format!("  {:<11} {:>8} {:>9} {:>9} {:>8} {:>10}\n", "all", "", "", "", share(all.recall()), share(all.precision())));
    if !all.wrong.is_empty() || !all.missed.is_empty() {
        text.push_str(&format!("  found but not there: {}; there but not found: {}\n", classes(&all.wrong), classes(&all.missed)));
    }
    text.push_str(&format!("  {:<18} {:>7} {:>10} {:>9} {:>12}\n", "part", "objects", "read of it", "MB/s", "requests each"));
    for figures in &report.measured.calibration.strata {
        let stratum = &figures.stratum;
        text.push_str(&format!(
            "  {:<18} {:>7} {:>8.0} % {:>9.1} {:>12.2}\n",
            format!("{}{}", stratum.prefix, if stratum.is_large { " large" } else { "" }),
            stratum.sample.len(),
            100.0 * figures.bytes_read as f64 / figures.bytes.max(1) as f64,
            figures.bytes as f64 / 1e6 / figures.core_seconds.max(1e-9),
            figures.requests as f64 / stratum.sample.len().max(1) as f64,
        ));
    }
    text.push_str(&format!("  the generator alone: {:.1} GB/s\n", report.measured.generator_bytes_per_second / 1e9));
}

fn executed(report: &Report, text: &mut String) {
    let executed = &report.executed;
    text.push_str(&format!(
        "\nEXECUTED: really done, with virtual content\n  {} objects of {} listed in {} shards by {} requests, in {:.1} s: {} a second\n",
        human_count(executed.objects),
        stored(executed.bytes as f64),
        executed.shards,
        human_count(executed.list_requests),
        executed.seconds,
        human_count((executed.objects as f64 / executed.seconds.max(1e-9)) as u64),
    ));
}

fn modelled(estate: &Modelled, text: &mut String) {
    for workload in &estate.workloads {
        text.push_str(&format!(
            "\n  {} {}: {} objects in {} datasets; {} opened, {} read, {} requests, {} core hours\n  {:<22} {:>9} {:>9} {:>9} {:>9} {:<10} {:>10} {:>10} {:>9} {:>7} {:>9} {:>7}\n",
            stored(workload.bytes),
            workload.mode.as_str(),
            human_count(workload.objects as u64),
            human_count(workload.datasets),
            human_count(workload.objects_opened as u64),
            stored(workload.bytes_read()),
            human_count(workload.requests() as u64),
            human_count(workload.core_hours() as u64),
            "fleet",
            "hours",
            "listing",
            "network",
            "cores",
            "limited by",
            "spot USD",
            "on demand",
            "GET USD",
            "LIST",
            "KMS USD",
            "lost"
        ));
        for outcome in estate.outcomes.iter().filter(|outcome| outcome.mode == workload.mode) {
            text.push_str(&format!(
                "  {:<22} {:>9} {:>9} {:>9} {:>9} {:<10} {:>10} {:>10} {:>9} {:>7} {:>9} {:>7}\n",
                outcome.fleet,
                figure(outcome.hours),
                figure(outcome.listing_hours),
                figure(outcome.network_hours),
                figure(outcome.core_hours),
                outcome.bound.as_str(),
                figure(outcome.compute_usd),
                figure(outcome.on_demand_usd),
                figure(outcome.get_usd),
                figure(outcome.list_usd),
                figure(outcome.kms_usd),
                human_count(outcome.interruptions),
            ));
        }
    }
}

fn targets(report: &Report, text: &mut String) {
    if report.targets.is_empty() {
        return;
    }
    text.push_str("\nGoals that were set beforehand\n");
    for target in &report.targets {
        let verdict = if target.is_met { "reached" } else { "NOT reached" };
        text.push_str(&format!("  {verdict:<12} {}: {}\n", target.wanted, figure(target.got)));
    }
}

fn assumptions(report: &Report, text: &mut String) {
    text.push_str("\nTaken for granted; change it with --prices FILE\n");
    for (name, value) in report.prices.figures.named() {
        text.push_str(&format!("  {name} = {} ({}): {}\n", value.value, value.basis.as_str(), value.source));
    }
    let node = &report.node;
    text.push_str(&format!(
        "  {}: {} vCPUs, {} Gbit/s, {} USD an hour, on spot {} of it: {}\n",
        node.name, node.vcpus, node.gbit_per_second, node.usd_per_hour, node.spot_share, node.source
    ));
    text.push_str("  a vCPU does what the core did on which was measured; that of TLS, of writing results and of planning is not in it\n");
}

fn share(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.1} %", share * 100.0))
}

fn classes(counts: &std::collections::BTreeMap<String, u64>) -> String {
    let named: Vec<String> = counts.iter().map(|(class, count)| format!("{class} {count}")).collect();
    if named.is_empty() { "nothing".to_owned() } else { named.join(", ") }
}

/// Writes a size as stores are billed: in powers of ten.
fn stored(bytes: f64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    let power = ((bytes.max(1.0).log10() / 3.0) as usize).clamp(1, UNITS.len());
    format!("{:.1} {}", bytes / 10_f64.powi(3 * power as i32), UNITS[power - 1])
}

/// Writes a figure with as many digits as are worth reading.
fn figure(value: f64) -> String {
    if value < 100.0 { format!("{value:.2}") } else { human_count(value.round() as u64) }
}

/// Writes the three columns for programs. The names of its fields are a promise.
pub(super) fn json(report: &Report) -> String {
    let formats: Vec<Value> = report
        .measured
        .formats
        .iter()
        .map(|(name, format)| {
            json!({
                "format": name, "objects": format.objects, "bytes": format.bytes, "core_seconds": format.seconds,
                "accuracy": format.score.json(),
            })
        })
        .collect();
    let executed = &report.executed;
    let estates: Vec<Value> = report
        .estates
        .iter()
        .map(|estate| {
            let outcomes: Vec<Value> = estate.outcomes.iter().map(outcome).collect();
            let workloads: Vec<Value> = estate
                .workloads
                .iter()
                .map(|workload| {
                    json!({
                        "mode": workload.mode, "objects": workload.objects, "bytes": workload.bytes, "datasets": workload.datasets,
                        "objects_opened": workload.objects_opened, "bytes_read": workload.bytes_read(),
                        "requests": workload.requests(), "core_hours": workload.core_hours(),
                    })
                })
                .collect();
            json!({ "asked_bytes": estate.asked, "workloads": workloads, "outcomes": outcomes })
        })
        .collect();
    let all = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "estate": { "profile": report.profile.name, "about": report.profile.about, "seed": report.seed },
        "measured": {
            "formats": formats, "strata": report.measured.calibration.strata,
            "generator_bytes_per_second": report.measured.generator_bytes_per_second,
        },
        "executed": {
            "objects": executed.objects, "bytes": executed.bytes, "shards": executed.shards,
            "list_requests": executed.list_requests, "seconds": executed.seconds,
        },
        "modelled": { "node": report.node, "estates": estates, "goals": report.targets },
        "assumptions": report.prices,
        "warnings": report.warnings,
    });
    format!("{all:#}")
}

fn outcome(outcome: &Outcome) -> Value {
    serde_json::to_value(outcome).unwrap_or(Value::Null)
}
