use bytes::Bytes;
use parquet::file::metadata::{
    ColumnChunkMetaData, FileMetaData, ParquetMetaData, ParquetMetaDataReader, ParquetMetaDataWriter, RowGroupMetaData,
};

use super::Pool;

const OURS: &str = "the file was written by this crate a moment ago";

/// Room that is kept for what the end of a file says about one column of one row group, and for the rest of it.
const PER_COLUMN: u64 = 256;
const REST: u64 = 8 << 10;

/// Writes the end of a Parquet file whose row groups are the pool's blocks, as many as wanted.
#[derive(Debug)]
pub(in crate::virtual_estate) struct Footer {
    schema: FileMetaData,
    /// The row groups of the pool's blocks, as if each began at byte 0.
    groups: Vec<RowGroupMetaData>,
}

impl Footer {
    /// Takes files of one row group each apart: what says where things are, and the things.
    pub(super) fn of(files: &[Vec<u8>]) -> (Self, Vec<Bytes>) {
        let read: Vec<(ParquetMetaData, Bytes)> = files.iter().map(|file| apart(file)).collect();
        let schema = read[0].0.file_metadata().clone();
        let groups = read.iter().map(|(metadata, _)| moved(metadata.row_group(0), -4)).collect();
        (Self { schema, groups }, read.into_iter().map(|(_, body)| body).collect())
    }

    /// Returns how much room the end takes for so many blocks. Between the blocks and what is written of it there is a gap, so that the
    /// size of an object can be told without writing anything.
    pub(in crate::virtual_estate) fn room(&self, blocks: u64) -> u64 {
        REST + blocks * self.schema.schema_descr().num_columns() as u64 * PER_COLUMN
    }

    /// Writes the end of a file that holds a run of blocks.
    pub(in crate::virtual_estate) fn write(&self, pool: &Pool, first: u64, blocks: u64) -> Bytes {
        let mut at = 4;
        let mut rows = 0;
        let groups: Vec<RowGroupMetaData> = (first..first + blocks)
            .map(|number| {
                let group = moved(&self.groups[(number % pool.len()) as usize], at);
                at += pool.block(number).bytes.len() as i64;
                rows += group.num_rows();
                group
            })
            .collect();
        let schema = FileMetaData::new(
            self.schema.version(),
            rows,
            self.schema.created_by().map(str::to_owned),
            None,
            self.schema.schema_descr_ptr(),
            self.schema.column_orders().cloned(),
        );
        let mut written = Vec::new();
        let metadata = ParquetMetaData::new(schema, groups);
        ParquetMetaDataWriter::new(&mut written, &metadata).finish().expect("memory takes every write");
        let room = usize::try_from(self.room(blocks)).expect("the end of a file fits memory");
        assert!(written.len() <= room, "the room for the end of a Parquet file is too small");
        let mut end = vec![0; room - written.len()];
        end.append(&mut written);
        end.into()
    }
}

/// Returns what a file says of itself, and the bytes of its row group.
fn apart(file: &[u8]) -> (ParquetMetaData, Bytes) {
    let bytes = Bytes::copy_from_slice(file);
    let metadata = ParquetMetaDataReader::new().parse_and_finish(&bytes).expect(OURS);
    let end = metadata.row_group(0).columns().iter().map(|column| {
        let (start, length) = column.byte_range();
        start + length
    });
    let end = usize::try_from(end.max().unwrap_or(4)).expect(OURS);
    (metadata, bytes.slice(4..end))
}

/// Moves a row group, and leaves out what is only there to make reading faster.
fn moved(group: &RowGroupMetaData, by: i64) -> RowGroupMetaData {
    let columns = group.columns().iter().map(|column| moved_column(column, by)).collect();
    let builder = RowGroupMetaData::builder(group.schema_descr_ptr());
    builder
        .set_num_rows(group.num_rows())
        .set_total_byte_size(group.total_byte_size())
        .set_column_metadata(columns)
        .build()
        .expect("the columns are those of the schema")
}

fn moved_column(column: &ColumnChunkMetaData, by: i64) -> ColumnChunkMetaData {
    let builder = column.clone().into_builder();
    builder
        .set_data_page_offset(column.data_page_offset() + by)
        .set_dictionary_page_offset(column.dictionary_page_offset().map(|offset| offset + by))
        .clear_statistics()
        .set_column_index_offset(None)
        .set_column_index_length(None)
        .set_offset_index_offset(None)
        .set_offset_index_length(None)
        .build()
        .expect("a moved column is a column")
}
