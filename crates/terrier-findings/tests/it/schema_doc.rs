//! `docs/schema.md` is made from the schemas. Run with `UPDATE_DOCS=1` to write it anew.

use std::fmt::Write;
use std::path::PathBuf;

use arrow_schema::{DataType, TimeUnit};
use terrier_model::{SCHEMA_VERSION, Table};

const HEAD: &str = "\
<!-- Made from the schemas in the source. After a change run `UPDATE_DOCS=1 cargo test -p terrier-findings schema_doc`. -->
# The tables

A scan writes its results as Parquet files (zstd) below `--out`, one folder per table, one folder in it per run:
`OUT/<table>/run=<run_id>/<shard>.parquet`. Any tool that reads Parquet reads them; [query.md](query.md) shows how.

- No column holds a matched value. Names that people chose (paths, column names) are metadata; the part of a name that *is* a
  value of a class is masked as `‹class›`, and a long number that may be one as `‹number›`.
- Every file has the whole schema, and a finished run has at least one file per table, if only one without rows.
- A run is finished when its row in `runs` is there, which is written last. Files of a run that is still under way can be read;
  each is complete in itself.
- `run=<run_id>` in the path repeats the column `run_id`. Readers that take partitions from paths see it as `run`.
- Whole numbers are signed 64-bit, times are microseconds in UTC. *May be empty* in the tables below means SQL `NULL`; a list is
  never `NULL`, only empty.
- What begins with `_` beside the tables (`_runs`, `_commits`, `_attempts`) is how Terrier continues interrupted runs: digests,
  counts and file names. Deleting it loses nothing but that.

";

fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8 => "string".to_owned(),
        DataType::Int32 => "int32".to_owned(),
        DataType::Int64 => "int64".to_owned(),
        DataType::Float64 => "double".to_owned(),
        DataType::Boolean => "boolean".to_owned(),
        DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => "timestamp (µs, UTC)".to_owned(),
        DataType::List(item) => format!("list of {}", type_name(item.data_type())),
        DataType::Struct(fields) => {
            let fields: Vec<String> = fields
                .iter()
                .map(|field| format!("{} {}{}", field.name(), type_name(field.data_type()), if field.is_nullable() { "?" } else { "" }))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
        other => panic!("the documentation has no name for {other}"),
    }
}

fn render() -> String {
    let mut doc = HEAD.to_owned();
    writeln!(doc, "Schema version: {SCHEMA_VERSION}. A column that may be empty can be added without raising it; anything else raises it.")
        .unwrap();
    let mut tables = Table::ALL.to_vec();
    tables.rotate_right(1);
    for table in tables {
        write!(
            doc,
            "\n## `{}`\nA row is {}.\n\n| column | type | may be empty | what it holds |\n|---|---|---|---|\n",
            table.name(),
            table.row()
        )
        .unwrap();
        for column in table.columns() {
            let empty = if column.nullable { "yes" } else { "" };
            writeln!(doc, "| `{}` | {} | {empty} | {} |", column.name, type_name(&column.data_type), column.doc).unwrap();
        }
    }
    doc
}

#[test]
fn schema_doc_tells_the_schemas() {
    let path = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../docs/schema.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, render()).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == render(),
        "docs/schema.md does not tell the schemas of the source; run `UPDATE_DOCS=1 cargo test -p terrier-findings schema_doc`"
    );
}
