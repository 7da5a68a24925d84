//! Arrow arrays to columns of text: nested values become key paths.

use std::collections::HashMap;

use arrow_array::cast::AsArray;
use arrow_array::types::{TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType, TimestampSecondType};
use arrow_array::{Array, ArrayRef, OffsetSizeTrait, RecordBatch};
use arrow_cast::display::{ArrayFormatter, FormatOptions};
use arrow_schema::{DataType, TimeUnit};
use terrier_content::{Column, ColumnKind, Records};
use terrier_model::Reason;

use crate::context::Halt;
use crate::strings;
use crate::table::{MAX_COLUMNS, OTHER, next_batch};

/// Marks an element that no record holds: it lies under a null.
const NONE: u32 = u32::MAX;

/// The batch that rows are turned into; its columns live as long as the file.
#[derive(Default)]
pub(crate) struct Batch {
    pub(crate) records: Records,
    by_path: HashMap<String, usize>,
    text: String,
    /// Bytes of values, and how many there may be: dictionaries and views make much from little.
    bytes: usize,
    limit: Option<usize>,
}

impl Batch {
    /// Makes a batch that takes so many bytes of values.
    pub(crate) fn limited(bytes: usize) -> Self {
        Self { limit: Some(bytes), ..Self::default() }
    }

    /// Turns rows into records and returns how many bytes of values they have. Fails at the limit.
    pub(crate) fn fill(&mut self, rows: &RecordBatch) -> Result<u64, Halt> {
        self.bytes = 0;
        let count = u32::try_from(rows.num_rows()).map_err(|_| Reason::Damaged)?;
        let owners: Vec<u32> = (0..count).collect();
        for (field, array) in rows.schema().fields().iter().zip(rows.columns()) {
            self.add(field.name(), array, &owners)?;
        }
        self.records.records = count;
        if self.limit.is_some_and(|limit| self.bytes > limit) {
            return Err(Reason::MemoryLimit.into());
        }
        Ok(self.records.byte_len() as u64)
    }

    /// Empties the batch for the rows that follow.
    pub(crate) fn next(&mut self) {
        next_batch(&mut self.records);
    }

    /// Adds the values of an array under a path; `owners` tells the record of each element.
    fn add(&mut self, path: &str, array: &ArrayRef, owners: &[u32]) -> Result<(), Halt> {
        match array.data_type() {
            DataType::Struct(fields) => {
                let owners = held(array, owners);
                for (field, child) in fields.iter().zip(array.as_struct().columns()) {
                    self.add(&format!("{path}.{}", field.name()), child, &owners)?;
                }
                Ok(())
            }
            DataType::List(_) => self.add_list::<i32>(path, array, owners),
            DataType::LargeList(_) => self.add_list::<i64>(path, array, owners),
            DataType::FixedSizeList(_, _) => {
                let list = array.as_fixed_size_list();
                let width = usize::try_from(list.value_length()).unwrap_or(0);
                let owners = held(array, owners).into_iter().flat_map(|owner| std::iter::repeat_n(owner, width)).collect::<Vec<_>>();
                self.add(&format!("{path}[]"), list.values(), &owners)
            }
            DataType::Map(_, _) => {
                let map = array.as_map();
                let mut spread = vec![NONE; map.entries().len()];
                spread_owners(map.value_offsets(), &held(array, owners), &mut spread);
                let keys: ArrayRef = map.keys().clone();
                self.add(&format!("{path}.key"), &keys, &spread)?;
                self.add(&format!("{path}.value"), map.values(), &spread)
            }
            _ => self.add_leaf(path, array, owners),
        }
    }

    fn add_list<O: OffsetSizeTrait>(&mut self, path: &str, array: &ArrayRef, owners: &[u32]) -> Result<(), Halt> {
        let list = array.as_list::<O>();
        let mut spread = vec![NONE; list.values().len()];
        spread_owners(list.value_offsets(), &held(array, owners), &mut spread);
        self.add(&format!("{path}[]"), list.values(), &spread)
    }

