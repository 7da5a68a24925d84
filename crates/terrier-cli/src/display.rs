//! The live display of a scan: a bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal;
use std::sync::Arc;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use terrier_scan::{Progress, Snapshot};
use tokio::task::JoinHandle;
use tracing::Level;

use crate::log;
use crate::units::{human_bytes, human_count, human_seconds};

const REDRAW: Duration = Duration::from_millis(200);
const PLAIN_LINE_EVERY: Duration = Duration::from_secs(5);

/// Shows a scan's counters until it is dropped.
pub(crate) struct Display {
    task: JoinHandle<()>,
    bar: Option<ProgressBar>,
}

impl Display {
    /// Starts showing, unless the user wants silence.
    pub(crate) fn start(progress: Arc<Progress>, quiet: bool) -> Option<Self> {
        if quiet {
            return None;
        }
        if std::io::stderr().is_terminal() && !log::is_json() {
            let bar = ProgressBar::new(1).with_style(style());
            let task = tokio::spawn(draw(progress, bar.clone()));
            Some(Self { task, bar: Some(bar) })
        } else {
            Some(Self { task: tokio::spawn(print_lines(progress)), bar: None })
        }
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        self.task.abort();
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn style() -> ProgressStyle {
    ProgressStyle::with_template("{prefix:.bold} {wide_bar:.green/dim} {percent:>3}%\n  {msg}")
        .expect("the template is well-formed")
        .progress_chars("━╸─")
}

async fn draw(progress: Arc<Progress>, bar: ProgressBar) {
    let mut rate = Rate::start();
    loop {
        let now = progress.snapshot();
        bar.set_prefix(if now.done_bytes == 0 && now.done_assets == 0 { "Listing " } else { "Scanning" });
        bar.set_length(now.planned_bytes.max(1));
        bar.set_position(now.done_bytes.min(now.planned_bytes));
        bar.set_message(line(&now, &mut rate));
        tokio::time::sleep(REDRAW).await;
    }
}

async fn print_lines(progress: Arc<Progress>) {
    let mut rate = Rate::start();
    loop {
        // Looked at often, so that the rate counts from the first byte, and printed seldom.
        let (mut text, mut now) = (String::new(), Snapshot::default());
        for _ in 0..PLAIN_LINE_EVERY.as_millis() / REDRAW.as_millis() {
            tokio::time::sleep(REDRAW).await;
            now = progress.snapshot();
            text = line(&now, &mut rate);
        }
        log::tell(Level::INFO, "progress", &text, fields(&now));
    }
}

fn line(now: &Snapshot, rate: &mut Rate) -> String {
    if now.done_assets == 0 && now.done_bytes == 0 {
        return format!("{} objects listed, {} to read", human_count(now.listed_assets), human_bytes(now.planned_bytes));
    }
    let (per_second, left) = rate.update(now);
    let memory = resident_bytes().map_or_else(String::new, |bytes| format!(" · {} memory", human_bytes(bytes)));
    format!(
        "{}/{} objects · {}/{} · {}/s · {left} left · findings {} high {} medium {} low · {} errors{memory}",
        human_count(now.done_assets),
        human_count(now.listed_assets),
        human_bytes(now.done_bytes),
        human_bytes(now.planned_bytes),
        human_bytes(per_second as u64),
        human_count(now.high),
        human_count(now.medium),
        human_count(now.low),
        human_count(now.failures),
    )
}

/// What a program reads in the place of the line.
fn fields(now: &Snapshot) -> serde_json::Value {
    json!({
        "listed_assets": now.listed_assets, "planned_assets": now.planned_assets, "planned_bytes": now.planned_bytes,
        "done_assets": now.done_assets, "done_bytes": now.done_bytes, "resumed_bytes": now.resumed_bytes,
        "high": now.high, "medium": now.medium, "low": now.low, "failures": now.failures,
    })
}

/// Bytes per second since reading was first seen, and the time that the rest takes at that rate.
struct Rate {
    baseline: Option<(Instant, u64)>,
}

impl Rate {
    fn start() -> Self {
        Self { baseline: None }
    }

    fn update(&mut self, now: &Snapshot) -> (f64, String) {
        let (started, before) = *self.baseline.get_or_insert_with(|| (Instant::now(), now.resumed_bytes));
        let seconds = started.elapsed().as_secs_f64();
        let done = now.done_bytes.saturating_sub(before) as f64;
        if seconds < 0.5 || done == 0.0 {
            return (0.0, "…".to_owned());
        }
        let per_second = done / seconds;
        let left = now.planned_bytes.saturating_sub(now.done_bytes) as f64 / per_second;
        (per_second, human_seconds(left))
    }
}

/// Memory of this process, where the system tells.
pub(crate) fn resident_bytes() -> Option<u64> {
    const PAGE: u64 = 4096;
    let statm = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(statm.split(' ').nth(1)?.parse::<u64>().ok()? * PAGE)
}
