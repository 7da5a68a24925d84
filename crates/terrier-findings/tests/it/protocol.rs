//! Who wins, who is told so, and what is refused.

use std::sync::Arc;

use expect_test::{Expect, expect};
use futures::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use terrier_findings::{CommitOutcome, FindingsError, Results, RunManifest, RunRows, ShardRows, UnfinishedRun, Usage};
use terrier_model::{AssetRow, FindingRow, RunId};

use crate::fixture;

fn memory() -> (Arc<dyn ObjectStore>, Results) {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    (Arc::clone(&store), Results::new(store, Path::from("out")))
}

fn folder(path: &std::path::Path) -> (Arc<dyn ObjectStore>, Results) {
    let store: Arc<dyn ObjectStore> = Arc::new(LocalFileSystem::new_with_prefix(path).unwrap());
    (Arc::clone(&store), Results::new(store, Path::default()))
}

async fn paths(store: &Arc<dyn ObjectStore>) -> Vec<String> {
    let files: Vec<_> = store.list(None).try_collect().await.unwrap();
    let mut paths: Vec<String> = files.into_iter().map(|file| file.location.to_string()).collect();
    paths.sort();
    paths
}

fn check_error(error: FindingsError, expected: Expect) {
    expected.assert_eq(&error.to_string());
}

