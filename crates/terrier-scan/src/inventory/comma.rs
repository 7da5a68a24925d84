//! Inventories in CSV: gzipped, without a header, the fields named by the manifest, keys URL-encoded.

use std::io::{self, Read};

use csv::{ByteRecord, ReaderBuilder};
use flate2::read::MultiGzDecoder;
use terrier_stores::decode_key;

use super::Row;

/// Places of the fields that matter.
struct Fields {
    key: usize,
    size: Option<usize>,
    modified: Option<usize>,
    etag: Option<usize>,
    storage_class: Option<usize>,
    is_latest: Option<usize>,
    is_delete_marker: Option<usize>,
}

impl Fields {
    fn of(schema: &str) -> Option<Self> {
        let place = |name: &str| schema.split(',').position(|field| field.trim().eq_ignore_ascii_case(name));
        Some(Self {
            key: place("Key")?,
            size: place("Size"),
            modified: place("LastModifiedDate"),
            etag: place("ETag"),
            storage_class: place("StorageClass"),
            is_latest: place("IsLatest"),
            is_delete_marker: place("IsDeleteMarker"),
        })
    }
}

/// Reads a file row by row.
pub(super) fn read(content: &[u8], schema: &str, take: &mut impl FnMut(Row)) -> Result<(), String> {
    let fields = Fields::of(schema).ok_or("has no field for keys in its schema")?;
    let gzipped = content.starts_with(&[0x1f, 0x8b]);
    #[expect(clippy::disallowed_methods, reason = "a row goes by at a time, of bounded length, and nothing is kept of it")]
    let text: Box<dyn Read + '_> = if gzipped { Box::new(MultiGzDecoder::new(content)) } else { Box::new(content) };
    let mut rows = ReaderBuilder::new().has_headers(false).flexible(false).from_reader(ShortLines { inner: text, since: 0 });
    let mut record = ByteRecord::new();
    while rows.read_byte_record(&mut record).map_err(|_| "is damaged, or has rows of different lengths")? {
        take(row(&record, &fields).ok_or("has a row without a key")?);
    }
    Ok(())
}

/// A text whose lines end within a bound: keys are encoded, so a row is a line, and one without an end would fill the memory.
struct ShortLines<R> {
    inner: R,
    /// Bytes since the last line ended.
    since: usize,
}

/// A key has 1,024 bytes at most, three times that when encoded; the other fields are short.
const LONGEST_LINE: usize = 64 << 10;

impl<R: Read> Read for ShortLines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.since = match memchr::memrchr(b'\n', &buffer[..count]) {
            Some(end) => count - end - 1,
            None => self.since + count,
        };
        if self.since > LONGEST_LINE { Err(io::ErrorKind::InvalidData.into()) } else { Ok(count) }
    }
}

fn row(record: &ByteRecord, fields: &Fields) -> Option<Row> {
    let text = |place: Option<usize>| place.and_then(|place| std::str::from_utf8(record.get(place)?).ok()).filter(|text| !text.is_empty());
    let is = |place: Option<usize>, expected: &str| text(place).is_none_or(|text| text.eq_ignore_ascii_case(expected));
    Some(Row {
        key: decode_key(text(Some(fields.key))?),
        size: text(fields.size).and_then(|size| size.parse().ok()),
        modified: text(fields.modified).and_then(|time| time.parse::<jiff::Timestamp>().ok()).map(jiff::Timestamp::as_microsecond),
        etag: text(fields.etag).map(str::to_owned),
        storage_class: text(fields.storage_class).map(str::to_owned),
        is_current: is(fields.is_latest, "true") && is(fields.is_delete_marker, "false"),
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    const SCHEMA: &str = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass";

    fn check(csv: &str, expect: Result<&[&str], &str>) {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(csv.as_bytes()).unwrap();
        let mut rows = Vec::new();
        let read = read(&gzip.finish().unwrap(), SCHEMA, &mut |row| rows.push(format!("{} {row:?}", String::from_utf8_lossy(&row.key))));
        assert_eq!(read.map(|()| rows.iter().map(String::as_str).collect::<Vec<_>>()), expect.map(<[_]>::to_vec).map_err(str::to_owned));
    }

    #[test]
    fn rows_are_read() {
        check(
            "\"b\",\"a+b%2Fc%2B\",\"v\",\"true\",\"false\",\"12\",\"2026-01-02T03:04:05.000Z\",\"0badcafe\",\"STANDARD\"\n",
            Ok(&[
                "a b/c+ Row { key: [97, 32, 98, 47, 99, 43], size: Some(12), modified: Some(1767323045000000), etag: Some(\"0badcafe\"), \
                 storage_class: Some(\"STANDARD\"), is_current: true }",
            ]),
        );
        check(
            "\"b\",\"gone\",\"v\",\"true\",\"true\",\"\",\"\",\"\",\"\"\n",
            Ok(&["gone Row { key: [103, 111, 110, 101], size: None, modified: None, etag: None, storage_class: None, is_current: false }"]),
        );
    }

    #[test]
    fn what_is_cut_short_is_refused() {
        check("\"b\",\"k\",\"v\",\"true\",\"false\",\"12\",\"\",\"\",\"\"\n\"b\",\"k", Err("is damaged, or has rows of different lengths"));
        assert!(read(b"x", "Bucket, Size", &mut |_| {}).is_err());
        check(&"k".repeat(1 << 20), Err("is damaged, or has rows of different lengths"));
    }
}
