//! PDF, page by page, with the values of forms and annotations.

use std::io;

use pdf_extract::{Document, Object, OutputDev, PlainTextOutput, output_doc_page};
use terrier_content::{Origin, Text};
use terrier_model::Reason;

use crate::ReadAt;
use crate::context::{Context, Halt};
use crate::decode::{Encoding, decode_head};
use crate::quiet;
use crate::stream::read_exact_at;
use crate::text::{self, Place};

/// Most text of one page. What repeats a content stream to fill memory stops here.
const MAX_PAGE: usize = 64 << 20;
/// Keys under which forms, annotations and the document's information hold text for people.
const TEXT_KEYS: [&[u8]; 13] =
    [b"V", b"DV", b"TU", b"T", b"Contents", b"RC", b"Title", b"Author", b"Subject", b"Keywords", b"Creator", b"URI", b"NM"];

/// Reads a document.
pub(crate) fn read(context: &mut Context<'_>, source: &dyn ReadAt) -> Result<(), Halt> {
    if source.size() > context.limits.buffered_bytes {
        return Err(Reason::MemoryLimit.into());
    }
    let mut bytes = vec![0; usize::try_from(source.size()).map_err(|_| Reason::MemoryLimit)?];
    read_exact_at(source, 0, &mut bytes)?;
    let mut document = Document::load_mem(&bytes).map_err(|_| Reason::Damaged)?;
    drop(bytes);
    if document.is_encrypted() && document.decrypt("").is_err() {
        return Err(Reason::Encrypted.into());
    }
    read_properties(context, &document)?;
    let mut silent = 0;
    let pages = document.get_pages();
    for number in pages.keys() {
        match page_text(&document, *number) {
            Some(text) if text.trim_ascii().is_empty() => silent += 1,
            Some(text) => {
                text::windows(context, &mut text.as_slice(), text::BODY, Place::START, &|_| Origin::Page(*number))?;
            }
            None => context.miss(Reason::Damaged),
        }
    }
    if pages.is_empty() {
        context.miss(Reason::Damaged);
    } else if silent == pages.len() {
        // Pages without any text are pictures, which nothing here reads.
        context.miss(Reason::UnsupportedFormat);
    }
    Ok(())
}

/// Returns the text of a page; `None` where no engine reads it.
fn page_text(document: &Document, number: u32) -> Option<Vec<u8>> {
    let laid_out = quiet::catch(|| {
        let mut text = PageText(Vec::new());
        let mut output = PlainTextOutput::new(&mut text as &mut dyn io::Write);
        let result = output_doc_page(document, &mut output as &mut dyn OutputDev, number);
        result.is_ok().then_some(text.0)
    });
    match laid_out {
        Ok(Some(text)) => Some(text),
        _ => quiet::catch(|| document.extract_text(&[number]).ok().map(String::into_bytes)).ok().flatten(),
    }
}

/// Collects a page's text up to a limit.
struct PageText(Vec<u8>);

impl io::Write for PageText {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_PAGE {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Hands out the strings of forms, annotations and the document's information.
fn read_properties(context: &mut Context<'_>, document: &Document) -> Result<(), Halt> {
    for object in document.objects.values() {
        let dictionary = match object {
            Object::Dictionary(dictionary) => dictionary,
            Object::Stream(stream) => &stream.dict,
            _ => continue,
        };
        for (key, value) in dictionary.iter() {
            if let (true, Object::String(bytes, _)) = (TEXT_KEYS.contains(&key.as_slice()), value) {
                let encoding = match bytes.as_slice() {
                    [0xFE, 0xFF, ..] => Encoding::Utf16Be,
                    [0xEF, 0xBB, 0xBF, ..] => Encoding::Utf8 { mark: 3 },
                    _ => Encoding::Windows1252,
                };
                context.text(Text::whole(&decode_head(encoding, bytes), Origin::Property))?;
            }
        }
    }
    Ok(())
}
