//! Prometheus's text format. The names stand in `docs/operations.md`, which a test holds to them.

use std::fmt::{Display, Write};
use std::sync::PoisonError;

use terrier_query::Summary;

use super::{Ended, Measurable, Measured};
use crate::display::resident_bytes;

/// Every metric: its name, its type, and what it says.
pub(super) const METRICS: [(&str, &str, &str); 22] = [
    ("terrier_build_info", "gauge", "1; the label names the version"),
    ("terrier_run_start_time_seconds", "gauge", "when this process began"),
    ("terrier_assets_listed", "gauge", "assets enumerated so far"),
    ("terrier_assets_planned", "gauge", "assets to read, as far as listed"),
    ("terrier_bytes_planned", "gauge", "bytes to read, as far as listed"),
    ("terrier_bytes_resumed", "gauge", "bytes that an earlier, interrupted attempt had done"),
    ("terrier_content_bytes", "gauge", "content held in memory"),
    ("process_resident_memory_bytes", "gauge", "memory of this process"),
    ("terrier_assets_total", "counter", "assets that this process is done with, by coverage and reason"),
    ("terrier_bytes_total", "counter", "bytes that this process has read and classified"),
    ("terrier_findings_total", "counter", "findings of this process, by tier"),
    ("terrier_failures_total", "counter", "assets that should have been read and were not"),
    ("terrier_requests_total", "counter", "requests to the stores, by operation"),
    ("terrier_store_bytes_total", "counter", "bytes of content that came from the stores"),
    ("terrier_run_end_time_seconds", "gauge", "when the scan ended; absent while it runs"),
    ("terrier_run_exit_code", "gauge", "the exit code; absent while it runs"),
    ("terrier_run_cost_usd", "gauge", "requests of the run at list price"),
    ("terrier_run_assets", "gauge", "assets of the whole run, by coverage and reason"),
    ("terrier_run_assets_unchanged", "gauge", "assets whose rows were taken over from an earlier run"),
    ("terrier_run_class_occurrences", "gauge", "occurrences in the whole run, by class and tier"),
    ("terrier_run_label_assets", "gauge", "assets of the whole run, by sensitivity"),
    ("terrier_notification_delivered", "gauge", "whether the notification of the end was taken: 1, or 0"),
];