#[tokio::test]
async fn a_run_leaves_tables_commits_and_a_manifest() {
    let (store, _) = memory();
    fixture::write_run(Arc::clone(&store), &Path::from("out"), "r1", fixture::STARTED).await;
    expect![[r#"
        out/_commits/r1/000000.json
        out/_commits/r1/000001.json
        out/_commits/r1/000002.json
        out/_runs/r1.json
        out/assets/run=r1/000000.parquet
        out/assets/run=r1/000001.parquet
        out/assets/run=r1/000002.parquet
        out/columns/run=r1/000000.parquet
        out/combinations/run=r1/000000.parquet
        out/dataset_findings/run=r1/dataset_findings.parquet
        out/datasets/run=r1/datasets.parquet
        out/findings/run=r1/000000.parquet
        out/findings/run=r1/000001.parquet
        out/fingerprints/run=r1/000000.parquet
        out/runs/run=r1/run.parquet
        out/stores/run=r1/stores.parquet"#]]
    .assert_eq(&paths(&store).await.join("\n"));
}

#[tokio::test]
async fn json_files_tell_no_name_of_the_estate() {
    let (store, _) = memory();
    fixture::write_run(Arc::clone(&store), &Path::from("out"), "r1", fixture::STARTED).await;
    for path in paths(&store).await.into_iter().filter(|path| path.ends_with(".json")) {
        let json = store.get(&Path::from(path.as_str())).await.unwrap().bytes().await.unwrap();
        let json = std::str::from_utf8(&json).unwrap();
        for name in ["payments", "people", "backup", "acme", "card_no", "email"] {
            assert!(!json.contains(name), "{path} names {name}");
        }
    }
}

#[tokio::test]
async fn a_run_without_findings_still_has_every_table() {
    let (store, results) = memory();
    let only_assets = |run: &RunId, shard| ShardRows { assets: fixture::shard(run, shard).assets, ..ShardRows::default() };
    fixture::write_run_of(Arc::clone(&store), &Path::from("out"), "r1", fixture::STARTED, only_assets).await;
    assert!(paths(&store).await.contains(&"out/findings/run=r1/empty.parquet".to_owned()));
    assert_eq!(results.read::<FindingRow>(&RunId::new("r1")).await.unwrap(), []);
}

#[tokio::test]
async fn the_first_commit_of_a_shard_counts() {
    let temporary = tempfile::tempdir().unwrap();
    for (store, results) in [memory(), folder(temporary.path())] {
        let run = RunId::new("r1");
        results.begin_run(&run, fixture::STARTED, &fixture::manifest()).await.unwrap();
        let first =
            results.commit_shard(&run, 0, fixture::shard(&run, 0), Usage { requests: 7, bytes_read: 9, ..Usage::default() }).await.unwrap();
        let before = paths(&store).await;
        let second = results.commit_shard(&run, 0, fixture::shard(&run, 1), Usage::default()).await.unwrap();
        assert_eq!((first, second), (CommitOutcome::Won, CommitOutcome::AlreadyCommitted));
        assert_eq!(paths(&store).await, before, "the loser leaves nothing behind");
        assert_eq!(results.read::<AssetRow>(&run).await.unwrap(), fixture::shard(&run, 0).assets);
        let commits = results.committed(&run).await.unwrap();
        assert_eq!(commits[&0].usage, Usage { requests: 7, bytes_read: 9, ..Usage::default() });
        assert_eq!(commits[&0].files["assets"].rows, 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_at_once_one_wins() {
    let temporary = tempfile::tempdir().unwrap();
    for (store, results) in [memory(), folder(temporary.path())] {
        let run = RunId::new("r1");
        results.begin_run(&run, fixture::STARTED, &fixture::manifest()).await.unwrap();
        let workers: Vec<_> = (0..8)
            .map(|_| {
                let (results, run) = (results.clone(), run.clone());
                tokio::spawn(async move {
                    let mut won = 0;
                    for shard in 0..3 {
                        let rows = fixture::shard(&run, shard);
                        won += usize::from(results.commit_shard(&run, shard, rows, Usage::default()).await? == CommitOutcome::Won);
                    }
                    results.finish_run(&fixture::run_row(&run, fixture::STARTED), &fixture::run_rows(&run)).await?;
                    Ok::<usize, FindingsError>(won)
                })
            })
            .collect();
        let mut won = 0;
        for worker in workers {
            won += worker.await.unwrap().unwrap();
        }
        assert_eq!(won, 3, "each shard has one winner");
        let expected: Vec<AssetRow> = (0..3).flat_map(|shard| fixture::shard(&run, shard).assets).collect();
        assert_eq!(results.read::<AssetRow>(&run).await.unwrap(), expected);
        assert_eq!(results.runs().await.unwrap().len(), 1);
        assert!(!paths(&store).await.iter().any(|path| path.contains("_attempts")));
    }
}

#[tokio::test]
async fn equal_rows_give_equal_files_in_whatever_order_they_come() {
    let (store, results) = memory();
    let run = RunId::new("r1");
    let mut shuffled = fixture::shard(&run, 0);
    shuffled.findings.rotate_left(2);
    shuffled.columns.rotate_left(1);
    for (shard, rows) in [(0, fixture::shard(&run, 0)), (1, shuffled)] {
        results.commit_shard(&run, shard, rows, Usage::default()).await.unwrap();
    }
    let commits = results.committed(&run).await.unwrap();
    assert_eq!(commits[&0].files["findings"].sha256, commits[&1].files["findings"].sha256);
    assert_eq!(commits[&0].files["assets"].sha256, commits[&1].files["assets"].sha256);
    let published = store.get(&Path::from("out/findings/run=r1/000000.parquet")).await.unwrap().bytes().await.unwrap();
    assert_eq!(commits[&0].files["findings"].bytes, published.len() as u64);
}

#[tokio::test]
async fn only_equal_work_is_continued() {
    let (_, results) = memory();
    let manifest = fixture::manifest();
    let other = RunManifest { rules_digest: "other".to_owned(), ..manifest.clone() };
    assert_eq!(results.unfinished_run(&manifest).await.unwrap(), None);
    for (run, started) in [("older", 1), ("newer", 2)] {
        results.begin_run(&RunId::new(run), started, &manifest).await.unwrap();
    }
    let newer = UnfinishedRun { run: RunId::new("newer"), started: 2 };
    assert_eq!(results.unfinished_run(&manifest).await.unwrap(), Some(newer));
    assert_eq!(results.unfinished_run(&other).await.unwrap(), None);
    results.begin_run(&RunId::new("newer"), 3, &manifest).await.unwrap();
    check_error(
        results.begin_run(&RunId::new("newer"), 3, &other).await.unwrap_err(),
        expect!["run `newer` exists already with another plan; start it under a new id"],
    );
}

#[tokio::test]
async fn a_finished_run_is_not_continued() {
    let (store, results) = memory();
    fixture::write_run(store, &Path::from("out"), "r1", fixture::STARTED).await;
    assert_eq!(results.unfinished_run(&fixture::manifest()).await.unwrap(), None);
}

#[tokio::test]
async fn a_run_is_not_finished_before_its_shards() {
    let (_, results) = memory();
    let run = RunId::new("r1");
    let row = fixture::run_row(&run, fixture::STARTED);
    check_error(
        results.finish_run(&row, &RunRows::default()).await.unwrap_err(),
        expect!["run `r1` has no manifest in the results; begin it first"],
    );
    results.begin_run(&run, fixture::STARTED, &fixture::manifest()).await.unwrap();
    results.commit_shard(&run, 2, ShardRows::default(), Usage::default()).await.unwrap();
    check_error(
        results.finish_run(&row, &RunRows::default()).await.unwrap_err(),
        expect!["run `r1` has 1 of 3 shards; scan the others before it is finished"],
    );
    assert_eq!(results.runs().await.unwrap(), []);
}

#[tokio::test]
async fn a_run_id_is_one_folder_name() {
    let (_, results) = memory();
    for id in ["", "..", "a/b", "run=1", "a b"] {
        let error = results.begin_run(&RunId::new(id), 0, &fixture::manifest()).await.unwrap_err();
        assert!(matches!(error, FindingsError::BadRunId(_)), "{id}");
    }
}

#[tokio::test]
async fn a_damaged_commit_is_named() {
    let (store, results) = memory();
    let path = Path::from("out/_commits/r1/000000.json");
    store.put(&path, "{".into()).await.unwrap();
    check_error(
        results.committed(&RunId::new("r1")).await.unwrap_err(),
        expect![
            "`out/_commits/r1/000000.json` in the results is not readable: EOF while parsing an object at line 1 column 1; remove the run it belongs to, or use the version that wrote it"
        ],
    );
}
