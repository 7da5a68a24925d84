//! From an asset's bytes to the room that reads its format.

use std::io::Read;
use std::sync::Arc;

use terrier_model::Reason;

use crate::context::{Context, Halt};
use crate::decode::{Decoded, Encoding};
use crate::detect::{Kind, detect};
use crate::stream::{HEAD, SourceStream, Tolerant, fill, fill_at};
use crate::text::Place;
use crate::zip_watch::{ZipWatch, holds_end_of_zip};
use crate::{
    ReadAt, ar, arrow, avro, cab, cpio, dbf, delimited, iso, json, layer, model, orc, parquet, pdf, rpm, seven_zip, sqlite, strings, tar,
    text, warc, zip,
};

/// The bytes of an asset, of a member, or of what is inside a compressed one.
pub(crate) enum Input<'i> {
    /// Bytes that can be read at any place.
    Source(&'i dyn ReadAt),
    /// The same, owned: what the Parquet reader needs.
    Shared(Arc<dyn ReadAt>),
    /// Bytes that come one after another.
    Stream(&'i mut dyn Read),
}

/// Finds out what the bytes are and reads them.
pub(crate) fn read(context: &mut Context<'_>, input: Input<'_>, name: &[u8]) -> Result<(), Halt> {
    let mut head = vec![0; HEAD];
    match input {
        Input::Source(source) => {
            let filled = fill_at(source, 0, &mut head)?;
            head.truncate(filled);
            let mut rest = Tolerant::new(SourceStream::new(source, filled as u64, source.size()));
            read_kind(context, &head, &mut rest, None, name)
        }
        Input::Shared(source) => {
            let filled = fill_at(&*source, 0, &mut head)?;
            head.truncate(filled);
            let mut rest = Tolerant::new(SourceStream::new(&*source, filled as u64, source.size()));
            read_kind(context, &head, &mut rest, Some(&source), name)
        }
        Input::Stream(stream) => {
            let mut rest = Tolerant::new(stream);
            let filled = fill(&mut rest, &mut head)?;
            head.truncate(filled);
            if let (true, Some(reason)) = (head.is_empty(), rest.failure()) {
                return Err(reason.into());
            }
            read_kind(context, &head, &mut rest, None, name)
        }
    }
}

fn read_kind<R: Read>(
    context: &mut Context<'_>,
    head: &[u8],
    rest: &mut Tolerant<R>,
    source: Option<&Arc<dyn ReadAt>>,
    name: &[u8],
) -> Result<(), Halt> {
    let complete = head.len() < HEAD;
    match detect(head, complete, name) {
        Kind::Empty => context.set_format("empty"),
        Kind::Opaque(format) => {
            context.set_format(format);
            return Err(Reason::UnsupportedFormat.into());
        }
        Kind::Encrypted(format) => {
            context.set_format(format);
            return Err(Reason::Encrypted.into());
        }
        kind if is_complex(kind) => {
            if !context.complex_allowed {
                return Err(Halt::NeedsWorker);
            }
            return read_complex(context, kind, head, rest, source);
        }
        Kind::Text(Encoding::Utf8 { mark }) if complete => {
            context.set_format("text");
            text::whole(context, &head[mark..], Place::START)?;
            if holds_end_of_zip(head) {
                context.miss(Reason::UnsupportedFormat);
            }
        }
        kind @ (Kind::Text(_) | Kind::Delimited(..) | Kind::Json { .. }) => {
            let mut watched = ZipWatch::new(head.chain(&mut *rest));
            read_stream(context, kind, &mut watched)?;
            if watched.holds_zip() {
                context.miss(Reason::UnsupportedFormat);
            }
        }
        Kind::Layer(codec) if codec.is_complex() && !context.complex_allowed => return Err(Halt::NeedsWorker),
        Kind::Layer(codec) => {
            context.set_format(codec.format());
            let result = layer::read(context, codec, &mut head.chain(&mut *rest), name);
            return match rest.failure() {
                // A stream that a failed read cut short is not damaged.
                Some(reason) if result != Err(Halt::Stopped) => Err(reason.into()),
                _ => result,
            };
        }
        kind => read_stream(context, kind, &mut head.chain(&mut *rest))?,
    }
    rest.failure().map_or(Ok(()), |reason| Err(reason.into()))
}

/// Reads the formats that take their bytes as they come.
fn read_stream(context: &mut Context<'_>, kind: Kind, body: &mut dyn Read) -> Result<(), Halt> {
    match kind {
        Kind::Text(encoding) => {
            context.set_format("text");
            text::read(context, &mut Decoded::new(encoding, body), Place::START)
        }
        Kind::Delimited(encoding, dialect) => {
            context.set_format(if dialect.delimiter == b'\t' { "tsv" } else { "csv" });
            delimited::read(context, &mut Decoded::new(encoding, body), dialect)
        }
        Kind::Json { encoding, lines } => {
            context.set_format(if lines { "ndjson" } else { "json" });
            json::read(context, &mut Decoded::new(encoding, body), lines)
        }
        Kind::Strings(format) => {
            context.set_format(format);
            context.miss(Reason::UnsupportedFormat);
            strings::read(context, body)
        }
        _ => {
            context.set_format("binary");
            strings::read(context, body)
        }
    }
}

/// Reads the formats with complex parsers. All but a few need to read at any place: what comes as a stream is held in memory.
fn read_complex<R: Read>(
    context: &mut Context<'_>,
    kind: Kind,
    head: &[u8],
    rest: &mut Tolerant<R>,
    source: Option<&Arc<dyn ReadAt>>,
) -> Result<(), Halt> {
    if let Some((format, read)) = streamed(kind) {
        context.set_format(format);
        let result = read(context, &mut head.chain(&mut *rest));
        return match rest.failure() {
            Some(reason) if result != Err(Halt::Stopped) => Err(reason.into()),
            _ => result,
        };
    }
    context.set_format(match kind {
        Kind::Zip => "zip",
        Kind::Parquet => "parquet",
        Kind::Sqlite => "sqlite",
        Kind::Orc => "orc",
        Kind::Iso => "iso",
        Kind::Cab => "cab",
        Kind::SevenZip => "7z",
        _ => "pdf",
    });
    let source = match source {
        Some(source) => Arc::clone(source),
        None => Arc::new(buffer(head, rest, context.limits.buffered_bytes)?),
    };
    match kind {
        Kind::Zip => zip::read(context, &*source),
        Kind::Parquet => parquet::read(context, source),
        Kind::Cab => cab::read(context, &*source),
        Kind::Iso => iso::read(context, &*source),
        Kind::Orc => orc::read(context, &source),
        Kind::SevenZip => seven_zip::read(context, &*source),
        Kind::Sqlite => sqlite::read(context, &*source),
        _ => pdf::read(context, &*source),
    }
}

/// Tells the formats that are read in a worker.
fn is_complex(kind: Kind) -> bool {
    streamed(kind).is_some()
        || matches!(kind, Kind::Zip | Kind::Parquet | Kind::Pdf | Kind::Sqlite | Kind::SevenZip | Kind::Orc | Kind::Iso | Kind::Cab)
}

/// Reads a format that takes its bytes as they come.
type ReadStream = fn(&mut Context<'_>, &mut dyn Read) -> Result<(), Halt>;

/// Returns the formats with complex parsers that take their bytes as they come.
fn streamed(kind: Kind) -> Option<(&'static str, ReadStream)> {
    match kind {
        Kind::Tar => Some(("tar", tar::read)),
        Kind::Avro => Some(("avro", avro::read)),
        Kind::ArrowFile => Some(("arrow", arrow::read_file)),
        Kind::ArrowStream => Some(("arrow", arrow::read_stream)),
        Kind::Ar => Some(("ar", ar::read)),
        Kind::Cpio => Some(("cpio", cpio::read)),
        Kind::Rpm => Some(("rpm", rpm::read)),
        Kind::Warc => Some(("warc", warc::read)),
        Kind::Dbf => Some(("dbf", dbf::read)),
        Kind::Safetensors => Some(("safetensors", model::read_safetensors)),
        Kind::Gguf => Some(("gguf", model::read_gguf)),
        _ => None,
    }
}

fn buffer<R: Read>(head: &[u8], rest: &mut Tolerant<R>, limit: u64) -> Result<Vec<u8>, Halt> {
    let mut buffered = head.to_vec();
    while buffered.len() as u64 <= limit {
        let filled = buffered.len();
        buffered.resize(filled + (1 << 20), 0);
        let read = fill(rest, &mut buffered[filled..])?;
        buffered.truncate(filled + read);
        if let Some(reason) = rest.failure() {
            return Err(reason.into());
        }
        if read == 0 {
            return Ok(buffered);
        }
    }
    Err(Reason::MemoryLimit.into())
}
