//! The rows of a table: page by page after the last key, each page a transaction of its own; where there is no key, or only a sample is
//! read, through a cursor, which sees the rows as they lie.

use std::sync::Arc;

use futures::TryStreamExt;
use sqlx::postgres::{PgConnection, PgRow};
use sqlx::{AssertSqlSafe, Row};
use terrier_model::Reason;

use super::super::batch::{Gone, RowSink};
use super::super::sql::{Lease, PageSize};
use super::Inner;
use super::failure::failed;
use super::shape::{KeyColumn, Shape};
use super::statement;
use crate::StoreError;
use crate::store::Requests;

const WHAT: &str = "cannot read the table";

/// Blocks of a sample are drawn by this seed: the same table gives the same sample.
const SEED: u32 = 1;

/// Why reading ended before the end.
enum End {
    Gone,
    Failed(StoreError),
}

impl From<Gone> for End {
    fn from(_: Gone) -> Self {
        Self::Gone
    }
}

impl From<sqlx::Error> for End {
    fn from(error: sqlx::Error) -> Self {
        Self::Failed(failed(&error, WHAT))
    }
}

/// Reads a table into the sink, then lets the connection rest.
pub(super) async fn run(inner: Arc<Inner>, mut lease: Lease<PgConnection>, shape: Shape, mut sink: RowSink, requests: Requests) {
    match read(&mut lease.connection, &shape, inner.tables.max_rows, &mut sink, &requests).await {
        Ok(()) => inner.connections.give_back(lease),
        Err(End::Gone) => {}
        Err(End::Failed(error)) => sink.fail(error).await,
    }
}

async fn read(connection: &mut PgConnection, shape: &Shape, most: Option<u64>, sink: &mut RowSink, requests: &Requests) -> Result<(), End> {
    if shape.withheld {
        sink.leave_out(Reason::Denied).await?;
    }
    if !shape.populated {
        return Ok(sink.finish().await?);
    }
    let share = match (most, shape.estimate) {
        (Some(most), Some(estimate)) if estimate > most => Some(most as f64 / estimate as f64),
        _ => None,
    };
    let mut reader = Reader { connection, shape, sink, requests };
    match (share, &shape.key) {
        (Some(share), _) => reader.by_cursor(Some(share)).await?,
        (None, Some(key)) => reader.by_key(key).await?,
        (None, None) => reader.by_cursor(None).await?,
    }
    Ok(sink.finish().await?)
}

struct Reader<'r> {
    connection: &'r mut PgConnection,
    shape: &'r Shape,
    sink: &'r mut RowSink,
    requests: &'r Requests,
}

impl Reader<'_> {
    async fn by_key(&mut self, key: &[KeyColumn]) -> Result<(), End> {
        let mut page = PageSize::new();
        let mut after: Option<Vec<String>> = None;
        loop {
            let limit = page.next();
            let mut query = statement(AssertSqlSafe(self.page(key, after.is_some(), limit)));
            for value in after.iter().flatten() {
                query = query.bind(value.clone());
            }
            self.requests.add_one();
            let (mut seen, mut last) = (0, None);
            let mut rows = query.fetch(&mut *self.connection);
            while let Some(row) = rows.try_next().await? {
                if self.sink.is_full() {
                    self.sink.leave_out(Reason::TableLimit).await?;
                    // What is still on its way of this page is thrown away, so that the connection is good for the next table.
                    while rows.try_next().await?.is_some() {}
                    return Ok(());
                }
                page.add(push(self.sink, self.shape, &row, key.len())?);
                self.sink.end_row().await?;
                seen += 1;
                last = Some((0..key.len()).map(|index| row.try_get(index)).collect::<Result<Vec<String>, _>>()?);
            }
            drop(rows);
            if seen < limit {
                return Ok(());
            }
            after = last;
        }
    }

    /// The statement of a page: the key first, as text that reads back to the same value.
    fn page(&self, key: &[KeyColumn], goes_on: bool, limit: u64) -> String {
        let names = key.iter().map(|column| column.quoted.as_str()).collect::<Vec<_>>().join(", ");
        // A bare name would be that of the text beside it, and the order that of text.
        let order = key.iter().map(|column| format!("t.{}", column.quoted)).collect::<Vec<_>>().join(", ");
        let keys = key.iter().map(|column| format!("{}::text", column.quoted));
        let list = keys.chain(self.expressions()).collect::<Vec<_>>().join(", ");
        let after = if goes_on {
            let values = key.iter().enumerate().map(|(index, column)| format!("${}::text::{}", index + 1, column.type_name));
            format!(" WHERE ({names}) > ({})", values.collect::<Vec<_>>().join(", "))
        } else {
            String::new()
        };
        format!("SELECT {list} FROM {} AS t{after} ORDER BY {order} LIMIT {limit}", self.shape.source)
    }

    fn expressions(&self) -> impl Iterator<Item = String> {
        self.shape.columns.iter().map(|column| column.expression.clone())
    }

    async fn by_cursor(&mut self, share: Option<f64>) -> Result<(), End> {
        let list = self.expressions().collect::<Vec<_>>().join(", ");
        let sample = match share {
            Some(share) => format!(" TABLESAMPLE SYSTEM ({:.9}) REPEATABLE ({SEED})", share * 100.0),
            None => String::new(),
        };
        let declare = format!("DECLARE terrier NO SCROLL CURSOR FOR SELECT {list} FROM {}{sample}", self.shape.source);
        sqlx::raw_sql("BEGIN READ ONLY").execute(&mut *self.connection).await?;
        self.requests.add_one();
        sqlx::raw_sql(AssertSqlSafe(declare)).execute(&mut *self.connection).await?;
        if share.is_some() {
            self.sink.leave_out(Reason::TableLimit).await?;
        }
        let mut page = PageSize::new();
        'table: loop {
            let limit = page.next();
            self.requests.add_one();
            let fetch = AssertSqlSafe(format!("FETCH {limit} FROM terrier"));
            let mut rows = statement(fetch).fetch(&mut *self.connection);
            let mut seen = 0;
            while let Some(row) = rows.try_next().await? {
                seen += 1;
                if self.sink.is_full() {
                    if share.is_none() {
                        self.sink.leave_out(Reason::TableLimit).await?;
                    }
                    while rows.try_next().await?.is_some() {}
                    break 'table;
                }
                page.add(push(self.sink, self.shape, &row, 0)?);
                self.sink.end_row().await?;
            }
            if seen < limit {
                break;
            }
        }
        sqlx::raw_sql("ROLLBACK").execute(&mut *self.connection).await?;
        Ok(())
    }
}

/// Adds the values of a row, and returns their size.
fn push(sink: &mut RowSink, shape: &Shape, row: &PgRow, first: usize) -> Result<usize, sqlx::Error> {
    let mut bytes = 0;
    for index in 0..shape.columns.len() {
        let value = row.try_get_raw(first + index)?;
        if let Ok(value) = value.as_bytes() {
            bytes += sink.push(index, value);
        }
    }
    Ok(bytes)
}
