//! A run that is killed after any of its operations and run again must end as if nothing had happened.

use std::sync::Arc;

use futures::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use terrier_findings::{FindingsError, Results, TableRow, Usage};
use terrier_model::{AssetRow, ColumnRow, CombinationRow, FindingRow, FingerprintRow, RunId, RunRow, StoreRow};

use crate::failing_store::{FailingStore, LastOperation, Rename};
use crate::fixture;

/// What a scan does with the results, start to end.
async fn scan(store: Arc<dyn ObjectStore>, fresh: &str) -> Result<RunId, FindingsError> {
    let results = Results::new(store, Path::from("out"));
    let manifest = fixture::manifest();
    let run = match results.unfinished_run(&manifest).await? {
        Some(unfinished) => unfinished.run,
        None => {
            results.begin_run(&RunId::new(fresh), fixture::STARTED, &manifest).await?;
            RunId::new(fresh)
        }
    };
    let committed = results.committed(&run).await?;
    for shard in (0..manifest.shards).filter(|shard| !committed.contains_key(shard)) {
        results.commit_shard(&run, shard, fixture::shard(&run, shard), Usage::default()).await?;
    }
    results.finish_run(&fixture::run_row(&run, fixture::STARTED), &fixture::run_rows(&run)).await?;
    Ok(run)
}

/// Reads what a glob over the table's folder finds, in the order of the paths.
async fn glob<R: TableRow>(store: &Arc<dyn ObjectStore>) -> Vec<R> {
    let folder = Path::from(format!("out/{}", R::TABLE.name()));
    let mut files: Vec<_> = store.list(Some(&folder)).try_collect().await.unwrap();
    files.sort_by(|a, b| a.location.cmp(&b.location));
    let mut rows = Vec::new();
    for file in files {
        let bytes = store.get(&file.location).await.unwrap().bytes().await.unwrap();
        let reader = parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder::try_new(bytes).unwrap().build().unwrap();
        for batch in reader {
            rows.extend(R::decode(&batch.unwrap()).unwrap());
        }
    }
    rows
}

async fn assert_no_row_twice(store: &Arc<dyn ObjectStore>, context: &str) {
    let mut assets: Vec<String> = glob::<AssetRow>(store).await.into_iter().map(|row| row.path).collect();
    let all = assets.len();
    assets.sort();
    assets.dedup();
    assert_eq!(assets.len(), all, "{context}: an asset is there twice");
}

/// What every table holds.
#[derive(Debug, PartialEq)]
struct Tables {
    runs: Vec<RunRow>,
    stores: Vec<StoreRow>,
    assets: Vec<AssetRow>,
    columns: Vec<ColumnRow>,
    findings: Vec<FindingRow>,
    combinations: Vec<CombinationRow>,
    fingerprints: Vec<FingerprintRow>,
}

async fn tables(store: &Arc<dyn ObjectStore>) -> Tables {
    Tables {
        runs: glob(store).await,
        stores: glob(store).await,
        assets: glob(store).await,
        columns: glob(store).await,
        findings: glob(store).await,
        combinations: glob(store).await,
        fingerprints: glob(store).await,
    }
}

async fn undisturbed(run: &str) -> Tables {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    fixture::write_run(Arc::clone(&store), &Path::from("out"), run, fixture::STARTED).await;
    tables(&store).await
}

async fn is_finished(store: &Arc<dyn ObjectStore>) -> bool {
    !Results::new(Arc::clone(store), Path::from("out")).runs().await.unwrap().is_empty()
}

/// Kills a scan at every operation in turn, its successor too, and returns how many operations a scan has.
async fn check(new_store: impl Fn() -> Arc<dyn ObjectStore>, last: LastOperation, rename: Rename) -> usize {
    let expected = [undisturbed("run-1").await, undisturbed("run-2").await, undisturbed("run-3").await];
    for operations in 0.. {
        let context = format!("killed after {operations} operations, {last:?}, {rename:?}");
        let store = new_store();
        let failing = FailingStore::new(Arc::clone(&store), operations, last, rename);
        let outcome = scan(Arc::new(failing.clone()), "run-1").await;
        assert_eq!(outcome.is_err(), failing.died(), "{context}");
        assert_no_row_twice(&store, &context).await;
        if !is_finished(&store).await {
            let second = FailingStore::new(Arc::clone(&store), operations / 2 + 5, last, rename);
            let _ = scan(Arc::new(second), "run-2").await;
            assert_no_row_twice(&store, &context).await;
        }
        if !is_finished(&store).await {
            scan(Arc::clone(&store), "run-3").await.unwrap();
        }
        let found = tables(&store).await;
        assert!(expected.contains(&found), "{context}: the tables differ from those of an undisturbed run: {found:#?}");
        let results = Results::new(Arc::clone(&store), Path::from("out"));
        results.begin_run(&RunId::new("next"), fixture::STARTED, &fixture::manifest()).await.unwrap();
        let attempts: Vec<_> = store.list(Some(&Path::from("out/_attempts"))).try_collect().await.unwrap();
        assert!(attempts.is_empty(), "{context}: attempts are left over");
        if !failing.died() {
            return operations;
        }
    }
    unreachable!("a scan has an end")
}

#[tokio::test]
async fn killed_anywhere_on_an_object_store() {
    let new_store = || Arc::new(InMemory::new()) as Arc<dyn ObjectStore>;
    for last in [LastOperation::Undone, LastOperation::Done] {
        let operations = check(new_store, last, Rename::CopyAndDelete).await;
        assert!(operations > 40, "only {operations} operations: does the test still kill the whole protocol?");
    }
}

#[tokio::test]
async fn killed_anywhere_on_a_file_system() {
    let folder = tempfile::tempdir().unwrap();
    let new_store = || {
        let results = tempfile::tempdir_in(folder.path()).unwrap().keep();
        Arc::new(LocalFileSystem::new_with_prefix(results).unwrap()) as Arc<dyn ObjectStore>
    };
    for last in [LastOperation::Undone, LastOperation::Done] {
        check(new_store, last, Rename::Atomic).await;
    }
}
