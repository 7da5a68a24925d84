use std::io::{BufRead, BufReader, Read};

use terrier_content::ColumnKind;
use terrier_model::Reason;

use super::schema::{Id, Schema, Type};
use crate::calendar;
use crate::context::{Context, Halt};
use crate::json::Node;
use crate::rows::Rows;
use crate::text::{self, Place};

/// Types inside each other; only those that hold themselves come so deep.
const MAX_DEPTH: u32 = 128;
/// Longest string that is held; longer ones are handed out as text.
const MAX_HELD: u64 = 1 << 20;

/// The values of a block, unpacked.
pub(super) struct Values<'b> {
    input: BufReader<Box<dyn Read + 'b>>,
    schema: &'b Schema,
    consumed: u64,
    scratch: Vec<u8>,
}

impl<'b> Values<'b> {
    pub(super) fn new(input: Box<dyn Read + 'b>, schema: &'b Schema) -> Self {
        Self { input: BufReader::with_capacity(64 << 10, input), schema, consumed: 0, scratch: Vec::new() }
    }

    /// Tells whether all was read.
    pub(super) fn is_at_end(&mut self) -> Result<bool, Halt> {
        Ok(self.input.fill_buf()?.is_empty())
    }

    /// Returns how many bytes were read.
    pub(super) fn consumed(&self) -> u64 {
        self.consumed
    }

    /// Reads a value and adds what it holds to the record.
    pub(super) fn read(&mut self, context: &mut Context<'_>, rows: &mut Rows, node: Node, id: Id, depth: u32) -> Result<(), Halt> {
        if depth > MAX_DEPTH {
            return Err(Reason::Damaged.into());
        }
        let schema = self.schema;
        match schema.get(id) {
            Type::Null => Ok(()),
            Type::Boolean => {
                let value: [u8; 1] = self.array()?;
                rows.push(context, node, ColumnKind::Boolean, if value[0] == 0 { b"false" } else { b"true" })
            }
            Type::Integer => {
                let value = self.long()?;
                rows.push(context, node, ColumnKind::Integer, value.to_string().as_bytes())
            }
            Type::Float => {
                let value = f32::from_le_bytes(self.array()?);
                rows.push(context, node, ColumnKind::Float, value.to_string().as_bytes())
            }
            Type::Double => {
                let value = f64::from_le_bytes(self.array()?);
                rows.push(context, node, ColumnKind::Float, value.to_string().as_bytes())
            }
            Type::Date => {
                let days = self.long()?;
                rows.push(context, node, ColumnKind::Date, calendar::date(days).as_bytes())
            }
            Type::Timestamp(units) => {
                let value = self.long()?;
                rows.push(context, node, ColumnKind::Timestamp, calendar::timestamp(value, *units).as_bytes())
            }
            Type::Bytes | Type::String => {
                let len = self.len()?;
                self.sized(context, rows, node, len)
            }
            Type::Fixed(len) => self.sized(context, rows, node, *len),
            Type::Decimal(len, scale) => {
                let len = len.map_or_else(|| self.len(), Ok)?;
                self.decimal(context, rows, node, len, *scale)
            }
            Type::Enum(symbols) => {
                let index = usize::try_from(self.long()?).map_err(|_| Reason::Damaged)?;
                let symbol = symbols.get(index).ok_or(Reason::Damaged)?;
                rows.push(context, node, ColumnKind::Text, symbol.as_bytes())
            }
            Type::Union(variants) => {
                let index = usize::try_from(self.long()?).map_err(|_| Reason::Damaged)?;
                let variant = variants.get(index).ok_or(Reason::Damaged)?;
                self.read(context, rows, node, *variant, depth + 1)
            }
            Type::Record(fields) => {
                for (name, field) in fields {
                    let node = rows.child(node, name.as_bytes());
                    self.read(context, rows, node, *field, depth + 1)?;
                }
                Ok(())
            }
            Type::Array(items) => {
                let node = rows.element(node);
                self.items(|values| values.read(context, rows, node, *items, depth + 1))
            }
            Type::Map(held) => {
                let (key, value) = (rows.child(node, b"key"), rows.child(node, b"value"));
                self.items(|values| {
                    let len = values.len()?;
                    values.sized(context, rows, key, len)?;
                    values.read(context, rows, value, *held, depth + 1)
                })
            }
        }
    }

