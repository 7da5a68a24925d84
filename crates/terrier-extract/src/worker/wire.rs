//! The messages between parent and worker, and their form in bytes.
//!
//! Content types have no serialisation on purpose; what is here is known to stay inside the pipe. A frame is a length and that many
//! bytes. The parent trusts nothing in it: a frame that does not decode ends the worker.

use std::time::Duration;

use terrier_content::{Column, ColumnKind, Origin, Records};
use terrier_model::{Method, Reason};

use crate::{Limits, Outcome};

/// Largest frame. Segments are a few MiB; what is larger comes of a worker gone wrong.
pub(super) const MAX_FRAME: usize = 64 << 20;
/// Largest range that a worker may ask for at once.
pub(super) const MAX_READ: usize = 4 << 20;
const MAX_COLUMNS: u32 = 1 << 16;

/// What a worker says.
pub(super) enum Message<'a> {
    /// Asks for bytes of the asset; answered by [`Answer::Bytes`] or [`Answer::Failed`].
    Read { offset: u64, len: u32 },
    /// A member begins.
    Enter { name: &'a [u8], size: Option<u64>, modified: Option<i64> },
    /// A text; answered by [`Answer::Flow`].
    Text { bytes: &'a [u8], body_start: u32, body_end: u32, origin: Origin },
    /// A batch; answered by [`Answer::Flow`].
    Records(Records),
    /// A picture whose characters are to be recognised; answered by [`Answer::Bytes`], a table of words, or [`Answer::Failed`].
    Recognize(&'a [u8]),
    /// The innermost member ends.
    Leave(Outcome),
    /// The asset ends.
    Done(Outcome),
}

/// What the parent says.
pub(super) enum Answer<'a> {
    /// An asset to read.
    Job { size: u64, name: &'a [u8], limits: Box<Limits>, recognizes: bool },
    /// The bytes asked for, none at the end, or what is said of a picture.
    Bytes(&'a [u8]),
    /// The store failed, or the recognition of a picture.
    Failed(Reason),
    /// Whether to go on after a segment.
    Flow { go_on: bool },
}

/// A frame that does not decode.
#[derive(Debug)]
pub(super) struct Malformed;

/// Names of formats that may cross the pipe; an outcome holds a static one.
#[rustfmt::skip] // One a line would be more than the rest of the room.
const FORMATS: &[&str] = &[
    "7z", "age", "ar", "arrow", "avi", "avro", "binary", "brotli", "bzip2", "cab", "compress", "cpio", "csv", "dbf", "deb", "doc",
    "docx", "elf", "empty", "epub", "flac", "gguf", "gif", "gzip", "heif", "html", "icalendar", "ipynb", "iso", "jar", "jpeg", "json", "ldif",
    "luks", "lz4", "lzip", "lzma", "mail", "matroska", "mbox", "mp3", "mp4", "msg", "ndjson", "odf", "odg", "odp", "ods", "odt", "ogg",
    "ole", "onnx", "openssl", "orc", "parquet", "pdf", "pickle", "pkcs7", "png", "ppt", "pptx", "psd", "pst", "qcow2", "rar", "rpm",
    "rtf", "safetensors", "snappy", "sql", "sqlite", "squashfs", "table", "tar", "text", "tiff", "tnef", "tsv", "vcard", "vhd",
    "vhdx", "vmdk", "warc", "wav", "webp", "woff2", "xls", "xlsb", "xlsx", "xml", "xz", "zip", "zstd",
];

const METHODS: [Method; 3] = [Method::Full, Method::Sampled, Method::NotScanned];
const KINDS: [ColumnKind; 7] = [
    ColumnKind::Text,
    ColumnKind::Integer,
    ColumnKind::Float,
    ColumnKind::Date,
    ColumnKind::Timestamp,
    ColumnKind::Boolean,
    ColumnKind::Binary,
];

/// Writes numbers and bytes one behind the other.
struct Writer<'v>(&'v mut Vec<u8>);

impl Writer<'_> {
    fn u8(&mut self, value: u8) {
        self.0.push(value);
    }

    fn u32(&mut self, value: u32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn u64(&mut self, value: u64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    fn optional(&mut self, value: Option<u64>) {
        self.u8(u8::from(value.is_some()));
        self.u64(value.unwrap_or(0));
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.u32(u32::try_from(bytes.len()).expect("frames are far below 4 GiB"));
        self.0.extend_from_slice(bytes);
    }

    fn reason(&mut self, reason: Option<Reason>) {
        let index = reason.map_or(usize::from(u8::MAX), |reason| position(&Reason::ALL, reason));
        self.u8(u8::try_from(index).expect("there are fewer reasons than that"));
    }

    fn origin(&mut self, origin: Origin) {
        let (kind, line, byte) = match origin {
            Origin::Lines { line, byte } => (0, line, byte),
            Origin::Page(page) => (1, u64::from(page), 0),
            Origin::Binary { byte } => (2, 0, byte),
            Origin::Property => (3, 0, 0),
            Origin::Slide(slide) => (4, u64::from(slide), 0),
        };
        self.u8(kind);
        self.u64(line);
        self.u64(byte);
    }

    fn records(&mut self, records: &Records) {
        self.u64(records.first_record);
        self.u32(records.records);
        self.u32(u32::try_from(records.columns.len()).expect("columns are bounded"));
        for column in &records.columns {
            self.bytes(column.name().expose().as_bytes());
            self.u8(position(&KINDS, column.kind()) as u8);
            self.u8(u8::from(column.sheet().is_some()));
            if let Some(sheet) = column.sheet() {
                self.bytes(sheet.expose().as_bytes());
            }
            self.u32(u32::try_from(column.len()).expect("a batch holds fewer values than that"));
            for value in column.values() {
                self.u32(value.record);
                self.u32(value.bytes.expose().len() as u32);
                if column.sheet().is_some() {
                    self.u32(value.row.unwrap_or(0));
                }
            }
            self.bytes(column.bytes().expose());
        }
    }

    fn outcome(&mut self, outcome: &Outcome) {
        let format = outcome.format.and_then(|format| FORMATS.iter().position(|known| *known == format)).unwrap_or(usize::from(u8::MAX));
        self.u8(format as u8);
        self.u8(position(&METHODS, outcome.method) as u8);
        self.reason(outcome.reason);
        self.u64(outcome.bytes_read);
        self.optional(outcome.records_read);
        self.optional(outcome.records_total);
    }
}

fn position<T: PartialEq>(all: &[T], one: T) -> usize {
    all.iter().position(|other| *other == one).expect("the list holds all of them")
}

/// Reads what a [`Writer`] wrote.
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], Malformed> {
        let (taken, rest) = self.0.split_at_checked(len).ok_or(Malformed)?;
        self.0 = rest;
        Ok(taken)
    }

    fn u8(&mut self) -> Result<u8, Malformed> {
        Ok(self.take(1)?[0])
    }

    fn u32(&mut self) -> Result<u32, Malformed> {
        Ok(u32::from_le_bytes(self.take(4)?.try_into().expect("four bytes were taken")))
    }

    fn u64(&mut self) -> Result<u64, Malformed> {
        Ok(u64::from_le_bytes(self.take(8)?.try_into().expect("eight bytes were taken")))
    }

    fn optional(&mut self) -> Result<Option<u64>, Malformed> {
        let present = self.u8()? != 0;
        let value = self.u64()?;
        Ok(present.then_some(value))
    }

    fn bytes(&mut self) -> Result<&'a [u8], Malformed> {
        let len = self.u32()? as usize;
        self.take(len)
    }

    fn reason(&mut self) -> Result<Option<Reason>, Malformed> {
        match self.u8()? {
            u8::MAX => Ok(None),
            index => Ok(Some(*Reason::ALL.get(usize::from(index)).ok_or(Malformed)?)),
        }
    }

    fn origin(&mut self) -> Result<Origin, Malformed> {
        let (kind, line, byte) = (self.u8()?, self.u64()?, self.u64()?);
        Ok(match kind {
            0 => Origin::Lines { line, byte },
            1 => Origin::Page(u32::try_from(line).map_err(|_| Malformed)?),
            2 => Origin::Binary { byte },
            3 => Origin::Property,
            4 => Origin::Slide(u32::try_from(line).map_err(|_| Malformed)?),
            _ => return Err(Malformed),
        })
    }

    fn records(&mut self) -> Result<Records, Malformed> {
        let (first_record, records, columns) = (self.u64()?, self.u32()?, self.u32()?);
        if columns > MAX_COLUMNS || first_record.checked_add(u64::from(records)).is_none() {
            return Err(Malformed);
        }
        let columns = (0..columns).map(|_| self.column(records)).collect::<Result<_, _>>()?;
        Ok(Records { first_record, records, columns })
    }

    fn column(&mut self, records: u32) -> Result<Column, Malformed> {
        let name = std::str::from_utf8(self.bytes()?).map_err(|_| Malformed)?;
        let kind = *KINDS.get(usize::from(self.u8()?)).ok_or(Malformed)?;
        let mut column = Column::new(name, kind);
        let in_sheet = self.u8()? != 0;
        if in_sheet {
            column = column.in_sheet(std::str::from_utf8(self.bytes()?).map_err(|_| Malformed)?);
        }
        let count = self.u32()? as usize;
        let mut values = Reader(self.take(count.checked_mul(if in_sheet { 12 } else { 8 }).ok_or(Malformed)?)?);
        let mut bytes = Reader(self.bytes()?);
        let mut last = 0;
        for _ in 0..count {
            let (record, len) = (values.u32()?, values.u32()? as usize);
            if record < last || record >= records {
                return Err(Malformed);
            }
            last = record;
            match in_sheet {
                true => column.push_in_row(record, values.u32()?, bytes.take(len)?),
                false => column.push(record, bytes.take(len)?),
            }
        }
        if bytes.0.is_empty() { Ok(column) } else { Err(Malformed) }
    }

    fn outcome(&mut self) -> Result<Outcome, Malformed> {
        Ok(Outcome {
            format: FORMATS.get(usize::from(self.u8()?)).copied(),
            method: *METHODS.get(usize::from(self.u8()?)).ok_or(Malformed)?,
            reason: self.reason()?,
            bytes_read: self.u64()?,
            records_read: self.optional()?,
            records_total: self.optional()?,
        })
    }
}

