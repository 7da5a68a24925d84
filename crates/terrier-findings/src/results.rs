use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use object_store::path::Path;
use object_store::{ObjectMeta, ObjectStore};
use terrier_model::{RunId, RunRow, Table, Timestamp};

use crate::layout::{Layout, is_table_file, part_of, run_of_attempt, run_of_manifest, run_of_published, shard_of, shard_of_table_file};
use crate::manifest::{RunFile, from_json, to_json};
use crate::rows::TableRow;
use crate::shard::{Attempt, SHARD_TABLES, ShardRows, attempt_id};
use crate::storage::{Created, Storage};
use crate::{FindingsError, RunManifest, RunRows, ShardCommit, UnfinishedRun, Usage, file};

/// Requests to the location that are under way at once, where many files are read or published.
const CONCURRENCY: usize = 16;

/// The result tables at one location: a folder or a bucket.
#[derive(Debug, Clone)]
pub struct Results {
    pub(crate) storage: Storage,
    pub(crate) layout: Layout,
}

/// Whose rows count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommitOutcome {
    /// These.
    Won,
    /// Those of another attempt, which was faster; these were discarded.
    AlreadyCommitted,
}

impl Results {
    /// Opens the results below `prefix`; nothing needs to be there yet.
    pub fn new(store: Arc<dyn ObjectStore>, prefix: Path) -> Self {
        Self { storage: Storage::new(store), layout: Layout::new(prefix) }
    }

    /// Finds the latest run that was begun with an equal manifest and not finished.
    pub async fn unfinished_run(&self, manifest: &RunManifest) -> Result<Option<UnfinishedRun>, FindingsError> {
        let finished: HashSet<RunId> = self.finished_runs().await?.into_iter().collect();
        let begun = self.storage.list(&self.layout.manifests()).await?;
        let mut unfinished: Vec<RunId> = begun.iter().filter_map(|file| run_of_manifest(&file.location)).collect();
        unfinished.retain(|run| !finished.contains(run));
        let manifests: Vec<(RunId, Option<RunFile>)> = stream::iter(unfinished)
            .map(|run| async move { self.manifest(&run).await.map(|file| (run, file)) })
            .buffered(CONCURRENCY)
            .try_collect()
            .await?;
        let equal =
            manifests.into_iter().filter_map(|(run, file)| file.filter(|file| file.manifest == *manifest).map(|file| (file.started, run)));
        Ok(equal.max().map(|(started, run)| UnfinishedRun { run, started }))
    }

    /// Notes that a run begins. Repeating it with an equal manifest changes nothing.
    pub async fn begin_run(&self, run: &RunId, started: Timestamp, manifest: &RunManifest) -> Result<(), FindingsError> {
        check_run_id(run)?;
        self.clean_up_after_finished_runs().await?;
        let content = to_json(&RunFile { started, manifest: manifest.clone() });
        match self.storage.create(&self.layout.manifest(run), content).await? {
            Created::Yes => Ok(()),
            Created::ExistsAlready => match self.manifest(run).await? {
                Some(file) if file.manifest == *manifest => Ok(()),
                _ => Err(FindingsError::RunTaken(run.clone())),
            },
        }
    }

    /// Returns the committed shards of a run, after publishing what was committed and not yet published.
    pub async fn committed(&self, run: &RunId) -> Result<BTreeMap<u32, ShardCommit>, FindingsError> {
        check_run_id(run)?;
        let commits = self.commits(run).await?;
        let published = self.published_files(run).await?;
        stream::iter(unpublished(&commits, &published))
            .map(Ok)
            .try_for_each_concurrent(CONCURRENCY, |(shard, table)| self.publish_file(run, shard, &commits[&shard], table))
            .await?;
        Ok(commits)
    }

    pub(crate) async fn commits(&self, run: &RunId) -> Result<BTreeMap<u32, ShardCommit>, FindingsError> {
        let listed = self.storage.list(&self.layout.commits(run)).await?;
        let shards: Vec<u32> = listed.iter().filter_map(|file| shard_of(&file.location)).collect();
        stream::iter(shards)
            .map(|shard| async move { self.commit(run, shard).await.map(|commit| (shard, commit)) })
            .buffered(CONCURRENCY)
            .try_collect()
            .await
    }

