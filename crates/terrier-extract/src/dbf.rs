//! dBase tables, also those of FoxPro: rows of a fixed width. Rows that are marked as deleted are read too.

use std::io::Read;

use terrier_content::ColumnKind;
use terrier_model::Reason;

use crate::calendar;
use crate::context::{Context, Halt};
use crate::json::{Node, ROOT};
use crate::rows::Rows;
use crate::stream::fill;

const HEADER: usize = 32;
const FIELD: usize = 32;
const END_OF_FIELDS: u8 = 0x0D;
const END_OF_FILE: u8 = 0x1A;
const VERSIONS: [u8; 13] = [0x02, 0x03, 0x04, 0x05, 0x30, 0x31, 0x32, 0x43, 0x7B, 0x83, 0x8B, 0xCB, 0xF5];

struct Field {
    name: Vec<u8>,
    kind: u8,
    len: usize,
}

/// Tells a table: by its version, a date that can be, and fields that add up to the width of a row.
pub(crate) fn is_dbf(head: &[u8]) -> bool {
    let [version, _, 1..=12, 1..=31, ..] = head else { return false };
    VERSIONS.contains(version) && fields(head).is_some()
}

/// Reads the fields, where they add up.
fn fields(head: &[u8]) -> Option<Vec<Field>> {
    let width = usize::from(u16::from_le_bytes([*head.get(10)?, *head.get(11)?]));
    let mut fields = Vec::new();
    for field in head.get(HEADER..)?.chunks(FIELD) {
        if *field.first()? == END_OF_FIELDS {
            break;
        }
        let [name @ .., _] = field.get(..11)? else { return None };
        let name = name.split(|byte| *byte == 0).next()?;
        let (kind, len) = (*field.get(11)?, usize::from(*field.get(16)?));
        if name.is_empty() || !kind.is_ascii_alphanumeric() && kind != b'@' && kind != b'+' {
            return None;
        }
        // Text may be longer than a byte counts: the number of decimals is the higher one.
        let len = if kind == b'C' { len + (usize::from(*field.get(17)?) << 8) } else { len };
        fields.push(Field { name: name.to_vec(), kind, len });
    }
    let total: usize = fields.iter().map(|field| field.len).sum();
    (!fields.is_empty() && total + 1 == width).then_some(fields)
}

/// Reads a table.
pub(crate) fn read(context: &mut Context<'_>, input: &mut dyn Read) -> Result<(), Halt> {
    let mut header = [0; HEADER];
    input.read_exact(&mut header)?;
    let start = usize::from(u16::from_le_bytes([header[8], header[9]]));
    let count = u64::from(u32::from_le_bytes([header[4], header[5], header[6], header[7]]));
    let mut head = header.to_vec();
    input.take(start.saturating_sub(HEADER) as u64).read_to_end(&mut head)?;
    let fields = fields(&head).ok_or(Reason::Damaged)?;
    context.set_records_total(count);
    let mut rows = Rows::new();
    let nodes: Vec<Node> = fields.iter().map(|field| rows.child(ROOT, field.name.trim_ascii())).collect();
    let mut row = vec![0; 1 + fields.iter().map(|field| field.len).sum::<usize>()];
    let mut read = 0;
    let result = loop {
        let filled = fill(input, &mut row)?;
        if filled < row.len() || row[0] == END_OF_FILE {
            let ended = filled == 0 || row[0] == END_OF_FILE;
            break if ended && read >= count { Ok(()) } else { Err(Reason::Damaged) };
        }
        read += 1;
        let mut rest = &row[1..];
        for (field, node) in fields.iter().zip(&nodes) {
            let (value, behind) = rest.split_at(field.len);
            rest = behind;
            push(context, &mut rows, *node, field.kind, value)?;
        }
        rows.end_record(context)?;
    };
    rows.flush(context)?;
    Ok(result?)
}

fn push(context: &mut Context<'_>, rows: &mut Rows, node: Node, kind: u8, value: &[u8]) -> Result<(), Halt> {
    let trimmed = value.trim_ascii();
    match kind {
        b'D' if trimmed.len() == 8 && trimmed.iter().all(u8::is_ascii_digit) => {
            let date = [&trimmed[..4], b"-", &trimmed[4..6], b"-", &trimmed[6..]].concat();
            rows.push(context, node, ColumnKind::Date, &date)
        }
        b'N' | b'F' => {
            let kind = if trimmed.contains(&b'.') { ColumnKind::Float } else { ColumnKind::Integer };
            rows.push(context, node, kind, trimmed)
        }
        b'I' | b'+' => match value.first_chunk() {
            Some(bytes) => rows.push(context, node, ColumnKind::Integer, i32::from_le_bytes(*bytes).to_string().as_bytes()),
            None => Ok(()),
        },
        b'B' | b'O' if value.len() == 8 => {
            let number = value.first_chunk().map(|bytes| f64::from_le_bytes(*bytes)).unwrap_or_default();
            rows.push(context, node, ColumnKind::Float, number.to_string().as_bytes())
        }
        // A day since 4713 before our era, and milliseconds.
        b'T' | b'@' if value.len() == 8 => {
            let day = i64::from(u32::from_le_bytes([value[0], value[1], value[2], value[3]])) - 2_440_588;
            let time = i64::from(u32::from_le_bytes([value[4], value[5], value[6], value[7]]));
            if value.iter().all(|byte| matches!(byte, 0 | b' ')) {
                return Ok(());
            }
            rows.push(context, node, ColumnKind::Timestamp, calendar::timestamp(day * 86_400_000 + time, 1000).as_bytes())
        }
        // Numbers of blocks in a file of memos, which is read as a file of its own.
        b'M' | b'G' | b'P' => Ok(()),
        b'C' | b'D' | b'L' | b'V' => match std::str::from_utf8(trimmed) {
            Ok(_) => rows.push(context, node, ColumnKind::Text, trimmed),
            Err(_) => rows.push(context, node, ColumnKind::Text, encoding_rs::WINDOWS_1252.decode(trimmed).0.as_bytes()),
        },
        _ => rows.push_bytes(context, node, trimmed),
    }
}
