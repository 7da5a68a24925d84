//! A whole company's share: folders, files in every format, and the truth about them.

mod business;
mod clean;
mod hazards;
mod ledger;
mod people;
mod rows;
mod technical;
mod truth;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

pub use ledger::Ledger;
pub use truth::{Truth, TruthRow};

use crate::dice::Dice;

/// How large an estate is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scale {
    /// The files of the small estate with a twentieth of their rows: for tests.
    Tiny,
    /// About 180 files and 14 MB.
    Small,
    /// About 750 files and 84 MB.
    Medium,
}

impl Scale {
    /// Multiplies the number of files of a kind.
    fn files(self, small: usize) -> usize {
        match self {
            Self::Tiny | Self::Small => small,
            Self::Medium => small * 7,
        }
    }

    /// Multiplies the number of rows or lines of a file.
    fn rows(self, small: usize) -> usize {
        match self {
            Self::Tiny => small.div_ceil(20).max(10),
            Self::Small => small,
            Self::Medium => small * 2,
        }
    }
}

/// Why an estate could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}: {source}; check that the folder exists and has room")]
pub struct WriteError {
    path: PathBuf,
    source: io::Error,
}

/// Lays out an estate file by file. The paths are relative and use `/`.
///
/// Where the files go is the caller's: a folder, a bucket, nowhere. Only one file is held at a time.
pub fn lay_out<E>(seed: u64, scale: Scale, mut write: impl FnMut(&str, &[u8]) -> Result<(), E>) -> Result<Truth, E> {
    let mut plan = Vec::new();
    for department in [people::plan, business::plan, technical::plan, clean::plan, hazards::plan] {
        department(scale, &mut plan);
    }
    let root = Dice::new(seed).fork("estate");
    let mut truth = Truth::default();
    for planned in plan {
        let mut ledger = Ledger::new(root.fork(&planned.path), planned.path.clone());
        let bytes = (planned.make)(&mut ledger);
        write(&planned.path, &bytes)?;
        truth.add(ledger, bytes.len() as u64);
    }
    truth.sort();
    Ok(truth)
}

/// Writes an estate into a folder, which is created.
pub fn write_folder(seed: u64, scale: Scale, folder: &Path) -> Result<Truth, WriteError> {
    lay_out(seed, scale, |path, bytes| {
        let path = folder.join(path);
        write_file(&path, bytes).map_err(|source| WriteError { path, source })
    })
}

fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, bytes)
}

/// Draws the bytes of a file.
type Make = Box<dyn Fn(&mut Ledger) -> Vec<u8>>;

/// A file that the estate will have.
struct Planned {
    path: String,
    make: Make,
}

impl Planned {
    fn new(path: impl Into<String>, make: impl Fn(&mut Ledger) -> Vec<u8> + 'static) -> Self {
        Self { path: path.into(), make: Box::new(make) }
    }
}

#[cfg(test)]
mod tests;