impl<'a> Message<'a> {
    /// Appends the message's bytes. Segments have their own forms below, since they are lent.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        let mut writer = Writer(out);
        match self {
            Self::Read { offset, len } => {
                writer.u8(0);
                writer.u64(*offset);
                writer.u32(*len);
            }
            Self::Enter { name, size, modified } => {
                writer.u8(1);
                writer.bytes(name);
                writer.optional(*size);
                writer.optional(modified.map(i64::cast_unsigned));
            }
            Self::Text { bytes, body_start, body_end, origin } => {
                writer.u8(2);
                writer.bytes(bytes);
                writer.u32(*body_start);
                writer.u32(*body_end);
                writer.origin(*origin);
            }
            Self::Records(records) => encode_records(records, writer.0),
            Self::Recognize(picture) => {
                writer.u8(6);
                writer.bytes(picture);
            }
            Self::Leave(outcome) => {
                writer.u8(4);
                writer.outcome(outcome);
            }
            Self::Done(outcome) => {
                writer.u8(5);
                writer.outcome(outcome);
            }
        }
    }

    /// Reads a message.
    pub(super) fn decode(frame: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader(frame);
        let message = match reader.u8()? {
            0 => Self::Read { offset: reader.u64()?, len: reader.u32()? },
            1 => Self::Enter { name: reader.bytes()?, size: reader.optional()?, modified: reader.optional()?.map(u64::cast_signed) },
            2 => {
                let (bytes, body_start, body_end, origin) = (reader.bytes()?, reader.u32()?, reader.u32()?, reader.origin()?);
                if body_start > body_end || body_end as usize > bytes.len() {
                    return Err(Malformed);
                }
                Self::Text { bytes, body_start, body_end, origin }
            }
            3 => Self::Records(reader.records()?),
            4 => Self::Leave(reader.outcome()?),
            5 => Self::Done(reader.outcome()?),
            6 => Self::Recognize(reader.bytes()?),
            _ => return Err(Malformed),
        };
        if reader.0.is_empty() { Ok(message) } else { Err(Malformed) }
    }
}

