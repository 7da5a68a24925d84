use crate::markup::push_unescaped;

/// The text as it is put out.
pub(super) struct Output {
    bytes: Vec<u8>,
    taken: usize,
    /// What parts the text that follows from that before.
    separator: Option<u8>,
    last: u8,
}

impl Output {
    pub(super) fn new() -> Self {
        Self { bytes: Vec::new(), taken: 0, separator: None, last: b'\n' }
    }

    pub(super) fn put(&mut self, bytes: &[u8]) {
        let Some(last) = bytes.last() else { return };
        if let Some(separator) = self.separator.take()
            && !matches!(self.last, b'\n' | b'\r')
        {
            self.bytes.push(separator);
        }
        self.bytes.extend_from_slice(bytes);
        self.last = *last;
    }

    /// Puts out text with its references resolved. A line that a reference makes is none of the file.
    pub(super) fn put_resolved(&mut self, bytes: &[u8]) {
        if memchr::memchr(b'&', bytes).is_none() {
            return self.put(bytes);
        }
        let mut resolved = Vec::with_capacity(bytes.len());
        push_unescaped(&mut resolved, bytes);
        resolved.iter_mut().filter(|byte| **byte == b'\n').for_each(|byte| *byte = b' ');
        self.put(&resolved);
    }

    /// Parts what follows from what came before: the end of a line more than that of a cell.
    pub(super) fn part(&mut self, separator: u8) {
        if self.separator != Some(b'\r') {
            self.separator = Some(separator);
        }
    }

    pub(super) fn end_line(&mut self) {
        self.separator = None;
        self.put(b"\n");
    }

    /// Tells whether nothing is left, and makes room.
    pub(super) fn is_taken(&mut self) -> bool {
        let is_taken = self.taken == self.bytes.len();
        if is_taken {
            self.bytes.clear();
            self.taken = 0;
        }
        is_taken
    }

    /// Takes as much as there is room for.
    pub(super) fn take(&mut self, buf: &mut [u8]) -> usize {
        let taken = buf.len().min(self.bytes.len() - self.taken);
        buf[..taken].copy_from_slice(&self.bytes[self.taken..self.taken + taken]);
        self.taken += taken;
        taken
    }
}
