//! Messages of Outlook (MS-OXMSG): a storage whose streams are the message's properties.

use std::collections::HashSet;
use std::io::Read;

use terrier_model::Reason;

use super::codepage::{decode, encoding, of_language, utf16};
use super::file::{CompoundFile, Kind, u32_at};
use super::{lzfu, member, open, property, rtf, storage};
use crate::asset::{self, Input};
use crate::context::{Context, Halt};
use crate::decode::Decoded;
use crate::html::HtmlText;
use crate::mail::Seen;
use crate::text::{self, Place};
use crate::{ReadAt, decode as guess};

const STREAM: &str = "__substg1.0_";
const PROPERTIES: &str = "__properties_version1.0";
/// Tags of properties (MS-OXPROPS).
const BODY: u16 = 0x1000;
const BODY_RTF: u16 = 0x1009;
const BODY_HTML: u16 = 0x1013;
const ATTACHED: u16 = 0x3701;
const INTERNET_CODE_PAGE: u32 = 0x3FDE_0003;
const LOCALE: u32 = 0x3FF1_0003;
const MESSAGE_CODE_PAGE: u32 = 0x3FFD_0003;
/// Names that machines gave: classes, search keys, ids of messages and conversations, and addresses in Exchange's own form.
const OF_MACHINES: [u16; 14] =
    [0x001A, 0x1035, 0x1039, 0x1042, 0x300B, 0x3701, 0x0064, 0x0075, 0x0077, 0x0C1E, 0x3002, 0x370E, 0x3712, 0x5D0A];

/// Reads the message that a storage holds.
pub(super) fn read(context: &mut Context<'_>, file: &CompoundFile<'_>, at: usize) -> Result<(), Halt> {
    let mut message = Message { page: code_page(context, file, at)?, texts: HashSet::new() };
    message.properties(context, file, at)?;
    message.bodies(context, file, at)?;
    let mut number = 0;
    for child in file.entries[at].children.iter().copied().filter(|child| file.entries[*child].kind == Kind::Storage) {
        let name = file.entries[child].name.as_str();
        if name.starts_with("__recip_version1.0") {
            message.properties(context, file, child)?;
        } else if name.starts_with("__attach_version1.0") {
            number += 1;
            message.attachment(context, file, child, number)?;
        }
    }
    Ok(())
}

/// Finds the code page of texts that are not Unicode.
fn code_page(context: &Context<'_>, file: &CompoundFile<'_>, at: usize) -> Result<u32, Halt> {
    let Some(properties) = file.find(at, PROPERTIES) else { return Ok(0) };
    let bytes = open(context, file, properties)?.read_all(context.limits.buffered_bytes)?;
    let find = |tag: u32| bytes.windows(16).step_by(8).find(|entry| u32_at(entry, 0) == tag).map(|entry| u32_at(entry, 8));
    let of_locale = || find(LOCALE).and_then(|locale| Some(of_language(u16::try_from(locale).ok()?)));
    Ok(find(MESSAGE_CODE_PAGE).or_else(|| find(INTERNET_CODE_PAGE)).or_else(of_locale).unwrap_or(0))
}

/// Takes the name of a property's stream apart: its tag and its type.
fn tag(name: &str) -> Option<(u16, u16)> {
    let digits = name.strip_prefix(STREAM)?.get(..8)?;
    let tag = u32::from_str_radix(digits, 16).ok()?;
    Some(((tag >> 16) as u16, (tag & 0xFFFF) as u16))
}

struct Message {
    page: u32,
    /// Texts that were handed out, since names and addresses stand in several properties.
    texts: HashSet<String>,
}

impl Message {
    /// Hands out the properties of a storage that are text, bodies aside.
    fn properties(&mut self, context: &mut Context<'_>, file: &CompoundFile<'_>, at: usize) -> Result<(), Halt> {
        let mut all = String::new();
        for child in file.entries[at].children.iter().copied() {
            let Some((tag, of)) = tag(&file.entries[child].name) else { continue };
            if file.entries[child].kind != Kind::Stream || matches!(tag, BODY | BODY_RTF | BODY_HTML) || OF_MACHINES.contains(&tag) {
                continue;
            }
            if let Some(text) = self.text(context, file, child, of)? {
                let text = text.trim_end_matches('\0').trim();
                if !text.is_empty() && self.texts.insert(text.to_owned()) {
                    all.push_str(text);
                    all.push('\n');
                }
            }
        }
        property(context, &all)
    }

