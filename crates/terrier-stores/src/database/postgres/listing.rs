//! What a server holds, by its catalogues. No function is called here that locks a table: one that is locked is listed all the same.

use std::collections::{BTreeMap, BTreeSet};

use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};
use terrier_model::Reason;

use super::super::listing::Listed;
use super::failure::failed;
use super::statement;
use crate::StoreError;

/// Databases but for the templates, which hold what every new one begins with.
const DATABASES: &str = "SELECT datname::text FROM pg_database WHERE NOT datistemplate AND datallowconn ORDER BY 1";

/// What holds rows: tables, partitioned ones and their partitions, materialised views, foreign tables. Views hold none of their own.
const TABLES: &str = "\
    SELECT n.nspname::text, c.relname::text, c.relkind::text, c.oid::int8,
        CASE WHEN c.relispartition THEN pg_partition_root(c.oid)::oid::int8 END,
        (greatest(c.relpages, 0)::int8 + coalesce(greatest(t.relpages, 0), 0)::int8) * current_setting('block_size')::int8,
        has_schema_privilege(n.oid, 'USAGE')
            AND (has_table_privilege(c.oid, 'SELECT') OR has_any_column_privilege(c.oid, 'SELECT')),
        pg_get_userbyid(c.relowner)::text
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
    WHERE c.relkind IN ('r', 'p', 'm', 'f') AND c.relpersistence <> 't' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'";

/// Objects outside of any table, which columns name by number.
const LARGE_OBJECTS: &str = "SELECT EXISTS (SELECT FROM pg_largeobject_metadata)";

pub(super) async fn databases(connection: &mut PgConnection) -> Result<Vec<String>, StoreError> {
    let rows = statement(DATABASES).fetch_all(connection).await;
    let rows = rows.map_err(|error| failed(&error, "cannot list the databases"))?;
    rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>().map_err(|error| failed(&error, "cannot list the databases"))
}

struct Table {
    schema: String,
    name: String,
    kind: String,
    oid: i64,
    root: Option<i64>,
    size: i64,
    readable: bool,
    owner: Option<String>,
}

fn table(row: &PgRow) -> Result<Table, sqlx::Error> {
    Ok(Table {
        schema: row.try_get(0)?,
        name: row.try_get(1)?,
        kind: row.try_get(2)?,
        oid: row.try_get(3)?,
        root: row.try_get(4)?,
        size: row.try_get(5)?,
        // Nothing is told of a table that was dropped a moment ago.
        readable: row.try_get::<Option<bool>, _>(6)?.unwrap_or(false),
        owner: row.try_get(7)?,
    })
}

pub(super) async fn tables(connection: &mut PgConnection) -> Result<Vec<Listed>, StoreError> {
    const WHAT: &str = "cannot list the tables";
    let rows = statement(TABLES).fetch_all(&mut *connection).await.map_err(|error| failed(&error, WHAT))?;
    let tables = rows.iter().map(table).collect::<Result<Vec<_>, _>>().map_err(|error| failed(&error, WHAT))?;
    let row = statement(LARGE_OBJECTS).fetch_one(connection).await.map_err(|error| failed(&error, WHAT))?;
    let large_objects = row.try_get(0).map_err(|error| failed(&error, WHAT))?;
    Ok(listed(tables, large_objects))
}

fn listed(tables: Vec<Table>, large_objects: bool) -> Vec<Listed> {
    let whole = read_whole(&tables);
    let mut size_of_whole: BTreeMap<i64, i64> = BTreeMap::new();
    for table in &tables {
        *size_of_whole.entry(table.root.unwrap_or(table.oid)).or_default() += table.size;
    }
    let mut listed = Vec::new();
    for table in tables {
        let size = match table.kind.as_str() {
            "p" if !whole.contains(&table.oid) => continue,
            "p" => size_of_whole[&table.oid],
            _ if table.root.is_some_and(|root| whole.contains(&root)) => continue,
            _ => table.size,
        };
        let unreadable = match table.kind.as_str() {
            "f" => Some(Reason::Elsewhere),
            _ if !table.readable => Some(Reason::Denied),
            _ => None,
        };
        let size = u64::try_from(size).unwrap_or(0);
        listed.push(Listed { names: vec![table.schema, table.name], size, owner: table.owner, unreadable });
    }
    if large_objects {
        let names = vec!["pg_catalog".to_owned(), "pg_largeobject".to_owned()];
        listed.push(Listed { names, unreadable: Some(Reason::UnsupportedFormat), ..Listed::default() });
    }
    listed
}

/// Partitioned tables that are read as one: the role may read them and not each of their partitions. All others are read partition by
/// partition, each row once.
fn read_whole(tables: &[Table]) -> BTreeSet<i64> {
    let closed: BTreeSet<i64> = tables.iter().filter(|table| table.kind != "p" && !table.readable).filter_map(|table| table.root).collect();
    // Through a whole with a foreign partition, another server would be asked.
    let foreign: BTreeSet<i64> = tables.iter().filter(|table| table.kind == "f").filter_map(|table| table.root).collect();
    let is_whole = |table: &&Table| {
        table.kind == "p" && table.root.is_none() && table.readable && closed.contains(&table.oid) && !foreign.contains(&table.oid)
    };
    tables.iter().filter(is_whole).map(|table| table.oid).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(oid: i64, kind: &str, root: Option<i64>, readable: bool) -> Table {
        Table { schema: "s".into(), name: format!("t{oid}"), kind: kind.into(), oid, root, size: 10, readable, owner: None }
    }

    #[track_caller]
    fn check(tables: Vec<Table>, expect: &[(&str, u64, Option<Reason>)]) {
        let listed = listed(tables, false);
        let listed: Vec<_> = listed.iter().map(|table| (table.names[1].as_str(), table.size, table.unreadable)).collect();
        assert_eq!(listed, expect);
    }

    #[test]
    fn partitions_count_once() {
        let leaves = |second| vec![table(1, "p", None, true), table(2, "r", Some(1), true), table(3, "r", Some(1), second)];
        check(leaves(true), &[("t2", 10, None), ("t3", 10, None)]);
        // Through the whole, since it may be read and one of its parts may not.
        check(leaves(false), &[("t1", 30, None)]);
        let closed = vec![table(1, "p", None, false), table(2, "r", Some(1), true), table(3, "r", Some(1), false)];
        check(closed, &[("t2", 10, None), ("t3", 10, Some(Reason::Denied))]);
        let nested = vec![table(1, "p", None, true), table(2, "p", Some(1), false), table(3, "r", Some(1), true)];
        check(nested, &[("t3", 10, None)]);
        check(vec![table(1, "p", None, false)], &[]);
    }

    #[test]
    fn what_others_keep_is_not_read_here() {
        check(vec![table(1, "f", None, true), table(2, "m", None, true)], &[("t1", 10, Some(Reason::Elsewhere)), ("t2", 10, None)]);
    }
}
