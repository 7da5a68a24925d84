use std::collections::{HashMap, HashSet};

use crate::ReadAt;
use crate::context::Halt;
use crate::zip::{Directory, Entry};

/// Parts that are kept by name; an archive of more is read in the order of its directory.
const MOST: usize = 1 << 16;

/// The parts of a package that may be read out of their order, and which were.
#[derive(Default)]
pub(super) struct Parts {
    by_name: HashMap<Vec<u8>, Entry>,
    read: HashSet<(Vec<u8>, u64)>,
}

impl Parts {
    /// Finds the parts whose name `counts`.
    pub(super) fn find(source: &dyn ReadAt, directory: &Directory, counts: impl Fn(&[u8]) -> bool) -> Result<Self, Halt> {
        let mut parts = Self::default();
        for entry in directory.entries(source) {
            // Damage is told by whoever goes through the directory to its end.
            let Ok(entry) = entry else { break };
            if parts.by_name.len() < MOST && counts(&entry.name) {
                parts.by_name.entry(entry.name.clone()).or_insert(entry);
            }
        }
        Ok(parts)
    }

    /// Returns the part of that name.
    pub(super) fn get(&self, name: &[u8]) -> Option<Entry> {
        self.by_name.get(name).cloned()
    }

    /// Returns the part of that name, unless it was taken before.
    pub(super) fn take(&mut self, name: &[u8]) -> Option<Entry> {
        let entry = self.by_name.get(name)?;
        self.read.insert((entry.name.clone(), entry.offset())).then(|| entry.clone())
    }

    /// Returns the names that begin so.
    pub(super) fn names(&self, start: &'static [u8]) -> impl Iterator<Item = &[u8]> {
        self.by_name.keys().map(Vec::as_slice).filter(move |name| name.starts_with(start))
    }

    /// Tells whether it can be taken by its name, and is not one of several of that name.
    pub(super) fn holds(&self, entry: &Entry) -> bool {
        self.by_name.get(&entry.name).is_some_and(|held| held.offset() == entry.offset())
    }

    /// Tells whether it was taken.
    pub(super) fn is_taken(&self, entry: &Entry) -> bool {
        self.read.contains(&(entry.name.clone(), entry.offset()))
    }
}
