//! The text of HTML: without tags, with entities resolved, and the attributes that people read or that lead somewhere.

use std::io::{self, Read};

use crate::markup::{LONGEST_REFERENCE, character_of_reference, push_unescaped};
use crate::stream::fill;

/// Longest name of an element or attribute that is told.
const MAX_NAME: usize = 24;

const INPUT: usize = 16 << 10;
/// Most bytes of attributes that wait for the end of the paragraph they stand in.
const MAX_WAITING: usize = 64 << 10;
/// Attributes whose values are read.
const ATTRIBUTES: [&[u8]; 10] =
    [b"href", b"src", b"alt", b"title", b"value", b"content", b"placeholder", b"action", b"summary", b"aria-label"];
/// Tags that stand inside of a line. All others end it.
const INLINE: [&[u8]; 30] = [
    b"a", b"abbr", b"acronym", b"b", b"bdi", b"bdo", b"big", b"cite", b"code", b"del", b"dfn", b"em", b"font", b"i", b"ins", b"kbd",
    b"label", b"mark", b"q", b"s", b"samp", b"small", b"span", b"strike", b"strong", b"sub", b"sup", b"tt", b"u", b"wbr",
];
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Content,
    /// Inside of a tag, outside of any value.
    Tag,
    /// Inside of a value that ends with this byte; a blank stands for one without quotes.
    Value(u8),
    /// The rules of a style sheet, up to the tag that ends it.
    Style,
}

/// Reads HTML in UTF-8 as its text. It keeps no structure and so has none to trip over.
pub(crate) struct HtmlText<R> {
    inner: R,
    input: Vec<u8>,
    output: Vec<u8>,
    taken: usize,
    ended: bool,
    state: State,
    /// The name of the tag, then of its attribute, as far as it was read.
    name: Vec<u8>,
    tag: Vec<u8>,
    entity: Vec<u8>,
    waiting: Vec<u8>,
    /// The last byte that was put out, and whether white space stands behind it.
    last: u8,
    space: bool,
}

impl<R: Read> HtmlText<R> {
    pub(crate) fn new(inner: R) -> Self {
        Self {
            inner,
            input: vec![0; INPUT],
            output: Vec::new(),
            taken: 0,
            ended: false,
            state: State::Content,
            name: Vec::new(),
            tag: Vec::new(),
            entity: Vec::new(),
            waiting: Vec::new(),
            last: b'\n',
            space: false,
        }
    }

    fn byte(&mut self, byte: u8) {
        match self.state {
            State::Content if byte == b'<' => {
                self.end_entity();
                self.tag.clear();
                self.name.clear();
                self.state = State::Tag;
            }
            State::Content => self.content(byte),
            State::Tag => self.in_tag(byte),
            State::Value(quote) => self.in_value(byte, quote),
            State::Style => {
                if self.name.len() > MAX_NAME || byte == b'<' {
                    self.name.clear();
                }
                self.name.push(byte.to_ascii_lowercase());
                if byte == b'>' && self.name.starts_with(b"</style") {
                    self.name.clear();
                    self.state = State::Content;
                }
            }
        }
    }

    fn in_tag(&mut self, byte: u8) {
        // What no tag may begin with was a sign of its own, as in `a < b`.
        if self.tag.is_empty() && self.name.is_empty() && !(byte.is_ascii_alphabetic() || matches!(byte, b'/' | b'!' | b'?')) {
            self.state = State::Content;
            self.put(b'<');
            return self.byte(byte);
        }
        match byte {
            b'>' => self.end_tag(),
            b'"' | b'\'' if !self.name.is_empty() || !self.tag.is_empty() => self.begin_value(byte),
            b'=' => {
                self.end_name();
                self.name.push(b'=');
            }
            b' ' | b'\t' | b'\r' | b'\n' => {
                if self.name.last() != Some(&b'=') {
                    self.end_name();
                    if self.tag.is_empty() {
                        self.tag = std::mem::take(&mut self.name);
                    }
                }
            }
            _ if self.name.last() == Some(&b'=') => {
                self.begin_value(b' ');
                self.in_value(byte, b' ');
            }
            _ => {
                if self.name.last() == Some(&b' ') {
                    self.name.clear();
                }
                if self.name.len() < MAX_NAME {
                    self.name.push(byte.to_ascii_lowercase());
                }
                // A comment's content is text: it is as good a place to leave something as any.
                if self.tag.is_empty() && self.name == b"!--" {
                    self.end_tag();
                }
            }
        }
    }

    fn end_name(&mut self) {
        if self.tag.is_empty() {
            self.tag = std::mem::take(&mut self.name);
        } else if !self.name.is_empty() && self.name.last() != Some(&b' ') {
            self.name.push(b' ');
        }
    }

    fn begin_value(&mut self, quote: u8) {
        let name = self.name.trim_ascii_end().strip_suffix(b"=").unwrap_or(&self.name).trim_ascii_end();
        let kept = ATTRIBUTES.contains(&name) && self.waiting.len() < MAX_WAITING;
        self.name.clear();
        if kept {
            self.name.push(b'+');
            self.waiting.push(b'\n');
        }
        self.state = State::Value(quote);
    }

