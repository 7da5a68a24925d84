//! The columns of a table, its key, and how much of it may be read.

use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};
use terrier_content::ColumnKind;

use super::super::batch::MAX_VALUE;
use super::failure::failed;
use super::statement;
use crate::StoreError;
use crate::error::ErrorKind;

const WHAT: &str = "cannot look at the table";

const TABLE: &str = "\
    SELECT c.oid::int8, c.relkind::text, c.reltuples::float8, c.relispopulated, coalesce(row_security_active(c.oid), false)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND c.relname = $2";

/// Of a domain the type that it is made of.
const COLUMNS: &str = "\
    SELECT a.attname::text, b.typname::text, b.typcategory::text, b.typtype::text,
        CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE a.atttypmod END,
        has_column_privilege(a.attrelid, a.attnum, 'SELECT')
    FROM pg_attribute a
    JOIN pg_type t ON t.oid = a.atttypid
    JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
    WHERE a.attrelid = $1::oid AND a.attnum > 0 AND NOT a.attisdropped
    ORDER BY a.attnum";

/// The columns of the primary key, or of another index by which rows can be told apart and put in order.
const KEY: &str = "\
    SELECT a.attname::text, format_type(a.atttypid, a.atttypmod)::text,
        has_column_privilege(a.attrelid, a.attnum, 'SELECT')
            AND (t.typnamespace = 'pg_catalog'::regnamespace OR t.typtype = 'e') AND t.typtype IN ('b', 'e')
    FROM (
        SELECT i.indrelid, i.indkey, i.indnkeyatts FROM pg_index i
        WHERE i.indrelid = $1::oid AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL
            AND i.indoption::text !~ '[1-9]'
            AND (SELECT bool_and(k.attnotnull) FROM pg_attribute k WHERE k.attrelid = i.indrelid AND k.attnum = ANY (i.indkey))
        ORDER BY i.indisprimary DESC, i.indexrelid
        LIMIT 1
    ) AS best
    CROSS JOIN LATERAL unnest(best.indkey::int2[]) WITH ORDINALITY AS part (attnum, place)
    JOIN pg_attribute a ON a.attrelid = best.indrelid AND a.attnum = part.attnum
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE part.place <= best.indnkeyatts
    ORDER BY part.place";

/// What is known of a table before its first row.
pub(super) struct Shape {
    /// How the table is named in a statement.
    pub(super) source: String,
    pub(super) columns: Vec<Column>,
    /// The columns that rows can be put in order by.
    pub(super) key: Option<Vec<KeyColumn>>,
    /// How many rows there are believed to be.
    pub(super) estimate: Option<u64>,
    /// Whether rows or columns are withheld from the role.
    pub(super) withheld: bool,
    /// Whether there is anything to read: a materialised view may never have been filled.
    pub(super) populated: bool,
}

/// A column that the role may read.
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: ColumnKind,
    /// The expression that gives its values, bounded in length.
    pub(super) expression: String,
}

/// A column of a key.
pub(super) struct KeyColumn {
    pub(super) quoted: String,
    pub(super) type_name: String,
}

pub(super) async fn of(connection: &mut PgConnection, schema: &str, name: &str) -> Result<Shape, StoreError> {
    let cannot = |error: sqlx::Error| failed(&error, WHAT);
    let found = statement(TABLE).bind(schema).bind(name).fetch_optional(&mut *connection).await.map_err(cannot)?;
    let row = found.ok_or_else(|| StoreError::new(ErrorKind::NotFound, "the table is gone"))?;
    let (oid, kind, rows, populated, filtered): (i64, String, f64, bool, bool) = read_table(&row).map_err(cannot)?;
    let rows_of = |sql: &'static str| statement(sql).bind(oid);
    let columns = rows_of(COLUMNS).fetch_all(&mut *connection).await.map_err(cannot)?;
    let all = columns.len();
    let columns: Vec<Column> = columns.iter().filter_map(|row| column(row).transpose()).collect::<Result<_, _>>().map_err(cannot)?;
    if columns.is_empty() && all > 0 {
        return Err(StoreError::new(ErrorKind::Denied { action: "SELECT".into() }, "cannot read the table"));
    }
    let key = rows_of(KEY).fetch_all(&mut *connection).await.map_err(cannot)?;
    let key: Vec<_> = key.iter().map(key_column).collect::<Result<_, _>>().map_err(cannot)?;
    let orders = !key.is_empty() && key.iter().all(|(_, orders)| *orders);
    // A partitioned table is read with its partitions; all others without those that inherit from them, which are tables themselves.
    let only = if kind == "p" { "" } else { "ONLY " };
    Ok(Shape {
        source: format!("{only}{}.{}", quote(schema), quote(name)),
        withheld: filtered || columns.len() < all,
        columns,
        key: orders.then(|| key.into_iter().map(|(column, _)| column).collect()),
        estimate: (rows >= 0.0).then_some(rows as u64),
        populated,
    })
}