    /// Commits a shard's rows, unless another attempt was faster, and publishes the winner's.
    pub async fn commit_shard(&self, run: &RunId, shard: u32, rows: ShardRows, usage: Usage) -> Result<CommitOutcome, FindingsError> {
        check_run_id(run)?;
        let attempt = Attempt::encode(rows)?;
        for (table, _, content) in &attempt.files {
            let path = self.layout.attempt(run, &part_of(shard), &attempt.id, *table);
            self.storage.write(&path, content.clone()).await?;
        }
        let commit = ShardCommit { attempt: attempt.id.clone(), files: attempt.committed_files(), usage };
        let created = self.storage.create(&self.layout.commit(run, shard), to_json(&commit)).await?;
        // A commit that exists may be our own: the answer to its creation can get lost and the request be sent again.
        let winner = if created == Created::Yes { commit } else { self.commit(run, shard).await? };
        for table in SHARD_TABLES {
            if winner.files.contains_key(table.name()) {
                self.publish_file(run, shard, &winner, table).await?;
            }
        }
        if winner.attempt == attempt.id {
            return Ok(CommitOutcome::Won);
        }
        for (table, _, _) in &attempt.files {
            self.storage.delete(&self.layout.attempt(run, &part_of(shard), &attempt.id, *table)).await?;
        }
        Ok(CommitOutcome::AlreadyCommitted)
    }

    /// Finishes a run all of whose shards are committed: writes the tables of the whole run, then `runs`. Repeating it changes nothing.
    pub async fn finish_run(&self, row: &RunRow, rows: &RunRows) -> Result<(), FindingsError> {
        let run = &row.run_id;
        let Some(RunFile { manifest, .. }) = self.manifest(run).await? else {
            return Err(FindingsError::UnknownRun(run.clone()));
        };
        if self.storage.exists(&self.layout.published(Table::Runs, run, "run")).await? {
            return Ok(());
        }
        let commits = self.committed(run).await?;
        let committed = commits.range(..manifest.shards).count() as u32;
        if committed < manifest.shards {
            return Err(FindingsError::ShardsMissing { run: run.clone(), committed, shards: manifest.shards });
        }
        self.stand_in_for_empty_tables(run, &commits).await?;
        self.publish_whole(run, Table::Stores, "stores", file::encode(&rows.stores)?).await?;
        self.publish_whole(run, Table::Datasets, "datasets", file::encode(&rows.datasets)?).await?;
        self.publish_whole(run, Table::DatasetFindings, "dataset_findings", file::encode(&rows.dataset_findings)?).await?;
        self.delete(self.storage.list(&self.layout.attempts(run)).await?).await?;
        self.publish_whole(run, Table::Runs, "run", file::encode(std::slice::from_ref(row))?).await
    }

    /// Returns the finished runs, oldest first.
    pub async fn runs(&self) -> Result<Vec<RunRow>, FindingsError> {
        let mut files = self.storage.list(&self.layout.table(Table::Runs)).await?;
        files.retain(|file| is_table_file(&file.location));
        let rows: Vec<Vec<RunRow>> =
            stream::iter(files).map(|file| async move { self.read_rows(&file.location).await }).buffered(CONCURRENCY).try_collect().await?;
        let mut runs: Vec<RunRow> = rows.into_iter().flatten().collect();
        runs.sort_by(|a, b| (a.started, &a.run_id).cmp(&(b.started, &b.run_id)));
        Ok(runs)
    }

    /// Returns the numbers of the shards that have published rows of a run's assets, ascending.
    pub async fn shards_of(&self, run: &RunId) -> Result<Vec<u32>, FindingsError> {
        let files = self.storage.list(&self.layout.run_of(Table::Assets, run)).await?;
        let mut shards: Vec<u32> = files.iter().filter_map(|file| shard_of_table_file(&file.location)).collect();
        shards.sort_unstable();
        Ok(shards)
    }

    /// Reads a shard's rows of one table; none where it has none.
    pub async fn read_shard<R: TableRow>(&self, run: &RunId, shard: u32) -> Result<Vec<R>, FindingsError> {
        let path = self.layout.published(R::TABLE, run, &part_of(shard));
        match self.storage.read(&path).await? {
            Some(content) => file::decode(&path, content),
            None => Ok(Vec::new()),
        }
    }

    /// Reads all of a run's rows of one table into memory, shard by shard.
    pub async fn read<R: TableRow>(&self, run: &RunId) -> Result<Vec<R>, FindingsError> {
        let mut files = self.storage.list(&self.layout.run_of(R::TABLE, run)).await?;
        files.sort_by(|a, b| a.location.cmp(&b.location));
        let mut rows = Vec::new();
        for file in files {
            rows.extend(self.read_rows(&file.location).await?);
        }
        Ok(rows)
    }

    async fn read_rows<R: TableRow>(&self, path: &Path) -> Result<Vec<R>, FindingsError> {
        let content = self.storage.read(path).await?;
        file::decode(path, content.ok_or_else(|| gone(path))?)
    }

    async fn finished_runs(&self) -> Result<Vec<RunId>, FindingsError> {
        let files = self.storage.list(&self.layout.table(Table::Runs)).await?;
        Ok(files.iter().filter(|file| is_table_file(&file.location)).filter_map(|file| run_of_published(&file.location)).collect())
    }

