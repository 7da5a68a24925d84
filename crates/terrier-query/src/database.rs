use std::collections::BTreeMap;
use std::sync::Arc;

use arrow_array::RecordBatch;
use datafusion::common::{DataFusionError, ScalarValue};
use datafusion::datasource::MemTable;
use datafusion::datasource::TableProvider;
use datafusion::datasource::file_format::parquet::ParquetFormat;
use datafusion::datasource::listing::{ListingOptions, ListingTable, ListingTableConfig, ListingTableUrl};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::object_store::ObjectStoreUrl;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::prelude::{SQLOptions, SessionConfig, SessionContext};
use futures::TryStreamExt;
use object_store::ObjectStore;
use object_store::path::Path;
use object_store::prefix::PrefixStore;
use terrier_findings::Results;
use terrier_model::{RunId, RunRow, Table};

use crate::QueryError;
use crate::error::text_of;

/// The address under which the engine knows the results; made up, so that no prefix needs escaping.
const ADDRESS: &str = "terrier://results";

/// Memory that one statement may hold while it computes, and again for its answer.
const MEMORY_MIB: usize = 512;

/// The result tables of one location, open for questions.
#[derive(Clone)]
pub struct FindingsDb {
    engine: SessionContext,
    runtime: Arc<RuntimeEnv>,
    finished: Vec<RunRow>,
    shown: Vec<RunRow>,
}

impl std::fmt::Debug for FindingsDb {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FindingsDb").field("finished", &self.finished.len()).field("shown", &self.shown).finish_non_exhaustive()
    }
}

impl FindingsDb {
    /// Opens the results below `prefix`. The plain names show the latest finished run per target.
    pub async fn open(store: Arc<dyn ObjectStore>, prefix: Path) -> Result<Self, QueryError> {
        let finished = Results::new(Arc::clone(&store), prefix.clone()).runs().await?;
        let shown = latest_per_target(&finished);
        let runtime = bounded_runtime().map_err(reading)?;
        let address = ObjectStoreUrl::parse(ADDRESS).map_err(reading)?;
        runtime.register_object_store(address.as_ref(), Arc::new(PrefixStore::new(store, prefix)));
        let engine = engine(&runtime, &shown)?;
        Ok(Self { engine, runtime, finished, shown })
    }

    /// Narrows the plain names to one finished run.
    pub fn of_run(&self, run: &RunId) -> Result<Self, QueryError> {
        let shown: Vec<RunRow> = self.finished.iter().filter(|row| row.run_id == *run).cloned().collect();
        if shown.is_empty() {
            return Err(QueryError::NoSuchRun(run.clone()));
        }
        Ok(Self { engine: engine(&self.runtime, &shown)?, runtime: Arc::clone(&self.runtime), finished: self.finished.clone(), shown })
    }

    /// Returns the finished runs, oldest first.
    pub fn runs(&self) -> &[RunRow] {
        &self.finished
    }

    /// Returns the runs that the plain names show, oldest first.
    pub fn shown_runs(&self) -> &[RunRow] {
        &self.shown
    }

    /// Answers one statement of SQL that reads: `SELECT`, `WITH`, `EXPLAIN`, `DESCRIBE`, `SHOW TABLES`.
    pub async fn sql(&self, statement: &str) -> Result<Vec<RecordBatch>, QueryError> {
        self.sql_with(statement, Vec::new()).await
    }

    /// Answers a statement with `$1`, `$2`, … standing for the given texts.
    pub(crate) async fn sql_with(&self, statement: &str, texts: Vec<String>) -> Result<Vec<RecordBatch>, QueryError> {
        let refused = |error: DataFusionError| QueryError::Statement(text_of(&error));
        let plan = self.engine.state().create_logical_plan(statement).await.map_err(refused)?;
        let reading_only = SQLOptions::new().with_allow_ddl(false).with_allow_dml(false).with_allow_statements(false);
        reading_only.verify_plan(&plan).map_err(|_| QueryError::NotReadOnly)?;
        let mut frame = self.engine.execute_logical_plan(plan).await.map_err(refused)?;
        if !texts.is_empty() {
            let values: Vec<ScalarValue> = texts.into_iter().map(ScalarValue::from).collect();
            frame = frame.with_param_values(values).map_err(refused)?;
        }
        let mut stream = frame.execute_stream().await.map_err(failed)?;
        let (mut batches, mut held) = (vec![RecordBatch::new_empty(stream.schema())], 0);
        while let Some(batch) = stream.try_next().await.map_err(failed)? {
            held += batch.get_array_memory_size();
            if held > MEMORY_MIB << 20 {
                return Err(QueryError::TooLarge(MEMORY_MIB));
            }
            batches.push(batch);
        }
        Ok(batches)
    }
}

fn latest_per_target(finished: &[RunRow]) -> Vec<RunRow> {
    let latest: BTreeMap<&str, &RunRow> = finished.iter().map(|run| (run.target.as_str(), run)).collect();
    let mut latest: Vec<RunRow> = latest.into_values().cloned().collect();
    latest.sort_by(|a, b| (a.started, &a.run_id).cmp(&(b.started, &b.run_id)));
    latest
}

/// What a statement may use: so much memory, no disk.
fn bounded_runtime() -> Result<Arc<RuntimeEnv>, DataFusionError> {
    RuntimeEnvBuilder::new()
        .with_memory_limit(MEMORY_MIB << 20, 1.0)
        .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled))
        .build_arc()
}

fn engine(runtime: &Arc<RuntimeEnv>, shown: &[RunRow]) -> Result<SessionContext, QueryError> {
    let mut config = SessionConfig::new().with_information_schema(true);
    // Texts stay of the type that the schema promises.
    config.options_mut().execution.parquet.schema_force_view_types = false;
    let engine = SessionContext::new_with_config_rt(config, Arc::clone(runtime));
    for table in Table::ALL {
        let name = table.name();
        let folders: Vec<String> = shown.iter().map(|run| format!("{ADDRESS}/{name}/run={}/", run.run_id)).collect();
        let latest = files(table, &folders).map_err(reading)?;
        let all = files(table, &[format!("{ADDRESS}/{name}/")]).map_err(reading)?;
        engine.register_table(name, latest).map_err(reading)?;
        engine.register_table(format!("{name}_all"), all).map_err(reading)?;
    }
    Ok(engine)
}

/// A table over all Parquet files in some folders, with the table's schema even where there is no file.
fn files(table: Table, folders: &[String]) -> Result<Arc<dyn TableProvider>, DataFusionError> {
    if folders.is_empty() {
        return Ok(Arc::new(MemTable::try_new(table.schema(), vec![Vec::new()])?));
    }
    let folders = folders.iter().map(ListingTableUrl::parse).collect::<Result<Vec<_>, _>>()?;
    let options = ListingOptions::new(Arc::new(ParquetFormat::default())).with_file_extension(".parquet");
    let config = ListingTableConfig::new_with_multi_paths(folders).with_listing_options(options).with_schema(table.schema());
    Ok(Arc::new(ListingTable::try_new(config)?))
}

fn reading(error: DataFusionError) -> QueryError {
    QueryError::Reading(text_of(&error))
}

fn failed(error: DataFusionError) -> QueryError {
    match error.find_root() {
        DataFusionError::ResourcesExhausted(_) => QueryError::TooLarge(MEMORY_MIB),
        _ => reading(error),
    }
}