/// Writes everything that is known.
pub(super) fn render(measured: &Measured) -> String {
    let mut page = Page(String::new());
    page.one("terrier_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
    if let Some(started) = measured.started.get() {
        page.one("terrier_run_start_time_seconds", &[], started.as_second());
    }
    if let Some(scan) = measured.scan.get() {
        live(&mut page, scan);
    }
    if let Some(ended) = measured.ended.lock().unwrap_or_else(PoisonError::into_inner).as_ref() {
        end(&mut page, ended);
    }
    page.0
}

fn live(page: &mut Page, scan: &Measurable) {
    let now = scan.progress.snapshot();
    page.one("terrier_assets_listed", &[], now.listed_assets);
    page.one("terrier_assets_planned", &[], now.planned_assets);
    page.one("terrier_bytes_planned", &[], now.planned_bytes);
    page.one("terrier_bytes_resumed", &[], now.resumed_bytes);
    page.one("terrier_content_bytes", &[], now.content_bytes);
    if let Some(bytes) = resident_bytes() {
        page.one("process_resident_memory_bytes", &[], bytes);
    }
    page.head("terrier_assets_total");
    for (method, reason, assets) in scan.progress.covered() {
        let reason = reason.map_or("", |reason| reason.as_str());
        page.sample("terrier_assets_total", &[("coverage", method.as_str()), ("reason", reason)], assets);
    }
    page.one("terrier_bytes_total", &[], now.done_bytes.saturating_sub(now.resumed_bytes));
    page.head("terrier_findings_total");
    for (tier, findings) in [("high", now.high), ("medium", now.medium), ("low", now.low)] {
        page.sample("terrier_findings_total", &[("tier", tier)], findings);
    }
    page.one("terrier_failures_total", &[], now.failures);
    let sum = |count: fn(&terrier_stores::Usage) -> u64| scan.stores.iter().map(|usage| count(usage)).sum::<u64>();
    page.head("terrier_requests_total");
    page.sample("terrier_requests_total", &[("operation", "list")], sum(terrier_stores::Usage::list_requests));
    page.sample("terrier_requests_total", &[("operation", "get")], sum(terrier_stores::Usage::get_requests));
    page.sample("terrier_requests_total", &[("operation", "other")], sum(terrier_stores::Usage::other_requests));
    page.one("terrier_store_bytes_total", &[], sum(terrier_stores::Usage::bytes_read));
}

fn end(page: &mut Page, ended: &Ended) {
    page.one("terrier_run_end_time_seconds", &[], ended.at.as_second());
    page.one("terrier_run_exit_code", &[], ended.exit.code());
    if let Some(notified) = ended.notified {
        page.one("terrier_notification_delivered", &[], u8::from(notified));
    }
    if let Some(found) = &ended.found {
        whole_run(page, found);
    }
}

fn whole_run(page: &mut Page, found: &Summary) {
    page.one("terrier_run_cost_usd", &[], found.runs.iter().map(|run| run.cost_usd).sum::<f64>());
    page.head("terrier_run_assets");
    for row in &found.coverage {
        let reason = row.reason.map_or("", |reason| reason.as_str());
        page.sample("terrier_run_assets", &[("coverage", row.method.as_str()), ("reason", reason)], row.assets);
    }
    page.one("terrier_run_assets_unchanged", &[], found.unchanged);
    page.head("terrier_run_class_occurrences");
    for row in &found.classes {
        for (tier, count) in [("high", row.high), ("medium", row.medium), ("low", row.low), ("test", row.test)] {
            page.sample("terrier_run_class_occurrences", &[("class", row.class.as_str()), ("tier", tier)], count);
        }
    }
    page.head("terrier_run_label_assets");
    for row in &found.sensitivity {
        page.sample("terrier_run_label_assets", &[("sensitivity", row.sensitivity.as_str())], row.assets);
    }
}

struct Page(String);

impl Page {
    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        self.0.write_fmt(text).expect("a string takes all that is written to it");
    }

    fn head(&mut self, name: &str) {
        let (_, kind, help) = METRICS.iter().find(|(known, _, _)| *known == name).expect("every metric is listed");
        self.push(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        let labels: Vec<String> = labels.iter().map(|(label, text)| format!("{label}=\"{}\"", escaped(text))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        self.push(format_args!("{name}{labels} {value}\n"));
    }

    fn one(&mut self, name: &str, labels: &[(&str, &str)], value: impl Display) {
        self.head(name);
        self.sample(name, labels, value);
    }
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use terrier_scan::Progress;

    use super::*;
    use crate::exit::Exit;

    #[test]
    fn what_is_known_is_told() {
        let measured = Measured::default();
        let before = render(&measured);
        assert!(
            before.starts_with("# HELP terrier_build_info 1; the label names the version\n# TYPE terrier_build_info gauge\n"),
            "{before}"
        );
        assert!(!before.contains("terrier_run_exit_code"), "{before}");
        let _ = measured.scan.set(Measurable { progress: Arc::new(Progress::default()), stores: Vec::new() });
        *measured.ended.lock().unwrap() =
            Some(Ended { at: jiff::Timestamp::UNIX_EPOCH, exit: Exit::Interrupted, notified: Some(false), found: None });
        let after = render(&measured);
        for line in ["terrier_findings_total{tier=\"high\"} 0", "terrier_run_exit_code 4", "terrier_notification_delivered 0"] {
            assert!(after.lines().any(|told| told == line), "{line} is missing in\n{after}");
        }
        let sampled = after.lines().filter(|line| !line.starts_with('#'));
        assert!(sampled.clone().all(|line| line.rsplit_once(' ').is_some_and(|(_, value)| value.parse::<f64>().is_ok())), "{after}");
    }

    #[test]
    fn the_guide_names_every_metric() {
        let guide = include_str!("../../../../docs/operations.md");
        for (name, _, _) in METRICS {
            assert!(guide.contains(&format!("`{name}`")), "docs/operations.md does not name {name}");
        }
    }

    #[test]
    fn labels_are_escaped() {
        assert_eq!(escaped("a\"b\\c\nd"), "a\\\"b\\\\c\\nd");
    }
}
