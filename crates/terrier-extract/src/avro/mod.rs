//! Avro object container files (Apache Avro 1.12, "Object Container Files"), block by block; a broken block costs its records.
//!
//! The reader is our own: the library unpacks blocks without a limit, and ends with the first that is broken.

mod blocks;
mod codec;
mod schema;
mod value;

use std::io::Read;

use terrier_content::{Origin, Text};
use terrier_model::Reason;

use self::blocks::{Block, Blocks};
use self::schema::Schema;
use self::value::Values;
use crate::context::{Context, Halt};
use crate::json::ROOT;
use crate::rows::Rows;

/// Reads a file.
pub(crate) fn read(context: &mut Context<'_>, input: &mut dyn Read) -> Result<(), Halt> {
    let mut blocks = Blocks::open(input)?;
    let mut schema = None;
    let mut codec = b"null".to_vec();
    for (key, value) in std::mem::take(&mut blocks.metadata) {
        match key.as_slice() {
            b"avro.schema" => {
                if memchr::memmem::find(&value, b"\"doc\"").or(memchr::memmem::find(&value, b"\"default\"")).is_some() {
                    context.text(Text::whole(&value, Origin::Property))?;
                }
                schema = Some(Schema::parse(&value).ok_or(Reason::Damaged)?);
            }
            b"avro.codec" => codec = value,
            _ => context.text(Text::whole(&[key.as_slice(), b": ", &value].concat(), Origin::Property))?,
        }
    }
    let schema = schema.ok_or(Reason::Damaged)?;
    let mut rows = Rows::new();
    let result = read_blocks(context, &mut blocks, &schema, &codec, &mut rows);
    match result {
        Err(Halt::Stopped) => result,
        result => rows.flush(context).and(result),
    }
}

fn read_blocks(context: &mut Context<'_>, blocks: &mut Blocks<'_>, schema: &Schema, codec: &[u8], rows: &mut Rows) -> Result<(), Halt> {
    while let Some(block) = blocks.next()? {
        let Block { count, bytes, whole } = block;
        if !whole {
            context.miss(Reason::Damaged);
        }
        match read_block(context, schema, codec, count, bytes, rows) {
            // The other blocks are whole.
            Err(Halt::Because(reason @ (Reason::Damaged | Reason::MemoryLimit))) => {
                rows.end_started(context)?;
                context.miss(reason);
            }
            result => result?,
        }
    }
    Ok(())
}

fn read_block(context: &mut Context<'_>, schema: &Schema, codec: &[u8], count: u64, bytes: &[u8], rows: &mut Rows) -> Result<(), Halt> {
    let budget = context.budget;
    let mut values = Values::new(codec::open(codec, bytes, budget)?, schema);
    let mut read = 0;
    while read < count || !values.is_at_end()? {
        let before = values.consumed();
        values.read(context, rows, ROOT, schema.root(), 0)?;
        rows.end_record(context)?;
        read += 1;
        // Records of nothing but nulls take no bytes, so that a block may hold any number of them.
        if values.consumed() == before {
            return Ok(());
        }
    }
    if read == count { Ok(()) } else { Err(Reason::Damaged.into()) }
}