/// Appends the bytes of [`Message::Records`].
pub(super) fn encode_records(records: &Records, out: &mut Vec<u8>) {
    let mut writer = Writer(out);
    writer.u8(3);
    writer.records(records);
}

impl<'a> Answer<'a> {
    /// Appends the answer's bytes.
    pub(super) fn encode(&self, out: &mut Vec<u8>) {
        let mut writer = Writer(out);
        match self {
            Self::Job { size, name, limits, recognizes } => {
                writer.u8(0);
                writer.u8(u8::from(*recognizes));
                writer.u64(*size);
                writer.bytes(name);
                encode_limits(limits, &mut writer);
            }
            Self::Bytes(bytes) => {
                writer.u8(1);
                writer.bytes(bytes);
            }
            Self::Failed(reason) => {
                writer.u8(2);
                writer.reason(Some(*reason));
            }
            Self::Flow { go_on } => {
                writer.u8(3);
                writer.u8(u8::from(*go_on));
            }
        }
    }

    /// Reads an answer.
    pub(super) fn decode(frame: &'a [u8]) -> Result<Self, Malformed> {
        let mut reader = Reader(frame);
        Ok(match reader.u8()? {
            0 => Self::Job {
                recognizes: reader.u8()? != 0,
                size: reader.u64()?,
                name: reader.bytes()?,
                limits: Box::new(decode_limits(&mut reader)?),
            },
            1 => Self::Bytes(reader.bytes()?),
            2 => Self::Failed(reader.reason()?.ok_or(Malformed)?),
            3 => Self::Flow { go_on: reader.u8()? != 0 },
            _ => return Err(Malformed),
        })
    }
}

