use std::io::{self, Cursor, Read};

use terrier_content::Sensitive;

use super::tokens::Tokens;
use crate::Member;
use crate::asset::{self, Input};
use crate::context::{Context, Halt};
use crate::stream::{Counting, fill};

/// Longest name in the head of an embedded object.
const LONGEST_NAME: usize = 1024;

/// How bytes are written into a document.
pub(super) enum Bytes<'t, 'r> {
    /// As hexadecimal digits, up to the end of the group or a control word.
    Hex(&'t mut Tokens<'r>),
    /// As they are; how many.
    Raw(&'t mut Tokens<'r>, u64),
}

impl Read for Bytes<'_, '_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let mut filled = 0;
        while filled < buf.len() {
            let Some(byte) = self.byte() else { break };
            buf[filled] = byte;
            filled += 1;
        }
        Ok(filled)
    }
}

impl Bytes<'_, '_> {
    fn byte(&mut self) -> Option<u8> {
        match self {
            Self::Hex(tokens) => {
                let (high, low) = (hex_digit(tokens)?, hex_digit(tokens).unwrap_or(0));
                Some(high << 4 | low)
            }
            Self::Raw(tokens, left) => {
                *left = left.checked_sub(1)?;
                tokens.byte()
            }
        }
    }
}

fn hex_digit(tokens: &mut Tokens<'_>) -> Option<u8> {
    loop {
        match tokens.peek()? {
            b'{' | b'}' | b'\\' => return None,
            byte => {
                tokens.byte();
                if let Some(digit) = char::from(byte).to_digit(16) {
                    return Some(digit as u8);
                }
            }
        }
    }
}

/// Reads what is embedded as a member.
pub(super) fn read(context: &mut Context<'_>, mut bytes: Bytes<'_, '_>, kind: &str, number: u32) -> Result<(), Halt> {
    let mut name = format!("{kind} {number}").into_bytes();
    let mut head = Vec::new();
    if kind == "object" {
        let mut object = Head { inner: &mut bytes, seen: Vec::new() };
        if let Some(label) = object.parse()? {
            name.extend(label);
        } else {
            head = object.seen;
        }
    }
    let member = Member { name: Sensitive::new(&name), size: None, modified: None };
    let result = context.member(member, |context, consumed| {
        let mut content = Cursor::new(head).chain(&mut bytes);
        asset::read(context, Input::Stream(&mut Counting::new(&mut content, consumed)), b"")
    });
    // What a room left unread is no text of the document.
    while fill(&mut bytes, &mut [0; 4096])? > 0 {}
    result
}

/// The head that OLE 1 puts before an object (MS-OLEDS 2.2.4), and before a file in a package.
struct Head<'h, R> {
    inner: &'h mut R,
    seen: Vec<u8>,
}

impl<R: Read> Head<'_, R> {
    /// Skips the head; returns the file's name where it is a package, nothing where there is no such head.
    fn parse(&mut self) -> Result<Option<Vec<u8>>, Halt> {
        let (Some(_version), Some(2)) = (self.u32()?, self.u32()?) else { return Ok(None) };
        let Some(class) = self.counted()? else { return Ok(None) };
        let (Some(_topic), Some(_item)) = (self.counted()?, self.counted()?) else { return Ok(None) };
        let Some(_size) = self.u32()? else { return Ok(None) };
        if class != b"Package\0" {
            return Ok(Some(Vec::new()));
        }
        let Some(_kind) = self.take(2)? else { return Ok(None) };
        let (Some(label), Some(_path)) = (self.terminated()?, self.terminated()?) else { return Ok(None) };
        let Some(_kind) = self.u32()? else { return Ok(None) };
        let (Some(_path), Some(_size)) = (self.counted()?, self.u32()?) else { return Ok(None) };
        Ok(Some([b" ", label.as_slice()].concat()))
    }

    fn take(&mut self, count: usize) -> Result<Option<&[u8]>, Halt> {
        let from = self.seen.len();
        self.seen.resize(from + count, 0);
        let filled = fill(self.inner, &mut self.seen[from..])?;
        self.seen.truncate(from + filled);
        Ok((filled == count).then(|| &self.seen[from..]))
    }

    fn u32(&mut self) -> Result<Option<u32>, Halt> {
        Ok(self.take(4)?.and_then(|bytes| Some(u32::from_le_bytes(bytes.try_into().ok()?))))
    }

    fn counted(&mut self) -> Result<Option<Vec<u8>>, Halt> {
        match self.u32()? {
            Some(len) if len as usize <= LONGEST_NAME => Ok(self.take(len as usize)?.map(<[u8]>::to_vec)),
            _ => Ok(None),
        }
    }

    fn terminated(&mut self) -> Result<Option<Vec<u8>>, Halt> {
        let mut name = Vec::new();
        while name.len() <= LONGEST_NAME {
            match self.take(1)? {
                Some([0]) => return Ok(Some(name)),
                Some(byte) => name.extend_from_slice(byte),
                None => return Ok(None),
            }
        }
        Ok(None)
    }
}
