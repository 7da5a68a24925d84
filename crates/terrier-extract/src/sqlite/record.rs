use std::borrow::Cow;

use terrier_content::ColumnKind;

use crate::context::{Context, Halt};
use crate::json::Node;
use crate::rows::Rows;

/// How text is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

/// A value of a row.
pub(super) enum Value<'r> {
    Null,
    Integer(i64),
    Float(f64),
    Text(Cow<'r, [u8]>),
    Blob(&'r [u8]),
}

impl Value<'_> {
    /// Adds it to the record that is being collected.
    pub(super) fn push(&self, context: &mut Context<'_>, rows: &mut Rows, node: Node) -> Result<(), Halt> {
        match self {
            Self::Null => Ok(()),
            Self::Integer(value) => rows.push(context, node, ColumnKind::Integer, value.to_string().as_bytes()),
            Self::Float(value) => rows.push(context, node, ColumnKind::Float, value.to_string().as_bytes()),
            Self::Text(value) => rows.push(context, node, ColumnKind::Text, value),
            Self::Blob(value) => rows.push_bytes(context, node, value),
        }
    }
}

/// Goes over the values of a row, as far as they are whole.
pub(super) fn values(payload: &[u8], encoding: Encoding) -> impl Iterator<Item = Value<'_>> {
    let (types, content) = parts(payload).unwrap_or_default();
    Values { types, content, encoding }
}

/// Splits a row into the types of its values and their content.
fn parts(payload: &[u8]) -> Option<(&[u8], &[u8])> {
    let (len, rest) = varint(payload)?;
    let header = payload.len() - rest.len();
    rest.split_at_checked(usize::try_from(len).ok()?.checked_sub(header)?)
}

struct Values<'r> {
    types: &'r [u8],
    content: &'r [u8],
    encoding: Encoding,
}

impl<'r> Values<'r> {
    /// Takes content; the last value of a row that breaks off is what there is of it.
    fn take(&mut self, len: usize) -> &'r [u8] {
        let (taken, rest) = self.content.split_at(len.min(self.content.len()));
        self.content = rest;
        taken
    }

    /// Takes a whole number of so many bytes.
    fn integer(&mut self, len: usize) -> Value<'r> {
        let bytes = self.take(len);
        if bytes.len() < len {
            return Value::Null;
        }
        let sign = if bytes[0] & 0x80 != 0 { -1_i64 } else { 0 };
        Value::Integer(bytes.iter().fold(sign, |value, byte| value << 8 | i64::from(*byte)))
    }
}

impl<'r> Iterator for Values<'r> {
    type Item = Value<'r>;

    fn next(&mut self) -> Option<Value<'r>> {
        let (kind, rest) = varint(self.types)?;
        self.types = rest;
        Some(match kind {
            1..=4 => self.integer(kind as usize),
            5 => self.integer(6),
            6 => self.integer(8),
            7 => match self.take(8).first_chunk() {
                Some(bytes) => Value::Float(f64::from_be_bytes(*bytes)),
                None => Value::Null,
            },
            8 => Value::Integer(0),
            9 => Value::Integer(1),
            12.. => {
                let bytes = self.take(usize::try_from((kind - 12) / 2).unwrap_or(usize::MAX));
                if kind % 2 == 0 { Value::Blob(bytes) } else { Value::Text(decoded(bytes, self.encoding)) }
            }
            _ => Value::Null,
        })
    }
}

fn decoded(bytes: &[u8], encoding: Encoding) -> Cow<'_, [u8]> {
    let encoding = match encoding {
        Encoding::Utf8 => return Cow::Borrowed(bytes),
        Encoding::Utf16Le => encoding_rs::UTF_16LE,
        Encoding::Utf16Be => encoding_rs::UTF_16BE,
    };
    Cow::Owned(encoding.decode_without_bom_handling(bytes).0.into_owned().into_bytes())
}

/// Takes a number of variable length: seven bits a byte, the highest first; a ninth byte has eight.
pub(super) fn varint(bytes: &[u8]) -> Option<(i64, &[u8])> {
    let mut value = 0_i64;
    for (index, byte) in bytes.iter().take(9).enumerate() {
        if index == 8 {
            return Some((value << 8 | i64::from(*byte), &bytes[9..]));
        }
        value = value << 7 | i64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}