    fn add_leaf(&mut self, path: &str, array: &ArrayRef, owners: &[u32]) -> Result<(), Halt> {
        let kind = kind(array.data_type());
        let mut text = std::mem::take(&mut self.text);
        let (mut bytes, limit) = (self.bytes, self.limit.unwrap_or(usize::MAX));
        let column = self.column(path, kind);
        let mut push = |index: usize, value: &[u8]| {
            bytes = bytes.saturating_add(value.len());
            if !value.is_empty() && bytes <= limit {
                column.push(owners[index], value);
            }
        };
        let held = (0..array.len()).filter(|index| owners[*index] != NONE && array.is_valid(*index));
        match array.data_type() {
            DataType::Utf8 => held.for_each(|index| push(index, array.as_string::<i32>().value(index).as_bytes())),
            DataType::LargeUtf8 => held.for_each(|index| push(index, array.as_string::<i64>().value(index).as_bytes())),
            DataType::Utf8View => held.for_each(|index| push(index, array.as_string_view().value(index).as_bytes())),
            DataType::Binary => held.for_each(|index| push_binary(array.as_binary::<i32>().value(index), |value| push(index, value))),
            DataType::LargeBinary => held.for_each(|index| push_binary(array.as_binary::<i64>().value(index), |value| push(index, value))),
            DataType::BinaryView => held.for_each(|index| push_binary(array.as_binary_view().value(index), |value| push(index, value))),
            DataType::FixedSizeBinary(_) => {
                held.for_each(|index| push_binary(array.as_fixed_size_binary().value(index), |value| push(index, value)));
            }
            _ => {
                let array = without_zone(array);
                let options = FormatOptions::default();
                let formatter = ArrayFormatter::try_new(&*array, &options).map_err(|_| Reason::UnsupportedFormat)?;
                for index in held {
                    text.clear();
                    // What cannot be shown, such as a date beyond the calendar, is no value of anything.
                    if formatter.value(index).write(&mut text).is_ok() {
                        if kind == ColumnKind::Timestamp {
                            text.push('Z');
                        }
                        push(index, text.as_bytes());
                    }
                }
            }
        }
        self.text = text;
        self.bytes = bytes;
        Ok(())
    }

    fn column(&mut self, path: &str, kind: ColumnKind) -> &mut Column {
        let index = match self.by_path.get(path) {
            Some(index) => *index,
            None => {
                let index = self.records.columns.len().min(MAX_COLUMNS - 1);
                if index == self.records.columns.len() {
                    let (name, kind) = if index == MAX_COLUMNS - 1 { (OTHER, ColumnKind::Text) } else { (path, kind) };
                    self.records.columns.push(Column::new(name, kind));
                }
                self.by_path.insert(path.to_owned(), index);
                index
            }
        };
        &mut self.records.columns[index]
    }
}

/// Returns the owners with those under a null taken out.
fn held(array: &ArrayRef, owners: &[u32]) -> Vec<u32> {
    owners.iter().enumerate().map(|(index, owner)| if array.is_valid(index) { *owner } else { NONE }).collect()
}

/// Gives each element of a list the owner of the list.
fn spread_owners<O: OffsetSizeTrait>(offsets: &[O], owners: &[u32], spread: &mut [u32]) {
    for (pair, owner) in offsets.windows(2).zip(owners) {
        spread[pair[0].as_usize()..pair[1].as_usize()].fill(*owner);
    }
}

/// Hands on bytes that are text as they are, others as the strings in them.
fn push_binary(value: &[u8], mut push: impl FnMut(&[u8])) {
    if std::str::from_utf8(value).is_ok_and(|text| !text.bytes().any(|byte| byte == 0)) {
        push(value);
    } else {
        push(strings::printable(value).trim_ascii_end());
    }
}

/// Takes the time zone off a timestamp, whose instants are in UTC whatever it says.
fn without_zone(array: &ArrayRef) -> ArrayRef {
    use std::sync::Arc;
    match array.data_type() {
        DataType::Timestamp(TimeUnit::Second, Some(_)) => {
            Arc::new(array.as_primitive::<TimestampSecondType>().clone().with_timezone_opt(None::<Arc<str>>))
        }
        DataType::Timestamp(TimeUnit::Millisecond, Some(_)) => {
            Arc::new(array.as_primitive::<TimestampMillisecondType>().clone().with_timezone_opt(None::<Arc<str>>))
        }
        DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => {
            Arc::new(array.as_primitive::<TimestampMicrosecondType>().clone().with_timezone_opt(None::<Arc<str>>))
        }
        DataType::Timestamp(TimeUnit::Nanosecond, Some(_)) => {
            Arc::new(array.as_primitive::<TimestampNanosecondType>().clone().with_timezone_opt(None::<Arc<str>>))
        }
        _ => Arc::clone(array),
    }
}

fn kind(data_type: &DataType) -> ColumnKind {
    match data_type {
        DataType::Boolean => ColumnKind::Boolean,
        DataType::Date32 | DataType::Date64 => ColumnKind::Date,
        DataType::Timestamp(_, _) => ColumnKind::Timestamp,
        DataType::Float16 | DataType::Float32 | DataType::Float64 => ColumnKind::Float,
        DataType::Decimal32(_, scale) | DataType::Decimal64(_, scale) | DataType::Decimal128(_, scale) | DataType::Decimal256(_, scale)
            if *scale > 0 =>
        {
            ColumnKind::Float
        }
        data_type if data_type.is_integer() || data_type.is_decimal() => ColumnKind::Integer,
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView | DataType::FixedSizeBinary(_) => ColumnKind::Binary,
        _ => ColumnKind::Text,
    }
}
