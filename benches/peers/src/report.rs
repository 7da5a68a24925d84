//! The figures, as a table for people and as JSON.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use terrier_sim::benchmark::Kind;

use crate::corpus::Sample;
use crate::machine;
use crate::measure::{Measured, PASSES, read_limit};
use crate::packs::{Packs, Refused};
use crate::peer::terrier;

/// What stands for the rules of a scanner that cannot be given others.
pub(crate) const OWN_RULES: &str = "its own";

/// A thread that ran for a smaller part of the time shared its core.
const UNDISTURBED: f64 = 0.9;

pub(crate) struct Report {
    kinds: Vec<Kind>,
    sizes: Vec<(Kind, usize, u64)>,
    rule_counts: BTreeMap<&'static str, usize>,
    read: Vec<(Kind, Measured)>,
    peers: Vec<Peer>,
    rows: Vec<Row>,
    refused: Vec<(String, String, Refused)>,
    absent: Vec<(String, String)>,
    growth: Vec<Growth>,
}

struct Peer {
    name: String,
    version: String,
    does: String,
}

struct Row {
    peer: String,
    rules: String,
    kind: Kind,
    measured: Measured,
}

struct Growth {
    rules: usize,
    with: &'static str,
    kind: Kind,
    measured: Measured,
}

impl Report {
    /// Begins with the read limit.
    pub(crate) fn new(samples: &[Sample], packs: &Packs) -> Self {
        Self {
            kinds: samples.iter().map(|sample| sample.kind).collect(),
            sizes: samples.iter().map(|sample| (sample.kind, sample.text.len(), sample.planted)).collect(),
            rule_counts: packs.each().map(|(name, pack)| (name, pack.rules.len())).into(),
            read: samples.iter().map(|sample| (sample.kind, read_limit(&sample.text))).collect(),
            peers: Vec::new(),
            rows: Vec::new(),
            refused: Vec::new(),
            absent: Vec::new(),
            growth: Vec::new(),
        }
    }

    /// Says what a peer is and does.
    pub(crate) fn describe(&mut self, peer: &str, version: &str, does: &str) {
        if !self.peers.iter().any(|known| known.name == peer) {
            self.peers.push(Peer { name: peer.to_owned(), version: version.to_owned(), does: does.to_owned() });
        }
    }

    pub(crate) fn add(&mut self, peer: &str, rules: &str, kind: Kind, measured: Measured) {
        eprintln!("{peer}, {rules} rules, {}: {} GB/s", kind.as_str(), figure(measured.rate()));
        self.rows.push(Row { peer: peer.to_owned(), rules: rules.to_owned(), kind, measured });
    }

    /// Names a rule that a peer does not take.
    pub(crate) fn refuse(&mut self, peer: &str, rules: &str, refused: Refused) {
        self.refused.push((peer.to_owned(), rules.to_owned(), refused));
    }

    /// Names a peer that is not there.
    pub(crate) fn absent(&mut self, peer: &str, reason: &str) {
        self.absent.push((peer.to_owned(), reason.to_owned()));
    }

    pub(crate) fn add_rule_count(&mut self, rules: usize, with: &'static str, kind: Kind, measured: Measured) {
        eprintln!("Terrier, {rules} rules with {with} ones, {}: {} GB/s", kind.as_str(), figure(measured.rate()));
        self.growth.push(Growth { rules, with, kind, measured });
    }

    /// Returns how many times as fast Terrier is, with the same rules, or with its default ones where a peer has its own.
    fn ratio(&self, row: &Row) -> Option<f64> {
        let rules = if row.rules == OWN_RULES { "default" } else { &row.rules };
        let own = self.rows.iter().find(|own| own.peer == terrier::NAME && own.rules == rules && own.kind == row.kind)?;
        Some(own.measured.rate() / row.measured.rate())
    }

