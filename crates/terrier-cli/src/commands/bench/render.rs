use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::figures::{Figures, Time, best, stage_names};
use super::measure::PASSES;
use crate::units::{human_bytes, human_count};

/// Writes the figures for people.
pub(super) fn table(figures: &Figures) -> String {
    let Figures { engine, rules, together, cores, price_per_core_hour, .. } = figures;
    let mut text = format!(
        "Terrier {}, engine {engine}, {} rules in {} classes: loaded in {:.0} ms, compiled in {:.0} ms\n\n\
         One thread, the best of {PASSES} passes over {}\n  {:<14} {:>7} {:>11} {:>13} {:>13}\n",
        env!("CARGO_PKG_VERSION"),
        human_count(rules.count as u64),
        human_count(rules.classes as u64),
        rules.load.as_secs_f64() * 1e3,
        rules.compile.as_secs_f64() * 1e3,
        human_bytes(figures.size as u64),
        "kind",
        "GB/s",
        "of reading",
        "values found",
        "planted",
    );
    for alone in &figures.alone {
        text.push_str(&format!(
            "  {:<14} {:>7.3} {:>9.2} % {:>13} {:>13}\n",
            alone.kind.as_str(),
            alone.rate(),
            100.0 * alone.rate() / alone.read_rate(),
            human_count(alone.found),
            human_count(alone.planted),
        ));
    }
    if figures.alone.iter().any(|alone| alone.stages.is_some()) {
        text.push_str("\nShares of the time\n  kind          ");
        stage_names().for_each(|name| text.push_str(&format!(" {name:>9}")));
        text.push('\n');
    }
    for (alone, stages) in figures.alone.iter().filter_map(|alone| Some((alone, alone.stages?))) {
        text.push_str(&format!("  {:<14}", alone.kind.as_str()));
        stages.iter().for_each(|share| text.push_str(&format!(" {:>7.0} %", share * 100.0)));
        text.push('\n');
    }
    let petabyte = figures.petabyte();
    text.push_str(&format!(
        "\n{} at the same time, each over {} of mixed\n  {:.3} GB/s together, {:.3} GB/s each\n\n\
         A petabyte (10^15 bytes) of mixed, at that rate\n  \
         {} core hours: {} hours on {}, {} USD at {price_per_core_hour} USD per core hour\n",
        counted(together.threads.get(), "thread"),
        human_bytes(figures.size as u64),
        together.rate(),
        together.rate_per_thread(),
        figure(petabyte.core_hours),
        figure(petabyte.hours),
        counted(cores.get(), "such core"),
        figure(petabyte.usd),
    ));
    for warning in figures.warnings() {
        text.push_str(&format!("\nWarning: {warning}\n"));
    }
    text
}

/// Writes a figure with as many digits as are worth reading.
fn figure(value: f64) -> String {
    if value < 100.0 { format!("{value:.2}") } else { human_count(value.round() as u64) }
}

fn counted(number: usize, name: &str) -> String {
    format!("{} {name}{}", human_count(number as u64), if number == 1 { "" } else { "s" })
}

/// Writes the figures for programs. The names of its fields are a promise.
pub(super) fn json(figures: &Figures) -> String {
    let Figures { rules, together, .. } = figures;
    let kinds: Vec<Value> = figures
        .alone
        .iter()
        .map(|alone| {
            json!({
                "kind": alone.kind.as_str(), "bytes": alone.bytes,
                "seconds": best(&alone.passes).as_secs_f64(), "passes": passes(&alone.passes),
                "gb_per_second": alone.rate(), "read_gb_per_second": alone.read_rate(),
                "share_of_reading": alone.rate() / alone.read_rate(), "processor_share": alone.processor_share(),
                "values_found": alone.found, "values_planted": alone.planted,
                "stages": alone.stages.map(|shares| stage_names().zip(shares).collect::<BTreeMap<_, _>>()),
            })
        })
        .collect();
    let petabyte = figures.petabyte();
    let all = json!({
        "version": env!("CARGO_PKG_VERSION"),
        "engine": figures.engine,
        "rules": { "count": rules.count, "classes": rules.classes, "digest": rules.digest },
        "start_up": { "load_ms": rules.load.as_secs_f64() * 1e3, "compile_ms": rules.compile.as_secs_f64() * 1e3 },
        "size": figures.size,
        "kinds": kinds,
        "together": {
            "kind": "mixed", "threads": together.threads, "bytes": together.bytes,
            "seconds": best(&together.passes).as_secs_f64(), "passes": passes(&together.passes),
            "gb_per_second": together.rate(), "gb_per_second_per_thread": together.rate_per_thread(),
            "processor_share": together.processor_share(),
        },
        "petabyte": {
            "core_hours": petabyte.core_hours, "cores": figures.cores, "hours": petabyte.hours,
            "price_per_core_hour_usd": figures.price_per_core_hour, "usd": petabyte.usd,
        },
        "warnings": figures.warnings(),
    });
    format!("{all:#}")
}

fn passes(passes: &[Time; PASSES]) -> Vec<Value> {
    let seconds =
        |time: &Time| json!({ "seconds": time.wall.as_secs_f64(), "processor_seconds": time.processor.map(|spent| spent.as_secs_f64()) });
    passes.iter().map(seconds).collect()
}
