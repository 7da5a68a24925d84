use std::io::Read;

use terrier_model::Reason;

use crate::source::reason_of;

const INPUT: usize = 32 << 10;
/// Longest name of a control word (RTF 1.9.1, "Control Word"); what is longer is cut.
const LONGEST_NAME: usize = 32;

/// A piece of a document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token<'t> {
    /// `{` and `}`.
    Open,
    Close,
    /// `\name` with its number.
    Word {
        name: &'t [u8],
        number: Option<i32>,
    },
    /// `\` and a character that is no letter.
    Symbol(u8),
    /// `\'hh`.
    Byte(u8),
    /// Bytes that stand for themselves.
    Text(&'t [u8]),
    End,
}

/// Cuts a document into pieces.
pub(crate) struct Tokens<'r> {
    inner: &'r mut dyn Read,
    input: Vec<u8>,
    start: usize,
    end: usize,
    name: Vec<u8>,
    failure: Option<Reason>,
    ended: bool,
}

impl<'r> Tokens<'r> {
    pub(crate) fn new(inner: &'r mut dyn Read) -> Self {
        Self { inner, input: vec![0; INPUT], start: 0, end: 0, name: Vec::new(), failure: None, ended: false }
    }

    /// Returns why the document ended before its end.
    pub(super) fn failure(&self) -> Option<Reason> {
        self.failure
    }

    fn fill(&mut self) -> bool {
        if self.start < self.end {
            return true;
        }
        if !self.ended {
            (self.start, self.end) = (0, 0);
            match self.inner.read(&mut self.input) {
                Ok(read) => self.end = read,
                Err(error) => self.failure = Some(reason_of(&error)),
            }
            self.ended = self.end == 0;
        }
        self.start < self.end
    }

    /// Returns the next byte and leaves it.
    pub(super) fn peek(&mut self) -> Option<u8> {
        self.fill().then(|| self.input[self.start])
    }

    /// Takes the next byte.
    pub(crate) fn byte(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.start += 1;
        Some(byte)
    }

    /// Tells whether bytes in hexadecimal digits follow; white space before them is skipped.
    pub(super) fn is_at_hex(&mut self) -> bool {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.start += 1;
        }
        self.peek().is_some_and(|byte| byte.is_ascii_hexdigit())
    }

    /// Returns the next piece.
    pub(crate) fn next(&mut self) -> Token<'_> {
        while matches!(self.peek(), Some(b'\r' | b'\n')) {
            self.start += 1;
        }
        match self.peek() {
            None => Token::End,
            Some(b'{') => self.single(Token::Open),
            Some(b'}') => self.single(Token::Close),
            Some(b'\\') => {
                self.start += 1;
                self.control()
            }
            Some(_) => self.text(),
        }
    }

    fn single(&mut self, token: Token<'static>) -> Token<'static> {
        self.start += 1;
        token
    }

    fn text(&mut self) -> Token<'_> {
        let available = &self.input[self.start..self.end];
        let structure = memchr::memchr3(b'{', b'}', b'\\', available).unwrap_or(available.len());
        let end = memchr::memchr2(b'\r', b'\n', &available[..structure]).unwrap_or(structure);
        let from = self.start;
        self.start += end;
        Token::Text(&self.input[from..self.start])
    }

    fn control(&mut self) -> Token<'_> {
        match self.byte() {
            None => Token::End,
            Some(b'\'') => Token::Byte(self.hex_digit() << 4 | self.hex_digit()),
            Some(first) if first.is_ascii_alphabetic() => self.word(first),
            Some(symbol) => Token::Symbol(symbol),
        }
    }

    fn hex_digit(&mut self) -> u8 {
        match self.peek().and_then(|byte| char::from(byte).to_digit(16)) {
            Some(digit) => {
                self.start += 1;
                digit as u8
            }
            None => 0,
        }
    }

    fn word(&mut self, first: u8) -> Token<'_> {
        self.name.clear();
        self.name.push(first);
        while let Some(byte) = self.peek().filter(u8::is_ascii_alphabetic) {
            self.start += 1;
            if self.name.len() < LONGEST_NAME {
                self.name.push(byte);
            }
        }
        let number = self.number();
        if self.peek() == Some(b' ') {
            self.start += 1;
        }
        Token::Word { name: &self.name, number }
    }

    fn number(&mut self) -> Option<i32> {
        let is_negative = self.peek() == Some(b'-');
        if is_negative {
            self.start += 1;
        }
        let mut number: Option<i32> = None;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            self.start += 1;
            number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(i32::from(digit - b'0')));
        }
        number.map(|number| if is_negative { -number } else { number })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_told_apart() {
        let mut document: &[u8] = b"{\\b1 a\\'e9\\u-10?\\~\r\nx\\par}";
        let mut tokens = Tokens::new(&mut document);
        assert_eq!(tokens.next(), Token::Open);
        assert_eq!(tokens.next(), Token::Word { name: b"b", number: Some(1) });
        assert_eq!(tokens.next(), Token::Text(b"a"));
        assert_eq!(tokens.next(), Token::Byte(0xE9));
        assert_eq!(tokens.next(), Token::Word { name: b"u", number: Some(-10) });
        assert_eq!(tokens.next(), Token::Text(b"?"));
        assert_eq!(tokens.next(), Token::Symbol(b'~'));
        assert_eq!(tokens.next(), Token::Text(b"x"));
        assert_eq!(tokens.next(), Token::Word { name: b"par", number: None });
        assert_eq!(tokens.next(), Token::Close);
        assert_eq!(tokens.next(), Token::End);
    }
}