    /// Returns how many shards a run was begun with; `None` where nothing is kept of it.
    pub(crate) async fn planned_shards(&self, run: &RunId) -> Result<Option<u32>, FindingsError> {
        Ok(self.manifest(run).await?.map(|file| file.manifest.shards))
    }

    pub(crate) async fn content(&self, path: &Path) -> Result<Option<Bytes>, FindingsError> {
        self.storage.read(path).await
    }

    async fn manifest(&self, run: &RunId) -> Result<Option<RunFile>, FindingsError> {
        let path = self.layout.manifest(run);
        self.storage.read(&path).await?.map(|json| from_json(&path, &json)).transpose()
    }

    async fn commit(&self, run: &RunId, shard: u32) -> Result<ShardCommit, FindingsError> {
        let path = self.layout.commit(run, shard);
        let json = self.storage.read(&path).await?.ok_or_else(|| gone(&path))?;
        from_json(&path, &json)
    }

    async fn published_files(&self, run: &RunId) -> Result<HashSet<(Table, String)>, FindingsError> {
        let mut published = HashSet::new();
        for table in SHARD_TABLES {
            let files = self.storage.list(&self.layout.run_of(table, run)).await?;
            published.extend(files.iter().filter_map(|file| Some((table, file.location.filename()?.strip_suffix(".parquet")?.to_owned()))));
        }
        Ok(published)
    }

    /// Moves one of a shard's files from its attempt to where readers look, unless somebody else has done so.
    async fn publish_file(&self, run: &RunId, shard: u32, commit: &ShardCommit, table: Table) -> Result<(), FindingsError> {
        let from = self.layout.attempt(run, &part_of(shard), &commit.attempt, table);
        let to = self.layout.published(table, run, &part_of(shard));
        if self.storage.rename(&from, &to).await?.is_some() || self.storage.exists(&to).await? {
            return Ok(());
        }
        Err(FindingsError::Lost { run: run.clone(), shard, path: to.to_string() })
    }

    /// Publishes a file that no shard writes. It takes the way through an attempt too, so that no partial file can ever lie
    /// where readers look, whatever the location does while it writes.
    async fn publish_whole(&self, run: &RunId, table: Table, part: &str, content: Bytes) -> Result<(), FindingsError> {
        let to = self.layout.published(table, run, part);
        loop {
            let from = self.layout.attempt(run, part, &attempt_id(), table);
            self.storage.write(&from, content.clone()).await?;
            // Nothing to move: another finisher, who cleans up before its last step, took ours for a leftover.
            if self.storage.rename(&from, &to).await?.is_some() || self.storage.exists(&to).await? {
                return Ok(());
            }
        }
    }

    async fn stand_in_for_empty_tables(&self, run: &RunId, commits: &BTreeMap<u32, ShardCommit>) -> Result<(), FindingsError> {
        for table in SHARD_TABLES {
            if !commits.values().any(|commit| commit.files.contains_key(table.name())) {
                self.publish_whole(run, table, "empty", file::empty_file(table)?).await?;
            }
        }
        Ok(())
    }

    /// Deletes what late or killed attempts left behind after their run was finished; nobody else comes by there again.
    async fn clean_up_after_finished_runs(&self) -> Result<(), FindingsError> {
        let mut attempts = self.storage.list(&self.layout.all_attempts()).await?;
        if attempts.is_empty() {
            return Ok(());
        }
        let finished: HashSet<RunId> = self.finished_runs().await?.into_iter().collect();
        attempts.retain(|file| run_of_attempt(&file.location).is_some_and(|run| finished.contains(&run)));
        self.delete(attempts).await
    }

    async fn delete(&self, files: Vec<ObjectMeta>) -> Result<(), FindingsError> {
        stream::iter(files)
            .map(Ok)
            .try_for_each_concurrent(CONCURRENCY, |file| async move { self.storage.delete(&file.location).await })
            .await
    }
}

fn unpublished(commits: &BTreeMap<u32, ShardCommit>, published: &HashSet<(Table, String)>) -> Vec<(u32, Table)> {
    let mut missing = Vec::new();
    for (shard, commit) in commits {
        for table in SHARD_TABLES {
            if commit.files.contains_key(table.name()) && !published.contains(&(table, part_of(*shard))) {
                missing.push((*shard, table));
            }
        }
    }
    missing
}

fn gone(path: &Path) -> FindingsError {
    FindingsError::Unreadable { path: path.to_string(), problem: "it was there a moment ago and is gone".to_owned() }
}

/// A run's id becomes a folder's name and part of file names, so it must be nothing else.
fn check_run_id(run: &RunId) -> Result<(), FindingsError> {
    let id = run.as_str();
    if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Ok(());
    }
    Err(FindingsError::BadRunId(run.clone()))
}
