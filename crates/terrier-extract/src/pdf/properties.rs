//! What a document holds beside its pages: the values of forms, notes, links, titles, information, metadata, scripts.
//!
//! All objects are gone through, whether something leads to them or not: what was taken out of the tree of pages is still in the file.

use std::collections::HashSet;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Array, Dict, Object, ObjectIdentifier, Stream};
use terrier_content::{Origin, Text};

use super::attachments::{self, Attachment};
use super::{content, text_string};
use crate::context::{Context, Halt};
use crate::text::{self, Place};

/// Keys under which objects hold text for people, labels before values.
const TEXT_KEYS: [&[u8]; 34] = [
    b"TU",
    b"T",
    b"TM",
    b"Title",
    b"Author",
    b"Subject",
    b"Keywords",
    b"Creator",
    b"Producer",
    b"Company",
    b"Subj",
    b"NM",
    b"MN",
    b"Alt",
    b"ActualText",
    b"E",
    b"Desc",
    b"URI",
    b"UF",
    b"F",
    b"DOS",
    b"Unix",
    b"Name",
    b"ContactInfo",
    b"Reason",
    b"Location",
    b"Opt",
    b"DV",
    b"Contents",
    b"RC",
    b"RV",
    b"CA",
    b"JS",
    b"V",
];
/// Keys under which documents hold streams of text: forms of XML, metadata, rich text, scripts.
const STREAM_KEYS: [&[u8]; 7] = [b"XFA", b"Metadata", b"V", b"DV", b"RC", b"RV", b"JS"];
/// Keys that tell the document's information, which may have keys of its own.
const INFORMATION_KEYS: [&[u8]; 5] = [b"Producer", b"Creator", b"CreationDate", b"ModDate", b"Author"];
/// Objects inside each other.
const MAX_DEPTH: usize = 12;
/// Entries of one list of choices, or of the parts of a form.
const MAX_ITEMS: usize = 10_000;
/// Size of a window of a stream.
const BODY: usize = 64 << 10;

/// Hands out all properties, and returns the attachments that came up.
pub(super) fn read<'d>(context: &mut Context<'_>, document: &'d Pdf) -> Result<Vec<Attachment<'d>>, Halt> {
    let mut found = Found::default();
    for object in document.objects() {
        let mut lines = String::new();
        match &object {
            Object::Dict(dict) => found.dict(dict, &mut lines, 0),
            Object::Stream(stream) => found.dict(stream.dict(), &mut lines, 0),
            Object::Array(array) => found.array(array, &mut lines, 0),
            _ => {}
        }
        if !lines.is_empty() {
            context.budget.spend_decoded(lines.len() as u64)?;
            context.text(Text::whole(lines.as_bytes(), Origin::Property))?;
        }
    }
    for stream in found.streams {
        match content::open(&stream, context.budget) {
            Ok(mut reader) => {
                let mut reader = crate::stream::Tolerant::new(&mut reader);
                text::windows(context, &mut reader, BODY, Place::START, &|_| Origin::Property)?;
                reader.failure().into_iter().for_each(|reason| context.miss(reason));
            }
            Err(reason) => context.miss(reason),
        }
    }
    Ok(found.attachments)
}

/// What came up among the objects.
#[derive(Default)]
struct Found<'d> {
    streams: Vec<Stream<'d>>,
    attachments: Vec<Attachment<'d>>,
    seen: HashSet<ObjectIdentifier>,
}

impl<'d> Found<'d> {
    fn dict(&mut self, dict: &Dict<'d>, lines: &mut String, depth: usize) {
        if dict.is_empty() || depth > MAX_DEPTH {
            return;
        }
        // What stands under the contents of a signature is no text.
        let is_signature = dict.contains_key(b"ByteRange");
        for key in TEXT_KEYS.iter().filter(|key| dict.contains_key(key) && !(is_signature && **key == b"Contents")) {
            self.value(dict.get::<Object<'d>>(key), lines, depth);
        }
        for key in STREAM_KEYS.iter().filter(|key| dict.contains_key(key)) {
            self.streams_of(dict.get::<Object<'d>>(key));
        }
        if dict.contains_key(b"EF") {
            attachments::find(dict, &mut self.seen, &mut self.attachments);
        }
        let is_information = !dict.contains_key(b"Type") && INFORMATION_KEYS.iter().any(|key| dict.contains_key(key));
        for (key, value) in dict.entries() {
            // What is referred to is an object of its own, which has its turn.
            if value.as_obj_ref().is_some() {
                continue;
            }
            let is_read = TEXT_KEYS.contains(&key.as_ref());
            match dict.get::<Object<'d>>(key.as_ref()) {
                Some(Object::Dict(inner)) => self.dict(&inner, lines, depth + 1),
                Some(Object::Array(inner)) if !is_read => self.array(&inner, lines, depth + 1),
                Some(Object::String(string)) if is_information && !is_read => push_line(lines, &string),
                _ => {}
            }
        }
    }

    /// Goes through what is inside an array, whose own strings are of no interest.
    fn array(&mut self, array: &Array<'d>, lines: &mut String, depth: usize) {
        if depth > MAX_DEPTH || !array.data().windows(2).any(|pair| pair == b"<<") {
            return;
        }
        for item in array.raw_iter().filter(|item| item.as_obj_ref().is_none()) {
            match item {
                hayro_syntax::object::MaybeRef::NotRef(Object::Dict(inner)) => self.dict(&inner, lines, depth + 1),
                hayro_syntax::object::MaybeRef::NotRef(Object::Array(inner)) => self.array(&inner, lines, depth + 1),
                _ => {}
            }
        }
    }

    /// Takes the strings of a value: one, or a list of them.
    fn value(&mut self, value: Option<Object<'d>>, lines: &mut String, depth: usize) {
        match value {
            Some(Object::String(string)) => push_line(lines, &string),
            Some(Object::Array(items)) if depth <= MAX_DEPTH => {
                for item in items.iter::<Object<'d>>().take(MAX_ITEMS) {
                    self.value(Some(item), lines, depth + 4);
                }
            }
            _ => {}
        }
    }

    /// Takes a stream of text, or the streams of a list.
    fn streams_of(&mut self, value: Option<Object<'d>>) {
        match value {
            Some(Object::Stream(stream)) if self.seen.insert(stream.obj_id()) => self.streams.push(stream),
            Some(Object::Array(items)) => {
                for item in items.iter::<Object<'d>>().take(MAX_ITEMS) {
                    if let Object::Stream(stream) = item
                        && self.seen.insert(stream.obj_id())
                    {
                        self.streams.push(stream);
                    }
                }
            }
            _ => {}
        }
    }
}

fn push_line(lines: &mut String, string: &[u8]) {
    let text = text_string::decode(string);
    // Dates of files are of nobody, and their digits are like those of numbers that are.
    let is_date = string.starts_with(b"D:") && string[2..].iter().take(8).all(u8::is_ascii_digit);
    if !is_date && !text.trim().is_empty() {
        if !lines.is_empty() {
            lines.push('\n');
        }
        lines.push_str(&text);
    }
}
