use std::fmt;

use crate::Sensitive;

/// A batch of rows, column by column, that keeps which values stand in the same record.
///
/// Values are text: numbers and dates are written in their usual form by the extractor. Absent and null values take no room,
/// so a sparse key path of a JSON stream costs only what it holds; a repeated one (`items[].email`) may hold many values in
/// one record.
///
/// The batches of one asset (or member) repeat the columns' names; a column is the same column where its name is the same.
#[derive(Clone, Default)]
pub struct Records {
    /// Number of the first record of this batch in its asset, from 0, headers not counted.
    pub first_record: u64,
    /// How many records the batch has, values or not.
    pub records: u32,
    /// The columns, in the order of the source.
    pub columns: Vec<Column>,
}

/// A column of [`Records`].
#[derive(Clone)]
pub struct Column {
    name: Sensitive<String>,
    kind: ColumnKind,
    bytes: Vec<u8>,
    ends: Vec<u32>,
    records: Vec<u32>,
    sheet: Option<Sensitive<String>>,
    rows: Vec<u32>,
}

/// What the source says of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ColumnKind {
    /// Text, or a source without types (CSV).
    Text,
    /// Whole numbers.
    Integer,
    /// Numbers with a fraction.
    Float,
    /// Dates without a time, written `YYYY-MM-DD`.
    Date,
    /// Points in time, written in RFC 3339.
    Timestamp,
    /// `true` and `false`.
    Boolean,
    /// Bytes that are not text; the printable ones are given.
    Binary,
}

/// One value of a column.
#[derive(Debug, Clone, Copy)]
pub struct Value<'a> {
    /// Index of the record inside its batch.
    pub record: u32,
    /// The value.
    pub bytes: Sensitive<&'a [u8]>,
    /// Number of its row in its sheet, from 1, where the column is one of a sheet.
    pub row: Option<u32>,
}

impl Column {
    /// Makes an empty column. The name may hold a value (a CSV file whose first row is data), hence the wrapper.
    pub fn new(name: impl Into<String>, kind: ColumnKind) -> Self {
        Self {
            name: Sensitive::new(name.into()),
            kind,
            bytes: Vec::new(),
            ends: Vec::new(),
            records: Vec::new(),
            sheet: None,
            rows: Vec::new(),
        }
    }

    /// Makes it the column of a sheet, named as a spreadsheet does: `Staff!B`. Values are to be added with their rows.
    #[must_use]
    pub fn in_sheet(mut self, column: impl Into<String>) -> Self {
        self.sheet = Some(Sensitive::new(column.into()));
        self
    }

    /// Appends a value of the given record. Records come in ascending order.
    ///
    /// # Panics
    /// When the batch outgrows 4 GiB; extractors cut batches at a few MiB.
    pub fn push(&mut self, record: u32, value: &[u8]) {
        debug_assert!(self.records.last().is_none_or(|last| *last <= record), "records come in ascending order");
        self.bytes.extend_from_slice(value);
        self.ends.push(u32::try_from(self.bytes.len()).expect("a batch stays below 4 GiB"));
        self.records.push(record);
    }

    /// Appends a value of the given record, which stands in the given row of the column's sheet.
    ///
    /// # Panics
    /// As [`Column::push`] does.
    pub fn push_in_row(&mut self, record: u32, row: u32, value: &[u8]) {
        self.push(record, value);
        self.rows.push(row);
    }

    /// Returns the sheet and the letters of the column, where it is one of a sheet.
    pub fn sheet(&self) -> Option<&Sensitive<String>> {
        self.sheet.as_ref()
    }

    /// Returns the column's name as the source gives it: a header, a key path such as `user.emails[]`.
    pub fn name(&self) -> &Sensitive<String> {
        &self.name
    }

    /// Returns what the source says of the values.
    pub fn kind(&self) -> ColumnKind {
        self.kind
    }

    /// Returns how many values the column holds.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Tells whether the column holds no value.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Returns the size of all values, in bytes.
    pub fn byte_len(&self) -> usize {
        self.bytes.len()
    }

    /// Returns the values one after another, without separators.
    pub fn bytes(&self) -> Sensitive<&[u8]> {
        Sensitive::new(&self.bytes)
    }

    /// Returns the value at `index`.
    ///
    /// # Panics
    /// When `index` is not below [`Column::len`].
    pub fn value(&self, index: usize) -> Value<'_> {
        let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
        Value {
            record: self.records[index],
            bytes: Sensitive::new(&self.bytes[start..self.ends[index] as usize]),
            row: self.rows.get(index).copied(),
        }
    }

    /// Iterates over the values in order.
    pub fn values(&self) -> impl Iterator<Item = Value<'_>> {
        (0..self.len()).map(|index| self.value(index))
    }

    /// Empties the column and keeps its memory, for the next batch.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
        self.records.clear();
        self.rows.clear();
    }
}

impl Records {
    /// Returns the size of all values, in bytes.
    pub fn byte_len(&self) -> usize {
        self.columns.iter().map(Column::byte_len).sum()
    }
}

impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Column({:?}, {} values, {} bytes)", self.kind, self.len(), self.bytes.len())
    }
}

impl fmt::Debug for Records {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Records({} from {}, {:?})", self.records, self.first_record, self.columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_records() {
        let mut column = Column::new("e-mail", ColumnKind::Text);
        column.push(0, b"a");
        column.push(2, b"");
        column.push(2, b"bc");
        let values: Vec<_> = column.values().map(|v| (v.record, *v.bytes.expose())).collect();
        assert_eq!(values, [(0, &b"a"[..]), (2, b""), (2, b"bc")]);
    }

    #[test]
    fn debug_prints_no_content() {
        let mut column = Column::new("canary", ColumnKind::Text);
        column.push(0, b"canary");
        let records = Records { first_record: 0, records: 1, columns: vec![column] };
        assert!(!format!("{records:?}").contains("canary"));
    }
}
