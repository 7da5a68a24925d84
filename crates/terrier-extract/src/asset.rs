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
use crate::{ReadAt, delimited, gzip, json, media, parquet, pdf, strings, tar, text, zip};

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
        kind @ (Kind::Zip | Kind::Tar | Kind::Parquet | Kind::Pdf | Kind::Picture(_) | Kind::Recording(_)) => {
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
            read_stream(context, kind, &mut watched, name)?;
            if watched.holds_zip() {
                context.miss(Reason::UnsupportedFormat);
            }
        }
        kind => read_stream(context, kind, &mut head.chain(&mut *rest), name)?,
    }
    rest.failure().map_or(Ok(()), |reason| Err(reason.into()))
}

/// Reads the formats that take their bytes as they come.
fn read_stream(context: &mut Context<'_>, kind: Kind, body: &mut dyn Read, name: &[u8]) -> Result<(), Halt> {
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
        Kind::Gzip => {
            context.set_format("gzip");
            gzip::read(context, body, name)
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

/// Reads the formats with complex parsers. All but tar need to read at any place: what comes as a stream is held in memory.
fn read_complex<R: Read>(
    context: &mut Context<'_>,
    kind: Kind,
    head: &[u8],
    rest: &mut Tolerant<R>,
    source: Option<&Arc<dyn ReadAt>>,
) -> Result<(), Halt> {
    if kind == Kind::Tar {
        context.set_format("tar");
        let result = tar::read(context, &mut head.chain(&mut *rest));
        return match rest.failure() {
            Some(reason) if result != Err(Halt::Stopped) => Err(reason.into()),
            _ => result,
        };
    }
    context.set_format(match kind {
        Kind::Zip => "zip",
        Kind::Parquet => "parquet",
        Kind::Picture(format) | Kind::Recording(format) => format,
        _ => "pdf",
    });
    let source = match source {
        Some(source) => Arc::clone(source),
        None => Arc::new(buffer(head, rest, context.limits.buffered_bytes)?),
    };
    match kind {
        Kind::Zip => zip::read(context, &*source),
        Kind::Parquet => parquet::read(context, source),
        Kind::Picture(format) => media::read_picture(context, &*source, format),
        Kind::Recording(_) => media::read_recording(context, &*source),
        _ => pdf::read(context, &*source),
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
