use std::sync::Arc;

use arrow_array::builder::{Int64Builder, ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int32Array, Int64Array, ListArray, RecordBatch, StringArray, StructArray};
use arrow_array::{RecordBatchOptions, TimestampMicrosecondArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{DataType, Field, Schema};
use terrier_model::{RunId, SCHEMA_VERSION, Table, Timestamp};

/// Collects the columns of one batch in the order of the table's schema.
pub(super) struct BatchBuilder {
    table: Table,
    schema: Arc<Schema>,
    rows: usize,
    columns: Vec<ArrayRef>,
}

impl BatchBuilder {
    /// Starts a batch with the columns that every table has.
    pub(super) fn new<'r>(table: Table, runs: impl ExactSizeIterator<Item = &'r RunId>) -> Self {
        let rows = runs.len();
        let builder = Self { table, schema: table.schema(), rows, columns: Vec::new() };
        builder.put("schema_version", Arc::new(Int32Array::from_value(SCHEMA_VERSION, rows))).texts("run_id", runs.map(RunId::as_str))
    }

    pub(super) fn texts<'v>(self, name: &str, values: impl Iterator<Item = &'v str>) -> Self {
        self.put(name, Arc::new(StringArray::from_iter_values(values)))
    }

    pub(super) fn optional_texts<'v>(self, name: &str, values: impl Iterator<Item = Option<&'v str>>) -> Self {
        self.put(name, Arc::new(values.collect::<StringArray>()))
    }

    pub(super) fn counts(self, name: &str, values: impl Iterator<Item = u64>) -> Self {
        self.put(name, Arc::new(Int64Array::from_iter_values(values.map(signed))))
    }

    pub(super) fn optional_counts(self, name: &str, values: impl Iterator<Item = Option<u64>>) -> Self {
        self.put(name, Arc::new(values.map(|value| value.map(signed)).collect::<Int64Array>()))
    }

    pub(super) fn numbers(self, name: &str, values: impl Iterator<Item = f64>) -> Self {
        self.put(name, Arc::new(Float64Array::from_iter_values(values)))
    }

    pub(super) fn optional_numbers(self, name: &str, values: impl Iterator<Item = Option<f64>>) -> Self {
        self.put(name, Arc::new(values.collect::<Float64Array>()))
    }

    pub(super) fn flags(self, name: &str, values: impl Iterator<Item = bool>) -> Self {
        self.put(name, Arc::new(values.map(Some).collect::<BooleanArray>()))
    }

    pub(super) fn times(self, name: &str, values: impl Iterator<Item = Option<Timestamp>>) -> Self {
        self.put(name, Arc::new(values.collect::<TimestampMicrosecondArray>().with_timezone("UTC")))
    }

    pub(super) fn text_lists<'v, L: Iterator<Item = &'v str>>(self, name: &str, lists: impl Iterator<Item = L>) -> Self {
        let mut builder = ListBuilder::new(StringBuilder::new()).with_field(item(DataType::Utf8));
        for list in lists {
            builder.append_value(list.map(Some));
        }
        self.put(name, Arc::new(builder.finish()))
    }

    pub(super) fn number_lists<'v>(self, name: &str, lists: impl Iterator<Item = &'v [i64]>) -> Self {
        let mut builder = ListBuilder::new(Int64Builder::new()).with_field(item(DataType::Int64));
        for list in lists {
            builder.append_value(list.iter().copied().map(Some));
        }
        self.put(name, Arc::new(builder.finish()))
    }

    /// Puts lists of structures whose fields are given as columns over all lists together.
    pub(super) fn struct_lists(self, name: &str, lengths: impl Iterator<Item = usize>, fields: Vec<ArrayRef>) -> Self {
        let schema = Arc::clone(&self.schema);
        let column = schema.field_with_name(name).expect("the column is in the table's schema");
        let DataType::List(item) = column.data_type() else { panic!("column `{name}` is a list in the table's schema") };
        let DataType::Struct(members) = item.data_type() else { panic!("column `{name}` lists structures in the table's schema") };
        let structs = StructArray::new(members.clone(), fields, None);
        let lists = ListArray::new(Arc::clone(item), OffsetBuffer::from_lengths(lengths), Arc::new(structs), None);
        self.put(name, Arc::new(lists))
    }

    pub(super) fn finish(self) -> RecordBatch {
        let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
        RecordBatch::try_new_with_options(self.schema, self.columns, &options)
            .expect("the columns follow the table's schema, which tests hold them to")
    }

    fn put(mut self, name: &str, column: ArrayRef) -> Self {
        let expected = self.schema.fields().get(self.columns.len()).map(|field| field.name().as_str());
        assert_eq!(expected, Some(name), "columns of table `{}` are put in the order of its schema", self.table.name());
        self.columns.push(column);
        self
    }
}

fn item(data_type: DataType) -> Arc<Field> {
    Arc::new(Field::new("item", data_type, false))
}

/// Whole numbers are signed in the tables; one beyond 2^63 would be a sum gone wrong, and the largest is the nearest truth.
pub(super) fn signed(value: u64) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}