    /// Reads the items of an array or map, which come in parts that begin with their number, and with their size where that is
    /// negative.
    fn items(&mut self, mut read: impl FnMut(&mut Self) -> Result<(), Halt>) -> Result<(), Halt> {
        loop {
            let count = self.long()?;
            if count == 0 {
                return Ok(());
            }
            if count < 0 {
                self.long()?;
            }
            for _ in 0..count.unsigned_abs() {
                let before = self.consumed;
                read(self)?;
                // Nulls take no bytes, so that there may be any number of them.
                if self.consumed == before {
                    break;
                }
            }
        }
    }

    /// Reads bytes or a string of that length.
    fn sized(&mut self, context: &mut Context<'_>, rows: &mut Rows, node: Node, len: u64) -> Result<(), Halt> {
        if len > MAX_HELD {
            let mut long = self.input.by_ref().take(len);
            text::read(context, &mut long, Place::START)?;
            let left = long.limit();
            self.consumed += len - left;
            return if left > 0 { Err(Reason::Damaged.into()) } else { Ok(()) };
        }
        let mut held = std::mem::take(&mut self.scratch);
        held.resize(usize::try_from(len).expect("at most 1 MiB"), 0);
        let result = self.exact(&mut held).and_then(|()| {
            if std::str::from_utf8(&held).is_ok_and(|text| !text.contains('\0')) {
                rows.push(context, node, ColumnKind::Text, &held)
            } else {
                rows.push_bytes(context, node, &held)
            }
        });
        self.scratch = held;
        result
    }

    fn decimal(&mut self, context: &mut Context<'_>, rows: &mut Rows, node: Node, len: u64, scale: u32) -> Result<(), Halt> {
        // Beyond the numbers at hand it is bytes; nobody counts in such numbers.
        if len > 16 || scale > 38 {
            return self.sized(context, rows, node, len);
        }
        let mut bytes = [0; 16];
        let bytes = &mut bytes[..usize::try_from(len).expect("at most 16")];
        self.exact(bytes)?;
        let sign = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { -1 } else { 0 };
        let number = bytes.iter().fold(sign, |value: i128, byte| value << 8 | i128::from(*byte));
        if scale == 0 {
            return rows.push(context, node, ColumnKind::Integer, number.to_string().as_bytes());
        }
        let digits = format!("{:0>width$}", number.unsigned_abs(), width = scale as usize + 1);
        let (whole, part) = digits.split_at(digits.len() - scale as usize);
        let sign = if number < 0 { "-" } else { "" };
        rows.push(context, node, ColumnKind::Float, format!("{sign}{whole}.{part}").as_bytes())
    }

    fn len(&mut self) -> Result<u64, Halt> {
        Ok(u64::try_from(self.long()?).map_err(|_| Reason::Damaged)?)
    }

    fn long(&mut self) -> Result<i64, Halt> {
        let mut bytes = [0; 10];
        for at in 0..bytes.len() {
            let byte: [u8; 1] = self.array()?;
            bytes[at] = byte[0];
            if byte[0] & 0x80 == 0 {
                return Ok(zigzag(&bytes[..=at]).ok_or(Reason::Damaged)?.0);
            }
        }
        Err(Reason::Damaged.into())
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Halt> {
        let mut bytes = [0; N];
        self.exact(&mut bytes)?;
        Ok(bytes)
    }

    fn exact(&mut self, bytes: &mut [u8]) -> Result<(), Halt> {
        self.input.read_exact(bytes)?;
        self.consumed += bytes.len() as u64;
        Ok(())
    }
}

/// Reads a number of variable length: seven bits a byte, the lowest first, the sign in the lowest bit. Returns it and its length.
pub(super) fn zigzag(bytes: &[u8]) -> Option<(i64, usize)> {
    let mut value = 0_u64;
    for (index, byte) in bytes.iter().take(10).enumerate() {
        value |= u64::from(byte & 0x7F) << (7 * index);
        if byte & 0x80 == 0 {
            return Some(((value >> 1).cast_signed() ^ -(value & 1).cast_signed(), index + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_of_variable_length() {
        for (bytes, value) in [(&[0_u8][..], 0), (&[1], -1), (&[2], 1), (&[0x80, 1], 64), (&[0xFF, 1], -128)] {
            assert_eq!(zigzag(bytes), Some((value, bytes.len())));
        }
        let lowest = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1];
        assert_eq!(zigzag(&lowest), Some((i64::MIN, 10)));
        assert_eq!(zigzag(&[0x80; 12]), None);
    }
}
