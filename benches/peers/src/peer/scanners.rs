//! Whole scanners with rules of their own: those in Python through `scanners.py`, which installs and measures them.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, bail};
use serde_json::Value;

use crate::corpus::Sample;
use crate::measure::{Measured, PASSES};
use crate::report::{OWN_RULES, Report};

/// More than the slowest needs for a pass of some seconds.
const MOST: usize = 4 << 20;

pub(crate) fn measure(
    samples: &[Sample],
    tools: &Path,
    scratch: &Path,
    pass: Duration,
    wanted: &dyn Fn(&str) -> bool,
    report: &mut Report,
) -> anyhow::Result<()> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scanners.py");
    let mut command = Command::new("python3");
    command.arg(script).arg("--venv").arg(tools.join("venv")).arg("--seconds").arg(pass.as_secs_f64().to_string());
    for sample in samples {
        let path = scratch.join(format!("{}.txt", sample.kind.as_str()));
        let lines = sample.text[..sample.text.len().min(MOST)].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        fs::write(&path, &sample.text[..lines]).with_context(|| format!("cannot write {}", path.display()))?;
        command.arg("--text").arg(format!("{}={}", sample.kind.as_str(), path.display()));
    }
    let names = Command::new("python3").arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("scanners.py")).arg("--list").output();
    let names = names.context("cannot run python3")?;
    let names: Vec<String> = String::from_utf8_lossy(&names.stdout).lines().map(str::to_owned).collect();
    for name in names.iter().filter(|name| wanted(name)) {
        command.arg("--peer").arg(name);
    }
    if !names.iter().any(|name| wanted(name)) {
        return Ok(());
    }
    let output = command.stderr(Stdio::inherit()).output().context("cannot run python3")?;
    if !output.status.success() {
        bail!("scanners.py failed");
    }
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        take(&serde_json::from_str(line).context("scanners.py prints one JSON object per line")?, samples, report)?;
    }
    Ok(())
}

fn take(told: &Value, samples: &[Sample], report: &mut Report) -> anyhow::Result<()> {
    let text = |field: &str| told[field].as_str().with_context(|| format!("scanners.py says no {field}"));
    let peer = text("peer")?;
    if let Some(reason) = told["absent"].as_str() {
        report.absent(peer, reason);
        return Ok(());
    }
    report.describe(peer, text("version")?, text("does")?);
    let number = |value: &Value| value.as_f64().context("scanners.py says no number");
    let mut seconds = [0.0; PASSES];
    for (index, seconds) in seconds.iter_mut().enumerate() {
        *seconds = number(&told["seconds"][index])?;
    }
    let kind = text("kind")?;
    let sample = samples.iter().find(|sample| sample.kind.as_str() == kind).context("scanners.py measured another kind")?;
    let measured = Measured {
        bytes: number(&told["bytes"])? as usize,
        seconds,
        found: number(&told["found"])? as u64,
        processor_share: number(&told["processor_share"])?,
    };
    report.add(peer, OWN_RULES, sample.kind, measured);
    Ok(())
}
