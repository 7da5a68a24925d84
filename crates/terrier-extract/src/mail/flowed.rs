use std::io::{self, BufRead, BufReader, Read};

/// Longest line that is joined with its next.
const MAX_LINE: u64 = 4 << 10;

/// Joins the lines of text in the format `flowed` (RFC 3676): a blank at the end says that the paragraph goes on.
pub(super) struct Flowed<R> {
    inner: BufReader<R>,
    /// Whether the blank that says so is none of the text.
    delete_space: bool,
    line: Vec<u8>,
    taken: usize,
    depth: Option<usize>,
    whole: bool,
}

impl<R: Read> Flowed<R> {
    pub(super) fn new(inner: R, delete_space: bool) -> Self {
        Self { inner: BufReader::with_capacity(16 << 10, inner), delete_space, line: Vec::new(), taken: 0, depth: None, whole: true }
    }

    /// Reads the next line; false at the end.
    fn next_line(&mut self) -> io::Result<bool> {
        self.line.clear();
        self.taken = 0;
        let read = (&mut self.inner).take(MAX_LINE).read_until(b'\n', &mut self.line)?;
        if read == 0 {
            return Ok(false);
        }
        let at_start = std::mem::replace(&mut self.whole, self.line.ends_with(b"\n"));
        if !at_start {
            return Ok(true);
        }
        let depth = self.line.iter().take_while(|byte| **byte == b'>').count();
        let goes_on = std::mem::take(&mut self.depth);
        if goes_on == Some(depth) {
            self.taken = depth + usize::from(self.line.get(depth) == Some(&b' '));
        } else if goes_on.is_some() {
            self.line.insert(0, b'\n');
        }
        let text = self.line.trim_ascii_end();
        let end = self.line.len() - (self.line.ends_with(b"\n") as usize) - (self.line.ends_with(b"\r\n") as usize);
        if self.whole && end > 0 && self.line[end - 1] == b' ' && !text.ends_with(b"--") {
            self.line.truncate(end - usize::from(self.delete_space));
            self.depth = Some(depth);
        }
        self.taken = self.taken.min(self.line.len());
        Ok(true)
    }
}

impl<R: Read> Read for Flowed<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.line.len() {
            if !self.next_line()? {
                return Ok(0);
            }
        }
        let taken = buf.len().min(self.line.len() - self.taken);
        buf[..taken].copy_from_slice(&self.line[self.taken..self.taken + taken]);
        self.taken += taken;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, delete_space: bool, expect: &str) {
        let mut joined = String::new();
        Flowed::new(text.as_bytes(), delete_space).read_to_string(&mut joined).unwrap();
        assert_eq!(joined, expect);
    }

    #[test]
    fn paragraphs_are_joined() {
        check("my card is 4111 \r\n1111\r\n-- \r\nAnn\r\n", false, "my card is 4111 1111\r\n-- \r\nAnn\r\n");
        check("> one \n> two\n>> three \nfour \n", false, "> one two\n>> three \nfour ");
        check("exam \nple\nx \n", true, "example\nx");
    }
}
