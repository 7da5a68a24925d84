//! The instructions of a content stream (ISO 32000-1, 7.2 and 7.8.2).
//!
//! What does not fit is passed over and the rest is read: a viewer would stop there, but text that it does not show is text.

use std::borrow::Cow;

/// Operands that are kept for an operator. None has as many.
const MAX_OPERANDS: usize = 64;
/// Arrays and dictionaries inside each other.
const MAX_DEPTH: usize = 32;
/// Bytes behind an image that are looked at to tell its end from its data.
const LOOK_AHEAD: usize = 16;

/// An operand.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Operand<'c> {
    Number(f64),
    Name(Cow<'c, [u8]>),
    String(Cow<'c, [u8]>),
    Array(Vec<Self>),
    Dict(Vec<(Cow<'c, [u8]>, Self)>),
    /// A boolean, or nothing.
    Other,
}

impl<'c> Operand<'c> {
    /// Returns what a dictionary holds under a key.
    pub(super) fn entry(&self, key: &[u8]) -> Option<&Self> {
        match self {
            Self::Dict(entries) => entries.iter().find(|(name, _)| name.as_ref() == key).map(|(_, value)| value),
            _ => None,
        }
    }
}

/// What comes next in a content stream.
enum Token<'c> {
    Operand(Operand<'c>),
    Operator(&'c [u8]),
    EndOfArray,
    EndOfDict,
}

/// Reads a content stream instruction by instruction.
pub(super) struct Lexer<'c> {
    content: &'c [u8],
    at: usize,
    /// Whether the content ends in the middle of something.
    pub(super) is_cut: bool,
}

impl<'c> Lexer<'c> {
    pub(super) fn new(content: &'c [u8]) -> Self {
        Self { content, at: 0, is_cut: false }
    }

    /// Reads the next instruction: its operands, and its operator.
    pub(super) fn next(&mut self, operands: &mut Vec<Operand<'c>>) -> Option<&'c [u8]> {
        operands.clear();
        loop {
            match self.token(0)? {
                Token::Operand(operand) => {
                    if operands.len() == MAX_OPERANDS {
                        operands.clear();
                    }
                    operands.push(operand);
                }
                Token::Operator(b"BI") => {
                    self.skip_image();
                    return Some(b"BI");
                }
                Token::Operator(operator) => return Some(operator),
                Token::EndOfArray | Token::EndOfDict => {}
            }
        }
    }

    fn token(&mut self, depth: usize) -> Option<Token<'c>> {
        loop {
            let byte = *self.content.get(self.at)?;
            match byte {
                b'%' => {
                    self.at +=
                        self.content[self.at..].iter().position(|b| matches!(b, b'\n' | b'\r')).unwrap_or(self.content.len() - self.at)
                }
                b'+' | b'-' | b'.' | b'0'..=b'9' => return Some(Token::Operand(Operand::Number(self.number()))),
                b'/' => return Some(Token::Operand(Operand::Name(self.name()))),
                b'(' => return Some(Token::Operand(Operand::String(self.string()))),
                b'<' if self.content.get(self.at + 1) == Some(&b'<') => {
                    self.at += 2;
                    return Some(Token::Operand(self.dict(depth)));
                }
                b'<' => return Some(Token::Operand(Operand::String(self.hex_string()))),
                b'[' => {
                    self.at += 1;
                    return Some(Token::Operand(self.array(depth)));
                }
                b']' => {
                    self.at += 1;
                    return Some(Token::EndOfArray);
                }
                b'>' if self.content.get(self.at + 1) == Some(&b'>') => {
                    self.at += 2;
                    return Some(Token::EndOfDict);
                }
                byte if !is_regular(byte) => self.at += 1,
                _ => {
                    let word = self.word();
                    let is_value = matches!(word, b"true" | b"false" | b"null");
                    return Some(if is_value { Token::Operand(Operand::Other) } else { Token::Operator(word) });
                }
            }
        }
    }

    fn word(&mut self) -> &'c [u8] {
        let rest = &self.content[self.at..];
        let word = &rest[..rest.iter().position(|byte| !is_regular(*byte)).unwrap_or(rest.len())];
        self.at += word.len();
        word
    }

    /// Reads a number. Signs and points where none belong do not end it, as `--5` and `1.2.3` are written.
    fn number(&mut self) -> f64 {
        let (mut value, mut scale, mut is_negative, mut is_fraction) = (0.0, 1.0, false, false);
        while let Some(byte) = self.content.get(self.at) {
            match byte {
                b'0'..=b'9' if is_fraction => {
                    scale /= 10.0;
                    value += f64::from(byte - b'0') * scale;
                }
                b'0'..=b'9' => value = value * 10.0 + f64::from(byte - b'0'),
                b'.' => is_fraction = true,
                b'-' => is_negative |= value == 0.0,
                b'+' => {}
                _ => break,
            }
            self.at += 1;
        }
        if is_negative { -value } else { value }
    }

    fn name(&mut self) -> Cow<'c, [u8]> {
        self.at += 1;
        let word = self.word();
        if !word.contains(&b'#') {
            return Cow::Borrowed(word);
        }
        let mut name = Vec::with_capacity(word.len());
        let mut rest = word;
        while let [byte, tail @ ..] = rest {
            match (byte, tail) {
                (b'#', [high, low, tail @ ..]) if let (Some(high), Some(low)) = (hex(*high), hex(*low)) => {
                    name.push(high << 4 | low);
                    rest = tail;
                }
                _ => {
                    name.push(*byte);
                    rest = tail;
                }
            }
        }
        Cow::Owned(name)
    }

    fn string(&mut self) -> Cow<'c, [u8]> {
        self.at += 1;
        let rest = &self.content[self.at..];
        if let Some(end) = rest.iter().position(|byte| matches!(byte, b')' | b'(' | b'\\' | b'\r'))
            && rest[end] == b')'
        {
            self.at += end + 1;
            return Cow::Borrowed(&rest[..end]);
        }
        let mut string = Vec::new();
        let mut depth = 0;
        loop {
            let Some(byte) = self.take() else {
                self.is_cut = true;
                return Cow::Owned(string);
            };
            match byte {
                b'(' => depth += 1,
                b')' if depth == 0 => return Cow::Owned(string),
                b')' => depth -= 1,
                b'\\' => {
                    string.extend(self.escaped());
                    continue;
                }
                _ => {}
            }
            string.push(byte);
        }
    }

    /// Reads what stands behind a backslash.
    fn escaped(&mut self) -> Option<u8> {
        match self.take()? {
            b'n' => Some(b'\n'),
            b'r' => Some(b'\r'),
            b't' => Some(b'\t'),
            b'b' => Some(8),
            b'f' => Some(12),
            b'\n' => None,
            b'\r' => {
                self.at += usize::from(self.content.get(self.at) == Some(&b'\n'));
                None
            }
            first @ b'0'..=b'7' => {
                let mut code = u32::from(first - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.content.get(self.at) else { break };
                    code = code << 3 | u32::from(digit - b'0');
                    self.at += 1;
                }
                Some((code & 0xFF) as u8)
            }
            byte => Some(byte),
        }
    }

    fn hex_string(&mut self) -> Cow<'c, [u8]> {
        self.at += 1;
        let rest = &self.content[self.at..];
        let end = rest.iter().position(|byte| *byte == b'>');
        self.is_cut |= end.is_none();
        let inside = &rest[..end.unwrap_or(rest.len())];
        self.at += end.map_or(rest.len(), |end| end + 1);
        let digits: Vec<u8> = inside.iter().filter_map(|byte| hex(*byte)).collect();
        Cow::Owned(digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).unwrap_or(&0)).collect())
    }

    /// Reads an array. Operators inside one are passed over.
    fn array(&mut self, depth: usize) -> Operand<'c> {
        let mut items = Vec::new();
        if depth >= MAX_DEPTH {
            return Operand::Array(items);
        }
        loop {
            match self.token(depth + 1) {
                Some(Token::Operand(item)) => items.push(item),
                Some(Token::EndOfArray) => break,
                Some(Token::Operator(_) | Token::EndOfDict) => {}
                None => {
                    self.is_cut = true;
                    break;
                }
            }
        }
        Operand::Array(items)
    }

    fn dict(&mut self, depth: usize) -> Operand<'c> {
        let mut entries = Vec::new();
        let mut key = None;
        if depth >= MAX_DEPTH {
            return Operand::Dict(entries);
        }
        loop {
            match self.token(depth + 1) {
                Some(Token::Operand(operand)) => match (key.take(), operand) {
                    (None, Operand::Name(name)) => key = Some(name),
                    (Some(key), value) => entries.push((key, value)),
                    (None, _) => {}
                },
                Some(Token::EndOfDict) => break,
                Some(Token::Operator(_) | Token::EndOfArray) => {}
                None => {
                    self.is_cut = true;
                    break;
                }
            }
        }
        Operand::Dict(entries)
    }

    /// Passes over an image that stands in the content: its dictionary, and its data up to an `EI` that more content follows.
    fn skip_image(&mut self) {
        loop {
            match self.token(0) {
                Some(Token::Operator(b"ID")) => break,
                Some(Token::Operator(b"EI")) => return,
                Some(_) => {}
                None => {
                    self.is_cut = true;
                    return;
                }
            }
        }
        let data = &self.content[self.at..];
        let ends = |at: &usize| {
            let is_apart = *at == 0 || is_space(data[at - 1]);
            let behind = &data[at + 2..];
            let is_content = behind.iter().take(LOOK_AHEAD).all(|byte| is_space(*byte) || (0x20..0x7F).contains(byte));
            is_apart && behind.first().is_none_or(|byte| is_space(*byte)) && is_content
        };
        match memchr::memmem::find_iter(data, b"EI").find(ends) {
            Some(end) => self.at += end + 2,
            None => {
                self.is_cut = true;
                self.at = self.content.len();
            }
        }
    }

    fn take(&mut self) -> Option<u8> {
        let byte = *self.content.get(self.at)?;
        self.at += 1;
        Some(byte)
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn hex(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests;
