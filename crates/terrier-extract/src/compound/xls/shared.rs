use super::characters;

/// How many bytes the length of a text takes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Width {
    One,
    Two,
}

/// The bytes of a record and of those that continue it.
pub(super) struct Bytes<'b> {
    parts: &'b [&'b [u8]],
    part: usize,
    at: usize,
}

impl<'b> Bytes<'b> {
    pub(super) fn new(parts: &'b [&'b [u8]]) -> Self {
        Self { parts, part: 0, at: 0 }
    }

    fn byte(&mut self) -> Option<u8> {
        while self.at >= self.parts.get(self.part)?.len() {
            self.part += 1;
            self.at = 0;
        }
        self.at += 1;
        Some(self.parts[self.part][self.at - 1])
    }

    fn number(&mut self, bytes: u32) -> Option<u32> {
        (0..bytes).try_fold(0, |number, at| Some(number | u32::from(self.byte()?) << (8 * at)))
    }

    fn skip(&mut self, mut bytes: usize) {
        while let Some(part) = self.parts.get(self.part) {
            let here = bytes.min(part.len() - self.at);
            self.at += here;
            bytes -= here;
            if bytes == 0 {
                return;
            }
            self.part += 1;
            self.at = 0;
        }
    }

    /// Reads characters. Where they go on in the next part, it says anew how wide they are.
    fn characters(&mut self, mut count: usize, mut wide: bool, text: &mut String) {
        while count > 0 {
            let Some(part) = self.parts.get(self.part) else { return };
            let size = if wide { 2 } else { 1 };
            let here = count.min((part.len() - self.at) / size);
            text.push_str(&characters(&part[self.at..self.at + here * size], wide));
            self.at += here * size;
            count -= here;
            if count > 0 {
                self.part += 1;
                let Some(next) = self.parts.get(self.part) else { return };
                wide = next.first().is_some_and(|flags| flags & 1 == 1);
                self.at = next.len().min(1);
            }
        }
    }

    /// Reads characters from the start of a part, which says how wide they are.
    pub(super) fn characters_of_part(&mut self, count: usize) -> String {
        let mut text = String::new();
        let wide = self.byte().is_some_and(|flags| flags & 1 == 1);
        self.characters(count, wide, &mut text);
        text
    }

    /// Reads a text: length, flags, what its flags announce, characters.
    pub(super) fn text(&mut self, width: Width) -> String {
        let mut text = String::new();
        let _ = self.read(width, &mut text);
        text
    }

    fn read(&mut self, width: Width, text: &mut String) -> Option<()> {
        let count = self.number(if width == Width::One { 1 } else { 2 })?;
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 { self.number(2)? as usize } else { 0 };
        let extra = if flags & 4 != 0 { self.number(4)? as usize } else { 0 };
        self.characters(count as usize, flags & 1 == 1, text);
        self.skip((4 * runs).saturating_add(extra));
        Some(())
    }
}

/// The texts that cells share, and which of them a cell has.
#[derive(Default)]
pub(super) struct Shared {
    text: String,
    ends: Vec<usize>,
    used: Vec<bool>,
}

impl Shared {
    pub(super) fn read(parts: &[&[u8]]) -> Self {
        let mut bytes = Bytes::new(parts);
        let mut shared = Self::default();
        bytes.skip(4);
        let count = bytes.number(4).unwrap_or(0);
        for _ in 0..count {
            if bytes.read(Width::Two, &mut shared.text).is_none() {
                break;
            }
            shared.ends.push(shared.text.len());
        }
        shared.used = vec![false; shared.ends.len()];
        shared
    }

    pub(super) fn get(&mut self, index: u32) -> &str {
        let index = index as usize;
        let Some(end) = self.ends.get(index) else { return "" };
        self.used[index] = true;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..*end]
    }

    /// Returns the texts that no cell has any more, one a line.
    pub(super) fn unused(&mut self) -> String {
        let mut text = String::new();
        for index in 0..self.ends.len() {
            if !self.used[index] {
                text.push_str(self.get(u32::try_from(index).unwrap_or(u32::MAX)));
                text.push('\n');
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_go_on_in_the_next_part() {
        let first = [&[0; 4][..], &2_u32.to_le_bytes(), &[5, 0, 0], b"abc"].concat();
        let second = [&[1][..], b"d\0e\0", &[2, 0, 8, 1, 0], b"xy", &[0; 4]].concat();
        let mut shared = Shared::read(&[&first, &second]);
        assert_eq!(shared.get(1), "xy");
        assert_eq!(shared.unused(), "abcde\n");
    }
}
