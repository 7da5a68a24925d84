//! Tables of databases, whose rows come as records already: long values, bytes and JSON in them are treated as in any other table.

use terrier_content::{ColumnKind, Records};
use terrier_model::Reason;

use crate::ReadError;
use crate::context::{Context, Halt};
use crate::json::{Cells, Node, ROOT};
use crate::rows::Rows;

/// What comes next of a table.
#[derive(Debug)]
pub enum NextRecords {
    /// Rows. Each batch has the columns of the one before, in their order, and may have more behind them.
    Batch(Records),
    /// Part of the table was left out, for this reason; what follows is read all the same.
    LeftOut(Reason),
    /// The end.
    End,
}

/// The rows of one table, batch by batch.
pub trait ReadRecords {
    /// Returns what comes next.
    fn next(&mut self) -> Result<NextRecords, ReadError>;

    /// Returns how many rows there are believed to be, once the first batch has come.
    fn estimate(&self) -> Option<u64>;
}

/// Hands out a table. Books the bytes of its values.
pub(crate) fn read(context: &mut Context<'_>, source: &mut dyn ReadRecords, bytes: &mut u64) -> Result<(), Halt> {
    context.set_format("table");
    let mut table = Table { rows: Rows::new(), nodes: Vec::new(), cells: Cells::default() };
    let result = table.read(context, source, bytes);
    if let Some(estimate) = source.estimate() {
        context.set_records_total(estimate);
    }
    match result {
        Err(Halt::Stopped) => result,
        result => table.rows.flush(context).and(result),
    }
}

struct Table {
    rows: Rows,
    nodes: Vec<Node>,
    cells: Cells,
}

impl Table {
    fn read(&mut self, context: &mut Context<'_>, source: &mut dyn ReadRecords, bytes: &mut u64) -> Result<(), Halt> {
        loop {
            match source.next()? {
                NextRecords::End => return Ok(()),
                NextRecords::LeftOut(reason) => context.miss(reason),
                NextRecords::Batch(batch) => {
                    *bytes += batch.byte_len() as u64;
                    self.add(context, &batch)?;
                }
            }
        }
    }

    fn add(&mut self, context: &mut Context<'_>, batch: &Records) -> Result<(), Halt> {
        while self.nodes.len() < batch.columns.len() {
            let name = batch.columns[self.nodes.len()].name().expose();
            self.nodes.push(self.rows.child(ROOT, name.as_bytes()));
        }
        let mut next = vec![0; batch.columns.len()];
        for record in 0..batch.records {
            for (index, column) in batch.columns.iter().enumerate() {
                while next[index] < column.len() && column.value(next[index]).record == record {
                    let value = column.value(next[index]);
                    self.push(context, self.nodes[index], column.kind(), value.bytes.expose())?;
                    next[index] += 1;
                }
            }
            self.rows.end_record(context)?;
        }
        Ok(())
    }

    fn push(&mut self, context: &mut Context<'_>, node: Node, kind: ColumnKind, value: &[u8]) -> Result<(), Halt> {
        match kind {
            ColumnKind::Binary => self.rows.push_bytes(context, node, value),
            ColumnKind::Text if self.cells.push(context, &mut self.rows, node, value)? => Ok(()),
            kind => self.rows.push(context, node, kind, value),
        }
    }
}
