//! Transfer encodings (RFC 2045), read as streams. What does not belong is passed over, as mail readers do.

use std::io::{self, Read};

const INPUT: usize = 16 << 10;

/// Undoes an encoding byte by byte.
pub(super) trait Decode {
    /// Takes a byte and puts what comes of it into `out`.
    fn byte(&mut self, byte: u8, out: &mut Vec<u8>);
    /// Puts what is left into `out`.
    fn end(&mut self, out: &mut Vec<u8>);
}

/// A stream with an encoding undone.
pub(super) struct Undone<R, D> {
    inner: R,
    decode: D,
    input: Vec<u8>,
    output: Vec<u8>,
    taken: usize,
    ended: bool,
}

impl<R: Read, D: Decode> Undone<R, D> {
    pub(super) fn new(inner: R, decode: D) -> Self {
        Self { inner, decode, input: vec![0; INPUT], output: Vec::new(), taken: 0, ended: false }
    }
}

impl<R: Read, D: Decode> Read for Undone<R, D> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.output.len() && !self.ended {
            self.output.clear();
            self.taken = 0;
            let filled = self.inner.read(&mut self.input)?;
            self.ended = filled == 0;
            for byte in &self.input[..filled] {
                self.decode.byte(*byte, &mut self.output);
            }
            if self.ended {
                self.decode.end(&mut self.output);
            }
        }
        let taken = buf.len().min(self.output.len() - self.taken);
        buf[..taken].copy_from_slice(&self.output[self.taken..self.taken + taken]);
        self.taken += taken;
        Ok(taken)
    }
}

/// Base64, also where several encodings stand one behind the other.
#[derive(Debug, Default)]
pub(super) struct Base64 {
    bits: u32,
    digits: u8,
}

impl Decode for Base64 {
    fn byte(&mut self, byte: u8, out: &mut Vec<u8>) {
        let digit = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            b'=' => return self.end(out),
            _ => return,
        };
        self.bits = self.bits << 6 | u32::from(digit);
        self.digits += 1;
        if self.digits == 4 {
            out.extend_from_slice(&self.bits.to_be_bytes()[1..]);
            (self.bits, self.digits) = (0, 0);
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        match self.digits {
            2 => out.push((self.bits >> 4) as u8),
            3 => out.extend_from_slice(&[(self.bits >> 10) as u8, (self.bits >> 2) as u8]),
            _ => {}
        }
        (self.bits, self.digits) = (0, 0);
    }
}

/// Quoted-printable. What follows an equals sign and is no code stays as it is.
#[derive(Debug, Default)]
pub(super) struct Quoted {
    pending: Vec<u8>,
}

impl Decode for Quoted {
    fn byte(&mut self, byte: u8, out: &mut Vec<u8>) {
        if self.pending.is_empty() {
            if byte == b'=' {
                self.pending.push(byte)
            } else {
                out.push(byte)
            }
            return;
        }
        self.pending.push(byte);
        match self.pending[1..] {
            // A line's end behind an equals sign, and white space that was added before it, is none of the text.
            [.., b'\n'] if self.pending[1..].trim_ascii().is_empty() => self.pending.clear(),
            [.., b' ' | b'\t' | b'\r'] if self.pending[1..].trim_ascii().is_empty() && self.pending.len() < 80 => {}
            [high] if high.is_ascii_hexdigit() => {}
            [high, low] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.push(hex(high) << 4 | hex(low));
                self.pending.clear();
            }
            _ => out.append(&mut self.pending),
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        out.append(&mut self.pending);
    }
}

fn hex(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        _ => (digit | 0x20) - b'a' + 10,
    }
}

/// Lines of uuencode, between `begin` and `end`.
#[derive(Debug, Default)]
pub(super) struct Uuencode {
    line: Vec<u8>,
}

impl Decode for Uuencode {
    fn byte(&mut self, byte: u8, out: &mut Vec<u8>) {
        if byte != b'\n' {
            if self.line.len() < 128 {
                self.line.push(byte);
            }
            return;
        }
        self.end(out);
    }

    fn end(&mut self, out: &mut Vec<u8>) {
        let line = std::mem::take(&mut self.line);
        if line.starts_with(b"begin ") || line.trim_ascii() == b"end" {
            return;
        }
        let [len, codes @ ..] = line.as_slice() else { return };
        let end = out.len() + usize::from(len.wrapping_sub(b' ') & 63);
        for group in codes.chunks(4) {
            let bits = (0..4).fold(0, |bits, at| bits << 6 | u32::from(group.get(at).copied().unwrap_or(b' ').wrapping_sub(b' ') & 63));
            out.extend_from_slice(&bits.to_be_bytes()[1..]);
        }
        out.truncate(end);
    }
}

/// Decodes base64 that is in memory.
pub(crate) fn base64(text: &[u8], out: &mut Vec<u8>) {
    let mut decode = Base64::default();
    text.iter().for_each(|byte| decode.byte(*byte, out));
    decode.end(out);
}

/// Decodes escapes of two hexadecimal digits behind `mark`.
pub(crate) fn quoted(text: &[u8], mark: u8, out: &mut Vec<u8>) {
    let mut at = 0;
    while at < text.len() {
        match text[at..] {
            [first, high, low, ..] if first == mark && high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                out.push(hex(high) << 4 | hex(low));
                at += 3;
            }
            _ => {
                out.push(text[at]);
                at += 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn undone(decode: impl Decode, text: &[u8]) -> String {
        let mut out = String::new();
        Undone::new(text, decode).read_to_string(&mut out).unwrap();
        out
    }

    #[test]
    fn encodings_are_undone() {
        assert_eq!(undone(Base64::default(), b"aGVs\r\nbG8=\r\nd29ybGQ"), "helloworld");
        assert_eq!(undone(Quoted::default(), b"a=3Db=\r\nc= \nd=zz=4"), "a=bcd=zz=4");
        assert_eq!(undone(Uuencode::default(), b"begin 644 a\n#0V%T\n`\nend\n"), "Cat");
    }
}
