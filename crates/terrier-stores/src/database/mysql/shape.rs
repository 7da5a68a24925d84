//! The columns of a table, its key, and how much of it may be read.

use sqlx::Row;
use sqlx::mysql::{MySqlConnection, MySqlRow};
use terrier_content::ColumnKind;

use super::super::batch::MAX_VALUE;
use super::failure::failed;
use super::statement;
use crate::StoreError;
use crate::error::ErrorKind;

const WHAT: &str = "cannot look at the table";

const TABLE: &str = "\
    SELECT CAST(coalesce(engine, '') AS CHAR), CAST(coalesce(table_rows, 0) AS UNSIGNED) FROM information_schema.tables
    WHERE table_schema = ? AND table_name = ?";

const COLUMNS: &str = "\
    SELECT CAST(column_name AS CHAR), CAST(lower(data_type) AS CHAR), CAST(coalesce(numeric_scale, 0) AS SIGNED),
        CAST(coalesce(privileges, '') AS CHAR)
    FROM information_schema.columns
    WHERE table_schema = ? AND table_name = ?
    ORDER BY ordinal_position";

/// The parts of unique indices, the primary key first.
const KEYS: &str = "\
    SELECT CAST(s.index_name AS CHAR), CAST(s.column_name AS CHAR),
        s.sub_part IS NULL AND coalesce(s.nullable, '') <> 'YES' AND coalesce(s.collation, 'A') = 'A'
    FROM information_schema.statistics s
    WHERE s.table_schema = ? AND s.table_name = ? AND s.non_unique = 0
    ORDER BY s.index_name <> 'PRIMARY', s.index_name, s.seq_in_index";

/// Whether the user may read some columns and not the table: those that may not be read are hidden.
const WITHHELD: &str = "\
    SELECT EXISTS (SELECT 1 FROM information_schema.column_privileges
            WHERE table_schema = ? AND table_name = ? AND privilege_type = 'SELECT')
        AND NOT EXISTS (SELECT 1 FROM information_schema.table_privileges
            WHERE table_schema = ? AND table_name = ? AND privilege_type = 'SELECT')
        AND NOT EXISTS (SELECT 1 FROM information_schema.schema_privileges WHERE table_schema = ? AND privilege_type = 'SELECT')
        AND NOT EXISTS (SELECT 1 FROM information_schema.user_privileges WHERE privilege_type = 'SELECT')";

/// What is known of a table before its first row.
pub(super) struct Shape {
    /// How the table is named in a statement.
    pub(super) source: String,
    pub(super) columns: Vec<Column>,
    /// The columns that rows can be put in order by.
    pub(super) key: Option<Vec<KeyColumn>>,
    /// How many rows there are believed to be.
    pub(super) estimate: Option<u64>,
    /// Whether columns are withheld from the user.
    pub(super) withheld: bool,
    /// Whether readers lock the table against writers for as long as a statement takes.
    pub(super) locks: bool,
}

/// A column that the user may read.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: ColumnKind,
    /// The expression that gives its values, bounded in length.
    pub(super) expression: String,
    data_type: String,
}

/// A column of a key.
pub(super) struct KeyColumn {
    pub(super) quoted: String,
    pub(super) order: KeyOrder,
}

/// How values of a key are written into the next statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyOrder {
    /// As a whole number, whatever its size.
    Integer,
    /// As text, which is compared as the column is.
    Text,
    /// As bytes.
    Bytes,
}

pub(super) async fn of(connection: &mut MySqlConnection, database: &str, name: &str) -> Result<Shape, StoreError> {
    let cannot = |error: sqlx::Error| failed(&error, WHAT);
    let about = |sql: &'static str| statement(sql).bind(database).bind(name);
    let found = about(TABLE).fetch_optional(&mut *connection).await.map_err(cannot)?;
    let row = found.ok_or_else(|| StoreError::new(ErrorKind::NotFound, "the table is gone"))?;
    let (engine, rows): (String, u64) = (row.try_get(0).map_err(cannot)?, row.try_get(1).map_err(cannot)?);
    let columns = about(COLUMNS).fetch_all(&mut *connection).await.map_err(cannot)?;
    let all = columns.len();
    let columns: Vec<Column> = columns.iter().filter_map(|row| column(row).transpose()).collect::<Result<_, _>>().map_err(cannot)?;
    if columns.is_empty() {
        return Err(StoreError::new(ErrorKind::Denied { action: "SELECT".into() }, "cannot read the table"));
    }
    let row = about(WITHHELD).bind(database).bind(name).bind(database).fetch_one(&mut *connection).await.map_err(cannot)?;
    let withheld: bool = row.try_get(0).map_err(cannot)?;
    let keys = about(KEYS).fetch_all(&mut *connection).await.map_err(cannot)?;
    let keys =
        keys.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).collect::<Result<Vec<_>, _>>().map_err(cannot)?;
    Ok(Shape {
        source: format!("{}.{}", quote(database), quote(name)),
        withheld: withheld || columns.len() < all,
        key: best_key(keys, &columns),
        columns,
        estimate: Some(rows),
        locks: !engine.eq_ignore_ascii_case("InnoDB"),
    })
}

