//! Files of HTML and XML as text: without the tags that cut words, with references resolved, line by line as the file has them.
//!
//! What stands in tags is not lost: a tag with attributes and a comment follow the paragraph or line that they stand in. Every line of the
//! file is a line of the text, so places stay right; where a paragraph ends inside of a line, a carriage return stands.

mod elements;

use std::io::{self, Read};

use memchr::{memchr2, memchr3};

pub(crate) use self::elements::flavour;
use self::elements::{Role, role};
use crate::markup::{LONGEST_REFERENCE, character_of_reference, push_unescaped};
use crate::stream::fill;

const INPUT: usize = 32 << 10;
/// Longest name of an element that is told.
const MAX_NAME: usize = 24;
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
    output: Vec<u8>,
    taken: usize,
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
    /// What parts the text that follows from that before, and the last byte that was put out.
    separator: Option<u8>,
    last: u8,
}

impl<R: Read> Untagged<R> {
    pub(crate) fn new(inner: R, flavour: Flavour) -> Self {
        Self {
            inner,
            flavour,
            input: vec![0; INPUT],
            output: Vec::new(),
            taken: 0,
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
            separator: None,
            last: b'\n',
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
            self.put(&input[..plain]);
            return plain;
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
            Some(character) if character.is_whitespace() => self.put(b" "),
            Some(character) => self.put(character.encode_utf8(&mut [0; 4]).as_bytes()),
            None => {
                self.put(b"&");
                self.put(&name);
                if closed {
                    self.put(b";");
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
                self.put(b"<");
                self.put(&begun);
                0
            }
        }
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
        self.name_ended |= !(byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.'));
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
            self.put_resolved(tag.trim_ascii_start());
            return;
        }
        if !self.has_attributes {
            self.aside.truncate(self.tag);
        }
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
        if aside { self.put_aside(bytes) } else { self.put(bytes) }
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

    fn put(&mut self, bytes: &[u8]) {
        let Some(last) = bytes.last() else { return };
        if let Some(separator) = self.separator.take()
            && !matches!(self.last, b'\n' | b'\r')
        {
            self.output.push(separator);
        }
        self.output.extend_from_slice(bytes);
        self.last = *last;
    }

    /// Puts out text with its references resolved. A line that a reference makes is none of the file.
    fn put_resolved(&mut self, bytes: &[u8]) {
        let mut resolved = Vec::with_capacity(bytes.len());
        push_unescaped(&mut resolved, bytes);
        resolved.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b' ');
        self.put(&resolved);
    }

    /// Parts what follows from what came before.
    fn part(&mut self, separator: u8) {
        if !self.aside.is_empty() {
            self.flush_aside();
        } else if self.separator != Some(b'\r') {
            self.separator = Some(separator);
        }
    }

    fn flush_aside(&mut self) {
        let aside = std::mem::take(&mut self.aside);
        self.separator = Some(b'\r');
        self.put_resolved(&aside);
        self.separator = Some(b'\r');
        self.aside = aside;
        self.aside.clear();
        self.tag = 0;
    }

    fn end_line(&mut self) {
        if !self.aside.is_empty() {
            self.flush_aside();
        }
        self.separator = None;
        self.put(b"\n");
    }

    fn end(&mut self) {
        match self.state {
            State::Reference => self.end_reference(false),
            State::Opened => {
                self.put(b"<");
                let begun = std::mem::take(&mut self.pending);
                self.put(&begun);
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

/// Tells what in a tag, outside of quotes, neither ends anything nor begins it.
fn is_plain_in_tag(byte: u8) -> bool {
    byte > b'>' || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b':' | b'/' | b'#' | b';' | b'%' | b'&')
}

impl<R: Read> Read for Untagged<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.output.len() && !self.ended {
            self.output.clear();
            self.taken = 0;
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
        let taken = buf.len().min(self.output.len() - self.taken);
        buf[..taken].copy_from_slice(&self.output[self.taken..self.taken + taken]);
        self.taken += taken;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, flavour: Flavour) -> String {
        let mut read = String::new();
        Untagged::new(text.as_bytes(), flavour).read_to_string(&mut read).unwrap();
        read
    }

    fn check(html: &str, expect: &str) {
        assert_eq!(read(html, Flavour::Html), expect, "{html}");
    }

    #[test]
    fn words_are_whole_and_lines_stay() {
        check("<p>Dear <b>J&uuml;r</b>gen,\n  Smith &amp; Co</p><p>a &lt; b\n</p>", "Dear J\u{fc}rgen,\n  Smith & Co\ra < b\n");
        check("a&#64;b.example 12<!-- -->3<br>x&nbsp;y&shy;z &unknown; &#x20AC", "a@b.example 123\r<!-- -->\rx yz &unknown; &#x20AC");
        check("<table><tr><td>Name</td><td>Ann</td></tr><tr><td>b</table>", "Name\tAnn\rb");
        check("a < b and c <d", "a < b and c \r<d");
    }

    #[test]
    fn what_stands_in_tags_follows_its_paragraph() {
        check(
            "<p>Write <a class=\"x\" href=\"mailto:a&amp;b@example.com\">to</a> us</p>\n<input name=ssn value='536-90-4399'>x",
            "Write to us\r<a class=\"x\" href=\"mailto:a&b@example.com\">\n<input name=ssn value='536-90-4399'>\rx",
        );
        check("<img\n alt='a > b'\n>c", "<img\n alt='a > b'\n>\rc");
        check("<p>a<!-- one\ntwo -->b", "a\r<!-- one\nb\rtwo -->");
    }

    #[test]
    fn scripts_and_style_sheets_are_read_as_they_stand() {
        check("<script type=\"x\">if (a<b && c) { x = '</p>' }</SCRIPT>\nb", "<script type=\"x\">\rif (a<b && c) { x = '</p>' }\nb");
        check("<style>p > a { }</style>a", "p > a { }\ra");
    }

    #[test]
    fn names_of_elements_stay_in_xml() {
        let xml = "<?xml version=\"1.0\"?>\n<a x=\"1&quot;\"><ssn>536&#45;90-4399</ssn><![CDATA[<b>]] ]]]></a>\n<text><tspan x=\"1\">12</tspan><tspan>3</tspan>";
        assert_eq!(
            read(xml, Flavour::Xml),
            "<?xml version=\"1.0\"?>\n<a x=\"1\"\"><ssn>536-90-4399</ssn><b>]] ]</a>\n<text>123\r<tspan x=\"1\">"
        );
        let bomb = "<!DOCTYPE a [<!ENTITY x \"lol\"><!ENTITY y \"&x;&x;\">]><a>&y;</a>";
        assert_eq!(read(bomb, Flavour::Xml), "<a>&y;</a>\r<!DOCTYPE a [<!ENTITY x \"lol\"><!ENTITY y \"&x;&x;\">]>");
    }

    #[test]
    fn where_the_input_is_cut_changes_nothing() {
        let html = "<p a=b>x&amp;y <!-- c -- > --><script>a</scrip</script>\n<td q='\n'>z</td><![CDATA[ ]] ]]>&lt &#64;<br/>end<";
        for flavour in [Flavour::Html, Flavour::Xml] {
            let whole = read(html, flavour);
            for size in 1..html.len() {
                let mut cut = Untagged::new(html.as_bytes(), flavour);
                cut.input = vec![0; size];
                let mut read = String::new();
                cut.read_to_string(&mut read).unwrap();
                assert_eq!(read, whole, "{size}");
            }
            assert_eq!(whole.matches('\n').count(), html.matches('\n').count());
        }
    }
}
