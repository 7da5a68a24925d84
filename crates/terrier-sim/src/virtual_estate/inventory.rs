//! The estate's S3 Inventory, as the service writes one of a bucket without versions: a manifest with checksums, and files in Parquet.

use std::fs;
use std::io;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow_array::{ArrayRef, Int64Array, RecordBatch, StringArray, TimestampMillisecondArray};
use md5::{Digest, Md5};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use serde_json::{Value, json};

use super::Estate;

/// Rows of a file, and of a batch that is written at once.
const FILE: u64 = 1_000_000;
const BATCH: u64 = 10_000;

/// Writes the inventory of an estate that is the bucket `bucket` into a folder: `manifest.json`, its checksum, and `data/`.
///
/// # Errors
/// When the folder cannot be written.
pub fn write_inventory(estate: &Estate, bucket: &str, folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder.join("data"))?;
    let files = estate.len().div_ceil(FILE);
    let next = AtomicU64::new(0);
    let some = || {
        let mut written = Vec::new();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= files {
                return Ok(written);
            }
            written.push((number, write_file(estate, bucket, folder, number)?));
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
    let mut listed: Vec<(u64, Value)> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..threads).map(|_| scope.spawn(some)).collect();
        let joined = writers.into_iter().map(|writer| writer.join().unwrap_or_else(|_| Err(io::Error::other("a writing thread died"))));
        joined.collect::<io::Result<Vec<_>>>()
    })?
    .concat();
    listed.sort_by_key(|(number, _)| *number);
    let manifest = json!({
        "sourceBucket": bucket,
        "destinationBucket": "arn:aws:s3:::inventories",
        "version": "2016-11-30",
        "creationTimestamp": "1767225600000",
        "fileFormat": "Parquet",
        "fileSchema": "message s3.inventory { required binary bucket (STRING); required binary key (STRING); optional int64 size; \
                       optional int64 last_modified_date (TIMESTAMP(MILLIS,true)); optional binary e_tag (STRING); \
                       optional binary storage_class (STRING); }",
        "files": listed.into_iter().map(|(_, file)| file).collect::<Vec<_>>(),
    });
    let manifest = serde_json::to_vec_pretty(&manifest).map_err(io::Error::other)?;
    fs::write(folder.join("manifest.checksum"), checksum(&manifest))?;
    fs::write(folder.join("manifest.json"), manifest)
}

fn write_file(estate: &Estate, bucket: &str, folder: &Path, number: u64) -> io::Result<Value> {
    let key = format!("data/{number:06}.parquet");
    let content = encode(estate, bucket, number * FILE..((number + 1) * FILE).min(estate.len())).map_err(io::Error::other)?;
    fs::write(folder.join(&key), &content)?;
    Ok(json!({ "key": key, "size": content.len(), "MD5checksum": checksum(&content) }))
}

fn checksum(content: &[u8]) -> String {
    Md5::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn encode(estate: &Estate, bucket: &str, objects: std::ops::Range<u64>) -> Result<Vec<u8>, ParquetError> {
    let properties = WriterProperties::builder().set_compression(Compression::ZSTD(ZstdLevel::try_new(1)?)).build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch(estate, bucket, 0..0)?.schema(), Some(properties))?;
    let end = objects.end;
    for start in objects.step_by(BATCH as usize) {
        writer.write(&batch(estate, bucket, start..(start + BATCH).min(end))?)?;
    }
    writer.into_inner()
}

fn batch(estate: &Estate, bucket: &str, objects: std::ops::Range<u64>) -> Result<RecordBatch, ParquetError> {
    let (mut keys, mut sizes, mut modified, mut etags) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for object in estate.objects(objects) {
        keys.push(object.key());
        sizes.push(i64::try_from(object.size()).unwrap_or(i64::MAX));
        modified.push(object.modified() / 1_000);
        etags.push(object.version());
    }
    let rows = keys.len();
    let repeated = |text: &str| -> ArrayRef { Arc::new(StringArray::from_iter_values(std::iter::repeat_n(text, rows))) };
    let columns: [(&str, ArrayRef); 6] = [
        ("bucket", repeated(bucket)),
        ("key", Arc::new(StringArray::from(keys))),
        ("size", Arc::new(Int64Array::from(sizes))),
        ("last_modified_date", Arc::new(TimestampMillisecondArray::from(modified).with_timezone("UTC"))),
        ("e_tag", Arc::new(StringArray::from(etags))),
        ("storage_class", repeated("STANDARD")),
    ];
    Ok(RecordBatch::try_from_iter(columns)?)
}
