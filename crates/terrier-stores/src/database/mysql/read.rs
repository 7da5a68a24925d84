//! The rows of a table: page by page after the last key; where there is no key, in one pass. Of a table that is larger than what is read, and
//! whose key is a number, as many rows are taken from each of a hundred stretches of its keys.

use std::sync::Arc;

use futures::TryStreamExt;
use sqlx::mysql::{MySqlConnection, MySqlRow};
use sqlx::{AssertSqlSafe, Row};
use terrier_model::Reason;

use super::super::batch::{Gone, RowSink};
use super::super::sql::{Lease, PageSize};
use super::Inner;
use super::failure::failed;
use super::shape::{KeyColumn, KeyOrder, Shape};
use super::statement;
use crate::StoreError;
use crate::store::Requests;

const WHAT: &str = "cannot read the table";

/// Stretches of keys that a sample is taken from.
const STRETCHES: i128 = 100;

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

/// A value of a key, as the next page names it.
#[derive(Debug, Clone)]
enum KeyValue {
    /// Digits, written into the statement: a text would be compared as a number with a fraction.
    Integer(i128),
    Bound(Vec<u8>),
}

/// Reads a table into the sink, then lets the connection rest.
pub(super) async fn run(inner: Arc<Inner>, mut lease: Lease<MySqlConnection>, shape: Shape, mut sink: RowSink, requests: Requests) {
    let mut reader = Reader { connection: &mut lease.connection, shape: &shape, sink: &mut sink, requests: &requests };
    match reader.read(inner.tables.max_rows).await {
        Ok(()) => inner.connections.give_back(lease),
        Err(End::Gone) => {}
        Err(End::Failed(error)) => sink.fail(error).await,
    }
}

/// What of a table one statement asks for.
#[derive(Default)]
struct Part<'p> {
    /// Rows behind this key only.
    after: Option<&'p [KeyValue]>,
    /// Rows up to this number only, where the key is a number.
    up_to: Option<i128>,
}

struct Reader<'r> {
    connection: &'r mut MySqlConnection,
    shape: &'r Shape,
    sink: &'r mut RowSink,
    requests: &'r Requests,
}

