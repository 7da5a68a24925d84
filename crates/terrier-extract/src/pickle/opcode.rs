//! The opcodes of pickles, protocols 0 to 5, by what they do to the stack.

/// What stands behind an opcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Argument {
    /// So many bytes.
    Bytes(usize),
    /// A line.
    Line,
    /// Two lines.
    Lines,
    /// A length of so many bytes, and as many bytes as it says.
    Sized(usize),
}

impl Argument {
    /// Returns how long it is; `None` where the text ends before.
    pub(super) fn length(self, text: &[u8]) -> Option<usize> {
        let line = |text: &[u8]| memchr::memchr(b'\n', text).map(|end| end + 1);
        let length = match self {
            Self::Bytes(length) => length,
            Self::Line => line(text)?,
            Self::Lines => {
                let first = line(text)?;
                first + line(&text[first..])?
            }
            Self::Sized(size) => {
                let length = text.get(..size)?.iter().rev().fold(0_u64, |length, byte| length << 8 | u64::from(*byte));
                size.checked_add(usize::try_from(length).ok()?)?
            }
        };
        (length <= text.len()).then_some(length)
    }
}

/// What an opcode does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opcode {
    /// Nothing that matters here.
    Nothing,
    /// It ends the pickle.
    Stop,
    /// It marks a place of the stack.
    Mark,
    /// It pushes what is no text.
    Other,
    /// It pushes text, text of a line, or bytes.
    Text,
    Line,
    Bytes,
    /// It pushes what a module and a name say.
    Name,
    /// It pushes a number.
    Integer(Written),
    Float,
    /// It gives what lies on top a number, or the next number; or pushes what has one.
    Put(Written),
    Memoize,
    Get(Written),
    /// It takes so many from the stack, and pushes what they make.
    Pops(usize),
    /// It takes one from the stack.
    Pop,
    /// It takes what lies behind the mark.
    PopsToMark {
        yields: bool,
    },
    /// It takes a key and a value.
    Item,
    /// It takes keys and values behind the mark.
    Items {
        yields: bool,
    },
}

/// How an integer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Written {
    Fixed { signed: bool },
    Line,
}

const UNSIGNED: Written = Written::Fixed { signed: false };

impl Opcode {
    /// Returns what a byte stands for; `None` where it is no opcode.
    pub(super) fn of(byte: u8) -> Option<Self> {
        Some(match byte {
            0x80 | 0x95 | b'2' | 0x98 | b'P' => Self::Nothing,
            b'.' => Self::Stop,
            b'(' => Self::Mark,
            b'N' | b'}' | b']' | b')' | 0x88 | 0x89 | 0x8F | 0x97 | 0x82 | 0x83 | 0x84 => Self::Other,
            _ => Self::with_effect(byte)?,
        })
    }

    fn with_effect(byte: u8) -> Option<Self> {
        Some(match byte {
            b'X' | 0x8C | 0x8D => Self::Text,
            b'V' | b'S' => Self::Line,
            b'T' | b'U' | b'B' | b'C' | 0x8E | 0x96 => Self::Bytes,
            b'c' | b'i' => Self::Name,
            b'J' => Self::Integer(Written::Fixed { signed: true }),
            b'K' | b'M' => Self::Integer(UNSIGNED),
            0x8A | 0x8B => Self::Integer(Written::Fixed { signed: true }),
            b'I' | b'L' => Self::Integer(Written::Line),
            b'G' | b'F' => Self::Float,
            b'p' => Self::Put(Written::Line),
            b'q' | b'r' => Self::Put(UNSIGNED),
            0x94 => Self::Memoize,
            b'g' => Self::Get(Written::Line),
            b'h' | b'j' => Self::Get(UNSIGNED),
            b'Q' | 0x85 => Self::Pops(1),
            b'R' | b'b' | 0x81 | 0x86 | 0x93 => Self::Pops(2),
            0x87 | 0x92 => Self::Pops(3),
            b'0' | b'a' => Self::Pop,
            b'1' | b'e' | 0x90 => Self::PopsToMark { yields: false },
            b'l' | b't' | b'o' | 0x91 => Self::PopsToMark { yields: true },
            b's' => Self::Item,
            b'u' => Self::Items { yields: false },
            b'd' => Self::Items { yields: true },
            _ => return None,
        })
    }

    /// Returns what stands behind the byte of an opcode.
    pub(super) fn argument(byte: u8) -> Argument {
        match byte {
            0x80 | b'K' | b'q' | b'h' | 0x82 => Argument::Bytes(1),
            b'M' | 0x83 => Argument::Bytes(2),
            b'J' | b'j' | b'r' | 0x84 => Argument::Bytes(4),
            b'G' | 0x95 => Argument::Bytes(8),
            b'P' | b'V' | b'S' | b'I' | b'L' | b'F' | b'p' | b'g' => Argument::Line,
            b'c' | b'i' => Argument::Lines,
            0x8C | b'U' | b'C' | 0x8A => Argument::Sized(1),
            b'X' | b'T' | b'B' | 0x8B => Argument::Sized(4),
            0x8D | 0x8E | 0x96 => Argument::Sized(8),
            _ => Argument::Bytes(0),
        }
    }
}

/// Returns the number that little-endian bytes are, or the words of a line.
pub(super) fn integer(argument: &[u8], written: Written) -> Vec<u8> {
    match written {
        Written::Line => argument.strip_suffix(b"L").unwrap_or(argument).to_vec(),
        // Keys of cryptography are longer than what has meaning as a number.
        Written::Fixed { .. } if argument.len() > 16 => Vec::new(),
        Written::Fixed { signed } => {
            let negative = signed && argument.last().is_some_and(|byte| byte & 0x80 != 0);
            let mut bytes = [if negative { 0xFF } else { 0 }; 16];
            bytes[..argument.len()].copy_from_slice(argument);
            i128::from_le_bytes(bytes).to_string().into_bytes()
        }
    }
}

/// Returns a text of a line without the quotes that it may stand in.
pub(super) fn without_quotes(line: &[u8]) -> &[u8] {
    match line {
        [b'\'', text @ .., b'\''] | [b'"', text @ .., b'"'] => text,
        text => text,
    }
}

/// Returns a fraction as it is written.
pub(super) fn float(argument: &[u8]) -> Vec<u8> {
    match <[u8; 8]>::try_from(argument) {
        Ok(bytes) => f64::from_be_bytes(bytes).to_string().into_bytes(),
        Err(_) => argument.to_vec(),
    }
}

/// Returns the number of a place that is remembered.
pub(super) fn number(argument: &[u8], written: Written) -> usize {
    std::str::from_utf8(&integer(argument, written)).ok().and_then(|digits| digits.trim().parse().ok()).unwrap_or(usize::MAX)
}
