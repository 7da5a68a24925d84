//! What Outlook keeps: the properties of messages (MS-OXPROPS), whichever file they come in.

mod lzfu;
pub(crate) mod pst;
mod rtf;
pub(crate) mod tnef;

use std::collections::HashSet;
use std::io::Read;

use terrier_content::Origin;
use terrier_model::Reason;

use crate::codepage::{decode, encoding, of_language, utf16};
use crate::context::{Context, Halt};
use crate::decode::{self as guess, Decoded};
use crate::html::HtmlText;
use crate::mail::{Seen, header_text};
use crate::text::{self, Place};

/// Tags of properties.
pub(crate) const BODY: u16 = 0x1000;
pub(crate) const BODY_RTF: u16 = 0x1009;
pub(crate) const BODY_HTML: u16 = 0x1013;
pub(crate) const ATTACHED: u16 = 0x3701;
/// The header that a message came with.
const HEADER: u16 = 0x007D;
/// Types of properties.
pub(crate) const NARROW: u16 = 0x001E;
pub(crate) const WIDE: u16 = 0x001F;
const INTERNET_CODE_PAGE: u16 = 0x3FDE;
const MESSAGE_CODE_PAGE: u16 = 0x3FFD;
const LOCALE: u16 = 0x3FF1;
/// Names of a file: the long one, the short one, the one that is shown.
const FILE_NAMES: [u16; 3] = [0x3707, 0x3704, 0x3001];
/// Names that machines gave: classes, search keys, ids of messages and conversations, kinds of addresses.
const OF_MACHINES: [u16; 14] =
    [0x001A, 0x1035, 0x1039, 0x1042, 0x300B, ATTACHED, 0x0064, 0x0075, 0x0077, 0x0C1E, 0x3002, 0x370E, 0x3712, 0x5D0A];

/// The texts of a message, of which each is handed out once: names and addresses stand in several properties, bodies in several forms.
#[derive(Default)]
pub(crate) struct Texts {
    page: u32,
    said: HashSet<String>,
    seen: Seen,
    waiting: String,
}

impl Texts {
    /// Makes the texts of a message; `number` returns its properties that are numbers.
    pub(crate) fn new(number: impl Fn(u16) -> Option<u32>) -> Self {
        let of_locale = || number(LOCALE).and_then(|locale| Some(of_language(u16::try_from(locale).ok()?)));
        let page = number(MESSAGE_CODE_PAGE).or_else(|| number(INTERNET_CODE_PAGE)).or_else(of_locale).unwrap_or(0);
        Self { page, ..Self::default() }
    }

    /// Decodes a text.
    pub(crate) fn decoded(&self, of: u16, bytes: &[u8]) -> Option<String> {
        let text = match of {
            NARROW => decode(bytes, self.page),
            WIDE => utf16(bytes),
            _ => return None,
        };
        Some(text.trim_end_matches('\0').to_owned())
    }

    /// Tells whether a property holds text that [`Texts::property`] takes.
    pub(crate) fn takes(tag: u16, of: u16) -> bool {
        matches!(of, NARROW | WIDE) && !matches!(tag, BODY | BODY_RTF | BODY_HTML) && !OF_MACHINES.contains(&tag)
    }

    /// Takes a property that is text.
    pub(crate) fn property(&mut self, tag: u16, of: u16, bytes: &[u8]) {
        let Some(mut text) = self.decoded(of, bytes) else { return };
        if tag == HEADER {
            text = String::from_utf8_lossy(&header_text(text.as_bytes())).into_owned();
        }
        let text = text.trim();
        if !text.is_empty() && self.said.insert(text.to_owned()) {
            self.waiting.push_str(text);
            self.waiting.push('\n');
        }
    }

    /// Hands out the properties that were taken.
    pub(crate) fn hand_out(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        let waiting = std::mem::take(&mut self.waiting);
        text::windows(context, &mut waiting.as_bytes(), text::BODY, Place::START, &|_| Origin::Property)
    }

    /// Hands out a form of the body, as far as the ones before do not say the same.
    pub(crate) fn body(&mut self, context: &mut Context<'_>, tag: u16, of: u16, bytes: &[u8]) -> Result<(), Halt> {
        let text = match (tag, self.decoded(of, bytes)) {
            (BODY_RTF, _) => match rtf_text(context, bytes) {
                Err(Halt::Because(Reason::Damaged)) => {
                    context.miss(Reason::Damaged);
                    return Ok(());
                }
                text => text?,
            },
            (BODY_HTML, Some(html)) => html_text(html.as_bytes()),
            (BODY_HTML, None) => self.html_of_page(bytes),
            (_, text) => text.unwrap_or_default(),
        };
        text::read(context, &mut self.seen.fresh(text.as_bytes()).as_slice(), Place::START)
    }

    fn html_of_page(&self, html: &[u8]) -> String {
        if let Some(encoding) = encoding(self.page).filter(|_| std::str::from_utf8(html).is_err()) {
            return html_text(encoding.decode(html).0.as_bytes());
        }
        let mut decoded = Vec::new();
        if let Some(encoding) = guess::guess(html, true) {
            // Reading from memory does not fail.
            let _ = Decoded::new(encoding, html).read_to_end(&mut decoded);
        }
        html_text(&decoded)
    }
}

fn html_text(html: &[u8]) -> String {
    let mut text = String::new();
    // Reading from memory does not fail, and what comes of text is text.
    let _ = HtmlText::new(String::from_utf8_lossy(html).as_bytes()).read_to_string(&mut text);
    text
}

/// Unpacks a body in RTF and returns its text.
fn rtf_text(context: &Context<'_>, bytes: &[u8]) -> Result<String, Halt> {
    let rtf::Text { text, is_html } = rtf::read(&lzfu::unpack(context, bytes)?);
    Ok(if is_html { html_text(text.as_bytes()) } else { text })
}

/// The name of an attachment, of which the best is kept.
#[derive(Default)]
pub(crate) struct FileName([Option<String>; 3]);

impl FileName {
    /// Takes a property, if it is a name.
    pub(crate) fn take(&mut self, tag: u16, text: impl FnOnce() -> Option<String>) {
        if let Some(at) = FILE_NAMES.iter().position(|name| *name == tag) {
            self.0[at] = text().filter(|text| !text.trim().is_empty());
        }
    }

    /// Returns the name, or one by number where there is none.
    pub(crate) fn or_number(self, number: u32) -> String {
        self.0.into_iter().flatten().next().unwrap_or_else(|| format!("attachment {number}"))
    }
}

/// Reads a number; what lies behind the end is zeros.
fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at.saturating_add(2)).map_or(0, |pair| u16::from_le_bytes([pair[0], pair[1]]))
}

/// Reads a number; what lies behind the end is zeros.
fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at.saturating_add(2))) << 16
}
