//! From an asset's bytes to the room that reads its format.

use std::io::Read;
use std::sync::Arc;

use terrier_model::Reason;

use crate::context::{Context, Halt};
use crate::decode::{Decoded, Encoding};
use crate::detect::{Kind, detect};
use crate::stream::{HEAD, SourceStream, Tolerant, fill, fill_at};
use crate::text::Place;
use crate::untagged::Untagged;
use crate::zip_watch::{ZipWatch, holds_end_of_zip};
use crate::{
    ReadAt, ar, arrow, avro, cab, compound, cpio, dbf, delimited, folded, iso, json, layer, mail, media, model, office, onnx, orc, outlook,
    parquet, pdf, pickle, rpm, rtf, seven_zip, sql, sqlite, strings, tar, text, warc, xml, zip,
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
        kind @ (Kind::Text(_)
        | Kind::Markup(..)
        | Kind::Sql(_)
        | Kind::Notebook(_)
        | Kind::Folded(..)
        | Kind::Delimited(..)
        | Kind::Json { .. }) => {
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
        Kind::Markup(encoding, flavour) => {
            context.set_format(flavour.format());
            text::read(context, &mut Untagged::new(Decoded::new(encoding, body), flavour), Place::START)
        }
        Kind::Sql(encoding) => {
            context.set_format("sql");
            sql::read(context, &mut Decoded::new(encoding, body))
        }
        Kind::Notebook(encoding) => {
            context.set_format("ipynb");
            json::read_notebook(context, &mut Decoded::new(encoding, body))
        }
        Kind::Folded(encoding, format) => {
            context.set_format(format);
            folded::read(context, &mut Decoded::new(encoding, body))
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

/// Reads the formats with complex parsers. Those that need to read at any place are held in memory where they come as a stream.
fn read_complex<R: Read>(
    context: &mut Context<'_>,
    kind: Kind,
    head: &[u8],
    rest: &mut Tolerant<R>,
    source: Option<&Arc<dyn ReadAt>>,
) -> Result<(), Halt> {
    if let Some((format, read)) = streamed(kind) {
        context.set_format(format);
        let result = read(context, &mut head.chain(&mut *rest), format);
        return match rest.failure() {
            Some(reason) if result != Err(Halt::Stopped) => Err(reason.into()),
            _ => result,
        };
    }
    let Some((format, read)) = positioned(kind) else { return Err(Reason::UnsupportedFormat.into()) };
    context.set_format(format);
    let source = match source {
        Some(source) => Arc::clone(source),
        None => Arc::new(buffer(head, rest, context.limits.buffered_bytes)?),
    };
    read(context, &source, format)
}

fn is_complex(kind: Kind) -> bool {
    streamed(kind).is_some() || positioned(kind).is_some()
}

/// Reads a format, whose name it is told, that takes its bytes as they come.
type ReadStreamed = fn(&mut Context<'_>, &mut dyn Read, &'static str) -> Result<(), Halt>;

/// Returns the formats with complex parsers that take their bytes as they come.
fn streamed(kind: Kind) -> Option<(&'static str, ReadStreamed)> {
    let known: (&'static str, ReadStreamed) = match kind {
        Kind::Tar => ("tar", |context, body, _| tar::read(context, body)),
        Kind::Ar => ("ar", |context, body, _| ar::read(context, body)),
        Kind::Cpio => ("cpio", |context, body, _| cpio::read(context, body)),
        Kind::Rpm => ("rpm", |context, body, _| rpm::read(context, body)),
        Kind::Warc => ("warc", |context, body, _| warc::read(context, body)),
        Kind::Avro => ("avro", |context, body, _| avro::read(context, body)),
        Kind::ArrowFile => ("arrow", |context, body, _| arrow::read_file(context, body)),
        Kind::ArrowStream => ("arrow", |context, body, _| arrow::read_stream(context, body)),
        Kind::Dbf => ("dbf", |context, body, _| dbf::read(context, body)),
        Kind::Safetensors => ("safetensors", |context, body, _| model::read_safetensors(context, body)),
        Kind::Gguf => ("gguf", |context, body, _| model::read_gguf(context, body)),
        Kind::Mail => ("mail", |context, body, _| mail::read(context, body)),
        Kind::Mailbox => ("mbox", |context, body, _| mail::read_mailbox(context, body)),
        Kind::Rtf => ("rtf", |context, body, _| rtf::read(context, body)),
        Kind::FlatDocument(format) => (format, office::read_flat),
        Kind::Onnx => ("onnx", |context, body, _| onnx::read(context, body)),
        Kind::Pickle => ("pickle", |context, body, _| pickle::read(context, body)),
        Kind::Xml => ("xml", |context, body, _| xml::read(context, body)),
        _ => return None,
    };
    Some(known)
}

/// Reads a format, whose name it is told, and whose parts lie anywhere.
type ReadPositioned = fn(&mut Context<'_>, &Arc<dyn ReadAt>, &'static str) -> Result<(), Halt>;

/// Returns the formats with complex parsers that need to read at any place.
fn positioned(kind: Kind) -> Option<(&'static str, ReadPositioned)> {
    let known: (&'static str, ReadPositioned) = match kind {
        Kind::Zip => ("zip", |context, source, _| zip::read(context, &**source)),
        Kind::SevenZip => ("7z", |context, source, _| seven_zip::read(context, &**source)),
        Kind::Cab => ("cab", |context, source, _| cab::read(context, &**source)),
        Kind::Iso => ("iso", |context, source, _| iso::read(context, &**source)),
        Kind::Parquet => ("parquet", |context, source, _| parquet::read(context, Arc::clone(source))),
        Kind::Orc => ("orc", |context, source, _| orc::read(context, source)),
        Kind::Sqlite => ("sqlite", |context, source, _| sqlite::read(context, &**source)),
        Kind::Pdf => ("pdf", |context, source, _| pdf::read(context, &**source)),
        Kind::Compound => ("ole", |context, source, _| compound::read(context, &**source)),
        Kind::Pst => ("pst", |context, source, _| outlook::pst::read(context, &**source)),
        Kind::Tnef => ("tnef", |context, source, _| outlook::tnef::read(context, &**source)),
        Kind::Picture(format) => (format, |context, source, format| media::read_picture(context, &**source, format)),
        Kind::Recording(format) => (format, |context, source, _| media::read_recording(context, &**source)),
        _ => return None,
    };
    Some(known)
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
