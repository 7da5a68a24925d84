//! ripgrep over a file of the text, with all patterns in a file.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail};
use terrier_rules::RulePack;

use crate::corpus::Sample;
use crate::machine::version_of;
use crate::measure::{Measured, passes_by};
use crate::packs::{Packs, Refused, pattern};
use crate::report::Report;

const LINES: &str = "ripgrep --count";
const MATCHES: &str = "ripgrep --count-matches";

const MOST_WITH_STARTS: usize = 300;

pub(crate) fn measure(samples: &[Sample], packs: &Packs, tools: &Path, scratch: &Path, report: &mut Report) -> anyhow::Result<()> {
    let installed = tools.join("bin/rg");
    let Some((program, version)) = [installed, PathBuf::from("rg")].into_iter().find_map(|path| version_of(&path).map(|told| (path, told)))
    else {
        for name in [LINES, MATCHES] {
            report.absent(name, "no program rg: it could not be built or installed");
        }
        return Ok(());
    };
    let version = version.trim_start_matches("ripgrep ");
    report.describe(LINES, version, "how many lines match some rule, a line left at its first match; no validators, no evidence");
    report.describe(MATCHES, version, "how many matches, of any rule, that do not overlap; no validators, no evidence");

    let empty = scratch.join("empty");
    fs::write(&empty, b"")?;
    // All of the text, however slow it is: it builds its automaton anew in each run, which takes a small part of long runs only.
    for sample in samples {
        let path = scratch.join(sample.kind.as_str());
        fs::write(&path, &sample.text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    for (rules, pack) in packs.each() {
        let (patterns, refused) = accepted(&program, pack, &empty, scratch)?;
        for (name, count) in [(LINES, "--count"), (MATCHES, "--count-matches")] {
            // Over 8 MiB a run took 17 s: the automaton for the starts of that many rules is built anew in each.
            if name == MATCHES && pack.rules.len() > MOST_WITH_STARTS {
                report.absent(&format!("{name}, {rules} rules"), "too slow; of 8 MiB, tried once, a run took 17 s");
                continue;
            }
            refused.iter().for_each(|refused| report.refuse(name, rules, refused.clone()));
            let ripgrep = Ripgrep { program: &program, patterns: &patterns, count };
            let start_up = ripgrep.passes(&empty, 0)?.best();
            for sample in samples {
                let measured = ripgrep.passes(&scratch.join(sample.kind.as_str()), sample.text.len())?;
                let seconds = measured.seconds.map(|seconds| seconds - start_up);
                report.add(name, rules, sample.kind, Measured { seconds, ..measured });
            }
        }
    }
    Ok(())
}

/// Writes the patterns that ripgrep takes into a file.
fn accepted(program: &Path, pack: &RulePack, empty: &Path, scratch: &Path) -> anyhow::Result<(PathBuf, Vec<Refused>)> {
    let file = scratch.join("patterns");
    let (mut taken, mut refused) = (String::new(), Vec::new());
    for rule in &pack.rules {
        let line = pattern(rule) + "\n";
        fs::write(&file, &line)?;
        match run(program, &file, "--count", empty) {
            Ok(_) => taken.push_str(&line),
            Err(error) => refused.push(Refused { rule: rule.id.clone(), reason: error.to_string() }),
        }
    }
    fs::write(&file, taken)?;
    Ok((file, refused))
}

struct Ripgrep<'r> {
    program: &'r Path,
    patterns: &'r Path,
    count: &'r str,
}

impl Ripgrep<'_> {
    fn passes(&self, text: &Path, bytes: usize) -> anyhow::Result<Measured> {
        let mut failed = None;
        let measured = passes_by(children_time, bytes, || {
            run(self.program, self.patterns, self.count, text).unwrap_or_else(|error| {
                failed = Some(error);
                0
            })
        });
        failed.map_or(Ok(measured), Err)
    }
}

/// Returns for how long processors have run programs that this one started and that have ended.
fn children_time() -> Duration {
    // Linux counts in hundredths of a second here, on every machine.
    const TICK: Duration = Duration::from_millis(10);
    let told = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program, in brackets, may hold spaces; the times of children are the 14th and 15th field behind it.
    let fields = told.rsplit_once(") ").map_or("", |(_, fields)| fields);
    TICK * fields.split(' ').skip(13).take(2).filter_map(|ticks| ticks.parse::<u32>().ok()).sum()
}

/// Returns what ripgrep counts.
fn run(program: &Path, patterns: &Path, count: &str, text: &Path) -> anyhow::Result<u64> {
    // The limits are so high that it does not fall back to slower engines.
    const OPTIONS: [&str; 11] = [
        "--no-config",
        "--no-unicode",
        "--threads=1",
        "--text",
        "--encoding=none",
        "--mmap",
        "--no-filename",
        "--regex-size-limit=1G",
        "--dfa-size-limit=1G",
        "--color=never",
        "--file",
    ];
    let arguments = OPTIONS.iter().map(OsStr::new).chain([patterns.as_os_str(), count.as_ref(), text.as_os_str()]);
    let output = Command::new(program).args(arguments).output().context("cannot run rg")?;
    // 1 means that nothing matches.
    if !matches!(output.status.code(), Some(0 | 1)) {
        let told = String::from_utf8_lossy(&output.stderr);
        bail!("{}", told.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("no reason given").trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or(0))
}
