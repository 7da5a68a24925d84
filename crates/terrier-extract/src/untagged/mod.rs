//! Files of HTML and XML as text: without the tags that cut words, with references resolved, line by line as the file has them.
//!
//! What stands in tags is not lost: a tag with attributes and a comment follow the paragraph or line that they stand in. Every line of the
//! file is a line of the text, so places stay right; where a paragraph ends inside of a line, a carriage return stands.

mod elements;
mod output;

use std::io::{self, Read};

use memchr::{memchr, memchr2, memchr3};

pub(crate) use self::elements::flavour;
use self::elements::{Role, role};
use self::output::Output;
use crate::markup::{LONGEST_REFERENCE, character_of_reference};
use crate::stream::fill;

const INPUT: usize = 32 << 10;
/// Longest name of an element that is told.
const MAX_NAME: usize = 24;
/// Longest tag that is taken as a whole.
const MAX_WHOLE: usize = 4 << 10;
/// Most text that waits for the end of the paragraph it stands in.
const MAX_ASIDE: usize = 16 << 10;

/// How elements are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Flavour {
    /// Elements are those of HTML; what they are decides whether they part words.
    Html,
    /// Elements name what is in them, and stand where they stood.
    Xml,
}

impl Flavour {
    /// Returns the name of the format.
    pub(crate) fn format(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Xml => "xml",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Content,
    /// Behind `&`.
    Reference,
    /// Behind `<`, as long as it is not certain what it begins.
    Opened,
    /// Inside of a tag, and the quote that its value ends with.
    Tag(Option<u8>),
    /// Inside of a declaration, and whether between brackets.
    Declaration(bool),
    /// Up to these bytes; whether what comes before stands beside the text.
    Until(&'static [u8], bool),
}

/// Reads HTML or XML in UTF-8 as its text. It keeps no structure and so has none to trip over.
pub(crate) struct Untagged<R> {
    inner: R,
    flavour: Flavour,
    input: Vec<u8>,
    text: Output,
    ended: bool,
    state: State,
    /// A reference, the beginning of a tag, or as much of what ends a state as was seen.
    pending: Vec<u8>,
    /// What stands beside the text, and where in it the tag at hand begins.
    aside: Vec<u8>,
    tag: usize,
    name: Vec<u8>,
    name_ended: bool,
    closes: bool,
    has_attributes: bool,
    /// The last sign in the tag that is no blank.
    before: u8,
}

impl<R: Read> Untagged<R> {
    pub(crate) fn new(inner: R, flavour: Flavour) -> Self {
        Self {
            inner,
            flavour,
            input: vec![0; INPUT],
            text: Output::new(),
            ended: false,
            state: State::Content,
            pending: Vec::new(),
            aside: Vec::new(),
            tag: 0,
            name: Vec::new(),
            name_ended: false,
            closes: false,
            has_attributes: false,
            before: b'<',
        }
    }

    /// Takes what the input begins with, at least a byte, and returns how much.
    fn step(&mut self, input: &[u8]) -> usize {
        match self.state {
            State::Content => self.content(input),
            State::Reference => self.reference(input[0]),
            State::Opened => self.opened(input[0]),
            State::Tag(quote) => self.in_tag(input, quote),
            State::Declaration(bracketed) => self.in_declaration(input[0], bracketed),
            State::Until(end, aside) => self.until(input, end, aside),
        }
    }

    fn content(&mut self, input: &[u8]) -> usize {
        let plain = memchr3(b'<', b'&', b'\n', input).unwrap_or(input.len());
        if plain > 0 {
            self.text.put(&input[..plain]);
            return plain;
        }
        if let Some(length) = self.whole_tag(input) {
            return length;
        }
        self.pending.clear();
        match input[0] {
            b'\n' => self.end_line(),
            b'&' => self.state = State::Reference,
            _ => self.state = State::Opened,
        }
        1
    }

    fn reference(&mut self, byte: u8) -> usize {
        if (byte.is_ascii_alphanumeric() || byte == b'#') && self.pending.len() < LONGEST_REFERENCE {
            self.pending.push(byte);
            return 1;
        }
        self.end_reference(byte == b';');
        usize::from(byte == b';')
    }

    fn end_reference(&mut self, closed: bool) {
        self.state = State::Content;
        let name = std::mem::take(&mut self.pending);
        match character_of_reference(&name).filter(|_| closed) {
            // They only say where a word may be broken.
            Some('\u{AD}' | '\u{200B}') => {}
            Some(character) if character.is_whitespace() => self.text.put(b" "),
            Some(character) => self.text.put(character.encode_utf8(&mut [0; 4]).as_bytes()),
            None => {
                self.text.put(b"&");
                self.text.put(&name);
                if closed {
                    self.text.put(b";");
                }
            }
        }
        self.pending = name;
        self.pending.clear();
    }

    /// Decides what `<` begins.
    fn opened(&mut self, byte: u8) -> usize {
        const CDATA: &[u8] = b"![CDATA[";
        self.pending.push(byte);
        match self.pending.as_slice() {
            [b'/'] | b"!" | b"!-" => 1,
            [b'/', b'a'..=b'z' | b'A'..=b'Z'] | [b'a'..=b'z' | b'A'..=b'Z' | b'_'] => self.begin_tag(),
            b"!--" => self.begin_aside(State::Until(b"-->", true)),
            b"?" => self.begin_aside(State::Until(b"?>", true)),
            CDATA => {
                self.pending.clear();
                self.state = State::Until(b"]]>", false);
                1
            }
            begun if CDATA.starts_with(begun) => 1,
            [b'!', b'a'..=b'z' | b'A'..=b'Z'] => self.begin_aside(State::Declaration(false)),
            _ => {
                // A sign of its own, as in `a < b`.
                self.pending.pop();
                let begun = std::mem::take(&mut self.pending);
                self.state = State::Content;
                self.text.put(b"<");
                self.text.put(&begun);
                0
            }
        }
    }

    /// Takes a tag that lies in the input as a whole, on a line, as most do; byte by byte costs several times as much.
    fn whole_tag(&mut self, input: &[u8]) -> Option<usize> {
        let rest = input.strip_prefix(b"<")?;
        let closes = rest.first() == Some(&b'/');
        let named = &rest[usize::from(closes)..];
        let length = named.iter().take(MAX_NAME + 1).position(|byte| !is_of_name(*byte))?;
        if length == 0 || !(named[0].is_ascii_alphabetic() || named[0] == b'_' && !closes) {
            return None;
        }
        let end = end_of_tag(&input[..input.len().min(MAX_WHOLE)])?;
        let tag = &input[..=end];
        self.name.clear();
        self.name.extend(named[..length].iter().map(u8::to_ascii_lowercase));
        self.closes = closes;
        self.has_attributes = memchr(b'=', tag).is_some();
        self.before = input[end - 1];
        match role(&self.name, self.flavour) {
            Role::Named => self.text.put_resolved(tag),
            role => {
                self.tag = self.aside.len();
                if self.has_attributes {
                    if self.tag > 0 {
                        self.aside.push(b' ');
                    }
                    self.aside.extend_from_slice(tag);
                }
                self.act(role);
                self.relieve();
            }
        }
        Some(end + 1)
    }

    fn begin_aside(&mut self, state: State) -> usize {
        self.tag = self.aside.len();
        if self.tag > 0 {
            self.aside.push(b' ');
        }
        self.aside.push(b'<');
        self.aside.append(&mut self.pending);
        self.state = state;
        1
    }

    fn begin_tag(&mut self) -> usize {
        self.name.clear();
        self.name.extend(self.pending.iter().filter(|byte| **byte != b'/').map(u8::to_ascii_lowercase));
        (self.name_ended, self.closes, self.has_attributes, self.before) = (false, self.pending[0] == b'/', false, b'<');
        self.begin_aside(State::Tag(None))
    }

    fn in_tag(&mut self, input: &[u8], quote: Option<u8>) -> usize {
        if let Some(quote) = quote {
            let plain = memchr2(quote, b'\n', input).unwrap_or(input.len());
            if plain > 0 {
                self.put_aside(&input[..plain]);
                return plain;
            }
        }
        if self.name_ended && quote.is_none() {
            let plain = input.iter().position(|byte| !is_plain_in_tag(*byte)).unwrap_or(input.len());
            if plain > 0 {
                self.before = input[plain - 1];
                self.put_aside(&input[..plain]);
                return plain;
            }
        }
        let byte = input[0];
        match byte {
            b'\n' => {
                self.name_ended = true;
                // The file goes on in the next line, and so does the text.
                self.has_attributes = true;
                self.end_line();
                return 1;
            }
            b'>' if quote.is_none() => {
                self.aside.push(byte);
                self.end_tag();
                return 1;
            }
            _ => {}
        }
        self.aside.push(byte);
        self.state = State::Tag(match quote {
            Some(_) => None,
            None if matches!(byte, b'"' | b'\'') && self.before == b'=' => Some(byte),
            None => None,
        });
        self.has_attributes |= byte == b'=';
        self.name_ended |= !is_of_name(byte);
        if !self.name_ended && self.name.len() < MAX_NAME {
            self.name.push(byte.to_ascii_lowercase());
        }
        if !byte.is_ascii_whitespace() {
            self.before = byte;
        }
        self.relieve();
        1
    }

    fn end_tag(&mut self) {
        self.state = State::Content;
        let role = role(&self.name, self.flavour);
        if role == Role::Named {
            let tag = self.aside.split_off(self.tag.min(self.aside.len()));
            self.text.put_resolved(tag.trim_ascii_start());
            return;
        }
        if !self.has_attributes {
            self.aside.truncate(self.tag);
        }
        self.act(role);
    }

    /// Does to the text what an element does where it begins or ends.
    fn act(&mut self, role: Role) {
        match role {
            Role::Cell => self.part(b'\t'),
            Role::Block | Role::Raw(_) => self.part(b'\r'),
            Role::Inline | Role::Named => {}
        }
        if let Role::Raw(end) = role
            && !self.closes
            && self.before != b'/'
        {
            self.state = State::Until(end, false);
        }
    }

    fn in_declaration(&mut self, byte: u8, bracketed: bool) -> usize {
        match byte {
            b'\n' => self.end_line(),
            _ => self.put_aside(&[byte]),
        }
        match byte {
            b'[' => self.state = State::Declaration(true),
            b']' => self.state = State::Declaration(false),
            b'>' if !bracketed => self.state = State::Content,
            _ => {}
        }
        1
    }

    fn until(&mut self, input: &[u8], end: &'static [u8], aside: bool) -> usize {
        if self.pending.is_empty() {
            let plain = memchr2(end[0], b'\n', input).unwrap_or(input.len());
            if plain > 0 {
                self.put_to(aside, &input[..plain]);
                return plain;
            }
        }
        if end[self.pending.len()] == input[0].to_ascii_lowercase() {
            self.pending.push(input[0]);
            if self.pending.len() == end.len() {
                self.end_until(end, aside);
            }
            return 1;
        }
        if self.pending.is_empty() {
            self.end_line();
            return 1;
        }
        // The first byte was no beginning of the end; the others may be.
        let begun = std::mem::take(&mut self.pending);
        self.put_to(aside, &begun[..1]);
        let kept = (1..=begun.len()).find(|from| end.starts_with(&begun[*from..].to_ascii_lowercase())).unwrap_or(begun.len());
        self.put_to(aside, &begun[1..kept]);
        self.pending.extend_from_slice(&begun[kept..]);
        0
    }

    fn end_until(&mut self, end: &'static [u8], aside: bool) {
        self.state = State::Content;
        if end.starts_with(b"</") {
            self.pending.remove(0);
            self.name.clear();
            self.name.extend_from_slice(&end[2..]);
            (self.name_ended, self.closes, self.has_attributes, self.before) = (false, true, false, b'<');
            self.begin_aside(State::Tag(None));
        } else if aside {
            self.aside.append(&mut self.pending);
        }
        self.pending.clear();
    }

    fn put_to(&mut self, aside: bool, bytes: &[u8]) {
        if aside { self.put_aside(bytes) } else { self.text.put(bytes) }
    }

    fn put_aside(&mut self, bytes: &[u8]) {
        self.aside.extend_from_slice(bytes);
        self.relieve();
    }

    /// Hands out what stands beside the text before it becomes too much.
    fn relieve(&mut self) {
        if self.aside.len() > MAX_ASIDE {
            // The end of the tag does not know any more where it began.
            self.has_attributes = true;
            self.flush_aside();
        }
    }

    /// Parts what follows from what came before.
    fn part(&mut self, separator: u8) {
        if self.aside.is_empty() {
            self.text.part(separator);
        } else {
            self.flush_aside();
        }
    }

    fn flush_aside(&mut self) {
        self.text.part(b'\r');
        self.text.put_resolved(&self.aside);
        self.text.part(b'\r');
        self.aside.clear();
        self.tag = 0;
    }

    fn end_line(&mut self) {
        if !self.aside.is_empty() {
            self.flush_aside();
        }
        self.text.end_line();
    }

    fn end(&mut self) {
        match self.state {
            State::Reference => self.end_reference(false),
            State::Opened => {
                self.text.put(b"<");
                let begun = std::mem::take(&mut self.pending);
                self.text.put(&begun);
            }
            State::Until(_, aside) => {
                let begun = std::mem::take(&mut self.pending);
                self.put_to(aside, &begun);
            }
            State::Content | State::Tag(_) | State::Declaration(_) => {}
        }
        if !self.aside.is_empty() {
            self.flush_aside();
        }
    }
}

fn is_of_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.')
}

/// Returns where a tag ends; `None` where it does not, or not on its line.
fn end_of_tag(tag: &[u8]) -> Option<usize> {
    let mut at = 1;
    let end = loop {
        at += memchr3(b'"', b'\'', b'>', tag.get(at..)?)?;
        if tag[at] == b'>' {
            break at;
        }
        if tag[..at].trim_ascii_end().ends_with(b"=") {
            at += 1 + memchr(tag[at], &tag[at + 1..])?;
        }
        at += 1;
    };
    memchr(b'\n', &tag[..end]).is_none().then_some(end)
}

/// Tells what in a tag, outside of quotes, neither ends anything nor begins it.
fn is_plain_in_tag(byte: u8) -> bool {
    byte > b'>' || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b':' | b'/' | b'#' | b';' | b'%' | b'&')
}

impl<R: Read> Read for Untagged<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.text.is_taken() && !self.ended {
            let mut input = std::mem::take(&mut self.input);
            let filled = fill(&mut self.inner, &mut input)?;
            self.ended = filled < input.len();
            let mut at = 0;
            while at < filled {
                at += self.step(&input[at..filled]);
            }
            self.input = input;
            if self.ended {
                self.end();
            }
        }
        Ok(self.text.take(buf))
    }
}

#[cfg(test)]
mod tests;
