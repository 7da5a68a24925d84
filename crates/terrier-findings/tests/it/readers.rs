//! The tables as a user without Terrier reads them: DuckDB and pyarrow, from the virtual environment of the tests.

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use expect_test::{Expect, expect};
use object_store::local::LocalFileSystem;

use crate::fixture;

/// Finds the virtual environment's Python.
fn python() -> PathBuf {
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../..");
    let environment = std::env::var_os("TERRIER_TEST_VENV").map_or_else(|| root.join(".venv"), PathBuf::from);
    let python = environment.join("bin/python");
    assert!(python.exists(), "the tests' Python packages are not installed; run `make test-deps` first");
    python
}

async fn check(script: &str, expected: Expect) {
    let folder = tempfile::tempdir().unwrap();
    let store = Arc::new(LocalFileSystem::new_with_prefix(folder.path()).unwrap());
    fixture::write_run(store, &object_store::path::Path::default(), "r1", fixture::STARTED).await;
    let output = Command::new(python()).arg("-c").arg(script).arg(folder.path()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "the script failed:\n{errors}");
    expected.assert_eq(&String::from_utf8_lossy(&output.stdout));
}

#[tokio::test]
async fn duckdb_reads_the_tables() {
    let script = r#"
import sys, duckdb
out = sys.argv[1]
db = duckdb.connect()
for table in ["runs", "stores", "assets", "columns", "findings", "combinations", "fingerprints"]:
    db.sql(f"create view {table} as select * from read_parquet('{out}/{table}/run=*/*.parquet')")
    print(table, db.sql(f"select count(*) from {table}").fetchall()[0][0])
for row in db.sql("""
    select a.path, f.class, f.tier, f.count, f.places[1].kind, f.evidence[1].weight, len(a.regulations)
    from findings f join assets a using (run_id, asset_id) order by a.path, f.class""").fetchall():
    print(row)
print(db.sql("select started at time zone 'UTC', complete, cost_usd from runs").fetchall()[0])
"#;
    check(
        script,
        expect![[r#"
        runs 1
        stores 1
        assets 8
        columns 3
        findings 5
        combinations 1
        fingerprints 1
        ('backup.zip!/notes.txt', 'us_ssn', 'medium', 3, 'record', 2.5, 0)
        ('crm/people.csv', 'email', 'high', 8, 'record', 2.5, 1)
        ('export/payments 2026.csv', 'email', 'high', 38, 'record', 2.5, 2)
        ('export/payments 2026.csv', 'payment_card', 'high', 43, 'record', 2.5, 2)
        ('logs/app.log', 'payment_card', 'low', 4, 'record', 2.5, 0)
        (datetime.datetime(2026, 5, 1, 12, 0), False, 0.00012)
    "#]],
    )
    .await;
}

#[tokio::test]
async fn pyarrow_reads_the_tables() {
    let script = r#"
import sys, pyarrow.dataset as ds
out = sys.argv[1]
for table in ["runs", "stores", "assets", "columns", "findings", "combinations", "fingerprints"]:
    data = ds.dataset(f"{out}/{table}", format="parquet", partitioning="hive").to_table()
    print(table, data.num_rows, data.num_columns)
findings = ds.dataset(f"{out}/findings", format="parquet").to_table()
print(findings.schema.field("places").type)
print(findings.filter(ds.field("class") == "us_ssn").to_pylist()[0]["places"])
print(ds.dataset(f"{out}/runs", format="parquet").to_table()["started"].to_pylist()[0].isoformat())
"#;
    check(
        script,
        expect![[r#"
            runs 1 17
            stores 1 11
            assets 8 30
            columns 3 11
            findings 5 18
            combinations 1 9
            fingerprints 1 7
            list<item: struct<kind: string not null, number: int64 not null, column: string> not null>
            [{'kind': 'record', 'number': 0, 'column': 'card_no'}, {'kind': 'line', 'number': 12, 'column': None}]
            2026-05-01T12:00:00+00:00
        "#]],
    )
    .await;
}
