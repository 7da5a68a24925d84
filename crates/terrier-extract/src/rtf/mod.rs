//! Rich Text Format (version 1.9.1).
//!
//! Every destination is read: the body with headers, footers and notes beside it, everything else that is text as properties, pictures
//! and objects as members. Only names of fonts and numbers that lay pictures out are not.

mod charset;
mod embedded;
mod tokens;
mod words;

use std::collections::HashMap;
use std::io::Read;

use encoding_rs::{Encoding, WINDOWS_1252};
use terrier_content::Origin;
use terrier_model::Reason;

use self::embedded::Bytes;
pub(crate) use self::tokens::{Token, Tokens};
use self::words::{Destination, Mark, Meaning};
use crate::context::{Context, Halt};
use crate::story::{Beside, Naming, Story};

/// Groups inside each other; those beyond are part of the last one.
const MAX_DEPTH: usize = 1024;
/// Fonts whose character sets are kept.
const MAX_FONTS: usize = 4096;
/// Bytes of a text in another encoding that are decoded at once.
const MAX_PENDING: usize = 4096;

/// Reads a document.
pub(crate) fn read(context: &mut Context<'_>, source: &mut dyn Read) -> Result<(), Halt> {
    let mut tokens = Tokens::new(source);
    let mut document = Document::new();
    let result = document.read(context, &mut tokens);
    if result == Err(Halt::Stopped) {
        return result;
    }
    document.flush(context)?;
    document.body.finish(context)?;
    document.properties.finish(context)?;
    result?;
    match tokens.failure() {
        Some(reason) => Err(reason.into()),
        None if document.groups.is_empty() => Ok(()),
        None => Err(Reason::Damaged.into()),
    }
}

/// What holds inside a group.
#[derive(Clone, Copy)]
struct Group {
    destination: Destination,
    encoding: &'static Encoding,
    /// How many characters stand for a `\u` where it is not understood.
    substitutes: u32,
    deleted: bool,
}

struct Document {
    body: Story,
    properties: Story,
    at_hand: Group,
    groups: Vec<Group>,
    too_deep: u64,
    /// Whether `\*` came: the word that follows names a destination.
    starred: bool,
    in_table: bool,
    default: &'static Encoding,
    fonts: HashMap<i32, &'static Encoding>,
    font: i32,
    /// Bytes that are not decoded yet.
    pending: Vec<u8>,
    surrogate: Option<u32>,
    /// Substitutes that are still to come.
    skip: u32,
    paragraph: u64,
    pictures: u32,
    objects: u32,
}

impl Document {
    fn new() -> Self {
        let at_hand = Group { destination: Destination::Body, encoding: WINDOWS_1252, substitutes: 1, deleted: false };
        Self {
            body: Story::new(Naming::Lines),
            properties: Story::new(Naming::At(Origin::Property)),
            at_hand,
            groups: Vec::new(),
            too_deep: 0,
            starred: false,
            in_table: false,
            default: WINDOWS_1252,
            fonts: HashMap::new(),
            font: 0,
            pending: Vec::new(),
            surrogate: None,
            skip: 0,
            paragraph: 0,
            pictures: 0,
            objects: 0,
        }
    }

    fn read(&mut self, context: &mut Context<'_>, tokens: &mut Tokens<'_>) -> Result<(), Halt> {
        loop {
            if self.at_hand.destination.is_embedded() && tokens.is_at_hex() {
                self.embedded(context, Bytes::Hex(tokens))?;
            }
            let is_star = match tokens.next() {
                Token::End => return Ok(()),
                Token::Open => {
                    self.open(context)?;
                    false
                }
                Token::Close => {
                    self.close(context)?;
                    false
                }
                Token::Text(text) => {
                    self.bytes(context, text)?;
                    false
                }
                Token::Byte(byte) => {
                    self.bytes(context, &[byte])?;
                    false
                }
                Token::Symbol(b'*') => true,
                Token::Symbol(symbol) => {
                    self.symbol(context, symbol)?;
                    false
                }
                Token::Word { name: b"bin", number } => {
                    let count = u64::try_from(number.unwrap_or(0)).unwrap_or(0);
                    self.embedded(context, Bytes::Raw(tokens, count))?;
                    false
                }
                Token::Word { name, number } => {
                    let meaning = words::meaning(name, self.starred);
                    self.word(context, meaning, number)?;
                    false
                }
            };
            self.starred = is_star;
        }
    }