/// Picks the first index of which each part is a whole column that has an order and is never null.
fn best_key(parts: Vec<(String, Option<String>, bool)>, columns: &[Column]) -> Option<Vec<KeyColumn>> {
    parts.chunk_by(|one, other| one.0 == other.0).find_map(|index| index.iter().map(|part| key_column(part, columns)).collect())
}

fn key_column((_, name, orders): &(String, Option<String>, bool), columns: &[Column]) -> Option<KeyColumn> {
    let column = columns.iter().find(|column| Some(&column.name) == name.as_ref()).filter(|_| *orders)?;
    let order = match column.data_type.as_str() {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" => KeyOrder::Integer,
        "char" | "varchar" | "date" | "datetime" | "timestamp" | "uuid" => KeyOrder::Text,
        "binary" | "varbinary" => KeyOrder::Bytes,
        _ => return None,
    };
    Some(KeyColumn { quoted: quote(&column.name), order })
}

/// Reads the description of a column; `None` where the user may not read it.
fn column(row: &MySqlRow) -> Result<Option<Column>, sqlx::Error> {
    let (name, data_type): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    let (scale, privileges): (i64, String) = (row.try_get(2)?, row.try_get(3)?);
    let expression = expression(&quote(&name), &data_type);
    let kind = kind(&data_type, scale);
    Ok(privileges.split(',').any(|privilege| privilege.trim() == "select").then_some(Column { name, kind, expression, data_type }))
}

/// One character or byte more than is kept, so that it shows where something was cut.
fn expression(quoted: &str, data_type: &str) -> String {
    let most = MAX_VALUE + 1;
    match data_type {
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => format!("LEFT({quoted}, {most})"),
        "bit" => format!("CAST({quoted} + 0 AS CHAR)"),
        "geometry" | "point" | "linestring" | "polygon" | "multipoint" | "multilinestring" | "multipolygon" | "geometrycollection"
        | "geomcollection" => format!("LEFT(ST_AsText({quoted}), {most})"),
        "json" => format!("LEFT(CAST({quoted} AS CHAR), {most})"),
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "enum" | "set" => format!("LEFT({quoted}, {most})"),
        _ => format!("CAST({quoted} AS CHAR)"),
    }
}

fn kind(data_type: &str, scale: i64) -> ColumnKind {
    match data_type {
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => ColumnKind::Binary,
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" | "bit" => ColumnKind::Integer,
        "decimal" if scale == 0 => ColumnKind::Integer,
        "decimal" | "float" | "double" => ColumnKind::Float,
        "date" => ColumnKind::Date,
        "datetime" | "timestamp" => ColumnKind::Timestamp,
        _ => ColumnKind::Text,
    }
}

/// Writes a name so that it is a name whatever is in it.
pub(super) fn quote(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_names() {
        assert_eq!(quote("a`; DROP TABLE b; -- "), "`a``; DROP TABLE b; -- `");
    }

    #[test]
    fn the_first_index_that_orders_is_the_key() {
        let column = |name: &str, data_type: &str| Column {
            name: name.into(),
            kind: ColumnKind::Text,
            expression: String::new(),
            data_type: data_type.into(),
        };
        let columns = [column("id", "bigint"), column("price", "decimal"), column("code", "varchar")];
        let part = |index: &str, name: &str, orders| (index.to_owned(), Some(name.to_owned()), orders);
        let orders = |parts| best_key(parts, &columns).map(|key| key.iter().map(|column| column.order).collect::<Vec<_>>());
        assert_eq!(orders(vec![part("PRIMARY", "id", true), part("PRIMARY", "code", true)]), Some(vec![KeyOrder::Integer, KeyOrder::Text]));
        assert_eq!(orders(vec![part("PRIMARY", "price", true), part("code", "code", true)]), Some(vec![KeyOrder::Text]));
        assert_eq!(orders(vec![part("code", "code", false)]), None);
        assert_eq!(orders(vec![part("PRIMARY", "hidden", true)]), None);
    }
}
