//! PDF (ISO 32000): the text of pages by position, what forms, annotations and properties hold, and attached files.
//!
//! `hayro-syntax` reads objects, encryption and broken cross-references, `hayro-font` tells what the codes of a font stand for. The way
//! from a content stream to lines of text is here, since that decides whether a value is found.

mod attachments;
mod bidi;
mod codes;
mod content;
mod font;
mod guess;
mod interpret;
mod layout;
mod lexer;
mod open;
mod page;
mod pictures;
mod properties;
mod reading;
mod shown;
mod text_string;

use hayro_syntax::Pdf;
use terrier_content::{Origin, Text};
use terrier_model::Reason;

use self::content::Contents;
use self::font::Fonts;
use self::open::Opened;
use self::page::Seen;
use crate::context::{Context, Halt};
use crate::stream::read_exact_at;
use crate::text::{self, Place};
use crate::{ReadAt, quiet};

/// Reads a document.
pub(crate) fn read(context: &mut Context<'_>, source: &dyn ReadAt) -> Result<(), Halt> {
    if source.size() > context.limits.buffered_bytes {
        return Err(Reason::MemoryLimit.into());
    }
    let mut bytes = vec![0; usize::try_from(source.size()).map_err(|_| Reason::MemoryLimit)?];
    read_exact_at(source, 0, &mut bytes)?;
    let Opened { document, is_locked } = open::open(bytes)?;
    let attachments = properties::read(context, &document)?;
    read_pages(context, &document)?;
    attachments::read(context, attachments, is_locked)
}

fn read_pages(context: &mut Context<'_>, document: &Pdf) -> Result<(), Halt> {
    let pages = document.pages();
    let fonts = Fonts::default();
    let mut contents = Contents::new(context.budget);
    let mut pictures = 0;
    for (index, page) in pages.iter().enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let seen = page::read(&fonts, &mut contents, page);
        hand_out(context, seen.text.as_bytes(), number)?;
        hand_out(context, seen.codes.as_bytes(), number)?;
        seen.missed.iter().for_each(|reason| context.miss(*reason));
        if seen.needs_ocr && !recognize(context, &contents, &seen, number)? {
            pictures += 1;
        }
    }
    if pages.is_empty() {
        context.miss(Reason::Damaged);
    }
    if pictures > 0 {
        context.miss(Reason::NeedsOcr);
    }
    Ok(())
}

/// Has the pictures of a page recognised that is not to be read otherwise; tells whether that was all that it shows.
fn recognize(context: &mut Context<'_>, contents: &Contents<'_>, seen: &Seen<'_>, page: u32) -> Result<bool, Halt> {
    if context.recognizer.is_none() || seen.pictures.is_empty() {
        return Ok(false);
    }
    let mut is_done = seen.shows_pictures_only;
    for picture in seen.pictures.iter().filter(|picture| !pictures::is_speck(picture)) {
        // What a picture holds is taken apart by many hands.
        let file = quiet::catch(|| pictures::file(picture, contents)).ok().flatten();
        is_done &= match file {
            Some(file) => context.recognize(&file, Some(page))?,
            None => false,
        };
    }
    Ok(is_done)
}

fn hand_out(context: &mut Context<'_>, text: &[u8], page: u32) -> Result<(), Halt> {
    context.budget.spend_decoded(text.len() as u64)?;
    if text.len() <= text::BODY {
        return context.text(Text::whole(text, Origin::Page(page)));
    }
    text::windows(context, &mut &*text, text::BODY, Place::START, &|_| Origin::Page(page))
}