    fn text(&self, context: &Context<'_>, file: &CompoundFile<'_>, at: usize, of: u16) -> Result<Option<String>, Halt> {
        if !matches!(of, 0x1E | 0x1F) {
            return Ok(None);
        }
        let bytes = open(context, file, at)?.read_all(context.limits.buffered_bytes)?;
        Ok(Some(if of == 0x1F { utf16(&bytes) } else { decode(&bytes, self.page) }))
    }

    /// Hands out the body, in each form as far as the ones before do not say the same.
    fn bodies(&self, context: &mut Context<'_>, file: &CompoundFile<'_>, at: usize) -> Result<(), Halt> {
        let mut seen = Seen::default();
        for wanted in [BODY, BODY_HTML, BODY_RTF] {
            let streams = file.entries[at].children.iter().copied().filter_map(|child| Some((child, tag(&file.entries[child].name)?)));
            let Some((child, (_, of))) = streams.into_iter().find(|(_, (tag, _))| *tag == wanted) else { continue };
            let text = match (wanted, self.text(context, file, child, of)?) {
                (BODY_HTML, Some(html)) => html_text(html.as_bytes())?,
                (_, Some(text)) => text,
                (_, None) => {
                    let bytes = open(context, file, child)?.read_all(context.limits.buffered_bytes)?;
                    if wanted == BODY_RTF { rtf_text(context, &bytes)? } else { self.html_of_page(&bytes)? }
                }
            };
            text::read(context, &mut seen.fresh(text.as_bytes()).as_slice(), Place::START)?;
        }
        Ok(())
    }

    fn html_of_page(&self, html: &[u8]) -> Result<String, Halt> {
        if let Some(encoding) = encoding(self.page).filter(|_| std::str::from_utf8(html).is_err()) {
            return html_text(encoding.decode(html).0.as_bytes());
        }
        html_text(&guess::guess(html, true).map_or(html.to_vec(), |encoding| {
            let mut decoded = Vec::new();
            // Reading from memory does not fail.
            let _ = Decoded::new(encoding, html).read_to_end(&mut decoded);
            decoded
        }))
    }

    fn attachment(&mut self, context: &mut Context<'_>, file: &CompoundFile<'_>, at: usize, number: u32) -> Result<(), Halt> {
        let mut names: [Option<String>; 3] = [None, None, None];
        let (mut content, mut embedded) = (None, None);
        for child in file.entries[at].children.iter().copied() {
            let Some((tag, of)) = tag(&file.entries[child].name) else { continue };
            match tag {
                0x3707 => names[0] = self.text(context, file, child, of)?,
                0x3704 => names[1] = self.text(context, file, child, of)?,
                0x3001 => names[2] = self.text(context, file, child, of)?,
                ATTACHED if file.entries[child].kind == Kind::Storage => embedded = Some(child),
                ATTACHED => content = Some(child),
                _ => {}
            }
        }
        let name = names.into_iter().flatten().map(|name| name.trim_end_matches('\0').to_owned()).find(|name| !name.is_empty());
        let name = name.unwrap_or_else(|| format!("attachment {number}"));
        if let Some(embedded) = embedded {
            return member(context, &name, None, |context| storage(context, file, embedded));
        }
        let Some(content) = content else { return Ok(()) };
        let stream = open(context, file, content)?;
        member(context, &name, Some(stream.size()), |context| {
            let result = asset::read(context, Input::Source(&stream), name.as_bytes());
            if stream.whole || result.is_err() { result } else { Err(Reason::Damaged.into()) }
        })
    }
}

fn html_text(html: &[u8]) -> Result<String, Halt> {
    let mut text = String::new();
    HtmlText::new(String::from_utf8_lossy(html).as_bytes()).read_to_string(&mut text)?;
    Ok(text)
}

/// Unpacks a body in RTF and returns its text.
fn rtf_text(context: &Context<'_>, bytes: &[u8]) -> Result<String, Halt> {
    let rtf::Text { text, is_html } = rtf::read(&lzfu::unpack(context, bytes)?);
    if is_html { html_text(text.as_bytes()) } else { Ok(text) }
}
