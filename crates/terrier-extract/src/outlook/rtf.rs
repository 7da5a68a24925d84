//! The text of RTF, as far as the bodies of messages need it: what was HTML before comes out as HTML again (MS-OXRTFEX).

use crate::codepage::decode;

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

struct Reader<'r> {
    rest: &'r [u8],
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
pub(super) fn read(rtf: &[u8]) -> Text {
    let group = Group { skip: 1, ..Group::default() };
    let mut reader = Reader {
        rest: rtf,
        out: String::new(),
        pending: Vec::new(),
        page: 1252,
        groups: Vec::new(),
        group,
        skip_now: 0,
        is_html: false,
        starred: false,
    };
    while let [byte, rest @ ..] = reader.rest {
        reader.rest = rest;
        match byte {
            b'{' => {
                reader.groups.push(reader.group);
                if reader.groups.len() > MAX_DEPTH {
                    break;
                }
            }
            b'}' => reader.group = reader.groups.pop().unwrap_or(reader.group),
            b'\\' => reader.control(),
            b'\r' | b'\n' => {}
            byte => reader.byte(*byte),
        }
    }
    reader.flush();
    Text { text: reader.out, is_html: reader.is_html }
}

impl Reader<'_> {
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

    fn control(&mut self) {
        let letters = self.rest.iter().take(32).take_while(|byte| byte.is_ascii_alphabetic()).count();
        if letters == 0 {
            let Some((symbol, rest)) = self.rest.split_first() else { return };
            self.rest = rest;
            match symbol {
                b'\'' => {
                    let code = rest.get(..2).and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok());
                    self.rest = rest.get(2..).unwrap_or_default();
                    if let Some(code) = code {
                        self.byte(code);
                    }
                }
                b'*' => self.starred = true,
                b'~' => self.put(' '),
                b'_' => self.put('-'),
                b'-' => {}
                b'\r' | b'\n' => self.put('\n'),
                symbol => self.byte(*symbol),
            }
            return;
        }
        let (word, rest) = self.rest.split_at(letters);
        let signed = usize::from(rest.first() == Some(&b'-'));
        let digits = signed + rest[signed..].iter().take(10).take_while(|byte| byte.is_ascii_digit()).count();
        let number = std::str::from_utf8(&rest[..digits]).ok().and_then(|digits| digits.parse::<i64>().ok());
        self.rest = rest[digits..].strip_prefix(b" ").unwrap_or(&rest[digits..]);
        self.word(word, number);
    }

    fn word(&mut self, word: &[u8], number: Option<i64>) {
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
            b"bin" => {
                let len = number.and_then(|len| usize::try_from(len).ok()).unwrap_or(0).min(self.rest.len());
                self.rest = &self.rest[len..];
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