    fn embedded(&mut self, context: &mut Context<'_>, bytes: Bytes<'_, '_>) -> Result<(), Halt> {
        let (kind, number) = match self.at_hand.destination {
            Destination::Object => ("object", &mut self.objects),
            _ => ("picture", &mut self.pictures),
        };
        *number = number.saturating_add(1);
        embedded::read(context, bytes, kind, *number)
    }

    fn open(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        self.flush(context)?;
        self.skip = 0;
        if self.groups.len() >= MAX_DEPTH {
            self.too_deep += 1;
        } else {
            self.groups.push(self.at_hand);
        }
        Ok(())
    }

    fn close(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        self.flush(context)?;
        self.skip = 0;
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return Ok(());
        }
        let Some(outer) = self.groups.pop() else { return Ok(()) };
        let inner = std::mem::replace(&mut self.at_hand, outer);
        if inner.destination != outer.destination {
            self.leave(inner.destination);
        }
        Ok(())
    }

    fn leave(&mut self, destination: Destination) {
        match destination {
            Destination::Nested => self.body.end_nested(),
            Destination::Code => self.body.end_beside(),
            Destination::Property => self.properties.end_line(),
            _ => {}
        }
    }

    fn symbol(&mut self, context: &mut Context<'_>, symbol: u8) -> Result<(), Halt> {
        match symbol {
            b'\\' | b'{' | b'}' => self.bytes(context, &[symbol]),
            b'~' => self.character(context, ' '),
            b'_' => self.character(context, '-'),
            b'\r' | b'\n' => self.mark(context, Mark::Paragraph),
            _ => Ok(()),
        }
    }

    fn word(&mut self, context: &mut Context<'_>, meaning: Meaning, number: Option<i32>) -> Result<(), Halt> {
        if meaning != Meaning::Unicode {
            self.flush(context)?;
        }
        match meaning {
            Meaning::Unicode => return self.unicode(context, number.unwrap_or(0)),
            Meaning::Substitutes => self.at_hand.substitutes = u32::try_from(number.unwrap_or(1)).unwrap_or(0).min(16),
            Meaning::Destination(destination) => {
                if destination == Destination::Nested && self.at_hand.destination != Destination::Nested {
                    self.body.begin_nested();
                }
                if destination == Destination::Property {
                    self.properties.end_line();
                }
                self.at_hand.destination = destination;
            }
            Meaning::CodePage => {
                self.default = charset::of_code_page(number.unwrap_or(1252));
                self.at_hand.encoding = self.default;
            }
            Meaning::Mac => {
                self.default = charset::of_code_page(10_000);
                self.at_hand.encoding = self.default;
            }
            Meaning::Font => self.choose_font(number.unwrap_or(0)),
            Meaning::Charset => self.define_font(number.unwrap_or(0)),
            Meaning::Plain => (self.at_hand.encoding, self.at_hand.deleted) = (self.default, false),
            Meaning::Deleted => self.at_hand.deleted = number != Some(0),
            Meaning::InTable => self.in_table = true,
            Meaning::NewParagraph => self.in_table = false,
            Meaning::Character(character) => return self.character(context, character),
            Meaning::Mark(mark) => return self.mark(context, mark),
            Meaning::Nothing => {}
        }
        Ok(())
    }

    fn choose_font(&mut self, font: i32) {
        self.font = font;
        if self.at_hand.destination != Destination::Fonts {
            self.at_hand.encoding = self.fonts.get(&font).copied().unwrap_or(self.default);
        }
    }

    fn define_font(&mut self, charset: i32) {
        if let (Destination::Fonts, Some(encoding)) = (self.at_hand.destination, charset::of_font(charset))
            && self.fonts.len() < MAX_FONTS
        {
            self.fonts.insert(self.font, encoding);
        }
    }

    /// Takes a character by its number, which is one of 16 bits with a sign.
    fn unicode(&mut self, context: &mut Context<'_>, number: i32) -> Result<(), Halt> {
        self.flush_bytes(context)?;
        self.skip = self.at_hand.substitutes;
        let unit = if number < 0 { u32::from(number as i16 as u16) } else { number as u32 };
        let code = match (self.surrogate.take(), unit) {
            (_, 0xD800..=0xDBFF) => {
                self.surrogate = Some(unit);
                return Ok(());
            }
            (Some(high), 0xDC00..=0xDFFF) => 0x1_0000 + ((high - 0xD800) << 10) + (unit - 0xDC00),
            (_, unit) => unit,
        };
        match char::from_u32(code) {
            // Fonts of symbols have their characters at a place for private use.
            Some(character @ '\u{F020}'..='\u{F0FF}') => self.say_character(context, char::from((character as u32 - 0xF000) as u8)),
            Some(character) if !character.is_control() => self.say_character(context, character),
            _ => Ok(()),
        }
    }

    fn character(&mut self, context: &mut Context<'_>, character: char) -> Result<(), Halt> {
        if self.skip > 0 {
            self.skip -= 1;
            return Ok(());
        }
        self.flush(context)?;
        self.say_character(context, character)
    }

    fn say_character(&mut self, context: &mut Context<'_>, character: char) -> Result<(), Halt> {
        self.say(context, character.encode_utf8(&mut [0; 4]).as_bytes())
    }

    fn bytes(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Result<(), Halt> {
        let skipped = bytes.len().min(self.skip as usize);
        self.skip -= skipped as u32;
        let bytes = &bytes[skipped..];
        if self.pending.is_empty() && bytes.is_ascii() {
            return self.say(context, bytes);
        }
        self.pending.extend_from_slice(bytes);
        if self.pending.len() > MAX_PENDING { self.flush_bytes(context) } else { Ok(()) }
    }

    fn flush(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        self.surrogate = None;
        self.flush_bytes(context)
    }

    fn flush_bytes(&mut self, context: &mut Context<'_>) -> Result<(), Halt> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let pending = std::mem::take(&mut self.pending);
        let (decoded, _) = self.at_hand.encoding.decode_without_bom_handling(&pending);
        self.say(context, decoded.as_bytes())
    }

    /// Writes text to where it belongs.
    fn say(&mut self, context: &mut Context<'_>, text: &[u8]) -> Result<(), Halt> {
        match self.at_hand.destination {
            Destination::Body | Destination::Nested if self.at_hand.deleted => self.body.beside(context, Beside::Deleted, text),
            Destination::Body | Destination::Nested => self.body.verbatim(context, text),
            Destination::Code => self.body.beside(context, Beside::Code, text),
            Destination::Property => self.properties.verbatim(context, text),
            Destination::Fonts | Destination::Layout | Destination::Picture | Destination::Object => Ok(()),
        }
    }

    fn mark(&mut self, context: &mut Context<'_>, mark: Mark) -> Result<(), Halt> {
        let story = match self.at_hand.destination {
            Destination::Body | Destination::Nested => &mut self.body,
            Destination::Property => &mut self.properties,
            _ => return Ok(()),
        };
        match mark {
            Mark::Line => story.end_line(),
            Mark::Paragraph => {
                if story.produced() == self.paragraph && !self.in_table {
                    story.empty_line()
                } else {
                    story.end_line()
                }
                self.paragraph = story.produced();
            }
            Mark::Cell => story.end_cell(),
            Mark::Row => story.end_row(),
        }
        let ends = mark == Mark::Row || mark == Mark::Paragraph && !self.in_table;
        if ends && self.at_hand.destination == Destination::Body { story.settle(context) } else { Ok(()) }
    }
}