fn read_table(row: &PgRow) -> Result<(i64, String, f64, bool, bool), sqlx::Error> {
    Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?, row.try_get(3)?, row.try_get(4)?))
}

fn key_column(row: &PgRow) -> Result<(KeyColumn, bool), sqlx::Error> {
    let name: String = row.try_get(0)?;
    Ok((KeyColumn { quoted: quote(&name), type_name: row.try_get(1)? }, row.try_get(2)?))
}

/// Reads the description of a column; `None` where the role may not read it.
fn column(row: &PgRow) -> Result<Option<Column>, sqlx::Error> {
    let (name, base): (String, String) = (row.try_get(0)?, row.try_get(1)?);
    let (category, class): (String, String) = (row.try_get(2)?, row.try_get(3)?);
    let (modifier, readable): (i32, bool) = (row.try_get(4)?, row.try_get(5)?);
    let quoted = quote(&name);
    let expression = expression(&quoted, &base, &category, &class);
    Ok(readable.then(|| Column { kind: kind(&base, modifier), name, expression }))
}

/// One character or byte more than is kept, so that it shows where something was cut.
fn expression(quoted: &str, base: &str, category: &str, class: &str) -> String {
    let most = MAX_VALUE + 1;
    match base {
        "bytea" => format!("substring({quoted} FROM 1 FOR {most})"),
        "bool" | "int2" | "int4" | "int8" | "float4" | "float8" | "date" | "timestamp" | "timestamptz" | "uuid" => {
            format!("{quoted}::text")
        }
        // Lists and composites as JSON, which is opened.
        _ if category == "A" && base.starts_with('_') => format!("left(array_to_json({quoted})::text, {most})"),
        _ if class == "c" => format!("left(row_to_json({quoted})::text, {most})"),
        _ => format!("left({quoted}::text, {most})"),
    }
}

fn kind(base: &str, modifier: i32) -> ColumnKind {
    match base {
        "bytea" => ColumnKind::Binary,
        "bool" => ColumnKind::Boolean,
        "int2" | "int4" | "int8" | "oid" => ColumnKind::Integer,
        "float4" | "float8" => ColumnKind::Float,
        // Numbers of no declared scale are mostly whole: identifiers are kept in them.
        "numeric" if modifier < 4 || (modifier - 4) & 0x7ff == 0 => ColumnKind::Integer,
        "numeric" => ColumnKind::Float,
        "date" => ColumnKind::Date,
        "timestamp" | "timestamptz" => ColumnKind::Timestamp,
        _ => ColumnKind::Text,
    }
}

/// Writes a name so that it is a name whatever is in it.
pub(super) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_names() {
        assert_eq!(quote("plain"), "\"plain\"");
        assert_eq!(quote("a\"; DROP TABLE b; --"), "\"a\"\"; DROP TABLE b; --\"");
    }

    #[test]
    fn numbers_with_a_fraction_are_told_from_whole_ones() {
        // numeric, numeric(16), numeric(12, 2)
        let kinds = [-1, (16 << 16) + 4, (12 << 16) + 2 + 4].map(|modifier| kind("numeric", modifier));
        assert_eq!(kinds, [ColumnKind::Integer, ColumnKind::Integer, ColumnKind::Float]);
    }
}
