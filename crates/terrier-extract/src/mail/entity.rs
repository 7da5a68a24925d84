use std::io::Read;

use encoding_rs::{Encoding, UTF_8};
use terrier_model::Reason;

use super::alternative::Seen;
use super::fields::{Fields, Structured};
use super::flowed::Flowed;
use super::lines::{Body, Lines};
use super::transfer::{Base64, Quoted, Undone, Uuencode};
use super::{member, opaque};
use crate::asset::{self, Input};
use crate::context::{Context, Halt};
use crate::decode::{self, Decoded};
use crate::html::HtmlText;
use crate::stream::{Counting, fill};
use crate::text::{self, Place};

/// Multiparts inside each other. What is deeper is read as text.
const MAX_NESTING: usize = 32;
/// Most text of a body that is held, to compare it with its alternatives or because it may be short.
const MAX_HELD: usize = 1 << 20;

/// What is known on the way through a message.
#[derive(Default)]
pub(super) struct Walk {
    parts: u64,
    seen: Option<Seen>,
    /// What the multipart is that the part at hand lies in.
    within: Within,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Within {
    #[default]
    Other,
    /// Parts are encrypted but for what says so.
    Encrypted,
    /// Parts are messages where they do not say otherwise.
    Digest,
}

/// Reads a message: its header, then its body.
pub(super) fn message(context: &mut Context<'_>, lines: &mut Lines<'_>, walk: &mut Walk) -> Result<(), Halt> {
    let place = lines.place();
    let fields = Fields::read(lines)?;
    text::whole(context, &fields.text(), place)?;
    content(context, lines, &fields, walk)
}

/// Reads the content that stands behind a header, up to the delimiter or the end behind it.
fn content(context: &mut Context<'_>, lines: &mut Lines<'_>, fields: &Fields, walk: &mut Walk) -> Result<(), Halt> {
    let of = fields.structured("content-type");
    let boundary = of.raw("boundary").unwrap_or_default().trim_ascii_end();
    if of.value.starts_with("multipart/") && lines.level() < MAX_NESTING && !boundary.is_empty() {
        return multipart(context, lines, boundary.to_vec(), &of.value, walk);
    }
    let disposition = fields.structured("content-disposition");
    let encoding = String::from_utf8_lossy(fields.get("content-transfer-encoding").unwrap_or_default().trim_ascii()).to_ascii_lowercase();
    let name = disposition.decoded("filename").or_else(|| of.decoded("name")).filter(|name| !name.trim().is_empty());
    walk.parts += 1;
    let is_message = matches!(of.value.as_str(), "message/rfc822" | "message/global" | "message/news" | "message/partial")
        || of.value.is_empty() && walk.within == Within::Digest;
    if is_message && matches!(encoding.as_str(), "" | "7bit" | "8bit" | "binary") {
        let name = name.unwrap_or_else(|| format!("part {}.eml", walk.parts));
        let result = member(context, &name, |context, _| {
            context.set_format("mail");
            message(context, lines, &mut Walk::default())
        });
        result?;
        return drain(lines);
    }
    let place = lines.place();
    let mut body = Body::new(lines);
    let mut undone: Box<dyn Read + '_> = match encoding.as_str() {
        "base64" => Box::new(Undone::new(&mut body, Base64::default())),
        "quoted-printable" => Box::new(Undone::new(&mut body, Quoted::default())),
        "x-uuencode" | "uuencode" | "x-uue" => Box::new(Undone::new(&mut body, Uuencode::default())),
        _ => Box::new(&mut body),
    };
    let result = if is_body(&of.value) && name.is_none() && disposition.value != "attachment" {
        body_text(context, &mut undone, &of, place, walk)
    } else {
        let name = name.unwrap_or_else(|| format!("part {}{}", walk.parts, extension(&of.value)));
        let is_encrypted = walk.within == Within::Encrypted && of.value == "application/octet-stream";
        member(context, &name, |context, consumed| {
            let mut input = Counting::new(&mut undone, consumed);
            if is_encrypted {
                return Err(Reason::Encrypted.into());
            }
            attached(context, &mut input, &of, &name)
        })
    };
    drop(undone);
    result?;
    drain(lines)
}

/// Reads the parts of a multipart. What stands before the first and behind the last is read as text.
fn multipart(context: &mut Context<'_>, lines: &mut Lines<'_>, boundary: Vec<u8>, of: &str, walk: &mut Walk) -> Result<(), Halt> {
    let within = match of {
        "multipart/encrypted" => Within::Encrypted,
        "multipart/digest" => Within::Digest,
        _ => Within::Other,
    };
    let before = std::mem::replace(&mut walk.within, within);
    let outer = if of == "multipart/alternative" { Some(walk.seen.replace(Seen::default())) } else { None };
    let level = lines.open(boundary);
    let place = lines.place();
    let mut result = loose(context, lines, place);
    while result.is_ok() && lines.pass(level) == Some(false) {
        let fields = Fields::read(lines)?;
        if let Some(description) = fields.get("content-description") {
            text::whole(context, super::fields::decoded(description).as_bytes(), lines.place())?;
        }
        result = content(context, lines, &fields, walk);
    }
    lines.close(level);
    walk.within = before;
    if let Some(seen) = outer {
        walk.seen = seen;
    }
    result?;
    let place = lines.place();
    loose(context, lines, place)
}