    fn refused_by(&self, peer: &str, rules: &str) -> impl Iterator<Item = &Refused> {
        self.refused.iter().filter(move |(name, pack, _)| name == peer && pack == rules).map(|(_, _, refused)| refused)
    }

    fn warnings(&self) -> Vec<String> {
        let least = self.rows.iter().map(|row| row.measured.processor_share).fold(f64::INFINITY, f64::min);
        let busy = self.rows.iter().filter(|row| row.measured.processor_share < UNDISTURBED).count();
        let told = format!(
            "other programs ran: {busy} of {} measurements had a core for less than {:.0} % of the time, one for {:.0} %",
            self.rows.len(),
            100.0 * UNDISTURBED,
            100.0 * least,
        );
        (busy > 0).then_some(told).into_iter().collect()
    }

    /// Writes the figures for people, in Markdown.
    pub(crate) fn table(&self) -> String {
        let mut text = format!(
            "{}: {} ({}), {} processors, {}; one thread, time of the processor, the best of {PASSES} passes; Terrier at {}\n\n",
            machine::today(),
            machine::processor(),
            machine::vector_instructions(),
            machine::processors(),
            machine::system(),
            machine::commit().as_deref().unwrap_or("an unknown commit"),
        );
        for (kind, bytes, planted) in &self.sizes {
            text.push_str(&format!("- `{}`: {:.1} MiB, {planted} values planted\n", kind.as_str(), mebibytes(*bytes)));
        }
        text.push_str("\n| | Rules | GB/s ");
        text.push_str(&self.kinds.iter().map(|kind| format!("`{}`", kind.as_str())).collect::<Vec<_>>().join(" / "));
        text.push_str(" | Terrier is × | MiB | found |\n|---|---|---|---|---|---|\n");
        self.row(
            &mut text,
            "read limit (sum of 64-bit words)",
            "none",
            &self.read.iter().map(|(_, read)| read).collect::<Vec<_>>(),
            &[],
            0,
        );
        let mut done: Vec<(&str, &str)> = Vec::new();
        for row in &self.rows {
            if done.contains(&(&row.peer, &row.rules)) {
                continue;
            }
            done.push((&row.peer, &row.rules));
            let same: Vec<&Row> = self.rows.iter().filter(|other| other.peer == row.peer && other.rules == row.rules).collect();
            let refused = self.refused_by(&row.peer, &row.rules).count();
            let ratios: Vec<f64> = same.iter().filter(|_| row.peer != terrier::NAME).filter_map(|row| self.ratio(row)).collect();
            let name = match self.peers.iter().find(|peer| peer.name == row.peer) {
                Some(peer) if row.peer != terrier::NAME => format!("{} ({})", peer.name, peer.version),
                _ => row.peer.clone(),
            };
            self.row(&mut text, &name, &row.rules, &same.iter().map(|row| &row.measured).collect::<Vec<_>>(), &ratios, refused);
        }
        for (peer, reason) in &self.absent {
            text.push_str(&format!("| {peer} | | not measured: {reason} | | | |\n"));
        }
        self.append_growth(&mut text);
        self.append_refused(&mut text);
        for warning in self.warnings() {
            text.push_str(&format!("\nWarning: {warning}\n"));
        }
        text
    }

    fn row(&self, text: &mut String, name: &str, rules: &str, measured: &[&Measured], ratios: &[f64], refused: usize) {
        let each = |write: &dyn Fn(&Measured) -> String| measured.iter().map(|measured| write(measured)).collect::<Vec<_>>().join(" / ");
        let rules = match self.rule_counts.get(rules) {
            Some(count) if refused > 0 => format!("{rules}, {} of {count}", count - refused),
            Some(count) => format!("{rules}, {count}"),
            None => rules.to_owned(),
        };
        let found = if rules == "none" { String::new() } else { each(&|measured| measured.found.to_string()) };
        text.push_str(&format!(
            "| {name} | {rules} | {} | {} | {} | {found} |\n",
            each(&|measured| figure(measured.rate())),
            ratios.iter().map(|ratio| figure(*ratio)).collect::<Vec<_>>().join(" / "),
            each(&|measured| format!("{:.1}", mebibytes(measured.bytes))),
        ));
    }