    fn in_value(&mut self, byte: u8, quote: u8) {
        let ends = if quote == b' ' { matches!(byte, b' ' | b'\t' | b'\r' | b'\n' | b'>') } else { byte == quote };
        if ends {
            self.name.clear();
            self.state = State::Tag;
            if byte == b'>' && quote == b' ' {
                self.end_tag();
            }
        } else if !self.name.is_empty() {
            self.waiting.push(byte);
        }
    }

    fn end_tag(&mut self) {
        if self.tag.is_empty() {
            self.tag = std::mem::take(&mut self.name);
        }
        self.name.clear();
        self.state = if self.tag == b"style" { State::Style } else { State::Content };
        let name = self.tag.strip_prefix(b"/").unwrap_or(&self.tag);
        let name = name.strip_suffix(b"/").unwrap_or(name);
        if matches!(name, b"td" | b"th") {
            self.put(b'\t');
        } else if !INLINE.contains(&name) && !name.starts_with(b"!") && !name.contains(&b':') {
            self.end_line();
        }
        if self.tag.is_empty() {
            self.tag.push(b'?');
        }
    }

    fn content(&mut self, byte: u8) {
        if !self.entity.is_empty() {
            if byte == b';' || !(byte.is_ascii_alphanumeric() || byte == b'#') || self.entity.len() > LONGEST_REFERENCE {
                self.end_entity();
                if byte == b';' {
                    return;
                }
                return self.content(byte);
            }
            return self.entity.push(byte);
        }
        match byte {
            b'&' => self.entity.push(byte),
            b' ' | b'\t' | b'\r' | b'\n' => self.space = true,
            b'>' if self.output.ends_with(b"--") => {
                // The end of a comment.
                self.output.truncate(self.output.len() - 2);
                self.last = self.output.last().copied().unwrap_or(b'\n');
                self.space = true;
            }
            _ => self.put(byte),
        }
    }

    fn end_entity(&mut self) {
        let entity = std::mem::take(&mut self.entity);
        match entity.strip_prefix(b"&").and_then(character_of_reference) {
            Some(character) if character.is_whitespace() => self.space = true,
            // It only says where a word may be broken.
            Some('\u{ad}') => {}
            Some(character) => character.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| self.put(byte)),
            None => entity.into_iter().for_each(|byte| self.put(byte)),
        }
    }

    fn put(&mut self, byte: u8) {
        if std::mem::take(&mut self.space) && !matches!(self.last, b'\n' | b'\t' | b' ') && byte != b'\t' {
            self.output.push(b' ');
        }
        self.output.push(byte);
        self.last = byte;
    }

    fn end_line(&mut self) {
        self.space = false;
        if self.last != b'\n' {
            self.output.push(b'\n');
            self.last = b'\n';
        }
        let waiting = std::mem::take(&mut self.waiting);
        for value in waiting.split(|byte| *byte == b'\n') {
            let mut resolved = Vec::with_capacity(value.len());
            push_unescaped(&mut resolved, value);
            let value = resolved;
            let value = [&b"mailto:"[..], b"tel:"].iter().find_map(|scheme| value.strip_prefix(*scheme)).unwrap_or(&value);
            if !value.is_empty() && !value.starts_with(b"cid:") && !value.starts_with(b"#") {
                self.output.extend_from_slice(value);
                self.output.push(b'\n');
            }
        }
    }
}

impl<R: Read> Read for HtmlText<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.output.len() && !self.ended {
            self.output.clear();
            self.taken = 0;
            let mut input = std::mem::take(&mut self.input);
            let filled = fill(&mut self.inner, &mut input)?;
            self.ended = filled < input.len();
            input[..filled].iter().for_each(|byte| self.byte(*byte));
            self.input = input;
            if self.ended {
                self.end_entity();
                self.end_line();
            }
        }
        let taken = buf.len().min(self.output.len() - self.taken);
        buf[..taken].copy_from_slice(&self.output[self.taken..self.taken + taken]);
        self.taken += taken;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(html: &str, expect: &str) {
        let mut text = String::new();
        HtmlText::new(html.as_bytes()).read_to_string(&mut text).unwrap();
        assert_eq!(text, expect);
    }

    #[test]
    fn text_is_what_people_see() {
        check("<p>Dear <b>J&uuml;r</b>gen,\n  Smith &amp; Co</p><p>a &lt; b</p>", "Dear J\u{fc}rgen, Smith & Co\na < b\n");
        check("<table><tr><td>Name</td><td>Ann</td></tr></table>", "\tName\t\tAnn\t\n");
        check("<style>p { color: red }</style>a<!-- b <i>c</i> -->d<br>e", "a b c d\ne\n");
        check("a < b and &unknown; &#8364;&#x20AC", "a < b and &unknown \u{20ac}\u{20ac}\n");
    }

    #[test]
    fn links_and_titles_follow_their_paragraph() {
        check(
            "<p>Write <a class=\"x y\" href=\"mailto:a&amp;b@example.com\">to</a> us<img alt=Photo src=cid:1></p>",
            "Write to us\na&b@example.com\nPhoto\n",
        );
        check("<input type=text value='536-90-4399' / >x", "536-90-4399\nx\n");
    }
}
