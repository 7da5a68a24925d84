//! The text of RTF, as far as the bodies of messages need it: what was HTML before comes out as HTML again (MS-OXRTFEX).

use crate::codepage::decode;
use crate::rtf::{Token, Tokens};

/// Groups whose content is no text of the document.
const HIDDEN: [&[u8]; 12] = [
    b"fonttbl",
    b"colortbl",
    b"stylesheet",
    b"pict",
    b"listtable",
    b"listoverridetable",
    b"generator",
    b"themedata",
    b"datastore",
    b"rsidtbl",
    b"latentstyles",
    b"objdata",
];
const MAX_DEPTH: usize = 1024;

/// The text of a document.
pub(super) struct Text {
    /// UTF-8.
    pub(super) text: String,
    /// Whether it is HTML.
    pub(super) is_html: bool,
}

#[derive(Clone, Copy, Default)]
struct Group {
    hidden: bool,
    /// Inside of what only RTF has where there is HTML.
    rtf_only: bool,
    /// Characters that stand for a character of Unicode before them.
    skip: u32,
}

struct Reader {
    out: String,
    /// Characters of the code page, kept until it is certain that none belongs to them.
    pending: Vec<u8>,
    page: u32,
    groups: Vec<Group>,
    group: Group,
    skip_now: u32,
    is_html: bool,
    starred: bool,
}

/// Reads a document.
pub(super) fn read(mut rtf: &[u8]) -> Text {
    let group = Group { skip: 1, ..Group::default() };
    let mut reader = Reader {
        out: String::new(),
        pending: Vec::new(),
        page: 1252,
        groups: Vec::new(),
        group,
        skip_now: 0,
        is_html: false,
        starred: false,
    };
    let mut tokens = Tokens::new(&mut rtf);
    loop {
        match tokens.next() {
            Token::End => break,
            Token::Open if reader.groups.len() >= MAX_DEPTH => break,
            Token::Open => reader.groups.push(reader.group),
            Token::Close => reader.group = reader.groups.pop().unwrap_or(reader.group),
            Token::Text(bytes) => bytes.iter().for_each(|byte| reader.byte(*byte)),
            Token::Byte(byte) => reader.byte(byte),
            Token::Symbol(symbol) => reader.symbol(symbol),
            Token::Word { name: b"bin", number } => {
                let length = number.unwrap_or(0);
                (0..length).take_while(|_| tokens.byte().is_some()).for_each(drop);
            }
            Token::Word { name, number } => reader.word(name, number),
        }
    }
    reader.flush();
    Text { text: reader.out, is_html: reader.is_html }
}

impl Reader {
    fn shown(&self) -> bool {
        !(self.group.hidden || self.is_html && self.group.rtf_only)
    }

    fn byte(&mut self, byte: u8) {
        if self.skip_now > 0 {
            self.skip_now -= 1;
        } else if self.shown() {
            self.pending.push(byte);
        }
    }

    fn put(&mut self, character: char) {
        if self.shown() {
            self.flush();
            self.out.push(character);
        }
    }

    fn flush(&mut self) {
        if !self.pending.is_empty() {
            self.out.push_str(&decode(&self.pending, self.page));
            self.pending.clear();
        }
    }

    fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'*' => self.starred = true,
            b'~' => self.put(' '),
            b'_' => self.put('-'),
            b'-' => {}
            b'\r' | b'\n' => self.put('\n'),
            symbol => self.byte(symbol),
        }
    }

    fn word(&mut self, word: &[u8], number: Option<i32>) {
        let starred = std::mem::take(&mut self.starred);
        match word {
            b"par" | b"line" | b"row" | b"sect" | b"page" => self.put('\n'),
            b"tab" | b"cell" => self.put('\t'),
            b"lquote" => self.put('\u{2018}'),
            b"rquote" => self.put('\u{2019}'),
            b"ldblquote" => self.put('\u{201c}'),
            b"rdblquote" => self.put('\u{201d}'),
            b"endash" => self.put('\u{2013}'),
            b"emdash" => self.put('\u{2014}'),
            b"bullet" => self.put('\u{2022}'),
            b"ansicpg" => self.page = number.and_then(|page| u32::try_from(page).ok()).unwrap_or(1252),
            b"uc" => self.group.skip = number.and_then(|skip| u32::try_from(skip).ok()).unwrap_or(1).min(16),
            b"u" => {
                // Numbers are signed, and halves of a pair come one by one; those are rare, and left out.
                let code = number.and_then(|code| u32::try_from(if code < 0 { code + 0x1_0000 } else { code }).ok());
                if let Some(character) = code.and_then(char::from_u32) {
                    self.put(character);
                }
                self.skip_now = self.group.skip;
            }
            b"fromhtml" => self.is_html = true,
            b"htmlrtf" => {
                self.flush();
                self.group.rtf_only = number != Some(0);
            }
            b"htmltag" | b"mhtmltag" => {
                self.flush();
                self.group.hidden = word == b"mhtmltag" || !self.is_html;
                self.group.rtf_only = false;
            }
            word if starred && word != b"fldinst" && word != b"annotation" || HIDDEN.contains(&word) => self.group.hidden = true,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_without_its_format() {
        let text = read(b"{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}\\f0 J\\'fcrgen \\u8364?5\\par 1111\\tab 2{\\*\\x hidden}}");
        assert_eq!(text.text, "J\u{fc}rgen \u{20ac}5\n1111\t2");
    }

    #[test]
    fn html_comes_out_again() {
        let text = read(b"{\\rtf1\\ansi\\fromhtml1{\\*\\htmltag64 <p>}\\htmlrtf {\\par x\\htmlrtf0 a &{\\*\\htmltag84 amp;}\\htmlrtf }\\htmlrtf0{\\*\\htmltag72 </p>}}");
        assert!(text.is_html);
        assert_eq!(text.text, "<p>a &amp;</p>");
    }
}