fn encode_limits(limits: &Limits, writer: &mut Writer<'_>) {
    let Limits {
        decompressed_bytes,
        ratio,
        ratio_free_bytes,
        depth,
        members,
        buffered_bytes,
        worker_memory,
        worker_cpu_seconds,
        worker_silence,
        worker_assets,
    } = limits;
    for value in [decompressed_bytes, ratio, ratio_free_bytes, members, buffered_bytes, worker_memory, worker_cpu_seconds] {
        writer.u64(*value);
    }
    writer.u64(worker_silence.as_millis().try_into().unwrap_or(u64::MAX));
    writer.u32(*depth);
    writer.u32(*worker_assets);
}

fn decode_limits(reader: &mut Reader<'_>) -> Result<Limits, Malformed> {
    Ok(Limits {
        decompressed_bytes: reader.u64()?,
        ratio: reader.u64()?,
        ratio_free_bytes: reader.u64()?,
        members: reader.u64()?,
        buffered_bytes: reader.u64()?,
        worker_memory: reader.u64()?,
        worker_cpu_seconds: reader.u64()?,
        worker_silence: Duration::from_millis(reader.u64()?),
        depth: reader.u32()?,
        worker_assets: reader.u32()?,
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::FORMATS;

    #[test]
    fn every_format_that_is_documented_crosses_the_pipe_and_no_other() {
        let table = include_str!("../../../../docs/formats.md").lines().skip_while(|line| !line.starts_with("| Format"));
        let names = table.skip(2).take_while(|line| !line.is_empty()).filter_map(|row| row.split('|').nth(2));
        let documented: BTreeSet<&str> = names.flat_map(|names| names.split('`').skip(1).step_by(2)).collect();
        assert_eq!(documented, FORMATS.iter().copied().collect());
    }
}
