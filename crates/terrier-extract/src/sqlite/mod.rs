//! SQLite databases, by the description of the file format that SQLite's makers publish: the tables are members, their rows records.
//!
//! The library is not used: it is written in C, wants a file of its own, and refuses a whole database for one broken page. Here a
//! broken page costs its rows. What the library would not show is read too: pages that are free still hold the rows that were deleted.

mod page;
mod record;
mod schema;
mod tree;

use terrier_content::{Origin, Sensitive, Text};
use terrier_model::Reason;

use self::page::Pages;
use self::record::Value;
use self::schema::Columns;
use crate::blocks::Blocks;
use crate::context::{Context, Halt};
use crate::json::ROOT;
use crate::rows::Rows;
use crate::{Member, ReadAt, strings};

/// Reads a database.
pub(crate) fn read(context: &mut Context<'_>, source: &dyn ReadAt) -> Result<(), Halt> {
    let blocks = Blocks::new(source);
    let mut pages = Pages::open(&blocks, context.limits.dictionary_bytes())?;
    for entry in entries(context, &mut pages)? {
        // What a statement has in quotes, such as a default, is content.
        if entry.sql.contains(&b'\'') {
            context.text(Text::whole(&entry.sql, Origin::Property))?;
        }
        if entry.is_table() {
            let member = Member { name: Sensitive::new(&entry.name), size: None, modified: None };
            context.member(member, |context, consumed| {
                context.set_format("table");
                let before = pages.bytes_read();
                let result = read_table(context, &mut pages, &entry);
                consumed.set(pages.bytes_read() - before);
                result
            })?;
        }
    }
    read_free_pages(context, &mut pages)
}

/// A row of the schema.
struct Entry {
    kind: Vec<u8>,
    name: Vec<u8>,
    root: u32,
    sql: Vec<u8>,
}

impl Entry {
    fn is_table(&self) -> bool {
        self.kind == b"table" && self.root != 0
    }
}

/// Reads the schema: the table whose root is the first page.
fn entries(context: &mut Context<'_>, pages: &mut Pages<'_>) -> Result<Vec<Entry>, Halt> {
    let mut entries = Vec::new();
    let mut bytes = 0;
    let (encoding, limit) = (pages.encoding, context.limits.dictionary_bytes());
    tree::walk(context, pages, 1, &mut |_, cell| {
        let mut values = record::values(cell.payload, encoding);
        let (kind, name, _, root, sql) = (values.next(), values.next(), values.next(), values.next(), values.next());
        if let (Some(Value::Text(kind)), Some(Value::Text(name))) = (kind, name) {
            let root = if let Some(Value::Integer(root)) = root { u32::try_from(root).unwrap_or(0) } else { 0 };
            let sql = if let Some(Value::Text(sql)) = sql { sql.into_owned() } else { Vec::new() };
            bytes += (name.len() + sql.len()) as u64;
            entries.push(Entry { kind: kind.into_owned(), name: name.into_owned(), root, sql });
        }
        if bytes > limit { Err(Reason::MemoryLimit.into()) } else { Ok(()) }
    })?;
    Ok(entries)
}

fn read_table(context: &mut Context<'_>, pages: &mut Pages<'_>, entry: &Entry) -> Result<(), Halt> {
    let columns = Columns::parse(&entry.sql);
    let mut rows = Rows::new();
    let nodes: Vec<_> = columns.names.iter().map(|name| rows.child(ROOT, name)).collect();
    let encoding = pages.encoding;
    let walked = tree::walk(context, pages, entry.root, &mut |context, cell| {
        for (index, value) in record::values(cell.payload, encoding).enumerate() {
            let node = match nodes.get(index) {
                Some(node) => *node,
                None => rows.child(ROOT, format!("column {}", index + 1).as_bytes()),
            };
            match (value, cell.row_id) {
                // The column that stands for the row's number is stored as a null.
                (Value::Null, Some(id)) if columns.row_id == Some(index) => Value::Integer(id).push(context, &mut rows, node)?,
                (value, _) => value.push(context, &mut rows, node)?,
            }
        }
        rows.end_record(context)
    });
    match walked {
        Err(Halt::Stopped) => walked,
        walked => rows.flush(context).and(walked),
    }
}

/// Reads the pages that hold nothing any more as a binary is read: what was deleted stands there until it is overwritten.
fn read_free_pages(context: &mut Context<'_>, pages: &mut Pages<'_>) -> Result<(), Halt> {
    let mut trunk = pages.first_free;
    while trunk != 0 {
        let Some(page) = pages.take(context, trunk)? else { return Ok(()) };
        hand_out_strings(context, &page[8.min(page.len())..], pages.start_of(trunk))?;
        let leaves = (page::u32_at(&page, 4).unwrap_or(0) as usize).min(page.len() / 4);
        for leaf in (0..leaves).filter_map(|index| page::u32_at(&page, 8 + 4 * index)) {
            if let Some(page) = pages.take(context, leaf)? {
                hand_out_strings(context, &page, pages.start_of(leaf))?;
            }
        }
        trunk = page::u32_at(&page, 0).unwrap_or(0);
    }
    Ok(())
}

fn hand_out_strings(context: &mut Context<'_>, bytes: &[u8], byte: u64) -> Result<(), Halt> {
    context.text(Text::whole(&strings::printable(bytes), Origin::Binary { byte }))
}

#[cfg(test)]
mod tests;
