//! A page: its content, what its annotations look like, and whether there is more to see than to read.

use hayro_syntax::object::{Array, Dict, Name, Object, Rect, Stream};
use hayro_syntax::page::Page;
use terrier_model::Reason;

use super::content::Contents;
use super::font::Fonts;
use super::interpret::Interpreter;
use super::layout::Lines;
use crate::quiet;

/// Annotations of a page whose looks are read.
const MAX_ANNOTATIONS: usize = 100_000;
/// Characters that stamps and page numbers of a scanned page have at most.
const STAMP: usize = 64;
/// Share of a page that a picture covers at least where the page is a scan.
const SCAN: f64 = 0.5;
/// Shapes painted on a page without text that may be letters.
const OUTLINES: usize = 32;

/// What a page shows.
#[derive(Default)]
pub(super) struct Seen<'a> {
    pub(super) text: String,
    /// Those of its lines that have codes of which nothing tells the characters, with the codes as they are.
    pub(super) codes: String,
    pub(super) missed: Option<Reason>,
    /// Whether it shows what only the recognition of characters would read.
    pub(super) needs_ocr: bool,
    /// Its pictures, in the order in which they are drawn, where it needs that.
    pub(super) pictures: Vec<Stream<'a>>,
    /// Whether these are all that there is to recognise.
    pub(super) shows_pictures_only: bool,
}

/// Reads a page.
pub(super) fn read<'a>(fonts: &Fonts<'a>, contents: &mut Contents<'_>, page: &Page<'a>) -> Seen<'a> {
    let mut interpreter = Interpreter::new(fonts, contents);
    let finished = quiet::catch(|| {
        read_content(&mut interpreter, page);
        read_annotations(&mut interpreter, page);
    });
    if finished.is_err() {
        interpreter.miss(Some(Reason::Damaged));
    }
    let Interpreter { layout, missed, known, unknown, picture, pictures, is_picture_left, shapes, .. } = interpreter;
    let Lines { text, codes } = quiet::catch(|| layout.finish()).unwrap_or_default();
    let (width, height) = page.base_dimensions();
    let is_scan = picture >= SCAN * f64::from(width) * f64::from(height);
    let characters = text.chars().filter(|c| !c.is_whitespace()).take(STAMP).count();
    let has_shapes = picture > 0.0 || shapes >= OUTLINES;
    let needs_ocr = characters == 0 && has_shapes || characters < STAMP && is_scan || unknown > known;
    let pictures = if needs_ocr { pictures } else { Vec::new() };
    let shows_pictures_only = unknown <= known && shapes < OUTLINES && !is_picture_left;
    Seen { text, codes, missed, needs_ocr, pictures, shows_pictures_only }
}

fn read_content<'a>(interpreter: &mut Interpreter<'a, '_, '_>, page: &Page<'a>) {
    let mut content = Vec::new();
    for stream in content_streams(page) {
        interpreter.unpack(&stream, &mut content);
        // A stream may end in the middle of an instruction's operands, though not of a word.
        content.push(b' ');
    }
    interpreter.run(&content, page.resources());
}

fn content_streams<'a>(page: &Page<'a>) -> Vec<Stream<'a>> {
    if let Some(stream) = page.raw().get::<Stream<'a>>(b"Contents") {
        return vec![stream];
    }
    page.raw()
        .get::<Array<'a>>(b"Contents")
        .map(|streams| streams.iter::<Object<'a>>().filter_map(Object::into_stream).collect())
        .unwrap_or_default()
}

fn read_annotations<'a>(interpreter: &mut Interpreter<'a, '_, '_>, page: &Page<'a>) {
    let Some(annotations) = page.raw().get::<Array<'a>>(b"Annots") else { return };
    for annotation in annotations.iter::<Object<'a>>().take(MAX_ANNOTATIONS).filter_map(Object::into_dict) {
        if let Some(stream) = appearance(&annotation) {
            interpreter.appearance(&stream, page.resources(), annotation.get::<Rect>(b"Rect"));
        }
    }
}

/// Returns what an annotation looks like: the one look, or that of its state.
fn appearance<'a>(annotation: &Dict<'a>) -> Option<Stream<'a>> {
    let looks = annotation.get::<Dict<'a>>(b"AP")?;
    match looks.get::<Object<'a>>(b"N")? {
        Object::Stream(stream) => Some(stream),
        Object::Dict(states) => states.get::<Stream<'a>>(annotation.get::<Name<'a>>(b"AS")?.as_ref()),
        _ => None,
    }
}
