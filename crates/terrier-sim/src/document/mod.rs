//! Writers of the formats that Terrier reads: content in, bytes out.

mod archive;
mod binary;
mod broken;
mod delimited;
mod encoding;
mod json;
mod office;
mod parquet;
mod pdf;
mod xlsx;

pub use archive::{Member, gzip, tar, tar_gz, zip};
pub use binary::program;
pub use broken::{encrypted_pdf, encrypted_zip, flip, truncate};
pub use delimited::{Dialect, delimited};
pub use encoding::{Encoding, encode};
pub use json::{json, ndjson};
pub use office::{docx, ods, odt, pptx, rtf};
pub use parquet::parquet;
#[cfg(feature = "virtual-estate")]
pub(crate) use parquet::parquet_of_groups;
pub use pdf::pdf;
pub use xlsx::xlsx;

/// Rows of named columns, before they become a file. Values are text; the formats with types infer them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Table {
    /// Names of the columns. In JSON a dot opens an object: `contact.email`.
    pub headers: Vec<String>,
    /// The rows, each as long as the headers. An empty value is a null where the format has nulls.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// Makes an empty table.
    pub fn new(headers: &[&str]) -> Self {
        Self { headers: headers.iter().map(|header| (*header).to_owned()).collect(), rows: Vec::new() }
    }

    /// Tells what all values of a column are. Numbers count only in the form that reads back as it was written, so that an id
    /// with a leading zero stays text.
    fn column_type(&self, column: usize) -> ColumnType {
        let mut values = self.rows.iter().map(|row| row[column].as_str()).filter(|value| !value.is_empty()).peekable();
        if values.peek().is_none() {
            return ColumnType::Text;
        }
        if values.all(|value| value.parse::<i64>().is_ok_and(|number| number.to_string() == value)) {
            ColumnType::Integer
        } else {
            ColumnType::Text
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ColumnType {
    Text,
    Integer,
}

#[cfg(test)]
mod tests;