/// Reads what belongs to no part.
fn loose(context: &mut Context<'_>, lines: &mut Lines<'_>, place: Place) -> Result<(), Halt> {
    let mut body = Body::new(lines);
    windows(context, &mut body, place)
}

/// Tells the types of which a message's own text is. Other text, such as a calendar, is a format of its own.
fn is_body(of: &str) -> bool {
    match of.split_once('/') {
        None => true,
        Some(("text", kind)) => {
            !matches!(kind, "csv" | "tab-separated-values" | "calendar" | "vcard" | "x-vcard" | "directory" | "json" | "rtf")
        }
        Some(("message", kind)) => !matches!(kind, "rfc822" | "global" | "news" | "partial"),
        Some(("multipart", _)) => true,
        Some(_) => false,
    }
}

fn extension(of: &str) -> &'static str {
    match of {
        "text/csv" => ".csv",
        "text/calendar" => ".ics",
        "text/vcard" | "text/x-vcard" | "text/directory" => ".vcf",
        "text/html" => ".html",
        "message/rfc822" | "message/global" => ".eml",
        "application/json" => ".json",
        _ => "",
    }
}

/// Reads an attachment, or whatever else stands for itself.
fn attached(context: &mut Context<'_>, input: &mut dyn Read, of: &Structured, name: &str) -> Result<(), Halt> {
    if matches!(of.value.as_str(), "application/pkcs7-mime" | "application/x-pkcs7-mime") {
        return opaque::read(context, input);
    }
    match charset(of).filter(|_| of.value.starts_with("text/")) {
        Some(charset) => asset::read(context, Input::Stream(&mut Decoded::of(charset, input)), name.as_bytes()),
        None => asset::read(context, Input::Stream(input), name.as_bytes()),
    }
}

fn charset(of: &Structured) -> Option<&'static Encoding> {
    let label = of.raw("charset")?.trim_ascii();
    // Senders say ASCII of any bytes, so it says nothing; what is UTF-8 is seen to be.
    if label.eq_ignore_ascii_case(b"us-ascii") { None } else { Encoding::for_label(label).filter(|charset| *charset != UTF_8) }
}

/// Hands out the text of a body.
fn body_text(context: &mut Context<'_>, input: &mut dyn Read, of: &Structured, place: Place, walk: &mut Walk) -> Result<(), Halt> {
    let mut head = vec![0; 16 << 10];
    let filled = fill(input, &mut head)?;
    head.truncate(filled);
    let complete = filled < 16 << 10;
    let mut undecoded = head.as_slice().chain(input);
    let mut decoded = match charset(of) {
        Some(charset) => Decoded::of(charset, &mut undecoded),
        None => Decoded::new(decode::guess(&head, complete).unwrap_or(decode::Encoding::WINDOWS_1252), &mut undecoded),
    };
    if of.value == "text/html" {
        return distinct(context, &mut HtmlText::new(decoded), place, walk.seen.as_mut());
    }
    if of.raw("format").is_some_and(|format| format.eq_ignore_ascii_case(b"flowed")) {
        let delete_space = of.raw("delsp").is_some_and(|value| value.eq_ignore_ascii_case(b"yes"));
        return distinct(context, &mut Flowed::new(decoded, delete_space), place, walk.seen.as_mut());
    }
    distinct(context, &mut decoded, place, walk.seen.as_mut())
}

/// Hands out text; where it is an alternative to other text, what that does not say.
fn distinct(context: &mut Context<'_>, input: &mut dyn Read, place: Place, seen: Option<&mut Seen>) -> Result<(), Halt> {
    let Some(seen) = seen else { return windows(context, input, place) };
    let mut held = Vec::new();
    (&mut *input).take(MAX_HELD as u64).read_to_end(&mut held)?;
    if held.len() == MAX_HELD {
        return text::read(context, &mut held.as_slice().chain(input), place);
    }
    windows(context, &mut seen.fresh(&held).as_slice(), place)
}

/// Hands out text that is most often short.
fn windows(context: &mut Context<'_>, input: &mut dyn Read, place: Place) -> Result<(), Halt> {
    let mut held = Vec::new();
    (&mut *input).take(MAX_HELD as u64).read_to_end(&mut held)?;
    if held.len() < MAX_HELD {
        return text::whole(context, &held, place);
    }
    text::read(context, &mut held.as_slice().chain(input), place)
}

/// Passes over what a reader left of its part.
fn drain(lines: &mut Lines<'_>) -> Result<(), Halt> {
    while lines.next()?.is_some() {}
    Ok(())
}