impl Reader<'_> {
    async fn read(&mut self, most: Option<u64>) -> Result<(), End> {
        if self.shape.withheld {
            self.sink.leave_out(Reason::Denied).await?;
        }
        let too_many = match (most, self.shape.estimate) {
            (Some(most), Some(estimate)) if estimate > most => Some(most),
            _ => None,
        };
        match (&self.shape.key, too_many) {
            (Some(key), Some(most)) if matches!(key.as_slice(), [KeyColumn { order: KeyOrder::Integer, .. }]) => {
                self.sample(key, most).await?
            }
            (Some(key), _) => self.by_key(key).await?,
            (None, _) => self.in_one_pass(most).await?,
        }
        Ok(self.sink.finish().await?)
    }

    async fn by_key(&mut self, key: &[KeyColumn]) -> Result<(), End> {
        let mut page = PageSize::new();
        let mut after: Option<Vec<KeyValue>> = None;
        loop {
            let limit = page.next();
            let part = Part { after: after.as_deref(), up_to: None };
            let Some((seen, last)) = self.page(key, &part, limit, &mut page).await? else {
                return Ok(self.sink.leave_out(Reason::TableLimit).await?);
            };
            if seen < limit {
                return Ok(());
            }
            after = last;
        }
    }

    /// Takes the first rows of each stretch of keys, so that old rows and new ones are among them; the same rows each time.
    async fn sample(&mut self, key: &[KeyColumn], most: u64) -> Result<(), End> {
        let id = &key[0].quoted;
        let ends = format!("SELECT CAST(min({id}) AS CHAR), CAST(max({id}) AS CHAR) FROM {}", self.shape.source);
        self.requests.add_one();
        let row = statement(AssertSqlSafe(ends)).fetch_one(&mut *self.connection).await?;
        let end = |index| Ok::<_, sqlx::Error>(row.try_get::<Option<String>, _>(index)?.and_then(|text| text.parse::<i128>().ok()));
        let (Some(first), Some(last)) = (end(0)?, end(1)?) else { return Ok(()) };
        self.sink.leave_out(Reason::TableLimit).await?;
        let share = most.div_ceil(STRETCHES as u64);
        for stretch in 0..STRETCHES {
            let border = |number: i128| first + (last - first + 1) * number / STRETCHES - 1;
            let up_to = border(stretch + 1);
            let mut after = vec![KeyValue::Integer(border(stretch))];
            let (mut left, mut page) = (share, PageSize::new());
            while left > 0 {
                let limit = page.next().min(left);
                let part = Part { after: Some(&after), up_to: Some(up_to) };
                let Some((seen, last)) = self.page(key, &part, limit, &mut page).await? else { return Ok(()) };
                left -= seen;
                match last {
                    Some(last) if seen == limit => after = last,
                    _ => break,
                }
            }
        }
        Ok(())
    }

    /// Reads a page; says how many rows it had and the key of the last, or `None` where no more may be read of the table.
    async fn page(
        &mut self,
        key: &[KeyColumn],
        part: &Part<'_>,
        limit: u64,
        page: &mut PageSize,
    ) -> Result<Option<(u64, Option<Vec<KeyValue>>)>, End> {
        let (text, bound) = self.write(key, part, limit);
        let mut query = statement(AssertSqlSafe(text));
        for (value, order) in bound {
            query = match order {
                KeyOrder::Bytes => query.bind(value),
                _ => query.bind(String::from_utf8_lossy(&value).into_owned()),
            };
        }
        self.requests.add_one();
        let (mut seen, mut last) = (0, None);
        let mut rows = query.fetch(&mut *self.connection);
        while let Some(row) = rows.try_next().await? {
            if self.sink.is_full() {
                // What is still on its way of this page is thrown away, so that the connection is good for the next table.
                while rows.try_next().await?.is_some() {}
                return Ok(None);
            }
            page.add(push(self.sink, self.shape, &row, key.len())?);
            self.sink.end_row().await?;
            seen += 1;
            last = Some(key.iter().enumerate().map(|(index, column)| key_value(&row, index, column)).collect::<Result<_, _>>()?);
        }
        Ok(Some((seen, last)))
    }

    /// Writes the statement of a page, the key first, and says what is to be bound. Rows behind a key are asked for column by column:
    /// the servers find no way through an index for tuples.
    fn write(&self, key: &[KeyColumn], part: &Part<'_>, limit: u64) -> (String, Vec<(Vec<u8>, KeyOrder)>) {
        let mut bound = Vec::new();
        let mut conditions = Vec::new();
        if let Some(after) = part.after {
            let ways = (0..key.len()).map(|depth| {
                let terms = (0..=depth).map(|index| {
                    let (column, sign) = (&key[index], if index == depth { ">" } else { "=" });
                    let value = match &after[index] {
                        KeyValue::Integer(number) => number.to_string(),
                        KeyValue::Bound(value) => {
                            bound.push((value.clone(), column.order));
                            "?".to_owned()
                        }
                    };
                    format!("{} {sign} {value}", column.quoted)
                });
                format!("({})", terms.collect::<Vec<_>>().join(" AND "))
            });
            conditions.push(format!("({})", ways.collect::<Vec<_>>().join(" OR ")));
        }
        if let Some(up_to) = part.up_to {
            conditions.push(format!("{} <= {up_to}", key[0].quoted));
        }
        let condition = if conditions.is_empty() { String::new() } else { format!(" WHERE {}", conditions.join(" AND ")) };
        let keys = key.iter().map(|column| match column.order {
            KeyOrder::Bytes => column.quoted.clone(),
            _ => format!("CAST({} AS CHAR)", column.quoted),
        });
        let list = keys.chain(self.expressions()).collect::<Vec<_>>().join(", ");
        let order = key.iter().map(|column| format!("t.{}", column.quoted)).collect::<Vec<_>>().join(", ");
        (format!("SELECT {list} FROM {} AS t{condition} ORDER BY {order} LIMIT {limit}", self.shape.source), bound)
    }

    fn expressions(&self) -> impl Iterator<Item = String> {
        self.shape.columns.iter().map(|column| column.expression.clone())
    }

    /// Reads a table without a key in one statement. Where reading keeps writers waiting, the server puts the rows aside first.
    async fn in_one_pass(&mut self, most: Option<u64>) -> Result<(), End> {
        let list = self.expressions().collect::<Vec<_>>().join(", ");
        let aside = if self.shape.locks { "SQL_BUFFER_RESULT " } else { "" };
        let limit = most.map_or(String::new(), |most| format!(" LIMIT {}", most.saturating_add(1)));
        let text = format!("SELECT {aside}{list} FROM {}{limit}", self.shape.source);
        self.requests.add_one();
        let mut rows = statement(AssertSqlSafe(text)).fetch(&mut *self.connection);
        while let Some(row) = rows.try_next().await? {
            if self.sink.is_full() {
                self.sink.leave_out(Reason::TableLimit).await?;
                while rows.try_next().await?.is_some() {}
                return Ok(());
            }
            push(self.sink, self.shape, &row, 0)?;
            self.sink.end_row().await?;
        }
        Ok(())
    }
}

/// Lends a value as its bytes, whatever type the server says it has: numbers and times were asked for as text.
fn bytes(row: &MySqlRow, index: usize) -> Result<Option<&[u8]>, sqlx::Error> {
    row.try_get_unchecked::<Option<&[u8]>, _>(index)
}

/// Adds the values of a row, and returns their size.
fn push(sink: &mut RowSink, shape: &Shape, row: &MySqlRow, first: usize) -> Result<usize, sqlx::Error> {
    let mut size = 0;
    for index in 0..shape.columns.len() {
        if let Some(value) = bytes(row, first + index)? {
            size += sink.push(index, value);
        }
    }
    Ok(size)
}

fn key_value(row: &MySqlRow, index: usize, column: &KeyColumn) -> Result<KeyValue, sqlx::Error> {
    let value = bytes(row, index)?.unwrap_or_default();
    let number = || std::str::from_utf8(value).ok()?.parse::<i128>().ok();
    Ok(match column.order {
        KeyOrder::Integer => KeyValue::Integer(number().ok_or_else(|| sqlx::Error::Protocol("a whole number is none".into()))?),
        KeyOrder::Text | KeyOrder::Bytes => KeyValue::Bound(value.to_vec()),
    })
}
