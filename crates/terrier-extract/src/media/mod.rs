//! Pictures and recordings: what they say of themselves. Who took a picture, where, and what it is said to show stands beside its pixels, and
//! is read whether or not anyone reads those; that they were not read is said by the outcome's reason.

mod exif;
mod iptc;
mod jpeg;
mod png;
mod tags;
mod xmp;

use std::fmt::Write as _;

use terrier_content::{Origin, Text};
use terrier_model::Reason;

use crate::context::{Context, Halt};
use crate::stream::read_exact_at;
use crate::{ReadAt, ocr};

/// Formats of which characters are recognised.
const OCR_FORMATS: [&str; 5] = ["png", "jpeg", "tiff", "webp", "gif"];
/// Most bytes of what a file says of itself.
const MOST: usize = 4 << 20;

/// Reads what a picture says of itself.
pub(crate) fn read_picture(context: &mut Context<'_>, source: &dyn ReadAt, format: &str) -> Result<(), Halt> {
    let mut properties = Properties::default();
    exif::read(source, &mut properties);
    match format {
        "jpeg" => jpeg::read(source, &mut properties)?,
        "png" => png::read(source, context.budget, &mut properties)?,
        _ => {}
    }
    xmp::read(source, &mut properties)?;
    properties.hand_out(context)?;
    if OCR_FORMATS.contains(&format) && source.size() <= ocr::MAX_PICTURE as u64 && context.recognizer.is_some() {
        let mut picture = vec![0; usize::try_from(source.size()).map_err(|_| Reason::MemoryLimit)?];
        read_exact_at(source, 0, &mut picture)?;
        if context.recognize(&picture, None)? {
            return Ok(());
        }
    }
    // Where the recognition failed its own reason counts.
    context.miss(Reason::NeedsOcr);
    Ok(())
}

/// Reads what a recording says of itself.
pub(crate) fn read_recording(context: &mut Context<'_>, source: &dyn ReadAt) -> Result<(), Halt> {
    let mut properties = Properties::default();
    tags::read(source, &mut properties);
    xmp::read(source, &mut properties)?;
    properties.hand_out(context)?;
    Err(Reason::NeedsSpeech.into())
}

/// Names and values, a line each.
#[derive(Default)]
struct Properties {
    lines: String,
    is_cut: bool,
}

impl Properties {
    /// Adds one, without what fills it up; nothing where it is empty.
    fn add(&mut self, name: &str, value: &str) {
        let value = value.trim_matches(|sign: char| sign.is_whitespace() || sign == '\0');
        if value.is_empty() {
            return;
        }
        if self.lines.len() + name.len() + value.len() > MOST {
            self.is_cut = true;
            return;
        }
        let separator = if name.is_empty() { "" } else { ": " };
        let _ = writeln!(self.lines, "{name}{separator}{value}");
    }

    fn hand_out(self, context: &mut Context<'_>) -> Result<(), Halt> {
        context.budget.spend_decoded(self.lines.len() as u64)?;
        context.text(Text::whole(self.lines.as_bytes(), Origin::Property))?;
        if self.is_cut {
            return Err(Reason::MemoryLimit.into());
        }
        Ok(())
    }
}

/// Reads text that is UTF-8, or else of an older program: Latin-1.
fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}