    fn append_growth(&self, text: &mut String) {
        if self.growth.is_empty() {
            return;
        }
        text.push_str("\n| Rules of Terrier | GB/s | cost against the fewest of them |\n|---|---|---|\n");
        for growth in &self.growth {
            let alike = |other: &&Growth| other.with == growth.with && other.kind == growth.kind;
            let fewest = self.growth.iter().find(alike).map_or(f64::NAN, |fewest| fewest.measured.rate());
            text.push_str(&format!(
                "| {}: the default ones and {} ones, `{}` | {} | {:.0} % |\n",
                growth.rules,
                growth.with,
                growth.kind.as_str(),
                figure(growth.measured.rate()),
                100.0 * (1.0 - growth.measured.rate() / fewest),
            ));
        }
    }

    fn append_refused(&self, text: &mut String) {
        let mut done: Vec<(&str, &str)> = Vec::new();
        for (peer, rules, _) in &self.refused {
            if done.contains(&(peer, rules)) {
                continue;
            }
            done.push((peer, rules));
            let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for refused in self.refused_by(peer, rules) {
                by_reason.entry(&refused.reason).or_default().push(&refused.rule);
            }
            for (reason, named) in by_reason {
                text.push_str(&format!("\n{peer} does not take {} of the {rules} rules ({reason}): {}\n", named.len(), named.join(", ")));
            }
        }
    }

    /// Writes the figures for programs.
    pub(crate) fn json(&self) -> Value {
        let measured = |measured: &Measured| {
            json!({
                "bytes": measured.bytes, "seconds": measured.seconds, "gb_per_second": measured.rate(),
                "found": measured.found, "processor_share": measured.processor_share,
            })
        };
        let rows = self.rows.iter().map(|row| {
            let refused = self.refused_by(&row.peer, &row.rules).map(|refused| json!({ "rule": refused.rule, "reason": refused.reason }));
            json!({
                "peer": row.peer, "rules": row.rules, "rule_count": self.rule_counts.get(row.rules.as_str()), "kind": row.kind.as_str(),
                "measured": measured(&row.measured), "terrier_times_as_fast": self.ratio(row), "refused": refused.collect::<Vec<_>>(),
            })
        });
        let peers = self.peers.iter().map(|peer| json!({ "name": peer.name, "version": peer.version, "does": peer.does }));
        let growth = self.growth.iter().map(|growth| {
            json!({ "rules": growth.rules, "with": growth.with, "kind": growth.kind.as_str(), "measured": measured(&growth.measured) })
        });
        json!({
            "date": machine::today(), "commit": machine::commit(),
            "machine": {
                "processor": machine::processor(), "vector_instructions": machine::vector_instructions(),
                "processors": machine::processors(), "system": machine::system(),
            },
            "read": self.read.iter().map(|(kind, read)| json!({ "kind": kind.as_str(), "measured": measured(read) })).collect::<Vec<_>>(),
            "peers": peers.collect::<Vec<_>>(),
            "rows": rows.collect::<Vec<_>>(),
            "not_measured": self.absent.iter().map(|(peer, reason)| json!({ "peer": peer, "reason": reason })).collect::<Vec<_>>(),
            "rule_count": growth.collect::<Vec<_>>(),
            "warnings": self.warnings(),
        })
    }
}

fn mebibytes(bytes: usize) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// Writes a figure with as many digits as are worth reading.
fn figure(value: f64) -> String {
    match value {
        value if value >= 100.0 => format!("{value:.0}"),
        value if value >= 10.0 => format!("{value:.1}"),
        value if value >= 1.0 => format!("{value:.2}"),
        value if value >= 0.01 => format!("{value:.3}"),
        value => format!("{value:.5}"),
    }
}
