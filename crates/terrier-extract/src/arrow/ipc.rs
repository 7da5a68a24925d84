use std::collections::HashMap;
use std::io::Read;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch};
use arrow_ipc::convert::fb_to_schema;
use arrow_ipc::reader::{read_dictionary, read_record_batch};
use arrow_schema::{ArrowError, SchemaRef};
use terrier_content::{Origin, Text};
use terrier_model::Reason;

use super::Batch;
use super::message::Framed;
use crate::context::{Context, Halt};
use crate::quiet;
use crate::table::{BATCH_BYTES, BATCH_RECORDS};

/// What a batch of ours may take. Rows are handed out in fewer at a time where they are large.
const MAX_BATCH: usize = 16 * BATCH_BYTES;
/// Rows that a batch may say it has: more are columns without values.
const MAX_ROWS: usize = 1 << 28;
/// Magic of a file, with what fills it up.
const MAGIC: usize = 8;

/// Reads a file: a stream between a magic and an index. The index is not needed, and what it leaves out is read too.
pub(crate) fn read_file(context: &mut Context<'_>, input: &mut dyn Read) -> Result<(), Halt> {
    input.read_exact(&mut [0; MAGIC])?;
    // Some writers fill the magic up to where a cache line begins.
    let mut word = [0; 4];
    while word == [0; 4] {
        input.read_exact(&mut word)?;
    }
    read_stream(context, &mut word.chain(input))
}

/// Reads a stream: a schema, and batches of records.
pub(crate) fn read_stream(context: &mut Context<'_>, input: &mut dyn Read) -> Result<(), Halt> {
    let mut reader = Reader { schema: None, dictionaries: HashMap::new(), batch: Batch::limited(MAX_BATCH) };
    while let Some(message) = Framed::read(input, context.limits.dictionary_bytes())? {
        match reader.message(context, &message) {
            // The other batches are whole.
            Err(Halt::Because(reason @ (Reason::Damaged | Reason::MemoryLimit | Reason::UnsupportedFormat))) if reader.schema.is_some() => {
                context.miss(reason);
            }
            result => result?,
        }
    }
    if reader.schema.is_some() { Ok(()) } else { Err(Reason::Damaged.into()) }
}

struct Reader {
    schema: Option<SchemaRef>,
    dictionaries: HashMap<i64, ArrayRef>,
    batch: Batch,
}

impl Reader {
    fn message(&mut self, context: &mut Context<'_>, framed: &Framed) -> Result<(), Halt> {
        let message = framed.message()?;
        let version = message.version();
        if let Some(schema) = message.header_as_schema() {
            let schema = guarded(|| Ok(fb_to_schema(schema)))?;
            for (key, value) in sorted(schema.metadata()) {
                context.text(Text::whole(format!("{key}: {value}").as_bytes(), Origin::Property))?;
            }
            self.schema = Some(Arc::new(schema));
            return Ok(());
        }
        let schema = self.schema.clone().ok_or(Reason::Damaged)?;
        if let Some(dictionary) = message.header_as_dictionary_batch() {
            let data = dictionary.data().ok_or(Reason::Damaged)?;
            book(context, framed.unpacked_len(&data)?)?;
            return guarded(|| read_dictionary(&framed.body, dictionary, &schema, &mut self.dictionaries, &version));
        }
        let Some(data) = message.header_as_record_batch() else { return Ok(()) };
        book(context, framed.unpacked_len(&data)?)?;
        let rows = guarded(|| read_record_batch(&framed.body, data, schema, &self.dictionaries, None, &version))?;
        self.hand_out(context, &rows)
    }

    /// Hands out the rows in batches that are small enough.
    fn hand_out(&mut self, context: &mut Context<'_>, rows: &RecordBatch) -> Result<(), Halt> {
        if rows.num_rows() > MAX_ROWS {
            return Err(Reason::Damaged.into());
        }
        let mut most = BATCH_RECORDS as usize;
        let mut at = 0;
        while at < rows.num_rows() {
            let count = most.min(rows.num_rows() - at);
            let part = rows.slice(at, count);
            match guarded_halt(|| self.batch.fill(&part)) {
                Ok(bytes) => {
                    context.budget.spend_decoded(bytes)?;
                    context.records(&self.batch.records)?;
                    at += count;
                }
                Err(Halt::Because(Reason::MemoryLimit)) if count > 1 => most = count / 2,
                Err(Halt::Because(Reason::MemoryLimit)) => {
                    context.miss(Reason::MemoryLimit);
                    at += 1;
                }
                Err(halt) => return Err(halt),
            }
            self.batch.next();
        }
        Ok(())
    }
}

/// Books what buffers say they unpack to, before they are.
fn book(context: &Context<'_>, unpacked: u64) -> Result<(), Halt> {
    if unpacked > context.limits.dictionary_bytes() {
        return Err(Reason::MemoryLimit.into());
    }
    if unpacked > 0 {
        context.budget.allowance()?;
        context.budget.spend(unpacked);
    }
    Ok(())
}

/// Calls the library, which panics on some of what it does not take: that is damage, and leaves nothing half done.
fn guarded<T>(read: impl FnOnce() -> Result<T, ArrowError>) -> Result<T, Halt> {
    guarded_halt(|| {
        read().map_err(|error| match error {
            ArrowError::NotYetImplemented(_) => Reason::UnsupportedFormat.into(),
            _ => Reason::Damaged.into(),
        })
    })
}

fn guarded_halt<T>(read: impl FnOnce() -> Result<T, Halt>) -> Result<T, Halt> {
    quiet::catch(read).unwrap_or_else(|_| Err(Reason::Damaged.into()))
}

fn sorted(metadata: &HashMap<String, String>) -> Vec<(&String, &String)> {
    let mut entries: Vec<_> = metadata.iter().collect();
    entries.sort_unstable();
    entries
}
