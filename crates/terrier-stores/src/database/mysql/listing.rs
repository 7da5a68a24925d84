//! What a server holds, by `information_schema`, which shows to each user what that user may know of.

use sqlx::Row;
use sqlx::mysql::{MySqlConnection, MySqlRow};
use terrier_model::Reason;

use super::super::listing::Listed;
use super::failure::failed;
use super::statement;
use crate::StoreError;
use crate::error::ErrorKind;

/// Databases but for the server's own.
const DATABASES: &str = "\
    SELECT CAST(schema_name AS CHAR) FROM information_schema.schemata
    WHERE schema_name NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys')";

/// Views hold no rows of their own, sequences none that mean something; tables merged of others are read as those.
const TABLES: &str = "\
    SELECT CAST(table_name AS CHAR), CAST(engine AS CHAR),
        CAST(coalesce(data_length, 0) AS UNSIGNED)
    FROM information_schema.tables
    WHERE table_schema = ? AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED') AND coalesce(engine, '') <> 'MRG_MyISAM'";

/// Engines whose rows another server or a file outside keeps.
const ELSEWHERE: [&str; 5] = ["FEDERATED", "SPIDER", "CONNECT", "ndbinfo", "S3"];

pub(super) async fn databases(connection: &mut MySqlConnection) -> Result<Vec<String>, StoreError> {
    let cannot = |error: sqlx::Error| failed(&error, "cannot list the databases");
    let rows = statement(DATABASES).fetch_all(connection).await.map_err(cannot)?;
    rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>().map_err(cannot)
}

pub(super) async fn tables(connection: &mut MySqlConnection, database: &str) -> Result<Vec<Listed>, StoreError> {
    let cannot = |error: sqlx::Error| failed(&error, "cannot list the tables");
    let rows = statement(TABLES).bind(database).fetch_all(&mut *connection).await.map_err(cannot)?;
    let tables = rows.iter().map(table).collect::<Result<Vec<_>, _>>().map_err(cannot)?;
    if tables.is_empty() && !databases(connection).await?.iter().any(|known| known == database) {
        return Err(StoreError::new(ErrorKind::NotFound, "there is no such database, or the user may not know of it"));
    }
    Ok(tables)
}

fn table(row: &MySqlRow) -> Result<Listed, sqlx::Error> {
    let engine: Option<String> = row.try_get(1)?;
    let elsewhere = engine.is_some_and(|engine| ELSEWHERE.contains(&engine.as_str()));
    Ok(Listed { names: vec![row.try_get(0)?], size: row.try_get(2)?, owner: None, unreadable: elsewhere.then_some(Reason::Elsewhere) })
}
