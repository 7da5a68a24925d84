//! Checks a finished run against what its shards committed.

use std::collections::BTreeMap;

use object_store::path::Path;
use sha2::{Digest, Sha256};
use terrier_model::{RunId, Table};

use crate::layout::{is_table_file, part_of, shard_of_table_file};
use crate::shard::SHARD_TABLES;
use crate::{CommittedFile, FindingsError, Results};

/// What a check of a run came to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verification {
    /// Shards that the run's plan has.
    pub shards: u32,
    /// Files that are as they were committed.
    pub files: u64,
    /// Their rows.
    pub rows: u64,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// What is wrong with a run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    /// A shard has no commit.
    #[error("shard {0} was never committed")]
    NotCommitted(u32),
    /// A commit beyond the shards of the plan.
    #[error("shard {0} was committed and is not in the plan")]
    NotPlanned(u32),
    /// A committed file is not there.
    #[error("{0} is missing")]
    Missing(String),
    /// A file is not what was committed.
    #[error("{0} is not what was committed: its digest differs")]
    Differs(String),
    /// A file of a shard that nobody committed.
    #[error("{0} was not committed by anybody")]
    NotExpected(String),
}

impl Results {
    /// Checks that every shard of a finished run was committed once, that every file is there and has the digest that was committed, and
    /// that there are no others.
    ///
    /// # Errors
    /// Where the results cannot be read, or keep nothing of how the run was made.
    pub async fn verify(&self, run: &RunId) -> Result<Verification, FindingsError> {
        let shards = self.planned_shards(run).await?.ok_or_else(|| FindingsError::UnknownRun(run.clone()))?;
        let commits = self.commits(run).await?;
        let mut verification = Verification { shards, ..Verification::default() };
        let missing = (0..shards).filter(|shard| !commits.contains_key(shard)).map(Problem::NotCommitted);
        verification.problems.extend(missing);
        verification.problems.extend(commits.range(shards..).map(|(shard, _)| Problem::NotPlanned(*shard)));
        for table in SHARD_TABLES {
            let mut expected: BTreeMap<u32, &CommittedFile> =
                commits.iter().filter_map(|(shard, commit)| Some((*shard, commit.files.get(table.name())?))).collect();
            for path in self.table_files(table, run).await? {
                let Some(shard) = shard_of_table_file(&path) else { continue };
                match expected.remove(&shard) {
                    None => verification.problems.push(Problem::NotExpected(path.to_string())),
                    Some(committed) => self.verify_file(&path, committed, &mut verification).await?,
                }
            }
            verification.problems.extend(expected.keys().map(|shard| Problem::Missing(self.file_name(table, run, *shard))));
        }
        Ok(verification)
    }

    async fn verify_file(&self, path: &Path, committed: &CommittedFile, verification: &mut Verification) -> Result<(), FindingsError> {
        let Some(content) = self.content(path).await? else {
            verification.problems.push(Problem::Missing(path.to_string()));
            return Ok(());
        };
        if hex::encode(Sha256::digest(&content)) == committed.sha256 {
            verification.files += 1;
            verification.rows += committed.rows;
        } else {
            verification.problems.push(Problem::Differs(path.to_string()));
        }
        Ok(())
    }

    fn file_name(&self, table: Table, run: &RunId, shard: u32) -> String {
        self.layout.published(table, run, &part_of(shard)).to_string()
    }

    async fn table_files(&self, table: Table, run: &RunId) -> Result<Vec<Path>, FindingsError> {
        let files = self.storage.list(&self.layout.run_of(table, run)).await?;
        let mut files: Vec<Path> = files.into_iter().map(|file| file.location).filter(is_table_file).collect();
        files.sort();
        Ok(files)
    }
}
