//! Where things lie inside the results.

use object_store::path::Path;
use terrier_model::{RunId, Table};

/// The paths below the prefix of one location.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    prefix: Path,
}

impl Layout {
    pub(crate) fn new(prefix: Path) -> Self {
        Self { prefix }
    }

    pub(crate) fn table(&self, table: Table) -> Path {
        self.prefix.clone().join(table.name())
    }

    /// The folder of a run's files of a table.
    pub(crate) fn run_of(&self, table: Table, run: &RunId) -> Path {
        self.table(table).join(format!("run={run}"))
    }

    pub(crate) fn published(&self, table: Table, run: &RunId, part: &str) -> Path {
        self.run_of(table, run).join(format!("{part}.parquet"))
    }

    pub(crate) fn manifests(&self) -> Path {
        self.prefix.clone().join("_runs")
    }

    pub(crate) fn manifest(&self, run: &RunId) -> Path {
        self.manifests().join(format!("{run}.json"))
    }

    pub(crate) fn commits(&self, run: &RunId) -> Path {
        self.prefix.clone().join("_commits").join(run.as_str())
    }

    pub(crate) fn commit(&self, run: &RunId, shard: u32) -> Path {
        self.commits(run).join(format!("{}.json", part_of(shard)))
    }

    pub(crate) fn all_attempts(&self) -> Path {
        self.prefix.clone().join("_attempts")
    }

    pub(crate) fn attempts(&self, run: &RunId) -> Path {
        self.all_attempts().join(run.as_str())
    }

    /// A file of an attempt. All attempts of a run share one folder, so that moving their files away leaves one empty folder
    /// behind and not one per shard.
    pub(crate) fn attempt(&self, run: &RunId, part: &str, attempt: &str, table: Table) -> Path {
        self.attempts(run).join(format!("{part}-{attempt}-{}.parquet", table.name()))
    }
}

/// Names a shard's files: padded, so that names sort as numbers do.
pub(crate) fn part_of(shard: u32) -> String {
    format!("{shard:06}")
}

/// Reads the shard's number back from a commit's path.
pub(crate) fn shard_of(commit: &Path) -> Option<u32> {
    commit.filename()?.strip_suffix(".json")?.parse().ok()
}

/// Reads the shard's number back from a published file's path; `None` for files that no shard wrote.
pub(crate) fn shard_of_table_file(path: &Path) -> Option<u32> {
    path.filename()?.strip_suffix(".parquet")?.parse().ok()
}

/// Reads the run's id back from `_runs/<run>.json`.
pub(crate) fn run_of_manifest(path: &Path) -> Option<RunId> {
    path.filename()?.strip_suffix(".json").map(RunId::new)
}

/// Reads the run's id back from `<table>/run=<run>/<part>.parquet`.
pub(crate) fn run_of_published(path: &Path) -> Option<RunId> {
    path.parts().filter_map(|part| part.as_ref().strip_prefix("run=").map(RunId::new)).next_back()
}

/// Reads the run's id back from `_attempts/<run>/<file>`.
pub(crate) fn run_of_attempt(path: &Path) -> Option<RunId> {
    path.parts().rev().nth(1).map(|part| RunId::new(part.as_ref()))
}

/// Tells the tables' files from what else may lie in their folders, such as an editor's or an engine's own files.
pub(crate) fn is_table_file(path: &Path) -> bool {
    path.extension() == Some("parquet")
}
