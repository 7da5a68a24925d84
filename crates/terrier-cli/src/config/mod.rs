//! Jobs described by a file: the arguments of a scan by their names, with the place of every mistake.
//!
//! **Invariant:** no option is defined here. Fields, types, defaults and conflicts are those of the command line.

mod check;
mod fields;
mod problem;
mod schema;
mod secrets;
mod tree;
mod words;

use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};

pub(crate) use self::fields::Job;
use self::problem::Problem;
pub(crate) use self::schema::schema;
pub(crate) use self::secrets::Environment;
use self::words::Words;

/// The version of the format that this program reads.
const VERSION: &str = "1";

/// The most that a file may hold.
const MOST_BYTES: u64 = 1 << 20;

/// Reads a job, and checks all of it that can be checked without asking a store.
///
/// # Errors
/// Names every problem that was found, with file, line and column.
pub(crate) fn load(path: &Path, environment: Environment) -> anyhow::Result<Job> {
    let shown = path.display().to_string();
    let mut text = String::new();
    let file = std::fs::File::open(path).with_context(|| format!("cannot read the configuration {shown}"))?;
    file.take(MOST_BYTES + 1).read_to_string(&mut text).with_context(|| format!("cannot read the configuration {shown} as UTF-8"))?;
    if text.len() as u64 > MOST_BYTES {
        bail!("the configuration {shown} is larger than 1 MiB; name a file that says what to scan");
    }
    parse(&text, environment).map_err(|mut problems| {
        problems.sort();
        problems.dedup();
        let lines: Vec<String> = problems.iter().map(|problem| problem.in_file(&shown).to_string()).collect();
        let count = if problems.len() == 1 { "a mistake".to_owned() } else { format!("{} mistakes", problems.len()) };
        anyhow::anyhow!("the configuration has {count}; terrier config schema prints what may stand in it\n  {}", lines.join("\n  "))
    })
}

fn parse(text: &str, environment: Environment) -> Result<Job, Vec<Problem>> {
    let words = Words::read(text, environment)?;
    let job = words.resolve()?;
    let problems = check::check(&job, &words);
    if problems.is_empty() { Ok(job) } else { Err(problems) }
}

#[cfg(test)]
mod tests;
